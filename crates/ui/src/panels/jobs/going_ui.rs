//! What goes on, a card each.

use egui::{Label, Margin, RichText, Sides, Ui};
use protocol::numbers::{bytes, with_unit};
use protocol::{JobId, JobKind, RunId};

use super::{Jobs, kind_words, opens, sign};
use crate::asks::Go;
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::model::{Going, Job};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};

/// Cards are no wider, so that the eye need not travel from a name to its button.
const WIDEST: f32 = 920.0;
/// Room for "about 55 min left", so that nothing moves when it changes.
const LEFT: f32 = 116.0;
/// Room for "100 %".
const PERCENT: f32 = 44.0;

/// What one card shows.
struct Card<'a> {
    sign: Icon,
    title: &'a str,
    labels: (bool, bool),
    /// What it is doing.
    doing: String,
    /// How far it is, in its own unit; empty where nobody knows.
    far: String,
    share: Option<f32>,
    left_s: Option<f64>,
    ending: bool,
    /// On the button that ends it.
    end: &'a str,
    /// On the button that shows it, where it can be seen.
    open: Option<&'a str>,
}

/// What was pressed on a card.
#[derive(PartialEq, Eq)]
enum Press {
    End,
    Open,
}

impl Jobs {
    pub(super) fn going_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        ui.scope(|ui| {
            ui.set_max_width(WIDEST.min(ui.available_width()));
            let model = scene.model;
            if model.going.is_empty() && model.jobs.going.is_empty() {
                kit::soft(ui, "Nothing goes on");
            }
            for (id, going) in model.going.iter().rev() {
                self.run_ui(ui, id, going, scene);
            }
            for (id, job) in model.jobs.going.iter().rev() {
                self.job_ui(ui, *id, job, scene);
            }
        });
    }

    fn run_ui(&mut self, ui: &mut Ui, id: &RunId, going: &Going, scene: &mut Scene<'_>) {
        let run = &going.run;
        let title = format!("{} on {}", run.summary.model, run.summary.board);
        let mut doing = run.doing.clone();
        if let Some(rate) = going.tokens_per_s {
            doing += &format!(" · {}", with_unit(rate, "tok/s"));
        }
        let far = format!("{} of {} repetitions", run.repetitions_done, run.repetitions);
        let card = Card {
            sign: Icon::Pulse,
            title: &title,
            labels: (run.summary.synthetic, run.summary.emulated),
            doing,
            far: if run.repetitions > 0 { far } else { String::new() },
            share: (run.repetitions > 0).then(|| going.share()),
            left_s: run_left_s(going, scene.now_ms),
            ending: self.runs.is(id),
            end: "Stop",
            open: Some("Watch"),
        };
        match ui.push_id(id, |ui| card_ui(ui, &card)).inner {
            Some(Press::End) => self.stop(id, scene),
            Some(Press::Open) => scene.asks.go(Go::Watch(id.clone())),
            None => {}
        }
    }

    fn job_ui(&mut self, ui: &mut Ui, id: JobId, job: &Job, scene: &mut Scene<'_>) {
        let view = &job.view;
        let (sort, _) = kind_words(Some(view.kind));
        let open = opens(Some(view.kind), &view.title, scene.model);
        let far = match (view.total, view.kind) {
            (0, _) => String::new(),
            (total, JobKind::FetchModel) => {
                format!("{} of {}", bytes(view.done as f64), bytes(total as f64))
            }
            (total, _) => format!("{} of {total}", view.done),
        };
        let card = Card {
            sign: sign(Some(view.kind)),
            title: &format!("{sort}: {}", view.title),
            labels: (false, false),
            doing: view.doing.clone(),
            far,
            share: job.share(),
            left_s: job.left_s(scene.now_ms),
            ending: self.jobs.is(&id),
            end: "Cancel",
            open: open.map(|(word, _)| word),
        };
        match ui.push_id(id, |ui| card_ui(ui, &card)).inner {
            Some(Press::End) => self.cancel(id, scene),
            Some(Press::Open) => {
                if let Some((_, place)) = open {
                    scene.asks.go(Go::To(place));
                }
            }
            None => {}
        }
    }
}

/// Seconds left if the repetitions to come take as long as those that were; `None` too early.
fn run_left_s(going: &Going, now_ms: i64) -> Option<f64> {
    let went_s = (now_ms - going.run.summary.created_ms) as f64 / 1e3;
    let share = f64::from(going.share());
    (share > 0.0 && went_s > 0.0).then(|| went_s * (1.0 - share) / share)
}

fn card_ui(ui: &mut Ui, card: &Card<'_>) -> Option<Press> {
    let palette = Palette::here(ui);
    let mut press = None;
    kit::card_with(ui, Margin::symmetric(14, 10), |ui| {
        ui.spacing_mut().item_spacing.y = space::HAIR;
        Sides::new().height(30.0).shrink_left().truncate().show(
            ui,
            |ui| {
                kit::icon(ui, card.sign, palette.soft);
                let title = RichText::new(card.title).font(text::strong());
                ui.add(Label::new(title).truncate()).on_hover_text(card.title);
            },
            |ui| {
                ui.add_enabled_ui(!card.ending, |ui| {
                    let word = if card.ending { "Stopping…" } else { card.end };
                    if kit::button(ui, Weight::Plain, Some(Icon::Stop), word).clicked() {
                        press = Some(Press::End);
                    }
                });
                if let Some(open) = card.open
                    && kit::link(ui, open).clicked()
                {
                    press = Some(Press::Open);
                }
                kit::labels(ui, card.labels.0, card.labels.1);
            },
        );
        let name = format!("{}, how far", card.title);
        match card.share {
            Some(share) => kit::progress(ui, share, &name),
            None => kit::busy(ui, &name),
        };
        Sides::new().height(18.0).shrink_left().truncate().show(
            ui,
            |ui| {
                ui.add(Label::new(RichText::new(&card.doing).color(palette.soft)).truncate());
            },
            |ui| figures_ui(ui, card),
        );
    });
    press
}

fn figures_ui(ui: &mut Ui, card: &Card<'_>) {
    let palette = Palette::here(ui);
    let faint = |words: String| RichText::new(words).font(text::small()).color(palette.faint);
    let left = match (card.left_s, card.share) {
        (Some(left_s), _) => kit::left(left_s),
        (None, Some(_)) => "too early to tell".into(),
        (None, None) => String::new(),
    };
    let fixed = |ui: &mut Ui, width: f32, words: String| {
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        ui.allocate_ui_with_layout(egui::vec2(width, 18.0), layout, |ui| {
            ui.set_min_width(width);
            ui.label(faint(words));
        });
    };
    if !left.is_empty() {
        fixed(ui, LEFT, left);
    }
    if let Some(share) = card.share {
        fixed(ui, PERCENT, format!("{:.0} %", share * 100.0));
    }
    if !card.far.is_empty() {
        ui.label(faint(card.far.clone()));
    }
}
