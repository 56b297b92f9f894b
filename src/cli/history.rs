//! `history`: what was changed, when, and by whom.

use std::io::{self, Write};

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use relations_bot::matcher::text::fold_words;
use relations_bot::moderation::edits::Subject;
use relations_bot::moderation::history::{Change, HistoryPage};
use relations_bot::moderation::store::{Store, StoreError};
use serde_json::{Value, json};

use super::render::{STRONG, objects, part_of, plain, styled};
use super::{Context, Status, diff};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HistoryArguments {
    #[command(subcommand)]
    command: Option<HistoryCommand>,
    #[command(flatten)]
    list: ListArguments,
}

#[derive(Debug, Subcommand)]
enum HistoryCommand {
    /// Show a change with the texts before and after
    Show(ShowArguments),
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// Only changes to the fact of this id, to this alias, or to this unanswerable question
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// List so many at most
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ShowArguments {
    /// The number of the change
    change: i64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(context: &Context, arguments: &HistoryArguments) -> Result<Status> {
    match &arguments.command {
        Some(HistoryCommand::Show(arguments)) => show(context, arguments),
        None => list(context, &arguments.list),
    }
}

/// Lists changes, the latest first.
pub fn list(context: &Context, arguments: &ListArguments) -> Result<Status> {
    let page = context.with_store(async |store| page(store, arguments).await)?;
    let page = page.unwrap_or(HistoryPage { changes: Vec::new(), total: 0 });
    if arguments.json {
        objects(page.changes.iter().map(object))?;
    } else {
        let rows: Vec<[String; 6]> = page.changes.iter().map(row).collect();
        part_of(&rows, page.total)?;
    }
    Ok(Status::Done)
}

async fn page(store: &Store, arguments: &ListArguments) -> Result<HistoryPage, StoreError> {
    let Some(id) = &arguments.id else { return store.history(None, 0, arguments.limit).await };
    let folded = fold_words(id);
    let subjects = [Subject::Fact(id.clone()), Subject::Alias(folded.clone()), Subject::Unanswerable(folded)];
    for subject in subjects {
        let page = store.history(Some(&subject), 0, arguments.limit).await?;
        if page.total > 0 {
            return Ok(page);
        }
    }
    Ok(HistoryPage { changes: Vec::new(), total: 0 })
}

fn show(context: &Context, arguments: &ShowArguments) -> Result<Status> {
    let change = context.with_store(async |store| store.change(arguments.change).await)?.flatten();
    let change = change.ok_or_else(|| anyhow!("change {} is not there", arguments.change))?;
    let diff = diff::unified(change.old.as_deref(), change.new.as_deref());
    if arguments.json {
        let mut object = object(&change);
        if let Some(object) = object.as_object_mut() {
            object.insert("diff".to_owned(), diff.into());
        }
        writeln!(io::stdout().lock(), "{object}")?;
        return Ok(Status::Done);
    }
    let mut out = anstream::stdout().lock();
    let [id, at, author, what, subject, reason] = row(&change);
    writeln!(out, "{}", styled(STRONG, &format!("change {id} · {what} · {subject}")))?;
    writeln!(out, "{at} UTC, {author}")?;
    if !reason.is_empty() {
        writeln!(out, "{reason}")?;
    }
    diff::write(&mut out, &diff)?;
    Ok(Status::Done)
}

/// A change as a row: number, time, author, what was done to what, and why.
fn row(change: &Change) -> [String; 6] {
    let what = match change.undoes {
        Some(undone) => format!("undid change {undone}"),
        None => change.action.in_words().to_owned(),
    };
    let subject = match &change.subject {
        Subject::Fact(id) => id.clone(),
        subject => subject.to_string(),
    };
    [
        change.id.to_string(),
        time(Timestamp::try_from(change.at).ok()),
        plain(&change.author.to_string()),
        what,
        plain(&subject),
        plain(&change.reason),
    ]
}

fn object(change: &Change) -> Value {
    json!({
        "id": change.id,
        "at": Timestamp::try_from(change.at).ok().map(|at| at.to_string()),
        "author": change.author.to_string(),
        "action": change.action,
        "kind": change.subject.kind(),
        "subject": change.subject.key(),
        "reason": change.reason,
        "undoes": change.undoes,
        "old": change.old,
        "new": change.new,
    })
}

/// A time in UTC, to the minute.
pub fn time(at: Option<Timestamp>) -> String {
    at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}
