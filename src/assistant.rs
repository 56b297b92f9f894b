//! The one way in and the one way out: a question becomes a [`Reply`], whoever asks.

use std::collections::HashMap;
use std::sync::Arc;

use quick_cache::sync::Cache;
use serde::Serialize;

use crate::knowledge::{Fact, FactBase, Period, Polarity, QuestionKind};
use crate::matcher::analysis::Analysis;
use crate::matcher::decision::Thresholds;
use crate::matcher::text::fold_words;
use crate::matcher::{Findings, Matcher, REPORTED};
use crate::timeline::{self, TimeWords};

/// A question may have that many characters.
pub const MAX_QUESTION_CHARS: usize = 300;
/// At most that many suggestions are offered.
const MAX_SUGGESTIONS: usize = 4;
/// Where one suggestion is worth offering, a second one goes with it.
const MIN_SUGGESTIONS: usize = 2;
/// A fact is only suggested where it accounts for words of at least that weight.
const LEAST_MASS: f32 = 0.2;
/// A list of events may have that many characters.
const MAX_TIMELINE_CHARS: usize = 1_700;

/// As many questions are remembered with what was found for them: people ask the same things.
const REMEMBERED: usize = 512;

/// Answers questions from a prepared base.
pub struct Assistant {
    matcher: Matcher,
    recent: Cache<Box<str>, Arc<Found>>,
    thresholds: Thresholds,
    time_words: TimeWords,
    /// The position of each folded phrase's entry among the base's small talk.
    small_talk: HashMap<String, usize>,
}

/// What was found for a question, as far as the reply depends on it.
#[derive(Debug)]
struct Found {
    /// The time that it asks about, where it asks for nothing else.
    period: Option<Period>,
    has_content: bool,
    is_thin: bool,
    polarity: Option<Polarity>,
    /// The kind of answer that it asks for, where that is one.
    kind: Option<QuestionKind>,
    /// Positions of facts with their confidence, best first.
    candidates: Vec<(usize, f32)>,
    /// The weight of the words that the best one accounts for.
    mass: f32,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is answered.
    Answer,
    /// It may be one of a few.
    Suggest,
    /// The base has no answer, or it was no question.
    None,
}

/// The reply to a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reply {
    /// The question as it was asked.
    pub question: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The reply's text.
    pub text: String,
    /// The fact that answers.
    pub fact: Option<String>,
    /// Where the answer comes from.
    pub section: Option<SectionRef>,
    /// When what the answer tells happened.
    pub date: Option<Period>,
    /// How likely the answer is one to the question, 0 to 1.
    pub confidence: f32,
    /// The language of the reply, an ISO 639-1 code.
    pub language: String,
    /// What may have been meant, where the outcome is [`Outcome::Suggest`].
    pub suggestions: Vec<Suggestion>,
    /// The best candidates, whatever the outcome.
    pub candidates: Vec<CandidateRef>,
}

/// A section, for readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionRef {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// Something that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The fact.
    pub fact: String,
    /// A question that it answers.
    pub question: String,
    /// Its answer.
    pub answer: String,
    /// Where the answer comes from.
    pub section: SectionRef,
}

/// A candidate fact with its confidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CandidateRef {
    /// The fact.
    pub fact: String,
    /// How likely it answers the question, 0 to 1.
    pub confidence: f32,
}

/// Why a question cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// There is nothing in it.
    #[error("the question is empty")]
    Empty,
    /// It is too long.
    #[error(
        "the question has {0} characters; at most {MAX_QUESTION_CHARS} can be read, so please shorten it"
    )]
    TooLong(usize),
}

impl SectionRef {
    /// The section of a fact.
    #[must_use]
    pub fn of(base: &FactBase, fact: &Fact) -> Self {
        base.section_of(fact).map_or_else(
            || Self { id: String::new(), title: String::new(), url: String::new() },
            |section| Self { id: section.id.clone(), title: section.title.clone(), url: section.url.clone() },
        )
    }
}

