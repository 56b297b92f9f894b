//! Settings: defaults, then a file, then the environment.
//!
//! `config/default.toml` holds every key with its default and its meaning. Environment variables are
//! `RELATIONS_BOT__SECTION__KEY`, for example `RELATIONS_BOT__MATCHER__ANSWER=0.6`.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ::config::{Config as Layers, Environment, File, FileFormat};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::matcher::decision::Thresholds;
use crate::source::{Source, default_cache};

const DEFAULTS: &str = include_str!("../config/default.toml");
const PREFIX: &str = "RELATIONS_BOT";

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read, a key is unknown, or a value is of the wrong sort.
    #[error("configuration: {0}")]
    Invalid(#[from] ::config::ConfigError),
    /// A value is out of its range.
    #[error("configuration: {0}")]
    Range(String),
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the facts come from.
    pub knowledge: KnowledgeConfig,
    /// When to answer.
    pub matcher: Thresholds,
    /// What is logged.
    pub log: LogConfig,
    /// The Discord bot.
    pub discord: DiscordConfig,
    /// Who may change the fact base, and where changes are kept.
    pub moderation: ModerationConfig,
    /// The port for those who watch over the bot.
    pub health: HealthConfig,
}

/// Where the facts come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeConfig {
    /// A knowledge folder; empty for the shipped base.
    pub dir: PathBuf,
    /// Where trained indexes of other bases are kept: empty for the user's cache folder, `off` for nowhere.
    pub cache: PathBuf,
}

/// What is logged, to standard error.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Which events, as `tracing-subscriber`'s filter directives; empty for what suits the command.
    pub filter: String,
    /// How they look.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The Discord bot.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscordConfig {
    /// The bot's token; empty where it comes from elsewhere.
    pub token: Secret,
    /// A file that holds the token; empty for none.
    pub token_file: PathBuf,
    /// The root of the REST interface, without a path; empty for Discord's own.
    pub api_base: String,
    /// The guilds that get the commands; all of them where there are none.
    #[serde(deserialize_with = "ids")]
    pub guilds: Vec<u64>,
    /// What the bot is seen to be listening to; empty for nothing.
    pub activity: String,
    /// How often one person may ask.
    pub cooldown: CooldownConfig,
    /// Colours of replies.
    pub colours: ColoursConfig,
}

/// Who may change the fact base, and where changes are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModerationConfig {
    /// The guilds whose moderators may.
    #[serde(deserialize_with = "ids")]
    pub guilds: Vec<u64>,
    /// Roles that may moderate there, beside everybody with the permission Manage Server.
    #[serde(deserialize_with = "ids")]
    pub roles: Vec<u64>,
    /// The channel that gets a message for every change.
    #[serde(deserialize_with = "id")]
    pub log_channel: Option<u64>,
    /// The database: empty for the user's data folder, `off` for none.
    pub database: PathBuf,
    /// Days for which unanswered questions are kept; 0 for none.
    pub keep_missed_days: u32,
    /// Exam files whose questions a preview asks.
    #[serde(deserialize_with = "paths")]
    pub exams: Vec<PathBuf>,
}

/// How often one person may ask.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CooldownConfig {
    /// Questions in a row; 0 for no limit.
    pub questions: u32,
    /// Seconds until one of them is regained.
    pub seconds: f64,
}

/// Colours of replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColoursConfig {
    /// An answer.
    pub answer: Colour,
    /// "Did you mean".
    pub suggest: Colour,
    /// No answer.
    pub none: Colour,
    /// The timeline.
    pub timeline: Colour,
}

/// The port for those who watch over the bot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthConfig {
    /// The address and port; none for no port.
    #[serde(deserialize_with = "address")]
    pub listen: Option<SocketAddr>,
}

/// A text that is never shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Secret(String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl Secret {
    /// A secret of that text, without the white space around it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "none" } else { "hidden" })
    }
}

/// A colour, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Colour(pub u32);

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.strip_prefix('#')
            .filter(|digits| digits.len() == 6)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no colour: write it as #rrggbb, for instance #0f8a8a"))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:06x}", self.0)
    }
}

