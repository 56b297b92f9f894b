//! The shipped fact base, tested like code: what every fact, phrasing and reply must fulfil.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails is a failed test")]

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::LazyLock;

use relations_bot::assistant::{Assistant, MAX_QUESTION_CHARS, Outcome};
use relations_bot::knowledge::{FactBase, KnowledgeFiles, Polarity, load};
use relations_bot::matcher::text::fold_words;
use relations_bot::{shipped, timeline};

/// As long as an answer, a timeline entry and a small-talk reply may be, in characters.
const MAX_ANSWER_CHARS: usize = 500;
const MAX_EVENT_CHARS: usize = 180;
const MAX_SMALL_TALK_CHARS: usize = 200;
/// As many patterns each fact has at least.
const MIN_PATTERNS: usize = 10;

static BASE: LazyLock<FactBase> = LazyLock::new(|| load(&shipped::files().unwrap()).usable().unwrap());
static ASSISTANT: LazyLock<Assistant> =
    LazyLock::new(|| Assistant::new(shipped::matcher().unwrap(), <_>::default()));

/// Fails with all that was found, one a line.
#[track_caller]
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}

/// Every text that may be a reply to a question, with the id of its fact.
fn answers() -> impl Iterator<Item = (&'static str, &'static str)> {
    BASE.facts.iter().flat_map(|fact| {
        let variants = fact.variants.values().map(String::as_str);
        std::iter::once(fact.answer.as_str()).chain(variants).map(|text| (fact.id.as_str(), text))
    })
}

/// Whether a text ends as a sentence does, be it within quotation marks.
fn is_sentence(text: &str) -> bool {
    let inside = text.trim_end_matches(['”', '"', ')', '’']);
    inside.ends_with(['.', '!', '?'])
}

#[test]
fn there_are_no_faults() {
    let faults: Vec<String> =
        load(&shipped::files().unwrap()).faults.iter().map(ToString::to_string).collect();
    assert_none(&faults);
}

#[test]
fn the_shipped_files_are_those_of_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let mut read = KnowledgeFiles::read(&folder).unwrap();
    // Word tables are shipped by themselves.
    read.0.retain(|file| !file.path.ends_with("words.bin"));
    assert_eq!(shipped::files().unwrap(), read);
    assert_eq!(
        BASE.clone().trained().facts,
        ASSISTANT.base().facts,
        "what is shipped ready is what its files say"
    );
}

#[test]
fn every_section_has_a_fact() {
    let told: HashSet<usize> = BASE.facts.iter().map(|fact| fact.section).collect();
    let silent: Vec<String> = BASE
        .sections
        .iter()
        .enumerate()
        .filter(|(at, _)| !told.contains(at))
        .map(|(_, section)| section.id.clone())
        .collect();
    assert_none(&silent);
}

#[test]
fn every_section_has_an_address_within_the_article() {
    let addresses: HashSet<&str> = BASE.sections.iter().map(|section| section.url.as_str()).collect();
    // The infobox and the lead stand above the first heading, and share the article's own address.
    assert_eq!(addresses.len(), BASE.sections.len() - 1);
    for section in &BASE.sections {
        assert!(section.url.starts_with(&BASE.article.url) && section.url.is_ascii(), "{}", section.url);
        assert!(!section.title.is_empty());
    }
}

#[test]
fn answers_and_events_are_short_whole_sentences() {
    let mut found = Vec::new();
    let events = BASE.facts.iter().filter_map(|fact| Some((fact.id.as_str(), fact.event.as_deref()?)));
    let limits = answers()
        .map(|(id, text)| (id, text, MAX_ANSWER_CHARS))
        .chain(events.map(|(id, text)| (id, text, MAX_EVENT_CHARS)));
    for (id, text, limit) in limits {
        let length = text.chars().count();
        if length > limit {
            found.push(format!("{id}: {length} characters: {text}"));
        }
        if !is_sentence(text) {
            found.push(format!("{id}: no full stop at the end: {text}"));
        }
        let begins = text.trim_start_matches(['“', '"', '‘']).chars().next();
        if begins.is_none_or(char::is_lowercase) {
            found.push(format!("{id}: no capital at the start: {text}"));
        }
        if text.contains("  ") || text.trim() != text || text.chars().any(char::is_control) {
            found.push(format!("{id}: stray spaces or control characters: {text:?}"));
        }
    }
    assert_none(&found);
}

#[test]
fn every_fact_can_be_asked_for_in_many_ways() {
    let mut found = Vec::new();
    for fact in &BASE.facts {
        let patterns = fact.phrasings.iter().map(|phrasing| phrasing.pattern).collect::<HashSet<_>>().len();
        if patterns < MIN_PATTERNS {
            found.push(format!("{}:{}: `{}` has {patterns} patterns", fact.file, fact.line, fact.id));
        }
        if fact.phrasings.iter().all(|phrasing| phrasing.polarity.is_some()) {
            found
                .push(format!("{}:{}: `{}` has nothing but yes/no questions", fact.file, fact.line, fact.id));
        }
    }
    assert_none(&found);
}

#[test]
fn every_phrasing_is_answered_by_its_own_fact() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let found: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> =
            (0..threads).map(|part| scope.spawn(move || misanswered(part, threads))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert_none(&found);
}

