//! What is prepared once from a fact base, and written down: trained scorer, vocabulary, profiles.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::analysis::{Analysis, Analyzer, Token, TokenKind};
use super::classifier::{Blend, ClassScore, Classifier, Features, Sample, Scores};
use super::features::{Feature, concept_features, piece_features, word_features};
use super::inverted::InvertedIndex;
use super::text::fold_words;
use super::vocabulary::{Vocabulary, VocabularyBuilder, normalise};
use super::words::WordTable;
use crate::knowledge::{Fact, FactBase, Moment, Polarity, QuestionKind};

/// Changes whenever an index of an older version would be read wrongly.
pub const INDEX_VERSION: u32 = 1;
/// Bases with more training phrasings are searched, not trained.
const MAX_TRAINED: usize = 20_000;
/// Training takes several expansions of one pattern only while all together stay below this.
const EXPANSIONS_WHILE_BELOW: usize = 8_000;
/// At most that many expansions of one pattern are trained on.
const MAX_EXPANSIONS_TRAINED: usize = 4;
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

/// What a fact accounts for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FactProfile {
    /// The concepts of its phrasings, answer, event, date and section, sorted; those that only its
    /// wrong premises have are left out.
    pub concepts: Vec<u32>,
    /// The concepts of its answer, event, date and section, sorted.
    pub told: Vec<u32>,
    /// The concepts that only its wrong premises have, sorted.
    pub premises: Vec<u32>,
    /// Its phrasings, no two alike.
    pub phrasings: Vec<PhrasingProfile>,
    /// Which kinds of question its answer has something for.
    pub answers: AnswerKinds,
}

/// What an answer holds that a kind of question may ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerKinds {
    /// A year, a month or a date.
    pub time: bool,
    /// A number.
    pub number: bool,
}

impl AnswerKinds {
    /// Whether the answer may be one to that kind of question.
    #[must_use]
    pub fn fits(self, kind: Option<QuestionKind>) -> bool {
        match kind {
            Some(QuestionKind::When) => self.time,
            Some(QuestionKind::HowMany) => self.number || self.time,
            _ => true,
        }
    }
}

/// What a phrasing asks for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PhrasingProfile {
    /// Its telling concepts, sorted.
    pub concepts: Vec<u32>,
    /// What kind of answer it asks for.
    pub kind: Option<QuestionKind>,
    /// How it names the two subjects of every question.
    pub roles: Option<Roles>,
    /// Whether its premise is wrong.
    pub wrong: bool,
}

/// How a text names the first two different subjects of every question: who does something to whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Roles {
    first: String,
    first_adjective: bool,
    second: String,
    second_adjective: bool,
}

impl Roles {
    /// The roles in a text, where it names two ambient names.
    #[must_use]
    pub fn of(tokens: &[Token]) -> Option<Self> {
        let mut names = tokens.iter().filter(|token| token.ambient);
        let first = names.next()?;
        let second = names.find(|token| token.concept != first.concept)?;
        Some(Self {
            first: first.concept.clone(),
            first_adjective: first.adjective,
            second: second.concept.clone(),
            second_adjective: second.adjective,
        })
    }

    /// Whether the other text has the two the other way round. "Azerbaijani consulates in Turkey" and
    /// "in Turkey, Azerbaijani consulates" are alike, "Turkish consulates in Azerbaijan" is turned; where
    /// both names stand in the same form, their order decides.
    #[must_use]
    pub fn turned(&self, other: &Self) -> bool {
        match (self.noun(), other.noun()) {
            (Some(ours), Some(theirs)) => ours != theirs,
            (None, None) => self.first != other.first,
            _ => false,
        }
    }

    /// The one that stands as a noun, where the other stands as an adjective.
    fn noun(&self) -> Option<&str> {
        match (self.first_adjective, self.second_adjective) {
            (true, false) => Some(&self.second),
            (false, true) => Some(&self.first),
            _ => None,
        }
    }
}

