//! Facts as they are written, listed and exported.

use serenity::builder::CreateActionRow;
use serenity::model::application::ButtonStyle;

use super::super::{Look, bare, quoted, row};
use super::draft::{plain_title, texts};
use super::{author, button, counted, diff_block, menu, turns, when};
use crate::discord::custom_id::FactKey;
use crate::discord::limits;
use crate::discord::moderating::ids::{ListId, ModeratorId, Turn};
use crate::discord::response::{File, Message};
use crate::knowledge::Polarity;
use crate::moderation::entry::Entry;
use crate::moderation::export::ChangedFile;
use crate::moderation::form;
use crate::moderation::history::HistoryPage;
use crate::moderation::listing::{Listed, Mark};
use crate::moderation::overlay::Conflict;

/// As many facts are on a page, and as many patterns of one are shown.
const FACTS_PER_PAGE: usize = 10;
const PATTERNS: usize = 12;
/// Each of the texts of a conflict has so much room.
const CONFLICT_ROOM: usize = 900;

/// A fact as it is written, with its source and history; one that was taken away by what it was.
#[must_use]
pub fn fact(
    look: Look<'_>,
    id: &str,
    entry: Option<&Entry>,
    history: &HistoryPage,
    conflict: Option<&Conflict>,
) -> Message {
    let key = || FactKey::of_id(id);
    let mut parts: Vec<String> = Vec::new();
    let mut buttons = Vec::new();
    let mut files = Vec::new();
    match entry {
        Some(entry) => {
            parts.push(written(look, entry));
            buttons.push(button(&ModeratorId::Edit(key()), "Edit", ButtonStyle::Primary));
            buttons.push(button(&ModeratorId::Retire(key()), "Retire", ButtonStyle::Danger));
            files.push(File::text(&file_name(id), "The fact as it is written", &entry.to_toml()));
        }
        None => parts.push("This fact was taken away.".to_owned()),
    }
    if let Some(conflict) = conflict {
        let (block, is_cut) =
            diff_block(conflict.shipped.as_deref(), conflict.text.as_deref(), CONFLICT_ROOM);
        if is_cut {
            files.extend(texts(conflict.shipped.as_deref(), conflict.text.as_deref()));
        }
        parts.push(format!(
            "⚠ **The file has changed below the edit.** What the file has now (-), and what the edit has (+):\n{block}"
        ));
        buttons.push(button(&ModeratorId::Keep(key()), "Keep the edit", ButtonStyle::Secondary));
        buttons.push(button(&ModeratorId::GiveUp(key()), "Take the file's", ButtonStyle::Secondary));
    }
    if let Some(latest) = history.changes.first() {
        parts.push(format!(
            "{}; the latest, {}: {} {} ({})",
            counted(history.total, "change"),
            latest.id,
            author(&latest.author),
            latest.action.in_words(),
            when(latest.at)
        ));
        buttons.push(button(
            &ModeratorId::History(Some(key()), 0, Turn::Here),
            "History",
            ButtonStyle::Secondary,
        ));
    }
    let colour = if conflict.is_some() { look.colours.suggest } else { look.colours.answer };
    let embed = bare(&parts.join("\n\n"), colour).title(limits::cut(id, limits::EMBED_TITLE));
    Message { embed, rows: row(buttons).into_iter().collect(), files }
}

fn written(look: Look<'_>, entry: &Entry) -> String {
    let mut lines = vec![quoted(&entry.answer)];
    for line in form::answer_text(entry).lines().skip(1) {
        lines.push(format!("-# {}", quoted(&limits::cut(line, 200))));
    }
    let section = look.base.sections.iter().find(|section| section.id == entry.section);
    let title = section.map_or(entry.section.as_str(), |section| section.title.as_str());
    lines.push(match section.filter(|section| !section.url.is_empty()) {
        Some(section) => format!("**Source:** [{}]({})", quoted(title), section.url),
        None => format!("**Source:** {}", quoted(title)),
    });
    if let (Some(date), Some(event)) = (&entry.date, &entry.event) {
        lines.push(format!("**On the timeline:** {}: {}", quoted(date), quoted(event)));
    }
    if !entry.related.is_empty() {
        lines.push(limits::cut(&format!("**Related:** {}", entry.related.join(", ")), 300));
    }
    let patterns: Vec<(Option<Polarity>, &str)> = entry.patterns().collect();
    lines.push(format!("**Questions ({}):**", patterns.len()));
    for (polarity, pattern) in patterns.iter().take(PATTERNS) {
        let opening = match polarity {
            None => "",
            Some(Polarity::Yes) => " → Yes",
            Some(Polarity::No) => " → No",
        };
        lines.push(format!("- {}{opening}", quoted(&limits::cut(pattern, 120))));
    }
    if patterns.len() > PATTERNS {
        lines.push(format!("- … and {} more, in the file below", patterns.len() - PATTERNS));
    }
    lines.join("\n")
}

