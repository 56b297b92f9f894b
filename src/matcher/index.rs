//! What is prepared once from a fact base, and written down: trained scorer, vocabulary, profiles.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::analysis::{Analysis, Analyzer, Token, TokenKind};
use super::classifier::{Blend, ClassScore, Classifier, Features, Sample};
use super::features::{Feature, concept_features, piece_features, word_features};
use super::inverted::InvertedIndex;
use super::text::fold_words;
use super::vocabulary::{Vocabulary, VocabularyBuilder, normalise};
use super::words::WordTable;
use crate::knowledge::{Fact, FactBase, Moment, Polarity};

/// Changes whenever an index of an older version would be read wrongly.
pub const INDEX_VERSION: u32 = 1;
/// Bases with more training phrasings are searched, not trained.
const MAX_TRAINED: usize = 20_000;
/// Training takes several expansions of one pattern only while all together stay below this.
const EXPANSIONS_WHILE_BELOW: usize = 6_000;
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
    /// One profile a fact, in their order.
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
    /// The concepts of its phrasings, answer, event and section, sorted.
    pub concepts: Vec<u32>,
    /// The telling concepts of each phrasing, sorted; no two lists are equal.
    pub phrasings: Vec<Vec<u32>>,
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
        let Builder { vocabulary, texts, word_uses, exact, content, samples } = builder;
        let vocabulary = vocabulary.finish(base.facts.len(), table);
        let profiles = texts
            .into_iter()
            .map(|text| profile(&text, &vocabulary))
            .collect();
        let scorer = train(base, analyzer, table, samples);
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

    /// The fact that has a phrasing with the same content in the same order.
    #[must_use]
    pub fn same_content(&self, tokens: &[Token]) -> Option<ExactHit> {
        self.content.get(content_key(tokens)?)
    }

    /// Candidate classes, best first. The class behind the last fact stands for "not answered".
    #[must_use]
    pub fn score(&self, tokens: &[Token], table: Option<&WordTable>) -> Vec<ClassScore> {
        match &self.scorer {
            Scorer::Trained(classifier) => classifier.score(&features(tokens, table)),
            Scorer::Search { phrasings, owners } => search(phrasings, owners, tokens),
        }
    }

    /// A line on how the index works, for logs.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.scorer {
            Scorer::Trained(classifier) => format!(
                "{} facts, {} concepts, trained on {} landmarks",
                self.profiles.len(),
                self.vocabulary.len(),
                classifier.landmarks()
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
    Features {
        words: word_features(tokens),
        pieces: piece_features(tokens),
        vector,
    }
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
    concepts: HashSet<String>,
    phrasings: Vec<Vec<String>>,
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
        let mut seen: HashSet<Vec<String>> = HashSet::new();
        let mut trained: HashSet<Vec<String>> = HashSet::new();
        for phrasing in &fact.phrasings {
            let Analysis { tokens, .. } = analyzer.analyse(&phrasing.text, &|_| None);
            let hit = ExactHit { fact: class, polarity: phrasing.polarity };
            self.exact.insert(xxh3_64(fold_words(&phrasing.text).as_bytes()), hit);
            if let Some(key) = content_key(&tokens) {
                self.content.insert(key, hit);
            }
            self.count_words(&tokens);
            self.vocabulary.add(position, &tokens);
            text.add(&tokens);
            let telling: Vec<String> = tokens.iter().filter(|token| is_telling(token)).map(|token| token.concept.clone()).collect();
            if seen.insert(telling.clone()) {
                text.phrasings.push(telling);
            }
            let sequence: Vec<String> = tokens.iter().map(|token| token.concept.clone()).collect();
            if trained.insert(sequence) {
                self.samples.push(RawSample { class, pattern: phrasing.pattern, tokens });
            }
        }
        let section = base.section_of(fact).map(|section| section.title.as_str());
        let texts = fact.variants.values().map(String::as_str);
        for other in texts.chain([fact.answer.as_str()]).chain(fact.event.as_deref()).chain(section) {
            let Analysis { tokens, .. } = analyzer.analyse(other, &|_| None);
            self.count_words(&tokens);
            self.vocabulary.add(position, &tokens);
            text.add(&tokens);
        }
        if let Some(date) = fact.date {
            for moment in std::iter::once(date.from).chain(date.to) {
                text.concepts.extend(moment_concepts(moment));
            }
        }
        self.texts.push(text);
    }

    fn count_words(&mut self, tokens: &[Token]) {
        for word in tokens.iter().flat_map(|token| token.surface.split(' ')) {
            *self.word_uses.entry(word.to_owned()).or_default() += 1;
        }
    }
}

impl FactText {
    fn add(&mut self, tokens: &[Token]) {
        self.concepts.extend(tokens.iter().map(|token| token.concept.clone()));
    }
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
    FactProfile {
        concepts: numbers(&mut text.concepts.iter()),
        phrasings: text.phrasings.iter().map(|phrasing| numbers(&mut phrasing.iter())).collect(),
    }
}

/// Whether a token says something about what is asked.
#[must_use]
pub fn is_telling(token: &Token) -> bool {
    !matches!(token.kind, TokenKind::Stop | TokenKind::Filler)
}

/// A hash of a text's telling tokens and negations, in order; none where there are fewer than two.
fn content_key(tokens: &[Token]) -> Option<u64> {
    const NEGATIONS: [&str; 5] = ["not", "never", "no", "without", "cannot"];
    let mut key = String::new();
    let mut count = 0;
    for token in tokens {
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

fn train(
    base: &FactBase,
    analyzer: &Analyzer,
    table: Option<&WordTable>,
    mut samples: Vec<RawSample>,
) -> Scorer {
    let none = u32::try_from(base.facts.len()).unwrap_or(u32::MAX);
    for (pattern, question) in base.unanswerable.iter().flat_map(|group| &group.questions).enumerate() {
        samples.push(RawSample {
            class: none,
            pattern: u32::try_from(pattern).unwrap_or(u32::MAX),
            tokens: analyzer.analyse(question, &|_| None).tokens,
        });
    }
    keep_varied(&mut samples);
    if samples.len() > MAX_TRAINED {
        samples.retain(|sample| sample.class != none);
        let texts: Vec<Vec<Feature>> = samples.iter().map(|sample| concept_features(&sample.tokens)).collect();
        let all: Vec<usize> = (0..texts.len()).collect();
        return Scorer::Search {
            phrasings: InvertedIndex::build(&texts, &all),
            owners: samples.iter().map(|sample| sample.class).collect(),
        };
    }
    let samples: Vec<Sample> = samples
        .iter()
        .map(|sample| Sample { class: sample.class, features: features(&sample.tokens, table) })
        .collect();
    let blend = Blend::with_table(table.is_some());
    Scorer::Trained(Box::new(Classifier::train(&samples, base.facts.len() + 1, blend)))
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
    let most = (2..=MAX_EXPANSIONS_TRAINED)
        .rev()
        .find(|&most| kept(most) <= EXPANSIONS_WHILE_BELOW)
        .unwrap_or(1);
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
    let mut found: Vec<ClassScore> = best
        .into_iter()
        .map(|(class, score)| ClassScore { class, score, nearest: score })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.class.cmp(&b.class)));
    found.truncate(SEARCHED_FACTS);
    found
}
