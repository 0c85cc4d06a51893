//! What the form says, whether that can be run, and what it asks for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use protocol::{
    Bits, DocumentSource, ModelChoice, ModelOrigin, ModelView, PortView, PortViewState, RunSpec,
};
use serde::{Deserialize, Serialize};

use super::spoken::{How, Spoken};
use crate::model::Model;
use crate::panels::metering;

/// Which model the form names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Choice {
    /// Nobody chose: the settings' model, else the first that is here, else a synthetic one.
    #[default]
    First,
    /// One of the list, by its [`key`].
    Known(String),
    /// Made from a seed.
    Synthetic,
    /// Two files.
    Files,
}

/// How the two precisions are measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Turns {
    /// One run, of one precision.
    #[default]
    One,
    /// Two runs, one of each precision, whose repetitions take turns.
    Both,
}

/// A board, wherever it hangs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Who {
    identity: String,
    /// What USB tells before the board itself does.
    usb: Option<(String, String, Option<String>)>,
}

impl Who {
    fn on(port: &PortView) -> Option<Who> {
        let usb = port.usb.as_ref();
        let usb = usb.map(|usb| (usb.vid.clone(), usb.pid.clone(), usb.serial.clone()));
        Some(Who { identity: port.board.as_ref()?.identity.clone(), usb })
    }
}

/// What a person wrote, as it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    /// The port of the board that is meant.
    pub(super) board: String,
    /// The board itself, which may come back on another port; `None` is whatever is on the port.
    pub(super) who: Option<Who>,
    pub(super) spoken: Spoken,
    pub(super) model: Choice,
    pub(super) model_path: String,
    pub(super) tokenizer_path: String,
    pub(super) model_seed: String,
    pub(super) bits: Bits,
    pub(super) turns: Turns,
    pub(super) prompt: String,
    pub(super) tokens: String,
    pub(super) repetitions: String,
    pub(super) warmup: String,
    pub(super) seed: String,
    pub(super) temperature: String,
    pub(super) top_p: String,
    pub(super) meter: metering::Form,
    pub(super) tags: BTreeMap<String, String>,
    /// A label that is still being written.
    pub(super) tag: String,
    /// The rarer fields are open.
    pub(super) more: bool,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            board: "host".into(),
            who: None,
            spoken: Spoken::default(),
            model: Choice::First,
            model_path: String::new(),
            tokenizer_path: String::new(),
            model_seed: "1".into(),
            bits: Bits::F32,
            turns: Turns::One,
            prompt: "Once upon a time".into(),
            tokens: "64".into(),
            repetitions: "10".into(),
            warmup: "1".into(),
            seed: "1".into(),
            temperature: "0".into(),
            top_p: "1".into(),
            meter: metering::Form::default(),
            tags: BTreeMap::new(),
            tag: String::new(),
            more: false,
        }
    }
}

/// A part of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Board,
    Program,
    Inputs,
    Start,
    Wait,
    Window,
    Iterations,
    Baud,
    Model,
    ModelPath,
    TokenizerPath,
    ModelSeed,
    Tokens,
    Repetitions,
    Warmup,
    Meter(metering::Field),
    Tag,
    Seed,
    Temperature,
    TopP,
}

impl Field {
    /// It stands under "More".
    pub(super) fn is_rare(self) -> bool {
        matches!(self, Field::Seed | Field::Temperature | Field::TopP)
    }
}

/// What is wrong, by field, first field first.
pub(super) type Wrongs = BTreeMap<Field, String>;

/// What the choice of a model comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Picked<'a> {
    Known(&'a ModelView),
    Synthetic,
    Files,
    /// It was there once.
    Gone,
}

/// What a model of the list is remembered by: its file, which is there only once, else its name.
pub(super) fn key(model: &ModelView) -> String {
    match &model.model {
        Some(path) => path.display().to_string(),
        None => model.name.clone(),
    }
}

/// It can run as it is.
pub(super) fn is_here(model: &ModelView) -> bool {
    model.origin != ModelOrigin::Fetchable && model.model.is_some() && model.problem.is_none()
}

