//! Reading one file of facts, fault by fault.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::dates::Period;
use super::fault::Faults;
use super::lexicon::QuestionKind;
use super::model::{Fact, Phrasing, Polarity};
use super::pattern::expand;

/// An answer may have that many characters.
pub const MAX_ANSWER_CHARS: usize = 500;
/// A timeline event may have that many characters.
pub const MAX_EVENT_CHARS: usize = 180;
/// A fact may have that many phrasings.
pub const MAX_PHRASINGS: usize = 2_000;

/// A fact as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FactEntry {
    id: Spanned<String>,
    date: Option<Spanned<String>>,
    event: Option<Spanned<String>>,
    answer: Spanned<String>,
    #[serde(default)]
    variants: BTreeMap<QuestionKind, Spanned<String>>,
    questions: Vec<Spanned<String>>,
    #[serde(default)]
    yes: Vec<Spanned<String>>,
    #[serde(default)]
    no: Vec<Spanned<String>>,
    #[serde(default)]
    related: Vec<Spanned<String>>,
}

/// A fact with the byte offsets of what later checks may complain about.
#[derive(Debug)]
pub(super) struct PlacedFact {
    pub(super) fact: Fact,
    pub(super) id_at: usize,
    pub(super) related_at: Vec<usize>,
    /// Where each phrasing's pattern stands.
    pub(super) phrasings_at: Vec<usize>,
}

/// Reads the facts of a file. `section_index` finds a section by its id.
pub(super) fn parse(
    file: &str,
    text: &str,
    rules: &BTreeMap<String, String>,
    section_index: &mut dyn FnMut(&str) -> Option<usize>,
    faults: &mut Faults<'_>,
) -> Vec<PlacedFact> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in &errors {
            faults.toml(error, 0);
        }
        return Vec::new();
    }
    let mut section = None;
    let mut entries = Vec::new();
    for (key, value) in root.into_inner() {
        let at = key.span().start;
        let value_at = value.span().start;
        match (key.get_ref().as_ref(), value.into_inner()) {
            ("section", DeValue::String(id)) => match section_index(&id) {
                Some(index) => section = Some(index),
                None => {
                    faults.error(value_at, format_args!("the section `{id}` is not in source.toml"));
                }
            },
            ("fact", DeValue::Array(facts)) => entries.extend(facts),
            ("section" | "fact", _) => {
                faults.error(value_at, "`section` is one text and each fact stands under `[[fact]]`");
            }
            (other, _) => {
                let message = format_args!("unknown key `{other}`; a fact file has `section` and `[[fact]]`");
                faults.error(at, message);
            }
        }
    }
    if section.is_none() && faults.is_clean() {
        faults.error(0, "the file names no section: begin with `section = \"…\"`");
    }
    let section = section.unwrap_or_default();
    let mut facts = Vec::with_capacity(entries.len());
    for entry in entries {
        let at = entry.span().start;
        match FactEntry::deserialize(entry.into_deserializer()) {
            Ok(entry) => facts.push(place(file, section, entry, rules, faults)),
            Err(error) => faults.toml(&error, at),
        }
    }
    facts
}

fn place(
    file: &str,
    section: usize,
    entry: FactEntry,
    rules: &BTreeMap<String, String>,
    faults: &mut Faults<'_>,
) -> PlacedFact {
    let id_at = entry.id.span().start;
    let id = entry.id.into_inner();
    if !is_kebab_case(&id) {
        faults.error(
            id_at,
            format_args!("the id `{id}` is not kebab-case: lower-case letters and digits, joined by `-`"),
        );
    }
    let mut text = |what: &str, text: &Spanned<String>, limit: usize| {
        let length = text.get_ref().chars().count();
        if text.get_ref().trim().is_empty() {
            faults.error(text.span().start, format_args!("{what} of `{id}` is empty"));
        } else if length > limit {
            faults.error(
                text.span().start,
                format_args!("{what} of `{id}` has {length} characters; at most {limit} fit"),
            );
        }
    };
    text("the answer", &entry.answer, MAX_ANSWER_CHARS);
    for variant in entry.variants.values() {
        text("a variant", variant, MAX_ANSWER_CHARS);
    }
    if let Some(event) = &entry.event {
        text("the event", event, MAX_EVENT_CHARS);
    }
    match (&entry.date, &entry.event) {
        (Some(date), None) => faults.error(
            date.span().start,
            format_args!("`{id}` has a date but no event, which the timeline would show"),
        ),
        (None, Some(event)) => faults.error(
            event.span().start,
            format_args!("`{id}` has an event but no date to put it on the timeline"),
        ),
        _ => {}
    }
    let date = entry.date.and_then(|date| {
        date.get_ref().parse::<Period>().map_err(|error| faults.error(date.span().start, error)).ok()
    });
    let (mut phrasings, mut phrasings_at) = (Vec::new(), Vec::new());
    let mut numbers = 0..;
    let kinds =
        [(&entry.questions, None), (&entry.yes, Some(Polarity::Yes)), (&entry.no, Some(Polarity::No))];
    if kinds.iter().all(|(patterns, _)| patterns.is_empty()) {
        faults.error(id_at, format_args!("`{id}` has no questions"));
    }
    for (patterns, polarity) in kinds {
        for pattern in patterns {
            let at = pattern.span().start;
            match expand(pattern.get_ref(), rules) {
                Ok(texts) => {
                    phrasings_at.extend(std::iter::repeat_n(at, texts.len()));
                    let pattern = numbers.next().unwrap_or_default();
                    phrasings.extend(texts.into_iter().map(|text| Phrasing { text, polarity, pattern }));
                }
                Err(error) => {
                    faults.error(at, format_args!("in `{}`: {error}", pattern.get_ref()));
                }
            }
        }
    }
    if phrasings.len() > MAX_PHRASINGS {
        faults.error(
            id_at,
            format_args!("`{id}` expands to {} phrasings; at most {MAX_PHRASINGS} fit", phrasings.len()),
        );
    }
    PlacedFact {
        id_at,
        related_at: entry.related.iter().map(|id| id.span().start).collect(),
        phrasings_at,
        fact: Fact {
            id,
            section,
            question: String::new(),
            answer: entry.answer.into_inner(),
            variants: entry.variants.into_iter().map(|(kind, text)| (kind, text.into_inner())).collect(),
            date,
            event: entry.event.map(Spanned::into_inner),
            phrasings,
            related: entry.related.into_iter().map(Spanned::into_inner).collect(),
            file: file.to_owned(),
            line: faults.line(id_at),
        },
    }
}

/// Reports ids that are there twice and related facts that are not there.
pub(super) fn check_ids<'a>(
    facts: impl Iterator<Item = &'a PlacedFact> + Clone,
    known: &HashSet<&str>,
    seen: &mut HashSet<String>,
    faults: &mut Faults<'_>,
) {
    for placed in facts {
        let fact = &placed.fact;
        if !seen.insert(fact.id.clone()) {
            faults.error(placed.id_at, format_args!("the id `{}` is there twice", fact.id));
        }
        for (related, &at) in fact.related.iter().zip(&placed.related_at) {
            if !known.contains(related.as_str()) {
                faults.error(
                    at,
                    format_args!("`{}` names the related fact `{related}`, which is not there", fact.id),
                );
            }
        }
    }
}

fn is_kebab_case(id: &str) -> bool {
    !id.is_empty()
        && id.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}
