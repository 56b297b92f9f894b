//! What is prepared once from a fact base, and written down: trained scorer, vocabulary, profiles.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::analysis::{Analysis, Analyzer, Token, TokenKind};
use super::classifier::{Blend, ClassScore, Classifier, Features, Sample, Scores};
use super::exact::{ExactBuilder, ExactHit, ExactTable, concept_key, content_key, text_key};
use super::features::{Feature, concept_features, piece_features, word_features};
use super::inverted::InvertedIndex;
use super::parallel;
use super::profile::{AnswerKinds, FactProfile, Manner, PhrasingProfile, Roles, is_telling};
use super::vocabulary::{Vocabulary, VocabularyBuilder, count, normalise};
use super::words::WordTable;
use crate::knowledge::{Fact, FactBase, Moment, Polarity};

/// Changes whenever an index of an older version would be read wrongly.
pub const INDEX_VERSION: u32 = 5;
/// Bases with more training phrasings are searched, not trained.
const MAX_TRAINED: usize = 40_000;
/// Training takes several expansions of one pattern only while all together stay below this.
const EXPANSIONS_WHILE_BELOW: usize = 8_000;
/// At most that many expansions of one pattern are trained on.
const MAX_EXPANSIONS_TRAINED: usize = 4;
/// As many facts are analysed before they are counted.
const ANALYSED_TOGETHER: usize = 1_024;
/// A search of a large base looks at that many postings, the most telling first.
const MAX_POSTINGS_SEARCHED: usize = 200_000;
/// A search returns that many facts.
const SEARCHED_FACTS: usize = 16;

/// Everything that matching needs beside the base itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Index {
    /// The concepts of the base.
    pub vocabulary: Vocabulary,
    /// One profile a fact, in their order, then one a group of unanswerable questions.
    pub profiles: Vec<FactProfile>,
    /// Folded phrasings by hash.
    exact: ExactTable,
    /// Phrasings by the hash of their content, function words left out.
    content: ExactTable,
    scorer: Scorer,
    /// The words of the base with how often each is used, for spelling repair.
    pub word_uses: Vec<(String, u32)>,
}

/// How candidates are found and scored.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Scorer {
    Trained(Box<Classifier>),
    /// For bases too large to train: the nearest phrasings by their concepts.
    Search {
        phrasings: InvertedIndex,
        owners: Vec<u32>,
    },
}

impl Index {
    /// Prepares a base.
    #[must_use]
    pub fn build(base: &FactBase, analyzer: &Analyzer, table: Option<&WordTable>) -> Self {
        let mut builder = Builder::default();
        let facts: Vec<(usize, &Fact)> = base.facts.iter().enumerate().collect();
        // In parts, since the analyses of a large base would fill the memory.
        for part in facts.chunks(ANALYSED_TOGETHER) {
            let analyses = parallel::map(part, |(_, fact)| FactAnalyses::new(fact, base, analyzer));
            for (&(position, fact), analyses) in part.iter().zip(analyses) {
                builder.add_fact(position, fact, analyses);
            }
        }
        for (offset, group) in base.unanswerable.iter().enumerate() {
            let analyses = parallel::map(&group.questions, |question| analyzer.analyse(question, &|_| None));
            builder.add_unanswerable(base.facts.len() + offset, &group.questions, analyses);
        }
        let Builder { vocabulary, texts, word_uses, exact, content, samples } = builder;
        let (exact, content) = (exact.finish(), content.finish());
        let (vocabulary, numbers) = vocabulary.finish(base.facts.len(), table);
        let profiles: Vec<FactProfile> =
            texts.into_iter().map(|text| text.profile(&vocabulary, &numbers)).collect();
        let scorer = train(profiles.len(), base.facts.len(), table, samples);
        let mut word_uses: Vec<(String, u32)> = word_uses.into_iter().collect();
        word_uses.sort_unstable();
        Self { vocabulary, profiles, exact, content, scorer, word_uses }
    }

    /// Gives back memory that is not used: what was read from bytes may have room for twice as much.
    pub fn shrink(&mut self) {
        self.vocabulary.shrink();
        self.exact.shrink();
        self.content.shrink();
        if let Scorer::Trained(classifier) = &mut self.scorer {
            classifier.shrink();
        }
    }

    /// The fact that has this very phrasing, up to case, accents and punctuation.
    #[must_use]
    pub fn exact(&self, question: &str) -> Option<ExactHit> {
        self.exact.get(text_key(question))
    }

    /// The fact that has a phrasing with the same words, up to synonyms and spelling; else the one that has a
    /// phrasing with the same content in the same order. The subjects of every
    /// question need not be named: "how long is the border" is enough.
    #[must_use]
    pub fn same_content(&self, tokens: &[Token]) -> Option<ExactHit> {
        let same_words = self.content.get(concept_key(tokens));
        same_words.or_else(|| self.content.get(content_key(tokens, true)?))
    }

