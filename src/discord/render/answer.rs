//! Answers, suggestions, and the admission that there is none.

use serenity::builder::CreateActionRow;
use serenity::model::application::ButtonStyle;
use serenity::model::id::UserId;

use super::{Look, bare, button, delete_button, link, quoted, row, sections, symbol};
use crate::assistant::{Reply, SectionRef, Suggestion};
use crate::discord::custom_id::{CustomId, FactKey};
use crate::discord::limits;
use crate::discord::response::Message;
use crate::knowledge::{Fact, Period};

/// As many related questions are offered.
const RELATED: usize = 3;

/// An answer as it is shown.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The question, as it was asked.
    pub question: &'a str,
    /// The answer.
    pub text: &'a str,
    /// Where it comes from.
    pub section: Option<&'a SectionRef>,
    /// When what it tells happened.
    pub date: Option<Period>,
    /// The fact that answers; none for a list of events.
    pub fact: Option<&'a Fact>,
}

/// An answer: the text, its source and date; then related questions and what one may say about it.
#[must_use]
pub fn answer(look: Look<'_>, shown: &Shown<'_>, asker: UserId) -> Message {
    let mut card = look.card(&quoted(shown.question), shown.text, look.colours.answer);
    let section = shown.section.cloned().or_else(|| whole_article(look));
    if let Some(section) = section {
        card = card.field("Source", limits::cut(&link(&section), limits::EMBED_FIELD_VALUE), true);
    }
    if let (Some(date), Some(_)) = (shown.date, shown.fact) {
        card = card.field("Date", date.in_words(), true);
    }
    let related = shown.fact.map(|fact| related(look, fact)).unwrap_or_default();
    let related = related
        .into_iter()
        .map(|fact| {
            let id = CustomId::Related { asker, fact: FactKey::of(fact) };
            button(&id, &fact.question, ButtonStyle::Primary)
        })
        .collect();
    let fact = || shown.fact.map(FactKey::of);
    let verdict = vec![
        symbol(&CustomId::Vote { helpful: true, fact: fact() }, '👍'),
        symbol(&CustomId::Vote { helpful: false, fact: fact() }, '👎'),
        button(&CustomId::Why { fact: fact() }, "Why this answer", ButtonStyle::Secondary),
        delete_button(asker),
    ];
    Message { embed: card, rows: row(related).into_iter().chain(row(verdict)).collect(), files: Vec::new() }
}

/// The source of what several sections tell.
fn whole_article(look: Look<'_>) -> Option<SectionRef> {
    let article = &look.base.article;
    (!article.title.is_empty()).then(|| SectionRef {
        id: String::new(),
        title: article.title.clone(),
        url: article.url.clone(),
    })
}

/// The questions that go with a fact: those that its author named, then neighbours in its section.
fn related<'a>(look: Look<'a>, fact: &Fact) -> Vec<&'a Fact> {
    let facts = &look.base.facts;
    let named = fact.related.iter().filter_map(|id| look.base.fact(id));
    let position = facts.iter().position(|other| other.id == fact.id).unwrap_or_default();
    let (before, after) = facts.split_at(position);
    let neighbours = after.iter().chain(before).filter(|other| other.section == fact.section);
    let mut related: Vec<&Fact> = Vec::with_capacity(RELATED);
    for other in named.chain(neighbours) {
        let new = other.id != fact.id && related.iter().all(|known| known.id != other.id);
        if new && related.len() < RELATED {
            related.push(other);
        }
    }
    related
}

/// "Did you mean": a button a candidate.
#[must_use]
pub fn suggestions(look: Look<'_>, question: &str, reply: &Reply, asker: UserId) -> Message {
    let numbered = |number: usize, suggestion: &Suggestion| format!("{number}. {}", suggestion.question);
    let lines: Vec<String> =
        (1..).zip(&reply.suggestions).map(|(number, suggestion)| numbered(number, suggestion)).collect();
    let description = format!("{}\n\n{}", reply.text, lines.join("\n"));
    let card = look.card(&quoted(question), &description, look.colours.suggest);
    let picks = (1..)
        .zip(&reply.suggestions)
        .filter_map(|(number, suggestion)| {
            let fact = look.base.fact(&suggestion.fact)?;
            let id = CustomId::Pick { asker, fact: FactKey::of(fact) };
            Some(button(&id, &numbered(number, suggestion), ButtonStyle::Primary))
        })
        .take(limits::ROW_BUTTONS)
        .collect();
    let others =
        vec![button(&CustomId::Sections, "None of these", ButtonStyle::Secondary), delete_button(asker)];
    Message { embed: card, rows: row(picks).into_iter().chain(row(others)).collect(), files: Vec::new() }
}

/// There is no answer: what there is instead.
#[must_use]
pub fn nothing_found(look: Look<'_>, question: &str, text: &str) -> Message {
    let menu = sections::menu(look, None);
    let hint = if menu.is_some() { "\n\nChoose a subject below to see what I can answer." } else { "" };
    let card = look.card(&quoted(question), &format!("{text}{hint}"), look.colours.none);
    Message { embed: card, rows: menu.into_iter().collect(), files: Vec::new() }
}

/// A friendly word to what was no question.
#[must_use]
pub fn talk(look: Look<'_>, said: &str, text: &str) -> Message {
    let rows: Vec<CreateActionRow> = sections::menu(look, None).into_iter().collect();
    let card = bare(text, look.colours.answer).title(limits::cut(&quoted(said), limits::EMBED_TITLE));
    Message { embed: card, rows, files: Vec::new() }
}
