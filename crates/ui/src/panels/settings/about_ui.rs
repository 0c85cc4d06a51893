//! Which program this is, to be copied into a report.

use egui::Ui;

use crate::icon::Icon;
use crate::kit;
use crate::panel::Scene;
use crate::toast::Toast;

pub(super) fn about_ui(ui: &mut Ui, scene: &mut Scene<'_>) {
    kit::titled(
        ui,
        "About",
        |_| {},
        |ui| {
            let model = scene.model;
            let version = ("Version", model.version.clone());
            let commit = ("Commit", model.commit.clone().unwrap_or_default());
            for (name, value) in [version, commit] {
                kit::row(ui, name, |ui| {
                    if value.is_empty() {
                        ui.label("—").on_hover_text("This build does not know it");
                        return;
                    }
                    copy_ui(ui, scene, name, &value);
                    ui.label(&value);
                });
            }
            kit::caption(ui, "Store folder");
            ui.horizontal(|ui| {
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    copy_ui(ui, scene, "Store folder", &model.store);
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        kit::code(ui, &model.store);
                    });
                });
            });
        },
    );
}

fn copy_ui(ui: &mut Ui, scene: &mut Scene<'_>, name: &str, value: &str) {
    if kit::icon_button(ui, Icon::Copy, &format!("Copy {}", name.to_lowercase())).clicked() {
        scene.asks.copy(value.to_owned());
        scene.asks.toast(Toast::done(format!("{name} is on the clipboard")));
    }
}
