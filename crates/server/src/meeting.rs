//! What is known of a connection, for whoever answers on it.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use axum::http::header::{ORIGIN, USER_AGENT};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// How a face of ours says who it is, in `User-Agent`: this, words for people, a bracket.
const OURS: &str = "Benchvise (";
/// Letters of a face's name that are taken.
const LONGEST_NAME: usize = 60;

/// A connection: its two ends, and how lively it is.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    /// This computer's address on it.
    pub(crate) local: SocketAddr,
    /// The other one's.
    pub(crate) peer: SocketAddr,
    pub(crate) pulse: Pulse,
}

impl Meeting {
    /// What the face at the other end is called: as it says itself, else what it seems to be; and where it
    /// is.
    pub(crate) fn face(&self, headers: &HeaderMap) -> String {
        let agent =
            headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let said = agent.strip_prefix(OURS).and_then(|rest| rest.strip_suffix(')'));
        let seems = match headers.contains_key(ORIGIN) {
            true => "a page",
            false => "a program",
        };
        let face: String = said
            .unwrap_or(seems)
            .chars()
            .filter(|c| !c.is_control() && !matches!(c, '(' | ')' | ';'))
            .take(LONGEST_NAME)
            .collect();
        format!("{face} at {}", self.peer.ip())
    }

    /// Of a connection that was taken, with the stream that keeps its pulse and waits for its reader no longer than
    /// `limit`.
    ///
    /// # Errors
    /// It is gone already.
    pub(crate) fn over(stream: TcpStream, limit: Duration) -> io::Result<(Meeting, Lively)> {
        let plain =
            |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
        let pulse = Pulse::new();
        let meeting = Meeting {
            local: plain(stream.local_addr()?),
            peer: plain(stream.peer_addr()?),
            pulse: pulse.clone(),
        };
        Ok((meeting, Lively { stream, pulse, taking: Taking::new(limit) }))
    }
}

/// When something last came in, be it a part of something long.
#[derive(Clone, Debug)]
pub(crate) struct Pulse(Arc<(Instant, AtomicU64)>);

impl Pulse {
    fn new() -> Pulse {
        Pulse(Arc::new((Instant::now(), AtomicU64::new(0))))
    }

    fn beat(&self) {
        let (began, last) = &*self.0;
        last.store(
            u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
    }

    /// For how long nothing came in.
    pub(crate) fn silent_for(&self) -> Duration {
        let (began, last) = &*self.0;
        began.elapsed().saturating_sub(Duration::from_millis(last.load(Ordering::Relaxed)))
    }
}

/// A stream whose bytes are a sign of life, and that ends where none of ours are taken for too long.
pub(crate) struct Lively {
    stream: TcpStream,
    pulse: Pulse,
    taking: Taking,
}

impl AsyncRead for Lively {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if into.filled().len() > before {
            self.pulse.beat();
        }
        read
    }
}

impl AsyncWrite for Lively {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.taking.look(context, wrote)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.taking.look(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// Whether the other end takes what is sent: a slow reader may take its time, one that takes nothing holds a place
/// that others need.
struct Taking {
    limit: Duration,
    /// While it takes nothing.
    late: Option<Pin<Box<Sleep>>>,
}

impl Taking {
    fn new(limit: Duration) -> Taking {
        Taking { limit, late: None }
    }

    fn look(
        &mut self,
        context: &mut Context<'_>,
        wrote: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if wrote.is_ready() {
            self.late = None;
            return wrote;
        }
        let limit = self.limit;
        let late = self.late.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        late.as_mut().poll(context).map(|()| {
            Err(io::Error::new(io::ErrorKind::TimedOut, "nothing that was sent is taken"))
        })
    }
}
