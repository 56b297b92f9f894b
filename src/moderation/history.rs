//! The history of changes, and the edits that stand at present: one transaction writes both.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::edits::{Edit, Edits, Subject};
use super::store::{Store, StoreError, Writing};

/// What was done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It was made.
    Add,
    /// It was changed.
    Edit,
    /// It was taken away.
    Retire,
    /// A change was taken back.
    Undo,
    /// An edit was kept, though the file below it has changed.
    Keep,
    /// The files have caught up with it, so that it is no edit any more.
    Ship,
}

impl Action {
    const ALL: [Self; 6] = [Self::Add, Self::Edit, Self::Retire, Self::Undo, Self::Keep, Self::Ship];

    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Retire => "retire",
            Self::Undo => "undo",
            Self::Keep => "keep",
            Self::Ship => "ship",
        }
    }

    /// What was done, in a sentence about the past.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Add => "added",
            Self::Edit => "changed",
            Self::Retire => "retired",
            Self::Undo => "undone",
            Self::Keep => "kept over a changed file",
            Self::Ship => "shipped with the files",
        }
    }
}

/// Who changed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Author {
    /// A Discord account, by its id.
    Person(u64),
    /// Somebody with a shell, by name.
    Shell(String),
    /// The bot, when it finds that the files have caught up with an edit.
    Bot,
}

/// As the database has it.
impl fmt::Display for Author {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(formatter, "{id}"),
            Self::Shell(name) => write!(formatter, "shell:{name}"),
            Self::Bot => formatter.write_str("bot"),
        }
    }
}

impl From<&str> for Author {
    fn from(text: &str) -> Self {
        match (text.parse(), text.strip_prefix("shell:")) {
            (Ok(id), _) => Self::Person(id),
            (_, Some(name)) => Self::Shell(name.to_owned()),
            _ => Self::Bot,
        }
    }
}

/// A change that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Who makes it.
    pub author: Author,
    /// What is done.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// What the files had of it when it was first edited, and
    pub base: Option<String>,
    /// what they have now.
    pub shipped: Option<String>,
    /// What it was before, and
    pub old: Option<String>,
    /// what it is to be.
    pub new: Option<String>,
    /// Why.
    pub reason: String,
    /// The change that it takes back.
    pub undoes: Option<i64>,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number, from 1.
    pub id: i64,
    /// When.
    pub at: SystemTime,
    /// Who made it.
    pub author: Author,
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// What it was before, and
    pub old: Option<String>,
    /// what it was after.
    pub new: Option<String>,
    /// Why.
    pub reason: String,
    /// The change that it takes back.
    pub undoes: Option<i64>,
}

/// What goes away with a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settles {
    /// The draft that it was.
    pub draft: Option<i64>,
    /// The missed question that it settles.
    pub missed: Option<i64>,
}

/// A part of the history, the latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The changes.
    pub changes: Vec<Change>,
    /// How many there are in all.
    pub total: usize,
}

#[derive(FromRow)]
struct ChangeRow {
    id: i64,
    at: i64,
    author: String,
    action: String,
    kind: String,
    subject: String,
    old_text: Option<String>,
    new_text: Option<String>,
    reason: String,
    undoes: Option<i64>,
}

#[derive(FromRow)]
struct EditRow {
    kind: String,
    subject: String,
    base_text: Option<String>,
    text: Option<String>,
    change_id: i64,
}

impl ChangeRow {
    fn read(self) -> Option<Change> {
        Some(Change {
            id: self.id,
            at: UNIX_EPOCH + Duration::from_secs(u64::try_from(self.at).unwrap_or_default()),
            author: Author::from(self.author.as_str()),
            action: Action::ALL.into_iter().find(|action| action.name() == self.action)?,
            subject: Subject::from_parts(&self.kind, self.subject)?,
            old: self.old_text,
            new: self.new_text,
            reason: self.reason,
            undoes: self.undoes,
        })
    }
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A query for changes, given what follows the table.
macro_rules! changes {
    ($rest:literal) => {
        concat!(
            "SELECT id, at, author, action, kind, subject, old_text, new_text, reason, undoes FROM change ",
            $rest
        )
    };
}

impl Store {
    /// Every edit that stands, and the number of the latest change.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn edits(&self) -> Result<(Edits, i64), StoreError> {
        let read = async {
            let mut reading = self.pool.begin().await?;
            let latest = latest(&mut reading).await?;
            let rows: Vec<EditRow> =
                sqlx::query_as("SELECT kind, subject, base_text, text, change_id FROM edit")
                    .fetch_all(&mut *reading)
                    .await?;
            reading.commit().await?;
            Ok((rows, latest))
        };
        let (rows, latest) = read.await.map_err(|error| self.error(&error))?;
        let edits = rows.into_iter().filter_map(|row| {
            let edit = Edit { base: row.base_text, text: row.text, change: row.change_id };
            Some((Subject::from_parts(&row.kind, row.subject)?, edit))
        });
        Ok((Edits(edits.collect()), latest))
    }

