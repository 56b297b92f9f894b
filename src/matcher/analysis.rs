//! From a text to tokens: rewrites, names, synonym classes, numbers, months, stems.
//!
//! Phrasings and questions go through the same steps, so that what means the same becomes the same
//! token: "Türkiye's frontier" and "the border of Turkey" share `@turkey` and `#border`.

use std::collections::{HashMap, HashSet};

use rust_stemmers::{Algorithm, Stemmer};

use super::profile::is_telling;
use super::text::{self, RawWord};
use crate::knowledge::{Lexicon, QuestionKind};

/// A phrase of the lexicon has at most that many words.
const MAX_PHRASE_WORDS: usize = 8;

/// What a token is, and so how much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word that carries meaning.
    Word,
    /// A function word.
    Stop,
    /// Politeness, or the asker's circumstances.
    Filler,
    /// A number, as digits.
    Number,
    /// The name of a month.
    Month,
    /// A proper name of the lexicon.
    Name,
    /// A kind of detail that a fact has or has not: a price, a successor.
    Detail,
}

/// One unit of meaning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing of the words, and all combine")]
pub struct Token {
    /// The folded words that it stands for, after spelling repair.
    pub surface: String,
    /// What it is compared by: `@name`, `#class`, a number, or a stem.
    pub concept: String,
    /// What it is.
    pub kind: TokenKind,
    /// Whether a name stands as an adjective or in the possessive: "Turkish", "Turkey's".
    pub adjective: bool,
    /// Whether the name is the subject of every question.
    pub ambient: bool,
    /// Whether it stands in the sentence that asks, not in one that only leads up to it.
    pub asking: bool,
    /// Whether it stands with a capital, as names do.
    pub capital: bool,
    /// For one of several that a question gives to choose from, the number of its choice: "six or sixteen".
    pub choice: Option<u8>,
}

/// A text, analysed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysis {
    /// Its tokens, in order.
    pub tokens: Vec<Token>,
    /// Words that were repaired, with what they became.
    pub repairs: Vec<(String, String)>,
    /// What kind of answer it asks for.
    pub kind: Option<QuestionKind>,
    /// Whether it asks for several kinds of answer at once.
    pub several_kinds: bool,
    /// Whether it can be answered by yes or no.
    pub polar: bool,
    /// Whether it asks for an opinion, a prediction or advice.
    pub opinion: bool,
}

/// Mends one unknown word, or leaves it.
pub type Repair<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The lexicon, ready for look-ups.
pub struct Analyzer {
    stemmer: Option<Stemmer>,
    rewrites: PhraseTable<Vec<String>>,
    names: PhraseTable<(String, bool, bool)>,
    /// The concept of each synonym, and whether it is a kind of detail.
    classes: PhraseTable<(String, bool)>,
    /// Words that join what there is to choose from.
    choosing: HashSet<String>,
    stop: HashSet<String>,
    filler: PhraseTable<()>,
    numbers: HashMap<String, u32>,
    months: HashMap<String, u8>,
    polar: PhraseTable<()>,
    opinion_openings: PhraseTable<()>,
    opinions: PhraseTable<()>,
    tags: Vec<Vec<String>>,
    kinds: PhraseTable<QuestionKind>,
}

