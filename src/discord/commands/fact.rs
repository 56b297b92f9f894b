//! `/fact`: moderators look at the facts, change them, and take changes back.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandOptionType, InteractionContext};

use super::super::limits;
use super::super::moderating::ids::{ListId, SectionKey, Turn, words_for_id};
use super::super::moderating::presses::preview;
use super::super::moderating::{Desk, Done, forms};
use super::super::permissions::MODERATES;
use super::super::render::moderation as screens;
use super::super::response::{Message, Response};
use crate::assistant::MAX_QUESTION_CHARS;
use crate::explanation::explain;
use crate::matcher::text::fold_words;
use crate::moderation::Refusal;
use crate::moderation::edits::Subject;
use crate::moderation::listing::Filter;

/// The command's name.
pub const NAME: &str = "fact";
const ID: &str = "id";
const SECTION: &str = "section";
const QUERY: &str = "query";
const EDITED: &str = "edited";
const QUESTION: &str = "question";
const CHANGE: &str = "change";
const REASON: &str = "reason";
const ALIAS: &str = "alias";
const REMOVE: &str = "remove";
const ALIAS_OF: &str = "of";

/// How it is registered, in the guilds of moderators.
pub fn definition() -> CreateCommand {
    let sub = |name, description| CreateCommandOption::new(CommandOptionType::SubCommand, name, description);
    let text = |name, description| CreateCommandOption::new(CommandOptionType::String, name, description);
    let flag = |name, description| CreateCommandOption::new(CommandOptionType::Boolean, name, description);
    let id =
        || text(ID, "The fact: type words of its question, or its id").required(true).set_autocomplete(true);
    let section = |description| text(SECTION, description).set_autocomplete(true);
    let reason = || text(REASON, "Why, for the history").max_length(200);
    let change = CreateCommandOption::new(
        CommandOptionType::Integer,
        CHANGE,
        "The number of the change, from the history",
    )
    .min_int_value(1)
    .required(true)
    .set_autocomplete(true);
    CreateCommand::new(NAME)
        .description("Look at the facts, change them, and take changes back")
        .default_member_permissions(MODERATES)
        .contexts(vec![InteractionContext::Guild])
        .add_option(
            sub("add", "Add a fact: a form asks for the answer and the questions")
                .add_sub_option(section("The section of the article that it comes from").required(true)),
        )
        .add_option(
            sub("edit", "Change a fact: a form shows it as it is")
                .add_sub_option(id())
                .add_sub_option(section("Move it to this section")),
        )
        .add_option(sub("retire", "Take a fact away").add_sub_option(id()).add_sub_option(reason()))
        .add_option(
            sub("show", "See a fact as it is written, with its source and history").add_sub_option(id()),
        )
        .add_option(
            sub("list", "List the facts")
                .add_sub_option(section("Only those of this section"))
                .add_sub_option(text(QUERY, "Only those with these words"))
                .add_sub_option(flag(EDITED, "Only those that moderators have touched")),
        )
        .add_option(
            sub("history", "See what was changed, by whom and why")
                .add_sub_option(text(ID, "Only the changes to this fact").set_autocomplete(true)),
        )
        .add_option(sub("undo", "Take a change back").add_sub_option(change).add_sub_option(reason()))
        .add_option(
            sub("test", "See how a question would be answered, and why")
                .add_sub_option(text(QUESTION, "The question").required(true).max_length(limits::QUESTION)),
        )
        .add_option(
            sub("alias", "Give something another name, or take one away")
                .add_sub_option(
                    text(ALIAS_OF, "What it is another name of").required(true).set_autocomplete(true),
                )
                .add_sub_option(text(ALIAS, "The other name").required(true).max_length(80))
                .add_sub_option(flag(REMOVE, "Take the other name away"))
                .add_sub_option(reason()),
        )
        .add_option(sub("export", "Get the changed files, ready for a pull request"))
        .add_option(sub("reload", "Read the files and the changes anew"))
}

