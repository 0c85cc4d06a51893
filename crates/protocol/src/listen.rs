//! Listening to what a board prints, to write a pattern for it.

use serde::{Deserialize, Serialize};

/// What to listen to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListenSpec {
    /// A port, or a board by a name of its own.
    pub board: String,
    /// Bits per second; `None` is what the table of boards says.
    pub baud: Option<u32>,
    /// Looked for in each line; none is the patterns of token rates.
    pub patterns: Vec<String>,
    /// Sent first, as it would begin a repetition; `None` sends nothing.
    pub start: Option<String>,
}

/// A line that came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeardLine {
    /// Without its end, and without what would move a cursor.
    pub text: String,
    /// What the patterns found, in the order of the patterns.
    pub captures: Vec<CaptureView>,
}

/// A figure in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaptureView {
    /// The group's name, which is the metric's.
    pub name: String,
    /// Its unit; empty for a plain number.
    pub unit: String,
    /// The value.
    pub value: f64,
    /// Where it stands, in bytes of the text.
    pub from: u32,
    /// And where it ends.
    pub to: u32,
}
