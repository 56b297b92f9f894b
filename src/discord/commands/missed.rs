//! `/missed`: the questions that had no answer, and what can be done about each.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandOptionType, InteractionContext};

use super::super::limits;
use super::super::moderating::ids::words_for_id;
use super::super::moderating::presses::preview;
use super::super::moderating::{Desk, Done, forms};
use super::super::permissions::MODERATES;
use super::super::render::moderation as screens;
use super::super::response::Response;
use super::fact;
use crate::knowledge::{Fact, Polarity};
use crate::moderation::Refusal;
use crate::moderation::missed::MissedGroup;

/// The command's name.
pub const NAME: &str = "missed";
const QUESTION: &str = "question";
const FACT: &str = "fact";
const SEARCH: &str = "search";
const FORGET: &str = "forget";
/// What the number of a group begins with where a question could be given.
const NUMBERED: char = '#';
/// As many facts are offered to answer a question.
const CANDIDATES: usize = 4;

/// How it is registered, in the guilds of moderators.
pub fn definition() -> CreateCommand {
    let text = |name, description| CreateCommandOption::new(CommandOptionType::String, name, description);
    CreateCommand::new(NAME)
        .description("See the questions that had no answer, and teach the bot")
        .default_member_permissions(MODERATES)
        .contexts(vec![InteractionContext::Guild])
        .add_option(text(QUESTION, "One of them").set_autocomplete(true).max_length(limits::QUESTION))
        .add_option(text(FACT, "The fact that answers this question").set_autocomplete(true))
        .add_option(text(SEARCH, "Only those with these words"))
        .add_option(CreateCommandOption::new(
            CommandOptionType::Boolean,
            FORGET,
            "Forget all of them: you are asked again first",
        ))
}

/// Runs it.
///
/// # Errors
/// Why it is refused.
pub async fn run(desk: &Desk<'_>) -> Done {
    let data = &desk.scene.interaction.data;
    let text = |name| data.text(name).unwrap_or_default().trim();
    if data.flag(FORGET) {
        let page = desk.moderation.store().missed("", 0, 1).await?;
        return Ok(desk.show(screens::forget(desk.look(), page.total)));
    }
    let question = text(QUESTION);
    if question.is_empty() {
        return list(desk, &words_for_id(text(SEARCH)), 0).await;
    }
    let numbered = question.strip_prefix(NUMBERED).and_then(|number| number.parse().ok());
    let group = match numbered {
        Some(id) => Some(id),
        None => desk.moderation.store().missed_like(question).await?,
    };
    match (group, text(FACT)) {
        (Some(id), "") => open(desk, id).await,
        (Some(id), fact) => teach(desk, id, fact, None).await,
        (None, "") => Ok(desk.note("Nobody has asked this in vain. Try it with `/fact test`.")),
        (None, fact) => {
            let draft = desk.moderation.teach(desk.author(), question, fact, None).await?;
            preview(desk, draft).await
        }
    }
}

/// A page of the list.
///
/// # Errors
/// Where the database cannot be read.
pub async fn list(desk: &Desk<'_>, words: &str, page: usize) -> Done {
    let offset = page.saturating_mul(screens::MISSED_PER_PAGE);
    let missed = desk.moderation.store().missed(words, offset, screens::MISSED_PER_PAGE).await?;
    let days = desk.scene.bot.keep_missed_days;
    Ok(desk.show(screens::missed(desk.look(), &missed, words, page, days)))
}

/// One of them, with the facts that may answer it.
///
/// # Errors
/// Where it is gone, or the database cannot be read.
pub async fn open(desk: &Desk<'_>, id: i64) -> Done {
    let (group, wordings) = group(desk, id).await?;
    let assistant = &desk.scene.served.assistant;
    let findings = assistant.matcher().find(&group.question);
    let facts: Vec<&Fact> = findings
        .candidates
        .iter()
        .filter_map(|candidate| assistant.base().facts.get(candidate.fact))
        .take(CANDIDATES)
        .collect();
    Ok(desk.show(screens::missed_question(desk.look(), &group, &wordings, &facts)))
}

async fn group(desk: &Desk<'_>, id: i64) -> Result<(MissedGroup, Vec<String>), Refusal> {
    desk.moderation.store().missed_group(id).await?.ok_or(Refusal::Settled)
}

/// A fact is to answer it.
///
/// # Errors
/// Why it is refused.
pub async fn teach(desk: &Desk<'_>, id: i64, fact: &str, polarity: Option<Polarity>) -> Done {
    let (group, _) = group(desk, id).await?;
    let draft = desk.moderation.teach(desk.author(), &group.question, fact, polarity).await?;
    let shown = desk.moderation.propose(draft.settling(Some(id))).await?;
    let polar = desk.scene.served.assistant.analyse(&group.question).polar;
    Ok(desk.show(screens::taught(desk.look(), &shown, id, fact, polarity, polar)))
}

/// A new fact is to answer it: in which section, then the form.
///
/// # Errors
/// Where it is gone.
pub async fn new_fact(desk: &Desk<'_>, id: i64, section: Option<&str>) -> Done {
    let (group, _) = group(desk, id).await?;
    match section {
        Some(section) => Ok(forms::add(section, Some(id), &group.question)),
        None => Ok(desk.show(screens::choose_section(desk.look(), &group))),
    }
}

/// It has no answer.
///
/// # Errors
/// Why it is refused.
pub async fn not_for_us(desk: &Desk<'_>, id: i64) -> Done {
    let (group, _) = group(desk, id).await?;
    let draft = desk.moderation.not_for_us(desk.author(), &group.question).await?;
    preview(desk, draft.settling(Some(id))).await
}

/// It is not shown any more.
///
/// # Errors
/// Where the database cannot be written.
pub async fn dismiss(desk: &Desk<'_>, id: i64) -> Done {
    desk.moderation.store().dismiss(id).await?;
    list(desk, "", 0).await
}

/// All of them go.
///
/// # Errors
/// Where the database cannot be written.
pub async fn forget(desk: &Desk<'_>) -> Done {
    let count = desk.moderation.store().forget_missed(0).await?;
    tracing::info!(count, "the missed questions were forgotten on request");
    // From the copy, too.
    if let Err(error) = desk.moderation.store().back_up().await {
        tracing::warn!(%error, "the database cannot be copied");
    }
    Ok(desk.show(screens::forgotten(desk.look(), count)))
}

/// Completes an option.
#[must_use]
pub async fn complete(desk: &Desk<'_>) -> Response {
    let data = &desk.scene.interaction.data;
    let (name, typed) = data.focused().unwrap_or_default();
    match name {
        FACT => Response::choices(fact::facts(desk, typed.trim(), false)),
        QUESTION => {
            let found = desk.moderation.store().missed(&typed, 0, limits::CHOICES).await;
            let groups = found.map(|page| page.groups).unwrap_or_default();
            Response::choices(groups.into_iter().map(|group| {
                let name = format!("{}× {}", group.count(), group.question);
                (limits::cut(&name, limits::CHOICE_TEXT), format!("{NUMBERED}{}", group.id))
            }))
        }
        _ => Response::choices::<String>([]),
    }
}
