//! An edit before it is saved, and what became of it.

use serenity::builder::CreateActionRow;
use serenity::model::application::ButtonStyle;

use super::super::{Look, bare, quoted, row};
use super::{author, button, counted, diff_block};
use crate::assistant::capitalised;
use crate::discord::custom_id::FactKey;
use crate::discord::limits;
use crate::discord::moderating::ids::{ModeratorId, Turn};
use crate::discord::response::{File, Message};
use crate::knowledge::Polarity;
use crate::moderation::edits::Subject;
use crate::moderation::entry::Entry;
use crate::moderation::history::{Action, Change};
use crate::moderation::impact::{Impact, Shift, Verdict};
use crate::moderation::{Preview, Saved};

/// As many faults, and as many questions of each sort, are shown.
const FAULTS: usize = 10;
const SHIFTS: usize = 6;
/// At least so many characters of a difference are shown.
const LEAST_DIFF: usize = 500;
/// What is kept for the words between the parts.
const RESERVE: usize = 200;

/// An edit with its faults and its impact.
#[must_use]
pub fn preview(look: Look<'_>, preview: &Preview) -> Message {
    let (draft, subject) = (&preview.draft, preview.draft.subject());
    let title = match draft.action {
        Action::Add => format!("Add {subject}?"),
        Action::Retire => format!("Take away {subject}?"),
        Action::Undo => format!("Undo change {}?", draft.undoes.unwrap_or_default()),
        Action::Keep => format!("Keep {subject} as moderators left it?"),
        Action::Edit | Action::Ship => format!("Change {subject}?"),
    };
    let faults = faults(&preview.faults);
    let is_sound = preview.faults.is_empty();
    let verdict = if is_sound { impact(&preview.impact) } else { faults };
    let room = limits::EMBED_DESCRIPTION.saturating_sub(verdict.chars().count() + RESERVE).max(LEAST_DIFF);
    let (block, is_cut) = diff_block(preview.old.as_deref(), draft.new.as_deref(), room);
    let reason =
        if draft.reason.is_empty() { String::new() } else { format!("Reason: {}\n", quoted(&draft.reason)) };
    let colour = if is_sound { look.colours.suggest } else { look.colours.none };
    let description = format!("{block}\n{reason}{verdict}");
    let mut buttons = Vec::new();
    if is_sound {
        buttons.push(button(&ModeratorId::Save(preview.id), "Save", ButtonStyle::Success));
    }
    if matches!(subject, Subject::Fact(_)) && draft.new.is_some() && draft.action != Action::Keep {
        buttons.push(button(&ModeratorId::Revise(preview.id), "Edit again", ButtonStyle::Primary));
    }
    buttons.push(button(&ModeratorId::Cancel(preview.id), "Cancel", ButtonStyle::Secondary));
    let mut files = if is_cut { texts(preview.old.as_deref(), draft.new.as_deref()) } else { Vec::new() };
    if preview.faults.len() > FAULTS {
        files.push(File::text("faults.txt", "All that is wrong with it", &preview.faults.join("\n")));
    }
    let embed = bare(&description, colour).title(limits::cut(&plain_title(&title), limits::EMBED_TITLE));
    Message { embed, rows: row(buttons).into_iter().collect(), files }
}

