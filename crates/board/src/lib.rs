//! The serial world: which ports there are, what is on them, and how to speak to it.
//!
//! - [`list_ports`] says what the operating system offers, what is on it, and why a port cannot be
//!   used; [`PortWatch`] says it again whenever that changes.
//! - [`Known`] is what we know of a USB device beforehand: its name, and how not to reset it.
//! - [`Transport`] is a byte pipe to a board: a serial port, a PTY, a TCP stream.
//! - [`ThisComputer`] starts the board that everybody has: this program's own agent loop in a
//!   process of its own.
//! - [`Emulated`] starts a board that QEMU plays, out of the table [`EMULATED`]: real firmware on an
//!   emulated core.
//! - [`Driver`] is a way to speak to what runs on a board. [`AgentDriver`] speaks the agent's wire:
//!   who are you, load this model, run this prompt.
//! - [`flash`] puts an image onto a board that waits for one.
//! - [`meter`] speaks to power meters, and plays them where there is none.
//!
//! A board is untrusted input: whatever it sends, the driver answers with an error, bounded in
//! time and memory. This crate knows nothing of runs, stores or the window, and nobody else names
//! `serialport`.
//!
//! ```
//! use board::{AgentDriver, BoardError, Patience};
//!
//! let name_of = |path| -> Result<String, BoardError> {
//!     let board = AgentDriver::on_port(path, None, &Patience::default())?;
//!     Ok(board.info().name.clone())
//! };
//! assert!(matches!(name_of("/dev/no-such-port"), Err(BoardError::NoPort { .. })));
//! ```

mod attached;
mod drivers;
mod emulated;
mod error;
pub mod flash;
mod host;
mod known;
pub mod meter;
mod news;
mod patience;
mod plain;
mod ports;
mod process;
mod rules;
mod transport;
mod watch;

pub use drivers::{
    AgentDriver, BoardInfo, BoardPort, CHECKING_THE_MODEL, Capture, Clock, DeclaredSeries, Driver,
    LogDriver, LogListener, LogOptions, LogPattern, MLPERF_BAUD, MlperfDriver, MlperfOptions,
    ProcessDriver, ProcessOptions, RunEvent, RunRequest, RunTotals, TOKEN_RATES, unescape,
};
pub use emulated::{EMULATED, Emulated, EmulatedBoard, ICOUNT_SHIFT};
pub use error::BoardError;
pub use host::ThisComputer;
pub use known::{BAUD, Known, Lines, Restarts, Role, known};
pub use patience::Patience;
pub use ports::{
    Holder, Port, PortKind, PortState, UsbIdentity, holder_of, list_ports, list_unasked, real_path,
};
pub use rules::{RULES_PATH, rules};
pub use transport::{Pty, Serial, Tcp, Transport};
pub use watch::PortWatch;

pub use agent::series::{Direction, SeriesRole};
pub use agent::wire::{Bits, PhaseTicks, StopReason, Streams};
pub use agent::{Memory, ModelInfo, Vitals};
