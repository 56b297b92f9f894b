//! The database of moderation: opening it, keeping it whole, and saying what is wrong with it.
//!
//! What is in it is described in `migrations/`; what is done with it, in [`super::history`], [`super::drafts`] and
//! [`super::missed`], which are the only places with SQL.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The first bytes of every SQLite database (SQLite's documentation, "Database File Format").
const MAGIC: &[u8] = b"SQLite format 3\0";
/// What SQLite says of a database without a fault.
const SOUND: &str = "ok";
/// Another program may hold the database for so long.
const BUSY: Duration = Duration::from_secs(5);
/// Those who write queue up for one connection, and those who only look have another: a writer that waits for another
/// program is in nobody's way.
const CONNECTIONS: u32 = 1;
/// Nobody waits longer for a connection.
const QUEUED: Duration = Duration::from_secs(15);
/// KiB of pages that a connection keeps in memory: small, since a query looks at few.
const CACHE_KIB: u32 = 128;
/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 32;

// SQLite's primary result codes.
const BUSY_CODE: i64 = 5;
const LOCKED: i64 = 6;
const READ_ONLY: i64 = 8;
const INPUT_OUTPUT: i64 = 10;
const CORRUPT: i64 = 11;
const FULL: i64 = 13;
const CANNOT_OPEN: i64 = 14;
const NOT_A_DATABASE: i64 = 26;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was written by a newer version of the bot.
    #[error(
        "the database {path} is from a newer version of relations-bot (it has migration {version}): run that version, \
         or start with another file in moderation.database; nothing was changed in it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The first migration that this version does not know.
        version: i64,
    },
    /// It is damaged.
    #[error(
        "the database {path} is damaged ({cause}); nothing was changed in it. To restore it, stop the bot, move the \
         file and its -wal and -shm away, and copy {backup} in its place; without a backup, `sqlite3 {path} .recover` \
         may save most of it"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The latest backup.
        backup: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// It cannot be opened or made.
    #[error(
        "the database {path} cannot be opened ({cause}): check moderation.database, and who may write there"
    )]
    Unopened {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// The disk is full.
    #[error("the disk is full, so nothing was saved: make room for {path}, then try again")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error(
        "the database {path} cannot be written, so nothing was saved: check who may write there, and whether its disk \
         has room; then try again, and restart a bot that runs on it"
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to read or write it.
    #[error(
        "the database {path} cannot be read or written, so nothing was saved ({cause}): check its disk, and whether it \
         has room"
    )]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the database said.
        cause: String,
    },
    /// Another program holds it.
    #[error("another program holds the database {path}, so nothing was saved: try again in a while")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Anything else.
    #[error("the database {path} refused, so nothing was saved: {cause}")]
    Other {
        /// The file.
        path: PathBuf,
        /// What it said.
        cause: String,
    },
}

/// The database, open.
#[derive(Debug, Clone)]
pub struct Store {
    /// For those who only look.
    pub(super) pool: SqlitePool,
    /// For those who write.
    writers: SqlitePool,
    path: PathBuf,
    writable: bool,
}

/// How closely a database is looked at when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inspection {
    /// Every page is read: at the start of the bot.
    Whole,
    /// Only that it is a database: for a command that runs for milliseconds.
    Header,
}

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// To write, too.
    Write,
    /// To read what others may write.
    Read,
    /// To read the file alone, as if nobody wrote it: without the files beside it that tell what others do.
    Alone,
}

