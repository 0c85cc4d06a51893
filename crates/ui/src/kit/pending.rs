//! A question that is on its way: shown as such only once it takes long enough to be noticed.

use egui::Ui;

use crate::link::RequestId;

/// An answer that comes sooner than this is waited for without a word, in seconds.
const NOTICED_S: f64 = 0.15;

/// A question that is on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pending {
    request: RequestId,
    /// On the window's clock; found out when first drawn.
    since_s: Option<f64>,
}

impl Pending {
    /// The question was just sent.
    pub fn new(request: RequestId) -> Pending {
        Pending { request, since_s: None }
    }

    /// Whether this is the answer to it.
    pub fn is(&self, request: RequestId) -> bool {
        self.request == request
    }

    /// Whether it takes long enough to be shown; draws again when it does.
    pub fn shows(&mut self, ui: &Ui) -> bool {
        let now_s = ui.input(|input| input.time);
        let left_s = *self.since_s.get_or_insert(now_s) + NOTICED_S - now_s;
        if left_s > 0.0 {
            ui.ctx().request_repaint_after_secs(left_s as f32);
        }
        left_s <= 0.0
    }
}

/// Whether this is the answer to the question that may be on its way; if so, it is no longer.
pub fn answered(pending: &mut Option<Pending>, request: RequestId) -> bool {
    pending.take_if(|pending| pending.is(request)).is_some()
}
