//! Short messages in the corner: what happened, what to do, and a way back where there is one.

use egui::{Align, Align2, Area, Frame, Id, Layout, Margin, Order, Stroke, Ui, Vec2};
use protocol::{Command, Failure, Severity};

use crate::asks::Asks;
use crate::icon::Icon;
use crate::kit;
use crate::link::RequestId;
use crate::theme::{Palette, space};

/// How long a message stays, in seconds; with something to do or undo, longer.
const STAYS_S: f64 = 6.0;
const STAYS_LONG_S: f64 = 10.0;
/// Messages shown at once; the oldest make room.
const SHOWN: usize = 4;

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Done,
    /// Good to know.
    Info,
    /// The figures may suffer.
    Warning,
    /// It did not work.
    Failure,
}

/// A way back: what to call it and what to send.
#[derive(Clone, Debug)]
pub struct Undo {
    /// On the button.
    pub word: String,
    /// What it sends.
    pub command: Command,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Toast {
    /// How it is meant.
    pub tone: Tone,
    /// What happened.
    pub text: String,
    /// What to do.
    pub hint: Option<String>,
    /// A way back.
    pub undo: Option<Undo>,
}

impl Toast {
    /// It worked.
    pub fn done(text: impl Into<String>) -> Toast {
        Toast { tone: Tone::Done, text: text.into(), hint: None, undo: None }
    }

    /// What did not work.
    pub fn failure(failure: &Failure) -> Toast {
        Toast {
            tone: Tone::Failure,
            text: failure.message.clone(),
            hint: failure.hint.clone().or_else(|| failure.detail.clone()),
            undo: None,
        }
    }

    /// What the engine wants known.
    pub fn notice(severity: Severity, text: &str, hint: Option<&str>) -> Toast {
        let tone = match severity {
            Severity::Info => Tone::Info,
            Severity::Warning => Tone::Warning,
        };
        Toast { tone, text: text.to_owned(), hint: hint.map(str::to_owned), undo: None }
    }

    /// The same with a way back.
    #[must_use]
    pub fn with_undo(self, word: impl Into<String>, command: Command) -> Toast {
        Toast { undo: Some(Undo { word: word.into(), command }), ..self }
    }

    /// Another message says the same, or warns of the same with newer numbers.
    fn is_said_again_by(&self, other: &Toast) -> bool {
        let warns = self.tone == Tone::Warning && other.tone == Tone::Warning;
        self.text == other.text || (warns && self.hint.is_some() && self.hint == other.hint)
    }

    fn stays_s(&self) -> f64 {
        if self.undo.is_some() || self.hint.is_some() { STAYS_LONG_S } else { STAYS_S }
    }
}

/// The messages that are up.
#[derive(Debug, Default)]
pub struct Toasts {
    shown: Vec<Shown>,
    last: u64,
}

#[derive(Debug)]
struct Shown {
    id: u64,
    toast: Toast,
    /// Seconds on the window's clock after which it goes; found out when first drawn.
    until_s: Option<f64>,
}

impl Toasts {
    /// Puts a message up. The same one twice stays one, and so does a warning whose numbers changed.
    pub fn push(&mut self, toast: Toast) {
        self.shown.retain(|shown| !shown.toast.is_said_again_by(&toast));
        self.last += 1;
        self.shown.push(Shown { id: self.last, toast, until_s: None });
        let over = self.shown.len().saturating_sub(SHOWN);
        self.shown.drain(..over);
    }

    /// The messages that are up, oldest first.
    pub fn shown(&self) -> impl Iterator<Item = &Toast> {
        self.shown.iter().map(|shown| &shown.toast)
    }

    /// Draws them over everything, in the lower right corner. The ways back that were taken.
    pub fn ui(&mut self, ui: &Ui, asks: &mut Asks) -> Vec<RequestId> {
        let mut sent = Vec::new();
        if self.shown.is_empty() {
            return sent;
        }
        let now_s = ui.input(|input| input.time);
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .anchor(Align2::RIGHT_BOTTOM, Vec2::splat(-space::LARGE));
        let mut gone = Vec::new();
        let held = area
            .show(ui.ctx(), |ui| {
                // The newest on top: one that comes moves none from under a hand.
                for shown in self.shown.iter().rev() {
                    // An older message that goes away must not take a press from a newer one.
                    let fate =
                        ui.push_id(shown.id, |ui| toast_ui(ui, &shown.toast, asks, &mut sent));
                    if fate.inner == Fate::Goes {
                        gone.push(shown.id);
                    }
                }
            })
            .response
            .contains_pointer();
        for shown in &mut self.shown {
            let until = *shown.until_s.get_or_insert(now_s + shown.toast.stays_s());
            // A message that is being read does not run away.
            if held {
                shown.until_s = Some(until.max(now_s + 2.0));
            }
        }
        self.shown.retain(|shown| {
            !gone.contains(&shown.id) && shown.until_s.is_none_or(|until| now_s < until)
        });
        let next = self.shown.iter().filter_map(|shown| shown.until_s).fold(f64::MAX, f64::min);
        if next < f64::MAX {
            ui.ctx().request_repaint_after_secs((next - now_s).max(0.05) as f32);
        }
        sent
    }
}

#[derive(PartialEq, Eq)]
enum Fate {
    Stays,
    Goes,
}

fn toast_ui(ui: &mut Ui, toast: &Toast, asks: &mut Asks, sent: &mut Vec<RequestId>) -> Fate {
    let palette = Palette::here(ui);
    let (icon, ink) = match toast.tone {
        Tone::Done => (Icon::Check, palette.good),
        Tone::Info => (Icon::Info, palette.accent),
        Tone::Warning => (Icon::Warning, palette.open),
        Tone::Failure => (Icon::Warning, palette.bad),
    };
    let mut fate = Fate::Stays;
    let frame = Frame::new()
        .fill(palette.sheet)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(space::CORNER)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(14, 10));
    let shown = frame.show(ui, |ui| {
        ui.set_width(340.0);
        ui.horizontal_top(|ui| {
            kit::icon(ui, icon, ink);
            ui.vertical(|ui| {
                ui.set_width(250.0);
                ui.label(&toast.text);
                if let Some(hint) = &toast.hint {
                    kit::soft(ui, hint);
                }
            });
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                if kit::icon_button(ui, Icon::Close, "Dismiss").clicked() {
                    fate = Fate::Goes;
                }
                if let Some(undo) = &toast.undo
                    && kit::link(ui, &undo.word).clicked()
                {
                    sent.push(asks.send(undo.command.clone()));
                    fate = Fate::Goes;
                }
            });
        });
    });
    shown
        .response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Alert, true, toast.text.clone()));
    fate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_that_comes_again_takes_its_own_place_and_no_other() {
        let mut toasts = Toasts::default();
        let warns = |text, hint| Toast::notice(Severity::Warning, text, hint);
        toasts.push(warns("load 1.4", Some("close other programs")));
        toasts.push(warns("the board heats up", Some("let it cool")));
        toasts.push(warns("the disk is full", None));
        toasts.push(warns("load 2.6", Some("close other programs")));
        toasts.push(warns("the disk is slow", None));
        let shown: Vec<&str> = toasts.shown().map(|toast| toast.text.as_str()).collect();
        assert_eq!(
            shown,
            ["the board heats up", "the disk is full", "load 2.6", "the disk is slow"]
        );
    }
}
