//! The log channel: a message for every change, whoever made it, and wherever. What cannot be sent is sent later; a
//! change is never held up by it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serenity::builder::{CreateAllowedMentions, CreateMessage};
use serenity::model::id::ChannelId;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::config::{ColoursConfig, Secret};
use crate::discord::callback::{CallbackError, Callbacks};
use crate::discord::render::moderation::log_entry;
use crate::discord::response::File;
use crate::moderation::Moderation;
use crate::moderation::history::Change;

/// As many changes are read at a time.
const BATCH: usize = 20;
/// Where something failed, it is tried again after so long; the pause doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// Without word of a change, the database is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The log channel.
pub struct Log {
    /// Where changes are read from.
    pub moderation: Arc<Moderation>,
    /// How messages are sent.
    pub callbacks: Callbacks,
    /// The bot's token.
    pub token: Secret,
    /// Where to.
    pub channel: ChannelId,
    /// The colours of messages.
    pub colours: ColoursConfig,
    /// Told of each change.
    pub news: Arc<Notify>,
}

impl Log {
    /// Sends whatever was not sent yet, and then every change as it is made.
    pub async fn run(self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.catch_up().await {
                Ok(()) => {
                    pause = FIRST_PAUSE;
                    let _ = timeout(LOOK_EVERY, self.news.notified()).await;
                }
                Err(error) => {
                    tracing::warn!(error, channel = %self.channel, "the log channel cannot be written; trying again later");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn catch_up(&self) -> Result<(), String> {
        let store = self.moderation.store();
        loop {
            let changes = store.unannounced(BATCH).await.map_err(|error| error.to_string())?;
            if changes.is_empty() {
                return Ok(());
            }
            for change in changes {
                self.announce(&change).await.map_err(|error| error.to_string())?;
                store.announced(change.id).await.map_err(|error| error.to_string())?;
            }
        }
    }

    async fn announce(&self, change: &Change) -> Result<(), CallbackError> {
        let message = log_entry(change, self.colours);
        let body = CreateMessage::new()
            .embed(message.embed)
            .allowed_mentions(CreateAllowedMentions::new())
            .add_files(message.files.iter().map(File::announced));
        let path = format!("/channels/{}/messages", self.channel);
        let (body, token) = (serde_json::to_value(&body)?, Some(self.token.reveal()));
        self.callbacks.send_message(Method::POST, &path, token, body, &message.files).await
    }
}
