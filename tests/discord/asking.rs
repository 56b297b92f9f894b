//! Commands and completion.

use serde_json::json;

use super::stand_in::{in_direct_message, option, typed};
use super::{ASKER, OTHER, SUGGESTING, Scene};

/// An answer comes with source, date, attribution, related questions and what one may say about it.
#[tokio::test]
async fn an_answer_is_complete() {
    let scene = Scene::new(&[]).await;
    let reply = scene.ask(ASKER, "who discovered the moons?").await;
    assert!(reply.is_public());
    assert_eq!(reply.title(), "who discovered the moons?");
    assert!(reply.text().starts_with("Galileo Galilei saw three"));
    assert_eq!(reply.field("Source"), Some("[Galilean moons](https://example.org/moons#Galilean_moons)"));
    assert_eq!(reply.field("Date"), Some("7 January 1610"));
    assert_eq!(reply.embed()["footer"]["text"], "From “Moons of Jupiter”, Example, CC BY-SA 4.0");
    assert_eq!(reply.embed()["color"], 0x0f_8a8a);
    let labels = reply.labels();
    assert!(labels.iter().any(|label| label.contains("Io")), "{labels:?}");
    assert!(labels.ends_with(&["👍", "👎", "Why this answer", "🗑"]), "{labels:?}");
    assert_eq!(labels.len(), 7);
}

/// `private` shows the reply to the asker only.
#[tokio::test]
async fn a_private_answer_is_private() {
    let scene = Scene::new(&[]).await;
    let question = || option("question", "what is Io");
    assert!(scene.run(ASKER, "ask", &[question(), option("private", true)]).await.is_private());
    assert!(scene.run(ASKER, "ask", &[question(), option("private", false)]).await.is_public());
}

/// A yes/no question is answered with its word, and a list of events without a single source.
#[tokio::test]
async fn kinds_of_answers() {
    let scene = Scene::new(&[]).await;
    assert!(scene.ask(ASKER, "is Io a planet?").await.text().starts_with("No. Io is"));
    let list = scene.ask(ASKER, "what happened in 1996?").await;
    assert!(list.text().contains("January 1996") && list.text().contains("December 1996"));
    assert_eq!(list.field("Date"), None);
    assert_eq!(list.labels(), ["👍", "👎", "Why this answer", "🗑"]);
}

/// What people write is shown as they wrote it, and pings and links nobody.
#[tokio::test]
async fn markup_in_a_question_is_escaped() {
    let scene = Scene::new(&SUGGESTING).await;
    let reply = scene.ask(ASKER, "what is **Io** [x] @everyone https://evil.example <b>").await;
    let title = reply.title();
    assert!(title.starts_with(r"what is \*\*Io\*\*"), "{title}");
    assert!(title.contains(r"\[x\]") && !title.contains("@everyone") && !title.contains("://"), "{title}");
}

/// What is nearly known is met with "did you mean".
#[tokio::test]
async fn suggestions_have_a_button_each() {
    let scene = Scene::new(&SUGGESTING).await;
    let reply = scene.ask(ASKER, "what is the ocean").await;
    assert!(reply.is_public());
    assert_eq!(reply.embed()["color"], 0xd9_9a1c);
    assert!(reply.text().contains("1. What is Europa?"), "{}", reply.text());
    let labels = reply.labels();
    assert!(
        labels.contains(&"1. What is Europa?") && labels.ends_with(&["None of these", "🗑"]),
        "{labels:?}"
    );
}

/// What is not known is admitted, for the asker only, with a menu of what is.
#[tokio::test]
async fn no_answer_is_private_and_offers_sections() {
    let scene = Scene::new(&[]).await;
    let reply = scene.ask(ASKER, "when did orbit 99 end").await;
    assert!(reply.is_private());
    assert!(reply.text().starts_with("I have no answer to that"), "{}", reply.text());
    let values: Vec<&str> = reply.menu()["options"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|option| option["value"].as_str())
        .collect();
    assert_eq!(values, ["galilean", "missions"]);
}

