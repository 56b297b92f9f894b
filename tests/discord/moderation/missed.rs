//! Questions that had no answer: taken down without a name, grouped, and settled.

use super::super::OTHER;
use super::super::stand_in::{option, typed};
use super::*;

const COUNT: &str = "SELECT coalesce(sum(total), 0) FROM missed";

/// A bot whose base does not know how cold Callisto is, which somebody has asked.
async fn asked(questions: &[&str]) -> Office {
    let office = Office::new(&[]).await;
    for question in questions {
        office.ask(ASKER, question).await;
    }
    office.becomes(COUNT, &questions.len().to_string()).await;
    office
}

/// No answer, only suggestions, an answer that was of no help: all three are taken down, in groups, the most frequent
/// first; and nothing in the database tells who it was.
#[tokio::test]
async fn what_was_asked_in_vain_is_taken_down_without_a_name() {
    let office = Office::new(&[]).await;
    let mention = format!("<@{OTHER}> how cold is Callisto");
    for (user, question) in [
        (ASKER, "when did orbit 99 end"),
        (OTHER, "When did ORBIT 99 end?!"),
        (ASKER, "what is the ocean"),
        (OTHER, "how cold is Callisto"),
        (OTHER, "how cold is Calisto"),
        (ASKER, &mention),
        // Of these nobody need know.
        (ASKER, "what is Io"),
        (ASKER, "hello"),
        (ASKER, "?!"),
    ] {
        office.ask(user, question).await;
    }
    office.message_command(OTHER, "How cold is Callisto?").await;
    let answer = office.ask(OTHER, "what is *Europa*").await;
    office.press(&answer, "👎", ASKER).await;
    office.press(&answer, "👍", ASKER).await;
    office.becomes(COUNT, "8").await;

    let list = office.missed(MODERATOR, &[]).await;
    assert!(list.text().starts_with("4 questions had no answer; page 1 of 1"), "{}", list.text());
    let lines: Vec<&str> = list.text().lines().filter(|line| line.starts_with("**")).collect();
    assert_eq!(
        lines[..2],
        ["**4×** how cold is Callisto", "**2×** when did orbit 99 end"],
        "{}",
        list.text()
    );
    for part in ["no answer 4× · 2 wordings", "only suggestions 1×", "👎 1×", r"what is \*Europa\*"] {
        assert!(list.text().contains(part), "{part}: {}", list.text());
    }
    let opened = office.choose(&list, list.options()[0], MODERATOR).await;
    assert_eq!((opened.kind(), opened.title()), (7, "how cold is Callisto"));
    assert!(opened.text().contains("- how cold is Calisto"), "{}", opened.text());
    assert_eq!(opened.labels().last_chunk(), Some(&["New fact", "Not for us", "Dismiss", "All"]));
    assert_eq!(office.press(&opened, "All", MODERATOR).await.text(), list.text());

    let files = bytes(&office.database());
    for user in [ASKER, OTHER] {
        for trace in [user.to_string().into_bytes(), user.to_be_bytes().to_vec(), user.to_le_bytes().to_vec()]
        {
            for (name, bytes) in &files {
                let found = bytes.windows(trace.len()).any(|window| window == trace);
                assert!(!found, "{user} is in {name}");
            }
        }
    }
}

/// A fact learns a question from the list, and the next one who asks is answered.
#[tokio::test]
async fn a_fact_is_taught_a_missed_question() {
    let office = asked(&["how cold is Callisto", "how cold is Callisto", "when did orbit 99 end"]).await;
    let list = office.missed(MODERATOR, &[]).await;
    let opened = office.choose(&list, list.options()[0], MODERATOR).await;
    let taught = office.press(&opened, "Teach: 1", MODERATOR).await;
    assert!(taught.text().contains("+     \"how cold is Callisto\","), "{}", taught.text());
    assert!(taught.text().contains("• *how cold is Callisto*: no answer → "), "{}", taught.text());
    let promised = taught.field("The answer will be").unwrap().to_owned();
    assert_eq!(taught.labels(), ["Save", "Edit again", "Cancel"], "it is no yes/no question");
    let saved = office.press(&taught, "Save", MODERATOR).await;
    assert_eq!(office.answer("How cold is Callisto?").await, promised);
    let left = office.press(&saved, "Missed questions", MODERATOR).await;
    assert!(left.text().starts_with("One question had no answer."), "{}", left.text());
    assert!(!left.text().contains("Callisto"), "{}", left.text());
}

