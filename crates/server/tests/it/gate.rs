//! Who gets in.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use protocol::{Code, Command, Failure, Reply};
use server::Limits;

use crate::host::Host;

#[test]
fn health_needs_no_token_and_everything_else_does() {
    let host = Host::new();
    assert_eq!(host.request("GET /healthz", &[], b"").status, 200);
    assert_eq!(host.request("GET /readyz", &[], b"").status, 200);
    assert_eq!(host.request("GET /", &[], b"").status, 200);
    for first in ["POST /api/command", "GET /api/socket", "GET /metrics"] {
        let answer = host.request(first, &[], b"");
        assert_eq!(answer.status, 401, "{first}");
        assert!(answer.json::<Failure>().hint.is_some());
        let wrong = format!("Authorization: Bearer {}", "0".repeat(64));
        assert_eq!(host.request(first, &[wrong], b"").status, 401, "{first}");
    }
    let metrics = host.request("GET /metrics", &[host.bearer()], b"");
    let text = String::from_utf8(metrics.body).unwrap();
    assert!(text.contains("benchvise_requests_total"), "{text}");
    assert!(!text.contains(host.token.reveal()));
}

#[test]
fn a_command_is_answered_and_a_failure_has_its_status() {
    let host = Host::new();
    let answer = host.command(&Command::Hello);
    assert_eq!(answer.status, 200);
    assert!(matches!(answer.json::<Reply>(), Reply::Hello { .. }));
    assert!(answer.head.contains("cache-control: no-store"));
    let missing = host.command(&Command::ShowRun { selector: "nothing".into() });
    assert_eq!(missing.status, 404);
    assert_eq!(missing.json::<Failure>().code, Code::NotFound);
    let garbled = host.request("POST /api/command", &[host.bearer()], b"{\"fly\":1}");
    assert_eq!(garbled.status, 400);
    assert_eq!(garbled.json::<Failure>().code, Code::BadRequest);
    assert_eq!(host.request("GET /nothing.js", &[], b"").status, 404);
    assert_eq!(host.request("GET /../../etc/passwd", &[], b"").status, 404);
}

#[test]
fn other_names_of_the_host_and_other_pages_are_refused() {
    let host = Host::new();
    let get = |name: &str, more: &str| {
        let head =
            format!("GET /healthz HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n{more}\r\n");
        host.raw(head.as_bytes()).status
    };
    let port = host.address.port();
    assert_eq!(get(&format!("localhost:{port}"), ""), 200);
    assert_eq!(get("bench.example:7777", ""), 200, "a name it was given");
    assert_eq!(get("evil.example", ""), 421);
    assert_eq!(get(&format!("localhost:{port}"), "Origin: http://evil.example\r\n"), 403);
    assert_eq!(
        get(&format!("localhost:{port}"), &format!("Origin: http://localhost:{port}\r\n")),
        200
    );
    // With the right token too: a page elsewhere that learned it still may not.
    let forged = [host.bearer(), "Origin: http://evil.example".into()];
    assert_eq!(host.request("POST /api/command", &forged, b"\"hello\"").status, 403);
}

#[test]
fn too_much_and_too_fast_are_refused_with_a_time() {
    let limits = Limits {
        body_bytes: 10_000,
        strangers_a_second: 3.try_into().unwrap(),
        requests_a_second: 5.try_into().unwrap(),
        ..Limits::default()
    };
    let host = Host::with(limits);
    let large = vec![b' '; 20_000];
    assert_eq!(host.request("POST /api/command", &[host.bearer()], &large).status, 413);
    let strangers: Vec<_> = (0..20).map(|_| host.request("GET /metrics", &[], b"")).collect();
    let slowed = strangers.iter().find(|answer| answer.status == 429).unwrap();
    assert!(slowed.head.contains("retry-after: "), "{}", slowed.head);
    // Who has the token is not slowed by them.
    assert_eq!(host.command(&Command::Hello).status, 200);
    let own: Vec<_> = (0..30).map(|_| host.command(&Command::Hello).status).collect();
    assert!(own.contains(&429), "{own:?}");
}

