//! This computer as a board: the real agent loop in a process of its own, spoken to over a
//! pseudo-terminal or TCP. `benchvise board-agent` is hidden from the help; the engine starts it. A computer that
//! is itself the board on a bench runs the same loop by `benchvise agent`.

mod energy;
mod platform;
mod port;
mod stack;

use std::thread;

use agent::Agent;
use board::Transport;

/// Stack of the loop's thread, in bytes: what a roomy microcontroller has, and more than enough.
const STACK_BYTES: usize = 2 << 20;
/// Longest prompt the loop holds, in tokens.
const PROMPT: usize = 32 << 10;

/// What the host board is called.
pub(crate) const THIS_COMPUTER: &str = "This computer";

/// Serves until the host hangs up; the board is called `name`.
pub(crate) fn serve(transport: Box<dyn Transport>, name: &str) -> std::io::Result<()> {
    let name = name.to_owned();
    let serve = move || {
        let platform = platform::ThisComputer::new(name);
        let port = port::HostPort::new(transport);
        let mut agent =
            Box::new(Agent::<_, _, _, PROMPT>::new(port, platform, onboard::TinyLlm::default()));
        agent.serve();
    };
    let thread =
        thread::Builder::new().name("agent".into()).stack_size(STACK_BYTES).spawn(serve)?;
    thread.join().map_err(|_| std::io::Error::other("the agent's loop panicked"))
}
