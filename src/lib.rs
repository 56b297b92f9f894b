//! relations-bot answers questions about the relations between Azerbaijan and Turkey from a fact base.

pub mod knowledge;
pub mod matcher;
