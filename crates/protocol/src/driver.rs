//! How a board is spoken to.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A kind of driver, for who lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DriverKind {
    /// One word, as on the command line.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// What a board must be for it.
    pub suits: &'static str,
}

/// All of them; [`DriverSpec::name`] is the name of one.
pub const DRIVERS: [DriverKind; 4] = [
    DriverKind {
        name: "agent",
        title: "Benchvise agent",
        suits: "a board with our agent on it, which a model is loaded into",
    },
    DriverKind {
        name: "mlperf-tiny",
        title: "MLPerf Tiny",
        suits: "a board that runs the MLPerf Tiny benchmark in its performance mode",
    },
    DriverKind {
        name: "log",
        title: "Log pattern",
        suits: "a program that is not ours and prints how fast it was",
    },
    DriverKind {
        name: "process",
        title: "Other program",
        suits: "a driver of your own, which speaks JSON lines",
    },
];

/// What a board understands, with what has to be known to speak to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriverSpec {
    /// Our own agent, which a model is loaded into.
    #[default]
    Agent,
    /// A board that runs the MLPerf Tiny benchmark (EEMBC's monitor), in its performance mode.
    MlperfTiny {
        /// Files of input bytes that take turns, a window each; none leaves what the board has.
        inputs: Vec<PathBuf>,
        /// Shortest window, in seconds; the benchmark's rules say 10.
        window_s: u32,
        /// Fewest inferences in a window; the benchmark's rules say 10.
        iterations: u32,
        /// Bits per second; `None` is the benchmark's 115200.
        baud: Option<u32>,
    },
    /// A program that is not ours and prints how fast it was.
    Log {
        /// Regular expressions; a repetition is over when each has met a line. Their named groups
        /// are metrics. None is the pattern of token rates.
        patterns: Vec<String>,
        /// What is sent to begin a repetition, as typed, `\\n` and `\\r` understood; `None` sends
        /// nothing: the program goes on by itself.
        start: Option<String>,
        /// Bits per second; `None` is what the table of boards says.
        baud: Option<u32>,
        /// How long a repetition may take, in seconds.
        wait_s: u32,
    },
    /// A driver that is another program and speaks JSON lines on its standard input and output.
    Process {
        /// The program.
        program: PathBuf,
        /// Its arguments.
        arguments: Vec<String>,
    },
}

impl DriverSpec {
    /// One word for it, as on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            DriverSpec::Agent => "agent",
            DriverSpec::MlperfTiny { .. } => "mlperf-tiny",
            DriverSpec::Log { .. } => "log",
            DriverSpec::Process { .. } => "process",
        }
    }

    /// A model is loaded into the board.
    pub fn is_agent(&self) -> bool {
        *self == DriverSpec::Agent
    }
}
