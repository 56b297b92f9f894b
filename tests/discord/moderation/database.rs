//! A database that cannot be used, or not written: what is told, what goes on, and what is left alone.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::super::stand_in::option;
use super::*;

/// A program that runs another one without the right to write whatever it likes; none is needed where nobody has it.
const POWERLESS: [&str; 3] = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];

/// A bot that has made a change, stopped, and left its database; and whether it died over it.
async fn left_behind(died: bool) -> (Discord, TempDir, TempDir, Vec<(String, String)>) {
    let mut office = Office::new(&[]).await;
    office.change_answer(MODERATOR, "io", "Hot.").await;
    if !died {
        office.stop().await;
    }
    let Office { discord, bot, base, data, settings } = office;
    if died {
        bot.kill().await;
    }
    discord.until("the connection is gone", |discord| (!discord.is_connected()).then_some(())).await;
    (discord, base, data, settings)
}

/// `serve` refuses with that in its only line, connects to nothing, and leaves every byte as it is.
async fn refused(discord: &Discord, data: &TempDir, settings: &[(String, String)], parts: &[&str]) {
    let (before, requests) = (bytes(&database_in(data)), discord.requests());
    let mut bot = discord.bot(&borrowed(settings));
    let error = bot.fails().await;
    let path = database_in(data);
    for part in parts.iter().chain([&path.to_str().unwrap(), &"nothing was changed in it"]) {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(discord.requests(), requests, "nothing is connected");
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let after = bytes(&path);
    assert_eq!(names(&after), names(&before));
    assert!(after == before, "the files have changed");
}

/// Changes some bytes in the middle of a page.
fn damage(database: &Path, page: usize) {
    let mut bytes = fs::read(database).unwrap();
    let start = page * 4_096;
    for byte in bytes.iter_mut().skip(start).take(512) {
        *byte = 0xa5;
    }
    fs::write(database, bytes).unwrap();
}

/// What a newer version has written is none of this one's business.
#[tokio::test]
async fn a_newer_database_is_refused() {
    for died in [false, true] {
        let (discord, _base, data, settings) = left_behind(died).await;
        let database = database_in(&data);
        let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES \
                   (9999, 'later', 1, x'00', 1)";
        if died {
            // Beside the file there is what was not put into it yet.
            let mut kept = connection(&database).await;
            sqlx::query(sql).execute(&mut kept).await.unwrap();
            let files = bytes(&database);
            kept.close().await.unwrap();
            for (name, bytes) in files {
                fs::write(data.path().join(name), bytes).unwrap();
            }
        } else {
            select(&database, sql).await;
        }
        refused(&discord, &data, &settings, &["from a newer version of relations-bot", "migration 9999"])
            .await;
    }
}

/// The same for one that was restored from a backup, and is in another mode.
#[tokio::test]
async fn a_newer_backup_is_refused() {
    let (discord, _base, data, settings) = left_behind(false).await;
    let database = database_in(&data);
    select(&database, "UPDATE _sqlx_migrations SET version = 9999").await;
    select(&database, "PRAGMA journal_mode = DELETE").await;
    refused(&discord, &data, &settings, &["from a newer version of relations-bot"]).await;
}

/// What is no database is not written over.
#[tokio::test]
async fn what_is_no_database_is_refused() {
    let (discord, _base, data, settings) = left_behind(false).await;
    for garbage in ["a letter to a friend, and no database at all\n".repeat(200).as_str(), "x"] {
        fs::write(database_in(&data), garbage).unwrap();
        refused(&discord, &data, &settings, &["is damaged", "it is not an SQLite database"]).await;
    }
}

/// A damaged page anywhere is found before anything is written, and how to restore is told; and that works.
#[tokio::test]
async fn a_damaged_database_is_refused_and_restored() {
    let (discord, _base, data, settings) = left_behind(false).await;
    let database = database_in(&data);
    // The next start finds a change, and copies the database.
    let bot = discord.serve(&borrowed(&settings)).await;
    let backup = data.path().join("moderation.db.backup");
    for _ in 0..300 {
        if backup.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bot.kill().await;
    discord.until("the connection is gone", |discord| (!discord.is_connected()).then_some(())).await;
    // What is still beside the file is put into it.
    select(&database, "SELECT count(*) FROM change").await;
    let whole = fs::read(&database).unwrap();
    let pages = whole.len() / 4_096;
    for page in [0, 1, pages / 2, pages - 1] {
        fs::write(&database, &whole).unwrap();
        damage(&database, page);
        let told = ["is damaged", "stop the bot, move the file and its -wal and -shm away, and copy"];
        refused(&discord, &data, &settings, &[told[0], if page == 0 { "damaged" } else { told[1] }]).await;
    }
    fs::write(&database, &whole[..whole.len() - 4_096 - 100]).unwrap();
    refused(&discord, &data, &settings, &["is damaged", backup.to_str().unwrap()]).await;

    fs::rename(&database, data.path().join("away.db")).unwrap();
    fs::copy(&backup, &database).unwrap();
    let _bot = discord.serve(&borrowed(&settings)).await;
    assert_eq!(discord.ask(ASKER, "what is Io").await.text(), "Hot.");
}

/// The same where the bot died, and what it wrote last is still beside the file.
#[tokio::test]
async fn a_database_that_was_damaged_in_a_crash_is_left_alone() {
    let (discord, base, data, settings) = left_behind(false).await;
    let office = Office::over(base, data, &[]).await;
    office.change_answer(MODERATOR, "europa", "Cold.").await;
    let Office { discord: own, bot, base: _base, data, .. } = office;
    bot.kill().await;
    drop(own);
    assert!(data.path().join("moderation.db-wal").exists());
    damage(&database_in(&data), 2);
    damage(&database_in(&data), 5);
    refused(&discord, &data, &settings, &["is damaged"]).await;
}

/// An empty file is as good as none, and a folder that is not there yet is made.
#[tokio::test]
async fn a_database_is_made() {
    let data = tempfile::tempdir().unwrap();
    fs::write(database_in(&data), "").unwrap();
    let office = Office::over(base(), data, &[]).await;
    office.change_answer(MODERATOR, "io", "Hot.").await;
    let elsewhere = office.data.path().join("not/there/yet.db");
    let office = Office::new(&[("MODERATION__DATABASE", elsewhere.to_str().unwrap())]).await;
    office.change_answer(MODERATOR, "io", "Hot.").await;
    assert!(elsewhere.exists());
}

/// A place where nothing can be made is told before anything is connected.
#[tokio::test]
async fn a_place_that_is_none_is_told() {
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("file"), "").unwrap();
    let discord = discord().await;
    for place in ["file/moderation.db", ""] {
        let settings = [
            ("MODERATION__GUILDS", GUILD.to_string()),
            ("MODERATION__DATABASE", data.path().join(place).to_str().unwrap().to_owned()),
        ];
        let settings = settings.map(|(key, value)| (key.to_owned(), value));
        let error = discord.bot(&borrowed(&settings)).fails().await;
        assert!(error.contains("cannot be opened") && error.contains("check moderation.database"), "{error}");
        assert_eq!(discord.requests(), 0);
    }
}

/// Where nobody has named a database, it is in the user's folder; and where there is no room for one, the bot does without.
#[tokio::test]
async fn a_database_of_its_own_is_made_or_done_without() {
    let (base, home) = (base(), tempfile::tempdir().unwrap());
    let settings = settings_of(Some(base.path()), Path::new(""), &[]);
    let folder = home.path().join("data");
    let below = |place: &Path| ["env".to_owned(), format!("XDG_DATA_HOME={}", place.display())];
    let discord = discord().await;
    let in_folder = below(&folder);
    let bot = discord.serve_below(&in_folder.each_ref().map(String::as_str), &borrowed(&settings)).await;
    let own = fs::read_dir(folder.join("relations-bot")).unwrap();
    let names: Vec<String> = own.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().any(|name| name.starts_with("moderation-") && name.contains(".db")), "{names:?}");
    bot.kill().await;
    discord.until("the connection is gone", |discord| (!discord.is_connected()).then_some(())).await;

    fs::write(home.path().join("file"), "").unwrap();
    let nowhere = below(&home.path().join("file"));
    let mut bot = discord.serve_below(&nowhere.each_ref().map(String::as_str), &borrowed(&settings)).await;
    bot.logs("facts cannot be changed from Discord").await;
    assert!(discord.ask(ASKER, "what is Io").await.is_public());
    let told = discord.run(MODERATOR, "fact", &[subcommand("list", &[])]).await;
    assert!(told.text().starts_with("Changes cannot be kept"), "{}", told.text());
}

