//! The words of one run, whatever the board is spoken to by.

use agent::wire::{PhaseTicks, StopReason, Streams};
use agent::{Memory, Vitals};

/// What to run. A board that runs something of its own takes of it what it can, and says so in its
/// driver's documentation.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// Prompt, in the tokens of the model that was loaded; empty where the board has its own.
    pub prompt: Vec<u32>,
    /// The prompt as it was written.
    pub text: String,
    /// Tokens to make.
    pub count: u32,
    /// Seed of the sampler.
    pub seed: u64,
    /// 0 is greedy.
    pub temperature: f32,
    /// Nucleus of the sampler; 1 is off.
    pub top_p: f32,
    /// A token that ends the text, if any should.
    pub stop_token: Option<u32>,
    /// Whether each token is told as it is made. Our own agent runs without, for what that costs.
    pub streams: Streams,
}

/// Something that happened while the board ran. Times are the board's ticks.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEvent {
    /// The run has begun.
    Started {
        /// When: the zero of the run's times.
        ticks: u64,
    },
    /// Prompt tokens read so far.
    Progress {
        /// Tokens.
        position: u32,
        /// When.
        ticks: u64,
    },
    /// A token was made.
    Token {
        /// 0 for the first.
        index: u32,
        /// The token; `None` where the board does not say which.
        id: Option<u32>,
        /// When it was known.
        ticks: u64,
        /// Where the time since the last one went; `None` where the board does not say.
        phases: Option<PhaseTicks>,
    },
    /// A piece of what the model wrote, from a board whose tokens nobody else can read.
    Text(String),
    /// Something the board measured itself, of this repetition.
    Value {
        /// Name, with its unit where it has one: `accuracy`, `encode_ms`.
        name: String,
        /// Unit; empty for a plain number.
        unit: String,
        /// The value, finite.
        value: f64,
    },
    /// How the board does; only from a board that can tell cheaply, at most ten times a second.
    Vitals {
        /// When it looked.
        ticks: u64,
        /// What it saw.
        vitals: Vitals,
    },
    /// Samples of a series that the board declares.
    Samples {
        /// The series' number.
        series: u8,
        /// Place of the first one, counted from the run's beginning; never less than was told before. What
        /// is left out was lost.
        index: u64,
        /// When the first one was taken.
        ticks: u64,
        /// Values, not always finite; one where the series has no rate.
        values: Vec<f32>,
    },
    /// The run is over, and this is how many samples of a series the board took in it.
    Sampled {
        /// The series' number.
        series: u8,
        /// Those that were lost included; `None` where the board does not say.
        taken: Option<u64>,
    },
    /// The board did something wrong that does not end the run: a sentence for people.
    Complaint(String),
    /// The board, or something that prints on its port, said a line.
    Log(String),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunTotals {
    /// Why.
    pub reason: StopReason,
    /// Tokens made, by the board's own count; `None` where it makes none, or does not count.
    pub tokens: Option<u32>,
    /// Inferences made, where that is what the board does.
    pub inferences: Option<u32>,
    /// When it began, ticks.
    pub began: u64,
    /// When it ended, ticks.
    pub ended: u64,
    /// Energy in microjoules, where the board can measure it.
    pub energy_uj: Option<u64>,
    /// Memory during the run.
    pub memory: Memory,
}
