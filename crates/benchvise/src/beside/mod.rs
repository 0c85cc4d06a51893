//! Two windows on one store: the first to hold it lets the second find it, and the second works with it.
//!
//! [`Hold`] is the right to be the first, and says where it is in a file that its user alone can read;
//! [`Door`] is what the second comes in by: a server on loopback with a token of its own. Command lines
//! open the store beside it, as ever.

mod door;
mod hold;

pub(crate) use door::Door;
pub(crate) use hold::{Hold, Holder, Taken, holder};