impl Analyzer {
    /// Prepares the lexicon of a language (an ISO 639-1 code; it decides how words are stemmed).
    #[must_use]
    pub fn new(lexicon: &Lexicon, language: &str) -> Self {
        let stemmer = match language {
            "en" => Some(Stemmer::create(Algorithm::English)),
            "tr" => Some(Stemmer::create(Algorithm::Turkish)),
            _ => None,
        };
        let stem = |word: &str| stem_with(stemmer.as_ref(), word);
        let mut names = PhraseTable::default();
        for name in &lexicon.name {
            let concept = format!("@{}", name.id);
            for alias in &name.aliases {
                names.insert(&words(alias), (concept.clone(), false, name.ambient));
            }
            for adjective in &name.adjectives {
                names.insert(&words(adjective), (concept.clone(), true, name.ambient));
            }
        }
        let mut classes = PhraseTable::default();
        let synonyms = lexicon.synonyms.iter().map(|class| (class, false));
        for ((class, members), detail) in synonyms.chain(lexicon.details.iter().map(|class| (class, true))) {
            let concept = format!("#{class}");
            for member in members.iter().chain(std::iter::once(class)) {
                let stems: Vec<String> = words(member).iter().map(|word| stem(word)).collect();
                classes.insert(&stems, (concept.clone(), detail));
            }
        }
        let mut rewrites = PhraseTable::default();
        for (from, to) in &lexicon.rewrites {
            rewrites.insert(&words(from), words(to));
        }
        let mut kinds = PhraseTable::default();
        for (kind, phrases) in &lexicon.question_words {
            for phrase in phrases {
                kinds.insert(&words(phrase), *kind);
            }
        }
        let phrases = |list: &[String]| {
            let mut table = PhraseTable::default();
            for phrase in list {
                table.insert(&words(phrase), ());
            }
            table
        };
        let folded = |list: &[String]| list.iter().map(|word| text::fold_words(word)).collect();
        Self {
            rewrites,
            names,
            classes,
            choosing: folded(&lexicon.words.choosing),
            stop: folded(&lexicon.words.stop),
            filler: phrases(&lexicon.words.filler),
            numbers: lexicon.numbers.iter().map(|(word, &n)| (text::fold_words(word), n)).collect(),
            months: lexicon.months.iter().map(|(word, &n)| (text::fold_words(word), n)).collect(),
            polar: phrases(&lexicon.words.polar),
            opinion_openings: phrases(&lexicon.words.opinion_openings),
            opinions: phrases(&lexicon.words.opinions),
            tags: lexicon.words.tags.iter().map(|tag| words(tag)).collect(),
            kinds,
            stemmer,
        }
    }

    /// Every word that the lexicon knows by itself or within a phrase, for spelling repair.
    pub fn known_words(&self) -> impl Iterator<Item = &str> {
        let phrases = self
            .rewrites
            .words()
            .chain(self.names.words())
            .chain(self.kinds.words())
            .chain(self.filler.words())
            .chain(self.polar.words())
            .chain(self.tags.iter().flatten().map(String::as_str));
        let maps = self.numbers.keys().chain(self.months.keys());
        phrases.chain(self.stop.iter().chain(maps).map(String::as_str))
    }

    /// The stem of a folded word.
    #[must_use]
    pub fn stem(&self, word: &str) -> String {
        stem_with(self.stemmer.as_ref(), word)
    }

    /// Whether the word is one of a synonym class by its stem.
    #[must_use]
    pub fn has_class(&self, word: &str) -> bool {
        self.classes.has_word(&self.stem(word))
    }

    /// Analyses a text; unknown words are offered to `repair`.
    #[must_use]
    pub fn analyse(&self, text: &str, repair: Repair<'_>) -> Analysis {
        let mut analysis = Analysis::default();
        let mut raw = self.rewrite(&text::split(text));
        for word in &mut raw {
            if let Some(mended) = repair(&word.text) {
                analysis.repairs.push((std::mem::replace(&mut word.text, mended.clone()), mended));
            }
        }
        if !analysis.repairs.is_empty() {
            raw = self.rewrite(&raw);
        }
        let surfaces: Vec<&str> = raw.iter().map(|word| word.text.as_str()).collect();
        let tagged = self.tags.iter().any(|tag| ends_with(&surfaces, tag));
        let opening = self.opening(&surfaces);
        analysis.polar = tagged || self.polar.longest(&surfaces, opening).is_some();
        analysis.opinion = self.opinion_openings.longest(&surfaces, opening).is_some()
            || (0..surfaces.len()).any(|at| self.opinions.longest(&surfaces, at).is_some());
        let mut kinds =
            (0..surfaces.len()).filter_map(|at| self.kinds.longest(&surfaces, at)).map(|(_, kind)| *kind);
        analysis.kind = kinds.next();
        analysis.several_kinds = kinds.any(|kind| Some(kind) != analysis.kind);
        analysis.tokens = self.tokens(&raw);
        self.mark_choices(&mut analysis);
        analysis
    }

    /// Where the question begins, behind fillers and words like "so".
    fn opening(&self, surfaces: &[&str]) -> usize {
        let mut at = 0;
        while at < surfaces.len() {
            if self.polar.longest(surfaces, at).is_some() {
                break;
            }
            match self.filler.longest(surfaces, at) {
                Some((length, ())) => at += length,
                None => break,
            }
        }
        at
    }

    /// Replaces the sequences of the lexicon's rewrites.
    fn rewrite(&self, raw: &[RawWord]) -> Vec<RawWord> {
        let mut out = Vec::with_capacity(raw.len());
        let mut at = 0;
        let surfaces: Vec<&str> = raw.iter().map(|word| word.text.as_str()).collect();
        while let Some(word) = raw.get(at) {
            if let Some((length, replacement)) = self.rewrites.longest(&surfaces, at) {
                out.extend(
                    replacement
                        .iter()
                        .map(|text| RawWord { sentence: word.sentence, ..RawWord::new(text.clone()) }),
                );
                at += length;
            } else {
                out.push(word.clone());
                at += 1;
            }
        }
        out
    }

