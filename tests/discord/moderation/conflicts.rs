//! Two who change the same thing: two moderators, a moderator and a file, a moderator and a shell.

use std::time::Instant;

use relations_bot::moderation::Draft;
use relations_bot::moderation::entry::Entry;
use relations_bot::moderation::history::Author;

use super::super::base::{GALILEAN, GALILEAN_FILE};
use super::super::stand_in::option;
use super::*;

/// Somebody with a shell changes an answer in the same database.
pub async fn change_by_shell(office: &Office, id: &str, answer: &str) {
    let shell = office.shell().await;
    change_answer(&shell, id, answer).await;
    shell.store().close().await;
}

async fn change_answer(shell: &Moderation, id: &str, answer: &str) {
    let author = Author::Shell("root".to_owned());
    let seen = shell.known_fact(id).await.unwrap();
    let entry = Entry { answer: answer.to_owned(), ..seen.clone() };
    let preview = shell.propose(Draft::edit(author.clone(), &seen, &entry)).await.unwrap();
    shell.save(preview.id, &author).await.unwrap();
}

/// Both have the form open. The second is told who was faster and with what, and saves his own over it.
#[tokio::test]
async fn the_second_form_meets_the_first_ones_change() {
    let office = Office::new(&[]).await;
    let first = office.form(MODERATOR, "io").await.with("answer", "The first answer.");
    let second = office.form(COLLEAGUE, "io").await.with("answer", "The second answer.");
    let preview = office.submit(&first, MODERATOR).await;
    office.save(&preview, MODERATOR).await;

    let told = office.submit(&second, COLLEAGUE).await;
    assert!(told.is_private());
    assert_eq!(told.title(), "The fact “io” has changed");
    for part in [
        &format!("<@{MODERATOR}> changed it (change 1) since you saw it, so **nothing was saved**."),
        "What changed:",
        "- answer = \"Io is the innermost",
        "+ answer = \"The first answer.\"",
    ] {
        assert!(told.text().contains(part), "{part}: {}", told.text());
    }
    assert_eq!(told.labels(), ["Look at mine again", "Edit mine", "Cancel"]);
    assert_eq!(office.answer("what is Io").await, "The first answer.");
    let form = office.press(&told, "Edit mine", COLLEAGUE).await.form();
    assert_eq!(form.value("answer"), "The second answer.");

    let over = office.press(&told, "Look at mine again", COLLEAGUE).await;
    assert_eq!((over.kind(), over.title()), (7, "Change the fact “io”?"));
    assert!(over.text().contains("- answer = \"The first answer.\"\n+ answer = \"The second answer.\""));
    assert_eq!(office.save(&over, COLLEAGUE).await, 2);
    assert_eq!(office.answer("what is Io").await, "The second answer.");
}

/// Both look at a preview. The second to press "Save" is told the same.
#[tokio::test]
async fn the_second_save_meets_the_first_ones_change() {
    let office = Office::new(&[]).await;
    let mut previews = Vec::new();
    for (user, answer) in [(MODERATOR, "The first answer."), (COLLEAGUE, "The second answer.")] {
        let form = office.form(user, "io").await.with("answer", answer);
        previews.push(office.submit(&form, user).await);
    }
    office.save(&previews[0], MODERATOR).await;
    let told = office.press(&previews[1], "Save", COLLEAGUE).await;
    assert_eq!((told.kind(), told.title()), (7, "The fact “io” has changed"));
    assert!(told.text().contains(&format!("<@{MODERATOR}> changed it (change 1)")), "{}", told.text());
    assert!(told.text().contains("+ answer = \"The first answer.\""), "{}", told.text());
    assert_eq!(office.answer("what is Io").await, "The first answer.");
    let over = office.press(&told, "Look at mine again", COLLEAGUE).await;
    assert_eq!(office.save(&over, COLLEAGUE).await, 2);
    let texts = select(&office.database(), "SELECT old_text FROM change WHERE id = 2").await;
    assert!(texts[0].contains("The first answer."), "the history has what was replaced: {texts:?}");
}

