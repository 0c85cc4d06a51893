//! What a second window comes in by.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use engine::Engine;
use server::{Limits, Options, Page, Server, Stopper, Token};

use super::hold::{Hold, Holder};

/// Windows at once; there is one, mostly.
const SOCKETS: usize = 32;
/// Connections at once.
const CONNECTIONS: usize = 64;

/// A server on loopback, on a port that is free and with a token that nobody else has, for as long as the
/// hold lasts. It sleeps until somebody connects. Dropping it tells who is connected, and stops what still
/// goes on.
pub struct Door {
    hold: Hold,
    stopper: Stopper,
    serving: Option<JoinHandle<()>>,
}

impl Door {
    /// Opens it. `what` is what holds the store, as another is told; work that goes on in the end has
    /// `grace` to end by itself and `last` to stop.
    ///
    /// # Errors
    /// There is no port, no chance for a token, no thread, or no place for the sign.
    pub fn open(
        engine: &Engine,
        hold: Hold,
        what: &str,
        grace: Duration,
        last: Duration,
    ) -> io::Result<Door> {
        let limits =
            Limits { sockets: SOCKETS, connections: CONNECTIONS, grace, last, ..Limits::default() };
        let token = Token::new().map_err(io::Error::other)?;
        let options =
            Options { token: token.clone(), names: Vec::new(), page: Page::default(), limits };
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::bind(engine.clone(), loopback, options)?;
        let (address, stopper) = (server.address(), server.stopper());
        let serving = thread::Builder::new().name("beside".into()).spawn(move || {
            if let Err(error) = server.run() {
                tracing::warn!(%error, "a second window cannot work with this one");
            }
        })?;
        let door = Door { hold, stopper, serving: Some(serving) };
        door.hold.say(&Holder { address, token, what: what.to_owned() })?;
        Ok(door)
    }

    /// What ends it from another thread.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.hold.hush();
        self.stopper.stop();
        if let Some(serving) = self.serving.take() {
            drop(serving.join());
        }
    }
}
