//! The trained scorer: kernel ridge regression over the phrasings.
//!
//! Question and phrasing are compared by a blend of three cosines (words and word pairs; pieces of
//! words; means of word vectors), sharpened by an exponential kernel. One score a class is fitted in
//! closed form: regularised least squares towards 1 for the class's own phrasings and 0 for all
//! others, over a subset of the phrasings as landmarks (the Nyström method: Williams and Seeger,
//! "Using the Nyström method to speed up kernel machines", 2001).

use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

use super::features::Feature;
use super::inverted::InvertedIndex;
use super::linalg::{cholesky, gram, solve_lower, solve_lower_transposed};

/// The kernel is `exp(SHARPNESS · (similarity − 1))`.
const SHARPNESS: f32 = 3.0;
/// The weight of the regularisation.
const RIDGE: f32 = 0.05;
/// Added to the landmarks' own kernel so that it can be factored where phrasings are nearly equal.
const JITTER: f32 = 1e-3;
/// Classes whose score is computed: those of the nearest landmarks.
const SCORED_CLASSES: usize = 32;
/// Up to that many training phrasings, each is a landmark.
const ALL_LANDMARKS: usize = 2_000;
/// At most that many landmarks.
const MAX_LANDMARKS: usize = 4_000;
/// Steps in which the kernel is tabulated between similarity −1 and 1.
const KERNEL_STEPS: usize = 2_048;

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
    /// The blend with or without a word table.
    #[must_use]
    pub fn with_table(table: bool) -> Self {
        if table {
            Self { words: 0.25, pieces: 0.25, vectors: 0.5 }
        } else {
            Self { words: 0.5, pieces: 0.5, vectors: 0.0 }
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
    words: InvertedIndex,
    pieces: InvertedIndex,
    /// The landmarks' vectors, one after the other.
    vectors: Vec<f32>,
    dimensions: usize,
    /// The class of each landmark.
    owners: Vec<u32>,
    classes: usize,
    /// The coefficient of each landmark for each class, class by class.
    coefficients: Vec<f32>,
    /// The coefficient of each landmark for all classes without an answer together.
    refusal: Vec<f32>,
    #[serde(skip, default = "kernel_table")]
    kernel: Vec<f32>,
}

/// A class with its scores for a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassScore {
    /// The class.
    pub class: u32,
    /// The fitted score: about 1 for a sure hit, about 0 for none.
    pub score: f32,
    /// The similarity of the class's nearest landmark.
    pub nearest: f32,
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
        let landmarks = choose_landmarks(samples);
        let dimensions = samples.iter().map(|sample| sample.features.vector.len()).max().unwrap_or_default();
        let words: Vec<_> = samples.iter().map(|sample| sample.features.words.clone()).collect();
        let pieces: Vec<_> = samples.iter().map(|sample| sample.features.pieces.clone()).collect();
        let chosen = landmarks.iter().filter_map(|&at| samples.get(at));
        let mut classifier = Self {
            blend,
            words: InvertedIndex::build(&words, &landmarks),
            pieces: InvertedIndex::build(&pieces, &landmarks),
            vectors: chosen.clone().flat_map(|sample| sample.features.vector.iter().copied()).collect(),
            dimensions,
            owners: chosen.map(|sample| sample.class).collect(),
            classes,
            coefficients: Vec::new(),
            refusal: Vec::new(),
            kernel: kernel_table(),
        };
        drop((words, pieces));
        classifier.fit(samples, &landmarks);
        classifier.refusal = (0..landmarks.len())
            .map(|landmark| {
                let column = classifier.coefficients.iter().skip(answerable * landmarks.len() + landmark);
                column.step_by(landmarks.len()).sum()
            })
            .collect();
        classifier
    }

    /// Fits the coefficients: with `K` between landmarks and samples and `M` among the landmarks,
    /// whitens by `M = L·Lᵀ`, solves the ridge regression in that space and maps back.
    fn fit(&mut self, samples: &[Sample], landmarks: &[usize]) {
        let (count, size) = (landmarks.len(), samples.len());
        let mut features = Array2::<f32>::zeros((size, count));
        for (mut row, sample) in features.rows_mut().into_iter().zip(samples) {
            let similarities = self.similarities(&sample.features);
            for (entry, similarity) in row.iter_mut().zip(similarities) {
                *entry = self.kernel_at(similarity);
            }
        }
        let mut own = features.select(Axis(0), landmarks);
        own.diag_mut().mapv_inplace(|value| value + JITTER);
        cholesky(&mut own);
        let mut whitened = features.reversed_axes().as_standard_layout().into_owned();
        solve_lower(&own, &mut whitened);
        let mut targets = Array2::<f32>::zeros((count, self.classes));
        for (column, sample) in whitened.columns().into_iter().zip(samples) {
            let mut target = targets.column_mut(sample.class as usize);
            target += &column;
        }
        let mut normal = gram(&whitened);
        normal.diag_mut().mapv_inplace(|value| value + RIDGE);
        cholesky(&mut normal);
        solve_lower(&normal, &mut targets);
        solve_lower_transposed(&normal, &mut targets);
        solve_lower_transposed(&own, &mut targets);
        self.coefficients = targets.t().iter().copied().collect();
    }

    /// The similarity of a text to each landmark.
    #[must_use]
    pub fn similarities(&self, features: &Features) -> Vec<f32> {
        let mut scores = vec![0.0; self.owners.len()];
        if !features.vector.is_empty() && self.dimensions > 0 {
            for (score, row) in scores.iter_mut().zip(self.vectors.chunks_exact(self.dimensions)) {
                *score = self.blend.vectors * dot(&features.vector, row);
            }
        }
        self.words.add_scores(&self.words.vector(&features.words), self.blend.words, &mut scores);
        self.pieces.add_scores(&self.pieces.vector(&features.pieces), self.blend.pieces, &mut scores);
        scores
    }

    /// The classes that may be meant, best first.
    #[must_use]
    pub fn score(&self, features: &Features) -> Scores {
        let similarities = self.similarities(features);
        let mut nearest = vec![f32::MIN; self.classes];
        for (&owner, &similarity) in self.owners.iter().zip(&similarities) {
            if let Some(best) = nearest.get_mut(owner as usize) {
                *best = best.max(similarity);
            }
        }
        let mut found: Vec<ClassScore> = nearest
            .into_iter()
            .zip(0..)
            .filter(|&(nearest, _)| nearest > f32::MIN)
            .map(|(nearest, class)| ClassScore { class, score: 0.0, nearest })
            .collect();
        if found.len() > SCORED_CLASSES {
            found.select_nth_unstable_by(SCORED_CLASSES - 1, |a, b| b.nearest.total_cmp(&a.nearest));
            found.truncate(SCORED_CLASSES);
        }
        let kernel: Vec<f32> = similarities.iter().map(|&similarity| self.kernel_at(similarity)).collect();
        for class in &mut found {
            let from = class.class as usize * kernel.len();
            class.score = self
                .coefficients
                .get(from..from + kernel.len())
                .map_or(0.0, |row| dot(row, &kernel));
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.class.cmp(&b.class)));
        Scores { classes: found, refusal: dot(&self.refusal, &kernel) }
    }

    /// How many landmarks there are.
    #[must_use]
    pub fn landmarks(&self) -> usize {
        self.owners.len()
    }

    fn kernel_at(&self, similarity: f32) -> f32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "clamped to the table"
        )]
        let step = ((similarity.clamp(-1.0, 1.0) + 1.0) * (KERNEL_STEPS as f32 / 2.0)) as usize;
        self.kernel.get(step).copied().unwrap_or(1.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn kernel_table() -> Vec<f32> {
    (0..=KERNEL_STEPS)
        .map(|step| {
            let similarity = (step as f32 + 0.5) / (KERNEL_STEPS as f32 / 2.0) - 1.0;
            (SHARPNESS * (similarity.min(1.0) - 1.0)).exp()
        })
        .collect()
}

/// Spreads the landmarks evenly over the samples, which stand class by class.
fn choose_landmarks(samples: &[Sample]) -> Vec<usize> {
    let size = samples.len();
    if size <= ALL_LANDMARKS {
        return (0..size).collect();
    }
    let count = (size / 4).clamp(ALL_LANDMARKS, MAX_LANDMARKS);
    (0..count).map(|at| at * size / count).collect()
}

/// The inner product, in four lanes that a compiler keeps in one register.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0f32; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(class: u32, words: &[Feature]) -> Sample {
        Sample {
            class,
            features: Features {
                words: words.to_vec(),
                pieces: words.to_vec(),
                vector: Vec::new(),
            },
        }
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
        let classifier = Classifier::train(&samples, 3, 3, Blend::with_table(false));
        for (question, class) in [(vec![1, 2], 0), (vec![7, 9, 3], 1), (vec![21], 2)] {
            let scores = classifier.score(&sample(0, &question).features).classes;
            assert_eq!(scores[0].class, class, "{scores:?}");
        }
        let own = classifier.score(&samples[4].features).classes[0];
        assert!(own.score > 0.9 && own.nearest > 0.99, "{own:?}");
        let unknown = classifier.score(&sample(0, &[99]).features).classes[0];
        assert!(unknown.score < 0.2, "{unknown:?}");
    }
}
