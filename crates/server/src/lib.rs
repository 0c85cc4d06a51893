//! The engine for faces in other processes: a page in a browser, a window or a command line elsewhere.
//!
//! | route | |
//! |---|---|
//! | `POST /api/command` | a [`protocol::Command`] in, its [`protocol::Reply`] or [`protocol::Failure`] out |
//! | `POST /api/compress` | a document in, what is left of it out |
//! | `POST /api/stream` | text without end in, what is left of it out, window by window |
//! | `GET /api/socket` | a WebSocket that speaks [`protocol::socket`]: commands, events, frames of views |
//! | `GET /api/openapi.json` | what can be asked, as OpenAPI 3.1, made from the types |
//! | `GET /metrics` | counters for Prometheus |
//! | `GET /healthz`, `GET /readyz` | it answers; it takes work |
//! | `GET /` | the window as a page |
//!
//! Commands, sockets and the metrics ask for a [`Token`], in `Authorization: Bearer …` or, where
//! a page opens a socket, in a subprotocol `token.…`. Nothing is kept in cookies, for a cookie is sent to
//! every port of a host. Every request is refused whose `Host` is neither one of the names this server goes
//! by nor its own address on that connection, or whose `Origin` is another page's.
//!
//! A command runs on a thread that may wait; a connection is a task. What a slow client has not taken is
//! bounded by the engine's queue, and thrown away with a word when that is full.

mod answer;
mod command;
mod document;
mod door;
mod endless;
mod gate;
mod health;
mod meeting;
mod metrics;
mod openapi;
mod page;
mod server;
mod socket;
mod state;
mod token;

pub use openapi::document;
pub use page::{Page, PageError};
pub use server::{Limits, Options, Server, Stopper};
pub use token::{Token, TokenError};
