//! Where a fact base comes from: the binary, or a folder with a cache of its trained index.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::knowledge::{Fault, FaultReport, KnowledgeFiles, load};
use crate::matcher::Matcher;
use crate::matcher::index::{INDEX_VERSION, Index};
use crate::matcher::words::{WordTable, WordTableError};
use crate::shipped::{self, ShippedError};

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
}

/// A trained index as the cache keeps it.
#[derive(Serialize, Deserialize)]
struct Cached {
    version: u32,
    hash: u128,
    index: Index,
}

impl Source {
    /// The files of the base.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn files(&self) -> Result<KnowledgeFiles, SourceError> {
        match &self.folder {
            Some(folder) => Ok(KnowledgeFiles::read(folder)?),
            None => Ok(shipped::files()?),
        }
    }

    /// The faults of the base, those included that do not forbid using it.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn check(&self) -> Result<Vec<Fault>, SourceError> {
        Ok(load(&self.files()?).faults)
    }

    /// The base, ready for questions: trained, or with its index from the cache.
    ///
    /// # Errors
    /// Where it cannot be read or has faults.
    pub fn matcher(&self) -> Result<Matcher, SourceError> {
        let Some(folder) = &self.folder else {
            return Ok(shipped::matcher()?);
        };
        let files = KnowledgeFiles::read(folder)?;
        let base = load(&files).usable()?;
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
    fs::rename(&partial, path)
}
