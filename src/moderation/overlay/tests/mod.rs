//! What the tests share, and the tests of what concerns every sort of edit.

mod facts;
mod formatting;
mod lexicon;
mod shipped;
mod unanswerable;

use super::*;
use crate::moderation::entry::Entry;

fn files(entries: &[(&str, &str)]) -> KnowledgeFiles {
    let file = |&(path, text): &(&str, &str)| KnowledgeFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    KnowledgeFiles(entries.iter().map(file).collect())
}

fn text<'a>(files: &'a KnowledgeFiles, path: &str) -> &'a str {
    files.get(path).unwrap_or_else(|| panic!("{path} is not there")).text().unwrap()
}

fn paths(files: &KnowledgeFiles) -> Vec<&str> {
    files.0.iter().map(|file| file.path.as_str()).collect()
}

/// Edits that were made to what the files have.
fn edits(files: &KnowledgeFiles, changes: &[(Subject, Option<String>)]) -> Edits {
    let edit = |(subject, text): &(Subject, Option<String>)| {
        let edit = Edit { base: document(files, subject), text: text.clone(), change: 1 };
        (subject.clone(), edit)
    };
    Edits(changes.iter().map(edit).collect())
}

/// Applies changes to what the files have, and checks what holds for all: there is no conflict, each edit that was
/// applied is there afterwards, and applying all of them again changes nothing.
fn applied(before: &KnowledgeFiles, changes: &[(Subject, Option<String>)]) -> KnowledgeFiles {
    let edits = edits(before, changes);
    let first = overlay(before, &edits);
    assert_eq!(first.conflicts, []);
    let second = overlay(&first.files, &edits);
    assert_eq!(second.contained, edits.0.keys().cloned().collect::<Vec<_>>());
    assert_eq!(second.conflicts, []);
    assert_eq!(second.files, first.files);
    assert!(first.files.0.is_sorted_by(|a, b| a.path < b.path));
    first.files
}

fn fact(id: &str, section: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        section: section.to_owned(),
        answer: format!("The answer of {id}."),
        questions: vec![format!("what is {id}"), format!("tell me about {id}")],
        ..Entry::default()
    }
}

fn put(entry: &Entry) -> (Subject, Option<String>) {
    (Subject::Fact(entry.id.clone()), Some(entry.to_toml()))
}

fn retire(id: &str) -> (Subject, Option<String>) {
    (Subject::Fact(id.to_owned()), None)
}

fn entry(files: &KnowledgeFiles, id: &str) -> Entry {
    Entry::from_toml(&document(files, &Subject::Fact(id.to_owned())).unwrap()).unwrap()
}

const FACTS: &str = "section = \"a\"\n\n\
    [[fact]]\nid = \"one\"\nanswer = \"One.\"\nquestions = [\n  \"what is one\",\n]\n\n\
    [[fact]]\nid = \"two\"\nanswer = \"Two.\"\nquestions = [\n  \"what is two\",\n]\n";

#[test]
fn without_edits_the_files_stay() {
    let before = files(&[("en/a.toml", FACTS), ("en/b.toml", "broken ="), ("source.toml", "# Nothing.")]);
    let after = overlay(&before, &Edits::default());
    assert_eq!(after, Overlaid { files: before, ..Overlaid::default() });
}

#[test]
fn documents_are_what_the_files_have() {
    let lexicon =
        "[[name]]\nid = \"star\"\nkind = \"project\"\naliases = [\"The Ştar\"]\nadjectives = [\"stellar\"]\n";
    let unanswerable = "[[group]]\ntopic = \"t\"\nquestions = [\"How deep is it?\"]\n";
    let files =
        files(&[("en/a.toml", FACTS), ("en/lexicon.toml", lexicon), ("en/unanswerable.toml", unanswerable)]);
    let expected =
        Entry { answer: "One.".to_owned(), questions: vec!["what is one".to_owned()], ..fact("one", "a") };
    assert_eq!(document(&files, &Subject::Fact("one".to_owned())), Some(expected.to_toml()));
    let alias = document(&files, &Subject::alias("the star"));
    assert_eq!(alias.as_deref(), Some("alias = \"The Ştar\"\nname = \"star\"\n"));
    let question = document(&files, &Subject::unanswerable("how deep is it"));
    assert_eq!(question.as_deref(), Some("question = \"How deep is it?\"\n"));
    for missing in
        [Subject::Fact("on".to_owned()), Subject::alias("stellar"), Subject::unanswerable("how deep")]
    {
        assert_eq!(document(&files, &missing), None, "{missing}");
    }
}

#[test]
fn the_base_is_the_one_that_is_loaded() {
    let french = FACTS.replace("One.", "Un.");
    let both =
        files(&[("de/a.toml", FACTS), ("en/a.toml", FACTS), ("fr/a.toml", &french), ("x.toml", FACTS)]);
    let change = [put(&fact("one", "a"))];
    let after = applied(&both, &change);
    for path in ["de/a.toml", "fr/a.toml", "x.toml"] {
        assert_eq!(after.get(path), both.get(path));
    }
    assert_ne!(after.get("en/a.toml"), both.get("en/a.toml"));
    let first = files(&[("de/a.toml", FACTS), ("fr/a.toml", &french)]);
    assert_eq!(applied(&first, &change).get("fr/a.toml"), first.get("fr/a.toml"));
    let deeper = files(&[("en/a/a.toml", FACTS), ("fr/a.toml", FACTS)]);
    assert_eq!(document(&deeper, &Subject::Fact("one".to_owned())), None);
    let beside = files(&[("a.toml", FACTS), ("source.toml", "")]);
    assert!(text(&applied(&beside, &change), "a.toml").contains("The answer of one."));
}

