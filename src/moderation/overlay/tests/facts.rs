//! Facts: changed in place, added, moved, retired.

use proptest::prelude::*;

use super::*;
use crate::knowledge::QuestionKind;

#[test]
fn only_keys_that_differ_change() {
    let before = "# The file.\nsection = \"a\"\n\n# ---- heading ----\n\n# On one.\n[[fact]] # here\n\
        id   = \"one\"\n# When it was.\ndate = \"2010\"   # as the source has it\nevent = \"It is.\"\n\
        answer = 'One \"and\" only.'\nvariants = { when = \"In 2010.\", who = \"Nobody.\" }\nquestions = [\n  \
        \"what is one\",\n  'which \"one\"',\n]\nno = [ \"is one two\" ]\nrelated = [\"two\"] # the next\n\n\
        [[fact]]\nid = \"two\"\nanswer = \"Two.\"\nquestions = []\n# The end.\n";
    let files = files(&[("en/a.toml", before)]);
    let old = entry(&files, "one");
    let changed = |change: &dyn Fn(&mut Entry)| {
        let mut new = old.clone();
        change(&mut new);
        let after = applied(&files, &[put(&new)]);
        assert_eq!(entry(&after, "one"), new);
        text(&after, "en/a.toml").to_owned()
    };
    for (new, old_line, new_line) in [
        (
            changed(&|entry| entry.date = Some("2011-02".to_owned())),
            "date = \"2010\"   # as",
            "date = \"2011-02\"   # as",
        ),
        (
            changed(&|entry| entry.answer = "One \"or\" \\ two.".to_owned()),
            "answer = 'One \"and\" only.'\n",
            "answer = \"One \\\"or\\\" \\\\ two.\"\n",
        ),
        (
            changed(&|entry| {
                entry.variants.insert(QuestionKind::When, "In May.".to_owned());
            }),
            "when = \"In 2010.\"",
            "when = \"In May.\"",
        ),
        (
            changed(&|entry| {
                entry.variants.insert(QuestionKind::HowMany, "1.".to_owned());
            }),
            "who = \"Nobody.\" }",
            "who = \"Nobody.\", how_many = \"1.\" }",
        ),
        (
            changed(&|entry| {
                entry.variants.remove(&QuestionKind::Who);
            }),
            ", who = \"Nobody.\" }",
            " }",
        ),
        (
            changed(&|entry| {
                entry.variants.remove(&QuestionKind::When);
            }),
            "{ when = \"In 2010.\", who",
            "{ who",
        ),
        (
            changed(&|entry| entry.variants.clear()),
            "variants = { when = \"In 2010.\", who = \"Nobody.\" }\n",
            "",
        ),
        (changed(&|entry| entry.no.push("one?".to_owned())), "two\" ]", "two\", \"one?\" ]"),
        (changed(&|entry| entry.no.clear()), "no = [ \"is one two\" ]\n", ""),
        (
            changed(&|entry| entry.yes.push("is one one".to_owned())),
            "]\nno =",
            "]\nyes = [\n  \"is one one\",\n]\nno =",
        ),
        (changed(&|entry| entry.related = vec!["one".to_owned()]), "[\"two\"] #", "[\"one\"] #"),
        (changed(&|entry| entry.questions.clear()), "[\n  \"what is one\",\n  'which \"one\"',\n]", "[]"),
        (
            changed(&|entry| {
                entry.date = None;
                entry.event = None;
            }),
            "# When it was.\ndate = \"2010\"   # as the source has it\nevent = \"It is.\"\n",
            "",
        ),
    ] {
        assert!(before.contains(old_line), "{old_line}");
        assert_eq!(new, before.replacen(old_line, new_line, 1));
    }
}

