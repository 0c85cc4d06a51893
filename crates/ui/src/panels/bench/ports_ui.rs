//! This computer, the boards, and quietly the ports that are none.

use egui::{Label, RichText, Sides, Ui};
use protocol::{PortView, PortViewKind, PortViewState, RunId};

use super::port_words::{
    colors, command, identity, may_be_a_board, name, place, short_name, sign, user,
};
use super::{Bench, port_words};
use crate::asks::Go;
use crate::icon::Icon;
use crate::kit::{self, Ground, Weight};
use crate::link::Whose;
use crate::model::{Going, Model};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::toast::Toast;
use crate::words::capital;

impl Bench {
    /// The run that goes on on a port, as far as that is known.
    pub(super) fn going_on<'a>(
        &self,
        port: &PortView,
        model: &'a Model,
    ) -> Option<(&'a RunId, &'a Going)> {
        model.going.iter().find(|(run, going)| match self.started.get(*run) {
            Some(path) => *path == port.path,
            None => port.board.as_ref().is_some_and(|board| {
                let run = &going.run.summary;
                // Two boards of one kind have one name.
                board.identity == run.board_identity
                    || (run.board_identity.is_empty() && board.name == run.board)
            }),
        })
    }

    pub(super) fn ports_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let model = scene.model;
        match &model.whose {
            Whose::Host(name) if !name.is_empty() => {
                super::heading_ui(ui, &format!("Boards of {name}"), |_| {});
            }
            _ => super::heading_ui(ui, "Boards", |_| {}),
        }
        let (boards, rest): (Vec<_>, Vec<_>) =
            model.ports.iter().partition(|port| may_be_a_board(port));
        let (meters, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|port| port.kind == PortViewKind::Meter);
        self.flashed_ui(ui, scene);
        for port in &boards {
            self.board_ui(ui, port, scene);
        }
        let emulated = |port: &&&PortView| port.board.as_ref().is_some_and(|b| b.emulated);
        let real = boards.len() - boards.iter().filter(emulated).count();
        if real <= 1 && !model.ports.is_empty() {
            plug_in_ui(ui);
        }
        for port in &meters {
            meter_ui(ui, port, scene);
        }
        if !others.is_empty() {
            self.others_ui(ui, &others, scene);
        }
    }

    fn board_ui(&mut self, ui: &mut Ui, port: &PortView, scene: &mut Scene<'_>) {
        let going = self.going_on(port, scene.model);
        let state = if going.is_some() { "in use" } else { port.state.word() };
        let said = format!("{}, {state}", name(port));
        let chosen = self.form.means(port);
        // Two boards of one kind are called the same.
        let card = ui.push_id(&port.path, |ui| {
            kit::choice(ui, Ground::Card, &said, chosen, |ui| {
                ui.spacing_mut().item_spacing.y = space::HAIR;
                head_ui(ui, port, going.is_some());
                facts_ui(ui, port);
                match going {
                    Some((run, going)) => {
                        if let Some(user) = user(port) {
                            kit::small(ui, &capital(user));
                        }
                        self.in_use_ui(ui, run, going, scene);
                    }
                    None => {
                        remedy_ui(ui, port, scene);
                        if port.state == PortViewState::Bootloader {
                            self.flash_ui(ui, port, scene);
                        }
                    }
                }
            })
        });
        let card = card.inner;
        if card.response.clicked() {
            self.form.choose(port);
            self.failure = None;
        }
    }

    fn in_use_ui(&mut self, ui: &mut Ui, run: &RunId, going: &Going, scene: &mut Scene<'_>) {
        ui.add_space(space::HAIR);
        kit::progress(ui, going.share(), &format!("{} of the run", going.run.doing));
        let words = progress_words(going);
        Sides::new().height(30.0).shrink_left().truncate().show(
            ui,
            |ui| {
                let palette = Palette::here(ui);
                let words = RichText::new(words).font(text::small()).color(palette.soft);
                ui.add(Label::new(words).truncate());
            },
            |ui| {
                self.stop_ui(ui, run, scene);
                if kit::button(ui, Weight::Plain, Some(Icon::Pulse), "Watch").clicked() {
                    scene.asks.go(Go::Watch(run.clone()));
                }
            },
        );
    }

    /// A button that stops a run, and says so until it has stopped.
    pub(super) fn stop_ui(&mut self, ui: &mut Ui, run: &RunId, scene: &mut Scene<'_>) {
        let stopping = self.stopping.is(run);
        ui.add_enabled_ui(!stopping, |ui| {
            let word = if stopping { "Stopping…" } else { "Stop" };
            if kit::button(ui, Weight::Plain, Some(Icon::Stop), word).clicked() {
                self.stop(run, scene);
            }
        });
    }

    fn others_ui(&mut self, ui: &mut Ui, others: &[&PortView], scene: &mut Scene<'_>) {
        let palette = Palette::here(ui);
        let many = others.len();
        let word = format!("{many} other {}", if many == 1 { "port" } else { "ports" });
        let chosen_here = others.iter().any(|port| self.form.means(port));
        kit::disclosure(ui, &word, &mut self.others_open);
        if !self.others_open && !chosen_here {
            return;
        }
        for port in others {
            let chosen = self.form.means(port);
            let closed = port.state == PortViewState::NoPermission;
            let known = port.usb.as_ref().and_then(|usb| usb.name.as_deref());
            let said = match port.state {
                PortViewState::Free => known.unwrap_or("unknown; speaks nothing yet"),
                state => state.word(),
            };
            let row = kit::choice(ui, Ground::Row, &port.path, chosen, |ui| {
                Sides::new().height(22.0).shrink_left().truncate().show(
                    ui,
                    |ui| ui.add(Label::new(RichText::new(&port.path).monospace()).truncate()),
                    |ui| {
                        ui.label(RichText::new(said).font(text::small()).color(palette.faint));
                    },
                );
                if closed && chosen {
                    remedy_ui(ui, port, scene);
                }
            });
            if row.response.clicked() {
                self.form.choose(port);
                self.failure = None;
            }
        }
    }
}

