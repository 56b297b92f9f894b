//! What replies look like, as JSON, and that they keep to Discord's limits whatever is in the base.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a step of a test that fails is a failed test"
)]

use std::time::Duration;

use relations_bot::assistant::{Assistant, Outcome, Reply, SectionRef};
use relations_bot::config::Config;
use relations_bot::discord::limits;
use relations_bot::discord::render::{self, About, Look, Part, Shown};
use relations_bot::discord::response::{Message, Response, Visibility};
use relations_bot::explanation::explain;
use relations_bot::knowledge::{Fact, FactBase, KnowledgeFile, KnowledgeFiles, load};
use relations_bot::matcher::Matcher;
use serde_json::Value;
use serenity::model::id::UserId;

const ASKER: UserId = UserId::new(500);

fn base(files: &[(&str, String)]) -> FactBase {
    let files = files
        .iter()
        .map(|(path, text)| KnowledgeFile { path: (*path).to_owned(), bytes: text.clone().into_bytes() });
    load(&KnowledgeFiles(files.collect())).usable().unwrap()
}

/// A small base whose text does not change.
fn moons() -> FactBase {
    let source = r#"
[article]
title = "Moons of Jupiter"
url = "https://example.org/moons"
publisher = "Example"
licence = "CC BY-SA 4.0"
licence_url = "https://example.org/licence"
[[section]]
id = "galilean"
title = "Galilean moons"
anchor = "Galilean_moons"
[[section]]
id = "missions"
title = "Missions"
anchor = "Missions"
"#;
    let galilean = r#"
section = "galilean"
[[fact]]
id = "galilean-overview"
answer = "The Galilean moons are Io, Europa, Ganymede and Callisto."
questions = ["what are the Galilean moons"]
[[fact]]
id = "io"
answer = "Io is the innermost of the four Galilean moons."
questions = ["what is Io", "tell me about Io"]
related = ["galileo"]
[[fact]]
id = "discovery"
date = "1610-01-07"
event = "Galileo Galilei sees three of the moons."
answer = "Galileo Galilei saw the first three of them on 7 January 1610."
questions = ["when were the moons discovered", "who discovered the moons"]
"#;
    let missions = r#"
section = "missions"
[[fact]]
id = "galileo"
date = "1995/2003"
event = "The probe *Galileo* orbits Jupiter."
answer = "The probe Galileo orbited Jupiter from 1995 to 2003."
questions = ["what did the probe Galileo do"]
"#;
    base(&[
        ("source.toml", source.to_owned()),
        ("en/galilean.toml", galilean.to_owned()),
        ("en/missions.toml", missions.to_owned()),
    ])
}

fn look(base: &FactBase) -> Look<'_> {
    Look { base, colours: Config::load(None).unwrap().discord.colours }
}

fn body(response: &Response) -> Value {
    serde_json::to_value(&response.body).unwrap()
}

fn reply(message: Message) -> Value {
    body(&message.reply(Visibility::Public))
}

fn shown<'a>(question: &'a str, fact: &'a Fact, section: &'a SectionRef) -> Shown<'a> {
    Shown { question, text: &fact.answer, section: Some(section), date: fact.date, fact: Some(fact) }
}

fn suggesting(base: &FactBase, question: &str) -> Reply {
    let mut reply = Assistant::new(Matcher::train(base.clone(), None), <_>::default()).ask(question).unwrap();
    reply.outcome = Outcome::Suggest;
    "Did you mean one of these?".clone_into(&mut reply.text);
    reply.suggestions = base
        .facts
        .iter()
        .take(4)
        .map(|fact| relations_bot::assistant::Suggestion {
            fact: fact.id.clone(),
            question: fact.question.clone(),
            answer: fact.answer.clone(),
            section: SectionRef::of(base, fact),
        })
        .collect();
    reply
}

#[test]
fn an_answer_has_source_date_related_questions_and_a_say() {
    let base = moons();
    let fact = base.fact("discovery").unwrap();
    let section = SectionRef::of(&base, fact);
    let message =
        render::answer(look(&base), &shown("when **were** they seen, @everyone?", fact, &section), ASKER);
    insta::assert_json_snapshot!("answer", reply(message));
}

