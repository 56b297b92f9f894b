//! Replies as the tests look at them, and the messages that they become.

use std::time::Duration;

use serde_json::{Value, json};

use super::interactions::{APPLICATION, person};
use super::limits::EPHEMERAL;
use super::multipart::Sent;
use super::state::State;

/// The reply to an interaction.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its whole body.
    pub body: Value,
    /// Files that came with it.
    pub files: Vec<Sent>,
    /// How long it took.
    pub after: Duration,
    /// The message as it is now: a new one, or the one that was changed.
    pub message: Value,
    /// Whether it is all: where a reply was announced, it is to follow.
    pub is_final: bool,
    /// Whether it was announced before it came.
    pub was_announced: bool,
}

/// A form that somebody has before them.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its title.
    pub title: String,
    /// Its id.
    pub custom_id: String,
    /// The ids of its fields, each with what is in it.
    pub fields: Vec<(String, String)>,
    /// The message whose component has opened it; null where a command has.
    pub message: Value,
}

impl Form {
    /// What is in a field.
    pub fn value(&self, id: &str) -> &str {
        let field = self.fields.iter().find(|(known, _)| known == id);
        &field.unwrap_or_else(|| panic!("no field {id} in {self:?}")).1
    }

    /// The same with something else typed into a field.
    pub fn with(mut self, id: &str, value: &str) -> Self {
        self.value(id);
        for (known, typed) in &mut self.fields {
            if known == id {
                value.clone_into(typed);
            }
        }
        self
    }
}

/// What becomes of a message by a reply: null where there is none.
pub fn message(state: &mut State, interaction: &Value, body: &Value) -> Value {
    let data = &body["data"];
    let id = match body["type"].as_u64() {
        Some(4) => state.new_id(),
        Some(7) => interaction["message"]["id"].as_str().unwrap_or_default().to_owned(),
        _ => return interaction["message"].clone(),
    };
    // An update changes what is shown, and not who sees it.
    let flags = if body["type"] == 7 { &interaction["message"]["flags"] } else { &data["flags"] };
    let message = json!({
        "id": id, "type": 20, "channel_id": interaction["channel_id"], "author": person(APPLICATION),
        "content": "", "embeds": data["embeds"], "components": data["components"], "attachments": [],
        "flags": flags.as_u64().unwrap_or_default(), "mentions": [], "mention_roles": [],
        "mention_everyone": false, "pinned": false, "tts": false, "edited_timestamp": null,
        "timestamp": "2026-01-01T00:00:00.000000+00:00",
    });
    state.messages.insert(id, message.clone());
    message
}

impl Reply {
    /// The type of the callback: 4 a message, 6 nothing yet, 7 an update, 8 choices, 9 a form. What was announced has
    /// that of what it became.
    pub fn kind(&self) -> u64 {
        self.body["type"].as_u64().unwrap_or_default()
    }

    /// Whether it is a new message that only one person sees.
    pub fn is_private(&self) -> bool {
        self.kind() == 4 && self.message["flags"].as_u64().is_some_and(|flags| flags & EPHEMERAL != 0)
    }

    /// Whether it is a new message for everybody.
    pub fn is_public(&self) -> bool {
        self.kind() == 4 && !self.is_private()
    }

    /// The id of its message.
    pub fn message_id(&self) -> &str {
        self.message["id"].as_str().unwrap_or_default()
    }

    /// The first embed.
    pub fn embed(&self) -> &Value {
        &self.body["data"]["embeds"][0]
    }

    /// The embed's title.
    pub fn title(&self) -> &str {
        self.embed()["title"].as_str().unwrap_or_default()
    }

    /// The embed's text.
    pub fn text(&self) -> &str {
        self.embed()["description"].as_str().unwrap_or_default()
    }

    /// The value of a field of the embed.
    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self.embed()["fields"].as_array()?;
        fields.iter().find(|field| field["name"] == name)?["value"].as_str()
    }

    /// All buttons and menus.
    pub fn components(&self) -> Vec<&Value> {
        let rows = self.message["components"].as_array().into_iter().flatten();
        rows.filter_map(|row| row["components"].as_array()).flatten().collect()
    }

    /// The labels of all buttons, or their symbols.
    pub fn labels(&self) -> Vec<&str> {
        self.components().into_iter().filter_map(label).collect()
    }

    /// The id of the first button whose label, or symbol, has that in it.
    pub fn button(&self, part: &str) -> String {
        let components = self.components();
        let found = components.iter().find(|component| label(component).is_some_and(|l| l.contains(part)));
        let button = found.unwrap_or_else(|| panic!("no button {part} among {:?}", self.labels()));
        button["custom_id"].as_str().unwrap_or_default().to_owned()
    }

    /// The menu.
    pub fn menu(&self) -> &Value {
        let menu = self.components().into_iter().find(|component| component["type"] == 3);
        menu.unwrap_or_else(|| panic!("no menu in {}", self.body))
    }

    /// The form.
    pub fn form(&self) -> Form {
        let form = &self.body["data"];
        assert_eq!(self.kind(), 9, "no form: {}", self.body);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = form["components"].as_array().into_iter().flatten();
        let fields = rows.map(|row| &row["components"][0]);
        Form {
            title: text(&form["title"]),
            custom_id: text(&form["custom_id"]),
            fields: fields.map(|field| (text(&field["custom_id"]), text(&field["value"]))).collect(),
            message: self.message.clone(),
        }
    }

    /// The text of the file of that name.
    pub fn file(&self, name: &str) -> String {
        let file = self.files.iter().find(|file| file.name == name);
        let file = file.unwrap_or_else(|| panic!("no file {name} with {}", self.body));
        String::from_utf8(file.bytes.clone()).unwrap()
    }

    /// The values of the menu.
    pub fn options(&self) -> Vec<&str> {
        let options = self.menu()["options"].as_array().into_iter().flatten();
        options.filter_map(|option| option["value"].as_str()).collect()
    }

    /// The names and values of choices.
    pub fn choices(&self) -> Vec<(String, Value)> {
        let choices = self.body["data"]["choices"].as_array().into_iter().flatten();
        let name = |choice: &Value| choice["name"].as_str().unwrap_or_default().to_owned();
        choices.map(|choice| (name(choice), choice["value"].clone())).collect()
    }
}

fn label(component: &Value) -> Option<&str> {
    component["label"].as_str().or_else(|| component["emoji"]["name"].as_str())
}
