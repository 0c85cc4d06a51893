//! What the store takes, whether it is sound, and a copy of it elsewhere.

use std::path::PathBuf;

use egui::Ui;
use protocol::numbers::bytes;
use protocol::{Command, Failure, Reply, StoreReport, StoreUsage};

use crate::icon::Icon;
use crate::kit::{self, Pending, Weight};
use crate::link::Incoming;
use crate::panel::Scene;
use crate::shell::{Chosen, Dialog, DialogId, Told};
use crate::theme::space;
use crate::toast::Tone;

/// What the last care was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Care {
    Check,
    BackUp,
}

/// The card's state.
#[derive(Debug, Default)]
pub(super) struct StoreCare {
    measuring: Option<Pending>,
    usage: Option<Result<StoreUsage, Failure>>,
    caring: Option<(Pending, Care)>,
    report: Option<(Care, Result<StoreReport, Failure>)>,
    dialog: Option<DialogId>,
    /// A path that is written because there is no dialog, and why there is none.
    path: Option<(String, String)>,
}

impl StoreCare {
    /// Asks what the store takes, where nobody asked yet.
    pub(super) fn measure_once(&mut self, scene: &mut Scene<'_>) {
        if self.usage.is_none() && self.measuring.is_none() {
            self.measure(scene);
        }
    }

    fn measure(&mut self, scene: &mut Scene<'_>) {
        self.measuring = Some(Pending::new(scene.asks.send(Command::MeasureStore)));
    }

    fn care(&mut self, care: Care, command: Command, scene: &mut Scene<'_>) {
        if self.caring.is_none() {
            self.caring = Some((Pending::new(scene.asks.send(command)), care));
        }
    }

    pub(super) fn hear(&mut self, incoming: &Incoming) {
        let (request, reply) = match incoming {
            Incoming::Reply { request, reply } => (*request, &**reply),
            Incoming::Connected | Incoming::Lost { .. } => {
                (self.measuring, self.caring, self.usage) = (None, None, None);
                return;
            }
            Incoming::Event(_) => return,
        };
        if kit::answered(&mut self.measuring, request) {
            self.usage = Some(match reply {
                Ok(Reply::Usage(usage)) => Ok(usage.clone()),
                Ok(_) => Err(unexpected()),
                Err(failure) => Err(failure.clone()),
            });
        } else if let Some((_, care)) = self.caring.take_if(|(asked, _)| asked.is(request)) {
            let report = match reply {
                Ok(Reply::Store(report)) => Ok(report.clone()),
                Ok(_) => Err(unexpected()),
                Err(failure) => Err(failure.clone()),
            };
            self.report = Some((care, report));
        }
    }

    pub(super) fn told(&mut self, told: &Told, scene: &mut Scene<'_>) {
        let Told::Chosen { dialog, chosen } = told else { return };
        if self.dialog.take_if(|id| id == dialog).is_none() {
            return;
        }
        match chosen {
            Chosen::Paths(paths) => {
                if let Some(path) = paths.first() {
                    self.back_up(path.clone(), scene);
                }
            }
            Chosen::Documents(_) | Chosen::Nothing => {}
            Chosen::Unavailable { why } => self.path = Some((String::new(), why.clone())),
        }
    }

    fn back_up(&mut self, path: PathBuf, scene: &mut Scene<'_>) {
        self.care(Care::BackUp, Command::BackUpStore { path }, scene);
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let mut again = false;
        let beside = |ui: &mut Ui| {
            again = kit::icon_button(ui, Icon::Refresh, "Measure the store again").clicked();
        };
        kit::titled(ui, "Store", beside, |ui| {
            self.usage_ui(ui);
            ui.add_space(space::HAIR);
            self.care_ui(ui, scene);
            self.report_ui(ui);
        });
        if again && self.measuring.is_none() {
            self.measure(scene);
        }
    }

