//! The command line: what it prints, for whom, and how it exits.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails is a failed test")]

#[path = "cli/jsonl.rs"]
mod jsonl;
mod support;
#[path = "cli/timeline.rs"]
mod timeline;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::Stdio;

use serde_json::Value;
use support::{bot, folder, program};
use tempfile::TempDir;

/// A question that the shipped base answers, though it is no phrasing to the letter.
const BORDER: &str = "how long is the border?";
/// The keys of a reply.
const REPLY_KEYS: [&str; 10] = [
    "candidates",
    "confidence",
    "date",
    "fact",
    "language",
    "outcome",
    "question",
    "section",
    "suggestions",
    "text",
];
const SECTION_KEYS: [&str; 3] = ["id", "title", "url"];

/// A small base whose text does not change, so that what is printed can be compared to the letter.
fn moons() -> TempDir {
    folder(&[
        (
            "source.toml",
            r#"
[article]
title = "Moons of Jupiter"
url = "https://example.org/moons"
[[section]]
id = "galilean"
title = "Galilean moons"
anchor = "Galilean_moons"
[[section]]
id = "missions"
title = "Missions"
anchor = "Missions"
"#,
        ),
        (
            "en/lexicon.toml",
            r#"
[words]
stop = ["what", "is", "a", "the", "in", "when", "was", "did", "to"]
polar = ["is", "did", "was"]
[timeline]
generic = ["what", "happened", "in"]
"#,
        ),
        (
            "en/smalltalk.toml",
            r#"
[[smalltalk]]
phrases = ["hello"]
reply = "Hello! Ask me about moons."
"#,
        ),
        (
            "en/galilean.toml",
            r#"
section = "galilean"
[[fact]]
id = "io"
answer = "Io is the innermost of the four Galilean moons, and the most volcanic body of the Solar System: more than 400 of its volcanoes are active."
questions = ["what is Io", "tell me about Io", "Io volcanoes"]
yes = ["is Io a moon"]
no = ["is Io a planet"]
[[fact]]
id = "europa"
answer = "Europa is covered by ice, under which there may be an ocean of water."
questions = ["what is Europa", "tell me about Europa", "Europa ice"]
[[fact]]
id = "discovery"
date = "1610-01-07"
event = "Galileo Galilei sees three of the moons for the first time."
answer = "Galileo Galilei saw three of them for the first time on 7 January 1610."
questions = ["when were the moons discovered", "who discovered the moons"]
"#,
        ),
        (
            "en/missions.toml",
            r#"
section = "missions"
[[fact]]
id = "voyager"
date = "1979"
event = "Two Voyager probes fly past Jupiter and photograph its moons from close by, volcanoes on Io among them."
answer = "The two Voyager probes flew past in 1979."
questions = ["when did Voyager fly past", "Voyager flyby"]
[[fact]]
id = "galileo"
date = "1995-12/2003-09-21"
event = "The Galileo probe orbits Jupiter."
answer = "The Galileo probe orbited Jupiter from December 1995 to 21 September 2003."
questions = ["how long did the Galileo probe orbit Jupiter", "Galileo probe"]
"#,
        ),
    ])
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

/// What a successful run prints.
fn printed(arguments: &[&str]) -> String {
    let output = bot().args(arguments).assert().success().stderr("").get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

/// What a run with that exit code prints to standard error, with nothing on standard output.
fn complaint(arguments: &[&str], code: i32) -> String {
    let output = bot().args(arguments).assert().code(code).stdout("").get_output().clone();
    String::from_utf8(output.stderr).unwrap()
}

fn object(text: &str) -> Value {
    assert_eq!(text.lines().count(), 1, "one line: {text}");
    serde_json::from_str(text).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// The commands that the program's help lists.
fn commands(help: &str) -> Vec<&str> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect()
}

/// Words with single spaces between them, so that wrapping does not matter.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

// -- Help

#[test]
fn help_of_the_program_and_of_every_command_is_as_reviewed() {
    let help = printed(&["--help"]);
    insta::assert_snapshot!("help", help);
    let commands = commands(&help);
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        insta::assert_snapshot!(format!("help_{command}"), printed(&[command, "--help"]));
    }
}

// -- ask

#[test]
fn a_question_needs_no_quotation_marks() {
    let quoted = printed(&["ask", BORDER]);
    assert!(quoted.contains("17 km") && quoted.contains("Source: Lead"), "{quoted}");
    assert_eq!(printed(&["ask", "how", "long", "is", "the", "border?"]), quoted);
}

#[test]
fn replies_for_readers_are_as_reviewed() {
    let moons = moons();
    for (name, question) in [
        ("ask_answer", "what is Io"),
        ("ask_yes", "Is Io a moon?"),
        ("ask_no", "is io a PLANET"),
        ("ask_one_event", "what happened in 1979"),
        ("ask_no_event", "what happened in 1700"),
        ("ask_small_talk", "Hello!"),
        ("ask_none", "xylophone quarrels"),
    ] {
        insta::assert_snapshot!(name, printed(&["ask", "--knowledge", path(&moons), question]));
    }
}

#[test]
fn json_has_the_keys_of_the_contract_whatever_the_outcome() {
    let reply = |answer: &str, suggest: &str| {
        let output = bot()
            .args(["ask", "--json", BORDER])
            .env("RELATIONS_BOT__MATCHER__ANSWER", answer)
            .env("RELATIONS_BOT__MATCHER__SUGGEST", suggest)
            .assert()
            .success()
            .get_output()
            .clone();
        object(&String::from_utf8(output.stdout).unwrap())
    };
    let answer = reply("0.5", "0.1");
    let suggest = reply("1.0", "0.0");
    let none = reply("1.0", "1.0");
    for (reply, outcome) in [(&answer, "answer"), (&suggest, "suggest"), (&none, "none")] {
        assert_eq!(keys(reply), REPLY_KEYS, "{reply}");
        assert_eq!(reply["outcome"], outcome, "{reply}");
        assert_eq!(reply["question"], BORDER);
        assert_eq!(reply["language"], "en");
        let confidence = reply["confidence"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&confidence), "{reply}");
        assert!(!reply["text"].as_str().unwrap().is_empty());
        let candidates = reply["candidates"].as_array().unwrap();
        assert_eq!(candidates.len(), 5, "{reply}");
        for candidate in candidates {
            assert_eq!(keys(candidate), ["confidence", "fact"]);
        }
    }
    assert_eq!(answer["fact"], "border-overview");
    assert_eq!(keys(&answer["section"]), SECTION_KEYS);
    assert_eq!(answer["suggestions"], Value::Array(Vec::new()));
    assert!(answer["text"].as_str().unwrap().contains("17 km"));
    for reply in [&suggest, &none] {
        assert!(reply["fact"].is_null() && reply["section"].is_null() && reply["date"].is_null(), "{reply}");
    }
    assert_eq!(none["suggestions"], Value::Array(Vec::new()));
    let suggestions = suggest["suggestions"].as_array().unwrap();
    assert!((2..=4).contains(&suggestions.len()), "{suggest}");
    for suggestion in suggestions {
        assert_eq!(keys(suggestion), ["answer", "fact", "question", "section"]);
        assert_eq!(keys(&suggestion["section"]), SECTION_KEYS);
    }
}

