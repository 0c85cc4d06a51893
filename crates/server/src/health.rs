//! Is it there, does it take work, what does it do.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::state::State;

/// It answers. Looks at nothing, so that it answers whatever else goes on.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// It takes work.
pub(crate) async fn readyz(Shared(state): Shared<State>) -> Response {
    match state.leaving() {
        false => "ready\n".into_response(),
        true => (StatusCode::SERVICE_UNAVAILABLE, "leaving\n").into_response(),
    }
}

/// Counters in the text format of OpenMetrics.
pub(crate) async fn metrics(Shared(state): Shared<State>) -> Response {
    match state.metrics.text(&state.engine) {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
