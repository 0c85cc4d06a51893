//! Models that read text among the controls, folded away until somebody wants one.

use egui::{Id, Ui};
use protocol::NeuralView;

use super::form::{Form, is_here, tokenizer_name};
use super::form_ui::{ModelWish, small};
use crate::kit;
use crate::theme::space;

/// What the fold is called.
const TITLE: &str = "Models that read text";

/// Draws the fold, or the line that says why there is none.
pub(super) fn ui(ui: &mut Ui, form: &mut Form, neural: Option<&NeuralView>) -> Option<ModelWish> {
    let Some(neural) = neural else {
        small(ui, "Models that read text are not in this program: build it with --features neural");
        return None;
    };
    let id = Id::unique("compress models");
    let mut open = ui.data(|data| data.get_temp(id).unwrap_or(false));
    kit::disclosure(ui, TITLE, &mut open);
    ui.data_mut(|data| data.insert_temp(id, open));
    match open {
        true => opened(ui, form, neural),
        false => {
            let chosen = chosen(form, neural);
            if !chosen.is_empty() {
                small(ui, &chosen);
            }
            None
        }
    }
}

/// What is chosen, in short; empty where nothing is.
fn chosen(form: &Form, neural: &NeuralView) -> String {
    let spec = form.neural(Some(neural));
    let models = spec.encoder.iter().chain(&spec.scorer).map(|name| tokenizer_name(name));
    let models = models.collect::<Vec<_>>().join(" and ");
    match &spec.device {
        Some(device) => format!("{models} on {}", device_title(device, neural)),
        None => models,
    }
}

fn opened(ui: &mut Ui, form: &mut Form, neural: &NeuralView) -> Option<ModelWish> {
    let folder = ("A model’s folder…", ModelWish::Encoder);
    let mut wish = choice(ui, "Sentence encoder", &mut form.encoder, &neural.encoders, &[folder]);
    small(ui, "For a focus in other words, sentences that say the same, and the retention meter");
    ui.add_space(space::HAIR);
    let places = [
        ("A classifier’s folder…", ModelWish::Scorer),
        ("A language model’s file…", ModelWish::LanguageModel),
    ];
    let asked = choice(ui, "Worth of words by", &mut form.scorer, &neural.scorers, &places);
    wish = wish.or(asked);
    small(ui, "A token classifier, or how much a language model is surprised");
    ui.add_space(space::HAIR);
    device(ui, form, neural);
    if kit::link(ui, "Get models…").clicked() {
        wish = Some(ModelWish::Get);
    }
    wish
}

/// One of the models that are known, none, or one that is somewhere else.
fn choice(
    ui: &mut Ui,
    name: &str,
    chosen: &mut Option<String>,
    known: &[String],
    places: &[(&str, ModelWish)],
) -> Option<ModelWish> {
    kit::caption(ui, name);
    let mut wish = None;
    let now = chosen.as_ref().filter(|name| is_here(name, known)).cloned();
    let shown = now.as_deref().map_or("None", tokenizer_name).to_owned();
    let wide = ui.available_width();
    let response = kit::combo(ui, name, wide, &shown, |ui| {
        if ui.selectable_label(now.is_none(), "None").clicked() {
            *chosen = None;
        }
        let elsewhere = now.iter().filter(|now| !known.contains(now));
        for name in known.iter().chain(elsewhere) {
            let here = now.as_ref() == Some(name);
            if ui.selectable_label(here, tokenizer_name(name)).on_hover_text(name).clicked() {
                *chosen = Some(name.clone());
            }
        }
        ui.separator();
        for (word, place) in places {
            if ui.selectable_label(false, *word).clicked() {
                wish = Some(*place);
            }
        }
    });
    if let Some(now) = now {
        response.on_hover_text(now);
    }
    wish
}

fn device(ui: &mut Ui, form: &mut Form, neural: &NeuralView) {
    kit::caption(ui, "Computed by");
    let known = |name: &&String| neural.devices.iter().any(|device| device.name == **name);
    let now = form.device.as_ref().filter(known).cloned();
    let shown = now.as_deref().map_or("Automatic", |name| device_title(name, neural)).to_owned();
    let wide = ui.available_width();
    kit::combo(ui, "Computed by", wide, &shown, |ui| {
        if ui.selectable_label(now.is_none(), "Automatic").clicked() {
            form.device = None;
        }
        for device in &neural.devices {
            let here = now.as_ref() == Some(&device.name);
            let label = ui.selectable_label(here, &device.title).on_hover_text(&device.name);
            if label.clicked() {
                form.device = Some(device.name.clone());
            }
        }
    });
    small(
        ui,
        match neural.devices.len() {
            0 | 1 => "This program can use no GPU here",
            _ => "Automatic is every GPU",
        },
    );
}

/// What people call a device.
fn device_title<'a>(name: &'a str, neural: &'a NeuralView) -> &'a str {
    let known = neural.devices.iter().find(|device| device.name == name);
    known.map_or(name, |device| &device.title)
}
