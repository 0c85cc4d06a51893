//! The window of Benchvise: a person plugs in, watches, drops, compares.
//!
//! It knows [`protocol`] and nothing else of ours. [`Desk`] is the whole window; it talks to an
//! engine through a [`Link`] and to its surroundings through a [`Shell`], so that the same code runs
//! natively, in a browser and in a packaged shell. It holds a [`model::Model`], a replica that only
//! what comes in changes, and the rooms, each a [`panel::Panel`] that draws from the model and asks.
//!
//! Nothing here opens a file, blocks, sleeps, or loops over more than a few thousand items a frame:
//! signals come as columns that are ready to draw. Colours live in [`theme`] alone.
//!
//! ```
//! use ui::{Desk, Incoming, Link, RequestId};
//!
//! /// A link to nobody.
//! struct Nobody;
//!
//! impl Link for Nobody {
//!     fn send(&mut self, _: RequestId, _: protocol::Command) {}
//!     fn poll(&mut self) -> Option<Incoming> {
//!         None
//!     }
//! }
//!
//! let _: Box<dyn Link> = Box::new(Nobody);
//! ```

pub mod action;
pub mod aloud;
pub mod asks;
mod channel;
mod connection;
mod desk;
pub mod icon;
pub mod kit;
mod link;
pub mod model;
mod naming;
pub mod palette;
pub mod panel;
pub mod panels;
mod pauses;
pub mod plot;
mod prefs;
pub mod rail;
pub mod shell;
mod talk;
pub mod theme;
pub mod toast;
mod words;

pub use channel::{Back, Came, Channel};
pub use desk::Desk;
pub use link::{Incoming, Link, RequestId, Whose};
pub use pauses::Pauses;
pub use shell::Shell;
pub use talk::{LEAVING, Talk};
