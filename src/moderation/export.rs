//! The edits as files: what a pull request needs.

use tokio::task::spawn_blocking;

use super::diff::patch;
use super::{Moderation, ModerationError};
use crate::knowledge::KnowledgeFiles;
use crate::source::{Source, SourceError};

/// A file that edits have changed or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path in the knowledge folder.
    pub path: String,
    /// Its text with the edits.
    pub text: String,
    /// The change to it, as a patch.
    pub patch: String,
}

impl Moderation {
    /// The files that the edits in force have changed or made.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub async fn changed_files(&self) -> Result<Vec<ChangedFile>, ModerationError> {
        let source = self.live.source();
        Ok(spawn_blocking(move || changed_files(&source)).await??)
    }
}

/// The files of a base that its edits have changed or made.
///
/// # Errors
/// Where the files cannot be read.
pub fn changed_files(source: &Source) -> Result<Vec<ChangedFile>, SourceError> {
    let (before, after): (KnowledgeFiles, KnowledgeFiles) = (source.plain_files()?, source.files()?);
    let changed = after.0.iter().filter_map(|file| {
        let old = before.get(&file.path);
        if old.is_some_and(|old| old.bytes == file.bytes) {
            return None;
        }
        let text = file.text().ok()?.to_owned();
        let old = old.and_then(|old| old.text().ok()).unwrap_or_default();
        Some(ChangedFile { path: file.path.clone(), patch: patch(&file.path, old, &text), text })
    });
    Ok(changed.collect())
}
