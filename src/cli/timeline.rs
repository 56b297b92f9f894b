//! `timeline`: dated events as a list, or all of them with a bar a year.

use std::io::{self, Write};

use anyhow::Result;
use clap::Args;
use relations_bot::knowledge::{FactBase, Period};
use relations_bot::timeline::{Event, events, nearest_hint, years};

use super::render::{ASIDE, CHOICE, STRONG, paragraph, styled};
use super::{Context, Status};

#[derive(Debug, Args)]
pub struct TimelineArguments {
    /// 2010, 2010-06, 2010-06-15, 1990s, 2009..2012; everything without it
    #[arg(value_name = "WHEN", value_parser = |text: &str| text.parse::<Period>())]
    when: Option<Period>,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub fn run(context: &Context, arguments: &TimelineArguments) -> Result<Status> {
    let matcher = context.source.matcher()?;
    let base = matcher.base();
    let found = events(base, arguments.when.map(Period::span));
    let status = if found.is_empty() { Status::Failed } else { Status::Done };
    if arguments.json {
        writeln!(io::stdout().lock(), "{}", serde_json::to_string(&found)?)?;
        return Ok(status);
    }
    let mut out = anstream::stdout().lock();
    if let Some(when) = arguments.when.filter(|_| found.is_empty()) {
        writeln!(out, "Nothing is dated {}.", when.in_words())?;
        if let Some(hint) = nearest_hint(base, when.span()) {
            writeln!(out, "{hint}")?;
        }
        return Ok(status);
    }
    if found.is_empty() {
        writeln!(out, "No fact of this base is dated.")?;
        return Ok(status);
    }
    if arguments.when.is_none() {
        chart(&mut out, base)?;
        writeln!(out)?;
    }
    for event in &found {
        line(&mut out, event)?;
    }
    Ok(status)
}

fn line(out: &mut dyn Write, event: &Event) -> io::Result<()> {
    let text = format!("{} · {}", event.event, event.section.title);
    writeln!(out, "{}", styled(STRONG, &event.when.in_words()))?;
    paragraph(out, &format!("  {text}"), "  ")
}

/// A bar a year, as long as the year has events.
fn chart(out: &mut dyn Write, base: &FactBase) -> io::Result<()> {
    for (year, count) in years(base) {
        let bar = "█".repeat(count);
        writeln!(out, "{year} {} {}", styled(CHOICE, &bar), styled(ASIDE, &count.to_string()))?;
    }
    Ok(())
}
