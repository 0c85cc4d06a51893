//! What a socket's messages mean to a window: the same natively and in a page, whatever carries them.
//!
//! A [`Talk`] holds no socket. Whoever has one gives it what came in and sends what it says:
//!
//! ```
//! use protocol::socket::{REVISION, Said};
//! use ui::{Incoming, RequestId, Talk};
//!
//! let mut talk = Talk::default();
//! let welcome = Said::Welcome { revision: REVISION, version: "0.1.0".into(), host: "bench".into() };
//! talk.hear(&welcome.to_message()?);
//! assert!(matches!(talk.poll(), Some(Incoming::Connected)));
//! let text = talk.ask(RequestId(1), protocol::Command::Snapshot);
//! assert!(text.is_some(), "to be sent");
//! # Ok::<(), protocol::Failure>(())
//! ```

use std::collections::{BTreeSet, VecDeque};

use protocol::socket::{Ask, LONGEST_ASK, Message, REVISION, Said};
use protocol::{Code, Command, Event, Failure, Severity};

use crate::link::{Incoming, RequestId};

/// What may wait for a window that does not listen.
const BEHIND: usize = 4096;

/// What a face is told of a host that ends.
pub const LEAVING: &str = "the host is about to end: what goes on may finish, and nothing is begun";

/// One window's line over sockets that come and go.
#[derive(Default)]
pub struct Talk {
    unanswered: BTreeSet<u64>,
    waiting: VecDeque<Incoming>,
    standing: Standing,
    host: String,
    /// It said that it is about to end.
    leaving: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Standing {
    /// No socket, or one that has not said who it is.
    #[default]
    Away,
    Open,
    /// The other end speaks another version: nothing it says is taken.
    Foreign,
}

impl Talk {
    /// The text to send for a command; `None` where it cannot be sent, and its answer says why.
    pub fn ask(&mut self, request: RequestId, command: Command) -> Option<String> {
        let text = match self.standing {
            Standing::Open => Ask { request: request.0, command }.to_text().and_then(fits),
            Standing::Away | Standing::Foreign => Err(away()),
        };
        match text {
            Ok(text) => {
                self.unanswered.insert(request.0);
                Some(text)
            }
            Err(failure) => {
                let reply = Box::new(Err(failure));
                self.waiting.push_back(Incoming::Reply { request, reply });
                None
            }
        }
    }

    /// Takes a message of the socket in.
    pub fn hear(&mut self, message: &Message) {
        if self.standing == Standing::Foreign {
            return;
        }
        match Said::of_message(message) {
            Ok(said) => self.take(said),
            // Another version, most likely; what it says next would be no better.
            Err(failure) => self.part(Standing::Foreign, failure),
        }
    }

    fn take(&mut self, said: Said) {
        match said {
            Said::Welcome { revision, .. } if revision != REVISION => {
                let failure = Failure::new(
                    Code::BadInput,
                    format!(
                        "the host speaks version {revision} of the words and this window version {REVISION}"
                    ),
                );
                let hint = "load the page anew; a window of its own must be of the host's version";
                self.part(Standing::Foreign, failure.with_hint(hint));
            }
            Said::Welcome { host, .. } => {
                self.standing = Standing::Open;
                self.leaving = false;
                self.host = host;
                self.waiting.push_back(Incoming::Connected);
            }
            // What was missed is in a snapshot, which the window asks for.
            Said::Behind(_) => self.waiting.push_back(Incoming::Connected),
            Said::Reply { request, result } => {
                // An answer to nothing that was asked is a mistake of the other end's.
                if self.unanswered.remove(&request) {
                    let request = RequestId(request);
                    self.waiting.push_back(Incoming::Reply { request, reply: result });
                }
            }
            Said::Event(event) => {
                self.waiting.push_back(Incoming::Event(event));
                if self.waiting.len() > BEHIND {
                    self.miss();
                }
            }
            // What goes on there is still told of, until the socket is closed.
            Said::Leaving => {
                self.leaving = true;
                let event =
                    Event::Notice { severity: Severity::Info, text: LEAVING.into(), hint: None };
                self.waiting.push_back(Incoming::Event(Box::new(event)));
            }
        }
    }

