//! The trained scorer: one linear support vector machine a class, over words, pieces of words and word
//! vectors.
//!
//! They are trained in the module `training`. What is kept of a machine is its larger weights, so that scoring
//! all classes takes microseconds.

use serde::{Deserialize, Serialize};

use super::features::Feature;
use super::inverted::TermWeights;
use super::parallel;
use super::training::{Machine, Row, Training, dot};

/// Features of fewer phrasings are not used: what only one phrasing has tells little about others …
const LEAST_FREQUENCY: u32 = 2;
/// … unless there are fewer phrasings than this, where most words are met but once.
const MANY_SAMPLES: usize = 1_000;
/// Samples of a class that are few.
const FEW_SAMPLES: usize = 15;
/// Smaller weights are not kept.
const LEAST_WEIGHT: f32 = 0.1;

/// Only the best classes are told.
const BEST_CLASSES: usize = 32;

/// How much each of the three cosines counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// Words and pairs of words.
    pub words: f32,
    /// Pieces of words.
    pub pieces: f32,
    /// Word vectors.
    pub vectors: f32,
}

impl Blend {
    /// The blend with or without a word table, for so many samples a class: where they are few, most words of a
    /// question are in none of them, and word vectors tell more.
    #[must_use]
    pub fn new(table: bool, samples_a_class: usize) -> Self {
        match (table, samples_a_class) {
            (false, _) => Self { words: 0.5, pieces: 0.5, vectors: 0.0 },
            (true, ..=FEW_SAMPLES) => Self { words: 0.3, pieces: 0.2, vectors: 0.5 },
            (true, _) => Self { words: 0.4, pieces: 0.25, vectors: 0.35 },
        }
    }
}

/// What a text is compared by.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Words and pairs of words.
    pub words: Vec<Feature>,
    /// Pieces of words.
    pub pieces: Vec<Feature>,
    /// The mean of its words' vectors, of unit length; empty without a table.
    pub vector: Vec<f32>,
}

/// One phrasing to train on.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its class.
    pub class: u32,
    /// What it is compared by.
    pub features: Features,
}

/// The trained scorer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Classifier {
    blend: Blend,
    words: TermWeights,
    pieces: TermWeights,
    dimensions: usize,
    /// The answerable classes, the classes without an answer, and one for all of the latter together.
    machines: usize,
    /// Where the weights of each feature begin.
    offsets: Vec<u32>,
    /// The machine of each weight.
    owners: Vec<u16>,
    /// The weights, in steps of `step`.
    weights: Vec<i8>,
    /// The size of a step for each feature.
    steps: Vec<f32>,
    /// The weights of the word vectors' dimensions, machine by machine.
    dense: Vec<f32>,
    /// What each machine gives to a text that has none of its features.
    biases: Vec<f32>,
    samples: usize,
}

/// A class with its score for a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassScore {
    /// The class.
    pub class: u32,
    /// The score: 1 where the question lies among the class's phrasings, 0 where among others.
    pub score: f32,
}

/// The scores of a question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores {
    /// The classes that may be meant, best first.
    pub classes: Vec<ClassScore>,
    /// The score of all classes without an answer together.
    pub refusal: f32,
}

impl Classifier {
    /// Trains on samples; `classes` is one more than the highest class, and those from `answerable` on
    /// stand for questions without an answer.
    #[must_use]
    pub fn train(samples: &[Sample], classes: usize, answerable: usize, blend: Blend) -> Self {
        let dimensions = samples.iter().map(|sample| sample.features.vector.len()).max().unwrap_or_default();
        let least = if samples.len() >= MANY_SAMPLES { LEAST_FREQUENCY } else { 1 };
        let words = TermWeights::count(samples.iter().map(|sample| sample.features.words.as_slice()), least);
        let pieces =
            TermWeights::count(samples.iter().map(|sample| sample.features.pieces.as_slice()), least);
        let mut classifier = Self {
            blend,
            words,
            pieces,
            dimensions,
            machines: classes + 1,
            offsets: Vec::new(),
            owners: Vec::new(),
            weights: Vec::new(),
            steps: Vec::new(),
            dense: Vec::new(),
            biases: Vec::new(),
            samples: samples.len(),
        };
        let rows = parallel::map(samples, |sample| classifier.row(&sample.features));
        let owners: Vec<usize> = samples.iter().map(|sample| sample.class as usize).collect();
        let features = [classifier.words.len(), classifier.features()];
        let training = Training::new(&rows, &owners, classes, answerable, features);
        classifier.keep(&training.machines());
        classifier
    }

