//! Dated events: which fall in a span, and which span a question asks about.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use crate::assistant::SectionRef;
use crate::knowledge::{Fact, FactBase, Moment, Period, Span};
use crate::matcher::analysis::{Analysis, Token, TokenKind};
use crate::matcher::profile::is_telling;

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When it happened, as precisely as the source tells.
    pub when: Period,
    /// What happened.
    pub event: String,
    /// The fact that tells it.
    pub fact: String,
    /// The section that the fact comes from.
    pub section: SectionRef,
}

/// The events of a span in the order of their dates; all of them without a span.
#[must_use]
pub fn events(base: &FactBase, asked: Option<Span>) -> Vec<Event> {
    let mut dated: Vec<(Period, &Fact)> = base
        .facts
        .iter()
        .filter_map(|fact| fact.date.map(|date| (date, fact)))
        .filter(|(date, _)| asked.is_none_or(|asked| date.falls_in(asked)))
        .collect();
    // What is known less precisely comes before what is dated within it.
    dated.sort_by_key(|(date, _)| {
        let span = date.span();
        (span.first, std::cmp::Reverse(span.last))
    });
    dated
        .into_iter()
        .map(|(when, fact)| Event {
            when,
            event: fact.event.clone().unwrap_or_default(),
            fact: fact.id.clone(),
            section: SectionRef::of(base, fact),
        })
        .collect()
}

/// Every year in which an event begins, with the number of those events, in order. What is dated less precisely
/// than by a year is in none of them.
#[must_use]
pub fn years(base: &FactBase) -> Vec<(i16, usize)> {
    let mut years: BTreeMap<i16, usize> = BTreeMap::new();
    for date in base.facts.iter().filter_map(|fact| fact.date) {
        let year = date.span().first.year();
        if date.falls_in(Moment::Year(year).span()) {
            *years.entry(year).or_default() += 1;
        }
    }
    years.into_iter().collect()
}

/// A sentence that names the nearest years with events before and after a span without any.
#[must_use]
pub fn nearest_hint(base: &FactBase, asked: Span) -> Option<String> {
    let years = years(base);
    let before = years.iter().rev().find(|(year, _)| *year < asked.first.year());
    let after = years.iter().find(|(year, _)| *year > asked.last.year());
    match (before, after) {
        (Some((before, _)), Some((after, _))) => {
            Some(format!("The nearest years with events are {before} and {after}."))
        }
        (Some((year, _)), None) | (None, Some((year, _))) => {
            Some(format!("The nearest year with events is {year}."))
        }
        (None, None) => None,
    }
}

/// The words of a question about a time that say nothing else.
#[derive(Debug, Default)]
pub struct TimeWords(HashSet<String>);

impl TimeWords {
    /// Collects the concepts of such words.
    #[must_use]
    pub fn new(analyses: impl IntoIterator<Item = Analysis>) -> Self {
        let tokens = analyses.into_iter().flat_map(|analysis| analysis.tokens);
        Self(tokens.map(|token| token.concept).collect())
    }

    /// The time that a question asks about, where it asks for nothing but what happened then.
    #[must_use]
    pub fn asked(&self, analysis: &Analysis) -> Option<Period> {
        let period = period(&analysis.tokens)?;
        let only_time = analysis.tokens.iter().all(|token| {
            !is_telling(token) || token.ambient || is_time(token) || self.0.contains(&token.concept)
        });
        only_time.then_some(period)
    }
}

fn is_time(token: &Token) -> bool {
    token.kind == TokenKind::Month || (token.kind == TokenKind::Number && number(token).is_some())
}

/// A number that may be a day, a year or a decade.
fn number(token: &Token) -> Option<Moment> {
    let moment: Moment = token.concept.parse().ok()?;
    (1000..=2999).contains(&moment.year()).then_some(moment)
}

/// The date or the span that a text names.
#[must_use]
pub fn period(tokens: &[Token]) -> Option<Period> {
    let mut moments: Vec<(usize, Moment)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Number {
            continue;
        }
        match number(token) {
            Some(Moment::Year(year)) => moments.push((at, refine(tokens, at, year))),
            Some(decade) => moments.push((at, decade)),
            None => {}
        }
    }
    let words: Vec<&str> = tokens.iter().map(|token| token.surface.as_str()).collect();
    let says = |list: &[&str]| words.iter().any(|word| list.contains(word));
    match moments.as_slice() {
        [] => None,
        [(_, moment)] => Some(Period { from: *moment, to: None }),
        [(_, from), .., (_, to)] => {
            let joined = says(&["between", "from", "to", "until", "through", "till", "and", "since"])
                || moments.len() == 2;
            let (first, last) = if from.span().first <= to.span().first { (from, to) } else { (to, from) };
            (joined && first != last)
                .then_some(Period { from: *first, to: Some(*last) })
                .or(Some(Period { from: *first, to: None }))
        }
    }
}

/// The month and the day that stand beside a year.
fn refine(tokens: &[Token], year_at: usize, year: i16) -> Moment {
    let near = |offset: usize| year_at.checked_sub(offset).and_then(|at| tokens.get(at));
    let month_of = |token: Option<&Token>| -> Option<i8> {
        let token = token.filter(|token| token.kind == TokenKind::Month)?;
        token.concept.strip_prefix("month ")?.parse().ok()
    };
    let day_of = |token: Option<&Token>| -> Option<i8> {
        let token = token.filter(|token| token.kind == TokenKind::Number)?;
        token.concept.parse().ok().filter(|day| (1..=31).contains(day))
    };
    // "13 May 2009", "May 13 2009", "May 13th of 2009", "13 of May 2009", "May 2009", "May of 2009"
    let stop = |token: Option<&Token>| token.is_some_and(|token| token.kind == TokenKind::Stop);
    let gap = usize::from(stop(near(1)) && (month_of(near(2)).is_some() || day_of(near(2)).is_some()));
    let (month, day) = if let Some(month) = month_of(near(1 + gap)) {
        let day_gap = usize::from(stop(near(2 + gap)) && day_of(near(3 + gap)).is_some());
        (Some(month), day_of(near(2 + gap + day_gap)))
    } else if let (Some(day), Some(month)) = (day_of(near(1 + gap)), month_of(near(2 + gap))) {
        (Some(month), Some(day))
    } else {
        (month_of(tokens.get(year_at + 1)), None)
    };
    let valid = |moment: Moment| moment.to_string().parse::<Moment>().ok();
    match (month, day) {
        (Some(month), Some(day)) => {
            valid(Moment::Day(year, month, day)).unwrap_or(Moment::Month(year, month))
        }
        (Some(month), None) => Moment::Month(year, month),
        _ => Moment::Year(year),
    }
}
