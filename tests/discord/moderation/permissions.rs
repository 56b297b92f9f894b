//! Who may: every role with every command, completion, button and form, forged where nobody would be shown one.

use std::collections::BTreeSet;

use relations_bot::discord::custom_id::FactKey;
use relations_bot::discord::moderating::ids::{ListId, ModeratorId, SectionKey, Turn};
use relations_bot::knowledge::Polarity;
use relations_bot::moderation::edits::Revision;
use serde_json::json;

use super::super::OTHER;
use super::super::base::{GALILEAN, GALILEAN_FILE};
use super::super::stand_in::{Place, option, subcommand, typed};
use super::*;

const DENIED: &str = "Only moderators of this bot can do that";
const ADMINISTRATOR: u64 = 1 << 3;
const MANAGE_MESSAGES: u64 = 1 << 13;
const TABLES: [&str; 6] = ["change", "edit", "draft", "missed", "missed_wording", "missed_without_one"];
const OTHER_GUILD: u64 = 77;

/// Those who may not, each with an account of their own.
fn outsiders() -> Vec<(&'static str, u64, Person)> {
    let usual = Person::with(0);
    let elsewhere = Person { place: Place::Guild(OTHER_GUILD), ..usual };
    let people = [
        ("a member", usual),
        ("a member with another role", Person { role: Some(ROLE + 1), ..usual }),
        ("one who may only delete messages", Person::with(MANAGE_MESSAGES)),
        ("one who may do all but manage the server", Person::with(!(MANAGE_GUILD | ADMINISTRATOR))),
        ("a moderator of another server", Person { permissions: MANAGE_GUILD, ..elsewhere }),
        ("an administrator of another server", Person { permissions: ADMINISTRATOR, ..elsewhere }),
        ("one with the role's id in another server", Person { role: Some(ROLE), ..elsewhere }),
        (
            "a moderator in a direct message",
            Person { place: Place::DirectMessage, ..Person::with(MANAGE_GUILD) },
        ),
        ("somebody who is no member", Person { place: Place::Unknown, ..Person::with(ADMINISTRATOR) }),
    ];
    (2_000..).zip(people).map(|(user, (name, person))| (name, user, person)).collect()
}

/// Those who may.
fn insiders() -> Vec<(&'static str, u64, Person)> {
    let people = [
        ("a moderator by permission", Person::with(MANAGE_GUILD)),
        ("a moderator by role", Person { role: Some(ROLE), ..Person::with(0) }),
        ("an administrator", Person::with(ADMINISTRATOR)),
    ];
    (3_000..).zip(people).map(|(user, (name, person))| (name, user, person)).collect()
}

