//! Questions that are phrasings of the base, found by hash: the whole text, or its content alone.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::analysis::{Token, TokenKind};
use super::inverted::Identity;
use super::profile::is_telling;
use super::text::fold_words;
use crate::knowledge::Polarity;

/// A fact that a question asks for literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExactHit {
    /// Position of the fact.
    pub fact: u32,
    /// For a yes/no question, the answer.
    pub polarity: Option<Polarity>,
}

/// Hits by the hash that stands for them. There are some ten thousand, so they are packed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "StoredTable", into = "StoredTable")]
pub(super) struct ExactTable {
    /// The hashes, sorted.
    keys: Vec<u64>,
    /// For each, the fact times three and the polarity.
    hits: Vec<u32>,
}

/// The table as it is written down.
#[derive(Serialize, Deserialize)]
struct StoredTable {
    keys: Vec<[u8; 8]>,
    hits: Vec<u32>,
}

impl From<StoredTable> for ExactTable {
    fn from(stored: StoredTable) -> Self {
        Self { keys: stored.keys.into_iter().map(u64::from_le_bytes).collect(), hits: stored.hits }
    }
}

impl From<ExactTable> for StoredTable {
    fn from(table: ExactTable) -> Self {
        Self { keys: table.keys.into_iter().map(u64::to_le_bytes).collect(), hits: table.hits }
    }
}

impl ExactHit {
    fn pack(self) -> u32 {
        let polarity = match self.polarity {
            None => 0,
            Some(Polarity::Yes) => 1,
            Some(Polarity::No) => 2,
        };
        self.fact * 3 + polarity
    }

    fn unpack(packed: u32) -> Self {
        let polarity = match packed % 3 {
            0 => None,
            1 => Some(Polarity::Yes),
            _ => Some(Polarity::No),
        };
        Self { fact: packed / 3, polarity }
    }
}

/// A hash of a text's folded words.
pub(super) fn text_key(text: &str) -> u64 {
    xxh3_64(fold_words(text).as_bytes())
}

/// A hash of a text's telling tokens and negations, in order, with or without the ambient names; none
/// where there are fewer than two, or none but ambient names.
pub(super) fn content_key(tokens: &[Token], with_ambient: bool) -> Option<u64> {
    const NEGATIONS: [&str; 5] = ["not", "never", "no", "without", "cannot"];
    let mut key = String::new();
    let (mut count, mut specific) = (0, false);
    for token in tokens {
        if token.ambient && !with_ambient {
            continue;
        }
        if is_telling(token) || NEGATIONS.contains(&token.surface.as_str()) {
            key.push_str(&token.concept);
            key.push_str(if token.adjective { "~ " } else { " " });
            count += 1;
            specific |= !token.ambient;
        }
    }
    (count > 1 && specific).then(|| xxh3_64(key.as_bytes()))
}

/// A hash of all of a text's tokens but fillers, in order: the same words up to synonyms and spelling. It never
/// equals a content key.
pub(super) fn concept_key(tokens: &[Token]) -> u64 {
    let mut key = String::from("=");
    for token in tokens.iter().filter(|token| token.kind != TokenKind::Filler) {
        key.push_str(&token.concept);
        key.push_str(if token.adjective { "~ " } else { " " });
    }
    xxh3_64(key.as_bytes())
}

/// Collects hashes, and drops those that stand for two things.
#[derive(Default)]
pub(super) struct ExactBuilder(HashMap<u64, Option<ExactHit>, BuildHasherDefault<Identity>>);

impl ExactBuilder {
    pub(super) fn insert(&mut self, key: u64, hit: ExactHit) {
        self.0
            .entry(key)
            .and_modify(|known| {
                *known = match *known {
                    Some(other) if other == hit => Some(hit),
                    Some(other) if other.fact == hit.fact => Some(ExactHit { polarity: None, ..hit }),
                    _ => None,
                }
            })
            .or_insert(Some(hit));
    }

    pub(super) fn finish(self) -> ExactTable {
        let mut hits: Vec<(u64, ExactHit)> =
            self.0.into_iter().filter_map(|(key, hit)| hit.map(|hit| (key, hit))).collect();
        hits.sort_unstable_by_key(|(key, _)| *key);
        let (keys, hits) = hits.into_iter().map(|(key, hit)| (key, hit.pack())).unzip();
        ExactTable { keys, hits }
    }
}

impl ExactTable {
    /// Gives back memory that is not used.
    pub(super) fn shrink(&mut self) {
        self.keys.shrink_to_fit();
        self.hits.shrink_to_fit();
    }

    pub(super) fn get(&self, key: u64) -> Option<ExactHit> {
        let at = self.keys.binary_search(&key).ok()?;
        self.hits.get(at).copied().map(ExactHit::unpack)
    }
}
