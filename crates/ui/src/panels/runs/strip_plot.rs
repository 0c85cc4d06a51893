//! Draws the repetitions of the run: one mark each, what lies apart in its own colour.

use egui::{Pos2, Rect, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2};
use protocol::numbers::{multiple, with_unit};
use protocol::{RunDetail, metric};

use super::facts::section;
use super::strip::{Dot, dots};
use crate::kit;
use crate::plot::{Axis, Frame, Scale, nice_range};
use crate::theme::Palette;

const HEIGHT: f32 = 116.0;

/// Draws them, with a choice of the metric.
pub(super) fn ui(ui: &mut Ui, detail: &RunDetail, name: &mut String) {
    let known = detail.metrics.iter().any(|view| view.name == *name);
    if !known && let Some(first) = detail.metrics.first() {
        name.clone_from(&first.name);
    }
    section(ui, "Repetitions", |ui| {
        let title = |name: &str| metric(name).map_or_else(|| name.to_owned(), |m| m.title.into());
        let shown = title(name);
        kit::combo(ui, "Metric of the repetitions", 150.0, &shown, |ui| {
            for view in &detail.metrics {
                ui.selectable_value(name, view.name.clone(), title(&view.name));
            }
        });
    });
    let dots = dots(&detail.repetitions, name);
    let unit = metric(name).map_or("", |metric| metric.unit);
    plot(ui, &dots, detail.median(name), unit);
}

fn plot(ui: &mut Ui, dots: &[Dot], median: Option<f64>, unit: &str) {
    let palette = Palette::here(ui);
    let size = Vec2::new(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let apart = dots.iter().filter(|dot| dot.apart).count();
    response.widget_info(|| {
        let said = format!("{} repetitions, {apart} apart from the rest", dots.len());
        WidgetInfo::labeled(Role::Image, true, said)
    });
    let frame = Frame::within(rect);
    let inside = frame.inside;
    let values = dots.iter().map(|dot| dot.value);
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    let (factor, unit_shown) = multiple(high, unit);
    // Repetitions lie close together: an axis that begins at zero would hide how they differ.
    let pad = (high - low).max(high.abs() * 1e-3) * 0.15;
    let [low, high] = nice_range((low - pad) / factor, (high + pad) / factor);
    let last = dots.iter().map(|dot| dot.index).max().unwrap_or(0);
    let x = Scale::new(-0.5, f64::from(last) + 0.5, inside.left(), inside.right());
    let y = Scale::new(low, high, inside.bottom() - 2.0, inside.top() + 2.0);
    let painter = ui.painter_at(rect);
    let (across, up) = (Axis::new(x, ""), Axis::new(y, unit_shown));
    frame.paint(&painter, palette, across, up);
    if let Some(median) = median {
        let at = y.at(median / factor);
        let line = [pos2(inside.left(), at), pos2(inside.right(), at)];
        painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, palette.faint), 4.0, 3.0));
    }
    let mut hovered: Option<(f32, &Dot)> = None;
    for dot in dots {
        let at = pos2(x.at(f64::from(dot.index)), y.at(dot.value / factor));
        mark(&painter, palette, at, *dot);
        if let Some(pointer) = response.hover_pos() {
            let away = pointer.distance(at);
            if away < 14.0 && hovered.is_none_or(|(least, _)| away < least) {
                hovered = Some((away, dot));
            }
        }
    }
    if let Some((_, dot)) = hovered {
        response.on_hover_ui_at_pointer(|ui| {
            ui.label(format!("Repetition {}: {}", dot.index, with_unit(dot.value, unit)));
            let why = match (dot.counts, dot.apart) {
                (false, _) => "Does not count: a warm-up, or stopped before its end",
                (true, true) => "Lies beyond 1.5 interquartile ranges outside the quartiles",
                (true, false) => return,
            };
            ui.label(why);
        });
    }
}

fn mark(painter: &egui::Painter, palette: &Palette, at: Pos2, dot: Dot) {
    let ring = |color| Stroke::new(1.4, color);
    match (dot.counts, dot.apart) {
        (true, false) => drop(painter.circle_filled(at, 3.2, palette.accent)),
        (true, true) => {
            painter.circle_filled(at, 3.6, palette.open);
            painter.circle_stroke(at, 6.5, ring(palette.open));
        }
        (false, _) => {
            let hole = Rect::from_center_size(at, Vec2::splat(6.0));
            painter.circle(hole.center(), 3.0, palette.sunk, ring(palette.faint));
        }
    }
}
