//! The log channel: a message for every change, with the texts before and after.

use super::super::stand_in::{Post, option};
use super::*;

async fn logged() -> Office {
    Office::new(&[("MODERATION__LOG_CHANNEL", &LOG_CHANNEL.to_string())]).await
}

fn title(post: &Post) -> &str {
    post.body["embeds"][0]["title"].as_str().unwrap_or_default()
}

fn file(post: &Post, name: &str) -> String {
    let file = post.files.iter().find(|file| file.name == name);
    file.map(|file| String::from_utf8(file.bytes.clone()).unwrap()).unwrap_or_default()
}

/// Whoever changes what, and why; with the whole text before and the whole text after.
#[tokio::test]
async fn every_change_is_logged_with_old_and_new() {
    let office = logged().await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Hot.").with("reason", "@everyone look");
    let preview = office.submit(&form, MODERATOR).await;
    office.save(&preview, MODERATOR).await;
    let added = adds(&office, COLLEAGUE, "missions", "Juno came in 2016.", "Juno arrival").await;
    office.save(&added, COLLEAGUE).await;
    office.save(&office.fact(MODERATOR, "retire", &[option("id", "europa")]).await, MODERATOR).await;
    let posts = office.posted(3).await;
    assert!(posts.iter().all(|post| post.channel == LOG_CHANNEL.to_string()));
    let titles: Vec<&str> = posts.iter().map(title).collect();
    assert_eq!(
        titles,
        ["Change 1: the fact “io”", "Change 2: the fact “juno-arrival”", "Change 3: the fact “europa”"]
    );
    let text = posts[0].body["embeds"][0]["description"].as_str().unwrap();
    assert!(text.starts_with(&format!("<@{MODERATOR}> changed `io` (<t:")), "{text}");
    assert!(
        text.contains("Reason: @\u{200B}everyone look") && text.contains("+ answer = \"Hot.\""),
        "{text}"
    );
    assert!(file(&posts[0], "old.toml").contains("most volcanic body"));
    assert!(file(&posts[0], "new.toml").contains("answer = \"Hot.\""));
    let names = |post: &Post| post.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&posts[1]), names(&posts[2])),
        (vec!["new.toml".to_owned()], vec!["old.toml".to_owned()])
    );
}

/// A channel that cannot be written holds nothing up and loses nothing: it gets all of it later, in order.
#[tokio::test]
async fn what_cannot_be_logged_is_logged_later() {
    let mut office = logged().await;
    office.discord.change(|state| state.dead_posts = usize::MAX);
    office.change_answer(MODERATOR, "io", "One.").await;
    office.bot.logs("the log channel cannot be written; trying again later").await;
    office.change_answer(MODERATOR, "io", "Two.").await;
    assert_eq!(office.answer("what is Io").await, "Two.");
    assert_eq!(office.value("SELECT count(*) FROM change WHERE announced = 0").await, "2");
    office.discord.change(|state| state.dead_posts = 0);
    let posts = office.posted(2).await;
    assert_eq!(
        posts.iter().map(title).collect::<Vec<_>>(),
        ["Change 1: the fact “io”", "Change 2: the fact “io”"]
    );
    office.becomes("SELECT count(*) FROM change WHERE announced = 0", "0").await;
    assert_eq!(office.posted(2).await.len(), 2, "none is sent twice");
}

/// What a bot had not sent when it died, the next one sends.
#[tokio::test]
async fn what_was_not_logged_survives_the_bot() {
    let office = logged().await;
    office.discord.change(|state| state.dead_posts = usize::MAX);
    office.change_answer(MODERATOR, "io", "One.").await;
    let office = office.restarted().await;
    office.discord.change(|state| state.dead_posts = 0);
    let posts = office.posted(1).await;
    assert!(file(&posts[0], "new.toml").contains("One."));
}

/// What somebody with a shell does is logged as well.
#[tokio::test]
async fn changes_from_elsewhere_are_logged() {
    let office = logged().await;
    conflicts::change_by_shell(&office, "io", "From the shell.").await;
    let posts = office.posted(1).await;
    let text = posts[0].body["embeds"][0]["description"].as_str().unwrap();
    assert!(text.starts_with("Root (shell) changed `io`"), "{text}");
    assert!(file(&posts[0], "new.toml").contains("From the shell."));
}

/// Without a channel nothing is sent anywhere.
#[tokio::test]
async fn without_a_channel_nothing_is_sent() {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", "One.").await;
    office.change_answer(MODERATOR, "io", "Two.").await;
    assert!(office.requests_to("/messages").is_empty());
}
