//! What all handlers share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;
use serenity::model::id::UserId;
use tokio::sync::Notify;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::cooldown::Cooldown;
use super::incoming::Interaction;
use super::misses::Misses;
use super::permissions::Moderators;
use super::render::{self, Look};
use crate::config::{ColoursConfig, Config};
use crate::live::{Live, Served};
use crate::metrics::Metrics;
use crate::moderation::Moderation;
use crate::moderation::missed::Shortfall;

/// As many votes are remembered.
const VOTES: usize = 256;

/// The bot, apart from its connections.
pub struct Bot {
    live: Arc<Live>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// Who has to wait.
    pub cooldown: Cooldown,
    /// Who may change the base.
    pub moderators: Moderators,
    /// How it is changed; none where there is no database.
    pub moderation: Option<Arc<Moderation>>,
    /// Takes down questions that were asked in vain; none where nobody wants to know.
    pub misses: Option<Misses>,
    /// Days for which they are kept.
    pub keep_missed_days: u32,
    /// Hashes of the latest votes: pressing twice counts once.
    votes: Cache<u64, ()>,
    /// Told of each change to the base.
    pub news: Arc<Notify>,
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
    /// A bot over a base, without moderation.
    #[must_use]
    pub fn new(live: Arc<Live>, config: &Config, metrics: Arc<Metrics>) -> Self {
        let discord = &config.discord;
        Self {
            live,
            metrics,
            cooldown: Cooldown::new(discord.cooldown),
            moderators: Moderators::new(&config.moderation),
            moderation: None,
            misses: None,
            keep_missed_days: config.moderation.keep_missed_days,
            votes: Cache::new(VOTES),
            news: Arc::default(),
            colours: discord.colours,
            started: Instant::now(),
            picture: Mutex::new(None),
            latencies: Mutex::default(),
        }
    }

    /// Notes that another base is being served.
    pub fn changed(&self) {
        let facts = self.served().assistant.base().facts.len();
        self.metrics.facts.set(i64::try_from(facts).unwrap_or(i64::MAX));
        self.news.notify_one();
    }

    /// Whether a person votes on a message for the first time in a while. Only a hash is kept, and not for long.
    #[must_use]
    pub fn is_first_vote(&self, user: UserId, message: &str) -> bool {
        let vote = xxh3_64_with_seed(message.as_bytes(), user.get());
        let is_first = self.votes.get(&vote).is_none();
        self.votes.insert(vote, ());
        is_first
    }

    /// Gives back what has not been used in a while.
    pub fn forget_idle(&self) {
        self.cooldown.forget_idle();
        self.live.forget_idle();
    }

    /// Takes down a question that was asked in vain.
    pub fn missed(&self, question: &str, shortfall: Shortfall) {
        if let Some(misses) = &self.misses {
            misses.note(question, shortfall);
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
