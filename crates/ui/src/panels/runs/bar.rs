//! The foot of the list: how many runs there are or are chosen, and what can be done with them.

use egui::{Align, Key, Layout, RichText, Ui};
use protocol::ExportFormat;

use super::change::{Form, read_tag};
use super::sides::Side;
use super::words::{grouped, runs_words};
use super::{AT_ONCE, Runs};
use crate::asks::Go;
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};

/// Below this width buttons are icons alone.
const WORDS_PT: f32 = 620.0;
/// Runs that are labelled at once, one command each.
const LABELLED_AT_ONCE: usize = 200;

/// Draws the foot.
pub(super) fn bar(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    ui.spacing_mut().item_spacing = egui::vec2(space::SMALL, space::HAIR);
    let count = room.chosen.len();
    if count == 0 {
        room.change.form = Form::None;
    }
    form(room, ui, scene);
    sides(room, ui, scene);
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        says(room, ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if count > 0 && count <= AT_ONCE {
                buttons(room, ui, scene);
            }
        });
    });
}

fn says(room: &mut Runs, ui: &mut Ui) {
    let count = room.chosen.len();
    if let Some(busy) = room.files.busy() {
        kit::soft(ui, busy);
        return;
    }
    match count {
        0 => {
            let palette = Palette::here(ui);
            let hint = "Click chooses, Ctrl adds, Shift to there, Enter watches";
            let hint = RichText::new(hint).font(text::small()).color(palette.faint);
            ui.add(egui::Label::new(hint).truncate());
        }
        count => {
            let words = match room.choosing_all {
                true => {
                    let total = grouped(room.pages.total().unwrap_or(0));
                    format!("{} of {total} chosen…", grouped(count as u64))
                }
                false => format!("{} chosen", grouped(count as u64)),
            };
            kit::strong(ui, &words);
            if kit::icon_button(ui, Icon::Close, "Choose none").clicked() {
                room.chosen.clear();
                room.choosing_all = false;
            }
            if count > AT_ONCE {
                let most = format!("At most {AT_ONCE} runs can be changed at once");
                kit::soft(ui, &most);
            }
        }
    }
}

/// From the right: what destroys stands at the edge, what one comes for at the left.
fn buttons(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    let worded = ui.available_width() > WORDS_PT - 180.0;
    let press = |ui: &mut Ui, weight, icon, word: &str| match worded {
        true => kit::button(ui, weight, Some(icon), word).clicked(),
        false => kit::icon_button(ui, icon, word).clicked(),
    };
    let count = room.chosen.len();
    if room.filter.bin() {
        if press(ui, Weight::Primary, Icon::Undo, "Restore") {
            room.change.restore(room.chosen.runs(), scene.asks);
        }
        return;
    }
    if press(ui, Weight::Danger, Icon::Bin, "Delete") {
        room.delete(scene.asks);
    }
    if count <= LABELLED_AT_ONCE && press(ui, Weight::Plain, Icon::Tag, "Tag…") {
        room.change.form = match room.change.form {
            Form::Tag(_) => Form::None,
            _ => Form::Tag(String::new()),
        };
    }
    if press(ui, Weight::Plain, Icon::Out, "Export…") {
        room.change.form = match room.change.form {
            Form::Export => Form::None,
            _ => Form::Export,
        };
    }
    if count == 1
        && press(ui, Weight::Plain, Icon::Pulse, "Watch")
        && let Some(run) = room.chosen.only()
    {
        scene.asks.go(Go::Watch(run.clone()));
    }
    if count > 2 || !room.sides.is_empty() {
        for side in Side::BOTH.into_iter().rev() {
            let word = format!("Set as {}", side.word().to_lowercase());
            if kit::button(ui, Weight::Plain, None, &word).clicked() {
                room.sides.set(side, room.chosen.runs());
            }
        }
    } else if count == 2 && press(ui, Weight::Primary, Icon::Compare, "Compare") {
        room.compare(scene.asks);
    }
}

