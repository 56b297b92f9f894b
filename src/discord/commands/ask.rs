//! `/ask`: a question, and what the base says.

use std::time::Duration;

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::CommandOptionType;

use super::super::bot::Scene;
use super::super::limits;
use super::super::message_text::question_in;
use super::super::render::{self, Shown};
use super::super::response::{Response, Visibility};
use crate::assistant::{Outcome, Reply};
use crate::moderation::missed::Shortfall;

/// The command's name.
pub const NAME: &str = "ask";
const QUESTION: &str = "question";
const PRIVATE: &str = "private";

/// How it is registered.
pub fn definition() -> CreateCommand {
    let question = CreateCommandOption::new(
        CommandOptionType::String,
        QUESTION,
        "What you want to know, in your own words",
    )
    .required(true)
    .set_autocomplete(true)
    .min_length(1)
    .max_length(limits::QUESTION);
    let private = CreateCommandOption::new(CommandOptionType::Boolean, PRIVATE, "Show the reply only to you");
    CreateCommand::new(NAME)
        .description("Ask a question: the answer comes with its source")
        .add_option(question)
        .add_option(private)
}

/// Answers.
#[must_use]
pub fn run(scene: &Scene<'_>) -> Response {
    let data = &scene.interaction.data;
    let visibility = Visibility::private_if(data.flag(PRIVATE));
    answer(scene, data.text(QUESTION).unwrap_or_default(), visibility)
}

/// Answers a question, wherever it comes from. What is no answer is for nobody but the asker.
#[must_use]
pub fn answer(scene: &Scene<'_>, question: &str, visibility: Visibility) -> Response {
    let private = |text: &str| render::note(text, scene.bot.colours()).reply(Visibility::Private);
    if let Err(left) = scene.bot.cooldown.ask(scene.user) {
        scene.bot.metrics.question("cooldown");
        // Rounded up, so that asking again then works.
        let left = render::in_words(left + Duration::from_millis(999));
        return private(&format!("That was quick: please ask again in {left}."));
    }
    let question = question_in(question);
    if question.is_empty() {
        return private("There is no question in this that I could answer: it has no words of its own.");
    }
    let reply = match scene.served.assistant.ask(&question) {
        Ok(reply) => reply,
        Err(error) => {
            scene.bot.metrics.question("refused");
            return private(&format!("I cannot take this: {error}."));
        }
    };
    let look = scene.look();
    match reply.outcome {
        Outcome::Answer => {
            scene.bot.metrics.question("answer");
            render::answer(look, &shown(scene, &reply), scene.user).reply(visibility)
        }
        Outcome::Suggest => {
            scene.bot.metrics.question("suggest");
            scene.bot.missed(&reply.question, Shortfall::Suggested);
            render::suggestions(look, &reply.question, &reply, scene.user).reply(visibility)
        }
        // Small talk: nothing was looked for.
        Outcome::None if reply.candidates.is_empty() => {
            scene.bot.metrics.question("talk");
            render::talk(look, &reply.question, &reply.text).reply(Visibility::Private)
        }
        Outcome::None => {
            scene.bot.metrics.question("none");
            scene.bot.missed(&reply.question, Shortfall::Unanswered);
            render::nothing_found(look, &reply.question, &reply.text).reply(Visibility::Private)
        }
    }
}

fn shown<'a>(scene: &Scene<'a>, reply: &'a Reply) -> Shown<'a> {
    let base = scene.served.assistant.base();
    Shown {
        question: &reply.question,
        text: &reply.text,
        section: reply.section.as_ref(),
        date: reply.date,
        fact: reply.fact.as_ref().and_then(|id| base.fact(id)),
    }
}

/// Completes the question with known ones.
#[must_use]
pub fn complete(scene: &Scene<'_>) -> Response {
    let typed = scene.interaction.data.focused().map(|(_, typed)| typed).unwrap_or_default();
    let questions = scene.served.completions.complete(&scene.served.assistant, &typed, limits::CHOICES);
    Response::choices(questions.into_iter().map(|question| {
        let question = limits::cut(question, limits::CHOICE_TEXT);
        (question.clone(), question)
    }))
}