#[test]
fn new_keys_stand_in_the_usual_order() {
    let before =
        "section = \"a\"\n[[fact]]\nid = \"one\"\nanswer = \"One.\"\nquestions = [\"what is one\"]\n";
    let files = files(&[("en/a.toml", before)]);
    let new = Entry {
        date: Some("2010".to_owned()),
        event: Some("It is.".to_owned()),
        yes: vec!["is it".to_owned()],
        no: vec!["is it not".to_owned()],
        related: vec!["one".to_owned()],
        variants: [(QuestionKind::When, "In 2010.".to_owned()), (QuestionKind::Who, "It.".to_owned())].into(),
        ..entry(&files, "one")
    };
    assert_eq!(
        text(&applied(&files, &[put(&new)]), "en/a.toml"),
        "section = \"a\"\n[[fact]]\nid = \"one\"\ndate = \"2010\"\nevent = \"It is.\"\nanswer = \"One.\"\n\
         variants = { who = \"It.\", when = \"In 2010.\" }\nquestions = [\"what is one\"]\nyes = [\n  \"is it\",\n]\n\
         no = [\n  \"is it not\",\n]\nrelated = [\"one\"]\n"
    );
    // Keys that stand in another order keep it.
    let odd = before.replace("id = \"one\"\nanswer = \"One.\"\n", "answer = \"One.\"\nid = \"one\"\n");
    let after =
        applied(&super::files(&[("en/a.toml", &odd)]), &[put(&Entry { yes: vec![], no: vec![], ..new })]);
    assert_eq!(
        text(&after, "en/a.toml"),
        "section = \"a\"\n[[fact]]\nanswer = \"One.\"\nid = \"one\"\ndate = \"2010\"\n\
         event = \"It is.\"\nvariants = { who = \"It.\", when = \"In 2010.\" }\nquestions = [\"what is one\"]\nrelated = [\"one\"]\n"
    );
}

#[test]
fn variants_change_in_every_form_that_toml_has() {
    let fact = "section = \"a\"\n\n[[fact]]\nid = \"one\"\nanswer = \"One.\"\nquestions = []\n";
    let next = "\n[[fact]]\nid = \"two\"\nanswer = \"Two.\"\nquestions = []\n";
    for (before, after) in [
        ("variants.when = \"Now.\" # so\n", "variants.when = \"Then.\" # so\nvariants.who = \"It.\"\n"),
        (
            "\n[fact.variants]\n# Of time.\nwhen = \"Now.\"\n",
            "\n[fact.variants]\n# Of time.\nwhen = \"Then.\"\nwho = \"It.\"\n",
        ),
        ("variants = {when=\"Now.\"}\n", "variants = {when=\"Then.\", who = \"It.\"}\n"),
        ("variants = {\n  when = \"Now.\"\n}\n", "variants = {\n  when = \"Then.\",\n  who = \"It.\"\n}\n"),
        ("variants = {\n  when = \"Now.\",\n}\n", "variants = {\n  when = \"Then.\",\n  who = \"It.\",\n}\n"),
        ("variants = {}\n", "variants = { who = \"It.\", when = \"Then.\" }\n"),
    ] {
        let files = files(&[("en/a.toml", &[fact, before, next].concat())]);
        let mut new = entry(&files, "one");
        new.variants =
            [(QuestionKind::When, "Then.".to_owned()), (QuestionKind::Who, "It.".to_owned())].into();
        assert_eq!(text(&applied(&files, &[put(&new)]), "en/a.toml"), [fact, after, next].concat());
    }
}

#[test]
fn a_new_fact_stands_at_the_end_of_its_section() {
    let before = files(&[("en/a.toml", FACTS), ("en/b.toml", "section = \"b\"\n")]);
    let new = Entry {
        date: Some("2010".to_owned()),
        event: Some("It is.".to_owned()),
        related: vec!["one".to_owned(), "two".to_owned()],
        ..fact("three", "a")
    };
    let after = applied(&before, &[put(&new), put(&fact("four", "b"))]);
    let expected = "\n[[fact]]\nid = \"three\"\ndate = \"2010\"\nevent = \"It is.\"\nanswer = \"The answer of three.\"\n\
        questions = [\n  \"what is three\",\n  \"tell me about three\",\n]\nrelated = [\"one\", \"two\"]\n";
    assert_eq!(text(&after, "en/a.toml"), [FACTS, expected].concat());
    assert!(text(&after, "en/b.toml").starts_with("section = \"b\"\n\n[[fact]]\nid = \"four\"\n"));
}

#[test]
fn comments_at_the_end_of_a_file_stay_above_what_is_new() {
    let new = "[[fact]]\nid = \"x\"\nanswer = \"X.\"\nquestions = []\n";
    let entry = Entry { answer: "X.".to_owned(), questions: vec![], ..fact("x", "a") };
    for (end, between) in [
        ("\n\n\n", "\n\n"),
        ("\n\n# The end.\n", "\n\n# The end.\n\n"),
        ("\n# The end.", "\n# The end.\n\n"),
        ("", "\n\n"),
    ] {
        let facts = FACTS.trim_end();
        let before = files(&[("en/a.toml", &[facts, end].concat())]);
        assert_eq!(text(&applied(&before, &[put(&entry)]), "en/a.toml"), [facts, between, new].concat());
    }
}