impl Store {
    /// Opens the database, and makes it where there is none. One that this process may only read is opened for
    /// reading: the bot goes on with the edits in it, and says at the next change why it cannot be saved.
    ///
    /// # Errors
    /// Where it is damaged, from a newer version, or cannot be opened at all.
    pub async fn open(path: &Path, inspection: Inspection) -> Result<Self, StoreError> {
        let unopened =
            |error: io::Error| StoreError::Unopened { path: path.to_owned(), cause: error.to_string() };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(unopened)?;
        }
        let exists = inspect_header(path)?;
        if exists {
            inspect(path, inspection).await?;
        }
        match Self::connect(path, Access::Write).await {
            Err(error) if exists && is_about_writing(&error) => {
                tracing::warn!(%error, "the database of moderation can only be read: no change can be saved");
                match Self::connect(path, Access::Read).await {
                    Err(error) if is_about_writing(&error) => Self::connect(path, Access::Alone).await,
                    opened => opened,
                }
            }
            opened => opened,
        }
    }

    async fn connect(path: &Path, access: Access) -> Result<Self, StoreError> {
        let options = options(path).statement_cache_capacity(STATEMENTS);
        let options = match access {
            Access::Write => options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // An acknowledged change outlives a power cut, too.
                .synchronous(SqliteSynchronous::Full),
            Access::Read => options.read_only(true),
            Access::Alone => options.read_only(true).immutable(true),
        };
        let pool = || {
            SqlitePoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(QUEUED)
                .after_release(|connection, _| Box::pin(async move { is_clean(connection).await }))
        };
        let opened = async {
            // The writer comes first: it makes the file.
            let writers = pool().connect_with(options.clone()).await?;
            Ok((pool().connect_with(options).await?, writers))
        };
        let (pool, writers) = opened.await.map_err(|error| StoreError::of(path, &error))?;
        let store = Self { pool, writers, path: path.to_owned(), writable: access == Access::Write };
        // Whether it can be written, or even read, shows only then.
        let used =
            if store.writable { store.take_over().await } else { store.latest_change().await.map(drop) };
        if let Err(error) = used {
            store.close().await;
            return Err(error);
        }
        Ok(store)
    }

    /// Brings the database up to date, and sees whether it can be written.
    async fn take_over(&self) -> Result<(), StoreError> {
        self.migrate().await?;
        // SQLite opens a file that may only be read without a word, and refuses the first that would be written.
        let nothing = sqlx::query("DELETE FROM draft WHERE 0").execute(&self.writers).await;
        match nothing.map_err(|error| self.error(&error)) {
            Ok(_) | Err(StoreError::Busy { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(&self.writers).await.map_err(|error| match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
                StoreError::Newer { path: self.path.clone(), version }
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => self.error(&error),
            error => StoreError::Other { path: self.path.clone(), cause: error.to_string() },
        })
    }

    /// Whether changes can be saved, as far as was seen when it was opened.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.writable
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies the database beside itself, whole: what [`StoreError::Damaged`] tells to restore.
    ///
    /// # Errors
    /// Where the copy cannot be written; the one from before stays.
    pub async fn back_up(&self) -> Result<PathBuf, StoreError> {
        let backup = backup_path(&self.path);
        let partial = with_suffix(&backup, ".partial");
        let other = |error: io::Error| StoreError::Other { path: backup.clone(), cause: error.to_string() };
        match fs::remove_file(&partial) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(other(error)),
            _ => {}
        }
        sqlx::query("VACUUM INTO ?")
            .bind(partial.to_string_lossy().into_owned())
            .execute(&self.pool)
            .await
            .map_err(|error| StoreError::of(&backup, &error))?;
        // It takes the place of a good copy, so it has to be on the disk first.
        fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(other)?;
        fs::rename(&partial, &backup).map_err(other)?;
        Ok(backup)
    }

    /// Ends every connection, so that nothing is left beside the file.
    pub async fn close(&self) {
        self.pool.close().await;
        self.writers.close().await;
    }

    /// What an error of the database means.
    pub(super) fn error(&self, error: &sqlx::Error) -> StoreError {
        StoreError::of(&self.path, error)
    }
}

impl StoreError {
    fn of(path: &Path, error: &sqlx::Error) -> Self {
        let path = path.to_owned();
        let cause = error.to_string();
        let code = match error {
            sqlx::Error::Database(error) => primary(error.code()),
            _ => None,
        };
        match code {
            Some(FULL) => Self::Full { path },
            Some(READ_ONLY) => Self::ReadOnly { path },
            Some(BUSY_CODE | LOCKED) => Self::Busy { path },
            Some(CORRUPT | NOT_A_DATABASE) => Self::damaged(&path, cause),
            Some(INPUT_OUTPUT) => Self::Disk { path, cause },
            Some(CANNOT_OPEN) => Self::Unopened { path, cause },
            _ => Self::Other { path, cause },
        }
    }