/// A fact's id as a file name.
fn file_name(id: &str) -> String {
    let safe: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect();
    format!("{safe}.toml")
}

/// A page of the list.
#[must_use]
pub fn list(look: Look<'_>, facts: &[Listed], list: &ListId, section: Option<&str>) -> Message {
    let pages = facts.len().div_ceil(FACTS_PER_PAGE).max(1);
    // Facts may have gone since the page was shown.
    let page = list.page.min(pages - 1);
    let shown: Vec<&Listed> = facts.iter().skip(page * FACTS_PER_PAGE).take(FACTS_PER_PAGE).collect();
    let mut scope = Vec::new();
    scope.extend(section.map(|section| format!("in the section `{section}`")));
    scope.extend((!list.words.is_empty()).then(|| format!("with “{}”", quoted(&list.words))));
    scope.extend(list.edited.then(|| "that moderators have touched".to_owned()));
    let scope = if scope.is_empty() { String::new() } else { format!(" {}", scope.join(", ")) };
    let mut lines = vec![match facts.len() {
        0 => format!("There are no facts{scope}."),
        1 => format!("One fact{scope}."),
        count => format!("{count} facts{scope}; page {} of {pages}.", page + 1),
    }];
    lines.extend(shown.iter().map(|fact| line(fact)));
    if facts.iter().any(|fact| fact.mark.is_some()) {
        lines.push(
            "-# ＋ added · ✎ changed · ✖ taken away · ⚠ the file has changed below the edit".to_owned(),
        );
    }
    let target = |page, on| {
        let turn = if on { Turn::On } else { Turn::Back };
        ModeratorId::List(ListId { page, turn, ..list.clone() })
    };
    let things = shown.iter().map(|fact| (fact.id.clone(), format!("{} · {}", fact.id, fact.question)));
    let menu = menu(&ModeratorId::OpenFact, "Open a fact", things).map(CreateActionRow::SelectMenu);
    let rows = menu.into_iter().chain(row(turns(page, pages, target))).collect();
    let embed = bare(&lines.join("\n"), look.colours.answer).title("Facts");
    Message { embed, rows, files: Vec::new() }
}

fn line(fact: &Listed) -> String {
    let mark = match fact.mark {
        None => "",
        Some(Mark::Added) => "＋ ",
        Some(Mark::Edited) => "✎ ",
        Some(Mark::Retired) => "✖ ",
    };
    let conflict = if fact.conflict { "⚠ " } else { "" };
    format!("{conflict}{mark}`{}` {}", limits::cut(&fact.id, 80), quoted(&limits::cut(&fact.question, 160)))
}

/// The files that edits have changed, and one patch for all of them.
#[must_use]
pub fn export(look: Look<'_>, changed: &[ChangedFile]) -> Message {
    if changed.is_empty() {
        let text = "There is nothing to export: the base is as its files have it.";
        return Message::card(bare(text, look.colours.none));
    }
    let patch: String = changed.iter().map(|file| file.patch.as_str()).collect();
    let mut files = vec![File::text("knowledge.patch", "All changes as a patch for git apply", &patch)];
    let room = limits::FILES - files.len();
    files.extend(changed.iter().take(room).map(|file| {
        let name = file.path.replace('/', "-");
        File::text(&name, &format!("knowledge/{} with the edits", file.path), &file.text)
    }));
    let names: Vec<String> = changed.iter().map(|file| format!("`knowledge/{}`", file.path)).collect();
    let mut text = format!(
        "Changed: {}.\n\nThe patch has all of it: `git apply knowledge.patch` in a \
         checkout, then open a pull request. Once it is shipped, these edits fold away by themselves.",
        limits::cut(&names.join(", "), 1_000)
    );
    if changed.len() > room {
        text.push_str("\n\nNot all files have room in a message; the patch is complete.");
    }
    let embed = bare(&text, look.colours.answer).title(plain_title("Export"));
    Message { embed, rows: Vec::new(), files }
}
