//! What Discord, or a server like it, sends about an interaction: only what the bot reads, and nothing
//! required that it could do without. serenity's own types are strict: one absent member, and an
//! interaction would be lost.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serenity::model::Permissions;
use serenity::model::id::{ApplicationId, GuildId, InteractionId, RoleId, UserId};

/// The type of an option that is a subcommand.
const SUBCOMMAND: u8 = 1;
/// The flag of a message that only one person sees.
const EPHEMERAL: u64 = 1 << 6;

/// What a server sends as null, it may as well leave out.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A gateway event, with its data unread: most kinds are none of the bot's business.
#[derive(Debug, Deserialize)]
pub struct Event<'a> {
    /// The name of its kind; none for what is no dispatch.
    #[serde(borrow, default, rename = "t")]
    pub kind: Option<Cow<'a, str>>,
    /// The data.
    #[serde(borrow, default, rename = "d")]
    pub data: Option<&'a RawValue>,
}

/// What the bot reads of READY.
#[derive(Debug, Deserialize)]
pub struct Ready {
    /// The application, on whose behalf commands are registered.
    #[serde(default)]
    pub application: Option<ReadyApplication>,
    /// The bot's own account.
    pub user: ReadyUser,
}

/// The application of READY.
#[derive(Debug, Deserialize)]
pub struct ReadyApplication {
    /// Its id.
    pub id: ApplicationId,
}

/// The bot's own account.
#[derive(Debug, Deserialize)]
pub struct ReadyUser {
    /// Its id.
    pub id: UserId,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub username: String,
}

impl Ready {
    /// The application's id; where the server does not tell, it is the bot's, as with every newer application.
    #[must_use]
    pub fn application_id(&self) -> ApplicationId {
        self.application
            .as_ref()
            .map_or_else(|| ApplicationId::new(self.user.id.get()), |application| application.id)
    }
}

/// What kind of interaction it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A command: slash or context menu.
    Command,
    /// A press on a button, or a choice from a menu.
    Component,
    /// Somebody types an option.
    Autocomplete,
    /// A form was sent.
    Modal,
    /// Something newer than this bot.
    Other,
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match u8::deserialize(deserializer)? {
            2 => Self::Command,
            3 => Self::Component,
            4 => Self::Autocomplete,
            5 => Self::Modal,
            _ => Self::Other,
        })
    }
}

/// An interaction.
#[derive(Debug, Deserialize)]
pub struct Interaction {
    /// Its id.
    pub id: InteractionId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// What was called, pressed or typed.
    #[serde(default, deserialize_with = "or_default")]
    pub data: Data,
    /// Allows to reply, for 15 minutes.
    pub token: String,
    /// Where it happened; none in direct messages.
    #[serde(default)]
    pub guild_id: Option<GuildId>,
    /// Who did it, in a guild …
    #[serde(default)]
    member: Option<Member>,
    /// … and elsewhere.
    #[serde(default)]
    user: Option<User>,
    /// The message that a component is on.
    #[serde(default)]
    pub message: Option<Message>,
}

/// What was called, pressed or typed.
#[derive(Debug, Default, Deserialize)]
pub struct Data {
    /// The command's name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// The options that were given.
    #[serde(default, deserialize_with = "or_default")]
    pub options: Vec<CommandOption>,
    /// What ids in the options stand for.
    #[serde(default, deserialize_with = "or_default")]
    resolved: Resolved,
    /// The message that a context-menu command was called on.
    #[serde(default)]
    target_id: Option<String>,
    /// The component's id.
    #[serde(default, deserialize_with = "or_default")]
    pub custom_id: String,
    /// What was chosen from a menu.
    #[serde(default, deserialize_with = "or_default")]
    pub values: Vec<String>,
    /// What was typed into a form.
    #[serde(default, deserialize_with = "or_default")]
    components: Vec<FormRow>,
}

/// A row of a form, with one field; or what Discord puts in its place, with a label around the field.
#[derive(Debug, Deserialize)]
struct FormRow {
    #[serde(default, deserialize_with = "or_default")]
    components: Vec<FormField>,
    #[serde(default)]
    component: Option<FormField>,
}

#[derive(Debug, Deserialize)]
struct FormField {
    #[serde(default, deserialize_with = "or_default")]
    custom_id: String,
    #[serde(default, deserialize_with = "or_default")]
    value: String,
}

