//! Fit: a document and a board, and what compressing the one saved on the other.
//!
//! `Fit` holds the `form` and the job it began; `form_ui` draws the form, `fields` has it where nothing
//! can be seen, `work_ui` shows how it goes, `result_ui` what came out, from `bars`, `window` and `saved`.

mod bars;
mod fields;
mod form;
mod form_ui;
mod result_ui;
mod saved;
mod window;
mod work_ui;

use egui::{Event, Ui, vec2};
use protocol::{Command, DocumentSource, Failure, FitView, JobId, JobKind, JobOutcome, Reply};

use crate::action::Action;
use crate::aloud::Field;
use crate::asks::Go;
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::link::{Incoming, RequestId};
use crate::model::Model;
use crate::panel::{Panel, Scene};
use crate::shell::{Chosen, Dialog, DialogId, Many, Told};
use crate::theme::{Palette, space};
use crate::toast::{Toast, Tone};
use form::{Form, Paper};
use window::Wanted;

/// Width of the form beside the result, in points, and of a page that has room for both.
const FORM: f32 = 340.0;
const BESIDE: f32 = 820.0;
/// Outcomes kept while the answer that says which job is ours is on its way.
const EARLY: usize = 8;

/// The room.
#[derive(Debug, Default)]
pub struct Fit {
    form: Form,
    going: Going,
    done: Option<Done>,
    failure: Option<Failure>,
    dialog: Option<DialogId>,
    /// A field for a path, where there is no dialog, and why there is none.
    path: Option<(String, String)>,
    /// Until when, on the window's clock, a paste is the document whatever has the focus.
    pastes_until_s: f64,
}

/// Where the try stands.
#[derive(Debug, Default)]
enum Going {
    #[default]
    Nothing,
    /// Asked for, not begun.
    Starting { request: RequestId, wanted: Wanted, early: Vec<(JobId, JobOutcome)> },
    /// It goes on; what was asked for is not known where another window began it.
    Running { job: JobId, wanted: Option<Wanted> },
}

/// What came out.
#[derive(Debug)]
struct Done {
    view: Box<FitView>,
    wanted: Option<Wanted>,
}

impl Fit {
    fn start(&mut self, scene: &mut Scene<'_>) {
        if !matches!(self.going, Going::Nothing) {
            return;
        }
        match self.form.spec(scene.model) {
            Ok(spec) => {
                let wanted =
                    Wanted { tokens: u64::from(spec.tokens), reserve: u64::from(spec.reserve) };
                let request = scene.asks.send(Command::Fit { spec });
                self.going = Going::Starting { request, wanted, early: Vec::new() };
                self.failure = None;
            }
            Err(problems) => {
                if let Some(problem) = problems.first() {
                    let words = format!("Nothing was started: {}", problem.sentence());
                    scene.asks.toast(Toast {
                        tone: Tone::Info,
                        text: words,
                        hint: None,
                        undo: None,
                    });
                }
            }
        }
    }

    fn end(&mut self, outcome: &JobOutcome, wanted: Option<Wanted>) {
        self.going = Going::Nothing;
        match outcome {
            JobOutcome::Fitted(view) => {
                self.done = Some(Done { view: view.clone(), wanted });
                self.failure = None;
            }
            JobOutcome::Failed(failure) => self.failure = Some(failure.clone()),
            _ => {}
        }
    }

    fn hear_reply(&mut self, id: RequestId, reply: &Result<Reply, Failure>, scene: &Scene<'_>) {
        match reply {
            Ok(Reply::Snapshot(_)) => self.hear_snapshot(scene),
            Ok(Reply::JobStarted { job }) => {
                let Going::Starting { request, wanted, early } = &mut self.going else { return };
                if *request != id {
                    return;
                }
                let (wanted, early) = (Some(*wanted), std::mem::take(early));
                self.going = Going::Running { job: *job, wanted };
                // A short job may be over before its beginning is heard.
                if let Some((_, outcome)) = early.iter().find(|(over, _)| over == job) {
                    self.end(outcome, wanted);
                }
            }
            Err(failure) => {
                if matches!(&self.going, Going::Starting { request, .. } if *request == id) {
                    self.going = Going::Nothing;
                    self.failure = Some(failure.clone());
                }
            }
            Ok(_) => {}
        }
    }

