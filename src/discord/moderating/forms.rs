//! Forms: a new fact, or a fact to be changed.

use serenity::builder::{CreateActionRow, CreateInputText, CreateModal};
use serenity::model::application::InputTextStyle;

use super::ids::{ModeratorId, SectionKey};
use super::{Desk, Done};
use crate::assistant::capitalised;
use crate::discord::custom_id::FactKey;
use crate::discord::limits;
use crate::discord::render::moderation as screens;
use crate::discord::response::{Response, Visibility};
use crate::moderation::edits::Revision;
use crate::moderation::entry::Entry;
use crate::moderation::form::{self, FormError};
use crate::moderation::{Draft, Refusal};

const ANSWER: &str = "answer";
const QUESTIONS: &str = "questions";
const CHANGES: &str = "changes";
const DATE: &str = "date";
const EVENT: &str = "event";
const REASON: &str = "reason";

/// A reason may be that long.
const REASON_CHARS: u16 = 200;

/// The form of a new fact in a section.
#[must_use]
pub fn add(section: &str, missed: Option<i64>, question: &str) -> Response {
    let questions = vec![form::pattern_of(question)].into_iter().filter(|question| !question.is_empty());
    let entry = Entry { questions: questions.collect(), ..Entry::default() };
    let id = ModeratorId::AddForm(SectionKey::of(section), missed);
    form_of(&id, "New fact", &entry, "")
}

/// The form of a fact as it stands; with a section, it is to move there.
#[must_use]
pub fn edit(entry: &Entry, section: Option<&str>) -> Response {
    let revision = Revision::of(Some(&entry.to_toml()));
    let id = ModeratorId::EditForm(FactKey::of_id(&entry.id), section.map(SectionKey::of), revision);
    form_of(&id, &format!("Change {}", entry.id), entry, "")
}

/// The form of a draft, as its author left it.
#[must_use]
pub fn revise(draft_id: i64, entry: &Entry, reason: &str) -> Response {
    form_of(&ModeratorId::ReviseForm(draft_id), &format!("Change {}", entry.id), entry, reason)
}

fn form_of(id: &ModeratorId, title: &str, entry: &Entry, reason: &str) -> Response {
    let questions = form::questions_text(entry);
    let answer = CreateInputText::new(InputTextStyle::Paragraph, "Answer", ANSWER)
        .placeholder(
            "One to three sentences. Other wordings on lines of their own: [when] On 19 October 2018.",
        )
        .max_length(limits::FORM_TEXT);
    // A form has no room for the longest lists; then it takes what is to be added and removed.
    let questions = if questions.chars().count() <= usize::from(limits::FORM_TEXT) {
        CreateInputText::new(InputTextStyle::Paragraph, "Questions, one a line", QUESTIONS)
            .placeholder("when was it opened / (who|what company) opened [the] refinery / yes: is it open / no: is it shut")
            .value(questions)
    } else {
        CreateInputText::new(InputTextStyle::Paragraph, "Questions to add (+) or remove (-)", CHANGES)
            .placeholder("This fact has too many to show. One a line: + a new one, - one that goes. /fact show has all.")
            .required(false)
    };
    let short = |label: &str, name: &str, value: Option<&str>, most: u16| {
        CreateInputText::new(InputTextStyle::Short, label, name)
            .required(false)
            .max_length(most)
            .value(value.unwrap_or_default())
    };
    let answer_text = form::answer_text(entry);
    let fields = [
        answer.value(limits::cut(&answer_text, usize::from(limits::FORM_TEXT))),
        questions.max_length(limits::FORM_TEXT),
        short("Date, for the timeline", DATE, entry.date.as_deref(), 40)
            .placeholder("2010, 2010-06, 2010-06-15, or two of them: 2015/2018-06"),
        short("Event: the timeline's line, with a date", EVENT, entry.event.as_deref(), 400),
        short("Reason, for the history", REASON, Some(reason), REASON_CHARS),
    ];
    let rows = fields.map(CreateActionRow::InputText).to_vec();
    Response::form(CreateModal::new(id.to_string(), limits::cut(title, limits::FORM_TITLE)).components(rows))
}

