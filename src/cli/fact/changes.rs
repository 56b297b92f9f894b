//! The commands that change something: each makes a draft, and `editing` does the rest.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};
use relations_bot::knowledge::Polarity;
use relations_bot::matcher::text::fold_words;
use relations_bot::moderation::edits::Subject;
use relations_bot::moderation::entry::Entry;
use relations_bot::moderation::{Draft, Refusal, form};

use super::entry::{Parts, change_questions, read, replace};
use crate::cli::editing::{self, EditingArguments, Editor};
use crate::cli::{Context, Status};

#[derive(Debug, Args)]
pub struct AddArguments {
    /// Its id; made of its first question without it
    #[arg(long, value_name = "ID", conflicts_with = "from")]
    id: Option<String>,
    /// The id of its section
    #[arg(long, value_name = "ID", required_unless_present = "from", conflicts_with = "from")]
    section: Option<String>,
    /// The answer
    #[arg(long, value_name = "TEXT", required_unless_present = "from", conflicts_with = "from")]
    answer: Option<String>,
    /// A question that asks for it, as often as there are some; (a|b) and [c] as in the files
    #[arg(long, value_name = "QUESTION", required_unless_present_any = ["from", "yes_question", "no_question"], conflicts_with = "from")]
    question: Vec<String>,
    #[command(flatten)]
    parts: Parts,
    /// A TOML file with the fact, as `show` prints it; `-` for standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
pub struct EditArguments {
    /// The id of the fact
    id: String,
    /// The id of its section
    #[arg(long, value_name = "ID", conflicts_with = "from")]
    section: Option<String>,
    /// The answer
    #[arg(long, value_name = "TEXT", conflicts_with = "from")]
    answer: Option<String>,
    /// A question that asks for it, as often as there are some: they replace those that it has
    #[arg(long, value_name = "QUESTION", conflicts_with = "from")]
    question: Vec<String>,
    /// One more question that asks for it
    #[arg(long, value_name = "QUESTION", conflicts_with = "from")]
    add_question: Vec<String>,
    /// A question of any sort that is to go
    #[arg(long, value_name = "QUESTION", conflicts_with = "from")]
    remove_question: Vec<String>,
    #[command(flatten)]
    parts: Parts,
    /// A TOML file with the fact, as `show` prints it; `-` for standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
pub struct RetireArguments {
    /// The id of the fact
    id: String,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
pub struct SettleArguments {
    /// The id of the fact; where something else was edited, the alias or the question
    id: String,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
pub struct UndoArguments {
    /// The number of the change, as `history` has it
    change: i64,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
pub struct TeachArguments {
    /// The question, in one or several words
    #[arg(required = true, value_name = "QUESTION")]
    question: Vec<String>,
    #[command(flatten)]
    taught: TaughtArguments,
    #[command(flatten)]
    editing: EditingArguments,
}

/// What answers a question.
#[derive(Debug, Args)]
pub struct TaughtArguments {
    /// The id of the fact that answers it
    #[arg(long, value_name = "ID")]
    pub fact: String,
    /// What the answer opens with
    #[arg(long, value_name = "WORD")]
    opens: Option<Opening>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Opening {
    Yes,
    No,
}

#[derive(Debug, Args)]
pub struct AliasArguments {
    /// The id of the name in the lexicon
    name: String,
    /// The other name
    alias: String,
    /// Take it away
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    editing: EditingArguments,
}

#[derive(Debug, Args)]
pub struct UnanswerableArguments {
    /// The question, in one or several words
    #[arg(required = true, value_name = "QUESTION")]
    question: Vec<String>,
    #[command(flatten)]
    editing: EditingArguments,
}

impl TaughtArguments {
    pub fn polarity(&self) -> Option<Polarity> {
        self.opens.map(|opening| match opening {
            Opening::Yes => Polarity::Yes,
            Opening::No => Polarity::No,
        })
    }
}

pub fn add(context: &Context, arguments: &AddArguments) -> Result<Status> {
    let from = arguments.from.as_deref().map(read).transpose()?;
    editing::edit(context, &arguments.editing, async |editor| {
        let entry = match from {
            Some(entry) => entry,
            None => arguments.entry(editor).await?,
        };
        Ok(Draft::add(editor.author.clone(), &entry))
    })
}

impl AddArguments {
    async fn entry(&self, editor: &Editor) -> Result<Entry> {
        let mut entry = Entry {
            section: self.section.clone().unwrap_or_default(),
            answer: self.answer.as_deref().unwrap_or_default().trim().to_owned(),
            ..Entry::default()
        };
        replace(&mut entry.questions, &self.question);
        self.parts.put_into(&mut entry);
        entry.id = if let Some(id) = &self.id {
            id.trim().to_owned()
        } else {
            let question = entry.patterns().next().map(|(_, pattern)| form::pattern_of(pattern));
            free_id(editor, &question.unwrap_or_default()).await?
        };
        Ok(entry)
    }
}

/// An id made of words of a text. One that was ever used is not used again.
async fn free_id(editor: &Editor, text: &str) -> Result<String> {
    let moderation = &editor.moderation;
    let (served, source) = (moderation.live().served(), moderation.live().source());
    let mut taken: HashSet<String> =
        served.assistant.base().facts.iter().map(|fact| fact.id.clone()).collect();
    taken.extend(source.edits.0.keys().map(|subject| subject.key().to_owned()));
    loop {
        let id = form::id_for(text, |id| taken.contains(id));
        let subject = Subject::Fact(id.clone());
        if moderation.store().history(Some(&subject), 0, 1).await?.total == 0 {
            return Ok(id);
        }
        taken.insert(id);
    }
}

pub fn edit(context: &Context, arguments: &EditArguments) -> Result<Status> {
    let from = arguments.from.as_deref().map(read).transpose()?;
    editing::edit(context, &arguments.editing, async |editor| {
        let seen = editor.moderation.known_fact(&arguments.id).await?;
        let entry = match from {
            Some(entry) if entry.id != seen.id => bail!(
                "the file is of `{}`, not of `{}`: an id is for ever, so give the other fact's or add that one",
                entry.id,
                seen.id
            ),
            Some(entry) => entry,
            None => arguments.changed(&seen)?,
        };
        Ok(Draft::edit(editor.author.clone(), &seen, &entry))
    })
}

impl EditArguments {
    fn changed(&self, seen: &Entry) -> Result<Entry> {
        let mut entry = seen.clone();
        for (text, given) in [(&mut entry.section, &self.section), (&mut entry.answer, &self.answer)] {
            if let Some(given) = given {
                given.trim().clone_into(text);
            }
        }
        replace(&mut entry.questions, &self.question);
        self.parts.put_into(&mut entry);
        change_questions(&mut entry, &self.add_question, &self.remove_question)?;
        Ok(entry)
    }
}

pub fn retire(context: &Context, arguments: &RetireArguments) -> Result<Status> {
    editing::edit(context, &arguments.editing, async |editor| {
        Ok(editor.moderation.retire(editor.author.clone(), &arguments.id).await?)
    })
}

pub fn undo(context: &Context, arguments: &UndoArguments) -> Result<Status> {
    editing::edit(context, &arguments.editing, async |editor| {
        Ok(editor.moderation.undo(editor.author.clone(), arguments.change, String::new()).await?)
    })
}

pub fn teach(context: &Context, arguments: &TeachArguments) -> Result<Status> {
    let question = arguments.question.join(" ");
    editing::edit(context, &arguments.editing, async |editor| {
        let TaughtArguments { fact, .. } = &arguments.taught;
        let moderation = &editor.moderation;
        let draft =
            moderation.teach(editor.author.clone(), &question, fact, arguments.taught.polarity()).await?;
        Ok(draft.settling(moderation.store().missed_like(&question).await?))
    })
}

pub fn alias(context: &Context, arguments: &AliasArguments) -> Result<Status> {
    let AliasArguments { name, alias, remove, .. } = arguments;
    editing::edit(context, &arguments.editing, async |editor| {
        match editor.moderation.alias(editor.author.clone(), name, alias, *remove).await {
            Err(Refusal::NoName(name)) => {
                let names = editor.moderation.names().await?;
                let names: Vec<&str> = names.iter().map(|name| name.id.as_str()).collect();
                bail!("there is no name `{name}` in the lexicon, which has: {}", names.join(", "))
            }
            draft => Ok(draft?),
        }
    })
}

pub fn unanswerable(context: &Context, arguments: &UnanswerableArguments) -> Result<Status> {
    let question = arguments.question.join(" ");
    editing::edit(context, &arguments.editing, async |editor| {
        let moderation = &editor.moderation;
        let draft = moderation.not_for_us(editor.author.clone(), &question).await?;
        Ok(draft.settling(moderation.store().missed_like(&question).await?))
    })
}

pub fn keep(context: &Context, arguments: &SettleArguments) -> Result<Status> {
    editing::edit(context, &arguments.editing, async |editor| {
        let conflicts = editor.moderation.conflicts().await?;
        let subjects = conflicts.into_iter().map(|conflict| conflict.subject);
        let subject = arguments.find(subjects).ok_or_else(|| {
            anyhow!("no edit of `{}` is in conflict: there is nothing to decide", arguments.id)
        })?;
        Ok(editor.moderation.keep(editor.author.clone(), &subject).await?)
    })
}

pub fn give_up(context: &Context, arguments: &SettleArguments) -> Result<Status> {
    editing::edit(context, &arguments.editing, async |editor| {
        let source = editor.moderation.live().source();
        let subject = arguments
            .find(source.edits.0.keys().cloned())
            .ok_or_else(|| anyhow!("there is no edit of `{}`", arguments.id))?;
        Ok(editor.moderation.give_up(editor.author.clone(), &subject).await?)
    })
}

impl SettleArguments {
    /// What is meant: facts go first.
    fn find(&self, mut subjects: impl Iterator<Item = Subject>) -> Option<Subject> {
        let folded = fold_words(&self.id);
        subjects.find(|subject| match subject {
            Subject::Fact(id) => *id == self.id,
            Subject::Alias(key) | Subject::Unanswerable(key) => *key == folded,
        })
    }
}
