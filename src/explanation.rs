//! Why a question was answered as it was: what it was read as, which facts were looked at, and the decision.

use crate::assistant::Assistant;
use crate::matcher::REPORTED;
use crate::matcher::decision::Evidence;

/// How a question was matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The concepts that the question was read as, in its order.
    pub concepts: Vec<String>,
    /// Misspelt words, and what they were taken for.
    pub repairs: Vec<(String, String)>,
    /// The facts that were looked at, the best first.
    pub candidates: Vec<ExplainedCandidate>,
    /// What was decided and why, as a clause.
    pub decision: String,
}

/// One fact that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedCandidate {
    /// The fact.
    pub fact: String,
    /// A question that it answers.
    pub question: String,
    /// How likely it answers the question asked, 0 to 1.
    pub confidence: f32,
    /// What speaks for it.
    pub evidence: Evidence,
    /// Words of the question that the fact accounts for, as they were typed or mended.
    pub matched: Vec<String>,
    /// Those that it does not account for.
    pub unmatched: Vec<String>,
}

/// Explains a question.
#[must_use]
pub fn explain(assistant: &Assistant, question: &str) -> Explanation {
    let matcher = assistant.matcher();
    let findings = matcher.find(question);
    let candidates: Vec<ExplainedCandidate> = findings
        .candidates
        .iter()
        .take(REPORTED)
        .filter_map(|candidate| {
            let fact = assistant.base().facts.get(candidate.fact)?;
            let (met, unmet): (Vec<_>, Vec<_>) = matcher
                .accounted(&findings.analysis, candidate.fact)
                .into_iter()
                .partition(|(_, accounted)| *accounted);
            let surface = |concept: String| {
                let mut tokens = findings.analysis.tokens.iter();
                let token = tokens.find(|token| token.concept == concept);
                token.map_or(concept, |token| token.surface.clone())
            };
            let words = |list: Vec<(String, bool)>| list.into_iter().map(|(word, _)| surface(word)).collect();
            Some(ExplainedCandidate {
                fact: fact.id.clone(),
                question: fact.question.clone(),
                confidence: candidate.confidence,
                evidence: candidate.evidence,
                matched: words(met),
                unmatched: words(unmet),
            })
        })
        .collect();
    let thresholds = assistant.thresholds();
    let decision = match findings.candidates.first() {
        _ if assistant.asked_period(&findings).is_some() => {
            "it asks for nothing but a time, so it is answered from the timeline".to_owned()
        }
        None => "no fact has anything in common with the question".to_owned(),
        Some(_) if !findings.has_content => "the question has no word that says what it is about".to_owned(),
        Some(best) if findings.literal => {
            format!("the question is a known phrasing, so it is answered ({:.2})", best.confidence)
        }
        Some(best) if findings.is_thin && best.confidence >= thresholds.suggest => {
            "one word is too little to be sure, so it is only suggested".to_owned()
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
    Explanation {
        concepts: findings.analysis.tokens.iter().map(|token| token.concept.clone()).collect(),
        repairs: findings.analysis.repairs.clone(),
        candidates,
        decision,
    }
}