    /// Candidate classes, best first: positions of facts, then of groups of unanswerable questions.
    #[must_use]
    pub fn score(&self, tokens: &[Token], table: Option<&WordTable>) -> Scores {
        match &self.scorer {
            Scorer::Trained(classifier) => classifier.score(&features(tokens, table)),
            Scorer::Search { phrasings, owners } => {
                Scores { classes: search(phrasings, owners, tokens), refusal: 0.0 }
            }
        }
    }

    /// A line on how the index works, for logs.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.scorer {
            Scorer::Trained(classifier) => format!(
                "{} facts and groups, {} concepts, trained on {} phrasings",
                self.profiles.len(),
                self.vocabulary.len(),
                classifier.samples()
            ),
            Scorer::Search { owners, .. } => format!(
                "{} facts, {} concepts, {} phrasings searched",
                self.profiles.len(),
                self.vocabulary.len(),
                owners.len()
            ),
        }
    }
}

/// The features of a text for the trained scorer.
#[must_use]
pub fn features(tokens: &[Token], table: Option<&WordTable>) -> Features {
    let mut vector = vec![0.0; table.map_or(0, WordTable::dimensions)];
    if let Some(table) = table {
        for token in tokens.iter().filter(|token| token.kind != TokenKind::Filler) {
            for row in token.surface.split(' ').filter_map(|word| table.get(word)) {
                row.add_to(&mut vector, row.weight());
            }
        }
        normalise(&mut vector);
    }
    Features { words: word_features(tokens), pieces: piece_features(tokens), vector }
}

/// What is gathered in one pass over the facts. Concepts have the vocabulary's provisional numbers.
#[derive(Default)]
struct Builder {
    vocabulary: VocabularyBuilder,
    texts: Vec<FactText>,
    word_uses: HashMap<String, u32>,
    exact: ExactBuilder,
    content: ExactBuilder,
    samples: Samples,
}

/// A fact's concepts before the vocabulary is complete.
#[derive(Default)]
struct FactText {
    asked: Vec<u32>,
    told: Vec<u32>,
    /// The concepts of its date, which need not be in the vocabulary.
    dated: Vec<String>,
    premises: Vec<u32>,
    phrasings: Vec<PhrasingProfile>,
    answers: AnswerKinds,
}

/// A phrasing before it is known whether it is trained on.
struct RawSample {
    class: u32,
    pattern: u32,
    tokens: Vec<Token>,
}

/// The texts of a fact, analysed.
struct FactAnalyses {
    phrasings: Vec<Analysis>,
    /// What it tells, and whether that is an answer.
    told: Vec<(Analysis, bool)>,
}

impl FactAnalyses {
    fn new(fact: &Fact, base: &FactBase, analyzer: &Analyzer) -> Self {
        let analyse = |text: &str| analyzer.analyse(text, &|_| None);
        let section = base.section_of(fact).map(|section| section.title.as_str());
        let answers = fact.variants.values().map(String::as_str).chain([fact.answer.as_str()]);
        let others = fact.event.as_deref().into_iter().chain(section);
        let told = answers.map(|told| (told, true)).chain(others.map(|told| (told, false)));
        Self {
            phrasings: fact.phrasings.iter().map(|phrasing| analyse(&phrasing.text)).collect(),
            told: told.map(|(told, answer)| (analyse(told), answer)).collect(),
        }
    }
}

impl Builder {
    fn add_fact(&mut self, position: usize, fact: &Fact, analyses: FactAnalyses) {
        let class = u32::try_from(position).unwrap_or(u32::MAX);
        let mut text = FactText::default();
        let mut trained: HashSet<Vec<u32>> = HashSet::new();
        for (phrasing, analysis) in fact.phrasings.iter().zip(analyses.phrasings) {
            let hit = ExactHit { fact: class, polarity: phrasing.polarity };
            self.exact.insert(text_key(&phrasing.text), hit);
            self.content.insert(concept_key(&analysis.tokens), hit);
            for key in [content_key(&analysis.tokens, true), content_key(&analysis.tokens, false)]
                .into_iter()
                .flatten()
            {
                self.content.insert(key, hit);
            }
            self.count(position, &analysis.tokens);
            let concepts = self.concepts(&analysis.tokens);
            text.add_phrasing(&analysis, &concepts, phrasing.polarity == Some(Polarity::No));
            if trained.insert(concepts) {
                self.samples.push(RawSample { class, pattern: phrasing.pattern, tokens: analysis.tokens });
            }
        }
        for (Analysis { tokens, .. }, answer) in analyses.told {
            self.count(position, &tokens);
            text.told.extend(self.concepts(&tokens));
            if answer {
                text.answers.add(&tokens);
            }
        }
        if let Some(date) = fact.date {
            for moment in std::iter::once(date.from).chain(date.to) {
                text.dated.extend(moment_concepts(moment));
            }
        }
        self.texts.push(text.packed());
    }

