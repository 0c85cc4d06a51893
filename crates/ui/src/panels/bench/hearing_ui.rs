//! What a board prints, with what the patterns find in it.

use egui::text::LayoutJob;
use egui::{FontId, Frame, Label, Margin, RichText, ScrollArea, TextFormat, Ui};
use protocol::HeardLine;
use protocol::numbers::with_unit;

use super::hearing::Hearing;
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::theme::{Palette, space, text};
use crate::toast::Tone;

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    Listen,
    Stop,
}

/// Height of the lines, in points.
const HEIGHT: f32 = 132.0;

pub(super) fn hearing_ui(ui: &mut Ui, hearing: &Hearing, able: bool) -> Option<Pressed> {
    let mut pressed = None;
    ui.horizontal_wrapped(|ui| {
        if hearing.is_on() {
            if kit::button(ui, Weight::Plain, Some(Icon::Stop), "Stop listening").clicked() {
                pressed = Some(Pressed::Stop);
            }
        } else {
            let button = |ui: &mut Ui| kit::button(ui, Weight::Plain, Some(Icon::Usb), "Listen");
            if ui.add_enabled_ui(able, button).inner.clicked() {
                pressed = Some(Pressed::Listen);
            }
        }
        match (hearing.found(), hearing.is_on()) {
            (Some(line), _) => kit::soft(ui, &figures(line)),
            (None, true) if hearing.lines.is_empty() => kit::soft(ui, "Waiting for a line…"),
            (None, true) => kit::soft(ui, "No line meets a pattern yet"),
            (None, false) => kit::soft(ui, "Shows what the board prints, and what is found in it"),
        };
    });
    if let Some(failure) = hearing.wrong.as_ref().or(hearing.failure.as_ref()) {
        kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
    }
    if hearing.lines.is_empty() {
        return pressed;
    }
    let palette = Palette::here(ui);
    let frame = Frame::new()
        .fill(palette.sunk)
        .corner_radius(space::CORNER_SMALL)
        .inner_margin(Margin::symmetric(8, 6));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 1.0;
        let list = ScrollArea::vertical().id_salt("heard").max_height(HEIGHT).stick_to_bottom(true);
        list.auto_shrink([false, true]).show(ui, |ui| {
            for line in &hearing.lines {
                ui.add(Label::new(marked(line, palette)).truncate());
            }
        });
    });
    if hearing.left_out > 0 {
        let words = format!("{} lines came too fast to be shown", hearing.left_out);
        ui.label(RichText::new(words).font(text::small()).color(palette.faint));
    }
    pressed
}

/// `tokens_per_s = 19.5 tok/s`
fn figures(line: &HeardLine) -> String {
    let one = |capture: &protocol::CaptureView| {
        format!("{} = {}", capture.name, with_unit(capture.value, &capture.unit))
    };
    line.captures.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// The line with its figures marked.
fn marked(line: &HeardLine, palette: &Palette) -> LayoutJob {
    let plain = TextFormat::simple(FontId::monospace(text::small().size), palette.soft);
    let found = TextFormat { color: palette.keep_ink, background: palette.keep, ..plain.clone() };
    let mut job = LayoutJob::default();
    let mut captures: Vec<_> = line.captures.iter().collect();
    captures.sort_by_key(|capture| capture.from);
    let mut at = 0;
    for capture in captures {
        let (from, to) = (capture.from as usize, capture.to as usize);
        let (Some(before), Some(here)) = (line.text.get(at..from), line.text.get(from..to)) else {
            continue;
        };
        job.append(before, 0.0, plain.clone());
        job.append(here, 0.0, found.clone());
        at = to;
    }
    job.append(line.text.get(at..).unwrap_or_default(), 0.0, plain);
    job
}
