//! The ways to speak to what runs on a board: one trait, and a driver a folder.

mod agent;
mod driver;
mod info;
mod log;
mod mlperf;
mod port;
mod process;
mod run_words;
mod text_lines;

pub use self::agent::{AgentDriver, CHECKING_THE_MODEL};
pub use driver::Driver;
pub use info::{BoardInfo, Clock, DeclaredSeries};
pub use log::{Capture, LogDriver, LogListener, LogOptions, LogPattern, TOKEN_RATES, unescape};
pub use mlperf::{MLPERF_BAUD, MlperfDriver, MlperfOptions};
pub use port::BoardPort;
pub use process::{ProcessDriver, ProcessOptions};
pub use run_words::{RunEvent, RunRequest, RunTotals};
