//! A host as a program sees it that loads it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use protocol::socket::{Ask, Message, Said};
use protocol::{Command, Failure, Reply};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Error, Message as Frame, WebSocket};

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Client {
    address: String,
    token: String,
}

impl Client {
    pub(crate) fn new(url: &str, token_file: &str) -> Client {
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Client { address, token: std::fs::read_to_string(token_file).unwrap().trim().to_owned() }
    }

    /// A socket that was welcomed.
    pub(crate) fn face(&self) -> Face {
        let mut request =
            format!("ws://{}/api/socket", self.address).into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.token);
        request.headers_mut().insert("authorization", bearer.parse().unwrap());
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(request, stream).unwrap();
        let mut face = Face { socket, asked: 0 };
        face.until(|said| matches!(said, Said::Welcome { .. }).then_some(()));
        face
    }

    /// The status of a health check over a connection of its own.
    pub(crate) fn healthz(&self) -> io::Result<u16> {
        self.request("GET /healthz", "", b"")
    }

    /// The same of a document that is sent to be compressed.
    pub(crate) fn compress(&self, document: &str) -> io::Result<u16> {
        let lines = format!(
            "Authorization: Bearer {}\r\nContent-Length: {}\r\n",
            self.token,
            document.len()
        );
        let first = "POST /api/compress?ratio=4&tokenizer=o200k&name=notes.txt";
        self.request(first, &lines, document.as_bytes())
    }

    fn request(&self, first: &str, lines: &str, body: &[u8]) -> io::Result<u16> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!(
            "{first} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{lines}\r\n",
            self.address
        );
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let first = String::from_utf8_lossy(&answer[..answer.len().min(64)]);
        Ok(first.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0))
    }
}

pub(crate) struct Face {
    socket: WebSocket<TcpStream>,
    asked: u64,
}

impl Face {
    /// Asks; returns the number by which the answer is known.
    pub(crate) fn ask(&mut self, command: Command) -> u64 {
        self.asked += 1;
        let text = Ask { request: self.asked, command }.to_text().unwrap();
        self.socket.send(Frame::Text(text.into())).unwrap();
        self.asked
    }

    /// Asks and waits for the answer; what else is said meanwhile is passed over.
    pub(crate) fn reply(&mut self, command: Command) -> Result<Reply, Failure> {
        let asked = self.ask(command);
        self.until(|said| match said {
            Said::Reply { request, result } if request == asked => Some(*result),
            _ => None,
        })
    }

    pub(crate) fn until<T>(&mut self, mut wanted: impl FnMut(Said) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "it never came");
            if let Some(found) = self.within(Duration::from_secs(1)).and_then(&mut wanted) {
                return found;
            }
        }
    }

    /// What is said next, if something is in that time.
    pub(crate) fn within(&mut self, time: Duration) -> Option<Said> {
        let until = Instant::now() + time;
        loop {
            let left =
                until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.socket.get_ref().set_read_timeout(Some(left)).unwrap();
            let message = match self.socket.read() {
                Ok(Frame::Text(text)) => Message::Text(text.to_string()),
                Ok(Frame::Binary(bytes)) => Message::Binary(bytes.to_vec()),
                Ok(_) => continue,
                Err(Error::Io(error)) if super::is_late(error.kind()) => return None,
                Err(error) => panic!("the host is gone: {error}"),
            };
            return Some(Said::of_message(&message).unwrap());
        }
    }
}
