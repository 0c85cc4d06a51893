//! The pieces that every panel is made of, so that the same thing looks and behaves the same
//! everywhere: cards, buttons, fields, labels, empty rooms, progress.
//!
//! Everything here is named for a screen reader, can be reached by keyboard, and takes its colours
//! from the theme.

mod ago;
mod button;
mod card;
mod choice;
mod combo;
mod empty;
mod field;
mod figure;
mod label;
mod list_row;
mod pending;
mod progress;
mod segment;

pub use ago::{ago, ago_label, left};
pub use button::{Weight, button, icon_button, link, toggle};
pub use card::{at_least, card, card_with, page, row, titled};
pub use choice::{Ground, choice, disclosure, mark};
pub use combo::combo;
pub use empty::{Step, empty};
pub use field::{caption, field, path_field, search, text_area};
pub use figure::{Figure, figure, figures};
pub use label::{
    EMULATED, Forever, SYNTHETIC, chip, code, forever, icon, labels, notice, paint_forever,
    plate_width, small, soft, strong, tag, verdict,
};
pub use list_row::list_row;
pub use pending::{Pending, answered};
pub use progress::{busy, progress};
pub use segment::{segment, segments};
