//! Where the time of a token went, over its place in the text.

use egui::{Align2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use protocol::PositionColumn;
use protocol::numbers::with_unit;

use super::lanes;
use crate::kit;
use crate::plot::{Axis, Frame, Scale, nice_range, shares, stack};
use crate::theme::{Palette, space, text};

/// The phases, by their signals' names.
const PHASES: [&str; 5] = ["embed", "attention", "feed_forward", "classifier", "sample"];
const PLOT: f32 = 150.0;
const LINE: f32 = 18.0;

/// The card.
pub(super) fn phases(ui: &mut Ui, columns: &[PositionColumn]) {
    kit::titled(
        ui,
        "Phases over the text",
        |_| {},
        |ui| {
            let Some(shares) = shares(columns) else {
                kit::soft(ui, "No token with phases has been recorded yet");
                return;
            };
            let hovered = plot(ui, columns);
            ui.add_space(space::SMALL);
            legend(ui, hovered, shares);
        },
    );
}

/// The areas. The column under the pointer.
fn plot<'a>(ui: &mut Ui, columns: &'a [PositionColumn]) -> Option<&'a PositionColumn> {
    let palette = Palette::here(ui);
    let (outer, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), PLOT), Sense::hover());
    let mut frame = Frame::within(outer);
    // The words of this axis are short, and the card is narrow.
    frame.inside.min.x = outer.left() + 34.0;
    let inside = frame.inside;
    let first = columns.first().map_or(0.0, |column| f64::from(column.position));
    let last = columns.last().map_or(1.0, |column| f64::from(column.position));
    let sum =
        |column: &PositionColumn| column.phases_ms.iter().map(|ms| f64::from(*ms)).sum::<f64>();
    let most = columns.iter().map(sum).fold(0.0, f64::max);
    let x = Scale::new(first, last, inside.left(), inside.right());
    let [_, high] = nice_range(0.0, most);
    let y = Scale::new(0.0, high, inside.bottom(), inside.top());
    let painter = ui.painter();
    frame.paint(painter, palette, Axis::new(x, "tokens"), Axis::new(y, ""));
    painter.with_clip_rect(inside).extend(stack(columns, &x, &y, inside, &palette.phases));
    let unit = pos2(inside.left() + 5.0, inside.top() + 3.0);
    painter.text(unit, Align2::LEFT_TOP, "ms", text::axis(), palette.soft);
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Phases over the text"));
    let at = response.hover_pos().filter(|at| inside.contains(*at))?;
    let place = x.value(at.x);
    let near = |column: &&PositionColumn| (f64::from(column.position) - place).abs();
    let found = columns.iter().min_by(|a, b| near(a).total_cmp(&near(b)))?;
    let across = x.at(f64::from(found.position)).round() + 0.5;
    painter.vline(across, inside.y_range(), Stroke::new(1.0, palette.ink));
    Some(found)
}

/// Each phase with its share of all, or what it took at the place under the pointer.
fn legend(ui: &mut Ui, hovered: Option<&PositionColumn>, shares: [f64; 5]) {
    let palette = Palette::here(ui);
    let head = hovered.map_or("Share of the time".to_owned(), |column| {
        format!("At place {} in the text", column.position)
    });
    ui.label(egui::RichText::new(head).font(text::small()).color(palette.soft));
    ui.spacing_mut().item_spacing.y = 2.0;
    for (phase, (name, share)) in PHASES.iter().zip(shares).enumerate() {
        let size = vec2(ui.available_width(), LINE);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let title = lanes::title(name);
        let took = hovered.and_then(|column| column.phases_ms.get(phase));
        let value = match took {
            Some(ms) => with_unit(f64::from(*ms), "ms"),
            None => format!("{:.1} %", share * 100.0),
        };
        let painter = ui.painter();
        let middle = rect.center().y;
        let key = Rect::from_center_size(pos2(rect.left() + 5.0, middle), vec2(10.0, 10.0));
        let ink = palette.phases.get(phase).copied().unwrap_or(palette.soft);
        painter.rect_filled(key, 3.0, ink);
        let at = pos2(rect.left() + 18.0, middle);
        painter.text(at, Align2::LEFT_CENTER, &title, text::small(), palette.soft);
        let font = egui::FontId::proportional(12.5);
        painter.text(pos2(rect.right(), middle), Align2::RIGHT_CENTER, &value, font, palette.ink);
        let meaning = protocol::signal(name).map_or("", |spec| spec.meaning);
        let said = format!("{title} {value}");
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        response.on_hover_text(meaning);
    }
}
