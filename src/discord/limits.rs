//! What Discord allows in a message, in characters unless said otherwise, and how texts are made to fit.
//!
//! From Discord's documentation of messages, components and application commands. A Discord character is a
//! Unicode scalar value here; texts are cut between them, never within.

use crate::assistant::MAX_QUESTION_CHARS;

/// An embed's title.
pub const EMBED_TITLE: usize = 256;
/// An embed's description.
pub const EMBED_DESCRIPTION: usize = 4_096;
/// An embed field's value.
pub const EMBED_FIELD_VALUE: usize = 1_024;
/// An embed's footer.
pub const EMBED_FOOTER: usize = 2_048;
/// All texts of a message's embeds together.
pub const EMBED_TOTAL: usize = 6_000;
/// A button's label.
pub const BUTTON_LABEL: usize = 80;
/// The id that comes back with a press.
pub const CUSTOM_ID: usize = 100;
/// Buttons in one row.
pub const ROW_BUTTONS: usize = 5;
/// Options of a select menu.
pub const SELECT_OPTIONS: usize = 25;
/// Label, value and description of such an option.
pub const SELECT_TEXT: usize = 100;
/// Completions of an option.
pub const CHOICES: usize = 25;
/// Name and value of a completion.
pub const CHOICE_TEXT: usize = 100;
/// The question of `/ask`; Discord itself holds people to it.
#[expect(clippy::cast_possible_truncation, reason = "it is some hundreds")]
pub const QUESTION: u16 = MAX_QUESTION_CHARS as u16;
/// The title of a form.
pub const FORM_TITLE: usize = 45;
/// A text that is typed into a form.
pub const FORM_TEXT: u16 = 4_000;
/// Files of a message.
pub const FILES: usize = 10;
/// Discord waits so long for the first reply.
pub const REPLY_WITHIN: std::time::Duration = std::time::Duration::from_secs(3);

/// What stands where something was cut off.
const ELLIPSIS: char = '…';
/// Rather than lose more, a word is cut in two.
const LONGEST_LOSS: usize = 16;

/// The text, or its beginning with an ellipsis where it has more than `max` characters.
#[must_use]
pub fn cut(text: &str, max: usize) -> String {
    let mut characters = text.char_indices();
    let Some((keep, _)) = characters.nth(max.saturating_sub(1)) else { return text.to_owned() };
    if characters.next().is_none() {
        return text.to_owned();
    }
    let kept = text.get(..keep).unwrap_or_default();
    // At the end of a word, where one ends not far before.
    let word_end = kept.rfind(' ').filter(|_| text.get(keep..).is_some_and(|rest| !rest.starts_with(' ')));
    let near = |end: &usize| kept.get(*end..).is_some_and(|lost| lost.chars().count() <= LONGEST_LOSS);
    let kept = kept.get(..word_end.filter(near).unwrap_or(kept.len())).unwrap_or(kept);
    let mut short = kept.trim_end().to_owned();
    short.push(ELLIPSIS);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_at_the_limit_stays_and_one_beyond_is_cut() {
        let at = "ə".repeat(BUTTON_LABEL);
        assert_eq!(cut(&at, BUTTON_LABEL), at);
        let beyond = "ə".repeat(BUTTON_LABEL + 1);
        let short = cut(&beyond, BUTTON_LABEL);
        assert_eq!(short.chars().count(), BUTTON_LABEL);
        assert!(short.ends_with("ə…"));
    }

    #[test]
    fn short_and_empty_texts_stay() {
        assert_eq!(cut("", 5), "");
        assert_eq!(cut("İğdır", 5), "İğdır");
        assert_eq!(cut("word word", 6), "word…");
        assert_eq!(cut("word words", 8), "word…");
        assert_eq!(cut("word 123456789012345678901234", 26), "word 12345678901234567890…");
    }
}
