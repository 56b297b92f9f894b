//! How a question would be answered, for those who want to know exactly.

use super::super::{Look, bare, quoted};
use crate::assistant::{Outcome, Reply, capitalised};
use crate::discord::limits;
use crate::discord::response::Message;
use crate::explanation::Explanation;
use crate::matcher::decision::Thresholds;

/// A question's reply, and the account of how it came about.
#[must_use]
pub fn test(look: Look<'_>, reply: &Reply, explanation: &Explanation, thresholds: Thresholds) -> Message {
    let colour = match reply.outcome {
        Outcome::Answer => look.colours.answer,
        Outcome::Suggest => look.colours.suggest,
        Outcome::None => look.colours.none,
    };
    let mut lines = vec![
        quoted(&limits::cut(&reply.text, 700)),
        format!("\n**Decision:** {}.", capitalised(&explanation.decision)),
        format!(
            "-# answered from {:.0} %, suggested from {:.0} %",
            100.0 * thresholds.answer,
            100.0 * thresholds.suggest
        ),
        format!("**Read as:** {}", quoted(&explanation.concepts.join(" · "))),
    ];
    for (typed, meant) in &explanation.repairs {
        lines.push(format!("**Mended:** {} → {}", quoted(typed), quoted(meant)));
    }
    for candidate in &explanation.candidates {
        let words =
            |words: &[String]| if words.is_empty() { "–".to_owned() } else { quoted(&words.join(", ")) };
        lines.push(format!(
            "**{:.0} %** `{}` {}\n-# score {:.2} · accounts for: {} · not for: {}",
            100.0 * candidate.confidence,
            limits::cut(&candidate.fact, 80),
            quoted(&limits::cut(&candidate.question, 120)),
            candidate.evidence.score,
            words(&candidate.matched),
            words(&candidate.unmatched),
        ));
    }
    let title = limits::cut(&quoted(&reply.question), limits::EMBED_TITLE);
    Message::card(bare(&lines.join("\n"), colour).title(title))
}
