//! What is asked for, as it stands in the form, and whether it makes sense.
//!
//! Numbers are texts here: a field that is being written in holds what a person typed, not what it
//! would mean.

use protocol::{Bits, DocumentSource, FitSpec, ModelChoice, PortView, PortViewState};
use serde::{Deserialize, Serialize};

use crate::asks::Handed;
use crate::model::Model;
use crate::panels::metering;

/// Largest number of tokens or repetitions that a field takes; beyond it is a slip of the hand.
const MOST: u64 = 1_000_000;

/// The document, with what to call it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Paper {
    /// What to call it.
    pub(super) name: String,
    /// Where it is, or what it says.
    pub(super) source: DocumentSource,
}

impl Paper {
    /// A document from where it is: a file is called by its name.
    pub(super) fn of(source: DocumentSource) -> Paper {
        let name = match &source {
            DocumentSource::File(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                name.to_string_lossy().into_owned()
            }
            DocumentSource::Bytes { name, .. } => name.clone(),
        };
        Paper { name, source }
    }

    /// What it is, under its name.
    pub(super) fn under(&self) -> String {
        match &self.source {
            DocumentSource::File(path) => path.display().to_string(),
            DocumentSource::Bytes { bytes, .. } => protocol::numbers::bytes(bytes.len() as f64),
        }
    }
}

impl From<&Handed> for Paper {
    fn from(handed: &Handed) -> Paper {
        Paper { name: handed.name.clone(), source: handed.source.clone() }
    }
}

/// Which model, as it was chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) enum Pick {
    /// The first that is here, else the synthetic one.
    #[default]
    First,
    /// The one of this name.
    Named(String),
    /// Made from the form's seed.
    Synthetic,
}

/// How far the document is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Room {
    /// To what the window leaves.
    #[default]
    Automatic,
    /// To a number of tokens.
    Tokens,
}

/// A field that something can be wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Document,
    Board,
    Model,
    ModelSeed,
    Tokens,
    Reserve,
    Budget,
    Repetitions,
    Seed,
    Meter(metering::Field),
}

/// What is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) field: Field,
    pub(super) words: String,
}

impl Problem {
    /// The same where the field is not in sight.
    pub(super) fn sentence(&self) -> String {
        let name = match self.field {
            Field::Document | Field::Board | Field::Model | Field::Meter(_) => {
                return self.words.clone();
            }
            Field::ModelSeed => "seed of the model",
            Field::Tokens => "tokens to make",
            Field::Reserve => "tokens kept free",
            Field::Budget => "tokens of the document",
            Field::Repetitions => "repetitions",
            Field::Seed => "seed",
        };
        format!("{name}: {}", self.words)
    }
}

/// The form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    pub(super) document: Option<Paper>,
    /// A port's path; empty takes the first that has a board.
    pub(super) board: String,
    pub(super) model: Pick,
    pub(super) model_seed: String,
    pub(super) bits: Bits,
    pub(super) prompt: String,
    pub(super) focus: String,
    pub(super) tokens: String,
    pub(super) reserve: String,
    pub(super) room: Room,
    pub(super) budget: String,
    pub(super) repetitions: String,
    pub(super) seed: String,
    pub(super) meter: metering::Form,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            document: None,
            board: String::new(),
            model: Pick::First,
            model_seed: "1".into(),
            bits: Bits::F32,
            prompt: String::new(),
            focus: String::new(),
            tokens: "64".into(),
            reserve: "0".into(),
            room: Room::Automatic,
            budget: "200".into(),
            repetitions: "10".into(),
            seed: "1".into(),
            meter: metering::Form::default(),
        }
    }
}

impl Form {
    /// The ports that can be chosen: those with a board that waits for no image.
    pub(super) fn boards(model: &Model) -> impl Iterator<Item = &PortView> {
        let runs =
            |port: &&PortView| port.board.is_some() && port.state != PortViewState::Bootloader;
        model.ports.iter().filter(runs)
    }