    fn tokens(&self, raw: &[RawWord]) -> Vec<Token> {
        let surfaces: Vec<&str> = raw.iter().map(|word| word.text.as_str()).collect();
        let stems: Vec<String> = surfaces.iter().map(|word| self.stem(word)).collect();
        let stem_refs: Vec<&str> = stems.iter().map(String::as_str).collect();
        let asking = asking_sentence(raw);
        let mut tokens: Vec<Token> = Vec::with_capacity(raw.len());
        let mut at = 0;
        while let Some(word) = raw.get(at) {
            let asking = asking.is_none_or(|sentence| word.sentence == sentence);
            let name = self.names.longest(&surfaces, at);
            let class = self.classes.longest(&stem_refs, at);
            let class_length = class.map_or(0, |(length, _)| length);
            let span = |length: usize| surfaces.get(at..at + length).unwrap_or_default().join(" ");
            if let Some((length, (concept, adjective, ambient))) = name
                && length >= class_length
            {
                let possessive = raw.get(at + length - 1).is_some_and(|word| word.possessive);
                tokens.push(Token {
                    surface: span(length),
                    concept: concept.clone(),
                    kind: TokenKind::Name,
                    adjective: *adjective || possessive,
                    ambient: *ambient,
                    asking,
                    capital: false,
                    choice: None,
                });
                at += length;
            } else if let Some((length, (concept, detail))) = class
                && (length > 1 || !self.is_function_word(surfaces.get(at).unwrap_or(&"")))
            {
                tokens.push(Token {
                    surface: span(length),
                    concept: concept.clone(),
                    kind: if *detail { TokenKind::Detail } else { TokenKind::Word },
                    adjective: false,
                    ambient: false,
                    asking,
                    capital: false,
                    choice: None,
                });
                at += length;
            } else if let Some((length, ())) = self.filler.longest(&surfaces, at) {
                let surface = span(length);
                tokens.push(Token {
                    concept: surface.clone(),
                    surface,
                    kind: TokenKind::Filler,
                    adjective: false,
                    ambient: false,
                    asking,
                    capital: false,
                    choice: None,
                });
                at += length;
            } else {
                tokens.push(Token { asking, capital: word.capital, ..self.single(&surfaces, &stems, at) });
                at += 1;
            }
        }
        tokens
    }

    /// Marks what a question gives to choose from: the words on both sides of "or", and those of their kind
    /// that stand before them. Such a question is not answered by yes or no.
    fn mark_choices(&self, analysis: &mut Analysis) {
        /// As many words may stand between "or" and what it joins: "in Baku or in the capital".
        const BETWEEN: usize = 2;
        let tokens = &mut analysis.tokens;
        let telling = |token: Option<&Token>| token.filter(|token| is_telling(token)).map(|token| token.kind);
        let joins: Vec<usize> = tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| token.kind == TokenKind::Stop && self.choosing.contains(&token.surface))
            .map(|(at, _)| at)
            .collect();
        for (join, choice) in joins.into_iter().zip(0..) {
            let Some(left) = join.checked_sub(1) else { continue };
            let Some(kind) = telling(tokens.get(left)) else { continue };
            let Some(right) = (join + 1..=join + 1 + BETWEEN).find(|&at| telling(tokens.get(at)).is_some())
            else {
                continue;
            };
            if telling(tokens.get(right)) != Some(kind) {
                continue;
            }
            let mut first = left;
            while first > 0 && kind != TokenKind::Word && telling(tokens.get(first - 1)) == Some(kind) {
                first -= 1;
            }
            for token in tokens.get_mut(first..=right).into_iter().flatten().filter(|token| is_telling(token))
            {
                token.choice = Some(choice);
            }
            analysis.polar = false;
        }
    }

    /// The token of a word that is part of no phrase.
    fn single(&self, surfaces: &[&str], stems: &[String], at: usize) -> Token {
        let surface = surfaces.get(at).copied().unwrap_or_default();
        let (kind, concept) = if surface.starts_with(char::is_numeric) {
            (TokenKind::Number, full_year(surfaces, at).unwrap_or_else(|| surface.to_owned()))
        } else if let Some(month) = self.month(surfaces, at) {
            (TokenKind::Month, format!("month {month}"))
        } else if let Some(number) = self.numbers.get(surface) {
            // "One" and "two" are said without counting; larger numbers are meant.
            let kind = if *number > 2 { TokenKind::Number } else { TokenKind::Word };
            (kind, number.to_string())
        } else if self.stop.contains(surface) {
            (TokenKind::Stop, surface.to_owned())
        } else {
            (TokenKind::Word, stems.get(at).cloned().unwrap_or_default())
        };
        Token {
            surface: surface.to_owned(),
            concept,
            kind,
            adjective: false,
            ambient: false,
            asking: true,
            capital: false,
            choice: None,
        }
    }

    /// The month that a word names. Short or ambiguous names ("may", "mar") count beside a number or
    /// behind a preposition only.
    fn month(&self, surfaces: &[&str], at: usize) -> Option<u8> {
        let surface = surfaces.get(at)?;
        let month = self.months.get(*surface)?;
        let number = |word: Option<&&str>| word.is_some_and(|word| word.starts_with(char::is_numeric));
        let beside_number = number(surfaces.get(at + 1)) || (at > 0 && number(surfaces.get(at - 1)));
        let unmistakable = surface.len() > 5 || *surface == "april";
        let behind = at > 0
            && surface.len() > 2
            && matches!(
                surfaces.get(at - 1),
                Some(&("in" | "of" | "since" | "until" | "early" | "late" | "mid" | "during" | "that"))
            );
        (beside_number || unmistakable || behind).then_some(*month)
    }

    fn is_function_word(&self, word: &str) -> bool {
        self.stop.contains(word) || self.filler.has_word(word)
    }
}