    fn damaged(path: &Path, cause: String) -> Self {
        Self::Damaged { path: path.to_owned(), backup: backup_path(path), cause }
    }
}

/// Whether what could not be done may be due to the files that SQLite writes beside a database, even to read it: they
/// cannot be made without the right to write there, or without room on the disk.
fn is_about_writing(error: &StoreError) -> bool {
    use StoreError::{Disk, Full, ReadOnly, Unopened};
    matches!(error, ReadOnly { .. } | Unopened { .. } | Disk { .. } | Full { .. })
}

/// The primary result code: the lower eight bits of SQLite's extended one.
fn primary(code: Option<Cow<'_, str>>) -> Option<i64> {
    code?.parse::<i64>().ok().map(|code| code & 0xff)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .pragma("cache_size", format!("-{CACHE_KIB}"))
        // What was forgotten is gone from the file, too.
        .pragma("secure_delete", "on")
        .disable_statement_logging()
}

/// Whether the file is there; an empty one is as good as none.
fn inspect_header(path: &Path) -> Result<bool, StoreError> {
    use io::Read as _;
    let mut header = Vec::new();
    match fs::File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut header)) {
        Ok(0) => Ok(false),
        Ok(_) if header == MAGIC => Ok(true),
        Ok(_) => Err(StoreError::damaged(path, "it is not an SQLite database".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::Unopened { path: path.to_owned(), cause: error.to_string() }),
    }
}

/// Options for a connection that leaves every byte as it is.
fn reading(path: &Path) -> SqliteConnectOptions {
    // What was not put into the file yet, as after a crash, belongs to it. Without that, nothing need be made beside it,
    // for which there may be no right.
    let is_whole = fs::metadata(with_suffix(path, "-wal")).map_or(true, |wal| wal.len() == 0);
    options(path).read_only(true).immutable(is_whole)
}

/// Whether a connection can be used again. Where a disk is full, SQLite takes back a transaction by itself, and sqlx goes
/// on to believe in it: no other could be begun.
async fn is_clean(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // What was dropped is taken back before that is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Looks for what forbids to use a database, before anything is written.
async fn inspect(path: &Path, inspection: Inspection) -> Result<(), StoreError> {
    let read = async {
        let mut connection = reading(path).connect().await?;
        let found = async {
            let whole = inspection == Inspection::Whole;
            let said = if whole { quick_check(&mut connection).await? } else { SOUND.to_owned() };
            Ok((said, latest_migration(&mut connection).await?))
        };
        let found = found.await;
        connection.close().await?;
        found
    };
    let known = MIGRATIONS.iter().map(|migration| migration.version).max();
    match read.await {
        Ok((said, _)) if said != SOUND => Err(StoreError::damaged(path, said.replace('\n', " "))),
        Ok((_, Some(version))) if Some(version) > known => {
            Err(StoreError::Newer { path: path.to_owned(), version })
        }
        Ok(_) => Ok(()),
        Err(error) => match StoreError::of(path, &error) {
            // Whether it can be read at all shows when it is opened.
            error if is_about_writing(&error) => Ok(()),
            error => Err(error),
        },
    }
}

/// Reads every page.
async fn quick_check(connection: &mut SqliteConnection) -> sqlx::Result<String> {
    sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await
}

/// The latest migration that a database has had; none where it has had none.
async fn latest_migration(connection: &mut SqliteConnection) -> sqlx::Result<Option<i64>> {
    let table = "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
    let tables: i64 = sqlx::query_scalar(table).fetch_one(&mut *connection).await?;
    if tables == 0 {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await
}

/// Where the latest copy of a database is kept.
#[must_use]
pub fn backup_path(path: &Path) -> PathBuf {
    with_suffix(path, ".backup")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(suffix);
    name.into()
}

/// A transaction that takes the right to write at its beginning, so that what it reads stays true to its end.
pub(super) type Writing<'a> = sqlx::Transaction<'a, sqlx::Sqlite>;

impl Store {
    /// Begins to write.
    pub(super) async fn writing(&self) -> Result<Writing<'_>, StoreError> {
        if !self.writable {
            return Err(StoreError::ReadOnly { path: self.path.clone() });
        }
        self.writers.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.error(&error))
    }
}
