//! A database that keeps a moderator waiting: another program writes to it for seconds.

use std::time::Instant;

use super::super::stand_in::{option, subcommand, typed};
use super::*;

/// The right to write, in the hands of another program until it is given back.
struct Held(SqliteConnection);

impl Held {
    async fn of(office: &Office) -> Self {
        let mut connection = connection(&office.database()).await;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
        Self(connection)
    }

    async fn give_back(mut self) {
        sqlx::query("ROLLBACK").execute(&mut self.0).await.unwrap();
        self.0.close().await.unwrap();
    }
}

/// Longer than the bot waits before it announces a reply.
const LONG: Duration = Duration::from_millis(1_700);

async fn preview(office: &Office, id: &str, answer: &str) -> Reply {
    let form = office.form(MODERATOR, id).await.with("answer", answer);
    office.submit(&form, MODERATOR).await
}

/// Save is announced, and what becomes of it follows on the same message; nobody else waits for it.
#[tokio::test]
async fn a_slow_save_is_announced_first() {
    let office = Office::new(&[]).await;
    let preview = preview(&office, "io", "Hot.").await;
    let held = Held::of(&office).await;
    let save = office.post(office.pressed(&preview, &preview.button("Save"), None, MODERATOR));
    let started = Instant::now();
    while started.elapsed() < LONG {
        assert!(office.ask(ASKER, "what is Europa").await.after < Duration::from_millis(500));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(office.replied(&save).is_none());
    held.give_back().await;
    let saved = office.reply(&save).await;
    assert!(saved.was_announced && saved.after < Duration::from_secs(2), "{:?}", saved.after);
    assert_eq!((saved.kind(), saved.message_id()), (7, preview.message_id()));
    assert_eq!(saved.title(), "Saved as change 1");
    assert_eq!(office.answer("what is Io").await, "Hot.");
    // Its buttons are as good as any.
    assert_eq!(office.press(&saved, "Show", MODERATOR).await.title(), "io");
}

/// A form that was sent is announced in private, and its preview follows with its files.
#[tokio::test]
async fn a_slow_preview_is_announced_in_private() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", &"ə ".repeat(1_999));
    let held = Held::of(&office).await;
    let sent = office.post(office.submission(&form, MODERATOR));
    tokio::time::sleep(LONG).await;
    held.give_back().await;
    let preview = office.reply(&sent).await;
    assert!(preview.was_announced && preview.is_private(), "{}", preview.body);
    assert_eq!(preview.title(), "Change the fact “io”?");
    assert!(preview.file("old.toml").contains("volcanic") && preview.file("new.toml").contains("ə ə"));
}

/// Where the other program does not let go, the moderator is told, and can save later.
#[tokio::test]
async fn a_database_that_stays_busy_is_told() {
    let mut office = Office::new(&[]).await;
    let preview = preview(&office, "io", "Hot.").await;
    let held = Held::of(&office).await;
    let refused = office.press(&preview, "Save", MODERATOR).await;
    assert!(refused.was_announced && refused.is_private(), "{}", refused.body);
    assert!(refused.text().contains("another program holds the database"), "{}", refused.text());
    assert!(refused.text().contains("nothing was saved"), "{}", refused.text());
    let form = office.form(MODERATOR, "europa").await.with("answer", "Typed in vain.");
    let sent = office.submit(&form, MODERATOR).await;
    assert!(sent.is_private() && sent.file("typed.txt").contains("Typed in vain."), "{}", sent.body);
    held.give_back().await;
    assert_eq!(office.save(&preview, MODERATOR).await, 1);
    assert!(!office.stop().await.contains("panicked"));
}

/// Forms open and completions come while others wait to write: neither could be announced.
#[tokio::test]
async fn who_only_looks_does_not_wait_for_who_writes() {
    let office = Office::new(&[]).await;
    let saved = preview(&office, "io", "Hot.").await;
    let other = preview(&office, "voyager", "Long ago.").await;
    let form = office.form(COLLEAGUE, "europa").await.with("answer", "Cold.");
    let held = Held::of(&office).await;
    let save = office.post(office.pressed(&saved, &saved.button("Save"), None, MODERATOR));
    let sent = office.post(office.submission(&form, COLLEAGUE));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let again = office.post(office.pressed(&other, &other.button("Edit again"), None, MODERATOR));
    let data = serde_json::json!({"id": "1", "type": 1, "name": "fact",
        "options": [subcommand("undo", &[typed("change", "")])]});
    let typing = office.post(office.interaction(MODERATOR, 4, &data));
    assert_eq!(office.reply(&typing).await.kind(), 8);
    assert_eq!(office.reply(&again).await.kind(), 9);
    tokio::time::sleep(LONG).await;
    held.give_back().await;
    assert_eq!(number_of(&office.reply(&save).await), Some(1));
    assert_eq!(office.reply(&sent).await.title(), "Change the fact “europa”?");
}

/// An announced message that does not get through at once is sent again.
#[tokio::test]
async fn what_was_announced_is_sent_again() {
    let office = Office::new(&[]).await;
    let preview = preview(&office, "io", "Hot.").await;
    let held = Held::of(&office).await;
    let save = office.post(office.pressed(&preview, &preview.button("Save"), None, MODERATOR));
    tokio::time::sleep(LONG).await;
    office.change(|state| state.dead_follow_ups = 2);
    held.give_back().await;
    assert_eq!(number_of(&office.reply(&save).await), Some(1));
    assert!(office.fact(MODERATOR, "undo", &[option("change", 1)]).await.labels().contains(&"Save"));
}