#[test]
fn a_fact_that_moves_takes_its_comments_along() {
    let a = "section = \"a\"\n\n# ---- ones ----\n\n# On one.\n[[fact]]\nid = \"one\"\nanswer = \"One.\" # so\n\
        questions = [ \"one\" ]\n\n[fact.variants]\nwho = \"It.\"\n\n[[fact]]\nid = \"two\"\nanswer = \"Two.\"\n\
        questions = []\nrelated = [\"one\"]\n";
    let b = "section = \"b\"\n\n[[fact]]\nid = \"three\"\nanswer = \"Three.\"\nquestions = []\n";
    let before = files(&[("en/a.toml", a), ("en/b.toml", b), ("en/c.toml", "section = \"c\"\n")]);
    let new = Entry { section: "b".to_owned(), answer: "Uno.".to_owned(), ..entry(&before, "one") };
    let after = applied(&before, &[put(&new)]);
    assert_eq!(
        text(&after, "en/a.toml"),
        "section = \"a\"\n\n# ---- ones ----\n\n[[fact]]\nid = \"two\"\nanswer = \"Two.\"\nquestions = []\n\
         related = [\"one\"]\n"
    );
    assert_eq!(
        text(&after, "en/b.toml"),
        [
            b,
            "\n# On one.\n[[fact]]\nid = \"one\"\nanswer = \"Uno.\" # so\nquestions = [ \"one\" ]\n\n\
             [fact.variants]\nwho = \"It.\"\n"
        ]
        .concat()
    );
    assert_eq!(after.get("en/c.toml"), before.get("en/c.toml"));
}

#[test]
fn a_new_section_has_a_file_of_its_own() {
    let before = files(&[("en/a.toml", FACTS), ("en/lexicon.toml", ""), ("source.toml", "")]);
    let start = "section = \"star\"\n\n[[fact]]\nid = \"x\"\nanswer = \"The answer of x.\"\n";
    let after = applied(&before, &[put(&fact("x", "star")), put(&fact("y", "star"))]);
    assert_eq!(paths(&after), ["en/a.toml", "en/lexicon.toml", "en/star.toml", "source.toml"]);
    assert!(text(&after, "en/star.toml").starts_with(start));
    assert!(text(&after, "en/star.toml").contains("\n]\n\n[[fact]]\nid = \"y\"\n"));
    let beside = applied(&files(&[("source.toml", "")]), &[put(&fact("x", "star"))]);
    assert_eq!(paths(&beside), ["source.toml", "star.toml"]);
    assert!(text(&beside, "star.toml").starts_with(start));
}

#[test]
fn a_file_that_is_taken_and_strange_sections_make_no_strange_paths() {
    let before = files(&[
        ("en/Lead.toml", "section = \"c\"\n"),
        ("en/star.toml", FACTS),
        ("en/star-2.toml", "section = \"b\"\n"),
    ]);
    for (section, path) in [
        ("star", "en/star-3.toml"),
        ("lead", "en/lead-2.toml"),
        ("../../etc/passwd", "en/etc-passwd.toml"),
        ("Şuşa \"2021\"", "en/u-a--2021.toml"),
        ("", "en/section.toml"),
        ("\n", "en/section.toml"),
        ("lexicon", "en/lexicon-2.toml"),
        ("unanswerable", "en/unanswerable-2.toml"),
        ("smalltalk", "en/smalltalk-2.toml"),
        ("Source", "en/source-2.toml"),
        ("a.toml", "en/a-toml.toml"),
    ] {
        let after = applied(&before, &[put(&fact("x", section))]);
        let file = after.get(path).unwrap_or_else(|| panic!("{:?}", paths(&after)));
        assert_eq!(entry(&after, "x").section, section, "{}", file.text().unwrap());
    }
    let many: Vec<_> =
        ["ə", "ğ", "ş", "section"].iter().map(|id| put(&fact(&format!("x{id}"), id))).collect();
    let after = applied(&before, &many);
    assert_eq!(after.0.len(), 7);
    let long = applied(&before, &[put(&fact("x", &"long".repeat(100)))]);
    assert!(paths(&long).iter().all(|path| path.len() < 100));
}

