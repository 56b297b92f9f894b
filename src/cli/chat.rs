//! `chat`: questions at a prompt, with history, completion of known questions, and numbered choices.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context as _, Result};
use relations_bot::assistant::{Assistant, Outcome, Suggestion};
use relations_bot::completion::Completions;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{CompletionType, Config, Editor, Helper, Highlighter, Hinter, Validator};

use super::render::{self, ASIDE, styled};
use super::{Context, Status};

const PROMPT: &str = "ask> ";
const WELCOME: &str = "Ask about the relations between Azerbaijan and Turkey. Tab completes known questions, \
    a number picks a suggestion, Ctrl-D ends.";
/// As many completions are offered.
const MAX_COMPLETIONS: usize = 12;

pub fn run(context: &Context) -> Result<Status> {
    let assistant = context.assistant()?;
    let mut conversation = Conversation { assistant: &assistant, choices: Vec::new() };
    let mut out = anstream::stdout();
    if !io::stdin().is_terminal() {
        for line in io::stdin().lock().split(b'\n') {
            let line = line.context("cannot read standard input")?;
            conversation.say(&mut out, &String::from_utf8_lossy(&line))?;
        }
        return Ok(Status::Done);
    }
    writeln!(out, "{}", styled(ASIDE, WELCOME))?;
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(true).build();
    let mut editor: Editor<Questions<'_>, DefaultHistory> = Editor::with_config(config)?;
    let completions = Completions::new(assistant.base());
    editor.set_helper(Some(Questions { assistant: &assistant, completions }));
    let history =
        dirs::state_dir().or_else(dirs::data_local_dir).map(|dir| dir.join("relations-bot").join("history"));
    if let Some(history) = &history {
        // There is none the first time.
        let _ = editor.load_history(history);
    }
    loop {
        match editor.readline(PROMPT) {
            Ok(line) if matches!(line.trim(), "exit" | "quit") => break,
            Ok(line) => conversation.say(&mut out, &line)?,
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error).context("cannot read from the terminal"),
        }
    }
    if let Some(history) = history {
        let kept = history.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(ReadlineError::from);
        if let Err(error) = kept.and_then(|()| editor.save_history(&history)) {
            tracing::warn!(path = %history.display(), %error, "the history could not be kept");
        }
    }
    Ok(Status::Done)
}

/// What was said so far, as far as it matters: the choices on screen.
struct Conversation<'a> {
    assistant: &'a Assistant,
    choices: Vec<Suggestion>,
}

impl Conversation<'_> {
    fn say(&mut self, out: &mut dyn Write, line: &str) -> Result<()> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(());
        }
        let number = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(choice) = number.and_then(|at| self.choices.get(at)) {
            render::paragraph(out, &choice.answer, "")?;
            render::source(out, &choice.section)?;
            return Ok(());
        }
        match self.assistant.ask(line) {
            Ok(reply) => {
                render::reply(out, &reply)?;
                self.choices = reply.suggestions;
                if reply.outcome == Outcome::Suggest {
                    writeln!(out, "{}", styled(ASIDE, "Type a number, or ask in other words."))?;
                }
            }
            Err(error) => writeln!(out, "{error}")?,
        }
        Ok(())
    }
}

/// Completes what is typed to questions that the base answers.
#[derive(Helper, Hinter, Highlighter, Validator)]
struct Questions<'a> {
    assistant: &'a Assistant,
    completions: Completions,
}

impl Completer for Questions<'_> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = line.get(..position).unwrap_or(line);
        let questions = self.completions.complete(self.assistant, typed, MAX_COMPLETIONS);
        Ok((0, questions.into_iter().map(str::to_owned).collect()))
    }
}
