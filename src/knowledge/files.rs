//! The text files of a fact base, from a folder or out of the binary.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

/// One file of a knowledge folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeFile {
    /// The path relative to the folder, with `/` between its parts.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl KnowledgeFile {
    /// Whether it is one of the text files.
    #[must_use]
    pub fn is_toml(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "toml")
    }

    /// The file's text.
    ///
    /// # Errors
    /// The offset of the first byte that is not UTF-8.
    pub fn text(&self) -> Result<&str, usize> {
        std::str::from_utf8(&self.bytes).map_err(|error| error.valid_up_to())
    }
}

/// The files of a knowledge folder, sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeFiles(pub Vec<KnowledgeFile>);

impl KnowledgeFiles {
    /// Reads every `.toml` and `.bin` file of a folder and of the folders in it.
    ///
    /// # Errors
    /// An I/O error that names the path at fault.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        let mut pending: Vec<PathBuf> = vec![folder.to_owned()];
        while let Some(directory) = pending.pop() {
            let entries = std::fs::read_dir(&directory).map_err(|error| named(&directory, &error))?;
            for entry in entries {
                let path = entry.map_err(|error| named(&directory, &error))?.path();
                if path.is_dir() {
                    pending.push(path);
                    continue;
                }
                let extension = path.extension().and_then(|extension| extension.to_str());
                if !matches!(extension, Some("toml" | "bin")) {
                    continue;
                }
                let bytes = std::fs::read(&path).map_err(|error| named(&path, &error))?;
                let relative = path.strip_prefix(folder).unwrap_or(&path);
                let parts: Vec<_> =
                    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                files.push(KnowledgeFile { path: parts.join("/"), bytes });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(files))
    }

    /// The file at that path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&KnowledgeFile> {
        self.0.iter().find(|file| file.path == path)
    }

    /// A hash of every path and every byte: equal hashes mean equal files.
    #[must_use]
    pub fn hash(&self) -> u128 {
        let mut hasher = Xxh3::new();
        for file in &self.0 {
            for part in [file.path.as_bytes(), &file.bytes] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        hasher.digest128()
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
