//! What all handlers share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serenity::model::id::UserId;

use super::cooldown::Cooldown;
use super::incoming::Interaction;
use super::render::{self, Look};
use crate::config::{ColoursConfig, DiscordConfig};
use crate::live::{Live, Served};
use crate::metrics::Metrics;

/// The bot, apart from its connections.
pub struct Bot {
    live: Arc<Live>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// Who has to wait.
    pub cooldown: Cooldown,
    colours: ColoursConfig,
    started: Instant,
    /// The picture of the timeline, and the version of the base that it shows.
    picture: Mutex<Option<(u64, Arc<[u8]>)>>,
    /// The way to the gateway and back, of each connection.
    latencies: Mutex<HashMap<u32, Duration>>,
}

/// One interaction in its surroundings.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The bot.
    pub bot: &'a Bot,
    /// The base as it was when the interaction came in.
    pub served: &'a Served,
    /// The interaction.
    pub interaction: &'a Interaction,
    /// Whose it is.
    pub user: UserId,
}

impl<'a> Scene<'a> {
    /// What rendering needs.
    #[must_use]
    pub fn look(&self) -> Look<'a> {
        Look { base: self.served.assistant.base(), colours: self.bot.colours }
    }
}

impl Bot {
    /// A bot over a base.
    #[must_use]
    pub fn new(live: Arc<Live>, config: &DiscordConfig, metrics: Arc<Metrics>) -> Self {
        Self {
            live,
            metrics,
            cooldown: Cooldown::new(config.cooldown),
            colours: config.colours,
            started: Instant::now(),
            picture: Mutex::new(None),
            latencies: Mutex::default(),
        }
    }

    /// The base that is being served.
    #[must_use]
    pub fn served(&self) -> Arc<Served> {
        self.live.served()
    }

    /// The colours of replies.
    #[must_use]
    pub fn colours(&self) -> ColoursConfig {
        self.colours
    }

    /// How long the bot has run.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Remembers the latency of a gateway connection.
    pub fn measured(&self, shard: u32, latency: Duration) {
        self.latencies.lock().unwrap_or_else(PoisonError::into_inner).insert(shard, latency);
    }

    /// The worst latency of all gateway connections.
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.latencies.lock().unwrap_or_else(PoisonError::into_inner).values().max().copied()
    }

    /// The picture of the timeline of that version, drawn once. None where nothing is dated, or it cannot be drawn.
    #[must_use]
    pub fn picture(&self, served: &Served) -> Option<Arc<[u8]>> {
        let mut kept = self.picture.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((generation, picture)) = kept.as_ref()
            && *generation == served.generation
        {
            return Some(Arc::clone(picture));
        }
        match render::picture(Look { base: served.assistant.base(), colours: self.colours }) {
            Ok(picture) => {
                let picture = picture?;
                *kept = Some((served.generation, Arc::clone(&picture)));
                Some(picture)
            }
            Err(error) => {
                tracing::error!(%error, "the timeline cannot be drawn");
                None
            }
        }
    }
}
