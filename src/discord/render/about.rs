//! What the bot is, and how it is used.

use std::time::Duration;

use super::{Look, quoted};
use crate::discord::response::Message;

/// What `/about` tells beside the base.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// How long the bot has run.
    pub uptime: Duration,
    /// The way to Discord's gateway and back; none before it was measured.
    pub latency: Option<Duration>,
}

/// What the bot is: source, licence, numbers.
#[must_use]
pub fn about(look: Look<'_>, about: About) -> Message {
    let article = &look.base.article;
    let description = if article.title.is_empty() {
        "I answer questions from a fact base, and say so where it has no answer.".to_owned()
    } else {
        let source = if article.url.is_empty() {
            quoted(&article.title)
        } else {
            format!("[{}]({})", quoted(&article.title), article.url)
        };
        format!(
            "I answer questions from one source, the article {source}, in my own words. What it does not say, I do not \
             know. An answer tells what the article says, not whether it is still true."
        )
    };
    let mut card = look.card("About this bot", &description, look.colours.answer);
    if !article.licence.is_empty() {
        let licence = if article.licence_url.is_empty() {
            article.licence.clone()
        } else {
            format!("[{}]({})", article.licence, article.licence_url)
        };
        card = card.field("Licence of the facts", licence, true);
    }
    let dated = look.base.facts.iter().filter(|fact| fact.date.is_some()).count();
    let latency = about
        .latency
        .map_or_else(|| "not measured yet".to_owned(), |latency| format!("{} ms", latency.as_millis()));
    card = card
        .field("Facts", format!("{}, {dated} of them dated", look.base.facts.len()), true)
        .field("Version", env!("CARGO_PKG_VERSION"), true)
        .field("Running for", in_words(about.uptime), true)
        .field("Gateway latency", latency, true);
    Message::card(card)
}

/// A time in days and hours, hours and minutes, or whatever are the two largest units that count.
pub fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// How the bot is used, on one screen.
#[must_use]
pub fn help(look: Look<'_>) -> Message {
    let subject = if look.base.article.title.is_empty() {
        String::new()
    } else {
        format!(" about {}", quoted(&look.base.article.title))
    };
    let description = format!(
        "Ask me anything{subject}. I answer what my source says, and say so when it has no answer.\n\n\
         **/ask** `question` · an answer with its source. As you type, I complete questions that I know. `private` \
         shows the reply only to you.\n\
         **/timeline** `year` `until` · what happened in a year or in a span of years; without a year, a picture of all years.\n\
         **Apps → Answer this** · in the menu of any message: I answer its text, only for you.\n\
         **/about** · what I am, where my facts come from.\n\n\
         Below an answer: related questions, 👍 👎 to tell whether it helped, **Why this answer**, and 🗑 to take it away.\n\
         Every question stands alone: I do not know what “it” in the next one means."
    );
    Message::card(look.card("Help", &description, look.colours.answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_largest_units_are_told() {
        for (seconds, words) in [(5, "5 s"), (61, "1 min"), (3_660, "1 h 1 min"), (90_000, "1 d 1 h")] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