/// A yes/no question is taught with its word.
#[tokio::test]
async fn a_yes_no_question_is_taught_with_its_word() {
    let office = asked(&["is Callisto cold"]).await;
    let opened = office.missed(MODERATOR, &[option("question", "Is Callisto COLD?")]).await;
    assert_eq!(opened.title(), "is Callisto cold");
    let taught = office.press(&opened, "Teach: 1", MODERATOR).await;
    let openings = ["Answer as it is", "Open with “Yes.”", "Open with “No.”"];
    assert_eq!(taught.labels().last_chunk(), Some(&openings));
    for (opening, start) in [("“No.”", "No. "), ("“Yes.”", "Yes. ")] {
        let chosen = office.press(&taught, opening, MODERATOR).await;
        assert!(chosen.field("The answer will be").unwrap().starts_with(start), "{}", chosen.body);
        let as_it_is = office.press(&chosen, "as it is", MODERATOR).await;
        assert_eq!(as_it_is.field("The answer will be"), taught.field("The answer will be"));
    }
    let chosen = office.press(&taught, "“No.”", MODERATOR).await;
    office.save(&chosen, MODERATOR).await;
    assert!(office.answer("is Callisto cold?").await.starts_with("No. "));
    assert_eq!(office.rows(&["missed", "missed_wording"]).await, [""; 0]);
}

/// Any fact can be named beside a question, whether anybody has asked it or not.
#[tokio::test]
async fn a_fact_can_be_named_for_a_question() {
    let office = asked(&["how cold is Callisto"]).await;
    let options = [option("question", "how cold is Callisto"), option("fact", "voyager")];
    let taught = office.missed(MODERATOR, &options).await;
    assert_eq!(taught.title(), "Change the fact “voyager”?");
    office.save(&taught, MODERATOR).await;
    assert_eq!(office.rows(&["missed"]).await, [""; 0]);
    let options = [option("question", "how (hot) is [Io]?"), option("fact", "io")];
    office.save(&office.missed(MODERATOR, &options).await, MODERATOR).await;
    assert!(office.answer("how hot is Io").await.starts_with("Io is the innermost"));
    for (question, fact, part) in [
        ("never asked", "", "Nobody has asked this in vain."),
        ("never asked", "saturn", "There is no fact `saturn`."),
        ("#999", "", "This question is no longer in the list"),
        ("?!", "io", "The question has no word of its own"),
    ] {
        let options = [option("question", question), option("fact", fact)];
        let reply = office.missed(MODERATOR, &options).await;
        assert!(reply.text().starts_with(part), "{question}: {}", reply.text());
    }
}

/// A new fact answers it: the section from a menu, the rest by the form.
#[tokio::test]
async fn a_new_fact_settles_a_missed_question() {
    let office = asked(&["how cold is (Callisto)?"]).await;
    let list = office.missed(MODERATOR, &[]).await;
    let opened = office.choose(&list, list.options()[0], MODERATOR).await;
    let sections = office.press(&opened, "New fact", MODERATOR).await;
    assert_eq!(sections.options(), ["galilean", "missions"]);
    let form = office.choose(&sections, "galilean", MODERATOR).await.form();
    assert_eq!(form.value("questions"), "how cold is Callisto");
    let form = form.with("answer", "Callisto has some 134 K.");
    let preview = office.submit(&form, MODERATOR).await;
    assert_eq!((preview.kind(), preview.title()), (7, "Add the fact “how-cold-is-callisto”?"));
    office.save(&preview, MODERATOR).await;
    assert_eq!(office.answer("how cold is Callisto").await, "Callisto has some 134 K.");
    assert_eq!(office.rows(&["missed"]).await, [""; 0]);
    let answer = office.ask(ASKER, "how cold is Callisto").await;
    assert!(answer.field("Source").unwrap().contains("Galilean moons"));
}

