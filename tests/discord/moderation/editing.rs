//! From a form to the answer: adding, changing, moving and retiring facts, and giving things other names.

use std::fmt::Write as _;
use std::fs;

use super::super::base::{GALILEAN, GALILEAN_FILE, base};
use super::super::stand_in::{option, subcommand, typed};
use super::*;

/// What is saved is served: to the next one who asks, and to everybody.
#[tokio::test]
async fn a_fact_is_changed_by_its_form() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await;
    assert_eq!(form.title, "Change io");
    assert!(form.value("answer").starts_with("Io is the innermost"));
    assert_eq!(
        form.value("questions"),
        "what is Io\ntell me about Io\nIo volcanoes\nyes: is Io a moon\nno: is Io a planet"
    );
    let form = form.with("answer", "Io has 400 volcanoes.").with("reason", "@everyone: a better source");
    let preview = office.submit(&form, MODERATOR).await;
    assert!(preview.is_private(), "{}", preview.body);
    assert_eq!(preview.title(), "Change the fact “io”?");
    let text = preview.text();
    assert!(text.contains("- answer = \"Io is the innermost") && text.contains("+ answer = \"Io has 400"));
    assert!(text.contains("Reason: @\u{200B}everyone: a better source"), "{text}");
    assert_eq!(preview.labels(), ["Save", "Edit again", "Cancel"]);
    assert!(office.answer("what is Io").await.starts_with("Io is the innermost"), "nothing is saved yet");

    let saved = office.press(&preview, "Save", MODERATOR).await;
    assert_eq!((saved.kind(), saved.title()), (7, "Saved as change 1"));
    assert!(saved.text().starts_with("The fact `io` is changed. It is being served,"), "{}", saved.text());
    assert_eq!(saved.labels(), ["Undo", "Show", "Missed questions"]);
    for user in [ASKER, MODERATOR] {
        let answer = office.ask(user, "what is Io").await;
        assert!(answer.is_public() && answer.text().starts_with("Io has 400 volcanoes."));
    }
    assert_eq!(office.rows(&["draft"]).await, [""; 0]);
    let restarted = office.restarted().await;
    assert!(restarted.answer("tell me about Io").await.starts_with("Io has 400 volcanoes."));
}

/// A new fact gets its id from its first question, and may be on the timeline.
#[tokio::test]
async fn a_fact_is_added_to_a_section() {
    let office = Office::new(&[]).await;
    for section in ["galilean", "Galilean moons", "GALILEAN MOONS"] {
        let form = office.fact(MODERATOR, "add", &[option("section", section)]).await.form();
        assert_eq!((form.title.as_str(), form.value("answer")), ("New fact", ""));
    }
    let form = office.fact(MODERATOR, "add", &[option("section", "missions")]).await.form();
    let form = form
        .with("answer", "Juno reached Jupiter on 4 July 2016.\n[when] On 4 July 2016.")
        .with("questions", "when did Juno reach Jupiter\nJuno arrival\nno: did Juno crash")
        .with("date", "2016-07-04")
        .with("event", "Juno reaches Jupiter.");
    let preview = office.submit(&form, MODERATOR).await;
    assert_eq!(preview.title(), "Add the fact “when-did-juno-reach-jupiter”?");
    assert!(preview.text().contains("*Juno arrival*: "), "{}", preview.text());
    office.save(&preview, MODERATOR).await;
    let shown = office.fact(MODERATOR, "show", &[option("id", "when-did-juno-reach-jupiter")]).await;
    assert!(shown.text().contains("\\[when\\] On 4 July 2016."), "{}", shown.text());
    assert!(office.answer("Juno arrival").await.starts_with("Juno reached Jupiter"));
    assert!(office.answer("did Juno crash?").await.starts_with("No. Juno reached"));
    let year = office.run(ASKER, "timeline", &[option("year", 2016)]).await;
    assert!(year.text().contains("Juno reaches Jupiter."), "{}", year.text());
    let refused = office.fact(MODERATOR, "add", &[option("section", "Saturn")]).await;
    assert!(refused.text().starts_with("There is no section `Saturn`"), "{}", refused.text());
}