/// Ids are given as a list, or as one; as numbers, or as text, since some formats have no room for their digits.
fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Number(u64),
        Text(String),
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Ids {
        Many(Vec<Id>),
        One(Id),
    }
    let ids = match Ids::deserialize(deserializer)? {
        Ids::Many(ids) => ids,
        Ids::One(id) => vec![id],
    };
    let mut numbers = Vec::with_capacity(ids.len());
    for id in ids {
        let text = match id {
            Id::Number(number) => number.to_string(),
            Id::Text(text) => text,
        };
        for text in text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            let id = text.parse().ok().filter(|id| *id > 0);
            numbers.push(id.ok_or_else(|| {
                D::Error::custom(format!("`{text}` is no id: Discord's are numbers of some 18 digits"))
            })?);
        }
    }
    Ok(numbers)
}

/// Paths are given as a list, or as a text, which is all that the environment has.
fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Paths {
        Many(Vec<PathBuf>),
        Text(String),
    }
    Ok(match Paths::deserialize(deserializer)? {
        Paths::Many(paths) => paths,
        Paths::Text(text) => {
            text.split(',').map(str::trim).filter(|path| !path.is_empty()).map(PathBuf::from).collect()
        }
    })
}

/// One id, or none.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let ids = ids(deserializer)?;
    match ids.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(*id)),
        _ => Err(D::Error::custom("only one id can be given here")),
    }
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        D::Error::custom(format!("`{text}` is no address with a port, for instance 127.0.0.1:9464"))
    })
}

impl DiscordConfig {
    /// The token: the setting, else the variable `DISCORD_TOKEN`, else the file.
    ///
    /// # Errors
    /// Where there is none, or the file cannot be read.
    pub fn token(&self) -> Result<Secret, TokenError> {
        let variable = std::env::var("DISCORD_TOKEN").unwrap_or_default();
        let given = [self.token.clone(), Secret::new(&variable)];
        if let Some(token) = given.into_iter().find(|token| !token.reveal().is_empty()) {
            return Ok(token);
        }
        if self.token_file.as_os_str().is_empty() {
            return Err(TokenError::Missing);
        }
        let text = std::fs::read_to_string(&self.token_file)
            .map_err(|source| TokenError::File { path: self.token_file.clone(), source })?;
        let token = Secret::new(&text);
        if token.reveal().is_empty() { Err(TokenError::Missing) } else { Ok(token) }
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// None of the places has one.
    #[error(
        "there is no token: set DISCORD_TOKEN to the one of the developer portal (your application, Bot, \
         Reset Token), or discord.token_file to a file that holds it"
    )]
    Missing,
    /// The file cannot be read.
    #[error("the token file {path} cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl ModerationConfig {
    /// The database of the base from that source; none where nothing is to be kept, or there is no place for it.
    #[must_use]
    pub fn database(&self, source: &Source) -> Option<PathBuf> {
        match self.database.to_str() {
            Some("off") => None,
            Some("") => dirs::data_dir().map(|data| data.join("relations-bot").join(source.database_name())),
            _ => Some(self.database.clone()),
        }
    }
}

