//! The form: a document, a board and its model, a question, and how often.

use egui::{
    Frame, Key, KeyboardShortcut, Label, Margin, Modifiers, RichText, Stroke, Ui, ViewportCommand,
};
use protocol::{Bits, DocumentSource};

use super::Fit;
use super::form::{Field, Form, Paper, Pick, Problem, Room};
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::panel::Scene;
use crate::panels::metering;
use crate::theme::{Palette, space, text};

/// How long a paste that was asked for may take.
const PASTE_S: f64 = 2.0;
/// The key that hands out the clipboard, everywhere.
const PASTE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::V);

impl Fit {
    pub(super) fn form_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, problems: &[Problem]) {
        kit::card(ui, |ui| self.document_ui(ui, scene));
        ui.add_space(space::HAIR);
        kit::card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 10.0;
            board_ui(ui, &mut self.form, scene, problems);
            model_ui(ui, &mut self.form, scene, problems);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                kit::caption(ui, "Precision");
                let choices = [(Bits::F32, "32-bit"), (Bits::Int8, "8-bit")];
                kit::segments(ui, &mut self.form.bits, &choices);
            });
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                let of_meter = |problem: &Problem| match problem.field {
                    Field::Meter(field) => Some((field, problem.words.clone())),
                    _ => None,
                };
                let wrongs = problems.iter().filter_map(of_meter).collect();
                // The button stays shut until all is right: what is wrong is said at once.
                let said = metering::Said { wrongs: &wrongs, tried: true, look_at: None };
                self.form.meter.ui(ui, &scene.model.ports, said);
            });
        });
        ui.add_space(space::HAIR);
        kit::card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 10.0;
            self.question_ui(ui, problems);
        });
    }

    fn document_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let palette = Palette::here(ui);
        let hovering = ui.input(|input| !input.raw.hovered_files.is_empty());
        let line = if hovering { palette.accent } else { palette.line };
        let back = if hovering { palette.selected } else { palette.sunk };
        let frame = Frame::new()
            .fill(back)
            .stroke(Stroke::new(1.0, line))
            .corner_radius(space::CORNER_SMALL)
            .inner_margin(Margin::symmetric(12, 10));
        let mut away = false;
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_min_height(36.0);
            ui.horizontal(|ui| {
                kit::icon(ui, Icon::File, palette.soft);
                let Some(paper) = &self.form.document else {
                    let words = match &scene.surroundings.no_drops {
                        Some(why) => why.as_str(),
                        None => "Drop a document here, or paste one",
                    };
                    kit::soft(ui, words);
                    return;
                };
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    away = kit::icon_button(ui, Icon::Close, "Take the document away").clicked();
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 2.0;
                        let name = RichText::new(&paper.name).font(text::strong());
                        ui.add(Label::new(name).truncate());
                        let under = paper.under();
                        let small = RichText::new(&under).font(text::small()).color(palette.soft);
                        ui.add(Label::new(small).truncate()).on_hover_text(&under);
                    });
                });
            });
        });
        if away {
            self.form.document = None;
        }
        ui.horizontal(|ui| {
            if kit::button(ui, Weight::Plain, Some(Icon::Folder), "Choose…").clicked() {
                self.open(scene);
            }
            if scene.surroundings.paste_by_key {
                let key = ui.ctx().format_shortcut(&PASTE);
                kit::soft(ui, &format!("{key} pastes a text"));
            } else if kit::button(ui, Weight::Plain, Some(Icon::Copy), "Paste").clicked() {
                self.pastes_until_s = ui.input(|input| input.time) + PASTE_S;
                ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
            }
        });
        self.path_ui(ui);
    }

    /// Where there is no dialog, a path can be written.
    fn path_ui(&mut self, ui: &mut Ui) {
        let Some((path, why)) = &mut self.path else { return };
        kit::soft(ui, &format!("{why}; write the document's path instead"));
        let field = kit::field(ui, "Path of the document", path, "/path/to/notes.md");
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let take = ui
            .add_enabled_ui(!path.trim().is_empty(), |ui| {
                kit::button(ui, Weight::Plain, Some(Icon::Check), "Take this path").clicked()
            })
            .inner;
        if (take || entered) && !path.trim().is_empty() {
            let path = path.trim().into();
            self.take(Paper::of(DocumentSource::File(path)));
        }
    }

    fn question_ui(&mut self, ui: &mut Ui, problems: &[Problem]) {
        let form = &mut self.form;
        let hint = "What is asked after the document";
        kit::text_area(ui, "Question", &mut form.prompt, hint, 2);
        let hint = "Topics that must survive, if any";
        kit::field(ui, "Focus of the compression", &mut form.focus, hint);
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                number_ui(left, "Tokens to make", &mut form.tokens, problems, Field::Tokens);
                let name = "Tokens kept free";
                number_ui(right, name, &mut form.reserve, problems, Field::Reserve);
            }
        });
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            kit::caption(ui, "Compress to");
            ui.horizontal(|ui| {
                let choices =
                    [(Room::Automatic, "What the window leaves"), (Room::Tokens, "A number")];
                kit::segments(ui, &mut form.room, &choices);
            });
        });
        if form.room == Room::Tokens {
            let name = "Tokens of the document";
            number_ui(ui, name, &mut form.budget, problems, Field::Budget);
        }
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                let name = "Repetitions of each";
                number_ui(left, name, &mut form.repetitions, problems, Field::Repetitions);
                number_ui(right, "Seed", &mut form.seed, problems, Field::Seed);
            }
        });
    }
}

