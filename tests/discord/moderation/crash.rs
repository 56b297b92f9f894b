//! The bot dies at any moment of a save, hundreds of times: what it acknowledged is there, and nothing is half.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use relations_bot::moderation::entry::Entry;

use super::super::stand_in::option;
use super::*;

/// So often it is killed.
const KILLS: usize = 200;
/// A new fact is taken away again after so many lives, so that the base stays small.
const FACTS_LIVE: usize = 8;

/// Numbers that look as if they were thrown, and are the same each time.
struct Dice(u64);

impl Dice {
    /// A number below that.
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }
}

/// A press on "Save": whose fact, and what it is to say.
struct Pressed {
    interaction: String,
    fact: String,
    answer: Option<String>,
}

/// The previews of a life: a new fact, another answer to an old one, and one that goes.
async fn previews(office: &Office, life: usize) -> Vec<(Reply, String, Option<String>)> {
    let answer = format!("It is what life {life} says.");
    let added = format!("what is thing number {life}");
    let id = format!("what-is-thing-number-{life}");
    let mut previews = vec![(adds(office, MODERATOR, "missions", &answer, &added).await, id, Some(answer))];
    let edited = format!("orbit-{}", life % 12 + 1);
    let answer = format!("Changed in life {life}.");
    let form = office.form(MODERATOR, &edited).await.with("answer", &answer);
    previews.push((office.submit(&form, MODERATOR).await, edited, Some(answer)));
    if let Some(old) = life.checked_sub(FACTS_LIVE) {
        let id = format!("what-is-thing-number-{old}");
        let retire = office.fact(MODERATOR, "retire", &[option("id", id.as_str())]).await;
        // Its addition may have died with the bot.
        if retire.labels().contains(&"Save") {
            previews.push((retire, id, None));
        }
    }
    previews
}

/// Saves are pressed, all at once or one after the other, and the bot is killed somewhere in the middle.
#[tokio::test]
async fn what_is_acknowledged_survives_a_kill_at_any_moment() {
    let started = Instant::now();
    let Office { discord, bot, base, data, settings } = Office::new(&[]).await;
    let mut office = Office { discord, bot, base, data, settings };
    let (mut dice, mut saves) = (Dice(0x5eed_1234_abcd), Vec::new());
    let mut usual = Duration::from_millis(60);
    for life in 0..KILLS {
        let mut presses = Vec::new();
        for (preview, fact, answer) in previews(&office, life).await {
            assert!(preview.labels().contains(&"Save"), "{}", preview.body);
            presses.push((office.pressed(&preview, &preview.button("Save"), None, MODERATOR), fact, answer));
        }
        let at = Instant::now();
        let pause = Duration::from_micros(dice.below(u64::try_from(usual.as_micros()).unwrap() * 3 / 2));
        // In every third life the saves come in a row, else together.
        let (mut in_a_row, mut waits_for) = (life % 3 == 0, None::<String>);
        for (press, fact, answer) in presses {
            if let Some(before) = waits_for.take().filter(|_| in_a_row) {
                while office.replied(&before).is_none() && at.elapsed() < pause {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                in_a_row = at.elapsed() < pause;
            }
            let interaction = office.post(press);
            waits_for = Some(interaction.clone());
            saves.push(Pressed { interaction, fact, answer });
        }
        while at.elapsed() < pause {
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        if life % 20 == 19 {
            // How long it takes when nobody interferes, so that kills go on to hit the middle.
            let last = &saves[saves.len() - 1].interaction;
            office.reply(last).await;
            usual = at.elapsed();
        }
        office = reborn(office).await;
        office.check();
        if life % 25 == 24 {
            assert_whole(&office.database(), &[]).await;
        }
    }
    office.stop().await;
    let acknowledged: Vec<(i64, &Pressed)> = saves
        .iter()
        .filter_map(|press| Some((number_of(&office.replied(&press.interaction)?)?, press)))
        .collect();
    let changes = assert_whole(&office.database(), &acknowledged).await;
    println!(
        "{KILLS} kills, {} presses on Save: {changes} changes were written, {} of them acknowledged; {:.1?}",
        saves.len(),
        acknowledged.len(),
        started.elapsed()
    );
    let (written, told, tried) = (changes, acknowledged.len(), saves.len());
    assert!(
        told > KILLS / 4 && written > told && tried > written,
        "the kills did not hit the middle of saves"
    );
    // What is in the database is what is served.
    let Office { discord, base, data, settings, .. } = office;
    let _bot = discord.serve(&borrowed(&settings)).await;
    let files = Source { folder: Some(base.path().to_owned()), ..Source::default() };
    assert!(files.check().unwrap().is_empty());
    for (subject, edit) in edits(&database_in(&data)).await.0 {
        if let Some(entry) = edit.text.as_deref().map(|text| Entry::from_toml(text).unwrap()) {
            let answer = discord.ask(ASKER, &entry.questions[0]).await;
            assert_eq!(answer.text(), entry.answer, "{subject}");
        }
    }
}

/// Dies, and comes back.
async fn reborn(office: Office) -> Office {
    let mut office = office.restarted().await;
    // The disk may have been in the way, but nothing else.
    let log = office.bot.log();
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
    office.bot.logs("connected").await;
    office
}

/// Every change that was acknowledged is in the history with its text; every edit is that of its latest change, and the
/// other way round; each change begins where the one before ended. Gives the number of changes.
async fn assert_whole(database: &Path, acknowledged: &[(i64, &Pressed)]) -> usize {
    assert_eq!(select(database, "PRAGMA integrity_check").await, ["ok"]);
    assert_eq!(select(database, "PRAGMA foreign_key_check").await, [""; 0]);
    let store = Store::open(database, Inspection::Whole).await.unwrap();
    let mut history = store.history(None, 0, usize::MAX).await.unwrap().changes;
    let (edits, latest) = store.edits().await.unwrap();
    store.close().await;
    history.reverse();
    let numbers: BTreeSet<i64> = history.iter().map(|change| change.id).collect();
    assert_eq!(numbers.len(), history.len());
    assert_eq!(history.last().map_or(0, |change| change.id), latest);

    let mut standing = BTreeMap::new();
    for change in &history {
        if let Some((_, before)) = standing.insert(&change.subject, (change.id, &change.new)) {
            assert_eq!(*before, change.old, "change {} does not begin where the one before ended", change.id);
        }
    }
    for (subject, edit) in &edits.0 {
        let (id, text) =
            standing.get(subject).unwrap_or_else(|| panic!("{subject} has an edit and no change"));
        assert_eq!((edit.change, &edit.text), (*id, *text), "{subject}");
    }
    for (subject, (id, text)) in &standing {
        let has_edit = edits.0.contains_key(subject);
        // A fact that was added and taken away is as the files have it.
        let is_gone = text.is_none() && subject.key().starts_with("what-is-thing");
        assert!(has_edit || is_gone, "change {id} of {subject} has left no edit");
    }
    for (id, press) in acknowledged {
        let change = history.iter().find(|change| change.id == *id);
        let change = change.unwrap_or_else(|| panic!("change {id} was acknowledged, and is not there"));
        assert_eq!(change.subject.key(), press.fact, "change {id}");
        let answer = change.new.as_deref().map(|text| Entry::from_toml(text).unwrap().answer);
        assert_eq!(answer, press.answer, "change {id}");
    }
    history.len()
}
