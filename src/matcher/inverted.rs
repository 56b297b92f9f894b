//! An inverted index with cosine scores: which texts share features with a question, and how much.

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

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A map from features.
pub type FeatureMap<T> = HashMap<Feature, T, BuildHasherDefault<Identity>>;

/// A sparse vector of unit length: features by number, with weights.
pub type SparseVector = Vec<(u32, f32)>;

/// The index. Texts are weighted by logarithmic term frequency times smoothed inverse document
/// frequency and scaled to unit length, so that a sum over shared features is a cosine.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct InvertedIndex {
    numbers: FeatureMap<u32>,
    idf: Vec<f32>,
    offsets: Vec<u32>,
    documents: Vec<u32>,
    weights: Vec<f32>,
}

/// The index as it is written down.
#[derive(Serialize, Deserialize, Clone)]
struct Stored {
    features: Vec<[u8; 8]>,
    idf: Vec<f32>,
    offsets: Vec<u32>,
    documents: Vec<u32>,
    weights: Vec<f32>,
}

impl InvertedIndex {
    /// Counts features over `texts` and indexes those of `indexed` (positions in `texts`, which
    /// become document numbers in their order).
    #[must_use]
    pub fn build(texts: &[Vec<Feature>], indexed: &[usize]) -> Self {
        let mut index = Self::default();
        let mut frequencies: Vec<u32> = Vec::new();
        let mut last_seen: Vec<usize> = Vec::new();
        for (text, features) in texts.iter().enumerate() {
            for &feature in features {
                let next = u32::try_from(frequencies.len()).unwrap_or(u32::MAX);
                let number = *index.numbers.entry(feature).or_insert(next) as usize;
                if number == frequencies.len() {
                    frequencies.push(0);
                    last_seen.push(usize::MAX);
                }
                if let (Some(seen), Some(frequency)) = (last_seen.get_mut(number), frequencies.get_mut(number))
                    && *seen != text
                {
                    *seen = text;
                    *frequency += 1;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^24, or need no precision")]
        let idf = |frequency: u32| ((1.0 + texts.len() as f32) / (1.0 + frequency as f32)).ln() + 1.0;
        index.idf = frequencies.iter().map(|&frequency| idf(frequency)).collect();
        let vectors: Vec<SparseVector> = indexed
            .iter()
            .filter_map(|&at| texts.get(at))
            .map(|features| index.vector(features))
            .collect();
        index.post(&vectors);
        index
    }

    /// Turns document vectors into postings.
    fn post(&mut self, vectors: &[SparseVector]) {
        let mut counts = vec![0u32; self.idf.len() + 1];
        for &(number, _) in vectors.iter().flatten() {
            if let Some(count) = counts.get_mut(number as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for count in &mut counts {
            total += *count;
            *count = total;
        }
        self.offsets = counts;
        self.documents = vec![0; total as usize];
        self.weights = vec![0.0; total as usize];
        let mut next: Vec<u32> = self.offsets.clone();
        for (document, vector) in vectors.iter().enumerate() {
            for &(number, weight) in vector {
                let Some(slot) = next.get_mut(number as usize) else { continue };
                let at = *slot as usize;
                *slot += 1;
                if let (Some(d), Some(w)) = (self.documents.get_mut(at), self.weights.get_mut(at)) {
                    *d = u32::try_from(document).unwrap_or(u32::MAX);
                    *w = weight;
                }
            }
        }
    }

    /// The unit vector of a text's features; features that no indexed text has are left out.
    #[must_use]
    pub fn vector(&self, features: &[Feature]) -> SparseVector {
        let mut numbers: Vec<u32> = features
            .iter()
            .filter_map(|feature| self.numbers.get(feature).copied())
            .collect();
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

    /// Adds each document's cosine with the vector, times a factor, to its score.
    pub fn add_scores(&self, vector: &SparseVector, factor: f32, scores: &mut [f32]) {
        for &(number, weight) in vector {
            let weight = weight * factor;
            for (document, posted) in self.postings(number) {
                if let Some(score) = scores.get_mut(document as usize) {
                    *score += weight * posted;
                }
            }
        }
    }

    /// The documents that have a feature, each with the feature's weight in it.
    pub fn postings(&self, number: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let range = match (self.offsets.get(number as usize), self.offsets.get(number as usize + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        };
        let documents = self.documents.get(range.clone()).unwrap_or_default();
        let weights = self.weights.get(range).unwrap_or_default();
        documents.iter().copied().zip(weights.iter().copied())
    }

    /// How many documents have a feature.
    #[must_use]
    pub fn frequency(&self, number: u32) -> usize {
        match (self.offsets.get(number as usize), self.offsets.get(number as usize + 1)) {
            (Some(&from), Some(&to)) => (to - from) as usize,
            _ => 0,
        }
    }
}

impl From<Stored> for InvertedIndex {
    fn from(stored: Stored) -> Self {
        let numbers = stored
            .features
            .iter()
            .zip(0..)
            .map(|(&bytes, number)| (u64::from_le_bytes(bytes), number))
            .collect();
        Self {
            numbers,
            idf: stored.idf,
            offsets: stored.offsets,
            documents: stored.documents,
            weights: stored.weights,
        }
    }
}

impl From<InvertedIndex> for Stored {
    fn from(index: InvertedIndex) -> Self {
        let mut features = vec![[0; 8]; index.numbers.len()];
        for (feature, number) in &index.numbers {
            if let Some(slot) = features.get_mut(*number as usize) {
                *slot = feature.to_le_bytes();
            }
        }
        Self {
            features,
            idf: index.idf,
            offsets: index.offsets,
            documents: index.documents,
            weights: index.weights,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_cosines() {
        let texts = [vec![1, 2, 3], vec![3, 4], vec![9]];
        let index = InvertedIndex::build(&texts, &[0, 1]);
        let mut scores = vec![0.0; 2];
        index.add_scores(&index.vector(&[1, 2, 3]), 1.0, &mut scores);
        assert!((scores[0] - 1.0).abs() < 1e-5, "{scores:?}");
        assert!(scores[1] > 0.1 && scores[1] < 0.6, "{scores:?}");
        assert!(index.vector(&[77]).is_empty());
    }

    #[test]
    fn an_index_survives_being_written_down() {
        let index = InvertedIndex::build(&[vec![5, 6], vec![6]], &[0, 1]);
        let bytes = postcard::to_allocvec(&index).unwrap();
        let again: InvertedIndex = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(again.vector(&[6, 5]), index.vector(&[5, 6]));
        assert_eq!(again.postings(1).collect::<Vec<_>>(), index.postings(1).collect::<Vec<_>>());
    }
}
