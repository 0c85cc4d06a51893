//! Words with a meaning: explanations, labels that stay for ever, verdicts, notices.

use egui::{Color32, Frame, Label, Margin, Response, RichText, Sense, Stroke, Ui, Vec2};
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
    let frame = Frame::new().fill(back).corner_radius(4.0).inner_margin(Margin::symmetric(6, 1));
    frame.show(ui, |ui| ui.label(RichText::new(words).font(text::small()).color(ink))).response
}

/// The labels that figures carry for ever: nothing synthetic or emulated is shown without them.
pub fn labels(ui: &mut Ui, synthetic: bool, emulated: bool) {
    for (word, shown, why) in [
        ("SYNTHETIC", synthetic, "The model was made from a seed: its text means nothing"),
        ("EMULATED", emulated, "The board is emulated: no figure of it is a hardware figure"),
    ] {
        if shown {
            let palette = Palette::here(ui);
            let frame = Frame::new()
                .fill(palette.open_back)
                .stroke(Stroke::new(1.0, crate::theme::faded(palette.open, 0.5)))
                .corner_radius(4.0)
                .inner_margin(Margin::symmetric(5, 1));
            let label = RichText::new(word).font(text::tag()).color(palette.open);
            frame.show(ui, |ui| ui.label(label)).response.on_hover_text(why);
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
