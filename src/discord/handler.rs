//! From an interaction to its one reply: whatever happens on the way, there is one, in time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use reqwest::Method;
use serde_json::Value;
use serenity::builder::{CreateAllowedMentions, CreateInteractionResponseFollowup};
use serenity::http::Http;
use tokio::time::{Instant, sleep, timeout_at};
use xxhash_rust::xxh3::xxh3_64;

use super::bot::{Bot, Scene};
use super::callback::{CallbackError, Callbacks};
use super::incoming::{Interaction, Kind};
use super::response::{Response, Visibility};
use super::{commands, components, moderating, render};

/// How often a message is tried to be taken away, and the first pause between two attempts.
const DELETE_ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(300);
/// What can only be a first reply has so long, of the three seconds that Discord waits.
const FIRST_REPLY_WITHIN: Duration = Duration::from_millis(2_600);
/// What takes longer is announced first: Discord waits three seconds, and the announcement has to get there.
const ANNOUNCED_AFTER: Duration = Duration::from_millis(1_200);

/// Replies to interactions.
pub struct Handler {
    /// What the replies are made from.
    pub bot: Arc<Bot>,
    /// How they are sent.
    pub callbacks: Callbacks,
    /// For what else there is to do at Discord's.
    pub http: Arc<Http>,
}

impl Handler {
    /// Replies to an interaction that came in at `received`.
    pub async fn handle(&self, interaction: Interaction, received: Instant) {
        let kind = name(interaction.kind);
        self.bot.metrics.interaction(kind);
        if moderating::concerns(&interaction) {
            self.moderate(&interaction, received).await;
            return;
        }
        let response = guarded(&self.bot, &interaction, || respond(&self.bot, &interaction));
        let Some(response) = response else { return };
        if self.send(&interaction, &response, received).await && response.deletes_message {
            self.delete(&interaction).await;
        }
    }

    /// Replies to a moderator. What takes longer than Discord waits is announced, and follows.
    async fn moderate(&self, interaction: &Interaction, received: Instant) {
        let Some(user) = interaction.user_id() else { return };
        let served = self.bot.served();
        let scene = Scene { bot: &self.bot, served: &served, interaction, user };
        let work = AssertUnwindSafe(moderating::respond(&scene)).catch_unwind();
        let mut work = pin!(async { work.await.unwrap_or_else(|_| panicked(&self.bot, interaction)) });
        // Completions and forms can only be a first reply, so they get all the time that there is.
        let patience =
            if moderating::first_reply_only(interaction) { FIRST_REPLY_WITHIN } else { ANNOUNCED_AFTER };
        if let Ok(response) = timeout_at(received + patience, &mut work).await {
            self.send(interaction, &response, received).await;
            return;
        }
        // A form that was opened from a message belongs to it.
        let on_message = interaction.message.is_some();
        if interaction.kind == Kind::Autocomplete {
            self.send(interaction, &Response::choices::<String>([]), received).await;
            return;
        }
        let announcement = if on_message { Response::update_later() } else { Response::later() };
        let announced = self.send(interaction, &announcement, received).await;
        // The work is done to its end in any case: a change that is half way is no use to anybody.
        let mut response = work.await;
        if response.is_form() {
            // A form can only be the first reply.
            let text = "That took too long for a form to open. Please try again.";
            response = render::note(text, self.bot.colours()).reply(Visibility::Private);
        }
        if announced && let Err(error) = self.deliver(interaction, &response, on_message).await {
            self.bot.metrics.failure("callback");
            let reference = reference(interaction);
            tracing::warn!(reference, id = %interaction.id, %error, "a reply did not arrive");
            let apology = apology(&self.bot, &reference);
            let _ = self.deliver(interaction, &apology, on_message).await;
        }
    }

    /// Sends what was announced.
    async fn deliver(
        &self,
        interaction: &Interaction,
        response: &Response,
        on_message: bool,
    ) -> Result<(), CallbackError> {
        let mut body = serde_json::to_value(&response.body)?;
        let mut data = body.get_mut("data").map(Value::take).unwrap_or_default();
        // There is one since the bot is connected.
        let application = self.http.application_id().map(|id| id.to_string()).unwrap_or_default();
        let messages = format!("/webhooks/{application}/{}", interaction.token);
        let (method, path) = if on_message && !response.is_update() {
            (Method::POST, messages)
        } else {
            // Who sees a message was settled when it was announced.
            if let Some(data) = data.as_object_mut() {
                data.remove("flags");
            }
            (Method::PATCH, format!("{messages}/messages/@original"))
        };
        self.callbacks.send_message(method, &path, None, data, &response.files).await
    }

    /// Sends the first reply; gives whether it arrived.
    async fn send(&self, interaction: &Interaction, response: &Response, received: Instant) -> bool {
        let kind = name(interaction.kind);
        let sent = self.callbacks.send(interaction.id, &interaction.token, response, received).await;
        match sent {
            Ok(()) => {
                self.bot.metrics.delivered(received.elapsed());
                tracing::debug!(id = %interaction.id, kind, elapsed = ?received.elapsed(), "replied");
                true
            }
            Err(error) => {
                self.bot.metrics.failure("callback");
                let reference = reference(interaction);
                tracing::warn!(reference, id = %interaction.id, kind, %error, "a reply did not arrive");
                if matches!(error, CallbackError::Refused { .. }) && interaction.kind != Kind::Autocomplete {
                    // Better a plain word than "the application did not respond".
                    let apology = apology(&self.bot, &reference);
                    let _ = self.callbacks.send(interaction.id, &interaction.token, &apology, received).await;
                }
                false
            }
        }
    }