#[test]
fn a_question_about_a_year_is_answered_from_the_timeline() {
    let reply = object(&printed(&["ask", "--json", "What happened in 2010?"]));
    assert_eq!(reply["outcome"], "answer");
    assert_eq!(reply["date"], "2010");
    let text = unwrapped(reply["text"].as_str().unwrap());
    let events: Value = serde_json::from_str(&printed(&["timeline", "2010", "--json"])).unwrap();
    for event in events.as_array().unwrap() {
        assert!(text.contains(event["event"].as_str().unwrap()), "{event} is not in {text}");
    }
}

#[test]
fn an_explanation_shows_repairs_candidates_and_the_decision() {
    let text = printed(&["ask", "--explain", "how long is the bordeer"]);
    for part in
        ["17 km", "Read as:", "Repaired: bordeer → border", "border-overview", "matched:", "Decision:"]
    {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
}

#[test]
fn a_question_may_have_300_characters_whatever_their_bytes() {
    for text in ["ə".repeat(300), format!("  {}\n", "ə".repeat(300))] {
        bot().args(["ask", &text]).assert().success().stderr("");
    }
    let told = complaint(&["ask", &"ə".repeat(301)], 1);
    assert_eq!(
        told,
        "error: the question has 301 characters; at most 300 can be read, so please shorten it\n"
    );
    let input = format!("{}\n{}\n", "ə".repeat(300), "ə".repeat(301));
    let output = bot().args(["ask", "--jsonl"]).write_stdin(input).assert().success().get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    let refused: Vec<bool> = text.lines().map(|line| object(line).get("error").is_some()).collect();
    assert_eq!(refused, [false, true]);
}

// -- Exit codes, colours, pipes

#[test]
fn exit_codes_tell_done_failed_and_bad_usage_apart() {
    let cases: [(&[&str], i32); 19] = [
        (&["--version"], 0),
        (&["ask", "hello"], 0),
        (&["ask", "qwertz uiop"], 0),
        (&["timeline", "2010"], 0),
        (&["ask", " "], 1),
        (&["timeline", "1998"], 1),
        (&["check", "--knowledge", "/nonexistent"], 1),
        (&["check", "--config", "/nonexistent.toml"], 1),
        (&["exam", "/nonexistent.jsonl"], 1),
        (&[], 2),
        (&["bogus"], 2),
        (&["ask"], 2),
        (&["ask", "--bogus", "hello"], 2),
        (&["ask", "--json", "--jsonl"], 2),
        (&["ask", "--jsonl", "hello"], 2),
        (&["ask", "--jsonl", "--explain"], 2),
        (&["exam"], 2),
        (&["export"], 2),
        (&["timeline", "banana"], 2),
    ];
    for (arguments, code) in cases {
        let output = bot().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        // A time without events is told like any other result, on standard output.
        let silent = code == 0 || arguments.first() == Some(&"timeline") && code == 1;
        assert_eq!(told.is_empty(), silent, "{arguments:?}: {told}");
        if code == 1 && !silent {
            assert_eq!(told.lines().count(), 1, "one line a cause: {told}");
            assert!(told.starts_with("error: "), "{told}");
        }
    }
}

#[test]
fn colours_are_for_terminals_and_no_color_forbids_them() {
    let escapes = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output =
            bot().args(arguments).envs(variables.iter().copied()).assert().success().get_output().clone();
        output.stdout.contains(&0x1b)
    };
    let runs: [&[&str]; 3] = [&["ask", BORDER], &["ask", "--explain", BORDER], &["timeline"]];
    for run in runs {
        assert!(!escapes(run, &[]), "{run:?} into a pipe");
        assert!(escapes(run, &[("CLICOLOR_FORCE", "1")]), "{run:?} with colours forced");
        assert!(!escapes(run, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "{run:?} with NO_COLOR");
    }
    let data: [&[&str]; 3] = [&["ask", "--json", BORDER], &["timeline", "--json"], &["export", "--jsonl"]];
    for run in data {
        assert!(!escapes(run, &[("CLICOLOR_FORCE", "1")]), "{run:?} is data");
    }
}

#[test]
fn logs_into_a_pipe_have_no_colours() {
    let moons = moons();
    let output = bot()
        .args(["ask", "--knowledge", path(&moons), "what is Io"])
        .env("RELATIONS_BOT__LOG__FILTER", "info")
        .assert()
        .success()
        .get_output()
        .clone();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("trained"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log:?}");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let runs: [&[&str]; 10] = [
        &["--help"],
        &["ask", BORDER],
        &["ask", "--json", BORDER],
        &["ask", "--explain", BORDER],
        &["ask", "--jsonl"],
        &["chat"],
        &["timeline"],
        &["timeline", "--json"],
        &["check"],
        &["export", "--jsonl"],
    ];
    for run in runs {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let (input, mut questions) = io::pipe().unwrap();
        let child = program().args(run).stdin(input).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        // Commands that read no question have closed their end by then.
        let _ = writeln!(questions, "{BORDER}\n{BORDER}");
        drop(questions);
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{run:?}");
        assert_eq!(output.status.code(), Some(0), "{run:?}");
    }
}

