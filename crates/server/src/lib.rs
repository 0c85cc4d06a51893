//! The engine for faces in other processes: a page in a browser, a window or a command line elsewhere.
//!
//! | route | |
//! |---|---|
//! | `POST /api/command` | a [`protocol::Command`] in, its [`protocol::Reply`] or [`protocol::Failure`] out |
//! | `GET /api/socket` | a WebSocket that speaks [`protocol::socket`]: commands, events, frames of views |
//! | `GET /metrics` | counters for Prometheus |
//! | `GET /healthz`, `GET /readyz` | it answers; it takes work |
//! | `GET /` | the window as a page |
//!
//! Everything under `/api` and the metrics ask for a [`Token`], in `Authorization: Bearer …` or, where
//! a page opens a socket, in a subprotocol `token.…`. Nothing is kept in cookies, for a cookie is sent to
//! every port of a host. Every request is refused whose `Host` is not one of the names this server goes
//! by, or whose `Origin` is another page's.
//!
//! A command runs on a thread that may wait; a connection is a task. What a slow client has not taken is
//! bounded by the engine's queue, and thrown away with a word when that is full.

mod answer;
mod command;
mod door;
mod gate;
mod health;
mod metrics;
mod page;
mod server;
mod socket;
mod state;
mod token;

pub use page::{Page, PageError};
pub use server::{Limits, Options, Server, Stopper};
pub use token::{Token, TokenError};
