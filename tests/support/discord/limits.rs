//! What Discord takes: its documented limits, held against every reply.

use std::collections::HashSet;

use serde_json::Value;

use super::multipart::Sent;

/// A message that only one person sees.
pub const EPHEMERAL: u64 = 64;
/// Kinds of interactions.
const COMPONENT: u64 = 3;
const AUTOCOMPLETE: u64 = 4;

/// Everything that is wrong with a reply.
pub fn faults(interaction: &Value, body: &Value, files: &[Sent]) -> Vec<String> {
    let mut faults = Faults(Vec::new());
    let kind = interaction["type"].as_u64().unwrap_or_default();
    let data = &body["data"];
    let fits: &[u64] = match kind {
        AUTOCOMPLETE => &[8],
        COMPONENT => &[4, 6, 7],
        _ => &[4],
    };
    let answer = body["type"].as_u64().unwrap_or_default();
    faults.unless(fits.contains(&answer), || format!("type {answer} is no reply to type {kind}"));
    match answer {
        4 | 7 => faults.message(data, files),
        8 => faults.choices(list(&data["choices"])),
        _ => {}
    }
    faults.0
}

struct Faults(Vec<String>);

impl Faults {
    fn unless(&mut self, right: bool, what: impl FnOnce() -> String) {
        if !right {
            self.0.push(what());
        }
    }

    /// A text must be there, and at most so long.
    fn text(&mut self, what: &str, text: &Value, max: usize) {
        let length = length(text);
        self.unless((1..=max).contains(&length), || {
            format!("{what} has {length} characters, of at most {max}")
        });
    }

    /// A text may be there, and is at most so long.
    fn optional(&mut self, what: &str, text: &Value, max: usize) {
        if !text.is_null() {
            self.text(what, text, max);
        }
    }

    fn message(&mut self, data: &Value, files: &[Sent]) {
        let mentions = &data["allowed_mentions"];
        let pings = ["users", "roles"].iter().any(|key| !list(&mentions[key]).is_empty());
        self.unless(mentions["parse"] == Value::Array(Vec::new()) && !pings, || {
            format!("allowed_mentions is {mentions}")
        });
        let flags = data["flags"].as_u64().unwrap_or_default();
        self.unless(flags & !EPHEMERAL == 0, || format!("flags are {flags}"));
        self.optional("content", &data["content"], 2_000);
        let embeds = list(&data["embeds"]);
        self.unless((1..=10).contains(&embeds.len()), || "there is no embed".to_owned());
        let total: usize = embeds.iter().map(|embed| self.embed(embed)).sum();
        self.unless(total <= 6_000, || format!("embeds have {total} characters"));
        let rows = list(&data["components"]);
        self.unless(rows.len() <= 5, || format!("there are {} rows", rows.len()));
        let mut ids = HashSet::new();
        let components: Vec<&Value> = rows.iter().flat_map(|row| self.row(row)).collect();
        for component in components {
            let id = component["custom_id"].as_str().unwrap_or_default().to_owned();
            self.text("custom_id", &component["custom_id"], 100);
            self.unless(ids.insert(id.clone()), || format!("custom_id {id} is there twice"));
        }
        self.files(data, files);
    }

    /// The number of characters that count towards the total.
    fn embed(&mut self, embed: &Value) -> usize {
        self.optional("title", &embed["title"], 256);
        self.text("description", &embed["description"], 4_096);
        self.optional("footer", &embed["footer"]["text"], 2_048);
        let fields = list(&embed["fields"]);
        self.unless(fields.len() <= 25, || format!("there are {} fields", fields.len()));
        for field in fields {
            self.text("field name", &field["name"], 256);
            self.text("field value", &field["value"], 1_024);
        }
        let colour = embed["color"].as_u64().unwrap_or_default();
        self.unless(colour <= 0xff_ffff, || format!("colour is {colour}"));
        let texts = [&embed["title"], &embed["description"], &embed["footer"]["text"]];
        let texts =
            texts.into_iter().chain(fields.iter().flat_map(|field| [&field["name"], &field["value"]]));
        texts.map(length).sum()
    }

