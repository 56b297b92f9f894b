//! Facts as people type them: an answer with its other wordings, and questions one a line.

use std::collections::BTreeMap;

use super::entry::Entry;
use crate::knowledge::{Polarity, QuestionKind};
use crate::matcher::text::fold_words;

/// The longest id that is made up, in words and in characters.
const ID_WORDS: usize = 6;
const ID_CHARS: usize = 48;

/// Why what was typed cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A wording is for a kind of question that there is not.
    #[error(
        "`[{0}]` is no kind of question: write [who], [when], [where], [how_many] or [why] before another wording"
    )]
    Kind(String),
    /// A line of changes is neither.
    #[error("`{0}`: begin each line with `+` for a new question, or with `-` for one that is to go")]
    Change(String),
    /// A question that is to go is not there.
    #[error("`{0}` is none of the questions of this fact: copy it as `/fact show` has it")]
    Absent(String),
}

const KINDS: [(&str, QuestionKind); 5] = [
    ("who", QuestionKind::Who),
    ("when", QuestionKind::When),
    ("where", QuestionKind::Where),
    ("how_many", QuestionKind::HowMany),
    ("why", QuestionKind::Why),
];
const POLARITIES: [(&str, Polarity); 2] = [("yes:", Polarity::Yes), ("no:", Polarity::No)];

/// The answer, and each other wording on a line of its own: `[when] On 19 October 2018.`
#[must_use]
pub fn answer_text(entry: &Entry) -> String {
    let mut lines = vec![entry.answer.clone()];
    for (name, kind) in KINDS {
        lines.extend(entry.variants.get(&kind).map(|text| format!("[{name}] {text}")));
    }
    lines.join("\n")
}

/// Reads what [`answer_text`] writes.
///
/// # Errors
/// Where a wording is for a kind of question that there is not.
pub fn read_answer(text: &str) -> Result<(String, BTreeMap<QuestionKind, String>), FormError> {
    let mut answer: Vec<&str> = Vec::new();
    let mut variants = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((name, wording)) => {
                let kind = KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
                let (_, kind) = kind.ok_or_else(|| FormError::Kind(name.to_owned()))?;
                variants.insert(*kind, wording.trim().to_owned());
            }
            None => answer.push(line),
        }
    }
    Ok((answer.join(" "), variants))
}

/// The questions one a line; those that are answered with yes or no begin with `yes:` or `no:`.
#[must_use]
pub fn questions_text(entry: &Entry) -> String {
    let lines: Vec<String> = entry.patterns().map(|(polarity, pattern)| line(polarity, pattern)).collect();
    lines.join("\n")
}

/// Replaces the questions of a fact by those of a text that [`questions_text`] could have written.
pub fn read_questions(entry: &mut Entry, text: &str) {
    entry.questions.clear();
    entry.yes.clear();
    entry.no.clear();
    for (polarity, pattern) in text.lines().filter_map(read_line) {
        add(entry, polarity, pattern);
    }
}

/// Adds and removes questions: a line for each, beginning with `+` or `-`.
///
/// # Errors
/// Where a line begins otherwise, or a question that is to go is not there.
pub fn change_questions(entry: &mut Entry, text: &str) -> Result<(), FormError> {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((polarity, pattern)) = line.strip_prefix('+').and_then(read_line) {
            add(entry, polarity, pattern);
        } else if let Some((polarity, pattern)) = line.strip_prefix(['-', '−', '–']).and_then(read_line) {
            let patterns = entry.patterns_mut(polarity);
            let at = patterns.iter().position(|known| *known == pattern);
            let at = at.ok_or_else(|| FormError::Absent(pattern.to_owned()))?;
            patterns.remove(at);
        } else {
            return Err(FormError::Change(line.to_owned()));
        }
    }
    Ok(())
}

/// Adds a pattern, where it is not there yet.
pub fn add(entry: &mut Entry, polarity: Option<Polarity>, pattern: &str) {
    let patterns = entry.patterns_mut(polarity);
    if !patterns.iter().any(|known| known == pattern) {
        patterns.push(pattern.to_owned());
    }
}

fn line(polarity: Option<Polarity>, pattern: &str) -> String {
    match POLARITIES.iter().find(|(_, known)| Some(*known) == polarity) {
        Some((prefix, _)) => format!("{prefix} {pattern}"),
        None => pattern.to_owned(),
    }
}