/// Runs it.
///
/// # Errors
/// Why it is refused.
pub async fn run(desk: &Desk<'_>) -> Done {
    let data = &desk.scene.interaction.data;
    let text = |name| data.text(name).unwrap_or_default().trim();
    match data.subcommand().unwrap_or_default() {
        "add" => match section(desk, text(SECTION)) {
            Some(section) => Ok(forms::add(&section, None, "")),
            None => Ok(no_section(desk, text(SECTION))),
        },
        "edit" => edit(desk, text(ID), text(SECTION)).await,
        "retire" => {
            let draft = desk.moderation.retire(desk.author(), text(ID)).await?;
            preview(desk, draft.because(text(REASON))).await
        }
        "show" => show(desk, text(ID)).await,
        "list" => {
            let wanted = text(SECTION);
            let section = section(desk, wanted);
            if section.is_none() && !wanted.is_empty() {
                return Ok(no_section(desk, wanted));
            }
            let section = section.as_deref().map(SectionKey::of);
            let words = words_for_id(text(QUERY));
            list_page(desk, &ListId { section, edited: data.flag(EDITED), page: 0, turn: Turn::Here, words })
                .await
        }
        "history" => history(desk, Some(text(ID).to_owned()).filter(|id| !id.is_empty()), 0).await,
        "undo" => undo(desk, data.integer(CHANGE).unwrap_or_default(), text(REASON)).await,
        "test" => Ok(test(desk, text(QUESTION))),
        "alias" => {
            let remove = data.flag(REMOVE);
            let draft = desk.moderation.alias(desk.author(), text(ALIAS_OF), text(ALIAS), remove).await?;
            preview(desk, draft.because(text(REASON))).await
        }
        "export" => export(desk).await,
        "reload" => {
            desk.moderation.reload().await?;
            desk.scene.bot.changed();
            let served = desk.moderation.live().served();
            let edits = desk.moderation.live().source().edits.0.len();
            Ok(desk.note(&format!(
                "Read anew: {} facts are served, with {edits} of moderators' changes over the files.",
                served.assistant.base().facts.len()
            )))
        }
        _ => Ok(desk.note(
            "I do not know this any more. It may take a minute until Discord shows the present commands.",
        )),
    }
}

async fn edit(desk: &Desk<'_>, id: &str, wanted: &str) -> Done {
    let section = section(desk, wanted);
    if section.is_none() && !wanted.is_empty() {
        return Ok(no_section(desk, wanted));
    }
    let entry = desk.moderation.known_fact(id).await?;
    Ok(forms::edit(&entry, section.as_deref()))
}

/// A fact as it is written.
///
/// # Errors
/// Where there is none, or it cannot be read.
pub async fn show(desk: &Desk<'_>, id: &str) -> Done {
    let subject = Subject::Fact(id.to_owned());
    let entry = desk.moderation.fact(id).await?;
    let history = desk.moderation.store().history(Some(&subject), 0, 3).await?;
    if entry.is_none() && history.total == 0 {
        return Err(Refusal::NoFact(id.to_owned()));
    }
    let conflicts = desk.moderation.conflicts().await?;
    let conflict = conflicts.iter().find(|conflict| conflict.subject == subject);
    Ok(desk.show(screens::fact(desk.look(), id, entry.as_ref(), &history, conflict)))
}

/// A page of the list.
///
/// # Errors
/// Where the files cannot be read.
pub async fn list_page(desk: &Desk<'_>, list: &ListId) -> Done {
    let base = desk.scene.served.assistant.base();
    let section = list.section.as_ref().and_then(|section| section.find(base)).map(str::to_owned);
    let filter = Filter { section, words: list.words.clone(), edited: list.edited };
    let facts = desk.moderation.list(&filter).await?;
    Ok(desk.show(screens::list(desk.look(), &facts, list, filter.section.as_deref())))
}

/// A page of the history.
///
/// # Errors
/// Where the database cannot be read.
pub async fn history(desk: &Desk<'_>, id: Option<String>, page: usize) -> Done {
    let subject = id.clone().map(Subject::Fact);
    let offset = page.saturating_mul(screens::CHANGES_PER_PAGE);
    let history =
        desk.moderation.store().history(subject.as_ref(), offset, screens::CHANGES_PER_PAGE).await?;
    Ok(desk.show(screens::history(desk.look(), id.as_deref(), &history, page)))
}

/// One change.
///
/// # Errors
/// Where there is none, or the database cannot be read.
pub async fn change(desk: &Desk<'_>, id: i64) -> Done {
    let change = desk.moderation.store().change(id).await?.ok_or(Refusal::NoChange(id))?;
    Ok(desk.show(screens::change(desk.look(), &change)))
}

/// Takes a change back.
///
/// # Errors
/// Why it is refused.
pub async fn undo(desk: &Desk<'_>, change: i64, reason: &str) -> Done {
    let draft = desk.moderation.undo(desk.author(), change, reason.to_owned()).await?;
    preview(desk, draft).await
}

fn test(desk: &Desk<'_>, question: &str) -> Response {
    let assistant = &desk.scene.served.assistant;
    match assistant.ask_once(question) {
        Ok(reply) => {
            let explanation = explain(assistant, question);
            desk.show(screens::test(desk.look(), &reply, &explanation, assistant.thresholds()))
        }
        Err(error) => {
            desk.note(&format!("I cannot take this: {error} (at most {MAX_QUESTION_CHARS} characters)."))
        }
    }
}