/// The two named sets, where one is made.
fn sides(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    if room.sides.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        let palette = Palette::here(ui);
        for side in Side::BOTH {
            let count = room.sides.of(side).len();
            kit::caption(ui, side.word());
            if count == 0 {
                ui.label(RichText::new("none yet").color(palette.faint));
            } else {
                kit::strong(ui, &runs_words(count as u64));
                let clear = format!("Clear {}", side.word().to_lowercase());
                if kit::icon_button(ui, Icon::Close, &clear).clicked() {
                    room.sides.set(side, &Default::default());
                }
            }
            ui.add_space(space::SMALL);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let ready = Side::BOTH.iter().all(|side| !room.sides.of(*side).is_empty());
            let button = ui.add_enabled_ui(ready, |ui| {
                kit::button(ui, Weight::Primary, Some(Icon::Compare), "Compare sides")
            });
            if button.inner.clicked() {
                room.compare(scene.asks);
            }
        });
    });
}

/// What a button asks before it does something.
fn form(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    if room.change.form == Form::None {
        return;
    }
    let none = egui::Modifiers::NONE;
    let mut closes = ui.input_mut(|input| input.consume_key(none, Key::Escape));
    match &mut room.change.form {
        Form::None => return,
        Form::Export => {
            ui.horizontal(|ui| {
                ui.set_min_height(34.0);
                kit::caption(ui, "Export as");
                let formats = [
                    (ExportFormat::Bundle, "Bundle"),
                    (ExportFormat::Csv, "CSV"),
                    (ExportFormat::Json, "JSON"),
                ];
                kit::segments(ui, &mut room.change.format, &formats);
                let explains = match room.change.format {
                    ExportFormat::Bundle => "everything, for another Benchvise",
                    ExportFormat::Csv => "a row per token",
                    ExportFormat::Json => "everything, for another program",
                };
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    closes |= kit::icon_button(ui, Icon::Close, "Do not export").clicked();
                    if kit::button(ui, Weight::Primary, None, "Save…").clicked() {
                        let format = room.change.format;
                        room.files.export(room.chosen.runs(), format, scene);
                        closes = true;
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let palette = Palette::here(ui);
                        let words = RichText::new(explains).color(palette.soft);
                        ui.add(egui::Label::new(words).truncate());
                    });
                });
            });
        }
        Form::Tag(typed) => {
            let mut tag = None;
            ui.horizontal(|ui| {
                ui.set_min_height(34.0);
                kit::caption(ui, "Tag the chosen runs");
                let (field, pressed) = tag_field(ui, typed, "Tag of the chosen runs");
                if field.has_focus() {
                    closes = false;
                } else if !field.lost_focus() && ui.memory(|memory| memory.focused().is_none()) {
                    field.request_focus();
                }
                if pressed && let Ok((key, value)) = read_tag(typed) {
                    tag = Some((key.to_owned(), value.to_owned()));
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    closes |= kit::icon_button(ui, Icon::Close, "Do not tag").clicked();
                });
            });
            if let Some((key, value)) = tag {
                room.change.tag(room.chosen.runs(), &key, Some(&value), scene.asks);
                closes = true;
            }
        }
    }
    if closes {
        room.change.form = Form::None;
    }
}

/// A field for `key=value` with a button. Whether it is to be carried out.
pub(super) fn tag_field(ui: &mut Ui, typed: &mut String, name: &str) -> (egui::Response, bool) {
    let palette = Palette::here(ui);
    let edit = egui::TextEdit::singleline(typed)
        .hint_text("key=value")
        .desired_width(132.0)
        .margin(egui::vec2(8.0, 5.0));
    let field = ui.add(edit);
    let value = typed.clone();
    field.widget_info(|| egui::WidgetInfo {
        current_text_value: Some(value.clone()),
        ..egui::WidgetInfo::labeled(egui::Role::TextInput, true, name)
    });
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let pressed = kit::button(ui, Weight::Plain, None, "Add tag").clicked() || entered;
    match read_tag(typed) {
        Err(why) if !typed.trim().is_empty() && (typed.contains('=') || !field.has_focus()) => {
            let why = RichText::new(why).font(text::small()).color(palette.bad);
            ui.add(egui::Label::new(why).wrap());
        }
        _ => {}
    }
    (field, pressed)
}