/// A fact that a question asks for literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactHit {
    /// Position of the fact.
    pub fact: u32,
    /// For a yes/no question, the answer.
    pub polarity: Option<Polarity>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct ExactTable(Vec<(u64, ExactHit)>);

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
        for (position, fact) in base.facts.iter().enumerate() {
            builder.add_fact(position, fact, base, analyzer);
        }
        for (offset, group) in base.unanswerable.iter().enumerate() {
            builder.add_unanswerable(base.facts.len() + offset, &group.questions, analyzer);
        }
        let Builder { vocabulary, texts, word_uses, exact, content, samples } = builder;
        let vocabulary = vocabulary.finish(base.facts.len(), table);
        let profiles: Vec<FactProfile> = texts.iter().map(|text| profile(text, &vocabulary)).collect();
        let scorer = train(profiles.len(), base.facts.len(), table, samples);
        Self {
            vocabulary,
            profiles,
            exact: exact.finish(),
            content: content.finish(),
            scorer,
            word_uses: word_uses.into_iter().collect(),
        }
    }

    /// The fact that has this very phrasing, up to case, accents and punctuation.
    #[must_use]
    pub fn exact(&self, question: &str) -> Option<ExactHit> {
        self.exact.get(xxh3_64(fold_words(question).as_bytes()))
    }

    /// The fact that has a phrasing with the same content in the same order. The subjects of every
    /// question need not be named: "how long is the border" is enough.
    #[must_use]
    pub fn same_content(&self, tokens: &[Token]) -> Option<ExactHit> {
        self.content.get(content_key(tokens, true)?)
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

/// What is gathered in one pass over the facts.
#[derive(Default)]
struct Builder {
    vocabulary: VocabularyBuilder,
    texts: Vec<FactText>,
    word_uses: BTreeMap<String, u32>,
    exact: ExactBuilder,
    content: ExactBuilder,
    samples: Vec<RawSample>,
}

/// A fact's concepts before they have numbers.
#[derive(Default)]
struct FactText {
    asked: HashSet<String>,
    told: HashSet<String>,
    premises: HashSet<String>,
    phrasings: Vec<PhrasingText>,
    answers: AnswerKinds,
}

/// A phrasing's concepts before they have numbers.
#[derive(Clone, PartialEq, Eq, Hash)]
struct PhrasingText {
    concepts: Vec<String>,
    kind: Option<QuestionKind>,
    roles: Option<Roles>,
    wrong: bool,
}

impl PhrasingText {
    fn new(analysis: &Analysis, wrong: bool) -> Self {
        let concepts = analysis.tokens.iter().filter(|token| is_telling(token));
        Self {
            concepts: concepts.map(|token| token.concept.clone()).collect(),
            kind: analysis.kind,
            roles: Roles::of(&analysis.tokens),
            wrong,
        }
    }
}

/// A phrasing before it is known whether it is trained on.
struct RawSample {
    class: u32,
    pattern: u32,
    tokens: Vec<Token>,
}

impl Builder {
    fn add_fact(&mut self, position: usize, fact: &Fact, base: &FactBase, analyzer: &Analyzer) {
        let class = u32::try_from(position).unwrap_or(u32::MAX);
        let mut text = FactText::default();
        let mut trained: HashSet<Vec<String>> = HashSet::new();
        for phrasing in &fact.phrasings {
            let analysis = analyzer.analyse(&phrasing.text, &|_| None);
            let hit = ExactHit { fact: class, polarity: phrasing.polarity };
            self.exact.insert(xxh3_64(fold_words(&phrasing.text).as_bytes()), hit);
            for key in [content_key(&analysis.tokens, true), content_key(&analysis.tokens, false)]
                .into_iter()
                .flatten()
            {
                self.content.insert(key, hit);
            }
            self.count(position, &analysis.tokens);
            text.add_phrasing(&analysis, phrasing.polarity == Some(Polarity::No));
            if trained.insert(concepts(&analysis.tokens)) {
                self.samples.push(RawSample { class, pattern: phrasing.pattern, tokens: analysis.tokens });
            }
        }
        let section = base.section_of(fact).map(|section| section.title.as_str());
        let answers = fact.variants.values().map(String::as_str).chain([fact.answer.as_str()]);
        for (told, answer) in answers
            .map(|told| (told, true))
            .chain(fact.event.as_deref().into_iter().chain(section).map(|told| (told, false)))
        {
            let Analysis { tokens, .. } = analyzer.analyse(told, &|_| None);
            self.count(position, &tokens);
            text.told.extend(concepts(&tokens));
            if answer {
                text.answers.add(&tokens);
            }
        }
        if let Some(date) = fact.date {
            for moment in std::iter::once(date.from).chain(date.to) {
                text.told.extend(moment_concepts(moment));
            }
        }
        self.texts.push(text);
    }

    /// Adds a group of unanswerable questions as a class of its own.
    fn add_unanswerable(&mut self, position: usize, questions: &[String], analyzer: &Analyzer) {
        let class = u32::try_from(position).unwrap_or(u32::MAX);
        let mut text = FactText::default();
        for (question, pattern) in questions.iter().zip(0..) {
            let analysis = analyzer.analyse(question, &|_| None);
            // Known to have no answer: literally the same question is refused, whatever resembles it.
            let hit = ExactHit { fact: class, polarity: None };
            self.exact.insert(xxh3_64(fold_words(question).as_bytes()), hit);
            self.vocabulary.mention(&analysis.tokens);
            self.count_words(&analysis.tokens);
            text.add_phrasing(&analysis, false);
            self.samples.push(RawSample { class, pattern, tokens: analysis.tokens });
        }
        self.texts.push(text);
    }

    fn count(&mut self, position: usize, tokens: &[Token]) {
        self.count_words(tokens);
        self.vocabulary.add(position, tokens);
    }

    fn count_words(&mut self, tokens: &[Token]) {
        for word in tokens.iter().flat_map(|token| token.surface.split(' ')) {
            *self.word_uses.entry(word.to_owned()).or_default() += 1;
        }
    }
}

impl FactText {
    fn add_phrasing(&mut self, analysis: &Analysis, wrong: bool) {
        let set = if wrong { &mut self.premises } else { &mut self.asked };
        set.extend(concepts(&analysis.tokens));
        let phrasing = PhrasingText::new(analysis, wrong);
        if !self.phrasings.contains(&phrasing) {
            self.phrasings.push(phrasing);
        }
    }
}

impl AnswerKinds {
    fn add(&mut self, tokens: &[Token]) {
        for token in tokens {
            let year = token.concept.len() >= 4 && token.kind == TokenKind::Number;
            self.time |= year || token.kind == TokenKind::Month;
            self.number |=
                token.kind == TokenKind::Number || matches!(token.concept.as_str(), "1" | "2" | "3");
        }
    }
}

fn concepts(tokens: &[Token]) -> Vec<String> {
    tokens.iter().map(|token| token.concept.clone()).collect()
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

fn profile(text: &FactText, vocabulary: &Vocabulary) -> FactProfile {
    let numbers = |concepts: &mut dyn Iterator<Item = &String>| {
        let mut numbers: Vec<u32> = concepts.filter_map(|concept| vocabulary.get(concept)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    let known = |concept: &String| text.asked.contains(concept) || text.told.contains(concept);
    FactProfile {
        concepts: numbers(&mut text.asked.iter().chain(&text.told)),
        told: numbers(&mut text.told.iter()),
        premises: numbers(&mut text.premises.iter().filter(|concept| !known(concept))),
        phrasings: text
            .phrasings
            .iter()
            .map(|phrasing| PhrasingProfile {
                concepts: numbers(&mut phrasing.concepts.iter()),
                kind: phrasing.kind,
                roles: phrasing.roles.clone(),
                wrong: phrasing.wrong,
            })
            .collect(),
        answers: text.answers,
    }
}

/// Whether a token says something about what is asked.
#[must_use]
pub fn is_telling(token: &Token) -> bool {
    !matches!(token.kind, TokenKind::Stop | TokenKind::Filler)
}

/// A hash of a text's telling tokens and negations, in order, with or without the ambient names; none
/// where there are fewer than two.
fn content_key(tokens: &[Token], with_ambient: bool) -> Option<u64> {
    const NEGATIONS: [&str; 5] = ["not", "never", "no", "without", "cannot"];
    let mut key = String::new();
    let mut count = 0;
    for token in tokens {
        if token.ambient && !with_ambient {
            continue;
        }
        if is_telling(token) || NEGATIONS.contains(&token.surface.as_str()) {
            key.push_str(&token.concept);
            key.push_str(if token.adjective { "~ " } else { " " });
            count += 1;
        }
    }
    (count > 1).then(|| xxh3_64(key.as_bytes()))
}

/// Collects hashes, and drops those that stand for two things.
#[derive(Default)]
struct ExactBuilder(HashMap<u64, Option<ExactHit>>);

impl ExactBuilder {
    fn insert(&mut self, key: u64, hit: ExactHit) {
        self.0
            .entry(key)
            .and_modify(|known| {
                *known = match *known {
                    Some(other) if other == hit => Some(hit),
                    Some(other) if other.fact == hit.fact => Some(ExactHit { polarity: None, ..hit }),
                    _ => None,
                }
            })
            .or_insert(Some(hit));
    }

    fn finish(self) -> ExactTable {
        let mut hits: Vec<(u64, ExactHit)> =
            self.0.into_iter().filter_map(|(key, hit)| hit.map(|hit| (key, hit))).collect();
        hits.sort_unstable_by_key(|(key, _)| *key);
        ExactTable(hits)
    }
}

impl ExactTable {
    fn get(&self, key: u64) -> Option<ExactHit> {
        let at = self.0.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.0.get(at).map(|(_, hit)| *hit)
    }
}

fn train(classes: usize, facts: usize, table: Option<&WordTable>, mut samples: Vec<RawSample>) -> Scorer {
    keep_varied(&mut samples);
    if samples.len() > MAX_TRAINED {
        samples.retain(|sample| (sample.class as usize) < facts);
        let texts: Vec<Vec<Feature>> =
            samples.iter().map(|sample| concept_features(&sample.tokens)).collect();
        return Scorer::Search {
            phrasings: InvertedIndex::build(&texts),
            owners: samples.iter().map(|sample| sample.class).collect(),
        };
    }
    let samples: Vec<Sample> = samples
        .iter()
        .map(|sample| Sample { class: sample.class, features: features(&sample.tokens, table) })
        .collect();
    let blend = Blend::with_table(table.is_some());
    Scorer::Trained(Box::new(Classifier::train(&samples, classes, facts, blend)))
}

/// Keeps as many expansions of each pattern as the size of training allows: those of one pattern are
/// much alike.
fn keep_varied(samples: &mut Vec<RawSample>) {
    let mut previous = None;
    let mut count = 0;
    let ordinals: Vec<usize> = samples
        .iter()
        .map(|sample| {
            let key = Some((sample.class, sample.pattern));
            count = if previous == key { count + 1 } else { 1 };
            previous = key;
            count
        })
        .collect();
    let kept = |most: usize| ordinals.iter().filter(|&&ordinal| ordinal <= most).count();
    let most =
        (2..=MAX_EXPANSIONS_TRAINED).rev().find(|&most| kept(most) <= EXPANSIONS_WHILE_BELOW).unwrap_or(1);
    let mut ordinals = ordinals.into_iter();
    samples.retain(|_| ordinals.next().is_some_and(|ordinal| ordinal <= most));
}

/// The facts of the phrasings with the highest cosine, by concepts alone.
fn search(phrasings: &InvertedIndex, owners: &[u32], tokens: &[Token]) -> Vec<ClassScore> {
    let mut vector = phrasings.vector(&concept_features(tokens));
    vector.sort_by_key(|&(number, _)| phrasings.frequency(number));
    let mut scores: HashMap<u32, f32> = HashMap::new();
    let mut looked_at = 0;
    for (number, weight) in vector {
        looked_at += phrasings.frequency(number);
        if looked_at > MAX_POSTINGS_SEARCHED && !scores.is_empty() {
            break;
        }
        for (document, posted) in phrasings.postings(number).take(MAX_POSTINGS_SEARCHED) {
            *scores.entry(document).or_default() += weight * posted;
        }
    }
    let mut best: HashMap<u32, f32> = HashMap::new();
    for (document, score) in scores {
        if let Some(&owner) = owners.get(document as usize) {
            let entry = best.entry(owner).or_default();
            *entry = entry.max(score);
        }
    }
    let mut found: Vec<ClassScore> =
        best.into_iter().map(|(class, score)| ClassScore { class, score }).collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.class.cmp(&b.class)));
    found.truncate(SEARCHED_FACTS);
    found
}
