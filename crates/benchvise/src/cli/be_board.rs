//! `benchvise agent PORT`: this computer is the board on somebody's bench.

use std::fs;
use std::thread;
use std::time::Duration;

use super::args::AgentArgs;
use super::out::{self, Answer, Trouble};
use crate::board_agent;

/// Where Linux says which board it runs on.
const MODEL: &str = "/proc/device-tree/model";
/// What of a name goes over the wire, in characters.
const NAME: usize = 64;
/// Between looks for a port that went away.
const LOOK: Duration = Duration::from_millis(500);

/// Answers host after host until Ctrl-C. A UART has no end; a USB gadget's port has one whenever the cable is
/// pulled, and is opened again.
///
/// # Errors
/// The port cannot be opened at the start; the system has no threads.
pub(super) fn be(args: &AgentArgs) -> Result<Answer, Trouble> {
    let name: String = args.name.clone().unwrap_or_else(own_name).chars().take(NAME).collect();
    let mut port = board::Serial::open(&args.port, args.baud)?;
    loop {
        out::remark(&format!(
            "answering hosts on {} at {} baud as \"{name}\"; Ctrl-C ends it",
            args.port, args.baud
        ));
        board_agent::serve(Box::new(port), &name)?;
        out::remark("the host hung up, or reads nothing; waiting for the next");
        port = again(args);
    }
}

/// The port, once it is there again.
fn again(args: &AgentArgs) -> board::Serial {
    loop {
        thread::sleep(LOOK);
        match board::Serial::open(&args.port, args.baud) {
            Ok(port) => return port,
            Err(error) => tracing::debug!(%error, "the port is not there yet"),
        }
    }
}

/// As the device tree calls the board, which ends its strings with a zero; else the computer's name.
fn own_name() -> String {
    let model = fs::read_to_string(MODEL).unwrap_or_default();
    let model = model.trim_matches(|c: char| c.is_control() || c.is_whitespace());
    if model.is_empty() { engine::machine_name() } else { model.to_owned() }
}
