//! `export`: every fact with its phrasings, for other programs.

use std::io::{self, Write};

use anyhow::Result;
use clap::Args;
use relations_bot::assistant::SectionRef;
use relations_bot::knowledge::load;
use serde_json::json;

use super::{Context, Status};

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Print one JSON object a line, patterns expanded
    #[arg(long, required = true)]
    jsonl: bool,
}

pub fn run(context: &Context, arguments: &ExportArguments) -> Result<Status> {
    debug_assert!(arguments.jsonl, "the only form so far");
    let base = load(&context.source.files()?).usable()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for fact in &base.facts {
        let questions: Vec<&str> = fact.phrasings.iter().map(|phrasing| phrasing.text.as_str()).collect();
        let object = json!({
            "id": fact.id,
            "section": SectionRef::of(&base, fact),
            "language": base.language,
            "date": fact.date,
            "event": fact.event,
            "answer": fact.answer,
            "questions": questions,
        });
        writeln!(out, "{object}")?;
    }
    out.flush()?;
    Ok(Status::Done)
}