/// Something to be done.
#[derive(Debug, Clone)]
enum Deed {
    Command(&'static str, Vec<Value>),
    Typing(&'static str, Vec<Value>),
    Press(String, Option<String>),
    Send(String),
}

/// Everything that there is for moderators. `drafts` are those of several people.
fn deeds(drafts: &[i64]) -> Vec<Deed> {
    let id = || option("id", "io");
    let sub = |name: &'static str, options: &[Value]| vec![subcommand(name, options)];
    let alias = [option("of", "europa"), option("alias", "ice ball")];
    let question = || option("question", "how cold is Callisto");
    let mut deeds: Vec<Deed> = [
        ("fact", sub("add", &[option("section", "missions")])),
        ("fact", sub("edit", &[id()])),
        ("fact", sub("edit", &[id(), option("section", "missions")])),
        ("fact", sub("retire", &[id(), option("reason", "forged")])),
        ("fact", sub("show", &[id()])),
        ("fact", sub("list", &[])),
        ("fact", sub("list", &[option("edited", true), option("query", "io")])),
        ("fact", sub("history", &[])),
        ("fact", sub("history", &[id()])),
        ("fact", sub("undo", &[option("change", 1)])),
        ("fact", sub("test", &[option("question", "what is Io")])),
        ("fact", sub("alias", &alias)),
        ("fact", sub("export", &[])),
        ("fact", sub("reload", &[])),
        ("fact", sub("no-such", &[])),
        ("fact", Vec::new()),
        ("missed", Vec::new()),
        ("missed", vec![question()]),
        ("missed", vec![question(), option("fact", "voyager")]),
        ("missed", vec![option("search", "cold")]),
        ("missed", vec![option("forget", true)]),
    ]
    .map(|(name, options)| Deed::Command(name, options))
    .to_vec();
    for (subcommand, option) in [
        ("add", "section"),
        ("edit", "id"),
        ("edit", "section"),
        ("retire", "id"),
        ("show", "id"),
        ("list", "section"),
        ("history", "id"),
        ("undo", "change"),
        ("alias", "of"),
    ] {
        deeds.push(Deed::Typing("fact", sub(subcommand, &[typed(option, "")])));
    }
    deeds.push(Deed::Typing("missed", vec![typed("question", "")]));
    deeds.push(Deed::Typing("missed", vec![typed("fact", "")]));
    for id in ids(drafts) {
        let values: &[Option<&str>] = match &id {
            ModeratorId::OpenFact => &[Some("io"), None],
            ModeratorId::OpenChange | ModeratorId::OpenMissed => &[Some("1"), Some("x"), None],
            ModeratorId::NewFact(_) => &[Some("missions"), None],
            _ => &[None],
        };
        let values = values.iter().map(|value| value.map(str::to_owned));
        deeds.extend(values.map(|value| Deed::Press(id.to_string(), value)));
        // Whatever the id is of, somebody may send it as that of a form.
        deeds.push(Deed::Send(id.to_string()));
    }
    for broken in ["m1:", "m0:save:1", "m2:save:1", "m1:save:x", "m1:forget:all", "m99:forget"] {
        deeds.push(Deed::Press(broken.to_owned(), None));
        deeds.push(Deed::Send(broken.to_owned()));
    }
    deeds
}

/// An id of every sort, with contents that make sense.
fn ids(drafts: &[i64]) -> Vec<ModeratorId> {
    let fact = || FactKey::of_id("io");
    let section = || SectionKey::of("missions");
    let list = |edited| ListId {
        section: Some(section()),
        edited,
        page: 0,
        turn: Turn::On,
        words: "orbit".to_owned(),
    };
    let mut ids = vec![
        ModeratorId::List(list(false)),
        ModeratorId::List(list(true)),
        ModeratorId::OpenFact,
        ModeratorId::Fact(fact()),
        ModeratorId::Edit(fact()),
        ModeratorId::Retire(fact()),
        ModeratorId::Keep(fact()),
        ModeratorId::GiveUp(fact()),
        ModeratorId::History(None, usize::MAX, Turn::On),
        ModeratorId::History(Some(fact()), 0, Turn::Here),
        ModeratorId::OpenChange,
        ModeratorId::Undo(1),
        ModeratorId::Missed(usize::MAX, Turn::Back, String::new()),
        ModeratorId::Missed(0, Turn::Here, "cold".to_owned()),
        ModeratorId::OpenMissed,
        ModeratorId::AddForm(section(), None),
        ModeratorId::AddForm(section(), Some(1)),
        ModeratorId::EditForm(fact(), None, Revision::of(None)),
        ModeratorId::EditForm(fact(), Some(section()), Revision::of(Some("text"))),
    ];
    for missed in [1, 2] {
        ids.extend(
            [None, Some(Polarity::Yes), Some(Polarity::No)].map(|p| ModeratorId::Teach(missed, fact(), p)),
        );
        ids.push(ModeratorId::NewFact(missed));
        ids.push(ModeratorId::NotForUs(missed));
    }
    for draft in drafts.iter().copied().chain([0, -1, i64::MAX]) {
        ids.push(ModeratorId::Over(draft));
        ids.push(ModeratorId::Revise(draft));
        ids.push(ModeratorId::ReviseForm(draft));
        ids.push(ModeratorId::Save(draft));
        ids.push(ModeratorId::Cancel(draft));
    }
    // What takes away what the others need comes last.
    ids.push(ModeratorId::Dismiss(1));
    ids.push(ModeratorId::Forget);
    ids
}

/// The sort of an id. A new one has to be named here, and then forged above.
fn sort(id: &ModeratorId) -> &'static str {
    match id {
        ModeratorId::Save(_) => "save",
        ModeratorId::Cancel(_) => "cancel",
        ModeratorId::Revise(_) => "revise",
        ModeratorId::Over(_) => "over",
        ModeratorId::List(_) => "list",
        ModeratorId::OpenFact => "openfact",
        ModeratorId::Fact(_) => "fact",
        ModeratorId::Edit(_) => "edit",
        ModeratorId::Retire(_) => "retire",
        ModeratorId::Keep(_) => "keep",
        ModeratorId::GiveUp(_) => "giveup",
        ModeratorId::History(..) => "history",
        ModeratorId::OpenChange => "openchange",
        ModeratorId::Undo(_) => "undo",
        ModeratorId::Missed(..) => "missed",
        ModeratorId::OpenMissed => "openmissed",
        ModeratorId::Teach(..) => "teach",
        ModeratorId::NewFact(_) => "newfact",
        ModeratorId::NotForUs(_) => "notforus",
        ModeratorId::Dismiss(_) => "dismiss",
        ModeratorId::Forget => "forget",
        ModeratorId::AddForm(..) => "add",
        ModeratorId::EditForm(..) => "form",
        ModeratorId::ReviseForm(_) => "reviseform",
    }
}
const SORTS: usize = 24;

#[test]
fn an_id_of_every_sort_is_forged() {
    let forged: BTreeSet<&str> = ids(&[1]).iter().map(sort).collect();
    assert_eq!(forged.len(), SORTS, "{forged:?}");
}

/// A bot with an edit over a changed file, missed questions, and drafts of a moderator and of each of those people.
async fn prepared(people: &[(&'static str, u64, Person)]) -> (Office, Reply, Vec<i64>) {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", "Hot.").await;
    let file = office.base.path().join(GALILEAN_FILE);
    fs::write(file, GALILEAN.replace("Io is the innermost", "Io is by far the innermost")).unwrap();
    for question in ["how cold is Callisto", "when did orbit 99 end"] {
        office.ask(OTHER, question).await;
    }
    office.becomes("SELECT count(*) FROM missed", "2").await;
    let mut drafts = Vec::new();
    let mut message = None;
    for user in people.iter().map(|(_, user, _)| *user).chain([MODERATOR]) {
        // They were moderators once.
        office.knows(user, Person::with(MANAGE_GUILD));
        let form = office.form(user, "europa").await.with("answer", &format!("Forged by {user}."));
        let preview = office.submit(&form, user).await;
        drafts.push(preview.button("Save").rsplit(':').next().unwrap().parse().unwrap());
        message = Some(preview);
    }
    for (_, user, person) in people {
        office.knows(*user, *person);
    }
    (office, message.unwrap(), drafts)
}

/// The interaction that a deed is.
fn does(office: &Office, user: u64, deed: &Deed, on: &Reply) -> Value {
    match deed {
        Deed::Command(name, options) => office.command(user, name, options),
        Deed::Typing(name, options) => {
            office.interaction(user, 4, &json!({"id": "1", "type": 1, "name": name, "options": options}))
        }
        Deed::Press(id, value) => office.pressed(on, id, value.as_deref(), user),
        Deed::Send(id) => {
            let fields = ["answer", "questions", "changes", "date", "event", "reason"];
            let fields = fields.map(|field| (field.to_owned(), String::new())).to_vec();
            let message = on.message.clone();
            let form = Form { title: String::new(), custom_id: id.clone(), fields, message };
            let form =
                form.with("answer", "Forged.").with("questions", "is it forged").with("reason", "none");
            office.submission(&form, user)
        }
    }
}

/// Whoever may not gets a refusal, whatever they do, and nothing changes by it.
#[tokio::test]
async fn nobody_else_can_do_anything() {
    let people = outsiders();
    let (mut office, message, drafts) = prepared(&people).await;
    let before = office.rows(&TABLES).await;
    let served = office.answer("what is Europa").await;
    let deeds = deeds(&drafts);
    let mut tried = 0;
    for (name, user, _) in &people {
        for deed in &deeds {
            let reply = office.send(does(&office, *user, deed, &message)).await;
            let is_denied = if matches!(deed, Deed::Typing(..)) {
                reply.kind() == 8 && reply.choices().is_empty()
            } else {
                reply.is_private() && reply.text().starts_with(DENIED)
            };
            assert!(is_denied, "{name}: {deed:?}: {}", reply.body);
            tried += 1;
        }
        assert_eq!(office.rows(&TABLES).await, before, "{name} has changed something");
    }
    println!("{tried} deeds of {} people changed nothing", people.len());
    assert_eq!(office.answer("what is Europa").await, served);
    let log = office.stop().await;
    assert!(!log.contains("panicked") && !log.contains("ERROR") && !log.contains("WARN"), "{log}");
}

/// Whoever may is never refused as somebody who may not, and nothing that is forged breaks anything.
#[tokio::test]
async fn moderators_can_do_everything() {
    let people = insiders();
    for (name, user, person) in &people {
        let (mut office, message, drafts) = prepared(&people).await;
        let others: Vec<String> = office.rows(&["draft"]).await;
        for deed in &deeds(&drafts) {
            let reply = office.send(does(&office, *user, deed, &message)).await;
            let text = reply.text();
            assert!(!text.starts_with(DENIED), "{name}: {deed:?}");
            assert!(!text.starts_with("Something went wrong"), "{name}: {deed:?}");
            assert!(!text.starts_with("That did not work"), "{name}: {deed:?}: {text}");
            assert!(
                reply.is_private() || [7, 8, 9].contains(&reply.kind()),
                "{name}: {deed:?}: {}",
                reply.body
            );
        }
        // Each draft was pressed "Save" on: only the own ones may have been saved.
        let foreign =
            format!("SELECT count(*) FROM change WHERE author NOT IN ('{user}', '{MODERATOR}', 'bot')");
        assert_eq!(office.value(&foreign).await, "0", "{name}");
        let left = office.rows(&["draft"]).await;
        let own = format!(" | {user} | ");
        for draft in others.iter().filter(|draft| !draft.contains(&own)) {
            assert!(left.contains(draft), "{name} has taken {draft}");
        }
        assert_eq!(person.place, Place::Guild(GUILD));
        let log = office.stop().await;
        assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
    }
}

/// Somebody's "Save" is worth nothing once they are no moderator any more.
#[tokio::test]
async fn a_moderator_who_is_one_no_longer_saves_nothing() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Hot.");
    let preview = office.submit(&form, MODERATOR).await;
    office.knows(MODERATOR, Person::with(0));
    let refused = office.press(&preview, "Save", MODERATOR).await;
    assert!(refused.is_private() && refused.text().starts_with(DENIED), "{}", refused.text());
    assert_eq!(office.rows(&["change"]).await, [""; 0]);
    office.knows(MODERATOR, Person { role: Some(ROLE), ..Person::with(0) });
    office.save(&preview, MODERATOR).await;
}

/// Without guilds in the configuration nobody is a moderator, and without a database nothing can be kept.
#[tokio::test]
async fn what_is_not_configured_is_told() {
    let office = Office::new(&[("MODERATION__GUILDS", "")]).await;
    let refused = office.fact(MODERATOR, "list", &[]).await;
    assert!(refused.text().starts_with(DENIED), "{}", refused.text());
    let office = Office::new(&[("MODERATION__DATABASE", "off")]).await;
    let refused = office.fact(MODERATOR, "list", &[]).await;
    assert!(refused.text().starts_with("Changes cannot be kept: this bot runs without a database"));
    assert!(office.complete(MODERATOR, "fact", &[subcommand("edit", &[typed("id", "")])]).await.is_empty());
    let refused = office.fact(ASKER, "list", &[]).await;
    assert!(refused.text().starts_with(DENIED), "{}", refused.text());
    office.ask(ASKER, "how cold is Callisto").await;
}

/// What moderators see stays theirs, also where they press what somebody has put on a public message.
#[tokio::test]
async fn nothing_of_moderation_is_shown_in_public() {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", "Hot.").await;
    let public = office.ask(ASKER, "what is Io").await;
    assert!(public.is_public());
    for id in ids(&[1]) {
        let reply = office.forge(&public, &id.to_string(), MODERATOR).await;
        private(reply);
    }
    let form = office.form(MODERATOR, "io").await.with("answer", "Hotter.");
    let sent = office.submit(&Form { message: public.message.clone(), ..form }, MODERATOR).await;
    assert!(sent.is_private() && sent.title() == "Change the fact “io”?", "{}", sent.body);
}

/// An interaction of nobody at all gets no reply, and changes nothing.
#[tokio::test]
async fn an_interaction_of_nobody_is_left_alone() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Hot.");
    let preview = office.submit(&form, MODERATOR).await;
    let before = office.rows(&TABLES).await;
    let mut press = office.pressed(&preview, &preview.button("Save"), None, MODERATOR);
    press["member"] = Value::Null;
    office.post(press);
    assert!(office.ask(ASKER, "what is Io").await.is_public());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(office.rows(&TABLES).await, before);
}