/// `measuring · repetition 3 of 12 · 612 tok/s`.
pub(super) fn progress_words(going: &Going) -> String {
    let run = &going.run;
    let mut words = run.doing.clone();
    if run.repetitions > 0 {
        let at = (run.repetitions_done + 1).min(run.repetitions);
        words += &format!(" · repetition {at} of {}", run.repetitions);
    }
    if let Some(rate) = going.tokens_per_s {
        words += &format!(" · {}", protocol::numbers::with_unit(rate, "tok/s"));
    }
    words
}

fn head_ui(ui: &mut Ui, port: &PortView, in_use: bool) {
    let palette = Palette::here(ui);
    let (word, (ink, back)) = match in_use {
        true => ("In use".into(), (palette.accent, palette.selected)),
        false => (capital(port.state.word()), colors(port, palette)),
    };
    Sides::new().height(22.0).shrink_left().truncate().show(
        ui,
        |ui| {
            kit::icon(ui, sign(port), palette.soft);
            ui.add(Label::new(RichText::new(short_name(port)).font(text::strong())).truncate());
        },
        |ui| {
            kit::chip(ui, &word, ink, back);
            if let Some(board) = &port.board {
                kit::labels(ui, false, board.emulated);
            }
        },
    );
}

/// Who it is, and where it hangs.
fn facts_ui(ui: &mut Ui, port: &PortView) {
    let palette = Palette::here(ui);
    let who = identity(port);
    ui.add(Label::new(RichText::new(&who).color(palette.soft)).truncate())
        .on_hover_text("What stays the same when the cable moves");
    let is_host = port.board.as_ref().is_some_and(|board| board.kind == "host");
    if !is_host {
        let place = place(port);
        let label = RichText::new(&place).font(text::small()).color(palette.faint);
        ui.add(Label::new(label).truncate()).on_hover_text(place);
    }
}

/// A power meter: no board, so it cannot be chosen.
fn meter_ui(ui: &mut Ui, port: &PortView, scene: &mut Scene<'_>) {
    let palette = Palette::here(ui);
    ui.push_id(&port.path, |ui| {
        kit::card_with(ui, egui::Margin::symmetric(14, 12), |ui| {
            ui.spacing_mut().item_spacing.y = space::HAIR;
            head_ui(ui, port, false);
            let place = format!("Power meter · {}", place(port));
            let label = RichText::new(&place).font(text::small()).color(palette.faint);
            ui.add(Label::new(label).truncate()).on_hover_text(place);
            remedy_ui(ui, port, scene);
        });
    });
}

fn remedy_ui(ui: &mut Ui, port: &PortView, scene: &mut Scene<'_>) {
    let unknown = "run the program as a user who may open this port";
    let closed = port.state == PortViewState::NoPermission;
    let Some(hint) = port.hint.as_deref().or(closed.then_some(unknown)) else { return };
    ui.add_space(space::HAIR);
    ui.add(Label::new(port_words::hint(hint)).wrap());
    if let Some(command) = command(hint) {
        ui.add_space(space::HAIR);
        if kit::button(ui, Weight::Plain, Some(Icon::Copy), "Copy the command").clicked() {
            scene.asks.copy(command.to_owned());
            scene.asks.toast(Toast::done("The command is on the clipboard"));
        }
    }
}

fn plug_in_ui(ui: &mut Ui) {
    let palette = Palette::here(ui);
    let frame = egui::Frame::new()
        .stroke(egui::Stroke::new(1.0, palette.line))
        .corner_radius(space::CORNER)
        .inner_margin(egui::Margin::symmetric(14, 12));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            kit::icon(ui, Icon::Usb, palette.faint);
            kit::soft(ui, "Plug a board into USB: it appears here");
        });
    });
}
