//! Faulty knowledge folders: each fault is told with its file and line, and none brings the program down.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails is a failed test")]

mod support;

use relations_bot::knowledge::MAX_EXPANSIONS;
use support::{bot, folder};

const SOURCE: &str =
    "[article]\ntitle = 'Stars'\nurl = 'https://example.org/stars'\n[[section]]\nid = 'a'\ntitle = 'A'\n";

/// A knowledge folder and what `check` is to say of it.
#[derive(Clone)]
struct Case {
    name: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    faults: Vec<String>,
    /// Whether it can be used nonetheless.
    usable: bool,
}

fn case(name: &'static str, files: &[(&'static str, &str)], faults: &[&str]) -> Case {
    Case {
        name,
        files: files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect(),
        faults: faults.iter().map(|&fault| fault.to_owned()).collect(),
        usable: false,
    }
}

/// A file of one fact with that line in it: the fifth.
fn with_line(line: &str) -> String {
    let mut text = "section = 'a'\n\n[[fact]]\nid = 'x'\n".to_owned();
    text.push_str(line);
    for (key, rest) in [("answer", "answer = 'X.'"), ("questions", "questions = ['what is x']")] {
        if !line.starts_with(key) {
            text.push('\n');
            text.push_str(rest);
        }
    }
    text.push('\n');
    text
}

fn broken_files() -> Vec<Case> {
    let good = with_line("answer = 'X.'");
    let mut not_utf8 = with_line("answer = 'X").into_bytes();
    let line_feed = not_utf8.iter().rposition(|&byte| byte == b'X').unwrap() + 1;
    not_utf8.insert(line_feed, 0xff);
    vec![
        case(
            "a broken TOML file",
            &[("en/a.toml", "section = \"a\n")],
            &["en/a.toml:1: invalid basic string, expected `\"`"],
        ),
        case(
            "an unknown key",
            &[("en/a.toml", "section = 'a'\nauthor = 'me'\n")],
            &["en/a.toml:2: unknown key `author`; a fact file has `section` and `[[fact]]`"],
        ),
        case(
            "a file without a section",
            &[("en/a.toml", "[[fact]]\nid = 'x'\nanswer = 'X.'\nquestions = ['x']\n")],
            &["en/a.toml:1: the file names no section: begin with `section = \"…\"`"],
        ),
        case(
            "an unknown section",
            &[("source.toml", SOURCE), ("en/b.toml", &good.replace("'a'", "'b'"))],
            &["en/b.toml:1: the section `b` is not in source.toml"],
        ),
        case(
            "a lexicon that gives a word two meanings",
            &[
                ("en/a.toml", &good),
                ("en/lexicon.toml", "[synonyms]\nbig = ['large', 'great']\ngood = ['great']\n"),
            ],
            &["en/lexicon.toml:3: `great` belongs to the synonyms of `big` and to the synonyms of `good`"],
        ),
        case(
            "a section tree with an unknown parent",
            &[("en/a.toml", &good), ("source.toml", &format!("{SOURCE}parent = 'root'\n"))],
            &["source.toml:7: the parent `root` is not a section above"],
        ),
        Case {
            files: vec![("en/a.toml", not_utf8)],
            ..case(
                "a file that is not UTF-8",
                &[],
                &["en/a.toml:5: the file is not UTF-8 from here on; save it as UTF-8"],
            )
        },
        case(
            "an empty folder",
            &[],
            &["knowledge: there are no facts: a base needs `<language>/<section>.toml` with `[[fact]]`s"],
        ),
        case(
            "a folder without facts",
            &[("source.toml", SOURCE), ("en/unanswerable.toml", "")],
            &["knowledge: there are no facts: a base needs `<language>/<section>.toml` with `[[fact]]`s"],
        ),
    ]
}

