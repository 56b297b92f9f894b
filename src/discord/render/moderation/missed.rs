//! Questions that had no answer.

use std::time::{Duration, UNIX_EPOCH};

use serenity::builder::CreateActionRow;
use serenity::model::application::ButtonStyle;

use super::super::{Look, bare, quoted, row};
use super::{button, counted, menu, turns, when};
use crate::discord::custom_id::FactKey;
use crate::discord::limits;
use crate::discord::moderating::ids::{ModeratorId, Turn};
use crate::discord::response::Message;
use crate::knowledge::Fact;
use crate::moderation::missed::{MissedGroup, MissedPage};

/// As many are on a page.
pub const MISSED_PER_PAGE: usize = 10;
/// As many wordings of one are shown.
const WORDINGS: usize = 8;

/// A page of the list.
#[must_use]
pub fn missed(look: Look<'_>, missed: &MissedPage, words: &str, page: usize, days: u32) -> Message {
    let pages = missed.total.div_ceil(MISSED_PER_PAGE).max(1);
    let with = if words.is_empty() { String::new() } else { format!(" with “{}”", quoted(words)) };
    let mut lines = vec![match missed.total {
        0 if days == 0 => "No questions are taken down (`moderation.keep_missed_days` is 0).".to_owned(),
        0 => format!("There are no questions{with} without an answer."),
        1 => format!("One question{with} had no answer."),
        total => format!(
            "{total} questions{with} had no answer; page {} of {pages}, the most frequent first.",
            page.saturating_add(1)
        ),
    }];
    lines.extend(missed.groups.iter().map(line));
    if days > 0 {
        lines.push(format!("-# Nobody's name is kept. What nobody asks for {days} days is forgotten."));
    }
    let target =
        |page, on| ModeratorId::Missed(page, if on { Turn::On } else { Turn::Back }, words.to_owned());
    let things = missed
        .groups
        .iter()
        .map(|group| (group.id.to_string(), format!("{}× {}", group.count(), group.question)));
    let menu = menu(&ModeratorId::OpenMissed, "Choose a question", things).map(CreateActionRow::SelectMenu);
    let rows = menu.into_iter().chain(row(turns(page, pages, target))).collect();
    let embed = bare(&lines.join("\n"), look.colours.suggest).title("Missed questions");
    Message { embed, rows, files: Vec::new() }
}

fn line(group: &MissedGroup) -> String {
    let question = quoted(&limits::cut(&group.question, 200));
    format!("**{}×** {question}\n-# {}", group.count(), details(group))
}

/// How often it met with what, and when it was last asked.
fn details(group: &MissedGroup) -> String {
    let mut parts = Vec::new();
    for (count, what) in
        [(group.unanswered, "no answer"), (group.suggested, "only suggestions"), (group.unhelpful, "👎")]
    {
        if count > 0 {
            parts.push(format!("{what} {count}×"));
        }
    }
    if group.wordings > 1 {
        parts.push(format!("{} wordings", group.wordings));
    }
    let last = UNIX_EPOCH + Duration::from_secs(u64::try_from(group.last_seen).unwrap_or_default());
    parts.push(format!("last {}", when(last)));
    parts.join(" · ")
}

/// One of them, with the facts that may answer it.
#[must_use]
pub fn missed_question(look: Look<'_>, group: &MissedGroup, wordings: &[String], facts: &[&Fact]) -> Message {
    let mut lines = vec![details(group)];
    let others = wordings.iter().filter(|wording| **wording != group.question);
    lines.extend(others.take(WORDINGS).map(|wording| format!("- {}", quoted(&limits::cut(wording, 200)))));
    if !facts.is_empty() {
        lines.push(
            "\n**Teach:** if one of these answers it, choose it, and see what that would change.".to_owned(),
        );
    }
    for (number, fact) in (1..).zip(facts) {
        lines.push(format!(
            "{number}. {}\n-# {}",
            quoted(&fact.question),
            quoted(&limits::cut(&fact.answer, 240))
        ));
    }
    lines.push("\nFor another fact: `/missed question: … fact: …`".to_owned());
    let teach = (1..).zip(facts).map(|(number, fact)| {
        let id = ModeratorId::Teach(group.id, FactKey::of(fact), None);
        button(&id, &format!("Teach: {number}. {}", fact.question), ButtonStyle::Primary)
    });
    let others = vec![
        button(&ModeratorId::NewFact(group.id), "New fact", ButtonStyle::Success),
        button(&ModeratorId::NotForUs(group.id), "Not for us", ButtonStyle::Secondary),
        button(&ModeratorId::Dismiss(group.id), "Dismiss", ButtonStyle::Secondary),
        button(&ModeratorId::Missed(0, Turn::Here, String::new()), "All", ButtonStyle::Secondary),
    ];
    let rows = row(teach.collect()).into_iter().chain(row(others)).collect();
    let embed = bare(&lines.join("\n"), look.colours.suggest)
        .title(limits::cut(&quoted(&group.question), limits::EMBED_TITLE));
    Message { embed, rows, files: Vec::new() }
}

/// The sections, one of which a new fact is to come from.
#[must_use]
pub fn choose_section(look: Look<'_>, group: &MissedGroup) -> Message {
    let sections = look.base.sections.iter().map(|section| {
        let title = if section.title.is_empty() { &section.id } else { &section.title };
        (section.id.clone(), title.clone())
    });
    let menu = menu(&ModeratorId::NewFact(group.id), "The section that answers it", sections);
    let rows = menu.map(CreateActionRow::SelectMenu).into_iter().collect();
    let mut text = "Which section of the article answers this? Then a form asks for the answer.".to_owned();
    if look.base.sections.len() > limits::SELECT_OPTIONS {
        text.push_str(
            "\n-# For a section that is not in the menu: `/fact add`, then `/missed question: … fact: …`.",
        );
    }
    let embed =
        bare(&text, look.colours.suggest).title(limits::cut(&quoted(&group.question), limits::EMBED_TITLE));
    Message { embed, rows, files: Vec::new() }
}

/// Whether really all are to go.
#[must_use]
pub fn forget(look: Look<'_>, total: usize) -> Message {
    let what = counted(total, "question");
    let text = format!("Forget {what} that had no answer? This cannot be undone.");
    let buttons = vec![
        button(&ModeratorId::Forget, "Forget all", ButtonStyle::Danger),
        button(&ModeratorId::Missed(0, Turn::Here, String::new()), "Keep them", ButtonStyle::Secondary),
    ];
    Message {
        embed: bare(&text, look.colours.none),
        rows: row(buttons).into_iter().collect(),
        files: Vec::new(),
    }
}

/// All are gone.
#[must_use]
pub fn forgotten(look: Look<'_>, count: u64) -> Message {
    let text = if count == 1 {
        "One question is forgotten.".to_owned()
    } else {
        format!("{count} questions are forgotten.")
    };
    Message::card(bare(&text, look.colours.none))
}
