//! Moderators' commands, presses and forms: who may is asked first, each time; then they are led to where they are
//! replied to. Unlike everything else, this needs the database, and may take longer than Discord waits.

pub mod forms;
pub mod ids;
pub mod log;
pub mod presses;
mod refusals;

use super::bot::Scene;
use super::commands::{fact, missed};
use super::incoming::{Interaction, Kind};
use super::render;
use super::response::{Message, Response, Visibility};
use crate::moderation::history::Author;
use crate::moderation::{Moderation, Refusal};

/// A moderator at work.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The interaction.
    pub scene: &'a Scene<'a>,
    /// The base's moderation.
    pub moderation: &'a Moderation,
}

/// What somebody gets who may not moderate.
const DENIED: &str = "Only moderators of this bot can do that: people with the permission “Manage Server”, or with a \
                      role for it, in a server that whoever runs the bot has named.";
/// What a moderator gets where nothing can be kept.
const NO_DATABASE: &str =
    "Changes cannot be kept: this bot runs without a database (`moderation.database` in its configuration).";

/// Whether an interaction is a moderator's business.
#[must_use]
pub fn concerns(interaction: &Interaction) -> bool {
    let data = &interaction.data;
    match interaction.kind {
        Kind::Command | Kind::Autocomplete => [fact::NAME, missed::NAME].contains(&data.name.as_str()),
        Kind::Component | Kind::Modal => ids::is_moderators(&data.custom_id),
        Kind::Other => false,
    }
}

/// Whether the reply can only be a first one: what completes an option, and what may open a form.
#[must_use]
pub fn first_reply_only(interaction: &Interaction) -> bool {
    let data = &interaction.data;
    match interaction.kind {
        Kind::Autocomplete => true,
        Kind::Command => data.name == fact::NAME && matches!(data.subcommand(), Some("add" | "edit")),
        Kind::Component => matches!(
            data.custom_id.parse(),
            Ok(ids::ModeratorId::Edit(_) | ids::ModeratorId::Revise(_) | ids::ModeratorId::NewFact(_))
        ),
        Kind::Modal | Kind::Other => false,
    }
}

/// Replies to such an interaction.
pub async fn respond(scene: &Scene<'_>) -> Response {
    let interaction = scene.interaction;
    let typing = interaction.kind == Kind::Autocomplete;
    if !scene.bot.moderators.include(interaction) {
        return if typing { nothing() } else { note(scene, DENIED) };
    }
    let Some(moderation) = &scene.bot.moderation else {
        return if typing { nothing() } else { note(scene, NO_DATABASE) };
    };
    let desk = Desk { scene, moderation };
    let done = match (interaction.kind, interaction.data.name.as_str()) {
        (Kind::Command, fact::NAME) => fact::run(&desk).await,
        (Kind::Command, _) => missed::run(&desk).await,
        (Kind::Autocomplete, fact::NAME) => return fact::complete(&desk).await,
        (Kind::Autocomplete, _) => return missed::complete(&desk).await,
        (Kind::Modal, _) => forms::sent(&desk).await,
        _ => presses::press(&desk).await,
    };
    match done {
        Ok(response) => response,
        Err(refusal) => refusals::refused(&desk, refusal),
    }
}

fn nothing() -> Response {
    Response::choices::<String>([])
}

fn note(scene: &Scene<'_>, text: &str) -> Response {
    render::note(text, scene.bot.colours()).reply(Visibility::Private)
}

impl<'a> Desk<'a> {
    /// The moderator.
    #[must_use]
    pub fn author(&self) -> Author {
        Author::Person(self.scene.user.get())
    }

    /// A short word.
    #[must_use]
    pub fn note(&self, text: &str) -> Response {
        note(self.scene, text)
    }

    /// A message in the place of the one that was pressed on; where a command was called, one of its own. Nobody else
    /// sees either.
    #[must_use]
    pub fn show(&self, message: Message) -> Response {
        let interaction = self.scene.interaction;
        if interaction.message.is_some() && interaction.on_private_message() {
            message.update()
        } else {
            message.reply(Visibility::Private)
        }
    }

    /// What rendering needs.
    #[must_use]
    pub fn look(&self) -> render::Look<'a> {
        self.scene.look()
    }
}

/// A reply, or why there is none.
pub type Done = Result<Response, Refusal>;
