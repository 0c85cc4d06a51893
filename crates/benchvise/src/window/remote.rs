//! The way from the window to an engine on another computer, or in another process: a socket of
//! [`server`]'s, kept by a thread of its own.
//!
//! Where the connection is lost it is tried again, ever more seldom up to every five seconds. What the
//! host records goes on meanwhile; the window asks for a snapshot when it is back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::socket::Message;
use protocol::{Code, Command, Failure};
use server::Token;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message as Frame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use ui::{Incoming, Link, RequestId, Talk};

/// Commands that may wait to be sent.
const WAITING: usize = 256;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// A host is heard at least this often: it asks whether the window is still there.
const SILENCE: Duration = Duration::from_secs(60);
/// Pauses between tries.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The longest message that is taken.
const LONGEST: usize = 256 << 20;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a host is, and what opens it.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    url: String,
    token: Token,
}

impl Host {
    /// The host at `http://ADDRESS:PORT`.
    pub(crate) fn at(address: &str, token: Token) -> Result<Host, Failure> {
        let bad = |what: &str| {
            Failure::new(Code::BadRequest, format!("{what}: {address}"))
                .with_hint("give it as http://ADDRESS:PORT, as `benchvise serve` shows it")
        };
        let rest = address.strip_prefix("http://").ok_or_else(|| match address {
            safe if safe.starts_with("https://") => {
                bad("this program does not speak https; use a tunnel such as ssh -L")
            }
            _ => bad("this is no address of a host"),
        })?;
        let authority = rest.split(['/', '#']).next().unwrap_or_default();
        if authority.is_empty() || authority.contains('@') {
            return Err(bad("this is no address of a host"));
        }
        Ok(Host { url: format!("ws://{authority}/api/socket"), token })
    }
}

/// The way to a host.
pub(crate) struct Remote {
    talk: Arc<Mutex<Talk>>,
    out: Sender<String>,
}

impl Remote {
    /// Connects, now and whenever the connection is gone; `wake` is called from another thread when
    /// something has come in. The thread ends with the link.
    pub(crate) fn connect(host: Host, wake: impl Fn() + Send + 'static) -> std::io::Result<Remote> {
        let talk = Arc::<Mutex<Talk>>::default();
        let (out, texts) = channel(WAITING);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let line = Line { host, talk: Arc::clone(&talk), wake: Box::new(wake), texts };
        thread::Builder::new()
            .name("remote".into())
            .spawn(move || runtime.block_on(line.keep()))?;
        Ok(Remote { talk, out })
    }

    fn talk(&self) -> MutexGuard<'_, Talk> {
        lock(&self.talk)
    }
}

impl Link for Remote {
    fn send(&mut self, request: RequestId, command: Command) {
        let Some(text) = self.talk().ask(request, command) else { return };
        if self.out.try_send(text).is_err() {
            // Far more than a person asks for: the line stands still.
            self.talk().refuse(request);
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.talk().poll()
    }
}

fn lock(talk: &Mutex<Talk>) -> MutexGuard<'_, Talk> {
    talk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side.
struct Line {
    host: Host,
    talk: Arc<Mutex<Talk>>,
    wake: Box<dyn Fn() + Send>,
    texts: Receiver<String>,
}

/// How a connection ended.
enum End {
    /// The window is gone.
    Done,
    /// The host is, and why.
    Lost(String),
}

impl Line {
    async fn keep(mut self) {
        let mut pause = FIRST_PAUSE;
        let mut said = None;
        loop {
            match self.open().await {
                Ok(socket) => {
                    (pause, said) = (FIRST_PAUSE, None);
                    match self.speak(socket).await {
                        End::Done => return,
                        End::Lost(why) => self.tell(|talk| talk.lost(&why)),
                    }
                }
                Err(failure) => {
                    // Once for each reason, not at each try.
                    if said.as_ref() != Some(&failure.message) {
                        said = Some(failure.message.clone());
                        self.tell(|talk| talk.unreachable(failure));
                    }
                }
            }
            // What was to be sent has its answer already.
            while self.texts.try_recv().is_ok() {}
            if self.texts.is_closed() {
                return;
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn tell(&self, what: impl FnOnce(&mut Talk)) {
        what(&mut lock(&self.talk));
        (self.wake)();
    }

    async fn open(&self) -> Result<Socket, Failure> {
        let url = &self.host.url;
        let unreachable = |why: &dyn std::fmt::Display| {
            Failure::new(Code::Internal, format!("the host cannot be reached ({why}): {url}"))
                .with_hint("start `benchvise serve` there; it is tried again")
        };
        let mut request =
            url.as_str().into_client_request().map_err(|error| unreachable(&error))?;
        let bearer = format!("Bearer {}", self.host.token.reveal());
        let bearer = bearer.parse().map_err(|_| unreachable(&"a token that is no text"))?;
        request.headers_mut().insert("authorization", bearer);
        let config = WebSocketConfig::default()
            .max_message_size(Some(LONGEST))
            .max_frame_size(Some(LONGEST));
        let connecting = connect_async_with_config(request, Some(config), true);
        match timeout(CONNECT, connecting).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(Error::Http(answer))) => {
                // The host's own words, where it has some.
                let body = answer.body().as_deref().unwrap_or_default();
                Err(serde_json::from_slice(body).unwrap_or_else(|_| unreachable(&answer.status())))
            }
            Ok(Err(error)) => Err(unreachable(&error)),
            Err(_) => Err(unreachable(&"no answer")),
        }
    }

    async fn speak(&mut self, mut socket: Socket) -> End {
        loop {
            tokio::select! {
                text = self.texts.recv() => match text {
                    None => {
                        drop(socket.close(None).await);
                        return End::Done;
                    }
                    Some(text) => if let Err(error) = socket.send(Frame::Text(text.into())).await {
                        return End::Lost(error.to_string());
                    },
                },
                frame = timeout(SILENCE, socket.next()) => {
                    let message = match frame {
                        Err(_) => return End::Lost("nothing was heard for a minute".into()),
                        Ok(None) => return End::Lost("the host closed it".into()),
                        Ok(Some(Err(error))) => return End::Lost(error.to_string()),
                        Ok(Some(Ok(Frame::Text(text)))) => Message::Text(text.to_string()),
                        Ok(Some(Ok(Frame::Binary(bytes)))) => Message::Binary(bytes.into()),
                        Ok(Some(Ok(_))) => continue,
                    };
                    self.tell(|talk| talk.hear(&message));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_serve_shows() {
        let url = |address: &str| Host::at(address, Token::new().unwrap()).map(|host| host.url);
        let here = "ws://127.0.0.1:7777/api/socket".to_owned();
        assert_eq!(url("http://127.0.0.1:7777"), Ok(here.clone()));
        assert_eq!(url("http://127.0.0.1:7777/#token=abc"), Ok(here));
        for bad in ["127.0.0.1:7777", "https://bench", "http://", "http:///x", "http://me@bench"] {
            assert_eq!(url(bad).unwrap_err().code, Code::BadRequest, "{bad}");
        }
    }
}
