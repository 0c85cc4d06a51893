//! Live: a run's signals over one time axis, while it is recorded and after.
//!
//! Two views of the engine's feed it: what is looked at, and the whole in little under it. What a
//! hand does changes only which stretch is wanted; the picture that is there is stretched to it
//! until the new one comes. A frame is acknowledged after it was painted, so that a room nobody
//! looks at costs nothing.

mod between;
mod canvas;
mod choice;
mod field;
mod flags;
mod header;
mod lane;
mod lanes;
mod markers;
mod minimap;
mod page;
mod phases;
mod reading;
mod readout;
mod sight;
mod source;
mod stats;
mod stream;
mod tokens;
mod toolbar;

use std::collections::BTreeSet;

use egui::{Align, Frame, Layout, Margin, Ui};
use protocol::{Event, RunId};
use serde::{Deserialize, Serialize};

use self::between::Between;
use self::canvas::Drag;
use self::choice::Choice;
use self::lane::Sketches;
use self::markers::{Marker, Markers};
use self::sight::{FOLLOW_MS, Sight};
use self::stream::Stream;
use crate::action::Action;
use crate::asks::Go;
use crate::kit;
use crate::link::{Incoming, RequestId};
use crate::model::{Connection, Model};
use crate::panel::{Panel, Scene};
use crate::theme::space;

/// What is said of a picture that is held while the recording goes on.
const PAUSED: &str = "Paused; the recording goes on";

/// What the vertical axes are made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Heights {
    /// The whole run: they hardly ever change.
    #[default]
    Whole,
    /// What is in sight.
    Seen,
}

/// What is remembered between starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// Lanes that are folded.
    folded: BTreeSet<String>,
    /// What the axes are made for.
    heights: Heights,
    /// How much of a recording is followed, in milliseconds.
    follow_ms: f64,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { folded: BTreeSet::new(), heights: Heights::Whole, follow_ms: FOLLOW_MS }
    }
}

/// The room.
#[derive(Debug)]
pub struct Live {
    choice: Choice,
    shown: Option<RunId>,
    main: Stream,
    overview: Stream,
    sight: Sight,
    /// The last sight that moved with the recording: where a pause ends.
    moving: Sight,
    end_ms: f64,
    recording: bool,
    markers: Markers,
    before_click: Option<Markers>,
    between: Between,
    kept: Kept,
    sketches: Sketches,
    stopping: Option<(RunId, RequestId)>,
    pointer_ms: Option<f64>,
    drag: Option<Drag>,
    /// Since when a frame is waited for, in seconds of the window's clock.
    opening_s: Option<f64>,
}

impl Default for Live {
    fn default() -> Live {
        Live {
            choice: Choice::default(),
            shown: None,
            main: Stream::default(),
            overview: Stream::default(),
            sight: Sight::Whole,
            moving: Sight::Whole,
            end_ms: 0.0,
            recording: false,
            markers: Markers::default(),
            before_click: None,
            between: Between::default(),
            kept: Kept::default(),
            sketches: Sketches::default(),
            stopping: None,
            pointer_ms: None,
            drag: None,
            opening_s: None,
        }
    }
}

impl Live {
    /// Looks at another stretch.
    fn look(&mut self, sight: Sight) {
        if let Sight::Follow { span_ms } = sight {
            self.kept.follow_ms = span_ms;
        }
        if !sight.is_held() {
            self.moving = sight;
        }
        self.sight = sight;
    }

    /// Holds the picture, or lets it go on; one that does not move is held already.
    fn pause(&mut self) {
        match (self.sight.is_held(), self.recording) {
            (true, _) => self.look(self.moving),
            (false, true) => self.look(self.sight.held(self.end_ms)),
            (false, false) => {}
        }
    }

    fn middle_ms(&self) -> f64 {
        let [from, to] = self.sight.shown(self.end_ms);
        (from + to) / 2.0
    }

    fn zoom(&mut self, at_ms: f64, times: f64) {
        let sight = match (self.recording, self.sight) {
            // What does not move any more is zoomed where the pointer is, not at its end.
            (false, Sight::Follow { .. }) => self.sight.held(self.end_ms),
            (_, sight) => sight,
        };
        self.look(sight.zoomed(at_ms, times, self.end_ms));
    }

    /// The next marker, at the pointer.
    fn place_marker(&mut self) {
        match self.pointer_ms {
            Some(at_ms) => self.markers.place(at_ms),
            None => self.place_marker_in_sight(),
        }
    }

