//! A power meter beside a run.

use serde::{Deserialize, Serialize};

/// A kind of meter, for who lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeterKind {
    /// One word, as on the command line.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// What it is, for who has to choose one.
    pub suits: &'static str,
    /// Whether it feeds the board.
    pub feeds: Feeds,
    /// The board's supply must be named, and lies between these; in millivolts.
    pub millivolts: Option<[u32; 2]>,
    /// Its logic inputs: 7 is D7.
    pub inputs: &'static [u8],
    /// It takes as many samples a second as it is told, up to so many; `None` where it cannot be told.
    pub most_hz: Option<u32>,
}

/// Whether a meter feeds the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feeds {
    /// It only looks.
    Never,
    /// Where it is told to.
    IfTold,
    /// It cannot but.
    Always,
}

/// All of them; [`MeterSpec::model`] is the name of one.
pub const METERS: [MeterKind; 3] = [
    MeterKind {
        name: "ppk2",
        title: "Nordic PPK2",
        suits: "Nordic's Power Profiler Kit II",
        feeds: Feeds::IfTold,
        millivolts: Some([800, 5000]),
        inputs: &[0, 1, 2, 3, 4, 5, 6, 7],
        most_hz: None,
    },
    MeterKind {
        name: "lpm01a",
        title: "ST X-NUCLEO-LPM01A",
        suits: "ST's power shield, which always feeds the board",
        feeds: Feeds::Always,
        millivolts: Some([1800, 3300]),
        inputs: &[7],
        most_hz: Some(100_000),
    },
    MeterKind {
        name: "lines",
        title: "Printed lines",
        suits: "anything that prints volts, amperes or watts, such as an INA219 behind an Arduino",
        feeds: Feeds::Never,
        millivolts: None,
        inputs: &[],
        most_hz: None,
    },
];

/// Who feeds the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MeterSupply {
    /// Something else; the meter only looks.
    #[default]
    Elsewhere,
    /// The meter.
    Meter,
}

/// What of a meter's samples is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MeterSeries {
    /// Power alone.
    #[default]
    Power,
    /// Power, and the current it was made from.
    PowerAndCurrent,
}

/// Which meter a run is measured with, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeterSpec {
    /// `ppk2`, `lpm01a`, or a port.
    pub port: String,
    /// What is behind the port, where USB does not say it: `ppk2`, `lpm01a` or `lines`.
    #[serde(default)]
    pub model: Option<String>,
    /// The board's supply, in millivolts.
    #[serde(default)]
    pub millivolts: Option<u32>,
    /// Who feeds the board.
    #[serde(default)]
    pub supply: MeterSupply,
    /// The logic input of the meter that the board raises while a repetition runs, 0 to 7.
    #[serde(default)]
    pub trigger_pin: Option<u8>,
    /// Samples a second, where the meter can choose.
    #[serde(default)]
    pub rate_hz: Option<u32>,
    /// How long the idle board is measured before the first repetition, in seconds.
    pub idle_s: f32,
    /// What is kept.
    #[serde(default)]
    pub series: MeterSeries,
}
