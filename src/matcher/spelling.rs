//! Mending misspelt words against the words that the fact base uses.

use std::collections::{HashMap, HashSet};

use strsim::osa_distance;

/// Shorter words are left alone: too many other words are one edit away.
const MIN_LETTERS: usize = 5;
/// From that length on, two edits may be mended.
const TWO_EDITS_FROM: usize = 9;

/// The words to mend towards, and those that need no mending.
#[derive(Debug, Default)]
pub struct Speller {
    /// The targets by their number of letters, each with how often it is used.
    targets: HashMap<usize, Vec<Target>>,
    known: HashSet<String>,
}

#[derive(Debug)]
struct Target {
    word: String,
    uses: u32,
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
        let mut speller = Self::default();
        for (word, uses) in uses {
            if speller.known.insert(word.clone()) && word.chars().all(char::is_alphabetic) {
                let target = Target { shape: Shape::of(&word), uses, word };
                let length = target.word.chars().count();
                speller.targets.entry(length).or_default().push(target);
            }
        }
        for targets in speller.targets.values_mut() {
            targets.sort_by(|a, b| b.uses.cmp(&a.uses).then_with(|| a.word.cmp(&b.word)));
        }
        speller
    }

    /// Whether the fact base uses the word.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.known.contains(word)
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
                let distance = osa_distance(word, &target.word);
                if distance > most {
                    continue;
                }
                let other_start = target.word.chars().next() != first;
                let better = best.is_none_or(|(least, start, uses, _)| {
                    (distance, other_start, u32::MAX - target.uses) < (least, start, u32::MAX - uses)
                });
                if better {
                    best = Some((distance, other_start, target.uses, &target.word));
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
