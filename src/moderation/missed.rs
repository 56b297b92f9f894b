//! Questions without an answer: kept without a trace of who asked, grouped by what they mean, and forgotten after a
//! while.
//!
//! Two wordings are one group where their words mean the same to the matcher, or where they differ in one word, and
//! that only by its spelling.

use serde::Serialize;
use sqlx::FromRow;
use strsim::damerau_levenshtein;
use xxhash_rust::xxh3::xxh3_64;

use super::history::now;
use super::store::{Store, StoreError, Writing};
use crate::assistant::Assistant;
use crate::matcher::profile::is_telling;
use crate::matcher::text::fold_words;

/// Stands between the concepts of a group.
const SEPARATOR: &str = "\n";
/// Of so many letters of a word one may differ, as typing errors go.
const LETTERS_PER_SLIP: usize = 4;
/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// What a question met with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shortfall {
    /// There was no answer.
    Unanswered,
    /// There were only suggestions.
    Suggested,
    /// There was an answer, and it was of no help.
    Unhelpful,
}

/// A question that was asked in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The question.
    pub question: String,
    /// What it was read as, sorted.
    pub concepts: Vec<String>,
    /// What it met with.
    pub shortfall: Shortfall,
}

/// Questions of one meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct MissedGroup {
    /// Its number.
    pub id: i64,
    /// The question as it was first asked.
    pub question: String,
    /// How often there was no answer.
    pub unanswered: i64,
    /// How often there were only suggestions.
    pub suggested: i64,
    /// How often the answer was of no help.
    pub unhelpful: i64,
    /// Of how many wordings the group is.
    pub wordings: i64,
    /// When it was last asked, in seconds since 1970.
    pub last_seen: i64,
}

/// A part of the list, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedPage {
    /// The groups.
    pub groups: Vec<MissedGroup>,
    /// How many there are in all.
    pub total: usize,
}

impl MissedGroup {
    /// How often it was asked.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.unanswered + self.suggested + self.unhelpful
    }
}

impl Miss {
    /// A question with what the assistant reads it as.
    #[must_use]
    pub fn new(assistant: &Assistant, question: &str, shortfall: Shortfall) -> Self {
        let analysis = assistant.analyse(question);
        let ambient = analysis.tokens.iter().filter(|token| token.ambient).count();
        let mut subjects = 0;
        let mut concepts: Vec<String> = analysis
            .tokens
            .iter()
            .filter(|token| is_telling(token))
            .map(|token| {
                // "From the one to the other" is not "from the other to the one".
                if token.ambient && ambient > 1 {
                    subjects += 1;
                    format!("{subjects} {}", token.concept)
                } else {
                    token.concept.clone()
                }
            })
            .collect();
        if concepts.is_empty() {
            concepts = fold_words(question).split(' ').map(str::to_owned).collect();
        }
        concepts.extend(analysis.kind.map(|kind| format!("? {kind:?}")));
        concepts.sort_unstable();
        concepts.dedup();
        Self { question: question.to_owned(), concepts, shortfall }
    }
}

/// For each concept, the hash of all others.
fn without_one(concepts: &[&str]) -> Vec<i64> {
    (0..concepts.len())
        .map(|left_out| {
            let mut rest = String::new();
            for (at, concept) in concepts.iter().enumerate() {
                if at != left_out {
                    rest.push_str(concept);
                    rest.push_str(SEPARATOR);
                }
            }
            i64::from_le_bytes(xxh3_64(rest.as_bytes()).to_le_bytes())
        })
        .collect()
}

/// Whether two sets of concepts, sorted, differ in one word by its spelling.
fn differ_by_spelling(one: &[&str], other: &[&str]) -> bool {
    let mut only_one = one.iter().filter(|concept| !other.contains(concept));
    let mut only_other = other.iter().filter(|concept| !one.contains(concept));
    let (Some(a), Some(b), None, None) =
        (only_one.next(), only_other.next(), only_one.next(), only_other.next())
    else {
        return false;
    };
    let is_word = |word: &str| word.chars().all(char::is_alphabetic);
    let slips = a.chars().count().min(b.chars().count()) / LETTERS_PER_SLIP;
    is_word(a) && is_word(b) && slips > 0 && damerau_levenshtein(a, b) <= slips
}

const GROUP: &str = "SELECT id, question, unanswered, suggested, unhelpful, last_seen, \
                     (SELECT count(*) FROM missed_wording WHERE missed_id = missed.id) AS wordings FROM missed ";

impl Store {
    /// Takes down questions that were asked in vain.
    ///
    /// # Errors
    /// Where the database cannot be written; none is taken down then.
    pub async fn record(&self, misses: &[Miss]) -> Result<(), StoreError> {
        let mut writing = self.writing().await?;
        let recorded = async {
            for miss in misses {
                record_one(&mut writing, miss).await?;
            }
            writing.commit().await
        };
        recorded.await.map_err(|error| self.error(&error))
    }

