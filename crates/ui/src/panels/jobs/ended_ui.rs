//! What ended, a line each, newest first.

use egui::{Label, Margin, RichText, Sides, Ui};

use super::{kind_words, opens, sign};
use crate::asks::Go;
use crate::icon::Icon;
use crate::kit;
use crate::model::Ended;
use crate::panel::Scene;
use crate::theme::{Palette, text};

/// As wide as the cards above.
const WIDEST: f32 = 920.0;

pub(super) fn ended_ui(ui: &mut Ui, scene: &mut Scene<'_>) {
    ui.scope(|ui| {
        ui.set_max_width(WIDEST.min(ui.available_width()));
        kit::card_with(ui, Margin::symmetric(14, 6), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let palette = Palette::here(ui);
            let many = scene.model.jobs.ended.len();
            for (at, ended) in scene.model.jobs.ended.iter().enumerate() {
                ui.push_id(ended.job, |ui| line_ui(ui, ended, scene));
                if at + 1 < many {
                    let rect = ui.min_rect();
                    let stroke = egui::Stroke::new(1.0, palette.grid);
                    ui.painter().hline(rect.x_range(), rect.bottom() + 0.5, stroke);
                    ui.add_space(1.0);
                }
            }
        });
    });
}

fn line_ui(ui: &mut Ui, ended: &Ended, scene: &mut Scene<'_>) {
    let palette = Palette::here(ui);
    let (sort, _) = kind_words(ended.kind);
    let open = opens(ended.kind, &ended.title, scene.model);
    let title = match ended.title.as_str() {
        "" => sort.to_owned(),
        title => format!("{sort}: {title}"),
    };
    let now_ms = scene.now_ms;
    Sides::new().height(34.0).shrink_left().truncate().show(
        ui,
        |ui| {
            kit::icon(ui, sign(ended.kind), palette.faint);
            ui.add(Label::new(RichText::new(&title).font(text::strong())).truncate());
            let (mark, ink) = match ended.failed {
                true => (Icon::Warning, palette.bad),
                false => (Icon::Check, palette.good),
            };
            kit::icon(ui, mark, ink);
            let words = RichText::new(&ended.words).color(palette.soft);
            ui.add(Label::new(words).truncate()).on_hover_text(&ended.words);
        },
        |ui| {
            kit::ago_label(ui, ended.ended_ms, now_ms);
            if let (Some((word, place)), false) = (open, ended.failed)
                && kit::link(ui, word).clicked()
            {
                scene.asks.go(Go::To(place));
            }
        },
    );
}
