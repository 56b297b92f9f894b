//! How the bot starts, refuses to, and stops.

use std::time::Duration;

use super::stand_in::{Discord, Seen, program};
use super::support::{bot, folder};
use super::{ASKER, Scene};

const TWO_SECONDS: Duration = Duration::from_secs(2);

/// Runs the program to its failure, before which it must not have asked for anything.
async fn refuses_without_a_word(change: impl FnOnce(&mut std::process::Command)) -> String {
    let discord = Discord::start().await;
    let mut command = program(&discord.base);
    change(&mut command);
    let output = tokio::process::Command::from(command).kill_on_drop(true).output().await.unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{log}");
    assert_eq!(discord.requests(), 0, "nothing is connected");
    log
}

/// No token: said before anything else happens.
#[tokio::test]
async fn a_missing_token_is_told() {
    let assert = bot().arg("serve").env_remove("DISCORD_TOKEN").timeout(TWO_SECONDS * 5).assert().code(1);
    let log = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(log.starts_with("error: there is no token: set DISCORD_TOKEN"), "{log}");
    assert_eq!(log.lines().count(), 1, "{log}");
    let log = refuses_without_a_word(|command| {
        command.env("DISCORD_TOKEN", "").env("RELATIONS_BOT__DISCORD__TOKEN_FILE", "no/such/file");
    })
    .await;
    assert!(log.contains("no/such/file"), "{log}");
}

/// A fact base with faults: every fault is told, and nothing is connected.
#[tokio::test]
async fn a_bad_base_is_told_before_connecting() {
    let bad = folder(&[("s.toml", "section = \"s\"\n[[fact]]\nid = \"a\"\nanswer = \"\"\nquestions = []\n")]);
    let log = refuses_without_a_word(|command| {
        command.arg("--knowledge").arg(bad.path());
    })
    .await;
    assert!(log.contains("error: the fact base cannot be used") && log.contains("s.toml:"), "{log}");
    let log = refuses_without_a_word(|command| {
        command.args(["--knowledge", "no/such/folder"]);
    })
    .await;
    assert!(log.contains("no/such/folder") || log.contains("cannot read the knowledge folder"), "{log}");
}

/// The token may also stand in a file.
#[tokio::test]
async fn a_token_is_read_from_a_file() {
    let files = folder(&[("token", format!("{}\n", super::stand_in::TOKEN))]);
    let discord = Discord::start().await;
    let mut command = program(&discord.base);
    command.env_remove("DISCORD_TOKEN").env("RELATIONS_BOT__DISCORD__TOKEN_FILE", files.path().join("token"));
    let _bot = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
    discord.connected(1).await;
}

/// A token that REST refuses.
#[tokio::test]
async fn a_refused_token_is_told() {
    let discord = Discord::start().await;
    let wrong = "no-such-token";
    let mut bot = discord.bot(&[("DISCORD__TOKEN", wrong)]);
    let error = bot.fails().await;
    assert!(error.starts_with("error: Discord refused the token"), "{error}");
    assert!(!bot.log().contains(wrong));
    assert_eq!(discord.requests(), 1, "a refused token is not tried again");
}

/// Close codes that forbid to come back end the bot, with what they mean.
#[tokio::test]
async fn a_refused_gateway_is_told() {
    for (code, words) in [
        (4004, "the token is not valid"),
        (4010, "shard number"),
        (4011, "too many servers"),
        (4012, "version of the gateway"),
        (4013, "intents were not valid"),
        (4014, "intents are not allowed"),
    ] {
        let discord = Discord::start().await;
        discord.change(|state| state.refuses_with = Some(code));
        let error = discord.bot(&[]).fails().await;
        assert!(error.contains(&format!("close code {code}")) && error.contains(words), "{error}");
        let identities = discord.seen().iter().filter(|seen| matches!(seen, Seen::Identify(_))).count();
        assert_eq!(identities, 1, "{code}: not tried again");
    }
}

/// The same in the middle of the work.
#[tokio::test]
async fn a_gateway_that_refuses_later_is_told() {
    let mut scene = Scene::new(&[]).await;
    scene.close(4004);
    assert!(scene.bot.fails().await.contains("close code 4004"));
}

/// Commands that Discord refuses are a fault of the program.
#[tokio::test]
async fn refused_commands_are_told() {
    let discord = Discord::start().await;
    discord.change(|state| state.refuses_commands = Some(400));
    let error = discord.bot(&[]).fails().await;
    assert!(error.contains("Discord refused the commands"), "{error}");
}

/// A settings error is told before all else.
#[tokio::test]
async fn bad_settings_are_told() {
    for (key, value, part) in [
        ("RELATIONS_BOT__DISCORD__API_BASE", "not an address", "discord.api_base"),
        ("RELATIONS_BOT__DISCORD__GUILDS", "12,home", "`home` is no id"),
        ("RELATIONS_BOT__DISCORD__COLOURS__ANSWER", "red", "`red` is no colour"),
        ("RELATIONS_BOT__HEALTH__LISTEN", "9464", "is no address with a port"),
    ] {
        let log = refuses_without_a_word(|command| {
            command.env(key, value);
        })
        .await;
        assert!(log.starts_with("error: configuration: ") && log.contains(part), "{log}");
    }
}

/// A port that is taken is told before connecting.
#[tokio::test]
async fn a_taken_port_is_told() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let log = refuses_without_a_word(|command| {
        command.env("RELATIONS_BOT__HEALTH__LISTEN", &address);
    })
    .await;
    assert!(log.contains(&format!("error: the address {address} of health.listen cannot be used")), "{log}");
}

/// A signal ends the bot at once, with a good-bye to Discord.
#[tokio::test]
async fn a_signal_ends_the_bot_cleanly() {
    for signal in ["TERM", "INT"] {
        let mut scene = Scene::new(&[]).await;
        assert!(scene.ask(ASKER, "what is Io").await.is_public());
        scene.bot.signal(signal);
        let status = scene.bot.ended_within(TWO_SECONDS).await;
        assert_eq!(status.code(), Some(0), "{}", scene.bot.log());
        scene.saw("a close frame", 1, |seen| *seen == Seen::Close(1000)).await;
    }
}

/// The same while a reply is stuck, and while there is no Discord at all.
#[tokio::test]
async fn a_signal_ends_a_bot_that_waits() {
    let mut scene = Scene::new(&[]).await;
    scene.fail_next(super::stand_in::Fault::Hang, 1);
    let id = scene.post(scene.command(ASKER, "help", &[]));
    scene.until("it hangs", |discord| (discord.attempts(&id).len() == 1).then_some(())).await;
    scene.bot.signal("TERM");
    assert_eq!(scene.bot.ended_within(TWO_SECONDS).await.code(), Some(0));

    let discord = Discord::start().await;
    discord.change(|state| state.dead_introductions = usize::MAX);
    let mut bot = discord.bot(&[]);
    bot.logs("trying again").await;
    bot.signal("TERM");
    assert_eq!(bot.ended_within(TWO_SECONDS).await.code(), Some(0));
}
