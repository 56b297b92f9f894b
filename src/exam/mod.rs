//! Marking the assistant on exam files, and fitting the confidence on them.
//!
//! An exam is JSON lines: a question, its kind (`in`, `near` or `far`), and what a right answer has to
//! match. An "in" question is right where it is answered, shortly enough, with a text that matches; a
//! "near" or "far" one where it is not answered.

pub mod fit;
mod marking;

pub use marking::{ExamError, Kind, Mark, Question, Style, matches, parse, read};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::assistant::{Assistant, Outcome, Reply};

/// Answers may have that many characters, and lists and events of a time that many.
const MAX_CHARS: usize = 600;
const MAX_LIST_CHARS: usize = 1_800;

/// The figures of one group of questions, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Figures {
    /// How many questions.
    pub n: usize,
    /// How many were right.
    pub right: f64,
    /// How many had a right answer among the suggestions.
    pub suggested: f64,
    /// How many were not answered.
    pub missed: f64,
    /// How many were answered wrongly.
    pub wrong: f64,
}

/// The result of an exam.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Figures by group: language and kind, all and kind, style and kind.
    pub groups: BTreeMap<String, Figures>,
    /// How many right answers there are to "in" questions, those about a time left out.
    pub sourced: usize,
    /// In percent, how many of them name a right section.
    pub sourced_right: f64,
    /// The questions that were not right, with their marks and replies.
    pub failures: Vec<Failure>,
}

/// A question that was not right.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The question.
    pub question: Question,
    /// Its mark.
    pub mark: Mark,
    /// The reply.
    pub reply: Reply,
}

/// Asks every question and marks the replies.
///
/// # Errors
/// Where a question cannot be asked, because it is empty or too long.
pub fn mark(assistant: &Assistant, questions: &[Question]) -> Result<Report, ExamError> {
    let mut counts: BTreeMap<String, BTreeMap<Mark, usize>> = BTreeMap::new();
    let mut report = Report::default();
    let mut sourced_right = 0usize;
    for question in questions {
        let reply = assistant
            .ask(&question.q)
            .map_err(|error| ExamError::Question { id: question.id.clone(), message: error.to_string() })?;
        let mark = mark_one(question, &reply)?;
        let kind = question.kind;
        let style = &question.style;
        for group in
            [format!("{} {kind}", question.lang), format!("all {kind}"), format!("style {style} {kind}")]
        {
            *counts.entry(group).or_default().entry(mark).or_default() += 1;
        }
        if kind == Kind::In && mark == Mark::Right && *style != Style::YEAR {
            report.sourced += 1;
            sourced_right += usize::from(
                question.names_section(reply.section.as_ref().map(|section| section.title.as_str())),
            );
        }
        if mark != Mark::Right {
            report.failures.push(Failure { question: question.clone(), mark, reply });
        }
    }
    report.sourced_right = percent(sourced_right, report.sourced);
    report.groups = counts
        .into_iter()
        .map(|(group, counts)| {
            let n = counts.values().sum();
            let share = |mark| percent(counts.get(&mark).copied().unwrap_or_default(), n);
            let figures = Figures {
                n,
                right: share(Mark::Right),
                suggested: share(Mark::Suggested),
                missed: share(Mark::Missed),
                wrong: share(Mark::Wrong),
            };
            (group, figures)
        })
        .collect();
    Ok(report)
}

fn mark_one(question: &Question, reply: &Reply) -> Result<Mark, ExamError> {
    let answered = reply.outcome == Outcome::Answer;
    if question.kind != Kind::In {
        return Ok(if answered { Mark::Wrong } else { Mark::Right });
    }
    if answered {
        let limit = if question.style.is_list() { MAX_LIST_CHARS } else { MAX_CHARS };
        let right = reply.text.chars().count() <= limit && matches(question, &reply.text)?;
        return Ok(if right { Mark::Right } else { Mark::Wrong });
    }
    for suggestion in &reply.suggestions {
        if matches(question, &suggestion.answer)? {
            return Ok(Mark::Suggested);
        }
    }
    Ok(Mark::Missed)
}

/// In percent, to one decimal.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn percent(part: usize, whole: usize) -> f64 {
    (1000.0 * part as f64 / whole.max(1) as f64).round() / 10.0
}
