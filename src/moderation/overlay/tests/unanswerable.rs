//! Questions that have no answer.

use super::*;
use crate::moderation::edits::UnanswerableEntry;

const GROUPS: &str = "# What the source does not answer.\n\n[[group]]\ntopic = \"rivers\"\nquestions = [\n  \
    \"how deep is the Aras\",\n  \"how long is the Aras\",\n]\n\n# By another hand.\n\n[[group]]\ntopic = \"costs\"\n\
    questions = [\n  \"what did it cost\",\n]\n";

fn put(question: &str) -> (Subject, Option<String>) {
    let entry = UnanswerableEntry { question: question.to_owned() };
    (Subject::unanswerable(question), Some(to_toml(&entry)))
}

fn drop(question: &str) -> (Subject, Option<String>) {
    (Subject::unanswerable(question), None)
}

fn after(before: &str, changes: &[(Subject, Option<String>)]) -> String {
    text(&applied(&files(&[("en/unanswerable.toml", before)]), changes), "en/unanswerable.toml").to_owned()
}

const NEW: &str = "[[group]]\ntopic = \"asked, and not answered by the source\"\nquestions = [\n  \"How cold is it?\",\n  \
    \"who \\\"paid\\\"\",\n]\n";

#[test]
fn questions_are_added_to_a_group_of_their_own() {
    let changes = [put("who \"paid\""), put("How cold is it?")];
    let first = after(GROUPS, &changes);
    assert_eq!(first, [GROUPS, "\n", NEW].concat());
    // From then on the group is there.
    let second = after(&first, &[put("why not")]);
    assert!(second.ends_with("  \"who \\\"paid\\\"\",\n  \"why not\",\n]\n"), "{second}");
    assert_eq!(second.matches("[[group]]").count(), 3);
    let none = applied(&files(&[("en/a.toml", FACTS)]), &changes);
    assert_eq!(text(&none, "en/unanswerable.toml"), NEW);
    assert_eq!(after("# Header.\n", &changes), ["# Header.\n\n", NEW].concat());
}

#[test]
fn a_question_is_spelt_anew_in_its_group() {
    let expected = GROUPS.replace("how deep is the Aras", "How deep is the ARAS?");
    assert_eq!(after(GROUPS, &[put("How deep is the ARAS?")]), expected);
}

#[test]
fn an_empty_group_goes() {
    assert_eq!(
        after(GROUPS, &[drop("how deep is the aras")]),
        GROUPS.replace("  \"how deep is the Aras\",\n", "")
    );
    assert_eq!(
        after(GROUPS, &[drop("how deep is the aras"), drop("how long is the aras")]),
        "# What the source does not answer.\n\n# By another hand.\n\n[[group]]\ntopic = \"costs\"\n\
         questions = [\n  \"what did it cost\",\n]\n"
    );
    let (without, _) = GROUPS.split_once("\n[[group]]\ntopic = \"costs\"").unwrap();
    assert_eq!(after(GROUPS, &[drop("what did it cost")]), without);
    assert_eq!(
        after(NEW, &[drop("how cold is it"), drop("who paid"), put("why not")]).matches("[[group]]").count(),
        1
    );
    let tight = GROUPS.replace("# What the source does not answer.\n\n", "");
    let left = after(&tight, &[drop("how deep is the aras"), drop("how long is the aras")]);
    assert!(left.starts_with("# By another hand.\n\n[[group]]"), "{left}");
}

#[test]
fn questions_are_contained_or_in_conflict() {
    let before = files(&[("en/unanswerable.toml", GROUPS)]);
    let same = overlay(&before, &edits(&before, &[put("what did it cost"), drop("why")]));
    assert_eq!(same.contained, [Subject::unanswerable("what did it cost"), Subject::unanswerable("why")]);
    assert_eq!(same.files, before);
    let edits = edits(&before, &[put("What did it cost?")]);
    let now = GROUPS.replace("what did it cost", "what DID it cost");
    let after = overlay(&files(&[("en/unanswerable.toml", &now)]), &edits);
    assert_eq!(after.conflicts.len(), 1);
    assert_eq!(after.conflicts[0].base, put("what did it cost").1);
    assert_eq!(after.conflicts[0].shipped, put("what DID it cost").1);
    assert_eq!(
        text(&after.files, "en/unanswerable.toml"),
        GROUPS.replace("what did it cost", "What did it cost?")
    );
}