    /// A window that was told too much while it did not listen, as a hidden one, is told that it is behind.
    /// Answers stay, and frames: each is one, and its view waits for the acknowledgement.
    fn miss(&mut self) {
        self.waiting.retain(|incoming| match incoming {
            Incoming::Event(event) => matches!(**event, Event::ViewFrame(_)),
            Incoming::Connected => false,
            Incoming::Lost { .. } | Incoming::Reply { .. } => true,
        });
        self.waiting.push_back(Incoming::Connected);
    }

    /// What was given to be sent was not, for too much waits already: that one is answered so.
    pub fn refuse(&mut self, request: RequestId) {
        if self.unanswered.remove(&request.0) {
            let failure = Failure::new(Code::Busy, "too much waits to be sent to the host")
                .with_hint("try again in a moment");
            self.waiting.push_back(Incoming::Reply { request, reply: Box::new(Err(failure)) });
        }
    }

    /// The socket is gone, or never came to be. Said once until there is another.
    pub fn lost(&mut self, why: &str) {
        if self.standing == Standing::Open && self.leaving {
            let failure = Failure::new(Code::Internal, "the host was ended");
            self.part(
                Standing::Away,
                failure.with_hint("start it again; what it recorded is kept"),
            );
        } else if self.standing == Standing::Open {
            let failure =
                Failure::new(Code::Internal, format!("the connection to the host is gone: {why}"));
            self.part(
                Standing::Away,
                failure.with_hint("it is tried again; what the host records goes on"),
            );
        } else if self.standing == Standing::Foreign {
            // The next socket may be of the right version.
            self.standing = Standing::Away;
        }
    }

    /// Nothing is at the other end for now; for a first connection that does not come about.
    pub fn unreachable(&mut self, failure: Failure) {
        self.part(Standing::Away, failure);
    }

    /// The other end speaks another version, and will until one of the two is loaded anew.
    pub fn foreign(&self) -> bool {
        self.standing == Standing::Foreign
    }

    /// The host's own name, once it said it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The other end takes commands.
    pub fn open(&self) -> bool {
        self.standing == Standing::Open
    }

    /// What the window hears next.
    pub fn poll(&mut self) -> Option<Incoming> {
        self.waiting.pop_front()
    }

    /// Answers everything that is asked and will never be answered.
    fn part(&mut self, standing: Standing, why: Failure) {
        self.standing = standing;
        for request in std::mem::take(&mut self.unanswered) {
            let reply = Box::new(Err(away()));
            self.waiting.push_back(Incoming::Reply { request: RequestId(request), reply });
        }
        self.waiting.push_back(Incoming::Lost { why });
    }
}

/// The text, where a host takes one that long.
fn fits(text: String) -> Result<String, Failure> {
    if text.len() <= LONGEST_ASK {
        return Ok(text);
    }
    let most = LONGEST_ASK >> 20;
    let failure = Failure::new(
        Code::BadInput,
        format!("this is more than the {most} MiB a host takes at once"),
    );
    Err(failure.with_hint("hand over fewer documents, or give the path of one that is on the host"))
}

fn away() -> Failure {
    Failure::new(Code::Internal, "the host is not there")
        .with_hint("wait until it is connected again, then ask again")
}

#[cfg(test)]
mod tests {
    use protocol::{Reply, RunId, Severity, ViewFrame, ViewId};

    use super::*;

    fn welcome(revision: u32) -> Message {
        let said = Said::Welcome { revision, version: "1".into(), host: "bench".into() };
        said.to_message().unwrap()
    }

    fn all(talk: &mut Talk) -> Vec<String> {
        std::iter::from_fn(|| talk.poll())
            .map(|incoming| match incoming {
                Incoming::Connected => "connected".into(),
                Incoming::Lost { .. } => "lost".into(),
                Incoming::Reply { request, reply } => {
                    format!("reply {} {}", request.0, if reply.is_ok() { "ok" } else { "failed" })
                }
                Incoming::Event(_) => "event".into(),
            })
            .collect()
    }

    #[test]
    fn what_is_asked_is_answered_once_whatever_happens() {
        let mut talk = Talk::default();
        assert_eq!(talk.ask(RequestId(1), Command::Hello), None, "nobody is there");
        talk.hear(&welcome(REVISION));
        assert!(talk.ask(RequestId(2), Command::Hello).is_some());
        assert!(talk.ask(RequestId(3), Command::Hello).is_some());
        let reply = Said::Reply { request: 3, result: Box::new(Ok(Reply::Done)) };
        talk.hear(&reply.to_message().unwrap());
        talk.hear(&reply.to_message().unwrap());
        talk.lost("closed");
        talk.lost("closed");
        talk.hear(&welcome(REVISION));
        assert_eq!(
            all(&mut talk),
            ["reply 1 failed", "connected", "reply 3 ok", "reply 2 failed", "lost", "connected"]
        );
        assert_eq!(talk.host(), "bench");
    }

