//! Moderation from a shell: the life of an edit, what is refused, and what becomes of it when things break.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails is a failed test")]

#[path = "moderation/conflicts.rs"]
mod conflicts;
#[path = "moderation/database.rs"]
mod database;
#[path = "moderation/desk.rs"]
mod desk;
#[path = "moderation/edits.rs"]
mod edits;
#[path = "moderation/export.rs"]
mod export;
#[path = "moderation/growth.rs"]
mod growth;
#[path = "moderation/interruption.rs"]
mod interruption;
#[path = "moderation/missed.rs"]
mod missed;
mod support;
