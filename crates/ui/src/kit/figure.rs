//! Large numbers with a small name, side by side.

use egui::{Align, Layout, RichText, Ui};

use crate::theme::{Palette, space, text};

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Over it.
    pub name: String,
    /// The figure itself, or an em dash where there is none.
    pub value: String,
    /// Its unit, set smaller.
    pub unit: String,
    /// Under it: an interval, a count, why there is none.
    pub under: String,
}

impl Figure {
    /// A figure with its unit split off: `12.3 ms` is set as a large 12.3 and a small ms.
    pub fn new(name: impl Into<String>, value: Option<String>, under: impl Into<String>) -> Figure {
        let text = value.unwrap_or_else(|| "—".into());
        let (value, unit) = text.split_once(' ').unwrap_or((&text, ""));
        Figure {
            name: name.into(),
            value: value.to_owned(),
            unit: unit.to_owned(),
            under: under.into(),
        }
    }
}

/// One figure, as wide as it is given room.
pub fn figure(ui: &mut Ui, figure: &Figure) {
    let palette = Palette::here(ui);
    let shown = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(RichText::new(&figure.name).font(text::small()).color(palette.soft));
        // As high as the figure, however high the room is that it stands in.
        let size = egui::Vec2::new(ui.available_width(), 28.0);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::BOTTOM), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(RichText::new(&figure.value).font(text::figure()));
            ui.label(RichText::new(&figure.unit).color(palette.soft));
        });
        if !figure.under.is_empty() {
            ui.label(RichText::new(&figure.under).font(text::small()).color(palette.faint));
        }
    });
    let said = format!("{}: {} {} {}", figure.name, figure.value, figure.unit, figure.under);
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, said.trim()));
}

/// Several, in columns of one width, so that nothing moves when a number changes.
pub fn figures(ui: &mut Ui, all: &[Figure]) {
    if all.is_empty() {
        return;
    }
    let least = 118.0;
    let columns = ((ui.available_width() / least) as usize).clamp(1, all.len());
    for line in all.chunks(columns) {
        ui.columns(columns, |ui| {
            for (ui, one) in ui.iter_mut().zip(line) {
                figure(ui, one);
            }
        });
        ui.add_space(space::HAIR);
    }
}
