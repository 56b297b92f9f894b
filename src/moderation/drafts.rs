//! Edits that somebody is looking at: kept in the database, so that a press on "Save" works after a restart.

use serde::{Deserialize, Serialize};

use super::edits::Subject;
use super::history::{Action, Author, now};
use super::store::{Store, StoreError};

/// Drafts older than that, in seconds, are dropped: a day, as a preview is worth no more after it.
const KEPT: i64 = 24 * 60 * 60;

/// An edit before it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Who made it, and alone may save it.
    pub author: Author,
    /// What it would do.
    pub action: Action,
    /// The sort of thing that it is about, and
    pub(super) kind: String,
    /// what tells it from others.
    pub(super) key: String,
    /// The thing as its author saw it.
    pub seen: Option<String>,
    /// What it is to be.
    pub new: Option<String>,
    /// Why.
    pub reason: String,
    /// The change that it takes back.
    pub undoes: Option<i64>,
    /// The missed question that it settles.
    pub missed: Option<i64>,
}

impl Draft {
    /// A draft that has neither a reason nor anything that it would settle.
    #[must_use]
    pub fn new(
        author: Author,
        action: Action,
        subject: &Subject,
        seen: Option<String>,
        new: Option<String>,
    ) -> Self {
        Self {
            author,
            action,
            kind: subject.kind().to_owned(),
            key: subject.key().to_owned(),
            seen,
            new,
            reason: String::new(),
            undoes: None,
            missed: None,
        }
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        // A draft is only ever made from a subject, so the sort is known.
        Subject::from_parts(&self.kind, self.key.clone()).unwrap_or_else(|| Subject::Fact(self.key.clone()))
    }
}

impl Store {
    /// Keeps a draft for a day; gives its number.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn keep_draft(&self, draft: &Draft) -> Result<i64, StoreError> {
        let body = serde_json::to_string(draft).unwrap_or_default();
        let mut writing = self.writing().await?;
        let kept = async {
            sqlx::query("DELETE FROM draft WHERE at < ?").bind(now() - KEPT).execute(&mut *writing).await?;
            let id = sqlx::query("INSERT INTO draft (at, author, body) VALUES (?, ?, ?)")
                .bind(now())
                .bind(draft.author.to_string())
                .bind(body)
                .execute(&mut *writing)
                .await?
                .last_insert_rowid();
            writing.commit().await?;
            Ok(id)
        };
        kept.await.map_err(|error| self.error(&error))
    }

    /// The draft of that number, where it is still there.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn draft(&self, id: i64) -> Result<Option<Draft>, StoreError> {
        let body: Option<String> = sqlx::query_scalar("SELECT body FROM draft WHERE id = ? AND at >= ?")
            .bind(id)
            .bind(now() - KEPT)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(&error))?;
        // A draft of another version is as good as none: it is a day old at most.
        Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
    }

    /// Drops a draft.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn drop_draft(&self, id: i64) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        let dropped = async {
            sqlx::query("DELETE FROM draft WHERE id = ?").bind(id).execute(&mut *writing).await?;
            writing.commit().await
        };
        dropped.await.map_err(|error| self.error(&error))
    }
}
