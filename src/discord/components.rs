//! Presses on buttons and choices from menus. All that a press needs is in its id and its message, so that
//! it works after a restart; and whether somebody may do it is asked anew each time.

use serenity::model::Permissions;
use serenity::model::id::UserId;

use super::bot::Scene;
use super::custom_id::{CustomId, FactKey};
use super::render::{self, Part, Shown};
use super::response::{Message, Response, Visibility};
use crate::assistant::SectionRef;
use crate::explanation::explain;
use crate::knowledge::Fact;
use crate::moderation::missed::Shortfall;

/// Replies to a press.
#[must_use]
pub fn press(scene: &Scene<'_>) -> Response {
    let Ok(id) = scene.interaction.data.custom_id.parse::<CustomId>() else { return stale(scene) };
    match id {
        CustomId::Pick { asker, fact } => {
            with_fact(scene, &fact, |fact| turned(scene, asker, fact_card(scene, fact)))
        }
        CustomId::Related { asker, fact } => with_fact(scene, &fact, |fact| {
            // What everybody saw stays; the asker's next answer is as public as the one before.
            let private = asker != scene.user || scene.interaction.on_private_message();
            fact_card(scene, fact).reply(Visibility::private_if(private))
        }),
        CustomId::Open { fact } => {
            with_fact(scene, &fact, |fact| fact_card(scene, fact).reply(Visibility::Private))
        }
        CustomId::Sections => sections(scene),
        CustomId::Vote { helpful, fact } => vote(scene, helpful, fact.as_ref()),
        CustomId::Why { .. } => why(scene),
        CustomId::Delete { asker } => delete(scene, asker),
        CustomId::Timeline { asker, years, page, .. } => {
            let message = render::part(scene.look(), Part { years, page }, scene.user);
            turned(scene, asker, message)
        }
        CustomId::Years { asker } => {
            let chosen = scene.interaction.data.values.first().and_then(|year| year.parse().ok());
            let Some(year) = chosen else { return stale(scene) };
            let part = Part { years: (year, year), page: 0 };
            turned(scene, asker, render::part(scene.look(), part, scene.user))
        }
    }
}

/// The asker changes the message for everybody; others get one of their own, and own its buttons.
fn turned(scene: &Scene<'_>, asker: UserId, message: Message) -> Response {
    if asker == scene.user { message.update() } else { message.reply(Visibility::Private) }
}

fn fact_card(scene: &Scene<'_>, fact: &Fact) -> Message {
    let look = scene.look();
    let section = SectionRef::of(look.base, fact);
    let shown = Shown {
        question: &fact.question,
        text: &fact.answer,
        section: Some(&section),
        date: fact.date,
        fact: Some(fact),
    };
    render::answer(look, &shown, scene.user)
}

fn with_fact(scene: &Scene<'_>, key: &FactKey, reply: impl FnOnce(&Fact) -> Response) -> Response {
    key.find(scene.served.assistant.base()).map_or_else(|| stale(scene), reply)
}

fn private(scene: &Scene<'_>, text: &str) -> Response {
    render::note(text, scene.bot.colours()).reply(Visibility::Private)
}

/// The reply to what this version cannot follow.
#[must_use]
pub fn stale(scene: &Scene<'_>) -> Response {
    private(
        scene,
        "What this led to is gone: it is from an older version of me. Please ask again with `/ask`.",
    )
}

fn sections(scene: &Scene<'_>) -> Response {
    let Some(chosen) = scene.interaction.data.values.first() else {
        return render::sections(scene.look()).reply(Visibility::Private);
    };
    let Some(message) = render::section(scene.look(), chosen) else { return stale(scene) };
    if scene.interaction.on_private_message() { message.update() } else { message.reply(Visibility::Private) }
}

fn vote(scene: &Scene<'_>, helpful: bool, fact: Option<&FactKey>) -> Response {
    scene.bot.metrics.vote(helpful);
    let fact = fact.and_then(|key| key.find(scene.served.assistant.base())).map(|fact| fact.id.as_str());
    tracing::info!(target: "relations_bot::vote", helpful, fact, "an answer was judged");
    if !helpful
        && scene.bot.is_first_vote(scene.user, scene.interaction.message_id())
        && let Some(title) = scene.interaction.message_title()
    {
        scene.bot.missed(&render::plain(title), Shortfall::Unhelpful);
    }
    private(
        scene,
        if helpful {
            "Thank you, noted. Your name is not kept with it."
        } else {
            "Thank you, noted. Your name is not kept with it. Other words for the same question may find a better answer."
        },
    )
}

fn why(scene: &Scene<'_>) -> Response {
    let Some(title) = scene.interaction.message_title() else { return stale(scene) };
    let question = render::plain(title);
    let explanation = explain(&scene.served.assistant, &question);
    render::why(scene.look(), &question, &explanation).reply(Visibility::Private)
}

fn delete(scene: &Scene<'_>, asker: UserId) -> Response {
    let moderates =
        scene.interaction.permissions().intersects(Permissions::MANAGE_MESSAGES | Permissions::ADMINISTRATOR);
    if asker == scene.user || moderates {
        Response::delete_message()
    } else {
        private(scene, "Only the one who asked, or a moderator (Manage Messages), can take this away.")
    }
}
