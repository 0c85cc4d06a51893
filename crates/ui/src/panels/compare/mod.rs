//! Compare: two sides, verdicts first, then distributions, then overlaid curves, then what differed.
//!
//! `Compare` holds what was chosen and what was answered; `asking` says when to ask, `side` and
//! `chooser` what stands where, `page` draws the answer from `table`, `strip`, `curves` and
//! `differences`. `fields` has the sides where nothing can be seen. What is said in words is in `words` and, to be pasted, in `markdown`.

mod asking;
mod chooser;
mod curves;
mod differences;
mod effect;
mod fields;
mod forest;
mod markdown;
mod page;
mod side;
mod strip;
mod table;
mod words;

use egui::Ui;
use protocol::{Command, ComparisonView, CurvePoint, Failure, Reply, RunId, RunStatus, Severity};

use crate::action::Action;
use crate::aloud::Field;
use crate::asks::Go;
use crate::link::{Incoming, RequestId};
use crate::model::Model;
use crate::panel::{Panel, Scene};
use crate::toast::Toast;
use asking::{Asking, Turn};
use chooser::Chooser;
use side::Side;

/// The room.
#[derive(Debug, Default)]
pub struct Compare {
    base: Side,
    candidate: Side,
    choosers: [Chooser; 2],
    /// The smallest effect that was chosen here; else the setting's.
    min_effect: Option<f64>,
    asking: Asking,
    answer: Option<Box<ComparisonView>>,
    failure: Option<Failure>,
    curves: Curves,
    /// The metric whose details are open; by default the worst.
    chosen: Option<String>,
    picked: Picked,
}

/// Where the arrow keys stand in the pictures.
#[derive(Debug, Default)]
struct Picked {
    value: Option<usize>,
    place: Option<u32>,
}

/// The curves of both sides, and the selectors they were asked for.
#[derive(Debug, Default)]
struct Curves {
    of: Option<[String; 2]>,
    asked: [Option<RequestId>; 2],
    sides: [Vec<CurvePoint>; 2],
    failure: Option<Failure>,
}

impl Compare {
    /// What a change must exceed: chosen here, or set.
    fn effect(&self, scene: &Scene<'_>) -> f64 {
        let set = || effect::parse(scene.model.setting("min_effect"));
        self.min_effect.or_else(set).unwrap_or(0.05)
    }

    /// Sends what is due, and sees to it that the window wakes when something will be.
    fn ask(&mut self, ui: &Ui, scene: &mut Scene<'_>) {
        let now_s = ui.input(|input| input.time);
        match self.asking.turn(now_s) {
            Turn::Ask if self.base.is_empty() || self.candidate.is_empty() => self.asking.forget(),
            Turn::Ask => self.send(scene),
            Turn::Wait(seconds) => ui.ctx().request_repaint_after_secs(seconds as f32 + 0.005),
            Turn::Rest => {}
        }
    }

    fn send(&mut self, scene: &mut Scene<'_>) {
        let (base, candidate) = (self.base.selector(), self.candidate.selector());
        let request = scene.asks.send(Command::Compare {
            base: base.clone(),
            candidate: candidate.clone(),
            min_effect: self.min_effect,
            metrics: Vec::new(),
        });
        self.asking.sent(request);
        let sides = [base, candidate];
        // The curves do not depend on the smallest effect: a slider asks for them once.
        if self.curves.of.as_ref() != Some(&sides) {
            let ask = |selector: &String| {
                let points = curves::POINTS;
                Some(scene.asks.send(Command::ShowCurves { selector: selector.clone(), points }))
            };
            let asked = sides.each_ref().map(ask);
            self.curves = Curves { of: Some(sides), asked, ..Curves::default() };
        }
    }

    /// The newest run against the one before it.
    fn latest_two(scene: &Scene<'_>) -> Option<[RunId; 2]> {
        let mut whole = scene.model.recent.iter().filter(|run| run.status != RunStatus::Recording);
        let (latest, before) = (whole.next()?, whole.next()?);
        Some([before.run.clone(), latest.run.clone()])
    }

