//! Edits of facts: changed in place, moved to another section, added, or taken out.

use std::collections::{HashMap, HashSet};

use toml_edit::{Item, Table};

use super::file::TomlFile;
use super::list::text_value;
use super::{Base, OTHER_FILES, Overlaid, Standing, edits_of, fact};
use crate::knowledge::KnowledgeFile;
use crate::moderation::edits::{Edit, Edits, Subject};
use crate::moderation::entry::Entry;

/// The key of the facts of a file.
const FACT: &str = "fact";
/// Names of files have at most that many characters before their number: file systems allow 255 bytes.
const MAX_NAME_CHARS: usize = 80;

/// Applies the edits of facts. Returns the files that they change.
pub(super) fn apply(base: &Base<'_>, edits: &Edits, overlaid: &mut Overlaid) -> Vec<KnowledgeFile> {
    let edits: Vec<_> = edits_of(edits, |subject| matches!(subject, Subject::Fact(_))).collect();
    if edits.is_empty() {
        return Vec::new();
    }
    let mut files = FactFiles::read(base);
    let retired: HashSet<&str> =
        edits.iter().filter(|(_, _, edit)| edit.text.is_none()).map(|&(_, id, _)| id).collect();
    let mut changes = Vec::new();
    for (subject, id, edit) in edits {
        if let Some((change, standing)) = files.compare(id, edit, &retired)
            && overlaid.note(subject, edit, standing)
        {
            changes.push(change);
        }
    }
    files.carry_out(changes);
    files
        .files
        .into_iter()
        .map(|file| file.toml)
        .filter(|file| file.changed)
        .map(TomlFile::into_file)
        .collect()
}

/// What the files have of a fact.
pub(super) fn document(base: &Base<'_>, id: &str) -> Option<String> {
    // Most files do not have the id, so most need not be read.
    let named = base.fact_files().filter(|(_, file)| file.text().is_ok_and(|text| text.contains(id)));
    let files = named.filter_map(|(_, file)| FactFile::read(file));
    for file in files {
        if let Some(table) = file.toml.tables().find(|table| id_of(table) == Some(id)) {
            return fact::read(table, &file.section).map(|entry| entry.to_toml());
        }
    }
    None
}

/// A fact that is to be changed.
struct Change {
    id: String,
    /// Where it stands.
    place: Option<Place>,
    /// What it is to say; none where it is to go.
    entry: Option<Entry>,
}

/// The numbers of a file and of a fact in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    file: usize,
    table: usize,
}

struct FactFile {
    section: String,
    toml: TomlFile,
}

impl FactFile {
    fn read(file: &KnowledgeFile) -> Option<Self> {
        let toml = TomlFile::parse(file, FACT)?;
        let section = toml.head().get("section").and_then(Item::as_str).unwrap_or_default().to_owned();
        Some(Self { section, toml })
    }
}

/// The files of facts, each read once.
struct FactFiles<'a> {
    base: &'a Base<'a>,
    files: Vec<FactFile>,
    /// Where each fact stands.
    places: HashMap<String, Place>,
    /// The first file of each section.
    sections: HashMap<String, usize>,
    /// The texts between quotation marks and the names of the files that are no TOML, for nobody can tell what such a
    /// file has.
    unread: HashSet<String>,
    /// The names that are in use, and the last number that each has been given.
    names: HashMap<String, usize>,
}

impl<'a> FactFiles<'a> {
    fn read(base: &'a Base<'a>) -> Self {
        let names = OTHER_FILES.iter().map(|name| (stem(name).to_lowercase(), 1)).collect();
        let mut files = Self {
            base,
            files: Vec::new(),
            places: HashMap::new(),
            sections: HashMap::new(),
            unread: HashSet::new(),
            names,
        };
        for (name, file) in base.fact_files() {
            let name = stem(name);
            files.names.insert(name.to_lowercase(), 1);
            match FactFile::read(file) {
                Some(read) => files.add(read),
                None => files.leave(name, file),
            }
        }
        files
    }

    fn add(&mut self, file: FactFile) {
        let number = self.files.len();
        for (table, fact) in file.toml.tables().enumerate() {
            if let Some(id) = id_of(fact) {
                self.places.entry(id.to_owned()).or_insert(Place { file: number, table });
            }
        }
        self.sections.entry(file.section.clone()).or_insert(number);
        self.files.push(file);
    }

    fn leave(&mut self, name: &str, file: &KnowledgeFile) {
        let text = String::from_utf8_lossy(&file.bytes);
        self.unread.extend(text.split(['"', '\'', '\n']).map(str::to_owned));
        self.unread.insert(name.to_owned());
    }

    /// How the files stand to an edit, and what it would change. None where it cannot be applied.
    fn compare(&self, id: &str, edit: &Edit, retired: &HashSet<&str>) -> Option<(Change, Standing)> {
        let wanted = match &edit.text {
            Some(text) => Some(Entry::from_toml(text).ok().filter(|entry| entry.id == id)?),
            None => None,
        };
        let place = self.places.get(id).copied();
        if self.is_unread(id, place, wanted.as_ref()) {
            return None;
        }
        let shipped = place.and_then(|place| self.entry(place));
        let says =
            |document: Option<&Entry>| document.is_none() == place.is_none() && document == shipped.as_ref();
        // A fact that another edit retires is not named any more, whatever this edit says.
        let mut entry = wanted.clone();
        if let Some(entry) = &mut entry {
            entry.related.retain(|id| !retired.contains(id.as_str()));
        }
        let before = edit.base.as_deref().map(Entry::from_toml);
        let standing = Standing {
            is_contained: says(wanted.as_ref()) || says(entry.as_ref()),
            is_unchanged: match before {
                Some(before) => before.is_ok_and(|before| says(Some(&before))),
                None => place.is_none(),
            },
            shipped: shipped.as_ref().map(Entry::to_toml),
        };
        Some((Change { id: id.to_owned(), place, entry }, standing))
    }

