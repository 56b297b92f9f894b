//! Moderators keep the fact base true: edits over the knowledge files, their history, and the questions that had no
//! answer.
//!
//! The files are never written by the bot. Edits lie over them in a database ([`store`]); [`mod@overlay`] puts the two
//! together. Whoever edits (Discord, a shell) makes a [`Draft`], which [`Moderation::propose`] shows with its faults
//! and its [`impact`], and [`Moderation::save`] writes with its row of the [`history`] and serves at once.

pub mod diff;
pub mod drafts;
pub mod edits;
pub mod entry;
pub mod export;
pub mod form;
pub mod history;
pub mod impact;
pub mod listing;
pub mod missed;
pub mod overlay;
mod proposals;
mod saving;
pub mod store;

pub use drafts::Draft;
pub use saving::{Preview, Refusal, Saved};

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::{Mutex, MutexGuard};
use tokio::task::{JoinError, spawn_blocking};

use self::edits::{Edit, Edits, Subject};
use self::entry::Entry;
use self::history::{Action, Author, NewChange, Settles};
use self::overlay::{document, overlay};
use self::store::{Inspection, Store, StoreError};
use crate::config::ModerationConfig;
use crate::exam::ExamError;
use crate::knowledge::KnowledgeFiles;
use crate::live::Live;
use crate::source::{Source, SourceError};

/// Moderation of the base that is being served.
pub struct Moderation {
    store: Store,
    live: Arc<Live>,
    /// Exam files whose questions a preview asks; the shipped ones where there are none.
    exams: Arc<[PathBuf]>,
    /// One change at a time is checked and written.
    saving: Mutex<()>,
    /// The latest change that is served.
    served: AtomicI64,
}

/// Why something could not be looked up or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum ModerationError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The base cannot be used.
    #[error("the fact base cannot be used: {0}")]
    Source(#[from] SourceError),
    /// The questions of an exam cannot be read.
    #[error("the exam of moderation.exams cannot be used: {0}")]
    Exam(#[from] ExamError),
    /// A part of the bot broke down.
    #[error("a part of the bot broke down: {0}")]
    Broken(#[from] JoinError),
}

impl Moderation {
    /// Moderation of the base that is served, with the edits that [`Opened`] has read.
    #[must_use]
    pub fn new(opened: Opened, live: Arc<Live>, config: &ModerationConfig) -> Self {
        let Opened { store, latest } = opened;
        let exams = config.exams.clone().into();
        Self { store, live, exams, saving: Mutex::default(), served: AtomicI64::new(latest) }
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The base that is being served.
    #[must_use]
    pub fn live(&self) -> &Arc<Live> {
        &self.live
    }

    /// A thing as it stands: as moderators left it, else as the files have it.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn current(&self, subject: &Subject) -> Result<Option<String>, ModerationError> {
        let (source, subject) = (self.live.source(), subject.clone());
        spawn_blocking(move || standing(&source, &subject)).await?.map_err(Into::into)
    }

    /// A thing as the files have it.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn shipped(&self, subject: &Subject) -> Result<Option<String>, ModerationError> {
        let (source, subject) = (self.live.source(), subject.clone());
        Ok(spawn_blocking(move || source.plain_files().map(|files| document(&files, &subject))).await??)
    }

    /// A fact as it stands.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn fact(&self, id: &str) -> Result<Option<Entry>, ModerationError> {
        let text = self.current(&Subject::Fact(id.to_owned())).await?;
        Ok(text.and_then(|text| Entry::from_toml(&text).ok()))
    }

    /// The ids of the facts that moderators have touched, the retired ones included.
    #[must_use]
    pub fn edited_ids(&self) -> Vec<String> {
        let source = self.live.source();
        let ids = source.edits.0.keys().filter_map(|subject| match subject {
            Subject::Fact(id) => Some(id.clone()),
            _ => None,
        });
        ids.collect()
    }

    /// Whether moderators have touched the fact of that id, or retired it.
    #[must_use]
    pub fn is_edited(&self, id: &str) -> bool {
        self.live.source().edits.0.contains_key(&Subject::Fact(id.to_owned()))
    }

    /// Serves what others have changed in the database, such as somebody with a shell; gives whether there was
    /// anything. Edits that the files have caught up with fold away.
    ///
    /// # Errors
    /// Where the database or the files cannot be read.
    pub async fn catch_up(&self) -> Result<bool, ModerationError> {
        if self.is_up_to_date().await? {
            return Ok(false);
        }
        let saving = self.saving.lock().await;
        // What was new may have been this bot's own, on its way to being served.
        if self.is_up_to_date().await? {
            return Ok(false);
        }
        self.reload_while(&saving).await?;
        Ok(true)
    }

    async fn is_up_to_date(&self) -> Result<bool, StoreError> {
        Ok(self.store.latest_change().await? == self.served.load(Ordering::Acquire))
    }

    /// Reads files and edits anew.
    ///
    /// # Errors
    /// Where they cannot be read; the base from before stays.
    pub async fn reload(&self) -> Result<(), ModerationError> {
        let saving = self.saving.lock().await;
        self.reload_while(&saving).await
    }

    async fn reload_while(&self, _saving: &MutexGuard<'_, ()>) -> Result<(), ModerationError> {
        let (edits, latest) = self.store.edits().await?;
        let (edits, latest) = self.fold(edits, latest).await?;
        self.serve(edits, latest).await
    }

    /// Serves those edits, which every change up to `latest` has made.
    async fn serve(&self, edits: Edits, latest: i64) -> Result<(), ModerationError> {
        let live = Arc::clone(&self.live);
        spawn_blocking(move || live.take_edits(&Arc::new(edits))).await??;
        self.served.store(latest, Ordering::Release);
        Ok(())
    }

    /// Takes away the edits that the files contain, with a row in the history for each.
    async fn fold(&self, mut edits: Edits, mut latest: i64) -> Result<(Edits, i64), ModerationError> {
        if edits.0.is_empty() || !self.store.is_writable() {
            return Ok((edits, latest));
        }
        let source = self.live.source();
        let (edited, files) = (edits.clone(), spawn_blocking(move || source.plain_files()).await??);
        let contained = spawn_blocking(move || {
            let mut contained = overlay(&files, &edited).contained;
            contained.retain(|subject| is_told(&files, subject, &edited));
            contained
        })
        .await?;
        for subject in contained {
            let text = edits.0.get(&subject).and_then(|edit| edit.text.clone());
            let change = NewChange {
                author: Author::Bot,
                action: Action::Ship,
                subject,
                base: text.clone(),
                shipped: text.clone(),
                old: text.clone(),
                new: text,
                reason: String::new(),
                undoes: None,
            };
            // Where another program writes at the same time, the rest folds the next time.
            let Some(made) = self.store.commit(&change, latest, Settles::default()).await? else { break };
            edits.0.remove(&change.subject);
            latest = made.id;
        }
        Ok((edits, latest))
    }
}

