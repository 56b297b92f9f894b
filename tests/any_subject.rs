//! A base of another subject, with nothing but facts: it loads, answers, is cached, and grows large.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a step of a test that fails is a failed test"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use relations_bot::assistant::{Assistant, Outcome};
use relations_bot::knowledge::{KnowledgeFiles, load};
use relations_bot::matcher::Matcher;
use support::{bot, folder};
use tempfile::TempDir;

const DISHES: [&str; 40] = [
    "lentil soup",
    "tomato soup",
    "pea soup",
    "fish chowder",
    "gazpacho",
    "goulash",
    "ratatouille",
    "moussaka",
    "lasagne",
    "carbonara",
    "pesto",
    "mushroom risotto",
    "paella",
    "couscous",
    "falafel",
    "hummus",
    "tabbouleh",
    "shakshuka",
    "stuffed peppers",
    "dolma",
    "plov",
    "pilaf",
    "beef stroganoff",
    "borscht",
    "pierogi",
    "potato dumplings",
    "pretzels",
    "apple strudel",
    "pancakes",
    "waffles",
    "crepes",
    "cheesecake",
    "brownies",
    "carrot cake",
    "baklava",
    "rice pudding",
    "tiramisu",
    "lemon sorbet",
    "kimchi",
    "miso ramen",
];
const INGREDIENTS: [&str; 10] =
    ["onions", "garlic", "butter", "parsley", "paprika", "olive oil", "flour", "eggs", "honey", "mint"];
/// Ten plain phrasings of each fact.
const PHRASINGS: [&str; 10] = [
    "how do I make {}",
    "how to cook {}",
    "recipe for {}",
    "{} recipe",
    "what goes into {}",
    "ingredients of {}",
    "how is {} made",
    "steps for making {}",
    "tell me about {}",
    "how long does {} take",
];
/// One that is not among them.
const HELD_OUT: &str = "Could you give me the recipe of {}, please?";
/// In percent, how many dishes must be recognised by it, and how many answered.
const FLOOR_RECOGNISED: usize = 100;
const FLOOR_ANSWERED: usize = 90;

fn minutes(at: usize) -> usize {
    15 + 5 * at
}

/// A file of facts, ten phrasings each.
fn recipes<'a>(dishes: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = "section = \"recipes\"\n".to_owned();
    for (at, dish) in dishes.into_iter().enumerate() {
        let id = dish.replace(' ', "-");
        let ingredient = |offset: usize| INGREDIENTS[(at * 3 + offset) % INGREDIENTS.len()];
        let questions: Vec<String> =
            PHRASINGS.iter().map(|phrasing| format!("{:?}", phrasing.replace("{}", dish))).collect();
        write!(
            text,
            "[[fact]]\nid = \"{id}\"\n\
            answer = \"For {dish}, take {} and {}, and leave it for {} minutes.\"\n\
            questions = [{}]\n",
            ingredient(0),
            ingredient(1),
            minutes(at),
            questions.join(", ")
        )
        .unwrap();
    }
    text
}

fn cookbook() -> TempDir {
    folder(&[("en/recipes.toml", recipes(DISHES))])
}

fn assistant(folder: &Path) -> Assistant {
    let loaded = load(&KnowledgeFiles::read(folder).unwrap());
    assert_eq!(loaded.faults, []);
    Assistant::new(Matcher::train(loaded.base, None), <_>::default())
}

