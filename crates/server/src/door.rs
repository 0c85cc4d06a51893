//! The loop that takes connections. Around axum's own, because that waits for a request's head as long
//! as it takes, and for any number of connections.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinHandle;

use crate::meeting::Meeting;
use crate::state::State;

/// Bytes of a request's head, at most.
const HEAD_BYTES: usize = 64 << 10;
/// How long to wait after the system gave no connection, as where there are no more file handles.
const PAUSE: Duration = Duration::from_millis(50);
/// How long connections may take to end in the end.
const LAST: Duration = Duration::from_secs(2);

/// The door, open.
pub(crate) struct Door {
    close: oneshot::Sender<()>,
    closed: JoinHandle<()>,
}

impl Door {
    /// Takes connections from now on.
    pub(crate) fn open(listener: TcpListener, router: Router, state: &State) -> Door {
        let (close, closing) = oneshot::channel();
        let closed = tokio::spawn(take(listener, router, state.clone(), closing));
        Door { close, closed }
    }

    /// Takes none any more, and lets those that are answered come to their end.
    pub(crate) async fn close(self) {
        drop(self.close);
        drop(self.closed.await);
    }
}

async fn take(
    listener: TcpListener,
    router: Router,
    state: State,
    mut closing: oneshot::Receiver<()>,
) {
    let places = Arc::new(Semaphore::new(state.limits.connections));
    let (ending, end) = watch::channel(());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(state.limits.head).max_buf_size(HEAD_BYTES);
    loop {
        // Who comes when there is no place waits in the system's queue.
        let place = tokio::select! {
            _ = &mut closing => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let stream = tokio::select! {
            _ = &mut closing => break,
            taken = listener.accept() => match taken {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
        };
        // Frames are small and late ones are of no use.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let (meeting, stream) = match Meeting::over(stream, state.limits.silence) {
            Ok(both) => both,
            Err(error) => {
                tracing::debug!(%error, "a connection was gone at once");
                continue;
            }
        };
        let router = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(meeting.clone());
            router.call(request)
        });
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut end = end.clone();
        tokio::spawn(async move {
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                _ = end.changed() => {
                    // What is being answered is answered to its end.
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    drop(ending);
    let all = u32::try_from(state.limits.connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(LAST, places.acquire_many(all)).await.is_err() {
        tracing::debug!("some connections were cut");
    }
}
