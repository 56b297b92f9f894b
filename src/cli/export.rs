//! `export`: the effective base, as knowledge files or for other programs.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use relations_bot::assistant::SectionRef;
use relations_bot::knowledge::load;
use relations_bot::shipped;
use serde_json::json;

use super::render::objects;
use super::{Context, Status};

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Write the knowledge files into this folder, with the edits in them
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl", value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print one JSON object a line, patterns expanded
    #[arg(long)]
    jsonl: bool,
}

pub fn run(context: &Context, arguments: &ExportArguments) -> Result<Status> {
    match &arguments.folder {
        Some(folder) => files(context, folder),
        None => lines(context),
    }
}

fn lines(context: &Context) -> Result<Status> {
    let base = load(&context.source.files()?).usable()?;
    objects(base.facts.iter().map(|fact| {
        let questions: Vec<&str> = fact.phrasings.iter().map(|phrasing| phrasing.text.as_str()).collect();
        json!({
            "id": fact.id,
            "section": SectionRef::of(&base, fact),
            "language": base.language,
            "date": fact.date,
            "event": fact.event,
            "answer": fact.answer,
            "questions": questions,
        })
    }))?;
    Ok(Status::Done)
}

fn files(context: &Context, folder: &Path) -> Result<Status> {
    let source = &context.source;
    let overlaid = source.overlaid()?;
    let (mut written, mut same) = (0, 0);
    for file in &overlaid.files.0 {
        if write(&folder.join(&file.path), &file.bytes)? {
            written += 1;
        } else {
            same += 1;
        }
    }
    // The table of words is no part of the shipped files, and never changes: one that is there is as good.
    let words = folder.join(shipped::LANGUAGE).join("words.bin");
    let is_shipped = source.folder.is_none();
    if is_shipped && !shipped::words_file().is_empty() && !words.exists() {
        write(&words, shipped::words_file())?;
        written += 1;
    }
    let mut out = io::stdout().lock();
    let files = if written == 1 { "file" } else { "files" };
    writeln!(out, "wrote {written} {files} into {}, where {same} were the same already", folder.display())?;
    let is_own = source.folder.as_ref().is_some_and(|own| is_same(own, folder));
    if is_own && written > 0 {
        writeln!(out, "the base comes from this folder: its files have the edits now")?;
    }
    let conflicts = overlaid.conflicts.len();
    if conflicts > 0 {
        let edits = if conflicts == 1 { "edit is" } else { "edits are" };
        writeln!(out, "{conflicts} {edits} over files that have changed since: see `relations-bot check`")?;
    }
    Ok(Status::Done)
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Writes a file where it differs, beside it first, so that a reader never sees a half. Whether it differed.
fn write(path: &Path, bytes: &[u8]) -> Result<bool> {
    // What a link leads to is written, not the link.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(name);
    let renamed = written(&partial, bytes).and_then(|()| {
        if let Ok(known) = fs::metadata(path) {
            fs::set_permissions(&partial, known.permissions())?;
        }
        fs::rename(&partial, path)
    });
    if renamed.is_err() {
        // It may not be there at all.
        let _ = fs::remove_file(&partial);
    }
    renamed.with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(true)
}

fn written(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
