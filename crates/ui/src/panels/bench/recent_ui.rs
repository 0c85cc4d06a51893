//! What just happened: the runs that go on and the last ones that ended, three in all.

use egui::{Align, Frame, Label, Layout, Margin, RichText, Sides, Stroke, Ui};
use protocol::numbers::with_unit;
use protocol::{MetricSpec, RunStatus, RunSummary};

use super::{Bench, ports_ui};
use crate::asks::{Go, Place};
use crate::kit;
use crate::model::{Going, Model};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::words::board_words;

/// Tiles in all.
const SHOWN: usize = 3;
/// Room for a figure, so that those of all tiles stand under each other; in points.
const VALUE: f32 = 88.0;

impl Bench {
    pub(super) fn recent_ui(&self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let model = scene.model;
        super::heading_ui(ui, "What just happened", |ui| {
            let all = match model.total_runs {
                0 => return,
                1 => "All runs".to_owned(),
                many => format!("All {many} runs"),
            };
            if kit::link(ui, &all).clicked() {
                scene.asks.go(Go::To(Place::Runs));
            }
        });
        let going = model.going.values().rev();
        let ended = model.recent.iter().filter(|run| !model.going.contains_key(&run.run));
        let mut room = SHOWN;
        for going in going.take(SHOWN) {
            tile(ui, |ui| going_ui(ui, going, scene));
            room -= 1;
        }
        for run in ended.take(room) {
            tile(ui, |ui| ended_ui(ui, run, scene));
        }
        if model.going.is_empty() && model.recent.is_empty() {
            nothing_ui(ui);
        }
    }
}

fn tile(ui: &mut Ui, body: impl FnOnce(&mut Ui)) {
    kit::card_with(ui, Margin::symmetric(14, 10), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        body(ui);
    });
}

fn nothing_ui(ui: &mut Ui) {
    let palette = Palette::here(ui);
    let frame = Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(space::CORNER)
        .inner_margin(Margin::symmetric(14, 12));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        kit::soft(
            ui,
            "Nothing yet. Start a run on this computer: its token rate, its time to the first \
             token and its memory will stand here",
        );
    });
}

fn head_ui(ui: &mut Ui, run: &RunSummary, right: impl FnOnce(&mut Ui)) {
    let palette = Palette::here(ui);
    Sides::new().height(20.0).shrink_left().truncate().show(
        ui,
        |ui| {
            ui.label(RichText::new(&run.model).font(text::strong()));
            let on = RichText::new(format!("on {}", board_words(run))).color(palette.soft);
            ui.add(Label::new(on).truncate());
        },
        right,
    );
}

fn going_ui(ui: &mut Ui, going: &Going, scene: &mut Scene<'_>) {
    let palette = Palette::here(ui);
    let run = &going.run.summary;
    head_ui(ui, run, |ui| {
        kit::chip(ui, "Going on", palette.accent, palette.selected);
        kit::labels(ui, run.synthetic, run.emulated);
    });
    ui.add_space(space::HAIR);
    kit::progress(ui, going.share(), &format!("{}, how far", run.model));
    Sides::new().height(24.0).shrink_left().truncate().show(
        ui,
        |ui| {
            let words = ports_ui::progress_words(going);
            let words = RichText::new(words).font(text::small()).color(palette.soft);
            ui.add(Label::new(words).truncate());
        },
        |ui| {
            if kit::link(ui, "Watch").clicked() {
                scene.asks.go(Go::Watch(run.run.clone()));
            }
        },
    );
}

fn ended_ui(ui: &mut Ui, run: &RunSummary, scene: &mut Scene<'_>) {
    let now_ms = scene.now_ms;
    head_ui(ui, run, |ui| {
        kit::ago_label(ui, run.created_ms, now_ms);
        kit::labels(ui, run.synthetic, run.emulated);
    });
    Sides::new().height(34.0).shrink_left().truncate().show(
        ui,
        |ui| {
            value_ui(ui, run.rate(), "token rate");
            value_ui(ui, run.wait(), "first token");
        },
        |ui| {
            if let Some(base) = before(run, scene.model)
                && kit::link(ui, "Compare")
                    .on_hover_text("With the run before it of this model on this board")
                    .clicked()
            {
                let (base, candidate) = (base.run.0.clone(), run.run.0.clone());
                scene.asks.go(Go::Compare { base, candidate });
            }
            if kit::link(ui, "Watch").clicked() {
                scene.asks.go(Go::Watch(run.run.clone()));
            }
        },
    );
    marks_ui(ui, run);
}

/// A figure under its title; under `name` where there is none.
fn value_ui(ui: &mut Ui, figure: Option<(&MetricSpec, f64)>, name: &str) {
    let palette = Palette::here(ui);
    let value = figure.map(|(metric, value)| with_unit(value, metric.unit));
    let name = match figure {
        // Its title is too long for the place.
        Some((metric, _)) if metric.name != "ttft_ms" => metric.title,
        _ => name,
    };
    let size = egui::vec2(VALUE, 34.0);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_min_width(VALUE);
        ui.spacing_mut().item_spacing.y = 0.0;
        let figure = RichText::new(value.as_deref().unwrap_or("—")).font(text::heading());
        let shown = ui.add(Label::new(figure).truncate());
        if value.is_none() {
            shown.on_hover_text("No repetition got that far");
        }
        ui.label(RichText::new(name).font(text::small()).color(palette.faint));
    });
}

/// How it ended where it did not complete, and the user's labels; nothing where there is nothing.
fn marks_ui(ui: &mut Ui, run: &RunSummary) {
    let palette = Palette::here(ui);
    let ended = match run.status {
        RunStatus::Aborted => Some("Stopped"),
        RunStatus::Lost => Some("Lost"),
        RunStatus::Recording | RunStatus::Complete => None,
    };
    if ended.is_none() && run.tags.is_empty() {
        return;
    }
    ui.spacing_mut().interact_size.y = 18.0;
    ui.horizontal(|ui| {
        if let Some(word) = ended {
            let shown = kit::chip(ui, word, palette.open, palette.open_back);
            if let Some(reason) = &run.reason {
                shown.on_hover_text(reason);
            }
        }
        let tags = run.tags.iter().map(|(key, value)| format!("{key}={value}"));
        let tags = tags.collect::<Vec<_>>().join("  ");
        let words = RichText::new(&tags).font(text::small()).color(palette.soft);
        ui.add(Label::new(words).truncate()).on_hover_text(tags);
    });
}

/// The run before this one that can stand beside it.
fn before<'a>(run: &RunSummary, model: &'a Model) -> Option<&'a RunSummary> {
    let comparable = |other: &&RunSummary| {
        other.created_ms < run.created_ms
            && other.board == run.board
            && other.model == run.model
            && other.kind == run.kind
            && other.status == RunStatus::Complete
    };
    let this = run.rate().is_some();
    model.recent.iter().filter(|_| this).find(comparable)
}
