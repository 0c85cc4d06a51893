//! An empty room says what it is for and teaches the next step.

use egui::{Align, Layout, RichText, Sense, Ui, Vec2};

use crate::icon::{self, Icon};
use crate::kit::button::{Weight, button};
use crate::theme::{Palette, space, text};

/// What can be done from here: the word on the button.
pub struct Step<'a> {
    /// Its icon.
    pub icon: Option<Icon>,
    /// Its word.
    pub word: &'a str,
}

/// An empty room. Returns the place of the step that was chosen; the first one stands out.
pub fn empty(
    ui: &mut Ui,
    icon: Icon,
    title: &str,
    explains: &str,
    steps: &[Step<'_>],
) -> Option<usize> {
    let palette = Palette::here(ui);
    let mut chosen = None;
    ui.add_space((ui.available_height() * 0.24).clamp(space::LARGE, 180.0));
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(56.0), Sense::hover());
        ui.painter().circle_filled(rect.center(), 28.0, palette.sunk);
        icon::paint(ui.painter(), icon, rect.shrink(17.0), palette.soft);
        ui.add_space(space::SMALL);
        ui.label(RichText::new(title).font(text::heading()));
        ui.scope(|ui| {
            ui.set_max_width(440.0);
            let explains = egui::Label::new(RichText::new(explains).color(palette.soft)).wrap();
            ui.with_layout(Layout::top_down(Align::Center), |ui| ui.add(explains));
        });
        ui.add_space(space::SMALL);
        // Buttons side by side, in the middle: their width is known only after the first frame.
        let id = ui.scope_id().with(title);
        let width = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
        ui.horizontal(|ui| {
            ui.add_space(((ui.available_width() - width) / 2.0).max(0.0));
            let from = ui.cursor().left();
            for (at, step) in steps.iter().enumerate() {
                let weight = if at == 0 { Weight::Primary } else { Weight::Plain };
                if button(ui, weight, step.icon, step.word).clicked() {
                    chosen = Some(at);
                }
            }
            let now = ui.min_rect().right() - from;
            if (now - width).abs() > 0.5 {
                ui.data_mut(|data| data.insert_temp(id, now));
                ui.ctx().request_discard("the buttons of an empty room are centred");
            }
        });
    });
    chosen
}
