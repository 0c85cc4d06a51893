//! The narrow rail on the left: one button a room, and what goes on.

use egui::{Align2, Frame, Margin, Panel, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};
use egui::{Role, WidgetInfo, pos2};

use crate::action::{self, Action};
use crate::asks::Place;
use crate::icon::{self, Icon};
use crate::theme::{Palette, text};

/// Rooms from the top of the rail, and from its foot.
const TOP: &[(Place, Icon, &str)] = &[
    (Place::Bench, Icon::Board, "Bench"),
    (Place::Live, Icon::Pulse, "Live"),
    (Place::Runs, Icon::History, "Runs"),
    (Place::Compare, Icon::Compare, "Compare"),
    (Place::Compress, Icon::Compress, "Compress"),
    (Place::Fit, Icon::Fit, "Fit"),
];
const FOOT: &[(Place, Icon, &str)] =
    &[(Place::Jobs, Icon::Jobs, "Jobs"), (Place::Settings, Icon::Sliders, "Settings")];

/// The rail's width, in points.
pub const WIDTH: f32 = 76.0;

/// What the rail shows besides the rooms.
#[derive(Clone, Copy, Debug, Default)]
pub struct Busy {
    /// Runs that go on.
    pub runs: usize,
    /// Jobs that go on.
    pub jobs: usize,
}

/// Draws the rail. The room that was pressed.
pub fn rail(ui: &mut Ui, open: Place, busy: Busy) -> Option<Place> {
    let palette = Palette::here(ui);
    let frame = Frame::new().fill(palette.sheet).inner_margin(Margin::symmetric(6, 10));
    let mut chosen = None;
    let shown =
        Panel::left("rail").exact_size(WIDTH).resizable(false).frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            for room in TOP {
                if room_ui(ui, *room, open, busy).clicked() {
                    chosen = Some(room.0);
                }
            }
            ui.with_layout(egui::Layout::bottom_up(egui::Align::Center), |ui| {
                for room in FOOT.iter().rev() {
                    if room_ui(ui, *room, open, busy).clicked() {
                        chosen = Some(room.0);
                    }
                }
            });
        });
    let edge = shown.response.rect;
    let line = Stroke::new(1.0, palette.line);
    ui.painter().vline(edge.right() - 0.5, edge.y_range(), line);
    chosen
}

fn room_ui(
    ui: &mut Ui,
    (place, sign, name): (Place, Icon, &str),
    open: Place,
    busy: Busy,
) -> Response {
    let palette = Palette::here(ui);
    let size = Vec2::new(WIDTH - 12.0, 50.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let here = place == open;
    if here {
        ui.painter().rect_filled(rect, 8.0, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 8.0, palette.raised);
    }
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(rect, 8.0, ring, StrokeKind::Inside);
    }
    let ink = if here { palette.accent } else { palette.soft };
    let top = pos2(rect.center().x, rect.top() + 18.0);
    icon::paint(ui.painter(), sign, Rect::from_center_size(top, Vec2::splat(19.0)), ink);
    let ink = if here { palette.ink } else { palette.soft };
    let foot = pos2(rect.center().x, rect.bottom() - 6.0);
    ui.painter().text(foot, Align2::CENTER_BOTTOM, name, text::small(), ink);
    let going = match place {
        Place::Live => busy.runs,
        Place::Jobs => busy.jobs,
        _ => 0,
    };
    if going > 0 {
        let at = pos2(rect.center().x + 14.0, rect.top() + 11.0);
        ui.painter().circle_filled(at, 7.5, palette.fill);
        ui.painter().text(at, Align2::CENTER_CENTER, going, text::tag(), palette.on_fill);
    }
    let said = if going > 0 { format!("{name}, {going} going on") } else { name.to_owned() };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, here, said.clone()));
    let key = action::spec(Action::Go(place)).and_then(|spec| spec.key);
    match key {
        Some(key) => response.on_hover_text(format!("{name}  {}", ui.ctx().format_shortcut(&key))),
        None => response,
    }
}
