//! Buttons and menus: whose press does what, on which message, and for how long.

use super::stand_in::{Reply, as_moderator, in_direct_message};
use super::{ASKER, OTHER, SUGGESTING, Scene};

async fn answered(scene: &Scene) -> Reply {
    scene.ask(ASKER, "what is Io").await
}

/// The asker picks a suggestion: the same message becomes the answer. Somebody else gets it alone.
#[tokio::test]
async fn a_suggestion_is_picked() {
    let scene = Scene::new(&SUGGESTING).await;
    let reply = scene.ask(ASKER, "what is the ocean").await;
    let other = scene.press(&reply, "What is Europa?", OTHER).await;
    assert!(other.is_private() && other.text().starts_with("Europa is covered"));
    let picked = scene.press(&reply, "What is Europa?", ASKER).await;
    assert_eq!(picked.kind(), 7);
    assert_eq!(picked.message_id(), reply.message_id());
    assert!(picked.text().starts_with("Europa is covered"));
    assert_eq!(picked.title(), "What is Europa?");
    // The new buttons work as those of any answer.
    assert!(scene.press(&picked, "👍", OTHER).await.is_private());
    // Somebody else's own message is theirs.
    assert_eq!(scene.press(&other, "🗑", OTHER).await.kind(), 6);
}

/// "None of these" opens the menu of sections, in private.
#[tokio::test]
async fn none_of_these_leads_to_the_sections() {
    let scene = Scene::new(&SUGGESTING).await;
    let reply = scene.ask(ASKER, "what is the ocean").await;
    for user in [ASKER, OTHER] {
        let menu = scene.press(&reply, "None of these", user).await;
        assert!(menu.is_private());
        let section = scene.choose(&menu, "missions", user).await;
        assert_eq!((section.kind(), section.title()), (7, "Missions"));
    }
}

/// A related question: the asker's next answer is as public as the one before, others get their own.
#[tokio::test]
async fn related_questions_are_answered() {
    let scene = Scene::new(&[]).await;
    let reply = answered(&scene).await;
    let next = scene.press(&reply, "discovered", ASKER).await;
    assert!(next.is_public() && next.text().starts_with("Galileo Galilei"));
    assert!(scene.press(&reply, "discovered", OTHER).await.is_private());
    let private = scene.message_command(ASKER, "what is Io").await;
    assert!(scene.press(&private, "discovered", ASKER).await.is_private());
}

/// Votes are thanked for in private and counted without a name.
#[tokio::test]
async fn votes_are_taken() {
    let mut scene = Scene::new(&[]).await;
    let reply = answered(&scene).await;
    for (symbol, helpful) in [("👍", "helpful=true"), ("👎", "helpful=false")] {
        let thanks = scene.press(&reply, symbol, OTHER).await;
        assert!(thanks.is_private() && thanks.text().starts_with("Thank you"));
        let line = scene.bot.logs(helpful).await;
        assert!(line.contains("io") && !line.contains(&OTHER.to_string()), "{line}");
    }
}

/// "Why this answer" explains the question as it was asked, to whoever wants to know.
#[tokio::test]
async fn an_answer_is_explained() {
    let scene = Scene::new(&[]).await;
    let reply = scene.ask(ASKER, "what is *Io*").await;
    let why = scene.press(&reply, "Why this answer", OTHER).await;
    assert!(why.is_private());
    assert!(why.text().contains("**Decision:**") && why.text().contains("What is Io"), "{}", why.text());
    let list = scene.ask(ASKER, "what happened in 1996").await;
    assert!(scene.press(&list, "Why this answer", ASKER).await.is_private());
}

/// The asker takes a reply away, and so does a moderator; nobody else.
#[tokio::test]
async fn only_the_asker_and_moderators_delete() {
    let scene = Scene::new(&[]).await;
    let reply = answered(&scene).await;
    let refused = scene.press(&reply, "🗑", OTHER).await;
    assert!(refused.is_private() && refused.text().starts_with("Only the one who asked"));
    assert!(scene.has_message(&reply));
    assert_eq!(scene.press(&reply, "🗑", ASKER).await.kind(), 6);
    scene.deleted(&reply).await;

    let reply = answered(&scene).await;
    let press = as_moderator(scene.pressed(&reply, &reply.button("🗑"), None, OTHER));
    assert_eq!(scene.send(press).await.kind(), 6);
    scene.deleted(&reply).await;

    let reply = answered(&scene).await;
    let press = in_direct_message(scene.pressed(&reply, &reply.button("🗑"), None, ASKER));
    assert_eq!(scene.send(press).await.kind(), 6);
    scene.deleted(&reply).await;
}

