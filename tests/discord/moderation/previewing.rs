//! What a moderator sees before anything is saved: faults, impact, and texts that are too long for a message.

use serde_json::json;

use super::super::stand_in::option;
use super::*;

/// All that is wrong is told at once, and there is no button to save it by.
#[tokio::test]
async fn faults_are_told_all_at_once() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await;
    let bad = form
        .with("answer", "")
        .with("questions", "what is Europa\n(who\nwhat is <x>\nwhat is Io")
        .with("date", "31.12.2010")
        .with("event", "Something.");
    let preview = office.submit(&bad, MODERATOR).await;
    for fault in [
        "✗ `31.12.2010` is not a date: write YYYY",
        "✗ the answer of `io` is empty",
        "✗ in `(who`: `(` is opened and never closed",
        "✗ in `what is <x>`: the lexicon has no rule `<x>`",
        "✗ `what is Europa` asks for `europa` and for `io`",
    ] {
        assert!(preview.text().contains(fault), "{fault}: {}", preview.text());
    }
    assert_eq!(preview.labels(), ["Edit again", "Cancel"]);
    let forged = preview.button("Edit again").replace("revise", "save");
    let refused = office.forge(&preview, &forged, MODERATOR).await;
    assert!(
        refused.text().starts_with("This cannot be saved: `31.12.2010` is not a date"),
        "{}",
        refused.text()
    );
    assert_eq!(office.rows(&["change", "edit"]).await, [""; 0]);
    // What was typed is still there, to be mended.
    let again = office.press(&preview, "Edit again", MODERATOR).await.form();
    assert_eq!((again.value("date"), again.value("event")), ("31.12.2010", "Something."));
}

/// Faults that were there before are nobody's fault now.
#[tokio::test]
async fn only_new_faults_count() {
    let office = Office::new(&[]).await;
    let file = office.base.path().join("en/more.toml");
    let unsound = "section = \"missions\"\n[[fact]]\nid = \"juno\"\nanswer = \"Juno.\"\nquestions = [\"what is Europa\"]\n";
    fs::write(file, unsound).unwrap();
    let form = office.form(MODERATOR, "io").await.with("answer", "Io.");
    let preview = office.submit(&form, MODERATOR).await;
    assert!(!preview.text().contains('✗'), "{}", preview.text());
    office.save(&preview, MODERATOR).await;
}

/// A question belongs to one fact, and the preview names it; from another file as well.
#[tokio::test]
async fn a_question_of_another_fact_is_refused_with_its_name() {
    let office = Office::new(&[]).await;
    for (question, owner) in [("Who discovered the MOONS?", "discovery"), ("voyager flyby", "voyager")] {
        let preview = adds(&office, MODERATOR, "missions", "Nobody knows.", question).await;
        let text = preview.text();
        let fault = text.lines().find(|line| line.contains("asks for")).unwrap_or_default();
        assert!(fault.starts_with('✗') && fault.contains(&format!("for `{owner}`")), "{text}");
        assert!(!preview.labels().contains(&"Save"));
    }
}

/// What would be answered otherwise, known phrasings and exam questions alike.
#[tokio::test]
async fn impact_is_shown() {
    let exam = tempfile::tempdir().unwrap();
    let questions = exam.path().join("exam.jsonl");
    let question = json!({"id": "1", "q": "volcanoes of Io", "lang": "en", "kind": "in", "style": "casual"});
    fs::write(&questions, format!("{question}\n")).unwrap();
    let office = Office::new(&[("MODERATION__EXAMS", questions.to_str().unwrap())]).await;
    let form = office.form(MODERATOR, "io").await;
    let same = office.submit(&form.clone().with("answer", "Hot."), MODERATOR).await;
    assert!(
        same.text().contains("**Impact:** none of 39 known phrasings and 1 exam question would be answered"),
        "{}",
        same.text()
    );
    let retire = office.fact(MODERATOR, "retire", &[option("id", "io")]).await;
    let text = retire.text();
    assert!(
        text.contains("phrasings and 1 exam question would be answered otherwise, of 39 known"),
        "{text}"
    );
    assert!(text.contains("• *volcanoes of Io*: `io` → "), "{text}");
    assert!(text.contains("• *what is Io*: `io` → "), "{text}");
}