#[test]
fn who_needs_no_token_is_not_served_without_end_either() {
    let limits = Limits { visitors_a_second: 5.try_into().unwrap(), ..Limits::default() };
    let host = Host::with(limits);
    for first in ["GET /", "GET /page.js", "GET /api/openapi.json"] {
        let answers: Vec<_> = (0..20).map(|_| host.request(first, &[], b"")).collect();
        let slowed = answers.iter().find(|answer| answer.status == 429).unwrap();
        assert!(slowed.head.contains("retry-after: "), "{}", slowed.head);
    }
    // Who looks whether it is well is slowed by nobody, and so is who has the token.
    for first in ["GET /healthz", "GET /readyz"] {
        let answers: Vec<_> = (0..20).map(|_| host.request(first, &[], b"").status).collect();
        assert_eq!(answers, [200; 20], "{first}");
    }
    assert_eq!(host.command(&Command::Hello).status, 200, "who has the token is none of them");
}

#[test]
fn who_reads_nothing_of_an_answer_keeps_no_place() {
    let limits = Limits {
        connections: 2,
        silence: Duration::from_millis(700),
        visitors_a_second: 5000.try_into().unwrap(),
        ..Limits::default()
    };
    let host = Host::with(limits);
    let head = format!("GET /api/openapi.json HTTP/1.1\r\nHost: {}\r\n\r\n", host.address);
    let answer = host.request("GET /api/openapi.json", &[], b"").body.len();
    // Far more than lies between two sockets.
    let often = (24 << 20) / answer;
    let deaf: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = host.stream();
            // It is written to only as long as it is read from.
            stream.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
            drop(stream.write_all(head.repeat(often).as_bytes()));
            stream
        })
        .collect();
    assert_eq!(host.request("GET /readyz", &[], b"").status, 200, "the place was given on");
    drop(deaf);
}

#[test]
fn a_head_that_never_ends_is_cut() {
    let limits = Limits { head: Duration::from_millis(300), ..Limits::default() };
    let host = Host::with(limits);
    let mut slow = host.stream();
    let began = Instant::now();
    let mut cut = false;
    while began.elapsed() < Duration::from_secs(10) {
        // A byte now and then, as a slowloris sends them.
        if slow.write_all(b"G").is_err() {
            cut = true;
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut rest = Vec::new();
    drop(slow.read_to_end(&mut rest));
    assert!(cut || !rest.is_empty(), "it was still open after {:?}", began.elapsed());
    assert_eq!(host.request("GET /healthz", &[], b"").status, 200);
}

#[test]
fn a_host_that_listens_everywhere_goes_by_the_address_it_is_reached_at() {
    let host = Host::at("0.0.0.0:0".parse().unwrap(), Limits::default());
    let port = host.address.port();
    let get = |through: SocketAddr, name: &str| {
        let head = format!("GET /healthz HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        host.raw_at(through, head.as_bytes()).status
    };
    // A second address of this computer that nobody told it of.
    let (one, other) =
        (SocketAddr::from(([127, 0, 0, 1], port)), SocketAddr::from(([127, 0, 0, 2], port)));
    assert_eq!(get(one, &one.to_string()), 200);
    if cfg!(target_os = "linux") {
        assert_eq!(get(other, &other.to_string()), 200);
        assert_eq!(get(one, &other.to_string()), 421, "an address, but not of this connection");
    }
    assert_eq!(get(one, &format!("evil.example:{port}")), 421);
    assert_eq!(get(one, "127.0.0.1"), 421, "without its port");
}

#[test]
fn a_body_that_trickles_is_cut_and_others_are_served_meanwhile() {
    let limits = Limits { request: Duration::from_millis(600), ..Limits::default() };
    let host = Host::with(limits);
    let mut slow = host.stream();
    let bearer = host.bearer();
    let head = format!(
        "POST /api/command HTTP/1.1\r\nHost: {}\r\n{bearer}\r\nContent-Length: 100000\r\n\r\n",
        host.address
    );
    slow.write_all(head.as_bytes()).unwrap();
    let began = Instant::now();
    let mut answered = Vec::new();
    slow.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    while answered.is_empty() && began.elapsed() < Duration::from_secs(20) {
        // It may have been cut between two bytes.
        drop(slow.write_all(b" "));
        assert_eq!(host.request("GET /healthz", &[], b"").status, 200);
        let mut bytes = [0; 4096];
        if let Ok(n) = slow.read(&mut bytes) {
            answered.extend_from_slice(&bytes[..n.max(1)]);
        }
    }
    let text = String::from_utf8_lossy(&answered);
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
}
