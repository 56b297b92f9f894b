//! `timeline`: which events a time selects, in which order, and what is no time.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::support::bot;
use super::{SECTION_KEYS, complaint, keys, object, printed};

/// The years from the first to the last of `2010`, `2010-06`, `1990s`, `2009/2012-05` …
fn years(when: &str) -> RangeInclusive<i32> {
    let moment = |text: &str| {
        let year: i32 = text.get(..4).unwrap().parse().unwrap();
        (year, if text.ends_with('s') { year + 9 } else { year })
    };
    match when.split_once('/') {
        Some((from, to)) => moment(from).0..=moment(to).1,
        None => moment(when).0..=moment(when).1,
    }
}

fn events(arguments: &[&str]) -> Vec<Value> {
    let text = printed(&[&["timeline", "--json"], arguments].concat());
    object(&text).as_array().unwrap().clone()
}

#[test]
fn the_whole_timeline_has_every_dated_fact_in_order() {
    let all = events(&[]);
    let exported = printed(&["export", "--jsonl"]);
    let dated: BTreeSet<String> = exported
        .lines()
        .map(object)
        .filter(|fact| !fact["date"].is_null())
        .map(|fact| fact["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(!dated.is_empty());
    assert_eq!(all.len(), dated.len());
    assert_eq!(
        all.iter().map(|event| event["fact"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(),
        dated
    );
    for event in &all {
        assert_eq!(keys(event), ["event", "fact", "section", "when"]);
        assert_eq!(keys(&event["section"]), SECTION_KEYS);
    }
    // A start is never before the one above; text order is date order once the precision is made up for.
    let starts: Vec<String> = all
        .iter()
        .map(|event| {
            let from = event["when"].as_str().unwrap().split('/').next().unwrap().trim_end_matches('s');
            let missing = "0000-01-01".get(from.len()..).unwrap();
            format!("{from}{missing}")
        })
        .collect();
    assert!(starts.is_sorted(), "{starts:?}");
    // Lines may be broken behind hyphens, too.
    let spaceless = |text: &str| text.split_whitespace().collect::<String>();
    let text = spaceless(&printed(&["timeline"]));
    for event in &all {
        let line = event["event"].as_str().unwrap();
        assert!(text.contains(&spaceless(line)), "`{line}` is not in the printed timeline");
    }
}

#[test]
fn years_months_decades_and_spans_select_their_events() {
    let all = events(&[]);
    for (form, asked) in [
        ("2010", 2010..=2010),
        ("1990s", 1990..=1999),
        ("2009..2012", 2009..=2012),
        ("2009/2012", 2009..=2012),
        ("1918..2026", 1918..=2026),
    ] {
        let expected: Vec<&Value> = all
            .iter()
            .filter(|event| {
                let when = event["when"].as_str().unwrap();
                let (first, last) = years(when).into_inner();
                if when.contains('/') {
                    first <= *asked.end() && *asked.start() <= last
                } else {
                    asked.contains(&first) && asked.contains(&last)
                }
            })
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(events(&[form]).iter().collect::<Vec<_>>(), expected, "{form}");
    }
    let month = events(&["2010-06"]);
    assert!(!month.is_empty());
    for event in month {
        assert!(event["when"].as_str().unwrap().starts_with("2010-06"), "{event}");
    }
}

#[test]
fn years_without_events_are_empty_and_fail() {
    for year in ["1920", "1998", "2012", "2024"] {
        bot().args(["timeline", year, "--json"]).assert().code(1).stdout("[]\n").stderr("");
        let output = bot().args(["timeline", year]).assert().code(1).stderr("").get_output().clone();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.starts_with(&format!("Nothing is dated {year}.\n")), "{text}");
    }
}

#[test]
fn what_is_no_date_is_bad_usage_with_its_reason() {
    for (text, reason) in [
        ("banana", "`banana` is not a date"),
        ("", "`` is not a date"),
        ("20100", "`20100` is not a date"),
        ("2010-6", "`2010-6` is not a date"),
        ("1995s", "`1995s` is not a date"),
        ("2010..", "`` is not a date"),
        ("２０１０", "`２０１０` is not a date"),
        ("2010-13", "`2010-13` is not in the calendar"),
        ("2011-02-29", "`2011-02-29` is not in the calendar"),
        ("0000", "`0000` is not in the calendar"),
        ("2012..2010", "`2012..2010` ends before it begins"),
    ] {
        let told = complaint(&["timeline", text], 2);
        let first = told.lines().next().unwrap();
        assert!(first.starts_with("error: ") && first.contains(reason), "{text}: {told}");
    }
}