/// The sentence that asks, where there are several: the last one, unless it is a mere word or two.
fn asking_sentence(raw: &[RawWord]) -> Option<usize> {
    const MERE_WORDS: usize = 2;
    let last = raw.last()?.sentence;
    let words = |sentence: usize| raw.iter().filter(|word| word.sentence == sentence).count();
    (1..=last).rev().find(|&sentence| words(sentence) > MERE_WORDS)
}

/// The year that two digits stand for: "in 09", "back in 20". Digits with a leading zero that stand
/// alone, or two digits behind a preposition at the end, are taken for a year of this century up to 40.
fn full_year(surfaces: &[&str], at: usize) -> Option<String> {
    const LAST_SHORT_YEAR: u32 = 40;
    let surface = surfaces.get(at)?;
    let number: u32 = surface.parse().ok()?;
    let numeric = |word: Option<&&str>| word.is_some_and(|word| word.starts_with(char::is_numeric));
    let beside_number = numeric(surfaces.get(at + 1)) || (at > 0 && numeric(surfaces.get(at - 1)));
    let behind = at > 0 && matches!(surfaces.get(at - 1), Some(&("in" | "since" | "until" | "by")));
    let short = surface.len() == 2 && !beside_number && number <= LAST_SHORT_YEAR;
    let meant = surface.starts_with('0') || (behind && at + 1 == surfaces.len());
    (short && meant).then(|| (2000 + number).to_string())
}

fn words(phrase: &str) -> Vec<String> {
    text::split(phrase).into_iter().map(|word| word.text).collect()
}

fn stem_with(stemmer: Option<&Stemmer>, word: &str) -> String {
    stemmer.map_or_else(|| word.to_owned(), |stemmer| stemmer.stem(word).into_owned())
}

fn ends_with(words: &[&str], tail: &[String]) -> bool {
    words.len() > tail.len()
        && !tail.is_empty()
        && words.iter().rev().zip(tail.iter().rev()).all(|(word, end)| word == end)
}

/// Phrases by their words, found longest first.
struct PhraseTable<T> {
    phrases: HashMap<String, T>,
    /// For each word that opens a phrase, the length of the longest phrase that it opens.
    openings: HashMap<String, usize>,
}

impl<T> Default for PhraseTable<T> {
    fn default() -> Self {
        Self { phrases: HashMap::new(), openings: HashMap::new() }
    }
}

impl<T> PhraseTable<T> {
    fn insert(&mut self, words: &[String], value: T) {
        let length = words.len().min(MAX_PHRASE_WORDS);
        if let Some(first) = words.first() {
            let longest = self.openings.entry(first.clone()).or_default();
            *longest = (*longest).max(length);
            self.phrases.entry(words.join(" ")).or_insert(value);
        }
    }

