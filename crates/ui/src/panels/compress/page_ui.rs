//! The page: an empty one to drop on, or the controls beside what came of them.

use crate::words::capital;
use egui::{Layout, Rect, Ui, UiBuilder, Vec2, pos2};

use super::folder_ui;
use super::form_ui::{self, Around, ModelWish};
use super::inbox_ui::{self, Bring};
use super::list_ui;
use super::presets::board_windows;
use super::{Compress, Purpose};
use crate::asks::{Go, Place};
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::panel::Scene;
use crate::theme::space;
use crate::toast::Tone;

/// Seconds after the last change of a control before it takes effect.
pub(super) const PATIENCE_S: f64 = 0.25;
/// Seconds after which something that goes on is shown to go on.
const SHOWN_AFTER_S: f64 = 0.15;
/// The width of the controls.
const CONTROLS: f32 = 268.0;
/// Below this width the controls stand over everything else.
const BESIDE: f32 = 760.0;
/// What the button below the controls takes, in points.
const FOOT: f32 = 44.0;

impl Compress {
    pub(super) fn page(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let now_s = ui.input(|input| input.time);
        if let Some(text) = self.inbox.pasted(ui) {
            self.bring(Bring::Text(text), scene);
        }
        self.wait(ui, now_s, scene);
        let (mut bring, mut brought) = (None, None);
        let empty = self.given.is_empty();
        let mut clear = false;
        kit::page(
            ui,
            "Compress",
            |ui| {
                if empty {
                    return;
                }
                ui.spacing_mut().item_spacing.x = 6.0;
                clear = kit::icon_button(ui, Icon::Close, "Close the documents").clicked();
                for (icon, word, what) in [
                    (Icon::Copy, "Paste", Bring::Paste),
                    (Icon::Folder, "Open folder…", Bring::Folder),
                    (Icon::File, "Open documents…", Bring::Documents),
                ] {
                    if kit::button(ui, Weight::Quiet, Some(icon), word).clicked() {
                        bring = Some(what);
                    }
                }
            },
            |ui| {
                brought = self.inbox.open_ui(ui);
                match empty {
                    true => {
                        let dropped = inbox_ui::drop_zone(
                            ui,
                            scene.surroundings,
                            &scene.model.document_sorts,
                        );
                        brought = brought.take().or(dropped);
                    }
                    false => self.full(ui, now_s, scene),
                }
            },
        );
        if clear {
            self.clear(scene);
            self.form.focus.clear();
            self.form.rules.clear();
            self.form.together = false;
        }
        if let Some(bring) = bring.or(brought) {
            self.bring(bring, scene);
        }
    }

    /// What becomes due while time goes by.
    fn wait(&mut self, ui: &Ui, now_s: f64, scene: &mut Scene<'_>) {
        if let Some(due_s) = self.due_s {
            if now_s >= due_s {
                self.compress(scene);
            } else {
                ui.ctx().request_repaint_after_secs((due_s - now_s) as f32);
            }
        }
    }

    fn full(&mut self, ui: &mut Ui, now_s: f64, scene: &mut Scene<'_>) {
        let rect = ui.available_rect_before_wrap();
        if rect.width() < BESIDE {
            let before = self.form.clone();
            self.controls(ui, scene, Placing::Above);
            self.after(&before, now_s, ui);
            ui.add_space(space::SMALL);
            self.contents(ui, now_s, scene);
        } else {
            let high = rect.height().max(420.0);
            let middle = rect.left() + CONTROLS;
            let bottom = rect.top() + high;
            let side = Rect::from_min_max(rect.min, pos2(middle, bottom));
            let main = Rect::from_min_max(
                pos2(middle + space::LARGE, rect.top()),
                pos2(rect.right(), bottom),
            );
            let before = self.form.clone();
            let column = Layout::top_down(egui::Align::Min);
            ui.scope_builder(
                UiBuilder::new().id_salt("side").max_rect(side).layout(column),
                |ui| {
                    self.controls(ui, scene, Placing::Beside);
                },
            );
            self.after(&before, now_s, ui);
            ui.scope_builder(
                UiBuilder::new().id_salt("main").max_rect(main).layout(column),
                |ui| {
                    self.contents(ui, now_s, scene);
                },
            );
        }
        inbox_ui::drop_veil(ui, rect);
    }