/// What cannot be read comes back as it was typed.
#[tokio::test]
async fn what_cannot_be_read_comes_back() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Hot.\n[whence] From below.");
    let back = office.submit(&form, MODERATOR).await;
    assert!(back.is_private());
    assert!(back.text().starts_with("`[whence]` is no kind of question"), "{}", back.text());
    assert!(back.text().contains("Nothing of `io` was changed"), "{}", back.text());
    let typed = back.file("typed.txt");
    assert!(typed.contains("[whence] From below.") && typed.contains("yes: is Io a moon"), "{typed}");
    assert_eq!(office.rows(&["draft"]).await, [""; 0]);
}

/// An edit that changes nothing is no edit.
#[tokio::test]
async fn an_edit_that_changes_nothing_is_refused() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await;
    let nothing = office.submit(&form, MODERATOR).await;
    assert_eq!(nothing.text(), "Nothing would change: the fact `io` is just so already.");
    assert_eq!(office.rows(&["draft"]).await, [""; 0]);
}

/// A difference beyond a message's limits is cut, with both texts beside it.
#[tokio::test]
async fn a_long_difference_is_cut_with_the_texts_beside_it() {
    let office = Office::new(&[]).await;
    let questions = |mark: &str| {
        let lines = (0..20).map(|number| format!("{mark}{number} {}", "ə```".repeat(40)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let form = office.form(MODERATOR, "io").await.with("answer", &"ə".repeat(4_000));
    let preview = office.submit(&form.with("questions", &questions("a")), MODERATOR).await;
    assert!(preview.text().contains("… the whole is in the files below"), "{}", preview.text());
    assert!(preview.text().contains("✗ the answer of `io` has 4000 characters"), "{}", preview.text());
    assert!(preview.file("old.toml").contains("most volcanic body"));
    assert!(preview.file("new.toml").contains(&questions("a").lines().last().unwrap().to_owned()));
    // The files go with the next message.
    let dropped = office.press(&preview, "Cancel", MODERATOR).await;
    assert_eq!(dropped.body["data"]["attachments"].as_array().map(Vec::len), Some(0));
}

/// Everything of the longest that a form takes fits everywhere that it is shown.
#[tokio::test]
async fn the_longest_fact_fits_everywhere() {
    let office = Office::new(&[("MODERATION__LOG_CHANNEL", &LOG_CHANNEL.to_string())]).await;
    let question = |number: usize| format!("{number} {}", "*_`ə ".repeat(36).trim_end());
    let questions: Vec<String> = (0..20).map(question).collect();
    let form = office.fact(MODERATOR, "add", &[option("section", "missions")]).await.form();
    let form = form
        .with("answer", &"*".repeat(500))
        .with("questions", &questions.join("\n"))
        .with("date", "2016-07-04")
        .with("event", &"_".repeat(180))
        .with("reason", &"~".repeat(200));
    let preview = office.submit(&form, MODERATOR).await;
    assert!(preview.labels().contains(&"Save"), "{}", preview.text());
    let change = office.save(&preview, MODERATOR).await;
    let list = office.fact(MODERATOR, "list", &[option("edited", true)]).await;
    let shown = office.choose(&list, list.options()[0], MODERATOR).await;
    office.press(&shown, "Edit", MODERATOR).await.form();
    let history = office.fact(MODERATOR, "history", &[]).await;
    office.choose(&history, &change.to_string(), MODERATOR).await;
    office.fact(MODERATOR, "history", &[option("id", list.options()[0])]).await;
    office.fact(MODERATOR, "undo", &[option("change", change)]).await;
    office.fact(MODERATOR, "export", &[]).await;
    office.fact(MODERATOR, "test", &[option("question", question(1))]).await;
    office.posted(1).await;
}
