//! How a question was matched: repairs, tokens, candidates, and why it was or was not answered.

use std::io::{self, Write};

use relations_bot::assistant::Assistant;
use relations_bot::matcher::{Candidate, REPORTED};

use super::render::{ASIDE, STRONG, styled};

/// Writes the explanation of a question.
pub fn write(out: &mut dyn Write, assistant: &Assistant, question: &str) -> io::Result<()> {
    let findings = assistant.matcher().find(question);
    let analysis = &findings.analysis;
    let concepts: Vec<&str> = analysis.tokens.iter().map(|token| token.concept.as_str()).collect();
    writeln!(out, "{} {}", styled(STRONG, "Read as:"), concepts.join(" "))?;
    for (typed, meant) in &analysis.repairs {
        writeln!(out, "{} {typed} → {meant}", styled(STRONG, "Repaired:"))?;
    }
    let thresholds = assistant.thresholds();
    for candidate in findings.candidates.iter().take(REPORTED) {
        write_candidate(out, assistant, candidate, question)?;
    }
    let verdict = match findings.candidates.first() {
        None => "no fact has anything in common with the question".to_owned(),
        Some(_) if !findings.has_content => "the question has no word that says what it is about".to_owned(),
        Some(best) if findings.literal => {
            format!("the question is a known phrasing, so it is answered ({:.2})", best.confidence)
        }
        Some(best) if best.confidence >= thresholds.answer => {
            format!("{:.2} reaches {:.2}, so it is answered", best.confidence, thresholds.answer)
        }
        Some(best) if best.confidence >= thresholds.suggest => format!(
            "{:.2} is below {:.2} and reaches {:.2}, so it is only suggested",
            best.confidence, thresholds.answer, thresholds.suggest
        ),
        Some(best) => {
            format!("{:.2} is below {:.2}, so there is no answer", best.confidence, thresholds.suggest)
        }
    };
    writeln!(out, "{} {verdict}", styled(STRONG, "Decision:"))
}

fn write_candidate(
    out: &mut dyn Write,
    assistant: &Assistant,
    candidate: &Candidate,
    question: &str,
) -> io::Result<()> {
    let Some(fact) = assistant.base().facts.get(candidate.fact) else { return Ok(()) };
    let evidence = &candidate.evidence;
    writeln!(out, "{:.2}  {}", candidate.confidence, styled(STRONG, &fact.id))?;
    let numbers = format!(
        "score {:.2} · alignment {:.2} · coverage {:.2} · missing {:.2} · refusal {:.2}",
        evidence.score, evidence.alignment, evidence.coverage, evidence.missing, evidence.refusal
    );
    writeln!(out, "      {}", styled(ASIDE, &numbers))?;
    let words = assistant.matcher().accounted(&assistant.analyse(question), candidate.fact);
    let list = |accounted: bool| {
        let chosen: Vec<&str> =
            words.iter().filter(|(_, known)| *known == accounted).map(|(word, _)| word.as_str()).collect();
        if chosen.is_empty() { "–".to_owned() } else { chosen.join(" ") }
    };
    writeln!(out, "      {}", styled(ASIDE, &format!("matched: {} · unmatched: {}", list(true), list(false))))
}
