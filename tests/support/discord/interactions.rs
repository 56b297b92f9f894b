//! What people do, as Discord tells it to the bot.

use serde_json::{Value, json};

use super::Discord;
use super::reply::{Form, Reply};

/// The application, and its bot's account.
pub const APPLICATION: u64 = 1_200_000_000_000_000_001;
/// The server where everything happens.
pub const GUILD: u64 = 1_200_000_000_000_000_002;
const CHANNEL: u64 = 1_200_000_000_000_000_003;
/// What everybody may do: use commands.
const USUAL: u64 = 1 << 31;

/// What Discord tells of somebody beside the account.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// What they may do in the channel, beside the usual.
    pub permissions: u64,
    /// A role that they have.
    pub role: Option<u64>,
    /// Where they are.
    pub place: Place,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In that server.
    Guild(u64),
    /// In a direct message.
    DirectMessage,
    /// In a server of which nothing tells that they are a member.
    Unknown,
}

impl Person {
    /// Somebody in the server where everything happens, with those permissions.
    pub fn with(permissions: u64) -> Self {
        Self { permissions, role: None, place: Place::Guild(GUILD) }
    }
}

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
    let kind = if ["year", "until", "change"].contains(&name) { 4 } else { 3 };
    json!({"name": name, "type": kind, "value": value, "focused": true})
}

/// A subcommand with its options, as a command's only option.
pub fn subcommand(name: &str, options: &[Value]) -> Value {
    json!({"name": name, "type": 1, "options": options})
}

impl Discord {
    /// Makes somebody known.
    pub fn knows(&self, user: u64, person: Person) {
        self.change(|state| {
            state.people.insert(user, person);
        });
    }

    /// An interaction of that type, with everything that Discord sends.
    pub fn interaction(&self, user: u64, kind: u64, data: &Value) -> Value {
        let mut person = None;
        self.change(|state| person = state.people.get(&user).copied());
        let interaction = self.usual_interaction(user, kind, data);
        match person {
            Some(person) => by(&person, interaction),
            None => interaction,
        }
    }

    fn usual_interaction(&self, user: u64, kind: u64, data: &Value) -> Value {
        let mut id = String::new();
        self.change(|state| id = state.new_id());
        json!({
            "id": id, "application_id": APPLICATION.to_string(), "type": kind, "version": 1,
            "token": format!("secret-of-{id}"), "guild_id": GUILD.to_string(), "channel_id": CHANNEL.to_string(),
            "channel": {"id": CHANNEL.to_string(), "type": 0, "name": "general"},
            "member": {
                "user": person(user), "roles": [GUILD.to_string()], "permissions": USUAL.to_string(), "nick": null,
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
        self.complete(1, name, options).await
    }

    /// The same by somebody in particular.
    pub async fn complete(&self, user: u64, name: &str, options: &[Value]) -> Vec<(String, Value)> {
        let data = json!({"id": "1", "type": 1, "name": name, "options": options});
        self.send(self.interaction(user, 4, &data)).await.choices()
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

    /// A form that is sent as it is.
    pub fn submission(&self, form: &Form, user: u64) -> Value {
        let row = |(id, value): &(String, String)| json!({"type": 1, "components": [{"type": 4, "custom_id": id, "value": value}]});
        let rows: Vec<Value> = form.fields.iter().map(row).collect();
        let data = json!({"custom_id": form.custom_id, "components": rows});
        let mut interaction = self.interaction(user, 5, &data);
        if !form.message.is_null() {
            interaction["message"] = form.message.clone();
        }
        interaction
    }

    /// Sends a form.
    pub async fn submit(&self, form: &Form, user: u64) -> Reply {
        self.send(self.submission(form, user)).await
    }
}

/// The same by somebody who may take away other people's messages.
pub fn as_moderator(mut interaction: Value) -> Value {
    interaction["member"]["permissions"] = json!((1u64 << 13).to_string());
    interaction
}

/// The same by that person.
fn by(person: &Person, mut interaction: Value) -> Value {
    let (member, permissions) = (&mut interaction["member"], USUAL | person.permissions);
    member["permissions"] = json!(permissions.to_string());
    if let Some(roles) = member["roles"].as_array_mut() {
        roles.extend(person.role.map(|role| json!(role.to_string())));
    }
    match person.place {
        Place::Guild(guild) => interaction["guild_id"] = json!(guild.to_string()),
        Place::DirectMessage => return in_direct_message(interaction),
        Place::Unknown => {
            interaction["user"] = interaction["member"]["user"].take();
            interaction["member"] = Value::Null;
        }
    }
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
