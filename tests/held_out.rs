//! Leave some out: are phrasings recognised that training has not seen?

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a step of a test that fails is a failed test"
)]

use relations_bot::knowledge::{FactBase, Phrasing, load};
use relations_bot::matcher::Matcher;
use relations_bot::matcher::text::fold_words;
use relations_bot::shipped;

/// Every so many phrasings, one is held out.
const EVERY: usize = 40;
/// As many trainings, each without its part of the sample.
const FOLDS: usize = 5;
/// The share that is still matched to its fact where only the phrasing itself is held out …
const FLOOR_PHRASING: f64 = 0.90;
/// … and where all expansions of its pattern are.
const FLOOR_PATTERN: f64 = 0.60;

/// The share of the sample that is matched to its own fact, or to one with the same answer, by a
/// matcher that was trained without whatever `is_left_out` says; and what was not.
fn matched(is_left_out: impl Fn(&Phrasing, &Phrasing) -> bool) -> (f64, Vec<String>) {
    let base = load(&shipped::files().unwrap()).usable().unwrap();
    let sample: Vec<(usize, &Phrasing)> = base
        .facts
        .iter()
        .enumerate()
        .flat_map(|(fact, known)| known.phrasings.iter().map(move |phrasing| (fact, phrasing)))
        .step_by(EVERY)
        .collect();
    let mut missed = Vec::new();
    for fold in 0..FOLDS {
        let held_out: Vec<_> = sample.iter().skip(fold).step_by(FOLDS).collect();
        let mut rest: FactBase = base.clone();
        for &&(fact, target) in &held_out {
            rest.facts[fact].phrasings.retain(|phrasing| !is_left_out(target, phrasing));
            assert!(!rest.facts[fact].phrasings.is_empty());
        }
        let matcher = Matcher::train(rest, shipped::words().unwrap());
        for &(fact, target) in held_out {
            let own = &base.facts[fact];
            let found = matcher.find(&target.text);
            let best = found.candidates.first().map(|candidate| &base.facts[candidate.fact]);
            if best.is_none_or(|best| best.id != own.id && best.answer != own.answer) {
                let best = best.map_or("nothing", |best| &best.id);
                missed.push(format!("`{}` is {}, matched to {best}", target.text, own.id));
            }
        }
    }
    assert!(sample.len() >= 200, "{}", sample.len());
    #[expect(clippy::cast_precision_loss, reason = "there are some hundreds")]
    let share = 1.0 - missed.len() as f64 / sample.len() as f64;
    (share, missed)
}

fn same_text(one: &Phrasing, other: &Phrasing) -> bool {
    fold_words(&one.text) == fold_words(&other.text)
}

#[test]
fn a_phrasing_is_recognised_without_itself() {
    let (share, missed) = matched(same_text);
    println!("without the phrasing itself: {:.1} %", 100.0 * share);
    assert!(share >= FLOOR_PHRASING, "{share:.3}\n{}", missed.join("\n"));
}

#[test]
fn a_phrasing_is_recognised_without_its_whole_pattern() {
    let (share, missed) = matched(|one, other| one.pattern == other.pattern || same_text(one, other));
    println!("without the whole pattern: {:.1} %", 100.0 * share);
    assert!(share >= FLOOR_PATTERN, "{share:.3}\n{}", missed.join("\n"));
}