#[test]
fn suggestions_have_a_button_each() {
    let base = moons();
    let suggesting = suggesting(&base, "moons?");
    insta::assert_json_snapshot!(
        "suggestions",
        reply(render::suggestions(look(&base), "moons?", &suggesting, ASKER))
    );
}

#[test]
fn no_answer_shows_what_there_is() {
    let base = moons();
    let message = render::nothing_found(look(&base), "how heavy is Titan?", "I have no answer to that.");
    insta::assert_json_snapshot!("nothing_found", body(&message.reply(Visibility::Private)));
}

#[test]
fn a_section_opens_with_its_overview() {
    let base = moons();
    let message = render::section(look(&base), "galilean").unwrap();
    insta::assert_json_snapshot!("section", body(&message.update()));
    assert!(render::section(look(&base), "rings").is_none());
}

#[test]
fn why_tells_the_decision_and_the_words() {
    let base = moons();
    let assistant = Assistant::new(Matcher::train(base.clone(), None), <_>::default());
    let question = "what is Io made of";
    let message = render::why(look(&base), question, &explain(&assistant, question));
    let text = reply(message)["data"]["embeds"][0]["description"].as_str().unwrap().to_owned();
    assert!(text.starts_with("**Decision:** "), "{text}");
    assert!(text.contains("What is Io?") && text.contains("made"), "{text}");
}

#[test]
fn timelines_lead_to_the_next_years_and_escape_what_they_quote() {
    let base = moons();
    let part = |years| Part { years, page: 0 };
    insta::assert_json_snapshot!(
        "timeline_year",
        reply(render::part(look(&base), part((1995, 1995)), ASKER))
    );
    insta::assert_json_snapshot!(
        "timeline_nothing",
        reply(render::part(look(&base), part((1700, 1700)), ASKER))
    );
    let overview = render::overview(look(&base), Some(vec![1, 2, 3].into()), ASKER);
    insta::assert_json_snapshot!("timeline_overview", reply(overview));
}

#[test]
fn about_and_help_are_as_reviewed() {
    let base = moons();
    let about = About { uptime: Duration::from_secs(93_784), latency: Some(Duration::from_millis(42)) };
    let mut told = reply(render::about(look(&base), about));
    let fields = told["data"]["embeds"][0]["fields"].as_array_mut().unwrap();
    let version = fields.iter_mut().find(|field| field["name"] == "Version").unwrap();
    assert_eq!(version["value"], env!("CARGO_PKG_VERSION"));
    version["value"] = "…".into();
    insta::assert_json_snapshot!("about", told);
    insta::assert_json_snapshot!("help", reply(render::help(look(&base))));
}

/// A base in which everything is as long as it may be, and there is much of it.
fn huge() -> FactBase {
    let article = format!("[article]\ntitle = \"{}\"\nurl = \"https://example.org\"\n", "ə".repeat(3_000));
    let mut source = vec![article];
    let mut files = Vec::new();
    for section in 0..40 {
        let id = format!("section-{section}-{}", "s".repeat(60));
        let title = "ş".repeat(300);
        source.push(format!("[[section]]\nid = \"{id}\"\ntitle = \"{title}\"\nanchor = \"{section}\"\n"));
        let facts = (0..8).map(|fact| {
            format!(
                "[[fact]]\nid = \"fact-{section}-{fact}-{}\"\ndate = \"{}\"\nevent = \"{}\"\nanswer = \"{}\"\nquestions = [\"question {section} {fact} {}\"]\n",
                "f".repeat(80),
                1_500 + section * 8 + fact,
                "ğ".repeat(180),
                "ı".repeat(500),
                "what ".repeat(60)
            )
        });
        let text: Vec<String> = std::iter::once(format!("section = \"{id}\"\n")).chain(facts).collect();
        files.push((format!("en/section-{section}.toml"), text.concat()));
    }
    files.push(("source.toml".to_owned(), source.concat()));
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    base(&files)
}

