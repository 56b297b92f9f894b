//! The types of a loaded fact base. They hold no text-file detail but the place a fact came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dates::Period;
use super::lexicon::{Lexicon, QuestionKind};

/// Everything that the bot knows: the article, its sections and the facts in one language.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FactBase {
    /// The reference that every fact comes from.
    pub article: Article,
    /// The sections of the article, in its order.
    pub sections: Vec<Section>,
    /// The language of the facts, an ISO 639-1 code.
    pub language: String,
    /// The facts, in the order of the sections' files.
    pub facts: Vec<Fact>,
    /// How people name things in this language.
    pub lexicon: Lexicon,
    /// Questions near the subject that must not be answered, by topic.
    pub unanswerable: Vec<UnanswerableGroup>,
    /// Greetings and the like, with their replies.
    pub smalltalk: Vec<SmallTalk>,
}

impl FactBase {
    /// The fact of that id.
    #[must_use]
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == id)
    }

    /// The same without phrasings and unanswerable questions, which are most of a base: what a matcher needs beside
    /// its index.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        for fact in &mut self.facts {
            fact.phrasings = Vec::new();
        }
        self.unanswerable = Vec::new();
        self
    }

    /// The same without what a matcher that is ready has no more use for: the lexicon as well, but for the words about
    /// time.
    #[must_use]
    pub fn trained(self) -> Self {
        let mut base = self.indexed();
        base.lexicon = Lexicon { timeline: base.lexicon.timeline, ..Lexicon::default() };
        base
    }

    /// The section that a fact belongs to.
    #[must_use]
    pub fn section_of(&self, fact: &Fact) -> Option<&Section> {
        self.sections.get(fact.section)
    }
}

/// The reference article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Article {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Who publishes it.
    pub publisher: String,
    /// The licence of its text.
    pub licence: String,
    /// The licence's address.
    pub licence_url: String,
}

/// One section of the article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The id that facts name.
    pub id: String,
    /// The heading as the article prints it.
    pub title: String,
    /// The section's address.
    pub url: String,
    /// The id of the enclosing section.
    pub parent: Option<String>,
}

/// One thing that the bot knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Kebab-case, unique in the base.
    pub id: String,
    /// Index of the fact's section in [`FactBase::sections`].
    pub section: usize,
    /// A question that asks for it, as readers see it.
    pub question: String,
    /// The answer, at most 500 characters.
    pub answer: String,
    /// Other wordings of the answer for some kinds of question.
    pub variants: BTreeMap<QuestionKind, String>,
    /// When it happened; puts the fact on the timeline.
    pub date: Option<Period>,
    /// The timeline's line; there exactly where `date` is.
    pub event: Option<String>,
    /// Every phrasing that the patterns expand to, in their order.
    pub phrasings: Vec<Phrasing>,
    /// Ids of facts that a reader may want next.
    pub related: Vec<String>,
    /// The file that the fact stands in, relative to the knowledge folder.
    pub file: String,
    /// The line of the fact's id in that file, from 1.
    pub line: usize,
}

impl Fact {
    /// The answer in the wording for that kind of question.
    #[must_use]
    pub fn answer_for(&self, kind: Option<QuestionKind>) -> &str {
        kind.and_then(|kind| self.variants.get(&kind)).unwrap_or(&self.answer)
    }
}

/// One way to ask for a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrasing {
    /// The words, as the pattern spells them.
    pub text: String,
    /// For a yes/no question, which of the two it is.
    pub polarity: Option<Polarity>,
    /// The number of its pattern within the fact: expansions of one pattern share it.
    pub pattern: u32,
}

/// What a yes/no question's answer opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Polarity {
    /// The premise is right.
    Yes,
    /// The premise is wrong.
    No,
}

/// Questions of one topic that the article does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnanswerableGroup {
    /// What they have in common.
    pub topic: String,
    /// The questions.
    pub questions: Vec<String>,
}

/// Things that people say to a bot which are no questions, and a friendly reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallTalk {
    /// What is said: the whole of it.
    pub phrases: Vec<String>,
    /// The reply.
    pub reply: String,
}
