//! What lies between the markers, or in sight where there are none.

use egui::{Align2, Color32, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use protocol::numbers::{short, with_unit};
use protocol::{BetweenView, LatencyPercentiles, SignalStats, ViewFrame};

use super::Live;
use super::lanes;
use super::markers::Marker;
use crate::icon::Icon;
use crate::kit;
use crate::plot::time_text;
use crate::theme::{Palette, space, text};
use crate::toast::Tone;

const LINE: f32 = 18.0;

impl Live {
    /// The card.
    pub(super) fn stats(&mut self, ui: &mut Ui, frame: &ViewFrame) {
        match self.markers.any() {
            true => self.between_ui(ui, frame),
            false => in_sight(ui, frame),
        }
    }

    fn between_ui(&mut self, ui: &mut Ui, frame: &ViewFrame) {
        let mut clear = false;
        kit::titled(
            ui,
            "Between the markers",
            |ui| clear = kit::icon_button(ui, Icon::Close, "Clear markers").clicked(),
            |ui| {
                let exact = (frame.to_ms - frame.from_ms) / 1000.0;
                for marker in Marker::BOTH {
                    let at = self.markers.at(marker).map(|at| time_text(at, exact));
                    let name = format!("Marker {}", marker.letter());
                    pair(ui, [(&name, at.as_deref().unwrap_or("—")), ("", "")]);
                }
                let Some([from, to]) = self.markers.pair() else {
                    ui.add_space(space::HAIR);
                    kit::soft(ui, "Click into the plots to place the other marker");
                    return;
                };
                let delta = with_unit(to - from, "ms");
                let rate = format!("{} Hz", short(1000.0 / (to - from)));
                pair(ui, [("Apart", &delta), ("1/Δt", &rate)]);
                if let Some(problem) = self.between.problem() {
                    ui.add_space(space::SMALL);
                    kit::notice(ui, Tone::Failure, &problem.message, problem.hint.as_deref());
                }
                if let Some(view) = self.between.answer() {
                    answer(ui, view);
                }
            },
        );
        if clear {
            self.clear_markers();
        }
    }
}

fn answer(ui: &mut Ui, view: &BetweenView) {
    let palette = Palette::here(ui);
    if let Some(latency) = &view.latency {
        ui.add_space(space::SMALL);
        percentiles(ui, latency);
    }
    let mut own = 0;
    for stats in &view.signals {
        let ink = lanes::ink(&stats.name, own, palette);
        own += usize::from(protocol::signal(&stats.name).is_none());
        ui.add_space(space::MEDIUM);
        signal(ui, stats, ink);
    }
    if view.signals.is_empty() {
        ui.add_space(space::SMALL);
        kit::soft(ui, "No signal has a sample between them");
    }
}

fn signal(ui: &mut Ui, stats: &SignalStats, ink: Color32) {
    let palette = Palette::here(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let title = lanes::title(&stats.name);
    let painter = ui.painter();
    let middle = rect.center().y;
    painter.hline(rect.left()..=rect.left() + 10.0, middle, egui::Stroke::new(2.5, ink));
    let at = pos2(rect.left() + 16.0, middle);
    painter.text(at, Align2::LEFT_CENTER, &title, text::strong(), palette.ink);
    let samples = match stats.samples {
        1 => "1 sample".to_owned(),
        samples => format!("{samples} samples"),
    };
    let (samples, tint) = match stats.missing {
        0 => (samples, palette.faint),
        missing => (format!("{samples}, {missing} missing"), palette.open),
    };
    let at = pos2(rect.right(), middle);
    painter.text(at, Align2::RIGHT_CENTER, &samples, text::small(), tint);
    let name = format!("{title}: {samples}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    let value = |value: Option<f64>| said(value, &stats.unit);
    pair(ui, [("Mean", &value(stats.mean)), ("SD", &value(stats.sd))]);
    pair(ui, [("Min", &value(stats.min)), ("Max", &value(stats.max))]);
    let integral = said(stats.integral, &stats.integral_unit);
    let rate = stats.rate_per_s.map_or("—".into(), |rate| format!("{} /s", short(rate)));
    let sums = protocol::signal(&stats.name)
        .is_some_and(|spec| spec.sampling == protocol::Sampling::PerToken);
    match stats.integral {
        Some(_) => {
            let name = if sums { "Sum" } else { "Integral" };
            pair(ui, [(name, &integral), ("Rate", &rate)]);
        }
        // An integral of a memory says nothing.
        None => pair(ui, [("Rate", &rate), ("", "")]),
    }
    if stats.rounded {
        ui.label(
            egui::RichText::new("Edges widened by up to 127 samples: the raw ones are gone")
                .font(text::small())
                .color(palette.faint),
        );
    }
}

fn said(value: Option<f64>, unit: &str) -> String {
    value.map_or("—".into(), |value| match unit {
        "" => short(value),
        // Byte seconds have no multiple a person would say.
        "B·s" => format!("{}·s", with_unit(value, "B")),
        unit => with_unit(value, unit),
    })
}

/// Without markers: what is in sight.
fn in_sight(ui: &mut Ui, frame: &ViewFrame) {
    kit::titled(
        ui,
        "In view",
        |_| {},
        |ui| {
            let span = with_unit(frame.to_ms - frame.from_ms, "ms");
            let tokens = frame.token_count.to_string();
            pair(ui, [("Window", &span), ("Tokens", &tokens)]);
            ui.add_space(space::HAIR);
            match &frame.latency {
                Some(latency) => percentiles(ui, latency),
                None => {
                    kit::soft(ui, "No time between tokens lies in this window");
                }
            }
            ui.add_space(space::SMALL);
            kit::soft(ui, "Click into the plots, or press M, to measure between two markers");
        },
    );
}

fn percentiles(ui: &mut Ui, latency: &LatencyPercentiles) {
    let palette = Palette::here(ui);
    let samples = if latency.n == 1 { "sample" } else { "samples" };
    let words = format!("Time between tokens, {} {samples}", latency.n);
    ui.label(egui::RichText::new(words).font(text::small()).color(palette.soft));
    let [p50, p90, p95, p99] = [latency.p50_ms, latency.p90_ms, latency.p95_ms, latency.p99_ms]
        .map(|ms| with_unit(ms, "ms"));
    pair(ui, [("p50", &p50), ("p90", &p90)]);
    pair(ui, [("p95", &p95), ("p99", &p99)]);
}

/// Two values side by side in columns that never move.
fn pair(ui: &mut Ui, values: [(&str, &str); 2]) {
    let palette = Palette::here(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let half = (rect.width() - space::LARGE) / 2.0;
    let painter = ui.painter();
    let middle = rect.center().y;
    for (at, (name, value)) in values.iter().enumerate() {
        let left = rect.left() + at as f32 * (half + space::LARGE);
        let name_at = pos2(left, middle);
        painter.text(name_at, Align2::LEFT_CENTER, name, text::small(), palette.soft);
        let value_at = pos2(left + half, middle);
        let font = egui::FontId::proportional(12.5);
        painter.text(value_at, Align2::RIGHT_CENTER, value, font, palette.ink);
    }
    let said: Vec<String> = values
        .iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let said = said.join(", ");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
}
