//! A port that is only listened to.

use std::time::Duration;

use crate::BoardError;
use crate::drivers::port::BoardPort;
use crate::drivers::text_lines::TextLines;

/// What a board prints, line by line.
pub struct LogListener {
    lines: TextLines,
}

impl LogListener {
    /// Opens the port for us alone.
    pub fn open(port: &BoardPort, baud: Option<u32>) -> Result<Self, BoardError> {
        Ok(LogListener { lines: TextLines::new(Box::new(port.open(baud)?)) })
    }

    /// Types something.
    pub fn say(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.lines.say(bytes)
    }

    /// The next line, without control characters; `None` where none came within `timeout`.
    pub fn line(&mut self, timeout: Duration) -> Result<Option<String>, BoardError> {
        self.lines.line(timeout)
    }
}