async fn export(desk: &Desk<'_>) -> Done {
    let changed = desk.moderation.changed_files().await?;
    let message: Message = screens::export(desk.look(), &changed);
    Ok(desk.show(message))
}

/// The id of a section that was named by its id or its title.
fn section(desk: &Desk<'_>, named: &str) -> Option<String> {
    let sections = &desk.scene.served.assistant.base().sections;
    let folded = fold_words(named);
    let by_id = sections.iter().find(|section| section.id == named);
    let by_title = || sections.iter().find(|section| fold_words(&section.title) == folded);
    by_id.or_else(by_title).filter(|_| !named.is_empty()).map(|section| section.id.clone())
}

fn no_section(desk: &Desk<'_>, named: &str) -> Response {
    let text = format!(
        "There is no section `{}`: choose one of those that are offered as you type.",
        limits::cut(named, 80)
    );
    desk.note(&text)
}

/// Completes an option.
#[must_use]
pub async fn complete(desk: &Desk<'_>) -> Response {
    let data = &desk.scene.interaction.data;
    let (name, typed) = data.focused().unwrap_or_default();
    let typed = typed.trim();
    match name {
        ID => Response::choices(facts(desk, typed, data.subcommand() == Some("history"))),
        SECTION => Response::choices(sections(desk, typed)),
        CHANGE => changes(desk, typed).await,
        ALIAS_OF => names(desk, typed).await,
        _ => Response::choices::<String>([]),
    }
}

/// Facts by their id or their questions, with those that were retired where they are wanted.
pub fn facts(desk: &Desk<'_>, typed: &str, retired: bool) -> Vec<(String, String)> {
    let served = desk.scene.served;
    let base = served.assistant.base();
    let choice = |id: &str, question: &str| {
        let fits = id.chars().count() <= limits::CHOICE_TEXT;
        fits.then(|| (limits::cut(&format!("{id} · {question}"), limits::CHOICE_TEXT), id.to_owned()))
    };
    let folded = fold_words(typed).replace(' ', "-");
    let by_id = base.facts.iter().filter(|fact| !folded.is_empty() && fact.id.contains(&folded));
    let mut found: Vec<&crate::knowledge::Fact> = by_id.collect();
    // An id that begins so goes before one that has it inside.
    found.sort_by_key(|fact| !fact.id.starts_with(&folded));
    for question in served.completions.complete(&served.assistant, typed, limits::CHOICES) {
        found.extend(base.facts.iter().filter(|fact| fact.question == question));
    }
    let mut choices: Vec<(String, String)> = Vec::new();
    if retired {
        let edited = desk.moderation.edited_ids();
        let gone = edited.iter().filter(|id| base.fact(id).is_none() && id.contains(&folded));
        choices.extend(gone.filter_map(|id| choice(id, "taken away")).take(limits::CHOICES));
    }
    for fact in found {
        if choices.len() < limits::CHOICES && !choices.iter().any(|(_, id)| *id == fact.id) {
            choices.extend(choice(&fact.id, &fact.question));
        }
    }
    choices
}

fn sections(desk: &Desk<'_>, typed: &str) -> Vec<(String, String)> {
    let folded = fold_words(typed);
    let base = desk.scene.served.assistant.base();
    let fits = base.sections.iter().filter(|section| {
        fold_words(&section.title).contains(&folded) || fold_words(&section.id).contains(&folded)
    });
    fits.filter(|section| section.id.chars().count() <= limits::CHOICE_TEXT)
        .map(|section| (limits::cut(&section.title, limits::CHOICE_TEXT), section.id.clone()))
        .collect()
}

async fn changes(desk: &Desk<'_>, typed: &str) -> Response {
    let Ok(history) = desk.moderation.store().history(None, 0, 200).await else {
        return Response::choices::<String>([]);
    };
    let fitting = history.changes.iter().filter(|change| change.id.to_string().starts_with(typed));
    Response::choices(fitting.map(|change| {
        let name = format!("{}: {} {}", change.id, change.subject.key(), change.action.in_words());
        (limits::cut(&name, limits::CHOICE_TEXT), change.id)
    }))
}

async fn names(desk: &Desk<'_>, typed: &str) -> Response {
    let Ok(names) = desk.moderation.names().await else { return Response::choices::<String>([]) };
    let folded = fold_words(typed);
    let fits = names.into_iter().filter(|name| {
        fold_words(&name.id).contains(&folded)
            || name.aliases.iter().any(|alias| fold_words(alias).contains(&folded))
    });
    Response::choices(fits.map(|name| {
        let shown = format!("{} · {}", name.id, name.aliases.join(", "));
        (limits::cut(&shown, limits::CHOICE_TEXT), name.id)
    }))
}
