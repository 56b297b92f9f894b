//! Completion of known questions while somebody types.
//!
//! Two judges: how well the words typed so far fit the words of a known question (whole, begun or misspelt), and
//! which facts the matcher finds for them. The first is good at beginnings, the second at other words for the same.

use std::collections::HashSet;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher as Fuzzy, Utf32Str};

use crate::assistant::Assistant;
use crate::knowledge::FactBase;
use crate::matcher::Candidate;
use crate::matcher::text::fold_words;

/// Below this confidence, the matcher's candidates are no completions …
const LEAST_CONFIDENCE: f32 = 0.03;
/// … and below this share of the words that they account for.
const LEAST_COVERAGE: f32 = 0.25;
/// What the matcher's best candidate is worth beside words that all fit, which are worth 1.
const MATCHER_WEIGHT: f64 = 0.9;
/// What it is worth that a question starts with what is typed.
const PREFIX_WEIGHT: f64 = 1.0;
/// What a word is worth that another begins with, against 1 for the whole word; and one whose letters are there,
/// with others between.
const BEGUN: f64 = 0.9;
const SCATTERED: f64 = 0.7;
/// Below this part of the possible score, letters only fit by chance.
const LEAST_FIT: f64 = 0.8;
/// Below this share of the letters typed, words only fit by chance.
const LEAST_SHARE: f64 = 0.6;

/// The questions that a base answers, ready for completion.
pub struct Completions {
    questions: Vec<Question>,
    /// Positions of questions to start with: some of every section.
    starters: Vec<usize>,
}

struct Question {
    text: String,
    folded: String,
}

impl Completions {
    /// Prepares the questions of a base.
    #[must_use]
    pub fn new(base: &FactBase) -> Self {
        let questions: Vec<Question> = base
            .facts
            .iter()
            .map(|fact| {
                let folded = fold_words(&fact.question);
                Question { text: fact.question.clone(), folded }
            })
            .collect();
        Self { starters: starters(base), questions }
    }

    /// At most `count` known questions for what is typed so far, the best first; a varied set where nothing is.
    #[must_use]
    pub fn complete(&self, assistant: &Assistant, typed: &str, count: usize) -> Vec<&str> {
        let folded = fold_words(typed);
        let positions =
            if folded.is_empty() { self.starters.clone() } else { self.ranked(assistant, &folded) };
        let mut seen = HashSet::new();
        positions
            .into_iter()
            .filter_map(|position| self.questions.get(position))
            .filter(|question| seen.insert(question.folded.as_str()))
            .take(count)
            .map(|question| question.text.as_str())
            .collect()
    }

    /// Positions of the questions that fit, best first.
    fn ranked(&self, assistant: &Assistant, folded: &str) -> Vec<usize> {
        let mut fuzzy = Fuzzy::new(Config::DEFAULT);
        let typed: Vec<TypedWord<'_>> =
            folded.split(' ').map(|word| TypedWord::new(word, &mut fuzzy)).collect();
        let mut scores: Vec<f64> = self
            .questions
            .iter()
            .map(|question| {
                let share = share(&typed, question, &mut fuzzy);
                let begins = if question.folded.starts_with(folded) { PREFIX_WEIGHT } else { 0.0 };
                begins + if share >= LEAST_SHARE { share } else { 0.0 }
            })
            .collect();
        let likely = |candidate: &&Candidate| {
            candidate.confidence >= LEAST_CONFIDENCE && candidate.evidence.coverage >= LEAST_COVERAGE
        };
        let findings = assistant.matcher().find(folded);
        for candidate in findings.candidates.iter().filter(likely) {
            if let Some(score) = scores.get_mut(candidate.fact) {
                *score += MATCHER_WEIGHT * f64::from(candidate.confidence);
            }
        }
        let mut ranked: Vec<(usize, f64)> =
            scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0).collect();
        ranked.sort_by(|(at, one), (other_at, other)| other.total_cmp(one).then(at.cmp(other_at)));
        ranked.into_iter().map(|(position, _)| position).collect()
    }
}

