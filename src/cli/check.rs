//! `check`: every fault of a fact base, with file and line.

use std::io::{self, Write};

use anyhow::Result;

use super::{Context, Status};

pub fn run(context: &Context) -> Result<Status> {
    let files = context.source.files()?;
    let loaded = relations_bot::knowledge::load(&files);
    let mut errors = io::stderr().lock();
    for fault in &loaded.faults {
        writeln!(errors, "{fault}")?;
    }
    if !loaded.faults.is_empty() {
        let count = loaded.faults.len();
        writeln!(errors, "{count} {}", if count == 1 { "fault" } else { "faults" })?;
        return Ok(Status::Failed);
    }
    let base = &loaded.base;
    let phrasings: usize = base.facts.iter().map(|fact| fact.phrasings.len()).sum();
    let dated = base.facts.iter().filter(|fact| fact.date.is_some()).count();
    let unanswerable: usize = base.unanswerable.iter().map(|group| group.questions.len()).sum();
    writeln!(
        io::stdout().lock(),
        "no faults: {} facts ({dated} dated) with {phrasings} phrasings in {} sections, {} names, {} synonym classes, {unanswerable} unanswerable questions",
        base.facts.len(),
        base.sections.len(),
        base.lexicon.name.len(),
        base.lexicon.synonyms.len(),
    )?;
    Ok(Status::Done)
}