    /// The next marker, where it can be seen and does not hide the other one.
    fn place_marker_in_sight(&mut self) {
        let [from, to] = self.sight.shown(self.end_ms);
        let share = match self.markers.next() {
            Marker::A => 1.0 / 3.0,
            Marker::B => 2.0 / 3.0,
        };
        self.markers.place(from + (to - from) * share);
    }

    fn clear_markers(&mut self) {
        self.markers = Markers::default();
        self.between.forget();
    }

    /// Looks at another run because a person wants to.
    fn show(&mut self, run: RunId) {
        self.choice.pin(run);
    }

    /// Another run is there: its own time axis, markers and axes.
    fn turn_to(&mut self, run: &RunId, going: bool) {
        if self.shown.as_ref() == Some(run) {
            return;
        }
        self.shown = Some(run.clone());
        self.clear_markers();
        self.sketches.forget();
        self.end_ms = 0.0;
        self.recording = going;
        self.look(match going {
            true => Sight::Follow { span_ms: self.kept.follow_ms },
            false => Sight::Whole,
        });
    }
}

impl Panel for Live {
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        self.choice.hear(incoming, scene.model);
        self.main.hear(incoming);
        self.overview.hear(incoming);
        self.between.hear(incoming);
        match incoming {
            Incoming::Reply { request, reply } => {
                let ours = self.stopping.as_ref().is_some_and(|(_, asked)| asked == request);
                if let (true, Err(failure)) = (ours, &**reply) {
                    self.stopping = None;
                    scene.asks.fail(failure);
                }
            }
            Incoming::Event(event) => {
                if let Event::RunFinished { run, .. } = &**event
                    && self.stopping.as_ref().is_some_and(|(of, _)| of == run)
                {
                    self.stopping = None;
                }
            }
            Incoming::Lost { .. } => self.stopping = None,
            Incoming::Connected => {}
        }
    }

    fn enter(&mut self, go: &Go, scene: &mut Scene<'_>) {
        match go {
            Go::Watch(run) => self.show(run.clone()),
            _ => self.choice.enter(scene.model),
        }
    }

    fn leave(&mut self, scene: &mut Scene<'_>) {
        self.main.close(scene.asks);
        self.overview.close(scene.asks);
    }

    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        match action {
            Action::StopRun => {
                let going = &scene.model.going;
                let looked_at = self.choice.current().filter(|run| going.contains_key(*run));
                let only = scene.model.only_going();
                let Some(run) = looked_at.or(only).cloned() else { return false };
                self.stop(run, scene);
            }
            Action::PauseView => self.pause(),
            Action::ZoomAll => self.look(Sight::Whole),
            Action::ZoomIn => self.zoom(self.pointer_ms.unwrap_or(self.middle_ms()), 0.5),
            Action::ZoomOut => self.zoom(self.pointer_ms.unwrap_or(self.middle_ms()), 2.0),
            Action::PlaceMarker => self.place_marker(),
            Action::ClearMarkers => self.clear_markers(),
            _ => return false,
        }
        true
    }

    fn aloud(&self, model: &Model) -> Vec<String> {
        let summary = self.choice.summary(model);
        let run =
            summary.map(|summary| header::aloud(summary, model.going.contains_key(&summary.run)));
        let held = self.recording && self.sight.is_held();
        run.into_iter().flatten().chain(held.then(|| PAUSED.to_owned())).collect()
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        if ui.input(|input| input.viewport().visible()) == Some(false) {
            self.main.close(scene.asks);
            self.overview.close(scene.asks);
            return;
        }
        self.choice.settle(scene.model, scene.asks);
        let Some(run) = self.choice.current().cloned() else {
            let known = scene.model.connection == Connection::Live;
            kit::page(
                ui,
                "Live",
                |_| {},
                |ui| {
                    if known && self.choice.is_certainly_none() {
                        self.empty(ui, scene);
                    }
                },
            );
            return;
        };
        self.turn_to(&run, scene.model.going.contains_key(&run));
        let margin = Margin { left: 24, right: 24, top: 18, bottom: 0 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                self.header(ui, &run, scene);
                ui.add_space(space::MEDIUM);
                self.body(ui, &run, scene);
            });
        });
        self.main.painted(scene.asks);
        self.overview.painted(scene.asks);
    }

    fn memory(&self) -> Option<String> {
        serde_json::to_string(&self.kept).ok()
    }

    fn recall(&mut self, memory: &str) {
        if let Ok(kept) = serde_json::from_str::<Kept>(memory) {
            let span = kept.follow_ms;
            self.kept = kept;
            if !(span.is_finite() && span >= sight::LEAST_MS) {
                self.kept.follow_ms = FOLLOW_MS;
            }
        }
    }
}
