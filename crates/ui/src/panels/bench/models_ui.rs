//! The list that a model is chosen from.

use egui::{Frame, Label, Margin, RichText, ScrollArea, Sides, Stroke, Ui};
use protocol::numbers::{bytes, with_unit};
use protocol::{ModelOrigin, ModelView};

use super::form::{Choice, Form, Picked, key};
use crate::kit::{self, Ground};
use crate::model::Model;
use crate::panel::Scene;
use crate::panels::fetching::Fetching;
use crate::panels::fetching_ui::{ROW, get_ui};
use crate::theme::{Palette, text};

/// Rows that are shown before the list scrolls.
const ROWS_SHOWN: f32 = 6.0;

/// Draws the list; a press changes the form, or asks for a model.
pub(super) fn models_ui(
    ui: &mut Ui,
    form: &mut Form,
    fetching: &mut Fetching,
    scene: &mut Scene<'_>,
) {
    let palette = Palette::here(ui);
    let frame = Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(8.0)
        .inner_margin(Margin::same(4));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 1.0;
        let list = ScrollArea::vertical()
            .id_salt("models")
            .max_height((ROW + 8.0) * ROWS_SHOWN)
            .auto_shrink([false, true]);
        list.show(ui, |ui| rows_ui(ui, form, fetching, scene));
    });
}

fn rows_ui(ui: &mut Ui, form: &mut Form, fetching: &mut Fetching, scene: &mut Scene<'_>) {
    let models: &Model = scene.model;
    let picked = form.picked(&models.models);
    let chosen = match picked {
        Picked::Known(model) => Some(key(model)),
        _ => None,
    };
    let mut press = None;
    for model in &models.models {
        let key = key(model);
        let here = chosen.as_ref() == Some(&key);
        let row = kit::choice(ui, Ground::Row, &model.name, here, |ui| {
            let left = |ui: &mut Ui| {
                words_ui(ui, here, &model.name, &about(model, models.whose.computer()))
            };
            sides(ui, left, |ui| {
                if model.origin == ModelOrigin::Fetchable {
                    let word = format!("Get {}", model.name);
                    get_ui(ui, (&model.name, &word), fetching, scene);
                }
            });
            if let Some(problem) = &model.problem {
                let words = RichText::new(problem).font(text::small()).color(wrong(ui));
                ui.add(Label::new(words).wrap());
            }
        });
        if row.response.clicked() {
            press = Some(Choice::Known(key));
        }
        if let Some(failure) = fetching.failure(&model.name) {
            let tone = crate::toast::Tone::Failure;
            kit::notice(ui, tone, &failure.message, failure.hint.as_deref());
        }
    }
    let here = picked == Picked::Synthetic;
    let row = kit::choice(ui, Ground::Row, "Synthetic", here, |ui| {
        let about = "made from a seed: it computes like a real one, its text means nothing";
        sides(ui, |ui| words_ui(ui, here, "Synthetic", about), |ui| kit::labels(ui, true, false));
    });
    if row.response.clicked() {
        press = Some(Choice::Synthetic);
    }
    let here = picked == Picked::Files;
    let row = kit::choice(ui, Ground::Row, "Files…", here, |ui| {
        let about = "a llama2.c checkpoint and its tokenizer";
        sides(ui, |ui| words_ui(ui, here, "Files…", about), |_| {});
    });
    if row.response.clicked() {
        press = Some(Choice::Files);
    }
    if let Some(choice) = press {
        form.model = choice;
    }
}

fn wrong(ui: &Ui) -> egui::Color32 {
    Palette::here(ui).bad
}

fn sides(ui: &mut Ui, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    Sides::new().height(ROW).shrink_left().truncate().show(ui, left, right);
}

fn words_ui(ui: &mut Ui, chosen: bool, name: &str, about: &str) {
    let palette = Palette::here(ui);
    kit::mark(ui, chosen);
    ui.label(RichText::new(name).font(text::strong()));
    ui.add(Label::new(RichText::new(about).color(palette.soft)).truncate());
}

/// Where it is, how large, how long its window; `computer` is the engine's.
fn about(model: &ModelView, computer: &str) -> String {
    let place = match model.origin {
        ModelOrigin::Setting => Some("from the settings".to_owned()),
        ModelOrigin::Fetched => Some(format!("on {computer}")),
        ModelOrigin::Used => Some("used before".to_owned()),
        ModelOrigin::Fetchable => None,
    };
    let size = model.bytes.map(|size| bytes(size as f64));
    let window = model
        .context_tokens
        .map(|tokens| format!("window of {} tokens", with_unit(f64::from(tokens), "")));
    let parts = place.into_iter().chain(size).chain(window);
    parts.collect::<Vec<_>>().join(" · ")
}
