//! Settings: defaults, then a file, then the environment.
//!
//! `config/default.toml` holds every key with its default and its meaning. Environment variables are
//! `RELATIONS_BOT__SECTION__KEY`, for example `RELATIONS_BOT__MATCHER__ANSWER=0.6`.

use std::path::{Path, PathBuf};

use ::config::{Config as Layers, Environment, File, FileFormat};
use serde::Deserialize;

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
    /// Which events, as `tracing-subscriber`'s filter directives.
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
        Source { folder: folder.or(configured), cache }
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
    fn unknown_keys_and_impossible_values_are_refused() {
        let unknown = with(&[("RELATIONS_BOT__MATCHER__ANSWR", "0.9")]).unwrap_err().to_string();
        assert!(unknown.contains("answr"), "{unknown}");
        let range = with(&[("RELATIONS_BOT__MATCHER__ANSWER", "1.5")]).unwrap_err().to_string();
        assert!(range.contains("matcher.answer (1.5)"), "{range}");
    }
}
