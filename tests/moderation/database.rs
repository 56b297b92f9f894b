//! Databases that are of another version, damaged, not to be written, or on a full disk.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::desk::{Desk, callisto, ended};

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let desk = Desk::new();
    desk.saved(&callisto("callisto"));
    desk.sql(async |connection| {
        sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 1)")
            .execute(connection)
            .await
            .unwrap()
    });
    let before = fs::read(desk.database()).unwrap();
    for run in [&["ask", "what is Io"][..], &["fact", "retire", "io", "--yes"], &["history"], &["check"]] {
        let told = desk.refused(run);
        assert!(
            told.contains("newer version of relations-bot") && told.lines().count() == 1,
            "{run:?}: {told}"
        );
        assert!(told.contains("9999") && told.contains("moderation.database"), "{told}");
    }
    assert!(fs::read(desk.database()).unwrap() == before, "it is as it was");
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let desk = Desk::new();
    let garbage: Vec<u8> =
        (0..10_000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    fs::write(desk.database(), &garbage).unwrap();
    for run in [&["ask", "what is Io"][..], &["fact", "retire", "io", "--yes"], &["missed"]] {
        is_told_as_damaged(&desk, run);
    }
    assert!(fs::read(desk.database()).unwrap() == garbage, "it is as it was");
}

/// Edits that were read by half would be worse than none.
#[test]
fn damaged_pages_are_found_and_the_backup_restores_them() {
    let desk = Desk::new();
    desk.saved(&callisto("callisto"));
    desk.sql(async |connection| {
        sqlx::raw_sql(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
             INSERT INTO change (at, author, action, kind, subject, new_text)
             SELECT 0, 'bot', 'add', 'unanswerable', 'q ' || i, 'question = \"q ' || i || '\"' FROM n;
             INSERT INTO edit SELECT kind, subject, NULL, new_text, id FROM change WHERE kind = 'unanswerable';",
        )
        .execute(connection)
        .await
        .unwrap()
    });
    let backup = desk.store(async |store| store.back_up().await.unwrap());
    let mut bytes = fs::read(desk.database()).unwrap();
    let pages = bytes.len() / 4096;
    assert!(pages > 20, "{pages}");
    bytes[4096 * (pages / 2)..4096 * (pages - 1)].fill(0xaa);
    fs::write(desk.database(), &bytes).unwrap();
    for run in [&["ask", "what is Io"][..], &["fact", "retire", "io", "--yes"], &["check"]] {
        let told = is_told_as_damaged(&desk, run);
        assert!(told.contains(backup.to_str().unwrap()), "{told}");
    }
    assert!(fs::read(desk.database()).unwrap() == bytes, "it is as it was");
    // As the message tells.
    fs::remove_file(desk.database()).unwrap();
    fs::copy(&backup, desk.database()).unwrap();
    assert_eq!(desk.answer("what is Callisto"), "Callisto is dark.");
    desk.saved(&["fact", "retire", "io"]);
}

fn is_told_as_damaged(desk: &Desk, run: &[&str]) -> String {
    let told = desk.refused(run);
    assert_eq!(told.lines().count(), 1, "{run:?}: {told}");
    for part in ["is damaged", "nothing was changed in it", "copy ", ".backup"] {
        assert!(told.contains(part), "{run:?}: `{part}` is not in {told}");
    }
    told
}

/// The program without the right to write what it does not own. None where that cannot be had.
fn unprivileged(desk: &Desk) -> Option<Command> {
    let probe = desk.data.path().join("probe");
    fs::write(&probe, "").unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o444)).unwrap();
    if fs::OpenOptions::new().write(true).open(&probe).is_err() {
        return Some(desk.program());
    }
    let plain = desk.program();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(plain.get_program());
    take_environment(&mut command, &plain);
    let works = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(plain.get_program())
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    works.is_ok_and(|status| status.success()).then_some(command)
}

