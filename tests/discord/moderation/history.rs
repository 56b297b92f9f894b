//! What was changed is seen, taken back, and taken along.

use std::process::Command;

use super::super::base::{GALILEAN, GALILEAN_FILE};
use super::super::stand_in::option;
use super::*;

/// The history names who, what, when and why, page by page, and each change has its difference.
#[tokio::test]
async fn changes_are_listed_and_opened() {
    let office = Office::new(&[]).await;
    for number in 1..=11 {
        let user = if number % 2 == 0 { COLLEAGUE } else { MODERATOR };
        let id = if number == 11 { "europa" } else { "io" };
        let form = office.form(user, id).await.with("answer", &format!("Version {number}."));
        let preview = office.submit(&form.with("reason", &format!("reason {number}")), user).await;
        assert_eq!(office.save(&preview, user).await, number);
    }
    let all = office.fact(MODERATOR, "history", &[]).await;
    assert!(all.text().starts_with("11 changes; page 1 of 2, the latest first.\n**11**"), "{}", all.text());
    assert!(all.text().contains(&format!("<@{COLLEAGUE}> changed `io`: reason 10")), "{}", all.text());
    let earlier = office.press(&all, "More", MODERATOR).await;
    assert!(earlier.kind() == 7 && earlier.text().contains("reason 1"), "{}", earlier.text());
    assert_eq!(office.press(&earlier, "Back", MODERATOR).await.text(), all.text());
    let of_one = office.fact(MODERATOR, "history", &[option("id", "europa")]).await;
    assert!(of_one.text().starts_with("One change to `europa`."), "{}", of_one.text());

    let change = office.choose(&all, "10", MODERATOR).await;
    assert_eq!((change.kind(), change.title()), (7, "Change 10: the fact “io”"));
    for part in ["- answer = \"Version 9.\"", "+ answer = \"Version 10.\"", "Reason: reason 10"] {
        assert!(change.text().contains(part), "{}", change.text());
    }
    assert_eq!(change.labels(), ["Undo", "Show the fact", "History"]);
    assert_eq!(office.press(&change, "Show the fact", MODERATOR).await.title(), "io");
    assert_eq!(office.press(&change, "History", MODERATOR).await.text(), all.text());
    for page in ["18446744073709551615", "999"] {
        let forged = office.forge(&all, &format!("m1:history:{page}:o:"), MODERATOR).await;
        assert!(forged.title() == "History" && !forged.labels().contains(&"More ▶"), "{}", forged.body);
    }
    let gone = office.fact(MODERATOR, "history", &[option("id", "nothing")]).await;
    assert!(gone.text().starts_with("There are no changes to `nothing`"), "{}", gone.text());
}

/// Each sort of change is taken back, by a preview as any other.
#[tokio::test]
async fn additions_edits_and_retirements_are_undone() {
    let mut office = Office::new(&[]).await;
    let added = adds(&office, MODERATOR, "missions", "Juno came in 2016.", "Juno arrival").await;
    let added = office.save(&added, MODERATOR).await;
    let edited = office.change_answer(MODERATOR, "io", "Hot.").await;
    let retire = office.fact(MODERATOR, "retire", &[option("id", "europa")]).await;
    let retired = office.save(&retire, MODERATOR).await;
    for (change, title, labels) in [
        (retired, "Undo change 3?", &["Save", "Edit again", "Cancel"][..]),
        (edited, "Undo change 2?", &["Save", "Edit again", "Cancel"]),
        (added, "Undo change 1?", &["Save", "Cancel"]),
    ] {
        let options = [option("change", change), option("reason", "a mistake")];
        let undo = office.fact(COLLEAGUE, "undo", &options).await;
        assert_eq!((undo.title(), undo.labels().as_slice()), (title, labels));
        let saved = office.press(&undo, "Save", COLLEAGUE).await;
        assert!(saved.text().contains(&format!("as it was before change {change}")), "{}", saved.text());
    }
    assert!(office.answer("what is Europa").await.starts_with("Europa is covered"));
    assert!(office.answer("what is Io").await.starts_with("Io is the innermost"));
    assert_ne!(office.answer("Juno arrival").await, "Juno came in 2016.");
    assert_eq!(office.rows(&["edit"]).await, [""; 0], "the base is as its files have it");
    let history = office.fact(MODERATOR, "history", &[]).await;
    let line = format!("<@{COLLEAGUE}> undid change {added} of `juno-arrival`: a mistake");
    assert!(history.text().contains(&line), "{}", history.text());
    assert!(!office.stop().await.contains("ERROR"));
}

