//! One document that is looked at: its texts or its curve, and what a person wants of it.

use egui::{ScrollArea, Ui};

use super::curve_ui::{self, Measuring};
use super::document_ui::{self, Beside, HeatState, Vectors, View, Wish};
use super::fidelity::Focus;
use super::sides_ui;
use super::{Compress, Purpose};
use crate::kit;
use crate::panel::Scene;

/// Height from which on the curve scrolls by itself, in points.
const SCROLLS: f32 = 420.0;

impl Compress {
    pub(super) fn document(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, pending: bool) {
        let back = self.entries.len() > 1 && {
            let words = format!("All {} documents", self.entries.len());
            kit::link(ui, &words).clicked()
        };
        let mut wishes = Vec::new();
        self.look(ui, scene, pending, &mut wishes);
        if self.reading.as_ref().is_some_and(|reading| reading.view == View::Fidelity) {
            self.measure_if_small(scene);
        }
        for wish in wishes {
            self.fulfil(wish, scene);
        }
        if back {
            self.close(scene);
        }
    }

    fn look(&mut self, ui: &mut Ui, scene: &Scene<'_>, pending: bool, wishes: &mut Vec<Wish>) {
        let no_text = match (&self.fetch_trouble, self.looked_at()) {
            (Some(failure), _) => failure.to_string(),
            (None, Some((entry, _))) if entry.source.is_none() => {
                "Where this document lies is not known; open it by itself to see it here".to_owned()
            }
            _ => "The document is being read…".to_owned(),
        };
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let focus = match form.focus().is_none() {
            true => Focus::Unknown,
            false => Focus::Known,
        };
        let encoders = scene.model.encoders();
        let neural = form.neural(scene.model.neural.as_ref());
        let pinned = self.pinned();
        let holds = self.curve_holds(scene);
        let job = self.measuring.job().and_then(|job| scene.model.jobs.going.get(&job));
        let trouble = self.curve_trouble.as_ref().map(|failure| failure.to_string());
        let Some(reading) = &mut self.reading else { return };
        let Some(entry) = self.entries.get(reading.entry) else { return };
        let Ok(document) = &entry.outcome else { return };
        let vectors = if neural.encoder.is_some() { Vectors::Offered } else { Vectors::None };
        document_ui::heading(ui, entry, vectors, wishes);
        document_ui::content(ui, document, &mut reading.view);
        document_ui::figures(ui, document);
        document_ui::kept(ui, pinned, wishes);
        document_ui::refusal(ui, document);
        match reading.view {
            View::Texts => {
                let heat = match (&reading.heat, &self.heat_trouble) {
                    (Some(_), _) => HeatState::Here,
                    (None, Some(failure)) => HeatState::Failed(&failure.message),
                    (None, None) if self.heat.goes_on() => HeatState::OnItsWay,
                    (None, None) => HeatState::NotAsked,
                };
                let beside = Beside { focus, heat, no_text: &no_text, pending };
                sides_ui::body(ui, entry, reading, &beside, wishes);
            }
            View::Fidelity => {
                let measuring = Measuring {
                    going: self.measuring.goes_on().then_some(job),
                    trouble: trouble.as_deref(),
                    holds,
                    encoders,
                };
                let high = ui.available_height();
                let mut body = |ui: &mut Ui| {
                    curve_ui::body(ui, document, reading, &measuring, wishes);
                };
                match high > SCROLLS {
                    true => {
                        let area = ScrollArea::vertical().id_salt("fidelity").max_height(high);
                        area.show(ui, |ui| {
                            // Room for the scroll bar, so that it covers nothing.
                            ui.set_max_width(ui.available_width() - 4.0);
                            body(ui);
                        });
                    }
                    false => body(ui),
                }
            }
        }
    }

    fn fulfil(&mut self, wish: Wish, scene: &mut Scene<'_>) {
        match wish {
            Wish::Copy => self.copy(scene),
            Wish::CopyPrompt => self.copy_prompt(scene),
            Wish::Save(format) => self.ask_dialog(Purpose::Save(format), scene),
            Wish::Vectors => self.ask_dialog(Purpose::Vectors, scene),
            Wish::Fit => self.try_on_board(scene),
            Wish::MapHeat => self.map_heat(scene),
            Wish::Toggle(gap) => self.toggle(gap),
            Wish::Keep(gap, room) => self.keep(gap, room, scene),
            Wish::UndoKeep => self.undo_keep(scene),
            Wish::LetGo => self.let_go(scene),
            Wish::Measure => self.measure(scene),
            Wish::StopMeasuring => self.measuring.cancel(scene.asks),
        }
    }

    fn toggle(&mut self, gap: usize) {
        if let Some(reading) = &mut self.reading
            && let Some(Ok(document)) = self.entries.get(reading.entry).map(|entry| &entry.outcome)
        {
            reading.toggle(document, gap);
        }
    }
}
