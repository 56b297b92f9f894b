//! `missed`: questions that had no answer, and what becomes of them.

use std::io::{self, Write};

use anyhow::{Error, Result, anyhow};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use relations_bot::moderation::missed::{MissedGroup, MissedPage};
use relations_bot::moderation::store::Store;
use serde_json::{Value, json};

use super::editing::{self, EditingArguments};
use super::fact::TaughtArguments;
use super::history::time;
use super::render::{ASIDE, objects, part_of, plain, styled};
use super::{Context, Status};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct MissedArguments {
    #[command(subcommand)]
    command: Option<MissedCommand>,
    #[command(flatten)]
    list: ListArguments,
}

#[derive(Debug, Subcommand)]
enum MissedCommand {
    /// List groups of questions, the most frequent first
    List(ListArguments),
    /// Show a group with its wordings
    Show(ShowArguments),
    /// Let a fact answer the question
    Teach(TeachArguments),
    /// Say that the question has no answer
    Unanswerable(UnanswerableArguments),
    /// Hide a group for as long as it is kept
    Dismiss(DismissArguments),
    /// Forget questions
    Forget(ForgetArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Only groups with a wording that has these words in it
    #[arg(long, default_value = "", hide_default_value = true, value_name = "WORDS")]
    search: String,
    /// List so many at most
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ShowArguments {
    /// The number of the group, as the list has it
    id: i64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct TeachArguments {
    /// The number of the group, as the list has it
    id: i64,
    #[command(flatten)]
    taught: TaughtArguments,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
struct UnanswerableArguments {
    /// The number of the group, as the list has it
    id: i64,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
struct DismissArguments {
    /// The number of the group, as the list has it
    id: i64,
}

#[derive(Debug, Args)]
struct ForgetArguments {
    /// Only those that nobody has asked for so many days
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "DAYS")]
    older_than: u32,
    /// Do it: they cannot be had back
    #[arg(long)]
    yes: bool,
}

pub fn run(context: &Context, arguments: &MissedArguments) -> Result<Status> {
    match &arguments.command {
        None => list(context, &arguments.list),
        Some(MissedCommand::List(arguments)) => list(context, arguments),
        Some(MissedCommand::Show(arguments)) => show(context, arguments),
        Some(MissedCommand::Teach(arguments)) => teach(context, arguments),
        Some(MissedCommand::Unanswerable(arguments)) => unanswerable(context, arguments),
        Some(MissedCommand::Dismiss(arguments)) => dismiss(context, arguments),
        Some(MissedCommand::Forget(arguments)) => forget(context, arguments),
    }
}

fn list(context: &Context, arguments: &ListArguments) -> Result<Status> {
    let ListArguments { search, limit, json } = arguments;
    let page = context.with_store(async |store| store.missed(search, 0, *limit).await)?;
    let page = page.unwrap_or(MissedPage { groups: Vec::new(), total: 0 });
    if *json {
        objects(page.groups.iter().map(object).collect::<Result<Vec<_>>>()?)?;
    } else {
        let rows: Vec<[String; 4]> = page.groups.iter().map(row).collect();
        part_of(&rows, page.total)?;
    }
    Ok(Status::Done)
}

fn show(context: &Context, arguments: &ShowArguments) -> Result<Status> {
    let found = context.with_store(async |store| store.missed_group(arguments.id).await)?.flatten();
    let (group, wordings) = found.ok_or_else(|| not_there(arguments.id))?;
    if arguments.json {
        let mut object = object(&group)?;
        if let Some(object) = object.as_object_mut() {
            object.insert("texts".to_owned(), wordings.into());
        }
        writeln!(io::stdout().lock(), "{object}")?;
        return Ok(Status::Done);
    }
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", plain(&group.question))?;
    let MissedGroup { unanswered, suggested, unhelpful, last_seen, .. } = group;
    let at = time(Timestamp::from_second(last_seen).ok());
    let told = format!(
        "asked {} times, last on {at} UTC: {unanswered} without an answer, {suggested} with suggestions only, {unhelpful} with an answer of no help",
        group.count()
    );
    writeln!(out, "{}", styled(ASIDE, &told))?;
    for wording in &wordings {
        writeln!(out, "  {}", plain(wording))?;
    }
    Ok(Status::Done)
}

fn teach(context: &Context, arguments: &TeachArguments) -> Result<Status> {
    let TeachArguments { id, taught, editing } = arguments;
    editing::edit(context, editing, async |editor| {
        let moderation = &editor.moderation;
        let question = question(moderation.store(), *id).await?;
        let author = editor.author.clone();
        let draft = moderation.teach(author, &question, &taught.fact, taught.polarity()).await?;
        Ok(draft.settling(Some(*id)))
    })
}

fn unanswerable(context: &Context, arguments: &UnanswerableArguments) -> Result<Status> {
    let UnanswerableArguments { id, editing } = arguments;
    editing::edit(context, editing, async |editor| {
        let question = question(editor.moderation.store(), *id).await?;
        let draft = editor.moderation.not_for_us(editor.author.clone(), &question).await?;
        Ok(draft.settling(Some(*id)))
    })
}

fn dismiss(context: &Context, arguments: &DismissArguments) -> Result<Status> {
    let was_there = context.with_store(async |store| store.dismiss(arguments.id).await)?;
    if was_there != Some(true) {
        return Err(not_there(arguments.id));
    }
    writeln!(io::stdout().lock(), "dismissed")?;
    Ok(Status::Done)
}

fn forget(context: &Context, arguments: &ForgetArguments) -> Result<Status> {
    if !arguments.yes {
        writeln!(io::stderr().lock(), "nothing was forgotten: add --yes")?;
        return Ok(Status::Failed);
    }
    let forgotten = context.with_store(async |store| store.forget_missed(arguments.older_than).await)?;
    let forgotten = forgotten.unwrap_or_default();
    let groups = if forgotten == 1 { "group" } else { "groups" };
    writeln!(io::stdout().lock(), "forgot {forgotten} {groups} of questions")?;
    Ok(Status::Done)
}

/// The question of a group, as it was first asked.
async fn question(store: &Store, id: i64) -> Result<String> {
    let (group, _) = store.missed_group(id).await?.ok_or_else(|| not_there(id))?;
    Ok(group.question)
}

fn not_there(id: i64) -> Error {
    anyhow!("there is no group {id} of missed questions")
}

/// A group as a row: number, how often it was asked, when last, and the question.
fn row(group: &MissedGroup) -> [String; 4] {
    let at = time(Timestamp::from_second(group.last_seen).ok());
    [group.id.to_string(), format!("{}×", group.count()), at, plain(&group.question)]
}

fn object(group: &MissedGroup) -> Result<Value> {
    let mut object = serde_json::to_value(group)?;
    if let Some(object) = object.as_object_mut() {
        object.insert("count".to_owned(), group.count().into());
        let at = Timestamp::from_second(group.last_seen).ok().map(|at| at.to_string());
        object.insert("last_seen".to_owned(), json!(at));
    }
    Ok(object)
}
