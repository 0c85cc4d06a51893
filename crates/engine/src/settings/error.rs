//! Why settings cannot be used, and where exactly.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::FILE_VARIABLE;
use super::table::TABLE;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file; line and column count from 1, columns in characters.
    File {
        /// The file.
        path: PathBuf,
        /// Its line.
        line: u32,
        /// The column in it.
        column: u32,
    },
    /// An environment variable.
    Environment {
        /// Its name.
        variable: String,
    },
    /// A flag of this call.
    Flag {
        /// Its name, without the dashes.
        name: String,
    },
    /// Nowhere yet: a change that was asked for.
    Asked,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File { path, line, column } => {
                write!(f, "{}:{line}:{column}", path.display())
            }
            Place::Environment { variable } => write!(f, "environment variable {variable}"),
            Place::Flag { name } => write!(f, "flag --{name}"),
            Place::Asked => Ok(()),
        }
    }
}

/// The place at a sentence's end.
fn at(place: &Place) -> String {
    match place {
        Place::Asked => String::new(),
        place => format!(": {place}"),
    }
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is there and cannot be read.
    #[error(
        "the settings file cannot be read ({source}); make it a readable file or move it away: {}",
        path.display()
    )]
    Unreadable {
        /// What the operating system said.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is far larger than settings ever are.
    #[error(
        "the settings file has more than {limit_bytes} bytes; it is something else, move it away: {}",
        path.display()
    )]
    TooLarge {
        /// How much is read.
        limit_bytes: u64,
        /// The file.
        path: PathBuf,
    },
    /// The file is not UTF-8.
    #[error("the settings file is not UTF-8 text; save it as UTF-8: {place}")]
    NotText {
        /// The first byte that is none.
        place: Place,
    },
    /// The file is not TOML.
    #[error("the settings file is not TOML ({detail}); correct it: {place}")]
    Syntax {
        /// What the parser says.
        detail: String,
        /// Where.
        place: Place,
    },
    /// There is no such setting.
    #[error("there is no setting {key:?}; {}{}", advice(*.nearest), at(place))]
    UnknownKey {
        /// What was written.
        key: String,
        /// The known key that it resembles.
        nearest: Option<&'static str>,
        /// Where.
        place: Place,
    },
    /// The setting does not take this.
    #[error("the setting {key} is {value} where {expected} is meant; correct it{}", at(place))]
    BadValue {
        /// The setting.
        key: &'static str,
        /// What was written.
        value: String,
        /// What may be.
        expected: &'static str,
        /// Where.
        place: Place,
    },
    /// The file has a table or a list where one value belongs; changing it would lose what is in it.
    #[error(
        "the setting {key} is a table or a list where one value is meant; take that out first{}",
        at(place)
    )]
    NotOneValue {
        /// The setting.
        key: &'static str,
        /// Where.
        place: Place,
    },
    /// There is nowhere to write a change.
    #[error("this system names no folder for settings; name a file with {FILE_VARIABLE}")]
    NoFile,
    /// The file cannot be written.
    #[error(
        "the settings file cannot be written ({source}); make it writable or change it by hand: {}",
        path.display()
    )]
    Unwritable {
        /// What the operating system said.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
}

fn advice(nearest: Option<&'static str>) -> String {
    match nearest {
        Some(key) => format!("did you mean {key}"),
        None => {
            let keys: Vec<&str> = TABLE.iter().map(|setting| setting.key).collect();
            format!("those there are: {}", keys.join(", "))
        }
    }
}
