//! What was asked to end and has not ended yet.

use std::collections::BTreeMap;

use crate::asks::Asks;
use crate::link::{Incoming, RequestId};

/// Runs or jobs that were asked to end.
#[derive(Debug)]
pub(crate) struct Ending<K> {
    asked: BTreeMap<RequestId, K>,
}

impl<K> Default for Ending<K> {
    fn default() -> Self {
        Ending { asked: BTreeMap::new() }
    }
}

impl<K: PartialEq> Ending<K> {
    /// It was asked to end.
    pub(crate) fn ask(&mut self, request: RequestId, what: K) {
        self.asked.insert(request, what);
    }

    /// Whether it was asked to end.
    pub(crate) fn is(&self, what: &K) -> bool {
        self.asked.values().any(|asked| asked == what)
    }

    /// It has ended.
    pub(crate) fn ended(&mut self, what: &K) {
        self.asked.retain(|_, asked| asked != what);
    }

    /// A refusal lets it be asked again, and says why.
    pub(crate) fn hear(&mut self, incoming: &Incoming, asks: &mut Asks) {
        match incoming {
            Incoming::Reply { request, reply } => {
                if let Err(failure) = &**reply
                    && self.asked.remove(request).is_some()
                {
                    asks.fail(failure);
                }
            }
            Incoming::Connected => self.asked.clear(),
            Incoming::Lost { .. } | Incoming::Event(_) => {}
        }
    }
}
