//! Commands, one a file. They read arguments, call the library and print; nothing is decided here.

mod ask;
mod chat;
mod check;
mod diff;
mod editing;
mod exam;
mod explain;
mod export;
mod fact;
mod history;
mod missed;
mod render;
mod serve;
mod timeline;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Error, Result, anyhow};
use clap::{Parser, Subcommand};
use relations_bot::assistant::Assistant;
use relations_bot::config::{Config, LogFormat};
use relations_bot::moderation::edits::Edits;
use relations_bot::moderation::overlay::Overlaid;
use relations_bot::moderation::store::{Inspection, Store, StoreError};
use relations_bot::moderation::{Missing, Opened};
use relations_bot::source::Source;
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

/// Answers questions about the relations between Azerbaijan and Turkey.
///
/// Every answer comes from a fact base drawn from one reference article, with its section. What the
/// article does not say is not answered.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    /// A file with settings (config/default.toml lists them all)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Use the fact base in this folder instead of the shipped one
    #[arg(long, global = true, value_name = "DIR")]
    knowledge: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  relations-bot ask how long is the border?
  relations-bot ask --explain who built the STAR refinery
  relations-bot timeline 2010
  relations-bot chat

Exit codes: 0 done, 1 the work failed, 2 bad usage.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer a question, or one a line from standard input
    Ask(ask::AskArguments),
    /// Ask and answer at a prompt
    Chat,
    /// List dated events: of a year, a month, a span, a decade, or all
    Timeline(timeline::TimelineArguments),
    /// Validate a fact base and print every fault
    Check,
    /// Mark the bot on exam files
    Exam(exam::ExamArguments),
    /// Write the files with the edits in them, or print every fact
    #[command(after_help = "\
Examples:
  relations-bot export knowledge
  relations-bot export --jsonl | grep -i border")]
    Export(export::ExportArguments),
    /// Change the fact base: add, edit, retire and undo
    ///
    /// The knowledge files stay as they are. Edits are kept in the database of moderation.database, and a bot that runs
    /// on it serves them within moments. Every change is shown before it is saved: at a terminal you are asked,
    /// elsewhere --yes saves it.
    #[command(after_help = "\
Examples:
  relations-bot fact list border
  relations-bot fact add --section lead --answer 'Tea.' --question 'what to drink'
  relations-bot fact show border-overview > fact.toml
  relations-bot fact edit border-overview --from fact.toml --reason 'new survey'
  relations-bot fact teach 'how far is the border' --fact border-overview
  relations-bot fact undo 12 --yes")]
    Fact(Box<fact::FactArguments>),
    /// Look through questions that had no answer
    #[command(after_help = "\
Examples:
  relations-bot missed
  relations-bot missed --search border --json
  relations-bot missed teach 7 --fact border-overview
  relations-bot missed forget --older-than 30 --yes")]
    Missed(missed::MissedArguments),
    /// List changes of the fact base, the latest first
    #[command(after_help = "\
Examples:
  relations-bot history --limit 50
  relations-bot history border-overview
  relations-bot history show 12")]
    History(history::HistoryArguments),
    /// Run the Discord bot
    ///
    /// Its token comes from the environment variable of the examples, or from the configuration. The fact base is checked before anything is connected. A folder named by --knowledge is watched, and
    /// edits are served at once. SIGTERM or Ctrl-C ends the bot.
    #[command(after_help = "\
Examples:
  DISCORD_TOKEN=… relations-bot serve
  DISCORD_TOKEN=… RELATIONS_BOT__DISCORD__GUILDS=123456789012345678 relations-bot serve
  relations-bot --config /etc/relations-bot.toml --knowledge knowledge serve")]
    Serve,
}

