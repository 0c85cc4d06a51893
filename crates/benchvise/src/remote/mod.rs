//! An engine on another computer, or in another process: what reaches a bench host of [`server`]'s.
//!
//! [`Host`], of `shell`, is where it is and what opens it. [`Remote`] keeps a socket to it on a thread of its own
//! and is the window's link; [`Away`] waits on one, for a command line that does one thing after the
//! other. Both take the socket's words through [`ui::Talk`].

mod away;
mod line;

pub(crate) use away::Away;
pub(crate) use line::Remote;
pub(crate) use shell::Host;
