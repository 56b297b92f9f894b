//! Other people's text in ours.

/// Stands between the parts of an address that is not to become a link.
const ZERO_WIDTH_SPACE: char = '\u{200B}';
/// What Discord's markdown, mentions and links are made of.
const MARKUP: &[char] = &['\\', '*', '_', '~', '`', '|', '>', '<', '#', '[', ']', '(', ')', '-'];

/// A text as it is, whatever markdown, mentions or links are in it; on one line.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 8);
    let mut last = ' ';
    for character in text.chars() {
        match character {
            // Would turn round what follows.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => continue,
            character if character.is_whitespace() || character.is_control() => {
                if last != ' ' {
                    quoted.push(' ');
                }
                last = ' ';
                continue;
            }
            // A hyphen and a hash are markup only where a line begins.
            '-' | '#' if !quoted.trim_end().is_empty() => quoted.push(character),
            character if MARKUP.contains(&character) => quoted.extend(['\\', character]),
            // `@everyone`, and `https://`, which would become a link.
            '@' => quoted.extend(['@', ZERO_WIDTH_SPACE]),
            '/' if last == '/' => quoted.extend([ZERO_WIDTH_SPACE, '/']),
            character => quoted.push(character),
        }
        last = character;
    }
    quoted.trim_end().to_owned()
}

/// The text that [`quoted`] was made from, but for its white space.
#[must_use]
pub fn plain(quoted: &str) -> String {
    let mut plain = String::with_capacity(quoted.len());
    let mut characters = quoted.chars().filter(|character| *character != ZERO_WIDTH_SPACE).peekable();
    while let Some(character) = characters.next() {
        let escapes = character == '\\' && characters.peek().is_some_and(|next| MARKUP.contains(next));
        plain.extend(if escapes { characters.next() } else { Some(character) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_mentions_and_links_lose_their_force() {
        for (text, expected) in [
            ("who is **he**?", r"who is \*\*he\*\*?"),
            ("<@1> and <#2>", "\\<@\u{200B}1\\> and \\<#2\\>"),
            ("@everyone", "@\u{200B}everyone"),
            ("[here](https://a.example)", "\\[here\\]\\(https:/\u{200B}/a.example\\)"),
            ("# big", r"\# big"),
            ("17-km border #1", "17-km border #1"),
            ("two\nlines\t and `code`", r"two lines and \`code\`"),
            ("Şuşa, İğdır, ə", "Şuşa, İğdır, ə"),
        ] {
            assert_eq!(quoted(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_quoted_text_can_be_read_back(text in "[ -~əğışçöüİ]{0,80}") {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(plain(&quoted(&text)), words(&text));
        }
    }
}
