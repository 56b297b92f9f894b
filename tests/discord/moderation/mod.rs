//! Moderation from outside: what moderators do, what others may not, and what becomes of the database whatever happens.

mod conflicts;
mod crash;
mod database;
mod editing;
mod history;
mod log_channel;
mod missed;
mod permissions;
mod previewing;
mod registration;
mod slow;
mod speed;

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use relations_bot::config::Config;
use relations_bot::live::Live;
use relations_bot::moderation::edits::Edits;
use relations_bot::moderation::store::{Inspection, Store};
use relations_bot::moderation::{Missing, Moderation, Opened};
use relations_bot::source::Source;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Column as _, Connection as _, Row as _, SqliteConnection};
use tempfile::TempDir;

use super::ASKER;
use super::base::base;
use super::stand_in::{Bot, Discord, Form, GUILD, Person, Reply, option, subcommand};

/// Two moderators by permission.
const MODERATOR: u64 = 1_100_000_000_000_000_011;
const COLLEAGUE: u64 = 1_100_000_000_000_000_012;
/// Discord's permission "Manage Server".
const MANAGE_GUILD: u64 = 1 << 5;
/// A role that may moderate, and the channel of the log.
const ROLE: u64 = 1_200_000_000_000_000_021;
const LOG_CHANNEL: u64 = 1_200_000_000_000_000_022;
/// A bot with moderators, and what outlives it: its base and its database.
struct Office {
    discord: Discord,
    bot: Bot,
    base: TempDir,
    data: TempDir,
    settings: Vec<(String, String)>,
}

impl Office {
    /// Over the small base.
    async fn new(settings: &[(&str, &str)]) -> Self {
        Self::over(base(), tempfile::tempdir().unwrap(), settings).await
    }

    /// Over a base and a folder of a database that are there already.
    async fn over(base: TempDir, data: TempDir, settings: &[(&str, &str)]) -> Self {
        let settings = settings_of(Some(base.path()), &database_in(&data), settings);
        let discord = discord().await;
        let bot = discord.serve(&borrowed(&settings)).await;
        Self { discord, bot, base, data, settings }
    }

    /// The bot dies, and is started anew over the same base and database.
    async fn restarted(self) -> Self {
        let Self { discord, bot, base, data, settings } = self;
        bot.kill().await;
        discord.until("the connection is gone", |discord| (!discord.is_connected()).then_some(())).await;
        let bot = discord.serve(&borrowed(&settings)).await;
        Self { discord, bot, base, data, settings }
    }

    /// The bot ends as it should; gives its log.
    async fn stop(&mut self) -> String {
        self.bot.signal("TERM");
        assert_eq!(self.bot.ended().await.code(), Some(0));
        self.bot.log()
    }

    /// Runs a subcommand of `/fact`; what it replies is for the moderator alone.
    async fn fact(&self, user: u64, name: &str, options: &[Value]) -> Reply {
        private(self.run(user, "fact", &[subcommand(name, options)]).await)
    }

    /// Runs `/missed`.
    async fn missed(&self, user: u64, options: &[Value]) -> Reply {
        private(self.run(user, "missed", options).await)
    }

    /// The form of a fact, as `/fact edit` opens it.
    async fn form(&self, user: u64, id: &str) -> Form {
        self.fact(user, "edit", &[option("id", id)]).await.form()
    }

    /// Changes the answer of a fact; gives the number of the change.
    async fn change_answer(&self, user: u64, id: &str, answer: &str) -> i64 {
        let form = self.form(user, id).await.with("answer", answer);
        self.save(&self.submit(&form, user).await, user).await
    }

    /// Presses "Save" on a preview; gives the number of the change.
    async fn save(&self, preview: &Reply, user: u64) -> i64 {
        assert!(
            preview.labels().contains(&"Save"),
            "it cannot be saved: {}\n{}",
            preview.body,
            self.bot.log()
        );
        let saved = self.press(preview, "Save", user).await;
        number_of(&saved).unwrap_or_else(|| panic!("it is not saved: {}", saved.body))
    }

    /// What `/ask` says.
    async fn answer(&self, question: &str) -> String {
        self.ask(ASKER, question).await.text().to_owned()
    }

    fn database(&self) -> PathBuf {
        database_in(&self.data)
    }

    /// All rows of some tables.
    async fn rows(&self, tables: &[&str]) -> Vec<String> {
        rows(&self.database(), tables).await
    }

    /// The single value of a query about the database, as text.
    async fn value(&self, sql: &str) -> String {
        let rows = select(&self.database(), sql).await;
        rows.into_iter().next().unwrap_or_default()
    }

