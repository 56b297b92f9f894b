//! Edits that somebody is looking at: kept in the database, so that a press on "Save" works after a restart.

use serde::{Deserialize, Serialize};

use super::edits::{Revision, Subject};
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
    /// For one that settles a conflict, the revision of what the files had when its author saw it.
    pub(super) shipped: Option<String>,
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
            shipped: None,
            reason: String::new(),
            undoes: None,
            missed: None,
        }
    }

    /// The same as the settlement of a conflict with what the files have.
    #[must_use]
    pub(super) fn settling_conflict(self, shipped: Option<&str>) -> Self {
        Self { shipped: Some(Revision::of(shipped).to_string()), ..self }
    }

    /// Whether it settles a conflict.
    pub(super) fn settles_conflict(&self) -> bool {
        self.shipped.is_some()
    }

    /// Whether the files are as its author saw them, as far as that matters.
    pub(super) fn saw_shipped(&self, shipped: Option<&str>) -> bool {
        self.shipped.as_ref().is_none_or(|seen| *seen == Revision::of(shipped).to_string())
    }

    /// The same over what the files have now, where that matters.
    pub(super) fn over(self, shipped: Option<&str>) -> Self {
        if self.settles_conflict() { self.settling_conflict(shipped) } else { self }
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
