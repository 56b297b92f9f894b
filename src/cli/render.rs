//! Replies and events for readers at a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use relations_bot::assistant::{Outcome, Reply, SectionRef};
use serde_json::Value;

/// Lines are not longer, however wide the terminal is: long lines read badly.
const MAX_WIDTH: usize = 88;

/// The style of the main thing.
pub const STRONG: Style = Style::new().bold();
/// The style of what is said beside it.
pub const ASIDE: Style = Style::new().dimmed();
/// The style of what can be chosen.
pub const CHOICE: Style = AnsiColor::Cyan.on_default();

/// Text in a style.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// What somebody has typed, on one line, without anything that a terminal would obey.
pub fn plain(text: &str) -> String {
    let shown: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes rows in columns; each is as wide as its widest cell, and the last one ends where its text ends.
pub fn table<const N: usize>(out: &mut dyn Write, rows: &[[String; N]]) -> io::Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// Prints rows of a longer list, and how many there are in all.
pub fn part_of<const N: usize>(rows: &[[String; N]], total: usize) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    table(&mut out, rows)?;
    if rows.len() < total {
        let shown = rows.len();
        writeln!(out, "{}", styled(ASIDE, &format!("{shown} of {total}: --limit shows more")))?;
    }
    Ok(())
}

/// Prints JSON objects, one a line.
pub fn objects(objects: impl IntoIterator<Item = Value>) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for object in objects {
        writeln!(out, "{object}")?;
    }
    out.flush()
}

/// Writes a reply: its text, its source, and what else may have been meant.
pub fn reply(out: &mut dyn Write, reply: &Reply) -> io::Result<()> {
    paragraph(out, &reply.text, "")?;
    match reply.outcome {
        Outcome::Answer => {
            if let Some(section) = &reply.section {
                source(out, section)?;
            }
        }
        Outcome::Suggest => {
            for (number, suggestion) in (1..).zip(&reply.suggestions) {
                writeln!(out, "  {} {}", styled(CHOICE, &format!("{number}.")), suggestion.question)?;
            }
        }
        Outcome::None => {}
    }
    Ok(())
}

/// Writes where an answer comes from.
pub fn source(out: &mut dyn Write, section: &SectionRef) -> io::Result<()> {
    let address = if section.url.is_empty() { String::new() } else { format!(" · {}", section.url) };
    writeln!(out, "{}", styled(ASIDE, &format!("Source: {}{address}", section.title)))
}

/// Writes text wrapped to the terminal, later lines indented.
pub fn paragraph(out: &mut dyn Write, text: &str, indent: &str) -> io::Result<()> {
    for line in text.lines() {
        let options = textwrap::Options::new(width()).subsequent_indent(indent);
        for wrapped in textwrap::wrap(line, options) {
            writeln!(out, "{wrapped}")?;
        }
    }
    Ok(())
}

/// The width to write in.
pub fn width() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .or_else(|| terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0)))
        .unwrap_or(MAX_WIDTH)
        .clamp(40, MAX_WIDTH)
}