    fn after(&mut self, before: &super::Form, now_s: f64, ui: &Ui) {
        if *before != self.form {
            self.changed(now_s);
            ui.ctx().request_repaint();
        }
    }

    fn controls(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, placing: Placing) {
        let boards = board_windows(&scene.model.models);
        let several = self.several();
        let setting = scene.model.setting("tokenizer");
        let neural = scene.model.neural.as_ref();
        let around = Around { setting, boards: &boards, neural, several };
        // Long work starts when a person says so.
        let by_hand = self.is_stale() && !self.work.goes_on() && self.due_s.is_none();
        let ready = self.form.budget().is_ok();
        let mut pressed = false;
        let word = match self.entries.is_empty() && self.as_one.is_none() {
            true => "Start compressing",
            false => "Compress again",
        };
        let button = |ui: &mut Ui, pressed: &mut bool| {
            if by_hand {
                ui.add_space(space::HAIR);
                ui.add_enabled_ui(ready, |ui| {
                    let size = Vec2::new(ui.available_width(), 0.0);
                    ui.allocate_ui_with_layout(
                        size,
                        Layout::top_down_justified(egui::Align::Center),
                        |ui| {
                            *pressed = kit::button(ui, Weight::Primary, None, word).clicked();
                        },
                    );
                });
            }
        };
        let wish = match placing {
            // Below what scrolls: in a window of any height it is there to be pressed.
            Placing::Beside => {
                let foot = if by_hand { FOOT } else { 0.0 };
                let wish = form_ui::column(ui, &mut self.form, &around, foot);
                button(ui, &mut pressed);
                wish
            }
            Placing::Above => {
                let wish = form_ui::spread(ui, &mut self.form, &around);
                button(ui, &mut pressed);
                wish
            }
        };
        if pressed {
            self.compress(scene);
        }
        if wish.tokenizer_file {
            self.ask_dialog(Purpose::Tokenizer, scene);
        }
        match wish.model {
            Some(ModelWish::Encoder) => self.ask_dialog(Purpose::Encoder, scene),
            Some(ModelWish::Scorer) => self.ask_dialog(Purpose::Scorer, scene),
            Some(ModelWish::LanguageModel) => self.ask_dialog(Purpose::LanguageModel, scene),
            Some(ModelWish::Get) => scene.asks.go(Go::To(Place::Settings)),
            None => {}
        }
    }

    fn contents(&mut self, ui: &mut Ui, now_s: f64, scene: &mut Scene<'_>) {
        self.place_ui(ui, scene);
        self.folder_ui(ui, scene);
        let pending = self.progress_ui(ui, now_s, scene);
        if let Some(failure) = &self.trouble {
            let cancelled = failure.code == protocol::Code::Cancelled;
            let tone = if cancelled { Tone::Info } else { Tone::Failure };
            kit::notice(ui, tone, &failure.message, failure.hint.as_deref());
        }
        if self.as_one.is_some() {
            self.as_one_page(ui, scene, pending);
        } else if self.reading.is_some() {
            self.document(ui, scene, pending);
        } else if let [only] = self.entries.as_slice() {
            if let Err(failure) = &only.outcome {
                let words = format!("{}: {}", only.name, failure.message);
                kit::notice(ui, Tone::Failure, &words, failure.hint.as_deref());
            }
        } else if !self.entries.is_empty() {
            self.list(ui, scene);
        }
    }

