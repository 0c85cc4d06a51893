//! Boards that run the MLPerf Tiny benchmark: EEMBC's monitor over a UART, in its performance mode.
//!
//! The host says a command and `%`; the board answers with lines, of which `m-ready` is the last.
//! Source: the benchmark's public monitor (`th_`/`ee_` sources of mlcommons/tiny) and its runner's
//! rules: five inputs, each in a window of at least ten seconds and ten inferences, and the median
//! of the five rates is the score.

mod answer;
mod driver;
mod monitor;
mod window;

pub use driver::{MLPERF_BAUD, MlperfDriver, MlperfOptions};
