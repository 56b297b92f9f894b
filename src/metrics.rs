//! Counts for those who watch over the bot, in Prometheus' text format. No question and no person is in them.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper ends of the latency's buckets, in seconds: from a lone reply to the three seconds that Discord waits.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 3.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

/// All counts.
pub struct Metrics {
    registry: Registry,
    questions: Family<OutcomeLabel, Counter<u64, AtomicU64>>,
    interactions: Family<KindLabel, Counter<u64, AtomicU64>>,
    votes: Family<OutcomeLabel, Counter<u64, AtomicU64>>,
    failures: Family<KindLabel, Counter<u64, AtomicU64>>,
    latency: Histogram,
    /// Gateway connections that are up.
    pub shards_connected: Gauge<i64, AtomicI64>,
    /// Gateway connections that there should be.
    pub shards_total: Gauge<i64, AtomicI64>,
    /// Facts that are served.
    pub facts: Gauge<i64, AtomicI64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("relations_bot");
        let metrics = Self {
            questions: Family::default(),
            interactions: Family::default(),
            votes: Family::default(),
            failures: Family::default(),
            latency: Histogram::new(BUCKETS),
            shards_connected: Gauge::default(),
            shards_total: Gauge::default(),
            facts: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("questions", "Questions by what became of them", metrics.questions.clone());
        registry.register("interactions", "Interactions by their kind", metrics.interactions.clone());
        registry.register("votes", "Presses of the helpful and unhelpful buttons", metrics.votes.clone());
        registry.register("failures", "Replies that failed, by what failed", metrics.failures.clone());
        registry.register_with_unit(
            "reply_latency",
            "Time from an interaction's arrival to its delivered reply",
            Unit::Seconds,
            metrics.latency.clone(),
        );
        let (connected, total) = (metrics.shards_connected.clone(), metrics.shards_total.clone());
        registry.register("gateway_shards_connected", "Gateway connections that are up", connected);
        registry.register("gateway_shards", "Gateway connections that there should be", total);
        registry.register("facts", "Facts that are served", metrics.facts.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts a question by its outcome.
    pub fn question(&self, outcome: &'static str) {
        self.questions.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts an interaction by its kind.
    pub fn interaction(&self, kind: &'static str) {
        self.interactions.get_or_create(&KindLabel { kind }).inc();
    }

    /// Counts a vote.
    pub fn vote(&self, helpful: bool) {
        let outcome = if helpful { "helpful" } else { "unhelpful" };
        self.votes.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts a reply that failed.
    pub fn failure(&self, kind: &'static str) {
        self.failures.get_or_create(&KindLabel { kind }).inc();
    }

    /// Counts a delivered reply.
    pub fn delivered(&self, after: Duration) {
        self.latency.observe(after.as_secs_f64());
    }

    /// Everything in Prometheus' text format (`OpenMetrics`).
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn render(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told() {
        let metrics = Metrics::default();
        metrics.question("answer");
        metrics.question("answer");
        metrics.interaction("command");
        metrics.vote(false);
        metrics.failure("callback");
        metrics.delivered(Duration::from_millis(2));
        metrics.facts.set(305);
        let text = metrics.render().unwrap();
        for line in [
            "relations_bot_questions_total{outcome=\"answer\"} 2",
            "relations_bot_interactions_total{kind=\"command\"} 1",
            "relations_bot_votes_total{outcome=\"unhelpful\"} 1",
            "relations_bot_failures_total{kind=\"callback\"} 1",
            "relations_bot_reply_latency_seconds_bucket{le=\"0.0025\"} 1",
            "relations_bot_facts 305",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
