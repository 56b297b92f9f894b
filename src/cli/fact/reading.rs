//! The commands that only look: the list, and one fact.

use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::Args;
use relations_bot::knowledge::{Severity, load};
use relations_bot::moderation::edits::{Edit, Subject};
use relations_bot::moderation::entry::Entry;
use relations_bot::moderation::listing::{Filter, Mark, list as facts};
use relations_bot::moderation::overlay::document;
use serde_json::json;

use crate::cli::render::{objects, plain, table};
use crate::cli::{Context, Status, in_force};

#[derive(Debug, Args)]
pub struct ListArguments {
    /// Only those with all these words in their id, question or answer
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Only those of the section of this id
    #[arg(long, value_name = "ID")]
    section: Option<String>,
    /// Only those that moderators have touched
    #[arg(long)]
    edited: bool,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The id of the fact
    id: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub fn list(context: &Context, arguments: &ListArguments) -> Result<Status> {
    let overlaid = context.source.overlaid()?;
    let loaded = load(&overlaid.files);
    let filter = Filter {
        section: arguments.section.clone(),
        words: arguments.words.join(" "),
        edited: arguments.edited,
    };
    if loaded.faults.iter().any(|fault| fault.severity == Severity::Error) {
        // Who has to mend it needs the list.
        writeln!(io::stderr().lock(), "the base has faults, which `relations-bot check` tells")?;
    }
    let listed = facts(&loaded.base, &in_force(&context.source, &overlaid), &overlaid.conflicts, &filter);
    if arguments.json {
        objects(listed.into_iter().map(|fact| {
            json!({
                "id": fact.id,
                "section": fact.section,
                "mark": fact.mark.map(name),
                "conflict": fact.conflict,
                "question": fact.question,
            })
        }))?;
        return Ok(Status::Done);
    }
    let rows: Vec<[String; 4]> = listed
        .into_iter()
        .map(|fact| {
            let mark = if fact.conflict { "conflict" } else { fact.mark.map_or("", name) };
            [fact.id, fact.section, mark.to_owned(), plain(&fact.question)]
        })
        .collect();
    let mut out = io::BufWriter::new(io::stdout().lock());
    table(&mut out, &rows)?;
    out.flush()?;
    Ok(Status::Done)
}

fn name(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => "added",
        Mark::Edited => "edited",
        Mark::Retired => "retired",
    }
}

pub fn show(context: &Context, arguments: &ShowArguments) -> Result<Status> {
    let id = &arguments.id;
    let overlaid = context.source.overlaid()?;
    let edits = in_force(&context.source, &overlaid);
    let subject = Subject::Fact(id.clone());
    let edit = edits.0.get(&subject);
    let shipped = document(&context.source.plain_files()?, &subject);
    let standing = edit.map_or_else(|| shipped.clone(), |edit| edit.text.clone());
    if standing.is_none() && edit.is_none() {
        bail!("there is no fact `{id}`");
    }
    let is_in_conflict = overlaid.conflicts.iter().any(|conflict| conflict.subject == subject);
    let base = load(&overlaid.files).base;
    let file = base.facts.iter().find(|fact| fact.id == *id).map(|fact| fact.file.as_str());
    if arguments.json {
        let entry = |text: Option<&String>| text.map(|text| Entry::from_toml(text)).transpose();
        let object = json!({
            "id": id,
            "file": file,
            "mark": edit.map(|edit| name(mark_of(edit))),
            "conflict": is_in_conflict,
            "change": edit.map(|edit| edit.change),
            "fact": entry(standing.as_ref())?,
            "shipped": entry(shipped.as_ref())?,
        });
        writeln!(io::stdout().lock(), "{object}")?;
        return Ok(Status::Done);
    }
    let mut out = io::stdout().lock();
    if let Some(file) = file {
        let section = standing.as_deref().map(Entry::from_toml).transpose()?.unwrap_or_default().section;
        writeln!(out, "# {file}, section {section}")?;
    }
    if let Some(edit) = edit {
        let mark = name(mark_of(edit));
        writeln!(out, "# {mark} by change {}", edit.change)?;
        if is_in_conflict {
            writeln!(out, "# in conflict: its file has changed since the edit")?;
        }
        match shipped {
            Some(shipped) => {
                writeln!(out, "# the file has:")?;
                for line in shipped.lines() {
                    writeln!(out, "{}", format!("#   {line}").trim_end())?;
                }
            }
            None => writeln!(out, "# the files have no such fact")?,
        }
    }
    write!(out, "{}", standing.unwrap_or_default())?;
    Ok(Status::Done)
}

fn mark_of(edit: &Edit) -> Mark {
    match (&edit.base, &edit.text) {
        (_, None) => Mark::Retired,
        (None, _) => Mark::Added,
        _ => Mark::Edited,
    }
}