#[test]
fn a_retired_fact_goes_with_its_own_comments() {
    let facts = ["one", "two", "three"]
        .map(|id| format!("[[fact]]\nid = \"{id}\"\nanswer = \"A.\"\nquestions = []\n"));
    let [one, two, three] = facts.each_ref().map(String::as_str);
    let join = |parts: &[&str]| [&["section = \"a\"\n"], parts].concat().concat();
    let before = join(&[
        "\n# ---- first ----\n\n# On one.\n",
        one,
        "\n# ---- second ----\n\n",
        two,
        "# On three.\n",
        three,
    ]);
    let files = files(&[("en/a.toml", &before)]);
    let left = |ids: &[&str]| {
        let changes: Vec<_> = ids.iter().map(|id| retire(id)).collect();
        text(&applied(&files, &changes), "en/a.toml").to_owned()
    };
    assert_eq!(
        left(&["one"]),
        join(&["\n# ---- first ----\n\n# ---- second ----\n\n", two, "# On three.\n", three])
    );
    assert_eq!(
        left(&["two"]),
        join(&["\n# ---- first ----\n\n# On one.\n", one, "\n# ---- second ----\n\n# On three.\n", three])
    );
    assert_eq!(
        left(&["three"]),
        join(&["\n# ---- first ----\n\n# On one.\n", one, "\n# ---- second ----\n\n", two])
    );
    assert_eq!(
        left(&["two", "three"]),
        join(&["\n# ---- first ----\n\n# On one.\n", one, "\n# ---- second ----\n"])
    );
    assert_eq!(left(&["one", "two", "three"]), join(&["\n# ---- first ----\n\n# ---- second ----\n"]));
}

#[test]
fn a_fact_that_opens_a_file_goes_without_a_trace() {
    for gap in ["", "\n", "\n\n"] {
        let fact = |id: &str| format!("[[fact]]\nid = \"{id}\"\nanswer = \"A.\"\nquestions = []\n");
        let before = format!("section = \"a\"\n{gap}{}\n{}\n{}", fact("one"), fact("two"), fact("three"));
        let after = applied(&files(&[("en/a.toml", &before)]), &[retire("one")]);
        let gap = if gap.is_empty() { "" } else { "\n" };
        let expected = format!("section = \"a\"\n{gap}{}\n{}", fact("two"), fact("three"));
        assert_eq!(text(&after, "en/a.toml"), expected);
    }
}

#[test]
fn nobody_names_a_retired_fact_any_more() {
    let related = |id: &str, related: &str| {
        format!("\n[[fact]]\nid = \"{id}\"\nanswer = \"A.\"\nquestions = []\nrelated = {related} # see\n")
    };
    let a = format!(
        "section = \"a\"\n{}{}",
        related("one", "[\"two\"]"),
        related("two", "[ \"one\", \"three\" ]")
    );
    let b = format!(
        "section = \"b\"\n{}{}",
        related("three", "[\"one\", \"two\"]"),
        related("four", "[\"one\"]")
    );
    let before = files(&[("en/a.toml", &a), ("en/b.toml", &b), ("fr/a.toml", &a)]);
    let after = applied(&before, &[retire("one")]);
    let a = format!("section = \"a\"\n{}", related("two", "[ \"three\" ]"));
    let four = "\n[[fact]]\nid = \"four\"\nanswer = \"A.\"\nquestions = []\n";
    let b = format!("section = \"b\"\n{}{four}", related("three", "[\"two\"]"));
    assert_eq!([text(&after, "en/a.toml"), text(&after, "en/b.toml")], [&a, &b]);
    assert_eq!(after.get("fr/a.toml"), before.get("fr/a.toml"));
    // Neither do edits that were made before it was retired, or that add what named it.
    let named = Entry { related: vec!["one".to_owned(), "two".to_owned()], ..fact("five", "b") };
    let edited = Entry { answer: "New.".to_owned(), ..entry(&before, "four") };
    let after = applied(&before, &[retire("one"), put(&named), put(&edited)]);
    assert_eq!(entry(&after, "five").related, ["two"]);
    assert_eq!(entry(&after, "four"), Entry { related: vec![], ..edited });
    // A fact that is edited as the files have it stays contained.
    let same = entry(&before, "three");
    let overlaid = overlay(&before, &edits(&before, &[retire("one"), put(&same)]));
    assert_eq!(overlaid.contained, [Subject::Fact("three".to_owned())]);
    assert_eq!(entry(&overlaid.files, "three").related, ["two"]);
}

#[test]
fn a_fact_that_is_missing_without_an_edit_stays_named() {
    let facts =
        "section = \"a\"\n\n[[fact]]\nid = \"one\"\nanswer = \"A.\"\nquestions = []\nrelated = [\"gone\"]\n";
    let before = files(&[("en/a.toml", facts)]);
    let after = applied(&before, &[put(&fact("two", "a")), retire("gone")]);
    assert_eq!(entry(&after, "one").related, ["gone"]);
}

