//! The fact base that ships inside the binary, its index ready.
//!
//! `build.rs` loads and trains it with the same code that does so at run time.

use crate::exam::{self, Question};
use crate::knowledge::{FactBase, KnowledgeFiles};
use crate::matcher::Matcher;
use crate::matcher::index::Index;
use crate::matcher::words::WordTable;

static BASE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/base.bin"));
static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.bin"));
static FILES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/files.bin"));
static EXAM: &str = include_str!(concat!(env!("OUT_DIR"), "/exam.jsonl"));
static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"));

/// The language of the shipped base, and of its word table.
pub const LANGUAGE: &str = "en";

/// Why the shipped base cannot be read; a fault of the build.
#[derive(Debug, thiserror::Error)]
#[error("the shipped fact base is damaged: {0}")]
pub struct ShippedError(String);

/// The shipped base, ready for questions.
///
/// # Errors
/// Where the binary was built wrongly.
pub fn matcher() -> Result<Matcher, ShippedError> {
    let base: FactBase = decode(BASE)?;
    let index: Index = decode(INDEX)?;
    Ok(Matcher::with_index(base, index, words()?))
}

/// The files of the shipped base.
///
/// # Errors
/// Where the binary was built wrongly.
pub fn files() -> Result<KnowledgeFiles, ShippedError> {
    decode(FILES)
}

/// The exam that the shipped base is measured on.
///
/// # Errors
/// Where the binary was built wrongly.
pub fn exam() -> Result<Vec<Question>, ShippedError> {
    exam::parse("exam", EXAM).map_err(|error| ShippedError(error.to_string()))
}

/// The word table of the shipped base's language.
///
/// # Errors
/// Where the binary was built wrongly.
pub fn words() -> Result<Option<WordTable>, ShippedError> {
    if WORDS.is_empty() {
        return Ok(None);
    }
    WordTable::new(WORDS.into()).map(Some).map_err(|error| ShippedError(error.to_string()))
}

/// The file of that word table; empty where there is none.
#[must_use]
pub fn words_file() -> &'static [u8] {
    WORDS
}

fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, ShippedError> {
    postcard::from_bytes(bytes).map_err(|error| ShippedError(error.to_string()))
}
