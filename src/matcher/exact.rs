//! Questions that are phrasings of the base, found by hash: the whole text, or its content alone.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::analysis::Token;
use super::inverted::Identity;
use super::profile::is_telling;
use super::text::fold_words;
use crate::knowledge::Polarity;

/// A fact that a question asks for literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactHit {
    /// Position of the fact.
    pub fact: u32,
    /// For a yes/no question, the answer.
    pub polarity: Option<Polarity>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct ExactTable(Vec<(u64, ExactHit)>);

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
        ExactTable(hits)
    }
}

impl ExactTable {
    pub(super) fn get(&self, key: u64) -> Option<ExactHit> {
        let at = self.0.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.0.get(at).map(|(_, hit)| *hit)
    }
}
