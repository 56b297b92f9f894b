//! Questions that had no answer: listed, taught, dismissed, forgotten.

use relations_bot::moderation::missed::{Miss, Shortfall};

use crate::desk::Desk;

fn miss(question: &str) -> Miss {
    let mut concepts: Vec<String> = question.split(' ').map(str::to_lowercase).collect();
    concepts.sort_unstable();
    Miss { question: question.to_owned(), concepts, shortfall: Shortfall::Unanswered }
}

fn recorded(questions: &[&str]) -> Desk {
    let desk = Desk::new();
    let misses: Vec<Miss> = questions.iter().map(|question| miss(question)).collect();
    desk.store(async |store| store.record(&misses).await.unwrap());
    desk
}

#[test]
fn a_missed_question_is_taught_and_gone_from_the_list() {
    let desk = recorded(&["how cold is Europa", "how cold is Europa", "who owns Io"]);
    let listed = desk.objects(&["missed"]);
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert_eq!((&listed[0]["question"], &listed[0]["count"]), (&"how cold is Europa".into(), &2.into()));
    let table = desk.done(&["missed", "list"]);
    assert!(
        table.starts_with("1  2×  2") && table.lines().next().unwrap().ends_with("  how cold is Europa"),
        "{table}"
    );
    let shown = desk.done(&["missed", "show", "1"]);
    assert!(shown.starts_with("how cold is Europa\nasked 2 times, last on "), "{shown}");
    assert_eq!(desk.objects(&["missed", "--search", "OWNS"]).len(), 1);

    assert_eq!(desk.run(&["missed", "teach", "1", "--fact", "europa"]).code, Some(1), "not without a yes");
    assert_eq!(desk.objects(&["missed"]).len(), 2);
    desk.saved(&["missed", "teach", "1", "--fact", "europa"]);
    assert_eq!(desk.answer("how cold is Europa?"), "Europa is covered by ice.");
    desk.saved(&["missed", "unanswerable", "2"]);
    assert_eq!(desk.done(&["missed"]), "");
    for run in [
        &["missed", "show", "1"][..],
        &["missed", "teach", "1", "--fact", "io", "--yes"],
        &["missed", "dismiss", "1"],
    ] {
        assert_eq!(desk.refused(run), "error: there is no group 1 of missed questions\n");
    }
}

#[test]
fn teaching_a_question_settles_the_group_that_it_is_of() {
    let desk = recorded(&["how cold is Europa", "who owns Io"]);
    desk.saved(&["fact", "teach", "How cold is Europa?", "--fact", "europa"]);
    desk.saved(&["fact", "unanswerable", "who owns Io"]);
    assert_eq!(desk.done(&["missed"]), "");
}

#[test]
fn questions_are_dismissed_and_forgotten() {
    let desk = recorded(&["a b", "c d", "e f"]);
    assert_eq!(desk.done(&["missed", "dismiss", "2"]), "dismissed\n");
    assert_eq!(desk.objects(&["missed"]).len(), 2);
    assert_eq!(desk.refused(&["missed", "forget"]), "nothing was forgotten: add --yes\n");
    assert_eq!(
        desk.done(&["missed", "forget", "--older-than", "30", "--yes"]),
        "forgot 0 groups of questions\n"
    );
    assert_eq!(desk.done(&["missed", "forget", "--yes"]), "forgot 3 groups of questions\n");
    assert_eq!(desk.done(&["missed"]), "");
}
