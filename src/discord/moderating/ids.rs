//! The ids of what moderators press and of the forms that they send. As with [`super::super::custom_id`], they hold
//! all that is needed, and their form has a version; they differ from those in their first letter.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64;

use crate::discord::custom_id::{FactKey, UnknownId};
use crate::discord::limits;
use crate::knowledge::{FactBase, Polarity};
use crate::matcher::text::fold_words;
use crate::moderation::edits::Revision;

/// What every id begins with: the letter, and the version of the form.
const PREFIX: &str = "m1:";
/// Words that are searched for have so much room in an id, in characters.
pub const WORDS_ROOM: usize = 56;

/// What is pressed or sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModeratorId {
    /// Write the draft.
    Save(i64),
    /// Drop the draft.
    Cancel(i64),
    /// The form again, as the draft has it.
    Revise(i64),
    /// The preview again, over what the thing is now.
    Over(i64),
    /// A page of the list of facts.
    List(ListId),
    /// A fact, chosen from a menu.
    OpenFact,
    /// A fact.
    Fact(FactKey),
    /// The form of a fact.
    Edit(FactKey),
    /// Take a fact away.
    Retire(FactKey),
    /// The edit stays, though its file has changed.
    Keep(FactKey),
    /// What the file has replaces the edit.
    GiveUp(FactKey),
    /// A page of the history, of a fact or of all.
    History(Option<FactKey>, usize, Turn),
    /// A change, chosen from a menu.
    OpenChange,
    /// Take a change back.
    Undo(i64),
    /// A page of the missed questions, and what is searched for.
    Missed(usize, Turn, String),
    /// A missed question, chosen from a menu.
    OpenMissed,
    /// The fact answers the missed question, which opens with yes or no.
    Teach(i64, FactKey, Option<Polarity>),
    /// The sections for a new fact that answers the missed question.
    NewFact(i64),
    /// The missed question has no answer.
    NotForUs(i64),
    /// The missed question is not shown any more.
    Dismiss(i64),
    /// All missed questions go.
    Forget,
    /// The form of a new fact: its section, and the missed question that it answers.
    AddForm(SectionKey, Option<i64>),
    /// The form of a fact: whose, its new section, and what its author saw.
    EditForm(FactKey, Option<SectionKey>, Revision),
    /// The form of a draft.
    ReviseForm(i64),
}

/// A page of the list of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListId {
    /// The section.
    pub section: Option<SectionKey>,
    /// Only what moderators have touched.
    pub edited: bool,
    /// The page, from 0.
    pub page: usize,
    /// Which button it is.
    pub turn: Turn,
    /// What is searched for.
    pub words: String,
}

/// Which way a page is turned: ids of buttons must differ even where their targets do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// To the page before.
    Back,
    /// To the page after.
    On,
    /// To the list, from elsewhere.
    Here,
}

/// Stands for a section: the hash of its id, which may be too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionKey(String);

impl SectionKey {
    /// The key of the section of that id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self(format!("{:08x}", xxh3_64(id.as_bytes()) >> 32))
    }

    /// The section's id, where the base has it.
    #[must_use]
    pub fn find<'a>(&self, base: &'a FactBase) -> Option<&'a str> {
        base.sections.iter().map(|section| section.id.as_str()).find(|id| Self::of(id) == *self)
    }
}

/// What is searched for, as far as an id has room for it.
#[must_use]
pub fn words_for_id(words: &str) -> String {
    fold_words(words).chars().take(WORDS_ROOM).collect::<String>().trim().to_owned()
}

