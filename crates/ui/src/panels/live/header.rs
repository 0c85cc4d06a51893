//! Which run it is, how it goes, and the button that ends it.

use egui::text::LayoutJob;
use egui::{Align, Layout, Popup, RichText, ScrollArea, Ui, pos2};
use protocol::moment::moment;
use protocol::numbers::{short, with_unit};
use protocol::{Command, MetricSpec, RunId, RunStatus, RunSummary};

use super::{Live, PAUSED};
use crate::asks::{Go, Place};
use crate::icon::Icon;
use crate::kit::{self, Weight};
use crate::model::{Going, Model};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::words::model_words;

/// Finished runs that are offered; the room of the runs has them all.
const OFFERED: usize = 40;

impl Live {
    /// The line with the run, and the line with its figures.
    pub(super) fn header(&mut self, ui: &mut Ui, run: &RunId, scene: &mut Scene<'_>) {
        let model = scene.model;
        let summary = self.choice.summary(model).cloned();
        let going = model.going.get(run);
        ui.horizontal(|ui| {
            ui.set_min_height(32.0);
            ui.label(RichText::new("Live").font(text::title()));
            ui.add_space(space::SMALL);
            self.chooser(ui, run, summary.as_ref(), scene);
            if let Some(summary) = &summary {
                state(ui, summary, going.is_some());
                // In a row of their own height, not of the buttons'.
                let row = Layout::left_to_right(Align::Center);
                ui.allocate_ui_with_layout(egui::vec2(0.0, 20.0), row, |ui| {
                    kit::labels(ui, summary.synthetic, summary.emulated);
                });
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if going.is_some() {
                    self.stop_button(ui, run, scene);
                } else if kit::button(ui, Weight::Quiet, None, "Details").clicked() {
                    scene.asks.go(Go::Show(run.clone()));
                }
            });
        });
        ui.add_space(space::HAIR);
        ui.horizontal(|ui| match going {
            Some(going) => self.going_figures(ui, going, scene.now_ms),
            None => finished_figures(ui, summary.as_ref()),
        });
    }

    fn stop_button(&mut self, ui: &mut Ui, run: &RunId, scene: &mut Scene<'_>) {
        let stopping = self.stopping.as_ref().is_some_and(|(of, _)| of == run);
        let word = if stopping { "Stopping…" } else { "Stop" };
        let pressed = ui
            .add_enabled_ui(!stopping, |ui| kit::button(ui, Weight::Danger, Some(Icon::Stop), word))
            .inner
            .on_hover_text("What was recorded is kept");
        if pressed.clicked() {
            self.stop(run.clone(), scene);
        }
    }

    /// Ends a run; what was recorded is kept.
    pub(super) fn stop(&mut self, run: RunId, scene: &mut Scene<'_>) {
        if self.stopping.as_ref().is_some_and(|(of, _)| *of == run) {
            return;
        }
        let request = scene.asks.send(Command::StopRun { run: run.clone() });
        self.stopping = Some((run, request));
    }

    fn going_figures(&self, ui: &mut Ui, going: &Going, now_ms: i64) {
        let run = &going.run;
        let current = (run.repetitions_done + 1).min(run.repetitions.max(1));
        let rate = going.tokens_per_s.map_or("—".into(), |rate| format!("{} tok/s", short(rate)));
        let last = run.repetitions;
        let wide = room(ui, 104.0, &format!("{last} of {last}"));
        figure(ui, wide, "Repetition", &format!("{current} of {last}"));
        figure(ui, 104.0, "Tokens in it", &going.tokens.to_string());
        figure(ui, 116.0, "Rate now", &rate);
        figure(ui, 96.0, "Elapsed", &clock(now_ms - run.summary.created_ms));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if self.sight.is_held() {
                let palette = Palette::here(ui);
                kit::chip(ui, PAUSED, palette.open, palette.open_back);
            }
            figure(ui, f32::INFINITY, "Doing", if run.doing.is_empty() { "—" } else { &run.doing });
        });
    }

    /// A button with the run's name; a list of others under it.
    fn chooser(
        &mut self,
        ui: &mut Ui,
        run: &RunId,
        summary: Option<&RunSummary>,
        scene: &mut Scene<'_>,
    ) {
        let name = summary.map_or_else(|| run.0.clone(), title);
        let button = kit::button(ui, Weight::Plain, Some(Icon::Down), &cut(&name, 44));
        button.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::ComboBox, true, format!("Run: {name}"))
        });
        if let Some(summary) = summary {
            button.clone().on_hover_text(format!(
                "{}\n{}",
                moment(summary.created_ms),
                summary.run
            ));
        }
        let mut chosen = None;
        let mut all = false;
        Popup::menu(&button).width(460.0).show(|ui| {
            ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                chosen = list(ui, run, scene.model, scene.now_ms);
            });
            ui.separator();
            all = ui.button("All runs…").clicked();
        });
        if let Some(chosen) = chosen {
            self.show(chosen);
        }
        if all {
            scene.asks.go(Go::To(Place::Runs));
        }
    }
}

/// Runs to choose from, those that go on first.
fn list(ui: &mut Ui, current: &RunId, model: &Model, now_ms: i64) -> Option<RunId> {
    let mut chosen = None;
    let going = model.going.values().map(|going| &going.run.summary);
    let finished =
        model.recent.iter().filter(|summary| !model.going.contains_key(&summary.run)).take(OFFERED);
    for summary in going.chain(finished) {
        let made = [(summary.synthetic, " · SYNTHETIC"), (summary.emulated, " · EMULATED")];
        let made: String = made.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        let when = match model.going.contains_key(&summary.run) {
            true => "recording".to_owned(),
            false => ago(now_ms - summary.created_ms),
        };
        let words = format!("{} · {when}{made}", cut(&title(summary), 38));
        let response = ui.selectable_label(summary.run == *current, words);
        if response.clicked() {
            chosen = Some(summary.run.clone());
        }
        response.on_hover_text(format!("{}\n{}", moment(summary.created_ms), summary.run));
    }
    chosen
}

