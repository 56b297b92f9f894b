//! Edits of aliases: other names of what the lexicon knows.

use std::collections::HashMap;

use toml_edit::{Item, Table};

use super::file::TomlFile;
use super::list::Layout;
use super::listed::{Listed, written};
use super::{Base, Overlaid, Standing, edits_of, to_toml};
use crate::knowledge::KnowledgeFile;
use crate::matcher::text::fold_words;
use crate::moderation::edits::{AliasEntry, Edit, Edits, Subject};

const FILE: &str = "lexicon.toml";
/// The key of the names.
const NAME: &str = "name";
/// The key of a name's aliases.
const ALIASES: &str = "aliases";
/// What sort of thing a name is of which nobody has told.
const UNKNOWN_KIND: &str = "thing";

/// Applies the edits of aliases. Returns the lexicon where they change it.
pub(super) fn apply(base: &Base<'_>, edits: &Edits, overlaid: &mut Overlaid) -> Option<KnowledgeFile> {
    let mut edits = edits_of(edits, |subject| matches!(subject, Subject::Alias(_))).peekable();
    edits.peek()?;
    let mut lexicon = Lexicon::read(base)?;
    for (subject, alias, edit) in edits {
        let Ok(wanted) = wanted(alias, edit) else { continue };
        if overlaid.note(subject, edit, lexicon.compare(alias, edit, wanted.as_ref())) {
            let place = wanted.map(|entry| (lexicon.number_of(&entry.name), entry.alias));
            lexicon.listed.change(alias, place);
        }
    }
    written(lexicon.listed.carry_out().0)
}

/// What the lexicon has of an alias.
pub(super) fn document(base: &Base<'_>, alias: &str) -> Option<String> {
    Lexicon::read(base)?.held(alias).first().map(to_toml)
}

/// What an edit says. An error where its document is not one of that alias.
fn wanted(alias: &str, edit: &Edit) -> Result<Option<AliasEntry>, ()> {
    let Some(text) = &edit.text else { return Ok(None) };
    let entry = toml::from_str(text).ok();
    entry.filter(|entry: &AliasEntry| fold_words(&entry.alias) == alias).map(Some).ok_or(())
}

struct Lexicon {
    listed: Listed,
    /// The ids of the names, in order.
    ids: Vec<String>,
    /// The number of each name.
    numbers: HashMap<String, usize>,
}

impl Lexicon {
    /// Reads the lexicon, an empty one where there is none. None where it is no TOML.
    fn read(base: &Base<'_>) -> Option<Self> {
        let file = match base.file(FILE) {
            Some(file) => TomlFile::parse(file, NAME)?,
            None => TomlFile::empty(base.path(FILE), NAME),
        };
        let listed = Listed::read(file, ALIASES, Layout::Line);
        let id = |table: &Table| table.get("id").and_then(Item::as_str).unwrap_or_default().to_owned();
        let ids: Vec<String> = listed.tables().map(id).collect();
        let mut numbers = HashMap::new();
        for (number, id) in ids.iter().enumerate() {
            numbers.entry(id.clone()).or_insert(number);
        }
        Some(Self { listed, ids, numbers })
    }

    /// What is there of an alias: it may be spelt in several ways.
    fn held(&self, alias: &str) -> Vec<AliasEntry> {
        let name = |number: usize| self.ids.get(number).cloned().unwrap_or_default();
        let entry =
            |(number, alias): &(usize, String)| AliasEntry { alias: alias.clone(), name: name(*number) };
        self.listed.held(alias).iter().map(entry).collect()
    }

    fn compare(&self, alias: &str, edit: &Edit, wanted: Option<&AliasEntry>) -> Standing {
        let held = self.held(alias);
        let before = edit.base.as_deref().map(toml::from_str);
        Standing {
            is_contained: match wanted {
                Some(entry) => held.contains(entry) && held.iter().all(|other| other.name == entry.name),
                None => held.is_empty(),
            },
            is_unchanged: match before {
                Some(before) => before.is_ok_and(|before| held.contains(&before)),
                None => held.is_empty(),
            },
            shipped: held.first().map(to_toml),
        }
    }

    /// The number of a name, which is added where it is not there.
    fn number_of(&mut self, name: &str) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.listed.add(&[("id", name), ("kind", UNKNOWN_KIND)]);
        self.ids.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}