#[test]
fn undoing_a_retirement_brings_everything_back() {
    let related = "\n[[fact]]\nid = \"three\"\nanswer = \"A.\"\nquestions = []\nrelated = [\"one\"]\n";
    let before = files(&[("en/a.toml", &[FACTS, related].concat())]);
    let mut edits = edits(&before, &[retire("one")]);
    assert_ne!(overlay(&before, &edits).files, before);
    for edit in edits.0.values_mut() {
        edit.text.clone_from(&edit.base);
    }
    let undone = overlay(&before, &edits);
    assert_eq!(undone.files, before);
    assert_eq!(undone.contained.len(), 1);
}

#[test]
fn a_fact_that_loading_refuses_is_mended_and_not_doubled() {
    for wrong in ["wrong = 1", "date = 2010-01-01", "variants = { how = \"So.\" }", "related = [1]"] {
        let facts = format!("section = \"a\"\n\n[[fact]]\nid = \"one\"\n{wrong}\nquestions = [\"x\", 1]\n");
        let before = files(&[("en/a.toml", &facts)]);
        assert_eq!(document(&before, &Subject::Fact("one".to_owned())), None);
        let after = overlay(&before, &edits(&before, &[put(&fact("one", "a"))]));
        assert_eq!(text(&after.files, "en/a.toml").matches("[[fact]]").count(), 1);
        assert_eq!(after.contained, []);
        if wrong != "wrong = 1" {
            assert_eq!(entry(&after.files, "one"), fact("one", "a"));
        }
        let retired = overlay(&before, &edits(&before, &[retire("one")]));
        assert_eq!(text(&retired.files, "en/a.toml"), "section = \"a\"\n");
    }
}

#[test]
fn facts_between_braces_are_changed_too() {
    let facts =
        "section = \"a\"\nfact = [{ id = \"one\", answer = \"One.\", questions = [\"what is one\"] }]\n";
    let before = files(&[("en/a.toml", facts), ("en/b.toml", "section = \"b\"\nfact = []\n")]);
    let after = applied(&before, &[put(&fact("two", "a")), put(&fact("three", "b"))]);
    assert!(text(&after, "en/a.toml").starts_with(
        "section = \"a\"\n\n[[fact]]\nid = \"one\"\nanswer = \"One.\"\nquestions = [\"what is one\"]\n\n\
         [[fact]]\nid = \"two\"\n"
    ));
    assert!(text(&after, "en/b.toml").starts_with("section = \"b\"\n\n[[fact]]\nid = \"three\"\n"));
}

#[test]
fn line_ends_and_the_byte_order_mark_are_kept() {
    let windows = ["\u{feff}", FACTS].concat().replace('\n', "\r\n");
    let before = files(&[("en/a.toml", &windows)]);
    let new = Entry { answer: "Uno.".to_owned(), ..entry(&before, "one") };
    assert_eq!(text(&applied(&before, &[put(&new)]), "en/a.toml"), windows.replace("One.", "Uno."));
}

proptest! {
    #[test]
    fn whatever_is_retired_the_rest_and_all_headings_stay_in_order(
        facts in prop::collection::vec((0..6_usize, any::<bool>()), 0..6),
        end in prop::sample::select(vec!["", "\n", "# end", "\n# end\n", "\n# heading\n\n# end\n"]),
    ) {
        let mut before = String::from("section = \"a\"\n");
        for (number, (above, _)) in facts.iter().enumerate() {
            before += [
                "", "\n", "\n\n", "\n# own\n", "\n# heading\n\n\n", "# heading\n# heading\n\n# own\n",
            ][*above];
            before.extend(["[[fact]]\nid = \"f", &number.to_string(), "\"\nanswer = \"A.\"\nquestions = []\n"]);
        }
        before += end;
        let ids = |is_retired: bool| {
            let numbers = facts.iter().enumerate().filter(move |(_, (_, retired))| *retired == is_retired);
            numbers.map(|(number, _)| format!("f{number}"))
        };
        let retired: Vec<_> = ids(true).map(|id| retire(&id)).collect();
        let files = files(&[("en/a.toml", &before)]);
        let after = applied(&files, &retired);
        let left: Vec<_> = shipped::entries(&after).into_iter().map(|entry| entry.id).collect();
        prop_assert_eq!(left, ids(false).collect::<Vec<_>>());
        let after = text(&after, "en/a.toml");
        prop_assert_eq!(after.matches("# heading").count(), before.matches("# heading").count());
        prop_assert_eq!(after.matches("# end").count(), before.matches("# end").count());
        let own = facts.iter().filter(|(above, retired)| !retired && [3, 5].contains(above)).count();
        prop_assert_eq!(after.matches("# own\n[[fact]]").count(), own);
        prop_assert_eq!(after.matches("# heading\n[[fact]]").count(), 0);
    }
}
