//! How a model that can be got stands, beside its name.

use egui::{Label, RichText, Role, Ui, Vec2, WidgetInfo};
use protocol::{Command, JobId};

use super::fetching::{Fetching, Stand};
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::model::Job;
use crate::panel::Scene;
use crate::theme::{Palette, space, text};

/// Height of a model's row, its margins left out.
pub(super) const ROW: f32 = 28.0;

/// At the right of a model that can be got: the button that asks for it, or how far it is. `word` is on the
/// button, which is called by the model's name all the same.
pub(super) fn get_ui(
    ui: &mut Ui,
    (name, word): (&str, &str),
    fetching: &mut Fetching,
    scene: &mut Scene<'_>,
) {
    let away = match fetching.stand(name, scene.model) {
        Stand::Coming(id, job) => return coming_ui(ui, (id, job), scene),
        Stand::Asked => false,
        Stand::Away => true,
    };
    let button = |ui: &mut Ui| kit::button(ui, Weight::Plain, Some(Icon::In), word);
    let response = ui.add_enabled_ui(away, button).inner;
    response.widget_info(|| WidgetInfo::labeled(Role::Button, away, format!("Get {name}")));
    if response.clicked() {
        fetching.get(name, scene.asks);
    }
}

fn coming_ui(ui: &mut Ui, (id, job): (JobId, &Job), scene: &mut Scene<'_>) {
    let palette = Palette::here(ui);
    if kit::icon_button(ui, Icon::Close, &format!("Cancel getting {}", job.view.title)).clicked() {
        scene.asks.send(Command::Cancel { job: id });
    }
    let share = job.share();
    let words = share.map_or("…".into(), |share| format!("{:.0} %", share * 100.0));
    let label = RichText::new(words).font(text::small()).color(palette.soft);
    ui.add_sized(Vec2::new(36.0, 16.0), Label::new(label));
    let size = Vec2::new(110.0, ROW);
    ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::Min), |ui| {
        ui.set_width(size.x);
        ui.add_space((ROW - 6.0) / 2.0);
        let name = format!("Getting {}", job.view.title);
        match share {
            Some(share) => kit::progress(ui, share, &name),
            None => kit::busy(ui, &name),
        };
    });
    ui.add_space(space::HAIR);
}