/// A question that the article does not answer gets no answer from then on, and no suggestions; which can be undone.
#[tokio::test]
async fn a_question_is_not_for_us() {
    let office = asked(&["what is the ocean"]).await;
    let list = office.missed(MODERATOR, &[]).await;
    let opened = office.choose(&list, list.options()[0], MODERATOR).await;
    let preview = office.press(&opened, "Not for us", MODERATOR).await;
    assert_eq!(preview.title(), "Add the unanswerable question “what is the ocean”?");
    assert!(preview.text().contains("*what is the ocean*: suggestions → no answer"), "{}", preview.text());
    let change = office.save(&preview, MODERATOR).await;
    let reply = office.ask(ASKER, "What is the ocean?").await;
    assert!(reply.is_private() && reply.text().starts_with("I have no answer to that"), "{}", reply.text());
    office.save(&office.fact(MODERATOR, "undo", &[option("change", change)]).await, MODERATOR).await;
    assert!(office.answer("what is the ocean").await.starts_with("I am not sure that I know this."));
}

/// What is dismissed is not shown again, however often it is asked.
#[tokio::test]
async fn a_question_is_dismissed() {
    let office = asked(&["how cold is Callisto"]).await;
    let list = office.missed(MODERATOR, &[]).await;
    let opened = office.choose(&list, list.options()[0], MODERATOR).await;
    let left = office.press(&opened, "Dismiss", MODERATOR).await;
    assert!(left.kind() == 7 && left.text().starts_with("There are no questions without an answer."));
    office.ask(ASKER, "how cold is Callisto").await;
    office.becomes(COUNT, "2").await;
    let list = office.missed(MODERATOR, &[]).await;
    assert!(list.text().starts_with("There are no questions without an answer."), "{}", list.text());
}

/// All of them are forgotten, after being asked again.
#[tokio::test]
async fn all_are_forgotten_on_request() {
    let office = asked(&["how cold is Callisto", "when did orbit 99 end"]).await;
    let sure = office.missed(MODERATOR, &[option("forget", true)]).await;
    assert!(sure.text().starts_with("Forget 2 questions that had no answer?"), "{}", sure.text());
    let kept = office.press(&sure, "Keep them", MODERATOR).await;
    assert!(kept.text().starts_with("2 questions had no answer"), "{}", kept.text());
    assert_eq!(office.press(&sure, "Forget all", MODERATOR).await.text(), "2 questions are forgotten.");
    assert_eq!(office.rows(&["missed", "missed_wording", "missed_without_one"]).await, [""; 0]);
    let list = office.missed(MODERATOR, &[]).await;
    assert!(list.text().starts_with("There are no questions without an answer."), "{}", list.text());
}

