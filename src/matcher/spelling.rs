//! Mending misspelt words against the words that the fact base uses.

use std::cmp::Reverse;
use std::collections::HashMap;

use strsim::osa_distance;

/// Shorter words are left alone: too many other words are one edit away.
const MIN_LETTERS: usize = 5;
/// From that length on, two edits may be mended.
const TWO_EDITS_FROM: usize = 9;

/// The words to mend towards, and those that need no mending.
#[derive(Debug, Default)]
pub struct Speller {
    /// Every known word with how often it is used, sorted by the words.
    words: Vec<(Box<str>, u32)>,
    /// The targets by their number of letters, those that are used most first.
    targets: HashMap<usize, Vec<Target>>,
}

#[derive(Debug)]
struct Target {
    /// Its place among the words.
    word: u32,
    shape: Shape,
}

/// What tells most words apart without comparing them letter by letter.
#[derive(Debug, Clone, Copy)]
struct Shape {
    /// The letters, and in the upper half those that stand twice.
    letters: u64,
    /// The pairs of neighbouring letters.
    pairs: u64,
}

impl Speller {
    /// A speller for words with the number of their uses.
    pub fn new(uses: impl IntoIterator<Item = (String, u32)>) -> Self {
        let mut words: Vec<(Box<str>, u32)> =
            uses.into_iter().map(|(word, uses)| (word.into_boxed_str(), uses)).collect();
        // Of a word that is given twice, the first counts.
        words.sort_by(|(one, _), (other, _)| one.cmp(other));
        words.dedup_by(|(later, _), (first, _)| later == first);
        let mut by_use: Vec<(u32, &(Box<str>, u32))> = (0..).zip(&words).collect();
        by_use.sort_by_key(|(_, (_, uses))| Reverse(*uses));
        let mut targets: HashMap<usize, Vec<Target>> = HashMap::new();
        for (place, (word, _)) in by_use {
            if word.chars().all(char::is_alphabetic) {
                let target = Target { word: place, shape: Shape::of(word) };
                targets.entry(word.chars().count()).or_default().push(target);
            }
        }
        Self { words, targets }
    }

    /// Whether the fact base uses the word.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.words.binary_search_by(|(known, _)| (**known).cmp(word)).is_ok()
    }

    /// The word that a misspelt one most likely stands for: the nearest by optimal string alignment
    /// distance (insertion, deletion, substitution, transposition), at equal distance the one with
    /// the same first letter, then the more used one.
    #[must_use]
    pub fn mend(&self, word: &str) -> Option<String> {
        let length = word.chars().count();
        if length < MIN_LETTERS || self.knows(word) || !word.chars().all(char::is_alphabetic) {
            return None;
        }
        let most = if length >= TWO_EDITS_FROM { 2 } else { 1 };
        let (shape, first) = (Shape::of(word), word.chars().next());
        let mut best: Option<(usize, bool, u32, &str)> = None;
        for candidate_length in length - most..=length + most {
            for target in self.targets.get(&candidate_length).into_iter().flatten() {
                if !shape.within(target.shape, most) {
                    continue;
                }
                let Some((known, uses)) = self.words.get(target.word as usize) else { continue };
                let distance = osa_distance(word, known);
                if distance > most {
                    continue;
                }
                let other_start = known.chars().next() != first;
                let better = best.is_none_or(|(least, start, most_uses, _)| {
                    (distance, other_start, Reverse(*uses)) < (least, start, Reverse(most_uses))
                });
                if better {
                    best = Some((distance, other_start, *uses, known));
                }
            }
        }
        best.map(|(.., word)| word.to_owned())
    }
}

impl Shape {
    fn of(word: &str) -> Self {
        let mut shape = Self { letters: 0, pairs: 0 };
        let mut previous: Option<u32> = None;
        for letter in word.chars().map(u32::from) {
            let once = 1u64 << (letter % 32);
            shape.letters |= if shape.letters & once == 0 { once } else { once << 32 };
            if let Some(previous) = previous {
                shape.pairs |= 1u64 << ((previous * 31 + letter) % 64);
            }
            previous = Some(letter);
        }
        shape
    }

    /// Whether words of these shapes may be that few edits apart. An edit takes away and brings in at most
    /// one letter and three pairs.
    fn within(self, other: Self, edits: usize) -> bool {
        (self.letters ^ other.letters).count_ones() as usize <= 2 * edits
            && (self.pairs ^ other.pairs).count_ones() as usize <= 6 * edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speller() -> Speller {
        let words = [
            ("turkey", 9),
            ("border", 5),
            ("embassy", 3),
            ("refinery", 2),
            ("order", 1),
            ("declaration", 1),
            ("gas", 1),
        ];
        Speller::new(words.map(|(word, uses)| (word.to_owned(), uses)))
    }

    #[test]
    fn a_word_goes_to_the_nearest_known_one() {
        for (typed, meant) in [
            ("turky", Some("turkey")),
            ("bodrer", Some("border")),
            ("boorder", Some("border")),
            ("embasy", Some("embassy")),
            ("decleratoin", Some("declaration")),
            ("refnry", None),
            ("gass", None),
            ("turkey", None),
            ("20100", None),
        ] {
            assert_eq!(speller().mend(typed).as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn no_word_within_reach_is_passed_over() {
        let words =
            ["turkey", "banana", "refinery", "ərdoğan", "abcdefgh", "aaaaa", "strategic", "energetic"];
        for word in words {
            let letters: Vec<char> = word.chars().collect();
            let mut near = vec![letters.clone()];
            for _ in 0..2 {
                for word in near.clone() {
                    for at in 0..word.len() {
                        let mut edited = [word.clone(), word.clone(), word.clone(), word.clone()];
                        edited[0].remove(at);
                        edited[1].insert(at, 'e');
                        edited[2][at] = 'x';
                        edited[3].swap(at, (at + 1) % word.len());
                        near.extend(edited);
                    }
                }
                for typed in near.iter().map(|letters| letters.iter().collect::<String>()) {
                    let distance = osa_distance(word, &typed);
                    assert!(Shape::of(word).within(Shape::of(&typed), distance), "{word} {typed}");
                }
            }
        }
    }
}
