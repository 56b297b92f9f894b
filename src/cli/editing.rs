//! What the commands that change something share: their flags, the preview, the question, and saving.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use relations_bot::live::Live;
use relations_bot::moderation::history::{Action, Author};
use relations_bot::moderation::impact::{Shift, Verdict};
use relations_bot::moderation::{Draft, Missing, Moderation, Opened, Preview, Saved};
use serde_json::json;

use super::render::{ASIDE, STRONG, plain, styled};
use super::{Context, Status, diff, runtime};

/// As many questions of each sort are shown that would meet with something else.
const SHIFTS_SHOWN: usize = 10;

#[derive(Debug, Args)]
pub struct EditingArguments {
    /// Why, for the history
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Who makes the change, for the history; without it, the user of this shell
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Save at once, without a question
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Only show what would change
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Who edits, and what.
pub struct Editor {
    /// The base, with the edits of the database.
    pub moderation: Moderation,
    /// Who edits.
    pub author: Author,
}

/// Makes a draft, shows what it would change, and saves it where that is wanted.
pub fn edit(
    context: &Context,
    arguments: &EditingArguments,
    draft: impl AsyncFnOnce(&Editor) -> Result<Draft>,
) -> Result<Status> {
    runtime()?.block_on(async {
        let editor = Editor::open(context, arguments).await?;
        let edited = async {
            let draft = draft(&editor).await?.because(&arguments.reason);
            editor.carry_out(draft, arguments).await
        };
        let edited = edited.await;
        editor.moderation.store().close().await;
        edited
    })
}

impl EditingArguments {
    fn author(&self) -> Author {
        let user = std::env::var("USER").ok();
        let mut names = [self.author.clone(), user].into_iter().flatten().map(|name| plain(&name));
        Author::Shell(names.find(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned()))
    }
}

impl Editor {
    async fn open(context: &Context, arguments: &EditingArguments) -> Result<Self> {
        let (mut source, settings) = (context.source.clone(), &context.config.moderation);
        let opened = Opened::over(&mut source, settings, Missing::Make).await?;
        let Some(opened) = opened else { return Err(context.no_database()) };
        match Live::load(source, context.config.matcher) {
            Ok(live) => {
                let moderation = Moderation::new(opened, Arc::new(live), settings);
                Ok(Self { moderation, author: arguments.author() })
            }
            Err(error) => {
                opened.close().await;
                Err(error.into())
            }
        }
    }

    async fn carry_out(&self, draft: Draft, arguments: &EditingArguments) -> Result<Status> {
        let preview = self.moderation.propose(draft).await?;
        let diff = self.diff(&preview).await?;
        if !arguments.json {
            let shown = write_preview(&mut anstream::stdout().lock(), &preview, &diff);
            // Who said yes beforehand gets it saved, though nobody reads the preview to its end.
            shown.or_else(|error| if arguments.yes { Ok(()) } else { Err(error) })?;
        }
        let is_wanted = preview.faults.is_empty() && arguments.is_wanted()?;
        let saved =
            if is_wanted { self.moderation.save(preview.id, &self.author).await.map(Some) } else { Ok(None) };
        if !matches!(saved, Ok(Some(_))) {
            // Where even that fails, it goes by itself after a day.
            let _ = self.moderation.cancel(preview.id, &self.author).await;
        }
        let saved = saved?;
        if arguments.json {
            let object = json!({
                "saved": saved.is_some(),
                "change": saved.as_ref().map(|saved| saved.change.id),
                "faults": preview.faults,
                "impact": preview.impact,
                "diff": diff,
            });
            writeln!(io::stdout().lock(), "{object}")?;
        }
        if let Some(saved) = &saved {
            return tell_saved(saved, arguments.json);
        }
        Ok(tell_not_saved(&preview.faults, arguments)?)
    }

    /// What an edit changes; where one is kept, what it does to the file below it.
    async fn diff(&self, preview: &Preview) -> Result<String> {
        let (draft, new) = (&preview.draft, preview.draft.new.as_deref());
        if draft.action == Action::Keep {
            let shipped = self.moderation.shipped(&draft.subject()).await?;
            return Ok(diff::unified(shipped.as_deref(), new));
        }
        Ok(diff::unified(preview.old.as_deref(), new))
    }
}

impl EditingArguments {
    /// Whether the edit is to be saved: somebody at a terminal is asked.
    fn is_wanted(&self) -> io::Result<bool> {
        let is_asked = !self.yes && !self.dry_run && !self.json;
        if !is_asked || !io::stdin().is_terminal() {
            return Ok(self.yes);
        }
        let mut errors = io::stderr().lock();
        write!(errors, "Save? [y/N] ")?;
        errors.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}

fn tell_saved(saved: &Saved, is_told: bool) -> Result<Status> {
    if !is_told {
        writeln!(anstream::stdout().lock(), "saved as change {}", saved.change.id)?;
    }
    if let Err(error) = &saved.served {
        writeln!(io::stderr().lock(), "the base cannot be used with it: {error}")?;
    }
    Ok(Status::Done)
}

fn tell_not_saved(faults: &[String], arguments: &EditingArguments) -> io::Result<Status> {
    let mut errors = io::stderr().lock();
    if !faults.is_empty() {
        for fault in faults {
            writeln!(errors, "{fault}")?;
        }
        let count = faults.len();
        writeln!(errors, "not saved: {count} {}", if count == 1 { "fault" } else { "faults" })?;
        return Ok(Status::Failed);
    }
    if arguments.dry_run {
        return Ok(Status::Done);
    }
    if arguments.json || !io::stdin().is_terminal() {
        writeln!(errors, "not saved: add --yes")?;
    } else {
        writeln!(errors, "not saved")?;
    }
    Ok(Status::Failed)
}

fn write_preview(out: &mut dyn Write, preview: &Preview, diff: &str) -> io::Result<()> {
    let subject = preview.draft.subject();
    let would = match (preview.draft.action, preview.draft.undoes) {
        (Action::Undo, Some(change)) => format!("take change {change} to {subject} back"),
        (Action::Add, _) => format!("add {subject}"),
        (Action::Retire, _) => format!("retire {subject}"),
        (Action::Keep, _) => format!("keep the edit of {subject} over what the file has now"),
        _ => format!("change {subject}"),
    };
    writeln!(out, "{}", styled(STRONG, &format!("This would {would}:")))?;
    diff::write(out, diff)?;
    if !preview.faults.is_empty() {
        return Ok(());
    }
    let impact = &preview.impact;
    writeln!(
        out,
        "{} phrasings would meet with something else ({} are known)",
        impact.phrasings.len(),
        impact.known
    )?;
    write_shifts(out, &impact.phrasings)?;
    if impact.asked > 0 {
        writeln!(out, "{} of {} exam questions would", impact.exam.len(), impact.asked)?;
        write_shifts(out, &impact.exam)?;
    }
    Ok(())
}

fn write_shifts(out: &mut dyn Write, shifts: &[Shift]) -> io::Result<()> {
    for Shift { question, before, after } in shifts.iter().take(SHIFTS_SHOWN) {
        writeln!(out, "  {}: {} → {}", plain(question), in_words(before), in_words(after))?;
    }
    if let Some(more) = shifts.len().checked_sub(SHIFTS_SHOWN).filter(|more| *more > 0) {
        writeln!(out, "{}", styled(ASIDE, &format!("  … and {more} more")))?;
    }
    Ok(())
}

fn in_words(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Fact(id) => id,
        Verdict::Events => "events",
        Verdict::Suggestions => "suggestions",
        Verdict::Nothing => "no answer",
    }
}
