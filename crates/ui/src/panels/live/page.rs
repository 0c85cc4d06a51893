//! The page: plots at the left, cards beside them, or under them where it is narrow; and what each
//! frame of the window asks of the engine.

use std::sync::Arc;
use std::time::Duration;

use egui::{Margin, Rect, ScrollArea, Ui, UiBuilder};
use protocol::{RunId, ViewFrame, ViewSpec, ViewWindow};

use super::between::Again;
use super::{Live, field, phases};
use crate::asks::{Go, Place};
use crate::icon::Icon;
use crate::kit::{self, Step, Weight};
use crate::model::Connection;
use crate::panel::Scene;
use crate::theme::space;
use crate::toast::Tone;

/// Width of the cards beside the plots, in points.
const SIDE: f32 = 268.0;
/// From this width on, the cards stand beside the plots.
const WIDE: f32 = 820.0;
/// Height of the plots where the cards stand under them.
const STACKED: f32 = 470.0;
/// While a marker stands beyond the newest sample, it is measured again every so many milliseconds.
const GROWS_MS: f64 = 500.0;
/// How long a first frame may take before that is said, in seconds.
const PATIENCE_S: f64 = 0.2;

impl Live {
    fn specs(&self, run: &RunId, width: f32) -> [ViewSpec; 2] {
        let width_px = (width.max(64.0) as u32).min(4096);
        let main = ViewSpec {
            run: run.clone(),
            signals: Vec::new(),
            window: self.sight.window(),
            width_px,
        };
        let overview = ViewSpec {
            run: run.clone(),
            signals: vec!["token_latency".into()],
            window: ViewWindow::Whole,
            width_px: width_px / 2,
        };
        [main, overview]
    }

    fn measure(&mut self, ui: &Ui, run: &RunId, scene: &mut Scene<'_>) {
        let Some(pair) = self.markers.pair() else { return };
        let grows = self.recording && pair[1] > self.end_ms;
        let version = if grows { (self.end_ms / GROWS_MS) as u64 } else { 0 };
        let now_s = ui.input(|input| input.time);
        if let Again::In(seconds) = self.between.want(run, pair, version, now_s, scene.asks) {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(seconds));
        }
    }

    pub(super) fn empty(&self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let steps = [Step { icon: Some(Icon::Play), word: "Start run" }];
        let explains = "Start a run to watch its latency, memory and power as they are recorded";
        if kit::empty(ui, Icon::Pulse, "Nothing has been recorded yet", explains, &steps).is_some()
        {
            scene.asks.go(Go::To(Place::Bench));
        }
    }

    pub(super) fn body(&mut self, ui: &mut Ui, run: &RunId, scene: &mut Scene<'_>) {
        let room = ui.available_rect_before_wrap();
        let wide = room.width() >= WIDE;
        let plots = if wide { room.width() - SIDE - space::LARGE } else { room.width() };
        if scene.model.connection == Connection::Live {
            let width = (plots - 24.0 - field::GUTTER) * ui.ctx().pixels_per_point();
            let [main, overview] = self.specs(run, width);
            self.main.want(&main, scene.asks);
            self.overview.want(&overview, scene.asks);
        }
        if let Some(problem) = self.main.problem().cloned() {
            kit::notice(ui, Tone::Failure, &problem.message, problem.hint.as_deref());
            ui.add_space(space::SMALL);
            if kit::button(ui, Weight::Plain, Some(Icon::Refresh), "Try again").clicked() {
                self.main.again();
                self.overview.again();
            }
            return;
        }
        let Some(frame) = self.main.frame().cloned() else {
            self.opening(ui);
            return;
        };
        self.opening_s = None;
        self.end_ms = frame.end_ms;
        if let (true, Some(overview)) = (self.sight.is_held(), self.overview.frame()) {
            // A held picture gets no new frames: how long the run is by now, the little one knows.
            self.end_ms = self.end_ms.max(overview.end_ms);
        }
        self.recording = frame.recording && scene.model.going.contains_key(run);
        if !frame.recording {
            self.sight = self.sight.ended(self.end_ms);
        }
        self.measure(ui, run, scene);
        if !wide {
            beside_the_edge(ui, "stacked", room, |ui| {
                self.plots(ui, &frame, STACKED.max(room.height() * 0.75));
                ui.add_space(space::LARGE);
                self.cards(ui, &frame);
            });
            return;
        }
        let mut left = room;
        left.set_width(plots);
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
            let scroll = ScrollArea::vertical().id_salt("lanes").auto_shrink([false, false]);
            scroll.show(ui, |ui| self.plots(ui, &frame, left.height()));
        });
        let mut right = room;
        right.min.x = room.right() - SIDE;
        beside_the_edge(ui, "cards", right, |ui| self.cards(ui, &frame));
    }

    /// No frame yet: said only where it takes long enough to be noticed.
    fn opening(&mut self, ui: &mut Ui) {
        let now_s = ui.input(|input| input.time);
        let since_s = *self.opening_s.get_or_insert(now_s);
        match now_s - since_s < PATIENCE_S {
            true => ui.ctx().request_repaint_after(Duration::from_secs_f64(PATIENCE_S)),
            false => drop(kit::soft(ui, "Waiting for the first samples")),
        }
    }

    fn plots(&mut self, ui: &mut Ui, frame: &Arc<ViewFrame>, height: f32) {
        let top = ui.cursor().top();
        self.toolbar(ui, self.recording);
        if let Some(note) = &frame.note {
            ui.add_space(space::HAIR);
            kit::notice(ui, Tone::Info, note, None);
        }
        ui.add_space(space::SMALL);
        let used = ui.cursor().top() - top;
        kit::card_with(ui, Margin::same(12), |ui| {
            self.canvas(ui, frame, height - used - 26.0 - space::LARGE);
        });
    }

    fn cards(&mut self, ui: &mut Ui, frame: &ViewFrame) {
        self.stats(ui, frame);
        ui.add_space(space::MEDIUM);
        phases::phases(ui, &frame.positions);
        ui.add_space(space::LARGE);
    }
}

/// Scrolls what does not fit `room`; the bar stands in the margin to the right of it, not over it.
fn beside_the_edge(ui: &mut Ui, name: &str, room: Rect, body: impl FnOnce(&mut Ui)) {
    let mut outer = room;
    outer.max.x += space::MEDIUM;
    ui.scope_builder(UiBuilder::new().max_rect(outer), |ui| {
        let scroll = ScrollArea::vertical().id_salt(name).auto_shrink([false, false]);
        scroll.show(ui, |ui| {
            ui.set_width(room.width());
            body(ui);
        });
    });
}
