//! Documents that are sent as they are.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use protocol::{Code, Command, Failure, Reply};
use server::Limits;

use crate::host::{Answer, Host, PATIENCE};

fn text(lines: u32) -> String {
    let line =
        |n: u32| format!("Pump {n} ran at {} bar and did not leak before noon.\n", n * 7 + 2);
    (1..lines).map(line).collect()
}

fn sent(host: &Host, query: &str, body: &[u8]) -> Answer {
    host.request(&format!("POST /api/compress?{query}"), &[host.bearer()], body)
}

/// What comes in chunks, put together; how many they were.
fn joined(answer: &Answer) -> (Vec<u8>, usize) {
    assert!(answer.head.contains("transfer-encoding: chunked"), "{}", answer.head);
    let (mut whole, mut chunks, mut rest) = (Vec::new(), 0, &answer.body[..]);
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let length = std::str::from_utf8(&rest[..line]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return (whole, chunks);
        }
        whole.extend_from_slice(&rest[line + 2..][..length]);
        rest = &rest[line + 2 + length + 2..];
        chunks += 1;
    }
}

#[test]
fn a_document_goes_up_as_it_is_and_what_is_left_comes_back_in_pieces() {
    let host = Host::new();
    let document = text(6000);
    let answer = sent(&host, "ratio=2&name=notes.txt&tokenizer=o200k", document.as_bytes());
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.head.contains("content-type: text/plain; charset=utf-8"), "{}", answer.head);
    let (left, chunks) = joined(&answer);
    assert!(left.len() > 64 << 10 && left.len() < document.len(), "{}", left.len());
    assert!(chunks > 1);
    let figure = |name: &str| {
        let line = answer.head.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse::<u64>().unwrap()
    };
    let (before, after) = (figure("benchvise-tokens-in:"), figure("benchvise-tokens-out:"));
    assert!(after > 0 && after * 2 <= before, "{before} {after}");
    // The setting counts, and to a number of tokens.
    let answer = sent(&host, "tokens=50", text(100).as_bytes());
    assert_eq!(answer.status, 200);
    assert!(!joined(&answer).0.is_empty());
}

#[test]
fn what_cannot_be_done_with_a_document_is_said_before_anything_comes_back() {
    let host = Host::with(Limits { body_bytes: 100_000, ..Limits::default() });
    let document = text(20);
    for (query, body, status) in [
        ("", document.as_bytes(), 400),
        ("ratio=2&tokens=7", document.as_bytes(), 400),
        ("ratio=much", document.as_bytes(), 400),
        ("ratio=2&fly=1", document.as_bytes(), 400),
        ("ratio=0.5", document.as_bytes(), 400),
        ("ratio=NaN", document.as_bytes(), 400),
        ("ratio=2&strategy=nonsense", document.as_bytes(), 400),
        ("ratio=2&tokenizer=nonsense", document.as_bytes(), 422),
        ("ratio=2&name=x.bin", &[0; 400], 422),
        ("ratio=2", &[b'x'; 100_001], 413),
    ] {
        let answer = sent(&host, query, body);
        assert_eq!(answer.status, status, "{query}: {}", String::from_utf8_lossy(&answer.body));
        assert!(!answer.json::<Failure>().message.is_empty());
    }
    let stranger = host.request("POST /api/compress?ratio=2", &[], document.as_bytes());
    assert_eq!((stranger.status, stranger.json::<Failure>().code), (401, Code::BadRequest));
}

#[test]
fn who_goes_away_leaves_no_work_behind() {
    let host = Host::new();
    let document = text(200_000);
    let mut stream = host.stream();
    let head = format!(
        "POST /api/compress?ratio=2 HTTP/1.1\r\nHost: {}\r\n{}\r\nContent-Length: {}\r\n\r\n",
        host.address,
        host.bearer(),
        document.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(document.as_bytes()).unwrap();
    let jobs = || match host.command(&Command::Snapshot).json() {
        Reply::Snapshot(snapshot) => snapshot.jobs.len(),
        other => panic!("{other:?}"),
    };
    let until = |wanted: usize| {
        let began = Instant::now();
        while jobs() != wanted {
            assert!(began.elapsed() < PATIENCE, "not {wanted}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    until(1);
    // Nothing came back yet.
    stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    assert!(stream.read(&mut [0; 1]).is_err());
    drop(stream);
    until(0);
}

/// A text that is sent in chunks, on a line that is read meanwhile.
fn chunk(stream: &mut TcpStream, text: &str) {
    write!(stream, "{:x}\r\n{text}\r\n", text.len()).unwrap();
}

fn begin(host: &Host, query: &str) -> TcpStream {
    let mut stream = host.stream();
    let head = format!(
        "POST /api/stream?{query} HTTP/1.1\r\nHost: {}\r\n{}\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n",
        host.address,
        host.bearer()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn text_without_end_is_answered_while_it_comes() {
    let host = Host::new();
    let mut stream = begin(&host, "ratio=3&tokenizer=o200k");
    let piece = text(4000);
    let mut heard = Vec::new();
    let mut rounds = 0;
    // What is left of the first windows comes before the text has ended.
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let began = Instant::now();
    while !String::from_utf8_lossy(&heard).contains("Pump") {
        assert!(began.elapsed() < PATIENCE && rounds < 50, "{rounds}");
        chunk(&mut stream, &piece);
        rounds += 1;
        let mut some = [0; 1 << 16];
        if let Ok(read) = stream.read(&mut some) {
            heard.extend_from_slice(&some[..read]);
        }
    }
    chunk(&mut stream, "The last word is heron.\n");
    stream.write_all(b"0\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.read_to_end(&mut heard).unwrap();
    let answer = Answer::of(&heard);
    assert_eq!(answer.status, 200, "{}", answer.head);
    assert!(answer.head.contains("content-type: text/plain; charset=utf-8"), "{}", answer.head);
    let (left, chunks) = joined(&answer);
    let sent = rounds * piece.len();
    assert!(left.len() < sent / 2 && chunks > 1, "{} of {sent} in {chunks}", left.len());
}

#[test]
fn a_text_that_breaks_off_breaks_the_answer_off_and_a_bad_one_has_a_status() {
    let limits = Limits { silence: Duration::from_millis(300), ..Limits::default() };
    let host = Host::with(limits);
    for (query, body, status) in [
        ("", text(9), 400),
        ("ratio=0.2", text(9), 422),
        ("ratio=2&strategy=nonsense", text(9), 400),
        ("ratio=2&tokenizer=nonsense", text(9), 422),
        ("ratio=2", "\0\0\0\0".repeat(100), 422),
        ("ratio=2", String::new(), 200),
    ] {
        let first = format!("POST /api/stream?{query}");
        let answer = host.request(&first, &[host.bearer()], body.as_bytes());
        assert_eq!(answer.status, status, "{query}: {}", String::from_utf8_lossy(&answer.body));
    }
    assert_eq!(host.request("POST /api/stream?ratio=2", &[], text(9).as_bytes()).status, 401);
    let mut stream = begin(&host, "ratio=2");
    chunk(&mut stream, &text(4000));
    // Nothing more comes.
    let mut heard = Vec::new();
    drop(stream.read_to_end(&mut heard));
    let said = String::from_utf8_lossy(&heard);
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    assert!(!said.ends_with("0\r\n\r\n"), "it must not look whole");
}
