//! Loads and trains the shipped fact base, so that the binary starts in milliseconds.

#![allow(dead_code, unused_imports, reason = "the modules serve the library; the build uses a part")]
#![allow(clippy::pedantic, missing_docs, reason = "they are linted as parts of the library")]

#[path = "src/knowledge/mod.rs"]
mod knowledge;
#[path = "src/matcher/mod.rs"]
mod matcher;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use knowledge::{KnowledgeFiles, load};
use matcher::Matcher;
use matcher::words::WordTable;

fn main() -> Result<(), Box<dyn Error>> {
    for path in ["build.rs", "knowledge", "migrations", "src/knowledge", "src/matcher", "tests/exam"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut files = KnowledgeFiles::read(Path::new("knowledge"))?;
    let base = match load(&files).usable() {
        Ok(base) => base,
        Err(report) => {
            for fault in &report.0 {
                println!("cargo::error=knowledge/{fault}");
            }
            return Ok(());
        }
    };
    let words = files.get(&format!("{}/words.bin", base.language)).map(|file| file.bytes.clone());
    let table = words.clone().map(|bytes| WordTable::new(bytes.into())).transpose()?;
    let index = Matcher::index(&base, table.as_ref());
    files.0.retain(|file| file.path.ends_with(".toml"));
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("base.bin"), postcard::to_allocvec(&base.indexed())?)?;
    fs::write(out.join("index.bin"), postcard::to_allocvec(&index)?)?;
    fs::write(out.join("files.bin"), postcard::to_allocvec(&files)?)?;
    fs::write(out.join("words.bin"), words.unwrap_or_default())?;
    fs::write(out.join("exam.jsonl"), exam()?)?;
    Ok(())
}

/// The questions that the shipped base is measured on, one a line.
fn exam() -> Result<Vec<u8>, Box<dyn Error>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir("tests/exam")? {
        paths.push(entry?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let mut questions = Vec::new();
    for path in paths {
        questions.extend(fs::read(path)?);
        questions.push(b'\n');
    }
    Ok(questions)
}
