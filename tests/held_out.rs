//! Leave some out: are phrasings recognised that training has not seen?

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a step of a test that fails is a failed test"
)]

use relations_bot::knowledge::{FactBase, Phrasing, load};
use relations_bot::matcher::text::fold_words;
use relations_bot::matcher::{Matcher, REPORTED};
use relations_bot::shipped;

/// Every so many phrasings, one is held out.
const EVERY: usize = 40;
/// As many trainings, each without its part of the sample.
const FOLDS: usize = 5;
/// The share whose fact is still found, among the candidates that are reported …
const FLOOR_FOUND: f64 = 0.90;
/// … and the share for which it still is the best one; many of the others go to a fact that tells of the
/// same sentence. Both where only the phrasing itself is held out …
const FLOOR_BEST: f64 = 0.80;
/// … and where all expansions of its pattern are.
const FLOOR_FOUND_PATTERN: f64 = 0.90;
const FLOOR_BEST_PATTERN: f64 = 0.78;

/// What came of a sample of phrasings.
struct Shares {
    /// The own fact is among the reported candidates.
    found: f64,
    /// It is the best candidate.
    best: f64,
    /// What was not found.
    missed: Vec<String>,
}

/// Matches the sample with matchers that were trained without whatever `is_left_out` says.
fn matched(is_left_out: impl Fn(&Phrasing, &Phrasing) -> bool) -> Shares {
    let base = load(&shipped::files().unwrap()).usable().unwrap();
    let sample: Vec<(usize, &Phrasing)> = base
        .facts
        .iter()
        .enumerate()
        .flat_map(|(fact, known)| known.phrasings.iter().map(move |phrasing| (fact, phrasing)))
        .step_by(EVERY)
        .collect();
    let mut missed = Vec::new();
    let mut best = 0;
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
            let candidates = || found.candidates.iter().map(|candidate| &base.facts[candidate.fact]);
            let first = candidates().next();
            best += usize::from(first.is_some_and(|fact| fact.id == own.id));
            if !candidates().take(REPORTED).any(|fact| fact.id == own.id) {
                let first = first.map_or("nothing", |fact| &fact.id);
                missed.push(format!("`{}` is {}, matched to {first}", target.text, own.id));
            }
        }
    }
    assert!(sample.len() >= 200, "{}", sample.len());
    #[expect(clippy::cast_precision_loss, reason = "there are some hundreds")]
    let share = |count: usize| count as f64 / sample.len() as f64;
    Shares { found: share(sample.len() - missed.len()), best: share(best), missed }
}

fn same_text(one: &Phrasing, other: &Phrasing) -> bool {
    fold_words(&one.text) == fold_words(&other.text)
}

#[test]
fn a_phrasing_is_recognised_without_itself() {
    let Shares { found, best, missed } = matched(same_text);
    println!("without the phrasing itself: found {:.1} %, best {:.1} %", 100.0 * found, 100.0 * best);
    assert!(found >= FLOOR_FOUND && best >= FLOOR_BEST, "{found:.3} {best:.3}\n{}", missed.join("\n"));
}

#[test]
fn a_phrasing_is_recognised_without_its_whole_pattern() {
    let Shares { found, best, missed } =
        matched(|one, other| one.pattern == other.pattern || same_text(one, other));
    println!("without the whole pattern: found {:.1} %, best {:.1} %", 100.0 * found, 100.0 * best);
    assert!(
        found >= FLOOR_FOUND_PATTERN && best >= FLOOR_BEST_PATTERN,
        "{found:.3} {best:.3}\n{}",
        missed.join("\n")
    );
}
