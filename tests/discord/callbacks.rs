//! Replies that do not get through at once.

use std::time::Duration;

use super::stand_in::{Fault, option};
use super::{ASKER, Scene};

/// What is asked in these tests.
fn question(scene: &Scene) -> serde_json::Value {
    scene.command(ASKER, "ask", &[option("question", "what is Io")])
}

/// Whatever passes is waited for, and not a moment less than Discord asks for.
#[tokio::test]
async fn a_limited_reply_is_sent_again_when_it_may() {
    let scene = Scene::new(&[]).await;
    scene.refuse_next(429, Some(0.8), 1);
    let id = scene.post(question(&scene));
    assert!(scene.reply(&id).await.text().starts_with("Io is"));
    let attempts = scene.attempts(&id);
    assert_eq!(attempts.len(), 2);
    assert!(attempts[1] >= attempts[0] + Duration::from_millis(800), "{attempts:?}");
    assert!(attempts[1] < Duration::from_secs(3), "{attempts:?}");
}

/// Errors of the server and lost connections are tried again, also with a file.
#[tokio::test]
async fn errors_that_pass_are_tried_again() {
    let scene = Scene::new(&[]).await;
    for fault in [Fault::Status { status: 500, retry_after: None }, Fault::Drop] {
        scene.fail_next(fault, 2);
        let id = scene.post(question(&scene));
        assert!(scene.reply(&id).await.text().starts_with("Io is"));
        assert_eq!(scene.attempts(&id).len(), 3, "{fault:?}");
    }
    scene.refuse_next(503, None, 1);
    assert_eq!(scene.run(ASKER, "timeline", &[]).await.files.len(), 1);
}

/// A reply that arrived although its confirmation was lost is not sent a third time.
#[tokio::test]
async fn a_lost_confirmation_is_no_failure() {
    let mut scene = Scene::new(&[("LOG__FILTER", "relations_bot=debug")]).await;
    scene.fail_next(Fault::LoseAnswer, 1);
    let id = scene.post(question(&scene));
    assert!(scene.reply(&id).await.text().starts_with("Io is"));
    scene.bot.logs("replied").await;
    assert_eq!(scene.attempts(&id).len(), 2);
    assert!(!scene.bot.log().contains("did not arrive"));
}

/// A refused reply is not repeated: a word of regret goes instead, with the reference of the log.
#[tokio::test]
async fn a_refused_reply_harms_nothing_else() {
    let mut scene = Scene::new(&[]).await;
    for status in [400, 404] {
        scene.refuse_next(status, None, 1);
        let id = scene.post(question(&scene));
        let line = scene.bot.logs(&format!("refused with {status}")).await;
        let reply = scene.reply(&id).await;
        assert!(reply.is_private() && reply.text().starts_with("Something went wrong"), "{}", reply.text());
        let reference = reply.text().split('`').nth(1).unwrap();
        assert!(line.contains(reference), "{line}");
        assert_eq!(scene.attempts(&id).len(), 2);
    }
    // Where even that is refused, the bot lives on.
    scene.refuse_next(400, None, 2);
    let id = scene.post(question(&scene));
    scene.until("both are refused", |discord| (discord.attempts(&id).len() == 2).then_some(())).await;
    assert!(scene.ask(ASKER, "what is Io").await.text().starts_with("Io is"));
}

/// When three seconds are over nothing is sent any more, and meanwhile others are served.
#[tokio::test]
async fn a_reply_that_is_too_late_is_given_up() {
    let mut scene = Scene::new(&[]).await;
    // A pause beyond the deadline is not worth the wait.
    scene.refuse_next(429, Some(30.0), 1);
    let hopeless = scene.post(question(&scene));
    scene.bot.logs("not delivered in time after 1 attempts: 429").await;
    assert_eq!(scene.attempts(&hopeless).len(), 1);
    scene.fail_next(Fault::Hang, 1);
    let hanging = scene.post(question(&scene));
    scene.until("it hangs", |discord| (discord.attempts(&hanging).len() == 1).then_some(())).await;
    assert!(scene.ask(ASKER, "what is Io").await.after < Duration::from_secs(1));
    scene.bot.logs("no response").await;
    assert_eq!(scene.attempts(&hanging).len(), 1);
}
