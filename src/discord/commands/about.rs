//! `/about`: what the bot is, and how it is doing.

use serenity::builder::CreateCommand;

use super::super::bot::Scene;
use super::super::render::{self, About};
use super::super::response::{Response, Visibility};

/// The command's name.
pub const NAME: &str = "about";

/// How it is registered.
pub fn definition() -> CreateCommand {
    CreateCommand::new(NAME).description("What this bot is, and where its facts come from")
}

/// Tells.
#[must_use]
pub fn run(scene: &Scene<'_>) -> Response {
    let about = About { uptime: scene.bot.uptime(), latency: scene.bot.latency() };
    render::about(scene.look(), about).reply(Visibility::Private)
}