/// A folder and its files that nobody may write, as long as this lives.
struct ReadOnly<'a>(&'a TempDir);

impl<'a> ReadOnly<'a> {
    fn new(data: &'a TempDir) -> Self {
        Self::set(data, 0o555, 0o444);
        Self(data)
    }

    fn set(data: &TempDir, folder: u32, files: u32) {
        for entry in fs::read_dir(data.path()).unwrap() {
            fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(files)).unwrap();
        }
        fs::set_permissions(data.path(), fs::Permissions::from_mode(folder)).unwrap();
    }

    /// What the bot has to run below so that it may not write; none where there is nothing of the sort.
    fn below(&self) -> Option<Vec<&'static str>> {
        let probe = self.0.path().join("moderation.db");
        for below in [&[][..], &POWERLESS] {
            let mut test = below.to_vec();
            test.extend(["sh", "-c", "! test -w \"$0\""]);
            let [program, arguments @ ..] = test.as_slice() else { continue };
            let status = Command::new(program).args(arguments).arg(&probe).status();
            if status.is_ok_and(|status| status.success()) {
                return Some(below.to_vec());
            }
        }
        println!("nothing here keeps the bot from writing, so that this is not tried");
        None
    }
}

impl Drop for ReadOnly<'_> {
    fn drop(&mut self) {
        Self::set(self.0, 0o755, 0o644);
    }
}

