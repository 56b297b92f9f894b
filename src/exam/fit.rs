//! Fitting the coefficients of confidence by logistic regression.
//!
//! Each coefficient keeps the sign that its feature must have by its meaning (more coverage never makes
//! an answer less likely), so that a small exam cannot teach nonsense. Projected gradient descent with
//! per-coefficient steps (Adam: Kingma and Ba, 2015) is enough for a handful of features.

use super::{ExamError, Kind, Question, matches};
use crate::assistant::Assistant;
use crate::matcher::decision::{FEATURE_SIGNS, FEATURES, logistic};

const STEPS: u32 = 4_000;
const RATE: f64 = 0.05;
/// The weight of the squared coefficients against the summed loss.
const PENALTY: f64 = 0.3;
/// Parts for cross-validation.
const FOLDS: usize = 8;

/// One question's best candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    features: [f32; FEATURES],
    right: bool,
    kind: Kind,
}

/// What a threshold would do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TradeOff {
    /// The confidence from which on to answer.
    pub threshold: f32,
    /// In percent of the "in" questions: answered rightly, and wrongly.
    pub right: f64,
    /// See `right`.
    pub wrong: f64,
    /// In percent of the "near" questions: not answered.
    pub near: f64,
    /// In percent of the "far" questions: not answered.
    pub far: f64,
}

/// What came out of fitting.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The coefficients, fitted on all questions.
    pub weights: [f32; FEATURES],
    /// What thresholds would do, by cross-validation; literal matches, always answered, included.
    pub trade_offs: Vec<TradeOff>,
}

/// Fits confidence on the best candidates of exam questions.
///
/// # Errors
/// Where a question's patterns cannot be used.
pub fn fit(assistant: &Assistant, questions: &[Question]) -> Result<Fitted, ExamError> {
    let mut observations = Vec::with_capacity(questions.len());
    let mut literal = Vec::new();
    for question in questions {
        let findings = assistant.matcher().find(&question.q);
        let Some(best) = findings.candidates.first() else { continue };
        let Some(fact) = assistant.base().facts.get(best.fact) else { continue };
        let right = question.kind == Kind::In && matches(question, &fact.answer)?;
        let observation = Observation { features: best.evidence.features(), right, kind: question.kind };
        if findings.literal {
            literal.push((1.0, observation));
        } else {
            observations.push(observation);
        }
    }
    let mut judged = literal;
    for fold in 0..FOLDS {
        let in_fold = |at: usize| at % FOLDS == fold;
        let rest: Vec<Observation> =
            observations.iter().enumerate().filter(|(at, _)| !in_fold(*at)).map(|(_, o)| *o).collect();
        let weights = regress(&rest);
        let held_out = observations.iter().enumerate().filter(|(at, _)| in_fold(*at));
        judged.extend(held_out.map(|(_, o)| (logistic(&weights, &o.features), *o)));
    }
    let count = |kind: Kind| questions.iter().filter(|question| question.kind == kind).count();
    let counts = [count(Kind::In), count(Kind::Near), count(Kind::Far)];
    Ok(Fitted {
        weights: regress(&observations),
        trade_offs: (2..=18_u8).map(|step| trade_off(f32::from(step) / 20.0, &judged, counts)).collect(),
    })
}

fn trade_off(threshold: f32, judged: &[(f32, Observation)], [within, near, far]: [usize; 3]) -> TradeOff {
    let answered = |kind: Kind, right: bool| {
        let chosen = judged
            .iter()
            .filter(|(confidence, o)| *confidence >= threshold && o.kind == kind && o.right == right);
        chosen.count()
    };
    TradeOff {
        threshold,
        right: super::percent(answered(Kind::In, true), within),
        wrong: super::percent(answered(Kind::In, false), within),
        near: 100.0 - super::percent(answered(Kind::Near, false), near),
        far: 100.0 - super::percent(answered(Kind::Far, false), far),
    }
}

/// Logistic regression with signs kept.
fn regress(observations: &[Observation]) -> [f32; FEATURES] {
    let mut weights = [0.0f64; FEATURES];
    let (mut mean, mut square) = ([0.0f64; FEATURES], [0.0f64; FEATURES]);
    for step in 1..=STEPS {
        let mut gradient = [0.0f64; FEATURES];
        for (slope, weight) in gradient.iter_mut().zip(&weights).skip(1) {
            *slope = PENALTY * weight;
        }
        for observation in observations {
            let sum: f64 = weights.iter().zip(&observation.features).map(|(w, &x)| w * f64::from(x)).sum();
            let error = 1.0 / (1.0 + (-sum).exp()) - f64::from(u8::from(observation.right));
            for (slope, &feature) in gradient.iter_mut().zip(&observation.features) {
                *slope += error * f64::from(feature);
            }
        }
        let decay = |rate: f64| 1.0 - rate.powi(i32::try_from(step).unwrap_or(i32::MAX));
        for at in 0..FEATURES {
            let (Some(w), Some(m), Some(v), Some(&g), Some(&sign)) = (
                weights.get_mut(at),
                mean.get_mut(at),
                square.get_mut(at),
                gradient.get(at),
                FEATURE_SIGNS.get(at),
            ) else {
                continue;
            };
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            *w -= RATE * (*m / decay(0.9)) / ((*v / decay(0.999)).sqrt() + 1e-9);
            *w = match sign {
                1 => w.max(0.0),
                -1 => w.min(0.0),
                _ => *w,
            };
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "coefficients are small")]
    weights.map(|weight| weight as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_follow_the_data_and_keep_their_signs() {
        let observation = |score: f32, missing: f32, right: bool| {
            let evidence = crate::matcher::decision::Evidence { score, missing, ..Default::default() };
            Observation { features: evidence.features(), right, kind: Kind::In }
        };
        let mut observations = Vec::new();
        for step in 0..20_u8 {
            let score = f32::from(step) / 20.0;
            observations.push(observation(score, 1.0 - score, step > 10));
        }
        let weights = regress(&observations);
        let confident = logistic(&weights, &observations[19].features);
        let doubtful = logistic(&weights, &observations[0].features);
        assert!(confident > 0.7 && doubtful < 0.3, "{confident} {doubtful}");
        for (weight, sign) in weights.iter().zip(FEATURE_SIGNS) {
            assert!(f32::from(sign) * weight >= 0.0 || sign == 0);
        }
    }
}
