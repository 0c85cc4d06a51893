//! Settings: every setting with where its value comes from, the keys, the store and its care, and a
//! look at this machine.
//!
//! A setting changes when it is committed: by Enter, by leaving its field, by a choice. What the
//! engine refuses stands under the setting, and the value that was there stays.

mod about_ui;
mod doctor_ui;
mod editing;
mod neural_ui;
mod setting_ui;
mod shortcuts_ui;
mod spoken;
mod store_ui;
mod words;

use egui::Ui;
use protocol::Command;

use self::doctor_ui::Doctor;
use self::editing::Editing;
use self::neural_ui::Neural;
use self::store_ui::StoreCare;
use crate::aloud::{Field, Press};
use crate::kit;
use crate::link::Incoming;
use crate::model::{Connection, Model};
use crate::panel::{Panel, Scene};
use crate::shell::{DialogId, Told};
use crate::theme::space;
use crate::toast::Tone;

/// From this width on there are two columns; in points.
const TWO_COLUMNS: f32 = 860.0;
/// Columns are no wider together.
const WIDEST: f32 = 1360.0;

/// The room.
#[derive(Debug, Default)]
pub struct Settings {
    editing: Editing,
    /// The dialog that is open for a setting's path.
    dialog: Option<(DialogId, String)>,
    /// Why there was no dialog, by the setting it was asked for.
    no_dialog: Option<(String, String)>,
    store: StoreCare,
    doctor: Doctor,
    neural: Neural,
}

impl Settings {
    fn settings_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        for (group, keys) in words::groups(&scene.model.settings) {
            kit::titled(
                ui,
                group,
                |_| {},
                |ui| {
                    for (at, setting) in keys.into_iter().enumerate() {
                        if at > 0 {
                            line(ui);
                        }
                        ui.push_id(&setting.key, |ui| self.setting_ui(ui, setting, scene));
                    }
                },
            );
            ui.add_space(space::SMALL);
        }
        if scene.model.settings.is_empty() {
            kit::soft(ui, "The settings are not known yet");
        }
    }

    fn others_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        self.store.ui(ui, scene);
        ui.add_space(space::SMALL);
        self.doctor.ui(ui, scene);
        ui.add_space(space::SMALL);
        self.neural.ui(ui, scene);
        ui.add_space(space::SMALL);
        about_ui::about_ui(ui, scene);
    }
}

/// A quiet line between two settings.
fn line(ui: &mut Ui) {
    let palette = crate::theme::Palette::here(ui);
    ui.add_space(space::HAIR);
    let (rect, _) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), 1.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 0.0, palette.grid);
    ui.add_space(space::HAIR);
}

impl Panel for Settings {
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        self.editing.hear(incoming, scene.model);
        self.store.hear(incoming);
        self.doctor.hear(incoming);
        self.neural.hear(incoming, scene);
    }

    fn told(&mut self, told: &Told, scene: &mut Scene<'_>) {
        self.path_told(told, scene);
        self.store.told(told, scene);
    }

    fn aloud(&self, model: &Model) -> Vec<String> {
        let problems = model.settings_problems.iter().cloned();
        let groups = words::groups(&model.settings);
        let settings = groups.into_iter().flat_map(|(_, settings)| settings).map(spoken::said);
        let refused = model.settings.iter().filter_map(|setting| {
            let failure = self.editing.refused(&setting.key)?;
            Some(format!("{}: {failure}", words::name(&setting.key)))
        });
        problems.chain(refused).chain(settings).collect()
    }

    fn fields(&self, model: &Model) -> Vec<Field> {
        let groups = words::groups(&model.settings);
        let settings = groups.into_iter().flat_map(|(_, settings)| settings);
        settings.filter_map(|one| spoken::field(one, &self.editing.text(one))).collect()
    }

    fn write(&mut self, field: &str, value: &str, scene: &mut Scene<'_>) {
        let setting = scene.model.settings.iter().find(|setting| setting.key == field);
        if let Some(setting) = setting {
            self.editing.changed(field);
            self.editing.write(field, value.to_owned());
            self.editing.commit(setting, scene.asks);
        }
    }

    fn deeds(&self, model: &Model) -> Vec<(String, Press)> {
        let groups = words::groups(&model.settings);
        groups.into_iter().flat_map(|(_, settings)| settings).flat_map(spoken::deeds).collect()
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        if scene.model.connection == Connection::Live {
            self.store.measure_once(scene);
        }
        kit::page(
            ui,
            "Settings",
            |_| {},
            |ui| {
                for problem in &scene.model.settings_problems {
                    let (words, hint) = problem.split_once("; ").unzip();
                    let words = words.unwrap_or(problem);
                    kit::notice(ui, Tone::Warning, words, hint);
                }
                let width = ui.available_width().min(WIDEST);
                if width < TWO_COLUMNS {
                    self.settings_ui(ui, scene);
                    self.others_ui(ui, scene);
                    ui.add_space(space::SMALL);
                    shortcuts_ui::shortcuts_ui(ui);
                    return;
                }
                let right = (width * 0.4).floor();
                let left = width - right - space::LARGE;
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = space::LARGE;
                    column(ui, left, |ui| self.settings_ui(ui, scene));
                    column(ui, right, |ui| {
                        self.others_ui(ui, scene);
                        ui.add_space(space::SMALL);
                        shortcuts_ui::shortcuts_ui(ui);
                    });
                });
            },
        );
    }
}

fn column(ui: &mut Ui, width: f32, body: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.x = space::SMALL;
        ui.set_width(width);
        body(ui);
    });
}

/// The command that changes a setting; an empty text takes it out of the file.
fn change(key: &str, value: Option<&str>) -> Command {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    Command::ChangeSetting { key: key.to_owned(), value: value.map(str::to_owned) }
}
