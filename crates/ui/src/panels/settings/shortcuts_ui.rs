//! The keys, from the table of actions.

use egui::{Label, Sides, Ui};

use crate::action::{ACTIONS, ActionSpec};
use crate::asks::Place;
use crate::kit;
use crate::theme::{Palette, space};

pub(super) fn shortcuts_ui(ui: &mut Ui) {
    kit::titled(
        ui,
        "Keys",
        |_| {},
        |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let places = [
                (None, "Everywhere"),
                (Some(Place::Bench), "Bench"),
                (Some(Place::Live), "Live"),
                (Some(Place::Runs), "Runs"),
                (Some(Place::Compare), "Compare"),
                (Some(Place::Compress), "Compress"),
                (Some(Place::Fit), "Fit"),
                (Some(Place::Jobs), "Jobs"),
                (Some(Place::Settings), "Settings"),
            ];
            let mut first = true;
            for (place, name) in places {
                let with_key = |spec: &&ActionSpec| spec.place == place && spec.key.is_some();
                let mut actions = ACTIONS.iter().filter(with_key).peekable();
                if actions.peek().is_none() {
                    continue;
                }
                if !std::mem::take(&mut first) {
                    ui.add_space(space::SMALL);
                }
                kit::caption(ui, name);
                actions.for_each(|spec| line_ui(ui, spec));
            }
        },
    );
}

fn line_ui(ui: &mut Ui, spec: &ActionSpec) {
    let Some(key) = spec.key else { return };
    let palette = Palette::here(ui);
    let key = ui.ctx().format_shortcut(&key);
    Sides::new().height(24.0).shrink_left().truncate().show(
        ui,
        |ui| ui.add(Label::new(spec.title).truncate()),
        |ui| {
            kit::chip(ui, &key, palette.soft, palette.sunk);
        },
    );
}
