//! Laying the layers over each other, and saying what is wrong with them.

use std::fmt;
use std::path::PathBuf;

use figment::error::{Actual, Kind};
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::{Config, DEFAULT, env};

/// What is laid over the compiled-in defaults, the later over the earlier.
#[derive(Debug, Default)]
pub struct Layers {
    /// `--config FILE`; it must exist.
    pub file: Option<PathBuf>,
    /// The environment: `std::env::vars()`.
    pub environment: Vec<(String, String)>,
    /// What the command line says: the key (`server.listen`), the flag (`--listen`), the value.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

/// Everything that is wrong with the configuration, one sentence each.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<String>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is wrong: ")?;
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for ConfigError {}

pub(super) fn load(layers: Layers) -> Result<Config, ConfigError> {
    let mut figment = Figment::from(Toml::string(DEFAULT));
    let defaults: Dict = figment.extract().map_err(sentences)?;
    if let Some(path) = layers.file {
        if !path.is_file() {
            return Err(ConfigError(vec![format!("there is no file {}", path.display())]));
        }
        figment = figment.merge(Toml::file_exact(path));
    }
    for variable in env::variables(layers.environment, &defaults).map_err(ConfigError)? {
        figment = figment.merge(variable);
    }
    for (key, flag, value) in layers.flags {
        figment = figment.merge(Flag { key, flag, value });
    }
    figment.extract().map_err(sentences)
}

/// One flag of the command line.
struct Flag {
    key: &'static str,
    flag: &'static str,
    value: String,
}

impl Provider for Flag {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("the flag {}", self.flag))
    }

    fn data(&self) -> Result<figment::value::Map<Profile, Dict>, figment::Error> {
        let leaf = Value::from(self.value.as_str());
        let value = self
            .key
            .split('.')
            .rev()
            .fold(leaf, |value, key| Value::from(Dict::from([(key.to_owned(), value)])));
        Ok(Profile::Default.collect(value.into_dict().unwrap_or_default()))
    }
}

fn sentences(error: figment::Error) -> ConfigError {
    ConfigError(error.into_iter().map(|error| sentence(&error)).collect())
}

/// `server.listen in the flag --listen: expected an address and a port such as 127.0.0.1:8080`.
fn sentence(error: &figment::Error) -> String {
    let key = error.path.join(".");
    let what = match &error.kind {
        Kind::UnknownField(_, known) => {
            format!("there is no such key; there are {}", known.join(", "))
        }
        Kind::MissingField(name) => format!("{name} is missing"),
        Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
            format!("expected {expected}, found {}", kind_of(actual))
        }
        Kind::UnknownVariant(_, known) => format!("expected one of {}", known.join(", ")),
        Kind::Message(message) => message.clone(),
        other => other.to_string(),
    };
    let place = error.metadata.as_ref().map(place).unwrap_or_default();
    format!("{key}{place}: {what}")
}

/// The kind only: a value may be a secret.
fn kind_of(actual: &Actual) -> &'static str {
    match actual {
        Actual::Bool(_) => "a boolean",
        Actual::Unsigned(0) | Actual::Signed(0) => "0",
        Actual::Unsigned(_) | Actual::Signed(_) => "a whole number",
        Actual::Float(_) => "a number with a fraction",
        Actual::Char(_) | Actual::Str(_) => "a text",
        Actual::Seq => "a list",
        Actual::Map => "a section",
        _ => "something else",
    }
}

fn place(metadata: &Metadata) -> String {
    match metadata.source.as_ref().and_then(|source| source.file_path()) {
        Some(path) => format!(" in {}", path.display()),
        None => format!(" in {}", metadata.name),
    }
}
