//! What stands above a thing in a file: empty lines, comments on the thing, and comments on more than the thing.

/// Splits what stands above a thing into the comments that stay when the thing goes, and the rest, which goes with it.
///
/// A comment that an empty line parts from the thing is a heading of all that follows, so it stays. The first part is
/// empty where there is none.
pub(super) fn split(above: &str) -> (String, String) {
    let mut lines: Vec<&str> = above.split_inclusive('\n').collect();
    let is_empty = |line: &&str| line.ends_with('\n') && line.trim().is_empty();
    let after_gap = lines.iter().rposition(is_empty).map_or(0, |at| at + 1);
    let own = lines.split_off(after_gap).concat();
    while lines.last().is_some_and(is_empty) {
        lines.pop();
    }
    (lines.concat(), own)
}

/// Puts comments that stay above what stands above the next thing, parted by an empty line.
pub(super) fn join(stays: &str, above: &str) -> String {
    match above.strip_prefix('\n') {
        _ if stays.is_empty() => above.to_owned(),
        // There is an empty line already.
        Some(rest) if rest.starts_with('\n') => [stays, rest].concat(),
        Some(_) => [stays, above].concat(),
        None => [stays, "\n", above].concat(),
    }
}
