//! Arbitrary bytes where a socket's words are expected, and at a host that lives: nothing panics, and the host
//! answers afterwards as before.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bolero::TypeGenerator;
use protocol::socket::{Ask, FRAME, Message, Said};
use protocol::{
    Command, Event, JobId, Missed, Reply, RunFilter, RunId, ViewId, ViewSpec, ViewWindow,
};
use server::Limits;

use crate::host::Host;
use crate::sockets::compress;
use crate::vocabulary::frame;

const TIME: Duration = Duration::from_millis(1500);

/// Bytes: any at all, or something real of which some were changed.
#[derive(Clone, Debug, TypeGenerator)]
enum Bytes {
    Any(Vec<u8>),
    Changed { of: u8, changes: Vec<(u16, u8)>, cut: Option<u16>, more: Vec<u8> },
}

impl Bytes {
    fn of(&self, real: &[Vec<u8>]) -> Vec<u8> {
        match self {
            Bytes::Any(bytes) => bytes.clone(),
            Bytes::Changed { of, changes, cut, more } => {
                let mut bytes = real[usize::from(*of) % real.len()].clone();
                for (at, byte) in changes {
                    let at = usize::from(*at) % bytes.len();
                    bytes[at] = *byte;
                }
                bytes.truncate(cut.map_or(usize::MAX, usize::from));
                bytes.extend(more);
                bytes
            }
        }
    }
}

fn commands() -> Vec<Command> {
    let window = ViewWindow::Last { span_ms: 500.0 };
    let run = RunId::from("01k9");
    let spec = ViewSpec { run: run.clone(), signals: vec!["power".into()], window, width_px: 800 };
    vec![
        Command::Hello,
        Command::Snapshot,
        Command::ListRuns { filter: RunFilter { limit: 20, ..RunFilter::default() } },
        Command::OpenView { view: ViewId(7), spec },
        Command::AckView { view: ViewId(7), seq: 3 },
        Command::MeasureBetween { run, from_ms: 0.0, to_ms: 1e3 },
        Command::Cancel { job: JobId(3) },
        Command::TryPatterns { patterns: Vec::new(), lines: vec!["19 tok/s".into()] },
        Command::ShowRun { selector: "latest".into() },
        compress("The pump did not leak."),
    ]
}

fn asks() -> Vec<Vec<u8>> {
    let text = |(request, command)| Ask { request, command }.to_text().unwrap().into_bytes();
    (1..).zip(commands()).map(text).collect()
}

fn said() -> Vec<Message> {
    let missed = Missed { events: 7, ended: vec![JobId(1)], more_ended: 0 };
    let all = [
        Said::Welcome { revision: 6, version: "1".into(), host: "bench".into() },
        Said::Behind(missed),
        Said::Leaving,
        Said::Reply { request: 3, result: Box::new(Ok(Reply::JobStarted { job: JobId(4) })) },
        Said::Event(Box::new(Event::RunChanged { run: RunId::from("r") })),
        Said::Event(Box::new(Event::ViewFrame(Box::new(frame())))),
    ];
    all.iter().map(|said| said.to_message().unwrap()).collect()
}

#[test]
fn any_text_is_a_command_or_refused_in_words() {
    let real = asks();
    bolero::check!().with_test_time(TIME).with_type::<Bytes>().for_each(|bytes| {
        let text = String::from_utf8_lossy(&bytes.of(&real)).into_owned();
        match Ask::of_text(&text) {
            Ok(ask) => assert!(Ask::of_text(&ask.to_text().unwrap()).is_ok()),
            Err(failure) => assert!(!failure.message.is_empty() && failure.hint.is_some()),
        }
        if let Ok(command) = serde_json::from_str::<Command>(&text) {
            let again = serde_json::to_string(&command).unwrap();
            assert!(serde_json::from_str::<Command>(&again).is_ok(), "{again}");
        }
    });
}

