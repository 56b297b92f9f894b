//! The life of an edit, and what is refused.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::desk::{Desk, callisto, ended};

#[test]
fn an_edit_is_made_answered_changed_and_taken_back() {
    let desk = Desk::new();
    let shown = desk.saved(&[&callisto("callisto")[..], &["--reason", "it was missing"]].concat());
    for part in [
        "This would add the fact `callisto`:",
        "\n+answer = \"Callisto is dark.\"\n",
        "what is Callisto: no answer → callisto",
        "saved as change 1",
    ] {
        assert!(shown.contains(part), "`{part}` is not in {shown}");
    }
    assert_eq!(desk.answer("what is Callisto?"), "Callisto is dark.");

    let shown = desk.saved(&[
        "fact",
        "edit",
        "callisto",
        "--answer",
        "Callisto is the darkest.",
        "--add-question",
        "Callisto albedo",
        "--author",
        "grace",
    ]);
    assert!(shown.contains("\n-answer = \"Callisto is dark.\"\n"), "{shown}");
    assert!(shown.contains("\n+answer = \"Callisto is the darkest.\"\n"), "{shown}");
    assert_eq!(desk.answer("callisto albedo"), "Callisto is the darkest.");

    let history = desk.objects(&["history"]);
    let told = |at: usize, key: &str| history[at][key].as_str().unwrap().to_owned();
    assert_eq!(history.len(), 2, "{history:?}");
    assert_eq!((told(0, "author"), told(0, "action")), ("shell:grace".to_owned(), "edit".to_owned()));
    assert_eq!((told(1, "author"), told(1, "reason")), ("shell:ada".to_owned(), "it was missing".to_owned()));
    assert_eq!(history, desk.objects(&["fact", "history", "callisto"]));
    assert_eq!(desk.done(&["history", "io"]), "");
    let table = desk.done(&["history", "--limit", "1"]);
    assert!(table.starts_with("2  2") && table.contains("  shell:grace  changed  callisto\n"), "{table}");
    assert!(table.ends_with("1 of 2: --limit shows more\n"), "{table}");
    let shown = desk.done(&["history", "show", "2"]);
    assert!(shown.contains("\n-answer = \"Callisto is dark.\"\n"), "{shown}");

    let told = desk.refused(&["fact", "undo", "1", "--yes"]);
    assert_eq!(told, "error: the fact `callisto` was changed again by change 2: undo that first\n");
    desk.saved(&["fact", "undo", "2"]);
    assert_eq!(desk.answer("what is Callisto?"), "Callisto is dark.");
    desk.saved(&["fact", "undo", "1", "--reason", "it was there"]);
    assert!(desk.answer("what is Callisto?").starts_with("I have no answer"));
    assert_eq!(desk.counts(), (0, 4), "there is no edit any more, and its history stays");
    assert_eq!(desk.refused(&["fact", "show", "callisto"]), "error: there is no fact `callisto`\n");
    assert!(desk.done(&["history"]).contains("undid change 1"));
}

#[test]
fn what_the_files_have_can_be_changed_retired_and_had_back() {
    let desk = Desk::new();
    desk.saved(&["fact", "retire", "europa"]);
    assert!(desk.answer("what is Europa").starts_with("I have no answer"));
    let listed = desk.objects(&["fact", "list", "--edited"]);
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((&listed[0]["id"], &listed[0]["mark"]), (&"europa".into(), &"retired".into()));
    let shown = desk.done(&["fact", "show", "europa"]);
    assert!(shown.starts_with("# retired by change 1\n# the file has:\n#   id = \"europa\"\n"), "{shown}");
    let told = desk.refused(&["fact", "edit", "europa", "--answer", "x", "--yes"]);
    assert_eq!(told, "error: there is no fact `europa`\n");
    desk.saved(&["fact", "undo", "1"]);
    assert_eq!(desk.answer("what is Europa"), "Europa is covered by ice.");

    desk.saved(&[
        "fact",
        "edit",
        "io",
        "--question",
        "what is Io",
        "--yes-question",
        "",
        "--remove-question",
        "what is Io",
        "--add-question",
        "Io, what is it",
    ]);
    let shown = desk.done(&["fact", "show", "io"]);
    assert!(shown.starts_with("# en/galilean.toml, section galilean\n# edited by change 3\n"), "{shown}");
    assert!(shown.ends_with("questions = [\"Io, what is it\"]\n"), "{shown}");
    desk.saved(&["fact", "give-up", "io"]);
    assert_eq!(desk.counts().0, 0);
    assert_eq!(desk.refused(&["fact", "give-up", "io", "--yes"]), "error: there is no edit of `io`\n");
}

