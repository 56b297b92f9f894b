//! The ids of buttons and menus. They hold all that a press needs, so that one works after a restart and
//! months later; and their form has a version, so that a later bot knows which ones it can read.

use std::fmt;
use std::str::FromStr;

use serenity::model::id::UserId;
use xxhash_rust::xxh3::xxh3_64;

use super::limits;
use crate::knowledge::{Fact, FactBase};

/// The version of the form. Raise it when the meaning of an id changes.
const VERSION: &str = "1";
const SEPARATOR: char = ':';
/// What a fact's id begins with where only its hash is given; no id of a fact does.
const HASHED: char = '#';
/// The longest fact id that is given in full: what is left of an id beside the longest other parts.
const FACT_ROOM: usize = 64;

/// What pressing a component asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomId {
    /// The asker picks one of the suggested questions.
    Pick {
        /// Who asked.
        asker: UserId,
        /// The fact of the question.
        fact: FactKey,
    },
    /// A question that goes with an answer.
    Related {
        /// Who asked.
        asker: UserId,
        /// The fact of the question.
        fact: FactKey,
    },
    /// A question of an opened section, in a private message.
    Open {
        /// The fact of the question.
        fact: FactKey,
    },
    /// The menu of sections.
    Sections,
    /// The answer was, or was not, of help.
    Vote {
        /// Whether it was.
        helpful: bool,
        /// The fact that answered; none for a list of events.
        fact: Option<FactKey>,
    },
    /// Why this was answered.
    Why {
        /// The fact that answered; none for a list of events.
        fact: Option<FactKey>,
    },
    /// Away with the reply.
    Delete {
        /// Who asked.
        asker: UserId,
    },
    /// Another part of the timeline.
    Timeline {
        /// Who asked.
        asker: UserId,
        /// The first year, and the last one.
        years: (i16, i16),
        /// The page, from 0.
        page: usize,
        /// Which of the buttons it is: ids must differ even where their targets do not.
        button: TimelineButton,
    },
    /// The menu of years.
    Years {
        /// Who asked.
        asker: UserId,
    },
}

/// The buttons below a part of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineButton {
    /// The year with events before.
    Earlier,
    /// The year with events after.
    Later,
    /// The page before.
    PageBack,
    /// The page after.
    PageForward,
}

/// A fact's id, or its hash where the id is too long for a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactKey(String);

impl FactKey {
    /// The key of a fact.
    #[must_use]
    pub fn of(fact: &Fact) -> Self {
        Self::of_id(&fact.id)
    }

    /// Whether it is the key of the fact of that id.
    #[must_use]
    pub fn is_of(&self, id: &str) -> bool {
        if self.0.starts_with(HASHED) { hash(id) == self.0 } else { self.0 == id }
    }

    /// The key of the fact of that id.
    #[must_use]
    pub fn of_id(id: &str) -> Self {
        if id.chars().count() <= FACT_ROOM { Self(id.to_owned()) } else { Self(hash(id)) }
    }

    /// The fact, where the base still has it.
    #[must_use]
    pub fn find<'a>(&self, base: &'a FactBase) -> Option<&'a Fact> {
        if self.0.starts_with(HASHED) {
            base.facts.iter().find(|fact| hash(&fact.id) == self.0)
        } else {
            base.fact(&self.0)
        }
    }
}

fn hash(id: &str) -> String {
    format!("{HASHED}{:016x}", xxh3_64(id.as_bytes()))
}

impl fmt::Display for FactKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for FactKey {
    type Err = UnknownId;

    fn from_str(text: &str) -> Result<Self, UnknownId> {
        let fits = !text.is_empty() && text.chars().count() <= limits::CUSTOM_ID;
        if fits { Ok(Self(text.to_owned())) } else { Err(UnknownId) }
    }
}

impl TimelineButton {
    const ALL: [Self; 4] = [Self::Earlier, Self::Later, Self::PageBack, Self::PageForward];

    fn letter(self) -> &'static str {
        match self {
            Self::Earlier => "e",
            Self::Later => "l",
            Self::PageBack => "b",
            Self::PageForward => "f",
        }
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{VERSION}:")?;
        let key = |fact: &Option<FactKey>| fact.as_ref().map_or(String::new(), |fact| fact.0.clone());
        match self {
            Self::Pick { asker, fact } => write!(formatter, "pick:{asker}:{}", fact.0),
            Self::Related { asker, fact } => write!(formatter, "related:{asker}:{}", fact.0),
            Self::Open { fact } => write!(formatter, "open:{}", fact.0),
            Self::Sections => formatter.write_str("sections"),
            Self::Vote { helpful: true, fact } => write!(formatter, "helpful:{}", key(fact)),
            Self::Vote { helpful: false, fact } => write!(formatter, "unhelpful:{}", key(fact)),
            Self::Why { fact } => write!(formatter, "why:{}", key(fact)),
            Self::Delete { asker } => write!(formatter, "delete:{asker}"),
            Self::Timeline { asker, years: (from, until), page, button } => {
                write!(formatter, "years:{asker}:{from}:{until}:{page}:{}", button.letter())
            }
            Self::Years { asker } => write!(formatter, "year:{asker}"),
        }
    }
}

