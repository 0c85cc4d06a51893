//! One line of the list.

use egui::{Align, Id, Label, Layout, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind};
use egui::{Ui, WidgetInfo};
use protocol::moment::moment;
use protocol::{RunStatus, RunSummary};

use super::columns::Column;
use super::when::gone_in;
use super::words::{figure, said, status_why, status_word};
use crate::icon::{self, Icon};
use crate::kit::{self, ago};
use crate::theme::{Palette, faded, text};
use crate::words::{board_words, model_words};

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// It is chosen.
    pub(super) chosen: bool,
    /// The arrows go on from it, and the list has the keyboard.
    pub(super) cursor: bool,
}

/// The ground of a line: what can be pressed, under its cells. Drawn with the first cell.
pub(super) fn ground(
    ui: &Ui,
    line: Rect,
    run: &RunSummary,
    standing: Standing,
    now_ms: i64,
) -> Response {
    let palette = Palette::here(ui);
    let response = ui.interact(line, Id::unique(("run", &run.run.0)), Sense::CLICK);
    let back = match (standing.chosen, response.hovered()) {
        (true, _) => Some(palette.selected),
        (false, true) => Some(faded(palette.raised, 0.7)),
        (false, false) => None,
    };
    if let Some(back) = back {
        ui.painter().rect_filled(line, 0.0, back);
    }
    if standing.cursor {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(line.shrink(1.0), 3.0, ring, StrokeKind::Inside);
    }
    let edge = Stroke::new(1.0, palette.grid);
    ui.painter().hline(line.x_range(), line.bottom() - 0.5, edge);
    let said = said(run, &ago(run.created_ms, now_ms));
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListBoxOption, true, standing.chosen, said.clone())
    });
    response
}

/// One cell.
pub(super) fn cell(ui: &mut Ui, column: Column, run: &RunSummary, now_ms: i64) {
    let palette = Palette::here(ui);
    match column {
        Column::When | Column::Deleted => {
            let at_ms = run.deleted_ms.unwrap_or(run.created_ms);
            let hover = match run.deleted_ms {
                None => moment(run.created_ms),
                Some(deleted) => {
                    format!("Deleted {}, begun {}", moment(deleted), moment(run.created_ms))
                }
            };
            let words = RichText::new(ago(at_ms, now_ms)).color(palette.soft);
            ui.add(Label::new(words).truncate()).on_hover_text(hover);
        }
        Column::Gone => {
            let deleted_ms = run.deleted_ms.unwrap_or(run.created_ms);
            let words = RichText::new(gone_in(deleted_ms, now_ms)).color(palette.open);
            ui.label(words).on_hover_text("Until then it can be restored");
        }
        Column::Board => {
            labelled(ui, board_words(run), run.emulated.then_some(kit::EMULATED));
        }
        Column::Model => {
            let words = model_words(run);
            labelled(ui, &words, run.synthetic.then_some(kit::SYNTHETIC));
        }
        Column::State => state(ui, run),
        Column::Metric(name) => {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| match figure(run, name) {
                Ok(figure) => ui.label(figure),
                Err(why) => ui.label(RichText::new("—").color(palette.faint)).on_hover_text(why),
            });
        }
        Column::Tags => tags(ui, run),
    }
}

/// How far it got, as a small coloured word.
pub(super) fn state(ui: &mut Ui, run: &RunSummary) {
    let palette = Palette::here(ui);
    let ink = match run.status {
        RunStatus::Complete => palette.soft,
        RunStatus::Recording => palette.accent,
        RunStatus::Aborted => palette.open,
        RunStatus::Lost => palette.bad,
    };
    let word = RichText::new(status_word(run.status)).font(text::small()).color(ink);
    ui.label(word).on_hover_text(status_why(run));
}

/// A name that is cut where its label needs the room.
fn labelled(ui: &mut Ui, words: &str, label: Option<kit::Forever>) {
    ui.spacing_mut().item_spacing.x = 6.0;
    let room = label.map_or(0.0, |(word, _)| kit::plate_width(ui, word, text::tag()) + 6.0);
    let width = (ui.available_width() - room).max(24.0);
    ui.scope(|ui| {
        ui.set_max_width(width);
        ui.add(Label::new(words).truncate());
    });
    if let Some(label) = label {
        kit::forever(ui, label);
    }
}

/// As many labels of the user's as there is room for, then how many more; the note at the right.
fn tags(ui: &mut Ui, run: &RunSummary) {
    let palette = Palette::here(ui);
    ui.spacing_mut().item_spacing.x = 4.0;
    if let Some(note) = &run.note {
        let (rect, response) = ui.allocate_exact_size(egui::Vec2::splat(16.0), Sense::hover());
        icon::paint(ui.painter(), Icon::Note, rect.shrink(1.0), palette.soft);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Note: {note}")));
        response.on_hover_text(note);
    }
    let mut left = run.tags.len();
    for (key, value) in &run.tags {
        let words = format!("{key}={value}");
        let width = kit::plate_width(ui, &words, text::small()) + 4.0;
        let more = if left > 1 { 28.0 } else { 0.0 };
        if width + more > ui.available_width() && left < run.tags.len() {
            break;
        }
        kit::tag(ui, &words);
        left -= 1;
    }
    if left > 0 {
        let all: Vec<String> =
            run.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let more = RichText::new(format!("+{left}")).font(text::small()).color(palette.faint);
        ui.label(more).on_hover_text(all.join("\n"));
    }
}