    /// Whether a file that is no TOML may have the fact, or be the one that it would go to.
    fn is_unread(&self, id: &str, place: Option<Place>, wanted: Option<&Entry>) -> bool {
        let goes_there = |entry: &Entry| {
            !self.sections.contains_key(&entry.section)
                && (self.unread.contains(&entry.section) || self.unread.contains(&file_name(&entry.section)))
        };
        place.is_none() && self.unread.contains(id) || wanted.is_some_and(goes_there)
    }

    fn entry(&self, place: Place) -> Option<Entry> {
        let file = self.files.get(place.file)?;
        fact::read(file.toml.table(place.table)?, &file.section)
    }

    fn carry_out(&mut self, changes: Vec<Change>) {
        let mut leaving = HashSet::new();
        let mut retired = HashSet::new();
        let mut arriving = Vec::new();
        for Change { id, place, entry } in changes {
            match (place, entry) {
                (Some(place), Some(entry)) if self.is_at_home(place, &entry) => self.write(place, &entry),
                (place, entry) => {
                    leaving.extend(place);
                    match entry {
                        Some(entry) => arriving.push((place, entry)),
                        None => {
                            retired.insert(id);
                        }
                    }
                }
            }
        }
        let mut taken = self.take(&leaving);
        self.forget(&retired);
        for (place, entry) in arriving {
            let (mut table, comments) = place.and_then(|place| taken.remove(&place)).unwrap_or_default();
            fact::write(&mut table, &entry);
            if let Some(file) = self.file_of(&entry.section) {
                file.toml.append(table, &comments);
            }
        }
    }

    fn is_at_home(&self, place: Place, entry: &Entry) -> bool {
        self.files.get(place.file).is_some_and(|file| file.section == entry.section)
    }

    fn write(&mut self, place: Place, entry: &Entry) {
        let Some(file) = self.files.get_mut(place.file) else { return };
        if let Some(table) = file.toml.table_mut(place.table) {
            fact::write(table, entry);
            file.toml.changed = true;
        }
    }

    /// Takes facts out of their files, with the comments right above them.
    fn take(&mut self, leaving: &HashSet<Place>) -> HashMap<Place, (Table, String)> {
        let mut taken = HashMap::new();
        let touched: HashSet<usize> = leaving.iter().map(|place| place.file).collect();
        for (number, file) in self.files.iter_mut().enumerate().filter(|(number, _)| touched.contains(number))
        {
            let place = |table| Place { file: number, table };
            for (table, fact, comments) in file.toml.take(|table| leaving.contains(&place(table))) {
                taken.insert(place(table), (fact, comments));
            }
        }
        taken
    }

    /// Lets no fact name those that are retired, for loading forbids naming what is not there.
    fn forget(&mut self, retired: &HashSet<String>) {
        for file in self.files.iter_mut().filter(|_| !retired.is_empty()) {
            let mut changed = false;
            for table in file.toml.tables_mut() {
                changed |= fact::forget_related(table, |id| retired.contains(id));
            }
            file.toml.changed |= changed;
        }
    }

    /// The file of a section, made where there is none.
    fn file_of(&mut self, section: &str) -> Option<&mut FactFile> {
        if let Some(&number) = self.sections.get(section) {
            return self.files.get_mut(number);
        }
        let mut toml = TomlFile::empty(self.new_path(section), FACT);
        toml.head_mut().insert("section", Item::Value(text_value(section)));
        self.sections.insert(section.to_owned(), self.files.len());
        self.files.push(FactFile { section: section.to_owned(), toml });
        self.files.last_mut()
    }

    /// A path that is free. The first file of a name has no number.
    fn new_path(&mut self, section: &str) -> String {
        let name = file_name(section);
        let mut last = self.names.get(&name).copied().unwrap_or_default();
        let numbered = loop {
            last += 1;
            let numbered = if last == 1 { name.clone() } else { format!("{name}-{last}") };
            if !self.names.contains_key(&numbered) {
                break numbered;
            }
        };
        self.names.insert(numbered.clone(), 1);
        self.names.insert(name, last);
        self.base.path(&format!("{numbered}.toml"))
    }
}

fn id_of(table: &Table) -> Option<&str> {
    table.get("id").and_then(Item::as_str)
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".toml").unwrap_or(name)
}

/// The name of a section's file: it is safe whatever the section is called.
fn file_name(section: &str) -> String {
    let safe = |character: char| match character.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9') => letter,
        _ => '-',
    };
    let name: String = section.chars().take(MAX_NAME_CHARS).map(safe).collect();
    match name.trim_matches('-') {
        "" => "section".to_owned(),
        name => name.to_owned(),
    }
}
