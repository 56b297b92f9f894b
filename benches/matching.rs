//! How long the shipped base takes: to read, to build anew, and to answer one question.
//!
//! `cargo bench --bench matching`

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use relations_bot::assistant::Assistant;
use relations_bot::knowledge::load;
use relations_bot::matcher::Matcher;
use relations_bot::shipped;

/// Single calls are timed that often.
const TIMED_CALLS: usize = 5_000;

const QUESTIONS: [&str; 40] = [
    "how long is the border?",
    "what river runs between Turkey and Nakhchivan",
    "When did Turkey recognise Azerbaijan's independence?",
    "who said one nation two states",
    "STAR refinery capacity",
    "how much gas does tanap carry a year",
    "Who signed the Shusha Declaration, and where was it signed?",
    "is there a turkish consulate in ganja",
    "where is the azerbaijani embassy",
    "did Turkey send F-16s in 2020?",
    "what happened in 2009",
    "events of the 1990s",
    "agreement on strategic partnership and mutual support",
    "which treaty obliges the two to help each other if one is attacked",
    "why did the visa-free regime fail",
    "do turkish citizens need a visa for azerbaijan",
    "what does the Minsk Group do",
    "tell me about the Armenian-Turkish talks",
    "who met Putin after the visit to Baku",
    "waht is the bordr lenght",
    "how many soldiers were trained in Turkey",
    "can Turkey have a base in Nakhchivan",
    "the rulebook of 2010 on foreign garrisons",
    "name the pipeline that brings Caspian gas to Europe through Anatolia",
    "how big is the trade between the two countries",
    "Baku Tbilisi Kars railway",
    "who is the ambassador of Turkey in Baku",
    "what did Erdogan say about Karabakh in October 2020",
    "Heydar Aliyev's role in the relations",
    "could you please explain to me, if it isn't too much trouble, how the two armies cooperate?",
    "was the foundation of TANAP laid in Istanbul",
    "I am writing an essay about energy. Which company owns the refinery near Izmir?",
    "is azerbaijan a member of nato",
    "what is the capital of France",
    "best restaurants in Baku",
    "who won the eurovision song contest",
    "population of turkey",
    "hello",
    "thanks a lot!",
    "see also",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("read the shipped matcher", |bencher| bencher.iter(shipped::matcher));
    let mut slow = criterion.benchmark_group("build");
    slow.sample_size(10).bench_function("load and train the shipped files", |bencher| {
        bencher.iter(|| -> Result<Matcher, Box<dyn Error>> {
            let base = load(&shipped::files()?).usable()?;
            Ok(Matcher::train(base, shipped::words()?))
        });
    });
    slow.finish();

    let assistant = Assistant::new(shipped::matcher()?, <_>::default());
    let mut questions = QUESTIONS.iter().cycle();
    criterion.bench_function("match a question", |bencher| {
        bencher.iter(|| questions.next().map(|question| assistant.matcher().find(black_box(question))));
    });
    criterion.bench_function("answer a question that was asked lately", |bencher| {
        bencher.iter(|| questions.next().map(|question| assistant.ask(black_box(question))));
    });
    criterion.final_summary();
    // `cargo test --benches` only looks whether everything runs.
    let calls = if std::env::args().any(|argument| argument == "--bench") { TIMED_CALLS } else { 40 };
    time_single_calls(&assistant, calls)
}

/// Prints what one call takes, and what the process holds.
fn time_single_calls(assistant: &Assistant, calls: usize) -> Result<(), Box<dyn Error>> {
    let mut times: Vec<Duration> = Vec::with_capacity(calls);
    for (number, question) in QUESTIONS.iter().cycle().take(calls).enumerate() {
        // Spaces change nothing but that the question was not asked before.
        let question = format!("{question}{}?", " ".repeat(number % 97));
        let started = Instant::now();
        black_box(assistant.ask(&question)?);
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let percentile = |percent: usize| {
        let time = times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
        time.map_or(0.0, |time| time.as_secs_f64() * 1e6)
    };
    println!("one question of {calls}: p50 {:.0} µs, p99 {:.0} µs", percentile(50), percentile(99));
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
    Ok(())
}
