//! Dated events: the overview, and a year or a span of years with ways to the next ones.

use std::sync::Arc;

use serenity::builder::{
    CreateActionRow, CreateEmbedFooter, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::application::ButtonStyle;
use serenity::model::id::UserId;

use super::{Look, attribution, button, delete_button, link, quoted, row};
use crate::assistant::capitalised;
use crate::discord::custom_id::{CustomId, TimelineButton};
use crate::discord::limits;
use crate::discord::response::{File, Message};
use crate::knowledge::{Moment, Period};
use crate::timeline::{self, Event};

/// As many events are on one page, …
const PAGE_EVENTS: usize = 10;
/// … and as many characters: a screenful, well within what an embed may hold.
const PAGE_CHARS: usize = 3_000;
/// The picture's file name.
const PICTURE: &str = "timeline.png";
/// Discord takes so many characters as a picture's description.
const ALT_TEXT: usize = 1_024;

/// Some years of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first year, and the last one.
    pub years: (i16, i16),
    /// The page, from 0.
    pub page: usize,
}

impl Part {
    fn period(self) -> Period {
        let (from, until) = self.years;
        Period { from: Moment::Year(from), to: (from != until).then_some(Moment::Year(until)) }
    }

    /// How it is called.
    fn title(self) -> String {
        let (from, until) = self.years;
        if from == until { format!("Timeline · {from}") } else { format!("Timeline · {from} – {until}") }
    }

    /// Whether anything is dated in it.
    #[must_use]
    pub fn has_events(self, look: Look<'_>) -> bool {
        !timeline::events(look.base, Some(self.period().span())).is_empty()
    }
}

/// The events of some years, a page of them.
#[must_use]
pub fn part(look: Look<'_>, part: Part, asker: UserId) -> Message {
    let span = part.period().span();
    let events = timeline::events(look.base, Some(span));
    let pages = pages(&events);
    let last_page = pages.len().saturating_sub(1);
    let page = part.page.min(last_page);
    let description = pages.get(page).map_or_else(
        || {
            let hint = timeline::nearest_hint(look.base, span).unwrap_or_default();
            format!("No event is dated {}. {hint}", part.period().in_words())
        },
        |lines| lines.join("\n\n"),
    );
    let colour = if events.is_empty() { look.colours.none } else { look.colours.timeline };
    let mut card = look.card(&part.title(), &description, colour);
    if last_page > 0 {
        let source = attribution(look.base).map(|line| format!(" · {line}")).unwrap_or_default();
        let line = format!("Page {} of {}{source}", page + 1, last_page + 1);
        card = card.footer(CreateEmbedFooter::new(limits::cut(&line, limits::EMBED_FOOTER)));
    }
    let to = |years, page, button| CustomId::Timeline { asker, years, page, button };
    let mut buttons = Vec::new();
    let [earlier, later] = neighbours(look, part);
    if let Some((year, count)) = earlier {
        let id = to((year, year), 0, TimelineButton::Earlier);
        buttons.push(button(&id, &format!("◀ {}", counted(year, count)), ButtonStyle::Primary));
    }
    if page > 0 {
        let id = to(part.years, page - 1, TimelineButton::PageBack);
        buttons.push(button(&id, "Page back", ButtonStyle::Secondary));
    }
    if page < last_page {
        let id = to(part.years, page + 1, TimelineButton::PageForward);
        buttons.push(button(&id, "Next page", ButtonStyle::Secondary));
    }
    if let Some((year, count)) = later {
        let id = to((year, year), 0, TimelineButton::Later);
        buttons.push(button(&id, &format!("{} ▶", counted(year, count)), ButtonStyle::Primary));
    }
    buttons.push(delete_button(asker));
    Message { embed: card, rows: row(buttons).into_iter().collect(), files: Vec::new() }
}

/// A year with the number of its events, as a person reads it.
#[must_use]
pub fn counted(year: i16, count: usize) -> String {
    if count == 1 { format!("{year} · 1 event") } else { format!("{year} · {count} events") }
}

/// The nearest years with events before and after.
fn neighbours(look: Look<'_>, part: Part) -> [Option<(i16, usize)>; 2] {
    let years = timeline::years(look.base);
    let earlier = years.iter().rev().find(|(year, _)| *year < part.years.0).copied();
    let later = years.iter().find(|(year, _)| *year > part.years.1).copied();
    [earlier, later]
}

fn pages(events: &[Event]) -> Vec<Vec<String>> {
    let mut pages: Vec<Vec<String>> = Vec::new();
    let mut length = 0;
    for event in events {
        let line = format!(
            "**{}**\n{} · {}",
            capitalised(&event.when.in_words()),
            quoted(&event.event),
            link(&event.section)
        );
        let line = limits::cut(&line, PAGE_CHARS);
        let added = line.chars().count() + 2;
        match pages.last_mut() {
            Some(page) if page.len() < PAGE_EVENTS && length + added <= PAGE_CHARS => page.push(line),
            _ => {
                pages.push(vec![line]);
                length = 0;
            }
        }
        length += added;
    }
    pages
}

/// All years: how many events each has, as a picture where there is one, and a menu to open a year.
#[must_use]
pub fn overview(look: Look<'_>, picture: Option<Arc<[u8]>>, asker: UserId) -> Message {
    let years = timeline::years(look.base);
    let events = timeline::events(look.base, None).len();
    let (Some((first, _)), Some((last, _))) = (years.first(), years.last()) else {
        let card = look.card("Timeline", "No fact of this base is dated.", look.colours.none);
        return Message::card(card);
    };
    let description = format!(
        "{events} dated events in {} years, from {first} to {last}. Open a year below, or type `/timeline year`.",
        years.len()
    );
    let mut card = look.card("Timeline", &description, look.colours.timeline);
    let counts: Vec<String> = years.iter().map(|(year, count)| format!("{year}: {count}")).collect();
    let files: Vec<File> = picture
        .into_iter()
        .map(|bytes| File {
            name: PICTURE.to_owned(),
            description: limits::cut(
                &format!("Bar chart of dated events by year. {}", counts.join(", ")),
                ALT_TEXT,
            ),
            media_type: "image/png",
            bytes,
        })
        .collect();
    card = if files.is_empty() {
        card.field("Events by year", limits::cut(&counts.join(", "), limits::EMBED_FIELD_VALUE), false)
    } else {
        card.attachment(PICTURE)
    };
    let buttons = CreateActionRow::Buttons(vec![delete_button(asker)]);
    Message { embed: card, rows: vec![menu(&years, asker), buttons], files }
}

/// A menu of years: those with the most events, in order, where not all have room.
fn menu(years: &[(i16, usize)], asker: UserId) -> CreateActionRow {
    let mut offered = years.to_vec();
    offered.sort_by_key(|(year, count)| (std::cmp::Reverse(*count), *year));
    offered.truncate(limits::SELECT_OPTIONS);
    offered.sort_unstable();
    let options = offered
        .into_iter()
        .map(|(year, count)| CreateSelectMenuOption::new(counted(year, count), year.to_string()))
        .collect();
    let id = CustomId::Years { asker }.to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder("Open a year");
    CreateActionRow::SelectMenu(menu)
}