/// An option of a command.
#[derive(Debug, Deserialize)]
pub struct CommandOption {
    /// Its name.
    pub name: String,
    /// Its value.
    #[serde(default)]
    value: serde_json::Value,
    /// Whether it is the one that is being typed.
    #[serde(default, deserialize_with = "or_default")]
    focused: bool,
    /// What it is.
    #[serde(rename = "type", default, deserialize_with = "or_default")]
    kind: u8,
    /// The options of a subcommand.
    #[serde(default, deserialize_with = "or_default")]
    options: Vec<CommandOption>,
}

#[derive(Debug, Default, Deserialize)]
struct Resolved {
    #[serde(default, deserialize_with = "or_default")]
    messages: HashMap<String, TargetMessage>,
}

#[derive(Debug, Deserialize)]
struct TargetMessage {
    #[serde(default, deserialize_with = "or_default")]
    content: String,
}

#[derive(Debug, Deserialize)]
struct Member {
    user: User,
    /// The permissions in the channel.
    #[serde(default)]
    permissions: Option<Permissions>,
    #[serde(default, deserialize_with = "or_default")]
    roles: Vec<RoleId>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: UserId,
}

/// The message that a component is on.
#[derive(Debug, Deserialize)]
pub struct Message {
    #[serde(default, deserialize_with = "or_default")]
    id: String,
    #[serde(default)]
    flags: Option<u64>,
    #[serde(default, deserialize_with = "or_default")]
    embeds: Vec<Embed>,
}

#[derive(Debug, Deserialize)]
struct Embed {
    #[serde(default)]
    title: Option<String>,
}

impl Interaction {
    /// Who did it.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        let user = self.member.as_ref().map(|member| &member.user).or(self.user.as_ref());
        user.map(|user| user.id)
    }

    /// What the person may do in the channel; nothing in direct messages.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.member.as_ref().and_then(|member| member.permissions).unwrap_or_else(Permissions::empty)
    }

    /// The person's roles; none in direct messages.
    #[must_use]
    pub fn roles(&self) -> &[RoleId] {
        self.member.as_ref().map_or(&[], |member| &member.roles)
    }

    /// Whether the component is on a message that only one person sees.
    #[must_use]
    pub fn on_private_message(&self) -> bool {
        self.message.as_ref().and_then(|message| message.flags).is_some_and(|flags| flags & EPHEMERAL != 0)
    }

    /// The id of the message that the component is on; empty where there is none.
    #[must_use]
    pub fn message_id(&self) -> &str {
        self.message.as_ref().map_or("", |message| &message.id)
    }

    /// The title of the message that the component is on.
    #[must_use]
    pub fn message_title(&self) -> Option<&str> {
        self.message.as_ref()?.embeds.first()?.title.as_deref()
    }
}