/// Both at the same instant, again and again: each time one of them wins, and the other is told.
#[tokio::test]
async fn saves_at_the_same_instant_are_one_after_the_other() {
    let office = Office::new(&[]).await;
    for round in 0..10 {
        let mut saves = Vec::new();
        for user in [MODERATOR, COLLEAGUE] {
            let form = office.form(user, "io").await.with("answer", &format!("Round {round} of {user}."));
            let preview = office.submit(&form, user).await;
            saves.push(office.pressed(&preview, &preview.button("Save"), None, user));
        }
        let ids: Vec<String> = saves.into_iter().map(|save| office.post(save)).collect();
        let mut titles = Vec::new();
        for id in &ids {
            titles.push(office.reply(id).await.title().to_owned());
        }
        titles.sort();
        assert_eq!(
            titles,
            [format!("Saved as change {}", round + 1), "The fact “io” has changed".to_owned()]
        );
    }
    assert_eq!(office.value("SELECT count(*) FROM change").await, "10");
}

/// A draft that is saved twice, one press after the other or both at once, is one change.
#[tokio::test]
async fn a_double_press_makes_one_change() {
    let office = Office::new(&[]).await;
    for (round, id) in ["io", "europa", "voyager"].into_iter().enumerate() {
        let form = office.form(MODERATOR, id).await.with("answer", "Pressed twice.");
        let preview = office.submit(&form, MODERATOR).await;
        let press = || office.pressed(&preview, &preview.button("Save"), None, MODERATOR);
        let presses = [press(), press(), press()].map(|press| office.post(press));
        let mut gone = 0;
        for id in &presses {
            let reply = office.reply(id).await;
            gone += usize::from(reply.text().starts_with("This edit is no longer there: it was saved"));
        }
        assert_eq!(gone, 2);
        assert_eq!(office.value("SELECT count(*) FROM change").await, (round + 1).to_string());
    }
}

/// A button of an edit that is gone saves nothing, whatever its author has drafted since.
#[tokio::test]
async fn an_old_button_never_saves_another_draft() {
    let office = Office::new(&[]).await;
    let preview = async |id: &str| {
        let form = office.form(MODERATOR, id).await.with("answer", "Drafted.");
        office.submit(&form, MODERATOR).await
    };
    let cancelled = preview("io").await;
    office.press(&cancelled, "Cancel", MODERATOR).await;
    let saved = preview("europa").await;
    office.save(&saved, MODERATOR).await;
    let latest = preview("voyager").await;
    for old in [&cancelled, &saved] {
        for label in ["Save", "Edit again"] {
            let gone = office.press(old, label, MODERATOR).await;
            assert!(gone.text().starts_with("This edit is no longer there"), "{}", gone.body);
        }
        office.press(old, "Cancel", MODERATOR).await;
    }
    assert_eq!(office.value("SELECT count(*) FROM change").await, "1");
    office.save(&latest, MODERATOR).await;
}

/// What one moderator drafts, another can neither save, nor drop, nor change.
#[tokio::test]
async fn a_draft_is_its_authors() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Mine.");
    let preview = office.submit(&form, MODERATOR).await;
    let before = office.rows(&["change", "edit", "draft"]).await;
    let over = preview.button("Save").replace("save", "over");
    let ids = [preview.button("Save"), preview.button("Cancel"), preview.button("Edit again"), over];
    for id in &ids {
        let refused = office.forge(&preview, id, COLLEAGUE).await;
        assert!(refused.is_private() && refused.text().starts_with("This edit is somebody else's"), "{id}");
    }
    let form = office.press(&preview, "Edit again", MODERATOR).await.form();
    let refused = office.submit(&form.with("answer", "Yours."), COLLEAGUE).await;
    assert!(refused.text().starts_with("This edit is somebody else's"), "{}", refused.text());
    assert_eq!(office.rows(&["change", "edit", "draft"]).await, before);
    office.save(&preview, MODERATOR).await;
}

