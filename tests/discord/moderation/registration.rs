//! Where `/fact` and `/missed` are offered, and to whom.

use serde_json::json;

use super::super::Scene;
use super::super::stand_in::{APPLICATION, Discord, GUILD, Request};

const OTHER_GUILD: u64 = 77;
const DEVELOPED_IN: u64 = 42;

fn names(request: &Request) -> Vec<&str> {
    request.body.as_array().unwrap().iter().filter_map(|command| command["name"].as_str()).collect()
}

fn of(guild: u64) -> String {
    format!("/applications/{APPLICATION}/guilds/{guild}/commands")
}

/// Everybody gets what everybody may use, and moderators' servers get the rest.
#[tokio::test]
async fn moderators_commands_are_offered_in_their_guilds_only() {
    let guilds = format!("{GUILD},{OTHER_GUILD}");
    let mut scene = Scene::new(&[("MODERATION__GUILDS", &guilds)]).await;
    scene.bot.logs("commands are registered").await;
    let registered = scene.requests_to("/commands");
    let paths: Vec<&str> = registered.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, [&format!("/applications/{APPLICATION}/commands"), &of(GUILD), &of(OTHER_GUILD)]);
    assert_eq!(names(&registered[0]), ["ask", "timeline", "Answer this", "about", "help"]);
    assert_eq!(names(&registered[1]), ["fact", "missed"]);
    assert_eq!(registered[1].body, registered[2].body);
    insta::assert_json_snapshot!("moderators_commands", registered[1].body);
}

/// Discord itself hides them from those who may not manage the server, and from direct messages.
#[tokio::test]
async fn discord_is_told_whom_they_are_for() {
    let mut scene = Scene::new(&[("MODERATION__GUILDS", &GUILD.to_string())]).await;
    scene.bot.logs("commands are registered").await;
    let registered = scene.requests_to("/commands").pop().unwrap();
    for command in registered.body.as_array().unwrap() {
        assert_eq!(command["default_member_permissions"], "32", "{command}");
        assert_eq!(command["contexts"], json!([0]), "{command}");
    }
}

/// A server that is named for both gets all commands in one go, as each registration replaces the one before.
#[tokio::test]
async fn guilds_that_are_named_twice_get_all_at_once() {
    let (named, moderated) = (format!("{GUILD},{DEVELOPED_IN}"), format!("{GUILD},{OTHER_GUILD}"));
    let mut scene = Scene::new(&[("DISCORD__GUILDS", &named), ("MODERATION__GUILDS", &moderated)]).await;
    scene.bot.logs("commands are registered").await;
    let registered = scene.requests_to("/commands");
    let of_guild = |guild: u64| -> Vec<Vec<&str>> {
        registered.iter().filter(|request| request.path == of(guild)).map(names).collect()
    };
    let all = ["ask", "timeline", "Answer this", "about", "help", "fact", "missed"];
    assert_eq!(of_guild(GUILD), [all]);
    assert_eq!(of_guild(DEVELOPED_IN), [&all[..5]]);
    assert_eq!(of_guild(OTHER_GUILD), [&all[5..]]);
    assert_eq!(registered.len(), 3, "nobody else gets any");
}

/// Without moderators there is nothing for them.
#[tokio::test]
async fn without_guilds_nobody_is_offered_anything() {
    let mut scene = Scene::new(&[]).await;
    scene.bot.logs("commands are registered").await;
    assert!(scene.requests_to("/commands").iter().all(|request| !names(request).contains(&"fact")));
}

/// A moderators' server that the bot is not in takes nothing from the others.
#[tokio::test]
async fn a_guild_that_the_bot_is_not_in_is_told() {
    let discord = Discord::start().await;
    discord.change(|state| state.missing_guild = Some(OTHER_GUILD));
    let guilds = format!("{OTHER_GUILD},{GUILD}");
    let mut scene = Scene::at(discord, &[("MODERATION__GUILDS", &guilds)]).await;
    let line = scene.bot.logs("is the bot in that server?").await;
    assert!(line.contains(&OTHER_GUILD.to_string()), "{line}");
    scene.bot.logs("commands are registered").await;
    assert_eq!(scene.requests_to(&of(GUILD)).len(), 1);
}
