//! The form that starts a run.

use egui::{Key, Label, Modifiers, Response, RichText, Ui};
use protocol::Bits;

use super::form::{Field, Form, Picked, Turns, Wrongs};
use super::models_ui::models_ui;
use super::spoken::How;
use super::{Bench, port_words, ports_ui};
use crate::action::{self, Action};
use crate::asks::Go;
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::model::Connection;
use crate::panel::Scene;
use crate::panels::metering;
use crate::shell::{Dialog, Many};
use crate::theme::{Palette, space, text};
use crate::toast::Tone;

/// From this width on the driver is chosen beside the heading, in points.
const WIDE: f32 = 420.0;
/// Width of that list.
const HOW_WIDTH: f32 = 150.0;
/// Below this width the labels go under the prompt's fields, in points.
const THREE_COLUMNS: f32 = 300.0;

impl Bench {
    pub(super) fn form_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let port = self.form.port(&scene.model.ports);
        let on = port.map_or_else(|| self.form.board.clone(), |p| port_words::name(p).to_owned());
        let wrongs = self.form.specs(scene.model).err().unwrap_or_default();
        let before = self.form.clone();
        let wide = ui.available_width() >= WIDE;
        let how = self.form.spoken.how;
        super::heading_ui(ui, "Start a run", |ui| {
            if wide {
                self.form.spoken.how_ui(ui, HOW_WIDTH);
            }
            kit::soft(ui, &format!("on {on}{}", if wide { " as" } else { "" }));
        });
        kit::card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::HAIR;
            if self.tried || scene.model.connection != Connection::Waiting {
                self.wrong_ui(ui, Field::Board, &wrongs, None);
            }
            if !wide {
                kit::caption(ui, "Spoken to as");
                let width = ui.available_width();
                self.form.spoken.how_ui(ui, width);
                ui.add_space(space::SMALL);
            }
            self.usual(how, scene);
            if self.form.spoken.how == How::Agent {
                kit::caption(ui, "Model");
                models_ui(ui, &mut self.form, &mut self.fetching, scene);
                self.wrong_ui(ui, Field::Model, &wrongs, None);
                self.model_ui(ui, &wrongs, scene);
                ui.add_space(space::SMALL);
                self.bits_ui(ui);
                ui.add_space(space::SMALL);
            } else {
                self.spoken_ui(ui, &wrongs, scene);
                ui.add_space(space::SMALL);
            }
            if self.form.prompts() {
                let hint = "What the model goes on from; may stay empty";
                kit::text_area(ui, "Prompt", &mut self.form.prompt, hint, 3);
                ui.add_space(space::SMALL);
            }
            self.numbers_ui(ui, &wrongs);
            ui.add_space(space::SMALL);
            if wide {
                ui.columns(2, |columns| {
                    if let [left, right] = columns {
                        left.vertical(|ui| self.meter_ui(ui, &wrongs, scene));
                        right.vertical(|ui| self.tags_ui(ui, &wrongs));
                    }
                });
            } else {
                self.meter_ui(ui, &wrongs, scene);
                ui.add_space(space::SMALL);
                self.tags_ui(ui, &wrongs);
            }
            ui.add_space(space::SMALL);
            self.more_ui(ui, &wrongs);
            ui.add_space(space::SMALL);
            self.start_ui(ui, scene);
        });
        if self.form != before {
            self.failure = None;
        }
    }

    /// What is wrong with a field, under it: once it was left, or a start was tried.
    fn wrong_ui(&self, ui: &mut Ui, field: Field, wrongs: &Wrongs, of: Option<&Response>) {
        let Some(wrong) = wrongs.get(&field) else { return };
        // A field that is empty because nobody came to it yet is not wrong yet.
        let waits = matches!(
            field,
            Field::ModelPath | Field::TokenizerPath | Field::Model | Field::Program
        );
        let left = of.is_none_or(|response| !response.has_focus());
        if self.tried || (left && !waits) {
            let palette = Palette::here(ui);
            let words = RichText::new(wrong).font(text::small()).color(palette.bad);
            ui.add(Label::new(words).wrap());
        }
    }

    fn model_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs, scene: &mut Scene<'_>) {
        match self.form.picked(&scene.model.models) {
            Picked::Synthetic => {
                ui.add_space(space::HAIR);
                ui.scope(|ui| {
                    ui.set_max_width(160.0);
                    let response = number(ui, "Seed of the model", &mut self.form.model_seed);
                    self.settle(&response, Field::ModelSeed, wrongs);
                    self.wrong_ui(ui, Field::ModelSeed, wrongs, Some(&response));
                });
            }
            Picked::Files => {
                ui.add_space(space::HAIR);
                self.file_ui(ui, Field::ModelPath, wrongs, scene);
                ui.add_space(space::HAIR);
                self.file_ui(ui, Field::TokenizerPath, wrongs, scene);
            }
            Picked::Known(_) | Picked::Gone => {}
        }
    }

    pub(super) fn file_ui(
        &mut self,
        ui: &mut Ui,
        field: Field,
        wrongs: &Wrongs,
        scene: &mut Scene<'_>,
    ) {
        let (name, hint, value) = match field {
            Field::Program => ("Driver", "driver.py", &mut self.form.spoken.program),
            Field::ModelPath => ("Checkpoint", "model.bin", &mut self.form.model_path),
            _ => ("Tokenizer", "tokenizer.bin", &mut self.form.tokenizer_path),
        };
        let (response, pressed) = kit::path_field(ui, name, value, hint);
        if pressed {
            let (title, endings) = match field {
                Field::Program => ("The driver".to_owned(), Vec::new()),
                _ => (format!("The model's {}", name.to_lowercase()), vec!["bin".into()]),
            };
            let what = Dialog::Files { title, many: Many::One, endings };
            self.dialog = Some((scene.asks.dialog(what), field));
        }
        self.no_dialog_ui(ui, field);
        self.settle(&response, field, wrongs);
        self.wrong_ui(ui, field, wrongs, Some(&response));
    }

    pub(super) fn no_dialog_ui(&self, ui: &mut Ui, field: Field) {
        if let Some((of, why)) = &self.no_dialog
            && *of == field
        {
            let words = format!("No dialog can be opened here ({why}); write the path instead");
            kit::soft(ui, &words);
        }
    }

    fn bits_ui(&mut self, ui: &mut Ui) {
        kit::caption(ui, "Weights");
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::LARGE;
            let both = self.form.turns == Turns::Both;
            ui.add_enabled_ui(!both, |ui| {
                let choices = [(Bits::F32, "f32"), (Bits::Int8, "int8")];
                kit::segments(ui, &mut self.form.bits, &choices);
            });
            let mut ticked = both;
            let words = "Compare f32 and int8, taking turns";
            let why = "Two runs whose repetitions alternate: what disturbs one disturbs both";
            if ui.checkbox(&mut ticked, words).on_hover_text(why).changed() {
                self.form.turns = if ticked { Turns::Both } else { Turns::One };
            }
        });
    }

    fn numbers_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs) {
        let fields = [Field::Tokens, Field::Repetitions, Field::Warmup];
        let own = usize::from(!self.form.prompts());
        self.row_ui(ui, fields.get(own..).unwrap_or_default(), wrongs);
    }

    fn meter_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs, scene: &Scene<'_>) {
        let of_meter = |(field, words): (&Field, &String)| match field {
            Field::Meter(field) => Some((*field, words.clone())),
            _ => None,
        };
        let wrongs = wrongs.iter().filter_map(of_meter).collect();
        let look_at = match self.look_at {
            Some(Field::Meter(field)) => Some(field),
            _ => None,
        };
        let said = metering::Said { wrongs: &wrongs, tried: self.tried, look_at };
        if self.form.meter.ui(ui, &scene.model.ports, said).is_some() {
            self.look_at = None;
        }
    }

    fn more_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs) {
        if !self.form.prompts() {
            return;
        }
        kit::disclosure(ui, "More", &mut self.form.more);
        if self.form.more {
            self.row_ui(ui, &[Field::Seed, Field::Temperature, Field::TopP], wrongs);
        }
    }

    pub(super) fn row_ui(&mut self, ui: &mut Ui, fields: &[Field], wrongs: &Wrongs) {
        let columns = if ui.available_width() < THREE_COLUMNS { 1 } else { fields.len() };
        for line in fields.chunks(columns) {
            ui.columns(line.len(), |columns| {
                for (ui, field) in columns.iter_mut().zip(line) {
                    // Columns justify their text, which pulls the words of an error apart.
                    ui.vertical(|ui| self.number_ui(ui, *field, wrongs));
                }
            });
        }
    }

    fn number_ui(&mut self, ui: &mut Ui, field: Field, wrongs: &Wrongs) {
        let Some((name, value)) = named(&mut self.form, field) else { return };
        let response = number(ui, name, value);
        self.settle(&response, field, wrongs);
        self.wrong_ui(ui, field, wrongs, Some(&response));
    }

    fn tags_ui(&mut self, ui: &mut Ui, wrongs: &Wrongs) {
        let response = kit::field(ui, "Labels", &mut self.form.tag, "key=value, then Enter");
        let enter = ui.input(|input| input.key_pressed(Key::Enter));
        if response.lost_focus() && enter && self.form.take_tag().is_ok() {
            response.request_focus();
        }
        self.settle(&response, Field::Tag, wrongs);
        self.wrong_ui(ui, Field::Tag, wrongs, Some(&response));
        if self.form.tags.is_empty() {
            return;
        }
        let mut gone = None;
        ui.horizontal_wrapped(|ui| {
            for (key, value) in &self.form.tags {
                if tag_ui(ui, &format!("{key}={value}")) == Pressed::Yes {
                    gone = Some(key.clone());
                }
            }
        });
        if let Some(key) = gone {
            self.form.tags.remove(&key);
        }
    }

    /// The first wrong field of a start that was tried gets the cursor.
    fn settle(&mut self, response: &Response, field: Field, wrongs: &Wrongs) {
        if self.look_at == Some(field) && wrongs.contains_key(&field) {
            response.request_focus();
            response.scroll_to_me(None);
            self.look_at = None;
        }
    }

    fn start_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        if let Some(failure) = &self.failure {
            kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
            ui.add_space(space::HAIR);
        }
        let port = self.form.port(&scene.model.ports);
        if let Some((run, going)) = port.and_then(|port| self.going_on(port, scene.model)) {
            ui.horizontal_wrapped(|ui| {
                ui.add_enabled_ui(false, |ui| {
                    kit::button(ui, Weight::Primary, Some(Icon::Play), "A run goes on here")
                });
                if kit::button(ui, Weight::Plain, Some(Icon::Pulse), "Watch it").clicked() {
                    scene.asks.go(Go::Watch(run.clone()));
                }
                self.stop_ui(ui, run, scene);
                kit::soft(ui, &ports_ui::progress_words(going));
            });
            return;
        }
        let asked = self.start.is_some();
        let slow = self.start.as_mut().is_some_and(|(pending, _)| pending.shows(ui));
        let word = match (slow, self.form.turns) {
            (true, _) => "Starting…",
            (false, Turns::Both) if self.form.spoken.how == How::Agent => "Start both runs",
            (false, _) => "Start run",
        };
        ui.horizontal_wrapped(|ui| {
            let press = ui.add_enabled_ui(!asked || !slow, |ui| {
                kit::button(ui, Weight::Primary, Some(Icon::Play), word)
            });
            if press.inner.clicked() {
                self.begin(scene);
            }
            let palette = Palette::here(ui);
            let key = action::spec(Action::StartRun).and_then(|spec| spec.key);
            let key = key.map(|key| ui.ctx().format_shortcut(&key)).unwrap_or_default();
            let words = match self.form.in_all() {
                Some(all) => format!("{key} · {all}"),
                None => key,
            };
            ui.label(RichText::new(words).font(text::small()).color(palette.faint));
        });
    }
}