/// A fact that is taken away is asked for in vain, and is still in the list of what moderators have touched.
#[tokio::test]
async fn a_fact_is_retired_with_a_reason() {
    let office = Office::new(&[]).await;
    let options = [option("id", "europa"), option("reason", "moved to another article")];
    let preview = office.fact(MODERATOR, "retire", &options).await;
    assert_eq!(preview.title(), "Take away the fact “europa”?");
    assert_eq!(preview.labels(), ["Save", "Cancel"], "there is nothing to edit");
    office.save(&preview, MODERATOR).await;
    assert!(!office.answer("what is Europa").await.starts_with("Europa is"));
    let list = office.fact(MODERATOR, "list", &[option("edited", true)]).await;
    assert!(list.text().contains("✖ `europa` what is Europa"), "{}", list.text());
    let shown = office.choose(&list, "europa", MODERATOR).await;
    assert!(shown.text().starts_with("This fact was taken away."), "{}", shown.text());
    assert_eq!(shown.labels(), ["History"]);
    for name in ["edit", "retire"] {
        let refused = office.fact(MODERATOR, name, &[option("id", "europa")]).await;
        assert!(refused.text().contains("There is no fact `europa`"), "{}", refused.text());
    }
}

/// A fact comes from another section from then on.
#[tokio::test]
async fn a_fact_is_moved_to_another_section() {
    let office = Office::new(&[]).await;
    let options = [option("id", "io"), option("section", "missions")];
    let form = office.fact(MODERATOR, "edit", &options).await.form();
    let preview = office.submit(&form, MODERATOR).await;
    assert!(preview.text().contains("+ section = \"missions\""), "{}", preview.text());
    office.save(&preview, MODERATOR).await;
    let answer = office.ask(ASKER, "what is Io").await;
    assert_eq!(answer.field("Source"), Some("[Missions](https://example.org/moons#Missions)"));
}

/// Another name means what the first one means, until it is taken away.
#[tokio::test]
async fn a_name_gets_another_name_and_loses_it() {
    let base = base();
    let lexicon = base.path().join("en/lexicon.toml");
    let names = "[[name]]\nid = \"europa\"\nkind = \"moon\"\naliases = [\"Europa\"]\n";
    fs::write(&lexicon, fs::read_to_string(&lexicon).unwrap() + names).unwrap();
    let office = Office::over(base, tempfile::tempdir().unwrap(), &[]).await;
    let typing = [subcommand("alias", &[typed("of", "EURO")])];
    let choices = office.complete(MODERATOR, "fact", &typing).await;
    assert_eq!(choices, [("europa · Europa".to_owned(), "europa".into())]);

    let alias = [option("of", "europa"), option("alias", "Jupiter II"), option("reason", "its number")];
    let preview = office.fact(MODERATOR, "alias", &alias).await;
    assert_eq!(preview.title(), "Add the alias “jupiter ii”?");
    assert_eq!(preview.labels(), ["Save", "Cancel"]);
    office.save(&preview, MODERATOR).await;
    assert!(office.answer("what is Jupiter II?").await.starts_with("Europa is covered"));

    let again = office.fact(MODERATOR, "alias", &alias).await;
    assert!(again.text().starts_with("Nothing would change: the alias `jupiter ii`"), "{}", again.text());
    let away = [option("of", "europa"), option("alias", "jupiter ii"), option("remove", true)];
    office.save(&office.fact(MODERATOR, "alias", &away).await, MODERATOR).await;
    assert!(!office.answer("what is Jupiter II?").await.starts_with("Europa is covered"));
    let unknown = [option("of", "saturn"), option("alias", "ring")];
    let refused = office.fact(MODERATOR, "alias", &unknown).await;
    assert!(refused.text().contains("There is no name `saturn`"), "{}", refused.text());
}

/// A fact with more questions than a form has room for: it takes what comes and what goes.
#[tokio::test]
async fn a_fact_with_many_questions_is_changed_line_by_line() {
    let base = base();
    let mut many =
        "section = \"missions\"\n[[fact]]\nid = \"many\"\nanswer = \"So many.\"\nquestions = [\n".to_owned();
    for number in 0..120 {
        writeln!(many, "\"how many probes were there in the fleet of number {number:04}\",").unwrap();
    }
    fs::write(base.path().join("en/many.toml"), many + "]\n").unwrap();
    let office = Office::over(base, tempfile::tempdir().unwrap(), &[]).await;
    let form = office.form(MODERATOR, "many").await;
    assert!(!form.fields.iter().any(|(id, _)| id == "questions"), "{form:?}");
    assert_eq!(form.value("changes"), "");

    let nothing = office.submit(&form.clone().with("changes", "  \n"), MODERATOR).await;
    assert!(nothing.text().starts_with("Nothing would change"), "{}", nothing.text());
    for (typed, part) in [
        ("how many", "begin each line with `+`"),
        ("- how many fleets", "`how many fleets` is none of the questions of this fact"),
    ] {
        let back = office.submit(&form.clone().with("changes", typed), MODERATOR).await;
        assert!(back.text().contains(part), "{}", back.text());
        assert!(back.file("typed.txt").contains(typed));
        assert_eq!(back.labels(), [""; 0]);
    }
    let lines = "+ how big was the fleet\n- how many probes were there in the fleet of number 0007\n+ yes: was it big";
    let preview = office.submit(&form.with("changes", lines), MODERATOR).await;
    office.save(&preview, MODERATOR).await;
    assert!(office.answer("how big was the fleet").await.starts_with("So many."));
    assert!(office.answer("was it big").await.starts_with("Yes. So many."));
    let shown = office.fact(MODERATOR, "show", &[option("id", "many")]).await;
    assert!(
        shown.text().contains("**Questions (121):**") && shown.text().contains("more, in the file below")
    );
    let file = shown.file("many.toml");
    assert!(file.contains("number 0006") && !file.contains("number 0007"), "{file}");
}

