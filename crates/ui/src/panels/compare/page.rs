//! The page: choosers, then the answer from the verdict down.

use egui::{
    Align, Color32, Frame, Label, Layout, Margin, RichText, Role, Slider, Ui, WidgetInfo, vec2,
};
use protocol::{ComparisonView, Verdict};

use super::chooser::Choosing;
use super::{Compare, curves, differences, effect, forest, markdown, strip, table, words};
use crate::asks::{Go, Place};
use crate::icon::Icon;
use crate::kit::{self, Step, Weight};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::toast::{Toast, Tone};

/// As wide as this, in points, distribution and curves stand side by side.
const BESIDE: f32 = 980.0;
/// Width of a verdict's count, in points.
const COUNT: f32 = 78.0;
/// What is out of date stands there so faint.
const DIM: f32 = 0.45;

/// The colours of base and candidate.
fn colors(palette: &Palette) -> [Color32; 2] {
    [palette.soft, palette.accent]
}

impl Compare {
    pub(super) fn page_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let mut copy = false;
        let ready = self.answer.is_some();
        let current = !self.asking.pending();
        kit::page(
            ui,
            "Compare",
            |ui| {
                if ready {
                    // What is out of date is not to be passed on.
                    copy = ui
                        .add_enabled_ui(current, |ui| {
                            let word = "Copy as Markdown";
                            kit::button(ui, Weight::Plain, Some(Icon::Copy), word).clicked()
                        })
                        .inner;
                }
            },
            |ui| {
                if self.base.is_empty() && self.candidate.is_empty() && !ready {
                    self.choosers_ui(ui, scene);
                    self.empty_ui(ui, scene);
                    return;
                }
                self.choosers_ui(ui, scene);
                self.effect_ui(ui, scene);
                ui.add_space(space::HAIR);
                self.answer_ui(ui, scene);
            },
        );
        if let (true, Some(answer)) = (copy, &self.answer) {
            scene.asks.copy(markdown::markdown(answer));
            scene.asks.toast(Toast::done("The comparison is on the clipboard as Markdown"));
        }
    }

    fn choosers_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let palette = Palette::here(ui);
        let now_s = ui.input(|input| input.time);
        let [base_color, candidate_color] = colors(palette);
        let width = (ui.available_width() - 42.0) / 2.0;
        let mut changed = false;
        let mut swap = false;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::SMALL;
            let [first, second] = &mut self.choosers;
            ui.allocate_ui(vec2(width, 54.0), |ui| {
                let choosing = Choosing {
                    name: "Base",
                    color: base_color,
                    side: &mut self.base,
                    other: &self.candidate,
                };
                ui.push_id("base", |ui| changed |= first.ui(ui, choosing, scene));
            });
            swap = kit::icon_button(ui, Icon::Swap, "Swap base and candidate").clicked();
            ui.allocate_ui(vec2(width, 54.0), |ui| {
                let choosing = Choosing {
                    name: "Candidate",
                    color: candidate_color,
                    side: &mut self.candidate,
                    other: &self.base,
                };
                ui.push_id("candidate", |ui| changed |= second.ui(ui, choosing, scene));
            });
        });
        if swap && !(self.base.is_empty() && self.candidate.is_empty()) {
            self.swap();
        }
        if changed && (self.base.is_empty() || self.candidate.is_empty()) {
            self.asking.forget();
            self.answer = None;
            self.failure = None;
        } else if changed {
            self.asking.soon(now_s);
        }
    }

    fn empty_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let latest = Compare::latest_two(scene);
        let explains = match latest {
            Some(_) => {
                "Choose a base and a candidate: one run each, or several of the same thing. \
                 A change is called one only where its whole interval says so"
            }
            None => "A comparison needs two runs that are over: record them in Bench",
        };
        let steps: &[Step<'_>] = match latest {
            Some(_) => &[Step { icon: Some(Icon::Compare), word: "Latest against the one before" }],
            None => &[Step { icon: Some(Icon::Board), word: "Go to Bench" }],
        };
        let title = "Is it faster, slower, or the same?";
        if kit::empty(ui, Icon::Compare, title, explains, steps).is_none() {
            return;
        }
        match latest {
            Some(_) => {
                self.compare_latest(scene);
                ui.ctx().request_repaint();
            }
            None => scene.asks.go(Go::To(Place::Bench)),
        }
    }

    /// The slider of the smallest effect.
    fn effect_ui(&mut self, ui: &mut Ui, scene: &Scene<'_>) {
        let palette = Palette::here(ui);
        let now_s = ui.input(|input| input.time);
        let now = self.effect(scene);
        ui.horizontal(|ui| {
            ui.label(RichText::new("Smallest effect that matters").color(palette.soft));
            let mut step = effect::nearest(now);
            ui.spacing_mut().slider_width = 180.0;
            let slider = Slider::new(&mut step, 0..=effect::STEPS.len() - 1).show_value(false);
            let slider = ui.add(slider);
            slider.widget_info(|| WidgetInfo {
                value: Some(now),
                current_text_value: Some(effect::share(now)),
                ..WidgetInfo::labeled(Role::Slider, true, "Smallest effect that matters")
            });
            if slider.changed() {
                self.min_effect = effect::STEPS.get(step).copied();
                self.asking.soon(now_s);
            }
            ui.allocate_ui(vec2(54.0, 20.0), |ui| {
                ui.set_min_width(54.0);
                kit::strong(ui, &effect::share(self.effect(scene)));
            });
            let set = effect::parse(scene.model.setting("min_effect"));
            if let (Some(_), Some(set)) = (self.min_effect, set) {
                let word = format!("Back to the setting, {}", effect::share(set));
                if kit::link(ui, &word).clicked() {
                    self.min_effect = None;
                    self.asking.soon(now_s);
                }
            }
        });
    }

    fn answer_ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let now_s = ui.input(|input| input.time);
        if let Some(failure) = &self.failure {
            let hint = failure.hint.as_deref().or(failure.detail.as_deref());
            kit::notice(ui, Tone::Failure, &failure.message, hint);
            if kit::button(ui, Weight::Plain, Some(Icon::Refresh), "Ask again").clicked() {
                self.asking.now();
                ui.ctx().request_repaint();
            }
            return;
        }
        let slow = self.asking.slow(now_s);
        let Some(answer) = self.answer.take() else {
            let missing = match (self.base.is_empty(), self.candidate.is_empty()) {
                (true, _) => Some("Choose a base: what the candidate is held against"),
                (_, true) => Some("Choose a candidate: what is held against the base"),
                _ => None,
            };
            match missing {
                Some(missing) => drop(kit::soft(ui, missing)),
                None if slow => drop(kit::busy(ui, "Comparing")),
                None => {}
            }
            return;
        };
        ui.scope(|ui| {
            if slow {
                ui.multiply_opacity(DIM);
            }
            let view = &*answer;
            verdict_ui(ui, view);
            ui.add_space(space::HAIR);
            table::table_ui(ui, view, &mut self.chosen);
            ui.add_space(space::HAIR);
            if ui.available_width() >= BESIDE {
                ui.columns(2, |columns| {
                    if let [left, right] = columns {
                        self.values_ui(left, view);
                        self.curves_ui(right);
                    }
                });
            } else {
                self.values_ui(ui, view);
                ui.add_space(space::HAIR);
                self.curves_ui(ui);
            }
            ui.add_space(space::HAIR);
            kit::titled(
                ui,
                "What differed",
                |_| {},
                |ui| differences::differences_ui(ui, &view.differences),
            );
            runs_ui(ui, view, scene);
        });
        self.answer = Some(answer);
    }

    fn values_ui(&mut self, ui: &mut Ui, view: &ComparisonView) {
        let palette = Palette::here(ui);
        let chosen = self.chosen.as_ref();
        let Some(metric) = view.metrics.iter().find(|metric| Some(&metric.name) == chosen) else {
            return;
        };
        let title = format!("Values of {}", words::title(&metric.name));
        let beside = |ui: &mut Ui| {
            let words = "a dot a value, box from quartile to quartile, bar at the median";
            ui.add(
                Label::new(RichText::new(words).font(text::small()).color(palette.faint))
                    .truncate(),
            );
        };
        kit::titled(ui, &title, beside, |ui| {
            strip::strip_ui(ui, view, metric, colors(palette), &mut self.picked.value);
        });
    }

    fn curves_ui(&mut self, ui: &mut Ui) {
        let palette = Palette::here(ui);
        let [base, candidate] = colors(palette);
        let beside = |ui: &mut Ui| {
            curves::key_ui(ui, candidate, "Candidate");
            ui.add_space(space::SMALL);
            curves::key_ui(ui, base, "Base");
        };
        kit::titled(ui, "Latency over the place in the text", beside, |ui| {
            ui.set_min_height(190.0);
            if let Some(failure) = &self.curves.failure {
                kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
                return;
            }
            let [left, right] = &self.curves.sides;
            if left.is_empty() && right.is_empty() {
                if self.curves.asked.iter().all(Option::is_none) {
                    kit::soft(ui, "No times between tokens were recorded on either side");
                }
                return;
            }
            curves::curves_ui(ui, [left, right], [base, candidate], &mut self.picked.place);
        });
    }
}