/// Every text of a message, by what Discord allows for it.
fn assert_within_limits(what: &str, body: &Value) {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let within = |part: &str, value: &Value, limit: usize| {
        assert!(
            length(value) <= limit,
            "{what}: {part} has {} characters, {limit} are allowed",
            length(value)
        );
    };
    let data = &body["data"];
    let embed = &data["embeds"][0];
    within("title", &embed["title"], limits::EMBED_TITLE);
    within("description", &embed["description"], limits::EMBED_DESCRIPTION);
    within("footer", &embed["footer"]["text"], limits::EMBED_FOOTER);
    let mut total =
        length(&embed["title"]) + length(&embed["description"]) + length(&embed["footer"]["text"]);
    for field in embed["fields"].as_array().into_iter().flatten() {
        within("field", &field["value"], limits::EMBED_FIELD_VALUE);
        assert!(length(&field["value"]) > 0, "{what}: an empty field");
        total += length(&field["name"]) + length(&field["value"]);
    }
    assert!(total <= limits::EMBED_TOTAL, "{what}: {total} characters in all");
    let rows = data["components"].as_array().unwrap();
    assert!(rows.len() <= 5, "{what}: {} rows", rows.len());
    let mut ids = std::collections::BTreeSet::new();
    for component in rows.iter().flat_map(|row| row["components"].as_array().unwrap()) {
        within("label", &component["label"], limits::BUTTON_LABEL);
        within("custom id", &component["custom_id"], limits::CUSTOM_ID);
        assert!(ids.insert(component["custom_id"].to_string()), "{what}: {} twice", component["custom_id"]);
        let options = component["options"].as_array().cloned().unwrap_or_default();
        assert!(options.len() <= limits::SELECT_OPTIONS, "{what}: {} options", options.len());
        for option in options {
            within("option", &option["label"], limits::SELECT_TEXT);
            within("option", &option["value"], limits::SELECT_TEXT);
            within("option", &option["description"], limits::SELECT_TEXT);
        }
    }
    for row in rows {
        let buttons = row["components"].as_array().unwrap().len();
        assert!((1..=limits::ROW_BUTTONS).contains(&buttons), "{what}: {buttons} in a row");
    }
}

#[test]
fn everything_fits_however_much_there_is() {
    let base = huge();
    let look = look(&base);
    let fact = &base.facts[0];
    let section = SectionRef::of(&base, fact);
    let question = "*".repeat(300);
    let asker = UserId::new(u64::MAX);
    assert_within_limits("answer", &reply(render::answer(look, &shown(&question, fact, &section), asker)));
    let long = Shown { text: &"x".repeat(1_800), fact: None, ..shown(&question, fact, &section) };
    assert_within_limits("list", &reply(render::answer(look, &long, asker)));
    let suggesting = suggesting(&base, "question 0 0");
    assert_within_limits("suggestions", &reply(render::suggestions(look, &question, &suggesting, asker)));
    assert_within_limits("nothing", &reply(render::nothing_found(look, &question, "No.")));
    assert_within_limits("sections", &reply(render::sections(look)));
    let id = &base.sections[39].id;
    assert_within_limits("section", &reply(render::section(look, id).unwrap()));
    assert_within_limits("help", &reply(render::help(look)));
    let about = About { uptime: Duration::MAX, latency: None };
    assert_within_limits("about", &reply(render::about(look, about)));
    assert_within_limits("overview", &reply(render::overview(look, None, asker)));
    for page in [0, 1, 50, 1_000] {
        let part = Part { years: (1, 9_999), page };
        assert_within_limits("timeline", &reply(render::part(look, part, asker)));
    }
}

#[test]
fn nobody_is_pinged_by_a_new_message_or_an_edited_one() {
    let base = moons();
    let fact = base.fact("io").unwrap();
    let section = SectionRef::of(&base, fact);
    let message = || render::answer(look(&base), &shown("<@1> @everyone <@&2>", fact, &section), ASKER);
    for body in [body(&message().reply(Visibility::Public)), body(&message().update())] {
        assert_eq!(body["data"]["allowed_mentions"]["parse"], serde_json::json!([]));
        let title = body["data"]["embeds"][0]["title"].as_str().unwrap();
        assert!(!title.contains("<@1") && !title.contains("<@&2") && !title.contains("@everyone"), "{title}");
    }
}