#[test]
fn what_changed_in_the_files_since_is_a_conflict_and_the_edit_stands() {
    let before = files(&[("en/a.toml", FACTS)]);
    let wanted = fact("one", "a");
    let changes = [put(&wanted), retire("two"), put(&fact("three", "a"))];
    let edits = edits(&before, &changes);
    let newer = FACTS.replace("One.", "Uno.").replace("Two.", "Due.")
        + "\n[[fact]]\nid = \"three\"\nanswer = \"Tre.\"\nquestions = []\n";
    let now = files(&[("en/a.toml", &newer)]);
    let after = overlay(&now, &edits);
    let conflict = |id: &str| {
        let subject = Subject::Fact(id.to_owned());
        let edit = &edits.0[&subject];
        let shipped = document(&now, &subject);
        Conflict { subject, base: edit.base.clone(), shipped, text: edit.text.clone() }
    };
    assert_eq!(after.conflicts, ["one", "three", "two"].map(conflict));
    assert_eq!(after.conflicts[1].base, None);
    assert_eq!(after.conflicts[2].text, None);
    assert!(after.conflicts[0].shipped.as_ref().unwrap().contains("Uno."));
    assert_eq!(after.contained, []);
    assert_eq!(entry(&after.files, "one"), wanted);
    assert_eq!(document(&after.files, &Subject::Fact("two".to_owned())), None);
}

#[test]
fn a_thing_that_the_files_lost_is_a_conflict_and_comes_back() {
    let before = files(&[("en/a.toml", FACTS)]);
    let edits = edits(&before, &[put(&fact("two", "a"))]);
    let (without, _) = FACTS.split_once("\n[[fact]]\nid = \"two\"").unwrap();
    let after = overlay(&files(&[("en/a.toml", without)]), &edits);
    assert_eq!(after.conflicts.len(), 1);
    assert_eq!(after.conflicts[0].shipped, None);
    assert_eq!(entry(&after.files, "two"), fact("two", "a"));
}

#[test]
fn what_the_files_say_already_is_contained_however_it_is_written() {
    let before = files(&[("en/a.toml", FACTS)]);
    let written = "answer='One.'\nid='one'\nquestions=['what is one']\nyes=[]\nsection='a'\n";
    let changes = [(Subject::Fact("one".to_owned()), Some(written.to_owned())), retire("nine")];
    let mut edits = edits(&before, &changes);
    // What the files had is of no matter then.
    edits.0.values_mut().for_each(|edit| edit.base = Some("id = \"old\"".to_owned()));
    let after = overlay(&before, &edits);
    assert_eq!(after.contained, [Subject::Fact("nine".to_owned()), Subject::Fact("one".to_owned())]);
    assert_eq!(after.conflicts, []);
    assert_eq!(after.files, before);
}

#[test]
fn an_edit_that_cannot_be_read_is_left_out() {
    let lexicon = "[[name]]\nid = \"star\"\nkind = \"project\"\naliases = [\"STAR\"]\n";
    let before = files(&[("en/a.toml", FACTS), ("en/lexicon.toml", lexicon)]);
    let changes = [
        (Subject::Fact("one".to_owned()), Some("id = ".to_owned())),
        (Subject::Fact("two".to_owned()), Some(fact("three", "a").to_toml())),
        (Subject::alias("star"), Some("alias = \"SOCAR\"\nname = \"star\"\n".to_owned())),
        (Subject::unanswerable("how deep"), Some("question = \"how long\"\n".to_owned())),
    ];
    let after = overlay(&before, &edits(&before, &changes));
    assert_eq!(after, Overlaid { files: before, ..Overlaid::default() });
}

#[test]
fn a_file_that_is_no_toml_is_left_alone_with_all_that_concerns_it() {
    let broken = "section = \"b\"\n[[fact]]\nid = \"lost\"\nanswer = \"Lost.\nrelated = [\"one\"]\n";
    let before = files(&[
        ("en/a.toml", FACTS),
        ("en/b.toml", broken),
        ("en/lexicon.toml", "[[name]"),
        ("en/unanswerable.toml", "group = 7"),
    ]);
    let changes = [
        put(&fact("lost", "a")),
        put(&fact("new", "b")),
        put(&fact("one", "b")),
        (Subject::alias("star"), Some("alias = \"star\"\nname = \"star\"\n".to_owned())),
        (Subject::alias("socar"), None),
        (Subject::unanswerable("how deep"), Some("question = \"how deep\"\n".to_owned())),
    ];
    let after = overlay(&before, &edits(&before, &changes));
    assert_eq!(after, Overlaid { files: before.clone(), ..Overlaid::default() });
    let lost = overlay(&before, &edits(&before, &[retire("lost")]));
    assert_eq!(lost, Overlaid { files: before.clone(), ..Overlaid::default() });
    // What concerns other files is applied all the same.
    let after = applied(&before, &[put(&fact("two", "a")), put(&fact("three", "c"))]);
    assert_eq!(entry(&after, "two"), fact("two", "a"));
    assert_eq!(text(&after, "en/b.toml"), broken);
    assert!(after.get("en/c.toml").is_some());
}

#[test]
fn a_file_that_is_not_utf8_is_left_alone() {
    let mut before = files(&[("en/a.toml", FACTS), ("en/b.toml", "section = \"b\"\n")]);
    before.0[1].bytes.push(0xff);
    let after = overlay(&before, &edits(&before, &[put(&fact("new", "b")), retire("one")]));
    assert_eq!(after.files.get("en/b.toml"), before.get("en/b.toml"));
    assert_eq!(document(&after.files, &Subject::Fact("one".to_owned())), None);
    assert_eq!(document(&after.files, &Subject::Fact("new".to_owned())), None);
}
