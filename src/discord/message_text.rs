//! What somebody wrote, without what is no word of theirs: mentions, emoji of a server, addresses.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::assistant::MAX_QUESTION_CHARS;

/// Mentions of people, roles, channels and commands, times, emoji, calls to everybody, and addresses.
#[expect(clippy::expect_used, reason = "the pattern is a constant, and every test of this file uses it")]
static NO_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"<(?:@[!&]?|#|/[^:<>]{1,100}:|a?:\w{1,64}:|t:)-?\d+(?::\w)?>|@(?:everyone|here)\b|https?://\S+",
    )
    .expect("the pattern is valid")
});

/// The words of a text, on one line.
#[must_use]
pub fn question_in(text: &str) -> String {
    let words = NO_WORDS.replace_all(text, " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The question of a longer message: the whole of it where that is short enough, else its first sentence that
/// ends with a question mark. None where there is no such sentence.
#[must_use]
pub fn question_of_message(text: &str) -> Option<String> {
    let whole = question_in(text);
    let fits = |text: &str| text.chars().count() <= MAX_QUESTION_CHARS;
    if fits(&whole) {
        return Some(whole);
    }
    let sentences = whole.split_inclusive(['.', '!', '?']).map(str::trim);
    sentences.filter(|sentence| sentence.ends_with('?') && fits(sentence)).map(str::to_owned).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_left() {
        for (text, question) in [
            ("<@1234> what is TANAP?", "what is TANAP?"),
            ("<@!1234><@&5> what <#77>\nis  TANAP", "what is TANAP"),
            ("<:pepe:123> <a:dance:456> what is tanap", "what is tanap"),
            ("@everyone look: https://example.com/x.png?y=1 who built STAR", "look: who built STAR"),
            ("</ask:99> <t:1618953630:R> hello", "hello"),
            ("1 < 2 > 0, a@b.example", "1 < 2 > 0, a@b.example"),
            ("<@1> https://example.com", ""),
        ] {
            assert_eq!(question_in(text), question, "{text}");
        }
    }

    #[test]
    fn a_long_message_is_asked_by_its_question() {
        let padding = "So I was reading about pipelines all day long. ".repeat(8);
        let long = format!("{padding}When was TANAP completed? {padding}");
        assert_eq!(question_of_message(&long).as_deref(), Some("When was TANAP completed?"));
        assert_eq!(question_of_message(&padding), None);
        assert_eq!(question_of_message("short"), Some("short".to_owned()));
        assert_eq!(question_of_message(&"ə".repeat(MAX_QUESTION_CHARS + 1)), None);
    }
}
