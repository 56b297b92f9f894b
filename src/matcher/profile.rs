//! What a fact accounts for and how it is asked for: what coverage compares a question with.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh32::xxh32;

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
    pub phrasings: Phrasings,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PhrasingProfile {
    /// Its telling concepts, sorted.
    pub concepts: Vec<u32>,
    /// How it asks.
    pub manner: Manner,
}

/// How a phrasing asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Manner {
    /// What kind of answer it asks for.
    pub kind: Option<QuestionKind>,
    /// How it names the two subjects of every question.
    pub roles: Option<Roles>,
    /// Whether its premise is wrong.
    pub wrong: bool,
}

/// The phrasings of a fact. There are some ten thousand in a base, so they lie side by side.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Phrasings {
    concepts: Vec<u32>,
    /// Where the concepts of each end.
    ends: Vec<u32>,
    /// Those of all kinds that occur, …
    manners: Vec<Manner>,
    /// … and which of them each phrasing has.
    manner: Vec<u16>,
}

impl Phrasings {
    /// Every phrasing's concepts, and how it asks.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], Manner)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).zip(&self.manner).map(|((from, &to), &manner)| {
            let concepts = self.concepts.get(from as usize..to as usize).unwrap_or_default();
            (concepts, self.manners.get(usize::from(manner)).copied().unwrap_or_default())
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl FromIterator<PhrasingProfile> for Phrasings {
    fn from_iter<I: IntoIterator<Item = PhrasingProfile>>(profiles: I) -> Self {
        let mut phrasings = Self::default();
        for profile in profiles {
            phrasings.concepts.extend(profile.concepts);
            phrasings.ends.push(u32::try_from(phrasings.concepts.len()).unwrap_or(u32::MAX));
            let known = phrasings.manners.iter().position(|manner| *manner == profile.manner);
            let manner = known.unwrap_or_else(|| {
                phrasings.manners.push(profile.manner);
                phrasings.manners.len() - 1
            });
            phrasings.manner.push(u16::try_from(manner).unwrap_or_default());
        }
        phrasings.concepts.shrink_to_fit();
        phrasings.ends.shrink_to_fit();
        phrasings.manner.shrink_to_fit();
        phrasings
    }
}

/// How a text names the first two different subjects of every question: who does something to whom.
///
/// Names are told apart by the hashes of their concepts: there are two of them, or a few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Roles {
    first: u32,
    first_adjective: bool,
    second: u32,
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
            first: xxh32(first.concept.as_bytes(), 0),
            first_adjective: first.adjective,
            second: xxh32(second.concept.as_bytes(), 0),
            second_adjective: second.adjective,
        })
    }

    /// Whether the other text has the two the other way round. "Azerbaijani consulates in Turkey" and
    /// "in Turkey, Azerbaijani consulates" are alike, "Turkish consulates in Azerbaijan" is turned; where
    /// both names stand in the same form, their order decides.
    #[must_use]
    pub fn turned(self, other: Self) -> bool {
        match (self.noun(), other.noun()) {
            (Some(ours), Some(theirs)) => ours != theirs,
            (None, None) => self.first != other.first,
            _ => false,
        }
    }

    /// The one that stands as a noun, where the other stands as an adjective.
    fn noun(self) -> Option<u32> {
        match (self.first_adjective, self.second_adjective) {
            (true, false) => Some(self.second),
            (false, true) => Some(self.first),
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
