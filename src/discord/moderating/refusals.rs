//! Why something was not done, and what one can do about it.

use super::Desk;
use crate::discord::limits;
use crate::discord::render::moderation as screens;
use crate::discord::response::Response;
use crate::moderation::Refusal;

/// As much is shown of why.
const SHOWN: usize = 2_000;

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
        refusal => {
            let text = limits::cut(&refusal.to_string(), SHOWN);
            desk.note(&format!("{}.", crate::assistant::capitalised(&text)))
        }
    }
}
