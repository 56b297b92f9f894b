//! What an edit would change for those who ask: known phrasings and exam questions that would meet with another fact.

use std::collections::HashMap;

use serde::Serialize;

use crate::assistant::{Assistant, Outcome};
use crate::knowledge::FactBase;
use crate::matcher::text::fold_words;

/// What a question meets with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "outcome", content = "fact")]
pub enum Verdict {
    /// This fact answers.
    Fact(String),
    /// The events of a time answer.
    Events,
    /// There are suggestions.
    Suggestions,
    /// There is no answer.
    Nothing,
}

/// A question that would meet with something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// The question.
    pub question: String,
    /// What it meets with now.
    pub before: Verdict,
    /// What it would meet with.
    pub after: Verdict,
}

impl Verdict {
    /// Whether it is an answer.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Fact(_) | Self::Events)
    }
}

/// What an edit would change: first what is answered now and would not be, or by something else; then what would be
/// answered and is not; and at the end what would only be suggested, or no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// Phrasings that are known now, or would be, and would meet with something else.
    pub phrasings: Vec<Shift>,
    /// Exam questions that would.
    pub exam: Vec<Shift>,
    /// How many phrasings were looked at.
    pub known: usize,
    /// How many exam questions were asked.
    pub asked: usize,
}

/// An assistant, and the base that it was made from, with its phrasings.
#[derive(Clone, Copy)]
pub struct Version<'a> {
    /// The assistant.
    pub assistant: &'a Assistant,
    /// The base.
    pub base: &'a FactBase,
}

impl Impact {
    /// Compares two versions; with them the question that an edit is about, where it is about one that no fact has.
    #[must_use]
    pub fn between(before: Version<'_>, after: Version<'_>, exam: &[String], own: Option<&str>) -> Self {
        let (owners_before, owners_after) = (owners(before.base), owners(after.base));
        let mut phrasings = Vec::new();
        let known = owners_before.iter().map(|(folded, &(owner, text))| {
            // A phrasing is answered by its fact, whatever else there is: only what is new or gone has to be asked.
            let same = owners_after.get(folded).is_some_and(|&(other, _)| other == owner);
            (text, same)
        });
        let new = owners_after
            .iter()
            .filter(|(folded, _)| !owners_before.contains_key(*folded))
            .map(|(_, &(_, text))| (text, false));
        for (text, same) in known.chain(new) {
            if !same {
                phrasings.extend(shift(before, after, text));
            }
        }
        phrasings.extend(own.and_then(|question| shift(before, after, question)));
        phrasings.sort_by(|a, b| a.question.cmp(&b.question));
        let mut shifts: Vec<Shift> =
            exam.iter().filter_map(|question| shift(before, after, question)).collect();
        for shifts in [&mut phrasings, &mut shifts] {
            shifts.sort_by_key(|shift| (!shift.before.is_answer(), !shift.after.is_answer()));
        }
        Self { phrasings, exam: shifts, known: owners_before.len(), asked: exam.len() }
    }
}

/// The fact that each phrasing belongs to, by its folded words.
fn owners(base: &FactBase) -> HashMap<String, (&str, &str)> {
    base.facts
        .iter()
        .flat_map(|fact| {
            fact.phrasings
                .iter()
                .map(|phrasing| (fold_words(&phrasing.text), (fact.id.as_str(), phrasing.text.as_str())))
        })
        .collect()
}

fn shift(before: Version<'_>, after: Version<'_>, question: &str) -> Option<Shift> {
    let (before, after) = (verdict(before.assistant, question), verdict(after.assistant, question));
    (before != after).then(|| Shift { question: question.to_owned(), before, after })
}

/// What a question meets with.
#[must_use]
pub fn verdict(assistant: &Assistant, question: &str) -> Verdict {
    let Ok(reply) = assistant.ask_once(question) else { return Verdict::Nothing };
    match (reply.outcome, reply.fact) {
        (Outcome::Answer, Some(fact)) => Verdict::Fact(fact),
        (Outcome::Answer, None) => Verdict::Events,
        (Outcome::Suggest, _) => Verdict::Suggestions,
        (Outcome::None, _) => Verdict::Nothing,
    }
}