impl Config {
    /// Reads the settings; `file` must exist where it is named.
    ///
    /// # Errors
    /// Where a layer cannot be read, names an unknown key, or has a value out of its range.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::from_layers(file, Environment::with_prefix(PREFIX))
    }

    fn from_layers(file: Option<&Path>, environment: Environment) -> Result<Self, ConfigError> {
        let mut layers = Layers::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(file) = file {
            layers = layers.add_source(File::from(file).format(FileFormat::Toml));
        }
        let environment = environment.prefix_separator("__").separator("__").try_parsing(true);
        let config: Self = layers.add_source(environment).build()?.try_deserialize()?;
        let Thresholds { answer, suggest } = config.matcher;
        if !(0.0..=1.0).contains(&answer) || !(0.0..=answer).contains(&suggest) {
            return Err(ConfigError::Range(format!(
                "matcher.suggest ({suggest}) and matcher.answer ({answer}) must satisfy 0 ≤ suggest ≤ answer ≤ 1"
            )));
        }
        let CooldownConfig { questions, seconds } = config.discord.cooldown;
        if questions > 0 && !(0.001..=86_400.0).contains(&seconds) {
            return Err(ConfigError::Range(format!(
                "discord.cooldown.seconds ({seconds}) must be between 0.001 and 86400"
            )));
        }
        let api_base = &config.discord.api_base;
        if !api_base.is_empty() && reqwest::Url::parse(api_base).is_err() {
            return Err(ConfigError::Range(format!(
                "discord.api_base (`{api_base}`) must be an address such as http://127.0.0.1:8080"
            )));
        }
        Ok(config)
    }

    /// Where the base comes from; a folder named on the command line goes first.
    #[must_use]
    pub fn source(&self, folder: Option<PathBuf>) -> Source {
        let configured = Some(self.knowledge.dir.clone()).filter(|dir| !dir.as_os_str().is_empty());
        let cache = match self.knowledge.cache.to_str() {
            Some("") => default_cache(),
            Some("off") => None,
            _ => Some(self.knowledge.cache.clone()),
        };
        Source { folder: folder.or(configured), cache, ..Source::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables = variables.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        Config::from_layers(None, Environment::with_prefix(PREFIX).source(Some(variables)))
    }

    #[test]
    fn the_environment_goes_before_the_defaults() {
        let config =
            with(&[("RELATIONS_BOT__MATCHER__ANSWER", "0.9"), ("RELATIONS_BOT__LOG__FORMAT", "json")])
                .unwrap();
        assert!((config.matcher.answer - 0.9).abs() < 1e-6);
        assert_eq!(config.log.format, LogFormat::Json);
        let default = with(&[]).unwrap().matcher.suggest;
        assert!((config.matcher.suggest - default).abs() < 1e-6);
    }

    #[test]
    fn defaults_are_those_of_the_code() {
        assert_eq!(with(&[]).unwrap().matcher, Thresholds::default());
    }

    #[test]
    fn guilds_are_one_or_many() {
        for (text, ids) in [("5", vec![5]), ("5,6", vec![5, 6]), (" 5 , 6,", vec![5, 6]), ("", vec![])] {
            assert_eq!(
                with(&[("RELATIONS_BOT__DISCORD__GUILDS", text)]).unwrap().discord.guilds,
                ids,
                "{text}"
            );
        }
        let error = with(&[("RELATIONS_BOT__DISCORD__GUILDS", "5,x")]).unwrap_err().to_string();
        assert!(error.contains("`x` is no id"), "{error}");
    }

    #[test]
    fn exams_are_one_or_many() {
        for (text, count) in [("", 0), ("a.jsonl", 1), ("a.jsonl, b/c.jsonl", 2)] {
            let config = with(&[("RELATIONS_BOT__MODERATION__EXAMS", text)]).unwrap();
            assert_eq!(config.moderation.exams.len(), count, "{text}");
        }
    }

    #[test]
    fn colours_addresses_and_cooldowns_are_checked() {
        for (key, value, told) in [
            ("DISCORD__COLOURS__ANSWER", "red", "`red` is no colour"),
            ("HEALTH__LISTEN", "9464", "is no address with a port"),
            ("DISCORD__COOLDOWN__SECONDS", "-1", "discord.cooldown.seconds"),
            ("DISCORD__API_BASE", "nowhere", "discord.api_base"),
        ] {
            let error = with(&[(&format!("RELATIONS_BOT__{key}"), value)]).unwrap_err().to_string();
            assert!(error.contains(told), "{key}: {error}");
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let config = with(&[("RELATIONS_BOT__DISCORD__TOKEN", "very.secret.token")]).unwrap();
        assert_eq!(config.discord.token.reveal(), "very.secret.token");
        assert!(!format!("{config:?}").contains("secret"), "{config:?}");
    }

    #[test]
    fn unknown_keys_and_impossible_values_are_refused() {
        let unknown = with(&[("RELATIONS_BOT__MATCHER__ANSWR", "0.9")]).unwrap_err().to_string();
        assert!(unknown.contains("answr"), "{unknown}");
        let range = with(&[("RELATIONS_BOT__MATCHER__ANSWER", "1.5")]).unwrap_err().to_string();
        assert!(range.contains("matcher.answer (1.5)"), "{range}");
    }

    #[test]
    fn the_example_for_a_deployment_is_valid() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/deployment.toml");
        let config = Config::load(Some(&file)).unwrap();
        assert!(config.health.listen.is_some_and(|address| address.ip().is_loopback()));
    }
}
