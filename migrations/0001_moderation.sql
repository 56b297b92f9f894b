-- Every change that was ever made, in order. Rows are added and never altered, but for `announced`.
-- `old_text` and `new_text` are documents (TOML); null where the thing was not, or is not, there.
CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL, -- seconds since 1970 (UTC)
    author TEXT NOT NULL, -- a Discord user id, or `shell:` and a name, or `bot`
    action TEXT NOT NULL, -- what was done: add, edit, retire, undo, keep, ship
    kind TEXT NOT NULL, -- fact, alias, unanswerable
    subject TEXT NOT NULL, -- a fact's id; a folded alias or question
    old_text TEXT,
    new_text TEXT,
    reason TEXT NOT NULL DEFAULT '',
    undoes INTEGER REFERENCES change (id),
    announced INTEGER NOT NULL DEFAULT 0 -- whether the log channel has it
);
CREATE INDEX change_by_subject ON change (kind, subject, id);
CREATE INDEX change_unannounced ON change (id) WHERE announced = 0;

-- What stands over the files at present: one row for each thing that differs.
CREATE TABLE edit (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    base_text TEXT, -- what the files had when it was first edited
    text TEXT, -- what stands in its place; null where it is retired
    change_id INTEGER NOT NULL REFERENCES change (id),
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;

-- Edits that somebody is looking at, before they are saved or dropped.
CREATE TABLE draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: an old button must not save a new draft
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL -- JSON
);
CREATE INDEX draft_by_age ON draft (at);

-- Questions without an answer, grouped by meaning. Nothing tells who asked.
CREATE TABLE missed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    question TEXT NOT NULL, -- as it was first asked
    concepts TEXT NOT NULL, -- what it was read as, sorted, joined by newlines
    unanswered INTEGER NOT NULL DEFAULT 0,
    suggested INTEGER NOT NULL DEFAULT 0,
    unhelpful INTEGER NOT NULL DEFAULT 0,
    total INTEGER GENERATED ALWAYS AS (unanswered + suggested + unhelpful) STORED,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    dismissed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX missed_by_count ON missed (dismissed, total DESC, last_seen DESC);
CREATE INDEX missed_by_age ON missed (last_seen);
CREATE INDEX missed_by_concepts ON missed (concepts);

-- The wordings of each group, folded.
CREATE TABLE missed_wording (
    folded TEXT PRIMARY KEY,
    question TEXT NOT NULL,
    missed_id INTEGER NOT NULL REFERENCES missed (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX missed_wording_by_group ON missed_wording (missed_id);

-- For each group, the hash of its concepts with each of them left out in turn: two groups that differ in one
-- concept share one of these.
CREATE TABLE missed_without_one (
    hash INTEGER NOT NULL,
    missed_id INTEGER NOT NULL REFERENCES missed (id) ON DELETE CASCADE,
    PRIMARY KEY (hash, missed_id)
) WITHOUT ROWID;
CREATE INDEX missed_without_one_by_group ON missed_without_one (missed_id);