    /// Judges a row; gives what is in it.
    fn row<'a>(&mut self, row: &'a Value) -> &'a [Value] {
        let components = list(&row["components"]);
        self.unless(row["type"] == 1 && !components.is_empty(), || format!("this is no row: {row}"));
        let menus = components.iter().filter(|component| component["type"] == 3).count();
        let most = if menus > 0 { 1 } else { 5 };
        self.unless(components.len() <= most, || format!("a row has {} components", components.len()));
        for component in components {
            match component["type"].as_u64() {
                Some(2) => {
                    self.optional("label", &component["label"], 80);
                    let shown = component["label"].is_string() || component["emoji"].is_object();
                    self.unless(shown, || "a button shows nothing".to_owned());
                    let style = component["style"].as_u64().unwrap_or_default();
                    self.unless((1..=4).contains(&style), || format!("a button has style {style}"));
                }
                Some(3) => self.menu(component),
                _ => self.0.push(format!("unknown component {component}")),
            }
        }
        components
    }

    fn menu(&mut self, menu: &Value) {
        self.optional("placeholder", &menu["placeholder"], 150);
        let options = list(&menu["options"]);
        self.unless((1..=25).contains(&options.len()), || format!("a menu has {} options", options.len()));
        let mut values = HashSet::new();
        for option in options {
            self.text("option label", &option["label"], 100);
            self.text("option value", &option["value"], 100);
            self.optional("option description", &option["description"], 100);
            self.unless(values.insert(option["value"].to_string()), || format!("{option} is there twice"));
        }
        let chosen = options.iter().filter(|option| option["default"] == true).count();
        self.unless(chosen <= 1, || format!("{chosen} options are chosen"));
    }

    fn choices(&mut self, choices: &[Value]) {
        self.unless(choices.len() <= 25, || format!("there are {} choices", choices.len()));
        for choice in choices {
            self.text("choice", &choice["name"], 100);
            if !choice["value"].is_i64() {
                self.text("choice value", &choice["value"], 100);
            }
        }
    }

    /// Every attachment is described and sent, and none beside.
    fn files(&mut self, data: &Value, files: &[Sent]) {
        let attachments = list(&data["attachments"]);
        self.unless(attachments.len() == files.len(), || {
            format!("{} attachments are announced, {} sent", attachments.len(), files.len())
        });
        for (attachment, file) in attachments.iter().zip(files) {
            self.text("alt text", &attachment["description"], 1_024);
            let id = attachment["id"].to_string();
            let part = format!("files[{}]", id.trim_matches('"'));
            let fits = file.part == part && attachment["filename"] == file.name.as_str();
            self.unless(fits, || format!("{attachment} is not {} {}", file.part, file.name));
        }
        for embed in list(&data["embeds"]) {
            if let Some(url) = embed["image"]["url"].as_str() {
                let name = url.strip_prefix("attachment://");
                let sent = files.iter().any(|file| name == Some(&file.name));
                self.unless(sent, || format!("{url} is not sent"));
            }
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn length(text: &Value) -> usize {
    text.as_str().unwrap_or_default().chars().count()
}

/// At each limit a reply is taken, and one beyond it is not.
#[test]
fn the_stand_in_is_strict() {
    use serde_json::json;

    let text = |length: usize| "ə".repeat(length);
    let button =
        |id: &str, label: usize| json!({"type": 2, "style": 1, "custom_id": id, "label": text(label)});
    let message = |embed: Value, buttons: Value| {
        json!({"type": 4, "data": {"embeds": [embed], "allowed_mentions": {"parse": []},
            "components": [{"type": 1, "components": buttons}]}})
    };
    let judge = |kind: u64, body: &Value| faults(&json!({"type": kind}), body, &[]).len();
    let embed = || json!({"title": text(256), "description": text(4_096), "footer": {"text": text(1_648)}});
    let five: Vec<Value> = (0..5).map(|number| button(&number.to_string(), 80)).collect();
    let mut six = five.clone();
    six.push(button("5", 1));
    let good = message(embed(), json!(five));
    assert_eq!(judge(2, &good), 0);
    let mut pings = good.clone();
    pings["data"]["allowed_mentions"] = json!({"parse": ["users"]});
    let mut silent = good.clone();
    silent["data"]["allowed_mentions"] = Value::Null;
    let choices = |count: usize, length: usize| {
        let choice = json!({"name": text(length), "value": text(length)});
        json!({"type": 8, "data": {"choices": vec![choice; count]}})
    };
    assert_eq!(judge(4, &choices(25, 100)), 0);
    for (kind, bad) in [
        (4, good.clone()),
        (2, pings),
        (2, silent),
        (2, message(json!({"title": text(257), "description": "x"}), json!(five))),
        (2, message(json!({"description": text(4_097)}), json!(five))),
        (2, message(json!({"description": text(4_096), "footer": {"text": text(1_905)}}), json!(five))),
        (2, message(embed(), json!(six))),
        (2, message(embed(), json!([button("a", 81)]))),
        (2, message(embed(), json!([button("a", 1), button("a", 1)]))),
        (2, message(embed(), json!([button(&text(101), 1)]))),
        (2, message(embed(), json!([]))),
        (3, choices(1, 1)),
        (4, choices(26, 1)),
        (4, choices(1, 101)),
        (4, choices(1, 0)),
    ] {
        assert_ne!(judge(kind, &bad), 0, "{bad}");
    }
}
