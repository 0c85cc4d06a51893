//! Settings and where each value comes from.

use serde::{Deserialize, Serialize};

/// Where a value comes from; later ones win.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettingOrigin {
    /// The program.
    Default,
    /// The settings file, with the line.
    File {
        /// The file.
        path: String,
        /// Counted from 1.
        line: u32,
    },
    /// An environment variable.
    Environment {
        /// Its name.
        variable: String,
    },
    /// A flag of this call.
    Flag,
}

/// What may be written into a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// A folder or a file.
    Path,
    /// A share, such as `5%`.
    Fraction,
    /// One of these words.
    Choice(Vec<String>),
    /// A name, or a path.
    Text,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SettingView {
    /// Its key in the file.
    pub key: String,
    /// Its value, as in the file.
    pub value: String,
    /// Where that comes from.
    pub origin: SettingOrigin,
    /// What it does.
    pub meaning: String,
    /// What may be written there.
    pub kind: SettingKind,
    /// What holds where nobody says anything; empty for nothing.
    pub default: String,
    /// A change holds from the next start on.
    pub after_restart: bool,
}
