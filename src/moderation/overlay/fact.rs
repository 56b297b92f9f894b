//! A fact in its file: read as an [`Entry`], and changed in place key by key.

use std::collections::BTreeMap;

use toml_edit::{Array, Decor, InlineTable, Item, RawString, Table, TableLike, Value};

use super::list::{Layout, rewrite, text_value, texts};
use crate::knowledge::QuestionKind;
use crate::moderation::entry::Entry;

/// The keys of a fact, in the order that the shipped files have.
const KEYS: [&str; 9] = ["id", "date", "event", "answer", "variants", "questions", "yes", "no", "related"];

/// The keys of variants.
const KINDS: [(QuestionKind, &str); 5] = [
    (QuestionKind::Who, "who"),
    (QuestionKind::When, "when"),
    (QuestionKind::Where, "where"),
    (QuestionKind::HowMany, "how_many"),
    (QuestionKind::Why, "why"),
];

/// Reads a fact. There is none where a key is unknown, missing or of another type: loading reports that.
pub(super) fn read(table: &Table, section: &str) -> Option<Entry> {
    let mut entry = Entry { section: section.to_owned(), ..Entry::default() };
    for (key, item) in table {
        match key {
            "id" => entry.id = text(item)?,
            "date" => entry.date = Some(text(item)?),
            "event" => entry.event = Some(text(item)?),
            "answer" => entry.answer = text(item)?,
            "variants" => entry.variants = variants(item)?,
            "questions" => entry.questions = list(item)?,
            "yes" => entry.yes = list(item)?,
            "no" => entry.no = list(item)?,
            "related" => entry.related = list(item)?,
            _ => return None,
        }
    }
    (table.contains_key("id") && table.contains_key("answer")).then_some(entry)
}

/// Makes a fact say what the entry says. Keys that say it already are left as they are.
pub(super) fn write(table: &mut Table, entry: &Entry) {
    let had: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    set_text(table, "id", Some(&entry.id));
    set_text(table, "date", entry.date.as_deref());
    set_text(table, "event", entry.event.as_deref());
    set_text(table, "answer", Some(&entry.answer));
    set_variants(table, &entry.variants);
    set_list(table, "questions", &entry.questions, Layout::Lines);
    set_list(table, "yes", &entry.yes, Layout::Lines);
    set_list(table, "no", &entry.no, Layout::Lines);
    set_list(table, "related", &entry.related, Layout::Line);
    if !had.is_empty() {
        order(table, had);
    }
}

/// Takes related facts out that are not there any more, and tells whether there were any.
pub(super) fn forget_related(table: &mut Table, is_gone: impl Fn(&str) -> bool) -> bool {
    if !texts(table, "related").any(&is_gone) {
        return false;
    }
    let left: Vec<String> = texts(table, "related").filter(|id| !is_gone(id)).map(str::to_owned).collect();
    set_list(table, "related", &left, Layout::Line);
    true
}

fn text(item: &Item) -> Option<String> {
    item.as_str().map(str::to_owned)
}

fn list(item: &Item) -> Option<Vec<String>> {
    item.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

fn variants(item: &Item) -> Option<BTreeMap<QuestionKind, String>> {
    let variant = |(key, item): (&str, &Item)| {
        let (kind, _) = KINDS.into_iter().find(|&(_, name)| name == key)?;
        Some((kind, text(item)?))
    };
    item.as_table_like()?.iter().map(variant).collect()
}

fn set_text(table: &mut dyn TableLike, key: &str, wanted: Option<&str>) {
    let Some(text) = wanted else {
        table.remove(key);
        return;
    };
    match table.get_mut(key) {
        Some(item) if item.as_str() == Some(text) => {}
        Some(Item::Value(value)) => {
            let decor = value.decor().clone();
            *value = text_value(text);
            *value.decor_mut() = decor;
        }
        _ => {
            table.insert(key, Item::Value(text_value(text)));
        }
    }
}

/// `questions` always stands there; of the other lists only those that hold something.
fn set_list(table: &mut Table, key: &str, wanted: &[String], layout: Layout) {
    if wanted.is_empty() && key != "questions" {
        table.remove(key);
        return;
    }
    match table.get_mut(key) {
        Some(item) if list(item).as_deref() == Some(wanted) => {}
        Some(Item::Value(Value::Array(array))) => rewrite(array, wanted, layout),
        _ => {
            let mut array = Array::new();
            rewrite(&mut array, wanted, layout);
            table.insert(key, Item::Value(Value::Array(array)));
        }
    }
}

fn set_variants(table: &mut Table, wanted: &BTreeMap<QuestionKind, String>) {
    if wanted.is_empty() {
        table.remove("variants");
        return;
    }
    if !table.get("variants").is_some_and(Item::is_table_like) {
        table.insert("variants", Item::Value(Value::InlineTable(InlineTable::new())));
    }
    match table.get_mut("variants") {
        Some(Item::Value(Value::InlineTable(inline))) => set_inline(inline, wanted),
        Some(Item::Table(inner)) => set_kinds(inner, wanted),
        _ => {}
    }
}

fn set_kinds(table: &mut dyn TableLike, wanted: &BTreeMap<QuestionKind, String>) {
    for (kind, key) in KINDS {
        set_text(table, key, wanted.get(&kind).map(String::as_str));
    }
}

/// The same between braces, where spaces and line ends belong to the keys and the last value.
fn set_inline(inline: &mut InlineTable, wanted: &BTreeMap<QuestionKind, String>) {
    let had: Vec<String> = inline.iter().map(|(key, _)| key.to_owned()).collect();
    let above = |key: &String| inline.key(key)?.leaf_decor().prefix()?.as_str();
    let above = had.get(1).or(had.first()).and_then(above);
    let above = above.filter(|above| !above.is_empty()).unwrap_or(" ").to_owned();
    let last = had.last().filter(|_| !inline.trailing_comma()).and_then(|key| inline.get_mut(key));
    if let Some(last) = last {
        let closing = last.decor().suffix().and_then(RawString::as_str).unwrap_or_default().to_owned();
        last.decor_mut().set_suffix("");
        inline.set_trailing(closing);
    } else if had.is_empty() {
        inline.set_trailing(" ");
    }
    set_kinds(inline, wanted);
    for (mut key, item) in inline.iter_mut() {
        if !had.iter().any(|known| known == key.get()) {
            *key.leaf_decor_mut() = Decor::new(above.as_str(), " ");
            *item.decor_mut() = Decor::new(" ", "");
        }
    }
}

/// Puts keys that are new where the shipped files have them: below the last that comes before them there.
fn order(table: &mut Table, had: Vec<String>) {
    let mut keys: Vec<String> = had.into_iter().filter(|key| table.contains_key(key)).collect();
    let known = keys.len();
    for (rank, key) in KEYS.into_iter().enumerate() {
        if table.contains_key(key) && !keys.iter().any(|known| known == key) {
            let before = |known: &String| KEYS.iter().take(rank).any(|key| key == known);
            keys.insert(keys.iter().rposition(before).map_or(0, |at| at + 1), key.to_owned());
        }
    }
    if keys.len() > known {
        let place = |key: &str| keys.iter().position(|known| known == key);
        table.sort_values_by(|a, _, b, _| place(a.get()).cmp(&place(b.get())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_have_the_keys_that_loading_reads() {
        for (kind, key) in KINDS {
            assert_eq!(toml::Value::try_from(kind).unwrap().as_str(), Some(key));
        }
    }
}
