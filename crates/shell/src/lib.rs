//! What stands behind a window, whatever draws it: the engine and the store it shares with other windows, and the
//! line to a page in the window of a program of the desktop's. No window is named here.
//!
//! [`beside`] is two windows on one store: who holds it, and the door by which the others come in. [`Host`] is an
//! engine elsewhere. [`Seat`] is a program's place at a store, its own or at whoever holds it, and [`Line`] leads
//! from there to a page, over any channel that takes a [`Parcel`]. [`Desk`] is all of that for one program, with the
//! files that a person gave it. [`graphics`] decides which of Linux' graphics variables are set, and [`given_files`]
//! finds the documents among what a program was started with.

pub mod beside;
mod desk;
mod given;
pub mod graphics;
mod host;
mod line;
mod load;
mod news;
mod places;
mod seat;

pub use desk::{Desk, remark};
pub use given::given_files;
pub use host::{Host, Socket};
pub use line::{Channel, Line, Parcel};
pub use news::News;
pub use seat::Seat;
