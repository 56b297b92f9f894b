//! How well a fact accounts for the words of a question, and a question for those of a phrasing.
//!
//! "When did Turkey recognise *Armenia*" shares every word but one with a question that has an answer;
//! the one is what matters. Names, numbers and months must be accounted for to the letter; other words
//! may be met by a word of near meaning.

use super::analysis::{Analysis, TokenKind};
use super::profile::{FactProfile, Roles, is_telling};
use super::vocabulary::{Vocabulary, frequency_weight};
use super::words::WordTable;
use crate::knowledge::QuestionKind;

/// More accounted weight than this makes no difference.
const MASS_CEILING: f32 = 2.0;
/// What a name, a number or a month that a fact lacks weighs at least.
const STRICT_WEIGHT: f32 = 0.9;
/// What a word weighs that stands in a sentence before the one that asks.
const ASIDE_WEIGHT: f32 = 0.4;
/// How well a question and a fact fit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fit {
    /// The share of the question's telling words that the fact accounts for, by weight.
    pub coverage: f32,
    /// The weight of the words that it accounts for.
    pub mass: f32,
    /// The same as `coverage` for the best single phrasing together with the answer.
    pub local: f32,
    /// The best harmonic mean, over the fact's phrasings, of the share of the question's words met by the
    /// phrasing and the share of the phrasing's met by the question.
    pub alignment: f32,
    /// The same, over the phrasings that ask for the same kind of answer.
    pub kind_alignment: f32,
    /// How much better the alignment is with a phrasing that names the two subjects the other way round.
    pub turned: f32,
    /// The weight of names, numbers and months that the fact does not have.
    pub missing: f32,
    /// The number of kinds of detail that are asked for and that it does not have.
    pub lacking: f32,
}

/// One telling word of a question.
#[derive(Debug, Clone)]
struct Word {
    number: Option<u32>,
    weight: f32,
    strict: bool,
    detail: bool,
    concept: String,
}

/// A question's telling words, ready to be compared with facts.
#[derive(Debug)]
pub struct Coverage<'a> {
    vocabulary: &'a Vocabulary,
    words: Vec<Word>,
    kind: Option<QuestionKind>,
    polar: bool,
    roles: Option<Roles>,
    strengths: Strengths,
    total: f32,
}

/// What each concept of the vocabulary counts for each word of a question. Most concepts count for none.
#[derive(Debug)]
struct Strengths {
    /// For each concept, the number of its row, from 1; 0 for one that counts for no word.
    rows: Vec<u16>,
    /// The rows, with a value for each word.
    values: Vec<f32>,
    words: usize,
}

impl Strengths {
    fn new(concepts: usize, words: usize) -> Self {
        Self { rows: vec![0; concepts], values: Vec::with_capacity(32 * words), words }
    }

    fn set(&mut self, concept: u32, word: usize, strength: f32) {
        let Some(row) = self.rows.get_mut(concept as usize) else { return };
        if *row == 0 {
            let count = self.values.len() / self.words.max(1);
            let Ok(next) = u16::try_from(count + 1) else { return };
            *row = next;
            self.values.resize(self.values.len() + self.words, 0.0);
        }
        let at = (usize::from(*row) - 1) * self.words + word;
        if let Some(value) = self.values.get_mut(at) {
            *value = strength;
        }
    }

    /// Lets what counts for one of several words to choose from count for all of them: of "six or sixteen",
    /// one is enough.
    fn share_choices(&mut self, choices: &[Option<u8>]) {
        if choices.iter().all(Option::is_none) {
            return;
        }
        for row in self.values.chunks_exact_mut(self.words.max(1)) {
            for choice in choices.iter().flatten() {
                let members = || choices.iter().enumerate().filter(|(_, other)| *other == &Some(*choice));
                let best = members().filter_map(|(word, _)| row.get(word).copied()).fold(0.0, f32::max);
                for (word, _) in members() {
                    if let Some(value) = row.get_mut(word) {
                        *value = best;
                    }
                }
            }
        }
    }

    /// What a concept counts for each word; none where it counts for no word.
    fn get(&self, concept: u32) -> Option<&[f32]> {
        let row = usize::from(*self.rows.get(concept as usize)?).checked_sub(1)?;
        self.values.get(row * self.words..(row + 1) * self.words)
    }
}

impl<'a> Coverage<'a> {
    /// Weighs the words of a question.
    #[must_use]
    pub fn new(analysis: &Analysis, vocabulary: &'a Vocabulary, table: Option<&WordTable>) -> Self {
        let mut words: Vec<Word> = Vec::with_capacity(analysis.tokens.len());
        let mut choices = Vec::with_capacity(analysis.tokens.len());
        let mut strengths = Strengths::new(vocabulary.len(), analysis.tokens.len());
        for token in analysis.tokens.iter().filter(|token| is_telling(token)) {
            let number = vocabulary.get(&token.concept);
            if words.iter().any(|word| word.number == number && word.concept == token.concept) {
                continue;
            }
            let detail = token.kind == TokenKind::Detail;
            // A capital on a word that nothing here has stands for a name that nothing here has.
            let strict = detail
                || (token.capital && number.is_none())
                || !token.ambient
                    && matches!(token.kind, TokenKind::Name | TokenKind::Number | TokenKind::Month);
            let weight = match number {
                _ if token.ambient => 0.0,
                Some(number) => vocabulary.weight(number),
                None if strict => 1.0,
                None => frequency_weight(&token.surface, table),
            };
            let weight = if token.asking { weight } else { weight * ASIDE_WEIGHT };
            let word = words.len();
            // Names and numbers are met by themselves only.
            match number {
                Some(number) => {
                    strengths.set(number, word, 1.0);
                    for (other, strength) in vocabulary.neighbours(number).filter(|_| !strict) {
                        strengths.set(other, word, strength);
                    }
                }
                None if strict => {}
                None => {
                    let near = vocabulary.neighbours_of_unknown(&token.concept, &token.surface, table);
                    for (other, strength) in near {
                        strengths.set(other, word, strength);
                    }
                }
            }
            let concept = token.concept.clone();
            words.push(Word { number, weight, strict, detail, concept });
            choices.push(token.choice);
        }
        let total = words.iter().map(|word| word.weight).sum();
        strengths.share_choices(&choices);
        Self {
            vocabulary,
            strengths,
            words,
            kind: analysis.kind,
            polar: analysis.polar,
            roles: Roles::of(&analysis.tokens),
            total,
        }
    }

