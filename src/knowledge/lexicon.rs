//! How people name things: names with their aliases, synonym classes, rewrites and word lists.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::fault::Faults;

/// The lexicon of one language. Every part may be missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lexicon {
    /// Proper names; a fact must account for each that a question holds.
    pub name: Vec<Name>,
    /// Classes of words and phrases that mean the same, by their leading word.
    pub synonyms: BTreeMap<String, Vec<String>>,
    /// Classes of words that ask for one kind of detail, by their leading word. A fact that has none of them, in
    /// a phrasing or in what it tells, does not have the detail.
    pub details: BTreeMap<String, Vec<String>>,
    /// Word sequences that are replaced before anything else.
    pub rewrites: BTreeMap<String, String>,
    /// Words that carry no information, and words that make a question a yes/no question.
    pub words: WordLists,
    /// The words that tell what kind of answer a question wants.
    pub question_words: BTreeMap<QuestionKind, Vec<String>>,
    /// Number words and their values.
    pub numbers: BTreeMap<String, u32>,
    /// Month names and their numbers, from 1.
    pub months: BTreeMap<String, u8>,
    /// How people ask for what happened in a year.
    pub timeline: TimelineWords,
    /// Pattern parts that facts use as `<rule>`.
    pub rules: BTreeMap<String, String>,
}

/// A proper name with everything that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// The canonical token.
    pub id: String,
    /// What sort of thing it is: country, city, person, company …
    pub kind: String,
    /// Whether it is the subject of every question, so that it tells none apart.
    #[serde(default)]
    pub ambient: bool,
    /// Other names of the thing.
    pub aliases: Vec<String>,
    /// Its adjectives and its people: Turkish, Turks.
    #[serde(default)]
    pub adjectives: Vec<String>,
}

/// Lists of words by their role in a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WordLists {
    /// Function words.
    pub stop: Vec<String>,
    /// Politeness, and the asker's own circumstances.
    pub filler: Vec<String>,
    /// Words that join what a question gives to choose from.
    pub choosing: Vec<String>,
    /// Words that open a yes/no question.
    pub polar: Vec<String>,
    /// Words at the end that make a statement a yes/no question.
    pub tags: Vec<String>,
    /// Words that open a question for an opinion, a prediction or advice.
    pub opinion_openings: Vec<String>,
    /// Phrases that show such a question wherever they stand.
    pub opinions: Vec<String>,
}

/// What kind of answer a question wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// A person, a country, an organisation.
    Who,
    /// A date.
    When,
    /// A place.
    Where,
    /// A number.
    HowMany,
    /// A reason.
    Why,
}

/// The vocabulary of questions about a time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimelineWords {
    /// Words that ask for events without saying which.
    pub generic: Vec<String>,
}

/// Reads the lexicon and reports words that it claims for two meanings.
pub(super) fn parse(text: &str, faults: &mut Faults<'_>) -> Lexicon {
    match toml::from_str(text) {
        Ok(lexicon) => {
            check(text, faults);
            lexicon
        }
        Err(error) => {
            faults.toml(&error, 0);
            Lexicon::default()
        }
    }
}

/// The parts of the lexicon where a word may stand once only, with their places.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    name: Vec<NameClaim>,
    #[serde(default)]
    synonyms: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default)]
    details: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
struct NameClaim {
    id: String,
    aliases: Vec<Spanned<String>>,
    #[serde(default)]
    adjectives: Vec<Spanned<String>>,
}

fn check(text: &str, faults: &mut Faults<'_>) {
    let Ok(claims) = toml::from_str::<Claims>(text) else {
        return;
    };
    let mut owners: HashMap<String, String> = HashMap::new();
    let mut claim = |word: &Spanned<String>, owner: String, faults: &mut Faults<'_>| {
        let at = word.span().start;
        let word = word.get_ref().to_lowercase();
        if word.trim().is_empty() {
            faults.error(at, format_args!("{owner} has an empty alias"));
        } else if let Some(other) = owners.get(&word)
            && *other != owner
        {
            faults.error(at, format_args!("`{word}` belongs to {other} and to {owner}"));
        } else {
            owners.insert(word, owner);
        }
    };
    for name in &claims.name {
        for alias in name.aliases.iter().chain(&name.adjectives) {
            claim(alias, format!("the name `{}`", name.id), faults);
        }
    }
    let synonyms = claims.synonyms.iter().map(|class| ("synonyms", class));
    for (table, (class, members)) in synonyms.chain(claims.details.iter().map(|class| ("details", class))) {
        let owner = format!("the {table} of `{}`", class.get_ref());
        claim(class, owner.clone(), faults);
        for member in members {
            claim(member, owner.clone(), faults);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_may_not_have_two_meanings() {
        let text =
            "[[name]]\nid='star'\nkind='project'\naliases=['STAR']\n[synonyms]\nplant=['star','works']\n";
        let mut faults = Faults::new("en/lexicon.toml", text);
        parse(text, &mut faults);
        assert_eq!(
            faults.into_found()[0].to_string(),
            "en/lexicon.toml:6: `star` belongs to the name `star` and to the synonyms of `plant`"
        );
        let text = "[synonyms]\nplant = ['works']\n[details]\ncost = ['price', 'works']\n";
        let mut faults = Faults::new("en/lexicon.toml", text);
        parse(text, &mut faults);
        assert_eq!(
            faults.into_found()[0].to_string(),
            "en/lexicon.toml:4: `works` belongs to the synonyms of `plant` and to the details of `cost`"
        );
    }
}
