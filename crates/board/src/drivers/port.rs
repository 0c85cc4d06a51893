//! A port that a driver opens, with what is known of it beforehand.

use crate::known::{BAUD, Known, Lines};
use crate::{BoardError, Serial};

/// Where a board is, for a driver that speaks over a serial port.
#[derive(Clone, Debug)]
pub struct BoardPort {
    /// What to open.
    pub path: String,
    /// The row of what is on it.
    pub known: Option<&'static Known>,
    /// The board's identity, where USB gives one.
    pub identity: Option<String>,
}

impl BoardPort {
    /// Opens it for us alone, at `baud` bits per second, or at what the table says.
    pub(crate) fn open(&self, baud: Option<u32>) -> Result<Serial, BoardError> {
        let lines = self.known.map_or(Lines::Leave, |row| row.lines);
        Serial::open_with(&self.path, self.baud(baud), lines)
    }

    pub(crate) fn baud(&self, asked: Option<u32>) -> u32 {
        asked.unwrap_or_else(|| self.known.map_or(BAUD, |row| row.baud))
    }

    /// The identity, or the port itself where there is none.
    pub(crate) fn identity(&self) -> String {
        self.identity.clone().unwrap_or_else(|| self.path.clone())
    }

    /// What a person calls what is on it.
    pub(crate) fn name(&self) -> String {
        self.known.map_or_else(|| self.path.clone(), |row| row.name.to_owned())
    }
}
