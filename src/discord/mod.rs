//! The Discord bot: start, run, stop. Everything about Discord is in here; answers come from
//! [`crate::assistant`], as everywhere.

pub mod bot;
pub mod callback;
pub mod commands;
pub mod components;
pub mod cooldown;
pub mod custom_id;
pub mod gateway;
pub mod handler;
pub mod health;
pub mod incoming;
pub mod limits;
pub mod message_text;
pub mod misses;
pub mod moderating;
pub mod permissions;
pub mod render;
pub mod response;
pub mod upkeep;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Client;
use serenity::builder::CreateCommand;
use serenity::http::{Http, HttpBuilder, HttpError};
use serenity::model::gateway::BotGateway;
use serenity::model::id::{ApplicationId, ChannelId, GuildId};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::bot::Bot;
use self::callback::{Callbacks, USER_AGENT};
use self::gateway::{Gateway, News, Refused};
use self::handler::Handler;
use self::misses::Misses;
use self::moderating::log::Log;
use crate::config::{Config, Secret, TokenError};
use crate::live::{self, Live};
use crate::metrics::Metrics;
use crate::moderation::store::StoreError;
use crate::moderation::{Missing, Moderation, Opened};
use crate::source::{Source, SourceError};

/// How often Discord is asked at the start before the bot gives up, and the first pause between two attempts.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// A 429 of Discord does not tell serenity's users how long to wait, but it is hardly ever longer.
const PAUSE_AFTER_TOO_MANY: Duration = Duration::from_secs(6);
/// A request that takes longer has failed.
const REST_WITHIN: Duration = Duration::from_secs(10);
/// Replies that are under way have so long when the bot stops.
const LAST_REPLIES: Duration = Duration::from_millis(700);
/// So long it may take to write down what is left when the bot stops.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// So often those who have not asked for a while are forgotten.
const TIDY_EVERY: Duration = Duration::from_mins(1);

