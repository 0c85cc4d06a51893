//! What a face shows when something did not work.

use serde::{Deserialize, Serialize};

/// A code exists only where a face or a script behaves differently on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The command itself makes no sense: a bad selector, a bad value.
    BadRequest,
    /// What it names is not there.
    NotFound,
    /// A file could not be read, or is not what it should be.
    BadInput,
    /// The board is missing, silent, gone or refuses.
    Board,
    /// The store cannot be opened or written.
    Store,
    /// Too much is asked for at once: the same can be asked again in a moment.
    Busy,
    /// Cancelled by the user.
    Cancelled,
    /// Anything else, our own faults included.
    Internal,
}

/// What happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// For scripts.
    pub code: Code,
    /// What happened: one sentence, no full stop.
    pub message: String,
    /// What to do, where there is something.
    pub hint: Option<String>,
    /// For a report: the chain of causes.
    pub detail: Option<String>,
}

impl Failure {
    /// A failure with a message alone.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Failure { code, message: message.into(), hint: None, detail: None }
    }

    /// The same with what to do.
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Failure { hint: Some(hint.into()), ..self }
    }

    /// The same with what a report needs.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Failure { detail: Some(detail.into()), ..self }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
