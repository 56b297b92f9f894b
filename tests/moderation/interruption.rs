//! A process that is killed: what it had said it saved is there, and nothing is there by half.

use std::collections::HashMap;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::desk::Desk;

const RUNS: u64 = 200;

/// Numbers that look random (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }
}

#[test]
fn a_killed_process_loses_nothing_that_it_had_saved_and_leaves_no_half() {
    let desk = Desk::new();
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let mut numbers = Numbers(seed);
    let adding = |run: u64| {
        let mut command = desk.program();
        let (id, question) = (format!("moon-{run}"), format!("what is moon {run}"));
        command
            .args(["fact", "add", "--section", "galilean", "--answer", "A moon.", "--question", &question])
            .args(["--id", &id, "--yes"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let mut usual = Duration::ZERO;
    let mut acknowledged = HashMap::new();
    let mut killed = 0;
    for run in 0..RUNS + RUNS / 20 {
        let started = Instant::now();
        let mut child = adding(run).spawn().unwrap();
        // The more facts there are, the longer it takes: every twentieth run goes to its end and is timed.
        let is_timed = run % 21 == 0;
        if !is_timed {
            let micros = u64::try_from(usual.as_micros()).unwrap();
            thread::sleep(Duration::from_micros(numbers.next() % (micros + micros / 10)));
            child.kill().unwrap();
        }
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        if is_timed {
            assert!(output.status.success(), "{run}: {text} {}", String::from_utf8_lossy(&output.stderr));
            usual = started.elapsed();
        }
        killed += u64::from(!output.status.success());
        if let Some(change) = text.lines().find_map(|line| line.strip_prefix("saved as change ")) {
            acknowledged.insert(format!("moon-{run}"), change.parse::<i64>().unwrap());
        }
    }
    let history = desk.objects(&["history", "--limit", "1000"]);
    let changes: HashMap<String, i64> = history
        .iter()
        .map(|change| (change["subject"].as_str().unwrap().to_owned(), change["id"].as_i64().unwrap()))
        .collect();
    assert_eq!(changes.len(), history.len(), "each was added once; seed {seed}");
    for (id, change) in &acknowledged {
        assert_eq!(changes.get(id), Some(change), "{id}; seed {seed}");
    }
    let edits: HashMap<String, i64> = desk.sql(async |connection| {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT subject, change_id FROM edit").fetch_all(connection).await.unwrap();
        rows.into_iter().collect()
    });
    assert_eq!(edits, changes, "seed {seed}");
    let listed = desk.objects(&["fact", "list", "--edited"]);
    assert_eq!(listed.len(), edits.len(), "seed {seed}");
    let told = desk.done(&["check"]);
    assert!(told.ends_with(&format!(", {} edits in force\n", edits.len())), "{told}");
    // Opening it looks at every page.
    desk.store(async |store| assert!(store.is_writable()));
    println!("{killed} killed, {} said so, {} saved", acknowledged.len(), edits.len());
    assert!(killed > RUNS / 2 && acknowledged.len() > 5, "{killed} killed, {} saved", acknowledged.len());
}
