//! Reading `source.toml`: the article and its section tree.

use std::collections::HashSet;

use serde::Deserialize;
use toml::Spanned;

use super::fault::Faults;
use super::model::{Article, Section};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFile {
    article: Article,
    #[serde(default)]
    section: Vec<SectionEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionEntry {
    id: Spanned<String>,
    title: String,
    #[serde(default)]
    anchor: String,
    parent: Option<Spanned<String>>,
}

/// Reads the article and its sections; parents must come before their children.
pub(super) fn parse(text: &str, faults: &mut Faults<'_>) -> (Article, Vec<Section>) {
    let file: SourceFile = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            faults.toml(&error, 0);
            return <_>::default();
        }
    };
    let mut known: HashSet<String> = HashSet::new();
    let mut sections = Vec::with_capacity(file.section.len());
    for entry in file.section {
        let at = entry.id.span().start;
        let id = entry.id.into_inner();
        if let Some(parent) = &entry.parent
            && !known.contains(parent.get_ref())
        {
            faults.error(
                parent.span().start,
                format_args!("the parent `{}` is not a section above", parent.get_ref()),
            );
        }
        if !known.insert(id.clone()) {
            faults.error(at, format_args!("the section `{id}` is there twice"));
        }
        let url = if entry.anchor.is_empty() {
            file.article.url.clone()
        } else {
            format!("{}#{}", file.article.url, percent_encode(&entry.anchor))
        };
        sections.push(Section { id, title: entry.title, url, parent: entry.parent.map(Spanned::into_inner) });
    }
    (file.article, sections)
}

/// Percent-encodes what a URL fragment may not hold (RFC 3986, section 3.5).
fn percent_encode(anchor: &str) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or_default();
    let mut encoded = String::with_capacity(anchor.len());
    for byte in anchor.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_address_is_a_valid_url() {
        assert_eq!(percent_encode("Azerbaijan–Turkey_x"), "Azerbaijan%E2%80%93Turkey_x");
    }

    #[test]
    fn sections_need_known_parents_and_unique_ids() {
        let text = "[article]\ntitle='t'\nurl='u'\n[[section]]\nid='a'\ntitle='A'\nparent='b'\n[[section]]\nid='a'\ntitle='B'\n";
        let mut faults = Faults::new("source.toml", text);
        parse(text, &mut faults);
        let found: Vec<String> = faults.into_found().iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "source.toml:7: the parent `b` is not a section above",
                "source.toml:9: the section `a` is there twice"
            ]
        );
    }
}
