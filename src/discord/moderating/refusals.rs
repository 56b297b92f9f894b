//! Why something was not done, and what one can do about it.

use super::Desk;
use crate::discord::render::moderation as screens;
use crate::discord::response::{File, Response, Visibility};
use crate::moderation::{Draft, Refusal};

/// The reply to what was refused.
#[must_use]
pub fn refused(desk: &Desk<'_>, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Changed { subject, seen, now, by, again } => {
            let message = screens::changed(
                desk.look(),
                &subject,
                seen.as_deref(),
                now.as_deref(),
                by.as_deref(),
                again,
            );
            desk.show(message)
        }
        Refusal::Failed(error) => {
            tracing::error!(%error, "a moderator could not be served");
            desk.note(&format!("That did not work: {error}."))
        }
        refusal => desk.note(&format!("{}.", crate::assistant::capitalised(&refusal.to_string()))),
    }
}

/// The reply to what was refused, with what was typed: nobody should have to type it again.
#[must_use]
pub fn refused_with_text(desk: &Desk<'_>, refusal: Refusal, draft: &Draft) -> Response {
    let Refusal::Failed(error) = &refusal else { return refused(desk, refusal) };
    tracing::error!(%error, "an edit could not be taken");
    let text = format!(
        "That did not work: {error}.\n\nWhat you typed is in the file below, so that it is not lost."
    );
    let mut message = crate::discord::render::note(&text, desk.scene.bot.colours());
    let typed = draft.new.as_deref().unwrap_or_default();
    message.files.push(File::text("typed.toml", "What you typed", typed));
    message.reply(Visibility::Private)
}
