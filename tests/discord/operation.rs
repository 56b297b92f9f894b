//! What operators see and do: logs, edits while the bot runs, and the port for those who watch over it.

use std::fs;

use serde_json::Value;

use super::base::{GALILEAN, GALILEAN_FILE};
use super::stand_in::{Discord, TOKEN};
use super::{ASKER, OTHER, SUGGESTING, Scene};

/// Port 0: any free one, which the log tells.
const LISTEN: (&str, &str) = ("HEALTH__LISTEN", "127.0.0.1:0");

/// A good edit is served at once, a bad one is not, and the log says why.
#[tokio::test]
async fn edits_are_taken_while_the_bot_runs() {
    let mut scene = Scene::new(&[]).await;
    let file = scene.base.path().join(GALILEAN_FILE);
    let old = scene.ask(ASKER, "what is Io").await;
    fs::write(&file, GALILEAN.replace("Io is the innermost", "Io is by far the innermost")).unwrap();
    scene.bot.logs("loaded anew").await;
    assert!(scene.ask(ASKER, "what is Io").await.text().starts_with("Io is by far"));
    fs::write(&file, GALILEAN.replace("answer = \"Io", "answr = \"Io")).unwrap();
    let line = scene.bot.logs("is not usable").await;
    assert!(line.contains("galilean.toml"), "{line}");
    assert!(scene.ask(ASKER, "what is Io").await.text().starts_with("Io is by far"));
    assert!(scene.press(&old, "discovered", ASKER).await.text().starts_with("Galileo"));
}

/// The port tells whether the bot is connected, and counts.
#[tokio::test]
async fn health_and_metrics_are_served() {
    let discord = Discord::start().await;
    let mut scene = Scene::at(discord, &[LISTEN, SUGGESTING[0], SUGGESTING[1]]).await;
    let address = port(&scene.bot.logs("/healthz").await);
    let get = async |path: &str| {
        let response = reqwest::get(format!("http://{address}{path}")).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, text) = get("/healthz").await;
    assert_eq!((status, text.as_str()), (200, "ok: 1 of 1 gateway connections, 17 facts\n"));
    let answer = scene.ask(ASKER, "what is Io").await;
    scene.ask(ASKER, "what is the ocean").await;
    scene.press(&answer, "👍", OTHER).await;
    // A count follows the reply, so the first look may be too early.
    let mut metrics = String::new();
    for _ in 0..100 {
        metrics = get("/metrics").await.1;
        if metrics.contains("reply_latency_seconds_count 3") {
            break;
        }
    }
    for line in [
        "relations_bot_questions_total{outcome=\"answer\"} 1",
        "relations_bot_questions_total{outcome=\"suggest\"} 1",
        "relations_bot_interactions_total{kind=\"command\"} 2",
        "relations_bot_interactions_total{kind=\"component\"} 1",
        "relations_bot_votes_total{outcome=\"helpful\"} 1",
        "relations_bot_reply_latency_seconds_count 3",
        "relations_bot_gateway_shards_connected 1",
        "relations_bot_facts 17",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert_eq!(get("/").await.0, 404);
}

/// Without a gateway the bot is not healthy.
#[tokio::test]
async fn a_bot_without_a_gateway_is_not_healthy() {
    let discord = Discord::start().await;
    discord.change(|state| state.dead_introductions = usize::MAX);
    let mut bot = discord.bot(&[LISTEN]);
    let address = port(&bot.logs("/healthz").await);
    let response = reqwest::get(format!("http://{address}/healthz")).await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
}

fn port(line: &str) -> String {
    let (_, address) = line.split_once("address=").unwrap_or_else(|| panic!("no address in {line}"));
    address.split_whitespace().next().unwrap_or_default().to_owned()
}

/// By default neither token, nor question, nor asker is logged; and there is nothing to worry about.
#[tokio::test]
async fn the_log_keeps_secrets() {
    let mut scene = Scene::new(&[]).await;
    let reply = scene.ask(ASKER, "what is Io").await;
    scene.ask(ASKER, "when did orbit 99 end").await;
    scene.press(&reply, "Why", OTHER).await;
    scene.refuse_next(400, None, 1);
    scene.post(scene.command(ASKER, "help", &[]));
    scene.bot.logs("did not arrive").await;
    scene.bot.signal("TERM");
    scene.bot.ended().await;
    let log = scene.bot.log();
    for secret in [TOKEN, "what is Io", "orbit 99", "secret-of-", &ASKER.to_string(), &OTHER.to_string()] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    assert_eq!(log.lines().filter(|line| line.contains("WARN")).count(), 1, "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

/// Even at debug level the bot's own log has neither questions nor the token.
#[tokio::test]
async fn questions_and_tokens_are_not_logged() {
    let mut scene = Scene::new(&[("LOG__FILTER", "relations_bot=debug")]).await;
    scene.ask(ASKER, "when did orbit 99 end").await;
    scene.bot.logs("replied").await;
    let log = scene.bot.log();
    assert!(!log.contains("orbit 99") && !log.contains(TOKEN), "{log}");
}

/// As JSON, each line of the log is one object.
#[tokio::test]
async fn the_log_can_be_json() {
    let mut scene = Scene::new(&[("LOG__FORMAT", "json")]).await;
    let reply = scene.ask(ASKER, "what is Io").await;
    scene.press(&reply, "👎", OTHER).await;
    scene.bot.signal("TERM");
    scene.bot.ended().await;
    let log = scene.bot.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["level"].is_string() && line["timestamp"].is_string()), "{log}");
    assert!(lines.iter().any(|line| line["fields"]["helpful"] == false), "{log}");
}
