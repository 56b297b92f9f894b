//! Lists of texts in a file: what stays keeps its place, its form and its comments.

use std::collections::{HashMap, VecDeque};

use toml_edit::{Array, Decor, Item, RawString, Table, Value};

use super::comments;

/// How a list that had nothing in it is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One text a line.
    Lines,
    /// All on one line.
    Line,
}

/// The texts of a list; those of another type are left out.
pub(super) fn texts<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a str> {
    table.get(key).and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Makes a list hold just those texts, in that order.
pub(super) fn rewrite(array: &mut Array, wanted: &[String], layout: Layout) {
    let mut list = List::take_apart(array, layout);
    list.choose(wanted);
    list.put_together(array);
}

/// A text as the shipped files write it: between `"`, on one line.
pub(super) fn text_value(text: &str) -> Value {
    let is_rare = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !text.contains(['"', '\\', '\n', '\t']) || text.contains(is_rare) {
        return text.into();
    }
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted.parse().unwrap_or_else(|_| text.into())
}

/// A list with what stands around its texts laid to the text that it belongs to.
struct List {
    /// What stands behind `[` on its line.
    opening: String,
    elements: Vec<Element>,
    /// What stands between the last line and `]`.
    closing: String,
    has_last_comma: bool,
    /// What stands above a new text, where it is the first and where it is not.
    above: [String; 2],
}

struct Element {
    /// From the end of the line before to the text: comments and indentation. None where the text is new.
    above: Option<String>,
    value: Value,
    before_comma: String,
    /// What stands behind the comma on its line.
    behind: String,
}

impl List {
    /// Empties a list.
    fn take_apart(array: &mut Array, layout: Layout) -> Self {
        let old = std::mem::take(array);
        *array.decor_mut() = old.decor().clone();
        let has_last_comma = old.trailing_comma();
        let mut closing = plain(Some(old.trailing()));
        let mut opening = String::new();
        let mut elements: Vec<Element> = Vec::with_capacity(old.len());
        for value in old {
            let (behind, above) = split_line(plain(value.decor().prefix()));
            elements.last_mut().map_or(&mut opening, |element| &mut element.behind).push_str(&behind);
            let before_comma = plain(value.decor().suffix());
            elements.push(Element { above: Some(above), value, before_comma, behind: String::new() });
        }
        if !has_last_comma && let Some(last) = elements.last_mut() {
            closing.insert_str(0, &std::mem::take(&mut last.before_comma));
        }
        let (behind, closing) = split_line(closing);
        elements.last_mut().map_or(&mut opening, |element| &mut element.behind).push_str(&behind);
        let above = style(&elements);
        let mut list = Self { opening, elements, closing, has_last_comma, above };
        if list.elements.is_empty() {
            list.lay_out(layout);
        }
        list
    }

    /// Chooses the style of a list that had nothing in it.
    fn lay_out(&mut self, layout: Layout) {
        if layout == Layout::Line && !self.closing.contains('\n') {
            return;
        }
        self.has_last_comma = true;
        self.above = ["\n  ".to_owned(), "\n  ".to_owned()];
        if self.closing.contains('#') {
            self.opening.push_str(self.closing.trim_end());
        }
        "\n".clone_into(&mut self.closing);
    }

    /// Lets those texts stay, in that order, and makes what is missing.
    fn choose(&mut self, wanted: &[String]) {
        let mut places: HashMap<&str, usize> = HashMap::new();
        for text in wanted {
            *places.entry(text).or_default() += 1;
        }
        let mut kept: HashMap<String, VecDeque<Element>> = HashMap::new();
        let mut stays = String::new();
        for mut element in std::mem::take(&mut self.elements) {
            let text = element.value.as_str().unwrap_or_default();
            let above = comments::join(&std::mem::take(&mut stays), &element.above.unwrap_or_default());
            match places.get_mut(text) {
                Some(places) if *places > 0 => {
                    *places -= 1;
                    element.above = Some(above);
                    kept.entry(text.to_owned()).or_default().push_back(element);
                }
                _ => stays = comments::split(&above).0,
            }
        }
        let ends_line = stays.strip_suffix('\n').filter(|_| self.closing.starts_with('\n'));
        self.closing.insert_str(0, ends_line.unwrap_or(&stays));
        let mut element = |text: &String| kept.get_mut(text).and_then(VecDeque::pop_front);
        self.elements =
            wanted.iter().map(|text| element(text).unwrap_or_else(|| Element::new(text))).collect();
    }

    /// Fills an empty list.
    fn put_together(self, array: &mut Array) {
        let is_empty = self.elements.is_empty();
        let [first, other] = &self.above;
        let mut behind = self.opening;
        for (number, mut element) in self.elements.into_iter().enumerate() {
            let usual = if number == 0 { first } else { other };
            // On one line, the place decides on the space before a text.
            let above = element.above.filter(|above| above.contains('\n') || other.contains('\n'));
            let above = break_line(&behind, &above.unwrap_or_else(|| usual.clone()), other);
            *element.value.decor_mut() = Decor::new(above, element.before_comma);
            array.push_formatted(element.value);
            behind = element.behind;
        }
        let closing = break_line(&behind, &self.closing, "\n");
        let keeps = !is_empty || closing.contains('#');
        array.set_trailing(if keeps { closing } else { String::new() });
        array.set_trailing_comma(self.has_last_comma && !is_empty);
    }
}

impl Element {
    fn new(text: &str) -> Self {
        let [before_comma, behind] = [String::new(), String::new()];
        Self { above: None, value: text_value(text), before_comma, behind }
    }
}

/// What stands above the first text and above the others, going by those that are there.
fn style(elements: &[Element]) -> [String; 2] {
    let mut above = elements.iter().filter_map(|element| element.above.as_deref());
    if let Some((_, indentation)) = above.clone().find_map(|above| above.rsplit_once('\n')) {
        let line = format!("\n{indentation}");
        return [line.clone(), line];
    }
    [above.next().unwrap_or_default().to_owned(), above.next().unwrap_or(" ").to_owned()]
}

fn plain(text: Option<&RawString>) -> String {
    text.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

/// Splits what stands between two texts into the end of the first one's line and the rest.
fn split_line(between: String) -> (String, String) {
    match between.split_once('\n') {
        Some((behind, above)) => (behind.to_owned(), format!("\n{above}")),
        None => (String::new(), between),
    }
}

/// Joins the two again. A comment goes on to the end of its line, so a line has to end behind it.
fn break_line(behind: &str, above: &str, line: &str) -> String {
    let ends = !behind.contains('#') || above.starts_with('\n');
    let line = if line.starts_with('\n') { line } else { "\n" };
    if ends { [behind, above].concat() } else { [behind, line, above.trim_start()].concat() }
}
