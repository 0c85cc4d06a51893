//! Looking at a run's signals: a face asks for a window and a width in pixels and gets ready
//! columns; it never sees more samples than it can draw.
//!
//! A face chooses a [`ViewId`] that is its own within its connection and opens a view on a run. The
//! engine answers with a [`ViewFrame`] whenever there is something new to draw, but never a second
//! one before the first was acknowledged: a face acknowledges what it has painted, so a hidden
//! window stops the stream and nothing piles up. Opening a view again under the same id is another
//! view: a frame of the one before is void and wants no acknowledgement, and its number is never
//! used again.
//!
//! Times are milliseconds on the board's clock since the run's first repetition began. Where the board
//! was away meanwhile, this computer's clock says for how long, and the frame's note says so.

use serde::{Deserialize, Serialize};

use crate::RunId;

/// Id of a view, chosen by the face that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct ViewId(pub u64);

/// Which stretch of a run a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ViewWindow {
    /// From the beginning to the newest sample.
    Whole,
    /// The newest so many milliseconds; moves on while the run is recorded.
    Last {
        /// How long, in milliseconds.
        span_ms: f64,
    },
    /// This stretch and no other.
    Between {
        /// Its beginning, in milliseconds.
        from_ms: f64,
        /// Its end, in milliseconds.
        to_ms: f64,
    },
}

/// What a view is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ViewSpec {
    /// The run, recorded now or stored.
    pub run: RunId,
    /// Names of the signals, as in [`crate::SIGNALS`] or as a board declared them; empty means all.
    pub signals: Vec<String>,
    /// Which stretch.
    pub window: ViewWindow,
    /// Columns wanted: the plot's width in pixels.
    pub width_px: u32,
}

/// One sample as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TracePoint {
    /// When.
    pub at_ms: f64,
    /// Its value, finite.
    pub value: f32,
    /// Samples were lost before it: it is not joined to the one before.
    pub after_gap: bool,
}

/// Many samples in one column of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TraceColumn {
    /// Smallest; 0 without samples.
    pub min: f32,
    /// Largest; 0 without samples.
    pub max: f32,
    /// Mean; 0 without samples.
    pub mean: f32,
    /// Samples in it.
    pub samples: u32,
    /// Samples that are missing from it.
    pub missing: u32,
}

/// What to draw of a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trace {
    /// Every sample of the window, and the neighbour on either side of it.
    Points(Vec<TracePoint>),
    /// One entry a column, from the window's beginning to its end.
    Columns(Vec<TraceColumn>),
}

/// One signal of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignalFrame {
    /// Its name.
    pub name: String,
    /// Its unit; empty for a count.
    pub unit: String,
    /// What to draw.
    pub trace: Trace,
    /// Smallest and largest of the whole run so far; `None` without a sample.
    pub extent: Option<[f32; 2]>,
    /// Why there is nothing to draw, where there never will be.
    pub absent: Option<String>,
    /// Where it comes from, where that is not the board itself.
    #[serde(default)]
    pub source: Option<SignalSource>,
}

/// A signal that something else than the board measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignalSource {
    /// What measured it.
    pub name: String,
    /// That is played by a program.
    pub emulated: bool,
    /// How its samples were put on the board's time axis, and how well.
    pub aligned: String,
}

/// A token in the event lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenMark {
    /// When it was made.
    pub at_ms: f64,
    /// The repetition, counted from 0, warm-ups included.
    pub repetition: u32,
    /// Its place among the tokens made in it.
    pub index: u32,
    /// What it says, where the tokenizer is at hand.
    pub text: Option<String>,
    /// Time since the one before; `None` where that was lost.
    pub latency_ms: Option<f64>,
}

/// One repetition on the time axis.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RepetitionMark {
    /// Counted from 0, warm-ups included.
    pub index: u32,
    /// It does not count.
    pub warmup: bool,
    /// When the board began it.
    pub from_ms: f64,
    /// When its first token was made.
    pub first_token_ms: Option<f64>,
    /// When it ended; `None` while it goes on.
    pub to_ms: Option<f64>,
}

