//! Texts that stand in lists of a file, one list in each table: aliases under names, questions under topics. What is
//! edited is known by its folded form.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use toml_edit::{Array, Item, Table, Value};

use super::file::TomlFile;
use super::list::{Layout, rewrite, text_value, texts};
use crate::knowledge::KnowledgeFile;
use crate::matcher::text::fold_words;

/// A file of such lists, and what is to be changed in it.
pub(super) struct Listed {
    file: TomlFile,
    /// The key of the lists.
    key: &'static str,
    layout: Layout,
    /// Each text with its table, by its folded form.
    held: HashMap<String, Vec<(usize, String)>>,
    /// How many tables there are.
    tables: usize,
    /// What comes in the place of texts: a text with its table, or nothing.
    changes: BTreeMap<String, Option<(usize, String)>>,
}

impl Listed {
    /// Reads the texts of a file.
    pub(super) fn read(file: TomlFile, key: &'static str, layout: Layout) -> Self {
        let mut held: HashMap<String, Vec<(usize, String)>> = HashMap::new();
        let mut tables = 0;
        for table in file.tables() {
            for text in texts(table, key) {
                held.entry(fold_words(text)).or_default().push((tables, text.to_owned()));
            }
            tables += 1;
        }
        Self { file, key, layout, held, tables, changes: BTreeMap::new() }
    }

    /// The tables, in order.
    pub(super) fn tables(&self) -> impl Iterator<Item = &Table> {
        self.file.tables()
    }

    /// What is there of that folded form: each text with the number of its table.
    pub(super) fn held(&self, folded: &str) -> &[(usize, String)] {
        self.held.get(folded).map(Vec::as_slice).unwrap_or_default()
    }

    /// Has everything of that folded form replaced by a text in that table, or taken out.
    pub(super) fn change(&mut self, folded: &str, place: Option<(usize, String)>) {
        self.changes.insert(folded.to_owned(), place);
    }

    /// Puts a table below the others. Returns its number.
    pub(super) fn add(&mut self, texts: &[(&str, &str)]) -> usize {
        let mut table = Table::new();
        for &(key, text) in texts {
            table.insert(key, Item::Value(text_value(text)));
        }
        self.file.append(table, "");
        self.tables += 1;
        self.tables - 1
    }

    /// Makes the changes. Returns the file and the numbers of the tables that have lost all their texts.
    pub(super) fn carry_out(mut self) -> (TomlFile, BTreeSet<usize>) {
        let mut emptied = BTreeSet::new();
        let mut arriving: BTreeMap<usize, Vec<&String>> = BTreeMap::new();
        for (folded, change) in &self.changes {
            for (table, _) in self.held.get(folded).into_iter().flatten() {
                arriving.entry(*table).or_default();
            }
            if let Some((table, _)) = change {
                arriving.entry(*table).or_default().push(folded);
            }
        }
        for (&number, arriving) in &arriving {
            let Some(table) = self.file.table_mut(number) else { continue };
            let wanted = wanted(texts(table, self.key), number, arriving, &self.changes);
            if wanted.is_empty() {
                emptied.insert(number);
            }
            if let Some(array) = list_of(table, self.key) {
                rewrite(array, &wanted, self.layout);
            }
            self.file.changed = true;
        }
        (self.file, emptied)
    }
}

/// The file, where it has changed.
pub(super) fn written(file: TomlFile) -> Option<KnowledgeFile> {
    file.changed.then(|| file.into_file())
}

/// What a list is to hold. A text that replaces another of its list takes its place.
fn wanted<'a>(
    texts: impl Iterator<Item = &'a str>,
    table: usize,
    arriving: &[&String],
    changes: &BTreeMap<String, Option<(usize, String)>>,
) -> Vec<String> {
    let mut wanted = Vec::new();
    let mut placed = BTreeSet::new();
    let here = |folded: &str| changes.get(folded)?.as_ref().filter(|(there, _)| *there == table);
    for text in texts {
        let folded = fold_words(text);
        if !changes.contains_key(&folded) {
            wanted.push(text.to_owned());
        } else if let Some((_, text)) = here(&folded)
            && placed.insert(folded)
        {
            wanted.push(text.clone());
        }
    }
    let below = arriving.iter().filter(|folded| !placed.contains(folded.as_str()));
    wanted.extend(below.filter_map(|folded| here(folded)).map(|(_, text)| text.clone()));
    wanted
}

fn list_of<'a>(table: &'a mut Table, key: &str) -> Option<&'a mut Array> {
    if !table.get(key).is_some_and(Item::is_array) {
        table.insert(key, Item::Value(Value::Array(Array::new())));
    }
    table.get_mut(key)?.as_array_mut()
}
