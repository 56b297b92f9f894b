//! Exam questions and what makes a text a right answer to one.

use std::fmt;
use std::path::Path;

use fancy_regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Why an exam cannot be marked.
#[derive(Debug, thiserror::Error)]
pub enum ExamError {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// A line is no exam question.
    #[error("{file}:{line}: {message}")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A pattern of a question is no regular expression.
    #[error("the question `{id}`: `{pattern}` is no regular expression: {message}")]
    Pattern {
        /// The question.
        id: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
    /// A question cannot be asked.
    #[error("the question `{id}`: {message}")]
    Question {
        /// The question.
        id: String,
        /// Why not.
        message: String,
    },
}

/// Whether the source answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It does.
    In,
    /// It does not, though the question is about the subject.
    Near,
    /// The question is about something else.
    Far,
}

/// How a question was put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Style(String);

impl Style {
    /// Questions about a time.
    pub const YEAR: &str = "year";

    /// Whether a right answer may be a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self.0.as_str(), "list" | Self::YEAR)
    }
}

impl PartialEq<&str> for Style {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<str> for Style {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

/// One question of an exam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// The question.
    pub q: String,
    /// Its language.
    pub lang: String,
    /// Whether the source answers it.
    pub kind: Kind,
    /// How it is put.
    pub style: Style,
    /// The headings of the sections that answer it.
    #[serde(default)]
    section: Option<Headings>,
    /// Regular expressions: each group needs one that matches.
    #[serde(default)]
    must: Vec<Vec<String>>,
    /// Regular expressions of which none may match.
    #[serde(default)]
    must_not: Vec<String>,
    /// A right answer, or why there is none.
    #[serde(default)]
    pub gold: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Headings {
    One(String),
    Several(Vec<String>),
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// As it should be.
    Right,
    /// A right answer was among the suggestions.
    Suggested,
    /// It was not answered, though it could be.
    Missed,
    /// It was answered wrongly, or though it has no answer.
    Wrong,
}

impl Question {
    /// Whether a heading is one of those that answer the question.
    #[must_use]
    pub fn names_section(&self, title: Option<&str>) -> bool {
        let Some(title) = title.map(fold) else { return false };
        match &self.section {
            Some(Headings::One(heading)) => fold(heading) == title,
            Some(Headings::Several(headings)) => headings.iter().any(|heading| fold(heading) == title),
            None => false,
        }
    }
}

/// Reads an exam file.
///
/// # Errors
/// Where it cannot be read or a line is no question.
pub fn read(path: &Path) -> Result<Vec<Question>, ExamError> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ExamError::Io(file.clone(), error))?;
    parse(&file, &text)
}

/// Reads the text of an exam file of that name.
///
/// # Errors
/// Where a line is no question.
pub fn parse(file: &str, text: &str) -> Result<Vec<Question>, ExamError> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| ExamError::Line {
                file: file.to_owned(),
                line: at + 1,
                message: error.to_string(),
            })
        })
        .collect()
}

/// Whether a text is a right answer: every group has a match, and nothing forbidden has one.
///
/// # Errors
/// Where a pattern of the question is no regular expression.
pub fn matches(question: &Question, text: &str) -> Result<bool, ExamError> {
    let text = fold(text);
    let found = |pattern: &String| -> Result<bool, ExamError> {
        let failed = |message: String| ExamError::Pattern {
            id: question.id.clone(),
            pattern: pattern.clone(),
            message,
        };
        let regex: Regex = RegexBuilder::new(pattern)
            .case_insensitive(true)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        regex.is_match(&text).map_err(|error| failed(error.to_string()))
    };
    for group in &question.must {
        let mut any = false;
        for pattern in group {
            any = any || found(pattern)?;
        }
        if !any {
            return Ok(false);
        }
    }
    for pattern in &question.must_not {
        if found(pattern)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Folds accents, dashes and quotation marks, as exams expect.
fn fold(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|character| match character {
            'ı' => 'i',
            'İ' => 'I',
            'ə' => 'e',
            'Ə' => 'E',
            other => other,
        })
        .collect();
    plain
        .nfkd()
        .filter(|&character| !is_combining_mark(character))
        .map(|character| match character {
            '‐'..='―' | '−' => '-',
            '’' | '‘' => '\'',
            '“' | '”' => '"',
            other => other,
        })
        .collect()
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::In => "in",
            Self::Near => "near",
            Self::Far => "far",
        })
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right => "right",
            Self::Suggested => "suggested",
            Self::Missed => "missed",
            Self::Wrong => "wrong",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(must: &str, must_not: &str) -> Question {
        let line = format!(
            r#"{{"id":"x","q":"?","lang":"en","kind":"in","style":"plain","section":["Lead","STAR"],"must":{must},"must_not":{must_not}}}"#
        );
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn a_text_needs_every_group_and_nothing_forbidden() {
        let question = question(r#"[["Igdir","Kars"],["\\bconsul"]]"#, r#"["^\\W*no\\b(?=[,.])"]"#);
        assert!(matches(&question, "The consulate in Iğdır.").unwrap());
        assert!(!matches(&question, "The embassy in Iğdır.").unwrap());
        assert!(!matches(&question, "No. The consulate is in Kars.").unwrap());
        assert!(matches(&question, "“North” of the consulate – Kars").unwrap());
    }

    #[test]
    fn any_of_several_headings_is_a_right_source() {
        let question = question("[]", "[]");
        assert!(question.names_section(Some("STAR")));
        assert!(!question.names_section(Some("TANAP")) && !question.names_section(None));
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let error = matches(&question(r#"[["("]]"#, "[]"), "x").unwrap_err().to_string();
        assert!(error.contains("`x`") && error.contains("`(`"), "{error}");
    }
}
