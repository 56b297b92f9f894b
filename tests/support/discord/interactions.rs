//! What people do, as Discord tells it to the bot.

use serde_json::{Value, json};

use super::Discord;
use super::reply::Reply;

/// The application, and its bot's account.
pub const APPLICATION: u64 = 1_200_000_000_000_000_001;
/// The server where everything happens.
pub const GUILD: u64 = 1_200_000_000_000_000_002;
const CHANNEL: u64 = 1_200_000_000_000_000_003;

/// Somebody's account.
pub fn person(id: u64) -> Value {
    json!({"id": id.to_string(), "username": format!("person-{id}"), "discriminator": "0", "global_name": null,
        "avatar": null, "bot": id == APPLICATION, "public_flags": 0})
}

/// A text or number option of a command.
pub fn option(name: &str, value: impl Into<Value>) -> Value {
    let value = value.into();
    let kind = match &value {
        Value::String(_) => 3,
        Value::Bool(_) => 5,
        _ => 4,
    };
    json!({"name": name, "type": kind, "value": value})
}

/// An option that is being typed.
pub fn typed(name: &str, value: &str) -> Value {
    let kind = if name == "question" { 3 } else { 4 };
    json!({"name": name, "type": kind, "value": value, "focused": true})
}

impl Discord {
    /// An interaction of that type, with everything that Discord sends.
    pub fn interaction(&self, user: u64, kind: u64, data: &Value) -> Value {
        let mut id = String::new();
        self.change(|state| id = state.new_id());
        json!({
            "id": id, "application_id": APPLICATION.to_string(), "type": kind, "version": 1,
            "token": format!("secret-of-{id}"), "guild_id": GUILD.to_string(), "channel_id": CHANNEL.to_string(),
            "channel": {"id": CHANNEL.to_string(), "type": 0, "name": "general"},
            "member": {
                "user": person(user), "roles": [GUILD.to_string()], "permissions": "2147483648", "nick": null,
                "avatar": null, "joined_at": "2020-01-01T00:00:00.000000+00:00", "premium_since": null,
                "deaf": false, "mute": false, "flags": 0, "pending": false,
            },
            "locale": "en-GB", "guild_locale": "en-US", "app_permissions": "2147483647", "entitlements": [],
            "authorizing_integration_owners": {"0": GUILD.to_string()}, "context": 0,
            "attachment_size_limit": 10_485_760, "data": data,
        })
    }

    /// A command with options.
    pub fn command(&self, user: u64, name: &str, options: &[Value]) -> Value {
        self.interaction(user, 2, &json!({"id": "1", "type": 1, "name": name, "options": options}))
    }

    /// Runs a command.
    pub async fn run(&self, user: u64, name: &str, options: &[Value]) -> Reply {
        self.send(self.command(user, name, options)).await
    }

    /// Asks a question.
    pub async fn ask(&self, user: u64, question: &str) -> Reply {
        self.run(user, "ask", &[option("question", question)]).await
    }

    /// Types into an option; gives the choices.
    pub async fn autocomplete(&self, name: &str, options: &[Value]) -> Vec<(String, Value)> {
        let data = json!({"id": "1", "type": 1, "name": name, "options": options});
        self.send(self.interaction(1, 4, &data)).await.choices()
    }

    /// Calls "Answer this" on a message with that text.
    pub async fn message_command(&self, user: u64, text: &str) -> Reply {
        let message = json!({"id": "9", "type": 0, "content": text, "author": person(77), "channel_id":
            CHANNEL.to_string(), "embeds": [], "attachments": [], "mentions": [], "components": []});
        let data = json!({"id": "2", "type": 3, "name": "Answer this", "target_id": "9",
            "resolved": {"messages": {"9": message}}});
        self.send(self.interaction(user, 2, &data)).await
    }

    /// A press on something of a message, as the message is now.
    pub fn pressed(&self, on: &Reply, custom_id: &str, values: Option<&str>, user: u64) -> Value {
        let data = values.map_or_else(
            || json!({"component_type": 2, "custom_id": custom_id}),
            |value| json!({"component_type": 3, "custom_id": custom_id, "values": [value]}),
        );
        let mut interaction = self.interaction(user, 3, &data);
        interaction["message"] = on.message.clone();
        interaction
    }

    /// Presses a button by its label or symbol.
    pub async fn press(&self, on: &Reply, label: &str, user: u64) -> Reply {
        self.send(self.pressed(on, &on.button(label), None, user)).await
    }

    /// Presses a button with an id that the message may not even have.
    pub async fn forge(&self, on: &Reply, custom_id: &str, user: u64) -> Reply {
        self.send(self.pressed(on, custom_id, None, user)).await
    }

    /// Chooses from the menu.
    pub async fn choose(&self, on: &Reply, value: &str, user: u64) -> Reply {
        let id = on.menu()["custom_id"].as_str().unwrap_or_default();
        self.send(self.pressed(on, id, Some(value), user)).await
    }
}

/// The same by somebody who may take away other people's messages.
pub fn as_moderator(mut interaction: Value) -> Value {
    interaction["member"]["permissions"] = json!((1u64 << 13).to_string());
    interaction
}

/// The same in a direct message: nobody is a member there.
pub fn in_direct_message(mut interaction: Value) -> Value {
    interaction["user"] = interaction["member"]["user"].take();
    if let Some(members) = interaction.as_object_mut() {
        for name in ["member", "guild_id", "guild_locale"] {
            members.remove(name);
        }
    }
    interaction["context"] = json!(1);
    interaction
}