/// A greeting is greeted back, and what is no question is refused politely; both in private.
#[tokio::test]
async fn what_is_no_question_is_met_in_private() {
    let scene = Scene::new(&[]).await;
    let reply = scene.ask(ASKER, "hello").await;
    assert!(reply.is_private() && reply.text() == "Hello! Ask me about moons.");
    // Discord itself would hold people to 300 characters.
    let long = "ə".repeat(301);
    for (question, start) in
        [("", "There is no question"), ("  ", "There is no question"), (&long, "I cannot take this")]
    {
        let reply = scene.ask(ASKER, question).await;
        assert!(reply.is_private() && reply.text().starts_with(start), "{}", reply.text());
    }
}

/// A question at the limit, and of characters that count most, fits wherever it is shown.
#[tokio::test]
async fn the_longest_question_fits() {
    let scene = Scene::new(&SUGGESTING).await;
    for character in ["*", "ə", "🦀"] {
        let reply = scene.ask(ASKER, &character.repeat(300)).await;
        assert!(reply.kind() == 4);
    }
}

/// One too many in a row waits, and is told how long; other people, presses and completion do not.
#[tokio::test]
async fn the_cooldown_is_for_questions_of_one_person() {
    let scene =
        Scene::new(&[("DISCORD__COOLDOWN__QUESTIONS", "2"), ("DISCORD__COOLDOWN__SECONDS", "50")]).await;
    let first = scene.ask(ASKER, "what is Io").await;
    assert!(scene.message_command(ASKER, "what is Io").await.is_private());
    for refused in [scene.ask(ASKER, "what is Io").await, scene.message_command(ASKER, "what is Io").await] {
        assert!(refused.is_private());
        let text = refused.text();
        assert!(text.contains("ask again in 50 s") || text.contains("ask again in 4"), "{text}");
    }
    assert!(!scene.autocomplete("ask", &[typed("question", "io")]).await.is_empty());
    assert!(scene.press(&first, "Why", ASKER).await.text().contains("Decision"));
    assert!(scene.ask(OTHER, "what is Io").await.text().starts_with("Io is"));
}

/// Completion: a varied set at first, then what begins so, is spelt nearly so, or means it.
#[tokio::test]
async fn questions_are_completed() {
    let scene = Scene::new(&[]).await;
    let complete = async |text: &str| scene.autocomplete("ask", &[typed("question", text)]).await;
    let starters = complete("").await;
    assert!(starters.iter().any(|(name, _)| name.contains("Galilean")), "{starters:?}");
    assert!(starters.iter().any(|(name, _)| name.contains("Voyager")), "{starters:?}");
    assert!(starters.iter().all(|(name, value)| value == name), "{starters:?}");
    for (text, first) in
        [("what is eu", "What is Europa?"), ("EUROPA ICE", "What is Europa?"), ("galilaen", "Galilean")]
    {
        let choices = complete(text).await;
        assert!(choices.first().is_some_and(|(name, _)| name.contains(first)), "{text}: {choices:?}");
    }
    assert!(complete("qqqq zzzz").await.is_empty());
    assert!(scene.autocomplete("gone", &[typed("question", "io")]).await.is_empty());
}

/// "Answer this" answers a message, for the one who called it.
#[tokio::test]
async fn a_message_is_answered_in_private() {
    let scene = Scene::new(&[]).await;
    let reply = scene.message_command(ASKER, "what is Io").await;
    assert!(reply.is_private() && reply.text().starts_with("Io is"));
    let long = format!("<@42> {} what is Io? Thanks.", "I have read about moons all day long.".repeat(9));
    assert_eq!(scene.message_command(ASKER, &long).await.title(), "what is Io?");
    for (text, start) in [("", "This message has no text"), (&"long ".repeat(400), "This message is long")] {
        let reply = scene.message_command(ASKER, text).await;
        assert!(reply.is_private() && reply.text().starts_with(start), "{}", reply.text());
    }
}

