//! The command palette: a field, and what can be done, best match first.

use egui::{Frame, Id, Key, Margin, Modal, Modifiers, RichText, ScrollArea, Stroke, TextEdit, Ui};
use egui::{Role, Vec2, WidgetInfo};

use crate::action::{ACTIONS, Action, ActionSpec};
use crate::theme::{self, space, text};

/// The palette, open or not.
#[derive(Debug, Default)]
pub struct CommandPalette {
    open: bool,
    words: String,
    at: usize,
}

impl CommandPalette {
    /// Opens it, empty.
    pub fn open(&mut self) {
        *self = CommandPalette { open: true, ..CommandPalette::default() };
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Draws it where it is open. The action that was chosen.
    pub fn ui(&mut self, ui: &Ui) -> Option<Action> {
        if !self.open {
            return None;
        }
        // The modal's own Escape waits as long as something else that pops up is there.
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.open = false;
            return None;
        }
        let palette = theme::Palette::here(ui);
        let frame = Frame::new()
            .fill(palette.sheet)
            .stroke(Stroke::new(1.0, palette.line))
            .corner_radius(12.0)
            .shadow(ui.visuals().window_shadow)
            .inner_margin(Margin::same(10));
        let id = Id::unique("command palette");
        let high = ui.ctx().content_rect().height();
        let area = Modal::default_area(id)
            .anchor(egui::Align2::CENTER_TOP, Vec2::new(0.0, (high * 0.14).min(120.0)));
        let modal = Modal::new(id).frame(frame).backdrop_color(palette.veil).area(area);
        let mut chosen = None;
        let shown = modal.show(ui.ctx(), |ui| {
            ui.set_width(480.0_f32.min(ui.ctx().content_rect().width() - 40.0));
            let (down, up, enter) = ui.input_mut(|input| {
                (
                    input.consume_key(Modifiers::NONE, Key::ArrowDown),
                    input.consume_key(Modifiers::NONE, Key::ArrowUp),
                    input.consume_key(Modifiers::NONE, Key::Enter),
                )
            });
            let edit = TextEdit::singleline(&mut self.words)
                .hint_text("What do you want to do?")
                .desired_width(f32::INFINITY)
                .margin(Vec2::new(10.0, 8.0));
            let edit = ui.add(edit);
            edit.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find an action"));
            edit.request_focus();
            if edit.changed() {
                self.at = 0;
            }
            let found = found(&self.words);
            self.at = match (down, up) {
                (true, _) => (self.at + 1).min(found.len().saturating_sub(1)),
                (_, true) => self.at.saturating_sub(1),
                _ => self.at.min(found.len().saturating_sub(1)),
            };
            ui.add_space(space::HAIR);
            let list = ScrollArea::vertical().max_height(360.0).auto_shrink([false, true]);
            list.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (place, spec) in found.iter().enumerate() {
                    let here = place == self.at;
                    let row = row_ui(ui, spec, here);
                    if here && (down || up) {
                        row.scroll_to_me(None);
                    }
                    if row.clicked() || (here && enter) {
                        chosen = Some(spec.action);
                    }
                }
                if found.is_empty() {
                    ui.add_space(space::SMALL);
                    let none = "No action is called that; try fewer letters";
                    ui.label(RichText::new(none).color(palette.soft));
                    ui.add_space(space::SMALL);
                }
            });
        });
        if chosen.is_some() || shown.should_close() {
            self.open = false;
        }
        chosen
    }
}

fn row_ui(ui: &mut Ui, spec: &ActionSpec, here: bool) -> egui::Response {
    let palette = theme::Palette::here(ui);
    let size = Vec2::new(ui.available_width(), 32.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    if here {
        ui.painter().rect_filled(rect, 6.0, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 6.0, palette.raised);
    }
    let left = egui::pos2(rect.left() + 10.0, rect.center().y);
    let font = egui::FontId::proportional(13.0);
    ui.painter().text(left, egui::Align2::LEFT_CENTER, spec.title, font, palette.ink);
    if let Some(key) = spec.key {
        let right = egui::pos2(rect.right() - 10.0, rect.center().y);
        let words = ui.ctx().format_shortcut(&key);
        ui.painter().text(right, egui::Align2::RIGHT_CENTER, words, text::small(), palette.soft);
    }
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, here, spec.title));
    response
}

/// What the words find, best first; everything for no words.
fn found(words: &str) -> Vec<&'static ActionSpec> {
    let words = words.trim().to_lowercase();
    let mut found: Vec<(u32, &ActionSpec)> =
        ACTIONS.iter().filter_map(|spec| Some((score(spec, &words)?, spec))).collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, spec)| spec).collect()
}

/// How well an action meets the words: the beginning of its name, a word of it, letters in order.
fn score(spec: &ActionSpec, words: &str) -> Option<u32> {
    let title = spec.title.to_lowercase();
    if words.is_empty() {
        return Some(0);
    }
    if title.starts_with(words) {
        return Some(100);
    }
    let begins = |text: &str| text.split(' ').any(|word| word.starts_with(words));
    if begins(&title) {
        return Some(80);
    }
    if begins(spec.words) || title.contains(words) {
        return Some(60);
    }
    let mut letters = title.chars();
    words.chars().filter(|c| *c != ' ').all(|c| letters.any(|of| of == c)).then_some(20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, first: &str) {
        assert_eq!(found(words).first().map(|spec| spec.title), Some(first), "{words:?}");
    }

    #[test]
    fn what_is_typed_finds_what_is_meant() {
        check("start", "Start run");
        check("compr", "Compress");
        check("go to r", "Go to Runs");
        check("regression", "Go to Compare");
        check("dark", "Dark colours");
        check("zmin", "Zoom in");
        assert_eq!(found("").len(), ACTIONS.len());
        assert!(found("qqqq").is_empty());
    }
}
