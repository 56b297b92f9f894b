//! The facts of the effective base with what moderators have done to them.

use std::collections::HashSet;

use tokio::task::spawn_blocking;

use super::edits::{Edits, Subject};
use super::entry::Entry;
use super::overlay::Conflict;
use super::{Moderation, ModerationError};
use crate::knowledge::{Fact, FactBase};
use crate::matcher::text::fold_words;

/// What moderators have done to a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// They have added it.
    Added,
    /// They have changed it.
    Edited,
    /// They have taken it away.
    Retired,
}

/// A fact in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// The id of its section.
    pub section: String,
    /// A question that asks for it.
    pub question: String,
    /// What moderators have done to it.
    pub mark: Option<Mark>,
    /// Whether the file below an edit has changed since, so that somebody has to look.
    pub conflict: bool,
}

/// Which facts are listed: all but those that a part leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of a section, by its id.
    pub section: Option<String>,
    /// Those that have every one of these words in their id, question or answer.
    pub words: String,
    /// Those that moderators have touched.
    pub edited: bool,
}

impl Moderation {
    /// The edits whose files have changed since.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn conflicts(&self) -> Result<Vec<Conflict>, ModerationError> {
        let source = self.live.source();
        if source.edits.0.is_empty() {
            return Ok(Vec::new());
        }
        Ok(spawn_blocking(move || source.overlaid()).await??.conflicts)
    }

    /// The facts that pass a filter, in the order of the base; the retired ones at the end.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Listed>, ModerationError> {
        let conflicts = self.conflicts().await?;
        let (served, source) = (self.live.served(), self.live.source());
        let filter = filter.clone();
        let listed =
            spawn_blocking(move || list(served.assistant.base(), &source.edits, &conflicts, &filter));
        Ok(listed.await?)
    }
}

/// The facts of a base, with edits in force in it, that pass a filter; in its order, the retired ones at the end.
#[must_use]
pub fn list(base: &FactBase, edits: &Edits, conflicts: &[Conflict], filter: &Filter) -> Vec<Listed> {
    let words = fold_words(&filter.words);
    let passes = |listed: &Listed, answer: &str| {
        let text = if words.is_empty() {
            String::new()
        } else {
            fold_words(&format!("{} {} {answer}", listed.id, listed.question))
        };
        filter.section.as_ref().is_none_or(|section| *section == listed.section)
            && (!filter.edited || listed.mark.is_some())
            && words.split_whitespace().all(|word| text.contains(word))
    };
    let in_conflict: HashSet<&str> = conflicts
        .iter()
        .filter_map(|conflict| match &conflict.subject {
            Subject::Fact(id) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    let conflict = |id: &str| in_conflict.contains(id);
    let mark = |id: &str| {
        edits.0.get(&Subject::Fact(id.to_owned())).map(|edit| match (&edit.base, &edit.text) {
            (_, None) => Mark::Retired,
            (None, _) => Mark::Added,
            _ => Mark::Edited,
        })
    };
    let standing = base.facts.iter().map(|fact: &Fact| {
        let listed = Listed {
            id: fact.id.clone(),
            section: base.section_of(fact).map(|section| section.id.clone()).unwrap_or_default(),
            question: fact.question.clone(),
            mark: mark(&fact.id),
            conflict: conflict(&fact.id),
        };
        (listed, fact.answer.clone())
    });
    let known: HashSet<&str> = base.facts.iter().map(|fact| fact.id.as_str()).collect();
    // Those that were taken away, and those that do not fit the files any more.
    let absent = edits.0.iter().filter_map(|(subject, edit)| match subject {
        Subject::Fact(id) if !known.contains(id.as_str()) => Some((id, edit)),
        _ => None,
    });
    let absent = absent.map(|(id, edit)| {
        let text = edit.text.as_deref().or(edit.base.as_deref()).unwrap_or_default();
        let entry = Entry::from_toml(text).unwrap_or_default();
        let question = entry.patterns().next().map(|(_, pattern)| pattern.to_owned());
        let listed = Listed {
            id: id.clone(),
            question: question.unwrap_or_default(),
            section: entry.section,
            mark: mark(id),
            conflict: edit.text.is_some() || conflict(id),
        };
        (listed, entry.answer)
    });
    standing
        .chain(absent)
        .filter(|(listed, answer)| passes(listed, answer))
        .map(|(listed, _)| listed)
        .collect()
}