    /// A new connection: a try that goes on there is shown, one that does not any more is over.
    fn hear_snapshot(&mut self, scene: &Scene<'_>) {
        let jobs = &scene.model.jobs.going;
        match &self.going {
            Going::Running { job, .. } if jobs.contains_key(job) => {}
            Going::Running { .. } => {
                self.going = Going::Nothing;
                let words = "The connection was lost while the document was tried";
                let failure = Failure::new(protocol::Code::Internal, words);
                self.failure =
                    Some(failure.with_hint("look for its runs in Runs, or try it again"));
            }
            Going::Nothing => {
                let fit = jobs.iter().find(|(_, job)| job.view.kind == JobKind::Fit);
                if let Some((job, _)) = fit {
                    self.going = Going::Running { job: *job, wanted: None };
                }
            }
            Going::Starting { .. } => {}
        }
    }

    fn take(&mut self, document: Paper) {
        self.form.document = Some(document);
        self.path = None;
    }

    /// Goes to the comparison of both runs.
    fn compare(&self, scene: &mut Scene<'_>) {
        let view = self.done.as_ref().map(|done| &done.view);
        let runs =
            view.and_then(|view| Some((view.full.run.as_ref()?, view.compressed.run.as_ref()?)));
        match runs {
            Some((full, compressed)) => {
                let (base, candidate) = (full.0.clone(), compressed.0.clone());
                scene.asks.go(Go::Compare { base, candidate });
            }
            None => scene.asks.toast(Toast {
                tone: Tone::Info,
                text: "There are no two runs of a try to compare".into(),
                hint: Some("try a document on the board first".into()),
                undo: None,
            }),
        }
    }

    fn open(&mut self, scene: &mut Scene<'_>) {
        self.dialog = Some(scene.asks.dialog(Dialog::Documents {
            title: "The document to try".into(),
            many: Many::One,
            endings: Vec::new(),
        }));
    }

    /// A text from the clipboard becomes the document, unless a field is being written in.
    fn pastes(&mut self, ui: &Ui) {
        let awaited = ui.input(|input| input.time) < self.pastes_until_s;
        if ui.ctx().text_edit_focused() && !awaited {
            return;
        }
        let pasted = ui.input(|input| {
            input.events.iter().find_map(|event| match event {
                Event::Paste(text) => Some(text.clone()),
                _ => None,
            })
        });
        let Some(text) = pasted else { return };
        self.pastes_until_s = 0.0;
        if !text.trim().is_empty() {
            self.take(fields::pasted(text));
        }
    }
}