#[test]
fn any_message_is_what_an_engine_says_or_refused_in_words() {
    let bytes = |message| match message {
        Message::Text(text) => text.into_bytes(),
        Message::Binary(bytes) => bytes,
    };
    let real: Vec<Vec<u8>> = said().into_iter().map(bytes).collect();
    bolero::check!().with_test_time(TIME).with_type::<(bool, Bytes)>().for_each(|(text, bytes)| {
        let bytes = bytes.of(&real);
        let message = match text {
            true => Message::Text(String::from_utf8_lossy(&bytes).into_owned()),
            false => Message::Binary(bytes),
        };
        match Said::of_message(&message) {
            Ok(said) => drop(said.to_message().unwrap()),
            Err(failure) => assert!(!failure.message.is_empty() && failure.hint.is_some()),
        }
        if let Message::Binary(mut bytes) = message {
            // Past the first byte, that anything else is refused by.
            bytes.insert(0, FRAME);
            drop(Said::of_message(&Message::Binary(bytes)));
        }
    });
}

/// What somebody sends who reached the host.
#[derive(Clone, Debug, TypeGenerator)]
enum Sent {
    /// Bytes, before anything was agreed on.
    Raw(Bytes),
    /// A request with the token and this body.
    Request(Bytes),
    /// Frames of a socket: their first two bytes, whether those are as they should be, and what is in them.
    Frames(Vec<(u8, u8, bool, Bytes)>),
}

fn requests(address: SocketAddr, bearer: &str) -> Vec<Vec<u8>> {
    let lines = [
        "GET / HTTP/1.1\r\n".to_owned(),
        "GET /metrics HTTP/1.1\r\n".to_owned(),
        format!("GET /api/socket HTTP/1.1\r\n{bearer}\r\n"),
        format!("POST /api/command HTTP/1.1\r\n{bearer}\r\nContent-Length: 7\r\n"),
        format!("POST /api/stream?ratio=2 HTTP/1.1\r\n{bearer}\r\nTransfer-Encoding: chunked\r\n"),
    ];
    lines.map(|lines| format!("{lines}Host: {address}\r\n\r\n\"hello\"").into_bytes()).to_vec()
}

/// A frame as a client sends it, masked by nothing.
fn framed(first: u8, second: u8, sound: bool, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if sound {
        // Text or bytes, whole.
        bytes.push(0x80 | (1 + first % 2));
        match body.len() {
            short @ ..126 => bytes.push(0x80 | short as u8),
            long => {
                bytes.push(0x80 | 126);
                bytes.extend((long.min(usize::from(u16::MAX)) as u16).to_be_bytes());
            }
        }
        bytes.extend([0; 4]);
    } else {
        bytes.extend([first, second]);
    }
    bytes.extend(body);
    bytes
}

#[test]
fn a_host_that_is_sent_anything_answers_afterwards() {
    let host = Host::with(Limits {
        head: Duration::from_millis(500),
        request: Duration::from_secs(2),
        silence: Duration::from_secs(2),
        // It is to hear all of it.
        requests_a_second: 1_000_000.try_into().unwrap(),
        strangers_a_second: 1_000_000.try_into().unwrap(),
        visitors_a_second: 1_000_000.try_into().unwrap(),
        ..Limits::default()
    });
    let (address, bearer) = (host.address, host.bearer());
    let (real, words) = (requests(address, &bearer), asks());
    let socket = format!(
        "GET /api/socket HTTP/1.1\r\nHost: {address}\r\n{bearer}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    bolero::check!().with_test_time(TIME * 2).with_type::<Sent>().for_each(|sent| {
        let bytes = match sent {
            Sent::Raw(bytes) => bytes.of(&real),
            Sent::Request(body) => {
                let body = body.of(&words);
                let head = format!(
                    "POST /api/command HTTP/1.1\r\nHost: {address}\r\n{bearer}\r\nConnection: close\r\n\
                     Content-Length: {}\r\n\r\n",
                    body.len()
                );
                [head.as_bytes(), &body].concat()
            }
            Sent::Frames(frames) => {
                let each = frames.iter().map(|(first, second, sound, body)| {
                    framed(*first, *second, *sound, &body.of(&words))
                });
                std::iter::once(socket.clone().into_bytes()).chain(each).flatten().collect()
            }
        };
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(3))).unwrap();
        // It may refuse early.
        drop(stream.write_all(&bytes));
        drop(stream.read(&mut [0; 512]));
    });
    assert_eq!(host.request("GET /healthz", &[], b"").status, 200);
    assert_eq!(host.command(&Command::Hello).status, 200);
    let mut face = host.face();
    assert!(matches!(crate::sockets::reply(&mut face, Command::Hello), Ok(Reply::Hello { .. })));
}
