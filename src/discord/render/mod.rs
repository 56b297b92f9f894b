//! What replies look like. Pure functions: from a base and a reply to a message, without any I/O.

mod about;
mod answer;
pub mod moderation;
mod picture;
mod sections;
mod text;
mod timeline;
mod why;

pub use about::{About, about, help, in_words};
pub use answer::{Shown, answer, nothing_found, suggestions, talk};
pub use picture::{PictureError, picture};
pub use sections::{section, sections};
pub use text::{plain, quoted};
pub use timeline::{Part, counted, overview, part};
pub use why::why;

use std::fmt;

use serenity::builder::{CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;
use serenity::model::id::UserId;

use super::custom_id::CustomId;
use super::limits;
use super::response::Message;
use crate::assistant::SectionRef;
use crate::config::{Colour, ColoursConfig};
use crate::knowledge::FactBase;

/// What every rendering needs.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The base.
    pub base: &'a FactBase,
    /// The colours.
    pub colours: ColoursConfig,
}

impl Look<'_> {
    /// A card with the attribution below.
    fn card(self, title: &str, description: &str, colour: Colour) -> CreateEmbed {
        let card = bare(description, colour).title(limits::cut(title, limits::EMBED_TITLE));
        match attribution(self.base) {
            Some(line) => card.footer(CreateEmbedFooter::new(limits::cut(&line, limits::EMBED_FOOTER))),
            None => card,
        }
    }
}

/// A card without a title.
fn bare(description: &str, colour: Colour) -> CreateEmbed {
    CreateEmbed::new().description(limits::cut(description, limits::EMBED_DESCRIPTION)).colour(colour.0)
}

/// A short word to the one who pressed or asked.
#[must_use]
pub fn note(text: &str, colours: ColoursConfig) -> Message {
    Message::card(bare(text, colours.none))
}

/// Where all answers come from, as the licence of the source asks to say.
fn attribution(base: &FactBase) -> Option<String> {
    let article = &base.article;
    if article.title.is_empty() {
        return None;
    }
    let parts = [article.publisher.as_str(), article.licence.as_str()];
    let rest: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Some(match rest.as_slice() {
        [] => format!("From “{}”", article.title),
        rest => format!("From “{}”, {}", article.title, rest.join(", ")),
    })
}

/// What a section is called: by its id where its title is empty.
fn heading<'a>(title: &'a str, id: &'a str) -> &'a str {
    if title.is_empty() { id } else { title }
}

/// A section's title, as a link where it has an address.
fn link(section: &SectionRef) -> String {
    let title = heading(&section.title, &section.id);
    if section.url.is_empty() { quoted(title) } else { format!("[{}]({})", quoted(title), section.url) }
}

fn button(id: &impl fmt::Display, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id.to_string()).label(limits::cut(label, limits::BUTTON_LABEL)).style(style)
}

fn symbol(id: &CustomId, symbol: char) -> CreateButton {
    CreateButton::new(id.to_string()).emoji(symbol).style(ButtonStyle::Secondary)
}

fn delete_button(asker: UserId) -> CreateButton {
    symbol(&CustomId::Delete { asker }, '🗑')
}

/// A row, where there is something in it: Discord refuses empty ones.
fn row(buttons: Vec<CreateButton>) -> Option<CreateActionRow> {
    (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
}