fn faulty_facts() -> Vec<Case> {
    let too_many = format!("{}x", "[a] ".repeat(9));
    let long = "ə".repeat(501);
    [
        (
            "a bad date",
            "date = '2010-13'\nevent = 'E.'".to_owned(),
            "`2010-13` is not in the calendar".to_owned(),
        ),
        (
            "a date in words",
            "date = 'May 2010'\nevent = 'E.'".to_owned(),
            "`May 2010` is not a date: write YYYY, YYYY-MM, YYYY-MM-DD, a decade such as 1990s, or FROM/TO"
                .to_owned(),
        ),
        (
            "an event without a date",
            "event = 'E.'".to_owned(),
            "`x` has an event but no date to put it on the timeline".to_owned(),
        ),
        (
            "a date without an event",
            "date = '2010'".to_owned(),
            "`x` has a date but no event, which the timeline would show".to_owned(),
        ),
        (
            "an answer over 500 characters",
            format!("answer = '{long}'"),
            "the answer of `x` has 501 characters; at most 500 fit".to_owned(),
        ),
        ("an empty answer", "answer = ' '".to_owned(), "the answer of `x` is empty".to_owned()),
        (
            "an empty pattern",
            "questions = ['']".to_owned(),
            "in ``: the pattern is empty, or may expand to nothing".to_owned(),
        ),
        (
            "a pattern that may be nothing",
            "questions = ['[who]']".to_owned(),
            "in `[who]`: the pattern is empty, or may expand to nothing".to_owned(),
        ),
        ("a pattern of signs", "questions = ['?!']".to_owned(), "`?!` has no word to match".to_owned()),
        (
            "an open bracket",
            "questions = ['who (is x']".to_owned(),
            "in `who (is x`: `(` is opened and never closed".to_owned(),
        ),
        (
            "an over-large pattern",
            format!("questions = ['{too_many}']"),
            format!("in `{too_many}`: the pattern expands to more than {MAX_EXPANSIONS} phrasings"),
        ),
        (
            "an unknown rule",
            "questions = ['who is <nobody>']".to_owned(),
            "in `who is <nobody>`: the lexicon has no rule `<nobody>`".to_owned(),
        ),
        (
            "an unknown related fact",
            "related = ['y']".to_owned(),
            "`x` names the related fact `y`, which is not there".to_owned(),
        ),
    ]
    .into_iter()
    .map(|(name, line, message)| {
        let text = with_line(&line);
        case(name, &[("en/a.toml", &text)], &[&format!("en/a.toml:5: {message}")])
    })
    .collect()
}

fn faults_across_facts() -> Vec<Case> {
    let x = with_line("answer = 'X.'");
    let y = x.replace("'x'", "'y'");
    vec![
        case(
            "a duplicate id in one file",
            &[("en/a.toml", &format!("{x}[[fact]]\nid = 'x'\nanswer = 'Y.'\nquestions = ['what is y']\n"))],
            &["en/a.toml:8: the id `x` is there twice"],
        ),
        case(
            "a duplicate id in two files",
            &[("en/a.toml", &x), ("en/b.toml", &x.replace("what is x", "what is y"))],
            &["en/b.toml:4: the id `x` is there twice"],
        ),
        case(
            "two faults in two files at once",
            &[
                ("en/a.toml", &with_line("date = '2010-13'\nevent = 'E.'")),
                ("en/b.toml", &y.replace("what is x", "what is (y")),
            ],
            &[
                "en/a.toml:5: `2010-13` is not in the calendar",
                "en/b.toml:6: in `what is (y`: `(` is opened and never closed",
            ],
        ),
        Case {
            usable: true,
            ..case(
                "one phrasing under two facts",
                &[("en/a.toml", &x), ("en/b.toml", &y)],
                &["en/b.toml:6: `what is x` asks for `y` and for `x`"],
            )
        },
    ]
}

#[test]
fn check_tells_every_fault_at_its_place_and_ask_refuses_the_base() {
    let mut wrong = Vec::new();
    for case in [broken_files(), faulty_facts(), faults_across_facts()].concat() {
        let folder = folder(&case.files);
        let check = bot().arg("check").arg("--knowledge").arg(folder.path()).output().unwrap();
        let told = String::from_utf8(check.stderr).unwrap();
        let mut lines: Vec<&str> = told.lines().collect();
        let total = lines.pop().unwrap_or_default();
        let counted = total.starts_with(&format!("{} fault", case.faults.len()));
        if check.status.code() != Some(1) || !check.stdout.is_empty() || !counted || lines != case.faults {
            wrong.push(format!("check, {}: exit {:?}, {told}", case.name, check.status.code()));
        }
        let ask = bot().args(["ask", "what is x", "--knowledge"]).arg(folder.path()).output().unwrap();
        let told = String::from_utf8(ask.stderr).unwrap();
        let expected =
            if case.usable { String::new() } else { format!("error: {}\n", case.faults.join("\n")) };
        if ask.status.code() != Some(i32::from(!case.usable)) || told != expected {
            wrong.push(format!("ask, {}: exit {:?}, {told}", case.name, ask.status.code()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_command_refuses_a_faulty_base_without_a_panic() {
    let folder = folder(&[("en/a.toml", with_line("date = '2010-13'\nevent = 'E.'"))]);
    let runs: [&[&str]; 6] = [
        &["ask", "--jsonl"],
        &["ask", "--json", "x"],
        &["chat"],
        &["timeline"],
        &["timeline", "2010", "--json"],
        &["export", "--jsonl"],
    ];
    for run in runs {
        bot()
            .args(run)
            .arg("--knowledge")
            .arg(folder.path())
            .assert()
            .code(1)
            .stdout("")
            .stderr("error: en/a.toml:5: `2010-13` is not in the calendar\n");
    }
}

#[test]
fn an_answer_of_exactly_500_characters_is_no_fault() {
    let folder = folder(&[("en/a.toml", with_line(&format!("answer = '{}'", "ə".repeat(500))))]);
    bot().arg("check").arg("--knowledge").arg(folder.path()).assert().success().stderr("");
}
