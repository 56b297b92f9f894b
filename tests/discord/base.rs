//! A small fact base whose text does not change, so that replies can be compared to the letter.

use std::fmt::Write as _;

use tempfile::TempDir;

use super::support::folder;

const SOURCE: &str = r#"
[article]
title = "Moons of Jupiter"
url = "https://example.org/moons"
publisher = "Example"
licence = "CC BY-SA 4.0"
licence_url = "https://example.org/licence"
[[section]]
id = "galilean"
title = "Galilean moons"
anchor = "Galilean_moons"
[[section]]
id = "missions"
title = "Missions"
anchor = "Missions"
"#;
const LEXICON: &str = r#"
[words]
stop = ["what", "is", "a", "the", "in", "when", "was", "were", "did", "to", "of", "who", "how", "about", "me"]
polar = ["is", "did", "was"]
[timeline]
generic = ["what", "happened", "in"]
"#;
const SMALL_TALK: &str = r#"
[[smalltalk]]
phrases = ["hello"]
reply = "Hello! Ask me about moons."
"#;
/// The file that tests edit.
pub const GALILEAN_FILE: &str = "en/galilean.toml";
pub const GALILEAN: &str = r#"
section = "galilean"
[[fact]]
id = "galilean-overview"
answer = "The four Galilean moons are Io, Europa, Ganymede and Callisto."
questions = ["what are the Galilean moons", "Galilean moons", "name the Galilean moons"]
[[fact]]
id = "io"
answer = "Io is the innermost of the four Galilean moons, and the most volcanic body of the Solar System."
questions = ["what is Io", "tell me about Io", "Io volcanoes"]
yes = ["is Io a moon"]
no = ["is Io a planet"]
related = ["discovery"]
[[fact]]
id = "europa"
answer = "Europa is covered by ice, under which there may be an ocean of water."
questions = ["what is Europa", "tell me about Europa", "Europa ice"]
[[fact]]
id = "discovery"
date = "1610-01-07"
event = "Galileo Galilei sees three of the moons for the first time."
answer = "Galileo Galilei saw three of them for the first time on 7 January 1610."
questions = ["when were the moons discovered", "who discovered the moons"]
"#;
const MISSIONS: &str = r#"
section = "missions"
[[fact]]
id = "voyager"
date = "1979"
event = "Two Voyager probes fly past Jupiter."
answer = "The two Voyager probes flew past in 1979."
questions = ["when did Voyager fly past", "Voyager flyby"]
"#;

/// The base: two sections, and years with one event, and one with twelve.
pub fn base() -> TempDir {
    let mut missions = MISSIONS.to_owned();
    for month in 1..=12 {
        write!(
            missions,
            "[[fact]]\nid = \"orbit-{month}\"\ndate = \"1996-{month:02}\"\nevent = \"The Galileo probe ends \
             orbit {month}.\"\nanswer = \"Orbit {month} ended in 1996.\"\nquestions = [\"when did orbit \
             {month} end\", \"end of orbit {month}\"]\n",
        )
        .unwrap();
    }
    folder(&[
        ("source.toml", SOURCE),
        ("en/lexicon.toml", LEXICON),
        ("en/smalltalk.toml", SMALL_TALK),
        (GALILEAN_FILE, GALILEAN),
        ("en/missions.toml", &missions),
    ])
}