impl Form {
    /// The model that is chosen.
    pub(super) fn picked<'a>(&self, models: &'a [ModelView]) -> Picked<'a> {
        let here = |model: &&ModelView| is_here(model);
        match &self.model {
            Choice::Synthetic => Picked::Synthetic,
            Choice::Files => Picked::Files,
            Choice::First => {
                let named = models.iter().filter(here).find(|m| m.origin == ModelOrigin::Setting);
                let first = named.or_else(|| models.iter().find(here));
                first.map_or(Picked::Synthetic, Picked::Known)
            }
            Choice::Known(known) => {
                let by_key = models.iter().find(|model| key(model) == *known);
                let found = by_key.or_else(|| models.iter().find(|model| model.name == *known));
                found.map_or(Picked::Gone, Picked::Known)
            }
        }
    }

    /// The port that is chosen, where it is still there.
    pub(super) fn port<'a>(&self, ports: &'a [PortView]) -> Option<&'a PortView> {
        ports.iter().find(|port| self.means(port))
    }

    /// Whether the board on a port is the chosen one. Another one that came onto the same port is
    /// not.
    pub(super) fn means(&self, port: &PortView) -> bool {
        match (&self.who, &port.board) {
            (Some(who), Some(board)) => who.identity == board.identity,
            _ => self.board == port.path,
        }
    }

    /// Means the board on this port from now on.
    pub(super) fn choose(&mut self, port: &PortView) {
        self.board.clone_from(&port.path);
        self.who = Who::on(port);
    }

    /// Follows the board to another port, and to the name that it gave itself when it was asked.
    pub(super) fn follow(&mut self, ports: &[PortView]) {
        let same_device = |port: &&PortView| {
            let on = Who::on(port);
            self.board == port.path
                && on.is_some_and(|on| self.who.as_ref().is_some_and(|who| who.usb == on.usb))
        };
        let found = self.port(ports).or_else(|| ports.iter().find(same_device));
        if let Some(port) = found {
            self.choose(port);
        }
    }

    /// Takes a model that was dropped: files that end in `bin`, the tokenizer being the one whose name begins
    /// with `tok`. Whether they were that, all of them.
    pub(super) fn take_model(&mut self, files: &[DocumentSource]) -> bool {
        let path = |file: &DocumentSource| match file {
            DocumentSource::File(path) => {
                let bin = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("bin"));
                bin.then(|| path.clone())
            }
            _ => None,
        };
        let Some(paths) = files.iter().map(path).collect::<Option<Vec<_>>>() else { return false };
        if paths.is_empty() {
            return false;
        }
        self.model = Choice::Files;
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            let field = match name.starts_with("tok") {
                true => &mut self.tokenizer_path,
                false => &mut self.model_path,
            };
            *field = path.display().to_string();
        }
        true
    }

    /// Takes the label that is being written among the others; what is wrong with it otherwise.
    pub(super) fn take_tag(&mut self) -> Result<(), String> {
        let (key, value) = tag(&self.tag)?;
        self.tags.insert(key, value);
        self.tag.clear();
        Ok(())
    }

    /// The runs it asks for, or everything that is wrong with it.
    pub(super) fn specs(&self, model: &Model) -> Result<Vec<RunSpec>, Wrongs> {
        let mut wrongs = Wrongs::new();
        if let Err(wrong) = self.check_board(model) {
            wrongs.insert(Field::Board, wrong);
        }
        let driver = self.spoken.spec(&mut wrongs);
        let choice = match driver.is_agent() {
            true => self.choice(model, &mut wrongs),
            false => Some(ModelChoice::OnBoard),
        };
        let meter = self.meter.spec(&model.ports).unwrap_or_else(|wrong| {
            wrongs.extend(wrong.into_iter().map(|(field, words)| (Field::Meter(field), words)));
            None
        });
        let mut tags = self.tags.clone();
        if !self.tag.trim().is_empty() {
            match tag(&self.tag) {
                Ok((key, value)) => drop(tags.insert(key, value)),
                Err(wrong) => drop(wrongs.insert(Field::Tag, wrong)),
            }
        }
        let nothing = "0 tokens measure nothing; ask for 1 or more";
        let tokens = least(whole(&self.tokens, "64"), nothing);
        let nothing = "0 repetitions measure nothing; ask for 1 or more";
        let repetitions = least(whole(&self.repetitions, "10"), nothing);
        let spec = RunSpec {
            board: self.port(&model.ports).map_or_else(|| self.board.clone(), |p| p.path.clone()),
            model: choice.unwrap_or(ModelChoice::Synthetic { seed: 1 }),
            driver,
            bits: self.bits,
            prompt: self.prompt.clone(),
            tokens: keep(&mut wrongs, Field::Tokens, tokens),
            repetitions: keep(&mut wrongs, Field::Repetitions, repetitions),
            warmup: keep(&mut wrongs, Field::Warmup, whole(&self.warmup, "1")),
            seed: keep(&mut wrongs, Field::Seed, whole(&self.seed, "1")),
            temperature: keep(&mut wrongs, Field::Temperature, temperature(&self.temperature)),
            top_p: keep(&mut wrongs, Field::TopP, nucleus(&self.top_p)),
            stream: true,
            tags,
            meter,
        };
        if !wrongs.is_empty() {
            return Err(wrongs);
        }
        Ok(match self.turns {
            _ if self.spoken.how != How::Agent => vec![spec],
            Turns::One => vec![spec],
            Turns::Both => {
                let of = |bits: Bits, word: &str| {
                    let mut spec = RunSpec { bits, ..spec.clone() };
                    spec.tags.insert("bits".into(), word.into());
                    spec
                };
                vec![of(Bits::F32, "f32"), of(Bits::Int8, "int8")]
            }
        })
    }

    fn check_board(&self, model: &Model) -> Result<(), String> {
        match self.port(&model.ports) {
            None if model.ports.is_empty() => Err("The boards are not known yet; wait".into()),
            None => Err(format!("Nothing is on {} any more; choose a board", self.board)),
            Some(port) => match port.state {
                PortViewState::NoPermission => {
                    Err("You may not open this port yet; beside the board stands what to do".into())
                }
                PortViewState::Busy => Err("This board is in use; beside it stands by whom".into()),
                PortViewState::Bootloader => {
                    Err("This board waits for an image; beside it stands what to do".into())
                }
                PortViewState::Ready | PortViewState::Free | PortViewState::Unknown => {
                    self.spoken.unfit(port).map_or(Ok(()), |why| Err(why.into()))
                }
            },
        }
    }

    fn choice(&self, model: &Model, wrongs: &mut Wrongs) -> Option<ModelChoice> {
        match self.picked(&model.models) {
            Picked::Synthetic => {
                let seed = keep(wrongs, Field::ModelSeed, whole(&self.model_seed, "1"));
                Some(ModelChoice::Synthetic { seed })
            }
            Picked::Files => {
                let mut path = |field, text: &str, what: &str| {
                    let text = text.trim();
                    if text.is_empty() {
                        wrongs.insert(field, format!("Name the file of the {what}"));
                    }
                    PathBuf::from(text)
                };
                let model = path(Field::ModelPath, &self.model_path, "checkpoint");
                let tokenizer = path(Field::TokenizerPath, &self.tokenizer_path, "tokenizer");
                Some(ModelChoice::Files { model, tokenizer })
            }
            Picked::Gone => {
                let wrong = "This model is not here any more; choose another".to_owned();
                wrongs.insert(Field::Model, wrong);
                None
            }
            Picked::Known(known) => match (&known.problem, &known.model, &known.tokenizer) {
                (Some(problem), ..) => {
                    wrongs.insert(Field::Model, format!("It cannot be used: {problem}"));
                    None
                }
                (None, Some(model), Some(tokenizer)) => {
                    Some(ModelChoice::Files { model: model.clone(), tokenizer: tokenizer.clone() })
                }
                (None, Some(_), None) => {
                    let wrong = "Its tokenizer is missing; choose “Files…” and name both";
                    wrongs.insert(Field::Model, wrong.into());
                    None
                }
                (None, None, _) => {
                    wrongs.insert(Field::Model, format!("Get {} first", known.name));
                    None
                }
            },
        }
    }
}

