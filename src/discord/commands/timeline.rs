//! `/timeline`: what happened in a year or a span of years, or all years at a glance.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::CommandOptionType;

use super::super::bot::Scene;
use super::super::limits;
use super::super::render::{self, Part};
use super::super::response::{Response, Visibility};
use crate::timeline::years;

/// The command's name.
pub const NAME: &str = "timeline";
const YEAR: &str = "year";
const UNTIL: &str = "until";
/// Years that can be asked for.
const FIRST_YEAR: i16 = 1;
const LAST_YEAR: i16 = 9_999;

/// How it is registered.
pub fn definition() -> CreateCommand {
    let option = |name, description| {
        CreateCommandOption::new(CommandOptionType::Integer, name, description)
            .set_autocomplete(true)
            .min_int_value(u64::from(FIRST_YEAR.unsigned_abs()))
            .max_int_value(u64::from(LAST_YEAR.unsigned_abs()))
    };
    CreateCommand::new(NAME)
        .description("What happened when: a year, a span of years, or all years at a glance")
        .add_option(option(YEAR, "The year, or the first one of a span"))
        .add_option(option(UNTIL, "The last year of a span"))
}

/// Lists events. A time without any is for nobody but the asker.
#[must_use]
pub fn run(scene: &Scene<'_>) -> Response {
    let year = |name| {
        let year = scene.interaction.data.integer(name)?;
        Some(i16::try_from(year).unwrap_or(LAST_YEAR).clamp(FIRST_YEAR, LAST_YEAR))
    };
    let look = scene.look();
    let (from, until) = match (year(YEAR), year(UNTIL)) {
        (Some(from), until) => (from, until.unwrap_or(from)),
        (None, Some(until)) => {
            (years(look.base).first().map_or(until, |(first, _)| until.min(*first)), until)
        }
        (None, None) => {
            let picture = scene.bot.picture(scene.served);
            return render::overview(look, picture, scene.user).reply(Visibility::Public);
        }
    };
    let part = Part { years: (from.min(until), from.max(until)), page: 0 };
    let visibility = Visibility::private_if(!part.has_events(look));
    render::part(look, part, scene.user).reply(visibility)
}

/// Completes a year with those that have events.
#[must_use]
pub fn complete(scene: &Scene<'_>) -> Response {
    let data = &scene.interaction.data;
    let (name, typed) = data.focused().unwrap_or_default();
    let typed = typed.trim();
    // The end of a span is not before its beginning.
    let first = if name == UNTIL { data.integer(YEAR) } else { None }.unwrap_or_default();
    let years = years(scene.served.assistant.base());
    let fitting = years
        .into_iter()
        .filter(|(year, _)| i64::from(*year) >= first && year.to_string().starts_with(typed))
        .map(|(year, count)| (limits::cut(&render::counted(year, count), limits::CHOICE_TEXT), year));
    // The latest ones are asked for most.
    let mut fitting: Vec<(String, i16)> = fitting.collect();
    if typed.is_empty() && name != UNTIL {
        fitting.reverse();
    }
    Response::choices(fitting)
}
