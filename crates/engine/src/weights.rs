//! What counts how much in running text: said with the request, else in the file that a setting names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use compress::Weights;
use protocol::{Failure, Shaping};

use crate::Engine;
use crate::error::EngineError;
use crate::failure::failure;
use crate::settings::Settings;

/// A file of weights has a thousandth of it.
const LIMIT_BYTES: u64 = 1 << 20;

/// The weights in a file, by name, as [`Shaping::weights`] takes them.
///
/// # Errors
/// A [`Failure`] where the file cannot be read, or holds no weights that this version knows.
pub fn weights_in(path: &Path) -> Result<BTreeMap<String, f64>, Failure> {
    read(path).map(|weights| weights.named()).map_err(failure)
}

/// The weights of a file, else those of the settings, else the defaults; for filters that compress without
/// an engine.
///
/// # Errors
/// As [`weights_in`].
pub fn weights(path: Option<&Path>, settings: &Settings) -> Result<Weights, Failure> {
    let named = settings.weights_file();
    match path.or(named.as_deref()) {
        Some(path) => read(path).map_err(failure),
        None => Ok(Weights::default()),
    }
}

fn read(path: &Path) -> Result<Weights, EngineError> {
    let shown = path.display();
    let unreadable = |source| EngineError::Unreadable { path: shown.to_string(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LIMIT_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = String::from_utf8_lossy(&bytes);
    compress::weights::read(&text)
        .map_err(|error| EngineError::BadRequest(format!("{error}: {shown}")))
}

/// Puts the setting's weights into a request that names none.
pub(crate) fn fill(engine: &Engine, shaping: &mut Shaping) -> Result<(), EngineError> {
    if shaping.weights.is_none()
        && let Some(path) = engine.settings().weights_file()
    {
        shaping.weights = Some(read(&path)?.named());
    }
    Ok(())
}

/// The weights of a request.
pub(crate) fn of(shaping: &Shaping) -> Result<Weights, EngineError> {
    match &shaping.weights {
        Some(named) => Ok(Weights::from_named(named)?),
        None => Ok(Weights::default()),
    }
}