/// The same for a question that a fact is to answer: with a yes or a no before the answer, where it asks for one.
#[must_use]
pub fn taught(
    look: Look<'_>,
    shown: &Preview,
    missed: i64,
    fact: &str,
    polarity: Option<Polarity>,
    polar: bool,
) -> Message {
    let mut message = preview(look, shown);
    if polar || polarity.is_some() {
        let choices = [
            (None, "Answer as it is"),
            (Some(Polarity::Yes), "Open with “Yes.”"),
            (Some(Polarity::No), "Open with “No.”"),
        ];
        let buttons = choices.map(|(choice, label)| {
            let style = if choice == polarity { ButtonStyle::Primary } else { ButtonStyle::Secondary };
            button(&ModeratorId::Teach(missed, FactKey::of_id(fact), choice), label, style)
                .disabled(choice == polarity)
        });
        message.rows.push(CreateActionRow::Buttons(buttons.to_vec()));
    }
    let answer =
        shown.draft.new.as_deref().and_then(|text| Entry::from_toml(text).ok()).map(|entry| entry.answer);
    let answer = answer.unwrap_or_default();
    let opening = match polarity {
        Some(Polarity::Yes) => "Yes. ",
        Some(Polarity::No) => "No. ",
        None => "",
    };
    message.embed = message.embed.field(
        "The answer will be",
        limits::cut(&format!("{opening}{}", quoted(&answer)), limits::EMBED_FIELD_VALUE),
        false,
    );
    message
}

/// A change that was saved.
#[must_use]
pub fn saved(look: Look<'_>, saved: &Saved) -> Message {
    let change = &saved.change;
    let what = format!("{} is {}", capitalised(&change.subject.to_string()), done(change));
    let served = match &saved.served {
        Ok(after) => format!("It is being served, {:.1} s after you pressed Save.", after.as_secs_f32()),
        Err(error) => format!(
            "**It is not served yet:** {}. It will be with the next change, or by `/fact reload`.",
            quoted(error)
        ),
    };
    let mut buttons = Vec::new();
    if change.old != change.new {
        buttons.push(button(&ModeratorId::Undo(change.id), "Undo", ButtonStyle::Secondary));
    }
    if let Subject::Fact(id) = &change.subject
        && change.new.is_some()
    {
        buttons.push(button(&ModeratorId::Fact(FactKey::of_id(id)), "Show", ButtonStyle::Secondary));
    }
    buttons.push(button(
        &ModeratorId::Missed(0, Turn::Here, String::new()),
        "Missed questions",
        ButtonStyle::Secondary,
    ));
    let title = format!("Saved as change {}", change.id);
    let embed = bare(&format!("{what}. {served}"), look.colours.answer).title(title);
    Message { embed, rows: row(buttons).into_iter().collect(), files: Vec::new() }
}

/// What is now so, as the end of a sentence.
fn done(change: &Change) -> String {
    match change.action {
        Action::Undo => format!("as it was before change {}", change.undoes.unwrap_or_default()),
        action => action.in_words().to_owned(),
    }
}

/// An edit that was dropped.
#[must_use]
pub fn cancelled(look: Look<'_>) -> Message {
    Message::card(bare("Dropped: nothing was changed.", look.colours.none))
}

/// An edit whose thing has changed in the meantime.
#[must_use]
pub fn changed(
    look: Look<'_>,
    subject: &Subject,
    seen: Option<&str>,
    now: Option<&str>,
    by: Option<&Change>,
    again: i64,
) -> Message {
    let who = by.map_or_else(
        || "It was changed".to_owned(),
        |change| format!("{} {} it (change {})", author(&change.author), change.action.in_words(), change.id),
    );
    let (block, is_cut) = diff_block(seen.or(now), now, 2_000);
    let difference = if seen.is_some() { format!(" What changed:\n{block}") } else { String::new() };
    let text = format!(
        "{who} since you saw it, so **nothing was saved**.{difference}\nYour version is kept: look at it again over what is there now."
    );
    let mut buttons = vec![button(&ModeratorId::Over(again), "Look at mine again", ButtonStyle::Primary)];
    if matches!(subject, Subject::Fact(_)) {
        buttons.push(button(&ModeratorId::Revise(again), "Edit mine", ButtonStyle::Secondary));
    }
    buttons.push(button(&ModeratorId::Cancel(again), "Cancel", ButtonStyle::Secondary));
    let files = if is_cut { texts(seen, now) } else { Vec::new() };
    let title = format!("{} has changed", capitalised(&subject.to_string()));
    let embed =
        bare(&text, look.colours.suggest).title(limits::cut(&plain_title(&title), limits::EMBED_TITLE));
    Message { embed, rows: row(buttons).into_iter().collect(), files }
}

