//! The drafts that people make, whatever they make them with.

use tokio::task::spawn_blocking;

use super::drafts::Draft;
use super::edits::{AliasEntry, Edits, Subject, UnanswerableEntry};
use super::entry::Entry;
use super::form;
use super::history::{Action, Author};
use super::overlay::overlay;
use super::saving::Refusal;
use super::{Moderation, ModerationError};
use crate::knowledge::{Lexicon, Name, Polarity};
use crate::matcher::text::fold_words;
use crate::source::SourceError;

impl Draft {
    /// A new fact.
    #[must_use]
    pub fn add(author: Author, entry: &Entry) -> Self {
        Self::new(author, Action::Add, &Subject::Fact(entry.id.clone()), None, Some(entry.to_toml()))
    }

    /// A fact in place of the one that its author saw.
    #[must_use]
    pub fn edit(author: Author, seen: &Entry, entry: &Entry) -> Self {
        let subject = Subject::Fact(seen.id.clone());
        Self::new(author, Action::Edit, &subject, Some(seen.to_toml()), Some(entry.to_toml()))
    }

    /// The same with another text of the fact. An undo that is more than that is one no longer.
    #[must_use]
    pub fn with(self, entry: &Entry) -> Self {
        let new = Some(entry.to_toml());
        match self.action {
            Action::Undo if new != self.new => {
                let action = if self.seen.is_some() { Action::Edit } else { Action::Add };
                Self { action, new, undoes: None, ..self }
            }
            _ => Self { new, ..self },
        }
    }

    /// The same under another id, where it adds a fact whose id was taken in the meantime.
    #[must_use]
    pub fn under_free_id(self, is_taken: impl Fn(&str) -> bool) -> Self {
        let entry = self.new.as_deref().and_then(|text| Entry::from_toml(text).ok());
        match entry {
            Some(mut entry) if self.action == Action::Add && is_taken(&entry.id) => {
                entry.id = form::free_id(&entry.id, is_taken);
                Self::add(self.author, &entry).because(&self.reason).settling(self.missed)
            }
            _ => self,
        }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        Self { reason: reason.trim().to_owned(), ..self }
    }

    /// The same as the settlement of a missed question.
    #[must_use]
    pub fn settling(self, missed: Option<i64>) -> Self {
        Self { missed, ..self }
    }
}

impl Moderation {
    /// A fact as it stands.
    ///
    /// # Errors
    /// Where there is none of that id, or the files cannot be read.
    pub async fn known_fact(&self, id: &str) -> Result<Entry, Refusal> {
        self.fact(id).await?.ok_or_else(|| Refusal::NoFact(id.to_owned()))
    }

    /// A draft by which a fact goes.
    ///
    /// # Errors
    /// Where there is none of that id, or the files cannot be read.
    pub async fn retire(&self, author: Author, id: &str) -> Result<Draft, Refusal> {
        let entry = self.known_fact(id).await?;
        Ok(Draft::new(author, Action::Retire, &Subject::Fact(entry.id.clone()), Some(entry.to_toml()), None))
    }

    /// A draft by which a fact answers one more question, perhaps with a yes or a no before it.
    ///
    /// # Errors
    /// Where there is no fact of that id, or the question has no words.
    pub async fn teach(
        &self,
        author: Author,
        question: &str,
        id: &str,
        polarity: Option<Polarity>,
    ) -> Result<Draft, Refusal> {
        let seen = self.known_fact(id).await?;
        let pattern = form::pattern_of(question);
        if fold_words(&pattern).is_empty() {
            return Err(Refusal::Empty("the question"));
        }
        let mut entry = seen.clone();
        form::add(&mut entry, polarity, &pattern);
        Ok(Draft::edit(author, &seen, &entry))
    }

    /// A draft by which a question is known to have no answer.
    ///
    /// # Errors
    /// Where the question has no words, or the files cannot be read.
    pub async fn not_for_us(&self, author: Author, question: &str) -> Result<Draft, Refusal> {
        let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
        let subject = Subject::unanswerable(&question);
        if subject.key().is_empty() {
            return Err(Refusal::Empty("the question"));
        }
        let seen = self.current(&subject).await?;
        if seen.is_some() {
            return Err(Refusal::Nothing(subject));
        }
        let new = UnanswerableEntry { question }.to_toml();
        Ok(Draft::new(author, Action::Add, &subject, None, Some(new)))
    }

    /// A draft by which a name gets another name, or loses it.
    ///
    /// # Errors
    /// Where there is no such name, the other name has no words, or the files cannot be read.
    pub async fn alias(
        &self,
        author: Author,
        name: &str,
        alias: &str,
        remove: bool,
    ) -> Result<Draft, Refusal> {
        let alias = alias.split_whitespace().collect::<Vec<_>>().join(" ");
        let subject = Subject::alias(&alias);
        if subject.key().is_empty() {
            return Err(Refusal::Empty("the alias"));
        }
        let name = name.trim();
        if !self.names().await?.iter().any(|known| known.id == name) {
            return Err(Refusal::NoName(name.to_owned()));
        }
        let seen = self.current(&subject).await?;
        let owner = seen.as_deref().and_then(|text| toml::from_str::<AliasEntry>(text).ok());
        if let Some(owner) = owner.filter(|owner| remove && owner.name != name) {
            return Err(Refusal::AliasOfOther { alias, name: owner.name });
        }
        let new = (!remove).then(|| AliasEntry { alias, name: name.to_owned() }.to_toml());
        let action = match (&seen, &new) {
            (None, _) => Action::Add,
            (_, None) => Action::Retire,
            _ => Action::Edit,
        };
        Ok(Draft::new(author, action, &subject, seen, new))
    }

    /// A draft that keeps an edit, though the file below it has changed.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn keep(&self, author: Author, subject: &Subject) -> Result<Draft, Refusal> {
        let (now, shipped) = (self.current(subject).await?, self.shipped(subject).await?);
        let draft = Draft::new(author, Action::Keep, subject, now.clone(), now);
        Ok(draft.settling_conflict(shipped.as_deref()))
    }

    /// A draft that gives up an edit for what the files have.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn give_up(&self, author: Author, subject: &Subject) -> Result<Draft, Refusal> {
        let now = self.current(subject).await?;
        let shipped = self.shipped(subject).await?;
        let action = if shipped.is_some() { Action::Edit } else { Action::Retire };
        let draft = Draft::new(author, action, subject, now, shipped.clone());
        Ok(draft.settling_conflict(shipped.as_deref()))
    }

    /// The names of the lexicon.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn names(&self) -> Result<Vec<Name>, ModerationError> {
        let source = self.live.source();
        let files = spawn_blocking(move || {
            // Of all files and edits, only those about names.
            let mut files = source.plain_files()?;
            files.0.retain(|file| file.path.ends_with("lexicon.toml"));
            let mut edits = Edits::clone(&source.edits);
            edits.0.retain(|subject, _| matches!(subject, Subject::Alias(_)));
            Ok::<_, SourceError>(overlay(&files, &edits).files)
        })
        .await??;
        let language = self.live.served().assistant.base().language.clone();
        let file = files.get(&format!("{language}/lexicon.toml")).or_else(|| files.get("lexicon.toml"));
        let text = file.and_then(|file| file.text().ok()).unwrap_or_default();
        // A base with a lexicon that cannot be read is not served.
        Ok(toml::from_str::<Lexicon>(text).map(|lexicon| lexicon.name).unwrap_or_default())
    }
}
