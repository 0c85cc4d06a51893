//! Two windows on one store: the first to hold it lets the second find it, and the second works with it.
//!
//! [`Hold`] is the right to be the first, and says where it is in a file that its user alone can read;
//! [`Door`] is what the second comes in by: a server on loopback with a token of its own. [`look`] is how the
//! second finds it, and gets the hold once the first is gone. Command lines open the store beside it, as ever.

mod door;
mod hold;
mod look;

pub use door::Door;
pub use hold::{Hold, Holder, Taken, holder};
pub use look::{Found, WINDOW, closed, gone, look, open_door};