/// Two who add the same: the second can mend his own, and nothing that he typed is lost.
#[tokio::test]
async fn two_additions_of_one_fact_are_told_apart() {
    let office = Office::new(&[]).await;
    let first = adds(&office, MODERATOR, "missions", "Juno came in 2016.", "Juno arrival").await;
    let second = adds(&office, COLLEAGUE, "missions", "It was in July.", "Juno arrival").await;
    office.save(&first, MODERATOR).await;
    let told = office.press(&second, "Save", COLLEAGUE).await;
    assert_eq!(told.title(), "The fact “juno-arrival” has changed");
    let mine = office.press(&told, "Look at mine again", COLLEAGUE).await;
    assert_eq!(mine.title(), "Add the fact “juno-arrival-2”?");
    assert!(
        mine.text().contains("`Juno arrival` asks for") && !mine.labels().contains(&"Save"),
        "{}",
        mine.body
    );
    let form = office.press(&told, "Edit mine", COLLEAGUE).await.form();
    assert_eq!(form.value("answer"), "It was in July.");
    let preview = office.submit(&form.with("questions", "month of the Juno arrival"), COLLEAGUE).await;
    assert_eq!(preview.title(), "Add the fact “juno-arrival-2”?");
    office.save(&preview, COLLEAGUE).await;
    assert_eq!(office.answer("Juno arrival").await, "Juno came in 2016.");
    assert_eq!(office.answer("month of the Juno arrival").await, "It was in July.");
}

/// A base whose file has changed below an edit.
async fn conflict() -> Office {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", "The edit's answer.").await;
    let file = office.base.path().join(GALILEAN_FILE);
    let changed = GALILEAN.replace("Io is the innermost of the four", "The file's new answer is on the");
    fs::write(file, changed.replace("Europa ice", "ice of Europa")).unwrap();
    office.serves("ice of Europa", "Europa is covered").await;
    office
}

/// It is told where the fact is listed and shown, with both texts; and the edit goes on to be served.
#[tokio::test]
async fn a_file_that_changes_below_an_edit_is_shown() {
    let office = conflict().await;
    assert_eq!(office.answer("what is Io").await, "The edit's answer.");
    let list = office.fact(MODERATOR, "list", &[option("edited", true)]).await;
    assert!(list.text().contains("⚠ ✎ `io`"), "{}", list.text());
    let shown = office.choose(&list, "io", MODERATOR).await;
    assert!(shown.text().contains("⚠ **The file has changed below the edit.**"), "{}", shown.text());
    let both = "- answer = \"The file's new answer is on the Galilean moons, and the most volcanic body of the Solar \
                System.\"\n+ answer = \"The edit's answer.\"";
    assert!(shown.text().contains(both), "{}", shown.text());
    assert_eq!(shown.labels(), ["Edit", "Retire", "Keep the edit", "Take the file's", "History"]);
}

/// The edit is kept, and from then on it stands over what the file has now.
#[tokio::test]
async fn an_edit_is_kept_over_a_changed_file() {
    let office = conflict().await;
    let shown = office.fact(MODERATOR, "show", &[option("id", "io")]).await;
    let preview = office.press(&shown, "Keep the edit", MODERATOR).await;
    assert_eq!(preview.title(), "Keep the fact “io” as moderators left it?");
    assert_eq!(preview.labels(), ["Save", "Cancel"]);
    let press = || office.pressed(&preview, &preview.button("Save"), None, MODERATOR);
    let presses = [press(), press()].map(|press| office.post(press));
    for id in &presses {
        office.reply(id).await;
    }
    assert_eq!(office.value("SELECT count(*) FROM change WHERE action = 'keep'").await, "1");
    let shown = office.fact(MODERATOR, "show", &[option("id", "io")]).await;
    assert!(!shown.text().contains('⚠'), "{}", shown.text());
    assert_eq!(office.answer("what is Io").await, "The edit's answer.");
    assert!(office.value("SELECT base_text FROM edit").await.contains("The file's new answer"));
}

