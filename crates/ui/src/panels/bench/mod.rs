//! Bench: the boards, the form that starts a run on one of them, and what just happened.
//!
//! It is the first room that a stranger sees: the form stands ready, so that one press measures
//! something. `form` holds what was written and knows what is wrong with it; `port_words` says what
//! a port is, `flashing` which image a board gets, `fields` the form where nothing can be seen.

mod fields;
mod flashing;
mod flashing_ui;
mod form;
mod form_ui;
mod hearing;
mod hearing_ui;
mod models_ui;
mod port_words;
mod ports_ui;
mod recent_ui;
mod spoken;
mod spoken_ui;

use std::collections::BTreeMap;

use egui::{RichText, Sides, Ui};
use protocol::{Command, DocumentSource, Event, Failure, Reply, RunId};

use self::flashing::Flashing;
use self::form::{Choice, Field, Form};
use self::hearing::Hearing;
use super::fetching::Fetching;
use super::jobs::Ending;
use crate::action::Action;
use crate::asks::{Go, Place};
use crate::icon::Icon;
use crate::kit::{self, Pending, Weight};
use crate::link::Incoming;
use crate::model::{Connection, Model};
use crate::panel::{Panel, Scene};
use crate::shell::{Chosen, DialogId, Told};
use crate::theme::{space, text};
use crate::toast::Tone;

/// From this width on, boards and form stand side by side; in points.
const TWO_COLUMNS: f32 = 640.0;
/// From this width on, what just happened has a column of its own.
const THREE_COLUMNS: f32 = 1360.0;

/// The room.
#[derive(Debug, Default)]
pub struct Bench {
    form: Form,
    /// A start was tried with the form as it is: everything wrong is shown.
    tried: bool,
    /// The wrong field that should get the cursor.
    look_at: Option<Field>,
    /// The start that is on its way, and on which port.
    start: Option<(Pending, String)>,
    /// Why the last start did not work.
    failure: Option<Failure>,
    /// Runs that were started here, with their port.
    started: BTreeMap<RunId, String>,
    stopping: Ending<RunId>,
    fetching: Fetching,
    flashing: Flashing,
    hearing: Hearing,
    dialog: Option<(DialogId, Field)>,
    /// Why there was no dialog for a field.
    no_dialog: Option<(Field, String)>,
    others_open: bool,
}

impl Bench {
    /// Starts what the form asks for, or shows what is wrong with it.
    fn begin(&mut self, scene: &mut Scene<'_>) {
        if self.start.is_some() {
            return;
        }
        let port = self.form.port(&scene.model.ports);
        if port.is_some_and(|port| self.going_on(port, scene.model).is_some()) {
            return;
        }
        self.failure = None;
        // Two cannot have one port open.
        self.hearing.stop(scene.asks);
        match self.form.specs(scene.model) {
            Ok(mut specs) => {
                self.tried = false;
                // What was written as a label is one now.
                if !self.form.tag.trim().is_empty() && self.form.take_tag().is_err() {
                    return;
                }
                let command = match (specs.len(), specs.pop()) {
                    (1, Some(spec)) => Command::StartRun { spec },
                    (_, last) => {
                        specs.extend(last);
                        Command::StartInterleaved { specs }
                    }
                };
                let request = scene.asks.send(command);
                self.start = Some((Pending::new(request), self.form.board.clone()));
            }
            Err(wrongs) => {
                self.tried = true;
                self.look_at = wrongs.keys().next().copied();
                self.form.more |= wrongs.keys().any(|field| field.is_rare());
                for field in wrongs.keys() {
                    if let Field::Meter(field) = field {
                        self.form.meter.reveal(*field);
                    }
                }
            }
        }
    }

    fn stop(&mut self, run: &RunId, scene: &mut Scene<'_>) {
        if !self.stopping.is(run) {
            let request = scene.asks.send(Command::StopRun { run: run.clone() });
            self.stopping.ask(request, run.clone());
        }
    }

    fn notices_ui(&self, ui: &mut Ui, scene: &mut Scene<'_>) {
        if let Some(problem) = &scene.model.store_problem {
            let hint = "Runs cannot be recorded until this is put right";
            kit::notice(ui, Tone::Failure, problem, Some(hint));
            ui.horizontal(|ui| {
                let word = "Choose another folder in Settings";
                if kit::button(ui, Weight::Plain, Some(Icon::Sliders), word).clicked() {
                    scene.asks.go(Go::To(Place::Settings));
                }
            });
            ui.add_space(space::SMALL);
        }
        if scene.model.connection == Connection::Waiting {
            kit::soft(ui, "Looking for boards…");
        }
    }

    fn columns_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let width = ui.available_width();
        let gap = space::LARGE;
        if width < TWO_COLUMNS {
            self.ports_ui(ui, scene);
            ui.add_space(space::SMALL);
            self.form_ui(ui, scene);
            ui.add_space(space::SMALL);
            self.recent_ui(ui, scene);
            return;
        }
        let three = width >= THREE_COLUMNS;
        let side =
            if three { (width * 0.25).min(420.0) } else { (width * 0.36).clamp(260.0, 400.0) };
        let sides = if three { 2.0 } else { 1.0 };
        let middle = width - sides * (side + gap);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            column(ui, side, |ui| {
                self.ports_ui(ui, scene);
                if !three {
                    ui.add_space(space::SMALL);
                    self.recent_ui(ui, scene);
                }
            });
            column(ui, middle, |ui| self.form_ui(ui, scene));
            if three {
                column(ui, side, |ui| self.recent_ui(ui, scene));
            }
        });
    }
}

