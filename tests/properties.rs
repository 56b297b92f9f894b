//! Laws that hold for every text, pattern and date.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use relations_bot::assistant::{Assistant, MAX_QUESTION_CHARS, Outcome, QuestionError};
use relations_bot::knowledge::{MAX_EXPANSIONS, Moment, Period, expand};
use relations_bot::matcher::text::{fold, fold_words, split};
use relations_bot::shipped;

static ASSISTANT: LazyLock<Assistant> =
    LazyLock::new(|| Assistant::new(shipped::matcher().unwrap(), <_>::default()));

/// Few cases, so that the laws are tried at every run; what one finds moves to `regression.rs`.
fn few(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Texts with what folding and splitting look at: letters that fold, marks, digits, signs.
fn text() -> impl Strategy<Value = String> {
    let telling = select(vec![
        "İ", "ı", "Ə", "ə", "’", "'s", "'", "ß", "ﬁ", "½", "é", "e\u{301}", "\u{345}", "ǰ", "1,000", "1.5",
        "F-16s", "1980s", "7th", "$", "%", "&", ". ", "? ", "\n", "\u{200d}", "٣", "Ⅷ", "TANAP", "ŉ", "ΐ",
        "K", "ﷺ",
    ]);
    let piece = prop_oneof![telling.prop_map(str::to_owned), any::<String>(), "[a-z0-9'.,% ]{0,8}"];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Questions of at most as many characters as can be read: words of the subject among anything else.
fn question() -> impl Strategy<Value = String> {
    let word = select(vec![
        "when",
        "who",
        "did",
        "Turkey",
        "Azerbaijan's",
        "Türkiye",
        "visa",
        "border",
        "TANAP",
        "may",
        "in",
        "09",
        "2010",
        "1990s",
        "June",
        "31",
        "February",
        "between",
        "and",
        "2,000",
        "%",
        "not",
        "is",
        "right",
        "please",
        "Armenia",
        "F-16s",
    ]);
    let piece = prop_oneof![4 => word.prop_map(str::to_owned), 1 => any::<String>(), 1 => "\\PC{1,6}"];
    vec(piece, 0..30).prop_map(|words| words.join(" ").chars().take(MAX_QUESTION_CHARS).collect())
}

fn moment() -> impl Strategy<Value = Moment> {
    let year = 1_i16..=9_999;
    prop_oneof![
        (1_i16..=999).prop_map(|decade| Moment::Decade(decade * 10)),
        year.clone().prop_map(Moment::Year),
        (year.clone(), 1_i8..=12).prop_map(|(year, month)| Moment::Month(year, month)),
        (year, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Moment::Day(year, month, day)),
    ]
}

fn period() -> impl Strategy<Value = Period> {
    (moment(), proptest::option::of(moment())).prop_map(|(one, other)| match other {
        None => Period { from: one, to: None },
        Some(other) if other.span().first < one.span().first => Period { from: other, to: Some(one) },
        Some(other) => Period { from: one, to: Some(other) },
    })
}

/// A part of a pattern.
#[derive(Debug, Clone)]
enum Part {
    Word(&'static str),
    Alternatives(Vec<Vec<Part>>),
    Optional(Vec<Vec<Part>>),
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let word = select(vec!["who", "when", "Kars", "a", "b"]).prop_map(Part::Word);
    let part = word.prop_recursive(3, 24, 4, |inner| {
        let branches = vec(vec(inner, 1..3), 1..4);
        prop_oneof![branches.clone().prop_map(Part::Alternatives), branches.prop_map(Part::Optional)]
    });
    vec(part, 1..5)
}

/// The pattern of some parts, the branches of every group in order or turned round.
fn pattern(parts: &[Part], turned: bool) -> String {
    let branches = |branches: &[Vec<Part>]| {
        let mut texts: Vec<String> = branches.iter().map(|branch| pattern(branch, turned)).collect();
        if turned {
            texts.reverse();
        }
        texts.join("|")
    };
    let texts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Word(word) => (*word).to_owned(),
            Part::Alternatives(alternatives) => format!("({})", branches(alternatives)),
            Part::Optional(alternatives) => format!("[{}]", branches(alternatives)),
        })
        .collect();
    texts.join(" ")
}

/// Patterns with brackets that match or do not, and rules that are there or not.
fn brackets() -> impl Strategy<Value = String> {
    prop_oneof!["[ab ()|<>\\[\\]\\\\]{0,60}", "(\\[a\\]|\\(a\\|b\\)|<a>|<b>|<loop>|<open>|<>| ){0,14}",]
}

/// Texts that may be dates.
fn date() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{4}(-[0-9]{2}){0,2}s?", "[0-9s./ -]{0,16}", any::<String>()]
}

