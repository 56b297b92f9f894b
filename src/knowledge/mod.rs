//! The fact base: what the bot knows, as data.
//!
//! [`load`] turns the text files of a knowledge folder into a [`FactBase`] and reports every fault
//! with its file and line. Nothing here reads a question: that is [`crate::matcher`]'s work.

mod casing;
mod dates;
mod facts;
mod fault;
mod files;
mod lexicon;
mod load;
mod model;
mod pattern;
mod source;

pub use dates::{DateError, Moment, Period, Span};
pub use fault::{Fault, FaultReport, Severity};
pub use files::{KnowledgeFile, KnowledgeFiles};
pub use lexicon::{Lexicon, Name, QuestionKind, TimelineWords, WordLists};
pub use load::{Loaded, load};
pub use model::{Article, Fact, FactBase, Phrasing, Polarity, Section, SmallTalk, UnanswerableGroup};
pub use pattern::{MAX_EXPANSIONS, PatternError, expand};
