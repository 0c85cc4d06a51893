//! Asks for the newest runs, one question at a time however often they change.

use protocol::{Command, RunFilter};

use crate::asks::Asks;
use crate::link::RequestId;

/// How many runs lists offer to choose from.
pub(super) const NEWEST: u32 = 200;

/// The question on its way, and whether its answer will be out of date already.
#[derive(Debug, Default)]
pub(super) struct Asking {
    asked: Option<RequestId>,
    stale: bool,
}

impl Asking {
    /// The list changed: ask, or ask again once the answer is here.
    pub(super) fn again(&mut self, asks: &mut Asks) {
        if self.asked.is_some() {
            self.stale = true;
            return;
        }
        let filter = RunFilter { limit: NEWEST, ..RunFilter::default() };
        self.asked = Some(asks.send(Command::ListRuns { filter }));
    }

    /// Whether this was the question; asks again where the list changed meanwhile.
    pub(super) fn answered(&mut self, request: RequestId, asks: &mut Asks) -> bool {
        if self.asked != Some(request) {
            return false;
        }
        self.asked = None;
        if std::mem::take(&mut self.stale) {
            self.again(asks);
        }
        true
    }
}