    /// Adds a group of unanswerable questions as a class of its own.
    fn add_unanswerable(&mut self, position: usize, questions: &[String], analyses: Vec<Analysis>) {
        let class = u32::try_from(position).unwrap_or(u32::MAX);
        let mut text = FactText::default();
        for ((question, analysis), pattern) in questions.iter().zip(analyses).zip(0..) {
            // Known to have no answer: literally the same question is refused, whatever resembles it.
            let hit = ExactHit { fact: class, polarity: None };
            self.exact.insert(text_key(question), hit);
            self.vocabulary.mention(&analysis.tokens);
            self.count_words(&analysis.tokens);
            text.add_phrasing(&analysis, &self.concepts(&analysis.tokens), false);
            self.samples.push(RawSample { class, pattern, tokens: analysis.tokens });
        }
        self.texts.push(text.packed());
    }

    fn count(&mut self, position: usize, tokens: &[Token]) {
        self.count_words(tokens);
        self.vocabulary.add(position, tokens);
    }

    fn count_words(&mut self, tokens: &[Token]) {
        for word in tokens.iter().flat_map(|token| token.surface.split(' ')) {
            count(&mut self.word_uses, word);
        }
    }

    /// The concepts of tokens that were counted, one for each.
    fn concepts(&self, tokens: &[Token]) -> Vec<u32> {
        tokens.iter().filter_map(|token| self.vocabulary.get(&token.concept)).collect()
    }
}

impl FactText {
    /// Adds a phrasing, given the concept of each of its tokens.
    fn add_phrasing(&mut self, analysis: &Analysis, concepts: &[u32], wrong: bool) {
        let set = if wrong { &mut self.premises } else { &mut self.asked };
        set.extend(concepts);
        let telling = analysis.tokens.iter().zip(concepts).filter(|(token, _)| is_telling(token));
        let phrasing = PhrasingProfile {
            concepts: sorted(telling.map(|(_, &concept)| concept)),
            manner: Manner { kind: analysis.kind, roles: Roles::of(&analysis.tokens), wrong },
        };
        if !self.phrasings.contains(&phrasing) {
            self.phrasings.push(phrasing);
        }
    }

    /// The same without repetitions, in as little space as it needs.
    fn packed(self) -> Self {
        let Self { asked, told, premises, mut phrasings, .. } = self;
        phrasings.shrink_to_fit();
        Self { asked: sorted(asked), told: sorted(told), premises: sorted(premises), phrasings, ..self }
    }

    /// The profile, given the vocabulary's number for each provisional one.
    fn profile(self, vocabulary: &Vocabulary, numbers: &[u32]) -> FactProfile {
        let renumbered = |concepts: &[u32]| {
            sorted(concepts.iter().filter_map(|&concept| numbers.get(concept as usize).copied()))
        };
        let dated = self.dated.iter().filter_map(|concept| vocabulary.get(concept));
        let told = sorted(renumbered(&self.told).into_iter().chain(dated));
        let concepts = sorted(renumbered(&self.asked).into_iter().chain(told.iter().copied()));
        let mut premises = renumbered(&self.premises);
        premises.retain(|concept| concepts.binary_search(concept).is_err());
        let phrasings = self.phrasings.into_iter();
        let phrasings = phrasings
            .map(|phrasing| PhrasingProfile { concepts: renumbered(&phrasing.concepts), ..phrasing })
            .collect();
        FactProfile { concepts, told, premises, phrasings, answers: self.answers }
    }
}

/// Numbers in order, each once, in as little space as they need.
fn sorted(numbers: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = numbers.into_iter().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.shrink_to_fit();
    numbers
}

/// The tokens that a date is made of.
fn moment_concepts(moment: Moment) -> Vec<String> {
    let mut concepts = vec![match moment {
        Moment::Decade(year) => format!("{year}s"),
        _ => moment.year().to_string(),
    }];
    if let Moment::Month(_, month) | Moment::Day(_, month, _) = moment {
        concepts.push(format!("month {month}"));
    }
    if let Moment::Day(.., day) = moment {
        concepts.push(day.to_string());
    }
    concepts
}

/// The phrasings to train on, or where they are too many, what a search needs of them.
#[derive(Default)]
struct Samples {
    raw: Vec<RawSample>,
    /// The class and the pattern of the latest.
    latest: Option<(u32, u32)>,
    patterns: usize,
    /// The features of the first expansion of each pattern, and its class; only where they are too many.
    texts: Vec<Vec<Feature>>,
    owners: Vec<u32>,
}

