//! The knowledge files with moderators' edits in them, ready for a pull request.
//!
//! A file is changed only where an edit is about: everything else in it stays as it is, comments and layout included.
//! Files that no edit is about stay the same to the byte.

mod comments;
mod fact;
mod facts;
mod file;
mod lexicon;
mod list;
mod listed;
#[cfg(test)]
mod tests;
mod unanswerable;

use std::collections::HashMap;

use serde::Serialize;

use super::edits::{Edit, Edits, Subject};
use crate::knowledge::{KnowledgeFile, KnowledgeFiles};

/// The folder that is read first, as in loading.
const FIRST_LANGUAGE: &str = "en";
/// The files of a base that hold no facts.
const OTHER_FILES: [&str; 4] = ["lexicon.toml", "smalltalk.toml", "source.toml", "unanswerable.toml"];

/// The files with the edits in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlaid {
    /// The files, sorted by path.
    pub files: KnowledgeFiles,
    /// The edits that were made to something which the files have changed since.
    pub conflicts: Vec<Conflict>,
    /// The subjects of the edits that the files say already.
    pub contained: Vec<Subject>,
}

/// An edit whose thing has changed in the files since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What is edited.
    pub subject: Subject,
    /// What the files had at the edit.
    pub base: Option<String>,
    /// What they have now.
    pub shipped: Option<String>,
    /// The edit, which stays in force.
    pub text: Option<String>,
}

/// Applies edits to the files of the base that [`crate::knowledge::load`] reads.
///
/// An edit is left out where its document cannot be read, or is of something else than its subject, and where the file
/// that it is about is no TOML: loading reports that one.
#[must_use]
pub fn overlay(files: &KnowledgeFiles, edits: &Edits) -> Overlaid {
    let base = Base::of(files);
    let mut overlaid = Overlaid { files: files.clone(), ..Overlaid::default() };
    let mut written = facts::apply(&base, edits, &mut overlaid);
    written.extend(lexicon::apply(&base, edits, &mut overlaid));
    written.extend(unanswerable::apply(&base, edits, &mut overlaid));
    overlaid.write(written);
    overlaid
}

/// What the files have of a thing, as a document.
#[must_use]
pub fn document(files: &KnowledgeFiles, subject: &Subject) -> Option<String> {
    let base = Base::of(files);
    match subject {
        Subject::Fact(id) => facts::document(&base, id),
        Subject::Alias(alias) => lexicon::document(&base, alias),
        Subject::Unanswerable(question) => unanswerable::document(&base, question),
    }
}

/// The edits of one sort of thing, with the key of each.
fn edits_of(edits: &Edits, is_sort: fn(&Subject) -> bool) -> impl Iterator<Item = (&Subject, &str, &Edit)> {
    edits
        .0
        .iter()
        .filter(move |(subject, _)| is_sort(subject))
        .map(|(subject, edit)| (subject, subject.key(), edit))
}

/// How the files stand to an edit.
struct Standing {
    /// Whether they say already what the edit says.
    is_contained: bool,
    /// Whether they still have what they had at the edit.
    is_unchanged: bool,
    /// What they have now.
    shipped: Option<String>,
}

impl Overlaid {
    /// Notes how the files stand to an edit, and tells whether it has to be applied.
    fn note(&mut self, subject: &Subject, edit: &Edit, standing: Standing) -> bool {
        if standing.is_contained {
            self.contained.push(subject.clone());
        } else if !standing.is_unchanged {
            self.conflicts.push(Conflict {
                subject: subject.clone(),
                base: edit.base.clone(),
                shipped: standing.shipped,
                text: edit.text.clone(),
            });
        }
        !standing.is_contained
    }

    /// Puts files in the place of those that have the same path.
    fn write(&mut self, written: Vec<KnowledgeFile>) {
        let files = &mut self.files.0;
        let known = files.len();
        let places: HashMap<String, usize> =
            files.iter().enumerate().map(|(place, file)| (file.path.clone(), place)).collect();
        for file in written {
            match places.get(&file.path).and_then(|&place| files.get_mut(place)) {
                Some(place) => *place = file,
                None => files.push(file),
            }
        }
        if files.len() > known {
            files.sort_by(|a, b| a.path.cmp(&b.path));
        }
    }
}

/// The files that are loaded: those of one language, or those beside `source.toml`.
struct Base<'a> {
    files: &'a KnowledgeFiles,
    /// The folder of the language; empty where there is none.
    folder: &'a str,
}

impl<'a> Base<'a> {
    /// Chooses the language as loading does: English where it is there, else the first.
    fn of(files: &'a KnowledgeFiles) -> Self {
        let texts = files.0.iter().filter(|file| file.is_toml());
        let mut folders = texts.filter_map(|file| file.path.split_once('/')).map(|(folder, _)| folder);
        let first = folders.next().unwrap_or_default();
        let folder = if folders.any(|folder| folder == FIRST_LANGUAGE) { FIRST_LANGUAGE } else { first };
        Self { files, folder }
    }

    /// The path of a file of that name.
    fn path(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }

    /// The file of that name.
    fn file(&self, name: &str) -> Option<&'a KnowledgeFile> {
        self.files.get(&self.path(name))
    }

    /// The files of facts, with their names.
    fn fact_files(&self) -> impl Iterator<Item = (&'a str, &'a KnowledgeFile)> {
        let texts = self.files.0.iter().filter(|file| file.is_toml());
        texts.filter_map(|file| {
            let name = match file.path.rsplit_once('/') {
                Some((folder, name)) => (folder == self.folder).then_some(name)?,
                None => self.folder.is_empty().then_some(file.path.as_str())?,
            };
            (!OTHER_FILES.contains(&name)).then_some((name, file))
        })
    }
}

/// A document as TOML: the same for what is the same.
fn to_toml(document: &impl Serialize) -> String {
    // The documents are tables of texts: there is nothing that TOML has no form for.
    toml::to_string_pretty(document).unwrap_or_default()
}
