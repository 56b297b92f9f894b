//! What moderators see. Every message is for one of them alone.

mod draft;
mod fact;
mod history;
mod missed;
mod test;

pub use draft::{cancelled, changed, preview, saved, taught, unread};
pub use fact::{export, fact, list};
pub use history::{CHANGES_PER_PAGE, change, history, log_entry};
pub use missed::{MISSED_PER_PAGE, choose_section, forget, forgotten, missed, missed_question};
pub use test::test;

use std::time::{SystemTime, UNIX_EPOCH};

use serenity::builder::{CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};
use serenity::model::application::ButtonStyle;

use super::{button, quoted};
use crate::discord::limits;
use crate::discord::moderating::ids::ModeratorId;
use crate::moderation::diff::diff;
use crate::moderation::history::Author;

/// As much is shown of a line of a difference: enough for the longest answer that a fact may have.
const DIFF_LINE: usize = 540;

/// The buttons to the page before and the one after, as far as there are such.
fn turns(page: usize, pages: usize, id: impl Fn(usize, bool) -> ModeratorId) -> Vec<CreateButton> {
    let back = (page > 0).then(|| button(&id(page - 1, false), "◀ Back", ButtonStyle::Secondary));
    // A page number from an id may be any.
    let next = page.saturating_add(1);
    let on = (next < pages).then(|| button(&id(next, true), "More ▶", ButtonStyle::Secondary));
    back.into_iter().chain(on).collect()
}

/// A menu of things by their values, each with a line; none where there is nothing.
fn menu(
    id: &ModeratorId,
    placeholder: &str,
    things: impl IntoIterator<Item = (String, String)>,
) -> Option<CreateSelectMenu> {
    let options: Vec<CreateSelectMenuOption> = things
        .into_iter()
        .filter(|(value, _)| value.chars().count() <= limits::SELECT_TEXT)
        .take(limits::SELECT_OPTIONS)
        .map(|(value, label)| CreateSelectMenuOption::new(limits::cut(&label, limits::SELECT_TEXT), value))
        .collect();
    (!options.is_empty()).then(|| {
        CreateSelectMenu::new(id.to_string(), CreateSelectMenuKind::String { options })
            .placeholder(placeholder)
    })
}

/// The difference of two documents in a block of its own, cut to so many characters; and whether it was cut.
fn diff_block(old: Option<&str>, new: Option<&str>, room: usize) -> (String, bool) {
    let whole = diff(old, new);
    // A fence in a text would end the block.
    let whole = whole.replace("```", "``\u{200B}`");
    let mut shown = String::new();
    let mut length = 0;
    let mut is_cut = false;
    for whole in whole.lines() {
        let line = limits::cut(whole, DIFF_LINE);
        is_cut |= line != whole;
        length += line.chars().count() + 1;
        if length > room {
            is_cut = true;
            break;
        }
        shown.push_str(&line);
        shown.push('\n');
    }
    if is_cut {
        shown.push_str("… the whole is in the files below\n");
    }
    (format!("```diff\n{shown}```"), is_cut)
}

/// Who changed something, for a message that pings nobody.
fn author(author: &Author) -> String {
    match author {
        Author::Person(id) => format!("<@{id}>"),
        Author::Shell(name) => format!("{} (shell)", quoted(name)),
        Author::Bot => "the bot".to_owned(),
    }
}

/// So many of something whose plural ends in "s".
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// When something was, in the reader's own time.
fn when(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("<t:{seconds}:R>")
}
