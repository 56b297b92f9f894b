//! What the bot does beside replying: it serves what was changed elsewhere, and keeps a copy of the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::bot::Bot;
use crate::moderation::{Moderation, ModerationError};

/// The database is looked at so often for changes that another program has made.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Where that fails, the pause doubles up to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);
/// The database is copied so often, once anything was changed.
const BACK_UP_EVERY: Duration = Duration::from_hours(24);

/// Looks after the edits of a bot until it is dropped. `files_changed` tells that the knowledge files were read anew.
pub async fn run(bot: Arc<Bot>, moderation: Arc<Moderation>, files_changed: Arc<AtomicBool>) {
    let mut pause = LOOK_EVERY;
    let mut backed_up: Option<Instant> = None;
    loop {
        match catch_up(&moderation, &files_changed).await {
            Ok(is_new) => {
                pause = LOOK_EVERY;
                if is_new {
                    tracing::info!("changes from elsewhere are served");
                    bot.changed();
                }
            }
            Err(error) => {
                // Reading everything in vain every second would be a burden.
                pause = (pause * 2).min(LONGEST_PAUSE);
                tracing::error!(%error, "changes cannot be served, so the base from before stays");
            }
        }
        back_up(&moderation, &mut backed_up).await;
        sleep(pause).await;
    }
}

/// Serves what is new in the files or in the database; gives whether there was anything in the latter.
async fn catch_up(moderation: &Moderation, files_changed: &AtomicBool) -> Result<bool, ModerationError> {
    if files_changed.swap(false, Ordering::AcqRel)
        && let Err(error) = moderation.reload().await
    {
        files_changed.store(true, Ordering::Release);
        return Err(error);
    }
    moderation.catch_up().await
}

async fn back_up(moderation: &Moderation, latest: &mut Option<Instant>) {
    let store = moderation.store();
    if !store.is_writable() || latest.is_some_and(|at| at.elapsed() <= BACK_UP_EVERY) {
        return;
    }
    // There may be nothing to copy yet.
    if store.latest_change().await.unwrap_or_default() == 0 {
        return;
    }
    match store.back_up().await {
        Ok(path) => tracing::debug!(path = %path.display(), "the database is copied"),
        Err(error) => tracing::warn!(%error, "the database cannot be copied"),
    }
    *latest = Some(Instant::now());
}
