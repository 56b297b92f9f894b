//! Edits whose files have changed since.

use crate::desk::Desk;

fn in_conflict() -> Desk {
    let desk = Desk::new();
    desk.saved(&["fact", "edit", "io", "--answer", "Io is the hottest of them."]);
    desk.replace("Io is the innermost of them.", "Io is the nearest of them.");
    desk
}

#[test]
fn a_changed_file_below_an_edit_fails_the_check_which_shows_both() {
    let desk = in_conflict();
    let told = desk.refused(&["check"]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[0],
        "the fact `io` was edited, and its file has changed since: settle it with `relations-bot fact keep io` or `relations-bot fact give-up io`"
    );
    for part in [
        "    the file has:\n",
        "        answer = \"Io is the nearest of them.\"\n",
        "    the edit has:\n",
        "        answer = \"Io is the hottest of them.\"\n",
    ] {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
    assert_eq!(*lines.last().unwrap(), "1 conflict");
    // The edit stays in force.
    assert_eq!(desk.answer("what is Io"), "Io is the hottest of them.");
    assert!(desk.done(&["fact", "list", "io"]).contains("  conflict  "));
    let shown = desk.done(&["fact", "show", "io"]);
    assert!(shown.contains("#   answer = \"Io is the nearest of them.\"\n"), "{shown}");
    assert!(shown.contains("\nanswer = \"Io is the hottest of them.\"\n"), "{shown}");
}

#[test]
fn keeping_the_edit_settles_it() {
    let desk = in_conflict();
    let shown = desk.saved(&["fact", "keep", "io"]);
    assert!(
        shown.contains(
            "\n-answer = \"Io is the nearest of them.\"\n+answer = \"Io is the hottest of them.\"\n"
        ),
        "{shown}"
    );
    assert!(desk.done(&["check"]).ends_with(", 1 edit in force\n"));
    assert_eq!(desk.answer("what is Io"), "Io is the hottest of them.");
}

#[test]
fn giving_the_edit_up_settles_it() {
    let desk = in_conflict();
    desk.saved(&["fact", "give-up", "io"]);
    assert!(!desk.done(&["check"]).contains("in force"));
    assert_eq!(desk.answer("what is Io"), "Io is the nearest of them.");
}

#[test]
fn conflicts_of_retired_facts_and_of_facts_that_are_gone_are_settled_too() {
    let desk = Desk::new();
    desk.saved(&["fact", "retire", "io"]);
    desk.saved(&["fact", "edit", "europa", "--answer", "Europa has an ocean."]);
    desk.replace("Io is the innermost of them.", "Io is the nearest of them.");
    desk.replace("id = \"europa\"", "id = \"ocean\"");
    let told = desk.refused(&["check"]);
    assert!(
        told.contains("        it is retired\n") && told.contains("        it is not there any more\n"),
        "{told}"
    );
    // The question of Europa is asked by two facts then.
    assert!(told.ends_with("2 faults, 2 conflicts\n"), "{told}");
    desk.saved(&["fact", "keep", "io"]);
    desk.saved(&["fact", "give-up", "europa"]);
    assert!(desk.done(&["check"]).ends_with(", 1 edit in force\n"));
    assert_eq!(desk.answer("what is Europa"), "Europa is covered by ice.");
}

#[test]
fn an_alias_in_conflict_is_settled_by_its_words() {
    let desk = Desk::new();
    desk.saved(&["fact", "alias", "jupiter", "Father Jove"]);
    let lexicon = desk.base.path().join("en/lexicon.toml");
    let text = std::fs::read_to_string(&lexicon).unwrap();
    std::fs::write(
        &lexicon,
        format!("{text}[[name]]\nid = \"sky\"\nkind = \"god\"\naliases = [\"father Jove\"]\n"),
    )
    .unwrap();
    let told = desk.refused(&["check"]);
    assert!(told.contains("relations-bot fact keep 'father jove'`"), "{told}");
    desk.saved(&["fact", "keep", "father jove"]);
    assert!(desk.done(&["check"]).ends_with(", 1 edit in force\n"));
}
