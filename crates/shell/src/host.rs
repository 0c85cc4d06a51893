//! Where a host is, and what opens it.

use std::time::Duration;

use protocol::{Code, Failure};
use server::Token;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest message that is taken.
const LONGEST: usize = 256 << 20;

/// An open socket.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a host is, and what opens it.
#[derive(Clone, Debug)]
pub struct Host {
    authority: String,
    token: Token,
    /// Who works with it, as others there are told.
    face: &'static str,
}

impl Host {
    /// The host at `http://ADDRESS:PORT`.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn at(address: &str, token: Token) -> Result<Host, Failure> {
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
        Ok(Host { authority: authority.to_owned(), token, face: "a command line" })
    }

    /// The same, worked with by a window.
    pub fn for_a_window(self) -> Host {
        Host { face: "a window", ..self }
    }

    /// As a person gives it, without a token.
    pub fn address(&self) -> String {
        format!("http://{}", self.authority)
    }

    /// Opens a socket.
    ///
    /// # Errors
    /// The host's own words, else why it could not be reached.
    pub async fn open(&self) -> Result<Socket, Failure> {
        let unreachable = |why: &dyn std::fmt::Display| {
            let said = format!("the host cannot be reached ({why}): {}", self.address());
            Failure::new(Code::Internal, said)
                .with_hint("see whether `benchvise serve` goes on there, and the way to it is open")
        };
        let url = format!("ws://{}/api/socket", self.authority);
        let mut request = url.into_client_request().map_err(|error| unreachable(&error))?;
        let bearer = format!("Bearer {}", self.token.reveal());
        let bearer = bearer.parse().map_err(|_| unreachable(&"a token that is no text"))?;
        request.headers_mut().insert("authorization", bearer);
        let face = format!("Benchvise ({} on {})", self.face, engine::machine_name());
        if let Ok(face) = face.parse() {
            request.headers_mut().insert("user-agent", face);
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(LONGEST))
            .max_frame_size(Some(LONGEST));
        let connecting = connect_async_with_config(request, Some(config), true);
        match timeout(CONNECT, connecting).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(Error::Http(answer))) => {
                let body = answer.body().as_deref().unwrap_or_default();
                Err(serde_json::from_slice(body).unwrap_or_else(|_| unreachable(&answer.status())))
            }
            Ok(Err(error)) => Err(unreachable(&error)),
            Err(_) => Err(unreachable(&"no answer")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_serve_shows() {
        let at =
            |address: &str| Host::at(address, Token::new().unwrap()).map(|host| host.address());
        let here = "http://127.0.0.1:7777".to_owned();
        assert_eq!(at("http://127.0.0.1:7777"), Ok(here.clone()));
        assert_eq!(at("http://127.0.0.1:7777/#token=abc"), Ok(here));
        for bad in ["127.0.0.1:7777", "https://bench", "http://", "http:///x", "http://me@bench"] {
            assert_eq!(at(bad).unwrap_err().code, Code::BadRequest, "{bad}");
        }
    }
}
