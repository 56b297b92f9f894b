//! Two texts of one thing, as a unified diff.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

use super::render::{ASIDE, STRONG, styled};

const GONE: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();

/// The diff of two documents; none stands for a thing that is not there.
pub fn unified(old: Option<&str>, new: Option<&str>) -> String {
    let diff = TextDiff::from_lines(old.unwrap_or_default(), new.unwrap_or_default());
    diff.unified_diff().header("before", "after").missing_newline_hint(false).to_string()
}

/// Writes a diff in colours.
pub fn write(out: &mut dyn Write, diff: &str) -> io::Result<()> {
    for line in diff.lines() {
        let style = match line.chars().next() {
            _ if line.starts_with("---") || line.starts_with("+++") => STRONG,
            Some('-') => GONE,
            Some('+') => NEW,
            Some('@') => ASIDE,
            _ => Style::new(),
        };
        writeln!(out, "{}", styled(style, line))?;
    }
    Ok(())
}