    fn folder_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let Some(folder) = self.folder_here() else { return };
        // One that is looked at has the page to itself.
        if self.reading.is_some() && !self.folder.errand.goes_on() {
            return;
        }
        let job = self.folder.errand.job().and_then(|job| scene.model.jobs.going.get(&job));
        match folder_ui::ui(ui, folder, &self.folder, job, scene.now_ms) {
            Some(folder_ui::Wish::Choose) => self.ask_dialog(Purpose::Into, scene),
            Some(folder_ui::Wish::Stop) => self.folder.stop(scene.asks),
            Some(folder_ui::Wish::GoOn) => self.folder.go_on(scene.asks),
            Some(folder_ui::Wish::Close) => self.folder.clear(scene.asks),
            None => {}
        }
    }

    /// A path is typed where no dialog can be opened.
    fn place_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let Some((purpose, mut field)) = self.place.take() else { return };
        let (name, word) = match purpose {
            Purpose::Tokenizer => ("Path of a tokenizer", "Use this tokenizer"),
            Purpose::Encoder | Purpose::Scorer => ("Path of a model’s folder", "Use this model"),
            Purpose::LanguageModel => ("Path of a GGUF file", "Use this model"),
            Purpose::SaveAll => ("Path of a folder", "Save all there"),
            Purpose::Into => ("Path of a folder", "Compress into it"),
            _ => ("Path of the new file", "Save there"),
        };
        let (mut done, mut closed) = (false, false);
        kit::card(ui, |ui| {
            kit::soft(ui, &field.why);
            kit::field(ui, name, &mut field.path, "");
            ui.horizontal(|ui| {
                let given = !field.path.trim().is_empty();
                done = ui
                    .add_enabled_ui(given, |ui| {
                        kit::button(ui, Weight::Primary, None, word).clicked()
                    })
                    .inner;
                closed = kit::button(ui, Weight::Quiet, None, "Cancel").clicked();
            });
        });
        if done {
            self.chosen(purpose, &[field.path.trim().into()], scene);
        } else if !closed {
            self.place = Some((purpose, field));
        }
    }

    /// How far it is, once it takes long enough to be looked at. Whether something newer is coming.
    fn progress_ui(&mut self, ui: &mut Ui, now_s: f64, scene: &mut Scene<'_>) -> bool {
        if !self.work.goes_on() {
            return false;
        }
        let seen_s = *self.work.seen_s.get_or_insert(now_s);
        if now_s - seen_s < SHOWN_AFTER_S {
            ui.ctx().request_repaint_after_secs((SHOWN_AFTER_S - (now_s - seen_s)) as f32);
            return false;
        }
        let job = self.work.job().and_then(|job| scene.model.jobs.going.get(&job));
        let mut cancelled = false;
        kit::card_with(ui, egui::Margin::symmetric(14, 10), |ui| {
            ui.horizontal(|ui| {
                let doing = job.map_or("compressing", |job| job.view.doing.as_str());
                let doing = if doing.is_empty() { "compressing" } else { doing };
                ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                    cancelled = kit::button(ui, Weight::Plain, None, "Cancel").clicked();
                    if let Some(left_s) = job.and_then(|job| job.left_s(scene.now_ms)) {
                        kit::soft(ui, &kit::left(left_s));
                    }
                    ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                        ui.add(egui::Label::new(capital(doing)).truncate());
                    });
                });
            });
            match job.and_then(crate::model::Job::share) {
                Some(share) => kit::progress(ui, share, "Compressing"),
                None => kit::busy(ui, "Compressing"),
            };
        });
        if cancelled {
            self.work.cancel(scene.asks);
            self.asked = None;
        }
        true
    }

    fn list(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let saves = list_ui::figures(ui, &self.entries);
        ui.add_space(space::HAIR);
        let opens = list_ui::rows(ui, &self.entries);
        match saves.or(opens) {
            Some(list_ui::Wish::SaveAll) => self.ask_dialog(Purpose::SaveAll, scene),
            Some(list_ui::Wish::SaveLines) => self.ask_dialog(Purpose::SaveLines, scene),
            Some(list_ui::Wish::Open(place)) => self.open(place, scene),
            None => {}
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placing {
    Beside,
    Above,
}