/// What can only be read is read: edits are served, a save is refused clearly with what was typed, and questions that
/// cannot be taken down harm nobody. Also where the bot died before, and its last change is beside the file.
#[tokio::test]
async fn a_database_that_can_only_be_read_is_served() {
    for died in [false, true] {
        let (discord, base, data, settings) = left_behind(died).await;
        let read_only = ReadOnly::new(&data);
        let Some(below) = read_only.below() else { return };
        let bot = discord.serve_below(&below, &borrowed(&settings)).await;
        let mut office = Office { discord, bot, base, data: tempfile::tempdir().unwrap(), settings };
        office.bot.logs("the database of moderation can only be read: no change can be saved").await;
        assert_eq!(office.answer("what is Io").await, "Hot.", "died: {died}");
        let form = office.form(MODERATOR, "europa").await.with("answer", "Typed in vain.");
        let refused = office.submit(&form, MODERATOR).await;
        assert!(refused.is_private());
        for part in
            ["cannot be written, so nothing was saved", "check who may write there", "so that it is not lost"]
        {
            assert!(refused.text().contains(part), "{part}: {}", refused.text());
        }
        assert!(refused.file("typed.txt").contains("Typed in vain."));
        for options in [vec![option("id", "europa")], vec![option("id", "io")]] {
            let refused = office.fact(MODERATOR, "retire", &options).await;
            assert!(refused.text().contains("cannot be written"), "{}", refused.text());
        }
        let history = office.fact(MODERATOR, "history", &[]).await;
        assert!(history.text().starts_with("One change."), "{}", history.text());
        for _ in 0..3 {
            office.ask(ASKER, "how cold is Callisto").await;
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        assert_eq!(office.answer("what is Io").await, "Hot.");
        let log = office.stop().await;
        assert!(!log.contains("panicked"), "{log}");
        assert_eq!(log.matches("questions without an answer cannot be taken down").count(), 1, "{log}");
        drop(read_only);
        // What is mended works again.
        let bot = office.discord.serve(&borrowed(&office.settings)).await;
        office.bot = bot;
        office.change_answer(MODERATOR, "europa", "At last.").await;
    }
}

/// Saves until it fails; gives the refused preview and what was said.
async fn saves_until_refused(office: &Office) -> (Reply, Reply) {
    for number in 0..400 {
        let long = format!("Answer {number}. {}", "It is long. ".repeat(38));
        let form = office.form(MODERATOR, "io").await.with("answer", &long);
        let preview = office.submit(&form, MODERATOR).await;
        if !preview.labels().contains(&"Save") {
            return (preview.clone(), preview);
        }
        let saved = office.press(&preview, "Save", MODERATOR).await;
        if number_of(&saved).is_none() {
            return (preview, saved);
        }
    }
    panic!("the disk does not become full");
}

/// Where there is no room, nothing is half saved, the moderator is told, and the bot goes on.
async fn goes_on_without_room(office: &Office, told: &str) {
    let (preview, refused) = saves_until_refused(office).await;
    assert!(refused.is_private(), "{}", refused.body);
    assert!(
        refused.text().to_lowercase().contains(told) && refused.text().contains("nothing was saved"),
        "{}",
        refused.text()
    );
    if !preview.labels().contains(&"Save") {
        assert!(refused.file("typed.txt").contains("It is long."));
    }
    let history = office.fact(MODERATOR, "history", &[]).await;
    let latest: i64 = history.options()[0].parse().unwrap();
    let served = office.answer("what is Io").await;
    // The first change was another one.
    assert!(served.starts_with(&format!("Answer {}. ", latest - 2)), "{latest}: {served}");
    for _ in 0..20 {
        let reply = office.ask(ASKER, "how cold is Callisto").await;
        assert!(reply.text().starts_with("I have no answer") && reply.after < Duration::from_millis(500));
    }
    // Sooner or later not even the smallest thing has room: a form that was sent comes back as a file.
    let mut typed_back = false;
    for number in 0..50 {
        let form = office.form(MODERATOR, "europa").await.with("answer", &format!("Typed in vain {number}."));
        let sent = office.submit(&form, MODERATOR).await;
        if sent.labels().is_empty() {
            assert!(sent.text().to_lowercase().contains(told), "{}", sent.text());
            assert!(sent.file("typed.txt").contains(&format!("Typed in vain {number}.")));
            typed_back = true;
            break;
        }
    }
    assert!(typed_back);
}

/// The database is whole after all.
async fn is_whole(database: &Path) {
    assert_eq!(select(database, "PRAGMA integrity_check").await, ["ok"]);
    let half = "SELECT count(*) FROM edit LEFT JOIN change ON change.id = edit.change_id WHERE change.new_text IS NOT \
                edit.text";
    assert_eq!(select(database, half).await, ["0"]);
}

/// A file that may not grow any more, and later may.
#[tokio::test]
async fn a_database_that_may_not_grow_is_told() {
    let (discord, base, data, settings) = left_behind(false).await;
    let limit = fs::metadata(database_in(&data)).unwrap().len() / 512 + 250;
    let script = format!("trap '' XFSZ; ulimit -S -f {limit}; exec \"$0\" \"$@\"");
    let bot = discord.serve_below(&["sh", "-c", &script], &borrowed(&settings)).await;
    let mut office = Office { discord, bot, base, data, settings };
    goes_on_without_room(&office, "the database").await;
    let process = format!("--pid={}", office.bot.process());
    let freed = Command::new("prlimit").args([&process, "--fsize=unlimited"]).status();
    if freed.is_ok_and(|status| status.success()) {
        office.change_answer(MODERATOR, "io", "There is room.").await;
        assert_eq!(office.answer("what is Io").await, "There is room.");
    }
    let log = office.stop().await;
    assert!(!log.contains("panicked"), "{log}");
    is_whole(&office.database()).await;
}

/// A disk that is really full, where this may make one, and then has room again.
#[tokio::test]
async fn a_full_disk_is_told() {
    let (discord, base, data, settings) = left_behind(false).await;
    let place = data.path().to_str().unwrap().to_owned();
    let script = format!(
        "cp -r '{place}' '{place}.whole' && mount -t tmpfs -o size=400k tmpfs '{place}' && cp '{place}.whole'/* '{place}' \
         && rm -r '{place}.whole' && exec \"$0\" \"$@\""
    );
    let below = ["unshare", "--mount", "sh", "-c", &script];
    let possible = Command::new("unshare")
        .args(["--mount", "sh", "-c", "mount -t tmpfs -o size=100k tmpfs \"$0\"", &place])
        .status()
        .is_ok_and(|status| status.success());
    if !possible {
        println!("no disk can be made here, so that a full one is not tried");
        return;
    }
    let bot = discord.serve_below(&below, &borrowed(&settings)).await;
    let mut office = Office { discord, bot, base, data, settings };
    goes_on_without_room(&office, "the disk is full, so nothing was saved: make room for").await;
    let process = office.bot.process().to_string();
    let more = Command::new("nsenter")
        .args(["--mount", "--target", &process, "mount", "-o", "remount,size=10m", &place])
        .status();
    assert!(more.unwrap().success());
    office.change_answer(MODERATOR, "io", "There is room.").await;
    assert_eq!(office.answer("what is Io").await, "There is room.");
    let inside = PathBuf::from(format!("/proc/{process}/root{place}/moderation.db"));
    is_whole(&inside).await;
    let log = office.stop().await;
    assert!(!log.contains("panicked"), "{log}");
}