impl Turn {
    const ALL: [(Self, &'static str); 3] = [(Self::Back, "b"), (Self::On, "o"), (Self::Here, "h")];

    fn letter(self) -> &'static str {
        Self::ALL.iter().find(|(turn, _)| *turn == self).map_or("h", |(_, letter)| letter)
    }

    fn read(letter: &str) -> Result<Self, UnknownId> {
        Self::ALL.iter().find(|(_, known)| *known == letter).map(|(turn, _)| *turn).ok_or(UnknownId)
    }
}

const POLARITIES: [(Option<Polarity>, &str); 3] =
    [(None, "q"), (Some(Polarity::Yes), "y"), (Some(Polarity::No), "n")];

fn optional<T: fmt::Display>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

impl fmt::Display for SectionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for ModeratorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(PREFIX)?;
        match self {
            Self::Save(draft) => write!(formatter, "save:{draft}"),
            Self::Cancel(draft) => write!(formatter, "cancel:{draft}"),
            Self::Revise(draft) => write!(formatter, "revise:{draft}"),
            Self::Over(draft) => write!(formatter, "over:{draft}"),
            Self::List(ListId { section, edited, page, turn, words }) => {
                let section = optional(section.as_ref());
                write!(formatter, "list:{section}:{}:{page}:{}:{words}", u8::from(*edited), turn.letter())
            }
            Self::OpenFact => formatter.write_str("openfact"),
            Self::Fact(fact) => write!(formatter, "fact:{fact}"),
            Self::Edit(fact) => write!(formatter, "edit:{fact}"),
            Self::Retire(fact) => write!(formatter, "retire:{fact}"),
            Self::Keep(fact) => write!(formatter, "keep:{fact}"),
            Self::GiveUp(fact) => write!(formatter, "giveup:{fact}"),
            Self::History(fact, page, turn) => {
                write!(formatter, "history:{page}:{}:{}", turn.letter(), optional(fact.as_ref()))
            }
            Self::OpenChange => formatter.write_str("openchange"),
            Self::Undo(change) => write!(formatter, "undo:{change}"),
            Self::Missed(page, turn, words) => write!(formatter, "missed:{page}:{}:{words}", turn.letter()),
            Self::OpenMissed => formatter.write_str("openmissed"),
            Self::Teach(missed, fact, polarity) => {
                let letter = POLARITIES.iter().find(|(known, _)| known == polarity);
                write!(formatter, "teach:{missed}:{}:{fact}", letter.map_or("q", |(_, letter)| letter))
            }
            Self::NewFact(missed) => write!(formatter, "newfact:{missed}"),
            Self::NotForUs(missed) => write!(formatter, "notforus:{missed}"),
            Self::Dismiss(missed) => write!(formatter, "dismiss:{missed}"),
            Self::Forget => formatter.write_str("forget"),
            Self::AddForm(section, missed) => {
                write!(formatter, "add:{section}:{}", optional(missed.as_ref()))
            }
            Self::EditForm(fact, section, revision) => {
                write!(formatter, "form:{}:{revision}:{fact}", optional(section.as_ref()))
            }
            Self::ReviseForm(draft) => write!(formatter, "reviseform:{draft}"),
        }
    }
}

/// Whether an id is one of these, of whatever version.
#[must_use]
pub fn is_moderators(id: &str) -> bool {
    let digits = id.strip_prefix('m').and_then(|rest| rest.split_once(':')).map(|(version, _)| version);
    digits.is_some_and(|version| !version.is_empty() && version.chars().all(|digit| digit.is_ascii_digit()))
}

impl FromStr for ModeratorId {
    type Err = UnknownId;

    fn from_str(text: &str) -> Result<Self, UnknownId> {
        if text.chars().count() > limits::CUSTOM_ID {
            return Err(UnknownId);
        }
        let rest = text.strip_prefix(PREFIX).ok_or(UnknownId)?;
        let parts: Vec<&str> = rest.split(':').collect();
        Ok(match *parts.as_slice() {
            ["save", draft] => Self::Save(number(draft)?),
            ["cancel", draft] => Self::Cancel(number(draft)?),
            ["revise", draft] => Self::Revise(number(draft)?),
            ["over", draft] => Self::Over(number(draft)?),
            ["list", section, edited, page, turn, words] => Self::List(ListId {
                section: section_key(section)?,
                edited: edited == "1",
                page: number(page)?,
                turn: Turn::read(turn)?,
                words: words.to_owned(),
            }),
            ["openfact"] => Self::OpenFact,
            ["fact", fact] => Self::Fact(fact.parse()?),
            ["edit", fact] => Self::Edit(fact.parse()?),
            ["retire", fact] => Self::Retire(fact.parse()?),
            ["keep", fact] => Self::Keep(fact.parse()?),
            ["giveup", fact] => Self::GiveUp(fact.parse()?),
            ["history", page, turn, fact] => {
                let fact = if fact.is_empty() { None } else { Some(fact.parse()?) };
                Self::History(fact, number(page)?, Turn::read(turn)?)
            }
            ["openchange"] => Self::OpenChange,
            ["undo", change] => Self::Undo(number(change)?),
            ["missed", page, turn, words] => Self::Missed(number(page)?, Turn::read(turn)?, words.to_owned()),
            ["openmissed"] => Self::OpenMissed,
            ["teach", missed, letter, fact] => {
                let polarity = POLARITIES.iter().find(|(_, known)| *known == letter).ok_or(UnknownId)?;
                Self::Teach(number(missed)?, fact.parse()?, polarity.0)
            }
            ["newfact", missed] => Self::NewFact(number(missed)?),
            ["notforus", missed] => Self::NotForUs(number(missed)?),
            ["dismiss", missed] => Self::Dismiss(number(missed)?),
            ["forget"] => Self::Forget,
            ["add", section, missed] => {
                let missed = if missed.is_empty() { None } else { Some(number(missed)?) };
                Self::AddForm(section_key(section)?.ok_or(UnknownId)?, missed)
            }
            ["form", section, revision, fact] => {
                Self::EditForm(fact.parse()?, section_key(section)?, revision.parse().map_err(|_| UnknownId)?)
            }
            ["reviseform", draft] => Self::ReviseForm(number(draft)?),
            _ => return Err(UnknownId),
        })
    }
}

