//! Ten thousand edits and a hundred thousand missed questions.

use std::time::{Duration, Instant};

use relations_bot::moderation::missed::{Miss, Shortfall};

use crate::desk::Desk;

/// In a build without much optimisation.
const BOUND: Duration = Duration::from_secs(1);

const EDITS: &str = r#"
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO change (at, author, action, kind, subject, new_text)
SELECT i, 'shell:ada', 'add', 'fact', 'moon-' || i,
    'id = "moon-' || i || '"' || char(10) || 'section = "galilean"' || char(10)
    || 'answer = "It is moon ' || i || '."' || char(10) || 'questions = ["what is moon ' || i || '"]' || char(10)
FROM n;
INSERT INTO edit SELECT kind, subject, NULL, new_text, id FROM change;
"#;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    let took = started.elapsed();
    println!("{what}: {took:?}");
    assert!(took < BOUND, "{what} took {took:?}");
    done
}

fn miss(number: usize) -> Miss {
    // Letters only: what differs by a number is no misspelling.
    let word = |seed: usize| -> String {
        (0..5_u32)
            .map(|place| char::from(b'a' + u8::try_from(seed / 20_usize.pow(place) % 20).unwrap()))
            .collect()
    };
    let (one, other) = (word(number.wrapping_mul(2_654_435_761) % 3_200_000), word(number * 31));
    let question = format!("does {one} like {other}");
    let mut concepts = vec![one, other, "like".to_owned()];
    concepts.sort_unstable();
    Miss { question, concepts, shortfall: Shortfall::Unanswered }
}

#[test]
fn ten_thousand_edits_and_a_hundred_thousand_misses_are_quick_to_look_through() {
    let desk = Desk::new();
    desk.store(async |_| ());
    desk.sql(async |connection| sqlx::raw_sql(EDITS).execute(connection).await.unwrap());
    let misses: Vec<Miss> = (0..100_000).map(miss).collect();
    let started = Instant::now();
    desk.store(async |store| {
        for some in misses.chunks(5_000) {
            store.record(some).await.unwrap();
        }
    });
    println!("100,000 misses were recorded in {:?}", started.elapsed());

    assert_eq!(timed("history", || desk.done(&["history"])).lines().count(), 21);
    let listed = timed("fact list", || desk.done(&["fact", "list"]));
    assert_eq!(listed.lines().count(), 10_003);
    let table = timed("missed", || desk.done(&["missed", "list"]));
    assert!(table.ends_with(": --limit shows more\n"), "{table}");
    timed("missed --search", || desk.done(&["missed", "--search", "does aaaaa"]));
    desk.store(async |store| {
        let started = Instant::now();
        store.record(&[miss(123_456)]).await.unwrap();
        let took = started.elapsed();
        println!("one more miss: {took:?}");
        assert!(took < BOUND, "{took:?}");
    });
    timed("history of a fact", || assert_eq!(desk.done(&["history", "moon-5000"]).lines().count(), 1));
}
