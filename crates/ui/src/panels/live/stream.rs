//! One view of the engine's: asks for what is wanted, at most one question at a time, and says that
//! a frame was painted only once it was.

use std::sync::Arc;

use protocol::{Command, Event, Failure, ViewFrame, ViewId, ViewSpec};

use crate::asks::Asks;
use crate::link::{Incoming, RequestId};

/// A view that is open, or will be.
#[derive(Debug, Default)]
pub(super) struct Stream {
    view: Option<ViewId>,
    sent: Option<ViewSpec>,
    waiting: Option<RequestId>,
    frame: Option<Arc<ViewFrame>>,
    unacknowledged: Option<u64>,
    /// Counts frames, so that what was drawn of one can be kept.
    serial: u64,
    problem: Option<Failure>,
}

impl Stream {
    /// What is wanted now. Sent where it is something new and nothing is on its way; else asked for
    /// again with the next frame of the window.
    pub(super) fn want(&mut self, spec: &ViewSpec, asks: &mut Asks) {
        if self.sent.as_ref().is_some_and(|sent| sent.run != spec.run) {
            // The picture of another run says nothing about this one.
            self.frame = None;
            self.problem = None;
        }
        if self.waiting.is_some() || self.sent.as_ref() == Some(spec) {
            return;
        }
        let view = *self.view.get_or_insert_with(|| ViewId(asks.number()));
        self.waiting = Some(asks.send(Command::OpenView { view, spec: spec.clone() }));
        self.sent = Some(spec.clone());
    }

    /// Takes in what came for this view.
    pub(super) fn hear(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Connected | Incoming::Lost { .. } => self.forget(),
            Incoming::Reply { request, reply } if self.waiting == Some(*request) => {
                self.waiting = None;
                self.problem = reply.as_ref().as_ref().err().cloned();
            }
            Incoming::Event(event) => {
                if let Event::ViewFrame(frame) = &**event
                    && self.view == Some(frame.view)
                {
                    self.unacknowledged = Some(frame.seq);
                    if self.sent.as_ref().is_some_and(|sent| sent.run == frame.run) {
                        self.frame = Some(Arc::new((**frame).clone()));
                        self.serial += 1;
                        self.problem = None;
                    }
                }
            }
            Incoming::Reply { .. } => {}
        }
    }

    /// The window was painted with the newest frame: the next one may come.
    pub(super) fn painted(&mut self, asks: &mut Asks) {
        if let (Some(view), Some(seq)) = (self.view, self.unacknowledged.take()) {
            asks.send(Command::AckView { view, seq });
        }
    }

    /// Nobody looks any more. The last picture is kept for when somebody looks again.
    pub(super) fn close(&mut self, asks: &mut Asks) {
        if let Some(view) = self.view {
            asks.send(Command::CloseView { view });
        }
        self.forget();
    }

    /// Asks again for what was refused.
    pub(super) fn again(&mut self) {
        self.problem = None;
        self.sent = None;
    }

    /// The newest frame of the run that is wanted.
    pub(super) fn frame(&self) -> Option<&Arc<ViewFrame>> {
        self.frame.as_ref()
    }

    /// A number that is another one for every frame.
    pub(super) fn serial(&self) -> u64 {
        self.serial
    }

    /// Why there is no view.
    pub(super) fn problem(&self) -> Option<&Failure> {
        self.problem.as_ref()
    }

    /// The engine knows nothing of this view, or not any more.
    fn forget(&mut self) {
        let frame = self.frame.take();
        let serial = self.serial;
        *self = Stream { frame, serial, ..Stream::default() };
    }
}