/// The edit is given up for what the file has.
#[tokio::test]
async fn an_edit_is_given_up_for_the_file() {
    let office = conflict().await;
    let shown = office.fact(MODERATOR, "show", &[option("id", "io")]).await;
    let preview = office.press(&shown, "Take the file's", MODERATOR).await;
    assert!(preview.text().contains("+ answer = \"The file's new answer"), "{}", preview.text());
    office.save(&preview, MODERATOR).await;
    assert!(office.answer("what is Io").await.starts_with("The file's new answer"));
    assert_eq!(office.rows(&["edit"]).await, [""; 0]);
}

/// A conflict of long texts has them whole beside it.
#[tokio::test]
async fn a_conflict_of_long_texts_has_both_files() {
    let office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", &"The edit's words. ".repeat(27)).await;
    let file = office.base.path().join(GALILEAN_FILE);
    let long = format!("answer = \"{}\"", "The file's words. ".repeat(27));
    let answer = GALILEAN.lines().find(|line| line.starts_with("answer = \"Io is")).unwrap();
    fs::write(file, GALILEAN.replace(answer, &long).replace("Europa ice", "ice of Europa")).unwrap();
    office.serves("ice of Europa", "Europa is covered").await;
    let shown = office.fact(MODERATOR, "show", &[option("id", "io")]).await;
    assert!(shown.text().contains("… the whole is in the files below"), "{}", shown.text());
    assert!(shown.file("old.toml").contains("The file's words. The file's words. The"));
    assert!(shown.file("new.toml").contains("The edit's words. The edit's words. The"));
}

/// A file that changes while a preview is open is noticed when it is saved.
#[tokio::test]
async fn a_file_that_changes_below_a_preview_is_noticed() {
    let office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Mine.");
    let preview = office.submit(&form, MODERATOR).await;
    let file = office.base.path().join(GALILEAN_FILE);
    fs::write(file, GALILEAN.replace("Io is the innermost", "Io is by far the innermost")).unwrap();
    let told = office.press(&preview, "Save", MODERATOR).await;
    assert!(told.text().starts_with("It was changed since you saw it"), "{}", told.text());
    assert!(told.text().contains("+ answer = \"Io is by far"), "{}", told.text());
    assert_eq!(office.rows(&["change", "edit"]).await, [""; 0]);
}

/// What somebody with a shell saves is served within three seconds, and stands in the history with the shell's name.
#[tokio::test]
async fn a_change_from_a_shell_is_served_soon() {
    let mut office = Office::new(&[]).await;
    let form = office.form(MODERATOR, "io").await.with("answer", "Mine.");
    let preview = office.submit(&form, MODERATOR).await;
    change_by_shell(&office, "io", "From the shell.").await;
    let saved = Instant::now();
    office.serves("what is Io", "From the shell.").await;
    assert!(saved.elapsed() < Duration::from_secs(3), "{:?}", saved.elapsed());
    let history = office.fact(MODERATOR, "history", &[]).await;
    assert!(history.text().contains("root (shell) changed `io`"), "{}", history.text());
    let told = office.press(&preview, "Save", MODERATOR).await;
    assert!(told.text().starts_with("root (shell) changed it (change 1)"), "{}", told.text());
    office.bot.logs("changes from elsewhere are served").await;
}

/// A moderator and a shell that save different things at the same time lose nothing to each other.
#[tokio::test]
async fn a_moderator_and_a_shell_save_at_the_same_time() {
    const ROUNDS: usize = 12;
    let mut office = Office::new(&[]).await;
    let shell = office.shell().await;
    let by_shell = async {
        for round in 0..ROUNDS {
            change_answer(&shell, "europa", &format!("Shell {round}.")).await;
        }
    };
    let by_moderator = async {
        for round in 0..ROUNDS {
            office.change_answer(MODERATOR, "io", &format!("Moderator {round}.")).await;
        }
    };
    tokio::join!(by_shell, by_moderator);
    shell.store().close().await;
    let last = ROUNDS - 1;
    office.serves("what is Io", &format!("Moderator {last}.")).await;
    office.serves("what is Europa", &format!("Shell {last}.")).await;
    assert_eq!(office.value("SELECT count(*) FROM change").await, (2 * ROUNDS).to_string());
    assert!(!office.stop().await.contains("ERROR"));
}
