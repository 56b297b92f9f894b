//! Takes down questions that were asked in vain, apart from replying: a slow disk makes nobody wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, interval, sleep};

use crate::moderation::Moderation;
use crate::moderation::missed::{Miss, Shortfall};

/// As many may wait to be written; more are dropped, as under a flood one question more tells nothing.
const WAITING: usize = 256;
/// Those that come within so long are written together.
const GATHERED_FOR: Duration = Duration::from_millis(300);
/// Old ones are looked for so often.
const FORGET_EVERY: Duration = Duration::from_hours(1);
/// A disk that cannot be written is not complained of more often.
const COMPLAIN_EVERY: Duration = Duration::from_mins(1);

/// Where questions are handed in.
#[derive(Debug, Clone)]
pub struct Misses(Sender<(Box<str>, Shortfall)>);

/// Writes what was handed in.
pub struct Recorder {
    receiver: Receiver<(Box<str>, Shortfall)>,
    moderation: Arc<Moderation>,
    days: u32,
}

impl Misses {
    /// Where questions are handed in, and what writes them for as long as the first is there.
    #[must_use]
    pub fn new(moderation: Arc<Moderation>, days: u32) -> (Self, Recorder) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(sender), Recorder { receiver, moderation, days })
    }

    /// Hands a question in.
    pub fn note(&self, question: &str, shortfall: Shortfall) {
        // Where too many wait, or the bot is about to stop, it is lost, and nothing is lost by it.
        let _ = self.0.try_send((question.into(), shortfall));
    }
}

impl Recorder {
    /// Writes until nobody can hand anything in any more.
    pub async fn run(mut self) {
        let mut forget = interval(FORGET_EVERY);
        let mut complained: Option<Instant> = None;
        loop {
            let first = tokio::select! {
                _ = forget.tick() => {
                    self.forget().await;
                    continue;
                }
                first = self.receiver.recv() => first,
            };
            let Some(first) = first else { return };
            if !self.receiver.is_closed() {
                sleep(GATHERED_FOR).await;
            }
            let mut gathered = vec![first];
            while let Ok(next) = self.receiver.try_recv() {
                gathered.push(next);
            }
            let served = self.moderation.live().served();
            // What moderators, or the files, have settled is not asked in vain.
            let matcher = served.assistant.matcher();
            let misses: Vec<Miss> = gathered
                .iter()
                .filter(|(question, _)| !matcher.is_unanswerable(question))
                .map(|(question, shortfall)| Miss::new(&served.assistant, question, *shortfall))
                .collect();
            drop(served);
            if !misses.is_empty()
                && let Err(error) = self.moderation.store().record(&misses).await
                && complained.is_none_or(|at| at.elapsed() > COMPLAIN_EVERY)
            {
                complained = Some(Instant::now());
                tracing::warn!(%error, "questions without an answer cannot be taken down");
            }
        }
    }

    async fn forget(&self) {
        match self.moderation.store().forget_missed(self.days).await {
            Ok(0) => {}
            Ok(count) => {
                tracing::info!(count, days = self.days, "old questions without an answer were forgotten");
            }
            Err(error) => tracing::debug!(%error, "old questions cannot be forgotten"),
        }
    }
}
