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
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        caption(ui, name);
        let edit = TextEdit::singleline(value)
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .margin(Vec2::new(8.0, 6.0));
        named(ui.add(edit), name, value)
    })
    .inner
}

/// A field of several lines.
pub fn text_area(
    ui: &mut Ui,
    name: &str,
    value: &mut String,
    hint: &str,
    lines: usize,
) -> Response {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        caption(ui, name);
        let edit = TextEdit::multiline(value)
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .desired_rows(lines)
            .margin(Vec2::new(8.0, 6.0));
        named(ui.add(edit), name, value)
    })
    .inner
}

/// A path with a button that opens a dialog; whether that was pressed comes second.
pub fn path_field(ui: &mut Ui, name: &str, value: &mut String, hint: &str) -> (Response, bool) {
    let mut pressed = false;
    let response = ui
        .vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            caption(ui, name);
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 34.0).max(60.0);
                let edit = TextEdit::singleline(value)
                    .hint_text(hint)
                    .desired_width(width)
                    .margin(Vec2::new(8.0, 6.0));
                let response = named(ui.add(edit), name, value);
                pressed = icon_button(ui, Icon::Folder, &format!("Choose {name}")).clicked();
                response
            })
            .inner
        })
        .inner;
    (response, pressed)
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