/// Time between tokens, as percentiles over the samples of a window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LatencyPercentiles {
    /// Samples they are of. Exact up to 200 000; of more, every second, third … is looked at. What
    /// is so old that only summaries of it are left is not in them.
    pub n: u64,
    /// Half of them came sooner.
    pub p50_ms: f64,
    /// 90 % came sooner.
    pub p90_ms: f64,
    /// 95 % came sooner.
    pub p95_ms: f64,
    /// 99 % came sooner.
    pub p99_ms: f64,
}

/// Where the time of the tokens at one place went, over all repetitions that count so far, or over
/// the warm-ups as long as there are no others. First tokens are left out: theirs hold the reading
/// of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PositionColumn {
    /// First place of the column, counted among the tokens made.
    pub position: u32,
    /// Mean of embed, attention, feed-forward, classifier and sample, in milliseconds.
    pub phases_ms: [f32; 5],
}

/// What a view shows now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ViewFrame {
    /// The view.
    pub view: ViewId,
    /// Counts the view's frames; to be acknowledged.
    pub seq: u64,
    /// The run.
    pub run: RunId,
    /// More may come.
    pub recording: bool,
    /// Where the run's newest sample lies.
    pub end_ms: f64,
    /// Where the first column begins.
    pub from_ms: f64,
    /// Where the last column ends.
    pub to_ms: f64,
    /// The signals, in the order asked for, else in the table's.
    pub signals: Vec<SignalFrame>,
    /// Repetitions that touch the window; of more than it has columns, evenly chosen ones.
    pub repetitions: Vec<RepetitionMark>,
    /// The tokens in the window, where there are few enough to be told apart.
    pub tokens: Vec<TokenMark>,
    /// How many tokens lie in the window.
    pub token_count: u64,
    /// Of the tokens in the window, first tokens left out.
    pub latency: Option<LatencyPercentiles>,
    /// Phases over the place in the text, at most [`POSITION_COLUMNS`] columns.
    pub positions: Vec<PositionColumn>,
    /// What to know about the time axis, where it is not what it seems.
    pub note: Option<String>,
}

/// Columns of a frame's phases over the place in the text, at most.
pub const POSITION_COLUMNS: usize = 256;

/// What lies between two moments of a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignalStats {
    /// The signal.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Samples.
    pub samples: u64,
    /// Samples that are missing.
    pub missing: u64,
    /// Mean; `None` without samples.
    pub mean: Option<f64>,
    /// Standard deviation; `None` for fewer than two samples.
    pub sd: Option<f64>,
    /// Smallest.
    pub min: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
    /// Sum over events, integral over time for what is sampled; `None` for memory. A power's is what
    /// the energy counter counted.
    pub integral: Option<f64>,
    /// Unit of the integral, such as `mJ` for a power in `mW`.
    pub integral_unit: String,
    /// Samples per second; of tokens, the token rate.
    pub rate_per_s: Option<f64>,
    /// The edges were widened by up to 127 samples, because the raw ones are gone.
    pub rounded: bool,
}

/// What lies between two moments of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BetweenView {
    /// The earlier moment, in milliseconds.
    pub from_ms: f64,
    /// The later one.
    pub to_ms: f64,
    /// Each signal that has samples there.
    pub signals: Vec<SignalStats>,
    /// Of the tokens between them, first tokens left out.
    pub latency: Option<LatencyPercentiles>,
}

/// Latency at one place in the text, over the repetitions that count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CurvePoint {
    /// First place of the column, counted among the tokens made.
    pub position: u32,
    /// Median time since the token before.
    pub median_ms: f64,
    /// 10 % were shorter.
    pub p10_ms: f64,
    /// 90 % were shorter.
    pub p90_ms: f64,
}

/// How a run's latency goes with the place in the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CurveView {
    /// The run.
    pub run: RunId,
    /// In order of place; first tokens left out.
    pub points: Vec<CurvePoint>,
}