fn board_ui(ui: &mut Ui, form: &mut Form, scene: &Scene<'_>, problems: &[Problem]) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        kit::caption(ui, "Board");
        let port = form.port(scene.model);
        let name = |port: &protocol::PortView| match &port.board {
            Some(board) if port.path == board.kind => board.name.clone(),
            Some(board) => format!("{}, {}", board.name, port.path),
            None => port.path.clone(),
        };
        let shown = port.map_or_else(|| form.board.clone(), name);
        let chosen = port.map(|port| port.path.clone());
        let emulated = port.and_then(|port| port.board.as_ref()).is_some_and(|b| b.emulated);
        ui.horizontal(|ui| {
            kit::labels(ui, false, emulated);
            let wide = ui.available_width();
            kit::combo(ui, "Board", wide, &shown, |ui| {
                for port in Form::boards(scene.model) {
                    let here = chosen.as_ref() == Some(&port.path);
                    if ui.selectable_label(here, name(port)).clicked() {
                        form.board.clone_from(&port.path);
                    }
                }
            });
        });
        problem_ui(ui, problems, Field::Board);
    });
}

fn model_ui(ui: &mut Ui, form: &mut Form, scene: &Scene<'_>, problems: &[Problem]) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        kit::caption(ui, "Model");
        let named = form.named(scene.model);
        let title = |view: &protocol::ModelView| match view.context_tokens {
            Some(window) => format!("{}, window of {window} tokens", view.name),
            None => view.name.clone(),
        };
        let shown = match (&form.model, named) {
            (_, Some(view)) => title(view),
            (Pick::Named(name), None) => name.clone(),
            _ => "Made from a seed".into(),
        };
        let chosen = named.map(|view| view.name.clone());
        let synthetic = named.is_none() && !matches!(form.model, Pick::Named(_));
        ui.horizontal(|ui| {
            kit::labels(ui, synthetic, false);
            let wide = ui.available_width();
            kit::combo(ui, "Model", wide, &shown, |ui| {
                for view in scene.model.models_here() {
                    let here = chosen.as_ref() == Some(&view.name);
                    let row = ui.selectable_label(here, title(view));
                    if row.clicked() {
                        form.model = Pick::Named(view.name.clone());
                    }
                    if let Some(problem) = &view.problem {
                        row.on_hover_text(problem);
                    }
                }
                if ui.selectable_label(synthetic, "Made from a seed").clicked() {
                    form.model = Pick::Synthetic;
                }
            });
        });
        problem_ui(ui, problems, Field::Model);
        if synthetic {
            kit::soft(ui, "It really computes, and its text means nothing");
            number_ui(ui, "Seed of the model", &mut form.model_seed, problems, Field::ModelSeed);
        }
    });
}

fn number_ui(ui: &mut Ui, name: &str, value: &mut String, problems: &[Problem], field: Field) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        kit::field(ui, name, value, "");
        problem_ui(ui, problems, field);
    });
}

/// What is wrong with a field, under it.
fn problem_ui(ui: &mut Ui, problems: &[Problem], field: Field) {
    let palette = Palette::here(ui);
    for problem in problems.iter().filter(|problem| problem.field == field) {
        let words = RichText::new(&problem.words).font(text::small()).color(palette.bad);
        ui.add(Label::new(words).wrap());
    }
}
