//! What a fact accounts for and how it is asked for: what coverage compares a question with.

use serde::{Deserialize, Serialize};

use super::analysis::{Token, TokenKind};
use crate::knowledge::QuestionKind;

/// What a fact accounts for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FactProfile {
    /// The concepts of its phrasings, answer, event, date and section, sorted; those that only its
    /// wrong premises have are left out.
    pub concepts: Vec<u32>,
    /// The concepts of its answer, event, date and section, sorted.
    pub told: Vec<u32>,
    /// The concepts that only its wrong premises have, sorted.
    pub premises: Vec<u32>,
    /// Its phrasings, no two alike.
    pub phrasings: Vec<PhrasingProfile>,
    /// Which kinds of question its answer has something for.
    pub answers: AnswerKinds,
}

/// What an answer holds that a kind of question may ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerKinds {
    /// A year, a month or a date.
    pub time: bool,
    /// A number.
    pub number: bool,
}

impl AnswerKinds {
    /// Whether the answer may be one to that kind of question.
    #[must_use]
    pub fn fits(self, kind: Option<QuestionKind>) -> bool {
        match kind {
            Some(QuestionKind::When) => self.time,
            Some(QuestionKind::HowMany) => self.number || self.time,
            _ => true,
        }
    }
}

/// What a phrasing asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhrasingProfile {
    /// Its telling concepts, sorted.
    pub concepts: Vec<u32>,
    /// What kind of answer it asks for.
    pub kind: Option<QuestionKind>,
    /// How it names the two subjects of every question.
    pub roles: Option<Roles>,
    /// Whether its premise is wrong.
    pub wrong: bool,
}

/// How a text names the first two different subjects of every question: who does something to whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Roles {
    first: String,
    first_adjective: bool,
    second: String,
    second_adjective: bool,
}

impl Roles {
    /// The roles in a text, where it names two ambient names.
    #[must_use]
    pub fn of(tokens: &[Token]) -> Option<Self> {
        let mut names = tokens.iter().filter(|token| token.ambient);
        let first = names.next()?;
        let second = names.find(|token| token.concept != first.concept)?;
        Some(Self {
            first: first.concept.clone(),
            first_adjective: first.adjective,
            second: second.concept.clone(),
            second_adjective: second.adjective,
        })
    }

    /// Whether the other text has the two the other way round. "Azerbaijani consulates in Turkey" and
    /// "in Turkey, Azerbaijani consulates" are alike, "Turkish consulates in Azerbaijan" is turned; where
    /// both names stand in the same form, their order decides.
    #[must_use]
    pub fn turned(&self, other: &Self) -> bool {
        match (self.noun(), other.noun()) {
            (Some(ours), Some(theirs)) => ours != theirs,
            (None, None) => self.first != other.first,
            _ => false,
        }
    }

    /// The one that stands as a noun, where the other stands as an adjective.
    fn noun(&self) -> Option<&str> {
        match (self.first_adjective, self.second_adjective) {
            (true, false) => Some(&self.second),
            (false, true) => Some(&self.first),
            _ => None,
        }
    }
}

impl AnswerKinds {
    /// Notes what tokens of an answer hold.
    pub(super) fn add(&mut self, tokens: &[Token]) {
        for token in tokens {
            let year = token.concept.len() >= 4 && token.kind == TokenKind::Number;
            self.time |= year || token.kind == TokenKind::Month;
            self.number |=
                token.kind == TokenKind::Number || matches!(token.concept.as_str(), "1" | "2" | "3");
        }
    }
}

/// Whether a token says something about what is asked.
#[must_use]
pub fn is_telling(token: &Token) -> bool {
    !matches!(token.kind, TokenKind::Stop | TokenKind::Filler)
}
