//! Settings that can change while the engine runs.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::edit::{self, NotOneValue};
use super::error::{Place, SettingsError};
use super::gather::{known, read_text};
use super::replace::replace;
use super::{Settings, file};

/// The settings as they are now: cheap to read, changed one at a time.
pub(crate) struct LiveSettings {
    now: RwLock<Arc<Settings>>,
    /// Held while a file is changed, so that no change is lost under another one.
    changing: Mutex<()>,
}

/// Whether a change made a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    Yes,
    No,
}

impl LiveSettings {
    pub(crate) fn new(settings: Settings) -> Self {
        LiveSettings { now: RwLock::new(Arc::new(settings)), changing: Mutex::new(()) }
    }

    pub(crate) fn now(&self) -> Arc<Settings> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes `value` for `key` into the settings file, or takes the key out of it, and reads the
    /// file again. What an environment variable or a flag says goes on to win.
    pub(crate) fn change(&self, key: &str, value: Option<&str>) -> Result<Changed, SettingsError> {
        let _turn = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.now();
        let path = before.file().ok_or(SettingsError::NoFile)?;
        write(path, key, value)?;
        let after = before.read_again();
        let same = after.views() == before.views() && after.warnings() == before.warnings();
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(after);
        Ok(if same { Changed::No } else { Changed::Yes })
    }
}

/// The file itself. One that is not TOML is not touched: nobody knows what is in it.
fn write(path: &Path, key: &str, value: Option<&str>) -> Result<(), SettingsError> {
    let setting = known(key, &Place::Asked)?;
    if let Some(value) = value {
        read_text(setting, value, path.parent(), Place::Asked)?;
    }
    let text = file::text(path)?.unwrap_or_default();
    let parsed = file::parse(path, &text);
    if let Some(error) = parsed.errors.into_iter().next() {
        return Err(error);
    }
    let edited = match value {
        Some(value) => edit::with(&text, key, value),
        None => edit::without(&text, key),
    };
    let edited = edited.map_err(|NotOneValue| {
        let entry = parsed.entries.iter().find(|entry| entry.key == key);
        let place = entry.map_or(Place::Asked, |entry| entry.value_place.clone());
        SettingsError::NotOneValue { key: setting.key, place }
    })?;
    if edited == text {
        return Ok(());
    }
    let unwritable = |source| SettingsError::Unwritable { source, path: path.to_path_buf() };
    replace(path, &edited).map_err(unwritable)
}
