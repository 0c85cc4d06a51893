//! A list that opens under what is chosen of it.

use egui::{ComboBox, Rect, Response, Role, Ui, Vec2, WidgetInfo};

use crate::icon::{self, Icon};

/// What is chosen, and the list of what else there is; `name` is for whoever cannot see a caption
/// over it. `width` in points.
pub fn combo(
    ui: &mut Ui,
    name: &str,
    width: f32,
    shown: &str,
    list: impl FnOnce(&mut Ui),
) -> Response {
    let made = ComboBox::from_id_salt(name).width(width).truncate().selected_text(shown).icon(
        |ui, rect, visuals, _| {
            let square = Rect::from_center_size(rect.center(), Vec2::splat(11.0));
            icon::paint(ui.painter(), Icon::Down, square, visuals.fg_stroke.color);
        },
    );
    let response = made.show_ui(ui, list).response;
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(shown.to_owned()),
        ..WidgetInfo::labeled(Role::ComboBox, true, name)
    });
    response
}
