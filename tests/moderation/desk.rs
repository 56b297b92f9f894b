//! What these tests share: a small base in a folder, and a database for its edits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use relations_bot::moderation::store::{Inspection, Store};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::support::{folder, program};

pub const SOURCE: &str = r#"[article]
title = "Moons of Jupiter"
url = "https://example.org/moons"
[[section]]
id = "galilean"
title = "Galilean moons"
anchor = "Galilean_moons"
"#;
pub const LEXICON: &str = r#"# Words of the moons.
[words]
stop = ["what", "is", "a", "the", "in", "when", "was", "did", "to"]
polar = ["is", "did", "was"]
[[name]]
id = "jupiter"
kind = "planet"
aliases = ["Jupiter"] # the largest
"#;
pub const FACTS: &str = r#"# The four that Galileo saw.
section = "galilean"

# The innermost.
[[fact]]
id = "io"
answer = "Io is the innermost of them."
questions = [
  "what is Io", # short
  "tell me about Io",
]
yes = ["is Io a moon"]

[[fact]]
id = "europa"
answer = "Europa is covered by ice."
questions = ["what is Europa", "Europa ice"]

[[fact]]
id = "jupiter"
answer = "Jupiter is their planet."
questions = ["what is Jupiter", "which planet do they orbit"]
"#;

/// A base with a database.
pub struct Desk {
    pub base: TempDir,
    pub data: TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub told: String,
}

impl Desk {
    pub fn new() -> Self {
        let base =
            folder(&[("source.toml", SOURCE), ("en/lexicon.toml", LEXICON), ("en/galilean.toml", FACTS)]);
        Self { base, data: tempfile::tempdir().unwrap() }
    }

    pub fn database(&self) -> PathBuf {
        self.data.path().join("edits.db")
    }

    pub fn facts(&self) -> PathBuf {
        self.base.path().join("en/galilean.toml")
    }

    /// Changes the file of the facts.
    pub fn replace(&self, old: &str, new: &str) {
        let text = fs::read_to_string(self.facts()).unwrap();
        assert!(text.contains(old), "`{old}` is not in {text}");
        fs::write(self.facts(), text.replace(old, new)).unwrap();
    }

    pub fn program(&self) -> Command {
        self.program_on(self.base.path())
    }

    /// The program with another base and the same database.
    pub fn program_on(&self, base: &Path) -> Command {
        let mut command = program();
        command
            .env("RELATIONS_BOT__KNOWLEDGE__DIR", base)
            .env("RELATIONS_BOT__MODERATION__DATABASE", self.database())
            .env("USER", "ada");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        ended(self.program().args(arguments))
    }

    /// What a run prints that succeeds without a complaint.
    pub fn done(&self, arguments: &[&str]) -> String {
        done(self.program().args(arguments))
    }

    /// What a run complains of that fails.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(1), "{arguments:?}: {run:?}");
        run.told
    }

    /// Makes a change; gives what was printed.
    pub fn saved(&self, arguments: &[&str]) -> String {
        let text = self.done(&[arguments, &["--yes"]].concat());
        assert!(text.lines().last().unwrap().starts_with("saved as change "), "{arguments:?}: {text}");
        text
    }

    pub fn answer(&self, question: &str) -> String {
        let text = self.done(&["ask", "--json", question]);
        let reply: Value = serde_json::from_str(&text).unwrap();
        reply.get("text").and_then(Value::as_str).unwrap().to_owned()
    }

    /// The objects that a command prints, one a line.
    pub fn objects(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.done(&[arguments, &["--json"]].concat());
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Works on the database through the library.
    pub fn store<T>(&self, work: impl AsyncFnOnce(&Store) -> T) -> T {
        block_on(async {
            let store = Store::open(&self.database(), Inspection::Whole).await.unwrap();
            let done = work(&store).await;
            store.close().await;
            done
        })
    }

    /// Works on the database with SQL.
    pub fn sql<T>(&self, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
        block_on(async {
            let options = SqliteConnectOptions::new().filename(self.database());
            let mut connection = options.connect().await.unwrap();
            let done = work(&mut connection).await;
            connection.close().await.unwrap();
            done
        })
    }

    /// How many edits and how many changes there are.
    pub fn counts(&self) -> (i64, i64) {
        self.sql(async |connection| {
            sqlx::query_as("SELECT (SELECT count(*) FROM edit), (SELECT count(*) FROM change)")
                .fetch_one(connection)
                .await
                .unwrap()
        })
    }
}

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

pub fn ended(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        told: String::from_utf8(output.stderr).unwrap(),
    }
}

pub fn done(command: &mut Command) -> String {
    let run = ended(command);
    assert!(run.code == Some(0) && run.told.is_empty(), "{command:?}: {run:?}");
    run.out
}

/// The arguments that add a fact of that id, which answers one question.
pub fn callisto(id: &str) -> [&str; 10] {
    [
        "fact",
        "add",
        "--section",
        "galilean",
        "--answer",
        "Callisto is dark.",
        "--question",
        "what is Callisto",
        "--id",
        id,
    ]
}
