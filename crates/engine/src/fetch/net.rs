//! One request, on a thread of its own, so that a cancel never waits for the network.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};

use super::error::FetchError;
use super::hub::Hub;

/// Bytes of one piece.
const PIECE_BYTES: usize = 64 << 10;
/// Pieces that may wait for the disk.
const PIECES: usize = 16;
/// Redirects that are followed.
const REDIRECTS: u32 = 10;

/// What is heard of a request, in this order: an answer, bytes, the end. A failure ends it anywhere.
pub(super) enum Heard {
    Answer(Answer),
    Bytes(Vec<u8>),
    End,
    /// It broke; `passing` where the same request may work a moment later.
    Failed {
        why: String,
        passing: bool,
    },
    /// The address can never work.
    BadAddress(String),
}

/// The head of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// A strong one.
    pub(super) etag: Option<String>,
    /// Bytes of this answer.
    pub(super) length: Option<u64>,
    pub(super) range: Option<ContentRange>,
    pub(super) retry_after: Option<Duration>,
}

/// Which bytes an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    pub(super) start: u64,
    /// Bytes of the whole file.
    pub(super) total: Option<u64>,
}

/// Asks for `url` from byte `from` on. Dropping the receiver ends the thread with its next piece,
/// or when the network has been silent for too long.
pub(super) fn ask(
    hub: &Hub,
    url: &str,
    from: u64,
    etag: Option<String>,
) -> Result<Receiver<Heard>, FetchError> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .proxy(hub.proxy.clone())
        // What this computer trusts, a company's own proxy included.
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .max_redirects(REDIRECTS)
        .user_agent(concat!("benchvise/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .timeout_resolve(Some(hub.pace.connect))
        .timeout_connect(Some(hub.pace.connect))
        .timeout_recv_response(Some(hub.pace.stall))
        .timeout_per_read(Some(hub.pace.stall))
        .timeout_per_write(Some(hub.pace.stall))
        .build();
    let mut request = Agent::new_with_config(config).get(url);
    if from > 0 {
        request = request.header("Range", format!("bytes={from}-"));
        if let Some(etag) = etag {
            request = request.header("If-Range", etag);
        }
    }
    let (tell, heard) = sync_channel(PIECES);
    let work = move || match request.call() {
        Ok(response) => listen(response, &tell),
        // Nobody listens any more: then nobody misses it.
        Err(error) => drop(tell.send(failed(error))),
    };
    thread::Builder::new().name("fetch-net".into()).spawn(work).map_err(FetchError::NoThread)?;
    Ok(heard)
}

fn listen(response: Response<ureq::Body>, tell: &SyncSender<Heard>) {
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    if tell.send(Heard::Answer(answer(status, &head.headers))).is_err()
        || !matches!(status, 200 | 206)
    {
        return;
    }
    let mut body = body.into_reader();
    loop {
        let mut piece = vec![0; PIECE_BYTES];
        let heard = match body.read(&mut piece) {
            Ok(0) => Heard::End,
            Ok(n) => {
                piece.truncate(n);
                Heard::Bytes(piece)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => failed(error.into()),
        };
        let more = matches!(heard, Heard::Bytes(_));
        if tell.send(heard).is_err() || !more {
            return;
        }
    }
}

fn answer(status: u16, headers: &HeaderMap) -> Answer {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Answer {
        status,
        etag: text("etag").filter(|etag| is_strong(etag)).map(str::to_owned),
        length: text("content-length").and_then(|length| length.trim().parse().ok()),
        range: text("content-range").and_then(content_range),
        retry_after: text("retry-after")
            .and_then(|secs| secs.trim().parse().ok())
            .map(Duration::from_secs),
    }
}

/// Whether the tag stands for the very same bytes; only such a one may join two answers (RFC 9110,
/// section 13.1.5).
pub(super) fn is_strong(etag: &str) -> bool {
    (2..=200).contains(&etag.len())
        && etag.starts_with('"')
        && etag.ends_with('"')
        && etag.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `bytes 0-99/1234` or `bytes 0-99/*` (RFC 9110, section 14.4).
fn content_range(text: &str) -> Option<ContentRange> {
    let (unit, rest) = text.trim().split_once(' ')?;
    let (range, total) = rest.trim().split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let (start, end): (u64, u64) = (start.parse().ok()?, end.parse().ok()?);
    let total = match total {
        "*" => None,
        total => Some(total.parse::<u64>().ok()?),
    };
    let sound = start <= end && total.is_none_or(|total| end < total);
    (unit.eq_ignore_ascii_case("bytes") && sound).then_some(ContentRange { start, total })
}

fn failed(error: ureq::Error) -> Heard {
    use ureq::{Error, Timeout};
    let passing = match &error {
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => false,
        Error::Timeout(_) | Error::Protocol(_) => true,
        Error::Io(error) => matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof
                | io::ErrorKind::TimedOut
                | io::ErrorKind::WouldBlock
        ),
        Error::BadUri(detail) => return Heard::BadAddress(detail.clone()),
        Error::Http(detail) => return Heard::BadAddress(detail.to_string()),
        _ => false,
    };
    let why = match error {
        Error::HostNotFound => "the hub's name was not found".to_owned(),
        Error::Timeout(_) => "nothing came for too long".to_owned(),
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    };
    Heard::Failed { why, passing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<(u64, Option<u64>)>) {
        let expect = expect.map(|(start, total)| ContentRange { start, total });
        assert_eq!(content_range(text), expect, "{text}");
    }

    #[test]
    fn a_content_range_says_where_it_starts() {
        check("bytes 5-9/10", Some((5, Some(10))));
        check("Bytes 0-0/*", Some((0, None)));
        check("bytes */10", None);
        check("bytes 9-5/10", None);
        check("bytes 5-10/10", None);
        check("lines 5-9/10", None);
        check("bytes 5-99999999999999999999/*", None);
        check("", None);
    }

    #[test]
    fn only_a_strong_tag_is_kept() {
        assert!(is_strong("\"abc\""));
        assert!(!is_strong("W/\"abc\""));
        assert!(!is_strong("abc"));
        assert!(!is_strong("\""));
        assert!(!is_strong("\"a\r\nb\""));
        assert!(!is_strong(&format!("\"{}\"", "a".repeat(300))));
    }

    #[test]
    fn any_header_is_read_or_ignored() {
        bolero::check!()
            .with_test_time(std::time::Duration::from_millis(500))
            .with_type::<String>()
            .for_each(|text: &String| {
                if let Some(range) = content_range(text) {
                    assert!(range.total.is_none_or(|total| range.start < total));
                }
                if is_strong(text) {
                    assert!(ureq::http::HeaderValue::from_str(text).is_ok());
                }
            });
    }
}
