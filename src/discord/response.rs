//! The one initial reply that every interaction gets, as a value: made without any I/O, then sent.

use std::sync::Arc;

use serde_json::value::Value;
use serenity::builder::{
    AutocompleteChoice, CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateAutocompleteResponse,
    CreateEmbed, CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal,
};

use super::limits;

/// A reply.
#[derive(Debug, Clone)]
pub struct Response {
    /// What is sent.
    pub body: CreateInteractionResponse,
    /// Files that go with it.
    pub files: Vec<File>,
    /// Whether the message that a component is on is to go away after that.
    pub deletes_message: bool,
}

/// A file of a reply.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name, by which an embed refers to it.
    pub name: String,
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
    /// Files.
    pub files: Vec<File>,
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
        let (message, files) = self.build();
        let message = message.ephemeral(visibility == Visibility::Private);
        Response::new(CreateInteractionResponse::Message(message), files)
    }

    /// In place of the message that the component is on.
    #[must_use]
    pub fn update(self) -> Response {
        let (message, files) = self.build();
        Response::new(CreateInteractionResponse::UpdateMessage(message), files)
    }

    /// Nothing that a message says can ping anybody: neither a new one nor an edited one.
    fn build(self) -> (CreateInteractionResponseMessage, Vec<File>) {
        let message = CreateInteractionResponseMessage::new()
            .embed(self.embed)
            .components(self.rows)
            .allowed_mentions(CreateAllowedMentions::new())
            // Only their names and descriptions go into the body; the content is sent beside it.
            .add_files(self.files.iter().map(File::announced));
        (message, self.files)
    }
}

impl File {
    /// A text that people can open.
    #[must_use]
    pub fn text(name: &str, description: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            media_type: "text/plain; charset=utf-8",
            bytes: text.as_bytes().into(),
        }
    }

    /// What a message says about the file.
    pub fn announced(&self) -> CreateAttachment {
        CreateAttachment::bytes(Vec::new(), &self.name).description(self.description.as_str())
    }
}

impl Response {
    fn new(body: CreateInteractionResponse, files: Vec<File>) -> Self {
        Self { body, files, deletes_message: false }
    }

    /// A form to fill in.
    #[must_use]
    pub fn form(form: CreateModal) -> Self {
        Self::new(CreateInteractionResponse::Modal(form), Vec::new())
    }

    /// Whether it is a form.
    #[must_use]
    pub fn is_form(&self) -> bool {
        matches!(self.body, CreateInteractionResponse::Modal(_))
    }

    /// Whether it changes the message that a component is on.
    #[must_use]
    pub fn is_update(&self) -> bool {
        matches!(self.body, CreateInteractionResponse::UpdateMessage(_))
    }

    /// That the reply will take a while: a message of its own, which only one person sees.
    #[must_use]
    pub fn later() -> Self {
        let message = CreateInteractionResponseMessage::new().ephemeral(true);
        Self::new(CreateInteractionResponse::Defer(message), Vec::new())
    }

    /// That the message that a component is on will change in a while.
    #[must_use]
    pub fn update_later() -> Self {
        Self::new(CreateInteractionResponse::Acknowledge, Vec::new())
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
        Self::new(CreateInteractionResponse::Autocomplete(body), Vec::new())
    }

    /// Takes away the message that the component is on.
    #[must_use]
    pub fn delete_message() -> Self {
        Self { deletes_message: true, ..Self::update_later() }
    }
}
