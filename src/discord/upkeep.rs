//! What the bot does beside replying: it serves what was changed elsewhere, and keeps a copy of the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, interval};

use super::bot::Bot;
use crate::moderation::Moderation;

/// The database is looked at so often for changes that another program has made.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The database is copied so often, if anything has changed.
const BACK_UP_EVERY: Duration = Duration::from_hours(24);

/// Looks after the edits of a bot until it is dropped. `files_changed` tells that the knowledge files were read anew.
pub async fn run(bot: Arc<Bot>, moderation: Arc<Moderation>, files_changed: Arc<AtomicBool>) {
    let mut look = interval(LOOK_EVERY);
    let mut backed_up: Option<(Instant, i64)> = None;
    let mut complained = false;
    loop {
        look.tick().await;
        if files_changed.swap(false, Ordering::AcqRel)
            && let Err(error) = moderation.reload().await
        {
            tracing::error!(%error, "the changes cannot be put over the files, so the base from before stays");
        }
        match moderation.catch_up().await {
            Ok(true) => {
                tracing::info!("changes from elsewhere are served");
                bot.changed();
                complained = false;
            }
            Ok(false) => complained = false,
            Err(error) if !complained => {
                complained = true;
                tracing::error!(%error, "changes from elsewhere cannot be served");
            }
            Err(_) => {}
        }
        back_up(&moderation, &mut backed_up).await;
    }
}

async fn back_up(moderation: &Moderation, latest: &mut Option<(Instant, i64)>) {
    let store = moderation.store();
    let due = latest.is_none_or(|(at, _)| at.elapsed() > BACK_UP_EVERY);
    if !due || !store.is_writable() {
        return;
    }
    let change = store.latest_change().await.unwrap_or_default();
    if latest.is_none_or(|(_, known)| known != change) && change > 0 {
        match store.back_up().await {
            Ok(path) => tracing::debug!(path = %path.display(), "the database is copied"),
            Err(error) => tracing::warn!(%error, "the database cannot be copied"),
        }
    }
    *latest = Some((Instant::now(), change));
}
