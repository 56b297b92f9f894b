//! What Discord takes: its documented limits, held against every reply.

use std::collections::HashSet;

use serde_json::Value;

use super::multipart::Sent;

/// A message that only one person sees.
pub const EPHEMERAL: u64 = 64;
/// Kinds of interactions.
const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;
const AUTOCOMPLETE: u64 = 4;
const FORM: u64 = 5;
/// A text that is typed into a form.
const FORM_TEXT: u64 = 4_000;

/// Everything that is wrong with a reply.
pub fn faults(interaction: &Value, body: &Value, files: &[Sent]) -> Vec<String> {
    let mut faults = Faults(Vec::new());
    let kind = interaction["type"].as_u64().unwrap_or_default();
    let data = &body["data"];
    let fits: &[u64] = match kind {
        COMMAND => &[4, 5, 9],
        AUTOCOMPLETE => &[8],
        COMPONENT => &[4, 5, 6, 7, 9],
        // No form follows a form; and without a message there is nothing to change.
        FORM if interaction["message"].is_null() => &[4, 5],
        FORM => &[4, 5, 6, 7],
        _ => &[],
    };
    let answer = body["type"].as_u64().unwrap_or_default();
    faults.unless(fits.contains(&answer), || format!("type {answer} is no reply to type {kind}"));
    match answer {
        4 | 7 => faults.message(data, files, Embeds::Needed),
        5 => faults.flags(data),
        8 => faults.choices(list(&data["choices"])),
        9 => faults.form(data),
        _ => {}
    }
    faults.0
}

/// Everything that is wrong with a message that is no first reply.
pub fn message_faults(data: &Value, files: &[Sent]) -> Vec<String> {
    let mut faults = Faults(Vec::new());
    faults.message(data, files, Embeds::OrContent);
    faults.0
}

/// Everything that is wrong with a command that is to be registered.
pub fn command_faults(command: &Value) -> Vec<String> {
    let mut faults = Faults(Vec::new());
    if command["type"].as_u64().is_none_or(|kind| kind == 1) {
        faults.option(command);
    } else {
        faults.text("name", &command["name"], 32);
    }
    let texts = texts_of(command);
    faults.unless(texts <= 8_000, || format!("{} has {texts} characters", command["name"]));
    faults.0
}

/// The characters of a command that count together.
fn texts_of(option: &Value) -> usize {
    let own = length(&option["name"]) + length(&option["description"]);
    own + list(&option["options"]).iter().map(texts_of).sum::<usize>()
}