    fn usage_ui(&mut self, ui: &mut Ui) {
        let slow = self.measuring.as_mut().is_some_and(|asked| asked.shows(ui));
        let usage = match &self.usage {
            Some(Err(failure)) => {
                kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
                return;
            }
            Some(Ok(usage)) => Some(usage),
            None => None,
        };
        // The rows stand from the beginning, so that nothing moves when the figures come.
        let size = |value: Option<u64>| value.map(|value| bytes(value as f64));
        let rows = [
            ("Runs", usage.map(|usage| usage.runs.to_string()), "not measured yet"),
            ("Runs and their figures", size(usage.map(|u| u.app_bytes)), "not measured yet"),
            ("Samples", size(usage.map(|usage| usage.samples_bytes)), "not measured yet"),
            (
                "Free on its disk",
                size(usage.and_then(|usage| usage.free_bytes)),
                "the system does not tell",
            ),
        ];
        ui.add_enabled_ui(!slow, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (name, value, why) in rows {
                kit::row(ui, name, |ui| {
                    match value {
                        Some(value) => ui.label(value),
                        None => ui.label("—").on_hover_text(why),
                    };
                });
            }
        });
    }

    fn care_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let slow = self.caring.as_mut().is_some_and(|(asked, _)| asked.shows(ui));
        let doing = self.caring.map(|(_, care)| care).filter(|_| slow);
        let check = if doing == Some(Care::Check) { "Checking…" } else { "Check" };
        let back_up = if doing == Some(Care::BackUp) { "Backing up…" } else { "Back up…" };
        ui.add_enabled_ui(!slow, |ui| {
            ui.horizontal_wrapped(|ui| {
                let why = "Reads every run and sees that nothing is damaged";
                if kit::button(ui, Weight::Plain, Some(Icon::Check), check)
                    .on_hover_text(why)
                    .clicked()
                {
                    self.care(Care::Check, Command::CheckStore, scene);
                }
                let why = "Copies everything into an empty folder";
                if kit::button(ui, Weight::Plain, Some(Icon::Save), back_up)
                    .on_hover_text(why)
                    .clicked()
                {
                    match &scene.surroundings.no_dialogs {
                        Some(why) => self.path = Some((String::new(), why.clone())),
                        None => {
                            let title = "An empty folder for the backup".to_owned();
                            self.dialog = Some(scene.asks.dialog(Dialog::Folder { title }));
                        }
                    }
                }
            });
        });
        self.path_ui(ui, scene);
    }

    fn path_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let Some((path, why)) = &mut self.path else { return };
        kit::soft(ui, &format!("No dialog can be opened here ({why}); write the folder instead"));
        let response = kit::field(ui, "Folder for the backup", path, "a new or an empty folder");
        let enter = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let written = path.trim().to_owned();
        let pressed = ui
            .add_enabled_ui(!written.is_empty(), |ui| {
                kit::button(ui, Weight::Plain, Some(Icon::Save), "Back up there").clicked()
            })
            .inner;
        if (enter || pressed) && !written.is_empty() {
            self.path = None;
            self.back_up(PathBuf::from(written), scene);
        }
    }

    fn report_ui(&self, ui: &mut Ui) {
        match &self.report {
            None => {}
            Some((_, Err(failure))) => {
                kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
            }
            Some((care, Ok(report))) => {
                let (tone, words) = match (care, report.sound) {
                    (Care::Check, true) => (Tone::Done, "The store is sound"),
                    (Care::Check, false) => (Tone::Failure, "Something is wrong with the store"),
                    (Care::BackUp, true) => (Tone::Done, "The backup is written"),
                    (Care::BackUp, false) => (Tone::Failure, "The backup is not sound"),
                };
                let lines = report.lines.join("\n");
                let lines = (!lines.is_empty()).then_some(lines.as_str());
                kit::notice(ui, tone, words, lines);
            }
        }
    }
}

fn unexpected() -> Failure {
    let message = "the bench gave an answer that does not fit";
    Failure::new(protocol::Code::Internal, message).with_hint("try again")
}
