//! This computer, the boards, and quietly the ports that are none.

use egui::{Label, RichText, Sides, Ui};
use protocol::{PortView, PortViewState, RunId, UsbView};

use super::Bench;
use crate::asks::Go;
use crate::icon::Icon;
use crate::kit::{self, Ground, Weight};
use crate::model::{Going, Model};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::toast::Toast;

/// Something may be on it that runs models: it is known, or hangs on USB.
fn may_be_a_board(port: &PortView) -> bool {
    port.board.is_some() || port.usb.is_some()
}

/// What a person calls it.
pub(super) fn name(port: &PortView) -> &str {
    let product = port.usb.as_ref().and_then(|usb| usb.product.as_deref());
    port.board.as_ref().map(|board| board.name.as_str()).or(product).unwrap_or(&port.path)
}

/// What is between the backticks of a hint, or begins with `sudo`: what can be put into a shell.
fn command(hint: &str) -> Option<&str> {
    if let Some((_, rest)) = hint.split_once('`') {
        return rest.split_once('`').map(|(command, _)| command);
    }
    hint.find("sudo ").and_then(|at| hint.get(at..))
}

impl Bench {
    /// The run that goes on on a port, as far as that is known.
    pub(super) fn going_on<'a>(
        &self,
        port: &PortView,
        model: &'a Model,
    ) -> Option<(&'a RunId, &'a Going)> {
        model.going.iter().find(|(run, going)| match self.started.get(*run) {
            Some(path) => *path == port.path,
            None => port.board.as_ref().is_some_and(|board| board.name == going.run.summary.board),
        })
    }

    pub(super) fn ports_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        super::heading_ui(ui, "Boards", |_| {});
        let model = scene.model;
        let (boards, others): (Vec<_>, Vec<_>) =
            model.ports.iter().partition(|port| may_be_a_board(port));
        for port in &boards {
            self.board_ui(ui, port, scene);
        }
        let emulated = |port: &&&PortView| port.board.as_ref().is_some_and(|b| b.emulated);
        let real = boards.len() - boards.iter().filter(emulated).count();
        if real <= 1 && !model.ports.is_empty() {
            plug_in_ui(ui);
        }
        if !others.is_empty() {
            self.others_ui(ui, &others, scene);
        }
    }

    fn board_ui(&mut self, ui: &mut Ui, port: &PortView, scene: &mut Scene<'_>) {
        let going = self.going_on(port, scene.model);
        let state = match (port.state, going) {
            (_, Some(_)) => "in use",
            (PortViewState::Ready, _) => "ready",
            (PortViewState::Free, _) => "free",
            (PortViewState::NoPermission, _) => "no permission",
        };
        let said = format!("{}, {state}", name(port));
        let chosen = self.form.board == port.path;
        let card = kit::choice(ui, Ground::Card, &said, chosen, |ui| {
            ui.spacing_mut().item_spacing.y = space::HAIR;
            head_ui(ui, port, state);
            facts_ui(ui, port);
            if let Some((run, going)) = going {
                self.in_use_ui(ui, run, going, scene);
            }
            if port.state == PortViewState::NoPermission {
                remedy_ui(ui, port, scene);
            } else if let Some(hint) = &port.hint {
                kit::soft(ui, hint);
            }
        });
        if card.response.clicked() {
            self.form.board.clone_from(&port.path);
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
        let chosen_here = others.iter().any(|port| port.path == self.form.board);
        kit::disclosure(ui, &word, &mut self.others_open);
        if !self.others_open && !chosen_here {
            return;
        }
        for port in others {
            let chosen = self.form.board == port.path;
            let closed = port.state == PortViewState::NoPermission;
            let said = if closed { "no permission" } else { "unknown; speaks nothing yet" };
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
                self.form.board.clone_from(&port.path);
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

fn head_ui(ui: &mut Ui, port: &PortView, state: &str) {
    let palette = Palette::here(ui);
    let sign = match (&port.board, port.state) {
        (_, PortViewState::NoPermission) => Icon::Lock,
        (Some(board), _) if board.kind == "host" => Icon::Computer,
        (Some(_), _) => Icon::Board,
        (None, _) => Icon::Usb,
    };
    let (word, ink, back) = match state {
        "in use" => ("In use", palette.accent, palette.selected),
        "ready" => ("Ready", palette.good, palette.good_back),
        "free" => ("Free", palette.same, palette.same_back),
        _ => ("No permission", palette.open, palette.open_back),
    };
    Sides::new().height(22.0).shrink_left().truncate().show(
        ui,
        |ui| {
            kit::icon(ui, sign, palette.soft);
            ui.add(Label::new(RichText::new(name(port)).font(text::strong())).truncate());
        },
        |ui| {
            kit::chip(ui, word, ink, back);
            if let Some(board) = &port.board {
                kit::labels(ui, false, board.emulated);
            }
        },
    );
}

/// What is on it, and where it hangs.
fn facts_ui(ui: &mut Ui, port: &PortView) {
    let palette = Palette::here(ui);
    let identity = match &port.board {
        Some(board) => board.identity.clone(),
        None => "Unknown; speaks nothing yet".into(),
    };
    ui.add(Label::new(RichText::new(&identity).color(palette.soft)).truncate())
        .on_hover_text("What stays the same when the cable moves");
    let is_host = port.board.as_ref().is_some_and(|board| board.kind == "host");
    if !is_host {
        let place = match &port.usb {
            Some(usb) => format!("{} · {}", port.path, usb_words(usb)),
            None => port.path.clone(),
        };
        let label = RichText::new(&place).font(text::small()).color(palette.faint);
        ui.add(Label::new(label).truncate()).on_hover_text(place);
    }
}

fn usb_words(usb: &UsbView) -> String {
    let ids = format!("USB {}:{}", usb.vid, usb.pid);
    match &usb.serial {
        Some(serial) => format!("{ids} · {serial}"),
        None => ids,
    }
}

fn remedy_ui(ui: &mut Ui, port: &PortView, scene: &mut Scene<'_>) {
    let unknown = "run the program as a user who may open this port";
    let hint = port.hint.as_deref().unwrap_or(unknown);
    ui.add_space(space::HAIR);
    ui.add(Label::new(hint).wrap());
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

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_command_of_a_remedy_is_found() {
        let check = |hint, expect| assert_eq!(command(hint), expect, "{hint}");
        check("add yourself (`sudo usermod -aG dialout $USER`, on Arch `uucp`)", {
            Some("sudo usermod -aG dialout $USER")
        });
        check("join the group: sudo usermod -aG x $USER", Some("sudo usermod -aG x $USER"));
        check("run the program as a user who may open it", None);
    }
}