/// A form that cannot be read, with what was typed.
#[must_use]
pub fn unread(look: Look<'_>, error: &str, id: &str, typed: &str) -> Message {
    let of = if id.is_empty() { String::new() } else { format!(" of `{}`", limits::cut(id, 100)) };
    let error = limits::cut(error, 1_500);
    let text = format!(
        "{error}.\n\nNothing{of} was changed. What you typed is in the file below, so that it is not lost: copy it into a \
         new form."
    );
    let mut message = Message::card(bare(&text, look.colours.none));
    message.files.push(File::text("typed.txt", "What you typed", typed));
    message
}

fn faults(faults: &[String]) -> String {
    let mut lines = vec!["**It cannot be saved like this:**".to_owned()];
    lines.extend(faults.iter().take(FAULTS).map(|fault| format!("✗ {}", limits::cut(fault, 240))));
    if faults.len() > FAULTS {
        lines.push(format!("… and {} more, in the file below", faults.len() - FAULTS));
    }
    lines.join("\n")
}

fn impact(impact: &Impact) -> String {
    let known = counted(impact.known, "known phrasing");
    let looked_at = if impact.asked == 0 {
        known
    } else {
        format!("{known} and {}", counted(impact.asked, "exam question"))
    };
    // Of the exam, what is answered, now or then, is worth a line; what is only suggested, a count.
    let is_answer = |shift: &&Shift| shift.before.is_answer() || shift.after.is_answer();
    let phrasings: Vec<&Shift> = impact.phrasings.iter().collect();
    let exam: Vec<&Shift> = impact.exam.iter().filter(is_answer).collect();
    let suggested = impact.exam.len() - exam.len();
    if phrasings.is_empty() && exam.is_empty() {
        return format!("**Impact:** none of {looked_at} would be answered otherwise.");
    }
    let mut what = Vec::new();
    for (shifts, name) in [(&phrasings, "phrasing"), (&exam, "exam question")] {
        if !shifts.is_empty() {
            what.push(counted(shifts.len(), name));
        }
    }
    let mut lines =
        vec![format!("**Impact:** {} would be answered otherwise, of {looked_at}.", what.join(" and "))];
    for shifts in [&phrasings, &exam] {
        lines.extend(shifts.iter().take(SHIFTS).map(|shifted| shift(shifted)));
        if shifts.len() > SHIFTS {
            lines.push(format!("… and {} more", shifts.len() - SHIFTS));
        }
    }
    if suggested > 0 {
        lines.push(format!("-# For {suggested} more of them, only what is suggested would differ."));
    }
    lines.join("\n")
}

fn shift(shift: &Shift) -> String {
    let question = quoted(&limits::cut(&shift.question, 120));
    format!("• *{question}*: {} → {}", verdict(&shift.before), verdict(&shift.after))
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Fact(id) => format!("`{}`", limits::cut(id, 60)),
        Verdict::Events => "a list of events".to_owned(),
        Verdict::Suggestions => "suggestions".to_owned(),
        Verdict::Nothing => "no answer".to_owned(),
    }
}

/// The texts before and after, as files.
pub(super) fn texts(old: Option<&str>, new: Option<&str>) -> Vec<File> {
    let old = old.map(|text| File::text("old.toml", "The text before", text));
    let new = new.map(|text| File::text("new.toml", "The text after", text));
    old.into_iter().chain(new).collect()
}

/// A title with quotation marks where a text has code marks: Discord shows those of a title as they are.
pub(super) fn plain_title(title: &str) -> String {
    let parts = title.split('`').enumerate();
    let marked = parts.map(|(at, part)| match at {
        0 => part.to_owned(),
        at if at % 2 == 1 => format!("“{part}"),
        _ => format!("”{part}"),
    });
    marked.collect()
}