    /// The longest phrase that begins at a word, with its length in words.
    fn longest(&self, words: &[&str], at: usize) -> Option<(usize, &T)> {
        let longest = *self.openings.get(*words.get(at)?)?;
        (1..=longest.min(words.len() - at)).rev().find_map(|length| {
            let span = words.get(at..at + length)?;
            let found = match span {
                [word] => self.phrases.get(*word),
                _ => self.phrases.get(&span.join(" ")),
            };
            found.map(|value| (length, value))
        })
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.phrases.keys().flat_map(|phrase| phrase.split(' '))
    }

    fn has_word(&self, word: &str) -> bool {
        self.phrases.contains_key(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analyzer() -> Analyzer {
        let lexicon: Lexicon = toml::from_str(
            r#"
            [[name]]
            id = "turkey"
            kind = "country"
            ambient = true
            aliases = ["Türkiye", "Turkey", "Ankara"]
            adjectives = ["Turkish"]
            [[name]]
            id = "turkish-airlines"
            kind = "company"
            aliases = ["Turkish Airlines"]
            [synonyms]
            border = ["frontier", "dividing line"]
            [details]
            cost = ["price", "how dear"]
            [rewrites]
            "whats" = "what is"
            [words]
            stop = ["the", "is", "it", "of", "or", "what", "in", "line"]
            choosing = ["or"]
            polar = ["is"]
            tags = ["right"]
            [question_words]
            when = ["what year", "when"]
            who = ["what"]
            [months]
            may = 5
            june = 6
            [numbers]
            twenty = 20
            "#,
        )
        .unwrap();
        Analyzer::new(&lexicon, "en")
    }

    fn concepts(text: &str) -> Vec<String> {
        let analysis = analyzer().analyse(text, &|_| None);
        analysis.tokens.into_iter().map(|token| token.concept).collect()
    }

    #[test]
    fn names_classes_numbers_and_months_become_concepts() {
        assert_eq!(
            concepts("Whats the Frontiers of Türkiye in June 2010"),
            ["what", "is", "the", "#border", "of", "@turkey", "in", "month 6", "2010"]
        );
        assert_eq!(concepts("the dividing lines"), ["the", "#border"]);
        assert_eq!(concepts("Turkish Airlines flew"), ["@turkish-airlines", "flew"]);
        assert_eq!(concepts("it may end 13 May twenty"), ["it", "may", "end", "13", "month 5", "20"]);
    }

    #[test]
    fn kinds_of_detail_are_told_from_other_words() {
        let kinds = |text: &str| -> Vec<(String, TokenKind)> {
            let tokens = analyzer().analyse(text, &|_| None).tokens.into_iter();
            tokens.map(|token| (token.concept, token.kind)).collect()
        };
        let cost = ("#cost".to_owned(), TokenKind::Detail);
        let border = ("#border".to_owned(), TokenKind::Word);
        assert_eq!(kinds("Prices frontier"), [cost.clone(), border]);
        assert_eq!(kinds("how dear"), [cost]);
    }

    #[test]
    fn what_there_is_to_choose_from_is_marked() {
        let chosen = |text: &str| -> Vec<String> {
            let tokens = analyzer().analyse(text, &|_| None).tokens.into_iter();
            tokens.filter(|token| token.choice.is_some()).map(|token| token.concept).collect()
        };
        assert_eq!(chosen("is it 2035, 2040 or 2050"), ["2035", "2040", "2050"]);
        assert_eq!(chosen("twenty frontiers or gates"), ["#border", "gate"]);
        assert_eq!(chosen("Turkish Airlines flew in June or in the May 2010"), ["month 6", "month 5"]);
        assert_eq!(chosen("is it the frontier of Türkiye or 2010"), [""; 0]);
        assert_eq!(chosen("is it open or"), [""; 0]);
        let polar = |text: &str| analyzer().analyse(text, &|_| None).polar;
        assert!(polar("is it the frontier of Türkiye or 2010"));
        assert!(!polar("is it 2035 or 2040"));
    }

    #[test]
    fn the_kind_of_question_is_recognised() {
        let analyse = |text: &str| analyzer().analyse(text, &|_| None);
        assert_eq!(analyse("what year").kind, Some(QuestionKind::When));
        assert_eq!(analyse("what is it").kind, Some(QuestionKind::Who));
        assert!(analyse("is it open").polar);
        assert!(analyse("It opened in 2011, right?").polar);
        assert!(!analyse("right").polar);
        let possessive = analyse("Turkey's border");
        assert!(possessive.tokens[0].adjective && possessive.tokens[0].ambient);
    }
}
