//! relations-bot answers questions about the relations between Azerbaijan and Turkey from a fact base.
//!
//! A question becomes a [`assistant::Reply`] in microseconds, without a model or a network: it is
//! normalised, matched against every known phrasing, and answered only where the match is good enough.
//!
//! ```
//! use relations_bot::assistant::{Assistant, Outcome};
//!
//! let assistant = Assistant::new(relations_bot::shipped::matcher()?, Default::default());
//! let reply = assistant.ask("how long is the border?")?;
//! assert_eq!(reply.outcome, Outcome::Answer);
//! assert!(reply.text.contains("17 km"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod assistant;
pub mod completion;
pub mod config;
pub mod discord;
pub mod exam;
pub mod explanation;
pub mod knowledge;
pub mod live;
pub mod matcher;
pub mod metrics;
pub mod moderation;
pub mod shipped;
pub mod source;
pub mod timeline;
