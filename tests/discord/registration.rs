//! What is registered with Discord, and where.

use serde_json::json;

use super::stand_in::{APPLICATION, Discord, GUILD, Seen};
use super::{ASKER, Scene};

/// Everybody gets the commands: one request, with everything that Discord is told about them.
#[tokio::test]
async fn commands_are_registered_everywhere() {
    let scene = Scene::new(&[]).await;
    let registered = scene.requests_to("/commands");
    assert_eq!(registered.len(), 1);
    assert_eq!(registered[0].method, "PUT");
    assert_eq!(registered[0].path, format!("/applications/{APPLICATION}/commands"));
    insta::assert_json_snapshot!("commands", registered[0].body);
}

/// For development: named guilds get them, and nobody else.
#[tokio::test]
async fn commands_are_registered_in_named_guilds_only() {
    let guilds = format!("{GUILD},42");
    let mut scene = Scene::new(&[("DISCORD__GUILDS", &guilds)]).await;
    scene.bot.logs("commands are registered").await;
    let paths: Vec<String> = scene.requests_to("/commands").into_iter().map(|request| request.path).collect();
    let of = |guild: u64| format!("/applications/{APPLICATION}/guilds/{guild}/commands");
    assert_eq!(paths, [of(GUILD), of(42)]);
    let commands = scene.requests_to("/commands")[0].body.clone();
    let names: Vec<&str> =
        commands.as_array().unwrap().iter().filter_map(|command| command["name"].as_str()).collect();
    assert_eq!(names, ["ask", "timeline", "Answer this", "about", "help"]);
}

/// The identity: this token, no privileges, one shard, and what people see the bot doing.
#[tokio::test]
async fn the_bot_introduces_itself() {
    let scene = Scene::new(&[("DISCORD__ACTIVITY", "questions")]).await;
    let identified = scene.seen().into_iter().find_map(|seen| match seen {
        Seen::Identify(data) => Some(data),
        _ => None,
    });
    let identity = identified.unwrap();
    assert_eq!(identity["intents"], 0);
    assert_eq!(identity["shard"], json!([0, 1]));
    assert_eq!(identity["presence"]["activities"][0]["name"], "questions");
    assert_eq!(identity["presence"]["activities"][0]["type"], 2);
}

/// Who takes the commands, and confirms it in other words than Discord, has taken them.
#[tokio::test]
async fn an_odd_confirmation_is_one() {
    let discord = Discord::start().await;
    discord.change(|state| state.refuses_commands = Some(200));
    let mut scene = Scene::at(discord, &[("DISCORD__GUILDS", "41,42")]).await;
    scene.bot.logs("commands are registered").await;
    assert_eq!(scene.requests_to("/commands").len(), 2);
}

/// While commands cannot be registered, those of an earlier start are answered.
#[tokio::test]
async fn registering_is_tried_again_beside_the_work() {
    let discord = Discord::start().await;
    discord.change(|state| state.refuses_commands = Some(503));
    let mut scene = Scene::at(discord, &[]).await;
    assert!(scene.ask(ASKER, "what is Io").await.is_public());
    scene.change(|state| state.refuses_commands = None);
    scene.bot.logs("commands are registered").await;
    assert_eq!(scene.requests_to("/commands").len(), 2);
}

/// As many connections as Discord recommends.
#[tokio::test]
async fn every_recommended_shard_is_started() {
    let discord = Discord::start().await;
    discord.change(|state| state.shards = 2);
    let scene = Scene::at(discord, &[]).await;
    scene.connected(2).await;
    let mut shards: Vec<String> = scene
        .seen()
        .into_iter()
        .filter_map(|seen| match seen {
            Seen::Identify(data) => Some(data["shard"].to_string()),
            _ => None,
        })
        .collect();
    shards.sort();
    assert_eq!(shards, ["[0,2]", "[1,2]"]);
    assert_eq!(scene.requests_to("/commands").len(), 1, "commands are registered once");
}
