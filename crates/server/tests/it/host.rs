//! A server with an engine and a store of its own, and requests to it byte by byte.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Options};
use protocol::Command;
use protocol::socket::{Ask, Message, Said};
use server::{Limits, Page, Server, Stopper, Token};
use tempfile::TempDir;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message as Frame, WebSocket};

/// Longest that a test waits.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Host {
    /// Where its store is, for as long as it lives.
    _folder: TempDir,
    pub(crate) engine: Engine,
    pub(crate) address: SocketAddr,
    pub(crate) token: Token,
    pub(crate) stopper: Stopper,
    serving: Option<JoinHandle<()>>,
}

impl Host {
    pub(crate) fn new() -> Host {
        Host::with(Limits { grace: Duration::from_secs(5), ..Limits::default() })
    }

    pub(crate) fn with(limits: Limits) -> Host {
        Host::at("127.0.0.1:0".parse().unwrap(), limits)
    }

    /// One that listens there.
    pub(crate) fn at(listen: SocketAddr, limits: Limits) -> Host {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let places = |name: &str| match name {
            "BENCHVISE_STORE" => Some(path("store")),
            "BENCHVISE_MODELS" => Some(path("models")),
            _ => None,
        };
        let settings = folder.path().join("settings.toml");
        fs::write(&settings, "").unwrap();
        let settings = Settings::resolve_what_can_be(Some(&settings), &places, &[]);
        let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
        let token = Token::in_file(&folder.path().join("token")).unwrap();
        let options = server::Options {
            token: token.clone(),
            names: vec!["bench.example:7777".into()],
            page: Page::default(),
            limits,
        };
        let server = Server::bind(engine.clone(), listen, options).unwrap();
        let (address, stopper) = (server.address(), server.stopper());
        let serving = std::thread::Builder::new()
            .name("host".into())
            .spawn(move || server.run().unwrap())
            .unwrap();
        Host { _folder: folder, engine, address, token, stopper, serving: Some(serving) }
    }

    /// Sends bytes and reads the answer to its end.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        self.raw_at(self.address, bytes)
    }

    /// The same by another of its addresses.
    pub(crate) fn raw_at(&self, address: SocketAddr, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(bytes).unwrap();
        let mut all = Vec::new();
        // A server that refuses early may cut what it has not read.
        drop(stream.read_to_end(&mut all));
        Answer::of(&all)
    }

    pub(crate) fn stream(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// A request with these lines besides `Host` and an end to the connection.
    pub(crate) fn request(&self, first: &str, lines: &[String], body: &[u8]) -> Answer {
        let mut head =
            format!("{first} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for line in lines {
            head += &format!("{line}\r\n");
        }
        if !body.is_empty() {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        self.raw(&[head.as_bytes(), body].concat())
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token.reveal())
    }

    /// A command with the token.
    pub(crate) fn command(&self, command: &Command) -> Answer {
        let body = serde_json::to_vec(command).unwrap();
        self.request("POST /api/command", &[self.bearer()], &body)
    }

    /// A face's socket that has been welcomed.
    pub(crate) fn face(&self) -> Face {
        let mut face = Face { socket: self.socket(self.stream()), asked: 0 };
        assert!(matches!(face.next(), Some(Said::Welcome { .. })));
        face
    }

    /// A socket over a stream.
    pub(crate) fn socket<S: Read + Write>(&self, stream: S) -> WebSocket<S> {
        let mut request =
            format!("ws://{}/api/socket", self.address).into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.token.reveal());
        request.headers_mut().insert("authorization", bearer.parse().unwrap());
        tungstenite::client(request, stream).unwrap().0
    }

    /// Ends the server and waits for its last word.
    pub(crate) fn end(&mut self) -> Duration {
        let began = Instant::now();
        self.stopper.stop();
        self.serving.take().unwrap().join().unwrap();
        began.elapsed()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(serving) = self.serving.take() {
            drop(serving.join());
        }
    }
}

/// An answer of HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn of(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Answer { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
    }

    pub(crate) fn json<T: for<'a> serde::Deserialize<'a>>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// A face at the other end of a socket.
pub(crate) struct Face {
    pub(crate) socket: WebSocket<TcpStream>,
    asked: u64,
}

impl Face {
    /// What is said next; `None` once the socket is closed.
    pub(crate) fn next(&mut self) -> Option<Said> {
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "nothing is said");
            let message = match self.socket.read().ok()? {
                Frame::Text(text) => Message::Text(text.to_string()),
                Frame::Binary(bytes) => Message::Binary(bytes.to_vec()),
                Frame::Close(_) => return None,
                _ => continue,
            };
            return Some(Said::of_message(&message).unwrap());
        }
    }

    pub(crate) fn ask(&mut self, command: Command) -> u64 {
        self.asked += 1;
        let text = Ask { request: self.asked, command }.to_text().unwrap();
        self.socket.send(Frame::Text(text.into())).unwrap();
        self.asked
    }

    /// Reads until `wanted` finds something.
    pub(crate) fn until<T>(&mut self, mut wanted: impl FnMut(Said) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "it never came");
            let said = self.next().unwrap();
            if let Some(found) = wanted(said) {
                return found;
            }
        }
    }
}
