//! What goes over a socket between a face and an engine in another process.
//!
//! Control is JSON, one message a text frame: a face says [`Ask`], an engine says [`Said`], the first
//! of all [`Said::Welcome`]. A [`ViewFrame`] is one binary frame: a byte [`FRAME`], then postcard.
//! Both ends come from one build or agree on [`REVISION`]; a face that does not says so and asks to be
//! loaded anew.
//!
//! Errors: text or bytes that are none of these are refused with a sentence, and nothing else happens.

use serde::{Deserialize, Serialize};

use crate::{Code, Command, Event, Failure, Missed, Reply, ViewFrame};

/// Counts the changes of this vocabulary that two ends must share. A test ties it to the vocabulary.
pub const REVISION: u32 = 6;

/// Bytes of the longest message that a host takes from a face.
pub const LONGEST_ASK: usize = 64 << 20;

/// Bytes of documents that fit into one: as base64, three of them are four, and there is a sentence around
/// them.
pub const MOST_HANDED: u64 = (LONGEST_ASK as u64 - (64 << 10)) / 4 * 3;

/// The first byte of a binary message that holds a [`ViewFrame`].
pub const FRAME: u8 = 1;

/// A command, and the number by which its answer is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ask {
    /// Chosen by the face, its own within its connection.
    pub request: u64,
    /// What it asks.
    pub command: Command,
}

/// What an engine says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The first word on every connection.
    Welcome {
        /// Its [`REVISION`].
        revision: u32,
        /// Version of the program.
        version: String,
        /// The computer it runs on, for people.
        host: String,
    },
    /// The answer to a command.
    Reply {
        /// To which.
        request: u64,
        /// What it is.
        result: Box<Result<Reply, Failure>>,
    },
    /// Something happened. Never [`Event::ViewFrame`], which goes as bytes.
    Event(Box<Event>),
    /// The face did not listen for so long that what waited was thrown away: ask for a snapshot.
    Behind(Missed),
    /// The engine is about to end and takes no more work. What goes on may end by itself, and is told of; then the
    /// socket is closed.
    Leaving,
}

/// [`Said::Event`] of an event that others have too.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Told<'a> {
    Event(&'a Event),
}

/// One message of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text frame.
    Text(String),
    /// A binary frame.
    Binary(Vec<u8>),
}

impl Said {
    /// As it goes over the socket.
    ///
    /// # Errors
    /// [`Code::Internal`] for a value that has no JSON form, which none of ours is.
    pub fn to_message(&self) -> Result<Message, Failure> {
        match self {
            Said::Event(event) => Said::event_message(event),
            _ => json(self),
        }
    }

    /// [`Said::Event`] as it goes over the socket, of an event that stays where it is.
    ///
    /// # Errors
    /// As of [`Said::to_message`].
    pub fn event_message(event: &Event) -> Result<Message, Failure> {
        match event {
            Event::ViewFrame(frame) => postcard::to_extend(&**frame, vec![FRAME])
                .map(Message::Binary)
                .map_err(|error| unsayable(&error)),
            _ => json(&Told::Event(event)),
        }
    }

    /// What a message says.
    ///
    /// # Errors
    /// [`Code::BadInput`] for anything that [`Said::to_message`] does not make.
    pub fn of_message(message: &Message) -> Result<Said, Failure> {
        match message {
            Message::Text(text) => {
                serde_json::from_str(text).map_err(|error| garbled("an engine", &error))
            }
            Message::Binary(bytes) => match bytes.split_first() {
                Some((&FRAME, body)) => {
                    let (frame, rest) = postcard::take_from_bytes::<ViewFrame>(body)
                        .map_err(|error| garbled("an engine", &error))?;
                    match rest.is_empty() {
                        true => Ok(Said::Event(Box::new(Event::ViewFrame(Box::new(frame))))),
                        false => Err(garbled("an engine", &"bytes after the end of a frame")),
                    }
                }
                Some((kind, _)) => Err(garbled("an engine", &format!("bytes of the kind {kind}"))),
                None => Err(garbled("an engine", &"an empty message")),
            },
        }
    }
}

impl Ask {
    /// As it goes over the socket.
    ///
    /// # Errors
    /// [`Code::Internal`] for a path that is not UTF-8.
    pub fn to_text(&self) -> Result<String, Failure> {
        serde_json::to_string(self).map_err(|error| unsayable(&error))
    }

    /// What a text asks.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for anything else than an [`Ask`].
    pub fn of_text(text: &str) -> Result<Ask, Failure> {
        serde_json::from_str(text).map_err(|error| {
            Failure::new(Code::BadRequest, format!("this is no command: {error}"))
                .with_hint("load the page anew, or use a program of the same version")
        })
    }
}

fn json(said: &impl Serialize) -> Result<Message, Failure> {
    serde_json::to_string(said).map(Message::Text).map_err(|error| unsayable(&error))
}

fn unsayable(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::Internal, format!("this cannot be sent: {error}"))
}

fn garbled(who: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::BadInput, format!("this is not what {who} of this version says: {error}"))
        .with_hint("load the page anew, or use a program of the same version as the host")
}
