//! The shipped folder: what is edited there loads as it was edited, and nothing else changes.

use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::knowledge::{FactBase, QuestionKind, load};

fn shipped() -> KnowledgeFiles {
    KnowledgeFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge")).unwrap()
}

fn loaded(files: &KnowledgeFiles) -> FactBase {
    let loaded = load(files);
    assert_eq!(loaded.faults, []);
    loaded.base
}

/// Every fact of a folder.
pub(super) fn entries(files: &KnowledgeFiles) -> Vec<Entry> {
    let base = Base::of(files);
    let tables = base.fact_files().filter_map(|(_, file)| file::TomlFile::parse(file, "fact"));
    let entries = |file: file::TomlFile| {
        let section = file.head()["section"].as_str().unwrap().to_owned();
        file.tables().map(|table| fact::read(table, &section).unwrap()).collect::<Vec<_>>()
    };
    tables.flat_map(entries).collect()
}

/// Some way to edit a fact, by number.
fn edit(entry: &mut Entry, way: usize, sections: &[String]) {
    let id = entry.id.clone();
    match way % 8 {
        0 => entry.answer = format!("It is so, says “{id}”."),
        1 => {
            entry.questions.push(format!("a \"new\" question about {id}"));
            entry.questions.remove(0);
        }
        2 => entry.questions.reverse(),
        3 => {
            entry.variants.insert(QuestionKind::Why, "For no reason.".to_owned());
            entry.variants.remove(&QuestionKind::When);
        }
        4 => {
            entry.yes.insert(0, format!("is it {id}"));
            entry.no.clear();
        }
        5 => {
            entry.date = Some("1999-12".to_owned());
            entry.event = Some(format!("{id} happens."));
        }
        6 => entry.section.clone_from(&sections[way % sections.len()]),
        _ => entry.related.reverse(),
    }
}

#[test]
fn every_file_is_written_as_it_was_read() {
    for file in shipped().0.iter().filter(|file| file.is_toml()) {
        let read = file::TomlFile::parse(file, "fact").unwrap();
        assert!(read.into_file() == *file, "{} differs", file.path);
    }
}

#[test]
fn facts_load_as_they_were_edited() {
    let before = shipped();
    let sections: Vec<String> = loaded(&before).sections.into_iter().map(|section| section.id).collect();
    let mut changes = Vec::new();
    for (number, mut entry) in entries(&before).into_iter().enumerate().filter(|(number, _)| number % 3 == 0)
    {
        edit(&mut entry, number / 3, &sections);
        changes.push(entry);
    }
    let puts: Vec<_> = changes.iter().map(put).collect();
    let edits = edits(&before, &puts);
    let first = overlay(&before, &edits);
    assert_eq!(first.conflicts, []);
    let after = loaded(&first.files);
    assert_eq!(after.facts.len(), loaded(&before).facts.len());
    let documents: HashMap<String, Entry> =
        entries(&first.files).into_iter().map(|entry| (entry.id.clone(), entry)).collect();
    for change in &changes {
        let fact = after.fact(&change.id).unwrap();
        assert_eq!(documents[&change.id], *change);
        assert_eq!((&fact.answer, &fact.event), (&change.answer, &change.event));
        assert_eq!((&fact.variants, &fact.related), (&change.variants, &change.related));
        assert_eq!(after.section_of(fact).unwrap().id, change.section);
    }
    let again = overlay(&first.files, &edits);
    assert_eq!(again.contained.len(), changes.len());
    assert!(again.files == first.files);
}

#[test]
fn an_edit_changes_only_the_lines_that_it_is_about() {
    let before = shipped();
    for mut entry in entries(&before).into_iter().step_by(40) {
        entry.questions.push("one more question".to_owned());
        let after = applied(&before, &[put(&entry)]);
        for (old, new) in before.0.iter().zip(&after.0).filter(|(old, new)| old != new) {
            let old = old.text().unwrap();
            let more = new.text().unwrap().replacen("  \"one more question\",\n", "", 1);
            assert!(more == old, "{} differs elsewhere", new.path);
        }
    }
}

#[test]
fn retiring_and_undoing_it_loads_as_before() {
    let before = shipped();
    let all = entries(&before);
    let retired: Vec<_> = all.iter().step_by(7).map(|entry| retire(&entry.id)).collect();
    let after = applied(&before, &retired);
    assert_eq!(loaded(&after).facts.len(), all.len() - retired.len());
    // Undone in the files that were written, the facts stand at the end of their sections.
    let restored: Vec<_> = all.iter().map(put).collect();
    let restored = overlay(&after, &edits(&after, &restored)).files;
    let sorted = |files: &KnowledgeFiles| {
        let mut entries = entries(files);
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        entries
    };
    loaded(&restored);
    assert!(sorted(&restored) == sorted(&before));
}

#[test]
fn aliases_and_unanswerable_questions_load_as_they_were_edited() {
    let before = shipped();
    let changes = [
        (Subject::alias("Republic of Türkiye"), None),
        (Subject::alias("Tanapi"), Some("alias = \"Tanapi\"\nname = \"tanap\"\n".to_owned())),
        (Subject::alias("Qobustan"), Some("alias = \"Qobustan\"\nname = \"gobustan\"\n".to_owned())),
        (Subject::unanswerable("how deep is the Aras River"), None),
        (Subject::unanswerable("Why is it so?"), Some("question = \"Why is it so?\"\n".to_owned())),
    ];
    let after = loaded(&applied(&before, &changes));
    let aliases = |id: &str| &after.lexicon.name.iter().find(|name| name.id == id).unwrap().aliases;
    assert_eq!(aliases("tanap").last().unwrap(), "Tanapi");
    assert_eq!(aliases("gobustan"), &["Qobustan"]);
    assert!(
        !aliases("turkey").iter().any(|alias| alias.starts_with("Republic of T") && alias.ends_with("iye"))
    );
    assert_eq!(after.unanswerable.last().unwrap().questions, ["Why is it so?"]);
    assert!(!after.unanswerable[0].questions.contains(&"how deep is the Aras River".to_owned()));
}

#[test]
fn ten_thousand_facts_are_added_at_once() {
    let before = shipped();
    let new: Vec<_> = (0..10_000)
        .map(|number| {
            let mut entry = fact(&format!("added-{number}"), if number % 2 == 0 { "star" } else { "tanap" });
            entry.questions.extend((0..8).map(|way| format!("question {way} about the added fact {number}")));
            (Subject::Fact(entry.id.clone()), Edit { base: None, text: Some(entry.to_toml()), change: 1 })
        })
        .collect();
    let edits = Edits(new.into_iter().collect());
    let start = Instant::now();
    let after = overlay(&before, &edits);
    let took = start.elapsed();
    assert_eq!(entries(&after.files).len(), entries(&before).len() + 10_000);
    assert!(took < Duration::from_secs(5), "{took:?}");
}
