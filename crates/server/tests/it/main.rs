//! The server from outside: plain HTTP by hand, and sockets by another implementation's client.

#![allow(clippy::unwrap_used, reason = "a test that cannot prepare has failed")]

mod documents;
mod ending;
mod fuzz;
mod gate;
mod host;
mod openapi;
mod schema;
mod sockets;
mod vocabulary;