    /// The classes that may be meant, best first.
    #[must_use]
    pub fn score(&self, features: &Features) -> Scores {
        let row = self.row(features);
        let mut scores = self.biases.clone();
        for &(feature, value) in &row.sparse {
            let at = feature as usize;
            let (Some(&from), Some(&to), Some(&step)) =
                (self.offsets.get(at), self.offsets.get(at + 1), self.steps.get(at))
            else {
                continue;
            };
            let range = from as usize..to as usize;
            let owners = self.owners.get(range.clone()).unwrap_or_default();
            let weights = self.weights.get(range).unwrap_or_default();
            let factor = value * step;
            for (&owner, &weight) in owners.iter().zip(weights) {
                if let Some(score) = scores.get_mut(usize::from(owner)) {
                    *score += factor * f32::from(weight);
                }
            }
        }
        if self.dimensions > 0 && !row.dense.is_empty() {
            for (score, weights) in scores.iter_mut().zip(self.dense.chunks_exact(self.dimensions)) {
                *score += dot(weights, &row.dense);
            }
        }
        let refusal = scores.pop().map_or(0.0, unit_score);
        let mut classes: Vec<ClassScore> = scores
            .into_iter()
            .zip(0..)
            .map(|(score, class)| ClassScore { class, score: unit_score(score) })
            .collect();
        let better = |a: &ClassScore, b: &ClassScore| b.score.total_cmp(&a.score).then(a.class.cmp(&b.class));
        if classes.len() > BEST_CLASSES {
            classes.select_nth_unstable_by(BEST_CLASSES, better);
            classes.truncate(BEST_CLASSES);
        }
        classes.sort_unstable_by(better);
        Scores { classes, refusal }
    }

    /// Gives back memory that is not used: what was read from bytes may have room for twice as much.
    pub fn shrink(&mut self) {
        self.words.shrink();
        self.pieces.shrink();
        self.offsets.shrink_to_fit();
        self.owners.shrink_to_fit();
        self.weights.shrink_to_fit();
        self.steps.shrink_to_fit();
        self.dense.shrink_to_fit();
    }

    /// How many phrasings it was trained on.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// The number of sparse features.
    fn features(&self) -> usize {
        self.words.len() + self.pieces.len()
    }

    /// A text as numbers, its length 1.
    fn row(&self, features: &Features) -> Row {
        let mut sparse = self.words.vector(&features.words);
        let words = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let scale = self.blend.words.sqrt();
        for (_, value) in &mut sparse {
            *value *= scale;
        }
        let scale = self.blend.pieces.sqrt();
        let pieces = self.pieces.vector(&features.pieces);
        sparse.extend(pieces.into_iter().map(|(number, value)| (number + words, value * scale)));
        let scale = self.blend.vectors.sqrt();
        let dense: Vec<f32> = features.vector.iter().map(|value| value * scale).collect();
        let squares = sparse.iter().map(|(_, value)| value * value).sum::<f32>() + dot(&dense, &dense);
        Row { sparse, dense, squares }
    }

    /// Keeps what the machines learnt, feature by feature.
    fn keep(&mut self, machines: &[Machine]) {
        let mut by_feature: Vec<Vec<(u16, f32)>> = vec![Vec::new(); self.features()];
        for (machine, owner) in machines.iter().zip(0..) {
            for &(feature, weight) in &machine.sparse {
                if weight.abs() >= LEAST_WEIGHT
                    && let Some(list) = by_feature.get_mut(feature as usize)
                {
                    list.push((owner, weight));
                }
            }
            self.biases.push(machine.bias);
            self.dense.extend(&machine.dense);
        }
        self.offsets.push(0);
        for list in by_feature {
            let largest = list.iter().map(|(_, weight)| weight.abs()).fold(0.0, f32::max);
            let step = largest / f32::from(i8::MAX);
            for (owner, weight) in list {
                self.owners.push(owner);
                #[expect(clippy::cast_possible_truncation, reason = "within ±127 by the choice of the step")]
                self.weights.push((weight / step).round() as i8);
            }
            self.steps.push(step);
            self.offsets.push(u32::try_from(self.owners.len()).unwrap_or(u32::MAX));
        }
    }
}

/// A margin, from −1 to 1, as a score from 0 to 1.
fn unit_score(margin: f32) -> f32 {
    f32::midpoint(margin, 1.0).clamp(0.0, 1.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(class: u32, words: &[Feature]) -> Sample {
        let words: Vec<Feature> = words.iter().map(|word| word << 40).collect();
        Sample { class, features: Features { pieces: words.clone(), words, vector: Vec::new() } }
    }

    #[test]
    fn a_question_goes_to_the_class_whose_phrasings_it_resembles() {
        let samples = [
            sample(0, &[1, 2, 3]),
            sample(0, &[1, 2, 4]),
            sample(1, &[1, 7, 8]),
            sample(1, &[1, 7, 9]),
            sample(2, &[20, 21]),
        ];
        let classifier = Classifier::train(&samples, 3, 2, Blend::new(false, 20));
        for (question, class) in [(vec![1, 2], 0), (vec![7, 9, 3], 1), (vec![21], 2)] {
            let scores = classifier.score(&sample(0, &question).features);
            assert_eq!(scores.classes[0].class, class, "{scores:?}");
        }
        let own = classifier.score(&samples[0].features);
        assert!(own.classes[0].score > 0.8 && own.refusal < 0.3, "{own:?}");
        let refused = classifier.score(&samples[4].features);
        assert!(refused.refusal > 0.7, "{refused:?}");
        let unknown = classifier.score(&sample(0, &[99]).features);
        assert!(unknown.classes[0].score < 0.6, "{unknown:?}");
    }
}