/// Long lists have pages, a search, and completion.
#[tokio::test]
async fn many_are_searched_and_completed() {
    let planets =
        ["Mars", "Venus", "Saturn", "Uranus", "Neptune", "Mercury", "Ceres", "Pallas", "Juno", "Vesta"];
    let questions: Vec<String> = planets.iter().map(|planet| format!("weather forecast {planet}")).collect();
    let mut questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    questions.extend(["100% _sure_ rain", "how cold is Callisto", "how cold is Callisto"]);
    let office = asked(&questions).await;
    let list = office.missed(MODERATOR, &[]).await;
    assert!(list.text().starts_with("12 questions had no answer; page 1 of 2"), "{}", list.text());
    assert_eq!(list.options().len(), 10);
    let next = office.press(&list, "More", MODERATOR).await;
    assert_eq!((next.kind(), next.options().len()), (7, 2));
    assert_eq!(office.press(&next, "Back", MODERATOR).await.text(), list.text());
    let forged = office.forge(&list, "m1:missed:18446744073709551615:o:", MODERATOR).await;
    assert_eq!(forged.title(), "Missed questions");

    let found = office.missed(MODERATOR, &[option("search", "FORECAST")]).await;
    assert!(found.text().starts_with("10 questions with “forecast” had no answer"), "{}", found.text());
    let found = office.missed(MODERATOR, &[option("search", "sure % _")]).await;
    assert!(!found.text().contains("forecast Mars"), "{}", found.text());

    let typing = |text: &str| [typed("question", text)];
    let choices = office.complete(MODERATOR, "missed", &typing("")).await;
    assert_eq!((choices.len(), choices[0].0.as_str()), (12, "2× how cold is Callisto"));
    let choices = office.complete(MODERATOR, "missed", &typing("venus")).await;
    assert_eq!(choices.len(), 1);
    let opened = office.missed(MODERATOR, &[option("question", choices[0].1.clone())]).await;
    assert_eq!(opened.title(), "weather forecast Venus");
    let facts = office.complete(MODERATOR, "missed", &[typed("fact", "eur")]).await;
    assert_eq!(facts[0].1, "europa");
}

/// Where nobody wants to know, nothing is taken down.
#[tokio::test]
async fn without_days_nothing_is_taken_down() {
    let office = Office::new(&[("MODERATION__KEEP_MISSED_DAYS", "0")]).await;
    office.ask(ASKER, "how cold is Callisto").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(office.rows(&["missed"]).await, [""; 0]);
    let list = office.missed(MODERATOR, &[]).await;
    assert!(list.text().starts_with("No questions are taken down"), "{}", list.text());
}

/// What has not been asked for too long is forgotten by itself, and asking again makes it new.
#[tokio::test]
async fn old_questions_are_forgotten() {
    let office = asked(&["how cold is Callisto", "when did orbit 99 end"]).await;
    let day = 24 * 60 * 60;
    let old =
        format!("UPDATE missed SET last_seen = last_seen - {} WHERE question LIKE '%Callisto'", 91 * day);
    let recent = format!("UPDATE missed SET last_seen = last_seen - {} WHERE question LIKE '%99%'", 89 * day);
    for sql in [old, recent] {
        select(&office.database(), &sql).await;
    }
    let office = office.restarted().await;
    office.becomes("SELECT group_concat(question) FROM missed", "when did orbit 99 end").await;
}

/// A question that somebody else has settled meanwhile can not be settled twice.
#[tokio::test]
async fn a_settled_question_is_gone_for_the_others() {
    let office = asked(&["how cold is Callisto"]).await;
    let opened = office.missed(MODERATOR, &[option("question", "how cold is Callisto")]).await;
    let colleagues = office.missed(COLLEAGUE, &[option("question", "how cold is Callisto")]).await;
    let taught = office.press(&opened, "Teach: 1", MODERATOR).await;
    office.save(&taught, MODERATOR).await;
    for label in ["Teach: 2", "New fact", "Not for us"] {
        let late = office.press(&colleagues, label, COLLEAGUE).await;
        assert!(
            late.text().starts_with("This question is no longer in the list"),
            "{label}: {}",
            late.text()
        );
    }
}

/// What is left to be written when the bot is told to stop is written.
#[tokio::test]
async fn the_last_questions_are_not_lost() {
    let mut office = Office::new(&[]).await;
    office.ask(ASKER, "how cold is Callisto").await;
    office.stop().await;
    assert_eq!(office.value("SELECT question FROM missed").await, "how cold is Callisto");
}
