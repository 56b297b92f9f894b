//! Who may change the fact base.
//!
//! Discord hides commands from those who lack a permission, but that can be changed by a server's admins, and the ids
//! of components can be forged: so each command, press and form is checked here again, on what Discord tells of the
//! person with that very interaction.

use serenity::model::Permissions;

use super::incoming::Interaction;
use crate::config::ModerationConfig;

/// What somebody must be allowed to do in a server to moderate there.
pub const MODERATES: Permissions = Permissions::MANAGE_GUILD;

/// Those who may.
#[derive(Debug, Clone, Default)]
pub struct Moderators {
    guilds: Vec<u64>,
    roles: Vec<u64>,
}

impl Moderators {
    /// Those of a configuration.
    #[must_use]
    pub fn new(config: &ModerationConfig) -> Self {
        Self { guilds: config.guilds.clone(), roles: config.roles.clone() }
    }

    /// Whether the person of an interaction is one of them: in one of the guilds, and with the permission or a role.
    #[must_use]
    pub fn include(&self, interaction: &Interaction) -> bool {
        let here = interaction.guild_id.is_some_and(|guild| self.guilds.contains(&guild.get()));
        let permitted = interaction.permissions().intersects(MODERATES | Permissions::ADMINISTRATOR);
        let role = || interaction.roles().iter().any(|role| self.roles.contains(&role.get()));
        here && (permitted || role())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GUILD: u64 = 7;
    const ROLE: u64 = 8;

    fn who(guild: Option<u64>, roles: &[u64], permissions: u64) -> Interaction {
        let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
        let member = json!({"user": {"id": "5"}, "roles": roles, "permissions": permissions.to_string()});
        let mut whole = json!({"id": "1", "type": 2, "token": "t", "member": member});
        if let Some(guild) = guild {
            whole["guild_id"] = json!(guild.to_string());
        }
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn only_moderators_of_the_named_guilds_are_included() {
        let moderators = Moderators { guilds: vec![GUILD], roles: vec![ROLE] };
        let (manage, administer, others) = (1 << 5, 1 << 3, !(1 << 5 | 1 << 3) & 0xffff_ffff);
        for (guild, roles, permissions, expected) in [
            (Some(GUILD), &[][..], manage, true),
            (Some(GUILD), &[], administer, true),
            (Some(GUILD), &[ROLE], 0, true),
            (Some(GUILD), &[9], others, false),
            (Some(GUILD), &[], 0, false),
            (Some(9), &[ROLE], manage | administer, false),
            // A guild's id is that of the role that everybody has.
            (Some(ROLE), &[ROLE], manage, false),
            (None, &[ROLE], manage, false),
        ] {
            let interaction = who(guild, roles, permissions);
            assert_eq!(moderators.include(&interaction), expected, "{guild:?} {roles:?} {permissions}");
        }
        assert!(!Moderators::default().include(&who(Some(GUILD), &[ROLE], administer)));
    }
}