    /// Compares them, or says why that cannot be.
    fn compare_latest(&mut self, scene: &mut Scene<'_>) {
        match Compare::latest_two(scene) {
            Some([base, candidate]) => {
                self.base = Side::only(&base);
                self.candidate = Side::only(&candidate);
                self.chosen = None;
                self.asking.now();
            }
            None => {
                let words = "A comparison needs two runs that are over";
                let hint = Some("record them in Bench");
                scene.asks.toast(Toast::notice(Severity::Info, words, hint));
            }
        }
    }

    fn swap(&mut self) {
        std::mem::swap(&mut self.base, &mut self.candidate);
        self.asking.now();
    }

    fn hear_reply(&mut self, request: RequestId, reply: &Result<Reply, Failure>) {
        if let Some(side) = self.curves.asked.iter().position(|asked| *asked == Some(request)) {
            if let Some(asked) = self.curves.asked.get_mut(side) {
                *asked = None;
            }
            match (reply, self.curves.sides.get_mut(side)) {
                (Ok(Reply::Curves(runs)), Some(curve)) => *curve = curves::merged(runs),
                (Err(failure), _) => self.curves.failure = Some(failure.clone()),
                _ => {}
            }
            return;
        }
        if !self.asking.answered(request) {
            return;
        }
        match reply {
            Ok(Reply::Comparison(view)) => {
                let known = |name: &String| view.metrics.iter().any(|m| m.name == *name);
                if !self.chosen.as_ref().is_some_and(known) {
                    let worst = words::worst_first(&view.metrics).first().copied();
                    self.chosen = worst.map(|metric| metric.name.clone());
                }
                self.picked = Picked::default();
                self.failure = None;
                self.answer = Some(view.clone());
            }
            Err(failure) => {
                self.failure = Some(failure.clone());
                self.answer = None;
                self.curves.of = None;
            }
            Ok(_) => {}
        }
    }
}

impl Panel for Compare {
    fn hear(&mut self, incoming: &Incoming, _scene: &mut Scene<'_>) {
        match incoming {
            Incoming::Reply { request, reply } => self.hear_reply(*request, reply),
            Incoming::Connected => {
                self.asking.reconnected();
                if self.curves.asked.iter().any(Option::is_some) {
                    self.curves = Curves::default();
                    self.asking.now();
                }
            }
            Incoming::Lost { .. } | Incoming::Event(_) => {}
        }
    }

    fn enter(&mut self, go: &Go, _scene: &mut Scene<'_>) {
        if let Go::Compare { base, candidate } = go {
            self.base = Side::of(base);
            self.candidate = Side::of(candidate);
            self.chosen = None;
            self.asking.now();
        }
    }

    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        match action {
            Action::CompareLatest => self.compare_latest(scene),
            Action::SwapSides => self.swap(),
            _ => return false,
        }
        true
    }

    fn aloud(&self, _: &Model) -> Vec<String> {
        match (&self.answer, &self.failure) {
            (_, Some(failure)) => vec![failure.to_string()],
            (Some(view), None) => words::aloud(view),
            (None, None) if self.base.is_empty() && self.candidate.is_empty() => {
                vec!["Nothing is compared yet".into()]
            }
            (None, None) => Vec::new(),
        }
    }

    fn fields(&self, model: &Model) -> Vec<Field> {
        fields::fields([&self.base, &self.candidate], model.recent.iter())
    }

    fn write(&mut self, field: &str, value: &str, _: &mut Scene<'_>) {
        let side = match field {
            "base" => &mut self.base,
            "candidate" => &mut self.candidate,
            _ => return,
        };
        *side = Side::of(value);
        self.chosen = None;
        self.asking.now();
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        self.page_ui(ui, scene);
        self.ask(ui, scene);
    }
}