/// Why the bot does not run, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The fact base cannot be used.
    #[error("the fact base cannot be used: {0}")]
    Knowledge(#[from] SourceError),
    /// There is no token.
    #[error("{0}")]
    Token(#[from] TokenError),
    /// Discord does not take the token.
    #[error(
        "Discord refused the token: take a new one from the developer portal (your application, Bot, Reset Token)"
    )]
    RefusedToken,
    /// The database of moderation cannot be used.
    #[error("{0}")]
    Moderation(#[from] StoreError),
    /// Discord cannot be reached.
    #[error("Discord cannot be reached at {base}: {source}")]
    Unreachable {
        /// The address.
        base: String,
        /// Why not.
        source: Box<serenity::Error>,
    },
    /// Discord does not take the commands.
    #[error("Discord refused the commands: {0}")]
    Commands(Box<serenity::Error>),
    /// The gateway closed the connection for good.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// The port for /healthz and /metrics cannot be had.
    #[error("the address {address} of health.listen cannot be used: {source}")]
    Health {
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The system refused something that the bot needs.
    #[error("{what}: {source}")]
    System {
        /// What it needs.
        what: &'static str,
        /// Why it was refused.
        source: io::Error,
    },
    /// A part of the bot broke down.
    #[error("a part of the bot broke down: {0}")]
    Broken(#[from] JoinError),
}

/// Runs the bot until SIGTERM or SIGINT.
///
/// # Errors
/// Where it cannot start, or Discord closes the connection for good.
pub async fn serve(config: &Config, mut source: Source) -> Result<(), ServeError> {
    // Before anything that takes its time, so that the bot can be stopped at any moment.
    let stop = stop_signal()?;
    let token = config.discord.token()?;
    let opened = edits(config, &mut source).await?;
    // Before anything is connected: a bot without facts is of no use to anybody.
    let thresholds = config.matcher;
    let loading = tokio::task::spawn_blocking(move || Live::load(source, thresholds));
    let live = tokio::select! {
        () = stop.cancelled() => return Ok(()),
        live = loading => Arc::new(live??),
    };
    let metrics = Arc::new(Metrics::default());
    count_facts(&metrics, live.served().assistant.base().facts.len());
    let moderation =
        opened.map(|opened| Arc::new(Moderation::new(opened, Arc::clone(&live), &config.moderation)));
    // Edits may have to be folded into the files.
    let is_edited = !live.source().edits.0.is_empty();
    let (counted, files_changed) = (Arc::clone(&metrics), Arc::new(AtomicBool::new(is_edited)));
    let changed = Arc::clone(&files_changed);
    let watch = live::watch(&live, move |served| {
        count_facts(&counted, served.assistant.base().facts.len());
        changed.store(true, Ordering::Release);
    });
    let _watch = watch.unwrap_or_else(|error| {
        tracing::warn!(%error, "the knowledge folder cannot be watched: edits need a restart");
        None
    });
    let mut tasks = JoinSet::new();
    if let Some(address) = config.health.listen {
        let listener =
            health::listen(address).await.map_err(|source| ServeError::Health { address, source })?;
        // Where port 0 was asked for, it is another one.
        let address = listener.local_addr().unwrap_or(address);
        tracing::info!(%address, "/healthz and /metrics are served");
        let metrics = Arc::clone(&metrics);
        tasks.spawn(async move {
            if let Err(error) = health::serve(listener, metrics).await {
                tracing::error!(%error, "/healthz and /metrics are no longer served");
            }
        });
    }
    let mut bot = Bot::new(live, config, metrics);
    let mut recording = JoinSet::new();
    if let Some(moderation) = &moderation {
        bot.moderation = Some(Arc::clone(moderation));
        let days = config.moderation.keep_missed_days;
        if days > 0 {
            let (misses, recorder) = Misses::new(Arc::clone(moderation), days);
            bot.misses = Some(misses);
            recording.spawn(recorder.run());
        }
    }
    let bot = Arc::new(bot);
    if let Some(moderation) = &moderation {
        tasks.spawn(upkeep::run(Arc::clone(&bot), Arc::clone(moderation), files_changed));
    }
    let ended = connected(config, &token, bot, stop, &mut tasks).await;
    // With the bot go those who could hand in questions; what is left of them is written down.
    tasks.shutdown().await;
    let _ = timeout(LAST_WORDS, async {
        while recording.join_next().await.is_some() {}
        if let Some(moderation) = moderation {
            moderation.store().close().await;
        }
    })
    .await;
    tracing::info!("stopped");
    ended
}

/// Opens the database of moderation, and puts its edits over the base. Where nobody has named one, and none can be made,
/// the bot does without.
async fn edits(config: &Config, source: &mut Source) -> Result<Option<Opened>, ServeError> {
    let settings = &config.moderation;
    // Where nobody may moderate and nobody has named a database, there is nothing to keep.
    let is_wanted = !settings.guilds.is_empty() || !settings.database.as_os_str().is_empty();
    if !is_wanted && settings.database(source).is_none_or(|database| !database.exists()) {
        tracing::info!("moderation.guilds names no server, so facts cannot be changed from Discord");
        return Ok(None);
    }
    match Opened::over(source, settings, Missing::Make).await {
        Ok(None) => {
            tracing::info!("there is no database, so facts cannot be changed from Discord");
            Ok(None)
        }
        Err(error @ (StoreError::Unopened { .. } | StoreError::ReadOnly { .. }))
            if settings.database.as_os_str().is_empty() =>
        {
            tracing::warn!(%error, "facts cannot be changed from Discord");
            Ok(None)
        }
        opened => Ok(opened?),
    }
}

fn count_facts(metrics: &Metrics, facts: usize) {
    metrics.facts.set(i64::try_from(facts).unwrap_or(i64::MAX));
}

/// Cancelled at the first SIGTERM or SIGINT.
fn stop_signal() -> Result<CancellationToken, ServeError> {
    let listen = |kind| {
        signal(kind).map_err(|source| ServeError::System { what: "signals cannot be listened to", source })
    };
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
            _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
        }
        stopping.cancel();
    });
    Ok(stop)
}

