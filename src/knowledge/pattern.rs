//! The pattern syntax: `[optional]`, `(one|other)` and `<rule>`, nested at will.
//!
//! The syntax is that of Home Assistant's sentence templates. A backslash takes the next character
//! as it is.

use std::collections::BTreeMap;

/// A pattern may expand to that many phrasings.
pub const MAX_EXPANSIONS: usize = 256;
/// Groups and rules may nest that deep.
const MAX_DEPTH: usize = 16;

/// Why a pattern cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It has no words at all.
    #[error("the pattern is empty, or may expand to nothing")]
    Empty,
    /// A bracket was opened and not closed.
    #[error("`{0}` is opened and never closed")]
    Unclosed(char),
    /// A closing bracket or a bar without an opening.
    #[error("`{0}` stands outside of a group; write `\\{0}` for the character itself")]
    Stray(char),
    /// A rule that the lexicon does not have.
    #[error("the lexicon has no rule `<{0}>`")]
    UnknownRule(String),
    /// Too many phrasings.
    #[error("the pattern expands to more than {MAX_EXPANSIONS} phrasings")]
    TooLarge,
    /// Brackets or rules nested too deep, or a rule that uses itself.
    #[error("groups or rules nest deeper than {MAX_DEPTH}")]
    TooDeep,
}

/// Every phrasing of a pattern, in order, without repetitions and with single spaces.
///
/// # Errors
/// A [`PatternError`] that says what is wrong with the pattern.
pub fn expand(pattern: &str, rules: &BTreeMap<String, String>) -> Result<Vec<String>, PatternError> {
    let mut parser = Parser { characters: pattern.chars().collect(), at: 0, rules, depth: 0 };
    let raw = parser.sequence()?;
    if let Some(&stray) = parser.characters.get(parser.at) {
        return Err(PatternError::Stray(stray));
    }
    let mut phrasings: Vec<String> = Vec::with_capacity(raw.len());
    for phrasing in raw {
        let words: Vec<&str> = phrasing.split_whitespace().collect();
        if words.is_empty() {
            return Err(PatternError::Empty);
        }
        let phrasing = words.join(" ");
        if !phrasings.contains(&phrasing) {
            phrasings.push(phrasing);
        }
    }
    Ok(phrasings)
}

struct Parser<'a> {
    characters: Vec<char>,
    at: usize,
    rules: &'a BTreeMap<String, String>,
    depth: usize,
}

impl Parser<'_> {
    /// Text and groups up to a bar, a closing bracket or the end.
    fn sequence(&mut self) -> Result<Vec<String>, PatternError> {
        let mut built = vec![String::new()];
        while let Some(&character) = self.characters.get(self.at) {
            match character {
                '|' | ')' | ']' => break,
                '(' | '[' => {
                    let mut options = self.group(character)?;
                    if character == '[' {
                        options.insert(0, String::new());
                    }
                    built = cross(&built, &options)?;
                }
                '<' => built = cross(&built, &self.rule()?)?,
                '>' => return Err(PatternError::Stray('>')),
                '\\' => {
                    self.at += 1;
                    let next = self.characters.get(self.at).copied().unwrap_or('\\');
                    for text in &mut built {
                        text.push(next);
                    }
                    self.at += 1;
                }
                _ => {
                    for text in &mut built {
                        text.push(character);
                    }
                    self.at += 1;
                }
            }
        }
        Ok(built)
    }

    /// The alternatives between an opening bracket and its closing one.
    fn group(&mut self, open: char) -> Result<Vec<String>, PatternError> {
        let close = if open == '(' { ')' } else { ']' };
        self.descend()?;
        self.at += 1;
        let mut options = self.sequence()?;
        while self.characters.get(self.at) == Some(&'|') {
            self.at += 1;
            options.extend(self.sequence()?);
            if options.len() > MAX_EXPANSIONS {
                return Err(PatternError::TooLarge);
            }
        }
        if self.characters.get(self.at) != Some(&close) {
            return Err(PatternError::Unclosed(open));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(options)
    }

    /// The phrasings of the rule named between angle brackets.
    fn rule(&mut self) -> Result<Vec<String>, PatternError> {
        let rest = self.characters.get(self.at + 1..).unwrap_or_default();
        let end = rest.iter().position(|&character| character == '>').ok_or(PatternError::Unclosed('<'))?;
        let name: String = rest.iter().take(end).collect();
        let body = self.rules.get(&name).ok_or(PatternError::UnknownRule(name))?;
        self.descend()?;
        let mut inner =
            Parser { characters: body.chars().collect(), at: 0, rules: self.rules, depth: self.depth };
        let options = inner.sequence()?;
        if let Some(&stray) = inner.characters.get(inner.at) {
            return Err(PatternError::Stray(stray));
        }
        self.at += end + 2;
        self.depth -= 1;
        Ok(options)
    }

    fn descend(&mut self) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(PatternError::TooDeep) } else { Ok(()) }
    }
}

/// Every text of `heads` followed by every text of `tails`.
fn cross(heads: &[String], tails: &[String]) -> Result<Vec<String>, PatternError> {
    if heads.len().saturating_mul(tails.len()) > MAX_EXPANSIONS {
        return Err(PatternError::TooLarge);
    }
    Ok(heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> BTreeMap<String, String> {
        [("az", "(Azerbaijan|Baku)"), ("loop", "a <loop>")]
            .map(|(name, body)| (name.to_owned(), body.to_owned()))
            .into()
    }

    #[test]
    fn options_alternatives_and_rules_expand_in_order() {
        assert_eq!(
            expand("how long is the [land] (border|frontier)", &rules()).unwrap(),
            [
                "how long is the border",
                "how long is the frontier",
                "how long is the land border",
                "how long is the land frontier"
            ]
        );
        assert_eq!(expand("visit to <az>", &rules()).unwrap(), ["visit to Azerbaijan", "visit to Baku"]);
        assert_eq!(expand(r"a \(b\)", &rules()).unwrap(), ["a (b)"]);
        assert_eq!(expand("[very |]good", &rules()).unwrap(), ["good", "very good"]);
    }

    #[test]
    fn malformed_patterns_say_what_is_wrong() {
        let error = |pattern: &str| expand(pattern, &rules()).unwrap_err();
        assert_eq!(error("  "), PatternError::Empty);
        assert_eq!(error("[who]"), PatternError::Empty);
        assert_eq!(error("a (b"), PatternError::Unclosed('('));
        assert_eq!(error("a [b)"), PatternError::Unclosed('['));
        assert_eq!(error("a) b"), PatternError::Stray(')'));
        assert_eq!(error("a | b"), PatternError::Stray('|'));
        assert_eq!(error("<nobody>"), PatternError::UnknownRule("nobody".into()));
        assert_eq!(error("<loop>"), PatternError::TooDeep);
        assert_eq!(error(&"[a] ".repeat(9)), PatternError::TooLarge);
        assert_eq!(error(&"(".repeat(100)), PatternError::TooDeep);
    }
}
