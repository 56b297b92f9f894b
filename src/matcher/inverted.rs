//! Weighing features of texts, and finding the texts that share features with a question.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use serde::{Deserialize, Serialize};

use super::features::Feature;

/// Features are hashes already.
#[derive(Debug, Default, Clone, Copy)]
pub struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u32(&mut self, value: u32) {
        // A map looks at both ends of a hash.
        self.0 = u64::from(value) << 32 | u64::from(value);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A sparse vector of unit length: features by number, with weights.
pub type SparseVector = Vec<(u32, f32)>;

/// Hashes are looked for among those that share so many of their first bits.
const START_BITS: u32 = 12;

/// How much each feature of a collection of texts counts.
///
/// Texts are weighted by logarithmic term frequency times smoothed inverse document frequency and scaled
/// to unit length, so that the inner product of two texts is a cosine.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(from = "StoredWeights", into = "StoredWeights")]
pub struct TermWeights {
    /// The features by the upper halves of their hashes, sorted; a feature's number is its place. That two of
    /// some hundred thousand share a half is rare, and then they count as one.
    hashes: Vec<u32>,
    /// Where the hashes with the same first bits begin, for each such run of bits.
    starts: Vec<u32>,
    idf: Vec<f32>,
}

/// The weights as they are written down.
#[derive(Serialize, Deserialize)]
struct StoredWeights {
    hashes: Vec<[u8; 4]>,
    idf: Vec<f32>,
}

/// What is counted of a feature.
#[derive(Default)]
struct Frequency {
    texts: u32,
    latest: Option<usize>,
}

fn short_hash(feature: Feature) -> u32 {
    (feature >> 32) as u32
}

impl TermWeights {
    /// Counts the features of texts, and keeps those that at least `least` texts have.
    #[must_use]
    pub fn count<'a>(texts: impl Iterator<Item = &'a [Feature]>, least: u32) -> Self {
        let mut frequencies: HashMap<u32, Frequency, BuildHasherDefault<Identity>> = HashMap::default();
        let mut count = 0;
        for (text, features) in texts.enumerate() {
            count = text + 1;
            for &feature in features {
                let frequency = frequencies.entry(short_hash(feature)).or_default();
                if frequency.latest != Some(text) {
                    frequency.latest = Some(text);
                    frequency.texts += 1;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^24, or need no precision")]
        let idf = |frequency: u32| ((1.0 + count as f32) / (1.0 + frequency as f32)).ln() + 1.0;
        let kept = frequencies.into_iter().filter(|(_, frequency)| frequency.texts >= least);
        let mut kept: Vec<(u32, f32)> = kept.map(|(hash, frequency)| (hash, idf(frequency.texts))).collect();
        kept.sort_unstable_by_key(|(hash, _)| *hash);
        let (hashes, idf) = kept.into_iter().unzip();
        Self::new(hashes, idf)
    }

    fn new(hashes: Vec<u32>, idf: Vec<f32>) -> Self {
        let mut starts = vec![0u32; (1 << START_BITS) + 1];
        for &hash in &hashes {
            if let Some(count) = starts.get_mut((hash >> (32 - START_BITS)) as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        Self { hashes, starts, idf }
    }

    /// Gives back memory that is not used.
    pub fn shrink(&mut self) {
        self.hashes.shrink_to_fit();
        self.idf.shrink_to_fit();
    }

    /// The number of a feature.
    fn number(&self, feature: Feature) -> Option<u32> {
        let hash = short_hash(feature);
        let start = (hash >> (32 - START_BITS)) as usize;
        let (from, to) = (*self.starts.get(start)?, *self.starts.get(start + 1)?);
        let at = self.hashes.get(from as usize..to as usize)?.binary_search(&hash).ok()?;
        Some(from + u32::try_from(at).ok()?)
    }

    /// How many features there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.idf.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.idf.is_empty()
    }

    /// The unit vector of a text's features, by their numbers; unknown features are left out.
    #[must_use]
    pub fn vector(&self, features: &[Feature]) -> SparseVector {
        let mut numbers: Vec<u32> = features.iter().filter_map(|&feature| self.number(feature)).collect();
        numbers.sort_unstable();
        let mut vector: SparseVector = Vec::with_capacity(numbers.len());
        for number in numbers {
            match vector.last_mut() {
                Some((last, count)) if *last == number => *count += 1.0,
                _ => vector.push((number, 1.0)),
            }
        }
        let mut squares = 0.0;
        for (number, weight) in &mut vector {
            let idf = self.idf.get(*number as usize).copied().unwrap_or_default();
            *weight = (1.0 + weight.ln()) * idf;
            squares += *weight * *weight;
        }
        let scale = 1.0 / f32::sqrt(squares + 1e-12);
        for (_, weight) in &mut vector {
            *weight *= scale;
        }
        vector
    }
}

/// An inverted index with cosine scores.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct InvertedIndex {
    terms: TermWeights,
    offsets: Vec<u32>,
    documents: Vec<u32>,
    weights: Vec<f32>,
}

impl InvertedIndex {
    /// Indexes texts; each is a document, numbered in their order.
    #[must_use]
    pub fn build(texts: &[Vec<Feature>]) -> Self {
        let terms = TermWeights::count(texts.iter().map(Vec::as_slice), 1);
        let mut counts = vec![0u32; terms.len() + 1];
        for feature in texts.iter().flat_map(|text| terms.vector(text)).map(|(number, _)| number as usize) {
            if let Some(count) = counts.get_mut(feature + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for count in &mut counts {
            total += *count;
            *count = total;
        }
        let mut documents = vec![0; total as usize];
        let mut weights = vec![0.0; total as usize];
        let mut next = counts.clone();
        for (text, document) in texts.iter().zip(0..) {
            for (number, weight) in terms.vector(text) {
                let Some(slot) = next.get_mut(number as usize) else { continue };
                let at = *slot as usize;
                *slot += 1;
                if let (Some(d), Some(w)) = (documents.get_mut(at), weights.get_mut(at)) {
                    *d = document;
                    *w = weight;
                }
            }
        }
        Self { terms, offsets: counts, documents, weights }
    }

    /// The unit vector of a text.
    #[must_use]
    pub fn vector(&self, features: &[Feature]) -> SparseVector {
        self.terms.vector(features)
    }

    /// The documents that have a feature, each with the feature's weight in it.
    pub fn postings(&self, number: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let range = self.range(number);
        let documents = self.documents.get(range.clone()).unwrap_or_default();
        let weights = self.weights.get(range).unwrap_or_default();
        documents.iter().copied().zip(weights.iter().copied())
    }

    /// How many documents have a feature.
    #[must_use]
    pub fn frequency(&self, number: u32) -> usize {
        self.range(number).len()
    }

    fn range(&self, number: u32) -> std::ops::Range<usize> {
        match (self.offsets.get(number as usize), self.offsets.get(number as usize + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        }
    }
}

impl From<StoredWeights> for TermWeights {
    fn from(stored: StoredWeights) -> Self {
        Self::new(stored.hashes.into_iter().map(u32::from_le_bytes).collect(), stored.idf)
    }
}

impl From<TermWeights> for StoredWeights {
    fn from(weights: TermWeights) -> Self {
        Self { hashes: weights.hashes.into_iter().map(u32::to_le_bytes).collect(), idf: weights.idf }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(number: u64) -> Feature {
        number << 40
    }

    fn features(numbers: &[u64]) -> Vec<Feature> {
        numbers.iter().copied().map(feature).collect()
    }

    fn score(index: &InvertedIndex, document: u32, features: &[Feature]) -> f32 {
        let vector = index.vector(features);
        let shared = vector.iter().flat_map(|&(number, weight)| {
            index.postings(number).filter(move |(found, _)| *found == document).map(move |(_, w)| w * weight)
        });
        shared.sum()
    }

    #[test]
    fn scores_are_cosines() {
        let index = InvertedIndex::build(&[features(&[1, 2, 3]), features(&[3, 4]), features(&[9])]);
        assert!((score(&index, 0, &features(&[1, 2, 3])) - 1.0).abs() < 1e-5);
        let partly = score(&index, 1, &features(&[1, 2, 3]));
        assert!(partly > 0.1 && partly < 0.6, "{partly}");
        assert!(index.vector(&[feature(77)]).is_empty());
    }

    #[test]
    fn an_index_survives_being_written_down() {
        let index = InvertedIndex::build(&[features(&[5, 6]), features(&[6])]);
        let bytes = postcard::to_allocvec(&index).unwrap();
        let again: InvertedIndex = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(again.vector(&features(&[6, 5])), index.vector(&features(&[5, 6])));
        assert!((score(&again, 0, &features(&[6, 5])) - 1.0).abs() < 1e-5);
    }
}