/// A word as it was typed, or begun.
struct TypedWord<'a> {
    word: &'a str,
    letters: f64,
    atom: Atom,
    /// What its letters score in themselves.
    best: f64,
}

impl<'a> TypedWord<'a> {
    fn new(word: &'a str, fuzzy: &mut Fuzzy) -> Self {
        let atom = Atom::new(word, CaseMatching::Ignore, Normalization::Never, AtomKind::Fuzzy, false);
        let best = atom.score(Utf32Str::new(word, &mut Vec::new()), fuzzy).map_or(1.0, f64::from);
        let letters = f64::from(u32::try_from(word.chars().count()).unwrap_or(u32::MAX));
        Self { word, letters, atom, best }
    }

    /// How well it fits a word, 0 to 1.
    fn fit(&self, word: &str, fuzzy: &mut Fuzzy) -> f64 {
        if word == self.word {
            return 1.0;
        }
        if word.starts_with(self.word) {
            return BEGUN;
        }
        let mut letters = Vec::new();
        let haystack = Utf32Str::new(word, &mut letters);
        let fit = self.atom.score(haystack, fuzzy).map_or(0.0, f64::from) / self.best;
        if fit >= LEAST_FIT { SCATTERED * fit.min(1.0) } else { 0.0 }
    }
}

/// The share of the typed letters that a question has, each word in the word that it fits best.
fn share(typed: &[TypedWord<'_>], question: &Question, fuzzy: &mut Fuzzy) -> f64 {
    let (mut met, mut all) = (0.0, 0.0);
    for word in typed {
        let best = question.folded.split(' ').map(|other| word.fit(other, fuzzy)).fold(0.0, f64::max);
        met += word.letters * best;
        all += word.letters;
    }
    met / f64::max(all, 1.0)
}

/// The first fact of every section, then the second of every section, and so on; the richest sections first.
fn starters(base: &FactBase) -> Vec<usize> {
    let mut counts = vec![0usize; base.sections.len()];
    let rounds: Vec<usize> = base
        .facts
        .iter()
        .map(|fact| {
            counts.get_mut(fact.section).map_or(0, |count| {
                *count += 1;
                *count
            })
        })
        .collect();
    let richness = |position: usize| {
        base.facts.get(position).and_then(|fact| counts.get(fact.section)).copied().unwrap_or_default()
    };
    let mut positions: Vec<(usize, usize)> = rounds.into_iter().zip(0..).collect();
    positions.sort_by_key(|&(round, position)| (round, std::cmp::Reverse(richness(position)), position));
    positions.into_iter().map(|(_, position)| position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::decision::Thresholds;

    fn complete(typed: &str) -> Vec<String> {
        let assistant = Assistant::new(crate::shipped::matcher().unwrap(), Thresholds::default());
        let completions = Completions::new(assistant.base());
        completions.complete(&assistant, typed, 25).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn nothing_typed_gives_a_varied_set() {
        let questions = complete("  ");
        assert_eq!(questions.len(), 25);
        assert!(questions.iter().any(|question| question.contains("TANAP")));
        assert!(questions.iter().any(|question| question.contains("Shusha")));
    }

    #[test]
    fn a_beginning_goes_before_everything_else() {
        let known = complete("");
        for question in known.iter().take(10) {
            let letters = question.chars().count();
            let typed: String = question.chars().take(letters * 2 / 3).collect();
            let offered = complete(&typed.to_uppercase());
            let folded = fold_words(&typed);
            assert!(offered.first().is_some_and(|first| fold_words(first).starts_with(&folded)), "{typed}");
            assert!(offered.contains(question), "{typed}");
        }
    }

    #[test]
    fn letters_in_the_middle_typos_and_other_words_are_understood() {
        assert!(complete("shusha decl").iter().any(|question| question.contains("Shusha Declaration")));
        assert!(complete("ŞUŞA").iter().any(|question| question.contains("Shusha")), "folded and by name");
        assert!(
            complete("length of the frontier").iter().take(3).any(|question| question.contains("border"))
        );
    }

    #[test]
    fn what_fits_nothing_gives_nothing() {
        assert_eq!(complete("qqqq zzzz xxxx"), Vec::<String>::new());
    }
}
