//! One setting: its name and meaning, an editor, where its value comes from.

use egui::{Key, Label, Response, RichText, Role, TextEdit, Ui, WidgetInfo, vec2};
use protocol::{SettingKind, SettingView};

use super::Settings;
use super::words::{self, Leads, Step};
use crate::icon::Icon;
use crate::kit;
use crate::panel::Scene;
use crate::shell::{Chosen, Dialog, Many, Told};
use crate::theme::{Palette, space, text};

/// Room for an editor beside its name; in points.
const EDITOR: f32 = 222.0;
/// Below this width an editor stands under its name.
const BESIDE: f32 = 440.0;

impl Settings {
    pub(super) fn setting_ui(&mut self, ui: &mut Ui, setting: &SettingView, scene: &mut Scene<'_>) {
        ui.spacing_mut().item_spacing.y = space::HAIR;
        let width = ui.available_width();
        let small = match &setting.kind {
            SettingKind::Fraction => true,
            SettingKind::Choice(words) => words.len() <= 3,
            SettingKind::Text => words::leads(setting).is_none(),
            SettingKind::Path => false,
        };
        if small && width >= BESIDE {
            ui.horizontal_top(|ui| {
                ui.vertical(|ui| {
                    ui.set_width(width - EDITOR - space::SMALL);
                    names_ui(ui, setting);
                });
                ui.vertical(|ui| {
                    ui.set_width(EDITOR);
                    self.editor_ui(ui, setting, scene);
                });
            });
        } else {
            names_ui(ui, setting);
            self.editor_ui(ui, setting, scene);
        }
        self.foot_ui(ui, setting, scene);
    }

    fn editor_ui(&mut self, ui: &mut Ui, setting: &SettingView, scene: &mut Scene<'_>) {
        match &setting.kind {
            SettingKind::Choice(words) => self.choice_ui(ui, setting, words, scene),
            SettingKind::Fraction => self.fraction_ui(ui, setting, scene),
            SettingKind::Path | SettingKind::Text => self.text_ui(ui, setting, scene),
        }
    }

    fn choice_ui(
        &mut self,
        ui: &mut Ui,
        setting: &SettingView,
        words: &[String],
        scene: &mut Scene<'_>,
    ) {
        let shown: Vec<String> =
            words.iter().map(|word| words::choice(&setting.key, word)).collect();
        let mut at = words.iter().position(|word| *word == setting.value);
        let choices: Vec<(Option<usize>, &str)> =
            shown.iter().enumerate().map(|(at, word)| (Some(at), word.as_str())).collect();
        if kit::segments(ui, &mut at, &choices)
            && let Some(word) = at.and_then(|at| words.get(at))
        {
            self.editing.ask(&setting.key, Some(word), scene.asks);
        }
    }