fn title(summary: &RunSummary) -> String {
    format!("{} · {}", summary.board, model_words(summary))
}

/// The first letters of what is too long.
fn cut(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    let kept: String = words.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn ago(ms: i64) -> String {
    match ms / 1000 {
        s if s < 60 => "just now".into(),
        s if s < 3600 => format!("{} min ago", s / 60),
        s if s < 172_800 => format!("{} h ago", s / 3600),
        s => format!("{} days ago", s / 86_400),
    }
}

/// The run in sentences, for who does not see it; without what changes with every token.
pub(super) fn aloud(summary: &RunSummary, going: bool) -> Vec<String> {
    let reason = summary.reason.as_ref().filter(|_| !going);
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    let made = [(summary.synthetic, ", SYNTHETIC"), (summary.emulated, ", EMULATED")];
    let made: String = made.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    let state = format!("{}{made}: {}{reason}", title(summary), state_word(summary, going));
    let figures = [("Rate", summary.rate()), ("First token", summary.wait())];
    let figures = figures.into_iter().filter(|_| !going).filter_map(|(name, found)| {
        let (metric, value) = found?;
        Some(format!("{name}, median: {}", with_unit(value, metric.unit)))
    });
    [state].into_iter().chain(figures).collect()
}

fn state_word(summary: &RunSummary, going: bool) -> &'static str {
    match (going, summary.status) {
        (true, _) | (_, RunStatus::Recording) => "Recording",
        (_, RunStatus::Complete) => "Complete",
        (_, RunStatus::Aborted) => "Stopped early",
        (_, RunStatus::Lost) => "Lost",
    }
}

fn state(ui: &mut Ui, summary: &RunSummary, going: bool) {
    let palette = Palette::here(ui);
    let (ink, back) = match (going, summary.status) {
        (true, _) | (_, RunStatus::Recording) => (palette.accent, palette.selected),
        (_, RunStatus::Complete) => (palette.good, palette.good_back),
        (_, RunStatus::Aborted) => (palette.open, palette.open_back),
        (_, RunStatus::Lost) => (palette.bad, palette.bad_back),
    };
    let chip = kit::chip(ui, state_word(summary, going), ink, back);
    if let Some(reason) = summary.reason.as_ref().filter(|_| !going) {
        chip.on_hover_text(reason);
    }
}

fn finished_figures(ui: &mut Ui, summary: Option<&RunSummary>) {
    let Some(summary) = summary else {
        figure(ui, 168.0, "Recorded", "—");
        return;
    };
    let headline = |found: Option<(&MetricSpec, f64)>| {
        found.map_or("—".into(), |(metric, value)| with_unit(value, metric.unit))
    };
    figure(ui, 168.0, "Recorded", &ago_or_moment(summary));
    let took = summary.finished_ms.map_or("—".into(), |end| match end - summary.created_ms {
        // A clock's 0:00 says nothing.
        short @ 0..10_000 => with_unit(short as f64, "ms"),
        long => clock(long),
    });
    figure(ui, 96.0, "Took", &took);
    figure(ui, 116.0, "Rate, median", &headline(summary.rate()));
    let inferences = summary.wait().is_some_and(|(metric, _)| metric.name == "inference_ms");
    let name = if inferences { "Inference, median" } else { "First token, median" };
    figure(ui, 140.0, name, &headline(summary.wait()));
    if let Some((metric, _)) = summary.energy() {
        let inferences = metric.name.ends_with("inference");
        let what = if inferences { "inference" } else { "token" };
        figure(ui, 150.0, &format!("Energy per {what}, median"), &headline(summary.energy()));
    }
}

fn ago_or_moment(summary: &RunSummary) -> String {
    // The date is enough here; the exact moment is on the chooser.
    moment(summary.created_ms).chars().take(16).collect()
}

/// Minutes and seconds.
fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// The width of a column, at least `least` points, that the longest value which it will show fits into.
fn room(ui: &Ui, least: f32, longest: &str) -> f32 {
    let galley =
        ui.painter().layout_no_wrap(longest.to_owned(), text::heading(), Palette::here(ui).ink);
    least.max(galley.size().x.ceil() + 12.0)
}

/// A figure with its name over it, in a column that never moves.
fn figure(ui: &mut Ui, wide: f32, name: &str, value: &str) {
    let palette = Palette::here(ui);
    let size = egui::vec2(wide.min(ui.available_width().max(40.0)), 34.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    let painter = ui.painter().with_clip_rect(rect);
    painter.text(rect.min, egui::Align2::LEFT_TOP, name, text::small(), palette.soft);
    let font = text::heading();
    let mut job = LayoutJob::simple(value.to_owned(), font, palette.ink, rect.width());
    job.wrap.max_rows = 1;
    let galley = painter.layout_job(job);
    painter.galley(pos2(rect.left(), rect.bottom() - galley.size().y), galley, palette.ink);
    let said = format!("{name}: {value}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_a_clock() {
        assert_eq!(clock(62_000), "1:02");
        assert_eq!(clock(3_723_000), "1:02:03");
        assert_eq!(clock(-5), "0:00");
    }

    #[test]
    fn long_names_are_cut_between_letters() {
        assert_eq!(cut("größer als der Platz", 8), "größer…");
        assert_eq!(cut("kurz", 8), "kurz");
    }
}
