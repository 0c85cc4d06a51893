//! Puts the sources together: file, environment, flags; later ones win.

use std::path::Path;

use protocol::SettingOrigin;

use super::error::{Place, SettingsError};
use super::table::{self, Holds, Setting, TABLE};
use super::value::{Value, Written};
use super::{Chosen, FILE_VARIABLE, Settings, file, folders};

impl Settings {
    /// All sources together, and what cannot be used of them.
    pub(super) fn gather(
        file: Option<&Path>,
        env: &dyn Fn(&str) -> Option<String>,
        flags: &[(&str, String)],
    ) -> (Settings, Vec<SettingsError>) {
        let mut settings = Settings::default();
        let mut faults = Vec::new();
        if let Some(path) = file {
            settings.file = Some(path.to_path_buf());
            settings.read_file(path, env, &mut faults);
        }
        for setting in TABLE {
            let variable = setting.variable();
            if let Some(text) = env(&variable).filter(|text| !text.is_empty()) {
                let place = Place::Environment { variable: variable.clone() };
                let origin = SettingOrigin::Environment { variable };
                faults.extend(settings.choose(setting, text, origin, place).err());
            }
        }
        for (key, text) in flags {
            let place = Place::Flag { name: key.replace('_', "-") };
            let chosen = known(key, &place).and_then(|setting| {
                settings.choose(setting, text.clone(), SettingOrigin::Flag, place)
            });
            faults.extend(chosen.err());
        }
        settings.warn_of_combinations();
        (settings, faults)
    }

    /// With the file read anew, under the same variables and flags. What holds from the next start
    /// on stays what it is.
    pub(super) fn read_again(&self) -> Settings {
        let mut settings = Settings { file: self.file.clone(), ..Settings::default() };
        let mut faults = Vec::new();
        if let Some(path) = &self.file {
            settings.read_file(path, &|_| None, &mut faults);
        }
        for (key, chosen) in &self.chosen {
            if !matches!(chosen.origin, SettingOrigin::File { .. }) {
                settings.chosen.insert(key, chosen.clone());
            }
        }
        for setting in TABLE.iter().filter(|setting| setting.holds == Holds::AfterRestart) {
            settings.held.insert(setting.key, self.value(setting.key));
        }
        settings.warn_of_combinations();
        settings.warned_of(&faults)
    }

    /// With these faults first among the warnings.
    pub(super) fn warned_of(mut self, faults: &[SettingsError]) -> Settings {
        let others = std::mem::take(&mut self.warnings);
        self.warnings = faults.iter().map(ToString::to_string).chain(others).collect();
        self
    }

    /// Takes what the file says; what cannot be used of it is added to `faults`.
    fn read_file(
        &mut self,
        path: &Path,
        env: &dyn Fn(&str) -> Option<String>,
        faults: &mut Vec<SettingsError>,
    ) {
        let text = match file::text(path) {
            Ok(Some(text)) => text,
            Ok(None) => {
                if env(FILE_VARIABLE).is_some_and(|named| Path::new(&named) == path) {
                    self.warnings.push(format!(
                        "there is no settings file where {FILE_VARIABLE} says; make it or unset \
                         the variable: {}",
                        path.display()
                    ));
                }
                return;
            }
            Err(error) => return faults.push(error),
        };
        let parsed = file::parse(path, &text);
        faults.extend(parsed.errors);
        for entry in parsed.entries {
            let setting = match known(&entry.key, &entry.key_place) {
                Ok(setting) => setting,
                Err(unknown) => {
                    self.warnings.push(unknown.to_string());
                    continue;
                }
            };
            let value = match read_entry(setting, &entry, path) {
                Ok(value) => value,
                Err(error) => {
                    faults.push(error);
                    continue;
                }
            };
            let text = value.as_text(match entry.written {
                Written::Text(text) => text,
                Written::Number(_) | Written::Other => entry.quoted,
            });
            let line = match entry.key_place {
                Place::File { line, .. } => line,
                Place::Environment { .. } | Place::Flag { .. } | Place::Asked => 0,
            };
            let origin = SettingOrigin::File { path: path.display().to_string(), line };
            self.chosen.insert(setting.key, Chosen { value, text, origin });
        }
    }

    fn choose(
        &mut self,
        setting: &'static Setting,
        text: String,
        origin: SettingOrigin,
        place: Place,
    ) -> Result<(), SettingsError> {
        let value = read_text(setting, &text, None, place)?;
        let text = value.as_text(text);
        self.chosen.insert(setting.key, Chosen { value, text, origin });
        Ok(())
    }

    fn warn_of_combinations(&mut self) {
        let set = |key| self.chosen.contains_key(key);
        match (set("model"), set("model_tokenizer")) {
            (true, false) => {
                self.warnings.push("model is set and model_tokenizer is not; set both".to_owned());
            }
            (false, true) => {
                self.warnings.push("model_tokenizer is set and model is not; set both".to_owned());
            }
            _ => {}
        }
        if !folders::has_home() {
            self.warnings.push(
                "this system names no home folder, so files go to the working folder; set \
                 BENCHVISE_STORE, BENCHVISE_MODELS and BENCHVISE_LOG"
                    .to_owned(),
            );
        }
    }
}

pub(super) fn known(key: &str, place: &Place) -> Result<&'static Setting, SettingsError> {
    table::find(key).ok_or_else(|| SettingsError::UnknownKey {
        key: key.to_owned(),
        nearest: table::nearest(key),
        place: place.clone(),
    })
}

pub(super) fn read_entry(
    setting: &'static Setting,
    entry: &file::Entry,
    path: &Path,
) -> Result<Value, SettingsError> {
    setting.kind.read(&entry.written, path.parent()).map_err(|expected| SettingsError::BadValue {
        key: setting.key,
        value: entry.quoted.clone(),
        expected,
        place: entry.value_place.clone(),
    })
}

/// What `text` means where it is not in a file.
pub(super) fn read_text(
    setting: &'static Setting,
    text: &str,
    base: Option<&Path>,
    place: Place,
) -> Result<Value, SettingsError> {
    setting.kind.read(&Written::Text(text.to_owned()), base).map_err(|expected| {
        let value = file::shortened(&format!("{text:?}"));
        SettingsError::BadValue { key: setting.key, value, expected, place }
    })
}