/// What came out: the verdict as a sentence, what it can claim, how many of each.
fn verdict_ui(ui: &mut Ui, view: &ComparisonView) {
    let palette = Palette::here(ui);
    let (ink, back) = forest::colors(palette, view.verdict);
    let frame = Frame::new()
        .fill(back)
        .corner_radius(space::CORNER)
        .inner_margin(Margin::symmetric(16, 14));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            let counts = 4.0 * COUNT;
            let width = (ui.available_width() - counts - space::LARGE).max(200.0);
            ui.allocate_ui_with_layout(vec2(width, 44.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = space::HAIR;
                let sentence = RichText::new(words::sentence(view)).font(text::heading());
                ui.add(Label::new(sentence.color(ink)).wrap());
                ui.horizontal_wrapped(|ui| {
                    kit::labels(ui, view.synthetic, view.emulated);
                    ui.label(RichText::new(words::scope(view)).color(palette.soft));
                });
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                for (verdict, count) in words::counts(&view.metrics).into_iter().rev() {
                    count_ui(ui, verdict, count);
                }
            });
        });
    });
}

fn count_ui(ui: &mut Ui, verdict: Verdict, count: usize) {
    let palette = Palette::here(ui);
    let (ink, _) = forest::colors(palette, verdict);
    let word = match verdict {
        Verdict::Improved => "improved",
        Verdict::Unchanged => "unchanged",
        Verdict::Regressed => "regressed",
        Verdict::Inconclusive => "inconclusive",
    };
    let shown =
        ui.allocate_ui_with_layout(vec2(COUNT, 40.0), Layout::top_down(Align::Center), |ui| {
            ui.set_width(COUNT);
            ui.spacing_mut().item_spacing.y = 0.0;
            let ink = if count == 0 { palette.faint } else { ink };
            ui.label(RichText::new(count.to_string()).font(text::figure()).color(ink));
            ui.label(RichText::new(word).font(text::small()).color(ink));
        });
    shown
        .response
        .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{count} {word}")));
}

/// Ways on from here: the runs themselves.
fn runs_ui(ui: &mut Ui, view: &ComparisonView, scene: &mut Scene<'_>) {
    let ([base], [candidate]) = (&view.base[..], &view.candidate[..]) else { return };
    ui.horizontal(|ui| {
        for (word, run) in [("Watch the base", base), ("Watch the candidate", candidate)] {
            if kit::button(ui, Weight::Plain, Some(Icon::Pulse), word).clicked() {
                scene.asks.go(Go::Watch(run.clone()));
            }
        }
    });
}
