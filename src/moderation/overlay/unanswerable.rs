//! Edits of questions that have no answer.

use toml_edit::Item;

use super::file::TomlFile;
use super::list::Layout;
use super::listed::{Listed, written};
use super::{Base, Overlaid, Standing, edits_of, to_toml};
use crate::knowledge::KnowledgeFile;
use crate::matcher::text::fold_words;
use crate::moderation::edits::{Edit, Edits, Subject, UnanswerableEntry};

const FILE: &str = "unanswerable.toml";
/// The key of the groups.
const GROUP: &str = "group";
/// The key of a group's questions.
const QUESTIONS: &str = "questions";
/// The topic of the group that questions are added to.
const TOPIC: &str = "asked, and not answered by the source";

/// Applies the edits of such questions. Returns their file where they change it.
pub(super) fn apply(base: &Base<'_>, edits: &Edits, overlaid: &mut Overlaid) -> Option<KnowledgeFile> {
    let mut edits = edits_of(edits, |subject| matches!(subject, Subject::Unanswerable(_))).peekable();
    edits.peek()?;
    let mut listed = read(base)?;
    let mut group = group(&listed);
    for (subject, question, edit) in edits {
        let Ok(wanted) = wanted(question, edit) else { continue };
        if !overlaid.note(subject, edit, compare(&listed, question, edit, wanted.as_ref())) {
            continue;
        }
        let place = wanted.map(|entry| {
            // A question that is only spelt in another way stays in its group.
            let known = listed.held(question).first().map(|(group, _)| *group);
            let number = known.or(group).unwrap_or_else(|| listed.add(&[("topic", TOPIC)]));
            if known.is_none() {
                group = Some(number);
            }
            (number, entry.question)
        });
        listed.change(question, place);
    }
    let (mut file, emptied) = listed.carry_out();
    if !emptied.is_empty() {
        file.take(|number| emptied.contains(&number));
    }
    written(file)
}

/// What the files have of such a question.
pub(super) fn document(base: &Base<'_>, question: &str) -> Option<String> {
    held(&read(base)?, question).first().map(to_toml)
}

/// Reads the file, an empty one where there is none. None where it is no TOML.
fn read(base: &Base<'_>) -> Option<Listed> {
    let file = match base.file(FILE) {
        Some(file) => TomlFile::parse(file, GROUP)?,
        None => TomlFile::empty(base.path(FILE), GROUP),
    };
    Some(Listed::read(file, QUESTIONS, Layout::Lines))
}

/// The number of the group that questions are added to.
fn group(listed: &Listed) -> Option<usize> {
    listed.tables().position(|table| table.get("topic").and_then(Item::as_str) == Some(TOPIC))
}

/// What an edit says. An error where its document is not one of that question.
fn wanted(question: &str, edit: &Edit) -> Result<Option<UnanswerableEntry>, ()> {
    let Some(text) = &edit.text else { return Ok(None) };
    let entry = toml::from_str(text).ok();
    entry.filter(|entry: &UnanswerableEntry| fold_words(&entry.question) == question).map(Some).ok_or(())
}

fn held(listed: &Listed, question: &str) -> Vec<UnanswerableEntry> {
    let held = listed.held(question).iter();
    held.map(|(_, question)| UnanswerableEntry { question: question.clone() }).collect()
}

fn compare(listed: &Listed, question: &str, edit: &Edit, wanted: Option<&UnanswerableEntry>) -> Standing {
    let held = held(listed, question);
    let before = edit.base.as_deref().map(toml::from_str);
    Standing {
        is_contained: wanted.map_or(held.is_empty(), |entry| held.contains(entry)),
        is_unchanged: match before {
            Some(before) => before.is_ok_and(|before| held.contains(&before)),
            None => held.is_empty(),
        },
        shipped: held.first().map(to_toml),
    }
}
