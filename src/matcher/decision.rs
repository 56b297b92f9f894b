//! From evidence to a decision: which candidate is best, how sure that is, and whether to answer.
//!
//! The weights below are logistic regression coefficients, fitted by `relations-bot exam --fit` on the
//! questions under `tests/exam` and on `unanswerable.toml`; CONTRIBUTING.md tells how to fit them again.

use serde::{Deserialize, Serialize};

/// How much a question is like those that are known to have no answer.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Refusal {
    /// The trained score of all of them together.
    pub score: f32,
    /// The trained score of the group of them that is most like it.
    pub group: f32,
    /// The best alignment with one of them.
    pub alignment: f32,
    /// The best alignment with one that asks for the same kind of answer.
    pub kind_alignment: f32,
}

impl Refusal {
    /// What questions that have an answer come to, a little more than on average, where there are many that have
    /// none. Where there are few, so much is taken for granted: confidence was fitted with it.
    const USUAL: Self = Self { score: 0.35, group: 0.3, alignment: 0.55, kind_alignment: 0.45 };

    /// The same, but not less than usual.
    #[must_use]
    pub fn at_least_usual(self) -> Self {
        Self {
            score: self.score.max(Self::USUAL.score),
            group: self.group.max(Self::USUAL.group),
            alignment: self.alignment.max(Self::USUAL.alignment),
            kind_alignment: self.kind_alignment.max(Self::USUAL.kind_alignment),
        }
    }
}

/// What speaks for a candidate fact.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The trained score of the fact, about 1 for a sure hit.
    pub score: f32,
    /// The best alignment of question and phrasing, see [`super::coverage::Fit`].
    pub alignment: f32,
    /// The best alignment with a phrasing that asks for the same kind of answer.
    pub kind_alignment: f32,
    /// The share of the question's telling words that the fact accounts for.
    pub coverage: f32,
    /// The weight of the words that it accounts for.
    pub mass: f32,
    /// The share that one phrasing and the answer together account for.
    pub local: f32,
    /// How much better it is aligned with the two subjects turned round.
    pub turned: f32,
    /// Whether the answer has what the kind of question asks for.
    pub kind_fits: bool,
    /// The weight of names, numbers and months that it lacks.
    pub missing: f32,
    /// The number of kinds of detail that the question asks for and the fact does not have.
    pub lacking: f32,
    /// How much the question is like those that are known to have no answer.
    pub refusal: Refusal,
    /// The weight of words that only such questions use.
    pub foreign: f32,
    /// Whether it asks for an opinion, a prediction or advice.
    pub opinion: bool,
}

/// The number of features that confidence is made of.
pub const FEATURES: usize = 17;
/// Their names, for tables.
pub const FEATURE_NAMES: [&str; FEATURES] = [
    "bias",
    "score",
    "alignment",
    "alignment of kind",
    "coverage",
    "local coverage",
    "mass",
    "kind fits",
    "missing",
    "lacking",
    "turned",
    "refusal",
    "refusal of a group",
    "refusal alignment",
    "refusal alignment of kind",
    "foreign",
    "opinion",
];
/// The sign that each coefficient must have: 1, -1, or 0 for either.
pub const FEATURE_SIGNS: [i8; FEATURES] = [0, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1];

/// The coefficients of confidence, as fitted, but for `turned`: questions with the roles turned round are
/// rare in exams, and never the same question.
const CONFIDENCE: [f32; FEATURES] = [
    -1.821, 3.998, 2.077, 1.391, 1.031, 0.541, 1.718, 0.646, -2.262, -2.626, -2.5, -3.363, -4.542, -1.802,
    -2.339, -0.802, -1.731,
];

/// The weights by which candidates are ranked.
const RANK_SCORE: f32 = 2.1;
const RANK_RELATIVE: f32 = 3.6;
const RANK_ALIGNMENT: f32 = 1.7;
const RANK_KIND_ALIGNMENT: f32 = 1.5;
const RANK_COVERAGE: f32 = 2.2;
const RANK_LOCAL: f32 = 1.6;
const RANK_MISSING: f32 = 1.1;
const RANK_TURNED: f32 = 1.0;

/// At which confidence to answer, and at which to suggest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// At or above: answer.
    pub answer: f32,
    /// At or above: offer as a suggestion.
    pub suggest: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { answer: 0.55, suggest: 0.12 }
    }
}

impl Evidence {
    /// The features of confidence, in the order of [`FEATURE_NAMES`].
    #[must_use]
    pub fn features(&self) -> [f32; FEATURES] {
        [
            1.0,
            self.score,
            self.alignment,
            self.kind_alignment,
            self.coverage,
            self.local,
            self.mass,
            f32::from(u8::from(self.kind_fits)),
            self.missing,
            self.lacking,
            self.turned,
            self.refusal.score,
            self.refusal.group,
            self.refusal.alignment,
            self.refusal.kind_alignment,
            self.foreign,
            f32::from(u8::from(self.opinion)),
        ]
    }

    /// What candidates are ordered by; `best_score` is the highest score among them.
    #[must_use]
    pub fn rank(&self, best_score: f32) -> f32 {
        const LEAST_BEST: f32 = 0.15;
        RANK_SCORE * self.score
            + RANK_RELATIVE * self.score / best_score.max(LEAST_BEST)
            + RANK_ALIGNMENT * self.alignment
            + RANK_KIND_ALIGNMENT * self.kind_alignment
            + RANK_COVERAGE * self.coverage
            + RANK_LOCAL * self.local
            - RANK_MISSING * (self.missing + self.lacking)
            - RANK_TURNED * self.turned
    }

    /// How likely the candidate answers the question, 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        logistic(&CONFIDENCE, &self.features())
    }
}

/// The logistic function of a weighted sum.
#[must_use]
pub fn logistic(weights: &[f32; FEATURES], features: &[f32; FEATURES]) -> f32 {
    let sum: f32 = weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
    1.0 / (1.0 + (-sum).exp())
}
