//! Settings: one table of keys, and where each value comes from.
//!
//! Later sources win: the program's defaults, the settings file, environment variables named
//! `BENCHVISE_` and the key, flags. A value that cannot be used is an error wherever it stands. A
//! key that nobody knows is one only for [`Settings::problems`]: an older program must be able to
//! start with a newer file. A face that stays takes what can be used and shows what cannot:
//! [`Settings::resolve_what_can_be`].
//!
//! A change is written into the file by replacing the one value, and then read back from there.
//!
//! ```
//! use engine::settings::Settings;
//!
//! let environment = |name: &str| (name == "BENCHVISE_MIN_EFFECT").then(|| "10%".to_owned());
//! let settings = Settings::resolve(None, &environment, &[("log_level", "warn".to_owned())])?;
//! assert_eq!(settings.min_effect(), 0.1);
//! assert_eq!(settings.log_level().name(), "warn");
//! # Ok::<(), engine::settings::SettingsError>(())
//! ```

mod change;
mod edit;
mod error;
mod file;
mod folders;
mod gather;
mod replace;
mod table;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use protocol::{SettingOrigin, SettingView};

pub(crate) use change::{Changed, LiveSettings};
pub use error::{Place, SettingsError};
pub use table::{Holds, Preset, Setting, TABLE};
pub use value::{Kind, LogLevel};

use gather::{known, read_entry};
use value::{Value, Written};

/// The environment variable that names the settings file.
pub const FILE_VARIABLE: &str = "BENCHVISE_CONFIG";

/// Resolved settings. The default is what holds where nobody says anything.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    file: Option<PathBuf>,
    chosen: BTreeMap<&'static str, Chosen>,
    /// What holds until the next start, whatever was chosen since this one.
    held: BTreeMap<&'static str, Option<Value>>,
    warnings: Vec<String>,
}

#[derive(Clone, Debug)]
struct Chosen {
    value: Value,
    text: String,
    origin: SettingOrigin,
}

impl Settings {
    /// Puts all sources together.
    ///
    /// `file` may be missing; relative paths in it start at its own folder, those elsewhere at the
    /// working folder. `env` gives an environment variable's value; an empty one counts as unset.
    /// `flags` are keys of [`TABLE`] with what was written, later ones winning.
    pub fn resolve(
        file: Option<&Path>,
        env: &dyn Fn(&str) -> Option<String>,
        flags: &[(&str, String)],
    ) -> Result<Settings, SettingsError> {
        let (settings, faults) = Settings::gather(file, env, flags);
        match faults.into_iter().next() {
            Some(fault) => Err(fault),
            None => Ok(settings),
        }
    }

    /// The same for where a person would set things right: what cannot be used is left out and
    /// said among [`Settings::warnings`].
    pub fn resolve_what_can_be(
        file: Option<&Path>,
        env: &dyn Fn(&str) -> Option<String>,
        flags: &[(&str, String)],
    ) -> Settings {
        let (settings, faults) = Settings::gather(file, env, flags);
        settings.warned_of(&faults)
    }

