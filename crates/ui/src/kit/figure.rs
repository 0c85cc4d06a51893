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

/// Several, in columns of one width, so that nothing moves when a number changes. Where one would
/// run into the next, each gets the room that it needs, or a line more is taken.
pub fn figures(ui: &mut Ui, all: &[Figure]) {
    if all.is_empty() {
        return;
    }
    let needs: Vec<f32> = all.iter().map(|one| needs(ui, one)).collect();
    for (line, widths) in lines(all, &needs, ui.available_width()) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for (one, width) in line.iter().zip(widths) {
                let size = egui::Vec2::new(width, 0.0);
                ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                    ui.set_width(width - BETWEEN);
                    figure(ui, one);
                });
            }
        });
        ui.add_space(space::HAIR);
    }
}

/// The narrowest column, and what lies between two, in points.
const LEAST: f32 = 118.0;
const BETWEEN: f32 = 12.0;

/// Points that a figure takes, with what lies between it and the next.
fn needs(ui: &Ui, figure: &Figure) -> f32 {
    let width = |words: &str, font: egui::FontId| {
        let galley = ui.fonts_mut(|fonts| {
            fonts.layout_no_wrap(words.to_owned(), font, egui::Color32::PLACEHOLDER)
        });
        galley.size().x
    };
    let body = egui::TextStyle::Body.resolve(ui.style());
    let value = width(&figure.value, text::figure()) + 4.0 + width(&figure.unit, body);
    value.max(width(&figure.name, text::small())).max(LEAST - BETWEEN) + BETWEEN
}

/// The figures of each line with the widths of their columns.
fn lines<'a>(all: &'a [Figure], needs: &[f32], room: f32) -> Vec<(&'a [Figure], Vec<f32>)> {
    let widest = needs.iter().copied().fold(LEAST, f32::max);
    let sum: f32 = needs.iter().sum();
    let count = all.len() as f32;
    if widest * count > room && sum <= room {
        let over = (room - sum) / count;
        return vec![(all, needs.iter().map(|width| width + over).collect())];
    }
    let columns = ((room / widest) as usize).clamp(1, all.len());
    let width = room / columns as f32;
    all.chunks(columns).map(|line| (line, vec![width; line.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(needs: &[f32], room: f32, expect: &[&[f32]]) {
        let all = vec![Figure::new("", None, ""); needs.len()];
        let widths: Vec<Vec<f32>> =
            lines(&all, needs, room).into_iter().map(|(_, widths)| widths).collect();
        assert_eq!(widths, expect);
    }

    #[test]
    fn columns_are_equal_as_long_as_all_fit() {
        check(&[120.0, 160.0], 400.0, &[&[200.0, 200.0]]);
        check(&[200.0, 120.0, 120.0], 446.0, &[&[202.0, 122.0, 122.0]]);
        check(&[200.0, 120.0, 120.0], 420.0, &[&[210.0, 210.0], &[210.0]]);
        check(&[120.0], 50.0, &[&[50.0]]);
    }
}
