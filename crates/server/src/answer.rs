//! Replies and failures as answers of HTTP.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use protocol::{Code, Failure, Reply};

/// A reply as JSON with 200, a failure as JSON with its status.
pub(crate) fn answer(result: Result<Reply, Failure>) -> Response {
    match result {
        Ok(reply) => fresh(Json(reply).into_response()),
        Err(failure) => refusal(status(failure.code), &failure),
    }
}

/// The status that stands for a code.
fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::BadInput => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Board | Code::Cancelled => StatusCode::CONFLICT,
        Code::Busy => StatusCode::TOO_MANY_REQUESTS,
        Code::Store | Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A failure of the transport's: a status of its own, and the same body as every failure.
pub(crate) fn refusal(status: StatusCode, failure: &Failure) -> Response {
    let mut response = fresh((status, Json(failure)).into_response());
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Too much at once: come back after so long.
pub(crate) fn too_much(wait: Duration, what: &str) -> Response {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let failure = Failure::new(Code::Busy, format!("{what} come too fast"))
        .with_hint(format!("try again in {} s", seconds.max(1)));
    let mut response = refusal(StatusCode::TOO_MANY_REQUESTS, &failure);
    if let Ok(value) = HeaderValue::from_str(&seconds.max(1).to_string()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// The server ends: nothing is begun any more.
pub(crate) fn leaving() -> Response {
    refusal(StatusCode::SERVICE_UNAVAILABLE, &ends())
}

/// The same in words.
pub(crate) fn ends() -> Failure {
    Failure::new(Code::Busy, "the host is about to end and takes no work")
        .with_hint("wait until it was started again")
}

/// Nobody on the way may keep it.
fn fresh(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