#[test]
fn a_database_that_cannot_be_written_is_read() {
    let desk = Desk::new();
    desk.saved(&callisto("callisto"));
    let Some(mut asking) = unprivileged(&desk) else { return };
    for folder in [desk.base.path(), &desk.base.path().join("en")] {
        mode(folder, 0o755);
    }
    mode(&desk.database(), 0o444);
    mode(desk.data.path(), 0o555);
    let before = fs::read(desk.database()).unwrap();
    let asked = ended(asking.args(["ask", "what is Callisto"]));
    assert!(asked.code == Some(0) && asked.out.starts_with("Callisto is dark."), "{asked:?}");
    let mut saving = unprivileged(&desk).unwrap();
    let refused = ended(saving.args(["fact", "retire", "io", "--yes"]));
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let last = refused.told.lines().last().unwrap();
    assert!(
        last.starts_with("error: the database ") && last.contains("cannot be written, so nothing was saved"),
        "{refused:?}"
    );
    assert!(fs::read(desk.database()).unwrap() == before, "it is as it was");
    mode(desk.data.path(), 0o755);
}

/// Readers see changes that are still in the log beside the file, be there a bot that runs on it or one that was killed.
#[test]
fn who_may_only_read_sees_what_a_bot_has_saved_a_moment_ago() {
    let desk = Desk::new();
    desk.saved(&["fact", "retire", "io"]);
    let Some(mut asking) = unprivileged(&desk) else { return };
    asking.args(["ask", "what is Callisto"]);
    for folder in [desk.base.path(), &desk.base.path().join("en"), desk.data.path()] {
        mode(folder, 0o755);
    }
    let killed = Desk::new();
    desk.store(async |bot| {
        desk.saved(&callisto("callisto"));
        let log = bot.path().with_file_name("edits.db-wal");
        assert!(fs::metadata(&log).unwrap().len() > 0, "the change is not in the file yet");
        let asked = ended(&mut asking);
        assert!(asked.out.starts_with("Callisto is dark."), "{asked:?}");
        for name in ["edits.db", "edits.db-wal", "edits.db-shm"] {
            fs::copy(desk.data.path().join(name), killed.data.path().join(name)).unwrap();
        }
    });
    for folder in [killed.base.path(), &killed.base.path().join("en"), killed.data.path()] {
        mode(folder, 0o755);
    }
    let asked = ended(unprivileged(&killed).unwrap().args(["ask", "what is Callisto"]));
    assert!(asked.out.starts_with("Callisto is dark."), "{asked:?}");
    assert_eq!(killed.answer("what is Callisto"), "Callisto is dark.");
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_full_disk_loses_nothing_and_is_told() {
    let desk = Desk::new();
    desk.saved(&callisto("callisto"));
    let (mut saved, mut refused) = (1, 0);
    // From where not even the files beside the database can be made to where all is well.
    for limit in (8..=260).step_by(12) {
        let id = format!("moon-{limit}");
        let mut command = limited(&desk, limit);
        command.args(["fact", "add", "--section", "galilean", "--answer", "A moon.", "--id", &id]).args([
            "--question",
            &format!("what is {id}"),
            "--yes",
        ]);
        let run = ended(&mut command);
        if run.out.contains("saved as change") {
            assert_eq!(run.code, Some(0), "{limit}: {run:?}");
            saved += 1;
        } else {
            assert_eq!(run.code, Some(1), "{limit}: {run:?}");
            let last = run.told.lines().last().unwrap();
            assert!(
                last.starts_with("error: the d") && last.contains("nothing was saved"),
                "{limit}: {run:?}"
            );
            assert!(last.contains(desk.database().to_str().unwrap()), "{limit}: {run:?}");
            // What is there can still be read.
            let mut asking = limited(&desk, limit);
            let asked = ended(asking.args(["ask", "what is Callisto"]));
            assert!(asked.out.starts_with("Callisto is dark."), "{limit}: {asked:?}");
            refused += 1;
        }
        assert_eq!(desk.counts(), (saved, saved), "{limit}: {run:?}");
    }
    assert!(saved > 2 && refused > 2, "{saved} were saved, {refused} refused");
    assert!(desk.done(&["check"]).ends_with(&format!(", {saved} edits in force\n")));
}

/// The program, whose files may have so many blocks of 512 bytes.
fn limited(desk: &Desk, blocks: u32) -> Command {
    let plain = desk.program();
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""))
        .arg(plain.get_program());
    take_environment(&mut command, &plain);
    command
}

fn take_environment(command: &mut Command, from: &Command) {
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}