impl Assistant {
    /// An assistant over a prepared base.
    #[must_use]
    pub fn new(matcher: Matcher, thresholds: Thresholds) -> Self {
        let generic = &matcher.base().lexicon.timeline.generic;
        let time_words = TimeWords::new(generic.iter().map(|word| matcher.analyse(word)));
        let small_talk = matcher
            .base()
            .smalltalk
            .iter()
            .enumerate()
            .flat_map(|(at, entry)| entry.phrases.iter().map(move |phrase| (fold_words(phrase), at)))
            .collect();
        Self { matcher, recent: Cache::new(REMEMBERED), thresholds, time_words, small_talk }
    }

    /// The base, without what only training and analysis needed.
    #[must_use]
    pub fn base(&self) -> &FactBase {
        self.matcher.base()
    }

    /// The matcher, for explanations and measurements.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// The thresholds of the decision.
    #[must_use]
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Answers a question, and remembers what was found for it.
    ///
    /// # Errors
    /// Where it is empty or too long.
    pub fn ask(&self, question: &str) -> Result<Reply, QuestionError> {
        self.reply(question, |question| {
            self.recent.get(question).unwrap_or_else(|| {
                let found = Arc::new(self.look_up(question));
                self.recent.insert(question.into(), Arc::clone(&found));
                found
            })
        })
    }

    /// Answers a question that is not a person's, so that it takes no place in memory.
    ///
    /// # Errors
    /// Where it is empty or too long.
    pub fn ask_once(&self, question: &str) -> Result<Reply, QuestionError> {
        self.reply(question, |question| Arc::new(self.look_up(question)))
    }

    fn reply(&self, question: &str, find: impl Fn(&str) -> Arc<Found>) -> Result<Reply, QuestionError> {
        let question = question.trim();
        let length = question.chars().count();
        if length == 0 {
            return Err(QuestionError::Empty);
        }
        if length > MAX_QUESTION_CHARS {
            return Err(QuestionError::TooLong(length));
        }
        if let Some(reply) = self.small_talk(question) {
            return Ok(self.none(question, reply.to_owned(), &[]));
        }
        let found = find(question);
        Ok(match found.period {
            Some(period) => self.timeline(question, period, &found.candidates),
            None => self.decide(question, &found),
        })
    }

    fn look_up(&self, question: &str) -> Found {
        let findings = self.matcher.find(question);
        let Findings { analysis, candidates, .. } = &findings;
        Found {
            period: self.asked_period(&findings),
            has_content: findings.has_content,
            is_thin: findings.is_thin,
            polarity: findings.polarity,
            kind: analysis.kind.filter(|_| !analysis.several_kinds),
            mass: candidates.first().map_or(0.0, |best| best.evidence.mass),
            candidates: candidates
                .iter()
                .take(REPORTED)
                .map(|candidate| (candidate.fact, candidate.confidence))
                .collect(),
        }
    }

    /// The time that a question asks about, where it asks for nothing but what happened then.
    #[must_use]
    pub fn asked_period(&self, findings: &Findings) -> Option<Period> {
        if findings.literal { None } else { self.time_words.asked(&findings.analysis) }
    }

    fn decide(&self, question: &str, found: &Found) -> Reply {
        let base = self.base();
        let best = found.candidates.first().filter(|_| found.has_content);
        let Some((confidence, fact)) =
            best.and_then(|&(fact, confidence)| Some((confidence, base.facts.get(fact)?)))
        else {
            return self.none(question, self.no_match(), &found.candidates);
        };
        if confidence >= self.thresholds.answer && !found.is_thin {
            return Reply {
                outcome: Outcome::Answer,
                text: answer_text(fact, found),
                fact: Some(fact.id.clone()),
                section: Some(SectionRef::of(base, fact)),
                date: fact.date,
                confidence,
                ..self.none(question, String::new(), &found.candidates)
            };
        }
        if confidence < self.thresholds.suggest || found.mass < LEAST_MASS {
            return self.none(question, self.no_match(), &found.candidates);
        }
        let likely = found
            .candidates
            .iter()
            .take_while(|(_, confidence)| *confidence >= self.thresholds.suggest)
            .count();
        let suggestions = found
            .candidates
            .iter()
            .take(likely.clamp(MIN_SUGGESTIONS, MAX_SUGGESTIONS))
            .filter_map(|(fact, _)| base.facts.get(*fact))
            .map(|fact| Suggestion {
                fact: fact.id.clone(),
                question: fact.question.clone(),
                answer: fact.answer.clone(),
                section: SectionRef::of(base, fact),
            })
            .collect();
        Reply {
            outcome: Outcome::Suggest,
            text: "I am not sure that I know this. Did you mean one of these questions?".to_owned(),
            suggestions,
            confidence,
            ..self.none(question, String::new(), &found.candidates)
        }
    }

