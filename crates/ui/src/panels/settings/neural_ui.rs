//! Models that read text: those that are here, and those that can be got.

use egui::{Key, Label, RichText, Sides, Ui};
use protocol::{Command, JobKind, NeuralRole, NeuralView};

use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::link::Incoming;
use crate::panel::Scene;
use crate::panels::fetching::{Came, Fetching, Stand};
use crate::panels::fetching_ui::{ROW, get_ui};
use crate::theme::{Palette, space, text};
use crate::toast::{Toast, Tone};

/// The card's state.
#[derive(Debug, Default)]
pub(super) struct Neural {
    fetching: Fetching,
    /// What is written to be got.
    name: String,
}

impl Neural {
    pub(super) fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        let Some(Came { asked, unchecked, .. }) = self.fetching.hear(incoming) else { return };
        if self.name.trim() == asked {
            self.name.clear();
        }
        scene.asks.toast(match unchecked.is_empty() {
            true => Toast::done(format!("{asked} is here")),
            false => Toast {
                tone: Tone::Warning,
                text: format!("{asked} is here, unchecked: the hub has no checksum of it"),
                hint: Some(format!("only the size was compared of {}", unchecked.join(", "))),
                undo: None,
            },
        });
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let neural = scene.model.neural.as_ref();
        let mut again = false;
        let beside = |ui: &mut Ui| {
            if neural.is_some() {
                let word = "Look for models again";
                again = kit::icon_button(ui, Icon::Refresh, word).clicked();
            }
        };
        kit::titled(ui, "Models that read text", beside, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let words = "They help to choose what a compression keeps; it works without them";
            kit::soft(ui, words);
            match neural {
                Some(neural) => self.models_ui(ui, neural, scene),
                None => {
                    let words =
                        "This program was built without them: build it with --features neural";
                    kit::soft(ui, words);
                }
            }
        });
        if again {
            scene.asks.send(Command::ListNeural);
        }
    }

    fn models_ui(&mut self, ui: &mut Ui, neural: &NeuralView, scene: &mut Scene<'_>) {
        let here = [(NeuralRole::Encoder, &neural.encoders), (NeuralRole::Scorer, &neural.scorers)];
        for (role, names) in here {
            for name in names {
                row_ui(ui, name, role_word(role), |ui| {
                    kit::icon(ui, Icon::Check, Palette::here(ui).good).on_hover_text("It is here");
                });
            }
        }
        for model in &neural.gettable {
            row_ui(ui, &model.name, &model.about, |ui| {
                get_ui(ui, (&model.name, "Get"), &mut self.fetching, scene);
            });
            self.failure_ui(ui, &model.name);
        }
        for name in self.others(neural, scene) {
            row_ui(ui, &name, "from the model hub", |ui| {
                get_ui(ui, (&name, "Get"), &mut self.fetching, scene);
            });
            self.failure_ui(ui, &name);
        }
        ui.add_space(space::HAIR);
        self.ask_ui(ui, scene);
        ui.add_space(space::HAIR);
        kit::caption(
            ui,
            "They go into this folder; put files there by hand where there is no network",
        );
        kit::code(ui, &neural.folder);
    }

    /// Models that are none of those known, and on their way or not come.
    fn others(&self, neural: &NeuralView, scene: &Scene<'_>) -> Vec<String> {
        let model = scene.model;
        let known = |name: &str| {
            let here = neural.encoders.iter().chain(&neural.scorers);
            here.chain(neural.gettable.iter().map(|model| &model.name)).any(|one| one == name)
                || model.models.iter().any(|one| one.name == name)
        };
        let going = model.jobs.going.values().filter(|job| job.view.kind == JobKind::FetchModel);
        let going = going.map(|job| job.view.title.as_str());
        let names = going.chain(self.fetching.names()).filter(|name| !known(name));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Any model of the hub's, by name.
    fn ask_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let hint = "publisher/name or publisher/name/file.gguf";
        let edit = kit::field(ui, "Another of the model hub’s", &mut self.name, hint);
        let entered = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let name = self.name.trim().to_owned();
        let away = matches!(self.fetching.stand(&name, scene.model), Stand::Away);
        let ready = away && name.contains('/');
        let pressed = ui
            .add_enabled_ui(ready, |ui| {
                kit::button(ui, Weight::Plain, Some(Icon::In), "Get it").clicked()
            })
            .inner;
        if (entered || pressed) && ready {
            self.fetching.get(&name, scene.asks);
        }
    }

    fn failure_ui(&self, ui: &mut Ui, name: &str) {
        if let Some(failure) = self.fetching.failure(name) {
            kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
        }
    }
}

/// What a model is for.
fn role_word(role: NeuralRole) -> &'static str {
    match role {
        NeuralRole::Encoder => "sentence encoder",
        NeuralRole::Scorer => "worth of words",
    }
}

/// A model's name, what it is, and what stands at the right of both.
fn row_ui(ui: &mut Ui, name: &str, about: &str, right: impl FnOnce(&mut Ui)) {
    let palette = Palette::here(ui);
    let left = |ui: &mut Ui| {
        // Its publisher is said where there is room: by the pointer.
        let last = name.split_once('/').map_or(name, |(_, last)| last);
        let label = Label::new(RichText::new(last).font(text::strong())).truncate();
        ui.add(label).on_hover_text(format!("{name}: {about}"));
    };
    ui.push_id(name, |ui| {
        Sides::new().height(ROW).shrink_left().truncate().show(ui, left, right);
        let words = RichText::new(about).font(text::small()).color(palette.soft);
        ui.add(Label::new(words).wrap());
        ui.add_space(space::HAIR);
    });
}
