//! What measured a lane, where that is not the board: its name, how its samples came onto the board's
//! time, and that it is emulated.

use egui::text::LayoutJob;
use egui::{Align2, Painter, Rect, Role, Sense, Ui, WidgetInfo, pos2};
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
        let place = pos2(right, rect.center().y);
        right = kit::paint_forever(painter, palette, kit::EMULATED, place).left() - 8.0;
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
