//! The edited base as files, and what becomes of the edits then.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use relations_bot::config::Config;
use relations_bot::live::Live;
use relations_bot::moderation::history::Action;
use relations_bot::moderation::{Missing, Moderation, Opened};
use relations_bot::source::Source;

use crate::desk::{Desk, FACTS, LEXICON, SOURCE, block_on, callisto, done};
use crate::support::bot;

fn text(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

fn edited() -> Desk {
    let desk = Desk::new();
    desk.saved(&callisto("callisto"));
    desk.saved(&["fact", "edit", "io", "--answer", "Io is the hottest of them."]);
    desk.saved(&["fact", "retire", "europa"]);
    desk.saved(&["fact", "alias", "jupiter", "Jove"]);
    desk.saved(&["fact", "unanswerable", "who owns Io"]);
    desk
}

#[test]
fn exported_files_keep_comments_and_the_edits_fold_away() {
    let desk = edited();
    let out = desk.data.path().join("deep/out");
    let told = desk.done(&["export", out.to_str().unwrap()]);
    assert_eq!(told, format!("wrote 4 files into {}, where 0 were the same already\n", out.display()));
    assert_eq!(text(&out, "source.toml"), SOURCE);
    assert_eq!(text(&out, "en/lexicon.toml"), LEXICON.replace("[\"Jupiter\"]", "[\"Jupiter\", \"Jove\"]"));
    let facts = text(&out, "en/galilean.toml");
    for kept in [
        "# The four that Galileo saw.\n",
        "# The innermost.\n",
        "\"what is Io\", # short\n",
        "Io is the hottest",
        "Callisto is dark.",
    ] {
        assert!(facts.contains(kept), "`{kept}` is not in {facts}");
    }
    assert!(!facts.contains("europa"), "{facts}");
    assert_eq!(text(desk.base.path(), "en/galilean.toml"), FACTS, "the files of the base stay as they are");

    // With the exported folder as the base, there is nothing left to edit, though the database still has the edits.
    let on = |arguments: &[&str]| done(desk.program_on(&out).args(arguments));
    assert!(on(&["check"]).ends_with(" 1 unanswerable questions\n"));
    assert_eq!(on(&["fact", "list", "--edited"]), "");
    assert!(on(&["ask", "what is Callisto"]).starts_with("Callisto is dark."));
    assert_eq!(desk.counts().0, 5);
    let again = on(&["export", out.to_str().unwrap()]);
    assert!(again.starts_with("wrote 0 files into "), "{again}");

    // A bot that starts on it folds them away.
    block_on(async {
        let mut settings = Config::load(None).unwrap().moderation;
        settings.database = desk.database();
        let mut source = Source { folder: Some(out.clone()), ..Source::default() };
        let opened = Opened::over(&mut source, &settings, Missing::Leave).await.unwrap().unwrap();
        let live = Arc::new(Live::load(source, Config::load(None).unwrap().matcher).unwrap());
        let moderation = Moderation::new(opened, live, &settings);
        moderation.reload().await.unwrap();
        moderation.store().close().await;
    });
    assert_eq!(desk.counts(), (0, 10));
    let shipped = desk.objects(&["history", "--limit", "5"]);
    assert!(shipped.iter().all(|change| change["action"] == Action::Ship.name()), "{shipped:?}");
}

#[test]
fn only_files_that_differ_are_written() {
    let desk = edited();
    let folder = desk.base.path();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let inode = |path: &str| fs::metadata(folder.join(path)).unwrap().ino();
    let before = (inode("source.toml"), inode("en/galilean.toml"));
    let told = desk.done(&["export", folder.to_str().unwrap()]);
    assert!(
        told.starts_with("wrote 3 files into ") && told.contains("the base comes from this folder"),
        "{told}"
    );
    assert_eq!(inode("source.toml"), before.0);
    assert_ne!(inode("en/galilean.toml"), before.1, "a file is replaced whole");
    let mut names: Vec<String> = fs::read_dir(folder.join("en"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["galilean.toml", "lexicon.toml", "unanswerable.toml"], "nothing is left lying about");
    assert_eq!(text(folder, "notes.txt"), "mine");
    assert!(!desk.done(&["check"]).contains("in force"));
}

#[test]
fn the_shipped_base_comes_out_as_it_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("knowledge");
    bot().args(["export", out.to_str().unwrap()]).assert().success().stderr("");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    for path in ["source.toml", "en/lexicon.toml", "en/unanswerable.toml", "en/words.bin"] {
        assert_eq!(fs::read(out.join(path)).unwrap(), fs::read(shipped.join(path)).unwrap(), "{path}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let desk = Desk::new();
    let told = desk.refused(&["export", "/proc/nowhere"]);
    assert!(told.starts_with("error: /proc/nowhere") && told.lines().count() == 1, "{told}");
}