    /// The settings file of this user: the one that the environment variable `BENCHVISE_CONFIG`
    /// names, else `benchvise/settings.toml` in the platform's folder for configuration.
    pub fn default_file() -> Option<PathBuf> {
        let named = std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty());
        named.map(PathBuf::from).or_else(folders::config_file)
    }

    /// Everything that is wrong with a settings file, unknown keys included; nothing where it is
    /// missing. For `config check`.
    pub fn problems(file: &Path) -> Vec<SettingsError> {
        let text = match file::text(file) {
            Ok(Some(text)) => text,
            Ok(None) => return Vec::new(),
            Err(error) => return vec![error],
        };
        let parsed = file::parse(file, &text);
        let mut problems = parsed.errors;
        for entry in &parsed.entries {
            let read = known(&entry.key, &entry.key_place)
                .and_then(|setting| read_entry(setting, entry, file).map(|_| ()));
            problems.extend(read.err());
        }
        problems
    }

    /// The settings file that was asked for, whether it is there or not.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What should be said at start-up; a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The folder that holds every recorded run.
    pub fn store_folder(&self) -> PathBuf {
        self.path("store").unwrap_or_default()
    }

    /// The folder that fetched models go to.
    pub fn models_folder(&self) -> PathBuf {
        self.path("models").unwrap_or_default()
    }

    /// The folder that results go to which can be made again.
    pub fn cache_folder(&self) -> PathBuf {
        self.path("cache").unwrap_or_default()
    }

    /// The folder with the firmware of emulated boards, where one is named.
    pub fn firmware_folder(&self) -> Option<PathBuf> {
        self.path("firmware")
    }

    /// The folder that log files go to.
    pub fn log_folder(&self) -> PathBuf {
        self.path("log").unwrap_or_default()
    }

    /// The file in which the window remembers its size and what was typed into its forms.
    pub fn window_file() -> PathBuf {
        folders::state("benchvise/window.json")
    }

    /// The file with the secret that opens this user's server.
    pub fn token_file() -> PathBuf {
        folders::state("benchvise/serve-token")
    }

    /// How much the log says.
    pub fn log_level(&self) -> LogLevel {
        match self.value("log_level") {
            Some(Value::Level(level)) => level,
            _ => LogLevel::default(),
        }
    }

    /// The smallest relative change that a comparison calls one, as a fraction from 0 to 1.
    pub fn min_effect(&self) -> f64 {
        match self.value("min_effect") {
            Some(Value::Fraction(share)) => share,
            _ => 0.0,
        }
    }

    /// How long a run waits for a board that went away.
    pub fn board_wait(&self) -> Duration {
        let seconds = match self.value("board_wait_s") {
            Some(Value::Seconds(seconds)) => seconds,
            _ => 0,
        };
        Duration::from_secs(u64::from(seconds))
    }

    /// What counts tokens: a name, or a path in UTF-8.
    pub fn tokenizer(&self) -> &str {
        match self.chosen.get("tokenizer").map(|chosen| &chosen.value) {
            Some(Value::Tokenizer(name)) => name,
            _ => match table::find("tokenizer").map(|setting| setting.default) {
                Some(Preset::Text(name)) => name,
                _ => "",
            },
        }
    }

    /// The file of weights that compressing uses, where one is named.
    pub fn weights_file(&self) -> Option<PathBuf> {
        self.path("weights")
    }

    /// The checkpoint that boards run where no other is named, and its tokenizer.
    pub fn model(&self) -> Option<(PathBuf, Option<PathBuf>)> {
        Some((self.path("model")?, self.path("model_tokenizer")))
    }

    /// Every setting in the table's order, with where its value comes from; an empty value where
    /// there is none.
    pub fn views(&self) -> Vec<SettingView> {
        let view = |setting: &Setting| {
            let (value, origin) = match self.chosen.get(setting.key) {
                Some(chosen) => (chosen.text.clone(), chosen.origin.clone()),
                None => (default_text(setting), SettingOrigin::Default),
            };
            SettingView {
                key: setting.key.to_owned(),
                value,
                origin,
                meaning: setting.meaning.to_owned(),
                kind: setting.kind.view(),
                default: default_text(setting),
                after_restart: setting.holds == Holds::AfterRestart,
            }
        };
        TABLE.iter().map(view).collect()
    }

    /// A settings file that says nothing yet, with every key, its meaning and its default.
    pub fn template() -> String {
        let entry = |setting: &Setting| {
            let example = match setting.default {
                Preset::Text(text) => text,
                _ => "…",
            };
            format!(
                "# {}: {}\n# Default: {}. Also: {} in the environment.\n# {} = \"{example}\"\n",
                setting.key,
                setting.meaning,
                setting.default_in_words(),
                setting.variable(),
                setting.key,
            )
        };
        TABLE.iter().map(entry).collect::<Vec<_>>().join("\n")
    }

    fn value(&self, key: &str) -> Option<Value> {
        if let Some(held) = self.held.get(key) {
            return held.clone();
        }
        if let Some(chosen) = self.chosen.get(key) {
            return Some(chosen.value.clone());
        }
        let setting = table::find(key)?;
        match setting.default {
            Preset::Text(text) => setting.kind.read(&Written::Text(text.to_owned()), None).ok(),
            Preset::DataFolder(names) => Some(Value::Path(folders::data(names))),
            Preset::StateFolder(names) => Some(Value::Path(folders::state(names))),
            Preset::CacheFolder(names) => Some(Value::Path(folders::cache(names))),
            Preset::Unset => None,
        }
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        match self.value(key)? {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }
}

fn default_text(setting: &Setting) -> String {
    match setting.default {
        Preset::Text(text) => text.to_owned(),
        Preset::DataFolder(names) => folders::data(names).display().to_string(),
        Preset::StateFolder(names) => folders::state(names).display().to_string(),
        Preset::CacheFolder(names) => folders::cache(names).display().to_string(),
        Preset::Unset => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_in_the_table_can_be_read() {
        for setting in TABLE {
            if let Preset::Text(text) = setting.default {
                let read = setting.kind.read(&Written::Text(text.to_owned()), None);
                assert!(read.is_ok(), "{}", setting.key);
            }
        }
        assert_eq!(Settings::default().min_effect(), 0.05);
        assert_eq!(Settings::default().board_wait(), Duration::from_secs(30));
        assert_eq!(Settings::default().log_level(), LogLevel::Info);
        assert_eq!(Settings::default().tokenizer(), "o200k");
        assert!(Settings::default().store_folder().ends_with("benchvise"));
    }
}
