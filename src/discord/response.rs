//! The one initial reply that every interaction gets, as a value: made without any I/O, then sent.

use std::sync::Arc;

use serde_json::value::Value;
use serenity::builder::{
    AutocompleteChoice, CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateAutocompleteResponse,
    CreateEmbed, CreateInteractionResponse, CreateInteractionResponseMessage,
};

use super::limits;

/// A reply.
#[derive(Debug, Clone)]
pub struct Response {
    /// What is sent.
    pub body: CreateInteractionResponse,
    /// A file that goes with it.
    pub file: Option<File>,
    /// Whether the message that a component is on is to go away after that.
    pub deletes_message: bool,
}

/// A file of a reply.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name, by which an embed refers to it.
    pub name: &'static str,
    /// What it shows, for those who cannot see it.
    pub description: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Arc<[u8]>,
}

/// A message, before it is known how it will be shown.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The card.
    pub embed: CreateEmbed,
    /// Rows of buttons and menus.
    pub rows: Vec<CreateActionRow>,
    /// A file.
    pub file: Option<File>,
}

/// Who sees a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody in the channel.
    Public,
    /// Only the person who asked.
    Private,
}

impl Visibility {
    /// Private where that is so.
    #[must_use]
    pub fn private_if(private: bool) -> Self {
        if private { Self::Private } else { Self::Public }
    }
}

impl Message {
    /// A message without components.
    #[must_use]
    pub fn card(embed: CreateEmbed) -> Self {
        Self { embed, ..Self::default() }
    }

    /// As a new message.
    #[must_use]
    pub fn reply(self, visibility: Visibility) -> Response {
        let (message, file) = self.build();
        let message = message.ephemeral(visibility == Visibility::Private);
        Response::new(CreateInteractionResponse::Message(message), file)
    }

    /// In place of the message that the component is on.
    #[must_use]
    pub fn update(self) -> Response {
        let (message, file) = self.build();
        Response::new(CreateInteractionResponse::UpdateMessage(message), file)
    }

    /// Nothing that a message says can ping anybody: neither a new one nor an edited one.
    fn build(self) -> (CreateInteractionResponseMessage, Option<File>) {
        let message = CreateInteractionResponseMessage::new()
            .embed(self.embed)
            .components(self.rows)
            .allowed_mentions(CreateAllowedMentions::new());
        let message = match &self.file {
            // Only its name and description go into the body; the content is sent beside it.
            Some(file) => message.add_file(
                CreateAttachment::bytes(Vec::new(), file.name).description(file.description.as_str()),
            ),
            None => message,
        };
        (message, self.file)
    }
}

impl Response {
    fn new(body: CreateInteractionResponse, file: Option<File>) -> Self {
        Self { body, file, deletes_message: false }
    }

    /// Completions of an option, each with its name and its value.
    #[must_use]
    pub fn choices<V: Into<Value>>(choices: impl IntoIterator<Item = (String, V)>) -> Self {
        let choices = choices
            .into_iter()
            .take(limits::CHOICES)
            .map(|(name, value)| AutocompleteChoice::new(name, value.into()))
            .collect();
        let body = CreateAutocompleteResponse::new().set_choices(choices);
        Self::new(CreateInteractionResponse::Autocomplete(body), None)
    }

    /// Takes away the message that the component is on.
    #[must_use]
    pub fn delete_message() -> Self {
        Self { body: CreateInteractionResponse::Acknowledge, file: None, deletes_message: true }
    }
}
