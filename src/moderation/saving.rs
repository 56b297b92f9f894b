//! From a draft to a change that is served: the preview, and the checks that are made again before anything is
//! written.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

use super::drafts::Draft;
use super::edits::{Edit, Edits, Revision, Subject};
use super::history::{Action, Author, Change, NewChange, Settles};
use super::impact::{Impact, Version};
use super::overlay::{document, overlay};
use super::store::StoreError;
use super::{Moderation, ModerationError};
use crate::knowledge::{Loaded, Severity, load};
use crate::live::Live;
use crate::source::{Source, SourceError};
use crate::{exam, shipped};

/// So often a change is checked anew because another one came between.
const ATTEMPTS: usize = 32;

/// In so many of the latest changes to a thing it is looked for what somebody saw.
const LOOKED_BACK: usize = 10;

/// An edit before it is saved, with what there is to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The number of the draft; none where the database cannot keep it.
    pub id: i64,
    /// The draft.
    pub draft: Draft,
    /// The thing as it stands; where an edit is kept, what the files have of it.
    pub old: Option<String>,
    /// What is wrong with the edit, all of it: as long as there is anything, it cannot be saved.
    pub faults: Vec<String>,
    /// What it would change for those who ask; nothing where it has faults.
    pub impact: Impact,
}

/// A change that was written.
#[derive(Debug)]
pub struct Saved {
    /// The change.
    pub change: Change,
    /// How long it took until it was served; where it could not be, why not.
    pub served: Result<Duration, String>,
}