impl Samples {
    fn push(&mut self, sample: RawSample) {
        let key = Some((sample.class, sample.pattern));
        let first = self.latest != key;
        self.latest = key;
        self.patterns += usize::from(first);
        if !self.are_many() {
            self.raw.push(sample);
            return;
        }
        // Tokens are large: a base of a million phrasings has no room for all of them.
        keep_expansions(&mut self.raw, 1);
        let firsts = std::mem::take(&mut self.raw).into_iter().chain(first.then_some(sample));
        for sample in firsts {
            self.texts.push(concept_features(&sample.tokens));
            self.owners.push(sample.class);
        }
    }

    /// Whether there are too many to train, however few expansions of each pattern are taken.
    fn are_many(&self) -> bool {
        self.patterns > MAX_TRAINED
    }
}

fn train(classes: usize, facts: usize, table: Option<&WordTable>, mut samples: Samples) -> Scorer {
    if samples.are_many() {
        let answerable = samples.owners.partition_point(|&owner| (owner as usize) < facts);
        samples.texts.truncate(answerable);
        samples.owners.truncate(answerable);
        return Scorer::Search { phrasings: InvertedIndex::build(&samples.texts), owners: samples.owners };
    }
    let mut samples = samples.raw;
    keep_varied(&mut samples);
    let sample = |raw: &RawSample| Sample { class: raw.class, features: features(&raw.tokens, table) };
    let samples: Vec<Sample> = parallel::map(&samples, sample);
    let blend = Blend::new(table.is_some(), samples.len() / classes.max(1));
    Scorer::Trained(Box::new(Classifier::train(&samples, classes, facts, blend)))
}

/// Keeps as many expansions of each pattern as the size of training allows: those of one pattern are
/// much alike.
fn keep_varied(samples: &mut Vec<RawSample>) {
    let ordinals = ordinals(samples);
    let kept = |most: usize| ordinals.iter().filter(|&&ordinal| ordinal <= most).count();
    let most =
        (2..=MAX_EXPANSIONS_TRAINED).rev().find(|&most| kept(most) <= EXPANSIONS_WHILE_BELOW).unwrap_or(1);
    keep_expansions(samples, most);
}

/// Keeps that many expansions of each pattern.
fn keep_expansions(samples: &mut Vec<RawSample>, most: usize) {
    let mut ordinals = ordinals(samples).into_iter();
    samples.retain(|_| ordinals.next().is_some_and(|ordinal| ordinal <= most));
}

/// For each sample, which expansion of its pattern it is, from 1.
fn ordinals(samples: &[RawSample]) -> Vec<usize> {
    let mut previous = None;
    let mut count = 0;
    samples
        .iter()
        .map(|sample| {
            let key = Some((sample.class, sample.pattern));
            count = if previous == key { count + 1 } else { 1 };
            previous = key;
            count
        })
        .collect()
}

/// The facts of the phrasings with the highest cosine, by concepts alone.
fn search(phrasings: &InvertedIndex, owners: &[u32], tokens: &[Token]) -> Vec<ClassScore> {
    let mut vector = phrasings.vector(&concept_features(tokens));
    vector.sort_by_key(|&(number, _)| phrasings.frequency(number));
    // Every posting adds to a score, so that a score of 0 means a document not met before.
    let mut scores = vec![0.0f32; owners.len()];
    let mut met: Vec<u32> = Vec::new();
    let mut looked_at = 0;
    for (number, weight) in vector {
        looked_at += phrasings.frequency(number);
        if looked_at > MAX_POSTINGS_SEARCHED && !met.is_empty() {
            break;
        }
        for (document, posted) in phrasings.postings(number).take(MAX_POSTINGS_SEARCHED) {
            if let Some(score) = scores.get_mut(document as usize) {
                if *score == 0.0 {
                    met.push(document);
                }
                *score += weight * posted;
            }
        }
    }
    // Phrasings stand in the order of their facts.
    let facts = owners.last().map_or(0, |&last| last as usize + 1);
    let mut best = vec![0.0f32; facts];
    let mut found: Vec<u32> = Vec::new();
    for document in met {
        let (Some(&owner), Some(&score)) = (owners.get(document as usize), scores.get(document as usize))
        else {
            continue;
        };
        if let Some(best) = best.get_mut(owner as usize) {
            if *best == 0.0 {
                found.push(owner);
            }
            *best = best.max(score);
        }
    }
    let mut found: Vec<ClassScore> = found
        .into_iter()
        .filter_map(|class| Some(ClassScore { class, score: *best.get(class as usize)? }))
        .collect();
    let order = |a: &ClassScore, b: &ClassScore| b.score.total_cmp(&a.score).then(a.class.cmp(&b.class));
    if found.len() > SEARCHED_FACTS {
        found.select_nth_unstable_by(SEARCHED_FACTS - 1, order);
        found.truncate(SEARCHED_FACTS);
    }
    found.sort_by(order);
    found
}
