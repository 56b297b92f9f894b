//! The fact base that is being served: questions see the old one or the new one, never a half.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::assistant::Assistant;
use crate::completion::Completions;
use crate::matcher::decision::Thresholds;
use crate::source::{Source, SourceError};

/// A folder has to be quiet for so long before it is read again: editors write in several steps.
const QUIET: Duration = Duration::from_millis(300);

/// What is made of one version of the base.
pub struct Served {
    /// Answers questions.
    pub assistant: Assistant,
    /// Completes questions.
    pub completions: Completions,
    /// Counts the versions, from 0.
    pub generation: u64,
}

/// The version that is being served, and where the next one comes from.
pub struct Live {
    current: ArcSwap<Served>,
    source: Source,
    thresholds: Thresholds,
    generations: AtomicU64,
}

impl Live {
    /// Loads the base.
    ///
    /// # Errors
    /// Where it cannot be read or has faults.
    pub fn load(source: Source, thresholds: Thresholds) -> Result<Self, SourceError> {
        let served = prepare(&source, thresholds, 0)?;
        Ok(Self {
            current: ArcSwap::from_pointee(served),
            source,
            thresholds,
            generations: AtomicU64::new(1),
        })
    }

    /// The version that is being served.
    #[must_use]
    pub fn served(&self) -> Arc<Served> {
        self.current.load_full()
    }

    /// Loads the base anew. Takes as long as training does: not for the event loop.
    ///
    /// # Errors
    /// Where it cannot be read or has faults; the version from before stays.
    pub fn reload(&self) -> Result<Arc<Served>, SourceError> {
        let generation = self.generations.fetch_add(1, Ordering::Relaxed);
        let served = Arc::new(prepare(&self.source, self.thresholds, generation)?);
        self.current.store(Arc::clone(&served));
        Ok(served)
    }

    /// The folder that the base comes from; none for the shipped one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.source.folder.as_deref()
    }
}

fn prepare(source: &Source, thresholds: Thresholds, generation: u64) -> Result<Served, SourceError> {
    let assistant = Assistant::new(source.matcher()?, thresholds);
    let completions = Completions::new(assistant.base());
    Ok(Served { assistant, completions, generation })
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
    let Some(folder) = live.folder().map(Path::to_owned) else { return Ok(None) };
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

    const FACT: &str =
        "section = \"s\"\n[[fact]]\nid = \"a\"\nanswer = \"Old.\"\nquestions = [\"what is a kettle\"]\n";

    fn answer(live: &Live) -> String {
        live.served().assistant.ask("what is a kettle").unwrap().text
    }

    #[test]
    fn an_edit_is_served_and_a_bad_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        fs::write(&file, FACT).unwrap();
        let source = Source { folder: Some(folder.path().to_owned()), cache: None };
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