fn rules() -> BTreeMap<String, String> {
    [("a", "(Kars|Baku)"), ("b", "[new] <a>"), ("loop", "<loop> (a|b)"), ("open", "(a"), ("", "x")]
        .map(|(name, body)| (name.to_owned(), body.to_owned()))
        .into()
}

#[test]
fn folding_any_character_twice_is_folding_it_once() {
    for character in '\0'..=char::MAX {
        let once = fold(character.encode_utf8(&mut [0; 4]));
        assert_eq!(fold(&once), once, "{character:?} ({:#x})", u32::from(character));
    }
}

#[test]
fn case_makes_no_difference_to_any_letter_of_the_three_languages() {
    for letter in "abcçdeəfgğhxıijkqlmnoöprsştuüvyzwâîûé".chars() {
        for capital in letter.to_uppercase() {
            assert_eq!(fold(&capital.to_string()), fold(&letter.to_string()), "{letter}");
        }
    }
    assert_eq!(fold("İ"), "i");
}

proptest! {
    #![proptest_config(few(256))]

    #[test]
    fn folding_is_idempotent(text in text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn folding_words_is_idempotent(text in text()) {
        let once = fold_words(&text);
        prop_assert_eq!(fold_words(&once), once);
    }

    #[test]
    fn words_are_never_empty_and_hold_no_spaces(text in text()) {
        let mut sentence = 0;
        for word in split(&text) {
            prop_assert!(!word.text.is_empty());
            prop_assert!(word.text.chars().all(|c| c.is_alphanumeric() || c == '.'), "{:?}", word.text);
            prop_assert!(word.sentence >= sentence);
            sentence = word.sentence;
        }
        let words = fold_words(&text);
        prop_assert!(!words.starts_with(' ') && !words.ends_with(' ') && !words.contains("  "), "{words:?}");
    }

    #[test]
    fn brackets_of_any_kind_expand_within_bounds_or_are_refused(
        pattern in brackets(),
    ) {
        if let Ok(phrasings) = expand(&pattern, &rules()) {
            prop_assert!((1..=MAX_EXPANSIONS).contains(&phrasings.len()));
            prop_assert_eq!(phrasings.iter().collect::<BTreeSet<_>>().len(), phrasings.len());
            for phrasing in phrasings {
                prop_assert_eq!(phrasing.split_whitespace().collect::<Vec<_>>().join(" "), phrasing.clone());
                prop_assert!(!phrasing.is_empty());
            }
        }
    }

    #[test]
    fn the_order_of_branches_does_not_change_what_a_pattern_stands_for(parts in parts()) {
        let set = |turned| expand(&pattern(&parts, turned), &rules()).map(BTreeSet::from_iter);
        prop_assert_eq!(set(false), set(true));
    }

    #[test]
    fn dates_survive_being_written_and_read(period in period()) {
        let text = period.to_string();
        prop_assert_eq!(text.parse::<Period>(), Ok(period));
        prop_assert_eq!(text.replace('/', "..").parse::<Period>(), Ok(period));
        let json = serde_json::to_string(&period).unwrap();
        prop_assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period);
        let days = period.span();
        prop_assert!(days.first <= days.last);
        prop_assert!(period.falls_in(days) && !period.in_words().is_empty());
    }

    #[test]
    fn whatever_is_read_as_a_date_is_written_as_one(text in date()) {
        if let Ok(period) = text.parse::<Period>() {
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
        }
    }
}

proptest! {
    #![proptest_config(few(128))]

    #[test]
    fn any_question_gets_a_sound_reply(question in question()) {
        let reply = match ASSISTANT.ask(&question) {
            Ok(reply) => reply,
            Err(error) => {
                prop_assert_eq!(error, QuestionError::Empty);
                prop_assert!(question.trim().is_empty());
                return Ok(());
            }
        };
        prop_assert!((0.0..=1.0).contains(&reply.confidence), "{}", reply.confidence);
        prop_assert!(!reply.text.trim().is_empty());
        prop_assert_eq!(reply.question.as_str(), question.trim());
        let confidences: Vec<f32> = reply.candidates.iter().map(|candidate| candidate.confidence).collect();
        prop_assert!(confidences.len() <= 5 && confidences.is_sorted_by(|a, b| a >= b), "{confidences:?}");
        prop_assert!(confidences.iter().all(|confidence| (0.0..=1.0).contains(confidence)), "{confidences:?}");
        prop_assert_eq!(reply.outcome == Outcome::Suggest, (2..=4).contains(&reply.suggestions.len()));
        if reply.outcome != Outcome::Answer {
            prop_assert!(reply.fact.is_none() && reply.section.is_none() && reply.date.is_none());
        }
    }

    #[test]
    fn asking_twice_gives_the_same_reply(question in question()) {
        prop_assert_eq!(ASSISTANT.ask(&question), ASSISTANT.ask(&question));
    }
}
