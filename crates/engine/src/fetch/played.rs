//! A small server on this computer that plays the hub, and answers as each test says.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::hub::{self, Hub};
use super::known::FileSpec;

/// What is said on one connection.
pub(super) type Turn = Box<dyn FnOnce(&Request, &mut TcpStream) + Send>;

#[derive(Clone, Debug)]
pub(super) struct Request {
    /// `GET /path HTTP/1.1`
    pub(super) line: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn from(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }

    pub(super) fn read(reader: &mut impl BufRead) -> Option<Request> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let mut lines = lines.into_iter();
        let line = lines.next()?;
        let headers = lines
            .filter_map(|line| line.split_once(": ").map(|(k, v)| (k.to_owned(), v.to_owned())))
            .collect();
        Some(Request { line, headers })
    }
}

/// A server that says its turns, one a connection, and then refuses.
pub(super) struct Server {
    pub(super) base: String,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// One that answers any number of connections, each alike.
    pub(super) fn answering(answer: impl Fn(&Request, &mut TcpStream) + Send + 'static) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let work = move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                if let Some(request) = Request::read(&mut reader) {
                    noted.lock().unwrap().push(request.clone());
                    answer(&request, &mut stream);
                }
            }
        };
        thread::Builder::new().name("test-server".into()).spawn(work).unwrap();
        Server { base, asked }
    }

    pub(super) fn new(turns: Vec<Turn>) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let work = move || {
            for turn in turns {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                if let Some(request) = Request::read(&mut reader) {
                    noted.lock().unwrap().push(request.clone());
                    turn(&request, &mut stream);
                }
            }
        };
        thread::Builder::new().name("test-server".into()).spawn(work).unwrap();
        Server { base, asked }
    }

    /// What was asked, and begins anew.
    pub(super) fn forget(&self) -> Vec<Request> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    pub(super) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

pub(super) fn say(stream: &mut TcpStream, head: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
    // The other side may have heard enough already.
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)));
}

pub(super) fn status(head: &'static str) -> Turn {
    Box::new(move |_, stream| say(stream, &format!("{head}\r\nContent-Length: 0"), b""))
}

pub(super) fn whole(data: &[u8]) -> Turn {
    sent(data, data.len())
}

/// Promises all and sends `count` bytes; ignores ranges.
pub(super) fn sent(data: &[u8], count: usize) -> Turn {
    let data = data.to_vec();
    Box::new(move |_, stream| {
        let head = format!("200 OK\r\nETag: \"v1\"\r\nContent-Length: {}", data.len());
        say(stream, &head, &data[..count]);
    })
}

/// Honours a range.
pub(super) fn ranged(data: &[u8]) -> Turn {
    let data = data.to_vec();
    Box::new(move |request, stream| {
        let from = request.from().expect("a range");
        let (end, all) = (data.len() - 1, data.len());
        let head = format!(
            "206 Partial Content\r\nContent-Range: bytes {from}-{end}/{all}\r\nContent-Length: {}",
            all - from
        );
        say(stream, &head, &data[from..]);
    })
}

pub(super) fn data() -> Vec<u8> {
    (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

pub(super) fn spec(file: &'static str, data: &[u8]) -> FileSpec {
    let sha256 = sha256_hex(data).leak();
    FileSpec { file, url_path: "some/model.bin", bytes: data.len() as u64, sha256 }
}

pub(super) fn sha256_hex(data: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn hub(base: &str) -> Hub {
    hub_behind(base, &|_| None)
}

pub(super) fn hub_behind(base: &str, env: &dyn Fn(&str) -> Option<String>) -> Hub {
    let pace = hub::Pace {
        connect: Duration::from_secs(5),
        stall: Duration::from_secs(5),
        backoff: Duration::from_millis(1),
        attempts: 4,
    };
    let mut hub = Hub::at(base, env).unwrap();
    hub.pace = pace;
    hub
}
