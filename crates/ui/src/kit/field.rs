//! Fields to write in, each with its name over it.

use egui::{Response, RichText, Role, TextEdit, Ui, Vec2, WidgetInfo};

use crate::icon::{self, Icon};
use crate::kit::button::icon_button;
use crate::theme::{Palette, text};

/// A small label over whatever follows.
pub fn caption(ui: &mut Ui, name: &str) -> Response {
    let palette = Palette::here(ui);
    ui.label(RichText::new(name).font(text::small()).color(palette.soft))
}

/// A field of one line with its name over it and a hint in it while it is empty.
pub fn field(ui: &mut Ui, name: &str, value: &mut String, hint: &str) -> Response {
    captioned(ui, name, |ui| {
        let edit = edit(TextEdit::singleline(value), hint, f32::INFINITY);
        named(ui.add(edit), name, value)
    })
}

/// A field of several lines.
pub fn text_area(
    ui: &mut Ui,
    name: &str,
    value: &mut String,
    hint: &str,
    lines: usize,
) -> Response {
    captioned(ui, name, |ui| {
        let edit = edit(TextEdit::multiline(value), hint, f32::INFINITY).desired_rows(lines);
        named(ui.add(edit), name, value)
    })
}

/// A path with a button that opens a dialog; whether that was pressed comes second.
pub fn path_field(ui: &mut Ui, name: &str, value: &mut String, hint: &str) -> (Response, bool) {
    captioned(ui, name, |ui| {
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 34.0).max(60.0);
            let edit = edit(TextEdit::singleline(value), hint, width);
            let response = named(ui.add(edit), name, value);
            let pressed = icon_button(ui, Icon::Folder, &format!("Choose {name}")).clicked();
            (response, pressed)
        })
        .inner
    })
}

fn captioned<R>(ui: &mut Ui, name: &str, body: impl FnOnce(&mut Ui) -> R) -> R {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        caption(ui, name);
        body(ui)
    })
    .inner
}

fn edit<'a>(field: TextEdit<'a>, hint: &str, width: f32) -> TextEdit<'a> {
    field.hint_text(hint.to_owned()).desired_width(width).margin(Vec2::new(8.0, 6.0))
}

/// A field to search with.
pub fn search(ui: &mut Ui, value: &mut String, hint: &str, width: f32) -> Response {
    let palette = Palette::here(ui);
    let edit = TextEdit::singleline(value)
        .hint_text(hint)
        .desired_width(width)
        .margin(egui::Margin { left: 28, right: 8, top: 6, bottom: 6 });
    let response = named(ui.add(edit), hint, value);
    let at = egui::pos2(response.rect.left() + 15.0, response.rect.center().y);
    let at = egui::Rect::from_center_size(at, Vec2::splat(13.0));
    icon::paint(ui.painter(), Icon::Search, at, palette.faint);
    response
}

fn named(response: Response, name: &str, value: &str) -> Response {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(value.to_owned()),
        ..WidgetInfo::labeled(Role::TextInput, enabled, name)
    });
    response
}
