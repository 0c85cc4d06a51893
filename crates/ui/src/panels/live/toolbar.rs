//! What of the run is looked at, and the buttons that change it.

use egui::{Align, Layout, RichText, Ui};
use protocol::numbers::with_unit;

use super::sight::Sight;
use super::{Heights, Live};
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::plot::time_range;
use crate::theme::{Palette, space, text};

/// Room that the words about what is in sight take, in points.
const SAID: f32 = 130.0;

/// How time goes on in the picture.
#[derive(Clone, Copy, PartialEq)]
enum Pace {
    Follow,
    Whole,
    Paused,
}

impl Live {
    /// The row over the lanes.
    pub(super) fn toolbar(&mut self, ui: &mut Ui, recording: bool) {
        ui.horizontal(|ui| {
            ui.set_min_height(30.0);
            match recording {
                true => self.pace(ui),
                false => self.whole(ui),
            }
            ui.add_space(space::HAIR);
            let middle = self.middle_ms();
            if kit::icon_button(ui, Icon::Minus, "Zoom out").clicked() {
                self.zoom(middle, 2.0);
            }
            if kit::icon_button(ui, Icon::Plus, "Zoom in").clicked() {
                self.zoom(middle, 0.5);
            }
            let mut seen = self.kept.heights == Heights::Seen;
            if kit::toggle(ui, None, "Fit heights", &mut seen)
                .on_hover_text("Axes fit what is in view, else the whole run")
                .clicked()
            {
                self.kept.heights = if seen { Heights::Seen } else { Heights::Whole };
            }
            if kit::button(ui, Weight::Plain, Some(Icon::Pin), "Place a marker")
                .on_hover_text("A click into the plots, or M, does it at the pointer")
                .clicked()
            {
                self.place_marker_in_sight();
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.said(ui));
        });
    }

    fn pace(&mut self, ui: &mut Ui) {
        let mut pace = match self.sight {
            Sight::Follow { .. } => Pace::Follow,
            Sight::Whole => Pace::Whole,
            Sight::Held { .. } => Pace::Paused,
        };
        let choices =
            [(Pace::Follow, "Follow"), (Pace::Whole, "Whole run"), (Pace::Paused, "Pause")];
        if kit::segments(ui, &mut pace, &choices) {
            let span_ms = self.kept.follow_ms;
            match pace {
                Pace::Follow => self.look(Sight::Follow { span_ms }),
                Pace::Whole => self.look(Sight::Whole),
                Pace::Paused => self.look(self.sight.held(self.end_ms)),
            }
        }
    }

    fn whole(&mut self, ui: &mut Ui) {
        let all = self.sight == Sight::Whole;
        let response = ui.add_enabled_ui(!all, |ui| {
            kit::button(ui, Weight::Plain, Some(Icon::Focus), "Whole run")
        });
        if response.inner.clicked() {
            self.look(Sight::Whole);
        }
    }

    /// What is in sight, in words, where there is room for them.
    fn said(&self, ui: &mut Ui) {
        if ui.available_width() < SAID {
            return;
        }
        let palette = Palette::here(ui);
        let [from, to] = self.sight.shown(self.end_ms);
        let words = time_range(from, to, (to - from) / 100.0).join(" – ");
        let span = with_unit(to - from, "ms");
        let hint = format!("{span} in view; wheel zooms, drag moves, shift-drag selects");
        let words = RichText::new(words).font(text::small()).color(palette.soft);
        ui.label(words).on_hover_text(hint);
    }
}
