//! A server from its first breath to its last.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use engine::Engine;

use crate::page::Page;
use crate::state::{Inner, Stage, State};
use crate::token::Token;
use crate::{command, document, door, endless, gate, health, openapi, page, socket};

/// Threads that may wait, for commands.
const BLOCKING: usize = 64;
/// How long faces may take to hear that it ends.
const FAREWELL: Duration = Duration::from_secs(3);

/// How much a server takes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request, and of a message on a socket.
    pub body_bytes: usize,
    /// How long a request may take, without those that stay open.
    pub request: Duration,
    /// How long the head of a request may take to come.
    pub head: Duration,
    /// How long a connection may take none of what is sent to it, and how long a face at a socket may be silent.
    pub silence: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Sockets at once.
    pub sockets: usize,
    /// Requests with the right token.
    pub requests_a_second: NonZeroU32,
    /// Requests without it.
    pub strangers_a_second: NonZeroU32,
    /// Requests that need none: the page, its files, the document of what can be asked. Health is not counted.
    pub visitors_a_second: NonZeroU32,
    /// How long work may go on after the server was told to end.
    pub grace: Duration,
    /// How long work that was told to stop then may take to do so.
    pub last: Duration,
}

const fn a_second(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: protocol::socket::LONGEST_ASK,
            request: Duration::from_secs(120),
            head: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            connections: 4096,
            sockets: 2048,
            requests_a_second: a_second(2000),
            strangers_a_second: a_second(10),
            visitors_a_second: a_second(200),
            grace: Duration::from_secs(30),
            last: Duration::from_secs(10),
        }
    }
}

/// How to start a server.
#[derive(Clone, Debug)]
pub struct Options {
    /// What opens it.
    pub token: Token,
    /// Names beside its address that it goes by, with their port, as in `bench.example:7777`.
    pub names: Vec<String>,
    /// The window.
    pub page: Page,
    /// How much it takes.
    pub limits: Limits,
}

/// A server that listens already.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: State,
}

/// Ends a server from another thread.
#[derive(Clone)]
pub struct Stopper(State);

impl Stopper {
    /// Takes no more work; what goes on may end within the grace.
    pub fn stop(&self) {
        self.0.reach(Stage::Leaving);
    }
}

impl Server {
    /// Listens at `address`; port 0 is one that is free.
    ///
    /// # Errors
    /// What the system says: the port is in use, the address is not of this computer.
    pub fn bind(engine: Engine, address: SocketAddr, options: Options) -> io::Result<Server> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let mut names = options.names.clone();
        names.push(address.to_string());
        if address.ip().is_loopback() || address.ip().is_unspecified() {
            for name in ["localhost", "127.0.0.1", "[::1]"] {
                names.push(format!("{name}:{}", address.port()));
            }
        }
        Ok(Server { listener, address, state: State::new(Inner::new(engine, names, options)) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What ends it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.state.clone())
    }

    /// Serves until it is stopped: then takes no more work, lets what goes on end within the grace, and
    /// stops the rest, whose records are kept.
    ///
    /// # Errors
    /// The system has no threads.
    pub fn run(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(BLOCKING)
            .thread_name("server")
            .enable_all()
            .build()?;
        let (state, listener) = (self.state, self.listener);
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let door = door::Door::open(listener, router(&state), &state);
            state.until_leaving().await;
            wind_up(&state).await;
            state.reach(Stage::Over);
            door.close().await;
            // Faces at sockets are told the last of it before their tasks end with the runtime.
            let all = u32::try_from(state.limits.sockets).unwrap_or(u32::MAX);
            drop(tokio::time::timeout(FAREWELL, state.sockets.acquire_many(all)).await);
            Ok(())
        })
    }
}

/// Lets what goes on end, then stops it. Faces at sockets hear of it all the while.
async fn wind_up(state: &State) {
    let idle = || state.engine.is_idle();
    let until = |limit: Duration| async move {
        let began = Instant::now();
        while !idle() && began.elapsed() < limit {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    until(state.limits.grace).await;
    if !idle() {
        tracing::warn!("stopping what still goes on");
    }
    // Also where nothing does: what was put off before may not be begun yet.
    state.engine.stop_all();
    until(state.limits.last).await;
}

fn router(state: &State) -> Router {
    let api = Router::new()
        .route("/api/command", post(command::command))
        .route("/api/compress", post(document::compress))
        .route("/api/stream", post(endless::stream))
        .route("/api/socket", get(socket::open))
        .route("/metrics", get(health::metrics))
        .route_layer(from_fn_with_state(state.clone(), gate::inner));
    let open = Router::new()
        .route("/", get(page::index))
        .route("/{file}", get(page::file))
        .route("/api/openapi.json", get(openapi::get))
        .route_layer(from_fn_with_state(state.clone(), gate::visitors));
    // As often as anybody likes: it costs nothing, and who watches a host is to hear of it whatever others ask.
    let health =
        Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));
    open.merge(health)
        .merge(api)
        .layer(DefaultBodyLimit::max(state.limits.body_bytes))
        .layer(from_fn_with_state(state.clone(), gate::outer))
        .with_state(state.clone())
}
