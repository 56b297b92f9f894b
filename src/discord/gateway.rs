//! The gateway: connections that bring interactions, each a shard. twilight keeps them up: heartbeats,
//! resuming, and reconnecting with growing pauses.
//!
//! serenity's own gateway client is not used: it drops an interaction of which a server leaves out a member
//! that the bot never reads, and connects again and again where Discord has closed a connection for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Shard, ShardId, ShardState};
use twilight_model::gateway::payload::outgoing::update_presence::UpdatePresencePayload;
use twilight_model::gateway::presence::{ActivityType, MinimalActivity, Status};

use super::handler::Handler;
use super::incoming::{Event, Interaction, Ready};
use crate::config::Secret;

/// A shard that is told to stop has so long to say good-bye.
const GOOD_BYE: Duration = Duration::from_millis(800);

/// Why Discord has closed a connection for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Discord's gateway refused the bot (close code {code}): {}", words(*.code))]
pub struct Refused {
    /// The close code.
    pub code: u16,
}

/// What a close code that forbids to connect again means, and what to do about it.
fn words(code: u16) -> &'static str {
    match code {
        4004 => {
            "the token is not valid; take a new one from the developer portal (your application, Bot, Reset Token)"
        }
        4010 => "a shard number was not valid; this is a fault of the program",
        4011 => {
            "the bot is on too many servers for so few shards; start it again, and it asks anew for their number"
        }
        4012 => {
            "this version of the gateway is not served any more; a newer version of the program is needed"
        }
        4013 => "the intents were not valid; this is a fault of the program",
        4014 => {
            "the intents are not allowed for this bot; it asks for none, so the server is not as expected"
        }
        _ => "the reason is not documented",
    }
}

/// What a shard tells those who started it.
#[derive(Debug)]
pub enum News {
    /// The bot's account, as the gateway introduces it.
    Ready(Ready),
    /// The connection is closed for good.
    Refused(Refused),
}

/// The settings of all shards.
pub struct Gateway {
    /// The token.
    pub token: Secret,
    /// The address that REST gave.
    pub url: String,
    /// How many shards there are.
    pub shards: u32,
    /// What the bot is seen to be listening to.
    pub activity: String,
}

impl Gateway {
    /// The shards, not yet connected. They share one queue, so that they introduce themselves one after the other.
    #[must_use]
    pub fn shards(&self) -> Vec<Shard> {
        let mut config = ConfigBuilder::new(self.token.reveal().to_owned(), Intents::empty())
            .proxy_url(self.url.trim_end_matches('/').to_owned());
        if let Some(presence) = presence(&self.activity) {
            config = config.presence(presence);
        }
        let config = config.build();
        (0..self.shards)
            .filter_map(|number| {
                Some(Shard::with_config(ShardId::new_checked(number, self.shards)?, config.clone()))
            })
            .collect()
    }
}

fn presence(activity: &str) -> Option<UpdatePresencePayload> {
    if activity.is_empty() {
        return None;
    }
    let activity = MinimalActivity { kind: ActivityType::Listening, name: activity.to_owned(), url: None };
    UpdatePresencePayload::new([activity.into()], false, None, Status::Online).ok()
}

/// Runs one shard until it is told to stop, or is refused. Every interaction is handled in a task of its own.
pub async fn run(
    mut shard: Shard,
    handler: Arc<Handler>,
    tasks: TaskTracker,
    news: mpsc::Sender<News>,
    stop: CancellationToken,
) {
    let number = shard.id().number();
    let connected = Connected::new(&handler);
    loop {
        let message = tokio::select! {
            () = stop.cancelled() => break,
            message = shard.next() => message,
        };
        let received = Instant::now();
        connected.set(shard.state().is_identified());
        match message {
            Some(Ok(Message::Text(text))) => {
                if let Some(ready) = dispatch(&text, &handler, &tasks, received)
                    && news.send(News::Ready(ready)).await.is_err()
                {
                    break;
                }
                if let Some(latency) = shard.latency().recent().first() {
                    handler.bot.measured(number, *latency);
                }
            }
            Some(Ok(Message::Close(frame))) => {
                let code = frame.as_ref().map(|frame| frame.code);
                tracing::info!(shard = number, code, "the gateway connection was closed");
                if shard.state() == ShardState::FatallyClosed {
                    let refused = Refused { code: code.unwrap_or_default() };
                    // Nobody listens any more where the bot is about to stop.
                    let _ = news.send(News::Refused(refused)).await;
                    return;
                }
            }
            Some(Err(error)) => {
                // The source of an error may show what was received, and so the question.
                tracing::warn!(shard = number, %error, "the gateway connection is disturbed");
            }
            None => return,
        }
    }
    connected.set(false);
    shard.close(CloseFrame::NORMAL);
    // Until the other side has confirmed; it may be gone.
    let _ = timeout(GOOD_BYE, async {
        while let Some(message) = shard.next().await {
            if matches!(message, Ok(Message::Close(_)) | Err(_)) {
                break;
            }
        }
    })
    .await;
}

/// Takes up what the gateway sent. What is not understood is left alone: there will be more of it over time.
fn dispatch(text: &str, handler: &Arc<Handler>, tasks: &TaskTracker, received: Instant) -> Option<Ready> {
    let event: Event<'_> = serde_json::from_str(text).ok()?;
    let data = event.data?;
    match event.kind.as_deref()? {
        "READY" => match serde_json::from_str(data.get()) {
            Ok(ready) => return Some(ready),
            Err(error) => tracing::warn!(%error, "READY cannot be read"),
        },
        "INTERACTION_CREATE" => match serde_json::from_str::<Interaction>(data.get()) {
            Ok(interaction) => {
                let handler = Arc::clone(handler);
                tasks.spawn(async move { handler.handle(interaction, received).await });
            }
            Err(error) => {
                // Its words may quote what somebody typed.
                tracing::warn!(at = error.column(), "an interaction cannot be read");
                tracing::debug!(%error, "what is wrong with it");
            }
        },
        _ => {}
    }
    None
}

/// Keeps the count of connections that are up.
struct Connected<'a> {
    handler: &'a Handler,
    up: AtomicBool,
}

impl<'a> Connected<'a> {
    fn new(handler: &'a Handler) -> Self {
        Self { handler, up: AtomicBool::new(false) }
    }

    fn set(&self, up: bool) {
        if self.up.swap(up, Ordering::Relaxed) != up {
            let gauge = &self.handler.bot.metrics.shards_connected;
            if up {
                gauge.inc()
            } else {
                gauge.dec()
            };
        }
    }
}

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_final_close_code_is_explained() {
        for code in [4004, 4010, 4011, 4012, 4013, 4014] {
            let text = Refused { code }.to_string();
            assert!(text.contains(&code.to_string()) && !text.contains("not documented"), "{text}");
        }
    }
}
