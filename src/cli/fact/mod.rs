//! `fact`: moderators' work on the fact base, from a shell.

mod changes;
mod entry;
mod reading;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use self::changes::TaughtArguments;
use super::{Context, Status, ask, history};

#[derive(Debug, Args)]
pub struct FactArguments {
    #[command(subcommand)]
    command: FactCommand,
}

#[derive(Debug, Subcommand)]
enum FactCommand {
    /// List facts with what moderators have done to them
    List(reading::ListArguments),
    /// Print a fact as TOML, as `add` and `edit` read it
    Show(reading::ShowArguments),
    /// Add a fact
    Add(changes::AddArguments),
    /// Change a fact: what is given replaces what it has
    Edit(changes::EditArguments),
    /// Take a fact away
    Retire(changes::RetireArguments),
    /// Take a change back
    Undo(changes::UndoArguments),
    /// Let a fact answer one more question
    Teach(changes::TeachArguments),
    /// Give a name of the lexicon one more name
    Alias(changes::AliasArguments),
    /// Say that a question has no answer
    Unanswerable(changes::UnanswerableArguments),
    /// Keep an edit, though its file has changed since
    Keep(changes::SettleArguments),
    /// Give up an edit for what the files have
    GiveUp(changes::SettleArguments),
    /// List changes, the latest first
    History(history::ListArguments),
    /// Answer a question and show how it was matched
    Test(TestArguments),
}

#[derive(Debug, Args)]
struct TestArguments {
    /// The question, in one or several words
    #[arg(required = true, value_name = "QUESTION")]
    question: Vec<String>,
}

impl FactArguments {
    /// Whether it works on the edited base, and leaves it as it is.
    pub fn only_reads(&self) -> bool {
        matches!(self.command, FactCommand::List(_) | FactCommand::Show(_) | FactCommand::Test(_))
    }
}

pub fn run(context: &Context, arguments: &FactArguments) -> Result<Status> {
    match &arguments.command {
        FactCommand::List(arguments) => reading::list(context, arguments),
        FactCommand::Show(arguments) => reading::show(context, arguments),
        FactCommand::Add(arguments) => changes::add(context, arguments),
        FactCommand::Edit(arguments) => changes::edit(context, arguments),
        FactCommand::Retire(arguments) => changes::retire(context, arguments),
        FactCommand::Undo(arguments) => changes::undo(context, arguments),
        FactCommand::Teach(arguments) => changes::teach(context, arguments),
        FactCommand::Alias(arguments) => changes::alias(context, arguments),
        FactCommand::Unanswerable(arguments) => changes::unanswerable(context, arguments),
        FactCommand::Keep(arguments) => changes::keep(context, arguments),
        FactCommand::GiveUp(arguments) => changes::give_up(context, arguments),
        FactCommand::History(arguments) => history::list(context, arguments),
        FactCommand::Test(arguments) => ask::explained(&context.assistant()?, &arguments.question.join(" ")),
    }
}