/// Takes a form that was sent.
///
/// # Errors
/// Why it is refused.
pub async fn sent(desk: &Desk<'_>) -> Done {
    match taken(desk).await {
        // There, what was typed is kept, or is there already.
        Err(refusal @ (Refusal::Changed { .. } | Refusal::Nothing(_))) => Err(refusal),
        Err(refusal) => {
            if let Refusal::Failed(error) = &refusal {
                tracing::error!(%error, "a form could not be taken");
            }
            Ok(unread(desk, &capitalised(&refusal.to_string()), ""))
        }
        done => done,
    }
}

async fn taken(desk: &Desk<'_>) -> Done {
    let data = &desk.scene.interaction.data;
    let Ok(id) = data.custom_id.parse::<ModeratorId>() else {
        return Ok(super::super::components::stale(desk.scene));
    };
    let base = desk.scene.served.assistant.base();
    let (draft, seen) = match id {
        ModeratorId::AddForm(section, missed) => {
            let Some(section) = section.find(base) else { return Ok(gone(desk, "The section")) };
            let mut entry = Entry { section: section.to_owned(), ..Entry::default() };
            if let Err(error) = fill(desk, &mut entry) {
                return Ok(unread(desk, &error.to_string(), &entry.id));
            }
            entry.id = free_id(desk, &entry);
            (Draft::add(desk.author(), &entry).settling(missed), Revision::of(None))
        }
        ModeratorId::EditForm(key, section, seen) => {
            let Some(id) = desk.fact_id(&key) else { return Ok(gone(desk, "The fact")) };
            let entry = desk.moderation.known_fact(&id).await?;
            let mut edited = entry.clone();
            if let Some(section) = section {
                let Some(section) = section.find(base) else { return Ok(gone(desk, "The section")) };
                section.clone_into(&mut edited.section);
            }
            if let Err(error) = fill(desk, &mut edited) {
                return Ok(unread(desk, &error.to_string(), &edited.id));
            }
            (Draft::edit(desk.author(), &entry, &edited), seen)
        }
        ModeratorId::ReviseForm(draft) => {
            let draft = desk.moderation.draft(draft, &desk.author()).await?;
            let Some(mut entry) = draft.new.as_deref().and_then(|text| Entry::from_toml(text).ok()) else {
                return Err(Refusal::Gone);
            };
            if let Err(error) = fill(desk, &mut entry) {
                return Ok(unread(desk, &error.to_string(), &entry.id));
            }
            let draft = desk.renamed(draft.with(&entry));
            let seen = Revision::of(draft.seen.as_deref());
            (draft, seen)
        }
        _ => return Ok(super::super::components::stale(desk.scene)),
    };
    let draft = draft.because(data.field(REASON).unwrap_or_default());
    let preview = desk.moderation.propose_over(draft, seen).await?;
    Ok(desk.show(screens::preview(desk.look(), &preview)))
}

/// An id for a new fact that no other has or had.
fn free_id(desk: &Desk<'_>, entry: &Entry) -> String {
    let first = entry.patterns().next().map_or(entry.answer.as_str(), |(_, pattern)| pattern);
    form::id_for(first, |id| desk.is_taken(id))
}

/// Puts what was typed into a fact.
fn fill(desk: &Desk<'_>, entry: &mut Entry) -> Result<(), FormError> {
    let data = &desk.scene.interaction.data;
    let field = |name| data.field(name).unwrap_or_default();
    if let Some(questions) = data.field(QUESTIONS) {
        form::read_questions(entry, questions);
    }
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    entry.date = optional(field(DATE));
    entry.event = optional(field(EVENT));
    let answer = form::read_answer(field(ANSWER));
    let changed = form::change_questions(entry, field(CHANGES));
    (entry.answer, entry.variants) = answer?;
    changed
}

/// What was typed cannot be taken: it comes back, so that it is not lost.
fn unread(desk: &Desk<'_>, error: &str, id: &str) -> Response {
    let data = &desk.scene.interaction.data;
    let fields = [ANSWER, QUESTIONS, CHANGES, DATE, EVENT, REASON];
    let typed = fields.iter().filter_map(|name| data.field(name)).filter(|text| !text.is_empty());
    let typed: Vec<&str> = typed.collect();
    screens::unread(desk.look(), error, id, &typed.join("\n\n")).reply(Visibility::Private)
}

fn gone(desk: &Desk<'_>, what: &str) -> Response {
    unread(desk, &format!("{what} is no longer there"), "")
}