// -- timeline: the rest is in cli/timeline.rs

#[test]
fn printed_timelines_are_as_reviewed() {
    let moons = moons();
    for (name, arguments) in [
        ("timeline_all", &[][..]),
        ("timeline_year", &["1999"]),
        ("timeline_decade", &["1970s"]),
        ("timeline_day", &["1610-01-07"]),
    ] {
        let arguments = [&["timeline", "--knowledge", path(&moons)], arguments].concat();
        insta::assert_snapshot!(name, printed(&arguments));
    }
    let output =
        bot().args(["timeline", "--knowledge", path(&moons), "1800s"]).assert().code(1).get_output().clone();
    insta::assert_snapshot!("timeline_nothing", String::from_utf8(output.stdout).unwrap());
}

// -- check, export

#[test]
fn the_shipped_base_has_no_faults() {
    let text = printed(&["check"]);
    assert!(text.starts_with("no faults: ") && text.lines().count() == 1, "{text}");
}

#[test]
fn an_export_has_every_fact_with_the_keys_of_the_contract() {
    let text = printed(&["export", "--jsonl"]);
    let mut ids = BTreeSet::new();
    for line in text.lines() {
        let fact = object(line);
        assert_eq!(
            keys(&fact),
            ["answer", "date", "event", "id", "language", "questions", "section"],
            "{line}"
        );
        assert_eq!(fact["date"].is_null(), fact["event"].is_null(), "{line}");
        assert_eq!(fact["language"], "en");
        let questions = fact["questions"].as_array().unwrap();
        assert!(!questions.is_empty());
        for question in questions {
            let question = question.as_str().unwrap();
            assert!(!question.contains(['[', ']', '(', ')', '|', '<', '>']), "`{question}` is not expanded");
        }
        assert!(ids.insert(fact["id"].as_str().unwrap().to_owned()), "the id is there twice: {line}");
    }
    let summary = printed(&["check"]);
    assert!(summary.contains(&format!(" {} facts ", ids.len())), "{summary}");
}

