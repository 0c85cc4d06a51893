//! Every signal a run can have over time, declared once: the recorder, the views and the window
//! read this table.

use serde::{Deserialize, Serialize};

/// Which plot a signal belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Time between tokens.
    Latency,
    /// Where that time went.
    Phases,
    /// Memory.
    Memory,
    /// Power.
    Power,
    /// Whatever a board declared itself.
    Own,
}

/// How a signal's samples lie in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    /// One sample a token, when it was made.
    PerToken,
    /// Whenever it was looked at; it holds until the next look.
    OverTime,
}

/// One signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalSpec {
    /// Name, as in the store and in a view.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Unit as printed.
    pub unit: &'static str,
    /// Which plot it belongs to.
    pub lane: Lane,
    /// How its samples lie in time.
    pub sampling: Sampling,
    /// What it is, exactly.
    pub meaning: &'static str,
}

const fn phase(name: &'static str, title: &'static str, meaning: &'static str) -> SignalSpec {
    let (lane, sampling) = (Lane::Phases, Sampling::PerToken);
    SignalSpec { name, title, unit: "ms", lane, sampling, meaning }
}

/// The table.
pub const SIGNALS: &[SignalSpec] = &[
    SignalSpec {
        name: "token_latency",
        title: "latency",
        unit: "ms",
        lane: Lane::Latency,
        sampling: Sampling::PerToken,
        meaning: "time since the token before; for the first, since the repetition began",
    },
    phase("embed", "embed", "embedding look-up"),
    phase("attention", "attention", "attention of all layers"),
    phase("feed_forward", "feed-forward", "feed-forward of all layers"),
    phase("classifier", "classifier", "final norm and logits"),
    phase("sample", "sample", "choosing the token"),
    SignalSpec {
        name: "heap_used",
        title: "heap",
        unit: "B",
        lane: Lane::Memory,
        sampling: Sampling::OverTime,
        meaning: "the board's heap in use, as it says itself",
    },
    SignalSpec {
        name: "process_memory",
        title: "process",
        unit: "B",
        lane: Lane::Memory,
        sampling: Sampling::OverTime,
        meaning: "resident memory of the board's process, as this computer sees it",
    },
    SignalSpec {
        name: "power",
        title: "power",
        unit: "mW",
        lane: Lane::Power,
        sampling: Sampling::OverTime,
        meaning: "energy since the look before, over the time between the two",
    },
];

/// The signal of that name.
pub fn signal(name: &str) -> Option<&'static SignalSpec> {
    SIGNALS.iter().find(|signal| signal.name == name)
}