    /// The port that is meant.
    pub(super) fn port<'m>(&self, model: &'m Model) -> Option<&'m PortView> {
        let mut boards = Form::boards(model);
        match self.board.is_empty() {
            true => boards.next(),
            false => boards.find(|port| port.path == self.board),
        }
    }

    /// The model that is meant; `None` is the synthetic one.
    pub(super) fn named<'m>(&self, model: &'m Model) -> Option<&'m protocol::ModelView> {
        let usable = |view: &&protocol::ModelView| view.problem.is_none();
        match &self.model {
            Pick::First => model.models_here().find(usable),
            Pick::Named(name) => model.models_here().find(|view| view.name == *name),
            Pick::Synthetic => None,
        }
    }

    /// What to ask for, or all that is wrong.
    pub(super) fn spec(&self, model: &Model) -> Result<FitSpec, Vec<Problem>> {
        let mut problems = Vec::new();
        let document = self.document.as_ref().map(|paper| paper.source.clone());
        if document.is_none() {
            problems.push(problem(Field::Document, "choose a document"));
        }
        let port = self.port(model);
        if port.is_none() {
            problems.push(problem(Field::Board, "this board is not here; choose another"));
        }
        let choice = self.choice(model, &mut problems);
        let mut number = |field, text: &str, least: u64| {
            number(text, least).unwrap_or_else(|words| {
                problems.push(Problem { field, words });
                0
            })
        };
        let tokens = number(Field::Tokens, &self.tokens, 1);
        let reserve = number(Field::Reserve, &self.reserve, 0);
        let repetitions = number(Field::Repetitions, &self.repetitions, 1);
        let budget = match self.room {
            Room::Automatic => None,
            Room::Tokens => Some(number(Field::Budget, &self.budget, 1)),
        };
        let seed = self.seed.trim().parse::<u64>().unwrap_or_else(|_| {
            problems.push(problem(Field::Seed, "write a whole number"));
            0
        });
        let meter = self.meter.spec(&model.ports).unwrap_or_else(|wrongs| {
            let of_meter = |(field, words)| Problem { field: Field::Meter(field), words };
            problems.extend(wrongs.into_iter().map(of_meter));
            None
        });
        let window = self.named(model).and_then(|view| view.context_tokens).map(u64::from);
        if let Some(window) = window
            && problems.is_empty()
            && tokens + reserve >= window
        {
            let words = format!(
                "answer and reserve take {} of the model's {window} tokens; ask for fewer",
                tokens + reserve
            );
            problems.push(Problem { field: Field::Tokens, words });
        }
        let (Some(document), Some(port), Some(choice), true) =
            (document, port, choice, problems.is_empty())
        else {
            return Err(problems);
        };
        let focus = self.focus.trim();
        Ok(FitSpec {
            document,
            board: port.path.clone(),
            model: choice,
            bits: self.bits,
            tokens: tokens as u32,
            reserve: reserve as u32,
            prompt: self.prompt.clone(),
            focus: (!focus.is_empty()).then(|| focus.to_owned()),
            budget,
            repetitions: repetitions as u32,
            seed,
            meter,
        })
    }

    fn choice(&self, model: &Model, problems: &mut Vec<Problem>) -> Option<ModelChoice> {
        if let Some(view) = self.named(model) {
            let words = match (&view.problem, &view.model, &view.tokenizer) {
                (None, Some(model), Some(tokenizer)) => {
                    let (model, tokenizer) = (model.clone(), tokenizer.clone());
                    return Some(ModelChoice::Files { model, tokenizer });
                }
                (Some(problem), ..) => problem.clone(),
                _ => "a file of this model is missing; fetch it again in Bench".into(),
            };
            problems.push(Problem { field: Field::Model, words });
            return None;
        }
        if let Pick::Named(name) = &self.model {
            let words = format!("{name} is not here any more; choose another");
            problems.push(Problem { field: Field::Model, words });
            return None;
        }
        match self.model_seed.trim().parse() {
            Ok(seed) => Some(ModelChoice::Synthetic { seed }),
            Err(_) => {
                problems.push(problem(Field::ModelSeed, "write a whole number"));
                None
            }
        }
    }
}

fn problem(field: Field, words: &str) -> Problem {
    Problem { field, words: words.to_owned() }
}