/// An id that this version of the bot cannot read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the component is of another version of the bot")]
pub struct UnknownId;

impl FromStr for CustomId {
    type Err = UnknownId;

    fn from_str(text: &str) -> Result<Self, UnknownId> {
        let parts: Vec<&str> = text.split(SEPARATOR).collect();
        let (version, rest) = parts.split_first().ok_or(UnknownId)?;
        if *version != VERSION {
            return Err(UnknownId);
        }
        Ok(match *rest {
            ["pick", asker, fact] => Self::Pick { asker: user(asker)?, fact: key(fact)? },
            ["related", asker, fact] => Self::Related { asker: user(asker)?, fact: key(fact)? },
            ["open", fact] => Self::Open { fact: key(fact)? },
            ["sections"] => Self::Sections,
            ["helpful", fact] => Self::Vote { helpful: true, fact: key(fact).ok() },
            ["unhelpful", fact] => Self::Vote { helpful: false, fact: key(fact).ok() },
            ["why", fact] => Self::Why { fact: key(fact).ok() },
            ["delete", asker] => Self::Delete { asker: user(asker)? },
            ["years", asker, from, until, page, letter] => Self::Timeline {
                asker: user(asker)?,
                years: (number(from)?, number(until)?),
                page: number(page)?,
                button: TimelineButton::ALL
                    .into_iter()
                    .find(|button| button.letter() == letter)
                    .ok_or(UnknownId)?,
            },
            ["year", asker] => Self::Years { asker: user(asker)? },
            _ => return Err(UnknownId),
        })
    }
}

fn user(text: &str) -> Result<UserId, UnknownId> {
    number::<u64>(text).ok().filter(|id| *id > 0).map(UserId::new).ok_or(UnknownId)
}

fn key(text: &str) -> Result<FactKey, UnknownId> {
    text.parse()
}

fn number<T: FromStr>(text: &str) -> Result<T, UnknownId> {
    text.parse().map_err(|_| UnknownId)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<CustomId> {
        let asker = UserId::new(u64::MAX);
        let fact = || FactKey("f".repeat(FACT_ROOM));
        let timeline = TimelineButton::ALL.map(|button| CustomId::Timeline {
            asker,
            years: (i16::MIN, i16::MAX),
            page: 999,
            button,
        });
        let rest = [
            CustomId::Pick { asker, fact: fact() },
            CustomId::Related { asker, fact: fact() },
            CustomId::Open { fact: fact() },
            CustomId::Sections,
            CustomId::Vote { helpful: true, fact: Some(fact()) },
            CustomId::Vote { helpful: false, fact: None },
            CustomId::Why { fact: Some(fact()) },
            CustomId::Why { fact: None },
            CustomId::Delete { asker },
            CustomId::Years { asker },
        ];
        rest.into_iter().chain(timeline).collect()
    }

    #[test]
    fn ids_come_back_as_they_went_and_fit() {
        for id in all() {
            let text = id.to_string();
            assert!(text.chars().count() <= limits::CUSTOM_ID, "{text}");
            assert_eq!(text.parse(), Ok(id), "{text}");
        }
    }

    #[test]
    fn forged_old_and_broken_ids_are_refused() {
        for text in [
            "",
            "1",
            "0:sections",
            "2:sections",
            "1:sections:",
            "1:pick:0:a",
            "1:pick:x:a",
            "1:pick:1:",
            "1:years:1:2010:2010:0:z",
            "1:years:1:99999:2010:0:e",
            "1:delete:-1",
            "vote:yes",
            "🦀",
        ] {
            assert_eq!(text.parse::<CustomId>(), Err(UnknownId), "{text}");
        }
    }

    #[test]
    fn a_long_fact_id_is_found_by_its_hash() {
        let mut base = crate::shipped::matcher().unwrap().base().clone();
        let fact = base.facts.first_mut().unwrap();
        fact.id = "long-".repeat(30);
        let fact = fact.clone();
        let key = FactKey::of(&fact);
        assert!(key.0.starts_with(HASHED));
        assert_eq!(key.find(&base).map(|found| &found.id), Some(&fact.id));
        let other = base.facts.last().unwrap();
        assert_eq!(FactKey::of(other).find(&base), Some(other));
    }
}
