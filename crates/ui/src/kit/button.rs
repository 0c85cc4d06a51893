//! Buttons by weight: one that matters on a page, plain ones, ones that destroy, ones that hide.

use egui::{
    Button, FontId, FontSelection, Response, RichText, Role, Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use crate::icon::{self, Icon};
use crate::theme::{Palette, text};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// What one comes to the page for; one a page.
    Primary,
    /// Everything else.
    Plain,
    /// Takes something away.
    Danger,
    /// Without a border, among others of its kind.
    Quiet,
}

/// A button with a word and, where given, an icon before it.
pub fn button(ui: &mut Ui, weight: Weight, with: Option<Icon>, word: &str) -> Response {
    let palette = Palette::here(ui);
    let (fill, line, ink) = match weight {
        Weight::Primary => (palette.fill, palette.fill, palette.on_fill),
        Weight::Plain => (palette.sheet, palette.line, palette.ink),
        Weight::Danger => (palette.sheet, palette.line, palette.bad),
        Weight::Quiet => (egui::Color32::TRANSPARENT, egui::Color32::TRANSPARENT, palette.ink),
    };
    let (font, lead): (FontSelection, &str) = match weight {
        Weight::Primary => (text::strong().into(), ""),
        _ => (FontSelection::Default, ""),
    };
    let font = match font {
        FontSelection::FontId(font) => font,
        _ => FontId::proportional(13.0),
    };
    // Room for the icon is made of spaces no reader hears; the icon is painted over them.
    let room = if with.is_some() { "      " } else { lead };
    let label = RichText::new(format!("{room}{word}")).font(font).color(ink);
    let mut made = Button::new(label).stroke(Stroke::new(1.0, line)).min_size(Vec2::new(0.0, 30.0));
    if weight == Weight::Primary {
        made = made.fill(fill);
    } else if weight == Weight::Quiet {
        made = made.frame_when_inactive(false);
    }
    let response = ui.add(made);
    if let Some(icon) = with {
        let side = 14.0;
        let left = response.rect.left() + ui.spacing().button_padding.x;
        let at = egui::Rect::from_center_size(
            egui::pos2(left + side / 2.0, response.rect.center().y),
            Vec2::splat(side),
        );
        let ink = if ui.is_enabled() { ink } else { palette.faint };
        icon::paint(ui.painter(), icon, at, ink);
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, word));
    response
}

/// A button that is an icon alone; `name` is said on hover and to a screen reader.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let palette = Palette::here(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(26.0), Sense::click());
    if ui.is_rect_visible(rect) {
        let ink = match (ui.is_enabled(), response.hovered() || response.has_focus()) {
            (false, _) => palette.line,
            (true, true) => palette.ink,
            (true, false) => palette.soft,
        };
        if response.hovered() && ui.is_enabled() {
            ui.painter().rect_filled(rect, 6.0, palette.raised);
        }
        if response.has_focus() {
            let ring = Stroke::new(1.5, palette.accent);
            ui.painter().rect_stroke(rect, 6.0, ring, egui::StrokeKind::Inside);
        }
        icon::paint(ui.painter(), icon, rect.shrink(5.5), ink);
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    response.on_hover_text(name)
}

/// A word that can be pressed.
pub fn link(ui: &mut Ui, word: &str) -> Response {
    let palette = Palette::here(ui);
    let label = RichText::new(word).color(palette.accent).font(text::strong());
    let response = ui.add(Button::new(label).frame(false));
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, word));
    response
}

/// A button that stays down while something holds.
pub fn toggle(ui: &mut Ui, with: Option<Icon>, word: &str, on: &mut bool) -> Response {
    let palette = Palette::here(ui);
    let ink = if *on { palette.accent } else { palette.ink };
    let room = if with.is_some() { "      " } else { "" };
    let label = RichText::new(format!("{room}{word}")).color(ink);
    let fill = if *on { palette.selected } else { palette.sheet };
    let made = Button::new(label).fill(fill).min_size(Vec2::new(0.0, 30.0));
    let mut response = ui.add(made);
    if let Some(icon) = with {
        let left = response.rect.left() + ui.spacing().button_padding.x;
        let at = egui::pos2(left + 7.0, response.rect.center().y);
        let at = egui::Rect::from_center_size(at, Vec2::splat(14.0));
        icon::paint(ui.painter(), icon, at, ink);
    }
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let (enabled, down) = (ui.is_enabled(), *on);
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, down, word));
    response
}
