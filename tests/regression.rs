//! Faults and traps that were met once, one test each, with its story.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails is a failed test")]

use std::sync::LazyLock;

use relations_bot::assistant::{Assistant, Outcome, Reply};
use relations_bot::matcher::text::{fold, fold_words};
use relations_bot::shipped;

static ASSISTANT: LazyLock<Assistant> =
    LazyLock::new(|| Assistant::new(shipped::matcher().unwrap(), <_>::default()));

fn ask(question: &str) -> Reply {
    ASSISTANT.ask(question).unwrap()
}

fn date(reply: &Reply) -> Option<String> {
    reply.date.map(|date| date.to_string())
}

/// `'İ'.to_lowercase()` is an i and a combining dot: lower case alone makes another word of "İlham", and
/// offsets taken before folding may cut the folded text inside a letter, which panics.
#[test]
fn dotted_capital_i_is_one_plain_i() {
    assert_eq!(fold("İLHAM ƏLİYEV"), "ilham eliyev");
    assert_eq!(fold("İ").chars().count(), 1);
    let plain = ask("when did Erdogan visit Baku");
    let dotted = ask("WHEN DİD ERDOĞAN VİSİT BAKÜ");
    assert_eq!((plain.outcome, plain.fact), (dotted.outcome, dotted.fact));
    // Every cut of a text that is longer folded than not, or shorter.
    let text: Vec<char> = "İŉǰ ﬁ İlham Əliyev’in Iğdır İİİ".chars().collect();
    for end in 1..=text.len() {
        let part: String = text[..end].iter().collect();
        assert!(!ask(&part).text.is_empty());
    }
}

/// "in 09" is a number like any other unless it is taken for a year, and then nothing is dated 09.
#[test]
fn two_digits_behind_in_are_a_year() {
    for (question, year) in [
        ("what happened in 09", "2009"),
        ("what happened in '10?", "2010"),
        ("what happened in 2010", "2010"),
    ] {
        let reply = ask(question);
        assert_eq!(
            (reply.outcome, date(&reply).as_deref()),
            (Outcome::Answer, Some(year)),
            "{question}: {}",
            reply.text
        );
    }
    // A day of a month stays a day.
    assert_eq!(date(&ask("what happened on 24 December 2011")).as_deref(), Some("2011-12-24"));
}

/// "May" opens questions as a verb, too. Taken for the month, or for a word that events would have to
/// account for, it turned "may I ask what happened in 2010" into a question for one event of June 2010.
#[test]
fn may_is_a_month_only_beside_a_number_or_a_preposition() {
    let months = |question: &str| {
        let analysis = ASSISTANT.analyse(question);
        analysis.tokens.iter().filter(|token| token.concept == "month 5").count()
    };
    for question in [
        "may I ask what happened in 2010",
        "who may visit Azerbaijan without a visa",
        "may the border be crossed",
    ] {
        assert_eq!(months(question), 0, "{question}");
    }
    for question in ["what happened in May 2009", "13 may 2009", "visits in may"] {
        assert_eq!(months(question), 1, "{question}");
    }
    let reply = ask("may I ask what happened in 2010");
    assert_eq!((reply.outcome, date(&reply).as_deref()), (Outcome::Answer, Some("2010")), "{}", reply.text);
}

/// Azerbaijan lifted visa requirements for Turkish citizens. Turned round, the question has the same words,
/// and was answered by the fact that it is not about.
#[test]
fn a_question_with_the_roles_turned_round_is_another_question() {
    let asked = ask("When did Azerbaijan lift visa requirements for Turkish citizens?");
    assert_eq!(asked.outcome, Outcome::Answer);
    assert!(asked.text.contains("1 September 2019"), "{}", asked.text);
    let turned = ask("When did Turkey lift visa requirements for Azerbaijani citizens?");
    assert_ne!(turned.outcome, Outcome::Answer, "{}", turned.text);
}

/// Split at every sign, "$200,000,000" falls apart into 200, 000 and 000, and meets every question with a
/// round number; left whole, "F16" is another word than "F-16".
#[test]
fn numbers_are_read_whole_and_letters_beside_them_apart() {
    assert_eq!(fold_words("$200,000,000"), "dollar 200000000");
    assert_eq!(fold_words("2010, 2011"), "2010 2011");
    assert_eq!(fold_words("F16s F-16s"), "f 16 f 16");
}

/// Of two numbers or names to choose from, one is in no fact: as words that a fact must account for, both
/// would keep a plain question from its answer.
#[test]
fn one_of_the_things_to_choose_from_is_enough() {
    for (question, fact) in [
        ("is the border 17 or 27 km long", "border-overview"),
        (
            "was it Medvedev or Putin that Erdogan met after his visit to Baku in 2009",
            "erdogan-putin-meeting",
        ),
    ] {
        let reply = ask(question);
        assert_eq!((reply.outcome, reply.fact.as_deref()), (Outcome::Answer, Some(fact)), "{question}");
    }
}

/// A question that shares every word but one with a fact's phrasings, and asks for what no fact has.
#[test]
fn a_detail_that_a_fact_lacks_is_not_answered_by_it() {
    for question in [
        "who succeeded Deniz Baykal as chairman of CHP",
        "what is the price of the gas in the 2026 agreement",
        "how old was Heydar Aliyev when he sent his son to Turkey",
    ] {
        assert_ne!(ask(question).outcome, Outcome::Answer, "{question}");
    }
    assert_eq!(ask("how much was the Turkish military aid of 2010 worth").outcome, Outcome::Answer);
}
