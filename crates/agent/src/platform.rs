//! What a board offers the loop: bytes, time, memory, a name.

use serde::{Deserialize, Serialize};

use crate::series::{Batch, Here, Series};

/// The other side is not there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortGone;

/// A byte pipe to the host.
pub trait Port {
    /// Takes what has arrived, at most `into.len()` bytes, without waiting. 0 means nothing yet.
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone>;
    /// Waits until something has arrived, or some milliseconds, and takes it. A board sleeps here.
    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone>;
    /// Sends all of it; waits where the pipe is full.
    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone>;
}

/// What counts a board's ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerKind {
    /// The operating system's monotonic clock.
    Monotonic,
    /// The core's cycle counter.
    Cycles,
    /// A peripheral timer.
    Peripheral,
}

impl TimerKind {
    /// As it stands in the board's Hello.
    pub fn name(self) -> &'static str {
        match self {
            TimerKind::Monotonic => "monotonic",
            TimerKind::Cycles => "cycles",
            TimerKind::Peripheral => "peripheral",
        }
    }
}

/// Memory as the board sees it, in bytes; `None` where it cannot tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Heap in use now.
    pub heap_used: Option<u64>,
    /// Most heap in use since the run began.
    pub heap_peak: Option<u64>,
    /// Deepest stack since the run began, by painting.
    pub stack_peak: Option<u64>,
    /// Memory of the whole process, where there are processes.
    pub process: Option<u64>,
}

/// What a board can tell between two tokens without holding them up; `None` where it cannot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vitals {
    /// Heap in use now, in bytes.
    pub heap_used: Option<u64>,
    /// A running energy counter in microjoules; only differences mean anything.
    pub energy_uj: Option<u64>,
}

/// Who a board is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity<'a> {
    /// Name a person would say.
    pub board: &'a str,
    /// Identity that stays when the cable moves.
    pub chip_id: &'a str,
    /// Processor core.
    pub core: &'a str,
    /// Core clock in Hz; 0 where it is not known.
    pub clock_hz: u64,
    /// What counts the ticks.
    pub timer: TimerKind,
    /// Rate of the ticks in Hz.
    pub timer_hz: u64,
    /// Memory a model may use, in bytes.
    pub ram_bytes: u64,
    /// Flash in bytes; 0 where there is none.
    pub flash_bytes: u64,
    /// The core is emulated.
    pub emulated: bool,
    /// Model bytes the port's buffer takes before the loop must have read them.
    pub receive_window: u32,
}

/// Time, memory and energy of a board.
pub trait Platform {
    /// Who it is.
    fn identity(&self) -> Identity<'_>;
    /// The clock, in ticks since any fixed moment.
    fn ticks(&mut self) -> u64;
    /// Begins a new measurement of heap and stack peaks.
    fn reset_peaks(&mut self);
    /// Memory now, and peaks since [`Platform::reset_peaks`].
    fn memory(&mut self) -> Memory;
    /// A running energy counter in microjoules, where the board truly has one.
    fn energy_uj(&mut self) -> Option<u64> {
        None
    }
    /// A look at what changes while a run goes on, at most ten times a second. What it costs is in
    /// the latency of the next token, so only what is cheap belongs here; `None` says nothing.
    fn vitals(&mut self) -> Option<Vitals> {
        None
    }
    /// The series that this board declares, numbered from 0 without a hole; `None` behind the last one. The
    /// same for as long as the loop lives, but for the rate.
    fn series(&self, _number: u8) -> Option<Series<'_>> {
        None
    }
    /// Puts what waits of a series into `into`, or what it is now; nothing where nothing waits. Asked as a
    /// streamed run begins and ends, and at most a hundred times a second between: what it costs is in the
    /// latency of the next token. Asked again at once where `into` came back full.
    fn samples(&mut self, _number: u8, _here: &Here<'_>, _into: &mut Batch) {}
    /// The host wants a series at this rate, or `None` at the board's own. A board that cannot leaves it as it
    /// is: the host looks at [`Platform::series`] again.
    fn set_rate(&mut self, _number: u8, _rate_hz: Option<f32>) {}
}