    /// The weight of the words that no fact uses but a question known to have no answer does.
    #[must_use]
    pub fn foreign(&self) -> f32 {
        let foreign = self
            .words
            .iter()
            .filter(|word| word.number.is_some_and(|number| self.vocabulary.is_foreign(number)));
        foreign.map(|word| word.weight).sum()
    }

    /// How well a fact fits.
    #[must_use]
    pub fn fit(&self, profile: &FactProfile) -> Fit {
        let mut accounted = self.best_strengths(&profile.concepts);
        if self.polar {
            for (best, premise) in accounted.iter_mut().zip(self.best_strengths(&profile.premises)) {
                *best = best.max(premise);
            }
        }
        let told = self.best_strengths(&profile.told);
        let told_alone: f32 = self.words.iter().zip(&told).map(|(word, told)| word.weight * told).sum();
        let mut best = vec![0.0f32; self.words.len()];
        let mut fit = Fit::default();
        let mut met = 0.0;
        for (word, strength) in self.words.iter().zip(&accounted) {
            met += word.weight * strength;
            if word.detail {
                fit.lacking += 1.0 - strength;
            } else if word.strict {
                fit.missing += (1.0 - strength) * word.weight.max(STRICT_WEIGHT);
            }
        }
        fit.coverage = self.share(met);
        fit.mass = met.min(MASS_CEILING);
        let (mut straight, mut turned) = (0.0f32, 0.0f32);
        for (concepts, manner) in profile.phrasings.iter() {
            if manner.wrong && !self.polar {
                continue;
            }
            let Some((alignment, local)) = self.alignment(concepts, &told, &mut best) else {
                fit.local = fit.local.max(self.share(told_alone));
                continue;
            };
            fit.alignment = fit.alignment.max(alignment);
            fit.local = fit.local.max(local);
            if manner.kind == self.kind {
                fit.kind_alignment = fit.kind_alignment.max(alignment);
            }
            if let (Some(ours), Some(theirs)) = (self.roles, manner.roles) {
                let best = if ours.turned(theirs) { &mut turned } else { &mut straight };
                *best = best.max(alignment);
            }
        }
        fit.turned = (turned - straight).max(0.0);
        fit
    }

    /// What the best of some concepts counts for each word.
    fn best_strengths(&self, concepts: &[u32]) -> Vec<f32> {
        let mut best = vec![0.0f32; self.words.len()];
        for row in concepts.iter().filter_map(|&concept| self.strengths.get(concept)) {
            for (best, &strength) in best.iter_mut().zip(row) {
                *best = best.max(strength);
            }
        }
        best
    }

    fn share(&self, met: f32) -> f32 {
        if self.total > 0.0 { met / self.total } else { 0.0 }
    }

    /// For each telling word, whether a fact fails to account for it.
    #[must_use]
    pub fn unmatched(&self, profile: &FactProfile) -> Vec<bool> {
        self.best_strengths(&profile.concepts).iter().map(|&strength| strength < 0.5).collect()
    }

    /// The concepts of the question's telling words, as `unmatched` counts them.
    pub fn concepts(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| word.concept.as_str())
    }

    /// The alignment with a phrasing, and the share of the words met by it or by what is told. None where it
    /// meets no word. `best` is room for a value for each word.
    fn alignment(&self, phrasing: &[u32], told: &[f32], best: &mut [f32]) -> Option<(f32, f32)> {
        best.fill(0.0);
        let (mut asked, mut wanted, mut meets) = (0.0, 0.0, false);
        for &concept in phrasing {
            let weight = self.vocabulary.weight(concept);
            wanted += weight;
            let Some(row) = self.strengths.get(concept) else { continue };
            meets = true;
            let mut matched = 0.0f32;
            for (best, &strength) in best.iter_mut().zip(row) {
                *best = best.max(strength);
                matched = matched.max(strength);
            }
            asked += weight * matched;
        }
        if !meets {
            return None;
        }
        let (mut met, mut local) = (0.0, 0.0);
        for ((word, best), told) in self.words.iter().zip(best).zip(told) {
            met += word.weight * *best;
            local += word.weight * best.max(*told);
        }
        let local = self.share(local);
        if met <= 0.0 || asked <= 0.0 {
            return Some((0.0, local));
        }
        let (forward, backward) = (met / self.total.max(1e-6), asked / wanted.max(1e-6));
        Some((2.0 * forward * backward / (forward + backward), local))
    }
}