impl Form {
    /// A prompt and a count of tokens mean something to the driver.
    pub(super) fn prompts(&self) -> bool {
        matches!(self.spoken.how, How::Agent | How::Process)
    }

    /// What will be made in all; `None` while a number cannot be read.
    fn in_all(&self) -> Option<String> {
        if !self.prompts() {
            return None;
        }
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let (tokens, of) = (number(&self.tokens)?, number(&self.repetitions)?);
        let times = of.saturating_add(number(&self.warmup)?);
        let runs = if self.turns == Turns::Both { "2 × " } else { "" };
        Some(format!("at most {runs}{times} × {tokens} tokens"))
    }
}

fn named(form: &mut Form, field: Field) -> Option<(&'static str, &mut String)> {
    Some(match field {
        Field::Start => ("Typed to begin (\\n: Enter)", &mut form.spoken.start),
        Field::Wait => ("Wait at most, s", &mut form.spoken.wait),
        Field::Window => ("Window, s", &mut form.spoken.window),
        Field::Iterations => ("Inferences at least", &mut form.spoken.iterations),
        Field::Baud => ("Baud (empty: as known)", &mut form.spoken.baud),
        Field::Tokens => ("Tokens", &mut form.tokens),
        Field::Repetitions => ("Repetitions", &mut form.repetitions),
        Field::Warmup => ("Warm-up repetitions", &mut form.warmup),
        Field::Seed => ("Seed of the sampler", &mut form.seed),
        Field::Temperature => ("Temperature (0: greedy)", &mut form.temperature),
        Field::TopP => ("Nucleus (1: off)", &mut form.top_p),
        _ => return None,
    })
}