/// From a fact that is shown, its form opens, and the preview takes its place.
#[tokio::test]
async fn a_shown_fact_leads_to_its_form() {
    let office = Office::new(&[]).await;
    let shown = office.fact(MODERATOR, "show", &[option("id", "discovery")]).await;
    assert_eq!(shown.title(), "discovery");
    for part in
        ["**Source:** [Galilean moons]", "**On the timeline:** 1610-01-07: Galileo", "**Questions (2):**"]
    {
        assert!(shown.text().contains(part), "{}", shown.text());
    }
    assert!(shown.file("discovery.toml").starts_with("id = \"discovery\"\nsection = \"galilean\"\n"));
    let form = office.press(&shown, "Edit", MODERATOR).await.form();
    let preview = office.submit(&form.with("date", "1610"), MODERATOR).await;
    assert_eq!((preview.kind(), preview.message_id()), (7, shown.message_id()));
    let retire = office.press(&shown, "Retire", MODERATOR).await;
    assert_eq!((retire.kind(), retire.title()), (7, "Take away the fact “discovery”?"));
}

/// What is dropped is gone, and changes nothing.
#[tokio::test]
async fn a_preview_is_cancelled() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Wrong.");
    let preview = office.submit(&form, MODERATOR).await;
    let dropped = office.press(&preview, "Cancel", MODERATOR).await;
    assert_eq!((dropped.kind(), dropped.text()), (7, "Dropped: nothing was changed."));
    for label in ["Save", "Edit again"] {
        let gone = office.press(&preview, label, MODERATOR).await;
        assert!(gone.text().starts_with("This edit is no longer there"), "{}", gone.text());
    }
    assert_eq!(office.rows(&["change", "edit", "draft"]).await, [""; 0]);
    assert!(office.answer("what is Io").await.starts_with("Io is the innermost"));
}

/// "Edit again" has everything as it was left.
#[tokio::test]
async fn a_draft_is_edited_again() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "First.").with("reason", "because");
    let preview = office.submit(&form, MODERATOR).await;
    let again = office.press(&preview, "Edit again", MODERATOR).await.form();
    assert_eq!((again.value("answer"), again.value("reason")), ("First.", "because"));
    let second = office.submit(&again.with("answer", "Second."), MODERATOR).await;
    assert_eq!((second.kind(), second.message_id()), (7, preview.message_id()));
    assert!(second.text().contains("+ answer = \"Second.\"") && second.text().contains("Reason: because"));
    office.save(&second, MODERATOR).await;
    assert_eq!(office.answer("what is Io").await, "Second.");
}

/// Facts are listed by section, by words, and page by page.
#[tokio::test]
async fn facts_are_listed() {
    let office = Office::new(&[]).await;
    let all = office.fact(MODERATOR, "list", &[]).await;
    assert!(all.text().starts_with("17 facts; page 1 of 2.\n`galilean-overview`"), "{}", all.text());
    let next = office.press(&all, "More", MODERATOR).await;
    assert!(next.kind() == 7 && next.text().contains("`orbit-12`"), "{}", next.text());
    let back = office.press(&next, "Back", MODERATOR).await;
    assert_eq!(back.text(), all.text());
    let section = office.fact(MODERATOR, "list", &[option("section", "galilean")]).await;
    assert!(section.text().starts_with("4 facts in the section `galilean`; page 1 of 1."));
    let words = office.fact(MODERATOR, "list", &[option("query", "VOLCANIC, io!")]).await;
    assert!(words.text().starts_with("One fact with “volcanic io”.\n`io`"), "{}", words.text());
    let none = office.fact(MODERATOR, "list", &[option("query", "saturn"), option("edited", true)]).await;
    assert!(none.text().starts_with("There are no facts with “saturn”, that moderators"), "{}", none.text());
    assert_eq!(office.choose(&all, "europa", MODERATOR).await.title(), "europa");
}

