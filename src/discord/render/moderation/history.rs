//! What was changed, by whom and why: for moderators, and for the log channel.

use serenity::builder::{CreateActionRow, CreateEmbed};
use serenity::model::application::ButtonStyle;

use super::super::{Look, bare, quoted, row};
use super::draft::{plain_title, texts};
use super::{author, button, diff_block, menu, turns, when};
use crate::assistant::capitalised;
use crate::config::ColoursConfig;
use crate::discord::custom_id::FactKey;
use crate::discord::limits;
use crate::discord::moderating::ids::{ModeratorId, Turn};
use crate::discord::response::{File, Message};
use crate::moderation::edits::Subject;
use crate::moderation::history::{Action, Change, HistoryPage};

/// As many changes are on a page.
pub const CHANGES_PER_PAGE: usize = 10;
/// A difference in the history has so much room.
const DIFF_ROOM: usize = 2_500;

/// A page of the history, of a fact or of all.
#[must_use]
pub fn history(look: Look<'_>, id: Option<&str>, history: &HistoryPage, page: usize) -> Message {
    let pages = history.total.div_ceil(CHANGES_PER_PAGE).max(1);
    let of = id.map(|id| format!(" to `{}`", limits::cut(id, 100))).unwrap_or_default();
    let mut lines = vec![match history.total {
        0 => format!("There are no changes{of} so far."),
        1 => format!("One change{of}."),
        total => {
            format!("{total} changes{of}; page {} of {pages}, the latest first.", page.saturating_add(1))
        }
    }];
    lines.extend(history.changes.iter().map(line));
    let target =
        |page, on| ModeratorId::History(id.map(FactKey::of_id), page, if on { Turn::On } else { Turn::Back });
    let things = history.changes.iter().map(|change| {
        (
            change.id.to_string(),
            format!("{} · {} {}", change.id, change.subject.key(), change.action.in_words()),
        )
    });
    let menu = menu(&ModeratorId::OpenChange, "Open a change", things).map(CreateActionRow::SelectMenu);
    let rows = menu.into_iter().chain(row(turns(page, pages, target))).collect();
    let embed = bare(&lines.join("\n"), look.colours.answer).title("History");
    Message { embed, rows, files: Vec::new() }
}

fn line(change: &Change) -> String {
    let reason = if change.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", quoted(&limits::cut(&change.reason, 120)))
    };
    format!("**{}** · {} · {}{reason}", change.id, when(change.at), what(change))
}

/// Who did what, as a clause.
fn what(change: &Change) -> String {
    let subject = match &change.subject {
        Subject::Fact(id) => format!("`{}`", limits::cut(id, 80)),
        subject => limits::cut(&subject.to_string(), 160),
    };
    match (change.action, change.undoes) {
        (Action::Undo, Some(undone)) => {
            format!("{} undid change {undone} of {subject}", author(&change.author))
        }
        _ => format!("{} {} {subject}", author(&change.author), verb(change.action)),
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Add => "added",
        Action::Edit => "changed",
        Action::Retire => "took away",
        Action::Undo => "undid",
        Action::Keep => "kept",
        Action::Ship => "found shipped",
    }
}

/// One change, with the difference that it made.
#[must_use]
pub fn change(look: Look<'_>, change: &Change) -> Message {
    let (embed, files) = card(change, look.colours);
    let mut buttons = Vec::new();
    if change.old != change.new {
        buttons.push(button(&ModeratorId::Undo(change.id), "Undo", ButtonStyle::Secondary));
    }
    if let Subject::Fact(id) = &change.subject {
        buttons.push(button(&ModeratorId::Fact(FactKey::of_id(id)), "Show the fact", ButtonStyle::Secondary));
    }
    let back = ModeratorId::History(None, 0, Turn::Here);
    buttons.push(button(&back, "History", ButtonStyle::Secondary));
    Message { embed, rows: row(buttons).into_iter().collect(), files }
}

/// A change for the log channel, with the texts before and after beside it.
#[must_use]
pub fn log_entry(change: &Change, colours: ColoursConfig) -> Message {
    let (embed, _) = card(change, colours);
    Message { embed, rows: Vec::new(), files: texts(change.old.as_deref(), change.new.as_deref()) }
}

fn card(change: &Change, colours: ColoursConfig) -> (CreateEmbed, Vec<File>) {
    let (block, is_cut) = if change.old == change.new {
        ("The text stayed the same.".to_owned(), false)
    } else {
        diff_block(change.old.as_deref(), change.new.as_deref(), DIFF_ROOM)
    };
    let reason = if change.reason.is_empty() {
        String::new()
    } else {
        format!("\nReason: {}", quoted(&change.reason))
    };
    let text = format!("{} ({}).{reason}\n{block}", capitalised(&what(change)), when(change.at));
    let title = plain_title(&format!("Change {}: {}", change.id, change.subject));
    let embed = bare(&text, colours.answer).title(limits::cut(&title, limits::EMBED_TITLE));
    let files = if is_cut { texts(change.old.as_deref(), change.new.as_deref()) } else { Vec::new() };
    (embed, files)
}
