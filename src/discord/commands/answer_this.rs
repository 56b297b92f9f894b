//! "Answer this", in the menu of a message: its text is the question, and the reply is for the one who called.

use serenity::builder::CreateCommand;
use serenity::model::application::CommandType;

use super::super::bot::Scene;
use super::super::message_text::question_of_message;
use super::super::render;
use super::super::response::{Response, Visibility};
use super::ask;
use crate::assistant::MAX_QUESTION_CHARS;

/// The command's name.
pub const NAME: &str = "Answer this";

/// How it is registered.
pub fn definition() -> CreateCommand {
    CreateCommand::new(NAME).kind(CommandType::Message)
}

/// Answers the message.
#[must_use]
pub fn run(scene: &Scene<'_>) -> Response {
    let note = |text: &str| render::note(text, scene.bot.colours()).reply(Visibility::Private);
    let text = scene.interaction.data.target_text().unwrap_or_default();
    match question_of_message(text) {
        Some(question) if question.is_empty() => note("This message has no text that I could answer."),
        Some(question) => ask::answer(scene, &question, Visibility::Private),
        None => note(&format!(
            "This message is long, and I find no question in it. Please put it to me with `/ask`, in at most \
             {MAX_QUESTION_CHARS} characters."
        )),
    }
}
