//! The Discord bot from outside: the real program against a stand-in for Discord.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a step of a test that fails is a failed test"
)]

#[path = "discord/asking.rs"]
mod asking;
#[path = "discord/base.rs"]
mod base;
#[path = "discord/callbacks.rs"]
mod callbacks;
#[path = "discord/connection.rs"]
mod connection;
#[path = "discord/moderation/mod.rs"]
mod moderation;
#[path = "discord/operation.rs"]
mod operation;
#[path = "discord/pressing.rs"]
mod pressing;
#[path = "discord/registration.rs"]
mod registration;
#[path = "support/discord/mod.rs"]
mod stand_in;
#[path = "discord/starting.rs"]
mod starting;
mod support;
#[path = "discord/timeline.rs"]
mod timeline;

use std::ops::Deref;

use stand_in::{Bot, Discord};
use tempfile::TempDir;

/// Somebody who asks, and somebody else.
const ASKER: u64 = 1_100_000_000_000_000_001;
const OTHER: u64 = 1_100_000_000_000_000_002;
/// With these, only phrasings to the letter are answered, and all else that is near is suggested.
const SUGGESTING: [(&str, &str); 2] = [("MATCHER__ANSWER", "1"), ("MATCHER__SUGGEST", "0.01")];

/// A bot over the small base, connected to its own stand-in.
struct Scene {
    discord: Discord,
    bot: Bot,
    base: TempDir,
}

impl Scene {
    async fn new(settings: &[(&str, &str)]) -> Self {
        Self::at(Discord::start().await, settings).await
    }

    /// At a stand-in that may behave in its own way.
    async fn at(discord: Discord, settings: &[(&str, &str)]) -> Self {
        let base = base::base();
        let mut all = vec![("KNOWLEDGE__DIR", base.path().to_str().unwrap())];
        all.extend(settings);
        let bot = discord.serve(&all).await;
        Self { discord, bot, base }
    }

    /// The bot dies and is started anew, perhaps with other settings.
    async fn restarted(self, settings: &[(&str, &str)]) -> Self {
        let Self { discord, bot, .. } = self;
        bot.kill().await;
        discord.until("the connection is gone", |discord| (!discord.is_connected()).then_some(())).await;
        Self::at(discord, settings).await
    }
}

impl Deref for Scene {
    type Target = Discord;

    fn deref(&self) -> &Discord {
        &self.discord
    }
}