/// A whole number of at least so much, or what is wrong with it.
fn number(text: &str, least: u64) -> Result<u64, String> {
    let plain: String =
        text.chars().filter(|digit| !digit.is_whitespace() && *digit != '\u{202f}').collect();
    match plain.parse::<u64>() {
        Ok(value) if value < least => Err(format!("at least {least}")),
        Ok(value) if value > MOST => Err(format!("at most {MOST}")),
        Ok(value) => Ok(value),
        Err(_) => Err("write a whole number".into()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use protocol::{BoardView, ModelOrigin, ModelView, PortViewKind};

    use super::*;

    fn model() -> Model {
        let board = |path: &str| PortView {
            path: path.into(),
            kind: PortViewKind::Board,
            state: PortViewState::Ready,
            board: Some(BoardView {
                name: path.into(),
                kind: path.into(),
                identity: path.into(),
                emulated: false,
            }),
            driver: None,
            usb: None,
            hint: None,
        };
        let bare = PortView { board: None, ..board("/dev/ttyACM9") };
        let mut model = Model::default();
        model.ports.extend([bare, board("host"), board("/dev/ttyACM0")]);
        model.models.push(ModelView {
            name: "small".into(),
            origin: ModelOrigin::Fetched,
            model: Some("m.bin".into()),
            tokenizer: Some("t.bin".into()),
            bytes: None,
            context_tokens: Some(128),
            problem: None,
        });
        model
    }

    fn whole() -> Form {
        let document = Paper::of(DocumentSource::File(PathBuf::from("/a/notes.md")));
        Form { document: Some(document), ..Form::default() }
    }

    fn wrong(form: &Form) -> Vec<Field> {
        match form.spec(&model()) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|problem| problem.field).collect(),
        }
    }

    #[test]
    fn the_form_as_it_comes_needs_a_document_alone() {
        assert_eq!(wrong(&Form::default()), [Field::Document]);
        let spec = whole().spec(&model()).unwrap();
        assert_eq!((spec.board.as_str(), spec.tokens, spec.budget), ("host", 64, None));
        assert!(matches!(spec.model, ModelChoice::Files { .. }));
        assert_eq!(spec.focus, None);
    }

    #[test]
    fn every_field_is_looked_at() {
        type Case = (fn(&mut Form), Field);
        let cases: [Case; 9] = [
            (|form| form.board = "gone".into(), Field::Board),
            (|form| form.model = Pick::Named("gone".into()), Field::Model),
            (|form| form.tokens = "0".into(), Field::Tokens),
            (|form| form.tokens = "128".into(), Field::Tokens),
            (|form| form.reserve = "-1".into(), Field::Reserve),
            (|form| form.repetitions = "many".into(), Field::Repetitions),
            (|form| form.seed = String::new(), Field::Seed),
            (
                |form| {
                    form.room = Room::Tokens;
                    form.budget = "0".into();
                },
                Field::Budget,
            ),
            (
                |form| {
                    form.model = Pick::Synthetic;
                    form.model_seed = "x".into();
                },
                Field::ModelSeed,
            ),
        ];
        for (change, field) in cases {
            let mut form = whole();
            change(&mut form);
            assert_eq!(wrong(&form), [field], "{form:?}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let form = Form { tokens: "x".into(), seed: "y".into(), ..Form::default() };
        assert_eq!(wrong(&form), [Field::Document, Field::Tokens, Field::Seed]);
    }

    #[test]
    fn a_model_with_a_problem_is_not_taken_by_itself_and_says_it_when_chosen() {
        let mut model = model();
        model.models[0].problem = Some("the file is cut off".into());
        assert!(matches!(whole().spec(&model).unwrap().model, ModelChoice::Synthetic { seed: 1 }));
        let form = Form { model: Pick::Named("small".into()), ..whole() };
        assert_eq!(form.spec(&model).unwrap_err()[0].words, "the file is cut off");
    }

    #[test]
    fn a_form_comes_back_from_memory_and_from_an_older_one() {
        let form = Form { prompt: "Who?".into(), room: Room::Tokens, ..whole() };
        let text = serde_json::to_string(&form).unwrap();
        assert_eq!(serde_json::from_str::<Form>(&text).unwrap(), form);
        let older = serde_json::from_str::<Form>(r#"{"tokens":"12"}"#).unwrap();
        assert_eq!(older, Form { tokens: "12".into(), ..Form::default() });
    }
}