#[test]
fn what_show_prints_can_be_edited_and_given_back() {
    let desk = Desk::new();
    let text = desk.done(&["fact", "show", "io"]).replace("innermost", "closest");
    let file = desk.data.path().join("io.toml");
    std::fs::write(&file, &text).unwrap();
    desk.saved(&["fact", "edit", "io", "--from", file.to_str().unwrap()]);
    assert_eq!(desk.answer("what is Io"), "Io is the closest of them.");

    let mut child = desk
        .program()
        .args(["fact", "add", "--from", "-", "--yes"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let fact =
        "id = 'thebe'\nsection = 'galilean'\nanswer = 'Thebe is small.'\nquestions = ['what is Thebe']\n";
    child.stdin.take().unwrap().write_all(fact.as_bytes()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(desk.answer("what is Thebe"), "Thebe is small.");

    let told = desk.refused(&["fact", "edit", "europa", "--from", file.to_str().unwrap(), "--yes"]);
    assert!(told.starts_with("error: the file is of `io`, not of `europa`: "), "{told}");
    std::fs::write(&file, "id = 'x'\nanswr = ''\n").unwrap();
    let told = desk.refused(&["fact", "add", "--from", file.to_str().unwrap(), "--yes"]);
    assert!(told.contains("unknown field `answr`") && told.lines().count() == 1, "{told}");
}

#[test]
fn aliases_and_unanswerable_questions_come_and_go() {
    let desk = Desk::new();
    desk.saved(&["fact", "alias", "jupiter", "Jove"]);
    assert_eq!(desk.answer("what is Jove"), "Jupiter is their planet.");
    desk.saved(&["fact", "alias", "jupiter", "jove", "--remove"]);
    assert_eq!(desk.counts().0, 0);
    let told = desk.refused(&["fact", "alias", "saturn", "Kronos", "--yes"]);
    assert_eq!(told, "error: there is no name `saturn` in the lexicon, which has: jupiter\n");

    desk.saved(&["fact", "unanswerable", "what", "is", "Io", "worth"]);
    assert!(desk.answer("what is io worth?").starts_with("I have no answer"));
    let told = desk.refused(&["fact", "unanswerable", "What is Io worth?", "--yes"]);
    assert!(
        told.starts_with("error: nothing would change: the unanswerable question `what is io worth`"),
        "{told}"
    );
    assert_eq!(desk.objects(&["history", "What is Io worth?"]).len(), 1);
    desk.saved(&["fact", "undo", "3"]);
    assert!(!desk.base.path().join("en/unanswerable.toml").exists(), "the files are never written");
}

#[test]
fn a_fact_learns_a_question_with_a_yes_or_a_no() {
    let desk = Desk::new();
    desk.saved(&["fact", "teach", "is Io the outermost?", "--fact", "io", "--opens", "no"]);
    assert!(desk.answer("is Io the outermost").starts_with("No"), "{}", desk.answer("is Io the outermost"));
    let test = desk.done(&["fact", "test", "is", "Io", "the", "outermost?"]);
    assert_eq!(test, desk.done(&["ask", "--explain", "is Io the outermost?"]));
    assert!(test.contains("Decision:"), "{test}");
    let told = desk.refused(&["fact", "teach", "x", "--fact", "nowhere", "--yes"]);
    assert_eq!(told, "error: there is no fact `nowhere`\n");
}

#[test]
fn every_fault_is_told_at_once_and_nothing_is_saved() {
    let desk = Desk::new();
    let told = desk.refused(&[
        "fact",
        "add",
        "--section",
        "nowhere",
        "--answer",
        "",
        "--question",
        "what is Europa",
        "--question",
        "who (",
        "--date",
        "2010-13",
        "--yes",
    ]);
    for part in [
        "the section `nowhere` is not in source.toml",
        "the answer of `what-is-europa` is empty",
        "`2010-13` is not in the calendar",
        "in `who (`: `(` is opened and never closed",
        "`what is Europa` asks for `what-is-europa` and for `europa`",
        "not saved: ",
    ] {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
    assert_eq!(desk.counts(), (0, 0));
    let told = desk.refused(&["fact", "edit", "io", "--add-question", "Europa ice", "--yes"]);
    assert!(
        told.contains("`io`") && told.contains("`europa`") && told.ends_with("not saved: 1 fault\n"),
        "{told}"
    );
    for (arguments, expected) in [
        (
            &["fact", "add", "--section", "galilean", "--answer", "x", "--question", "y", "--id", "io"][..],
            "there is the fact `io` already",
        ),
        (&["fact", "edit", "io", "--answer", "Io is the innermost of them."], "nothing would change"),
        (
            &["fact", "edit", "io", "--remove-question", "who is Io"],
            "`who is Io` is none of the questions of `io`",
        ),
        (&["fact", "retire", "thebe"], "there is no fact `thebe`"),
        (&["fact", "undo", "7"], "change 7 is not there"),
        (&["fact", "keep", "io"], "no edit of `io` is in conflict"),
        (&["fact", "unanswerable", "?!"], "the question has no word of its own"),
    ] {
        let told = desk.refused(&[arguments, &["--yes"]].concat());
        assert!(told.starts_with(&format!("error: {expected}")) && told.lines().count() == 1, "{told}");
    }
    assert_eq!(desk.counts(), (0, 0));
}

#[test]
fn nothing_is_saved_without_a_yes() {
    let desk = Desk::new();
    let run = desk.run(&callisto("callisto"));
    assert_eq!((run.code, run.told.as_str()), (Some(1), "not saved: add --yes\n"), "{run:?}");
    assert!(run.out.contains("+id = \"callisto\""), "{run:?}");
    let run = desk.run(&[&callisto("callisto")[..], &["--dry-run"]].concat());
    assert_eq!((run.code, run.told.as_str()), (Some(0), ""), "{run:?}");
    assert_eq!(desk.counts(), (0, 0));
    let drafts: i64 = desk.sql(async |connection| {
        sqlx::query_scalar("SELECT count(*) FROM draft").fetch_one(connection).await.unwrap()
    });
    assert_eq!(drafts, 0, "what is not saved is not left lying about");
}

#[test]
fn changes_are_told_to_programs_as_an_object() {
    let desk = Desk::new();
    let object = |arguments: &[&str]| -> (Option<i32>, Value) {
        let run = desk.run(arguments);
        (run.code, serde_json::from_str(&run.out).unwrap())
    };
    let (code, told) = object(&[&callisto("callisto")[..], &["--json"]].concat());
    assert_eq!((code, &told["saved"], &told["change"]), (Some(1), &false.into(), &Value::Null));
    let (code, told) = object(&[&callisto("callisto")[..], &["--json", "--yes"]].concat());
    assert_eq!((code, &told["saved"], &told["change"]), (Some(0), &true.into(), &1.into()));
    assert_eq!(told["impact"]["phrasings"][0]["after"]["fact"], "callisto");
    assert!(told["diff"].as_str().unwrap().contains("+id = \"callisto\""));
    let (code, told) = object(&["fact", "edit", "io", "--add-question", "Europa ice", "--yes", "--json"]);
    assert_eq!((code, told["faults"].as_array().unwrap().len()), (Some(1), 1), "{told}");
    let shown: Value = serde_json::from_str(&desk.done(&["fact", "show", "callisto", "--json"])).unwrap();
    assert_eq!(
        (&shown["mark"], &shown["change"], &shown["shipped"]),
        (&"added".into(), &1.into(), &Value::Null)
    );
}

#[test]
fn the_list_is_filtered_by_section_words_and_edits() {
    let desk = Desk::new();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let listed = desk.objects(&[&["fact", "list"], arguments].concat());
        listed.iter().map(|fact| fact["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&[]), ["io", "europa", "jupiter"]);
    assert_eq!(ids(&["ICE"]), ["europa"]);
    assert_eq!(ids(&["their", "planet"]), ["jupiter"]);
    assert_eq!(ids(&["--section", "other"]), Vec::<String>::new());
    assert_eq!(ids(&["--edited"]), Vec::<String>::new());
    desk.saved(&callisto("callisto"));
    assert_eq!(ids(&["--edited"]), ["callisto"]);
    let table = desk.done(&["fact", "list", "callisto"]);
    assert_eq!(table, "callisto  galilean  added  What is Callisto?\n");
}

#[test]
fn without_a_database_the_setting_is_named() {
    let desk = Desk::new();
    let runs: [&[&str]; 5] = [
        &callisto("x"),
        &["history"],
        &["missed"],
        &["missed", "dismiss", "1"],
        &["fact", "undo", "1", "--yes"],
    ];
    for run in runs {
        let told = ended(desk.program().args(run).env("RELATIONS_BOT__MODERATION__DATABASE", "off"));
        assert_eq!(told.code, Some(1), "{run:?}: {told:?}");
        assert!(told.told.contains("moderation.database") && told.told.lines().count() == 1, "{told:?}");
    }
    for run in [&["fact", "list"][..], &["fact", "show", "io"], &["check"], &["ask", "what is Io"]] {
        let told = ended(desk.program().args(run).env("RELATIONS_BOT__MODERATION__DATABASE", "off"));
        assert_eq!(told.code, Some(0), "{run:?}: {told:?}");
    }
    // Looking makes no database.
    for run in [&["history"][..], &["missed"], &["fact", "list"], &["check"]] {
        desk.done(run);
    }
    assert!(!desk.database().exists());
}

#[test]
fn what_strangers_typed_cannot_steer_a_terminal() {
    let desk = Desk::new();
    desk.saved(&[&callisto("callisto")[..], &["--reason", "a\u{1b}[2Jb\nc", "--author", "x\ry"]].concat());
    let table = desk.done(&["history"]);
    assert!(!table.contains(['\u{1b}', '\r']) && table.lines().count() == 1, "{table:?}");
}
