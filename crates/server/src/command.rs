//! `POST /api/command`.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use protocol::{Code, Command, Failure, Pace};

use crate::answer::{answer, leaving, refusal};
use crate::meeting::Meeting;
use crate::state::{Inner, State};

/// How long a command waits for a thread before it is sent away.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Answers one command.
pub(crate) async fn command(
    Shared(state): Shared<State>,
    Extension(meeting): Extension<Meeting>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return too_long(&state, &error),
    };
    if state.leaving() {
        return leaving();
    }
    let command = match serde_json::from_slice::<Command>(&body) {
        Ok(command) => command,
        Err(error) => {
            let failure = Failure::new(Code::BadRequest, format!("this is no command: {error}"))
                .with_hint("see docs/serve.md for how to ask");
            return refusal(StatusCode::BAD_REQUEST, &failure);
        }
    };
    drop(body);
    let (engine, face) = (state.engine.clone(), meeting.face(&headers));
    answer(on_a_thread(&state, command.pace(), move || engine.send_for(&face, command)).await)
}

/// What did not come in whole, for the most part because it is too much.
pub(crate) fn too_long(state: &Inner, error: &BytesRejection) -> Response {
    let failure = Failure::new(Code::BadRequest, error.body_text())
        .with_hint(format!("at most {} MB at once are taken", state.limits.body_bytes >> 20));
    refusal(error.status(), &failure)
}

/// Does what may wait on a thread that may, no more of it at once than the limits say.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    state: &Inner,
    pace: Pace,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let lane = match pace {
        Pace::Quick => Arc::clone(&state.quick),
        Pace::Slow => Arc::clone(&state.slow),
    };
    let Ok(Ok(permit)) = tokio::time::timeout(PATIENCE, lane.acquire_owned()).await else {
        return Err(Failure::new(Code::Busy, "too many commands at once")
            .with_hint("try again in a moment"));
    };
    // With the thread, which goes on also where nobody waits for its answer any more.
    let held = move || {
        let _permit = permit;
        work()
    };
    match tokio::task::spawn_blocking(held).await {
        Ok(result) => result,
        Err(error) => Err(Failure::new(Code::Internal, "a part of the program failed")
            .with_hint("please report this, with the log of the host")
            .with_detail(error.to_string())),
    }
}
