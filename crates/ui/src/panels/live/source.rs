//! What measured a lane, where that is not the board: its name, how its samples came onto the board's
//! time, and that it is emulated.

use egui::text::LayoutJob;
use egui::{Align2, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use protocol::SignalSource;

use super::field::Field;
use super::lanes::LaneView;
use crate::kit;
use crate::theme::text;

/// In the heading of a lane, at its right, from `from` on.
pub(super) fn source_ui(
    ui: &Ui,
    painter: &Painter,
    field: &Field,
    lane: &LaneView<'_>,
    source: &SignalSource,
    rect: Rect,
    from: f32,
) {
    let palette = field.palette;
    let mut right = rect.right();
    if source.emulated {
        let word = painter.layout_no_wrap(kit::EMULATED.0.into(), text::tag(), palette.open);
        let size = word.size() + vec2(12.0, 4.0);
        let place = Rect::from_min_size(pos2(right - size.x, rect.center().y - size.y / 2.0), size);
        let line = Stroke::new(1.0, crate::theme::faded(palette.open, 0.5));
        painter.rect(place, 4.0, palette.open_back, line, StrokeKind::Inside);
        painter.galley(place.center() - word.size() / 2.0, word, palette.open);
        right = place.left() - 8.0;
    }
    // What follows from the power does not say it all again.
    let whole = format!("{}, {}", source.name, source.aligned);
    let words = if lane.key == "power" { whole.clone() } else { source.name.clone() };
    let mut job = LayoutJob::simple(words, text::small(), palette.soft, (right - from).max(20.0));
    job.wrap.max_rows = 1;
    let galley = painter.layout_job(job);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, rect.center().y), galley.size());
    painter.galley(place.min, galley, palette.soft);
    let said = if source.emulated { format!("{}: {whole}", kit::EMULATED.0) } else { whole };
    let area = Rect::from_x_y_ranges(place.left()..=rect.right(), rect.y_range());
    let response = ui.interact(area, ui.scope_id().with(("source", &lane.key)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    response.on_hover_text(said);
}
