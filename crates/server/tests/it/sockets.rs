//! Faces at sockets.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use protocol::socket::{Ask, Message, Said};
use protocol::{
    BudgetSpec, Code, Command, CompressSpec, DocumentSource, Event, JobOutcome, Reply, SourceText,
};
use server::Limits;
use tungstenite::Message as Frame;

use crate::host::{Face, Host, PATIENCE};

pub(crate) fn reply(face: &mut Face, command: Command) -> Result<Reply, protocol::Failure> {
    let asked = face.ask(command);
    face.until(|said| match said {
        Said::Reply { request, result } if request == asked => Some(*result),
        _ => None,
    })
}

pub(crate) fn compress(text: &str) -> Command {
    Command::Compress {
        spec: CompressSpec {
            documents: vec![DocumentSource::Bytes {
                name: "notes.txt".into(),
                bytes: text.as_bytes().to_vec(),
            }],
            budget: BudgetSpec::Ratio(4.0),
            total: false,
            tokenizer: "o200k".into(),
            strategy: "automatic".into(),
            focus: None,
            shaping: Default::default(),
            // Each is work, also where an earlier one was the same.
            cache: protocol::CacheSpec::Left,
            lossless: false,
            neural: Default::default(),
            source: SourceText::Left,
            into: None,
        },
    }
}

fn text() -> String {
    let line = |n: u32| format!("Pump {n} ran at {} bar and did not leak before noon. ", n * 7 + 2);
    (1..60).map(line).collect()
}

#[test]
fn a_document_goes_up_and_what_is_left_comes_down_to_every_face() {
    let host = Host::new();
    let (mut one, mut other) = (host.face(), host.face());
    let asked = one.ask(compress(&text()));
    // A job may be over before the answer that it has begun.
    let (mut job, mut over) = (None, Vec::new());
    while job.is_none_or(|job| !over.contains(&job)) {
        one.until(|said| {
            match said {
                Said::Reply { request, result } if request == asked => match *result {
                    Ok(Reply::JobStarted { job: begun }) => job = Some(begun),
                    other => panic!("not begun: {other:?}"),
                },
                Said::Event(event) => match *event {
                    Event::JobFinished { job, outcome: JobOutcome::Compressed(_) } => {
                        over.push(job)
                    }
                    _ => return None,
                },
                _ => return None,
            }
            Some(())
        });
    }
    let made = other.until(|said| match said {
        Said::Event(event) => match *event {
            Event::JobFinished { job: of, outcome } if Some(of) == job => Some(outcome),
            _ => None,
        },
        _ => None,
    });
    let JobOutcome::Compressed(documents) = made else { panic!("not compressed") };
    let made = documents[0].result.as_ref().unwrap();
    assert!(made.tokens_out * 4 <= made.tokens_in + 4 && made.tokens_out > 0);
}

#[test]
fn what_is_no_command_is_answered_and_the_line_goes_on() {
    let host = Host::new();
    let mut face = host.face();
    for text in ["", "{", "[]", "{\"request\":77,\"command\":\"fly\"}", &"[".repeat(100_000)] {
        face.socket.send(Frame::Text(text.into())).unwrap();
        let (request, failure) = face.until(|said| match said {
            Said::Reply { request, result } => Some((request, result.unwrap_err())),
            _ => None,
        });
        assert_eq!(failure.code, Code::BadRequest);
        assert_eq!(request, if text.contains("77") { 77 } else { 0 });
    }
    face.socket.send(Frame::Binary(vec![1, 2, 3].into())).unwrap();
    assert!(matches!(reply(&mut face, Command::Hello), Ok(Reply::Hello { .. })));
}

