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

/// How much room there is for the rail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// Signs and names.
    High,
    /// Signs alone: a small screen with large text.
    Low,
}

impl Room {
    /// In a window so many points high.
    fn of(height: f32) -> Room {
        let names = (TOP.len() + FOOT.len()) as f32 * (Room::High.button().y + GAP) + 20.0;
        if height >= names { Room::High } else { Room::Low }
    }

    /// Size of a button, in points.
    fn button(self) -> Vec2 {
        match self {
            Room::High => Vec2::new(64.0, 50.0),
            Room::Low => Vec2::new(40.0, 34.0),
        }
    }
}

/// Between two buttons, in points.
const GAP: f32 = 4.0;

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
    let room = Room::of(ui.available_height());
    let width = room.button().x + 12.0;
    let mut chosen = None;
    let shown =
        Panel::left("rail").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = GAP;
            for of in TOP {
                if room_ui(ui, room, *of, open, busy).clicked() {
                    chosen = Some(of.0);
                }
            }
            ui.with_layout(egui::Layout::bottom_up(egui::Align::Center), |ui| {
                for of in FOOT.iter().rev() {
                    if room_ui(ui, room, *of, open, busy).clicked() {
                        chosen = Some(of.0);
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
    room: Room,
    (place, sign, name): (Place, Icon, &str),
    open: Place,
    busy: Busy,
) -> Response {
    let palette = Palette::here(ui);
    let (rect, response) = ui.allocate_exact_size(room.button(), Sense::click());
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
    let middle = match room {
        Room::High => pos2(rect.center().x, rect.top() + 18.0),
        Room::Low => rect.center(),
    };
    icon::paint(ui.painter(), sign, Rect::from_center_size(middle, Vec2::splat(19.0)), ink);
    if room == Room::High {
        let ink = if here { palette.ink } else { palette.soft };
        let foot = pos2(rect.center().x, rect.bottom() - 6.0);
        ui.painter().text(foot, Align2::CENTER_BOTTOM, name, text::small(), ink);
    }
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
        None => response.on_hover_text(name),
    }
}
