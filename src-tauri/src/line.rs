//! The line to the page: what the engine says, in its order, over one channel.
//!
//! The channel takes whatever it is given and keeps it until the page has it. So that a page that is slow, or
//! hidden, costs bounded memory, the line waits once [`AHEAD`] messages are on their way; what waits behind it
//! then is the engine's business, which keeps the newest frame of each view and says where it threw events away.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

use engine::{Engine, Heard, Lanes};
use protocol::desktop::{AHEAD, Told};
use protocol::socket::{Ask, Message, REVISION, Said};
use protocol::{Code, Failure};
use tauri::ipc::{Channel, InvokeResponseBody};

/// The line to one page. Dropping it ends it.
pub(crate) struct Line {
    lanes: Lanes,
    wire: Arc<Wire>,
}

/// The channel, and what is on its way in it.
pub(crate) struct Wire {
    channel: Channel,
    way: Mutex<Way>,
    moved: Condvar,
}

/// Counts what is on its way.
#[derive(Debug, Default)]
struct Way {
    sent: u64,
    heard: u64,
    closed: bool,
}

impl Way {
    /// Another message has to wait.
    fn full(&self) -> bool {
        !self.closed && self.sent - self.heard >= AHEAD
    }

    /// The page has heard so many in all. It cannot have heard what was not sent, nor unhear.
    fn heard(&mut self, heard: u64) {
        self.heard = heard.clamp(self.heard, self.sent);
    }
}

impl Line {
    /// Opens a line to the engine for a page.
    pub(crate) fn open(engine: &Engine, channel: Channel) -> io::Result<Line> {
        let (lanes, heard) = Lanes::open(engine.connect(), || {})?;
        let wire = Arc::new(Wire { channel, way: Mutex::default(), moved: Condvar::new() });
        let carrier = Arc::clone(&wire);
        thread::Builder::new().name("line".to_owned()).spawn(move || carry(&heard, &carrier))?;
        Ok(Line { lanes, wire })
    }

    /// Asks for the page what its text says.
    pub(crate) fn ask(&self, text: &str) {
        match Ask::of_text(text) {
            Ok(ask) => self.lanes.ask(ask.request, ask.command),
            Err(failure) => self.tell(&Told::Failed(failure)),
        }
    }

    /// The page has heard so many messages in all.
    pub(crate) fn heard(&self, heard: u64) {
        self.wire.way().heard(heard);
        self.wire.moved.notify_all();
    }

    /// Tells the page of the window around it. Never waits: a person drops and chooses no faster than a page hears.
    pub(crate) fn tell(&self, told: &Told) {
        let text = serde_json::to_string(told).or_else(|error| {
            let failure = Failure::new(Code::BadInput, format!("this cannot be told: {error}"));
            serde_json::to_string(&Told::Failed(
                failure.with_hint("give it a name of ordinary letters"),
            ))
        });
        if let Ok(text) = text {
            self.wire.put(InvokeResponseBody::Json(text));
        }
    }

    pub(crate) fn wire(&self) -> Arc<Wire> {
        Arc::clone(&self.wire)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.wire.way().closed = true;
        self.wire.moved.notify_all();
    }
}

impl Wire {
    fn way(&self) -> MutexGuard<'_, Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, body: InvokeResponseBody) -> bool {
        self.way().sent += 1;
        self.channel.send(body).is_ok()
    }

    /// Says something once there is room; `false` where the page is gone.
    pub(crate) fn say(&self, said: &Said) -> bool {
        let body = match said.to_message() {
            Ok(Message::Text(text)) => {
                InvokeResponseBody::Json(serde_json::Value::String(text).to_string())
            }
            Ok(Message::Binary(bytes)) => InvokeResponseBody::Raw(bytes),
            // Nothing of ours has no form that can be said.
            Err(_) => return true,
        };
        let way = self.moved.wait_while(self.way(), |way| way.full());
        let closed = way.unwrap_or_else(PoisonError::into_inner).closed;
        !closed && self.put(body)
    }

    /// Messages sent and heard since the page opened.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let way = self.way();
        (way.sent, way.heard)
    }
}

/// Carries what the engine says to the page, until one of the two is gone.
fn carry(heard: &Receiver<Heard>, wire: &Wire) {
    let welcome = Said::Welcome {
        revision: REVISION,
        version: env!("CARGO_PKG_VERSION").into(),
        host: engine::machine_name(),
    };
    let mut next = Some(welcome);
    while let Some(said) = next {
        if !wire.say(&said) {
            return;
        }
        next = heard.recv().ok().map(|heard| match heard {
            Heard::Reply { request, reply } => Said::Reply { request, result: reply },
            Heard::Event(event) => Said::Event(event),
            Heard::Behind => Said::Behind,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_page_that_hears_nothing_holds_the_line_up_and_one_that_is_gone_ends_it() {
        let sent = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&sent);
        let channel = Channel::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        let wire = Wire { channel, way: Mutex::default(), moved: Condvar::new() };
        let pause = || thread::sleep(Duration::from_millis(100));
        thread::scope(|scope| {
            let saying = scope.spawn(|| while wire.say(&Said::Behind) {});
            pause();
            assert_eq!(sent.load(Ordering::Relaxed), AHEAD);
            // More than was sent is not believed.
            wire.way().heard(u64::MAX);
            wire.moved.notify_all();
            pause();
            assert_eq!(sent.load(Ordering::Relaxed), 2 * AHEAD);
            wire.way().heard(3);
            wire.moved.notify_all();
            pause();
            assert_eq!(wire.counts(), (2 * AHEAD, AHEAD));
            wire.way().closed = true;
            wire.moved.notify_all();
            saying.join().unwrap();
        });
        assert_eq!(sent.load(Ordering::Relaxed), 2 * AHEAD);
    }
}