    #[test]
    fn another_version_is_said_and_nothing_of_it_is_taken() {
        let notice = Event::Notice { severity: Severity::Info, text: "x".into(), hint: None };
        let notice = Said::Event(Box::new(notice)).to_message().unwrap();
        let mut talk = Talk::default();
        talk.hear(&welcome(REVISION + 1));
        talk.hear(&notice);
        assert_eq!(all(&mut talk), ["lost"]);
        // After it was started anew in the right version.
        talk.lost("closed");
        talk.hear(&welcome(REVISION));
        talk.hear(&notice);
        talk.hear(&Message::Text("{\"news\":1}".into()));
        assert_eq!(all(&mut talk), ["connected", "event", "lost"]);
    }

    #[test]
    fn what_could_not_be_sent_is_answered_and_the_line_stands() {
        let mut talk = Talk::default();
        talk.hear(&welcome(REVISION));
        assert!(talk.ask(RequestId(1), Command::Hello).is_some());
        talk.refuse(RequestId(1));
        talk.refuse(RequestId(1));
        assert!(talk.open());
        assert_eq!(all(&mut talk), ["connected", "reply 1 failed"]);
    }

    #[test]
    fn a_window_that_does_not_listen_is_behind_and_keeps_its_answers_and_frames() {
        let mut talk = Talk::default();
        talk.hear(&welcome(REVISION));
        assert!(talk.ask(RequestId(1), Command::Hello).is_some());
        let notice = Event::Notice { severity: Severity::Info, text: "x".into(), hint: None };
        let notice = Said::Event(Box::new(notice)).to_message().unwrap();
        let frame = ViewFrame {
            view: ViewId(1),
            seq: 1,
            run: RunId::from("r"),
            recording: true,
            end_ms: 0.0,
            from_ms: 0.0,
            to_ms: 1.0,
            signals: Vec::new(),
            repetitions: Vec::new(),
            tokens: Vec::new(),
            token_count: 0,
            latency: None,
            positions: Vec::new(),
            note: None,
        };
        let frame = Said::Event(Box::new(Event::ViewFrame(Box::new(frame)))).to_message().unwrap();
        let reply = Said::Reply { request: 1, result: Box::new(Ok(Reply::Done)) };
        talk.hear(&reply.to_message().unwrap());
        talk.hear(&frame);
        // Three times over the limit, and a few more.
        (0..3 * BEHIND + 2).for_each(|_| talk.hear(&notice));
        let heard = all(&mut talk);
        assert!(heard.len() <= BEHIND, "{}", heard.len());
        assert_eq!(heard[..3], ["reply 1 ok", "event", "connected"]);
        assert!(heard[3..].iter().all(|word| word == "event"));
    }

    #[test]
    fn what_is_too_long_for_a_host_is_answered_and_not_sent() {
        let failure = fits("x".repeat(LONGEST_ASK + 1)).unwrap_err();
        assert_eq!(failure.code, Code::BadInput);
        assert_eq!(fits("x".into()), Ok("x".into()));
    }

    #[test]
    fn a_host_that_ends_says_so() {
        let mut talk = Talk::default();
        talk.hear(&welcome(REVISION));
        assert!(talk.open());
        talk.hear(&Said::Leaving.to_message().unwrap());
        // What goes on there is heard of to its end.
        assert!(talk.open());
        let over = Event::RunChanged { run: RunId::from("r") };
        talk.hear(&Said::Event(Box::new(over)).to_message().unwrap());
        assert_eq!(all(&mut talk), ["connected", "event", "event"]);
        talk.lost("closed");
        assert!(!talk.open());
        let Some(Incoming::Lost { why }) = talk.poll() else { panic!("it is gone") };
        assert_eq!(why.message, "the host was ended");
        // Another one is not said to be about to end.
        talk.hear(&welcome(REVISION));
        talk.lost("closed");
        assert!(matches!(talk.poll(), Some(Incoming::Connected)));
        let Some(Incoming::Lost { why }) = talk.poll() else { panic!("it is gone") };
        assert!(why.message.contains("the connection to the host is gone"), "{}", why.message);
    }
}
