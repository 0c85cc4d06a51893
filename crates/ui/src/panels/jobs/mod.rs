//! Jobs: what goes on, runs and jobs alike, how far it is, and what came of what ended.

mod ended_ui;
mod ending;
mod going_ui;

use egui::{RichText, Ui};
use protocol::{Command, Event, JobId, JobKind, RunId};

pub(crate) use ending::Ending;

use crate::action::Action;
use crate::asks::{Go, Place};
use crate::icon::Icon;
use crate::kit::{self, Step};
use crate::link::Incoming;
use crate::model::Model;
use crate::panel::{Panel, Scene};
use crate::theme::{Palette, space, text};

/// The room.
#[derive(Debug, Default)]
pub struct Jobs {
    runs: Ending<RunId>,
    jobs: Ending<JobId>,
}

impl Jobs {
    fn stop(&mut self, run: &RunId, scene: &mut Scene<'_>) {
        if !self.runs.is(run) {
            let request = scene.asks.send(Command::StopRun { run: run.clone() });
            self.runs.ask(request, run.clone());
        }
    }

    fn cancel(&mut self, job: JobId, scene: &mut Scene<'_>) {
        if !self.jobs.is(&job) {
            let request = scene.asks.send(Command::Cancel { job });
            self.jobs.ask(request, job);
        }
    }
}

/// An icon for a sort of work.
fn sign(kind: Option<JobKind>) -> Icon {
    match kind {
        Some(JobKind::Compress) => Icon::Compress,
        Some(JobKind::Fit) => Icon::Fit,
        Some(JobKind::FetchModel) => Icon::In,
        Some(JobKind::Heat | JobKind::Fidelity | JobKind::Tune) => Icon::Focus,
        Some(JobKind::Listen | JobKind::Flash) => Icon::Usb,
        None => Icon::Jobs,
    }
}

/// What a sort of work is called, and where what it makes can be seen.
fn kind_words(kind: Option<JobKind>) -> (&'static str, Option<(&'static str, Place)>) {
    match kind {
        Some(JobKind::Compress) => ("Compressing", Some(("Open Compress", Place::Compress))),
        Some(JobKind::Fit) => ("Trying a document", Some(("Open Fit", Place::Fit))),
        Some(JobKind::FetchModel) => ("Getting a model", Some(("Open Bench", Place::Bench))),
        Some(JobKind::Fidelity) => {
            ("Measuring what is left", Some(("Open Compress", Place::Compress)))
        }
        Some(JobKind::Tune) => ("Fitting weights", None),
        Some(JobKind::Heat) => ("Mapping what survives", Some(("Open Compress", Place::Compress))),
        Some(JobKind::Flash) => ("Writing an image", Some(("Open Bench", Place::Bench))),
        Some(JobKind::Listen) => ("Listening", Some(("Open Bench", Place::Bench))),
        None => ("Work", None),
    }
}

/// Where what came of a job can be seen: a model that reads text among those of the settings.
fn opens(kind: Option<JobKind>, title: &str, model: &Model) -> Option<(&'static str, Place)> {
    let for_boards = || model.models.iter().any(|model| model.name == title);
    match kind {
        Some(JobKind::FetchModel) if !for_boards() => Some(("Open Settings", Place::Settings)),
        kind => kind_words(kind).1,
    }
}

/// A section's name with a count.
fn heading(ui: &mut Ui, words: &str, count: usize) {
    let palette = Palette::here(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words).font(text::heading()));
        ui.label(RichText::new(count.to_string()).color(palette.faint));
    });
}

impl Panel for Jobs {
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        self.runs.hear(incoming, scene.asks);
        self.jobs.hear(incoming, scene.asks);
        if let Incoming::Event(event) = incoming {
            match &**event {
                Event::RunFinished { run, .. } => self.runs.ended(run),
                Event::JobFinished { job, .. } => self.jobs.ended(job),
                _ => {}
            }
        }
    }

    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        match (action, scene.model.only_going()) {
            (Action::StopRun, Some(only)) => {
                self.stop(only, scene);
                true
            }
            _ => false,
        }
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        kit::page(
            ui,
            "Jobs",
            |_| {},
            |ui| {
                let model = scene.model;
                let going = model.going.len() + model.jobs.going.len();
                if going == 0 && model.jobs.ended.is_empty() {
                    nothing_ui(ui, scene);
                    return;
                }
                heading(ui, "Going on", going);
                self.going_ui(ui, scene);
                if !model.jobs.ended.is_empty() {
                    ui.add_space(space::LARGE);
                    heading(ui, "Ended", model.jobs.ended.len());
                    ended_ui::ended_ui(ui, scene);
                }
            },
        );
    }
}

fn nothing_ui(ui: &mut Ui, scene: &mut Scene<'_>) {
    let steps = [
        Step { icon: Some(Icon::Board), word: "Start a run" },
        Step { icon: Some(Icon::Compress), word: "Compress a document" },
    ];
    let explains = "Runs, compressions, fits and downloads stand here while they go on, with how \
                    far they are and a way to stop them; what came of them stays below";
    match kit::empty(ui, Icon::Jobs, "Nothing goes on", explains, &steps) {
        Some(0) => scene.asks.go(Go::To(Place::Bench)),
        Some(_) => scene.asks.go(Go::To(Place::Compress)),
        None => {}
    }
}
