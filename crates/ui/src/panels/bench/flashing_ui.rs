//! Draws the flashing of a board, on its card and, once the board is gone from there, over all of them.

use egui::Ui;
use protocol::PortView;

use super::flashing::{Deed, Stage, place, verified, what};
use super::{Bench, port_words};
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::panel::Scene;
use crate::theme::space;
use crate::toast::Tone;

impl Bench {
    /// On the card of a board that waits for an image.
    pub(super) fn flash_ui(&mut self, ui: &mut Ui, port: &PortView, scene: &mut Scene<'_>) {
        ui.add_space(space::HAIR);
        if self.flashing.is_of(&port.path) && self.flashing_shows() {
            self.flashing_ui(ui, scene);
            return;
        }
        let busy = self.flashing.is_going();
        ui.add_enabled_ui(!busy, |ui| {
            let press = kit::button(ui, Weight::Plain, Some(Icon::Usb), "Flash…");
            if press.on_disabled_hover_text("Another board is being flashed").clicked() {
                let why = scene.surroundings.no_dialogs.as_deref();
                self.flashing.choose(&port.path, port_words::name(port), why, scene.asks);
            }
        });
    }

    /// Over the boards, where the one that was flashed does not wait any more.
    pub(super) fn flashed_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let Some((path, name)) = self.flashing.board.clone() else { return };
        let waits = |port: &PortView| {
            port.path == path && port.state == protocol::PortViewState::Bootloader
        };
        if !self.flashing_shows() || scene.model.ports.iter().any(waits) {
            return;
        }
        kit::card_with(ui, egui::Margin::symmetric(14, 12), |ui| {
            ui.spacing_mut().item_spacing.y = space::HAIR;
            kit::strong(ui, &name);
            self.flashing_ui(ui, scene);
        });
    }

    fn flashing_shows(&self) -> bool {
        self.flashing.path.is_some() || self.flashing.stage != Stage::Nothing
    }

    fn flashing_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        self.image_path_ui(ui, scene);
        let image = self.flashing.image.file_name().unwrap_or_default().to_string_lossy();
        let image = image.into_owned();
        let (mut write, mut again, mut leave, mut cancel) = (false, false, false, false);
        match &self.flashing.stage {
            Stage::Nothing => {}
            Stage::Going(deed) => {
                let words = match deed {
                    Deed::Look => format!("Looking at {image}…"),
                    Deed::Write => format!("Writing {image}…"),
                };
                kit::soft(ui, &words);
                if *deed == Deed::Write
                    && let Some(job) = self.flashing.job()
                {
                    let share = scene.model.jobs.going.get(&job).and_then(|job| job.share());
                    match share {
                        Some(share) => kit::progress(ui, share, &words),
                        None => kit::busy(ui, &words),
                    };
                    cancel = kit::button(ui, Weight::Plain, Some(Icon::Stop), "Cancel").clicked();
                }
            }
            Stage::Looked(view) => {
                kit::soft(ui, &what(view));
                kit::small(ui, &format!("Nothing is written yet. It goes to {}", place(view)));
                ui.horizontal_wrapped(|ui| {
                    let word = format!("Write {image}");
                    write = kit::button(ui, Weight::Primary, Some(Icon::Usb), &word).clicked();
                    again = kit::button(ui, Weight::Plain, None, "Another image…").clicked();
                    leave = kit::button(ui, Weight::Quiet, None, "Leave it").clicked();
                });
            }
            Stage::Written(view) => {
                let tone = if view.restarted == Some(true) { Tone::Done } else { Tone::Warning };
                kit::notice(ui, tone, &format!("{image} is written"), Some(verified(view)));
                kit::small(ui, &what(view));
                leave = kit::button(ui, Weight::Plain, None, "Good").clicked();
            }
            Stage::Failed(failure) => {
                kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
                ui.horizontal_wrapped(|ui| {
                    again = kit::button(ui, Weight::Plain, None, "Another image…").clicked();
                    leave = kit::button(ui, Weight::Quiet, None, "Leave it").clicked();
                });
            }
        }
        if write {
            self.flashing.write(scene.asks);
        }
        if again && let Some((path, name)) = self.flashing.board.clone() {
            let why = scene.surroundings.no_dialogs.as_deref();
            self.flashing.choose(&path, &name, why, scene.asks);
        }
        if cancel {
            self.flashing.cancel(scene.asks);
        }
        if leave {
            self.flashing.leave();
        }
    }

    /// Where there is no dialog, a path can be written.
    fn image_path_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let Some((path, why)) = &mut self.flashing.path else { return };
        kit::soft(ui, &format!("{why}; write the path of the image instead"));
        let field = kit::field(ui, "Path of the image", path, "/path/to/firmware.uf2");
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let (mut take, mut leave) = (false, false);
        ui.horizontal_wrapped(|ui| {
            ui.add_enabled_ui(!path.trim().is_empty(), |ui| {
                take = kit::button(ui, Weight::Plain, Some(Icon::Check), "Look at it").clicked();
            });
            leave = kit::button(ui, Weight::Quiet, None, "Leave it").clicked();
        });
        let path = std::path::PathBuf::from(path.trim());
        if (take || entered) && !path.as_os_str().is_empty() {
            self.flashing.look(&path, scene.asks);
        } else if leave {
            self.flashing.leave();
        }
    }
}
