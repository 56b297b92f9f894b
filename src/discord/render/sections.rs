//! What the bot can talk about: the sections of the source, and the best questions of each.

use serenity::builder::{CreateActionRow, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};
use serenity::model::application::ButtonStyle;

use super::{Look, button, heading, link, quoted, row};
use crate::assistant::SectionRef;
use crate::discord::custom_id::{CustomId, FactKey};
use crate::discord::limits;
use crate::discord::response::Message;
use crate::knowledge::{Fact, Section};

/// As many questions of a section are offered.
const QUESTIONS: usize = limits::ROW_BUTTONS;

/// The menu of sections; none where the base has none.
#[must_use]
pub fn menu(look: Look<'_>, chosen: Option<&str>) -> Option<CreateActionRow> {
    let options: Vec<CreateSelectMenuOption> = offered(look)
        .into_iter()
        .map(|(section, count)| {
            let facts = if count == 1 { "1 fact".to_owned() } else { format!("{count} facts") };
            let title = heading(&section.title, &section.id);
            CreateSelectMenuOption::new(limits::cut(title, limits::SELECT_TEXT), section.id.clone())
                .description(facts)
                .default_selection(chosen == Some(section.id.as_str()))
        })
        .collect();
    (!options.is_empty()).then(|| {
        let kind = CreateSelectMenuKind::String { options };
        let menu =
            CreateSelectMenu::new(CustomId::Sections.to_string(), kind).placeholder("What I can talk about");
        CreateActionRow::SelectMenu(menu)
    })
}

/// The sections that the menu has room for, with their numbers of facts: the richest, in the order of the source.
fn offered(look: Look<'_>) -> Vec<(&Section, usize)> {
    let mut counts = vec![0usize; look.base.sections.len()];
    for fact in &look.base.facts {
        if let Some(count) = counts.get_mut(fact.section) {
            *count += 1;
        }
    }
    let mut sections: Vec<(usize, &Section, usize)> = look
        .base
        .sections
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(at, (section, count))| (at, section, count))
        .filter(|(_, section, count)| *count > 0 && section.id.chars().count() <= limits::SELECT_TEXT)
        .collect();
    sections.sort_by_key(|(at, _, count)| (std::cmp::Reverse(*count), *at));
    sections.truncate(limits::SELECT_OPTIONS);
    sections.sort_by_key(|(at, ..)| *at);
    sections.into_iter().map(|(_, section, count)| (section, count)).collect()
}

/// The menu alone, with a word about it.
#[must_use]
pub fn sections(look: Look<'_>) -> Message {
    let card =
        look.card("What I can talk about", "Choose a subject to see what I can answer.", look.colours.none);
    Message { embed: card, rows: menu(look, None).into_iter().collect(), files: Vec::new() }
}

/// An opened section: what it is about, and questions to go on with. None where the base has no such section.
#[must_use]
pub fn section(look: Look<'_>, id: &str) -> Option<Message> {
    let index = look.base.sections.iter().position(|section| section.id == id)?;
    let section = look.base.sections.get(index)?;
    let facts: Vec<&Fact> = look.base.facts.iter().filter(|fact| fact.section == index).collect();
    let overview =
        facts.iter().find(|fact| fact.id.ends_with("-overview")).or_else(|| facts.first()).copied()?;
    let title = heading(&section.title, &section.id);
    let source = link(&SectionRef::of(look.base, overview));
    let card = look.card(&quoted(title), &overview.answer, look.colours.answer).field(
        "Source",
        limits::cut(&source, limits::EMBED_FIELD_VALUE),
        true,
    );
    let questions = facts
        .iter()
        .filter(|fact| fact.id != overview.id)
        .take(QUESTIONS)
        .map(|fact| button(&CustomId::Open { fact: FactKey::of(fact) }, &fact.question, ButtonStyle::Primary))
        .collect();
    let rows = row(questions).into_iter().chain(menu(look, Some(id))).collect();
    Some(Message { embed: card, rows, files: Vec::new() })
}