    /// Waits until a query about the database has that value.
    async fn becomes(&self, sql: &str, wanted: &str) {
        let mut value = String::new();
        for _ in 0..300 {
            value = self.value(sql).await;
            if value == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("`{sql}` gives {value} and not {wanted}:\n{}", self.bot.log());
    }

    /// Waits until a question is answered by a text that begins so.
    async fn serves(&self, question: &str, start: &str) {
        let mut answer = String::new();
        for _ in 0..100 {
            answer = self.answer(question).await;
            if answer.starts_with(start) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("`{question}` is answered by `{answer}`:\n{}", self.bot.log());
    }

    /// The same database and base in the hands of another program, as a shell's.
    async fn shell(&self) -> Moderation {
        let config = Config::load(None).unwrap();
        let mut source = Source { folder: Some(self.base.path().to_owned()), ..Source::default() };
        let mut moderation = config.moderation.clone();
        moderation.database = self.database();
        let opened = Opened::over(&mut source, &moderation, Missing::Leave).await.unwrap().unwrap();
        let live = Live::load(source, config.matcher).unwrap();
        Moderation::new(opened, live.into(), &moderation)
    }
}

impl Deref for Office {
    type Target = Discord;

    fn deref(&self) -> &Discord {
        &self.discord
    }
}

/// A stand-in that knows the moderators.
async fn discord() -> Discord {
    let discord = Discord::start().await;
    for user in [MODERATOR, COLLEAGUE] {
        discord.knows(user, Person::with(MANAGE_GUILD));
    }
    discord
}

/// The settings of a bot with moderators; without a folder it serves the shipped base.
fn settings_of(base: Option<&Path>, database: &Path, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut settings = vec![
        ("MODERATION__GUILDS".to_owned(), GUILD.to_string()),
        ("MODERATION__ROLES".to_owned(), ROLE.to_string()),
        ("MODERATION__DATABASE".to_owned(), database.to_str().unwrap().to_owned()),
        // Tests ask faster than people may.
        ("DISCORD__COOLDOWN__QUESTIONS".to_owned(), "0".to_owned()),
    ];
    settings.extend(base.map(|base| ("KNOWLEDGE__DIR".to_owned(), base.to_str().unwrap().to_owned())));
    settings.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    settings
}

fn borrowed(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn database_in(data: &TempDir) -> PathBuf {
    data.path().join("moderation.db")
}

/// A reply that nobody else sees: a message, or a form.
fn private(reply: Reply) -> Reply {
    assert!(reply.is_private() || reply.kind() == 9, "others see it: {}", reply.body);
    reply
}

/// The number of the change that a reply says is saved.
fn number_of(reply: &Reply) -> Option<i64> {
    reply.title().strip_prefix("Saved as change ")?.parse().ok()
}

/// The preview of a fact that is to be added by the form of a section.
async fn adds(office: &Office, user: u64, section: &str, answer: &str, questions: &str) -> Reply {
    let form = office.fact(user, "add", &[option("section", section)]).await.form();
    office.submit(&form.with("answer", answer).with("questions", questions), user).await
}

/// A connection to a database, apart from the bot's.
async fn connection(database: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(Duration::from_secs(10));
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// The rows of a query, each as one text.
async fn select(database: &Path, sql: &str) -> Vec<String> {
    let mut connection = connection(database).await;
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let text = |row: &sqlx::sqlite::SqliteRow, at: usize| {
        let number = || row.try_get_unchecked::<Option<i64>, _>(at).unwrap().map(|number| number.to_string());
        let text = row.try_get::<Option<String>, _>(at).unwrap_or_else(|_| number());
        text.unwrap_or_else(|| "null".to_owned())
    };
    rows.iter()
        .map(|row| {
            let columns = row.columns().iter().map(|column| text(row, column.ordinal()));
            columns.collect::<Vec<_>>().join(" | ")
        })
        .collect()
}

/// All rows of some tables.
async fn rows(database: &Path, tables: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for table in tables {
        let rows = select(database, &format!("SELECT * FROM {table} ORDER BY 1, 2")).await;
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}

/// The edits of a database.
async fn edits(database: &Path) -> Edits {
    let store = Store::open(database, Inspection::Whole).await.unwrap();
    let (edits, _) = store.edits().await.unwrap();
    store.close().await;
    edits
}

/// The bytes of a database and of the files beside it, but for the one that holds nothing that lasts.
fn bytes(database: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(database.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with("-shm") {
            files.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    files.sort();
    files
}
