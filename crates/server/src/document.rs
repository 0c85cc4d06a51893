//! `POST /api/compress`: a document as it is in, what is left of it out, piece by piece.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Query, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Engine, Events, Next};
use hyper::body::Frame;
use protocol::{
    BudgetSpec, Code, Command, CompressSpec, CompressedDocument, DocumentSource, Event, Failure,
    JobId, JobOutcome, Pace, Reply,
};
use serde::Deserialize;
use tokio::sync::Notify;

use crate::answer::{answer, leaving, refusal};
use crate::command::{on_a_thread, too_long};
use crate::meeting::Meeting;
use crate::state::State;

/// Bytes of a piece.
const PIECE: usize = 64 << 10;
/// What a document without a name is called.
const NAMELESS: &str = "document";
/// Heads of an answer: tokens before and after, and why the budget could not be kept to.
const TOKENS_IN: HeaderName = HeaderName::from_static("benchvise-tokens-in");
const TOKENS_OUT: HeaderName = HeaderName::from_static("benchvise-tokens-out");
const REFUSED: HeaderName = HeaderName::from_static("benchvise-refused");

/// How the document is compressed: what stands behind the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// What the document is called; its ending helps to tell what it is.
    name: Option<String>,
    ratio: Option<f64>,
    tokens: Option<u64>,
    tokenizer: Option<String>,
    strategy: Option<String>,
    focus: Option<String>,
}

/// Answers with what is left of the document.
pub(crate) async fn compress(
    Shared(state): Shared<State>,
    Extension(meeting): Extension<Meeting>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if state.leaving() {
        return leaving();
    }
    let asked = match asked {
        Ok(Query(asked)) => asked,
        Err(error) => {
            let failure = Failure::new(Code::BadRequest, error.body_text())
                .with_hint("see docs/serve.md for what can be asked");
            return refusal(StatusCode::BAD_REQUEST, &failure);
        }
    };
    let bytes = match body {
        Ok(bytes) => bytes,
        Err(error) => return too_long(&state, &error),
    };
    let (engine, face) = (state.engine.clone(), meeting.face(&headers));
    let begun = on_a_thread(&state, Pace::Quick, move || {
        let spec = spec(&engine, asked, bytes)?;
        // Before the job, which may be over before its number is known.
        let events = engine.subscribe_to_ends();
        match engine.send_for(&face, Command::Compress { spec })? {
            Reply::JobStarted { job } => {
                events.only_end_of(job);
                Ok((events, job))
            }
            _ => Err(Failure::new(Code::Internal, "no job was begun")),
        }
    });
    let made = match begun.await {
        Ok((events, job)) => {
            let going = Going { engine: state.engine.clone(), job, over: false };
            made(events, going).await
        }
        Err(failure) => Err(failure),
    };
    match made {
        Ok(made) => left(made),
        Err(failure) => answer(Err(failure)),
    }
}

fn spec(engine: &Engine, asked: Asked, bytes: Bytes) -> Result<CompressSpec, Failure> {
    let budget = match (asked.ratio, asked.tokens) {
        (Some(ratio), None) if ratio.is_finite() && ratio >= 1.0 => BudgetSpec::Ratio(ratio),
        (Some(ratio), None) => {
            return Err(Failure::new(Code::BadRequest, format!("a ratio of {ratio} is none"))
                .with_hint("give one of at least 1: tokens before over tokens after"));
        }
        (None, Some(tokens)) => BudgetSpec::Tokens(tokens),
        _ => {
            return Err(Failure::new(Code::BadRequest, "how much may remain is not said")
                .with_hint("give ratio=R or tokens=N behind the address, one of the two"));
        }
    };
    let tokenizer = match asked.tokenizer {
        Some(tokenizer) => tokenizer,
        None => match engine.send(Command::ListSettings)? {
            Reply::Settings(settings) => settings
                .into_iter()
                .find(|setting| setting.key == "tokenizer")
                .map(|setting| setting.value)
                .unwrap_or_default(),
            _ => String::new(),
        },
    };
    Ok(CompressSpec {
        documents: vec![DocumentSource::Bytes {
            name: asked.name.unwrap_or_else(|| NAMELESS.into()),
            bytes: bytes.into(),
        }],
        budget,
        total: false,
        tokenizer,
        strategy: asked.strategy.unwrap_or_else(|| "automatic".into()),
        focus: asked.focus,
        shaping: Default::default(),
        source: Default::default(),
        into: None,
        cache: Default::default(),
        lossless: false,
        neural: Default::default(),
    })
}

/// A job that ends with whoever waits for it.
struct Going {
    engine: Engine,
    job: JobId,
    over: bool,
}

impl Drop for Going {
    fn drop(&mut self) {
        if !self.over {
            // It may have ended by itself a moment ago.
            drop(self.engine.send(Command::Cancel { job: self.job }));
        }
    }
}

/// Waits for the job's end.
async fn made(events: Events, mut going: Going) -> Result<CompressedDocument, Failure> {
    let news = Arc::new(Notify::new());
    let wake = Arc::clone(&news);
    events.wake_by(move || wake.notify_one());
    let outcome = loop {
        match events.next(Duration::ZERO) {
            Next::Event(Event::JobFinished { job, outcome }) if job == going.job => break outcome,
            Next::Event(_) => {}
            Next::Quiet => news.notified().await,
            Next::Behind(_) => {
                return Err(Failure::new(Code::Busy, "too much happened at once to follow it")
                    .with_hint("send it again"));
            }
        }
    };
    going.over = true;
    match outcome {
        JobOutcome::Compressed(documents) => match documents.into_iter().next() {
            Some(document) => document.result,
            None => Err(Failure::new(Code::Internal, "nothing came of the document")),
        },
        JobOutcome::Failed(failure) => Err(failure),
        _ => Err(Failure::new(Code::Internal, "another work's end was told of this one")),
    }
}

/// The text, in pieces, with its figures in the head.
fn left(made: CompressedDocument) -> Response {
    let mut response = Body::new(Pieces(made.text.into())).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(TOKENS_IN, made.tokens_in.into());
    headers.insert(TOKENS_OUT, made.tokens_out.into());
    if let Some(refused) = made.refused.and_then(|why| HeaderValue::from_str(&why).ok()) {
        headers.insert(REFUSED, refused);
    }
    response
}

/// A text that goes out as fast as it is taken.
struct Pieces(Bytes);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.0.len().min(PIECE);
        let piece = self.0.split_to(piece);
        Poll::Ready((!piece.is_empty()).then_some(Ok(Frame::data(piece))))
    }
}
