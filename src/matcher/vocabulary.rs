//! The concepts that a fact base uses: how telling each is, and its word vector.

use std::collections::HashMap;
use std::thread;

use serde::{Deserialize, Serialize};

use super::analysis::{Token, TokenKind};
use super::parallel::threads;
use super::words::WordTable;

/// Words of a lower rank say little about what is asked.
const COMMON_RANK: f32 = 60.0;
/// Words of a higher rank say as much as a word can.
const RARE_RANK: f32 = 6_000.0;
/// What the most common word still says.
const LEAST_WEIGHT: f32 = 0.25;

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
/// The size of a step of strength.
const STRENGTH_STEP: f32 = 1.0 / 255.0;
/// Weaker neighbours are not kept: they are many, and change nothing.
const LEAST_STEPS: u8 = 40;
/// The size of a step of a component of a unit vector.
const VECTOR_STEP: f32 = 1.0 / 127.0;
/// In larger vocabularies near synonyms are not looked for: every pair would have to be compared.
const MAX_COMPARED: usize = 8_000;

/// Concepts by number, sorted by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Where each concept's neighbours begin.
    offsets: Vec<u32>,
    /// Concepts of near meaning, with what they count for each other in steps of [`STRENGTH_STEP`].
    neighbours: Vec<(u16, u8)>,
    names: Vec<String>,
    weights: Vec<f32>,
    /// Word vectors in steps of [`VECTOR_STEP`].
    vectors: Vec<i8>,
    has_vector: Vec<bool>,
    foreign: Vec<bool>,
    dimensions: usize,
}

/// Gathers a vocabulary: concepts, the facts that use them, and a surface word for each.
///
/// Concepts get provisional numbers in the order in which they are met.
#[derive(Debug, Default)]
pub struct VocabularyBuilder {
    numbers: HashMap<String, u32>,
    entries: Vec<Entry>,
}

#[derive(Debug, Default)]
struct Entry {
    facts: u32,
    last_fact: Option<usize>,
    surfaces: HashMap<String, u32>,
    ambient: bool,
    name: bool,
}

impl VocabularyBuilder {
    /// Counts the tokens of a text of a fact.
    pub fn add(&mut self, fact: usize, tokens: &[Token]) {
        for token in tokens {
            let entry = self.entry(token);
            if entry.last_fact != Some(fact) {
                entry.last_fact = Some(fact);
                entry.facts += 1;
            }
        }
    }

    /// Takes up concepts that no fact needs to have.
    pub fn mention(&mut self, tokens: &[Token]) {
        for token in tokens {
            self.entry(token);
        }
    }

    /// The provisional number of a concept that was met.
    #[must_use]
    pub fn get(&self, concept: &str) -> Option<u32> {
        self.numbers.get(concept).copied()
    }

    /// The entry of a token's concept, with the token counted.
    fn entry(&mut self, token: &Token) -> &mut Entry {
        let number = if let Some(number) = self.get(&token.concept) {
            number as usize
        } else {
            let number = self.entries.len();
            self.numbers.insert(token.concept.clone(), u32::try_from(number).unwrap_or(u32::MAX));
            number
        };
        if number >= self.entries.len() {
            self.entries.resize_with(number + 1, Entry::default);
        }
        #[expect(clippy::indexing_slicing, reason = "made above where it was not there")]
        let entry = &mut self.entries[number];
        entry.ambient |= token.ambient;
        entry.name |= token.kind == TokenKind::Name;
        count(&mut entry.surfaces, &token.surface);
        entry
    }

