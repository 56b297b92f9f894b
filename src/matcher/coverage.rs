//! How well a fact accounts for the words of a question, and a question for those of a phrasing.
//!
//! "When did Turkey recognise *Armenia*" shares every word but one with a question that has an answer;
//! the one is what matters. Names, numbers and months must be accounted for to the letter; other words
//! may be met by a word of near meaning.

use super::analysis::{Token, TokenKind};
use super::classifier::dot;
use super::index::{FactProfile, is_telling};
use super::vocabulary::{Vocabulary, frequency_weight, unit_vector};
use super::words::WordTable;

/// Two words with a lower cosine have nothing in common.
const UNLIKE: f32 = 0.40;
/// Two words with a higher cosine are as good as synonyms.
const ALIKE: f32 = 0.85;
/// What the best near synonym counts, against 1 for the word itself.
const NEAR_SYNONYM: f32 = 0.85;
/// What a word of the same beginning counts.
const SAME_BEGINNING: f32 = 0.8;
/// Words of that many common first letters have the same beginning.
const BEGINNING_LETTERS: usize = 5;

/// How well a question and a fact fit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fit {
    /// The share of the question's telling words that the fact accounts for, by weight.
    pub coverage: f32,
    /// The best harmonic mean, over the fact's phrasings, of the share of the question's words met by the
    /// phrasing and the share of the phrasing's met by the question.
    pub alignment: f32,
    /// The weight of names, numbers and months that the fact does not have.
    pub missing: f32,
    /// The weight of the heaviest other word that it does not account for.
    pub unmet: f32,
}

/// One telling word of a question.
#[derive(Debug, Clone)]
struct Word {
    number: Option<u32>,
    weight: f32,
    strict: bool,
    stem: String,
    vector: Option<Vec<f32>>,
}

/// A question's telling words, ready to be compared with facts.
#[derive(Debug)]
pub struct Coverage<'a> {
    vocabulary: &'a Vocabulary,
    words: Vec<Word>,
    /// For each word of the question, what each concept met so far counts for it.
    strengths: Vec<Vec<f32>>,
    /// The column of each concept in `strengths`.
    columns: std::collections::HashMap<u32, usize>,
    total: f32,
}

impl<'a> Coverage<'a> {
    /// Weighs the words of a question.
    #[must_use]
    pub fn new(tokens: &[Token], vocabulary: &'a Vocabulary, table: Option<&WordTable>) -> Self {
        let mut words: Vec<Word> = Vec::with_capacity(tokens.len());
        for token in tokens.iter().filter(|token| is_telling(token)) {
            let number = vocabulary.get(&token.concept);
            if words.iter().any(|word| word.number == number && word.stem == token.concept) {
                continue;
            }
            let strict = !token.ambient
                && matches!(token.kind, TokenKind::Name | TokenKind::Number | TokenKind::Month);
            let weight = match number {
                _ if token.ambient => 0.0,
                Some(number) => vocabulary.weight(number),
                None if strict => 1.0,
                None => frequency_weight(&token.surface, table),
            };
            let vector = match number {
                _ if strict || token.kind == TokenKind::Name => None,
                Some(number) => vocabulary.vector(number).map(<[f32]>::to_vec),
                None => unit_vector(&token.surface, table),
            };
            words.push(Word { number, weight, strict, stem: token.concept.clone(), vector });
        }
        let total = words.iter().map(|word| word.weight).sum();
        Self {
            vocabulary,
            strengths: vec![Vec::new(); words.len()],
            words,
            columns: std::collections::HashMap::new(),
            total,
        }
    }

    /// The weight of all telling words together.
    #[must_use]
    pub fn total(&self) -> f32 {
        self.total
    }

