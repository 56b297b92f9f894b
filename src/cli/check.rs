//! `check`: every fault of a fact base, with file and line, and every edit whose file has changed since.

use std::io::{self, Write};

use anyhow::Result;
use relations_bot::moderation::overlay::Conflict;

use super::{Context, Status, in_force};

pub fn run(context: &Context) -> Result<Status> {
    let overlaid = context.source.overlaid()?;
    let loaded = relations_bot::knowledge::load(&overlaid.files);
    let mut errors = io::stderr().lock();
    for fault in &loaded.faults {
        writeln!(errors, "{fault}")?;
    }
    for conflict in &overlaid.conflicts {
        write_conflict(&mut errors, conflict)?;
    }
    let counts = [(loaded.faults.len(), "fault"), (overlaid.conflicts.len(), "conflict")];
    let counts: Vec<String> = counts.into_iter().filter(|&(count, _)| count > 0).map(counted).collect();
    if !counts.is_empty() {
        writeln!(errors, "{}", counts.join(", "))?;
        return Ok(Status::Failed);
    }
    let base = &loaded.base;
    let phrasings: usize = base.facts.iter().map(|fact| fact.phrasings.len()).sum();
    let dated = base.facts.iter().filter(|fact| fact.date.is_some()).count();
    let unanswerable: usize = base.unanswerable.iter().map(|group| group.questions.len()).sum();
    let edits = in_force(&context.source, &overlaid).0.len();
    let edits = if edits == 0 { String::new() } else { format!(", {} in force", counted((edits, "edit"))) };
    writeln!(
        io::stdout().lock(),
        "no faults: {} facts ({dated} dated) with {phrasings} phrasings in {} sections, {} names, {} synonym classes, {unanswerable} unanswerable questions{edits}",
        base.facts.len(),
        base.sections.len(),
        base.lexicon.name.len(),
        base.lexicon.synonyms.len(),
    )?;
    Ok(Status::Done)
}

fn counted((count, what): (usize, &str)) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn write_conflict(out: &mut dyn Write, conflict: &Conflict) -> io::Result<()> {
    let Conflict { subject, shipped, text, .. } = conflict;
    let key = subject.key();
    let key = if key.contains(' ') { format!("'{key}'") } else { key.to_owned() };
    writeln!(
        out,
        "{subject} was edited, and its file has changed since: settle it with `relations-bot fact keep {key}` or \
         `relations-bot fact give-up {key}`"
    )?;
    for (whose, text, without) in
        [("the file has", shipped, "it is not there any more"), ("the edit has", text, "it is retired")]
    {
        writeln!(out, "    {whose}:")?;
        for line in text.as_deref().unwrap_or(without).lines() {
            writeln!(out, "{}", format!("        {line}").trim_end())?;
        }
    }
    Ok(())
}
