//! `/help`: how the bot is used.

use serenity::builder::CreateCommand;

use super::super::bot::Scene;
use super::super::render;
use super::super::response::{Response, Visibility};

/// The command's name.
pub const NAME: &str = "help";

/// How it is registered.
pub fn definition() -> CreateCommand {
    CreateCommand::new(NAME).description("How to use this bot, on one screen")
}

/// Tells.
#[must_use]
pub fn run(scene: &Scene<'_>) -> Response {
    render::help(scene.look()).reply(Visibility::Private)
}