    /// The events of a time.
    fn timeline(&self, question: &str, period: Period, candidates: &[(usize, f32)]) -> Reply {
        let base = self.base();
        let events = timeline::events(base, Some(period.span()));
        let Some(first) = events.first() else {
            let mut text = format!("I have no event dated {}.", period.in_words());
            if let Some(hint) = timeline::nearest_hint(base, period.span()) {
                text = format!("{text} {hint}");
            }
            return self.none(question, text, candidates);
        };
        let single_section = events.iter().all(|event| event.section == first.section);
        let single_fact = events.len() == 1;
        let mut lines = vec![format!("{} events are dated {}:", events.len(), period.in_words())];
        let mut length = lines.iter().map(|line| line.chars().count()).sum::<usize>();
        for (at, event) in events.iter().enumerate() {
            let line = format!("• {}: {}", event.when.in_words(), event.event);
            length += line.chars().count() + 1;
            if length > MAX_TIMELINE_CHARS {
                lines.push(format!("… and {} more events.", events.len() - at));
                break;
            }
            lines.push(line);
        }
        Reply {
            outcome: Outcome::Answer,
            text: if single_fact {
                format!("{}: {}", capitalised(&first.when.in_words()), first.event)
            } else {
                lines.join("\n")
            },
            fact: single_fact.then(|| first.fact.clone()),
            section: single_section.then(|| first.section.clone()),
            date: Some(period),
            confidence: 1.0,
            ..self.none(question, String::new(), candidates)
        }
    }

    fn none(&self, question: &str, text: String, candidates: &[(usize, f32)]) -> Reply {
        let facts = &self.base().facts;
        Reply {
            question: question.to_owned(),
            outcome: Outcome::None,
            text,
            fact: None,
            section: None,
            date: None,
            confidence: candidates.first().map_or(0.0, |(_, confidence)| *confidence),
            language: self.base().language.clone(),
            suggestions: Vec::new(),
            candidates: candidates
                .iter()
                .filter_map(|&(fact, confidence)| {
                    Some(CandidateRef { fact: facts.get(fact)?.id.clone(), confidence })
                })
                .collect(),
        }
    }

    /// The reply to what is no question at all.
    fn small_talk(&self, said: &str) -> Option<&str> {
        let entry = *self.small_talk.get(&fold_words(said))?;
        self.base().smalltalk.get(entry).map(|entry| entry.reply.as_str())
    }

    fn no_match(&self) -> String {
        let title = &self.base().article.title;
        if title.is_empty() {
            "I have no answer to that in my fact base.".to_owned()
        } else {
            format!("I have no answer to that: I know only what the article “{title}” says.")
        }
    }

    /// Analyses a question as matching does.
    #[must_use]
    pub fn analyse(&self, question: &str) -> Analysis {
        self.matcher.analyse(question)
    }
}

/// The answer in the wording that suits the question, opened by yes or no where that is asked.
fn answer_text(fact: &Fact, found: &Found) -> String {
    let answer = fact.answer_for(found.kind);
    let opening = match found.polarity {
        Some(Polarity::Yes) => "Yes",
        Some(Polarity::No) => "No",
        None => return answer.to_owned(),
    };
    let answer = &fact.answer;
    if answer.starts_with("Yes") || answer.starts_with("No,") || answer.starts_with("No.") {
        answer.clone()
    } else {
        format!("{opening}. {answer}")
    }
}

/// The text with its first letter in upper case.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