    /// The groups that nobody has dismissed; where `search` is given, those with a wording that has it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn missed(&self, search: &str, offset: usize, limit: usize) -> Result<MissedPage, StoreError> {
        let like = format!("%{}%", fold_words(search).replace(['%', '_'], " "));
        let all = search.trim().is_empty();
        let read = async {
            let total: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM missed WHERE dismissed = 0 AND (?1 OR id IN \
                 (SELECT missed_id FROM missed_wording WHERE folded LIKE ?2))",
            )
            .bind(all)
            .bind(&like)
            .fetch_one(&self.pool)
            .await?;
            let groups: Vec<MissedGroup> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "{GROUP} WHERE dismissed = 0 AND (?1 OR id IN \
                 (SELECT missed_id FROM missed_wording WHERE folded LIKE ?2)) \
                 ORDER BY total DESC, last_seen DESC LIMIT ?3 OFFSET ?4"
            )))
            .bind(all)
            .bind(&like)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(i64::try_from(offset).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
            Ok((groups, total))
        };
        let (groups, total) = read.await.map_err(|error: sqlx::Error| self.error(&error))?;
        Ok(MissedPage { groups, total: usize::try_from(total).unwrap_or_default() })
    }

    /// A group by its number, and its wordings.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn missed_group(&self, id: i64) -> Result<Option<(MissedGroup, Vec<String>)>, StoreError> {
        let read = async {
            let group: Option<MissedGroup> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("{GROUP} WHERE id = ?")))
                    .bind(id)
                    .fetch_optional(&self.pool)
                    .await?;
            let wordings: Vec<String> = sqlx::query_scalar(
                "SELECT question FROM missed_wording WHERE missed_id = ? ORDER BY folded LIMIT 25",
            )
            .bind(id)
            .fetch_all(&self.pool)
            .await?;
            Ok(group.map(|group| (group, wordings)))
        };
        read.await.map_err(|error: sqlx::Error| self.error(&error))
    }

    /// The group of a question, where it was asked in vain.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn missed_like(&self, question: &str) -> Result<Option<i64>, StoreError> {
        sqlx::query_scalar("SELECT missed_id FROM missed_wording WHERE folded = ?")
            .bind(fold_words(question))
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(&error))
    }

    /// Hides a group for as long as it is kept. Whether it was there.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn dismiss(&self, id: i64) -> Result<bool, StoreError> {
        self.change_missed("UPDATE missed SET dismissed = 1 WHERE id = ? AND dismissed = 0", id)
            .await
            .map(|n| n > 0)
    }

    /// Forgets what has not been asked for that many days; gives how many groups that were.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn forget_missed(&self, days: u32) -> Result<u64, StoreError> {
        self.change_missed("DELETE FROM missed WHERE last_seen <= ?", now() - i64::from(days) * DAY).await
    }

    async fn change_missed(&self, sql: &'static str, value: i64) -> Result<u64, StoreError> {
        let mut writing = self.writing().await?;
        let changed = async {
            let changed = sqlx::query(sql).bind(value).execute(&mut *writing).await?.rows_affected();
            writing.commit().await?;
            Ok(changed)
        };
        changed.await.map_err(|error| self.error(&error))
    }
}

async fn record_one(writing: &mut Writing<'_>, miss: &Miss) -> sqlx::Result<()> {
    let folded = fold_words(&miss.question);
    if folded.is_empty() {
        return Ok(());
    }
    let known: Option<i64> = sqlx::query_scalar("SELECT missed_id FROM missed_wording WHERE folded = ?")
        .bind(&folded)
        .fetch_optional(&mut **writing)
        .await?;
    let id = if let Some(id) = known {
        id
    } else {
        let id = group_of(writing, miss).await?;
        sqlx::query("INSERT INTO missed_wording (folded, question, missed_id) VALUES (?, ?, ?)")
            .bind(&folded)
            .bind(&miss.question)
            .bind(id)
            .execute(&mut **writing)
            .await?;
        id
    };
    let count = match miss.shortfall {
        Shortfall::Unanswered => "UPDATE missed SET unanswered = unanswered + 1, last_seen = ? WHERE id = ?",
        Shortfall::Suggested => "UPDATE missed SET suggested = suggested + 1, last_seen = ? WHERE id = ?",
        Shortfall::Unhelpful => "UPDATE missed SET unhelpful = unhelpful + 1, last_seen = ? WHERE id = ?",
    };
    sqlx::query(count).bind(now()).bind(id).execute(&mut **writing).await?;
    Ok(())
}

/// The group that a new wording belongs to; a new one where there is none.
async fn group_of(writing: &mut Writing<'_>, miss: &Miss) -> sqlx::Result<i64> {
    let concepts: Vec<&str> = miss.concepts.iter().map(String::as_str).collect();
    let joined = concepts.join(SEPARATOR);
    let same: Option<i64> = sqlx::query_scalar("SELECT id FROM missed WHERE concepts = ? ORDER BY id")
        .bind(&joined)
        .fetch_optional(&mut **writing)
        .await?;
    if let Some(id) = same {
        return Ok(id);
    }
    let hashes = without_one(&concepts);
    for hash in &hashes {
        let near: Vec<(i64, String)> = sqlx::query_as(
            "SELECT id, concepts FROM missed WHERE id IN \
             (SELECT missed_id FROM missed_without_one WHERE hash = ? ORDER BY missed_id DESC LIMIT 200)",
        )
        .bind(hash)
        .fetch_all(&mut **writing)
        .await?;
        for (id, other) in near {
            let other: Vec<&str> = other.split(SEPARATOR).collect();
            if differ_by_spelling(&concepts, &other) {
                return Ok(id);
            }
        }
    }
    let id =
        sqlx::query("INSERT INTO missed (question, concepts, first_seen, last_seen) VALUES (?, ?, ?3, ?3)")
            .bind(&miss.question)
            .bind(&joined)
            .bind(now())
            .execute(&mut **writing)
            .await?
            .last_insert_rowid();
    // A set of one is left with nothing, which it would share with every other.
    if hashes.len() > 1 {
        for hash in hashes {
            sqlx::query("INSERT OR IGNORE INTO missed_without_one (hash, missed_id) VALUES (?, ?)")
                .bind(hash)
                .bind(id)
                .execute(&mut **writing)
                .await?;
        }
    }
    Ok(id)
}