#[test]
fn a_page_gives_the_token_as_a_subprotocol() {
    use tungstenite::client::IntoClientRequest;
    let host = Host::new();
    let connect = |token: &str| {
        let url = format!("ws://{}/api/socket", host.address);
        let mut request = url.into_client_request().unwrap();
        let protocols = format!("benchvise, token.{token}");
        request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
        let origin = format!("http://{}", host.address);
        request.headers_mut().insert("origin", origin.parse().unwrap());
        tungstenite::client(request, host.stream()).ok()
    };
    let (_, response) = connect(host.token.reveal()).unwrap();
    // The secret is not said back.
    assert_eq!(response.headers()["sec-websocket-protocol"], "benchvise");
    assert!(connect(&"0".repeat(64)).is_none());
}

#[test]
fn a_face_that_does_not_read_costs_the_others_nothing_and_is_told_what_it_missed() {
    let host = Host::new();
    let (mut deaf, mut well) = (host.face(), host.face());
    // More than sockets and queues hold: a document that fits comes back whole in the event.
    let text = "the pump ran ".repeat(1500);
    for _ in 0..4000 {
        let Command::Compress { mut spec } = compress(&text) else { panic!() };
        spec.budget = BudgetSpec::Ratio(1.0);
        let reply = host.engine.send(Command::Compress { spec }).unwrap();
        let Reply::JobStarted { job: last } = reply else { panic!("not begun: {reply:?}") };
        // The one that reads is never behind: it keeps up.
        well.until(|said| match said {
            Said::Event(event) => match *event {
                Event::JobFinished { job, .. } => (job == last).then_some(()),
                _ => None,
            },
            Said::Behind(_) => panic!("it read all the time"),
            _ => None,
        });
    }
    let missed = deaf.until(|said| match said {
        Said::Behind(missed) => Some(missed),
        _ => None,
    });
    assert!(missed.events > 0 && !missed.ended.is_empty(), "{missed:?}");
    // What of it were ends of jobs, of which each began and went on too.
    assert!(missed.ended.len() as u64 + missed.more_ended < missed.events, "{missed:?}");
    assert!(matches!(reply(&mut deaf, Command::Hello), Ok(Reply::Hello { .. })));
}

/// A line that is slow from its face to the host.
struct Slow {
    stream: TcpStream,
    pause: Duration,
}

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.read(into)
    }
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        std::thread::sleep(self.pause);
        self.stream.write(&bytes[..bytes.len().min(4096)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[test]
fn a_large_message_over_a_slow_line_arrives_and_who_says_nothing_is_let_go() {
    let silence = Duration::from_millis(1500);
    let host = Host::with(Limits { silence, ..Limits::default() });
    let mute = host.stream();
    let mut mute = host.socket(mute);
    let mut slow = host.socket(Slow { stream: host.stream(), pause: Duration::ZERO });
    // Some 100 pieces of 4 KiB, which together take far longer than the silence.
    slow.get_mut().pause = silence * 3 / 100;
    let text = "The pump ran at 17 bar and did not leak before noon. ".repeat(6000);
    let command = compress(&text);
    let ask = Ask { request: 9, command }.to_text().unwrap();
    assert!(ask.len() > 100 * 4096, "{}", ask.len());
    let began = Instant::now();
    slow.send(Frame::Text(ask.into())).unwrap();
    assert!(began.elapsed() > silence * 2, "{:?}", began.elapsed());
    slow.get_mut().pause = Duration::ZERO;
    loop {
        let Frame::Text(text) = slow.read().unwrap() else { continue };
        match Said::of_message(&Message::Text(text.to_string())).unwrap() {
            Said::Reply { request: 9, result } => {
                assert!(matches!(*result, Ok(Reply::JobStarted { .. })), "{result:?}");
                break;
            }
            _ => assert!(began.elapsed() < PATIENCE),
        }
    }
    // The other one was asked whether it was there, and its pongs were never sent.
    let waited = Instant::now();
    while mute.get_mut().read(&mut [0; 4096]).is_ok_and(|n| n > 0) {
        assert!(waited.elapsed() < PATIENCE, "it was let be");
    }
}
