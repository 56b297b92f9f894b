//! The fact base that is being served: questions see the old one or the new one, never a half.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::assistant::Assistant;
use crate::completion::Completions;
use crate::knowledge::KnowledgeFiles;
use crate::matcher::Matcher;
use crate::matcher::decision::Thresholds;
use crate::moderation::edits::Edits;
use crate::source::{Source, SourceError};

/// A folder has to be quiet for so long before it is read again: editors write in several steps.
const QUIET: Duration = Duration::from_millis(300);
/// A version that was made ready is kept for so long: about as long as somebody looks at a preview.
const KEPT_READY: Duration = Duration::from_mins(10);

/// What is made of one version of the base.
pub struct Served {
    /// Answers questions.
    pub assistant: Assistant,
    /// Completes questions.
    pub completions: Completions,
    /// Counts the versions, from 0.
    pub generation: u64,
    /// The hash of the files, where they are not just the shipped ones.
    files: Option<u128>,
}

/// The version that is being served, and where the next one comes from.
pub struct Live {
    current: ArcSwap<Served>,
    source: ArcSwap<Source>,
    thresholds: Thresholds,
    generations: AtomicU64,
    /// One version is loaded at a time, so that a later one never makes way for an earlier one.
    loading: Mutex<()>,
    /// A version that may be served soon.
    prepared: Mutex<Option<Prepared>>,
}

/// A version of the base that was made ready ahead of its time.
struct Prepared {
    served: Arc<Served>,
    at: Instant,
}

impl Live {
    /// Loads the base.
    ///
    /// # Errors
    /// Where it cannot be read or has faults.
    pub fn load(source: Source, thresholds: Thresholds) -> Result<Self, SourceError> {
        let served = if source.is_shipped() {
            Served::new(source.matcher()?, thresholds, 0, None)
        } else {
            let files = source.files()?;
            Served::new(source.ready(&files)?, thresholds, 0, Some(files.hash()))
        };
        Ok(Self {
            current: ArcSwap::from_pointee(served),
            source: ArcSwap::from_pointee(source),
            thresholds,
            generations: AtomicU64::new(1),
            loading: Mutex::default(),
            prepared: Mutex::default(),
        })
    }

    /// The version that is being served.
    #[must_use]
    pub fn served(&self) -> Arc<Served> {
        self.current.load_full()
    }

    /// Where the base comes from, with the edits in force.
    #[must_use]
    pub fn source(&self) -> Arc<Source> {
        self.source.load_full()
    }

    /// Loads the base anew. Takes as long as training does: not for the event loop.
    ///
    /// # Errors
    /// Where it cannot be read or has faults; the version from before stays.
    pub fn reload(&self) -> Result<Arc<Served>, SourceError> {
        let _loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        let source = self.source();
        let now = self.served();
        if source.is_shipped() && now.files.is_none() {
            return Ok(now);
        }
        let served = self.version(&source, &source.files()?)?;
        self.current.store(Arc::clone(&served));
        Ok(served)
    }

    /// Puts other edits over the files, and loads the base anew.
    ///
    /// # Errors
    /// As [`Self::reload`]; the edits are in force then, but not served.
    pub fn take_edits(&self, edits: &Arc<Edits>) -> Result<Arc<Served>, SourceError> {
        self.source.rcu(|source| Source { edits: Arc::clone(edits), ..Source::clone(source) });
        self.reload()
    }

    /// Makes the files of a source ready, which may be served soon; [`Self::reload`] then takes but a moment.
    ///
    /// # Errors
    /// Where the files have faults.
    pub fn prepare(&self, source: &Source, files: &KnowledgeFiles) -> Result<Arc<Served>, SourceError> {
        let served = self.version(source, files)?;
        if !Arc::ptr_eq(&served, &self.served()) {
            let prepared = Prepared { served: Arc::clone(&served), at: Instant::now() };
            *self.prepared.lock().unwrap_or_else(PoisonError::into_inner) = Some(prepared);
        }
        Ok(served)
    }

    /// Gives back the memory of a version that nobody has asked for in a while.
    pub fn forget_idle(&self) {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if prepared.as_ref().is_some_and(|prepared| prepared.at.elapsed() > KEPT_READY) {
            *prepared = None;
        }
    }

    /// The version of those files: the one that is being served, or that was made ready; else a new one.
    fn version(&self, source: &Source, files: &KnowledgeFiles) -> Result<Arc<Served>, SourceError> {
        let hash = Some(files.hash());
        let now = self.served();
        if now.files == hash {
            return Ok(now);
        }
        if let Some(prepared) = self.take_prepared(hash) {
            return Ok(prepared);
        }
        let matcher = source.ready(files)?;
        let generation = self.generations.fetch_add(1, Ordering::Relaxed);
        Ok(Arc::new(Served::new(matcher, self.thresholds, generation, hash)))
    }

