//! A board on a serial port, opened as the table says, and what it means when nothing answers.

use std::time::Duration;

use crate::known::{BAUD, Known, Lines, Restarts};
use crate::{AgentDriver, BoardError, Patience, Serial};

/// How long a board that does not restart has to answer Hello.
const HELLO: Duration = Duration::from_secs(2);

impl AgentDriver {
    /// Opens the port at `path` for us alone and says Hello. `known` is the row of what is on it.
    pub fn on_port(
        path: &str,
        known: Option<&Known>,
        patience: &Patience,
    ) -> Result<Self, BoardError> {
        let (baud, lines) = known.map_or((BAUD, Lines::Leave), |row| (row.baud, row.lines));
        let patience = Patience { hello: hello(known, patience), ..*patience };
        let port = Serial::open_with(path, baud, lines)?;
        AgentDriver::connect(Box::new(port), patience).map_err(|error| match error {
            BoardError::AgentSilent { .. } => {
                BoardError::NoAgent { secs: patience.hello.as_secs_f32(), baud, path: path.into() }
            }
            error => error,
        })
    }
}

/// A board whose bootloader comes first gets all the patience there is.
fn hello(known: Option<&Known>, patience: &Patience) -> Duration {
    match known.map(|row| row.restarts) {
        Some(Restarts::OnOpening) => patience.hello,
        _ => patience.hello.min(HELLO),
    }
}
