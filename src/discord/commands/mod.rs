//! The bot's commands, one a file: how each is registered, and what it replies.

pub mod about;
pub mod answer_this;
pub mod ask;
pub mod fact;
pub mod help;
pub mod missed;
pub mod timeline;

use serenity::builder::CreateCommand;
use serenity::model::application::{InstallationContext, InteractionContext};

use super::bot::Scene;
use super::render;
use super::response::{Response, Visibility};

/// What is registered with a guild.
#[must_use]
pub fn definitions() -> Vec<CreateCommand> {
    vec![
        ask::definition(),
        timeline::definition(),
        answer_this::definition(),
        about::definition(),
        help::definition(),
    ]
}

/// What is registered everywhere: the same for servers and for people who take the bot along, in channels and in
/// direct messages.
#[must_use]
pub fn everywhere() -> Vec<CreateCommand> {
    definitions().into_iter().map(anywhere).collect()
}

/// What is registered with the guilds of moderators, beside what is there for everybody.
#[must_use]
pub fn for_moderators() -> Vec<CreateCommand> {
    vec![fact::definition(), missed::definition()]
}

fn anywhere(command: CreateCommand) -> CreateCommand {
    command.integration_types(vec![InstallationContext::Guild, InstallationContext::User]).contexts(vec![
        InteractionContext::Guild,
        InteractionContext::BotDm,
        InteractionContext::PrivateChannel,
    ])
}

/// Replies to a command.
#[must_use]
pub fn run(scene: &Scene<'_>) -> Response {
    match scene.interaction.data.name.as_str() {
        ask::NAME => ask::run(scene),
        timeline::NAME => timeline::run(scene),
        answer_this::NAME => answer_this::run(scene),
        about::NAME => about::run(scene),
        help::NAME => help::run(scene),
        _ => {
            let text = "I do not know this command any more. It may take a minute until Discord shows the present ones.";
            render::note(text, scene.bot.colours()).reply(Visibility::Private)
        }
    }
}

/// Completes what is typed into a command.
#[must_use]
pub fn complete(scene: &Scene<'_>) -> Response {
    match scene.interaction.data.name.as_str() {
        ask::NAME => ask::complete(scene),
        timeline::NAME => timeline::complete(scene),
        _ => Response::choices::<String>([]),
    }
}