/// Connects, and handles interactions until told to stop.
async fn connected(
    config: &Config,
    token: &Secret,
    bot: Arc<Bot>,
    stop: CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<(), ServeError> {
    let client = Client::builder().user_agent(USER_AGENT).timeout(REST_WITHIN).build().map_err(|error| {
        ServeError::System { what: "HTTPS cannot be used", source: io::Error::other(error) }
    })?;
    let base = &config.discord.api_base;
    let http = Arc::new(rest(token, client.clone(), base));
    let introduced = tokio::select! {
        () = stop.cancelled() => return Ok(()),
        introduced = introduction(&http, base) => introduced?,
    };
    bot.metrics.shards_total.set(i64::from(introduced.shards));
    let handler = Arc::new(Handler { bot, callbacks: Callbacks::new(client, base), http: Arc::clone(&http) });
    let gateway = Gateway {
        token: token.clone(),
        url: introduced.url,
        shards: introduced.shards,
        activity: config.discord.activity.clone(),
    };
    let replies = TaskTracker::new();
    let (sender, mut news) = mpsc::channel(1);
    let mut shards = JoinSet::new();
    for shard in gateway.shards() {
        shards.spawn(gateway::run(
            shard,
            Arc::clone(&handler),
            replies.clone(),
            sender.clone(),
            stop.child_token(),
        ));
    }
    drop(sender);
    let mut tidy = interval(TIDY_EVERY);
    let mut registration = JoinSet::new();
    let mut known = false;
    let ended = loop {
        tokio::select! {
            () = stop.cancelled() => break Ok(()),
            _ = tidy.tick() => handler.bot.forget_idle(),
            told = news.recv() => match told {
                Some(News::Ready(ready)) if !known => {
                    known = true;
                    let id = ready.application_id();
                    tracing::info!(application = %id, bot = ready.user.username, "connected");
                    http.set_application_id(id);
                    registration.spawn(register(Arc::clone(&http), id, Guilds::of(config)));
                    if let Some(log) = log_channel(&handler, config, token) {
                        tasks.spawn(log.run());
                    }
                }
                Some(News::Ready(_)) => {}
                Some(News::Refused(refused)) => break Err(refused.into()),
                None => break Ok(()),
            },
            Some(registered) = registration.join_next() => match registered {
                Ok(Ok(())) => {}
                Ok(Err(error)) => break Err(error),
                Err(error) => break Err(error.into()),
            },
        }
    };
    stop.cancel();
    replies.close();
    // The last replies go out while the shards say good-bye.
    let last = async { while shards.join_next().await.is_some() {} };
    let _ = tokio::join!(timeout(LAST_REPLIES, replies.wait()), last);
    ended
}

/// The log channel, where one is configured and there is anything to log.
fn log_channel(handler: &Handler, config: &Config, token: &Secret) -> Option<Log> {
    Some(Log {
        moderation: Arc::clone(handler.bot.moderation.as_ref()?),
        callbacks: handler.callbacks.clone(),
        token: token.clone(),
        channel: ChannelId::new(config.moderation.log_channel?),
        colours: config.discord.colours,
        news: Arc::clone(&handler.bot.news),
    })
}

/// The client for what is no reply. serenity's rate limiter ignores another base, so the two exclude each other.
fn rest(token: &Secret, client: Client, base: &str) -> Http {
    let builder = HttpBuilder::new(token.reveal()).client(client);
    if base.is_empty() {
        builder.build()
    } else {
        builder.proxy(base.trim_end_matches('/')).ratelimiter_disabled(true).build()
    }
}

/// Asks for the gateway's address and the number of shards, which also shows whether the token is taken.
async fn introduction(http: &Http, base: &str) -> Result<BotGateway, ServeError> {
    let base = if base.is_empty() { callback::DISCORD } else { base };
    let mut pause = FIRST_PAUSE;
    for attempt in 1.. {
        match http.get_bot_gateway().await {
            Ok(gateway) => return Ok(gateway),
            Err(error) if is_status(&error, 401) || is_status(&error, 403) => {
                return Err(ServeError::RefusedToken);
            }
            Err(error) if attempt == ATTEMPTS => {
                return Err(ServeError::Unreachable { base: base.to_owned(), source: Box::new(error) });
            }
            Err(error) => {
                tracing::warn!(%error, attempt, "Discord cannot be reached; trying again");
                sleep(pause_after(&error, pause)).await;
                pause *= 2;
            }
        }
    }
    unreachable!("the attempts end with a return")
}

fn pause_after(error: &serenity::Error, pause: Duration) -> Duration {
    if is_status(error, 429) { pause.max(PAUSE_AFTER_TOO_MANY) } else { pause }
}

fn is_status(error: &serenity::Error, status: u16) -> bool {
    matches!(error, serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
        if response.status_code.as_u16() == status)
}

/// Which guilds get commands of their own.
#[derive(Debug, Clone)]
struct Guilds {
    /// Those that get all commands at once; everywhere where there are none.
    named: Vec<u64>,
    /// Those whose moderators get theirs.
    moderated: Vec<u64>,
}

impl Guilds {
    fn of(config: &Config) -> Self {
        Self { named: config.discord.guilds.clone(), moderated: config.moderation.guilds.clone() }
    }

    /// Each guild that gets commands, with those that it gets: whatever is registered with a guild replaces what was.
    fn commands(&self) -> Vec<(GuildId, Vec<CreateCommand>)> {
        let mut guilds = self.named.clone();
        guilds.extend(self.moderated.iter().filter(|guild| !self.named.contains(guild)));
        let commands = |guild: &u64| {
            let mut commands = Vec::new();
            if self.named.contains(guild) {
                commands.extend(commands::definitions());
            }
            if self.moderated.contains(guild) {
                commands.extend(commands::for_moderators());
            }
            commands
        };
        guilds.iter().map(|guild| (GuildId::new(*guild), commands(guild))).collect()
    }
}

/// Registers the commands: everywhere, or in some guilds only; and those of moderators in theirs. Registering is
/// idempotent.
async fn register(http: Arc<Http>, application: ApplicationId, guilds: Guilds) -> Result<(), ServeError> {
    let mut pause = FIRST_PAUSE;
    for attempt in 1..=ATTEMPTS {
        let registered = register_once(&http, &guilds).await;
        match registered {
            Ok(()) => {
                let guilds = guilds.named.len();
                tracing::info!(%application, guilds, "commands are registered");
                return Ok(());
            }
            Err(error) if is_refusal(&error) => return Err(ServeError::Commands(Box::new(error))),
            Err(error) => {
                tracing::warn!(%error, attempt, "the commands cannot be registered");
                sleep(pause_after(&error, pause)).await;
                pause *= 2;
            }
        }
    }
    // Those of an earlier start are still there, so the bot is of use without.
    tracing::error!("the commands are not registered");
    Ok(())
}

/// Whether it would be refused again.
fn is_refusal(error: &serenity::Error) -> bool {
    matches!(error, serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
        if response.status_code.is_client_error() && response.status_code.as_u16() != 429)
}

async fn register_once(http: &Http, guilds: &Guilds) -> serenity::Result<()> {
    if guilds.named.is_empty() {
        confirmed(http.create_global_commands(&commands::everywhere()).await)?;
    }
    for (guild, commands) in guilds.commands() {
        let registered = confirmed(http.create_guild_commands(guild, &commands).await);
        match registered {
            // A guild that the bot is not in, or not yet: nobody else has to go without for it.
            Err(error) if is_refusal(&error) && !guilds.named.contains(&guild.get()) => {
                tracing::error!(%guild, %error, "the moderators' commands are refused there: is the bot in that server?");
            }
            registered => registered?,
        }
    }
    Ok(())
}

/// A server that takes something may confirm it in other words than Discord's.
fn confirmed<T>(answer: serenity::Result<T>) -> serenity::Result<()> {
    match answer {
        Ok(_) | Err(serenity::Error::Json(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