/// The trained indexes in a cache folder.
fn indexes(cache: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(cache) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Asks by the program with a cache, and returns what it prints and whether it trained.
fn ask(knowledge: &Path, cache: &Path, question: &str) -> (String, bool) {
    let output = bot()
        .args(["ask", question, "--knowledge"])
        .arg(knowledge)
        .env("RELATIONS_BOT__KNOWLEDGE__CACHE", cache)
        .env("RELATIONS_BOT__LOG__FILTER", "info")
        .assert()
        .success()
        .get_output()
        .clone();
    let log = String::from_utf8(output.stderr).unwrap();
    (String::from_utf8(output.stdout).unwrap(), log.contains("trained"))
}

#[test]
fn questions_in_other_words_find_their_facts() {
    let cookbook = cookbook();
    let assistant = assistant(cookbook.path());
    let (mut recognised, mut answered) = (0, 0);
    let mut wrong = Vec::new();
    for dish in DISHES {
        let reply = assistant.ask(&HELD_OUT.replace("{}", dish)).unwrap();
        let id = dish.replace(' ', "-");
        let best = reply.candidates.first().map(|candidate| candidate.fact.as_str());
        recognised += usize::from(best == Some(&id));
        if reply.outcome == Outcome::Answer && best == Some(&id) {
            answered += 1;
        } else {
            wrong.push(format!("{dish}: {:?}, {:.2} for {best:?}", reply.outcome, reply.confidence));
        }
    }
    let wrong = wrong.join("\n");
    assert!(recognised * 100 >= FLOOR_RECOGNISED * DISHES.len(), "recognised: {recognised}\n{wrong}");
    assert!(answered * 100 >= FLOOR_ANSWERED * DISHES.len(), "answered: {answered}\n{wrong}");
}

#[test]
fn phrasings_are_answered_as_they_stand_and_unknown_dishes_are_not() {
    let cookbook = cookbook();
    let assistant = assistant(cookbook.path());
    for (at, dish) in DISHES.into_iter().enumerate() {
        for phrasing in PHRASINGS {
            let reply = assistant.ask(&phrasing.replace("{}", dish).to_uppercase()).unwrap();
            assert_eq!(reply.outcome, Outcome::Answer);
            assert!(
                reply.text.starts_with(&format!("For {dish}, "))
                    && reply.text.contains(&format!(" {} minutes", minutes(at)))
            );
            assert_eq!(reply.section.unwrap().title, "recipes");
        }
    }
    for question in ["how do I make sushi", "who won the world cup", "what is the capital of France"] {
        let reply = assistant.ask(question).unwrap();
        assert_ne!(reply.outcome, Outcome::Answer, "{question}: {}", reply.text);
    }
}

#[test]
fn the_program_takes_a_folder_with_nothing_but_facts() {
    let cookbook = cookbook();
    let check = bot()
        .arg("check")
        .arg("--knowledge")
        .arg(cookbook.path())
        .assert()
        .success()
        .stderr("")
        .get_output()
        .clone();
    let text = String::from_utf8(check.stdout).unwrap();
    assert!(text.starts_with("no faults: 40 facts (0 dated) with 400 phrasings in 1 sections"), "{text}");
    let (reply, _) = ask(cookbook.path(), &cookbook.path().join("cache"), "How do I make paella?");
    assert!(reply.contains("For paella, ") && reply.contains("Source: recipes"), "{reply}");
}

#[test]
fn a_second_start_takes_the_cache_and_a_change_trains_anew() {
    let cookbook = cookbook();
    let cache = tempfile::tempdir().unwrap();
    let cache = cache.path().join("not-there-yet");
    let question = "How do I make paella?";
    let (first, trained) = ask(cookbook.path(), &cache, question);
    assert!(trained);
    let written = indexes(&cache);
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0].extension().unwrap(), "index");
    let bytes = fs::read(&written[0]).unwrap();

    let (second, trained) = ask(cookbook.path(), &cache, question);
    assert!(!trained);
    assert_eq!(second, first);
    assert_eq!(indexes(&cache), written);
    assert_eq!(fs::read(&written[0]).unwrap(), bytes);

    let changed = recipes(DISHES).replace("For paella,", "For a good paella,");
    fs::write(cookbook.path().join("en/recipes.toml"), changed).unwrap();
    let (third, trained) = ask(cookbook.path(), &cache, question);
    assert!(trained);
    assert!(third.starts_with("For a good paella,"), "{third}");
    let both = indexes(&cache);
    assert!(both.len() == 2 && both.contains(&written[0]), "{both:?}");
}

#[test]
fn a_damaged_cache_is_written_anew() {
    let cookbook = cookbook();
    let cache = tempfile::tempdir().unwrap();
    let question = "How do I make paella?";
    let (first, _) = ask(cookbook.path(), cache.path(), question);
    let index = indexes(cache.path()).remove(0);
    let bytes = fs::read(&index).unwrap();
    let half = bytes.len() / 2;
    for damaged in [&bytes[..half], b"", b"no index"] {
        fs::write(&index, damaged).unwrap();
        let (reply, trained) = ask(cookbook.path(), cache.path(), question);
        assert!(trained);
        assert_eq!(reply, first);
        assert_eq!(fs::read(&index).unwrap(), bytes, "training the same files gives the same index");
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_no_failure() {
    let cookbook = cookbook();
    let no_folder = folder(&[("cache", "a file stands where the cache would be")]);
    let (reply, trained) = ask(cookbook.path(), &no_folder.path().join("cache"), "How do I make paella?");
    assert!(trained && reply.contains("For paella, "), "{reply}");
}

#[test]
fn a_base_without_dates_has_an_empty_timeline() {
    let cookbook = cookbook();
    for when in [&[][..], &["2010"], &["1990s"]] {
        bot()
            .arg("timeline")
            .args(when)
            .args(["--json", "--knowledge"])
            .arg(cookbook.path())
            .assert()
            .code(1)
            .stdout("[]\n")
            .stderr("");
    }
    let output = bot()
        .args(["timeline", "2010", "--knowledge"])
        .arg(cookbook.path())
        .assert()
        .code(1)
        .get_output()
        .clone();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "Nothing is dated 2010.\n");
    let output =
        bot().args(["timeline", "--knowledge"]).arg(cookbook.path()).assert().code(1).get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.trim().is_empty(), "the reader is told that nothing is dated: {text:?}");
}

#[test]
fn a_base_too_large_to_train_is_searched() {
    const SYLLABLES: [&str; 16] =
        ["ba", "ko", "mi", "ru", "ze", "la", "ti", "no", "fe", "ju", "sa", "do", "we", "py", "gi", "hu"];
    let names: Vec<String> = SYLLABLES
        .iter()
        .flat_map(|a| {
            SYLLABLES.iter().flat_map(move |b| SYLLABLES.iter().map(move |c| format!("{a}{b}{c}n")))
        })
        .collect();
    assert!(names.len() * PHRASINGS.len() > 40_000);
    let folder = folder(&[("recipes.toml", recipes(names.iter().map(String::as_str)))]);
    let assistant = assistant(folder.path());
    assert!(assistant.matcher().describe().contains("searched"), "{}", assistant.matcher().describe());
    for name in names.iter().step_by(100) {
        let reply = assistant.ask(&HELD_OUT.replace("{}", name)).unwrap();
        assert_eq!(&reply.candidates[0].fact, name);
    }
}
