//! From files to a [`FactBase`], with every fault found on the way.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::casing::Spellings;
use super::facts::{self, PlacedFact};
use super::fault::{Fault, FaultReport, Faults, Severity};
use super::files::{KnowledgeFile, KnowledgeFiles};
use super::model::{FactBase, Section, SmallTalk, UnanswerableGroup};
use super::{lexicon, source};
use crate::matcher::text::fold_words;

/// The language of a base whose files stand in no language folder.
const DEFAULT_LANGUAGE: &str = "en";

/// What came out of loading: the base as far as it could be read, and what is wrong with it.
#[derive(Debug)]
pub struct Loaded {
    /// The base; complete where there is no error among the faults.
    pub base: FactBase,
    /// The faults, in the order of files and lines.
    pub faults: Vec<Fault>,
}

impl Loaded {
    /// The base, where nothing forbids using it.
    ///
    /// # Errors
    /// The faults that forbid it.
    pub fn usable(self) -> Result<FactBase, FaultReport> {
        let errors: Vec<Fault> =
            self.faults.into_iter().filter(|fault| fault.severity == Severity::Error).collect();
        if errors.is_empty() { Ok(self.base) } else { Err(FaultReport(errors)) }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnanswerableFile {
    #[serde(default)]
    group: Vec<UnanswerableGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SmallTalkFile {
    #[serde(default)]
    smalltalk: Vec<SmallTalk>,
}

/// Loads a base. The facts of one language are read: English where it is there, else the first.
#[must_use]
pub fn load(files: &KnowledgeFiles) -> Loaded {
    let mut faults = Vec::new();
    let mut base = FactBase::default();
    let mut open_sections = true;
    if let Some(file) = files.get("source.toml") {
        (base.article, base.sections) = read(file, &mut faults, source::parse).unwrap_or_default();
        open_sections = false;
    }
    let language = language(files);
    if language.is_empty() { DEFAULT_LANGUAGE } else { language }.clone_into(&mut base.language);
    let inside = |file: &&KnowledgeFile| match file.path.split_once('/') {
        Some((folder, rest)) => folder == language && !rest.contains('/'),
        None => language.is_empty(),
    };
    let mut fact_files = Vec::new();
    for file in files.0.iter().filter(|file| file.is_toml()).filter(inside) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        match name {
            "source.toml" => {}
            "lexicon.toml" => {
                base.lexicon = read(file, &mut faults, lexicon::parse).unwrap_or_default();
            }
            "unanswerable.toml" => {
                base.unanswerable = read(file, &mut faults, toml_file::<UnanswerableFile>)
                    .flatten()
                    .map(|file| file.group)
                    .unwrap_or_default();
            }
            "smalltalk.toml" => {
                base.smalltalk = read(file, &mut faults, toml_file::<SmallTalkFile>)
                    .flatten()
                    .map(|file| file.smalltalk)
                    .unwrap_or_default();
            }
            _ => fact_files.push(file),
        }
    }
    let placed = read_facts(&fact_files, &mut base, open_sections, &mut faults);
    check_across_files(&fact_files, &placed, &mut faults);
    if placed.iter().all(Vec::is_empty) && faults.is_empty() {
        faults.push(Fault {
            file: "knowledge".to_owned(),
            line: 0,
            message: "there are no facts: a base needs `<language>/<section>.toml` with `[[fact]]`s"
                .to_owned(),
            severity: Severity::Error,
        });
    }
    base.facts = placed.into_iter().flatten().map(|placed| placed.fact).collect();
    let spellings = Spellings::new(&base.lexicon);
    for fact in &mut base.facts {
        let plain = fact.phrasings.iter().find(|phrasing| phrasing.polarity.is_none());
        if let Some(phrasing) = plain.or_else(|| fact.phrasings.first()) {
            fact.question = spellings.question(&phrasing.text);
        }
    }
    let order: HashMap<&str, usize> =
        files.0.iter().enumerate().map(|(at, file)| (file.path.as_str(), at)).collect();
    faults.sort_by_key(|fault| (order.get(fault.file.as_str()).copied(), fault.line));
    Loaded { base, faults }
}

/// The folder of the language to read: empty where the facts stand beside `source.toml`.
fn language(files: &KnowledgeFiles) -> &str {
    let folders = files
        .0
        .iter()
        .filter(|file| file.is_toml())
        .filter_map(|file| file.path.split_once('/'))
        .map(|(folder, _)| folder);
    let mut found = "";
    for folder in folders {
        if folder == DEFAULT_LANGUAGE {
            return DEFAULT_LANGUAGE;
        }
        if found.is_empty() {
            found = folder;
        }
    }
    found
}

/// Runs a reader over a file's text and keeps its faults.
fn read<T>(
    file: &KnowledgeFile,
    faults: &mut Vec<Fault>,
    reader: impl FnOnce(&str, &mut Faults<'_>) -> T,
) -> Option<T> {
    match file.text() {
        Ok(text) => {
            let mut found = Faults::new(&file.path, text);
            let value = reader(text, &mut found);
            faults.extend(found.into_found());
            Some(value)
        }
        Err(offset) => {
            let line = file.bytes.iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1;
            faults.push(Fault {
                file: file.path.clone(),
                line,
                message: "the file is not UTF-8 from here on; save it as UTF-8".to_owned(),
                severity: Severity::Error,
            });
            None
        }
    }
}

fn toml_file<T: serde::de::DeserializeOwned>(text: &str, faults: &mut Faults<'_>) -> Option<T> {
    toml::from_str(text).map_err(|error| faults.toml(&error, 0)).ok()
}

/// Reads the facts of every file. Where no `source.toml` lists the sections, each file's own is
/// taken as it comes.
fn read_facts(
    files: &[&KnowledgeFile],
    base: &mut FactBase,
    open_sections: bool,
    faults: &mut Vec<Fault>,
) -> Vec<Vec<PlacedFact>> {
    let mut by_id: HashMap<String, usize> =
        base.sections.iter().enumerate().map(|(index, section)| (section.id.clone(), index)).collect();
    let rules = std::mem::take(&mut base.lexicon.rules);
    let sections = &mut base.sections;
    let url = base.article.url.clone();
    let mut section_index = |id: &str| {
        if let Some(&index) = by_id.get(id) {
            return Some(index);
        }
        if !open_sections {
            return None;
        }
        sections.push(Section { id: id.to_owned(), title: id.to_owned(), url: url.clone(), parent: None });
        by_id.insert(id.to_owned(), sections.len() - 1);
        Some(sections.len() - 1)
    };
    let placed = files
        .iter()
        .map(|file| {
            read(file, faults, |text, found| {
                facts::parse(&file.path, text, &rules, &mut section_index, found)
            })
            .unwrap_or_default()
        })
        .collect();
    base.lexicon.rules = rules;
    placed
}

/// Checks what only the whole base can tell: ids, related facts, and phrasings under two facts.
fn check_across_files(files: &[&KnowledgeFile], placed: &[Vec<PlacedFact>], faults: &mut Vec<Fault>) {
    let known: HashSet<&str> = placed.iter().flatten().map(|placed| placed.fact.id.as_str()).collect();
    let mut seen_ids = HashSet::new();
    let mut owners: HashMap<String, (&str, Option<super::Polarity>)> = HashMap::new();
    for (file, facts) in files.iter().zip(placed) {
        let Ok(text) = file.text() else { continue };
        let mut found = Faults::new(&file.path, text);
        facts::check_ids(facts.iter(), &known, &mut seen_ids, &mut found);
        for placed in facts {
            for (phrasing, &at) in placed.fact.phrasings.iter().zip(&placed.phrasings_at) {
                let folded = fold_words(&phrasing.text);
                if folded.is_empty() {
                    found.error(at, format_args!("`{}` has no word to match", phrasing.text));
                    continue;
                }
                let owner = (placed.fact.id.as_str(), phrasing.polarity);
                match owners.get(&folded) {
                    Some(&(other, _)) if other != owner.0 => found.lint(
                        at,
                        format_args!("`{}` asks for `{}` and for `{other}`", phrasing.text, owner.0),
                    ),
                    Some(&(_, polarity)) if polarity != owner.1 => found.lint(
                        at,
                        format_args!("`{}` stands in two of `questions`, `yes` and `no`", phrasing.text),
                    ),
                    _ => {
                        owners.insert(folded, owner);
                    }
                }
            }
        }
        faults.extend(found.into_found());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> KnowledgeFiles {
        KnowledgeFiles(
            entries
                .iter()
                .map(|&(path, text)| KnowledgeFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() })
                .collect(),
        )
    }

    const SOURCE: &str =
        "[article]\ntitle='T'\nurl='https://x.test'\n[[section]]\nid='a'\ntitle='A'\nanchor='A'\n";

    #[test]
    fn facts_alone_are_a_base() {
        let facts = "section='cards'\n[[fact]]\nid='x'\nanswer='X.'\nquestions=['what is [an] x']\n";
        for path in ["cards.toml", "fr/cards.toml"] {
            let loaded = load(&files(&[(path, facts)]));
            assert_eq!(loaded.faults, []);
            assert_eq!(loaded.base.facts[0].phrasings.len(), 2);
            assert_eq!(loaded.base.sections[0].title, "cards");
            assert_eq!(loaded.base.facts[0].question, "What is x?");
        }
    }

    #[test]
    fn every_fault_is_reported_at_its_line() {
        let facts = "section = 'a'\n\
            [[fact]]\nid = 'Bad Id'\nanswer = ''\nquestions = ['who (', 'what']\n\
            [[fact]]\nid = 'b'\nanswer = 'B.'\nquestions = ['What?']\ndate = '2010-13'\nevent = 'E.'\nrelated = ['zz']\n\
            [[fact]]\nid = 'b'\nanswer = 'B.'\nquestions = []\nwrong = 1\n\
            [[fact]]\nid = 'b'\nanswer = 'B.'\nquestions = []\n";
        let loaded = load(&files(&[("en/a.toml", facts), ("source.toml", SOURCE)]));
        let found: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "en/a.toml:3: the id `Bad Id` is not kebab-case: lower-case letters and digits, joined by `-`",
                "en/a.toml:4: the answer of `Bad Id` is empty",
                "en/a.toml:5: in `who (`: `(` is opened and never closed",
                "en/a.toml:9: `What?` asks for `b` and for `Bad Id`",
                "en/a.toml:10: `2010-13` is not in the calendar",
                "en/a.toml:12: `b` names the related fact `zz`, which is not there",
                "en/a.toml:17: unknown field `wrong`, expected one of `id`, `date`, `event`, `answer`, `variants`, `questions`, `yes`, `no`, `related`",
                "en/a.toml:19: `b` has no questions",
                "en/a.toml:19: the id `b` is there twice",
            ]
        );
        assert!(loaded.usable().is_err());
    }

    #[test]
    fn broken_files_are_named() {
        for (text, expected) in [
            ("section = 'nowhere'\n", "en/a.toml:1: the section `nowhere` is not in source.toml"),
            ("section = 'a\n", "en/a.toml:1: "),
            ("[[fact]]\n", "en/a.toml:1: the file names no section"),
        ] {
            let loaded = load(&files(&[("en/a.toml", text), ("source.toml", SOURCE)]));
            let first = loaded.faults.first().map(ToString::to_string).unwrap_or_default();
            assert!(first.starts_with(expected), "{first}");
        }
        let mut bad = files(&[("en/a.toml", ""), ("source.toml", SOURCE)]);
        bad.0[0].bytes = b"section = 'a'\n\xff".to_vec();
        assert!(load(&bad).faults[0].to_string().starts_with("en/a.toml:2: the file is not UTF-8"));
        assert!(load(&files(&[])).faults[0].message.contains("there are no facts"));
    }
}