fn read_line(line: &str) -> Option<(Option<Polarity>, &str)> {
    let line = line.trim();
    for (prefix, polarity) in POLARITIES {
        let begins = line.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if let Some(pattern) = line.get(prefix.len()..).filter(|_| begins) {
            return Some((Some(polarity), pattern.trim())).filter(|(_, pattern)| !pattern.is_empty());
        }
    }
    (!line.is_empty()).then_some((None, line))
}

/// A question that somebody asked, as a pattern: what has a meaning in patterns is left out.
#[must_use]
pub fn pattern_of(question: &str) -> String {
    let plain = question.replace(['[', ']', '(', ')', '|', '<', '>'], " ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").trim_end_matches(['?', '!', '.', ' ']).to_owned()
}

/// An id that is not taken, made of the first words of a text.
#[must_use]
pub fn id_for(text: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let folded = fold_words(text);
    let mut id = String::new();
    let words = folded.split(|character: char| !character.is_ascii_alphanumeric());
    for word in words.filter(|word| !word.is_empty()).take(ID_WORDS) {
        if !id.is_empty() && id.len() + word.len() >= ID_CHARS {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.extend(word.chars().take(ID_CHARS));
    }
    if id.is_empty() {
        "fact".clone_into(&mut id);
    }
    free_id(&id, is_taken)
}

/// An id, or where it is taken, the same with a number.
#[must_use]
pub fn free_id(id: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(id) {
        return id.to_owned();
    }
    let numbered = (2..=usize::MAX).map(|number| format!("{id}-{number}")).find(|id| !is_taken(id));
    numbered.unwrap_or_else(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            answer: "It was opened on 19 October 2018.".to_owned(),
            variants: [(QuestionKind::When, "On 19 October 2018.".to_owned())].into(),
            questions: vec!["when was it opened".to_owned(), "opening [date]".to_owned()],
            no: vec!["was it opened in 2011".to_owned()],
            ..Entry::default()
        }
    }

    #[test]
    fn forms_come_back_as_they_went() {
        let before = entry();
        let mut after = Entry::default();
        (after.answer, after.variants) = read_answer(&answer_text(&before)).unwrap();
        read_questions(&mut after, &questions_text(&before));
        assert_eq!(after, before);
    }

    #[test]
    fn people_type_as_they_do() {
        let mut read = Entry::default();
        read_questions(&mut read, "\n  when? \nYES: is it\nno:was it\nwhen?\nno:  \n");
        assert_eq!(
            (read.questions, read.yes, read.no),
            (vec!["when?".to_owned()], vec!["is it".to_owned()], vec!["was it".to_owned()])
        );
        let (answer, variants) = read_answer("One line,\n\nand another.\n[WHEN] Then.").unwrap();
        assert_eq!(answer, "One line, and another.");
        assert_eq!(variants.len(), 1);
        assert_eq!(read_answer("[whence] Then."), Err(FormError::Kind("whence".to_owned())));
    }

    #[test]
    fn questions_come_and_go_by_line() {
        let mut changed = entry();
        change_questions(&mut changed, "+ yes: is it open\n- opening [date]\n\n-no: was it opened in 2011")
            .unwrap();
        assert_eq!(changed.questions, ["when was it opened"]);
        assert_eq!((changed.yes.len(), changed.no.len()), (1, 0));
        assert_eq!(change_questions(&mut changed, "why"), Err(FormError::Change("why".to_owned())));
        assert_eq!(change_questions(&mut changed, "- why"), Err(FormError::Absent("why".to_owned())));
    }

    #[test]
    fn a_question_becomes_a_pattern_without_alternatives() {
        assert_eq!(pattern_of("who [really] is (he|she)?? "), "who really is he she");
    }

    #[test]
    fn ids_are_made_of_words_and_not_taken() {
        assert_eq!(
            id_for("When was Şuşa's declaration signed, in 2021 or so?", |_| false),
            "when-was-susas-declaration-signed-in"
        );
        assert_eq!(id_for("who", |id| id == "who" || id == "who-2"), "who-3");
        assert_eq!(id_for("???", |_| false), "fact");
    }
}