impl Data {
    /// The value of a text option.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.option(name)?.value.as_str()
    }

    /// The value of a number option; some clients send numbers as text while one types.
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        let value = &self.option(name)?.value;
        #[expect(clippy::cast_possible_truncation, reason = "cut off at the bounds, as wished")]
        let rounded = || value.as_f64().map(|number| number.round() as i64);
        value.as_i64().or_else(rounded).or_else(|| value.as_str()?.trim().parse().ok())
    }

    /// The value of a yes/no option.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.option(name).and_then(|option| option.value.as_bool()).unwrap_or_default()
    }

    fn option(&self, name: &str) -> Option<&CommandOption> {
        self.given().iter().find(|option| option.name == name)
    }

    /// The subcommand that was called.
    #[must_use]
    pub fn subcommand(&self) -> Option<&str> {
        self.options.first().filter(|option| option.kind == SUBCOMMAND).map(|option| option.name.as_str())
    }

    /// The options that were given, to the subcommand where there is one.
    fn given(&self) -> &[CommandOption] {
        match self.options.first() {
            Some(option) if option.kind == SUBCOMMAND => &option.options,
            _ => &self.options,
        }
    }

    /// What was typed into a field of a form; none where the form does not have it.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&str> {
        let fields = self.components.iter().flat_map(|row| row.components.iter().chain(&row.component));
        let field = fields.into_iter().find(|field| field.custom_id == id)?;
        Some(field.value.trim())
    }

    /// The option that is being typed, and what it holds so far.
    #[must_use]
    pub fn focused(&self) -> Option<(&str, String)> {
        let option = self.given().iter().find(|option| option.focused)?;
        let typed = match &option.value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        };
        Some((&option.name, typed))
    }

    /// The text of the message that a context-menu command was called on.
    #[must_use]
    pub fn target_text(&self) -> Option<&str> {
        let message = self.resolved.messages.get(self.target_id.as_deref()?)?;
        Some(&message.content)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_other_servers_leave_out_is_not_needed() {
        let text = json!({"op": 0, "s": 3, "t": "INTERACTION_CREATE", "d": {
            "id": "7", "type": 2, "token": "t", "application_id": "1", "guild_id": "9",
            "member": {"user": {"id": "5"}, "roles": ["9", "12"]},
            "data": {"id": "1", "name": "ask", "options": [{"name": "question", "type": 3, "value": "who?"}]},
        }})
        .to_string();
        let event: Event<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!(event.kind.as_deref(), Some("INTERACTION_CREATE"));
        let interaction: Interaction = serde_json::from_str(event.data.unwrap().get()).unwrap();
        assert_eq!(interaction.kind, Kind::Command);
        assert_eq!(interaction.user_id(), Some(UserId::new(5)));
        assert_eq!(interaction.data.text("question"), Some("who?"));
        assert_eq!(interaction.roles().len(), 2);
        assert!(interaction.permissions().is_empty());
    }

    #[test]
    fn null_is_as_good_as_absent() {
        let text = json!({"id": "7", "type": 3, "token": "t", "guild_id": null, "user": null,
            "member": {"user": {"id": "5"}, "roles": null, "permissions": null},
            "message": {"flags": null, "embeds": null},
            "data": {"name": null, "options": null, "resolved": null, "target_id": null, "values": null,
                "custom_id": "1:sections"}})
        .to_string();
        let interaction: Interaction = serde_json::from_str(&text).unwrap();
        assert_eq!(interaction.data.custom_id, "1:sections");
        assert_eq!(interaction.message_title(), None);
        let text = json!({"id": "7", "type": 2, "token": "t", "user": {"id": "5"}, "data": null}).to_string();
        assert_eq!(serde_json::from_str::<Interaction>(&text).unwrap().data.name, "");
    }

    #[test]
    fn a_kind_from_the_future_can_be_read() {
        let text = json!({"id": "7", "type": 99, "token": "t", "user": {"id": "5"}}).to_string();
        let interaction: Interaction = serde_json::from_str(&text).unwrap();
        assert_eq!(interaction.kind, Kind::Other);
        assert_eq!(interaction.user_id(), Some(UserId::new(5)));
    }

    #[test]
    fn half_typed_numbers_are_text() {
        let option = |value| CommandOption {
            name: "year".to_owned(),
            value,
            focused: true,
            kind: 4,
            options: Vec::new(),
        };
        for (value, typed) in [(json!("20"), "20"), (json!(20), "20"), (json!(null), "")] {
            let data = Data { options: vec![option(value)], ..Data::default() };
            assert_eq!(data.focused(), Some(("year", typed.to_owned())));
        }
    }

    #[test]
    fn subcommands_and_forms_are_read() {
        let options = json!([{"name": "edit", "type": 1, "options": [
            {"name": "id", "type": 3, "value": "star", "focused": true}]}]);
        let data: Data = serde_json::from_value(json!({"name": "fact", "options": options})).unwrap();
        assert_eq!((data.subcommand(), data.text("id")), (Some("edit"), Some("star")));
        assert_eq!(data.focused(), Some(("id", "star".to_owned())));
        let field = json!({"type": 4, "custom_id": "answer", "value": " Yes. "});
        for row in [json!({"type": 1, "components": [field]}), json!({"type": 18, "component": field})] {
            let data: Data = serde_json::from_value(json!({"custom_id": "x", "components": [row]})).unwrap();
            assert_eq!((data.field("answer"), data.field("date")), (Some("Yes."), None));
        }
    }

    #[test]
    fn ready_without_an_application_names_the_bot() {
        let ready: Ready = serde_json::from_value(json!({"user": {"id": "44", "username": "bot"}})).unwrap();
        assert_eq!(ready.application_id().get(), 44);
    }
}
