//! The part of the form that says how the board is spoken to.

use egui::Ui;
use protocol::DRIVERS;

use super::Bench;
use super::form::{Field, Wrongs};
use super::hearing_ui::{Pressed, hearing_ui};
use super::spoken::{HOWS, How, Spoken};
use crate::kit;
use crate::panel::Scene;
use crate::shell::{Dialog, Many};
use crate::theme::space;

impl Spoken {
    /// Which driver.
    pub(super) fn how_ui(&mut self, ui: &mut Ui, width: f32) {
        let place = HOWS.iter().position(|how| *how == self.how).unwrap_or(0);
        let shown = DRIVERS.get(place).map_or("", |kind| kind.title);
        kit::combo(ui, "Spoken to as", width, shown, |ui| {
            for (how, kind) in HOWS.iter().zip(DRIVERS) {
                let row = ui.selectable_value(&mut self.how, *how, kind.title);
                row.on_hover_text(kind.suits);
            }
        });
    }
}

impl Bench {
    /// What follows from another driver than the one before.
    pub(super) fn usual(&mut self, before: How, scene: &mut Scene<'_>) {
        let now = self.form.spoken.how;
        if now == before {
            return;
        }
        self.hearing.stop(scene.asks);
        // What nobody wrote is what is usual with the new one.
        let ((old_count, old_warmup), (count, warmup)) = (before.usual(), now.usual());
        for (value, old, new) in [
            (&mut self.form.repetitions, old_count, count),
            (&mut self.form.warmup, old_warmup, warmup),
        ] {
            if *value == old {
                *value = new.to_owned();
            }
        }
    }

    /// What has to be known for a driver that is not the agent.
    pub(super) fn spoken_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs, scene: &mut Scene<'_>) {
        let kind = HOWS.iter().zip(DRIVERS).find(|(how, _)| **how == self.form.spoken.how);
        if let Some((_, kind)) = kind {
            kit::soft(ui, &format!("For {}", kind.suits));
        }
        ui.add_space(space::SMALL);
        match self.form.spoken.how {
            How::Agent => {}
            How::MlperfTiny => self.mlperf_ui(ui, wrongs, scene),
            How::Log => self.log_ui(ui, wrongs, scene),
            How::Process => self.process_ui(ui, wrongs, scene),
        }
    }

    fn mlperf_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs, scene: &mut Scene<'_>) {
        let hint = "Files of input bytes, one a line; empty leaves what the board has";
        kit::text_area(ui, "Inputs", &mut self.form.spoken.inputs, hint, 2);
        let press =
            kit::button(ui, kit::Weight::Plain, Some(crate::icon::Icon::Folder), "Choose inputs");
        if press.clicked() {
            let title = "Inputs of the benchmark".to_owned();
            let what = Dialog::Files { title, many: Many::Several, endings: vec!["bin".into()] };
            self.dialog = Some((scene.asks.dialog(what), Field::Inputs));
        }
        self.no_dialog_ui(ui, Field::Inputs);
        ui.add_space(space::SMALL);
        self.row_ui(ui, &[Field::Window, Field::Iterations, Field::Baud], wrongs);
    }

    fn log_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs, scene: &mut Scene<'_>) {
        let hint = "(?<tokens_per_s>[0-9.]+) tok/s — one a line; empty finds token rates";
        kit::text_area(ui, "Patterns", &mut self.form.spoken.patterns, hint, 2);
        ui.add_space(space::HAIR);
        let port = self.form.port(&scene.model.ports);
        let able = port.is_some_and(|port| self.form.spoken.unfit(port).is_none());
        match hearing_ui(ui, &self.hearing, able) {
            Some(Pressed::Stop) => self.hearing.stop(scene.asks),
            Some(Pressed::Listen) => {
                if let Some(port) = port {
                    self.hearing.begin(self.form.spoken.listening(port), scene.asks);
                }
            }
            None => self.hearing.retry(self.form.spoken.patterns(), scene.asks),
        }
        ui.add_space(space::SMALL);
        self.row_ui(ui, &[Field::Start, Field::Wait, Field::Baud], wrongs);
    }

    fn process_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs, scene: &mut Scene<'_>) {
        self.file_ui(ui, Field::Program, wrongs, scene);
        ui.add_space(space::SMALL);
        let hint = "One a line; may stay empty";
        kit::text_area(ui, "Arguments", &mut self.form.spoken.arguments, hint, 2);
    }
}
