//! What phrasings and questions are compared by: words, pairs of words, and pieces of words.

use xxhash_rust::xxh3::xxh3_64;

use super::analysis::{Token, TokenKind};

/// A feature, by the hash of its text.
pub type Feature = u64;

/// Single concepts, neighbouring pairs and pairs with up to two words between.
///
/// A name also counts in the form in which it stands: "Turkish consulate" and "consulate in Turkey" are
/// told apart by it.
#[must_use]
pub fn word_features(tokens: &[Token]) -> Vec<Feature> {
    let forms: Vec<String> = tokens
        .iter()
        .filter(|token| token.kind != TokenKind::Filler)
        .map(|token| {
            let form = if token.adjective { "~" } else { "" };
            format!("{}{form}", token.concept)
        })
        .collect();
    let mut features = Vec::with_capacity(forms.len() * 4);
    for (at, form) in forms.iter().enumerate() {
        let concept = form.strip_suffix('~').unwrap_or(form);
        features.push(feature(&[concept]));
        if concept.len() != form.len() {
            features.push(feature(&[form]));
        }
        if let Some(next) = forms.get(at + 1) {
            features.push(feature(&[form, " ", next]));
        }
        for next in forms.iter().skip(at + 2).take(2) {
            features.push(feature(&[form, " * ", next]));
        }
    }
    features
}

/// The single concepts alone, for bases too large for more.
#[must_use]
pub fn concept_features(tokens: &[Token]) -> Vec<Feature> {
    tokens
        .iter()
        .filter(|token| token.kind != TokenKind::Filler)
        .map(|token| feature(&[&token.concept]))
        .collect()
}

/// Every run of three to five letters of each word, its start and end marked.
#[must_use]
pub fn piece_features(tokens: &[Token]) -> Vec<Feature> {
    let mut features = Vec::with_capacity(tokens.len() * 20);
    let mut buffer = [0u8; 4];
    for token in tokens {
        if token.kind == TokenKind::Filler {
            continue;
        }
        for word in token.surface.split(' ') {
            let letters: Vec<char> =
                std::iter::once('_').chain(word.chars()).chain(std::iter::once('_')).collect();
            for length in 3..=5usize {
                for run in letters.windows(length.min(letters.len())) {
                    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
                    for letter in run {
                        for &byte in letter.encode_utf8(&mut buffer).as_bytes() {
                            // FNV-1a: the pieces are short and many.
                            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
                        }
                    }
                    features.push(hash);
                }
                if letters.len() <= length {
                    break;
                }
            }
        }
    }
    features
}

/// A hash that is the same on every machine.
#[must_use]
pub fn feature(parts: &[&str]) -> Feature {
    match parts {
        [one] => xxh3_64(one.as_bytes()),
        _ => xxh3_64(parts.concat().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(concept: &str, adjective: bool) -> Token {
        Token {
            surface: concept.to_owned(),
            concept: concept.to_owned(),
            kind: TokenKind::Word,
            adjective,
            ambient: false,
            asking: true,
            capital: false,
            choice: None,
        }
    }

    #[test]
    fn order_and_form_tell_phrasings_apart() {
        let turkish = [token("@turkey", true), token("consul", false)];
        let plain = [token("@turkey", false), token("consul", false)];
        let turned = [token("consul", false), token("@turkey", false)];
        let (turkish, plain, turned) =
            (word_features(&turkish), word_features(&plain), word_features(&turned));
        assert_eq!(plain.len(), 3);
        assert_eq!(turkish.len(), 4);
        assert_eq!(plain.iter().filter(|f| turned.contains(f)).count(), 2);
        assert_eq!(plain.iter().filter(|f| turkish.contains(f)).count(), 2);
    }

    #[test]
    fn short_words_have_pieces_too() {
        assert_eq!(piece_features(&[token("a", false)]).len(), 1);
        assert_eq!(piece_features(&[token("gas", false)]).len(), 3 + 2 + 1);
    }
}