// -- chat

#[test]
fn a_chat_from_a_pipe_answers_and_takes_a_number_for_a_suggestion() {
    let moons = moons();
    let output = bot()
        .args(["chat", "--knowledge", path(&moons)])
        .env("RELATIONS_BOT__MATCHER__ANSWER", "1.0")
        .env("RELATIONS_BOT__MATCHER__SUGGEST", "0.0")
        .write_stdin("what is Io\n\n   \nfrozen europa maybe io\n1\n2\n99\nhello\n")
        .assert()
        .success()
        .stderr("")
        .get_output()
        .clone();
    let text = unwrapped(&String::from_utf8(output.stdout).unwrap());
    let io = "Io is the innermost of the four Galilean moons";
    assert!(text.starts_with(io), "no prompt and no welcome in a pipe: {text}");
    let (before, after) = text.split_once("Type a number, or ask in other words.").unwrap();
    let europa =
        "Europa is covered by ice, under which there may be an ocean of water. Source: Galilean moons";
    let (first, second) = (after.find(io), after.find(europa));
    assert!(first.is_some() && second.is_some(), "both suggestions were picked: {after}");
    assert!(before.contains("1. What is ") && before.contains("2. What is "), "{text}");
    assert_eq!(first < second, before.contains("1. What is Io?"), "each number picks its own: {text}");
    assert!(after.ends_with("Hello! Ask me about moons."), "99 is no choice, and the chat goes on: {after}");
}

#[test]
fn a_chat_goes_on_after_a_question_that_is_too_long() {
    let input = format!("{}\n{BORDER}\n", "ə".repeat(301));
    let output = bot().arg("chat").write_stdin(input).assert().success().stderr("").get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("the question has 301 characters"), "{text}");
    assert!(text.contains("17 km"), "{text}");
}

// -- Settings

#[test]
fn unknown_keys_of_a_configuration_file_are_refused() {
    let settings = folder(&[("bot.toml", "[matcher]\nanswr = 0.9\n")]);
    let file = settings.path().join("bot.toml");
    let told = complaint(&["--config", file.to_str().unwrap(), "ask", BORDER], 1);
    assert!(told.starts_with("error: configuration: ") && told.contains("`answr`"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_defaults() {
    let outcome = |command: &mut assert_cmd::Command| {
        let output = command.args(["ask", "--json", BORDER]).assert().success().get_output().clone();
        object(&String::from_utf8(output.stdout).unwrap())["outcome"].as_str().unwrap().to_owned()
    };
    let settings = folder(&[("bot.toml", "[matcher]\nanswer = 1.0\nsuggest = 0.5\n")]);
    let file = settings.path().join("bot.toml");
    assert_eq!(outcome(&mut bot()), "answer");
    assert_eq!(outcome(bot().arg("--config").arg(&file)), "suggest");
    assert_eq!(
        outcome(bot().arg("--config").arg(&file).env("RELATIONS_BOT__MATCHER__ANSWER", "0.6")),
        "answer"
    );
    assert_eq!(outcome(bot().env("RELATIONS_BOT__MATCHER__ANSWER", "1")), "suggest");
}

#[test]
fn the_knowledge_folder_of_the_command_line_goes_before_the_configured_one() {
    let moons = moons();
    let other = folder(&[(
        "en/x.toml",
        "section = 'x'\n[[fact]]\nid = 'x'\nanswer = 'X!'\nquestions = ['what is Io']\n",
    )]);
    let ask = |arguments: &[&str]| {
        let output = bot()
            .args(arguments)
            .args(["ask", "what is Io"])
            .env("RELATIONS_BOT__KNOWLEDGE__DIR", moons.path())
            .assert()
            .success()
            .get_output()
            .clone();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(ask(&[]).starts_with("Io is the innermost"));
    assert!(ask(&["--knowledge", path(&other)]).starts_with("X!"));
}

#[test]
fn a_knowledge_folder_that_is_not_there_is_told_in_one_line() {
    let empty = tempfile::tempdir().unwrap();
    let missing = empty.path().join("nowhere");
    let missing = missing.to_str().unwrap();
    let runs: [&[&str]; 6] =
        [&["ask", BORDER], &["ask", "--jsonl"], &["chat"], &["timeline"], &["check"], &["export", "--jsonl"]];
    for run in runs {
        let told = complaint(&[run, &["--knowledge", missing]].concat(), 1);
        assert_eq!(told.lines().count(), 1, "{run:?}: {told}");
        let expected = format!("error: cannot read the knowledge folder: {missing}: ");
        assert!(told.starts_with(&expected), "{run:?}: {told}");
    }
}
