//! The channel to a page, and what is on its way in it.
//!
//! A channel takes whatever it is given and keeps it until the page has it. So that a page that is slow, or
//! hidden, costs bounded memory, the wire waits once [`AHEAD`] messages are on their way; what waits behind it
//! then is the engine's business, which keeps the newest frame of each view and says where it threw events away.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use protocol::desktop::{AHEAD, Told};
use protocol::socket::{Message, Said};
use protocol::{Code, Failure};

/// What goes over a channel at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parcel {
    /// A text that is JSON: the page gets what it stands for.
    Json(String),
    /// Bytes, as they are.
    Bytes(Vec<u8>),
}

/// Takes parcels for a page and never waits; `false` where the page is gone.
pub type Channel = Box<dyn Fn(Parcel) -> bool + Send + Sync>;

/// A channel that is counted.
pub(crate) struct Wire {
    channel: Channel,
    count: Mutex<Count>,
    moved: Condvar,
}

/// Counts what is on its way.
#[derive(Debug, Default)]
struct Count {
    sent: u64,
    heard: u64,
    closed: bool,
}

impl Count {
    /// Another message has to wait.
    fn full(&self) -> bool {
        !self.closed && self.sent - self.heard >= AHEAD
    }
}

impl Wire {
    pub(crate) fn new(channel: Channel) -> Wire {
        Wire { channel, count: Mutex::default(), moved: Condvar::new() }
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page has heard so many in all. It cannot have heard what was not sent, nor unhear.
    pub(crate) fn heard(&self, heard: u64) {
        let mut count = self.count();
        count.heard = heard.clamp(count.heard, count.sent);
        self.moved.notify_all();
    }

    /// Nothing is said any more, and nobody waits.
    pub(crate) fn close(&self) {
        self.count().closed = true;
        self.moved.notify_all();
    }

    pub(crate) fn closed(&self) -> bool {
        self.count().closed
    }

    fn put(&self, parcel: Parcel) -> bool {
        self.count().sent += 1;
        (self.channel)(parcel)
    }

    /// Says something once there is room; `false` where the page is gone.
    pub(crate) fn say(&self, said: &Said) -> bool {
        match said.to_message() {
            Ok(message) => self.pass(message),
            // Nothing of ours has no form that can be said.
            Err(_) => true,
        }
    }

    /// The same with a message as it came.
    pub(crate) fn pass(&self, message: Message) -> bool {
        let count = self.moved.wait_while(self.count(), |count| count.full());
        let closed = count.unwrap_or_else(PoisonError::into_inner).closed;
        !closed && self.put(parcel(message))
    }

    /// Says something at once: answers that do not come from the engine, of which there are few.
    pub(crate) fn say_now(&self, said: &Said) {
        if let Ok(message) = said.to_message() {
            self.put(parcel(message));
        }
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
            self.put(Parcel::Json(text));
        }
    }

    /// Messages sent and heard since the page opened.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let count = self.count();
        (count.sent, count.heard)
    }
}

fn parcel(message: Message) -> Parcel {
    match message {
        Message::Text(text) => Parcel::Json(serde_json::Value::String(text).to_string()),
        Message::Binary(bytes) => Parcel::Bytes(bytes),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;
    use std::time::Duration;

    use protocol::Missed;

    use super::*;

    #[test]
    fn a_page_that_hears_nothing_holds_the_line_up_and_one_that_is_gone_ends_it() {
        let sent = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&sent);
        let wire = Wire::new(Box::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            true
        }));
        let pause = || thread::sleep(Duration::from_millis(100));
        thread::scope(|scope| {
            let saying = scope.spawn(|| while wire.say(&Said::Behind(Missed::default())) {});
            pause();
            assert_eq!(sent.load(Ordering::Relaxed), AHEAD);
            // More than was sent is not believed.
            wire.heard(u64::MAX);
            pause();
            assert_eq!(sent.load(Ordering::Relaxed), 2 * AHEAD);
            wire.heard(3);
            pause();
            assert_eq!(wire.counts(), (2 * AHEAD, AHEAD));
            wire.close();
            saying.join().unwrap();
        });
        assert_eq!(sent.load(Ordering::Relaxed), 2 * AHEAD);
    }

    #[test]
    fn a_text_goes_as_a_json_string_and_a_frame_as_it_is() {
        let text = parcel(Message::Text("{\"a\":1}".into()));
        assert_eq!(text, Parcel::Json("\"{\\\"a\\\":1}\"".into()));
        assert_eq!(parcel(Message::Binary(vec![1, 2])), Parcel::Bytes(vec![1, 2]));
    }
}
