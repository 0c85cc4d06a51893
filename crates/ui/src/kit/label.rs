//! Words with a meaning: explanations, labels that stay for ever, verdicts, notices.

use std::sync::Arc;

use egui::{Align2, Color32, FontId, Frame, Galley, Label, Margin, Painter, Pos2, Rect, Response};
use egui::{RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use protocol::Verdict;

use crate::icon::{self, Icon};
use crate::theme::{Palette, space, text};
use crate::toast::Tone;

/// An icon in the line of the text.
pub fn icon(ui: &mut Ui, icon: Icon, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(16.0), Sense::hover());
    icon::paint(ui.painter(), icon, rect.shrink(0.5), color);
    response
}

/// Text that explains.
pub fn soft(ui: &mut Ui, words: &str) -> Response {
    let palette = Palette::here(ui);
    ui.add(Label::new(RichText::new(words).color(palette.soft)).wrap())
}

/// Small text beside what it explains, for who looks closely.
pub fn small(ui: &mut Ui, words: &str) {
    let palette = Palette::here(ui);
    let words = RichText::new(words).font(text::small()).color(palette.faint);
    ui.add(Label::new(words).wrap());
}

/// A word that stands out.
pub fn strong(ui: &mut Ui, words: &str) -> Response {
    ui.label(RichText::new(words).font(text::strong()))
}

/// A path, an id, what a machine says; cut at the end where there is no room.
pub fn code(ui: &mut Ui, words: &str) -> Response {
    ui.add(Label::new(RichText::new(words).monospace()).truncate()).on_hover_text(words)
}

/// A small word on a tinted ground.
pub fn chip(ui: &mut Ui, words: &str, ink: Color32, back: Color32) -> Response {
    let line = Stroke::NONE;
    plate(ui, words, text::small(), Plate { ink, back, line })
}

/// What a [`plate`] is painted with.
struct Plate {
    ink: Color32,
    back: Color32,
    line: Stroke,
}

/// Points that a plate is larger than its words, on both sides together.
const AROUND: Vec2 = Vec2::new(12.0, 4.0);

/// Words on a ground of their own size. Painted, since a frame would grow as tall as its row.
fn plate(ui: &mut Ui, words: &str, font: FontId, with: Plate) -> Response {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, with.ink);
    let (rect, response) = ui.allocate_exact_size(galley.size() + AROUND, Sense::hover());
    paint(ui.painter(), rect, galley, &with);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    response
}

fn paint(painter: &Painter, rect: Rect, galley: Arc<Galley>, with: &Plate) {
    painter.rect(rect, 4.0, with.back, with.line, StrokeKind::Inside);
    painter.galley(rect.center() - galley.size() / 2.0, galley, with.ink);
}

/// A label of the user's.
pub fn tag(ui: &mut Ui, words: &str) -> Response {
    let palette = Palette::here(ui);
    let line = Stroke::new(1.0, palette.line);
    plate(ui, words, text::small(), Plate { ink: palette.soft, back: palette.sunk, line })
}

/// How wide words are on their ground, in points.
pub fn plate_width(ui: &Ui, words: &str, font: FontId) -> f32 {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x + AROUND.x
}

/// A label that figures carry for ever: its word, and why.
pub type Forever = (&'static str, &'static str);

/// Of a model that was made from a seed.
pub const SYNTHETIC: Forever =
    ("SYNTHETIC", "The model was made from a seed: its text means nothing");
/// Of an emulated board, or an emulated meter beside one.
pub const EMULATED: Forever =
    ("EMULATED", "The board or its meter is emulated: no figure of it is a hardware figure");

/// One of them.
pub fn forever(ui: &mut Ui, (word, why): Forever) -> Response {
    plate(ui, word, text::tag(), warning(Palette::here(ui))).on_hover_text(why)
}

/// The same where there is only a painter: the middle of its right edge is at `place`. Gives where
/// it came to stand.
pub fn paint_forever(
    painter: &Painter,
    palette: &Palette,
    (word, _): Forever,
    place: Pos2,
) -> Rect {
    let with = warning(palette);
    let galley = painter.layout_no_wrap(word.into(), text::tag(), with.ink);
    let rect = Align2::RIGHT_CENTER.anchor_size(place, galley.size() + AROUND);
    paint(painter, rect, galley, &with);
    rect
}

fn warning(palette: &Palette) -> Plate {
    let line = Stroke::new(1.0, crate::theme::faded(palette.open, 0.5));
    Plate { ink: palette.open, back: palette.open_back, line }
}

/// Both, where they are due: nothing synthetic or emulated is shown without them.
pub fn labels(ui: &mut Ui, synthetic: bool, emulated: bool) {
    for (of, due) in [(SYNTHETIC, synthetic), (EMULATED, emulated)] {
        if due {
            forever(ui, of);
        }
    }
}

/// A verdict, as a word in its colour.
pub fn verdict(ui: &mut Ui, verdict: Verdict) -> Response {
    let palette = Palette::here(ui);
    let (words, ink, back) = match verdict {
        Verdict::Improved => ("Improved", palette.good, palette.good_back),
        Verdict::Unchanged => ("Unchanged", palette.same, palette.same_back),
        Verdict::Regressed => ("Regressed", palette.bad, palette.bad_back),
        Verdict::Inconclusive => ("Inconclusive", palette.open, palette.open_back),
    };
    let frame = Frame::new().fill(back).corner_radius(6.0).inner_margin(Margin::symmetric(8, 2));
    frame.show(ui, |ui| ui.label(RichText::new(words).font(text::strong()).color(ink))).response
}

/// A notice on the page: what is, and what to do about it.
pub fn notice(ui: &mut Ui, tone: Tone, words: &str, hint: Option<&str>) -> Response {
    let palette = Palette::here(ui);
    let (sign, ink, back) = match tone {
        Tone::Done => (Icon::Check, palette.good, palette.good_back),
        Tone::Info => (Icon::Info, palette.accent, palette.sunk),
        Tone::Warning => (Icon::Warning, palette.open, palette.open_back),
        Tone::Failure => (Icon::Warning, palette.bad, palette.bad_back),
    };
    let frame = Frame::new()
        .fill(back)
        .corner_radius(space::CORNER_SMALL)
        .inner_margin(Margin::symmetric(12, 8));
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                icon(ui, sign, ink);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add(Label::new(words).wrap());
                    if let Some(hint) = hint {
                        soft(ui, hint);
                    }
                });
            });
        })
        .response
}