fn number<T: FromStr>(text: &str) -> Result<T, UnknownId> {
    text.parse().map_err(|_| UnknownId)
}

fn section_key(text: &str) -> Result<Option<SectionKey>, UnknownId> {
    match text.len() {
        0 => Ok(None),
        8 if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(Some(SectionKey(text.to_owned()))),
        _ => Err(UnknownId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<ModeratorId> {
        let fact = || "f".repeat(64).parse::<FactKey>().unwrap();
        let section = || SectionKey::of("somewhere");
        let (id, page) = (i64::MAX, 99_999);
        let mut ids = vec![
            ModeratorId::Save(id),
            ModeratorId::Cancel(id),
            ModeratorId::Revise(id),
            ModeratorId::Over(id),
            ModeratorId::OpenFact,
            ModeratorId::Fact(fact()),
            ModeratorId::Edit(fact()),
            ModeratorId::Retire(fact()),
            ModeratorId::Keep(fact()),
            ModeratorId::GiveUp(fact()),
            ModeratorId::OpenChange,
            ModeratorId::Undo(id),
            ModeratorId::OpenMissed,
            ModeratorId::NewFact(id),
            ModeratorId::NotForUs(id),
            ModeratorId::Dismiss(id),
            ModeratorId::Forget,
            ModeratorId::AddForm(section(), None),
            ModeratorId::AddForm(section(), Some(id)),
            ModeratorId::EditForm(fact(), None, Revision::of(None)),
            ModeratorId::EditForm(fact(), Some(section()), Revision::of(Some("text"))),
            ModeratorId::ReviseForm(id),
        ];
        for (turn, _) in Turn::ALL {
            ids.push(ModeratorId::History(Some(fact()), page, turn));
            ids.push(ModeratorId::History(None, 0, turn));
            ids.push(ModeratorId::Missed(page, turn, "w".repeat(WORDS_ROOM)));
            let words = "ə".repeat(WORDS_ROOM);
            let section = Some(section());
            ids.push(ModeratorId::List(ListId { section, edited: true, page, turn, words }));
        }
        // The number of a group is made by the database, one after the other.
        for (polarity, _) in POLARITIES {
            ids.push(ModeratorId::Teach(999_999_999_999, fact(), polarity));
        }
        ids
    }

    #[test]
    fn ids_come_back_as_they_went_and_fit() {
        for id in all() {
            let text = id.to_string();
            assert!(text.chars().count() <= limits::CUSTOM_ID, "{text}");
            assert!(is_moderators(&text), "{text}");
            assert_eq!(text.parse(), Ok(id), "{text}");
        }
    }

    #[test]
    fn forged_old_and_broken_ids_are_refused() {
        for text in [
            "",
            "m1:",
            "m0:save:1",
            "m2:save:1",
            "m1:save:",
            "m1:save:x",
            "m1:save:99999999999999999999",
            "m1:add::",
            "m1:add:zzzzzzzz:",
            "m1:form::nothex:f",
            "m1:teach:1:z:f",
            "m1:list::1:0:z:",
            "m1:edit:",
            "1:sections",
        ] {
            assert_eq!(text.parse::<ModeratorId>(), Err(UnknownId), "{text}");
        }
        assert!(!is_moderators("1:sections") && !is_moderators("moon:") && is_moderators("m7:save:1"));
    }

    #[test]
    fn what_is_searched_for_is_folded_and_cut() {
        assert_eq!(words_for_id("  Şuşa: the DECLARATION?"), "susa the declaration");
        assert!(words_for_id(&"long ".repeat(99)).chars().count() <= WORDS_ROOM);
    }
}
