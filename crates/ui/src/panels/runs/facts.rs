//! The facts of a run in two columns: figures, what was asked, the circumstances.

use egui::{Grid, Label, RichText, Ui};
use protocol::numbers::with_unit;
use protocol::{Fingerprint, MetricView, metric};

use super::words::range;
use crate::asks::Asks;
use crate::icon::Icon;
use crate::kit;
use crate::theme::{Palette, text};

/// A section's name, with what stands at its right.
pub(super) fn section(ui: &mut Ui, title: &str, beside: impl FnOnce(&mut Ui)) {
    ui.add_space(10.0);
    let palette = Palette::here(ui);
    let line = ui.cursor();
    let edge = egui::Stroke::new(1.0, palette.grid);
    ui.painter().hline(line.left()..=line.left() + ui.available_width(), line.top(), edge);
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.set_min_height(26.0);
        ui.label(RichText::new(title).font(text::strong()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), beside);
    });
}

/// Every metric: median, from where to where it went, of how many repetitions.
pub(super) fn metrics(ui: &mut Ui, metrics: &[MetricView]) {
    let palette = Palette::here(ui);
    let width = ui.available_width();
    let small = |words: &str| RichText::new(words).font(text::small()).color(palette.faint);
    Grid::new("metrics").num_columns(4).spacing([8.0, 3.0]).min_row_height(20.0).show(ui, |ui| {
        for (title, at_least) in [("Metric", width * 0.32), ("Median", 62.0), ("Min – max", 0.0)]
        {
            ui.horizontal(|ui| {
                ui.set_min_width(at_least);
                ui.label(small(title));
            });
        }
        ui.label(small("n"));
        ui.end_row();
        for view in metrics {
            let spec = metric(&view.name);
            let title = spec.map_or_else(|| own_title(&view.name), |spec| spec.title.to_owned());
            let label =
                Label::new(RichText::new(title).font(text::small()).color(palette.soft)).truncate();
            let shown = ui
                .scope(|ui| {
                    ui.set_max_width(width * 0.32);
                    ui.add(label)
                })
                .inner;
            shown.on_hover_text(spec.map_or(view.name.as_str(), |spec| spec.meaning));
            let unit = view.unit.as_str();
            let sd = view.sd.map_or_else(
                || "One repetition: no spread".to_owned(),
                |sd| format!("mean {}, sd {}", with_unit(view.mean, unit), with_unit(sd, unit)),
            );
            ui.label(with_unit(view.median, unit)).on_hover_text(sd);
            let range = range(view.min, view.max, unit);
            let range = RichText::new(range).font(text::small()).color(palette.soft);
            ui.label(range);
            ui.label(small(&view.n.to_string()));
            ui.end_row();
        }
    });
}

/// A figure of what a board declared or measured itself: which figure comes first, for the end is cut.
fn own_title(name: &str) -> String {
    for (behind, words) in [("_mean", "mean"), ("_min", "least"), ("_max", "most")] {
        if let Some(series) = name.strip_suffix(behind) {
            return format!("{words} {}", series.replace('_', " "));
        }
    }
    name.to_owned()
}

/// Names and values, the values cut where there is no room and whole on hover.
pub(super) fn pairs<'a>(
    ui: &mut Ui,
    name: &str,
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    asks: &mut Asks,
) {
    let palette = Palette::here(ui);
    let left = (ui.available_width() * 0.36).min(150.0);
    let right = ui.available_width() - left - 10.0;
    Grid::new(name).num_columns(2).spacing([10.0, 3.0]).min_row_height(20.0).show(ui, |ui| {
        for (key, value) in pairs {
            ui.scope(|ui| {
                ui.set_width(left);
                let key = RichText::new(key).font(text::small()).color(palette.soft);
                ui.add(Label::new(key).truncate());
            });
            ui.scope(|ui| {
                ui.set_max_width(right);
                let label = Label::new(value).truncate().sense(egui::Sense::CLICK);
                let shown = ui.add(label).on_hover_text(format!("{value}\nClick copies"));
                if shown.clicked() {
                    asks.copy(value.to_owned());
                }
            });
            ui.end_row();
        }
    });
}

/// The circumstances, with a button that copies all of them.
pub(super) fn fingerprint(ui: &mut Ui, fingerprint: &Fingerprint, asks: &mut Asks) {
    section(ui, "Circumstances", |ui| {
        if kit::icon_button(ui, Icon::Copy, "Copy the circumstances").clicked() {
            let lines: Vec<String> =
                fingerprint.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            asks.copy(lines.join("\n"));
        }
    });
    if fingerprint.is_empty() {
        kit::soft(ui, "Nothing about the circumstances was recorded");
        return;
    }
    let rows = fingerprint.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    pairs(ui, "fingerprint", rows, asks);
}