/// How a question is answered, with all that led to it; and nothing is taken down by it.
#[tokio::test]
async fn a_question_is_tried() {
    let office = Office::new(&[]).await;
    let reply = office.fact(MODERATOR, "test", &[option("question", "what is Io")]).await;
    for part in ["**Decision:**", "answered from 55 %", "**100 %** `io` What is Io?"] {
        assert!(reply.text().contains(part), "{}", reply.text());
    }
    office.fact(MODERATOR, "test", &[option("question", "when did orbit 99 end")]).await;
    let long = office.fact(MODERATOR, "test", &[option("question", "ə".repeat(301))]).await;
    assert!(long.text().starts_with("I cannot take this"), "{}", long.text());
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(office.rows(&["missed"]).await, [""; 0]);
}

/// What the files have is read on request, at once.
#[tokio::test]
async fn files_are_read_anew() {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "europa", "Europa is ours.").await;
    let file = office.base.path().join(GALILEAN_FILE);
    fs::write(&file, GALILEAN.replace("Io is the innermost", "Io is by far the innermost")).unwrap();
    let reply = office.fact(MODERATOR, "reload", &[]).await;
    let expected = "Read anew: 17 facts are served, with 1 of moderators' changes over the files.";
    assert_eq!(reply.text(), expected);
    assert!(office.answer("what is Io").await.starts_with("Io is by far"));
    assert_eq!(office.answer("what is Europa").await, "Europa is ours.");
    fs::write(&file, "section = ").unwrap();
    let failed = office.fact(MODERATOR, "reload", &[]).await;
    assert!(
        failed.text().starts_with("That did not work: the fact base cannot be used"),
        "{}",
        failed.text()
    );
    assert!(failed.text().contains("galilean.toml"), "{}", failed.text());
    assert_eq!(office.answer("what is Europa").await, "Europa is ours.", "the base from before stays");
}

/// Every option that completes: ids, sections and changes as far as they are typed.
#[tokio::test]
async fn options_are_completed() {
    let office = Office::new(&[]).await;
    let complete = async |name: &str, options: &[Value]| {
        let choices = office.complete(MODERATOR, "fact", &[subcommand(name, options)]).await;
        choices.into_iter().map(|(_, value)| value.to_string().replace('"', "")).collect::<Vec<_>>()
    };
    for name in ["edit", "retire", "show", "history"] {
        assert_eq!(complete(name, &[typed("id", "eur")]).await[0], "europa", "{name}");
        assert_eq!(complete(name, &[typed("id", "Orbit 1")]).await[..2], ["orbit-1", "orbit-10"], "{name}");
        assert_eq!(complete(name, &[typed("id", "who discovered")]).await[0], "discovery", "{name}");
    }
    for name in ["add", "edit", "list"] {
        assert_eq!(complete(name, &[typed("section", "miss")]).await, ["missions"], "{name}");
        assert_eq!(complete(name, &[typed("section", "")]).await, ["galilean", "missions"], "{name}");
    }
    assert!(complete("undo", &[typed("change", "")]).await.is_empty());
    office.change_answer(MODERATOR, "io", "One.").await;
    office.save(&office.fact(MODERATOR, "retire", &[option("id", "europa")]).await, MODERATOR).await;
    assert_eq!(complete("undo", &[typed("change", "")]).await, ["2", "1"]);
    assert_eq!(complete("undo", &[typed("change", "1")]).await, ["1"]);
    assert_eq!(complete("history", &[typed("id", "europa")]).await[0], "europa", "it was taken away");
    assert!(!complete("edit", &[typed("id", "europa")]).await.contains(&"europa".to_owned()));
    assert!(complete("edit", &[typed("reason", "x")]).await.is_empty());
}

/// The log tells neither who moderates nor what they type; and there is nothing to worry about.
#[tokio::test]
async fn the_log_keeps_what_moderators_do() {
    let mut office = Office::new(&[]).await;
    office.ask(ASKER, "how cold is Callisto").await;
    office.change_answer(MODERATOR, "io", "A secret answer.").await;
    let form = office.form(COLLEAGUE, "europa").await;
    office.submit(&form.clone().with("answer", "[secret] wording"), COLLEAGUE).await;
    office.submit(&form.with("questions", "what is <secret>"), COLLEAGUE).await;
    office.fact(ASKER, "list", &[]).await;
    office.missed(MODERATOR, &[option("search", "secret")]).await;
    let log = office.stop().await;
    let people = [ASKER, MODERATOR, COLLEAGUE].map(|user| user.to_string());
    for part in people.iter().map(String::as_str).chain(["secret", "Callisto", "WARN", "ERROR"]) {
        assert!(!log.contains(part), "{part} is in the log:\n{log}");
    }
}
