//! How time and memory grow with the fact base: 1,000, 10,000 and 100,000 invented facts of ten
//! phrasings each.
//!
//! `cargo bench --bench growth`; `GROWTH_MAX=10000` in the environment leaves larger bases out.

use std::collections::HashSet;
use std::error::Error;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use relations_bot::assistant::Assistant;
use relations_bot::knowledge::{KnowledgeFile, KnowledgeFiles, load};
use relations_bot::matcher::Matcher;
use relations_bot::shipped;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// The vocabulary that the facts draw from, the frequent words first.
const WORDS: usize = 20_000;
const FACTS_A_FILE: usize = 1_000;
const QUESTIONS: usize = 2_000;

/// How a fact is asked for: `a` to `e` stand for the fact's own words.
const PHRASINGS: [&str; 10] = [
    "when was the {a} of {b} {c} in {d}",
    "what year did {d} see the {a} {c}",
    "who {c} the {b} {a} at the {e}",
    "{a} {b} {d} {e}",
    "how many {e} did the {a} of {d} have",
    "why is the {b} in {d} called a {c} {a}",
    "which {a} from {b} came to the {e}",
    "where can the {c} {e} of the {a} be seen",
    "is the {b} {a} older than the {e}",
    "tell me about the {c} {a} and its {e} in {d}",
];

