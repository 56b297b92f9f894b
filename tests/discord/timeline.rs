//! `/timeline`: years, spans, pages, and the picture of all of them.

use serde_json::Value;

use super::stand_in::{option, typed};
use super::{ASKER, OTHER, Scene};

fn names(choices: &[(String, Value)]) -> Vec<&str> {
    choices.iter().map(|(name, _)| name.as_str()).collect()
}

/// Years are offered with the number of their events, and none before the beginning of the span.
#[tokio::test]
async fn years_are_completed() {
    let scene = Scene::new(&[]).await;
    let complete = async |options: &[Value]| scene.autocomplete("timeline", options).await;
    let all = ["1996 · 12 events", "1979 · 1 event", "1610 · 1 event"];
    let choices = complete(&[typed("year", "")]).await;
    assert_eq!(names(&choices), all);
    assert_eq!(choices[0].1, 1996);
    assert_eq!(names(&complete(&[typed("year", "19")]).await), ["1979 · 1 event", "1996 · 12 events"]);
    assert!(complete(&[typed("year", "abc")]).await.is_empty());
    let until = complete(&[option("year", 1979), typed("until", "")]).await;
    assert_eq!(names(&until), ["1979 · 1 event", "1996 · 12 events"]);
    assert!(complete(&[option("year", 1997), typed("until", "")]).await.is_empty());
}

/// Without a year: a picture with a text for those who cannot see it, and a menu of years.
#[tokio::test]
async fn all_years_at_a_glance() {
    let scene = Scene::new(&[]).await;
    let reply = scene.run(ASKER, "timeline", &[]).await;
    assert!(reply.is_public());
    assert!(reply.text().starts_with("14 dated events in 3 years, from 1610 to 1996"), "{}", reply.text());
    let picture = &reply.files[0];
    assert_eq!((picture.name.as_str(), picture.media_type.as_str()), ("timeline.png", "image/png"));
    assert!(picture.bytes.starts_with(b"\x89PNG\r\n\x1a\n") && picture.bytes.ends_with(b"IEND\xaeB`\x82"));
    assert_eq!(reply.embed()["image"]["url"], "attachment://timeline.png");
    let described = reply.body["data"]["attachments"][0]["description"].as_str().unwrap();
    assert!(described.contains("1996: 12"), "{described}");

    let others = scene.choose(&reply, "1610", OTHER).await;
    assert!(others.is_private() && others.title() == "Timeline · 1610");
    let year = scene.choose(&reply, "1979", ASKER).await;
    assert_eq!((year.kind(), year.title()), (7, "Timeline · 1979"));
    assert_eq!(year.body["data"]["attachments"].as_array().map(Vec::len), Some(0), "the picture goes");
}

/// A year has buttons to the next ones with events; the asker's press turns the page, others get their own.
#[tokio::test]
async fn years_lead_to_each_other() {
    let scene = Scene::new(&[]).await;
    let reply = scene.run(ASKER, "timeline", &[option("year", 1979)]).await;
    assert!(reply.is_public());
    assert!(reply.text().contains("Two Voyager probes") && reply.text().contains("#Missions"));
    assert_eq!(reply.labels(), ["◀ 1610 · 1 event", "1996 · 12 events ▶", "🗑"]);
    assert!(scene.press(&reply, "1610", OTHER).await.is_private());
    let earlier = scene.press(&reply, "1610", ASKER).await;
    assert_eq!((earlier.kind(), earlier.title()), (7, "Timeline · 1610"));
    assert_eq!(earlier.labels(), ["1979 · 1 event ▶", "🗑"]);
    let last = scene.press(&reply, "1996", ASKER).await;
    assert_eq!(last.title(), "Timeline · 1996");
    assert_eq!(scene.press(&last, "🗑", ASKER).await.kind(), 6);
    scene.deleted(&last).await;
}

/// What overflows is parted into pages.
#[tokio::test]
async fn pages_are_turned() {
    let scene = Scene::new(&[]).await;
    let reply = scene.run(ASKER, "timeline", &[option("year", 1996)]).await;
    assert_eq!(reply.labels(), ["◀ 1979 · 1 event", "Next page", "🗑"]);
    assert!(reply.text().contains("orbit 10.") && !reply.text().contains("orbit 11."));
    assert!(reply.embed()["footer"]["text"].as_str().unwrap().starts_with("Page 1 of 2"));
    let next = scene.press(&reply, "Next page", ASKER).await;
    assert!(next.kind() == 7 && next.text().contains("orbit 12.") && !next.text().contains("orbit 1."));
    let back = scene.press(&next, "Page back", ASKER).await;
    assert_eq!(back.text(), reply.text());
}

/// Spans, also those that are given the wrong way round or without a beginning.
#[tokio::test]
async fn spans_are_listed() {
    let scene = Scene::new(&[]).await;
    for (options, title) in [
        (vec![option("year", 1600), option("until", 1980)], "Timeline · 1600 – 1980"),
        (vec![option("year", 1980), option("until", 1600)], "Timeline · 1600 – 1980"),
        (vec![option("until", 1980)], "Timeline · 1610 – 1980"),
    ] {
        let reply = scene.run(ASKER, "timeline", &options).await;
        assert_eq!(reply.title(), title);
        assert!(reply.text().contains("Galileo Galilei") && reply.text().contains("Voyager"));
        assert_eq!(reply.labels(), ["1996 · 12 events ▶", "🗑"]);
    }
}

/// A year without events says so, in private, and leads to the nearest ones.
#[tokio::test]
async fn an_empty_year_names_the_nearest() {
    let scene = Scene::new(&[]).await;
    for (year, hint) in [(1980, "1979 and 1996"), (1, "1610"), (9999, "1996"), (i64::MAX, "1996")] {
        let reply = scene.run(ASKER, "timeline", &[option("year", year)]).await;
        assert!(reply.is_private());
        assert!(
            reply.text().contains("No event is dated") && reply.text().contains(hint),
            "{}",
            reply.text()
        );
    }
}
