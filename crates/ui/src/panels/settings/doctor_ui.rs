//! A look at this machine: what was found, and what to do.

use egui::{Label, RichText, Ui};
use protocol::{Command, Failure, Finding, Health, Reply};

use crate::icon::Icon;
use crate::kit::{self, Pending, Weight};
use crate::link::Incoming;
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::toast::Tone;

/// The last look.
#[derive(Debug, Default)]
pub(super) struct Doctor {
    asked: Option<Pending>,
    found: Option<Result<Vec<Finding>, Failure>>,
}

impl Doctor {
    pub(super) fn hear(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Reply { request, reply } if kit::answered(&mut self.asked, *request) => {
                match &**reply {
                    Ok(Reply::Findings(findings)) => self.found = Some(Ok(findings.clone())),
                    Ok(_) => {}
                    Err(failure) => self.found = Some(Err(failure.clone())),
                }
            }
            Incoming::Lost { .. } | Incoming::Connected => self.asked = None,
            _ => {}
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let slow = self.asked.as_mut().is_some_and(|asked| asked.shows(ui));
        let word = match (slow, &self.found) {
            (true, _) => "Looking…",
            (false, None) => "Look at this machine",
            (false, Some(_)) => "Look again",
        };
        let mut pressed = false;
        let beside = |ui: &mut Ui| {
            ui.add_enabled_ui(!slow, |ui| {
                pressed = kit::button(ui, Weight::Plain, None, word).clicked();
            });
        };
        let found = &self.found;
        kit::titled(ui, "Doctor", beside, |ui| {
            ui.add_enabled_ui(!slow, |ui| match found {
                None => {
                    kit::soft(
                        ui,
                        "Looks at boards, store, models and this computer for what would spoil \
                         a measurement, and says what to do about it",
                    );
                }
                Some(Err(failure)) => {
                    kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
                }
                Some(Ok(findings)) => findings.iter().for_each(|found| finding_ui(ui, found)),
            });
        });
        if pressed && self.asked.is_none() {
            self.asked = Some(Pending::new(scene.asks.send(Command::Diagnose)));
        }
    }
}

fn finding_ui(ui: &mut Ui, finding: &Finding) {
    let palette = Palette::here(ui);
    let (sign, ink, health) = match finding.health {
        Health::Ok => (Icon::Check, palette.good, "as it should be"),
        Health::Absent => (Icon::Info, palette.faint, "absent, and that is fine"),
        Health::Warning => (Icon::Warning, palette.open, "works, but"),
        Health::Broken => (Icon::Warning, palette.bad, "does not work"),
    };
    ui.horizontal_top(|ui| {
        kit::icon(ui, sign, ink).on_hover_text(health);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.add(Label::new(RichText::new(&finding.what).font(text::strong())).wrap());
            kit::soft(ui, &finding.seen);
            if let Some(hint) = &finding.hint {
                ui.add(Label::new(RichText::new(hint).color(ink)).wrap());
            }
        });
    });
    ui.add_space(space::HAIR);
}