/// An undo can be undone; what is overtaken by a later change, or is no change, cannot.
#[tokio::test]
async fn only_the_latest_change_to_a_thing_is_undone() {
    let office = Office::new(&[]).await;
    let undo = async |change: i64| office.fact(MODERATOR, "undo", &[option("change", change)]).await;
    office.change_answer(MODERATOR, "io", "One.").await;
    office.change_answer(MODERATOR, "io", "Two.").await;
    let overtaken = undo(1).await;
    assert_eq!(overtaken.text(), "The fact `io` was changed again by change 2: undo that first.");
    for unknown in [0, 3, -1, i64::MAX] {
        assert_eq!(undo(unknown).await.text(), format!("Change {unknown} is not there."));
    }
    office.save(&undo(2).await, MODERATOR).await;
    assert_eq!(office.answer("what is Io").await, "One.");
    office.save(&undo(3).await, MODERATOR).await;
    assert_eq!(office.answer("what is Io").await, "Two.");
}

/// An undo that is edited before it is saved is an edit, and the history says so.
#[tokio::test]
async fn an_edited_undo_is_an_edit() {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", "One.").await;
    let undo = office.fact(MODERATOR, "undo", &[option("change", 1)]).await;
    let again = office.press(&undo, "Edit again", MODERATOR).await.form();
    let preview = office.submit(&again.with("answer", "Another."), MODERATOR).await;
    assert_eq!(preview.title(), "Change the fact “io”?");
    office.save(&preview, MODERATOR).await;
    let actions = select(&office.database(), "SELECT action, undoes FROM change ORDER BY id").await;
    assert_eq!(actions, ["edit | null", "edit | null"]);
}

/// From "Saved" it is one press to take it back.
#[tokio::test]
async fn a_saved_change_is_undone_from_its_message() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "One.");
    let preview = office.submit(&form, MODERATOR).await;
    let saved = office.press(&preview, "Save", MODERATOR).await;
    let undo = office.press(&saved, "Undo", MODERATOR).await;
    assert_eq!((undo.kind(), undo.title()), (7, "Undo change 1?"));
    office.save(&undo, MODERATOR).await;
    assert!(office.answer("what is Io").await.starts_with("Io is the innermost"));
}

fn git(folder: &Path, arguments: &[&str]) -> Option<std::process::Output> {
    Command::new("git").args(arguments).current_dir(folder).env_remove("GIT_DIR").output().ok()
}

/// The export is a patch that git takes; once its files are those of the base, the edits fold away.
#[tokio::test]
async fn an_export_is_applied_and_ships() {
    let mut office = Office::new(&[]).await;
    let nothing = office.fact(MODERATOR, "export", &[]).await;
    assert!(nothing.text().starts_with("There is nothing to export"), "{}", nothing.text());
    office.change_answer(MODERATOR, "io", "Hot, and full of \"quotes\".").await;
    let added = adds(&office, MODERATOR, "missions", "Juno came in 2016.", "Juno arrival").await;
    office.save(&added, MODERATOR).await;
    office.save(&office.fact(MODERATOR, "retire", &[option("id", "europa")]).await, MODERATOR).await;
    office.ask(ASKER, "how cold is Callisto").await;
    office.becomes("SELECT count(*) FROM missed", "1").await;
    let missed = office.missed(MODERATOR, &[option("question", "how cold is Callisto")]).await;
    let not_for_us = office.press(&missed, "Not for us", MODERATOR).await;
    office.save(&not_for_us, MODERATOR).await;
    let export = office.fact(MODERATOR, "export", &[]).await;
    let files: Vec<&str> = export.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        files,
        ["knowledge.patch", "en-galilean.toml", "en-missions.toml", "en-unanswerable.toml"],
        "{}",
        export.text()
    );
    let patch = export.file("knowledge.patch");

    let checkout = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .args(["-r", office.base.path().to_str().unwrap()])
        .arg(checkout.path().join("knowledge"))
        .status();
    assert!(copied.unwrap().success());
    fs::write(checkout.path().join("knowledge.patch"), &patch).unwrap();
    let Some(applied) = git(checkout.path(), &["apply", "knowledge.patch"]) else {
        println!("there is no git here, so that the patch is not tried");
        return;
    };
    assert!(applied.status.success(), "{}\n{patch}", String::from_utf8_lossy(&applied.stderr));
    for name in ["en/galilean.toml", "en/missions.toml", "en/unanswerable.toml"] {
        let patched = fs::read_to_string(checkout.path().join("knowledge").join(name)).unwrap();
        assert_eq!(patched, export.file(&name.replace('/', "-")), "{name}");
        fs::write(office.base.path().join(name), patched).unwrap();
    }
    office.becomes("SELECT count(*) FROM edit", "0").await;
    assert_eq!(office.value("SELECT count(*) FROM change WHERE action = 'ship'").await, "4");
    assert_eq!(office.answer("Juno arrival").await, "Juno came in 2016.");
    assert_eq!(office.answer("what is Io").await, "Hot, and full of \"quotes\".");
    let history = office.fact(MODERATOR, "history", &[]).await;
    assert!(history.text().contains("the bot found shipped `io`"), "{}", history.text());
    assert!(!office.stop().await.contains("ERROR"));
}

/// What moderators do is never written into the files.
#[tokio::test]
async fn the_files_stay_as_they_are() {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", "Hot.").await;
    let file = fs::read_to_string(office.base.path().join(GALILEAN_FILE)).unwrap();
    assert_eq!(file, GALILEAN);
}
