//! From a question to candidate facts, with evidence for each.
//!
//! The way of a question: [`analysis`] turns it into tokens (with [`spelling`] repair), [`index`] finds
//! and scores candidates by a [`classifier`] trained on all phrasings, [`coverage`] looks at which of
//! its words a candidate accounts for, [`decision`] turns that into a confidence. No I/O happens here.

pub mod analysis;
pub mod classifier;
pub mod coverage;
pub mod decision;
pub mod exact;
pub mod features;
pub mod index;
pub mod inverted;
pub mod parallel;
pub mod profile;
pub mod spelling;
pub mod text;
mod training;
pub mod vocabulary;
pub mod words;

use crate::knowledge::{FactBase, Polarity};
use analysis::{Analysis, Analyzer, TokenKind};
use classifier::{ClassScore, Scores};
use coverage::Coverage;
use decision::{Evidence, Refusal};
use index::Index;
use profile::is_telling;
use spelling::Speller;
use words::WordTable;

/// Facts that are looked at closely.
const EXAMINED: usize = 8;
/// Groups of unanswerable questions that are looked at closely.
const UNANSWERABLE_EXAMINED: usize = 8;
/// So many questions without an answer are few.
const FEW_UNANSWERABLE: usize = 100;
/// Candidates that are reported.
pub const REPORTED: usize = 5;
/// The confidence of a question that is a phrasing, and of one with a phrasing's content.
const EXACT_CONFIDENCE: f32 = 1.0;
const SAME_CONTENT_CONFIDENCE: f32 = 0.97;

/// A fact base, ready for questions.
pub struct Matcher {
    base: FactBase,
    index: Index,
    analyzer: Analyzer,
    speller: Speller,
    table: Option<WordTable>,
    /// Whether the base has few questions that are known to have no answer.
    few_unanswerable: bool,
}

/// One fact that a question may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Position of the fact in the base.
    pub fact: usize,
    /// How likely it answers the question, 0 to 1.
    pub confidence: f32,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// What was found for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// The question, analysed.
    pub analysis: Analysis,
    /// Candidate facts, best first.
    pub candidates: Vec<Candidate>,
    /// Whether the best candidate has the question, or its content, as a phrasing.
    pub literal: bool,
    /// For a yes/no question that is a phrasing of the best candidate, its answer.
    pub polarity: Option<Polarity>,
    /// Whether the question has any word that says what it is about.
    pub has_content: bool,
    /// Whether it has but one such word, and is no phrasing: too little to be sure of anything.
    pub is_thin: bool,
}

impl Matcher {
    /// Prepares a base: trains its index, and takes it up.
    #[must_use]
    pub fn train(base: FactBase, table: Option<WordTable>) -> Self {
        let index = Self::index(&base, table.as_ref());
        Self::with_index(base, index, table)
    }

    /// Trains the index of a base, to be kept for [`Self::with_index`].
    #[must_use]
    pub fn index(base: &FactBase, table: Option<&WordTable>) -> Index {
        let analyzer = Analyzer::new(&base.lexicon, &base.language);
        Index::build(base, &analyzer, table)
    }

    /// Takes a base with the index that was trained on it before.
    #[must_use]
    pub fn with_index(base: FactBase, mut index: Index, table: Option<WordTable>) -> Self {
        let analyzer = Analyzer::new(&base.lexicon, &base.language);
        let lexicon_words = analyzer.known_words().map(|word| (word.to_owned(), 1));
        index.shrink();
        let uses = std::mem::take(&mut index.word_uses).into_iter().chain(lexicon_words);
        let groups = index.profiles.iter().skip(base.facts.len());
        let unanswerable: usize = groups.map(|group| group.phrasings.len()).sum();
        let few_unanswerable = unanswerable < FEW_UNANSWERABLE;
        let speller = Speller::new(uses);
        Self { speller, base: base.trained(), index, analyzer, table, few_unanswerable }
    }

    /// The base, without what only training and analysis needed.
    #[must_use]
    pub fn base(&self) -> &FactBase {
        &self.base
    }

    /// A line on how the index works, for logs.
    #[must_use]
    pub fn describe(&self) -> String {
        self.index.describe()
    }

    /// Analyses a question, with misspelt words mended.
    #[must_use]
    pub fn analyse(&self, question: &str) -> Analysis {
        self.analyzer.analyse(question, &|word| self.mend(word))
    }

    /// Whether a question is listed among those that have no answer.
    #[must_use]
    pub fn is_unanswerable(&self, question: &str) -> bool {
        self.index.exact(question).is_some_and(|hit| hit.fact as usize >= self.base.facts.len())
    }

    fn mend(&self, word: &str) -> Option<String> {
        let known = self.speller.knows(word)
            || self.analyzer.has_class(word)
            || self.table.as_ref().is_some_and(|table| table.get(word).is_some());
        if known { None } else { self.speller.mend(word) }
    }