    /// The vocabulary of a base of that many facts, and its number for each provisional one.
    #[must_use]
    pub fn finish(self, facts: usize, table: Option<&WordTable>) -> (Vocabulary, Vec<u32>) {
        let dimensions = table.map_or(0, WordTable::dimensions);
        let mut vocabulary = Vocabulary { dimensions, ..Vocabulary::default() };
        let Self { numbers, mut entries } = self;
        let mut concepts: Vec<(String, u32)> = numbers.into_iter().collect();
        concepts.sort_unstable();
        let mut renumbered = vec![u32::MAX; entries.len()];
        for ((concept, provisional), number) in concepts.into_iter().zip(0..) {
            let entry = entries.get_mut(provisional as usize).map(std::mem::take).unwrap_or_default();
            if let Some(slot) = renumbered.get_mut(provisional as usize) {
                *slot = number;
            }
            let surface = entry
                .surfaces
                .iter()
                .max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)))
                .map(|(surface, _)| surface.as_str())
                .unwrap_or_default();
            let rarity = rarity(entry.facts, facts);
            let weight = if entry.ambient {
                0.0
            } else if entry.name {
                rarity
            } else {
                rarity * frequency_weight(surface, table)
            };
            let vector = (!entry.name).then(|| unit_vector(surface, table)).flatten();
            vocabulary.names.push(concept);
            vocabulary.weights.push(weight);
            vocabulary.foreign.push(entry.facts == 0);
            vocabulary.has_vector.push(vector.is_some());
            vocabulary.vectors.extend(vector.unwrap_or_else(|| vec![0; dimensions]));
        }
        vocabulary.compare();
        (vocabulary, renumbered)
    }
}

/// Counts a word, copying it only the first time.
pub(super) fn count(counts: &mut HashMap<String, u32>, word: &str) {
    match counts.get_mut(word) {
        Some(count) => *count += 1,
        None => {
            counts.insert(word.to_owned(), 1);
        }
    }
}

impl Vocabulary {
    /// The number of a concept.
    #[must_use]
    pub fn get(&self, concept: &str) -> Option<u32> {
        let at = self.names.binary_search_by(|name| name.as_str().cmp(concept)).ok()?;
        u32::try_from(at).ok()
    }

    /// The concept of that number.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// How telling a concept is: 0 where every fact has it, 1 where one fact has it and the word is
    /// rare at large.
    #[must_use]
    pub fn weight(&self, number: u32) -> f32 {
        self.weights.get(number as usize).copied().unwrap_or_default()
    }

    /// Whether no fact has the concept: it comes from questions that have no answer.
    #[must_use]
    pub fn is_foreign(&self, number: u32) -> bool {
        self.foreign.get(number as usize).copied().unwrap_or_default()
    }

    /// The concept's word vector, in steps.
    fn vector(&self, number: u32) -> Option<&[i8]> {
        let at = number as usize;
        let from = at * self.dimensions;
        self.has_vector
            .get(at)
            .copied()
            .unwrap_or_default()
            .then(|| self.vectors.get(from..from + self.dimensions))?
    }