    fn fraction_ui(&mut self, ui: &mut Ui, setting: &SettingView, scene: &mut Scene<'_>) {
        let mut text = self.editing.text(setting);
        let name = words::name(&setting.key);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::HAIR;
            let down = step_button(ui, "−", &format!("{name}: less"));
            let edit = TextEdit::singleline(&mut text)
                .desired_width(64.0)
                .align(egui::Align2::CENTER_CENTER)
                .margin(vec2(8.0, 6.0));
            let response = ui.add(edit);
            self.field(&response, &name, text.clone(), setting, scene);
            let up = step_button(ui, "+", &format!("{name}: more"));
            let step = match (down.clicked(), up.clicked()) {
                (true, _) => Some(Step::Down),
                (_, true) => Some(Step::Up),
                _ => None,
            };
            let value = &setting.value;
            if let Some(next) = step.and_then(|step| words::stepped(&setting.key, value, step))
                && next != *value
            {
                self.editing.forget(&setting.key);
                self.editing.ask(&setting.key, Some(&next), scene.asks);
            }
        });
    }

    fn text_ui(&mut self, ui: &mut Ui, setting: &SettingView, scene: &mut Scene<'_>) {
        let mut text = self.editing.text(setting);
        let name = words::name(&setting.key);
        ui.horizontal(|ui| {
            let leads = words::leads(setting);
            let button = if leads.is_some() { 34.0 } else { 0.0 };
            let hint = if setting.default.is_empty() { "none" } else { &setting.default };
            let edit = TextEdit::singleline(&mut text)
                .hint_text(hint.to_owned())
                .desired_width((ui.available_width() - button).max(60.0))
                .margin(vec2(8.0, 6.0));
            let response = ui.add(edit);
            self.field(&response, &name, text.clone(), setting, scene);
            if let Some(leads) = leads
                && kit::icon_button(ui, Icon::Folder, &format!("Choose {name}")).clicked()
            {
                let title = crate::words::capital(&setting.meaning);
                let what = match leads {
                    Leads::File => Dialog::Files { title, many: Many::One, endings: Vec::new() },
                    Leads::Folder => Dialog::Folder { title },
                };
                self.dialog = Some((scene.asks.dialog(what), setting.key.clone()));
            }
        });
        if let Some((key, why)) = &self.no_dialog
            && *key == setting.key
        {
            let words = format!("No dialog can be opened here ({why}); write the path instead");
            kit::soft(ui, &words);
        }
    }

    /// What all fields share: a name, commit on Enter and on leaving, Escape takes it back.
    fn field(
        &mut self,
        response: &Response,
        name: &str,
        text: String,
        setting: &SettingView,
        scene: &mut Scene<'_>,
    ) {
        let enabled = response.enabled();
        response.widget_info(|| WidgetInfo {
            current_text_value: Some(text.clone()),
            ..WidgetInfo::labeled(Role::TextInput, enabled, name)
        });
        if response.changed() {
            self.editing.write(&setting.key, text);
            self.editing.changed(&setting.key);
        }
        if response.lost_focus() {
            let escaped = response.ctx.input(|input| input.key_pressed(Key::Escape));
            if escaped {
                self.editing.forget(&setting.key);
            } else {
                self.editing.commit(setting, scene.asks);
            }
        }
    }

    fn foot_ui(&mut self, ui: &mut Ui, setting: &SettingView, scene: &mut Scene<'_>) {
        let palette = Palette::here(ui);
        if let Some(failure) = self.editing.refused(&setting.key) {
            let stays = match setting.value.as_str() {
                "" => "it is still unset".to_owned(),
                value => format!("it is still {value}"),
            };
            let hint = failure.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            let words = format!("{}{hint}; {stays}", failure.message);
            let words = RichText::new(words).font(text::small()).color(palette.bad);
            ui.add(Label::new(words).wrap());
        }
        ui.spacing_mut().interact_size.y = 18.0;
        ui.horizontal_wrapped(|ui| {
            let wins = words::wins_over_the_file(&setting.origin);
            let ink = if wins { palette.open } else { palette.faint };
            let words = words::origin(&setting.origin);
            let label = ui.label(RichText::new(words).font(text::small()).color(ink));
            if let protocol::SettingOrigin::File { path, .. } = &setting.origin {
                label.on_hover_text(path);
            }
            if setting.after_restart {
                let words = "· a change holds after a restart";
                ui.label(RichText::new(words).font(text::small()).color(palette.faint));
            }
            let waits = self.editing.waits(&setting.key);
            let in_file = matches!(setting.origin, protocol::SettingOrigin::File { .. });
            if in_file && setting.value != setting.default && !waits {
                let default = match setting.default.as_str() {
                    "" => "nothing",
                    default => default,
                };
                let word = RichText::new("Reset").font(text::small()).color(palette.accent);
                let reset = ui.add(egui::Button::new(word).frame(false).min_size(vec2(0.0, 18.0)));
                let said = format!("Reset {} to {default}", words::name(&setting.key));
                reset.widget_info(|| WidgetInfo::labeled(Role::Button, true, said.clone()));
                if reset.on_hover_text(said).clicked() {
                    self.editing.forget(&setting.key);
                    self.editing.ask(&setting.key, None, scene.asks);
                }
            }
        });
    }

    pub(super) fn path_told(&mut self, told: &Told, scene: &mut Scene<'_>) {
        let Told::Chosen { dialog, chosen } = told else { return };
        let Some((_, key)) = self.dialog.take_if(|(id, _)| id == dialog) else { return };
        match chosen {
            Chosen::Paths(paths) => {
                let Some(path) = paths.first() else { return };
                self.no_dialog = None;
                let path = path.display().to_string();
                self.editing.write(&key, path.clone());
                self.editing.ask(&key, Some(&path), scene.asks);
            }
            Chosen::Documents(_) | Chosen::Nothing => {}
            Chosen::Unavailable { why } => self.no_dialog = Some((key, why.clone())),
        }
    }
}

fn names_ui(ui: &mut Ui, setting: &SettingView) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        kit::strong(ui, &words::name(&setting.key)).on_hover_text(&setting.key);
        kit::soft(ui, &crate::words::capital(&setting.meaning));
    });
}

fn step_button(ui: &mut Ui, sign: &str, name: &str) -> Response {
    let label = RichText::new(sign).font(text::strong());
    let response = ui.add(egui::Button::new(label).min_size(vec2(30.0, 28.0)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response
}