    /// Looks for the facts that a question may ask for.
    #[must_use]
    pub fn find(&self, question: &str) -> Findings {
        let analysis = self.analyse(question);
        let exact = self.index.exact(question);
        let facts = self.base.facts.len();
        let refused = exact.is_some_and(|hit| hit.fact as usize >= facts);
        let exact = exact.filter(|_| !refused);
        let hit = exact.or_else(|| self.index.same_content(&analysis.tokens).filter(|_| !refused));
        let Scores { classes, refusal } = self.index.score(&analysis.tokens, self.table.as_ref());
        let unanswerable = classes.iter().filter(|class| class.class as usize >= facts);
        let coverage = Coverage::new(&analysis, &self.index.vocabulary, self.table.as_ref());
        let mut refusal = Refusal { score: refusal, ..self.refusal(unanswerable, &coverage) };
        if self.few_unanswerable {
            refusal = refusal.at_least_usual();
        }
        let foreign = coverage.foreign();
        let telling = || analysis.tokens.iter().filter(|token| is_telling(token) && !token.ambient);
        let has_content = hit.is_some() || telling().any(|token| token.kind != TokenKind::Number);
        let ambient = analysis.tokens.iter().any(|token| token.ambient);
        let is_thin = hit.is_none() && telling().count() + usize::from(ambient) <= 1;
        let mut candidates: Vec<Candidate> = classes
            .iter()
            .filter(|class| (class.class as usize) < facts)
            .take(EXAMINED)
            .filter_map(|class| {
                let fact = class.class as usize;
                let profile = self.index.profiles.get(fact)?;
                let fit = coverage.fit(profile);
                let evidence = Evidence {
                    score: class.score,
                    alignment: fit.alignment,
                    kind_alignment: fit.kind_alignment,
                    coverage: fit.coverage,
                    mass: fit.mass,
                    local: fit.local,
                    turned: fit.turned,
                    kind_fits: profile.answers.fits(analysis.kind),
                    refusal,
                    foreign,
                    missing: fit.missing,
                    lacking: fit.lacking,
                    opinion: analysis.opinion,
                };
                Some(Candidate { fact, confidence: 0.0, evidence })
            })
            .collect();
        let best_score = candidates.iter().map(|candidate| candidate.evidence.score).fold(0.0, f32::max);
        let rank = |candidate: &Candidate| candidate.evidence.rank(best_score);
        candidates.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then(a.fact.cmp(&b.fact)));
        for candidate in &mut candidates {
            candidate.confidence = if refused { 0.0 } else { candidate.evidence.confidence() };
        }
        if let Some(hit) = hit {
            let confidence = if exact.is_some() { EXACT_CONFIDENCE } else { SAME_CONTENT_CONFIDENCE };
            let fact = hit.fact as usize;
            let evidence = candidates
                .iter()
                .find(|candidate| candidate.fact == fact)
                .map(|candidate| candidate.evidence);
            candidates.retain(|candidate| candidate.fact != fact);
            candidates.insert(0, Candidate { fact, confidence, evidence: evidence.unwrap_or_default() });
        }
        // Confidence falls with rank, so that readers can trust the order.
        let mut ceiling = 1.0f32;
        for candidate in &mut candidates {
            candidate.confidence = candidate.confidence.min(ceiling);
            ceiling = candidate.confidence;
        }
        Findings {
            literal: hit.is_some(),
            // "Which river is on the border" has the content of "is the river on the border", and is no
            // question for a yes.
            polarity: hit.filter(|_| exact.is_some() || analysis.polar).and_then(|hit| hit.polarity),
            analysis,
            candidates,
            has_content,
            is_thin,
        }
    }

    /// How much a question is like those without an answer, given their groups, the most likely first.
    fn refusal<'a>(
        &self,
        mut groups: impl Iterator<Item = &'a ClassScore>,
        coverage: &Coverage<'_>,
    ) -> Refusal {
        let mut refusal = Refusal::default();
        let group = groups.next();
        refusal.group = group.map_or(0.0, |group| group.score);
        for group in group.into_iter().chain(groups).take(UNANSWERABLE_EXAMINED) {
            let Some(profile) = self.index.profiles.get(group.class as usize) else { continue };
            let fit = coverage.fit(profile);
            refusal.alignment = refusal.alignment.max(fit.alignment);
            refusal.kind_alignment = refusal.kind_alignment.max(fit.kind_alignment);
        }
        refusal
    }

    /// For each telling word of a question, by its concept, whether a fact accounts for it.
    #[must_use]
    pub fn accounted(&self, analysis: &Analysis, fact: usize) -> Vec<(String, bool)> {
        let coverage = Coverage::new(analysis, &self.index.vocabulary, self.table.as_ref());
        let Some(profile) = self.index.profiles.get(fact) else { return Vec::new() };
        let unmatched = coverage.unmatched(profile);
        coverage
            .concepts()
            .map(str::to_owned)
            .zip(unmatched.into_iter().map(|unmatched| !unmatched))
            .collect()
    }
}