/// What a message must have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Embeds {
    /// An embed: the bot replies with nothing else.
    Needed,
    /// An embed, or a text.
    OrContent,
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

    fn flags(&mut self, data: &Value) {
        let flags = data["flags"].as_u64().unwrap_or_default();
        self.unless(flags & !EPHEMERAL == 0, || format!("flags are {flags}"));
    }

    fn message(&mut self, data: &Value, files: &[Sent], needs: Embeds) {
        let mentions = &data["allowed_mentions"];
        let pings = ["users", "roles"].iter().any(|key| !list(&mentions[key]).is_empty());
        self.unless(mentions["parse"] == Value::Array(Vec::new()) && !pings, || {
            format!("allowed_mentions is {mentions}")
        });
        self.flags(data);
        self.optional("content", &data["content"], 2_000);
        let embeds = list(&data["embeds"]);
        let least = usize::from(needs == Embeds::Needed || data["content"].is_null());
        self.unless((least..=10).contains(&embeds.len()), || format!("there are {} embeds", embeds.len()));
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

    /// A command of its own, a subcommand, or an option.
    fn option(&mut self, option: &Value) {
        let name = option["name"].as_str().unwrap_or_default();
        let fits = |character: char| character.is_ascii_lowercase() || character == '-';
        self.text("name", &option["name"], 32);
        self.unless(name.chars().all(fits), || format!("`{name}` is no name of a command"));
        self.text("description", &option["description"], 100);
        let options = list(&option["options"]);
        self.unless(options.len() <= 25, || format!("`{name}` has {} options", options.len()));
        let needed = options.iter().map(|option| option["required"] == true);
        let in_order = needed.is_sorted_by(|before, after| before >= after);
        self.unless(in_order, || format!("an option that is needed comes late in `{name}`"));
        let names: HashSet<String> = options.iter().map(|option| option["name"].to_string()).collect();
        self.unless(names.len() == options.len(), || format!("an option is there twice in `{name}`"));
        let subcommands = options.iter().filter(|option| option["type"] == 1).count();
        self.unless(subcommands == 0 || subcommands == options.len(), || {
            format!("`{name}` has options beside subcommands")
        });
        for option in options {
            self.option(option);
        }
    }

    fn form(&mut self, form: &Value) {
        self.text("form title", &form["title"], 45);
        self.text("custom_id", &form["custom_id"], 100);
        let rows = list(&form["components"]);
        self.unless((1..=5).contains(&rows.len()), || format!("a form has {} rows", rows.len()));
        let mut ids = HashSet::new();
        for row in rows {
            let fields = list(&row["components"]);
            self.unless(row["type"] == 1 && fields.len() == 1, || format!("this is no row of a form: {row}"));
            for field in fields {
                self.field(field);
                self.unless(ids.insert(field["custom_id"].to_string()), || format!("{field} is there twice"));
            }
        }
    }

    fn field(&mut self, field: &Value) {
        self.unless(field["type"] == 4, || format!("this is no field of a form: {field}"));
        self.text("custom_id", &field["custom_id"], 100);
        self.text("field label", &field["label"], 45);
        self.optional("placeholder", &field["placeholder"], 100);
        let style = field["style"].as_u64().unwrap_or_default();
        self.unless((1..=2).contains(&style), || format!("a field has style {style}"));
        let most = field["max_length"].as_u64().unwrap_or(FORM_TEXT);
        self.unless((1..=FORM_TEXT).contains(&most), || format!("a field takes {most} characters"));
        let least = field["min_length"].as_u64().unwrap_or_default();
        self.unless(least <= most, || format!("a field takes {least} characters at least"));
        let length = length(&field["value"]);
        self.unless(length as u64 <= most, || {
            format!("a field holds {length} characters, of at most {most}")
        });
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
        self.unless(files.len() <= 10, || format!("there are {} files", files.len()));
        let mut parts = HashSet::new();
        for (attachment, file) in attachments.iter().zip(files) {
            self.text("alt text", &attachment["description"], 1_024);
            let part = format!("files[{}]", attachment["id"].as_str().unwrap_or_default());
            let fits = file.part == part && attachment["filename"] == file.name.as_str();
            self.unless(fits, || format!("{attachment} is not {} {}", file.part, file.name));
            self.unless(parts.insert(part), || format!("{} is there twice", file.part));
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
    let field = |id: &str, label: usize, value: usize| {
        json!({"type": 1, "components": [{"type": 4, "style": 2, "custom_id": id, "label": text(label),
            "value": text(value), "placeholder": text(100), "max_length": 4_000}]})
    };
    let form = |title: usize, rows: Vec<Value>| json!({"type": 9, "data": {"custom_id": "form", "title": text(title), "components": rows}});
    let fields =
        |count: u32| (0..count).map(|number| field(&number.to_string(), 45, 4_000)).collect::<Vec<_>>();
    let opened_by = |kind: u64, message: Value| json!({"type": kind, "message": message});
    assert_eq!(judge(2, &form(45, fields(5))), 0);
    assert_eq!(judge(2, &json!({"type": 5, "data": {"flags": 64}})), 0);
    assert_eq!(faults(&opened_by(5, json!({"id": "1"})), &json!({"type": 6}), &[]).len(), 0);
    assert_eq!(message_faults(&json!({"content": "a", "allowed_mentions": {"parse": []}}), &[]).len(), 0);
    assert_ne!(message_faults(&json!({"allowed_mentions": {"parse": []}}), &[]).len(), 0);
    let sent = |part: &str| Sent {
        part: part.to_owned(),
        name: "a.txt".to_owned(),
        media_type: String::new(),
        bytes: Vec::new(),
    };
    let with_files = |ids: [Value; 2]| {
        let attachments = ids.map(|id| json!({"id": id, "filename": "a.txt", "description": "a"}));
        json!({"content": "a", "allowed_mentions": {"parse": []}, "attachments": attachments})
    };
    let two = [sent("files[0]"), sent("files[1]")];
    assert_eq!(message_faults(&with_files([json!("0"), json!("1")]), &two).len(), 0);
    for (ids, files) in [
        ([json!(0), json!(1)], &two[..]),
        ([json!("0"), json!("0")], &two),
        ([json!("0"), json!("0")], &[sent("files[0]"), sent("files[0]")]),
        ([json!("0"), json!("1")], &two[..1]),
    ] {
        assert_ne!(message_faults(&with_files(ids), files).len(), 0);
    }
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
        (1, good.clone()),
        (4, json!({"type": 5})),
        (4, form(45, fields(5))),
        (5, form(45, fields(5))),
        (5, json!({"type": 6})),
        (2, json!({"type": 6})),
        (2, json!({"type": 5, "data": {"flags": 4}})),
        (2, form(46, fields(5))),
        (2, form(0, fields(5))),
        (2, form(45, fields(6))),
        (2, form(45, fields(0))),
        (2, form(45, vec![field("a", 45, 1), field("a", 45, 1)])),
        (2, form(45, vec![field("a", 46, 1)])),
        (2, form(45, vec![field("a", 45, 4_001)])),
        (2, form(45, vec![field(&text(101), 45, 1)])),
        (2, form(45, vec![json!({"type": 1, "components": [button("a", 1)]})])),
    ] {
        assert_ne!(judge(kind, &bad), 0, "{bad}");
    }
}