impl Panel for Fit {
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        match incoming {
            Incoming::Reply { request, reply } => self.hear_reply(*request, reply, scene),
            Incoming::Event(event) => {
                let protocol::Event::JobFinished { job, outcome } = &**event else { return };
                match &mut self.going {
                    Going::Running { job: ours, wanted } if ours == job => {
                        let wanted = *wanted;
                        self.end(outcome, wanted);
                    }
                    Going::Starting { early, .. } if early.len() < EARLY => {
                        early.push((*job, outcome.clone()));
                    }
                    _ => {}
                }
            }
            Incoming::Connected => {
                if matches!(self.going, Going::Starting { .. }) {
                    self.going = Going::Nothing;
                }
            }
            Incoming::Lost { .. } => {}
        }
    }

    fn told(&mut self, told: &Told, _scene: &mut Scene<'_>) {
        let Told::Chosen { dialog, chosen } = told else { return };
        if self.dialog != Some(*dialog) {
            return;
        }
        self.dialog = None;
        match chosen {
            Chosen::Documents(sources) => {
                if let Some(source) = sources.first() {
                    self.take(Paper::of(source.clone()));
                }
            }
            Chosen::Paths(_) => {}
            Chosen::Nothing => {}
            Chosen::Unavailable { why } => self.path = Some((String::new(), why.clone())),
        }
    }

    fn dropped(&mut self, files: &[DocumentSource], scene: &mut Scene<'_>) -> bool {
        let Some(first) = files.first() else { return false };
        let paper = Paper::of(first.clone());
        if files.len() > 1 {
            let text = format!("One document is tried at a time: {} was taken", paper.name);
            let hint = Some("Compress takes several".into());
            scene.asks.toast(Toast { tone: Tone::Info, text, hint, undo: None });
        }
        self.take(paper);
        true
    }

    fn enter(&mut self, go: &Go, _scene: &mut Scene<'_>) {
        if let Go::Fit(handed) = go {
            self.take(Paper::from(handed));
        }
    }

    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        match action {
            Action::StartFit => self.start(scene),
            Action::ChooseFitDocument => self.open(scene),
            Action::CompareFit => self.compare(scene),
            _ => return false,
        }
        true
    }

    fn aloud(&self, model: &Model) -> Vec<String> {
        let document = self.form.document.as_ref();
        let document = document.map(|paper| format!("The document to try: {}", paper.name));
        let idle = matches!(self.going, Going::Nothing);
        let problems = self.form.spec(model).err().filter(|_| idle).unwrap_or_default();
        let problem = problems.first().map(|problem| format!("Not ready: {}", problem.sentence()));
        let failure = self.failure.as_ref().map(ToString::to_string);
        let done = self.done.as_ref().map(|done| result_ui::aloud(&done.view));
        let before = document.into_iter().chain(problem).chain(failure);
        before.chain(done.into_iter().flatten()).collect()
    }

    fn fields(&self, model: &Model) -> Vec<Field> {
        let path = self.path.as_ref();
        let path = path.map(|(path, _)| Field::line("path", "Path of the document", path));
        path.into_iter().chain(fields::fields(&self.form, model)).collect()
    }

    fn write(&mut self, field: &str, value: &str, _: &mut Scene<'_>) {
        match field {
            "path" if !value.trim().is_empty() => {
                self.take(Paper::of(DocumentSource::File(value.trim().into())));
            }
            _ => fields::write(&mut self.form, field, value),
        }
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        self.pastes(ui);
        let problems = self.form.spec(scene.model).err().unwrap_or_default();
        let idle = matches!(self.going, Going::Nothing);
        let mut start = false;
        kit::page(
            ui,
            "Fit",
            |ui| {
                let words = problems.first().map(form::Problem::sentence);
                let words = words.as_deref();
                start = ui
                    .add_enabled_ui(idle && words.is_none(), |ui| {
                        let word = "Try it on the board";
                        let button = kit::button(ui, Weight::Primary, Some(Icon::Play), word);
                        button.on_disabled_hover_text(words.unwrap_or("A try goes on")).clicked()
                    })
                    .inner;
                if let Some(words) = words {
                    let palette = Palette::here(ui);
                    ui.label(egui::RichText::new(words).color(palette.faint));
                }
            },
            |ui| {
                let wide = ui.available_width();
                if wide < BESIDE {
                    self.form_ui(ui, scene, &problems);
                    ui.add_space(space::LARGE);
                    self.work_ui(ui, scene);
                    return;
                }
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = space::LARGE;
                    let down = egui::Layout::top_down(egui::Align::Min);
                    ui.allocate_ui_with_layout(vec2(FORM, 0.0), down, |ui| {
                        ui.set_width(FORM);
                        ui.spacing_mut().item_spacing.x = space::SMALL;
                        self.form_ui(ui, scene, &problems);
                    });
                    let rest = wide - FORM - space::LARGE;
                    let tall = ui.available_height();
                    ui.allocate_ui_with_layout(vec2(rest, tall), down, |ui| {
                        ui.set_width(rest);
                        ui.spacing_mut().item_spacing.x = space::SMALL;
                        self.work_ui(ui, scene);
                    });
                });
            },
        );
        if start {
            self.start(scene);
        }
    }

    fn memory(&self) -> Option<String> {
        let mut form = self.form.clone();
        // What was pasted is not ours to keep.
        form.document =
            form.document.filter(|paper| matches!(paper.source, DocumentSource::File(_)));
        serde_json::to_string(&form).ok()
    }

    fn recall(&mut self, memory: &str) {
        if let Ok(form) = serde_json::from_str(memory) {
            self.form = form;
        }
    }
}
