//! Beside the form: how the try goes, what came of it, or what there is to try.

use egui::Ui;
use protocol::Command;

use super::{Fit, Going, result_ui};
use crate::icon::Icon;
use crate::kit::{self, Step, Weight};
use crate::panel::Scene;
use crate::theme::{Palette, space};
use crate::toast::Tone;

impl Fit {
    pub(super) fn work_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        if let Some(failure) = &self.failure {
            let cancelled = failure.code == protocol::Code::Cancelled;
            let (tone, words) = match cancelled {
                true => (Tone::Info, "The try was cancelled; what was measured is kept in Runs"),
                false => (Tone::Failure, failure.message.as_str()),
            };
            let hint = failure.hint.as_deref().or(failure.detail.as_deref());
            kit::notice(ui, tone, words, hint.filter(|_| !cancelled));
            ui.add_space(space::HAIR);
        }
        if !matches!(self.going, Going::Nothing) {
            self.going_ui(ui, scene);
            ui.add_space(space::HAIR);
        }
        match &self.done {
            Some(done) => {
                ui.scope(|ui| {
                    if !matches!(self.going, Going::Nothing) {
                        ui.multiply_opacity(0.5);
                    }
                    result_ui::result_ui(ui, &done.view, done.wanted, scene);
                });
            }
            None if matches!(self.going, Going::Nothing) && self.failure.is_none() => {
                self.empty_ui(ui, scene);
            }
            None => {}
        }
    }

    fn empty_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let explains = "The same question goes to the same board, once with the whole document and \
                        once with what is left of it, in turns";
        let steps = [Step { icon: Some(Icon::Folder), word: "Choose a document" }];
        let given = self.form.document.is_some();
        let steps: &[Step<'_>] = if given { &[] } else { &steps };
        let title = match given {
            true => "Ready to try",
            false => "What does compressing a document save?",
        };
        if kit::empty(ui, Icon::Fit, title, explains, steps).is_some() {
            self.open(scene);
        }
    }

    fn going_ui(&self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let palette = Palette::here(ui);
        let job = match &self.going {
            Going::Running { job, .. } => Some(*job),
            _ => None,
        };
        let known = job.and_then(|job| scene.model.jobs.going.get(&job));
        let title = known.map_or("Starting", |known| known.view.title.as_str()).to_owned();
        let mut cancel = false;
        kit::titled(
            ui,
            &title,
            |ui| {
                cancel = ui
                    .add_enabled_ui(job.is_some(), |ui| {
                        kit::button(ui, Weight::Plain, Some(Icon::Stop), "Cancel").clicked()
                    })
                    .inner;
            },
            |ui| {
                let Some(known) = known else {
                    kit::busy(ui, "Progress of the try");
                    return;
                };
                match known.share() {
                    Some(share) => kit::progress(ui, share, "Progress of the try"),
                    None => kit::busy(ui, "Progress of the try"),
                };
                ui.horizontal(|ui| {
                    let count = match known.view.total {
                        0 | 1 => known.view.doing.clone(),
                        total => format!("{}, {} of {total}", known.view.doing, known.view.done),
                    };
                    ui.label(egui::RichText::new(count).color(palette.soft));
                    let right = egui::Layout::right_to_left(egui::Align::Center);
                    ui.with_layout(right, |ui| {
                        if let Some(left_s) = known.left_s(scene.now_ms) {
                            kit::soft(ui, &kit::left(left_s));
                        }
                    });
                });
            },
        );
        if let (true, Some(job)) = (cancel, job) {
            scene.asks.send(Command::Cancel { job });
        }
    }
}
