//! The gateway connection: lost, renewed, resumed.

use super::stand_in::{Discord, Seen, option};
use super::{ASKER, Scene};

fn is_resume(seen: &Seen) -> bool {
    matches!(seen, Seen::Resume(_))
}

fn is_identify(seen: &Seen) -> bool {
    matches!(seen, Seen::Identify(_))
}

fn is_connect(seen: &Seen) -> bool {
    matches!(seen, Seen::Connect(_))
}

async fn works(scene: &Scene) {
    assert!(scene.ask(ASKER, "what is Io").await.text().starts_with("Io is"));
}

/// Told to reconnect, the bot resumes where Discord says, and gets what came meanwhile once.
#[tokio::test]
async fn a_reconnect_resumes_and_replays() {
    let scene = Scene::new(&[]).await;
    works(&scene).await;
    scene.send_raw(&serde_json::json!({"op": 7, "d": null, "s": null, "t": null}));
    scene.until("the connection is gone", |discord| (!discord.is_connected()).then_some(())).await;
    let missed = scene.post(scene.command(ASKER, "ask", &[option("question", "what is Europa")]));
    assert!(scene.reply(&missed).await.text().starts_with("Europa is"));
    works(&scene).await;
    let Seen::Resume(resumed) = scene.saw("a resume", 1, is_resume).await else { return };
    assert_eq!(resumed["seq"], 2, "READY and one interaction were seen");
    let Seen::Connect(path) = scene.saw("two connections", 2, is_connect).await else { return };
    assert!(path.starts_with("/resume/"), "{path}");
    assert_eq!(scene.seen().iter().filter(|seen| is_identify(seen)).count(), 1);
    assert_eq!(scene.requests_to("/callback").len(), 3);
}

/// A connection that ends without a word, or with a code that allows it, is resumed.
#[tokio::test]
async fn lost_connections_are_resumed() {
    let scene = Scene::new(&[]).await;
    scene.drop_connection();
    scene.connected(2).await;
    works(&scene).await;
    scene.close(4000);
    scene.connected(3).await;
    works(&scene).await;
    assert_eq!(scene.seen().iter().filter(|seen| is_resume(seen)).count(), 2);
    assert_eq!(scene.requests_to("/commands").len(), 1, "commands are registered once");
}

/// An invalid session: the resumable one is resumed, the other begins anew.
#[tokio::test]
async fn invalid_sessions_are_renewed() {
    let scene = Scene::new(&[]).await;
    scene.invalidate(true);
    scene.saw("a resume", 1, is_resume).await;
    scene.connected(2).await;
    works(&scene).await;
    scene.invalidate(false);
    scene.saw("a second identity", 2, is_identify).await;
    scene.connected(3).await;
    works(&scene).await;
    assert_eq!(scene.requests_to("/commands").len(), 1, "commands are registered once");
}

/// A session that has ended meanwhile is not insisted on.
#[tokio::test]
async fn a_refused_resume_begins_anew() {
    let scene = Scene::new(&[]).await;
    scene.change(|state| state.session = None);
    scene.drop_connection();
    scene.saw("a resume", 1, is_resume).await;
    scene.saw("a second identity", 2, is_identify).await;
    scene.connected(3).await;
    works(&scene).await;
}

/// A server that cannot be reached at first is tried again: its REST interface, then its gateway.
#[tokio::test]
async fn a_server_that_comes_up_later_is_waited_for() {
    let discord = Discord::start().await;
    discord.change(|state| {
        state.dead_introductions = 1;
        state.dead_connections = 1;
    });
    let mut scene = Scene::at(discord, &[]).await;
    works(&scene).await;
    scene.bot.logs("trying again").await;
    scene.bot.logs("the gateway connection is disturbed").await;
}

/// A connection on which nobody answers heartbeats is given up and resumed.
#[tokio::test]
async fn a_zombie_is_left() {
    let discord = Discord::start().await;
    discord.change(|state| {
        state.heartbeat = 200;
        state.acknowledges = false;
    });
    let scene = Scene::at(discord, &[]).await;
    scene.saw("a resume", 1, is_resume).await;
    scene.change(|state| state.acknowledges = true);
    scene.saw("heartbeats", 4, |seen| *seen == Seen::Heartbeat).await;
    works(&scene).await;
}
