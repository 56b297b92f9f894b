//! With years of edits and questions in the database, and while others save, nobody waits. The bounds are generous, as
//! tests run unoptimised and beside each other; the figures are printed.

use std::cell::Cell;
use std::process::Stdio;
use std::time::Instant;

use super::super::stand_in::{option, subcommand, typed};
use super::*;

const EDITS: usize = 10_000;
const MISSES: usize = 100_000;
/// Whatever a moderator looks at is there within that.
const LOOK_WITHIN: Duration = Duration::from_millis(1_500);

/// Fills a database: facts that were added one by one, and questions that nobody has answered.
async fn fill(database: &Path) {
    let store = Store::open(database, Inspection::Whole).await.unwrap();
    store.close().await;
    let numbers = |most: usize| {
        format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) ")
    };
    let text = "'id = \"moonlet-' || i || '\"' || char(10) || 'section = \"missions\"' || char(10) || 'answer = \"Moonlet ' \
                || i || ' is small.\"' || char(10) || 'questions = [\"size of moonlet ' || i || '\"]' || char(10)";
    let statements = [
        format!(
            "INSERT INTO change (at, author, action, kind, subject, new_text, announced) {} SELECT 1700000000 + i, \
             '{MODERATOR}', 'add', 'fact', 'moonlet-' || i, {text}, 1 FROM n",
            numbers(EDITS)
        ),
        "INSERT INTO edit SELECT kind, subject, NULL, new_text, id FROM change".to_owned(),
        format!(
            "INSERT INTO missed (question, concepts, unanswered, first_seen, last_seen) {} SELECT 'colour of comet ' || \
             i, 'colour' || char(10) || 'comet' || char(10) || i, 1 + i % 97, unixepoch() - i, unixepoch() - i FROM n",
            numbers(MISSES)
        ),
        "INSERT INTO missed_wording SELECT question, question, id FROM missed".to_owned(),
        "INSERT INTO missed_without_one SELECT id, id FROM missed UNION SELECT -id, id FROM missed"
            .to_owned(),
        "INSERT OR IGNORE INTO missed_without_one SELECT 77, id FROM missed".to_owned(),
    ];
    let mut connection = connection(database).await;
    sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
    for statement in statements {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    sqlx::query("COMMIT").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// What a moderator looks at, by its name.
fn looks(office: &Office) -> Vec<(String, Value)> {
    let command = |name: &str, options: &[Value]| office.command(MODERATOR, name, options);
    let typing = |name: &str, options: &[Value]| {
        let data = serde_json::json!({"id": "1", "type": 1, "name": name, "options": options});
        office.interaction(MODERATOR, 4, &data)
    };
    let fact = |name: &str, options: &[Value]| command("fact", &[subcommand(name, options)]);
    let complete =
        |name: &str, option: &str, text: &str| typing("fact", &[subcommand(name, &[typed(option, text)])]);
    let looks = [
        ("/fact list", fact("list", &[])),
        ("/fact list edited", fact("list", &[option("edited", true)])),
        ("/fact list query", fact("list", &[option("query", "moonlet 9999")])),
        ("/fact show", fact("show", &[option("id", "moonlet-5000")])),
        ("/fact history", fact("history", &[])),
        ("/fact history id", fact("history", &[option("id", "moonlet-5000")])),
        ("/fact test", fact("test", &[option("question", "size of moonlet 123")])),
        ("/missed", command("missed", &[])),
        ("/missed search", command("missed", &[option("search", "comet 4711")])),
        ("/missed question", command("missed", &[option("question", "colour of comet 4711")])),
        ("completing id", complete("edit", "id", "moonlet 77")),
        ("completing id, nothing typed", complete("edit", "id", "")),
        ("completing change", complete("undo", "change", "99")),
        ("completing section", complete("add", "section", "miss")),
        ("completing question", typing("missed", &[typed("question", "")])),
        ("completing question, typed", typing("missed", &[typed("question", "comet 4711")])),
        ("/ask", command("ask", &[option("question", "size of moonlet 123")])),
        ("/ask in vain", command("ask", &[option("question", "colour of comet 123")])),
    ];
    looks.map(|(name, interaction)| (name.to_owned(), interaction)).to_vec()
}

/// Ten thousand edits and a hundred thousand questions.
#[tokio::test]
async fn years_of_edits_and_questions_stay_fast() {
    let data = tempfile::tempdir().unwrap();
    let started = Instant::now();
    fill(&database_in(&data)).await;
    println!("{EDITS} edits and {MISSES} questions are made in {:.1?}", started.elapsed());
    let (base, cache) = (base(), tempfile::tempdir().unwrap());
    let cache = ("KNOWLEDGE__CACHE", cache.path().to_str().unwrap());
    let settings = settings_of(Some(base.path()), &database_in(&data), &[cache]);
    let started = Instant::now();
    let mut train = super::super::support::program();
    train.args(["ask", "size of moonlet 123"]);
    train.envs(settings.iter().map(|(key, value)| (format!("RELATIONS_BOT__{key}"), value)));
    assert!(train.stdout(Stdio::null()).status().unwrap().success());
    println!("a base of ten thousand more facts is trained after {:.1?}", started.elapsed());
    let started = Instant::now();
    let office = Office::over(base, data, &[cache]).await;
    println!("the bot has started after {:.1?}", started.elapsed());
    assert!(office.answer("size of moonlet 123").await.starts_with("Moonlet 123 is small."));
    for (name, interaction) in looks(&office) {
        let reply = office.send(interaction).await;
        println!("{name}: {:.1?}", reply.after);
        assert!(reply.after < LOOK_WITHIN && !reply.was_announced, "{name}: {:?}", reply.after);
        assert!(!reply.text().starts_with("That did not work"), "{name}: {}", reply.text());
    }
    let history = office.fact(MODERATOR, "history", &[]).await;
    let page = office.forge(&history, "m1:history:998:o:", MODERATOR).await;
    println!("a late page of the history: {:.1?}", page.after);
    assert!(page.after < LOOK_WITHIN && page.text().contains("`moonlet-"), "{}", page.text());
    let missed = office.missed(MODERATOR, &[]).await;
    let page = office.forge(&missed, "m1:missed:9998:o:", MODERATOR).await;
    println!("a late page of the missed questions: {:.1?}", page.after);
    assert!(page.after < LOOK_WITHIN && page.text().contains("comet"), "{}", page.text());
    office.becomes("SELECT count(*) FROM missed_wording WHERE folded = 'colour of comet 123'", "1").await;
}

/// The part of the sorted times below which so many of a hundred are.
fn percentile(times: &[Duration], percent: usize) -> Duration {
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

/// On the shipped base: how soon a saved answer is served, and how long others wait meanwhile.
#[tokio::test]
async fn a_save_is_served_soon_and_makes_nobody_wait() {
    const SAVES: usize = 8;
    let data = tempfile::tempdir().unwrap();
    let settings = settings_of(None, &database_in(&data), &[]);
    let discord = discord().await;
    let bot = discord.serve(&borrowed(&settings)).await;
    let office = Office { discord, bot, base: tempfile::tempdir().unwrap(), data, settings };
    let border = office.answer("how long is the border?").await;
    let found = office.fact(MODERATOR, "test", &[option("question", "how long is the border?")]).await;
    let candidates = found.text().split(" %** `").nth(1);
    let id = candidates.and_then(|rest| rest.split('`').next()).unwrap_or_else(|| panic!("{}", found.text()));

    let is_done = Cell::new(false);
    let moderator = async {
        let (mut previews, mut served) = (Vec::new(), Vec::new());
        for number in 0..SAVES {
            let form = office.form(MODERATOR, id).await.with("answer", &format!("Number {number}. {border}"));
            let sent = Instant::now();
            let preview = office.submit(&form, MODERATOR).await;
            previews.push(sent.elapsed());
            let pressed = Instant::now();
            let save = office.post(office.pressed(&preview, &preview.button("Save"), None, MODERATOR));
            while !office.answer("how long is the border?").await.starts_with(&format!("Number {number}.")) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            served.push(pressed.elapsed());
            assert!(number_of(&office.reply(&save).await).is_some());
        }
        is_done.set(true);
        previews.sort();
        served.sort();
        (previews, served)
    };
    let asker = async {
        let mut waits = Vec::new();
        while !is_done.get() {
            let reply = office.ask(ASKER, "who discovered the BTC pipeline").await;
            waits.push(reply.after);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        waits.sort();
        waits
    };
    let ((previews, served), waits) = tokio::join!(moderator, asker);
    println!("a preview: median {:.1?}, longest {:.1?}", percentile(&previews, 50), previews[SAVES - 1]);
    println!(
        "from Save to the new answer: median {:.1?}, longest {:.1?}",
        percentile(&served, 50),
        served[SAVES - 1]
    );
    let (half, most) = (percentile(&waits, 50), percentile(&waits, 99));
    println!("/ask meanwhile, {} times: median {half:.1?}, p99 {most:.1?}", waits.len());
    assert!(percentile(&served, 50) < Duration::from_secs(1), "{served:?}");
    assert!(most < Duration::from_millis(250), "{most:?}");
}
