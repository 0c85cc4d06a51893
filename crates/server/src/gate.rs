//! Who gets in: the right name of the host, no other page's request, the token, not too fast.

use std::time::Duration;

use axum::extract::{Request, State as Shared};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use governor::DefaultDirectRateLimiter;
use governor::clock::{Clock, DefaultClock};
use protocol::{Code, Failure};

use crate::answer::{refusal, too_much};
use crate::meeting::Meeting;
use crate::state::State;

/// The subprotocol of the socket, and what a token's begins with.
pub(crate) const SUBPROTOCOL: &str = "benchvise";
const TOKEN_SUBPROTOCOL: &str = "token.";

/// For every request: the host's name and the origin, and an end to what takes too long.
pub(crate) async fn outer(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    state.metrics.requests.inc();
    let here = request.extensions().get::<Meeting>().map(|meeting| meeting.local.to_string());
    let names = state.names.iter().map(String::as_str).chain(here.as_deref());
    if let Err(refused) = of_this_host(names, request.headers()) {
        state.metrics.refused.inc();
        return *refused;
    }
    let response = match tokio::time::timeout(state.limits.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let failure = Failure::new(Code::Busy, "the request took too long and was given up")
                .with_hint("send it again, or less at once");
            refusal(StatusCode::REQUEST_TIMEOUT, &failure)
        }
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        state.metrics.refused.inc();
    }
    response
}

/// For what only its user may do: the token.
pub(crate) async fn inner(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let known = given(request.headers()).is_some_and(|token| state.token.is(token));
    if !known {
        if let Some(wait) = wait(&state.strangers) {
            return too_much(wait, "requests without the right token");
        }
        let failure = Failure::new(Code::BadRequest, "the token is missing or wrong")
            .with_hint("open the address that `benchvise serve` shows, or give its token file");
        let mut response = refusal(StatusCode::UNAUTHORIZED, &failure);
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    }
    if let Some(wait) = wait(&state.requests) {
        return too_much(wait, "requests");
    }
    next.run(request).await
}

/// For what anybody may ask who reaches the host, but for its health: not too fast, so that nobody keeps it busy
/// without the token.
pub(crate) async fn visitors(
    Shared(state): Shared<State>,
    request: Request,
    next: Next,
) -> Response {
    match wait(&state.visitors) {
        Some(wait) => too_much(wait, "requests without a token"),
        None => next.run(request).await,
    }
}

/// How long to wait, where it is too fast.
fn wait(limiter: &DefaultDirectRateLimiter) -> Option<Duration> {
    limiter.check().err().map(|too_soon| too_soon.wait_time_from(DefaultClock::default().now()))
}

/// The token that a request gives.
fn given(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(bearer) = bearer {
        let (scheme, token) = bearer.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim());
    }
    // A page cannot set headers where it opens a socket.
    let protocols = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    protocols
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|protocol| protocol.trim().strip_prefix(TOKEN_SUBPROTOCOL))
}

/// A page of another site that names this host by a name of its own (DNS rebinding), or sends a
/// request from where it is, is told apart by these two headers. Addresses are no names that somebody else
/// could give: this host's own on the connection is always right.
fn of_this_host<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    headers: &HeaderMap,
) -> Result<(), Box<Response>> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|value| value.to_str().ok());
    let ours = |name: &str| names.clone().any(|known| known.eq_ignore_ascii_case(name));
    if hosts.next().is_some() || !host.is_some_and(ours) {
        let failure = Failure::new(Code::BadRequest, "this host does not go by that name")
            .with_hint("start it with `--name NAME:PORT`, for each name it is to go by besides its addresses");
        return Err(Box::new(refusal(StatusCode::MISDIRECTED_REQUEST, &failure)));
    }
    for origin in headers.get_all(ORIGIN) {
        let same = origin.to_str().ok().and_then(|origin| {
            origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
        });
        if !same.is_some_and(ours) {
            let failure = Failure::new(Code::BadRequest, "another page asks for this")
                .with_hint("open the window at this host's own address");
            return Err(Box::new(refusal(StatusCode::FORBIDDEN, &failure)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(axum::http::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_token_comes_as_bearer_or_as_a_subprotocol() {
        assert_eq!(given(&headers(&[(AUTHORIZATION, "Bearer abc")])), Some("abc"));
        assert_eq!(given(&headers(&[(AUTHORIZATION, "bearer  abc")])), Some("abc"));
        assert_eq!(given(&headers(&[(AUTHORIZATION, "Basic abc")])), None);
        let both = headers(&[(SEC_WEBSOCKET_PROTOCOL, "benchvise, token.abc")]);
        assert_eq!(given(&both), Some("abc"));
        assert_eq!(given(&headers(&[(SEC_WEBSOCKET_PROTOCOL, "benchvise")])), None);
        assert_eq!(given(&HeaderMap::new()), None);
    }

    #[test]
    fn other_names_and_other_pages_are_refused() {
        let names = ["127.0.0.1:7777", "localhost:7777"];
        let passes = |pairs: &[_]| of_this_host(names.into_iter(), &headers(pairs)).is_ok();
        assert!(passes(&[(HOST, "127.0.0.1:7777")]));
        assert!(passes(&[(HOST, "LOCALHOST:7777"), (ORIGIN, "http://localhost:7777")]));
        assert!(!passes(&[]));
        assert!(!passes(&[(HOST, "127.0.0.1")]));
        assert!(!passes(&[(HOST, "evil.example:7777")]));
        for origin in ["http://evil.example", "null", "http://localhost:7778", "file://"] {
            assert!(!passes(&[(HOST, "localhost:7777"), (ORIGIN, origin)]), "{origin}");
        }
    }
}
