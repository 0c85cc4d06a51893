//! A power meter beside a run.

use serde::{Deserialize, Serialize};

/// Who feeds the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