impl Command {
    /// Whether it works on the edited base, and leaves it as it is. The others open the database themselves.
    fn only_reads(&self) -> bool {
        match self {
            Self::Fact(arguments) => arguments.only_reads(),
            Self::Missed(_) | Self::History(_) | Self::Serve => false,
            _ => true,
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// The work is done.
    Done,
    /// The work was done, and what it looked for is not there or not right.
    Failed,
}

/// What every command gets.
struct Context {
    config: Config,
    source: Source,
}

impl Context {
    fn assistant(&self) -> Result<Assistant> {
        Ok(Assistant::new(self.source.matcher()?, self.config.matcher))
    }

    /// Works on the database of moderation; gives nothing where it was not made yet.
    fn with_store<T>(&self, work: impl AsyncFnOnce(&Store) -> Result<T, StoreError>) -> Result<Option<T>> {
        let path = self.config.moderation.database(&self.source).ok_or_else(|| self.no_database())?;
        if !path.try_exists().unwrap_or(true) {
            return Ok(None);
        }
        let done = runtime()?.block_on(async {
            let store = Store::open(&path, Inspection::Header).await?;
            let done = work(&store).await;
            store.close().await;
            done
        });
        Ok(Some(done?))
    }

    /// Says that there can be no database.
    fn no_database(&self) -> Error {
        let is_off = self.config.moderation.database.as_os_str() == "off";
        let why = if is_off { "moderation.database is `off`" } else { "this user has no data folder" };
        anyhow!("there is no database of edits, because {why}: name a file in moderation.database")
    }
}

/// The edits that the files do not say already.
fn in_force(source: &Source, overlaid: &Overlaid) -> Edits {
    let mut edits = Edits::clone(&source.edits);
    for subject in &overlaid.contained {
        edits.0.remove(subject);
    }
    edits
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments) {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Failed) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let mut message = error.to_string();
            for cause in error.chain().skip(1).map(ToString::to_string) {
                if !message.contains(&cause) {
                    message = format!("{message}: {cause}");
                }
            }
            let _ = writeln!(io::stderr(), "error: {message}");
            ExitCode::from(1)
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<Status> {
    let config = Config::load(arguments.config.as_deref())?;
    let default_filter = if matches!(arguments.command, Command::Serve) { "info" } else { "warn" };
    start_logging(&config, default_filter)?;
    let mut source = config.source(arguments.knowledge);
    if arguments.command.only_reads() {
        take_edits(&mut source, &config)?;
    }
    let context = Context { config, source };
    match arguments.command {
        Command::Ask(arguments) => ask::run(&context, &arguments),
        Command::Chat => chat::run(&context),
        Command::Timeline(arguments) => timeline::run(&context, &arguments),
        Command::Check => check::run(&context),
        Command::Exam(arguments) => exam::run(&context, &arguments),
        Command::Export(arguments) => export::run(&context, &arguments),
        Command::Fact(arguments) => fact::run(&context, &arguments),
        Command::Missed(arguments) => missed::run(&context, &arguments),
        Command::History(arguments) => history::run(&context, &arguments),
        Command::Serve => serve::run(&context),
    }
}

/// Puts what moderators have changed over the base, where there is a database of it.
fn take_edits(source: &mut Source, config: &Config) -> Result<()> {
    if config.moderation.database(source).is_some_and(|database| database.try_exists().unwrap_or(true)) {
        let opened = runtime()?.block_on(async {
            let opened = Opened::over(source, &config.moderation, Missing::Leave).await?;
            if let Some(opened) = opened {
                opened.close().await;
            }
            Ok::<(), StoreError>(())
        });
        opened?;
    }
    Ok(())
}

/// What runs asynchronous work in a command that ends with it.
fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("no thread can be started")
}

fn start_logging(config: &Config, default_filter: &str) -> Result<()> {
    let filter = if config.log.filter.is_empty() { default_filter } else { &config.log.filter };
    let filter = EnvFilter::try_new(filter).context("log.filter is not valid")?;
    let coloured =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(coloured);
    match config.log.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}

/// A reader that has seen enough is no failure.
fn is_broken_pipe(error: &Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
