//! Folding and splitting text: the first step of every comparison, the same for all languages.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word of a text, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawWord {
    /// Letters and digits only.
    pub text: String,
    /// Whether it stood in the possessive: "Turkey's".
    pub possessive: bool,
    /// Whether it stood with a capital that neither the beginning of a sentence nor a title explains.
    pub capital: bool,
    /// The number of its sentence, from 0.
    pub sentence: usize,
}

impl RawWord {
    /// A word by itself.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), possessive: false, capital: false, sentence: 0 }
    }
}

/// Folds a text for comparison: lower case, accents off, dotless and dotted i and schwa to their
/// plain neighbours, typographic apostrophes to the plain one.
///
/// Folding twice is folding once.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        fold_character(character, &mut folded);
    }
    folded
}

/// Folds one character.
fn fold_character(character: char, folded: &mut String) {
    if character.is_ascii() {
        folded.push(character.to_ascii_lowercase());
        return;
    }
    let plain = match character {
        'ı' | 'İ' => 'i',
        'ə' | 'Ə' => 'e',
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        '’' | '‘' | 'ʼ' | '′' | '`' => '\'',
        other => {
            let marks_off = std::iter::once(other).nfkd().filter(|&c| !is_combining_mark(c));
            for part in marks_off.flat_map(char::to_lowercase).nfkd() {
                match part {
                    'ı' => folded.push('i'),
                    'ə' => folded.push('e'),
                    'ø' => folded.push('o'),
                    'ł' => folded.push('l'),
                    'đ' => folded.push('d'),
                    '’' | '‘' | 'ʼ' | '′' | '`' => folded.push('\''),
                    part if !is_combining_mark(part) => folded.push(part),
                    _ => {}
                }
            }
            return;
        }
    };
    folded.push(plain);
}

/// The folded words of a text, joined by single spaces: what exact matches compare.
#[must_use]
pub fn fold_words(text: &str) -> String {
    let words: Vec<String> = split(text)
        .into_iter()
        .map(|word| if word.possessive { word.text + "s" } else { word.text })
        .collect();
    words.join(" ")
}

/// Folds a text and splits it into words.
///
/// Digits and letters part ("F16" is "f 16", like "F-16"), thousands join ("200,000" is "200000"),
/// ordinals lose their ending, "%" and "$" become words.
#[must_use]
pub fn split(text: &str) -> Vec<RawWord> {
    let mut folded: Vec<char> = Vec::with_capacity(text.len());
    let mut capitals = Vec::new();
    let mut buffer = String::new();
    for character in text.chars() {
        if character.is_uppercase() {
            capitals.push(folded.len());
        }
        buffer.clear();
        fold_character(character, &mut buffer);
        folded.extend(buffer.chars());
    }
    let mut words = Vec::with_capacity(16);
    let mut at = 0;
    let mut sentence = 0;
    while let Some(&character) = folded.get(at) {
        let known = words.len();
        if character.is_numeric() {
            at = number(&folded, at, &mut words);
        } else if character.is_alphabetic() {
            let capital = capitals.binary_search(&at).is_ok();
            at = letters(&folded, at, &mut words);
            words.iter_mut().skip(known).for_each(|word| word.capital = capital);
        } else {
            match character {
                '%' => words.push(RawWord::new("percent")),
                '$' => words.push(RawWord::new("dollar")),
                '&' => words.push(RawWord::new("and")),
                '.' | '?' | '!' if folded.get(at + 1).is_some_and(|c| c.is_whitespace()) => sentence += 1,
                _ => {}
            }
            at += 1;
        }
        words.iter_mut().skip(known).for_each(|word| word.sentence = sentence);
    }
    explain_capitals(&mut words);
    words
}

/// Leaves only those capitals that say something: not at the beginning of a sentence, nor where most words
/// have one.
fn explain_capitals(words: &mut [RawWord]) {
    let mut sentence = None;
    for word in words.iter_mut() {
        word.capital &= sentence == Some(word.sentence);
        sentence = Some(word.sentence);
    }
    if words.iter().filter(|word| word.capital).count() * 2 > words.len() {
        for word in words {
            word.capital = false;
        }
    }
}

/// Reads a number and what clings to it.
fn number(folded: &[char], start: usize, words: &mut Vec<RawWord>) -> usize {
    let digit = |at: usize| folded.get(at).is_some_and(|c| c.is_numeric());
    let mut text = String::new();
    let mut at = start;
    while let Some(&character) = folded.get(at) {
        let thousands = character == ',' && (1..=3).all(|ahead| digit(at + ahead)) && !digit(at + 4);
        let decimal = character == '.' && digit(at + 1);
        if character.is_numeric() || decimal {
            text.push(character);
        } else if !thousands {
            break;
        }
        at += 1;
    }
    let letters_from = at;
    while folded.get(at).is_some_and(|c| c.is_alphabetic()) {
        at += 1;
    }
    let ending: String = folded.get(letters_from..at).unwrap_or_default().iter().collect();
    match ending.as_str() {
        "s" if text.chars().count() == 4 => text.push('s'),
        "" | "s" | "st" | "nd" | "rd" | "th" => {}
        _ => {
            words.push(RawWord::new(text));
            words.push(RawWord::new(ending));
            return at;
        }
    }
    words.push(RawWord::new(text));
    at
}

/// Reads a word of letters. Apostrophes inside vanish ("didn't" is "didnt"), a final "'s" is a mark
/// of possession.
fn letters(folded: &[char], start: usize, words: &mut Vec<RawWord>) -> usize {
    let mut text = String::new();
    let mut possessive = false;
    let mut at = start;
    while let Some(&character) = folded.get(at) {
        if character.is_alphabetic() {
            text.push(character);
        } else if character == '\'' && folded.get(at + 1).is_some_and(|c| c.is_alphabetic()) {
            let ends = !folded.get(at + 2).is_some_and(|c| c.is_alphanumeric() || *c == '\'');
            if folded.get(at + 1) == Some(&'s') && ends {
                possessive = true;
                at += 2;
                break;
            }
        } else {
            break;
        }
        at += 1;
    }
    words.push(RawWord { possessive, ..RawWord::new(text) });
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turkish_and_azerbaijani_letters_fold_to_plain_ones() {
        for (text, folded) in [
            ("İlham ƏLİYEV", "ilham eliyev"),
            ("Iğdır", "igdir"),
            ("Türkiye’nin", "turkiye'nin"),
            ("Şuşa Çarşı ÖÜ", "susa carsi ou"),
            ("ﬁne ½", "fine 1⁄2"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(folded), folded);
        }
    }

    #[test]
    fn words_split_as_people_write_them() {
        for (text, words) in [
            ("F-16s, F16 & SU-25!", "f 16 f 16 and su 25"),
            ("$200,000,000 or 20%?", "dollar 200000000 or 20 percent"),
            ("the 7th Corps in the 1980s", "the 7 corps in the 1980s"),
            ("didn't Turkey's MPs", "didnt turkeys mps"),
            ("1.5 bcm, 2010.", "1.5 bcm 2010"),
            ("33bcm", "33 bcm"),
            ("… 🍕 ?", ""),
            ("Как дела", "как дела"),
        ] {
            assert_eq!(fold_words(text), words, "{text}");
        }
        assert!(split("Turkey's")[0].possessive);
    }
}
