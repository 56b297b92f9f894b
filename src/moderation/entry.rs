//! A fact as its file has it: patterns unexpanded, every key in its place. This is what moderators edit, what the
//! history keeps, and what two people compare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::knowledge::{Polarity, QuestionKind};

/// A fact, with the section that its file names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Kebab-case, unique in the base.
    pub id: String,
    /// The id of its section.
    pub section: String,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The timeline's line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The answer.
    pub answer: String,
    /// Patterns of the questions that ask for it.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Patterns of those that are answered with yes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yes: Vec<String>,
    /// Patterns of those that are answered with no.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no: Vec<String>,
    /// Ids of facts that a reader may want next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Other wordings of the answer for some kinds of question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variants: BTreeMap<QuestionKind, String>,
}

/// Why a text is no fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EntryError(String);

impl Entry {
    /// Reads what [`Self::to_toml`] writes, and what people write in its place.
    ///
    /// # Errors
    /// Where it is no TOML, a key is unknown, or one that is needed is missing.
    pub fn from_toml(text: &str) -> Result<Self, EntryError> {
        toml::from_str(text).map_err(|error| EntryError(error.to_string().trim().replace('\n', " ")))
    }

    /// The fact as TOML, one pattern a line: the same for equal facts.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Texts, lists of texts and a table of texts: there is nothing that TOML has no form for.
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// The patterns with the answer that they ask for, those for a yes or a no included.
    pub fn patterns(&self) -> impl Iterator<Item = (Option<Polarity>, &str)> {
        let plain = self.questions.iter().map(|pattern| (None, pattern.as_str()));
        let yes = self.yes.iter().map(|pattern| (Some(Polarity::Yes), pattern.as_str()));
        let no = self.no.iter().map(|pattern| (Some(Polarity::No), pattern.as_str()));
        plain.chain(yes).chain(no)
    }

    /// The list that patterns with that answer stand in.
    pub fn patterns_mut(&mut self, polarity: Option<Polarity>) -> &mut Vec<String> {
        match polarity {
            None => &mut self.questions,
            Some(Polarity::Yes) => &mut self.yes,
            Some(Polarity::No) => &mut self.no,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            id: "star-opening".to_owned(),
            section: "star".to_owned(),
            date: Some("2018-10-19".to_owned()),
            event: Some("STAR is opened.".to_owned()),
            answer: "STAR was opened on 19 October 2018.".to_owned(),
            questions: vec!["when (was|did) STAR open[ed]".to_owned(), "a \"quoted\" question".to_owned()],
            no: vec!["was STAR opened in 2011".to_owned()],
            variants: [(QuestionKind::When, "On 19 October 2018.".to_owned())].into(),
            ..Entry::default()
        }
    }

    #[test]
    fn an_entry_comes_back_as_it_went() {
        for entry in [entry(), Entry { variants: BTreeMap::new(), date: None, ..entry() }] {
            assert_eq!(Entry::from_toml(&entry.to_toml()), Ok(entry));
        }
    }

    #[test]
    fn what_is_no_fact_is_told_on_one_line() {
        for (text, part) in [("id = 'a'", "missing field"), ("idd = 'a'", "unknown field"), ("id =", "TOML")]
        {
            let error = Entry::from_toml(text).unwrap_err().to_string();
            assert!(error.contains(part) && !error.contains('\n'), "{error}");
        }
    }
}