    /// How well a fact fits.
    #[must_use]
    pub fn fit(&mut self, profile: &FactProfile) -> Fit {
        let columns: Vec<usize> = profile.concepts.iter().map(|&concept| self.column(concept)).collect();
        let mut fit = Fit::default();
        let mut met = 0.0;
        for (word, strengths) in self.words.iter().zip(&self.strengths) {
            let strength = columns
                .iter()
                .filter_map(|&column| strengths.get(column))
                .fold(0.0, |best: f32, &strength| best.max(strength));
            met += word.weight * strength;
            let lost = word.weight * (1.0 - strength);
            if word.strict {
                fit.missing += lost;
            } else {
                fit.unmet = fit.unmet.max(lost);
            }
        }
        fit.coverage = if self.total > 0.0 { met / self.total } else { 1.0 };
        fit.alignment = profile
            .phrasings
            .iter()
            .map(|phrasing| self.alignment(phrasing))
            .fold(0.0, f32::max);
        fit
    }

    /// The surfaces of the words that a fact does not account for.
    #[must_use]
    pub fn unmatched(&mut self, profile: &FactProfile) -> Vec<bool> {
        let columns: Vec<usize> = profile.concepts.iter().map(|&concept| self.column(concept)).collect();
        self.strengths
            .iter()
            .map(|strengths| columns.iter().filter_map(|&column| strengths.get(column)).all(|&strength| strength < 0.5))
            .collect()
    }

    /// The concepts of the question's telling words, as `unmatched` counts them.
    pub fn concepts(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| word.stem.as_str())
    }

    fn alignment(&self, phrasing: &[u32]) -> f32 {
        let columns: Vec<usize> =
            phrasing.iter().filter_map(|concept| self.columns.get(concept).copied()).collect();
        let strength = |word: usize, column: usize| {
            self.strengths.get(word).and_then(|row| row.get(column)).copied().unwrap_or_default()
        };
        let mut met = 0.0;
        for (at, word) in self.words.iter().enumerate() {
            let best = columns.iter().fold(0.0f32, |best, &column| best.max(strength(at, column)));
            met += word.weight * best;
        }
        let (mut asked, mut wanted) = (0.0, 0.0);
        for (&concept, &column) in phrasing.iter().zip(&columns) {
            let weight = self.vocabulary.weight(concept);
            let best = (0..self.words.len()).fold(0.0f32, |best, word| best.max(strength(word, column)));
            asked += weight * best;
            wanted += weight;
        }
        if met <= 0.0 || asked <= 0.0 {
            return 0.0;
        }
        let (forward, backward) = (met / self.total.max(1e-6), asked / wanted.max(1e-6));
        2.0 * forward * backward / (forward + backward)
    }

    /// The column of a concept, computed at its first use.
    fn column(&mut self, concept: u32) -> usize {
        if let Some(&column) = self.columns.get(&concept) {
            return column;
        }
        let column = self.columns.len();
        self.columns.insert(concept, column);
        let name = self.vocabulary.name(concept);
        let vector = self.vocabulary.vector(concept);
        for (word, strengths) in self.words.iter().zip(&mut self.strengths) {
            strengths.push(strength(word, concept, name, vector));
        }
        column
    }
}

/// What a concept of a fact counts for a word of the question, 0 to 1.
fn strength(word: &Word, concept: u32, name: &str, vector: Option<&[f32]>) -> f32 {
    if word.number == Some(concept) {
        return 1.0;
    }
    if word.strict || name.starts_with('@') {
        return 0.0;
    }
    let by_meaning = match (&word.vector, vector) {
        (Some(ours), Some(theirs)) => {
            ((dot(ours, theirs) - UNLIKE) / (ALIKE - UNLIKE)).clamp(0.0, 1.0) * NEAR_SYNONYM
        }
        _ => 0.0,
    };
    if by_meaning < SAME_BEGINNING && same_beginning(&word.stem, name) {
        SAME_BEGINNING
    } else {
        by_meaning
    }
}

fn same_beginning(a: &str, b: &str) -> bool {
    let mut common = 0;
    for (x, y) in a.chars().zip(b.chars()) {
        if x != y || !x.is_alphabetic() {
            break;
        }
        common += 1;
    }
    common >= BEGINNING_LETTERS
}