/// A field for a number; the arrows up and down step a whole one.
fn number(ui: &mut Ui, name: &str, value: &mut String) -> Response {
    let response = kit::field(ui, name, value, "");
    if response.has_focus() {
        let (up, down) = ui.input_mut(|input| {
            (
                input.consume_key(Modifiers::NONE, Key::ArrowUp),
                input.consume_key(Modifiers::NONE, Key::ArrowDown),
            )
        });
        if let Ok(number) = value.trim().parse::<u64>() {
            match (up, down) {
                (true, _) => *value = number.saturating_add(1).to_string(),
                (_, true) => *value = number.saturating_sub(1).to_string(),
                _ => {}
            }
        }
    }
    response
}

#[derive(PartialEq, Eq)]
enum Pressed {
    Yes,
    No,
}

/// A label that can be taken away.
fn tag_ui(ui: &mut Ui, words: &str) -> Pressed {
    let palette = Palette::here(ui);
    let frame = egui::Frame::new()
        .fill(palette.sunk)
        .corner_radius(space::CORNER_SMALL)
        .inner_margin(egui::Margin { left: 8, right: 2, top: 0, bottom: 0 });
    let shown = frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.label(words);
            kit::icon_button(ui, Icon::Close, &format!("Take {words} away")).clicked()
        })
        .inner
    });
    if shown.inner { Pressed::Yes } else { Pressed::No }
}
