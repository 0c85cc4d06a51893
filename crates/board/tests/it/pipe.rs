//! A pipe of either kind with a board's thread at its other end.

use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

use board::{AgentDriver, BoardError, Patience, Pty, Tcp, Transport};

/// Short enough for tests, long enough for a busy machine.
pub(crate) const PATIENCE: Patience = Patience {
    hello: Duration::from_millis(1500),
    silence: Duration::from_millis(1000),
    resend: Duration::from_millis(200),
    model: Duration::from_secs(3),
};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Pty,
    Tcp,
}

pub(crate) const KINDS: [Kind; 2] = [Kind::Pty, Kind::Tcp];

/// Starts `play` at one end and returns the other.
pub(crate) fn start(
    kind: Kind,
    play: impl FnOnce(Box<dyn Transport>) + Send + 'static,
) -> (Box<dyn Transport>, JoinHandle<()>) {
    let thread = std::thread::Builder::new().name("test-board".into());
    match kind {
        Kind::Pty => {
            let (pty, path) = Pty::pair().unwrap();
            let board = thread.spawn(move || play(Box::new(Pty::open(&path).unwrap())));
            (Box::new(pty), board.unwrap())
        }
        Kind::Tcp => {
            let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
            let address = listener.local_addr().unwrap().to_string();
            let board = thread.spawn(move || play(Box::new(Tcp::connect(&address).unwrap())));
            let (stream, _) = listener.accept().unwrap();
            (Box::new(Tcp::over(stream).unwrap()), board.unwrap())
        }
    }
}

/// Connects to a board that plays `play`; then `talk` talks to it. Both must end without a panic.
pub(crate) fn converse<T>(
    kind: Kind,
    play: impl FnOnce(Box<dyn Transport>) + Send + 'static,
    talk: impl FnOnce(AgentDriver) -> T,
) -> Result<T, BoardError> {
    let (pipe, board) = start(kind, play);
    let result = AgentDriver::connect(pipe, PATIENCE).map(talk);
    board.join().unwrap();
    result
}
