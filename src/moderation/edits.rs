//! What moderators have changed, as data: for each thing they touched, what the files had and what stands in its
//! place.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::matcher::text::fold_words;

/// The thing that an edit is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A fact, by its id. Its document is an [`super::entry::Entry`].
    Fact(String),
    /// Another name of something, folded. Its document is an [`AliasEntry`].
    Alias(String),
    /// A question that has no answer, folded. Its document is an [`UnanswerableEntry`].
    Unanswerable(String),
}

/// Another name of something in the lexicon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliasEntry {
    /// The other name, as it is written.
    pub alias: String,
    /// The id of the name in the lexicon.
    pub name: String,
}

/// A question that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnanswerableEntry {
    /// The question, as it is written.
    pub question: String,
}

impl AliasEntry {
    /// The document of it.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Two texts: TOML has a form for them.
        toml::to_string(self).unwrap_or_default()
    }
}

impl UnanswerableEntry {
    /// The document of it.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // A text: TOML has a form for it.
        toml::to_string(self).unwrap_or_default()
    }
}

/// One thing as moderators left it. Documents are TOML; none means that the thing is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What the files had when it was first edited.
    pub base: Option<String>,
    /// What stands in its place.
    pub text: Option<String>,
    /// The latest change to it in the history.
    pub change: i64,
}

/// Every thing that differs from the files, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits(pub BTreeMap<Subject, Edit>);

impl Subject {
    /// The subject of an alias.
    #[must_use]
    pub fn alias(alias: &str) -> Self {
        Self::Alias(fold_words(alias))
    }

    /// The subject of an unanswerable question.
    #[must_use]
    pub fn unanswerable(question: &str) -> Self {
        Self::Unanswerable(fold_words(question))
    }

    /// What sort of thing it is, as the database names it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Fact(_) => "fact",
            Self::Alias(_) => "alias",
            Self::Unanswerable(_) => "unanswerable",
        }
    }

    /// What tells it from others of its sort.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Fact(key) | Self::Alias(key) | Self::Unanswerable(key) => key,
        }
    }

    /// The subject of that sort and key.
    #[must_use]
    pub fn from_parts(kind: &str, key: String) -> Option<Self> {
        match kind {
            "fact" => Some(Self::Fact(key)),
            "alias" => Some(Self::Alias(key)),
            "unanswerable" => Some(Self::Unanswerable(key)),
            _ => None,
        }
    }
}

/// For people: what is edited.
impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(id) => write!(formatter, "the fact `{id}`"),
            Self::Alias(alias) => write!(formatter, "the alias `{alias}`"),
            Self::Unanswerable(question) => write!(formatter, "the unanswerable question `{question}`"),
        }
    }
}

/// Stands for a document where only its identity matters: its hash, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision(Option<u64>);

impl Revision {
    /// The revision of a document.
    #[must_use]
    pub fn of(document: Option<&str>) -> Self {
        Self(document.map(|text| xxh3_64(text.as_bytes())))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(hash) => write!(formatter, "{hash:016x}"),
            None => formatter.write_str("-"),
        }
    }
}

/// A text that is no revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a revision")]
pub struct UnknownRevision;

impl FromStr for Revision {
    type Err = UnknownRevision;

    fn from_str(text: &str) -> Result<Self, UnknownRevision> {
        match text {
            "-" => Ok(Self(None)),
            _ => u64::from_str_radix(text, 16).map(|hash| Self(Some(hash))).map_err(|_| UnknownRevision),
        }
    }
}