/// Wordings that no fact has.
const REWORDINGS: [&str; 5] = [
    "could you say when {d} had the {c} {a}",
    "do you know which {e} belongs to the {a} in {b}",
    "what do people say about the {a} {c} by {d}",
    "{d} {a} {c}",
    "how did the {b} get that {e} and the {a}",
];

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` only looks whether everything runs.
    let default = if std::env::args().any(|argument| argument == "--bench") { usize::MAX } else { 1_000 };
    let largest = match std::env::var("GROWTH_MAX") {
        Ok(text) => text.parse()?,
        Err(_) => default,
    };
    println!(
        "{:>8}{:>10}{:>10}{:>12}{:>12}{:>10}{:>12}{:>12}",
        "facts", "load s", "train s", "p50 ms", "p99 ms", "found %", "resident MB", "peak MB"
    );
    for size in SIZES.into_iter().filter(|&size| size <= largest) {
        measure(size)?;
    }
    Ok(())
}

fn measure(size: usize) -> Result<(), Box<dyn Error>> {
    reset_peak();
    let mut random = Random(size as u64);
    let subject = Subject::new(size, &mut random);
    let files = subject.files();
    let started = Instant::now();
    let base = load(&files).usable()?;
    let loading = started.elapsed();
    let started = Instant::now();
    let matcher = Matcher::train(base, shipped::words()?);
    let training = started.elapsed();
    drop(files);
    let description = matcher.describe();
    let assistant = Assistant::new(matcher, <_>::default());

    let mut times: Vec<Duration> = Vec::with_capacity(QUESTIONS);
    let mut found = 0;
    for number in 0..QUESTIONS {
        let fact = random.below(size);
        let question = subject.question(fact, number, &mut random);
        let started = Instant::now();
        let reply = assistant.ask(&question)?;
        times.push(started.elapsed());
        found += usize::from(reply.candidates.first().is_some_and(|best| best.fact == id(fact)));
    }
    times.sort_unstable();
    let percentile = |percent: usize| {
        let time = times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
        time.map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    println!(
        "{size:>8}{:>10.1}{:>10.1}{:>12.2}{:>12.2}{:>10}{:>12}{:>12}   {description}",
        loading.as_secs_f64(),
        training.as_secs_f64(),
        percentile(50),
        percentile(99),
        found * 100 / QUESTIONS,
        resident("VmRSS"),
        resident("VmHWM"),
    );
    Ok(())
}

/// A base of invented facts: for each, the words that tell it apart.
struct Subject {
    words: Vec<String>,
    facts: Vec<[usize; 5]>,
}

impl Subject {
    fn new(size: usize, random: &mut Random) -> Self {
        let words = invented_words(random);
        let facts = (0..size).map(|_| std::array::from_fn(|_| random.rank(WORDS))).collect();
        Self { words, facts }
    }

    fn files(&self) -> KnowledgeFiles {
        let files = self.facts.chunks(FACTS_A_FILE).enumerate().map(|(chunk, facts)| {
            let mut text = format!("section = \"part-{chunk}\"\n");
            for (at, fact) in facts.iter().enumerate() {
                let number = chunk * FACTS_A_FILE + at;
                let answer = self.filled("The {a} of {b} was {c} in {d} with the {e}", fact);
                let _ = writeln!(text, "\n[[fact]]\nid = \"{}\"\nanswer = \"{answer}.\"", id(number));
                text.push_str("questions = [\n");
                for phrasing in PHRASINGS {
                    let _ = writeln!(text, "  \"{}\",", self.filled(phrasing, fact));
                }
                text.push_str("]\n");
            }
            KnowledgeFile { path: format!("part-{chunk:03}.toml"), bytes: text.into_bytes() }
        });
        KnowledgeFiles(files.collect())
    }

    /// A new wording for a fact; every fourth one is misspelt, every fourth has a word of another fact.
    fn question(&self, fact: usize, number: usize, random: &mut Random) -> String {
        let template = REWORDINGS.get(number % REWORDINGS.len()).copied().unwrap_or_default();
        let fact = self.facts.get(fact).copied().unwrap_or_default();
        let mut question = self.filled(template, &fact);
        match random.below(4) {
            0 => {
                let letters = question.chars().count();
                let at = random.below(letters.saturating_sub(1));
                let mut letters: Vec<char> = question.chars().collect();
                letters.swap(at, at + 1);
                question = letters.into_iter().collect();
            }
            1 => {
                let word = self.words.get(random.rank(WORDS)).map_or("", String::as_str);
                question = format!("{question} of {word}");
            }
            _ => {}
        }
        question
    }

    fn filled(&self, template: &str, fact: &[usize; 5]) -> String {
        ["{a}", "{b}", "{c}", "{d}", "{e}"]
            .iter()
            .zip(fact)
            .fold(template.to_owned(), |text, (slot, &word)| {
                text.replace(slot, self.words.get(word).map_or("", String::as_str))
            })
    }
}

fn id(fact: usize) -> String {
    format!("fact-{fact}")
}

/// Pronounceable words of two to four syllables.
fn invented_words(random: &mut Random) -> Vec<String> {
    const ONSETS: [&str; 20] = [
        "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "st", "tr", "gl",
        "sh",
    ];
    const VOWELS: [&str; 6] = ["a", "e", "i", "o", "u", "ai"];
    const CODAS: [&str; 6] = ["", "", "n", "r", "l", "k"];
    let mut seen = HashSet::new();
    let mut words = Vec::with_capacity(WORDS);
    while words.len() < WORDS {
        let mut word = String::new();
        for _ in 0..2 + random.below(3) {
            for parts in [&ONSETS[..], &VOWELS[..], &CODAS[..]] {
                word.push_str(parts.get(random.below(parts.len())).copied().unwrap_or_default());
            }
        }
        if seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// `SplitMix64`: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    /// A rank below the limit, low ones more often: the frequency falls as the rank grows, but slowly,
    /// so that a larger base still meets new words.
    fn rank(&mut self, limit: usize) -> usize {
        let first = self.below(limit);
        let second = self.below(limit);
        first * second / limit
    }
}

/// What the system says about the process's memory, in MB; 0 where it says nothing.
fn resident(field: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    let kilobytes = line.split_whitespace().find_map(|part| part.parse::<usize>().ok());
    kilobytes.unwrap_or_default() / 1024
}

/// Lets the peak begin anew, where the system can.
fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