    /// Finds the neighbours of every concept.
    fn compare(&mut self) {
        let count = if self.len() <= MAX_COMPARED { self.len() } else { 0 };
        let share = count.div_ceil(threads()).max(1);
        let this = &*self;
        let found: Vec<Vec<(u16, u8)>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..count)
                .step_by(share)
                .map(|from| {
                    scope.spawn(move || {
                        let mut row = vec![0.0; this.len()];
                        let numbers = (from..(from + share).min(count)).filter_map(|n| u32::try_from(n).ok());
                        numbers.map(|number| this.near(number, &mut row)).collect::<Vec<_>>()
                    })
                })
                .collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
        });
        self.offsets.push(0);
        for number in 0..self.len() {
            self.neighbours.extend(found.get(number).into_iter().flatten());
            self.offsets.push(u32::try_from(self.neighbours.len()).unwrap_or(u32::MAX));
        }
    }

    /// The neighbours of one concept; `row` is room for a value for each, and is left as zeros.
    fn near(&self, number: u32, row: &mut [f32]) -> Vec<(u16, u8)> {
        if self.name(number).starts_with('@') {
            return Vec::new();
        }
        self.fill(self.name(number), self.vector(number), row);
        let mut near = Vec::new();
        for (strength, other) in row.iter_mut().zip(0u16..) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
            let steps = (*strength / STRENGTH_STEP).round() as u8;
            if steps >= LEAST_STEPS && u32::from(other) != number {
                near.push((other, steps));
            }
            *strength = 0.0;
        }
        near
    }

    /// The other concepts of near meaning, with what each counts for this one.
    pub fn neighbours(&self, number: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let at = number as usize;
        let range = match (self.offsets.get(at), self.offsets.get(at + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        };
        let neighbours = self.neighbours.get(range).unwrap_or_default();
        neighbours.iter().map(|&(other, steps)| (u32::from(other), f32::from(steps) * STRENGTH_STEP))
    }

    /// The concepts of near meaning to a word that is none of them, with what each counts for it.
    #[must_use]
    pub fn neighbours_of_unknown(
        &self,
        concept: &str,
        surface: &str,
        table: Option<&WordTable>,
    ) -> Vec<(u32, f32)> {
        if self.len() > MAX_COMPARED {
            return Vec::new();
        }
        let mut row = vec![0.0; self.len()];
        self.fill(concept, unit_vector(surface, table).as_deref(), &mut row);
        row.into_iter()
            .zip(0..)
            .filter(|(strength, _)| *strength > 0.0)
            .map(|(s, other)| (other, s))
            .collect()
    }

    /// Writes the strengths by meaning and by beginning.
    fn fill(&self, concept: &str, vector: Option<&[i8]>, row: &mut [f32]) {
        if let Some(vector) = vector {
            let others = self.vectors.chunks_exact(self.dimensions.max(1)).zip(&self.has_vector);
            for (strength, (other, &has_vector)) in row.iter_mut().zip(others) {
                if has_vector {
                    let cosine = inner_product(vector, other);
                    *strength = ((cosine - UNLIKE) / (ALIKE - UNLIKE)).clamp(0.0, 1.0) * NEAR_SYNONYM;
                }
            }
        }
        let beginning: String = concept.chars().take(BEGINNING_LETTERS).collect();
        if beginning.chars().count() < BEGINNING_LETTERS || !beginning.chars().all(char::is_alphabetic) {
            return;
        }
        let from = self.names.partition_point(|name| *name < beginning);
        for (at, name) in self.names.iter().enumerate().skip(from) {
            if !name.starts_with(&beginning) {
                break;
            }
            if let Some(strength) = row.get_mut(at) {
                *strength = strength.max(SAME_BEGINNING);
            }
        }
    }

    /// Gives back memory that is not used.
    pub fn shrink(&mut self) {
        self.offsets.shrink_to_fit();
        self.neighbours.shrink_to_fit();
        self.names.shrink_to_fit();
        self.weights.shrink_to_fit();
        self.vectors.shrink_to_fit();
    }

    /// How many concepts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// Inverse document frequency over facts, scaled to 0..1.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn rarity(with: u32, facts: usize) -> f32 {
    let all = facts.max(2) as f32 + 1.0;
    ((all / (with as f32 + 0.5)).ln() / (all / 1.5).ln()).clamp(0.0, 1.0)
}

/// How telling a word is by its frequency at large: unknown words are telling.
#[must_use]
pub fn frequency_weight(surface: &str, table: Option<&WordTable>) -> f32 {
    let Some(table) = table else { return 1.0 };
    let weight = |word: &str| match table.get(word) {
        Some(row) => {
            #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
            let rank = row.rank as f32 + 1.0;
            ((rank / COMMON_RANK).ln() / (RARE_RANK / COMMON_RANK).ln()).clamp(LEAST_WEIGHT, 1.0)
        }
        None => 1.0,
    };
    surface.split(' ').map(weight).fold(LEAST_WEIGHT, f32::max)
}

/// The mean vector of a surface's words, scaled to unit length, in steps.
fn unit_vector(surface: &str, table: Option<&WordTable>) -> Option<Vec<i8>> {
    let table = table?;
    let mut sum = vec![0.0; table.dimensions()];
    for row in surface.split(' ').filter_map(|word| table.get(word)) {
        row.add_to(&mut sum, row.weight());
    }
    #[expect(clippy::cast_possible_truncation, reason = "a component of a unit vector is at most 1")]
    let steps = |component: f32| (component / VECTOR_STEP).round() as i8;
    normalise(&mut sum).then(|| sum.into_iter().map(steps).collect())
}

/// The inner product of two vectors that are given in steps.
fn inner_product(one: &[i8], other: &[i8]) -> f32 {
    let sum: i32 = one.iter().zip(other).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
    #[expect(clippy::cast_precision_loss, reason = "below 2^24: the vectors are of unit length")]
    let sum = sum as f32;
    sum * VECTOR_STEP * VECTOR_STEP
}

/// Scales to unit length; false where there is nothing to scale.
pub fn normalise(vector: &mut [f32]) -> bool {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length < 1e-9 {
        return false;
    }
    for x in vector {
        *x /= length;
    }
    true
}
