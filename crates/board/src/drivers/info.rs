//! What a board says of itself, whatever it is spoken to by.

use agent::ModelInfo;
use agent::series::{Direction, SeriesRole};

/// What a board said of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardInfo {
    /// Name a person would say.
    pub name: String,
    /// Identity that stays when the cable moves.
    pub chip_id: String,
    /// Processor core.
    pub core: String,
    /// Core clock in Hz; `None` where the board does not know.
    pub clock_hz: Option<u64>,
    /// Rate of the ticks, in Hz; never 0.
    pub timer_hz: u64,
    /// What counts the ticks.
    pub timer: String,
    /// Memory a model may use, in bytes.
    pub ram_bytes: u64,
    /// Flash in bytes; 0 where there is none.
    pub flash_bytes: u64,
    /// Version of the agent.
    pub agent: String,
    /// Minor version of our wire; 0 where it speaks another.
    pub wire_minor: u8,
    /// The core is emulated.
    pub emulated: bool,
    /// `ModelChunk` bytes it takes before it must have answered.
    pub receive_window: u32,
    /// The model that was loaded into it.
    pub model: Option<ModelInfo>,
    /// What it runs by itself, by its name, where no model is loaded into it.
    pub runs: Option<String>,
    /// Series of its own that it declares and that can be had.
    pub series: Vec<DeclaredSeries>,
    /// What is wrong with the others: sentences for people.
    pub complaints: Vec<String>,
}

/// A series that a board declares, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct DeclaredSeries {
    /// Its number on the board.
    pub number: u8,
    /// `a` to `z`, `0` to `9` and `_`; no other series of the board has it.
    pub name: String,
    /// Unit; empty for a count.
    pub unit: String,
    /// Which way is better.
    pub direction: Direction,
    /// What it is beyond its name; at most one is the power.
    pub role: SeriesRole,
    /// Samples a second; `None` where each has a moment of its own.
    pub rate_hz: Option<f64>,
}

impl DeclaredSeries {
    /// What a value is multiplied with to be milliwatts; `None` of a unit that is no power.
    pub fn milliwatts(&self) -> Option<f64> {
        match self.unit.as_str() {
            "W" => Some(1e3),
            "mW" => Some(1.0),
            "uW" | "µW" => Some(1e-3),
            _ => None,
        }
    }
}

impl BoardInfo {
    /// A board of which nothing is known yet.
    pub fn unknown() -> BoardInfo {
        BoardInfo {
            name: String::new(),
            chip_id: String::new(),
            core: String::new(),
            clock_hz: None,
            timer_hz: 1,
            timer: String::new(),
            ram_bytes: 0,
            flash_bytes: 0,
            agent: String::new(),
            wire_minor: 0,
            emulated: false,
            receive_window: 0,
            model: None,
            runs: None,
            series: Vec::new(),
            complaints: Vec::new(),
        }
    }
}

/// How a board's clock relates to ours, from the quickest of a few pings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Round trip of the quickest ping, in microseconds.
    pub round_trip_us: u64,
    /// The board's ticks at our moment 0, which is when the driver was made.
    pub ticks_at_zero: i128,
}

impl Clock {
    /// Of one ping: sent and answered at these moments of ours, in microseconds, while the board's
    /// clock stood at `ticks`.
    pub(crate) fn of(sent_us: u64, answered_us: u64, ticks: u64, timer_hz: u64) -> Clock {
        let round_trip_us = answered_us.saturating_sub(sent_us);
        let middle_us = i128::from(sent_us) + i128::from(round_trip_us / 2);
        let elapsed = middle_us * i128::from(timer_hz) / 1_000_000;
        Clock { round_trip_us, ticks_at_zero: i128::from(ticks) - elapsed }
    }

    /// The better one of two.
    pub(crate) fn quicker(self, than: Option<Clock>) -> Option<Clock> {
        Some(than.filter(|than| than.round_trip_us <= self.round_trip_us).unwrap_or(self))
    }
}