    fn take_prepared(&self, hash: Option<u128>) -> Option<Arc<Served>> {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        prepared.take_if(|prepared| prepared.served.files == hash).map(|prepared| prepared.served)
    }
}

impl Served {
    fn new(matcher: Matcher, thresholds: Thresholds, generation: u64, files: Option<u128>) -> Self {
        let assistant = Assistant::new(matcher, thresholds);
        let completions = Completions::new(assistant.base());
        Self { assistant, completions, generation, files }
    }
}

/// Watches the folder of a base, and loads it anew whenever it has changed. A bad edit is logged, and the
/// version from before stays. The watch ends when what is returned is dropped; there is none for the
/// shipped base, which cannot change.
///
/// # Errors
/// Where the system cannot watch the folder.
pub fn watch(
    live: &Arc<Live>,
    on_reload: impl Fn(&Served) + Send + 'static,
) -> Result<Option<RecommendedWatcher>, notify::Error> {
    let Some(folder) = live.source().folder.clone() else { return Ok(None) };
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| match event {
        // Reading is no change: loading the base would call for itself.
        Ok(event) if event.kind.is_access() => {}
        // The other side is gone once the bot stops.
        Ok(_) => drop(sender.send(())),
        Err(error) => tracing::warn!(%error, "the knowledge folder can no longer be watched"),
    })?;
    watcher.watch(&folder, RecursiveMode::Recursive)?;
    let live = Arc::clone(live);
    thread::Builder::new().name("knowledge".to_owned()).spawn(move || {
        while changes.recv().is_ok() {
            while changes.recv_timeout(QUIET).is_ok() {}
            match live.reload() {
                Ok(served) => {
                    let facts = served.assistant.base().facts.len();
                    tracing::info!(facts, "the fact base was loaded anew");
                    on_reload(&served);
                }
                Err(error) => {
                    tracing::error!(%error, "the edited fact base is not usable, so the one from before stays");
                }
            }
        }
    })?;
    Ok(Some(watcher))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::moderation::edits::{Edit, Subject};
    use crate::moderation::entry::Entry;

    const FACT: &str =
        "section = \"s\"\n[[fact]]\nid = \"a\"\nanswer = \"Old.\"\nquestions = [\"what is a kettle\"]\n";

    fn answer(live: &Live) -> String {
        live.served().assistant.ask("what is a kettle").unwrap().text
    }

    #[test]
    fn an_edit_that_does_not_fit_the_files_any_more_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let article = "[article]\ntitle='T'\n[[section]]\nid='s'\ntitle='S'\n";
        fs::write(folder.path().join("source.toml"), article).unwrap();
        fs::write(folder.path().join("s.toml"), FACT).unwrap();
        let entry = |id: &str, section: &str, question: &str| {
            let entry = Entry {
                id: id.to_owned(),
                section: section.to_owned(),
                answer: "Added.".to_owned(),
                questions: vec![question.to_owned()],
                ..Entry::default()
            };
            (Subject::Fact(id.to_owned()), Edit { base: None, text: Some(entry.to_toml()), change: 1 })
        };
        let edits = [entry("lost", "gone", "what is a pan"), entry("good", "s", "what is a pot")];
        let source = Source {
            folder: Some(folder.path().to_owned()),
            edits: Arc::new(Edits(edits.into())),
            ..Source::default()
        };
        let live = Live::load(source, Thresholds::default()).unwrap();
        let answers = |question| live.served().assistant.ask(question).unwrap().fact;
        assert_eq!(answers("what is a pot").as_deref(), Some("good"));
        assert_eq!(answers("what is a kettle").as_deref(), Some("a"));
        assert_eq!(answers("what is a pan"), None);
    }

    #[test]
    fn an_edit_is_served_and_a_bad_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        fs::write(&file, FACT).unwrap();
        let source = Source { folder: Some(folder.path().to_owned()), ..Source::default() };
        let live = Arc::new(Live::load(source, Thresholds::default()).unwrap());
        assert_eq!(answer(&live), "Old.");
        let (sender, reloads) = mpsc::channel();
        let watcher = watch(&live, move |served| sender.send(served.generation).unwrap()).unwrap();
        assert!(watcher.is_some());
        fs::write(&file, FACT.replace("Old", "New")).unwrap();
        reloads.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(answer(&live), "New.");
        assert!(reloads.recv_timeout(3 * QUIET).is_err(), "an edit is loaded once");
        fs::write(&file, "section = ").unwrap();
        assert!(reloads.recv_timeout(5 * QUIET).is_err());
        assert_eq!(answer(&live), "New.");
    }
}
