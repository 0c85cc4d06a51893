//! How a board is spoken to.

use serde::{Deserialize, Serialize};

/// What a board understands, with what has to be known to speak to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverSpec {
    /// Our own agent, which a model is loaded into.
    #[default]
    Agent,
}

impl DriverSpec {
    /// A model is loaded into the board.
    pub fn is_agent(&self) -> bool {
        *self == DriverSpec::Agent
    }
}