    /// Takes away the message that a component is on; says so where that does not work.
    async fn delete(&self, interaction: &Interaction) {
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=DELETE_ATTEMPTS {
            let Err(error) = self.http.delete_original_interaction_response(&interaction.token).await else {
                return;
            };
            tracing::warn!(id = %interaction.id, %error, attempt, "a reply could not be taken away");
            sleep(pause).await;
            pause *= 3;
        }
        self.bot.metrics.failure("delete");
        let text = "I could not take this away. Please try again in a while.";
        let note = CreateInteractionResponseFollowup::new()
            .content(text)
            .ephemeral(true)
            .allowed_mentions(CreateAllowedMentions::new());
        if let Err(error) = self.http.create_followup_message(&interaction.token, &note, Vec::new()).await {
            tracing::debug!(id = %interaction.id, %error, "nor could that be told");
        }
    }
}

/// The reply; none to what no reply is known for.
fn respond(bot: &Bot, interaction: &Interaction) -> Option<Response> {
    let served = bot.served();
    let user = interaction.user_id()?;
    let scene = Scene { bot, served: &served, interaction, user };
    match interaction.kind {
        Kind::Command => Some(commands::run(&scene)),
        Kind::Autocomplete => Some(commands::complete(&scene)),
        Kind::Component => Some(components::press(&scene)),
        // No form of this version is open anywhere.
        Kind::Modal => Some(components::stale(&scene)),
        Kind::Other => {
            tracing::debug!(id = %interaction.id, "an interaction of an unknown kind is left alone");
            None
        }
    }
}

/// Makes a reply; where that panics, says so to the asker, with a reference that is in the log as well.
fn guarded(
    bot: &Bot,
    interaction: &Interaction,
    make: impl FnOnce() -> Option<Response>,
) -> Option<Response> {
    catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|_| Some(panicked(bot, interaction)))
}

/// The reply where a handler panicked.
fn panicked(bot: &Bot, interaction: &Interaction) -> Response {
    let reference = reference(interaction);
    bot.metrics.failure("panic");
    // What it panicked with is left to the panic hook: it may quote what somebody typed.
    tracing::error!(reference, id = %interaction.id, "a handler panicked");
    if interaction.kind == Kind::Autocomplete {
        Response::choices::<String>([])
    } else {
        apology(bot, &reference)
    }
}

/// Names an interaction to people and in the log.
fn reference(interaction: &Interaction) -> String {
    format!("{:08x}", xxh3_64(&interaction.id.get().to_le_bytes()) >> 32)
}

fn apology(bot: &Bot, reference: &str) -> Response {
    let text = format!(
        "Something went wrong on my side, sorry. If it happens again, please tell whoever runs me this \
         reference: `{reference}`."
    );
    render::note(&text, bot.colours()).reply(Visibility::Private)
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Command => "command",
        Kind::Component => "component",
        Kind::Autocomplete => "autocomplete",
        Kind::Modal => "modal",
        Kind::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Config;
    use crate::live::Live;
    use crate::source::Source;

    fn bot() -> Bot {
        let config = Config::load(None).unwrap();
        let live = Live::load(Source::default(), config.matcher).unwrap();
        Bot::new(Arc::new(live), &config, Arc::default())
    }

    fn interaction(kind: u8) -> Interaction {
        let data = json!({"name": "ask"});
        let whole = json!({"id": "77", "type": kind, "token": "t", "user": {"id": "5"}, "data": data});
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn a_panic_becomes_an_apology_with_a_reference() {
        let (bot, interaction) = (bot(), interaction(2));
        let response = guarded(&bot, &interaction, || panic!("a secret question")).unwrap();
        let body = serde_json::to_value(&response.body).unwrap().to_string();
        assert!(body.contains("Something went wrong") && body.contains(&reference(&interaction)), "{body}");
        assert!(!body.contains("secret") && body.contains("\"flags\":64"), "{body}");
        assert!(bot.metrics.render().unwrap().contains("failures_total{kind=\"panic\"} 1"));
        // The next one is answered as ever.
        assert!(guarded(&bot, &interaction, || respond(&bot, &interaction)).is_some());
    }

    #[test]
    fn a_panic_while_somebody_types_completes_nothing() {
        let (bot, interaction) = (bot(), interaction(4));
        let response = guarded(&bot, &interaction, || panic!("while typing")).unwrap();
        let body = serde_json::to_value(&response.body).unwrap();
        assert_eq!(body["data"]["choices"], json!([]));
    }

    #[test]
    fn what_is_of_an_unknown_kind_is_left_alone() {
        assert!(respond(&bot(), &interaction(99)).is_none());
    }
}
