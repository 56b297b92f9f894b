//! Where a fact base comes from: the binary, or a folder with a cache of its trained index.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::knowledge::{Fact, Fault, FaultReport, KnowledgeFiles, load};
use crate::matcher::Matcher;
use crate::matcher::index::{INDEX_VERSION, Index};
use crate::matcher::text::fold_words;
use crate::matcher::words::{WordTable, WordTableError};
use crate::moderation::edits::{Edits, Subject};
use crate::moderation::overlay::{Overlaid, overlay};
use crate::shipped::{self, ShippedError};

/// As many trained indexes are kept: every edit makes one.
const INDEXES_KEPT: usize = 8;

/// Why a base cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The folder or one of its files cannot be read.
    #[error("cannot read the knowledge folder: {0}")]
    Io(#[from] io::Error),
    /// The files have faults.
    #[error("{0}")]
    Faults(#[from] FaultReport),
    /// The word table is broken.
    #[error("{0}")]
    Words(#[from] WordTableError),
    /// The binary was built wrongly.
    #[error("{0}")]
    Shipped(#[from] ShippedError),
}

/// Where to take the base from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// A knowledge folder; the shipped base where there is none.
    pub folder: Option<PathBuf>,
    /// Where trained indexes are kept; nowhere where there is none.
    pub cache: Option<PathBuf>,
    /// What moderators have changed.
    pub edits: Arc<Edits>,
}

/// A trained index as the cache keeps it.
#[derive(Serialize, Deserialize)]
struct Cached {
    version: u32,
    hash: u128,
    index: Index,
}

impl Source {
    /// What the database of this base's edits is called by default: edits of one base are not those of another.
    #[must_use]
    pub fn database_name(&self) -> String {
        let Some(folder) = &self.folder else { return "moderation.db".to_owned() };
        let whole = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let hash = xxh3_64(whole.as_os_str().as_encoded_bytes()) >> 32;
        let name = whole.file_name().unwrap_or_default().to_string_lossy();
        format!("moderation-{name}-{hash:08x}.db")
    }

    /// Whether the base is the shipped one, just as it is.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        self.folder.is_none() && self.edits.0.is_empty()
    }

    /// The files as they are shipped, or as they stand in the folder.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn plain_files(&self) -> Result<KnowledgeFiles, SourceError> {
        match &self.folder {
            Some(folder) => Ok(KnowledgeFiles::read(folder)?),
            None => Ok(shipped::files()?),
        }
    }

    /// The files with the edits in them, and which edits those are.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn overlaid(&self) -> Result<Overlaid, SourceError> {
        Ok(overlay(&self.plain_files()?, &self.edits))
    }

    /// The files of the effective base: with the edits in them.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn files(&self) -> Result<KnowledgeFiles, SourceError> {
        Ok(if self.edits.0.is_empty() { self.plain_files()? } else { self.overlaid()?.files })
    }

    /// The faults of the base, those included that do not forbid using it.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn check(&self) -> Result<Vec<Fault>, SourceError> {
        Ok(load(&self.files()?).faults)
    }

    /// The effective base, ready for questions: trained, or with its index from the cache.
    ///
    /// # Errors
    /// Where it cannot be read or has faults.
    pub fn matcher(&self) -> Result<Matcher, SourceError> {
        if self.is_shipped() {
            return Ok(shipped::matcher()?);
        }
        self.ready(&self.files()?)
    }

    /// Its files, ready for questions. Edits that the files no longer allow, for instance in a section that is
    /// gone, are set aside: nobody should be without a bot for them.
    ///
    /// # Errors
    /// Where it cannot be read or has faults of its own.
    pub fn ready(&self, files: &KnowledgeFiles) -> Result<Matcher, SourceError> {
        let mut files = Cow::Borrowed(files);
        let mut edits = Edits::clone(&self.edits);
        loop {
            let report = match self.matcher_of(&files) {
                Err(SourceError::Faults(report)) => report,
                made => return made,
            };
            let facts = load(&files).base.facts;
            let at_fault: Vec<Subject> =
                edits.0.keys().filter(|subject| is_at_fault(subject, &facts, &report)).cloned().collect();
            if at_fault.is_empty() {
                return Err(report.into());
            }
            for subject in at_fault {
                tracing::error!(edit = %subject, faults = %report, "an edit does not fit the files any more, and is set aside");
                edits.0.remove(&subject);
            }
            files = Cow::Owned(overlay(&self.plain_files()?, &edits).files);
        }
    }

    /// Those files, ready for questions. They are this base's, perhaps with other edits in them.
    ///
    /// # Errors
    /// Where they have faults.
    pub fn matcher_of(&self, files: &KnowledgeFiles) -> Result<Matcher, SourceError> {
        if self.folder.is_none() && *files == shipped::files()? {
            return Ok(shipped::matcher()?);
        }
        let base = load(files).usable()?;
        let table = match files.get(&format!("{}/words.bin", base.language)) {
            Some(file) => Some(WordTable::new(file.bytes.clone().into())?),
            None if base.language == shipped::LANGUAGE => shipped::words()?,
            None => None,
        };
        let hash = files.hash();
        let path = self.cache.as_ref().map(|cache| cache.join(format!("{hash:032x}.index")));
        if let Some(index) = path.as_deref().and_then(|path| read_cached(path, hash)) {
            return Ok(Matcher::with_index(base, index, table));
        }
        let started = std::time::Instant::now();
        let index = Matcher::index(&base, table.as_ref());
        tracing::info!(seconds = started.elapsed().as_secs_f32(), "trained: {}", index.describe());
        if let Some(path) = path
            && let Err(error) = write_cached(&path, hash, &index)
        {
            tracing::warn!(path = %path.display(), %error, "the trained index could not be kept");
        }
        Ok(Matcher::with_index(base, index, table))
    }
}

