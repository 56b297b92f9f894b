//! Two texts side by side, as people who work on text are used to: lines that go, lines that come.

use similar::{ChangeTag, TextDiff};

/// As many unchanged lines are shown around a change.
const CONTEXT: usize = 2;
/// Stands between two changes that are far from each other.
const GAP: &str = "  …\n";

/// The lines that differ, each behind `-` or `+`, and a few around them. A text that is not there is an empty one.
#[must_use]
pub fn diff(old: Option<&str>, new: Option<&str>) -> String {
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let lines = TextDiff::from_lines(old, new);
    let mut text = String::new();
    for (at, group) in lines.grouped_ops(CONTEXT).iter().enumerate() {
        if at > 0 {
            text.push_str(GAP);
        }
        for change in group.iter().flat_map(|op| lines.iter_changes(op)) {
            text.push_str(match change.tag() {
                ChangeTag::Delete => "- ",
                ChangeTag::Insert => "+ ",
                ChangeTag::Equal => "  ",
            });
            text.push_str(change.value().trim_end_matches('\n'));
            text.push('\n');
        }
    }
    text
}

/// The changes to files as one patch, which `git apply` takes: paths begin at the knowledge folder's parent.
#[must_use]
pub fn patch(path: &str, old: &str, new: &str) -> String {
    let lines = TextDiff::from_lines(old, new);
    let before = if old.is_empty() { "/dev/null".to_owned() } else { format!("a/knowledge/{path}") };
    lines.unified_diff().header(&before, &format!("b/knowledge/{path}")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_with_a_little_around_it() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
        let new = old.replace("b\n", "B\n").replace("i\n", "");
        assert_eq!(diff(Some(old), Some(&new)), "  a\n- b\n+ B\n  c\n  d\n  …\n  g\n  h\n- i\n  j\n");
        assert_eq!(diff(None, Some("a\n")), "+ a\n");
        assert_eq!(diff(Some("a\n"), None), "- a\n");
        assert_eq!(diff(Some("a\n"), Some("a\n")), "");
    }
}
