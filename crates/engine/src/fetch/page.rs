//! Something small from the hub, read into memory.

use std::time::Duration;

use super::Watch;
use super::error::FetchError;
use super::hub::Hub;
use super::net::{self, Heard};

/// Why there is no page yet.
struct Setback {
    why: String,
    /// Whether another attempt may help.
    passing: bool,
    wait: Option<Duration>,
}

/// Reads what is at `url`; the hub's number where it has nothing there for us. `unreachable` makes the error where
/// nobody was reached.
pub(super) fn read(
    url: &str,
    limit: usize,
    hub: &Hub,
    watch: &Watch<'_>,
    unreachable: &dyn Fn(&str) -> FetchError,
) -> Result<Result<Vec<u8>, u16>, FetchError> {
    let mut attempts = 1;
    loop {
        watch.check()?;
        match attempt(url, limit, hub, watch)? {
            Ok(read) => return Ok(read),
            Err(setback) if !setback.passing || attempts >= hub.pace.attempts => {
                return Err(unreachable(&setback.why));
            }
            Err(setback) => {
                watch.back_off(hub, attempts, setback.wait)?;
                attempts += 1;
            }
        }
    }
}

type Read = Result<Vec<u8>, u16>;

/// Asks once. The outer error ends it, the inner one this attempt.
fn attempt(
    url: &str,
    limit: usize,
    hub: &Hub,
    watch: &Watch<'_>,
) -> Result<Result<Read, Setback>, FetchError> {
    let setback =
        |why: &str, passing| Ok(Err(Setback { why: why.to_owned(), passing, wait: None }));
    let heard = net::ask(hub, url, 0, None)?;
    let mut bytes = Vec::new();
    let mut length = None;
    loop {
        match watch.hear(&heard, hub)? {
            Heard::Answer(answer) => match answer.status {
                200 => length = answer.length,
                407 => return setback("the proxy wants a name and a password", false),
                status @ (408 | 425 | 429 | 500..=599) => {
                    let why = format!("the hub answered {status}");
                    return Ok(Err(Setback { why, passing: true, wait: answer.retry_after }));
                }
                status => return Ok(Ok(Err(status))),
            },
            Heard::Bytes(piece) if bytes.len() + piece.len() > limit => {
                return setback("the hub says more than it should", false);
            }
            Heard::Bytes(piece) => bytes.extend(piece),
            Heard::End if length.is_none_or(|length| bytes.len() as u64 >= length) => {
                return Ok(Ok(Ok(bytes)));
            }
            Heard::End => return setback("the connection ended before the answer did", true),
            Heard::Failed { why, passing } => return Ok(Err(Setback { why, passing, wait: None })),
            Heard::BadAddress(detail) => {
                return Err(FetchError::BadAddress { detail, base: hub.base().to_owned() });
            }
        }
    }
}