/// Whether one of the faults is where an edit stands: in the fact that begins above it, in a file that is all made of
/// edits, or in the lexicon about an alias.
fn is_at_fault(subject: &Subject, facts: &[Fact], report: &FaultReport) -> bool {
    let id = match subject {
        Subject::Fact(id) => id,
        Subject::Alias(alias) => {
            return report.0.iter().any(|fault| {
                fault.file.ends_with("lexicon.toml") && fold_words(&fault.message).contains(alias.as_str())
            });
        }
        Subject::Unanswerable(_) => return false,
    };
    let Some(fact) = facts.iter().find(|fact| fact.id == *id) else { return false };
    report.0.iter().any(|fault| {
        let above = facts.iter().filter(|other| other.file == fault.file && other.line <= fault.line);
        let nearest = above.max_by_key(|other| other.line);
        fault.file == fact.file && nearest.is_none_or(|nearest| nearest.id == *id)
    })
}

/// The folder where trained indexes are kept by default: in the user's cache folder.
#[must_use]
pub fn default_cache() -> Option<PathBuf> {
    dirs::cache_dir().map(|cache| cache.join("relations-bot"))
}

fn read_cached(path: &Path, hash: u128) -> Option<Index> {
    let bytes = fs::read(path).ok()?;
    match postcard::from_bytes::<Cached>(&bytes) {
        Ok(cached) if cached.version == INDEX_VERSION && cached.hash == hash => Some(cached.index),
        _ => {
            tracing::debug!(path = %path.display(), "the kept index is of another version");
            None
        }
    }
}

/// Writes beside the target first, so that a reader never sees a half.
fn write_cached(path: &Path, hash: u128, index: &Index) -> io::Result<()> {
    let cached = Cached { version: INDEX_VERSION, hash, index: index.clone() };
    let bytes = postcard::to_allocvec(&cached).map_err(io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    fs::write(&partial, bytes)?;
    fs::rename(&partial, path)?;
    path.parent().map_or(Ok(()), prune)
}

/// Removes all but the latest kept indexes.
fn prune(folder: &Path) -> io::Result<()> {
    let mut indexes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "index") {
            indexes.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    indexes.sort();
    let stale = indexes.len().saturating_sub(INDEXES_KEPT);
    for (_, path) in indexes.into_iter().take(stale) {
        // Another process may have been quicker.
        let _ = fs::remove_file(path);
    }
    Ok(())
}