/// What cannot be taken away at once is tried again; where that is in vain, the one who pressed is told.
#[tokio::test]
async fn a_failing_deletion_is_tried_again_and_told() {
    let scene = Scene::new(&[]).await;
    let reply = answered(&scene).await;
    scene.change(|state| state.dead_deletions = 1);
    scene.press(&reply, "🗑", ASKER).await;
    scene.deleted(&reply).await;

    let reply = answered(&scene).await;
    scene.change(|state| state.dead_deletions = usize::MAX);
    let press = scene.pressed(&reply, &reply.button("🗑"), None, ASKER);
    let path = format!("/{}", press["token"].as_str().unwrap());
    scene.send(press).await;
    let told = scene.until("a word about it", |discord| discord.requests_to(&path).pop()).await;
    assert_eq!((told.method.as_str(), &told.body["flags"]), ("POST", &serde_json::json!(64)));
    assert_eq!(told.body["allowed_mentions"]["parse"], serde_json::json!([]));
    assert!(scene.has_message(&reply));
}

/// A section is opened in the private message that offered it, and its questions are answered.
#[tokio::test]
async fn sections_are_opened() {
    let scene = Scene::new(&[]).await;
    let nothing = scene.ask(ASKER, "when did orbit 99 end").await;
    let section = scene.choose(&nothing, "galilean", ASKER).await;
    assert_eq!((section.kind(), section.title()), (7, "Galilean moons"));
    assert!(section.text().starts_with("The four Galilean moons are"));
    let chosen: Vec<&str> = section.menu()["options"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|option| option["default"] == true)
        .filter_map(|option| option["value"].as_str())
        .collect();
    assert_eq!(chosen, ["galilean"]);
    let answer = scene.press(&section, "What is Europa?", ASKER).await;
    assert!(answer.is_private() && answer.text().starts_with("Europa"));
    let missions = scene.choose(&section, "missions", ASKER).await;
    assert_eq!((missions.kind(), missions.title()), (7, "Missions"));
}

/// Everything on a message works after the bot was restarted.
#[tokio::test]
async fn old_messages_outlive_the_process() {
    let scene = Scene::new(&SUGGESTING).await;
    let suggestions = scene.ask(ASKER, "what is the ocean").await;
    let answer = answered(&scene).await;
    let years = scene.run(ASKER, "timeline", &[]).await;
    let scene = scene.restarted(&[]).await;
    assert_eq!(scene.press(&suggestions, "What is Europa?", ASKER).await.kind(), 7);
    assert!(scene.press(&answer, "discovered", ASKER).await.is_public());
    assert!(scene.press(&answer, "Why", ASKER).await.text().contains("What is Io"));
    assert!(scene.press(&answer, "👎", ASKER).await.is_private());
    assert_eq!(scene.choose(&years, "1979", ASKER).await.title(), "Timeline · 1979");
    assert_eq!(scene.press(&answer, "🗑", ASKER).await.kind(), 6);
    scene.deleted(&answer).await;
}

/// Ids of other versions, of facts that are gone, and made-up ones get a polite word.
#[tokio::test]
async fn stale_and_forged_ids_get_a_polite_reply() {
    let scene = Scene::new(&[]).await;
    let reply = answered(&scene).await;
    let long = "1:open:".to_owned() + &"x".repeat(93);
    let ids = [
        "0:pick:1:io",
        "2:sections",
        "1:pick:x:io",
        "1:open:gone",
        "1:open:#0123456789abcdef",
        "1:related:1:gone",
        "1:years:1:1996:1996:-1:e",
        "1:years:1:99999:1:0:e",
        "1:delete:",
        "vote:yes",
        "🦀🦀🦀",
        "",
        &long,
    ];
    for id in ids {
        let stale = scene.forge(&reply, id, ASKER).await;
        assert!(stale.is_private() && stale.text().contains("older version"), "{id}: {}", stale.text());
    }
    let nothing = scene.ask(ASKER, "when did orbit 99 end").await;
    assert!(scene.choose(&nothing, "gone", ASKER).await.text().contains("older version"));
    let years = scene.run(ASKER, "timeline", &[]).await;
    assert!(scene.choose(&years, "next year", ASKER).await.text().contains("older version"));
    // Where an id is valid though no button has it, it does what it says and no more.
    let far = format!("1:years:{ASKER}:-32768:32767:999:f");
    assert_eq!(scene.forge(&reply, &far, ASKER).await.kind(), 7);
    assert!(scene.forge(&reply, "1:helpful:gone", ASKER).await.is_private());
    let forged = format!("1:delete:{ASKER}");
    assert!(scene.forge(&reply, &forged, OTHER).await.is_private());
}
