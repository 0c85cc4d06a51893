//! The ways to speak to what runs on a board: one trait, one table.

mod agent;
mod driver;
mod info;
mod run_words;

pub use self::agent::AgentDriver;
pub use driver::Driver;
pub use info::{BoardInfo, Clock};
pub use run_words::{RunEvent, RunRequest, RunTotals};
