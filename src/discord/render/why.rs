//! Why a question was answered as it was, for people.

use super::{Look, quoted};
use crate::assistant::capitalised;
use crate::discord::response::Message;
use crate::explanation::Explanation;

/// As many candidates are shown.
const SHOWN: usize = 3;

/// The explanation of a question.
#[must_use]
pub fn why(look: Look<'_>, question: &str, explanation: &Explanation) -> Message {
    let words = |words: &[String]| format!("*{}*", quoted(&words.join(", ")));
    let mut lines = vec![format!("**Decision:** {}.", capitalised(&explanation.decision))];
    for (typed, meant) in &explanation.repairs {
        lines.push(format!("**Mended:** {} → {}", quoted(typed), quoted(meant)));
    }
    if !explanation.candidates.is_empty() {
        lines.push("**Questions that came nearest:**".to_owned());
    }
    for candidate in explanation.candidates.iter().take(SHOWN) {
        let account = match (candidate.matched.is_empty(), candidate.unmatched.is_empty()) {
            (_, true) => "it accounts for every word that matters".to_owned(),
            (true, false) => format!("it accounts for none of {}", words(&candidate.unmatched)),
            (false, false) => format!(
                "it accounts for {}, but not for {}",
                words(&candidate.matched),
                words(&candidate.unmatched)
            ),
        };
        let percent = 100.0 * candidate.confidence;
        lines.push(format!("{percent:.0} % · {}\n-# {account}", quoted(&candidate.question)));
    }
    Message::card(look.card(&quoted(question), &lines.join("\n"), look.colours.none))
}
