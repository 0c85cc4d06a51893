//! A page's end of the channel to the program around it: what came over it means, and what is said back.
//!
//! The words are those of [`protocol::desktop`]. A [`Channel`] holds no channel: whoever has one gives it what came
//! and says what it has to say. What is asked goes in order, and what was heard is counted back with it, so that the
//! program never gets far ahead.
//!
//! ```
//! use protocol::desktop::Word;
//! use protocol::socket::{REVISION, Said};
//! use ui::{Came, Channel, Incoming};
//!
//! let mut channel = Channel::default();
//! let welcome = Said::Welcome { revision: REVISION, version: "0.1.0".into(), host: "bench".into() };
//! channel.hear(Came::Message(welcome.to_message()?));
//! assert!(matches!(channel.poll(), Some(Incoming::Connected)));
//! assert!(matches!(channel.say(), Some(Word::Ask { heard: 1, .. })));
//! # Ok::<(), protocol::Failure>(())
//! ```

use std::collections::VecDeque;

use protocol::desktop::{HEARD_EVERY, Told as Said, Word};
use protocol::socket::Message;
use protocol::{Command, DocumentSource, Failure};

use crate::link::{Incoming, RequestId, Whose};
use crate::panels::PLACES;
use crate::shell::{Chosen, DialogId, Told};
use crate::talk::Talk;

/// What came over the channel at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// A message of a socket: a string, or bytes.
    Message(Message),
    /// An object, as JSON.
    Object(String),
    /// Nothing that is known.
    Other,
}

impl Came {
    /// What a page is handed where the channel was given this JSON.
    pub fn of_json(json: &str) -> Came {
        match serde_json::from_str(json) {
            Ok(serde_json::Value::String(text)) => Came::Message(Message::Text(text)),
            Ok(serde_json::Value::Object(_)) => Came::Object(json.to_owned()),
            Ok(_) | Err(_) => Came::Other,
        }
    }
}

/// When what was heard is to be counted back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// With what comes next, a moment later.
    Soon,
    /// At once.
    Now,
}

/// A page's end of the channel.
#[derive(Default)]
pub struct Channel {
    talk: Talk,
    told: VecDeque<Told>,
    asks: Vec<String>,
    heard: u64,
    counted: u64,
    whose: Whose,
}

impl Channel {
    /// Takes in what came.
    pub fn hear(&mut self, came: Came) -> Back {
        self.heard += 1;
        match came {
            Came::Message(message) => self.talk.hear(&message),
            // A word of another version's means nothing here.
            Came::Object(text) => {
                if let Ok(said) = serde_json::from_str(&text) {
                    self.hear_of_window(said);
                }
            }
            Came::Other => {}
        }
        if !self.talk.open() {
            // These have their answers: nobody is there.
            self.asks.clear();
        }
        match self.heard - self.counted < HEARD_EVERY {
            true => Back::Soon,
            false => Back::Now,
        }
    }

    fn hear_of_window(&mut self, said: Said) {
        let told = match said {
            Said::Chosen { dialog, paths } => {
                let chosen = if paths.is_empty() { Chosen::Nothing } else { Chosen::Paths(paths) };
                Told::Chosen { dialog: DialogId(dialog), chosen }
            }
            Said::Saved { path, failure } => {
                Told::Saved { path, result: failure.map_or(Ok(()), Err) }
            }
            Said::Dropped(paths) => {
                Told::Dropped(paths.into_iter().map(DocumentSource::File).collect())
            }
            Said::Room(name) => match PLACES.iter().find(|(_, known)| *known == name) {
                Some((place, _)) => Told::Room(*place),
                None => return,
            },
            Said::Failed(failure) => Told::Failed(failure),
            Said::Beside(what) => {
                self.whose = Whose::Beside(what);
                return;
            }
            Said::Lost(why) => {
                self.whose = Whose::Own;
                self.talk.unreachable(why);
                return;
            }
        };
        self.told.push_back(told);
    }

    /// Asks; `true` where there is something to say now.
    pub fn ask(&mut self, request: RequestId, command: Command) -> bool {
        let text = self.talk.ask(request, command);
        let any = text.is_some();
        self.asks.extend(text);
        any
    }

    /// What is to be said now; `None` where that is nothing.
    pub fn say(&mut self) -> Option<Word> {
        if self.asks.is_empty() && self.heard == self.counted {
            return None;
        }
        self.counted = self.heard;
        Some(Word::Ask { asks: std::mem::take(&mut self.asks), heard: self.heard })
    }

