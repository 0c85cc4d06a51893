//! `POST /api/stream`: text without end in, what is left of it out, window by window as it comes. Neither the
//! text nor what is left of it is ever whole in memory.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::Endless;
use hyper::body::{Body as _, Frame};
use protocol::{Code, Failure};
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::timeout;

use crate::answer::{answer, leaving, refusal};
use crate::command::PATIENCE;
use crate::state::State;

/// Pieces that wait, each way.
const WAITING: usize = 4;

/// How the text is compressed: what stands behind the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    ratio: f64,
    tokenizer: Option<String>,
    strategy: Option<String>,
    focus: Option<String>,
}

/// A piece of what is left, or why no more comes.
type Left = Result<Bytes, Failure>;

/// Answers with what is left of the text, from its first window on.
pub(crate) async fn stream(
    Shared(state): Shared<State>,
    asked: Result<Query<Asked>, QueryRejection>,
    body: Body,
) -> Response {
    if state.leaving() {
        return leaving();
    }
    let asked = match asked {
        Ok(Query(asked)) => Endless {
            ratio: asked.ratio,
            tokenizer: asked.tokenizer,
            strategy: asked.strategy.unwrap_or_else(|| "automatic".into()),
            focus: asked.focus,
        },
        Err(error) => {
            let failure = Failure::new(Code::BadRequest, error.body_text())
                .with_hint("give ratio=R behind the address; see docs/serve.md for the rest");
            return refusal(StatusCode::BAD_REQUEST, &failure);
        }
    };
    let lane = Arc::clone(&state.slow);
    let Ok(Ok(permit)) = timeout(PATIENCE, lane.acquire_owned()).await else {
        return answer(Err(
            Failure::new(Code::Busy, "too many texts at once").with_hint("try again in a moment")
        ));
    };
    let (put, pieces) = mpsc::channel(WAITING);
    let (write, mut left) = mpsc::channel(WAITING);
    let silence = state.limits.silence;
    tokio::spawn(upload(body, put, silence));
    let (engine, handle) = (state.engine.clone(), Handle::current());
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let reader = Pieces { pieces, rest: Bytes::new() };
        let writer = Out { write: &write, handle: &handle, silence };
        if let Err(failure) = engine.compress_endless(&asked, reader, writer) {
            tracing::debug!(%failure, "a text ended early");
            // Nobody listens where the face is gone.
            drop(write.try_send(Err(failure)));
        }
    });
    // The first piece decides: what cannot be done is said while a status can say it.
    let first = match left.recv().await {
        Some(Err(failure)) => return answer(Err(failure)),
        Some(Ok(first)) => Some(first),
        None => None,
    };
    let mut response = Body::new(Windows { first, left }).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Hands pieces on as they come, until the text ends, nobody wants more, or nothing comes for too long.
async fn upload(mut body: Body, put: Sender<io::Result<Bytes>>, silence: Duration) {
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let piece = tokio::select! {
            () = put.closed() => return,
            frame = timeout(silence, frame) => match frame {
                Ok(None) => return,
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) => Ok(bytes),
                    // Heads behind the text say nothing to us.
                    Err(_) => continue,
                },
                Ok(Some(Err(error))) => Err(io::Error::other(error)),
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            },
        };
        let over = piece.is_err();
        if put.send(piece).await.is_err() || over {
            return;
        }
    }
}

/// The text, for a thread that waits for it.
struct Pieces {
    pieces: Receiver<io::Result<Bytes>>,
    rest: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.rest = piece?,
                None => return Ok(0),
            }
        }
        let taken = self.rest.split_to(self.rest.len().min(into.len()));
        into[..taken.len()].copy_from_slice(&taken);
        Ok(taken.len())
    }
}

/// What is left, from a thread that waits until it is taken, and not for ever.
struct Out<'a> {
    write: &'a Sender<Left>,
    handle: &'a Handle,
    silence: Duration,
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = self.write.send(Ok(Bytes::copy_from_slice(bytes)));
        match self.handle.block_on(timeout(self.silence, piece)) {
            Ok(Ok(())) => Ok(bytes.len()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is left, on its way. An end before the end breaks the answer off, so that nobody takes it for the
/// whole.
struct Windows {
    first: Option<Bytes>,
    left: Receiver<Left>,
}

impl hyper::body::Body for Windows {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        self.left.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