/// A column's name, and what stands at its right.
fn heading_ui(ui: &mut Ui, name: &str, beside: impl FnOnce(&mut Ui)) {
    let words = RichText::new(name).font(text::heading());
    let label = egui::Label::new(words).truncate();
    Sides::new().height(28.0).shrink_left().truncate().show(ui, |ui| ui.add(label), beside);
}

fn column(ui: &mut Ui, width: f32, body: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.x = space::SMALL;
        ui.set_width(width);
        body(ui);
    });
}

impl Panel for Bench {
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        self.stopping.hear(incoming, scene.asks);
        self.hearing.hear(incoming);
        self.flashing.hear(incoming, scene.asks);
        if let Some(came) = self.fetching.hear(incoming) {
            self.form.model = Choice::Known(came.model);
        }
        match incoming {
            Incoming::Reply { request, reply } => {
                let Some((_, board)) = self.start.take_if(|(pending, _)| pending.is(*request))
                else {
                    return;
                };
                let runs = match &**reply {
                    Ok(Reply::RunStarted { run }) => vec![run.clone()],
                    Ok(Reply::RunsStarted { runs }) => runs.clone(),
                    Ok(_) => Vec::new(),
                    Err(failure) => {
                        self.failure = Some(failure.clone());
                        Vec::new()
                    }
                };
                for run in &runs {
                    self.started.insert(run.clone(), board.clone());
                }
                if let Some(first) = runs.into_iter().next() {
                    scene.asks.go(Go::Watch(first));
                }
            }
            Incoming::Event(event) => match &**event {
                Event::RunFinished { run, .. } => {
                    self.started.remove(run);
                    self.stopping.ended(run);
                }
                Event::PortsChanged(ports) => self.form.follow(ports),
                _ => {}
            },
            Incoming::Connected | Incoming::Lost { .. } => self.start = None,
        }
    }

    fn told(&mut self, told: &Told, scene: &mut Scene<'_>) {
        let Told::Chosen { dialog, chosen } = told else { return };
        self.flashing.told(*dialog, chosen, scene.asks);
        let Some((_, field)) = self.dialog.take_if(|(id, _)| id == dialog) else { return };
        match chosen {
            Chosen::Paths(paths) => {
                if field == Field::Inputs {
                    let lines: Vec<String> =
                        paths.iter().map(|p| p.display().to_string()).collect();
                    self.form.spoken.inputs = lines.join("\n");
                    self.no_dialog = None;
                    return;
                }
                let Some(path) = paths.first() else { return };
                let path = path.display().to_string();
                match field {
                    Field::Program => self.form.spoken.program = path,
                    Field::ModelPath => self.form.model_path = path,
                    _ => self.form.tokenizer_path = path,
                }
                self.no_dialog = None;
            }
            Chosen::Documents(_) | Chosen::Nothing => {}
            Chosen::Unavailable { why } => {
                self.no_dialog = Some((field, why.clone()));
                self.look_at = None;
            }
        }
    }

    /// Checkpoints and tokenizers go into the form; what is anything else is nothing for this room.
    fn dropped(&mut self, files: &[DocumentSource], _: &mut Scene<'_>) -> bool {
        let taken = self.form.take_model(files);
        if taken {
            self.failure = None;
        }
        taken
    }

    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        match action {
            Action::StartRun => {
                self.begin(scene);
                true
            }
            Action::StopRun => {
                let Some(only) = scene.model.only_going() else { return false };
                self.stop(only, scene);
                true
            }
            _ => false,
        }
    }

    fn aloud(&self, model: &Model) -> Vec<String> {
        let boards = model.ports.iter().filter(|port| port_words::may_be_a_board(port));
        let boards =
            boards.map(|port| format!("{}: {}", port_words::name(port), port.state.word()));
        let wrongs = if self.tried { fields::wrongs(&self.form, model) } else { Vec::new() };
        let failure = self.failure.iter().map(ToString::to_string);
        failure.chain(wrongs).chain(boards).collect()
    }

    fn fields(&self, model: &Model) -> Vec<crate::aloud::Field> {
        fields::fields(&self.form, model)
    }

    fn write(&mut self, field: &str, value: &str, scene: &mut Scene<'_>) {
        fields::write(&mut self.form, field, value, scene.model);
        self.failure = None;
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        kit::page(
            ui,
            "Bench",
            |_| {},
            |ui| {
                self.notices_ui(ui, scene);
                self.columns_ui(ui, scene);
            },
        );
    }

    fn memory(&self) -> Option<String> {
        serde_json::to_string(&self.form).ok()
    }

    fn recall(&mut self, memory: &str) {
        // A memory of another version that cannot be read is forgotten.
        self.form = serde_json::from_str(memory).unwrap_or_default();
    }
}
