//! What is wrong with this machine, and what the store holds.

use serde::{Deserialize, Serialize};

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Ok,
    /// Absent, and that is fine.
    Absent,
    /// Works, but.
    Warning,
    /// Does not work.
    Broken,
}

/// One thing looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub hint: Option<String>,
}

/// The udev rule that lets the user open the boards that are attached now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PortRules {
    /// Where it goes.
    pub path: String,
    /// What it says.
    pub text: String,
    /// It is there already, word for word.
    pub present: bool,
}

/// Result of a check, a backup or a restore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoreReport {
    /// Nothing is wrong.
    pub sound: bool,
    /// What was seen, a line each.
    pub lines: Vec<String>,
}

/// What the store takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoreUsage {
    /// The store's folder.
    pub folder: String,
    /// Runs, deleted ones not counted.
    pub runs: u64,
    /// Bytes of `app.sqlite` with its log.
    pub app_bytes: u64,
    /// Bytes of `samples.sqlite` with its log.
    pub samples_bytes: u64,
    /// Free bytes on its disk, where the system tells.
    pub free_bytes: Option<u64>,
}
