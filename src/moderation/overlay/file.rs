//! One file whose things are an array of tables, such as `[[fact]]`: changed in place, with its comments kept.

use toml_edit::{ArrayOfTables, DocumentMut, Item, RawString, Table};

use super::comments;
use crate::knowledge::KnowledgeFile;

/// Some editors put it at the head of a file. It is no part of the text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file that was read.
pub(super) struct TomlFile {
    /// The path relative to the folder.
    pub(super) path: String,
    /// Whether it is to be written.
    pub(super) changed: bool,
    document: DocumentMut,
    /// The key of its array of tables.
    key: &'static str,
    has_mark: bool,
    /// Whether each line ends with `\r\n`, which the document does not keep.
    has_returns: bool,
}

impl TomlFile {
    /// Reads a file. There is none where it is no TOML, or where the key holds something else.
    pub(super) fn parse(file: &KnowledgeFile, key: &'static str) -> Option<Self> {
        let text = file.text().ok()?;
        let plain = text.strip_prefix(BYTE_ORDER_MARK);
        let has_mark = plain.is_some();
        let text = plain.unwrap_or(text);
        let has_returns = text.contains("\r\n") && !text.replace("\r\n", "").contains('\n');
        let document = if has_returns { text.replace("\r\n", "\n").parse() } else { text.parse() };
        let mut file = Self {
            path: file.path.clone(),
            changed: false,
            document: document.ok()?,
            key,
            has_mark,
            has_returns,
        };
        file.unfold()?;
        Some(file)
    }

    /// A file that is not there yet.
    pub(super) fn empty(path: String, key: &'static str) -> Self {
        let document = DocumentMut::new();
        Self { path, changed: false, document, key, has_mark: false, has_returns: false }
    }

    /// The keys above the tables.
    pub(super) fn head(&self) -> &Table {
        self.document.as_table()
    }

    /// The same, to be changed.
    pub(super) fn head_mut(&mut self) -> &mut Table {
        self.document.as_table_mut()
    }

    /// The tables, in order.
    pub(super) fn tables(&self) -> impl Iterator<Item = &Table> {
        self.document.get(self.key).and_then(Item::as_array_of_tables).into_iter().flatten()
    }

    /// The table of that number.
    pub(super) fn table(&self, number: usize) -> Option<&Table> {
        self.document.get(self.key)?.as_array_of_tables()?.get(number)
    }

    /// The same, to be changed.
    pub(super) fn table_mut(&mut self, number: usize) -> Option<&mut Table> {
        self.document.get_mut(self.key)?.as_array_of_tables_mut()?.get_mut(number)
    }

    /// The tables, to be changed.
    pub(super) fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        let tables = self.document.get_mut(self.key).and_then(Item::as_array_of_tables_mut);
        tables.into_iter().flat_map(ArrayOfTables::iter_mut)
    }

    /// Puts a table below the others, with its comments right above it.
    pub(super) fn append(&mut self, mut table: Table, comments: &str) {
        let is_alone = self.document.is_empty();
        let is_last = self.document.iter().last().is_none_or(|(key, _)| key == self.key);
        let ends_file = is_last || !self.document.contains_array_of_tables(self.key);
        let mut above = if is_alone { "" } else { "\n" }.to_owned();
        if ends_file {
            // What stood at the end of the file stays above what is new.
            let trailing = self.document.trailing().as_str().unwrap_or_default();
            if trailing.contains('#') {
                above = format!("{}\n\n", trailing.trim_end());
            }
            self.document.set_trailing("");
        }
        table.decor_mut().set_prefix(above + comments);
        let tables = self.document.entry(self.key).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        if let Some(tables) = tables.as_array_of_tables_mut() {
            tables.push(table);
        }
        self.changed = true;
    }

    /// Takes tables out, each with its number and the comments right above it.
    pub(super) fn take(&mut self, is_taken: impl Fn(usize) -> bool) -> Vec<(usize, Table, String)> {
        let mut taken = Vec::new();
        let Some(tables) = self.document.get_mut(self.key).and_then(Item::as_array_of_tables_mut) else {
            return taken;
        };
        let mut stays = String::new();
        let mut follows_head = false;
        for (number, mut table) in std::mem::take(tables).into_iter().enumerate() {
            let mut above = table.decor().prefix().and_then(RawString::as_str).unwrap_or("\n").to_owned();
            if follows_head {
                // The table before it opened the tables without an empty line, and so does this one.
                above = above.trim_start_matches('\n').to_owned();
            }
            let above = comments::join(&std::mem::take(&mut stays), &above);
            follows_head = false;
            if is_taken(number) {
                let (left, own) = comments::split(&above);
                follows_head = tables.is_empty() && left.is_empty() && own == above;
                stays = left;
                forget_position(&mut table);
                taken.push((number, table, own));
            } else {
                table.decor_mut().set_prefix(above);
                tables.push(table);
            }
        }
        if !stays.is_empty() {
            let trailing = stays + self.document.trailing().as_str().unwrap_or_default();
            self.document.set_trailing(trailing);
        }
        self.changed |= !taken.is_empty();
        taken
    }

    /// The file as it is now.
    pub(super) fn into_file(self) -> KnowledgeFile {
        let mut text = self.document.to_string();
        if self.has_returns {
            text = text.replace('\n', "\r\n");
        }
        if self.has_mark {
            text.insert(0, BYTE_ORDER_MARK);
        }
        KnowledgeFile { path: self.path, bytes: text.into_bytes() }
    }

    /// Turns an array of inline tables, which says the same, into the form that can be changed in place.
    fn unfold(&mut self) -> Option<()> {
        match self.document.get(self.key) {
            None | Some(Item::ArrayOfTables(_)) => return Some(()),
            Some(item) if item.as_array()?.is_empty() => {
                self.document.remove(self.key);
                return Some(());
            }
            Some(_) => {}
        }
        let tables = self.document.remove(self.key)?.into_array_of_tables().ok()?;
        self.document.insert(self.key, Item::ArrayOfTables(tables));
        Some(())
    }
}

/// Lets a table stand where it is put, and not where it stood in its old file.
fn forget_position(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Item::Table(inner) = item {
            forget_position(inner);
        }
    }
}
