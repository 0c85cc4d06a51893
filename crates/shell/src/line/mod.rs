//! The line to a page: what the engine says, in its order, over one channel, and what the page asks.
//!
//! The engine is this program's, or that of whoever holds the store: then the [`relay`] hands on a socket's words
//! as they are, and once that one is gone the line goes on with the engine of this program. [`wire`] is the
//! channel with what is on its way in it.

mod relay;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

use engine::{Heard, Lanes};
use protocol::desktop::Told;
use protocol::socket::{Ask, REVISION, Said};
use protocol::{Code, Event, Failure};
use tokio::sync::mpsc::{Sender, channel};

use crate::Host;
use crate::beside::{closed, gone};
use crate::seat::{At, Seat};
use relay::{End, relay};
pub(crate) use wire::Wire;
pub use wire::{Channel, Parcel};

/// Texts that may wait to be sent to another program.
const WAITING: usize = 256;

/// The line to one page. Dropping it ends it.
pub struct Line {
    wire: Arc<Wire>,
    way: Arc<Mutex<Way>>,
}

/// Where what the page asks goes.
#[derive(Default)]
struct Way {
    to: To,
    /// Messages that were sent before it led there: who has heard fewer asks an engine that is gone, and knows
    /// it by now.
    since: u64,
}

#[derive(Default)]
enum To {
    #[default]
    Nobody,
    Own(Lanes),
    Other(Sender<String>),
}

impl Line {
    /// Opens a line for a page. `told` hears the events of another program's engine, as this program's own are
    /// heard elsewhere.
    ///
    /// # Errors
    /// There is no thread for it.
    pub fn open(
        seat: &Arc<Seat>,
        channel: Channel,
        told: impl Fn(&Event) + Send + 'static,
    ) -> io::Result<Line> {
        let (wire, way) = (Arc::new(Wire::new(channel)), Arc::<Mutex<Way>>::default());
        let carrier =
            Carrier { seat: Arc::clone(seat), wire: Arc::clone(&wire), way: Arc::clone(&way) };
        thread::Builder::new().name("line".to_owned()).spawn(move || carrier.carry(&told))?;
        Ok(Line { wire, way })
    }

    /// The page asks what these texts say, and has heard so many messages in all.
    pub fn hear(&self, asks: &[String], heard: u64) {
        self.wire.heard(heard);
        let way = lock(&self.way);
        if heard < way.since {
            return;
        }
        for text in asks {
            match &way.to {
                // It is answered where its greeting comes, if not before.
                To::Nobody => {}
                To::Own(lanes) => match Ask::of_text(text) {
                    Ok(ask) => lanes.ask(ask.request, ask.command),
                    Err(failure) => self.tell(&Told::Failed(failure)),
                },
                To::Other(out) => {
                    if out.try_send(text.clone()).is_err() {
                        self.refuse(text);
                    }
                }
            }
        }
    }

    /// Far more waits than a person asks for: the other program stands still.
    fn refuse(&self, text: &str) {
        let failure = Failure::new(Code::Busy, "too much waits for the program that has the store")
            .with_hint("try again in a moment");
        self.wire.say_now(&match Ask::of_text(text) {
            Ok(Ask { request, .. }) => Said::Reply { request, result: Box::new(Err(failure)) },
            Err(_) => return,
        });
    }

    /// Tells the page of the window around it.
    pub fn tell(&self, told: &Told) {
        self.wire.tell(told);
    }

    pub(crate) fn wire(&self) -> Arc<Wire> {
        Arc::clone(&self.wire)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // In this order: whoever leads it somewhere afterwards sees that it is closed.
        self.wire.close();
        lock(&self.way).to = To::Nobody;
    }
}

fn lock(way: &Mutex<Way>) -> MutexGuard<'_, Way> {
    way.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side.
struct Carrier {
    seat: Arc<Seat>,
    wire: Arc<Wire>,
    way: Arc<Mutex<Way>>,
}

impl Carrier {
    /// Carries what is said to the page, until the page is gone.
    fn carry(&self, told: &impl Fn(&Event)) {
        let (mut refused, mut after) = (None, None);
        loop {
            let holder = match self.seat.look(refused) {
                At::Own => break,
                At::Other(holder) => holder,
            };
            let address = format!("http://{}", holder.address);
            let Ok(host) = Host::at(&address, holder.token.clone()).map(Host::for_a_window) else {
                refused = Some(holder.address);
                continue;
            };
            let (out, texts) = channel(WAITING);
            if !self.lead(To::Other(out)) {
                return;
            }
            match relay(&host, &holder.what, &self.wire, texts, told) {
                End::Done => return,
                End::Refused => refused = Some(holder.address),
                End::Lost => {
                    self.lead(To::Nobody);
                    self.wire.tell(&Told::Lost(gone(&holder.what)));
                    (refused, after) = (None, Some(holder.what));
                }
            }
        }
        if let Err(error) = self.own(after.as_deref()) {
            let failure = Failure::new(Code::Internal, format!("no thread could be had ({error})"));
            self.wire.tell(&Told::Failed(failure.with_hint("close this window and open it again")));
        }
    }

    /// From here on the page asks there; `false` where it is gone.
    fn lead(&self, to: To) -> bool {
        let mut way = lock(&self.way);
        (way.to, way.since) = (to, self.wire.counts().0);
        !self.wire.closed()
    }

    /// Carries what the engine of this program says. `after` is who had the store until now.
    fn own(&self, after: Option<&str>) -> io::Result<()> {
        let (lanes, heard) = Lanes::open(self.seat.engine.connect(), || {})?;
        if !self.lead(To::Own(lanes)) {
            lock(&self.way).to = To::Nobody;
            return Ok(());
        }
        let welcome = Said::Welcome {
            revision: REVISION,
            version: env!("CARGO_PKG_VERSION").into(),
            host: engine::machine_name(),
        };
        let first =
            std::iter::once(welcome).chain(after.map(|what| Said::Event(Box::new(closed(what)))));
        let said = heard.into_iter().map(|heard| match heard {
            Heard::Reply { request, reply } => Said::Reply { request, result: reply },
            Heard::Event(event) => Said::Event(event),
            Heard::Behind(missed) => Said::Behind(missed),
        });
        for said in first.chain(said) {
            if !self.wire.say(&said) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
