//! The board's side of Benchvise, for any board: `no_std`, no allocation, no clock of its own.
//!
//! A *host* (the program on a desk) and a *board* exchange frames over any byte pipe: a UART, USB
//! CDC, a PTY. This crate is both the vocabulary of that pipe ([`wire`]) and the loop a board runs
//! ([`Agent`]). A board supplies three things: a [`Port`] (bytes in and out), a [`Platform`]
//! (ticks, memory, energy, who it is) and a [`Model`] (load, feed a token, sample the next).
//!
//! The crate knows nothing about any particular model code, board or operating system, and the
//! `board` crate uses only [`wire`] from it.
//!
//! ```
//! use agent::wire::{Decoder, HostMessage, Item, Sender};
//!
//! let mut sender = Sender::new();
//! let mut frame = [0; agent::wire::MAX_ENCODED];
//! let n = sender.host(&HostMessage::Ping { host_us: 7 }, &mut frame).unwrap();
//!
//! let mut decoder = Decoder::new();
//! let mut seen = None;
//! decoder.feed(&frame[..n], &mut |item| {
//!     if let Item::Frame(frame) = item {
//!         seen = Some(matches!(frame.host(), Ok(HostMessage::Ping { host_us: 7 })));
//!     }
//! });
//! assert_eq!(seen, Some(true));
//! ```
#![no_std]

mod agent;
mod lap;
mod model;
mod platform;
mod run;
mod sampling;
pub mod series;
pub mod slot;
pub mod wire;

pub use agent::{Agent, Ended};
pub use model::{Lap, Model, ModelInfo, Next, Phase, Refusal};
pub use platform::{Identity, Memory, Platform, Port, PortGone, TimerKind, Vitals};
