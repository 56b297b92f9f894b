//! How often one person may ask: some questions in a row, and one regained every few seconds.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serenity::model::id::UserId;

use crate::config::CooldownConfig;

/// Remembers who has asked lately.
pub struct Cooldown {
    limiter: Option<DefaultKeyedRateLimiter<u64>>,
    clock: DefaultClock,
}

impl Cooldown {
    /// A cooldown as configured; without any effect for 0 questions.
    #[must_use]
    pub fn new(config: CooldownConfig) -> Self {
        let quota = NonZeroU32::new(config.questions).and_then(|questions| {
            let period = Duration::try_from_secs_f64(config.seconds).ok()?;
            Some(Quota::with_period(period)?.allow_burst(questions))
        });
        Self { limiter: quota.map(RateLimiter::keyed), clock: DefaultClock::default() }
    }

    /// Counts a question.
    ///
    /// # Errors
    /// The time that is left until the next one, where it was one too many.
    pub fn ask(&self, user: UserId) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(&user.get()).map_err(|later| later.wait_time_from(self.clock.now()))
    }

    /// Forgets everybody whose questions are all regained.
    pub fn forget_idle(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_row_and_then_a_pause_for_that_person_only() {
        let cooldown = Cooldown::new(CooldownConfig { questions: 2, seconds: 60.0 });
        let (one, other) = (UserId::new(1), UserId::new(2));
        assert_eq!(cooldown.ask(one), Ok(()));
        assert_eq!(cooldown.ask(one), Ok(()));
        let left = cooldown.ask(one).unwrap_err();
        assert!(left > Duration::from_secs(50) && left <= Duration::from_mins(1), "{left:?}");
        assert_eq!(cooldown.ask(other), Ok(()));
        cooldown.forget_idle();
        assert!(cooldown.ask(one).is_err(), "who has to wait is not forgotten");
    }

    #[test]
    fn none_is_no_limit() {
        let cooldown = Cooldown::new(CooldownConfig { questions: 0, seconds: 0.0 });
        assert!((0..100).all(|_| cooldown.ask(UserId::new(1)).is_ok()));
    }
}
