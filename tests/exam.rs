//! The bot on every exam under `tests/exam`, against floors that may only rise.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails is a failed test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use relations_bot::assistant::Assistant;
use relations_bot::exam::{Figures, Report, mark, read};
use relations_bot::shipped;

/// In percent, over all files together. "In" questions have an answer in the article, "near" ones are
/// about its subject and have none, "far" ones are about something else.
const FLOOR_IN_RIGHT: f64 = 94.5;
const CEILING_IN_WRONG: f64 = 1.8;
const FLOOR_NEAR_RIGHT: f64 = 87.0;
const FLOOR_FAR_RIGHT: f64 = 98.0;
/// How many right answers name a right section.
const FLOOR_SOURCE: f64 = 98.0;

/// Failures that are shown where a floor is missed.
const SHOWN: usize = 40;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exam");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    files
}

fn table(report: &Report) -> String {
    let mut text =
        format!("{:28}{:>5}{:>8}{:>9}{:>8}{:>7}\n", "", "n", "right", "suggest", "missed", "wrong");
    for (group, Figures { n, right, suggested, missed, wrong }) in &report.groups {
        writeln!(text, "{group:28}{n:>5}{right:>8.1}{suggested:>9.1}{missed:>8.1}{wrong:>7.1}").unwrap();
    }
    writeln!(text, "{:28}{:>5}{:>8.1}", "source of right answers", report.sourced, report.sourced_right)
        .unwrap();
    for failure in report.failures.iter().take(SHOWN) {
        let question = &failure.question;
        writeln!(text, "{} {} {}: {}", question.id, question.kind, failure.mark, question.q).unwrap();
    }
    text
}

#[test]
fn the_exams_are_passed() {
    let files = files();
    let questions: Vec<_> = files.iter().flat_map(|file| read(file).unwrap()).collect();
    let assistant = Assistant::new(shipped::matcher().unwrap(), <_>::default());
    let report = mark(&assistant, &questions).unwrap();
    let [within, near, far] = ["all in", "all near", "all far"].map(|group| report.groups[group]);
    let missed: Vec<String> = [
        ("in, right", within.right, FLOOR_IN_RIGHT, within.right >= FLOOR_IN_RIGHT),
        ("in, wrong", within.wrong, CEILING_IN_WRONG, within.wrong <= CEILING_IN_WRONG),
        ("near, right", near.right, FLOOR_NEAR_RIGHT, near.right >= FLOOR_NEAR_RIGHT),
        ("far, right", far.right, FLOOR_FAR_RIGHT, far.right >= FLOOR_FAR_RIGHT),
        ("source", report.sourced_right, FLOOR_SOURCE, report.sourced_right >= FLOOR_SOURCE),
    ]
    .into_iter()
    .filter(|(.., met)| !met)
    .map(|(name, figure, bound, _)| format!("{name}: {figure:.1}, the bound is {bound:.1}"))
    .collect();
    assert!(missed.is_empty(), "{}\n{}", missed.join("\n"), table(&report));
}

#[test]
fn every_exam_question_can_be_marked_and_has_an_id_of_its_own() {
    let mut ids = std::collections::BTreeMap::new();
    for file in files() {
        let questions = read(&file).unwrap();
        assert!(!questions.is_empty(), "{} has no questions", file.display());
        for question in questions {
            if let Some(other) = ids.insert(question.id.clone(), file.clone()) {
                panic!("`{}` is in {} and in {}", question.id, other.display(), file.display());
            }
        }
    }
}