/// Why an edit cannot be shown or saved.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The draft is gone.
    #[error("this edit is no longer there: it was saved or dropped, or is older than a day")]
    Gone,
    /// The draft is somebody else's.
    #[error("this edit is somebody else's: only who made it can save it")]
    NotYours,
    /// The edit would change nothing.
    #[error("nothing would change: {0} is just so already")]
    Nothing(Subject),
    /// There is a fact of that id.
    #[error("there is {0} already: give another id, or change that one")]
    Taken(Subject),
    /// There is no fact of that id.
    #[error("there is no fact `{0}`")]
    NoFact(String),
    /// There is no such name in the lexicon.
    #[error("there is no name `{0}` in the lexicon: `/fact alias` completes those that there are")]
    NoName(String),
    /// The other name is one of something else.
    #[error("`{alias}` is another name of `{name}`, so it is that one's to lose")]
    AliasOfOther {
        /// The other name.
        alias: String,
        /// What it is a name of.
        name: String,
    },
    /// The missed question is gone.
    #[error("this question is no longer in the list: somebody has settled it, or it was forgotten")]
    Settled,
    /// There is nothing to work on.
    #[error("{0} has no word of its own")]
    Empty(&'static str),
    /// There is no change of that number.
    #[error("change {0} is not there")]
    NoChange(i64),
    /// The thing is not as the draft's author saw it.
    #[error("{subject} has changed since you saw it")]
    Changed {
        /// What it is about.
        subject: Subject,
        /// What the author saw, where that is known.
        seen: Option<String>,
        /// What it is now.
        now: Option<String>,
        /// The change that came between, where it was one of a moderator's.
        by: Option<Box<Change>>,
        /// The number of a draft that does the same to what it is now.
        again: i64,
    },
    /// A later change has to be undone first.
    #[error("{subject} was changed again by change {later}: undo that first")]
    Overtaken {
        /// What it is about.
        subject: Subject,
        /// The later change.
        later: i64,
    },
    /// The files say something else by now.
    #[error("{0} is not what that change made it: the files have changed since")]
    FilesChanged(Subject),
    /// The edit has faults.
    #[error("this cannot be saved: {}", .0.join("; "))]
    Faulty(Vec<String>),
    /// Others change things faster than this could be checked.
    #[error("others are changing the base at the same time: try again in a moment")]
    Crowded,
    /// Something else is in the way.
    #[error(transparent)]
    Failed(#[from] ModerationError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<tokio::task::JoinError> for Refusal {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<SourceError> for Refusal {
    fn from(error: SourceError) -> Self {
        Self::Failed(error.into())
    }
}

impl Moderation {
    /// Shows an edit, and keeps it to be saved.
    ///
    /// # Errors
    /// Where it would change nothing, the thing has changed since its author saw it, or it cannot be kept.
    pub async fn propose(&self, draft: Draft) -> Result<Preview, Refusal> {
        let seen = Revision::of(draft.seen.as_deref());
        self.propose_over(draft, seen).await
    }

    /// The same for an edit whose author saw a certain revision: by the time that a form is sent, only that is known.
    ///
    /// # Errors
    /// As [`Self::propose`].
    pub async fn propose_over(&self, mut draft: Draft, seen: Revision) -> Result<Preview, Refusal> {
        let subject = draft.subject();
        let old = self.current(&subject).await?;
        if draft.action == Action::Add && old.is_some() && draft.new != old {
            return Err(Refusal::Taken(subject));
        }
        if Revision::of(old.as_deref()) != seen && draft.new != old {
            let known = draft.seen.take().filter(|text| Revision::of(Some(text)) == seen);
            let seen = match known {
                Some(text) => Some(text),
                None => self.at_revision(&subject, seen).await?,
            };
            return Err(self.changed(draft, seen, old).await?);
        }
        if old == draft.new && draft.action != Action::Keep {
            return Err(Refusal::Nothing(subject));
        }
        draft.seen.clone_from(&old);
        // What an edit is kept over is what there is to see.
        let old = if draft.action == Action::Keep { self.shipped(&subject).await? } else { old };
        let (live, exams, shown) = (Arc::clone(&self.live), Arc::clone(&self.exams), draft.clone());
        let looked_at = spawn_blocking(move || look(&live, &exams, &shown));
        let id = self.store.keep_draft(&draft).await?;
        let (faults, impact) = looked_at.await??;
        Ok(Preview { id, draft, old, faults, impact })
    }

    /// The draft that takes a change back.
    ///
    /// # Errors
    /// Where there is no such change, or a later one to the same thing.
    pub async fn undo(&self, author: Author, change: i64, reason: String) -> Result<Draft, Refusal> {
        let change = self.store.change(change).await?.ok_or(Refusal::NoChange(change))?;
        let now = self.current(&change.subject).await?;
        if now != change.new {
            let history = self.store.history(Some(&change.subject), 0, 1).await?;
            let later = history.changes.first().filter(|later| later.id != change.id);
            return Err(match later {
                Some(later) => Refusal::Overtaken { subject: change.subject, later: later.id },
                None => Refusal::FilesChanged(change.subject),
            });
        }
        let draft = Draft::new(author, Action::Undo, &change.subject, now, change.old);
        Ok(Draft { undoes: Some(change.id), reason, ..draft })
    }

    /// Writes a draft, with its row in the history, and serves it.
    ///
    /// # Errors
    /// Where it is gone, somebody else's, or no longer what its author saw; nothing is written then.
    pub async fn save(&self, id: i64, author: &Author) -> Result<Saved, Refusal> {
        let started = Instant::now();
        let _saving = self.saving.lock().await;
        // Only now: who presses twice finds it gone.
        let draft = self.draft(id, author).await?;
        for _ in 0..ATTEMPTS {
            let (edits, latest) = self.store.edits().await?;
            let subject = draft.subject();
            let source = Source { edits: Arc::new(edits), ..Source::clone(&self.live.source()) };
            let source = Arc::new(source);
            let (read, of) = (Arc::clone(&source), subject.clone());
            let (now, shipped) = spawn_blocking(move || {
                let shipped = document(&read.plain_files()?, &of);
                let now = read.edits.0.get(&of).map_or_else(|| shipped.clone(), |edit| edit.text.clone());
                Ok::<_, SourceError>((now, shipped))
            })
            .await??;
            if now != draft.seen || !draft.saw_shipped(shipped.as_deref()) {
                let seen = draft.seen.clone();
                let refusal = self.changed(draft.over(shipped.as_deref()), seen, now).await?;
                // The version that is kept is there before this one goes.
                self.store.drop_draft(id).await?;
                return Err(refusal);
            }
            // An edit that stands was made over what the files had then; only who looked at both settles that.
            let standing = source.edits.0.get(&subject).filter(|_| !draft.settles_conflict());
            let base = standing.map_or_else(|| shipped.clone(), |edit| edit.base.clone());
            let change = NewChange {
                author: author.clone(),
                action: draft.action,
                subject,
                base,
                shipped,
                old: now,
                new: draft.new.clone(),
                reason: draft.reason.clone(),
                undoes: draft.undoes,
            };
            let edits = with_change(&source.edits, &change);
            let (live, with) =
                (Arc::clone(&self.live), Source { edits: Arc::new(edits.clone()), ..Source::clone(&source) });
            let faults = spawn_blocking(move || make_ready(&live, &source, &with)).await??;
            if !faults.is_empty() {
                return Err(Refusal::Faulty(faults));
            }
            let settles = Settles { draft: Some(id), missed: draft.missed };
            if let Some(change) = self.store.commit(&change, latest, settles).await? {
                let mut edits = edits;
                if let Some(edit) = edits.0.get_mut(&change.subject) {
                    edit.change = change.id;
                }
                let served = self.serve(edits, change.id).await;
                let served = served.map(|()| started.elapsed()).map_err(|error| error.to_string());
                return Ok(Saved { change, served });
            }
        }
        Err(Refusal::Crowded)
    }

    /// Drops a draft.
    ///
    /// # Errors
    /// Where it is somebody else's, or the database cannot be written.
    pub async fn cancel(&self, id: i64, author: &Author) -> Result<(), Refusal> {
        if self.store.draft(id).await?.is_some_and(|draft| draft.author != *author) {
            return Err(Refusal::NotYours);
        }
        Ok(self.store.drop_draft(id).await?)
    }

    /// A draft of that author's.
    ///
    /// # Errors
    /// Where it is gone or somebody else's.
    pub async fn draft(&self, id: i64, author: &Author) -> Result<Draft, Refusal> {
        let draft = self.store.draft(id).await?.ok_or(Refusal::Gone)?;
        if draft.author == *author { Ok(draft) } else { Err(Refusal::NotYours) }
    }

    /// A thing as it was at a revision, where the latest changes to it tell.
    async fn at_revision(&self, subject: &Subject, seen: Revision) -> Result<Option<String>, StoreError> {
        let history = self.store.history(Some(subject), 0, LOOKED_BACK).await?;
        let mut texts = history.changes.into_iter().filter_map(|change| change.old);
        Ok(texts.find(|text| Revision::of(Some(text)) == seen))
    }

    /// The refusal of a draft whose thing has changed; the draft is kept, to be shown over what the thing is now.
    async fn changed(
        &self,
        draft: Draft,
        seen: Option<String>,
        now: Option<String>,
    ) -> Result<Refusal, StoreError> {
        let subject = draft.subject();
        let history = self.store.history(Some(&subject), 0, 1).await?;
        let by = history.changes.into_iter().next().filter(|change| change.new == now).map(Box::new);
        let again = self.store.keep_draft(&Draft { seen: now.clone(), ..draft }).await?;
        Ok(Refusal::Changed { subject, seen, now, by, again })
    }
}

/// The edits with one more change.
fn with_change(edits: &Edits, change: &NewChange) -> Edits {
    let mut edits = edits.clone();
    if change.new == change.shipped {
        edits.0.remove(&change.subject);
    } else {
        let edit = Edit { base: change.base.clone(), text: change.new.clone(), change: 0 };
        edits.0.insert(change.subject.clone(), edit);
    }
    edits
}

/// The faults and the impact of a draft.
fn look(live: &Live, exams: &[PathBuf], draft: &Draft) -> Result<(Vec<String>, Impact), ModerationError> {
    let source = live.source();
    let plain = source.plain_files()?;
    let subject = draft.subject();
    let own = match &subject {
        Subject::Unanswerable(question) => Some(question.clone()),
        Subject::Fact(_) | Subject::Alias(_) => None,
    };
    let base = document(&plain, &subject);
    let mut edits = Edits::clone(&source.edits);
    edits.0.insert(subject, Edit { base, text: draft.new.clone(), change: 0 });
    let (before, after) = (overlay(&plain, &source.edits).files, overlay(&plain, &edits).files);
    let with = Source { edits: Arc::new(edits), ..Source::clone(&source) };
    let (loaded_before, loaded_after) = (load(&before), load(&after));
    let faults = new_faults(&loaded_before, &loaded_after);
    if !faults.is_empty() {
        return Ok((faults, Impact::default()));
    }
    let ready = live.prepare(&with, &after)?;
    let now = live.served();
    let impact = Impact::between(
        Version { assistant: &now.assistant, base: &loaded_before.base },
        Version { assistant: &ready.assistant, base: &loaded_after.base },
        &exam_questions(&source, exams)?,
        own.as_deref(),
    );
    Ok((Vec::new(), impact))
}

/// The questions that a preview asks.
fn exam_questions(source: &Source, exams: &[PathBuf]) -> Result<Vec<String>, ModerationError> {
    let mut questions = Vec::new();
    for file in exams {
        questions.extend(exam::read(file)?);
    }
    if exams.is_empty() && source.folder.is_none() {
        questions = shipped::exam().map_err(SourceError::from)?;
    }
    Ok(questions.into_iter().map(|question| question.q).collect())
}

/// Checks files once more, against edits as they are now, and makes them ready. Gives the faults that are new.
fn make_ready(live: &Live, now: &Source, with: &Source) -> Result<Vec<String>, SourceError> {
    let after = with.files()?;
    let loaded = load(&after);
    if !loaded.faults.is_empty() {
        let faults = new_faults(&load(&now.files()?), &loaded);
        if !faults.is_empty() {
            return Ok(faults);
        }
    }
    live.prepare(with, &after)?;
    Ok(Vec::new())
}

/// What is wrong after an edit that was not wrong before. Places in files say nothing to who edits no files.
fn new_faults(before: &Loaded, after: &Loaded) -> Vec<String> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    for fault in &before.faults {
        *known.entry(fault.message.as_str()).or_default() += 1;
    }
    let mut faults: Vec<(Severity, &str)> = Vec::new();
    for fault in &after.faults {
        match known.get_mut(fault.message.as_str()) {
            Some(left) if *left > 0 => *left -= 1,
            _ => faults.push((fault.severity, fault.message.as_str())),
        }
    }
    faults.sort_by_key(|(severity, _)| *severity);
    faults.into_iter().map(|(_, message)| message.to_owned()).collect()
}