    /// Something did not work that nobody waits for.
    pub fn fail(&mut self, failure: Failure) {
        self.told.push_back(Told::Failed(failure));
    }

    /// What the window hears next of the engine.
    pub fn poll(&mut self) -> Option<Incoming> {
        self.talk.poll()
    }

    /// What it hears next of the program around it.
    pub fn poll_told(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    /// Whose engine it leads to.
    pub fn whose(&self) -> Whose {
        self.whose.clone()
    }
}

#[cfg(test)]
mod tests {
    use protocol::Code;
    use protocol::socket::{REVISION, Said as Engine};

    use super::*;
    use crate::asks::Place;

    fn welcome() -> Came {
        let said =
            Engine::Welcome { revision: REVISION, version: "1".into(), host: "bench".into() };
        Came::Message(said.to_message().unwrap())
    }

    fn told(said: &Said) -> Came {
        Came::of_json(&serde_json::to_string(said).unwrap())
    }

    #[test]
    fn what_was_heard_is_counted_back_at_once_before_the_program_has_to_wait() {
        let mut channel = Channel::default();
        assert_eq!(channel.say(), None);
        for _ in 1..HEARD_EVERY {
            assert_eq!(channel.hear(Came::Other), Back::Soon);
        }
        assert_eq!(channel.hear(Came::Other), Back::Now);
        let said = |heard| Some(Word::Ask { asks: Vec::new(), heard });
        assert_eq!((channel.say(), channel.say()), (said(HEARD_EVERY), None));
        assert_eq!(channel.hear(welcome()), Back::Soon);
        assert!(channel.ask(RequestId(1), Command::Hello));
        let Some(Word::Ask { asks, heard }) = channel.say() else { panic!("it asks") };
        assert_eq!((asks.len(), heard), (1, HEARD_EVERY + 1));
    }

    #[test]
    fn json_is_told_apart_as_a_page_does() {
        let text = |text: &str| Came::Message(Message::Text(text.into()));
        assert_eq!(Came::of_json("\"{\\\"a\\\":1}\""), text("{\"a\":1}"));
        assert_eq!(Came::of_json("{\"a\":1}"), Came::Object("{\"a\":1}".into()));
        for other in ["1", "[]", "null", "{", ""] {
            assert_eq!(Came::of_json(other), Came::Other, "{other}");
        }
    }

    #[test]
    fn the_programs_words_come_to_the_window() {
        let mut channel = Channel::default();
        channel.hear(told(&Said::Room("runs".into())));
        channel.hear(told(&Said::Room("cellar".into())));
        channel.hear(told(&Said::Chosen { dialog: 3, paths: Vec::new() }));
        channel.hear(Came::Object("{\"news\":1}".into()));
        let nothing = Told::Chosen { dialog: DialogId(3), chosen: Chosen::Nothing };
        assert_eq!(channel.poll_told(), Some(Told::Room(Place::Runs)));
        assert_eq!((channel.poll_told(), channel.poll_told()), (Some(nothing), None));
    }

    #[test]
    fn an_engine_that_goes_takes_with_it_what_was_asked_and_the_next_greets() {
        let mut channel = Channel::default();
        channel.hear(told(&Said::Beside("another window".into())));
        channel.hear(welcome());
        assert!(matches!(channel.poll(), Some(Incoming::Connected)));
        assert_eq!(channel.whose(), Whose::Beside("another window".into()));
        assert!(channel.ask(RequestId(1), Command::Hello));
        channel.hear(told(&Said::Lost(Failure::new(Code::Internal, "it was closed"))));
        assert!(matches!(channel.poll(), Some(Incoming::Reply { request: RequestId(1), .. })));
        assert!(matches!(channel.poll(), Some(Incoming::Lost { .. })));
        assert!(!channel.ask(RequestId(2), Command::Hello), "nobody is there");
        assert_eq!(channel.say(), Some(Word::Ask { asks: Vec::new(), heard: 3 }));
        channel.hear(welcome());
        assert!(matches!(channel.poll(), Some(Incoming::Reply { request: RequestId(2), .. })));
        assert!(matches!(channel.poll(), Some(Incoming::Connected)));
        assert_eq!(channel.whose(), Whose::Own);
    }
}