/// The phrasings of every so many facts that are not answered as they should be.
fn misanswered(first: usize, step: usize) -> Vec<String> {
    let mut found = Vec::new();
    for fact in BASE.facts.iter().skip(first).step_by(step) {
        for phrasing in &fact.phrasings {
            let length = phrasing.text.chars().count();
            if length > MAX_QUESTION_CHARS {
                found.push(format!("{}: {length} characters: {}", fact.id, phrasing.text));
                continue;
            }
            let reply = ASSISTANT.ask(&phrasing.text).unwrap();
            let opening = match phrasing.polarity {
                Some(Polarity::Yes) => "Yes",
                Some(Polarity::No) => "No",
                None => "",
            };
            if reply.outcome != Outcome::Answer
                || reply.fact.as_deref() != Some(&fact.id)
                || reply.confidence < 1.0
            {
                let got = reply.fact.as_deref().unwrap_or("no fact");
                found.push(format!("{}: `{}` gets {:?} of {got}", fact.id, phrasing.text, reply.outcome));
            } else if !reply.text.starts_with(opening) {
                found.push(format!(
                    "{}: `{}` is not answered {opening}: {}",
                    fact.id, phrasing.text, reply.text
                ));
            }
        }
    }
    found
}

#[test]
fn related_facts_are_other_facts() {
    let mut found = Vec::new();
    for fact in &BASE.facts {
        let mut seen = HashSet::from([fact.id.as_str()]);
        for related in &fact.related {
            if BASE.fact(related).is_none() {
                found.push(format!("{}: `{related}` is not there", fact.id));
            }
            if !seen.insert(related) {
                found.push(format!("{}: `{related}` is the fact itself, or there twice", fact.id));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn every_dated_fact_is_on_the_timeline_at_its_date() {
    let dated: Vec<_> = BASE.facts.iter().filter_map(|fact| Some((fact, fact.date?))).collect();
    assert!(!dated.is_empty());
    assert_eq!(timeline::events(&BASE, None).len(), dated.len());
    for (fact, date) in dated {
        let events = timeline::events(&BASE, Some(date.span()));
        let event = events.iter().find(|event| event.fact == fact.id);
        let event = event.unwrap_or_else(|| panic!("`{}` is not on the timeline of {date}", fact.id));
        assert_eq!((event.when, Some(&event.event)), (date, fact.event.as_ref()));
        let days = date.span();
        assert!((1900..=2100).contains(&days.first.year()) && days.first <= days.last, "{}", fact.id);
    }
}

#[test]
fn no_two_events_are_told_in_the_same_words() {
    let mut tellers: HashMap<&str, &str> = HashMap::new();
    let mut found = Vec::new();
    for fact in &BASE.facts {
        if let Some(event) = &fact.event
            && let Some(other) = tellers.insert(event, &fact.id)
        {
            found.push(format!("`{}` and `{other}`: {event}", fact.id));
        }
    }
    assert_none(&found);
}

#[test]
fn what_the_article_does_not_answer_is_not_answered() {
    let mut found = Vec::new();
    for question in BASE.unanswerable.iter().flat_map(|group| &group.questions) {
        let reply = ASSISTANT.ask(question).unwrap();
        if reply.outcome == Outcome::Answer {
            let fact = reply.fact.as_deref().unwrap_or("the timeline");
            found.push(format!("{question}\n  -> {:.2} {fact}: {}", reply.confidence, reply.text));
        }
    }
    assert_none(&found);
}

#[test]
fn no_unanswerable_question_is_a_phrasing_or_there_twice() {
    let mut known: HashMap<String, &str> = HashMap::new();
    for fact in &BASE.facts {
        known.extend(fact.phrasings.iter().map(|phrasing| (fold_words(&phrasing.text), fact.id.as_str())));
    }
    let mut found = Vec::new();
    for group in &BASE.unanswerable {
        for question in &group.questions {
            if let Some(other) = known.insert(fold_words(question), &group.topic) {
                found.push(format!("{question}: also in {other}"));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn small_talk_is_met_by_its_own_short_reply() {
    let mut found = Vec::new();
    assert!(!BASE.smalltalk.is_empty());
    for entry in &BASE.smalltalk {
        let length = entry.reply.chars().count();
        if length > MAX_SMALL_TALK_CHARS {
            found.push(format!("{length} characters: {}", entry.reply));
        }
        for phrase in &entry.phrases {
            match ASSISTANT.ask(phrase) {
                Ok(reply) if reply.outcome == Outcome::None && reply.text == entry.reply => {}
                reply => found.push(format!("{phrase}: {reply:?}")),
            }
        }
    }
    assert_none(&found);
}

#[test]
fn what_small_talk_offers_is_answered() {
    for entry in &BASE.smalltalk {
        let offered = entry.reply.split('“').skip(1).filter_map(|rest| Some(rest.split_once('”')?.0));
        for question in offered.filter(|offer| offer.ends_with('?')) {
            let reply = ASSISTANT.ask(question).unwrap();
            assert_eq!(reply.outcome, Outcome::Answer, "{question}: {}", reply.text);
        }
    }
}