/// The value, or its default with the wrong noted.
pub(super) fn keep<T: Default>(wrongs: &mut Wrongs, field: Field, value: Result<T, String>) -> T {
    value.unwrap_or_else(|wrong| {
        wrongs.insert(field, wrong);
        T::default()
    })
}

pub(super) fn whole<T: FromStr>(text: &str, such_as: &str) -> Result<T, String> {
    let text = text.trim();
    text.parse().map_err(|_| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match digits {
            true => "This number is too large".to_owned(),
            false => format!("Write a whole number, such as {such_as}"),
        }
    })
}

pub(super) fn least(value: Result<u32, String>, nothing: &str) -> Result<u32, String> {
    value.and_then(|value| if value == 0 { Err(nothing.to_owned()) } else { Ok(value) })
}

fn temperature(text: &str) -> Result<f32, String> {
    let value = text.trim().parse::<f32>().ok();
    value
        .filter(|value| value.is_finite() && *value >= 0.0)
        .ok_or_else(|| "Write 0 or more; 0 always takes the likeliest token".to_owned())
}

fn nucleus(text: &str) -> Result<f32, String> {
    let value = text.trim().parse::<f32>().ok();
    value
        .filter(|value| (0.0..=1.0).contains(value))
        .ok_or_else(|| "Write a number from 0 to 1; 1 takes all tokens in".to_owned())
}

/// `branch=simd` as a key and a value.
fn tag(text: &str) -> Result<(String, String), String> {
    match text.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("Write it as key=value, such as branch=simd".into()),
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
