//! What can be wrong with a knowledge file, with the place where it is.

use std::fmt;

/// Whether a base with the fault can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot be loaded.
    Error,
    /// It can, but ought to be mended: `check` reports it and fails.
    Lint,
}

/// One fault of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the knowledge folder.
    pub file: String,
    /// The line, from 1; 0 where the fault is of the whole file.
    pub line: usize,
    /// What is wrong and how to mend it, on one line.
    pub message: String,
    /// Whether it forbids loading.
    pub severity: Severity,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)
        } else {
            write!(f, "{}:{}: {}", self.file, self.line, self.message)
        }
    }
}

/// Every fault that forbids loading a base, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultReport(pub Vec<Fault>);

impl fmt::Display for FaultReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FaultReport {}

/// Gathers the faults of one file, turning byte offsets into lines.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    file: &'a str,
    line_starts: Vec<usize>,
    found: Vec<Fault>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(file: &'a str, text: &str) -> Self {
        let line_starts =
            text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1).collect();
        Self { file, line_starts, found: Vec::new() }
    }

    /// The line of a byte offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset) + 1
    }

    pub(super) fn error(&mut self, offset: usize, message: impl fmt::Display) {
        self.push(offset, &message.to_string(), Severity::Error);
    }

    pub(super) fn lint(&mut self, offset: usize, message: impl fmt::Display) {
        self.push(offset, &message.to_string(), Severity::Lint);
    }

    /// A fault that the TOML reader found.
    pub(super) fn toml(&mut self, error: &toml::de::Error, fallback: usize) {
        let offset = error.span().map_or(fallback, |span| span.start);
        let message = error.message().replace('\n', ", ");
        self.push(offset, &message, Severity::Error);
    }

    /// Whether nothing was found so far.
    pub(super) fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_found(self) -> Vec<Fault> {
        self.found
    }

    fn push(&mut self, offset: usize, message: &str, severity: Severity) {
        self.found.push(Fault {
            file: self.file.to_owned(),
            line: self.line(offset),
            message: message.to_owned(),
            severity,
        });
    }
}
