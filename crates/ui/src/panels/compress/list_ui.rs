//! Many documents: one row each, what failed among what did not.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{
    Align2, Color32, FontId, Galley, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2,
};
use protocol::numbers::with_unit;

use super::documents::{Entry, Totals};
use super::keeping::MOST_FILES;
use super::presets::{grouped, times};
use crate::icon::{self, Icon};
use crate::kit::{self, Figure, Weight};
use crate::theme::{Palette, space, text};

const ROW: f32 = 32.0;

/// What a person wants of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Look at one.
    Open(usize),
    /// Write all into a folder.
    SaveAll,
    /// Write all into one file, a line each.
    SaveLines,
}

/// The figures of all documents, and what can be done with all.
pub(super) fn figures(ui: &mut Ui, entries: &[Entry]) -> Option<Wish> {
    let totals = Totals::of(entries);
    let under = match (totals.failed, totals.refused) {
        (0, 0) => "all compressed".to_owned(),
        (failed, 0) => format!("{failed} failed"),
        (0, refused) => format!("{refused} refused"),
        (failed, refused) => format!("{failed} failed, {refused} refused"),
    };
    let mut tokens = Figure::new("Tokens", None, "before → after");
    tokens.value = format!("{} → {}", grouped(totals.tokens_in), grouped(totals.tokens_out));
    let ratio = totals.ratio();
    kit::figures(
        ui,
        &[
            Figure::new("Documents", Some(entries.len().to_string()), under),
            tokens,
            Figure::new(
                "Ratio",
                ratio.map(times),
                match ratio {
                    Some(_) => "of all together",
                    None => "nothing is left",
                },
            ),
            Figure::new("Time", Some(with_unit(totals.elapsed_ms, "ms")), "of all together"),
        ],
    );
    let mut wish = None;
    ui.horizontal(|ui| {
        let few = totals.done <= MOST_FILES;
        let can = totals.done > 0 && few;
        let save = ui.add_enabled_ui(can, |ui| {
            kit::button(ui, Weight::Primary, Some(Icon::Save), "Save all into a folder…")
        });
        if save.inner.clicked() {
            wish = Some(Wish::SaveAll);
        }
        let lines = ui.add_enabled_ui(totals.done > 0, |ui| {
            kit::button(ui, Weight::Plain, None, "Save all as JSON lines…")
        });
        if lines.inner.clicked() {
            wish = Some(Wish::SaveLines);
        }
        if !few {
            let words = format!(
                "Of more than {MOST_FILES} documents no files are written one by one; a folder goes \
                 into another as a whole"
            );
            kit::soft(ui, &words);
        }
    });
    wish
}

/// One row a document.
pub(super) fn rows(ui: &mut Ui, entries: &[Entry]) -> Option<Wish> {
    let mut wish = None;
    let palette = Palette::here(ui);
    let high = ui.available_height().max(160.0);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), high), Sense::hover());
    let line = Stroke::new(1.0, palette.line);
    ui.painter().rect(rect, space::CORNER, palette.sheet, line, StrokeKind::Inside);
    let columns = Columns::of(rect);
    let head = rect.top() + 32.0;
    for (at, align, word) in columns.heads() {
        let at = pos2(at, rect.top() + 16.0);
        ui.painter().text(at, align, word, text::small(), palette.soft);
    }
    ui.painter().hline(rect.shrink(1.0).x_range(), head, line);
    let inner =
        Rect::from_min_max(pos2(rect.left() + 1.0, head + 1.0), rect.max - Vec2::splat(1.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| {
        ui.set_clip_rect(inner.intersect(ui.clip_rect()));
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("documents").auto_shrink([false, false]);
        area.show_rows(ui, ROW, entries.len(), |ui, range| {
            for place in range {
                if let Some(entry) = entries.get(place)
                    && row(ui, entry, &columns)
                {
                    wish = Some(Wish::Open(place));
                }
            }
        });
    });
    wish
}

/// Where the columns stand, in points of the window.
struct Columns {
    name: f32,
    kind: f32,
    before: f32,
    after: f32,
    ratio: f32,
    note: f32,
    end: f32,
}

impl Columns {
    fn of(rect: Rect) -> Columns {
        let (left, right) = (rect.left() + 14.0, rect.right() - 14.0);
        let note = right - ((rect.width() - 330.0) * 0.42).clamp(90.0, 320.0);
        let ratio = note - 18.0;
        let after = ratio - 58.0;
        let before = after - 78.0;
        Columns { name: left, kind: before - 150.0, before, after, ratio, note, end: right }
    }

    fn heads(&self) -> [(f32, Align2, &'static str); 6] {
        let (left, right) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
        [
            (self.name, left, "Document"),
            (self.kind, left, "Kind"),
            (self.before, right, "Before, tokens"),
            (self.after, right, "After"),
            (self.ratio, right, "Ratio"),
            (self.note, left, "Note"),
        ]
    }
}

fn row(ui: &mut Ui, entry: &Entry, columns: &Columns) -> bool {
    let palette = Palette::here(ui);
    let can = entry.outcome.is_ok();
    let (rect, response) = kit::list_row(ui, ROW, can);
    let y = rect.center().y;
    let body = FontId::proportional(13.0);
    let left = |ui: &Ui, x: f32, to: f32, words: &str, ink: Color32| {
        let galley = cut(ui, words, body.clone(), ink, to - x - 8.0);
        ui.painter().galley(pos2(x, y - galley.size().y / 2.0), galley, ink);
    };
    let right = |ui: &Ui, x: f32, words: String, ink: Color32| {
        ui.painter().text(pos2(x, y), Align2::RIGHT_CENTER, words, body.clone(), ink);
    };
    let said = match &entry.outcome {
        Ok(document) => {
            left(ui, columns.name, columns.kind, &entry.name, palette.ink);
            left(ui, columns.kind, columns.before - 60.0, &document.kind, palette.soft);
            right(ui, columns.before, grouped(document.tokens_in), palette.soft);
            right(ui, columns.after, grouped(document.tokens_out), palette.ink);
            let ratio = document.ratio.map_or_else(|| "—".into(), times);
            right(ui, columns.ratio, ratio.clone(), palette.ink);
            if let Some(why) = &document.refused {
                sign(ui, columns.note, y, palette.open);
                left(ui, columns.note + 20.0, columns.end, why, palette.open);
            }
            format!(
                "{}, {} to {} tokens, {ratio}",
                entry.name, document.tokens_in, document.tokens_out
            )
        }
        Err(failure) => {
            left(ui, columns.name, columns.kind, &entry.name, palette.ink);
            sign(ui, columns.kind, y, palette.bad);
            left(ui, columns.kind + 20.0, columns.end, &failure.message, palette.bad);
            format!("{} failed: {failure}", entry.name)
        }
    };
    let role = if can { Role::Button } else { Role::Label };
    response.widget_info(|| WidgetInfo::labeled(role, true, &said));
    let more = match &entry.outcome {
        Ok(document) => document.refused.clone(),
        Err(failure) => Some(failure.to_string()),
    };
    let clicked = response.clicked();
    if let Some(more) = more {
        response.on_hover_text(more);
    }
    clicked
}

fn sign(ui: &Ui, x: f32, y: f32, ink: Color32) {
    let rect = Rect::from_center_size(pos2(x + 7.0, y), Vec2::splat(14.0));
    icon::paint(ui.painter(), Icon::Warning, rect, ink);
}

/// One line, cut at the end where there is no room.
fn cut(ui: &Ui, words: &str, font: FontId, ink: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(words.to_owned(), font, ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(10.0));
    ui.painter().layout_job(job)
}
