//! The static word table: a small vector and a frequency rank for each common word.
//!
//! `tools/word-table` makes the table and documents its format. A base without one works, with
//! less sense of what words have in common.

use std::borrow::Cow;

use thiserror::Error;

const MAGIC: &[u8] = b"RBWT";
const VERSION: u32 = 1;
/// Words as frequent as this share of all text weigh half (smooth inverse frequency: Arora, Liang
/// and Ma, "A simple but tough-to-beat baseline for sentence embeddings", 2017).
const SMOOTHING: f32 = 1e-3;

/// Why a file is no word table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WordTableError {
    /// It does not begin as one does.
    #[error("words.bin is not a word table of version {VERSION}")]
    Format,
    /// It ends too early.
    #[error("words.bin is cut short")]
    Truncated,
}

/// The table, read in place.
#[derive(Debug, Clone)]
pub struct WordTable {
    bytes: Cow<'static, [u8]>,
    /// Where each word's text starts, sorted by the words.
    words: Vec<u32>,
    ranks: usize,
    scales: usize,
    rows: usize,
    dimensions: usize,
    /// Zipf's normaliser: the harmonic number of the vocabulary's size.
    harmonic: f32,
}

/// One word's entry.
#[derive(Debug, Clone, Copy)]
pub struct WordRow<'a> {
    /// The frequency rank, 0 for the most frequent word.
    pub rank: u32,
    scale: f32,
    row: &'a [u8],
    harmonic: f32,
}

impl WordTable {
    /// Reads a table.
    ///
    /// # Errors
    /// Where the bytes are not one, or not all of one.
    pub fn new(bytes: Cow<'static, [u8]>) -> Result<Self, WordTableError> {
        if bytes.get(..4) != Some(MAGIC) || read_u32(&bytes, 4)? != VERSION {
            return Err(WordTableError::Format);
        }
        let count = read_u32(&bytes, 8)? as usize;
        let dimensions = read_u32(&bytes, 12)? as usize;
        let mut at = 16;
        let mut words = Vec::with_capacity(count);
        for _ in 0..count {
            words.push(u32::try_from(at).map_err(|_| WordTableError::Format)?);
            at += 1 + usize::from(*bytes.get(at).ok_or(WordTableError::Truncated)?);
        }
        let ranks = at;
        let scales = ranks + 4 * count;
        let rows = scales + 4 * count;
        if bytes.len() != rows + count * dimensions {
            return Err(WordTableError::Truncated);
        }
        #[expect(clippy::cast_precision_loss, reason = "an approximation anyhow")]
        let harmonic = (count.max(1) as f32).ln() + 0.577;
        Ok(Self { bytes, words, ranks, scales, rows, dimensions, harmonic })
    }

    /// The length of a vector.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The entry of a folded word.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<WordRow<'_>> {
        let index = self.words.binary_search_by(|&at| self.word(at as usize).cmp(word.as_bytes())).ok()?;
        let row = self.rows + index * self.dimensions;
        Some(WordRow {
            rank: read_u32(&self.bytes, self.ranks + 4 * index).ok()?,
            scale: f32::from_bits(read_u32(&self.bytes, self.scales + 4 * index).ok()?),
            row: self.bytes.get(row..row + self.dimensions)?,
            harmonic: self.harmonic,
        })
    }

    fn word(&self, at: usize) -> &[u8] {
        let length = usize::from(self.bytes.get(at).copied().unwrap_or_default());
        self.bytes.get(at + 1..at + 1 + length).unwrap_or_default()
    }
}

impl WordRow<'_> {
    /// Adds the word's vector, times a factor.
    pub fn add_to(&self, sum: &mut [f32], factor: f32) {
        let factor = factor * self.scale;
        for (total, &byte) in sum.iter_mut().zip(self.row) {
            *total += factor * f32::from(byte.cast_signed());
        }
    }

    /// The weight of the word in a mean of words: frequent words weigh less. The frequency is
    /// estimated from the rank by Zipf's law.
    #[must_use]
    pub fn weight(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
        let frequency = 1.0 / ((self.rank + 2) as f32 * self.harmonic);
        SMOOTHING / (SMOOTHING + frequency)
    }
}

fn read_u32(bytes: &[u8], at: usize) -> Result<u32, WordTableError> {
    bytes
        .get(at..at + 4)
        .and_then(|four| four.try_into().ok())
        .map(u32::from_le_bytes)
        .ok_or(WordTableError::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Vec<u8> {
        let mut bytes = b"RBWT".to_vec();
        for number in [1u32, 2, 2] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(b"\x03gas\x03oil");
        for rank in [7u32, 9] {
            bytes.extend(rank.to_le_bytes());
        }
        for scale in [0.5f32, 1.0] {
            bytes.extend(scale.to_le_bytes());
        }
        bytes.extend([2, 0xff, 3, 4]);
        bytes
    }

    #[test]
    fn words_are_found_with_rank_and_vector() {
        let table = WordTable::new(table().into()).unwrap();
        let row = table.get("gas").unwrap();
        let mut sum = vec![0.0; 2];
        row.add_to(&mut sum, 2.0);
        assert_eq!((row.rank, sum), (7, vec![2.0, -1.0]));
        assert!(table.get("water").is_none());
    }

    #[test]
    fn a_broken_table_is_refused() {
        let whole = table();
        assert_eq!(WordTable::new(b"x".to_vec().into()).unwrap_err(), WordTableError::Format);
        for length in 4..whole.len() {
            assert!(WordTable::new(whole[..length].to_vec().into()).is_err());
        }
    }
}
