//! The way from the window to the engine in the same process: typed values, no copy, and no waiting
//! on either side.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;

use engine::{Engine, Heard, Lanes};
use protocol::Command;
use ui::{Incoming, Link, RequestId};

/// The way to an engine in this process.
pub(crate) struct InProcess {
    lanes: Lanes,
    heard: Receiver<Heard>,
    greeted: bool,
    unanswered: Arc<AtomicUsize>,
}

impl InProcess {
    /// Connects; `wake` is called from other threads when something has come in.
    pub(crate) fn connect(
        engine: &Engine,
        wake: impl Fn() + Clone + Send + 'static,
    ) -> std::io::Result<InProcess> {
        let (lanes, heard) = Lanes::open(engine.connect(), wake)?;
        Ok(InProcess { lanes, heard, greeted: false, unanswered: Arc::default() })
    }

    /// Counts the commands whose answers the window has not taken yet.
    pub(crate) fn unanswered(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.unanswered)
    }
}

impl Link for InProcess {
    fn send(&mut self, request: RequestId, command: Command) {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        self.lanes.ask(request.0, command);
    }

    fn poll(&mut self) -> Option<Incoming> {
        if !std::mem::replace(&mut self.greeted, true) {
            return Some(Incoming::Connected);
        }
        Some(match self.heard.try_recv().ok()? {
            Heard::Reply { request, reply } => {
                self.unanswered.fetch_sub(1, Ordering::Relaxed);
                Incoming::Reply { request: RequestId(request), reply }
            }
            Heard::Event(event) => Incoming::Event(event),
            // What was missed is in a snapshot.
            Heard::Behind(_) => Incoming::Connected,
        })
    }
}
