//! A fact from the arguments of a command, or from a file.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use relations_bot::moderation::entry::Entry;
use relations_bot::moderation::form;

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// The parts of a fact that need not be there. An empty text stands for none.
#[derive(Debug, Args)]
pub struct Parts {
    /// A question that is answered with yes, as often as there are some
    #[arg(long, value_name = "QUESTION", conflicts_with = "from")]
    yes_question: Vec<String>,
    /// A question that is answered with no, as often as there are some
    #[arg(long, value_name = "QUESTION", conflicts_with = "from")]
    no_question: Vec<String>,
    /// When it happened: 2010, 2010-06, 2010-06-15, 1990s, 2009/2012
    #[arg(long, value_name = "DATE", conflicts_with = "from")]
    date: Option<String>,
    /// The line of the timeline
    #[arg(long, value_name = "TEXT", conflicts_with = "from")]
    event: Option<String>,
    /// The id of a fact that a reader may want next, as often as there are some
    #[arg(long, value_name = "ID", conflicts_with = "from")]
    related: Vec<String>,
}

impl Parts {
    /// Puts what was given in the place of what a fact has.
    pub fn put_into(&self, entry: &mut Entry) {
        replace(&mut entry.yes, &self.yes_question);
        replace(&mut entry.no, &self.no_question);
        replace(&mut entry.related, &self.related);
        for (text, given) in [(&mut entry.date, &self.date), (&mut entry.event, &self.event)] {
            if let Some(given) = given {
                *text = Some(given.trim().to_owned()).filter(|given| !given.is_empty());
            }
        }
    }
}

/// Puts the texts that were given, if any, in the place of a list; those that are empty are left out.
pub fn replace(list: &mut Vec<String>, given: &[String]) {
    if !given.is_empty() {
        *list = given.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    }
}

/// Adds questions to a fact, and takes others away.
pub fn change_questions(entry: &mut Entry, added: &[String], removed: &[String]) -> Result<()> {
    for question in removed {
        let question = question.trim();
        let lists = [&mut entry.questions, &mut entry.yes, &mut entry.no];
        let found = lists.into_iter().find_map(|list| {
            let at = list.iter().position(|known| known == question)?;
            Some(list.remove(at))
        });
        if found.is_none() {
            let id = &entry.id;
            bail!(
                "`{question}` is none of the questions of `{id}`: copy it as `relations-bot fact show {id}` has it"
            );
        }
    }
    for question in added {
        form::add(entry, None, question.trim());
    }
    Ok(())
}

/// Reads a fact from a file, or from standard input.
pub fn read(path: &Path) -> Result<Entry> {
    let text = if path.as_os_str() == STANDARD_INPUT {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        text
    } else {
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?
    };
    Entry::from_toml(&text).with_context(|| format!("{} is no fact", path.display()))
}
