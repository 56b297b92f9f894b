//! Names in their proper spelling: patterns may be typed in lower case, readers see "Azerbaijan".

use std::collections::HashMap;

use super::lexicon::Lexicon;
use crate::matcher::text::fold_words;

/// A name of the lexicon has at most that many words.
const MAX_NAME_WORDS: usize = 6;

/// The spellings of all names.
pub(super) struct Spellings(HashMap<String, String>);

impl Spellings {
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        let mut spellings = HashMap::new();
        for name in &lexicon.name {
            for alias in name.aliases.iter().chain(&name.adjectives) {
                if alias.chars().any(char::is_uppercase) {
                    spellings.entry(fold_words(alias)).or_insert_with(|| alias.clone());
                }
            }
        }
        Self(spellings)
    }

    /// A phrasing as a question for readers: names spelt properly, a capital first, a question mark last.
    pub(super) fn question(&self, phrasing: &str) -> String {
        let words: Vec<&str> = phrasing.trim_end_matches('?').split_whitespace().collect();
        let mut out: Vec<String> = Vec::with_capacity(words.len());
        let mut at = 0;
        while let Some(&word) = words.get(at) {
            let found = (1..=MAX_NAME_WORDS.min(words.len() - at)).rev().find_map(|length| {
                let span = words.get(at..at + length)?.join(" ");
                // What has capitals already was spelt with care.
                let plain = !span.chars().any(char::is_uppercase)
                    && span.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-');
                let spelling = self.0.get(&fold_words(&span)).filter(|_| plain && span.len() > 2)?;
                Some((length, spelling.clone()))
            });
            let (length, text) = found.unwrap_or((1, word.to_owned()));
            out.push(text);
            at += length;
        }
        let text = out.join(" ");
        let mut characters = text.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        let text: String = first.chain(characters).collect();
        if text.ends_with(['?', '.', '!']) { text } else { text + "?" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_capitals() {
        let lexicon: Lexicon = toml::from_str(
            "[[name]]\nid='tanap'\nkind='project'\naliases=['TANAP']\n[[name]]\nid='m'\nkind='organisation'\naliases=['OSCE Minsk Group','AZ']\n",
        )
        .unwrap();
        let spellings = Spellings::new(&lexicon);
        assert_eq!(spellings.question("who built tanap"), "Who built TANAP?");
        assert_eq!(spellings.question("what is the osce minsk group?"), "What is the OSCE Minsk Group?");
        assert_eq!(spellings.question("is az there"), "Is az there?");
        assert_eq!(spellings.question("iğdır"), "Iğdır?");
    }
}
