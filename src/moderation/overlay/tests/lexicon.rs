//! Aliases of the lexicon.

use super::*;

const LEXICON: &str = "# How people name things.\n\n[[name]]\nid = \"star\"\nkind = \"project\"\n\
    aliases = [\"STAR\", \"Star's\", \"Stars\"] # the refinery\n\n# -- Companies\n\n[[name]]\nid = \"socar\"\nkind = \"company\"\n\
    aliases = [\"SOCAR\", \"state oil company\"]\n\n# Words that may be swapped.\n[synonyms]\nplant = [\"works\"]\n";

fn put(alias: &str, name: &str) -> (Subject, Option<String>) {
    let entry = crate::moderation::edits::AliasEntry { alias: alias.to_owned(), name: name.to_owned() };
    (Subject::alias(alias), Some(to_toml(&entry)))
}

fn drop(alias: &str) -> (Subject, Option<String>) {
    (Subject::alias(alias), None)
}

fn changed(changes: &[(Subject, Option<String>)], old: &str, new: &str) {
    assert!(LEXICON.contains(old), "{old}");
    let after = applied(&files(&[("en/lexicon.toml", LEXICON)]), changes);
    assert_eq!(text(&after, "en/lexicon.toml"), LEXICON.replacen(old, new, 1));
}

#[test]
fn an_alias_is_added_to_its_name() {
    changed(&[put("the refinery", "star")], "\"Stars\"]", "\"Stars\", \"the refinery\"]");
    changed(&[put("b co", "socar"), put("a co", "socar")], "company\"]", "company\", \"a co\", \"b co\"]");
}

#[test]
fn an_alias_is_spelt_anew_in_its_place() {
    changed(&[put("Star", "star")], "[\"STAR\", ", "[\"Star\", ");
    // Both spellings fold to the same words, and one takes the place of both.
    changed(&[put("stars", "star")], "\"Star's\", \"Stars\"", "\"stars\"");
}

#[test]
fn an_alias_is_dropped_in_all_its_spellings() {
    changed(&[drop("state oil company")], ", \"state oil company\"", "");
    changed(&[drop("stars")], ", \"Star's\", \"Stars\"", "");
    changed(&[drop("socar"), drop("state oil company")], "[\"SOCAR\", \"state oil company\"]", "[]");
}

#[test]
fn an_alias_belongs_to_one_name() {
    let after = applied(&files(&[("en/lexicon.toml", LEXICON)]), &[put("STATE oil company", "star")]);
    assert_eq!(
        text(&after, "en/lexicon.toml"),
        LEXICON.replacen("\"Stars\"]", "\"Stars\", \"STATE oil company\"]", 1).replacen(
            ", \"state oil company\"]",
            "]",
            1
        )
    );
}

#[test]
fn an_unknown_name_is_a_new_thing() {
    let new = "\n[[name]]\nid = \"tanap\"\nkind = \"thing\"\naliases = [\"TANAP\", \"the pipeline\"]\n";
    let changes = [put("TANAP", "tanap"), put("the pipeline", "tanap")];
    changed(&changes, "\n# Words", &[new, "\n# Words"].concat());
    let none = applied(&files(&[("en/a.toml", FACTS)]), &changes);
    assert_eq!(text(&none, "en/lexicon.toml"), new.trim_start());
    let beside = applied(&files(&[("a.toml", FACTS)]), &changes);
    assert_eq!(paths(&beside), ["a.toml", "lexicon.toml"]);
    for (before, expected) in [
        ("# Names.\n", "# Names.\n\n"),
        ("[synonyms]\nplant = []\n# End.\n", "[synonyms]\nplant = []\n# End.\n\n"),
    ] {
        let after = applied(&files(&[("en/lexicon.toml", before)]), &changes);
        assert_eq!(text(&after, "en/lexicon.toml"), [expected, new.trim_start()].concat());
    }
}

#[test]
fn a_name_without_aliases_gets_its_first() {
    let before = files(&[("en/lexicon.toml", "[[name]]\nid = \"star\"\nkind = \"project\"\n")]);
    let after = applied(&before, &[put("STAR", "star")]);
    assert_eq!(
        text(&after, "en/lexicon.toml"),
        "[[name]]\nid = \"star\"\nkind = \"project\"\naliases = [\"STAR\"]\n"
    );
}

#[test]
fn aliases_are_contained_or_in_conflict() {
    let before = files(&[("en/lexicon.toml", LEXICON)]);
    let same = overlay(&before, &edits(&before, &[put("Stars", "star"), drop("tanap")]));
    assert_eq!(same.contained, [Subject::alias("stars"), Subject::alias("tanap")]);
    assert_eq!(same.files, before);
    let edits = edits(&before, &[put("oil company", "socar"), drop("socar")]);
    let now = LEXICON.replace("\"SOCAR\"", "\"Socar\"").replace("\"Stars\"", "\"Oil Company\"");
    let after = overlay(&files(&[("en/lexicon.toml", &now)]), &edits);
    let texts: Vec<_> = after.conflicts.iter().map(|conflict| (&conflict.base, &conflict.shipped)).collect();
    let document = |alias: &str, name: &str| put(alias, name).1;
    assert_eq!(
        texts,
        [
            (&None, &document("Oil Company", "star")),
            (&document("SOCAR", "socar"), &document("Socar", "socar"))
        ]
    );
    assert!(text(&after.files, "en/lexicon.toml").contains("[\"state oil company\", \"oil company\"]"));
    assert!(!text(&after.files, "en/lexicon.toml").contains("Oil Company"));
}
