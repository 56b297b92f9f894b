//! How a question was matched: repairs, tokens, candidates, and why it was or was not answered.

use std::io::{self, Write};

use relations_bot::assistant::Assistant;
use relations_bot::explanation::{ExplainedCandidate, explain};

use super::render::{ASIDE, STRONG, styled};

/// Writes the explanation of a question.
pub fn write(out: &mut dyn Write, assistant: &Assistant, question: &str) -> io::Result<()> {
    let explanation = explain(assistant, question);
    writeln!(out, "{} {}", styled(STRONG, "Read as:"), explanation.concepts.join(" "))?;
    for (typed, meant) in &explanation.repairs {
        writeln!(out, "{} {typed} → {meant}", styled(STRONG, "Repaired:"))?;
    }
    for candidate in &explanation.candidates {
        write_candidate(out, candidate)?;
    }
    writeln!(out, "{} {}", styled(STRONG, "Decision:"), explanation.decision)
}

fn write_candidate(out: &mut dyn Write, candidate: &ExplainedCandidate) -> io::Result<()> {
    let evidence = &candidate.evidence;
    writeln!(out, "{:.2}  {}", candidate.confidence, styled(STRONG, &candidate.fact))?;
    let lacking =
        if evidence.lacking > 0.0 { format!(" · lacking {}", evidence.lacking) } else { String::new() };
    let numbers = format!(
        "score {:.2} · alignment {:.2} · coverage {:.2} · missing {:.2}{lacking} · refusal {:.2}",
        evidence.score, evidence.alignment, evidence.coverage, evidence.missing, evidence.refusal.score
    );
    writeln!(out, "      {}", styled(ASIDE, &numbers))?;
    let list = |words: &[String]| if words.is_empty() { "–".to_owned() } else { words.join(" ") };
    let words = format!("matched: {} · unmatched: {}", list(&candidate.matched), list(&candidate.unmatched));
    writeln!(out, "      {}", styled(ASIDE, &words))
}
