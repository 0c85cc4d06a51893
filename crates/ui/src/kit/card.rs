//! Sheets of paper on the page, and the page itself.

use egui::{Frame, InnerResponse, Margin, RichText, ScrollArea, Stroke, Ui};

use crate::theme::{Palette, space, text};

/// A panel's page: its name, what stands beside the name, and a scrolled body with room around it.
pub fn page<R>(
    ui: &mut Ui,
    title: &str,
    beside: impl FnOnce(&mut Ui),
    body: impl FnOnce(&mut Ui) -> R,
) -> R {
    let margin = Margin { left: 24, right: 24, top: 18, bottom: 0 };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(32.0);
            let name = ui.label(RichText::new(title).font(text::title()));
            name.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::Label, true, title.to_owned())
            });
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), beside);
        });
    });
    let scroll = ScrollArea::vertical().id_salt(title).auto_shrink([false, false]);
    let margin = Margin { left: 24, right: 24, top: 12, bottom: 24 };
    scroll.show(ui, |ui| Frame::new().inner_margin(margin).show(ui, body).inner).inner
}

/// A body that is never narrower than so many points: where there is less room, it is moved sideways.
pub fn at_least(ui: &mut Ui, points: f32, body: impl FnOnce(&mut Ui)) {
    if ui.available_width() >= points {
        body(ui);
        return;
    }
    ScrollArea::horizontal().show(ui, |ui| {
        ui.set_width(points);
        body(ui);
    });
}

/// A sheet as wide as there is room.
pub fn card<R>(ui: &mut Ui, body: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    card_with(ui, Margin::same(16), body)
}

/// The same with other margins: none for a table that fills it.
pub fn card_with<R>(
    ui: &mut Ui,
    margin: Margin,
    body: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    let palette = Palette::here(ui);
    let frame = Frame::new()
        .fill(palette.sheet)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(space::CORNER)
        .inner_margin(margin);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        body(ui)
    })
}

/// A sheet with a name, and what stands at the right of the name.
pub fn titled<R>(
    ui: &mut Ui,
    title: &str,
    beside: impl FnOnce(&mut Ui),
    body: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    card(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(title).font(text::heading()));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), beside);
        });
        ui.add_space(space::HAIR);
        body(ui)
    })
}

/// A name at the left and a value at the right, on one line.
pub fn row(ui: &mut Ui, name: &str, value: impl FnOnce(&mut Ui)) {
    let palette = Palette::here(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).color(palette.soft));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), value);
    });
}
