//! The pieces that every panel is made of, so that the same thing looks and behaves the same
//! everywhere: cards, buttons, fields, labels, empty rooms, progress.
//!
//! Everything here is named for a screen reader, can be reached by keyboard, and takes its colours
//! from the theme.

mod button;
mod card;
mod empty;
mod field;
mod figure;
mod label;
mod progress;
mod segment;

pub use button::{Weight, button, icon_button, link, toggle};
pub use card::{card, card_with, page, row, titled};
pub use empty::{Step, empty};
pub use field::{caption, field, path_field, search, text_area};
pub use figure::{Figure, figure, figures};
pub use label::{chip, code, icon, labels, notice, soft, strong, verdict};
pub use progress::{busy, progress};
pub use segment::{segment, segments};