/// What the bot is, and how it is used.
#[tokio::test]
async fn about_and_help_tell() {
    let scene = Scene::new(&[]).await;
    let about = scene.run(ASKER, "about", &[]).await;
    assert!(about.is_private() && about.text().contains("[Moons of Jupiter](https://example.org/moons)"));
    assert_eq!(about.field("Facts"), Some("17, 14 of them dated"));
    assert_eq!(about.field("Version"), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(about.field("Licence of the facts"), Some("[CC BY-SA 4.0](https://example.org/licence)"));
    let help = scene.run(ASKER, "help", &[]).await;
    assert!(help.is_private());
    for word in ["/ask", "/timeline", "/about", "Answer this"] {
        assert!(help.text().contains(word), "{word}");
    }
}

/// The latency is told once a heartbeat was acknowledged.
#[tokio::test]
async fn the_latency_is_measured() {
    let discord = super::Discord::start().await;
    discord.change(|state| state.heartbeat = 50);
    let scene = Scene::at(discord, &[]).await;
    scene.saw("heartbeats", 2, |seen| *seen == super::stand_in::Seen::Heartbeat).await;
    // The acknowledgement goes before the interaction on the same connection.
    let latency = scene.run(ASKER, "about", &[]).await;
    assert!(latency.field("Gateway latency").is_some_and(|text| text.ends_with(" ms")), "{}", latency.body);
}

/// Servers that are compatible with Discord leave things out.
#[tokio::test]
async fn members_that_may_be_missing_are_not_missed() {
    let scene = Scene::new(&[]).await;
    let optional = ["locale", "guild_locale", "attachment_size_limit", "entitlements", "app_permissions"];
    let more = ["authorizing_integration_owners", "context", "channel", "version", "application_id"];
    for missing in [&optional[..], &more[..]] {
        let mut interaction = scene.command(ASKER, "ask", &[option("question", "what is Io")]);
        for name in missing {
            interaction[*name] = json!(null);
        }
        assert!(scene.send(interaction.clone()).await.text().starts_with("Io is"));
        interaction["id"] = scene.command(ASKER, "ask", &[])["id"].take();
        for name in missing {
            interaction.as_object_mut().unwrap().remove(*name);
        }
        assert!(scene.send(interaction).await.text().starts_with("Io is"));
    }
    let interaction = in_direct_message(scene.command(ASKER, "ask", &[option("question", "what is Io")]));
    assert!(scene.send(interaction).await.text().starts_with("Io is"));
}

/// What is newer than the bot does not disturb it.
#[tokio::test]
async fn unknown_events_interactions_and_commands_are_harmless() {
    let scene = Scene::new(&[]).await;
    scene.dispatch("SOMETHING_NEW", &json!({"id": 1, "deep": {"list": [null]}}));
    scene.dispatch("GUILD_CREATE", &json!({"id": "1", "members": "not as expected"}));
    scene.dispatch("INTERACTION_CREATE", &json!({"id": "no number"}));
    scene.dispatch("INTERACTION_CREATE", &json!(null));
    scene.send_raw(&json!({"op": 99, "d": null, "s": null, "t": null}));
    scene.send_raw(&json!({"op": 11, "d": null}));
    for kind in [1, 77] {
        scene.post(scene.interaction(ASKER, kind, &json!({"custom_id": "1:sections", "components": []})));
    }
    let form = json!({"custom_id": "form", "components": []});
    assert!(scene.send(scene.interaction(ASKER, 5, &form)).await.is_private(), "no form is open any more");
    let reply = scene.run(ASKER, "gone", &[]).await;
    assert!(reply.is_private() && reply.text().contains("do not know this command"));
    assert!(scene.ask(ASKER, "what is Io").await.text().starts_with("Io is"));
    assert_eq!(scene.requests_to("/callback").len(), 3, "unknown kinds get no reply");
}

/// The shipped base: the same program without a folder.
#[tokio::test]
async fn the_shipped_base_is_served() {
    let discord = super::Discord::start().await;
    let _bot = discord.serve(&[]).await;
    let reply = discord.ask(ASKER, "how long is the border?").await;
    assert!(reply.text().contains("17 km"), "{}", reply.text());
    assert!(reply.embed()["footer"]["text"].as_str().unwrap().contains("Azerbaijan–Turkey relations"));
    assert_eq!(discord.autocomplete("ask", &[typed("question", "")]).await.len(), 25);
    let picture = discord.run(ASKER, "timeline", &[]).await;
    assert_eq!(picture.files.len(), 1);
    let nothing = discord.ask(ASKER, "who won the football match yesterday").await;
    assert!(nothing.is_private());
    for option in nothing.menu()["options"].as_array().unwrap() {
        discord.choose(&nothing, option["value"].as_str().unwrap(), ASKER).await;
    }
}
