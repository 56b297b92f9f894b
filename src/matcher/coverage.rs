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
const MASS_CEILING: f32 = 1.5;
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
    /// The weight of the heaviest other word that it does not account for.
    pub unmet: f32,
}

/// One telling word of a question.
#[derive(Debug, Clone)]
struct Word {
    number: Option<u32>,
    weight: f32,
    strict: bool,
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
    /// What each concept of the vocabulary counts for each word, word by word.
    strengths: Vec<f32>,
    total: f32,
}

impl<'a> Coverage<'a> {
    /// Weighs the words of a question.
    #[must_use]
    pub fn new(analysis: &Analysis, vocabulary: &'a Vocabulary, table: Option<&WordTable>) -> Self {
        let mut words: Vec<Word> = Vec::with_capacity(analysis.tokens.len());
        let mut strengths = Vec::with_capacity(analysis.tokens.len() * vocabulary.len());
        for token in analysis.tokens.iter().filter(|token| is_telling(token)) {
            let number = vocabulary.get(&token.concept);
            if words.iter().any(|word| word.number == number && word.concept == token.concept) {
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
            let weight = if token.asking { weight } else { weight * ASIDE_WEIGHT };
            let at = strengths.len();
            strengths.resize(at + vocabulary.len(), 0.0);
            let row = strengths.get_mut(at..).unwrap_or_default();
            match number {
                Some(number) => vocabulary.neighbours(number, strict, row),
                None if strict => {}
                None => vocabulary.neighbours_of_unknown(&token.concept, &token.surface, table, row),
            }
            words.push(Word { number, weight, strict, concept: token.concept.clone() });
        }
        let total = words.iter().map(|word| word.weight).sum();
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
        let mut fit = Fit::default();
        let mut met = 0.0;
        for (word, strength) in self.words.iter().zip(&accounted) {
            met += word.weight * strength;
            let lost = word.weight * (1.0 - strength);
            if word.strict {
                fit.missing += (1.0 - strength) * word.weight.max(STRICT_WEIGHT);
            } else {
                fit.unmet = fit.unmet.max(lost);
            }
        }
        fit.coverage = self.share(met);
        fit.mass = met.min(MASS_CEILING);
        let (mut straight, mut turned) = (0.0f32, 0.0f32);
        for phrasing in &profile.phrasings {
            if phrasing.wrong && !self.polar {
                continue;
            }
            let (alignment, local) = self.alignment(&phrasing.concepts, &told);
            fit.alignment = fit.alignment.max(alignment);
            fit.local = fit.local.max(local);
            if phrasing.kind == self.kind {
                fit.kind_alignment = fit.kind_alignment.max(alignment);
            }
            if let (Some(ours), Some(theirs)) = (&self.roles, &phrasing.roles) {
                let best = if ours.turned(theirs) { &mut turned } else { &mut straight };
                *best = best.max(alignment);
            }
        }
        fit.turned = (turned - straight).max(0.0);
        fit
    }

    /// What the best of some concepts counts for each word.
    fn best_strengths(&self, concepts: &[u32]) -> Vec<f32> {
        self.rows()
            .map(|row| {
                let met = concepts.iter().filter_map(|&concept| row.get(concept as usize));
                met.fold(0.0, |best: f32, &strength| best.max(strength))
            })
            .collect()
    }

    /// What each concept counts, for one word after the other.
    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.strengths.chunks_exact(self.vocabulary.len().max(1))
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

    /// The alignment with a phrasing, and the share of the words met by it or by what is told.
    fn alignment(&self, phrasing: &[u32], told: &[f32]) -> (f32, f32) {
        /// Longer phrasings are compared by their first concepts.
        const MOST: usize = 32;
        let mut matched = [0.0f32; MOST];
        let (mut met, mut local) = (0.0, 0.0);
        for ((word, row), told) in self.words.iter().zip(self.rows()).zip(told) {
            let mut best = 0.0f32;
            for (matched, &concept) in matched.iter_mut().zip(phrasing) {
                let strength = row.get(concept as usize).copied().unwrap_or_default();
                best = best.max(strength);
                *matched = matched.max(strength);
            }
            met += word.weight * best;
            local += word.weight * best.max(*told);
        }
        let (mut asked, mut wanted) = (0.0, 0.0);
        for (&concept, matched) in phrasing.iter().zip(matched) {
            let weight = self.vocabulary.weight(concept);
            asked += weight * matched;
            wanted += weight;
        }
        let local = self.share(local);
        if met <= 0.0 || asked <= 0.0 {
            return (0.0, local);
        }
        let (forward, backward) = (met / self.total.max(1e-6), asked / wanted.max(1e-6));
        (2.0 * forward * backward / (forward + backward), local)
    }
}
