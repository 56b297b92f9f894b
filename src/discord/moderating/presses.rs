//! What moderators press and choose.

use super::ids::ModeratorId;
use super::{Desk, Done, forms};
use crate::discord::commands::{fact, missed};
use crate::discord::custom_id::FactKey;
use crate::discord::render::moderation as screens;
use crate::moderation::edits::{Revision, Subject};
use crate::moderation::entry::Entry;
use crate::moderation::{Draft, Refusal};

/// Replies to a press.
///
/// # Errors
/// Why it is refused.
pub async fn press(desk: &Desk<'_>) -> Done {
    let data = &desk.scene.interaction.data;
    let chosen = || data.values.first().map(String::as_str).unwrap_or_default();
    let number = || chosen().parse::<i64>().unwrap_or_default();
    let Ok(id) = data.custom_id.parse::<ModeratorId>() else {
        return Ok(super::super::components::stale(desk.scene));
    };
    match id {
        ModeratorId::Save(draft) => save(desk, draft).await,
        ModeratorId::Cancel(draft) => {
            desk.moderation.cancel(draft, &desk.author()).await?;
            Ok(desk.show(screens::cancelled(desk.look())))
        }
        ModeratorId::Revise(draft) => revise(desk, draft).await,
        ModeratorId::Over(draft) => over(desk, draft).await,
        ModeratorId::List(list) => fact::list_page(desk, &list).await,
        ModeratorId::OpenFact => fact::show(desk, chosen()).await,
        ModeratorId::Fact(key) => fact::show(desk, &desk.known_id(&key)?).await,
        ModeratorId::Edit(key) => {
            let entry = desk.moderation.known_fact(&desk.known_id(&key)?).await?;
            Ok(forms::edit(&entry, None))
        }
        ModeratorId::Retire(key) => {
            let draft = desk.moderation.retire(desk.author(), &desk.known_id(&key)?).await?;
            preview(desk, draft).await
        }
        ModeratorId::Keep(key) => {
            let subject = Subject::Fact(desk.known_id(&key)?);
            preview(desk, desk.moderation.keep(desk.author(), &subject).await?).await
        }
        ModeratorId::GiveUp(key) => {
            let subject = Subject::Fact(desk.known_id(&key)?);
            preview(desk, desk.moderation.give_up(desk.author(), &subject).await?).await
        }
        ModeratorId::History(key, page, _) => {
            let id = key.map(|key| desk.known_id(&key)).transpose()?;
            fact::history(desk, id, page).await
        }
        ModeratorId::OpenChange => fact::change(desk, number()).await,
        ModeratorId::Undo(change) => fact::undo(desk, change, "").await,
        ModeratorId::Missed(page, _, words) => missed::list(desk, &words, page).await,
        ModeratorId::OpenMissed => missed::open(desk, number()).await,
        ModeratorId::Teach(group, key, polarity) => {
            let fact = desk.known_id(&key)?;
            missed::teach(desk, group, &fact, polarity).await
        }
        ModeratorId::NewFact(group) => {
            missed::new_fact(desk, group, data.values.first().map(String::as_str)).await
        }
        ModeratorId::NotForUs(group) => missed::not_for_us(desk, group).await,
        ModeratorId::Dismiss(group) => missed::dismiss(desk, group).await,
        ModeratorId::Forget => missed::forget(desk).await,
        ModeratorId::AddForm(..) | ModeratorId::EditForm(..) | ModeratorId::ReviseForm(_) => {
            Ok(super::super::components::stale(desk.scene))
        }
    }
}

/// Shows a draft.
///
/// # Errors
/// Why it is refused.
pub async fn preview(desk: &Desk<'_>, draft: Draft) -> Done {
    let preview = desk.moderation.propose(draft).await?;
    Ok(desk.show(screens::preview(desk.look(), &preview)))
}

async fn save(desk: &Desk<'_>, draft: i64) -> Done {
    let saved = desk.moderation.save(draft, &desk.author()).await?;
    desk.scene.bot.changed();
    if let Err(error) = &saved.served {
        tracing::error!(%error, change = saved.change.id, "a change is saved and cannot be served");
    }
    Ok(desk.show(screens::saved(desk.look(), &saved)))
}

async fn revise(desk: &Desk<'_>, id: i64) -> Done {
    let draft = desk.moderation.draft(id, &desk.author()).await?;
    let entry = draft.new.as_deref().and_then(|text| Entry::from_toml(text).ok()).ok_or(Refusal::Gone)?;
    Ok(forms::revise(id, &entry, &draft.reason))
}

/// The draft once more, over what the thing has become.
async fn over(desk: &Desk<'_>, id: i64) -> Done {
    let draft = desk.renamed(desk.moderation.draft(id, &desk.author()).await?);
    let seen = Revision::of(draft.seen.as_deref());
    let preview = desk.moderation.propose_over(draft, seen).await?;
    Ok(desk.show(screens::preview(desk.look(), &preview)))
}

impl Desk<'_> {
    /// A draft of a new fact under an id that is still free: the ids of two facts for one question are made up alike.
    #[must_use]
    pub fn renamed(&self, draft: Draft) -> Draft {
        draft.under_free_id(|id| self.is_taken(id))
    }

    /// Whether a fact has that id, or had it.
    #[must_use]
    pub fn is_taken(&self, id: &str) -> bool {
        self.scene.served.assistant.base().fact(id).is_some() || self.moderation.is_edited(id)
    }

    /// The id of a fact that stands, or that moderators have touched.
    #[must_use]
    pub fn fact_id(&self, key: &FactKey) -> Option<String> {
        let base = self.scene.served.assistant.base();
        key.find(base)
            .map(|fact| fact.id.clone())
            .or_else(|| self.moderation.edited_ids().into_iter().find(|id| key.is_of(id)))
    }

    /// The same, or that there is none.
    ///
    /// # Errors
    /// That there is none.
    pub fn known_id(&self, key: &FactKey) -> Result<String, Refusal> {
        self.fact_id(key).ok_or_else(|| Refusal::NoFact(key.to_string()))
    }
}