/// A database whose edits were read.
#[derive(Debug)]
pub struct Opened {
    store: Store,
    /// The latest change that was read.
    latest: i64,
}

/// What becomes of a database that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is made.
    Make,
    /// There are no edits, then.
    Leave,
}

impl Opened {
    /// Opens the database of a base, where one is configured, and puts its edits over the source.
    ///
    /// # Errors
    /// Where it is damaged, from a newer version, or cannot be opened.
    pub async fn over(
        source: &mut Source,
        config: &ModerationConfig,
        missing: Missing,
    ) -> Result<Option<Self>, StoreError> {
        let Some(path) = config.database(source) else { return Ok(None) };
        let inspection = match missing {
            Missing::Make => Inspection::Whole,
            // One that cannot be looked at is not taken for none: its edits would be left out without a word.
            Missing::Leave if path.try_exists().unwrap_or(true) => Inspection::Header,
            Missing::Leave => return Ok(None),
        };
        let store = Store::open(&path, inspection).await?;
        let (edits, latest) = store.edits().await?;
        source.edits = Arc::new(edits);
        Ok(Some(Self { store, latest }))
    }

    /// Ends every connection.
    pub async fn close(self) {
        self.store.close().await;
    }
}

/// Whether files that contain an edit say so, rather than say nothing: where the file that had a thing is missing, perhaps
/// for a moment, nobody has taken the thing away.
fn is_told(files: &KnowledgeFiles, subject: &Subject, edits: &Edits) -> bool {
    let Some(Edit { text: None, base: Some(base), .. }) = edits.0.get(subject) else { return true };
    let texts = || files.0.iter().filter_map(|file| Some((file.path.as_str(), file.text().ok()?)));
    match subject {
        Subject::Fact(_) => {
            let section = Entry::from_toml(base).map(|entry| entry.section).unwrap_or_default();
            let lines = [format!("section = \"{section}\""), format!("section = '{section}'")];
            texts().any(|(_, text)| text.lines().any(|line| lines.iter().any(|own| line.trim() == own)))
        }
        Subject::Alias(_) => texts().any(|(path, _)| path.ends_with("lexicon.toml")),
        Subject::Unanswerable(_) => texts().any(|(path, _)| path.ends_with("unanswerable.toml")),
    }
}

/// A thing as it stands in a base.
fn standing(source: &Source, subject: &Subject) -> Result<Option<String>, SourceError> {
    match source.edits.0.get(subject) {
        Some(edit) => Ok(edit.text.clone()),
        None => Ok(document(&source.plain_files()?, subject)),
    }
}
