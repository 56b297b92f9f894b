//! Lists keep their layout and their comments.

use proptest::prelude::*;

use super::*;

/// The list of questions of a fact after an edit.
fn edited(list: &str, wanted: &[&str]) -> String {
    let around =
        ["section = \"a\"\n\n[[fact]]\nid = \"one\"\nanswer = \"One.\"\nquestions = ", "\nno = [\"x\"]\n"];
    let before = files(&[("en/a.toml", &[around[0], list, around[1]].concat())]);
    let questions = wanted.iter().map(|&text| text.to_owned()).collect();
    let after = applied(&before, &[put(&Entry { questions, ..entry(&before, "one") })]);
    let after = text(&after, "en/a.toml");
    let list = after.strip_prefix(around[0]).and_then(|after| after.strip_suffix(around[1]));
    list.unwrap_or_else(|| panic!("{after}")).to_owned()
}

#[test]
fn lists_of_lines() {
    let list = "[\n    \"a\",\n    'b',\n    \"c\",\n]";
    for (wanted, expected) in [
        (&["a", "b", "c", "d", "e"][..], "[\n    \"a\",\n    'b',\n    \"c\",\n    \"d\",\n    \"e\",\n]"),
        (&["b", "c"], "[\n    'b',\n    \"c\",\n]"),
        (&["a", "c"], "[\n    \"a\",\n    \"c\",\n]"),
        (&["a", "b"], "[\n    \"a\",\n    'b',\n]"),
        (&["c", "b", "a"], "[\n    \"c\",\n    'b',\n    \"a\",\n]"),
        (&["x", "a", "b", "c"], "[\n    \"x\",\n    \"a\",\n    'b',\n    \"c\",\n]"),
        (&["x"], "[\n    \"x\",\n]"),
        (&["b", "b"], "[\n    'b',\n    \"b\",\n]"),
        (&[], "[]"),
    ] {
        assert_eq!(edited(list, wanted), expected);
    }
    let open = "[\n  \"a\",\n  \"b\"\n]";
    assert_eq!(edited(open, &["a", "b", "c"]), "[\n  \"a\",\n  \"b\",\n  \"c\"\n]");
    assert_eq!(edited(open, &["a"]), "[\n  \"a\"\n]");
}

#[test]
fn lists_on_one_line() {
    for (list, wanted, expected) in [
        ("[\"a\", \"b\"]", &["a", "b", "c"][..], "[\"a\", \"b\", \"c\"]"),
        ("[\"a\", \"b\"]", &["b"], "[\"b\"]"),
        ("[\"a\", \"b\"]", &["b", "a"], "[\"b\", \"a\"]"),
        ("[ \"a\", \"b\", ]", &["b", "c"], "[ \"b\", \"c\", ]"),
        ("[ \"a\" ]", &["a", "c"], "[ \"a\", \"c\" ]"),
        ("[\"a\",\"b\"]", &["a", "b", "c"], "[\"a\",\"b\",\"c\"]"),
        ("[\"a\"]", &[], "[]"),
        ("[]", &["a", "b"], "[\n  \"a\",\n  \"b\",\n]"),
        ("[\n]", &["a"], "[\n  \"a\",\n]"),
        ("[ # none yet\n]", &["a"], "[ # none yet\n  \"a\",\n]"),
        ("[\n  # none yet\n]", &["a"], "[\n  # none yet\n  \"a\",\n]"),
    ] {
        assert_eq!(edited(list, wanted), expected, "{list}");
    }
}

#[test]
fn comments_stay_with_what_they_are_about() {
    let list = "[ # all\n  # plain\n\n  # the first\n  \"a\", # so\n  \"b\", # or so\n\n  # casual\n\n  \"c\", # last\n  # that is all\n]";
    for (wanted, expected) in [
        (
            &["b", "c"][..],
            "[ # all\n  # plain\n\n  \"b\", # or so\n\n  # casual\n\n  \"c\", # last\n  # that is all\n]",
        ),
        (
            &["a", "c"],
            "[ # all\n  # plain\n\n  # the first\n  \"a\", # so\n\n  # casual\n\n  \"c\", # last\n  # that is all\n]",
        ),
        (
            &["a", "b"],
            "[ # all\n  # plain\n\n  # the first\n  \"a\", # so\n  \"b\", # or so\n\n  # casual\n  # that is all\n]",
        ),
        (
            &["a", "b", "c", "d"],
            "[ # all\n  # plain\n\n  # the first\n  \"a\", # so\n  \"b\", # or so\n\n  # casual\n\n  \"c\", # last\n  \"d\",\n  # that is all\n]",
        ),
        (&[], "[ # all\n  # plain\n\n  # casual\n  # that is all\n]"),
    ] {
        assert_eq!(edited(list, wanted), expected);
    }
    assert_eq!(edited("[\n  \"a\" # so\n]", &["a", "b"]), "[\n  \"a\", # so\n  \"b\"\n]");
    assert_eq!(edited("[\"a\", # so\n\"b\"]", &["b", "a"]), "[\n\"b\",\"a\" # so\n]");
}

proptest! {
    #[test]
    fn any_list_holds_what_it_is_to_hold_and_keeps_its_headings(
        items in prop::collection::vec(("[a-e]", 0..6_usize, 0..3_usize), 0..6),
        closing in prop::sample::select(vec!["", " ", "\n", "\n  # end\n", " # end\n", ",", ", # end\n", ",\n"]),
        wanted in prop::collection::vec("[a-g]", 0..6),
    ) {
        let mut list = String::from("[");
        for (number, (text, above, comma)) in items.iter().enumerate() {
            let comma = [",", " ,", " # suffix\n,"][*comma];
            list += if number == 0 { "" } else { comma };
            list += ["", " ", "\n  ", " # behind\n  ", "\n\n  # heading\n\n  ", "\n  # own\n  "][*above];
            list.extend(["\"", text, "\""]);
        }
        let closing = if items.is_empty() { closing.trim_start_matches(',') } else { closing };
        list += closing;
        list += "]";
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let edited = edited(&list, &wanted);
        prop_assert_eq!(edited.matches("# heading").count(), list.matches("# heading").count());
    }
}