    /// The number of the latest change; 0 where there is none.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn latest_change(&self) -> Result<i64, StoreError> {
        sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM change")
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.error(&error))
    }

    /// Makes a change, provided that `latest` is still the number of the latest one: what it was checked against
    /// is then still so. None where another change came between.
    ///
    /// # Errors
    /// Where the database cannot be written; nothing is changed then.
    pub async fn commit(
        &self,
        change: &NewChange,
        latest: i64,
        settles: Settles,
    ) -> Result<Option<Change>, StoreError> {
        let mut writing = self.writing().await?;
        let made = write(&mut writing, change, latest, settles).await.map_err(|error| self.error(&error))?;
        if made.is_some() {
            writing.commit().await.map_err(|error| self.error(&error))?;
        }
        Ok(made)
    }

    /// The changes to a thing, or to anything, the latest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn history(
        &self,
        subject: Option<&Subject>,
        offset: usize,
        limit: usize,
    ) -> Result<HistoryPage, StoreError> {
        let (kind, key) = (subject.map(Subject::kind), subject.map(Subject::key));
        let read = async {
            let total: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM change WHERE (?1 IS NULL OR (kind = ?1 AND subject = ?2))",
            )
            .bind(kind)
            .bind(key)
            .fetch_one(&self.pool)
            .await?;
            let rows: Vec<ChangeRow> = sqlx::query_as(changes!(
                "WHERE (?1 IS NULL OR (kind = ?1 AND subject = ?2)) ORDER BY id DESC LIMIT ?3 OFFSET ?4"
            ))
            .bind(kind)
            .bind(key)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(i64::try_from(offset).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
            Ok((rows, total))
        };
        let (rows, total) = read.await.map_err(|error: sqlx::Error| self.error(&error))?;
        Ok(HistoryPage {
            changes: rows.into_iter().filter_map(ChangeRow::read).collect(),
            total: usize::try_from(total).unwrap_or_default(),
        })
    }

    /// A change by its number.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn change(&self, id: i64) -> Result<Option<Change>, StoreError> {
        let row: Option<ChangeRow> = sqlx::query_as(changes!("WHERE id = ?"))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(&error))?;
        Ok(row.and_then(ChangeRow::read))
    }

    /// The earliest changes that the log channel does not have yet.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn unannounced(&self, limit: usize) -> Result<Vec<Change>, StoreError> {
        let rows: Vec<ChangeRow> = sqlx::query_as(changes!("WHERE announced = 0 ORDER BY id LIMIT ?"))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(&error))?;
        Ok(rows.into_iter().filter_map(ChangeRow::read).collect())
    }

    /// Notes that the log channel has every change up to that one.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn announced(&self, up_to: i64) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        let noted = async {
            sqlx::query("UPDATE change SET announced = 1 WHERE announced = 0 AND id <= ?")
                .bind(up_to)
                .execute(&mut *writing)
                .await?;
            writing.commit().await
        };
        noted.await.map_err(|error| self.error(&error))
    }
}

async fn latest(reading: &mut sqlx::Transaction<'_, sqlx::Sqlite>) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM change").fetch_one(&mut **reading).await
}

async fn write(
    writing: &mut Writing<'_>,
    change: &NewChange,
    expected: i64,
    settles: Settles,
) -> sqlx::Result<Option<Change>> {
    if latest(writing).await? != expected {
        return Ok(None);
    }
    let (kind, key, at) = (change.subject.kind(), change.subject.key(), now());
    let id = sqlx::query(
        "INSERT INTO change (at, author, action, kind, subject, old_text, new_text, reason, undoes) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(at)
    .bind(change.author.to_string())
    .bind(change.action.name())
    .bind(kind)
    .bind(key)
    .bind(&change.old)
    .bind(&change.new)
    .bind(&change.reason)
    .bind(change.undoes)
    .execute(&mut **writing)
    .await?
    .last_insert_rowid();
    if change.new == change.shipped {
        // As the files have it: there is no edit any more.
        sqlx::query("DELETE FROM edit WHERE kind = ? AND subject = ?")
            .bind(kind)
            .bind(key)
            .execute(&mut **writing)
            .await?;
    } else {
        sqlx::query(
            "INSERT INTO edit (kind, subject, base_text, text, change_id) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (kind, subject) DO UPDATE SET base_text = ?3, text = ?4, change_id = ?5",
        )
        .bind(kind)
        .bind(key)
        .bind(&change.base)
        .bind(&change.new)
        .bind(id)
        .execute(&mut **writing)
        .await?;
    }
    if let Some(draft) = settles.draft {
        sqlx::query("DELETE FROM draft WHERE id = ?").bind(draft).execute(&mut **writing).await?;
    }
    if let Some(missed) = settles.missed {
        sqlx::query("DELETE FROM missed WHERE id = ?").bind(missed).execute(&mut **writing).await?;
    }
    let NewChange { author, action, subject, old, new, reason, undoes, .. } = change.clone();
    let at = UNIX_EPOCH + Duration::from_secs(u64::try_from(at).unwrap_or_default());
    Ok(Some(Change { id, at, author, action, subject, old, new, reason, undoes }))
}
