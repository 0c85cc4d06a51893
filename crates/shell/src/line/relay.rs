//! From a page to the program that holds the store: a socket's words as they are, both ways.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::Event;
use protocol::desktop::Told;
use protocol::socket::{Message, REVISION, Said};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;

use super::wire::Wire;
use crate::Host;

/// A program is heard at least this often: it asks whether the face is still there.
const SILENCE: Duration = Duration::from_secs(60);

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The page is gone.
    Done,
    /// The other program does not take this one, or speaks another version.
    Refused,
    /// The other program was there, and is gone.
    Lost,
}

/// Carries words between a page and a program, called `what`, until one of the two is gone. `told` hears events.
pub(super) fn relay(
    host: &Host,
    what: &str,
    wire: &Wire,
    texts: Receiver<String>,
    told: &impl Fn(&Event),
) -> End {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(speak(host, what, wire, texts, told)),
        Err(error) => {
            tracing::warn!(%error, "there is no way to the program that has the store");
            End::Refused
        }
    }
}

async fn speak(
    host: &Host,
    what: &str,
    wire: &Wire,
    mut texts: Receiver<String>,
    told: &impl Fn(&Event),
) -> End {
    let mut socket = match host.open().await {
        Ok(socket) => socket,
        Err(why) => {
            tracing::info!(%why, "the store's holder does not answer");
            return End::Refused;
        }
    };
    let mut end = End::Refused;
    loop {
        tokio::select! {
            text = texts.recv() => match text {
                None => {
                    drop(socket.close(None).await);
                    return End::Done;
                }
                Some(text) => if socket.send(Frame::Text(text.into())).await.is_err() {
                    return end;
                },
            },
            frame = timeout(SILENCE, socket.next()) => {
                let message = match frame {
                    Ok(Some(Ok(Frame::Text(text)))) => Message::Text(text.to_string()),
                    Ok(Some(Ok(Frame::Binary(bytes)))) => Message::Binary(bytes.into()),
                    Ok(Some(Ok(_))) => continue,
                    Ok(Some(Err(_)) | None) | Err(_) => return end,
                };
                match said(&message) {
                    Some(Said::Welcome { revision, .. }) if revision != REVISION => return end,
                    Some(Said::Welcome { .. }) => {
                        // Before the page asks whose engine it is.
                        wire.tell(&Told::Beside(what.to_owned()));
                        end = End::Lost;
                    }
                    // What goes on there is heard to its end; that it is gone the page is told then.
                    Some(Said::Leaving) => continue,
                    Some(Said::Event(event)) => told(&event),
                    _ => {}
                }
                if !wire.pass(message) {
                    return End::Done;
                }
            }
        }
    }
}

/// What a text says; frames are the page's business.
fn said(message: &Message) -> Option<Said> {
    match message {
        Message::Text(_) => Said::of_message(message).ok(),
        Message::Binary(_) => None,
    }
}
