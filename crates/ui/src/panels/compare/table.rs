//! The metrics, worst first: a verdict, both medians, the change and its interval.

use egui::{
    Align2, Color32, FontId, Label, Margin, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use protocol::numbers::percent;
use protocol::{ComparisonView, MetricVerdict};

use super::forest;
use super::words;
use crate::kit;
use crate::plot::{Notation, Scale};
use crate::theme::{Palette, space, text};

const HEAD: f32 = 34.0;
const ROW: f32 = 38.0;
/// Narrower than this, in points, the interval's numbers stand in the details alone.
const WIDE: f32 = 980.0;
/// Narrower than this, p and the counts do too.
const NARROW: f32 = 700.0;
/// Narrower than this, the table is moved sideways under its edge.
const LEAST: f32 = 580.0;

/// Where the columns lie, in points from the table's left edge.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Columns {
    verdict: f32,
    title: f32,
    /// Right edge of the base's number.
    base: f32,
    arrow: f32,
    /// Right edge of the candidate's number.
    candidate: f32,
    unit: f32,
    /// Right edge.
    change: f32,
    /// Left edge, where there is room.
    interval: Option<f32>,
    forest: [f32; 2],
    /// Right edges of p and of the counts, where there is room.
    counts: Option<[f32; 2]>,
    /// Where the last column ends.
    end: f32,
}

impl Columns {
    fn within(width: f32) -> Columns {
        let end = width - 16.0;
        let counts = (width >= NARROW).then_some([end - 58.0, end]);
        let title = 122.0;
        let wide = width >= WIDE;
        let title_width = if wide { (width * 0.15).clamp(140.0, 220.0) } else { 136.0 };
        let base = title + title_width + 58.0;
        let arrow = base + 13.0;
        let candidate = arrow + 66.0;
        let unit = candidate + 4.0;
        let change = unit + 40.0 + 66.0;
        let interval = wide.then_some(change + 12.0);
        let from = interval.map_or(change + 16.0, |interval| interval + 122.0);
        let to = counts.map_or(end, |[p, _]| p - 64.0).max(from + 40.0);
        Columns {
            verdict: 16.0,
            title,
            base,
            arrow,
            candidate,
            unit,
            change,
            interval,
            forest: [from, to],
            counts,
            end,
        }
    }
}

/// Draws the table; `chosen` is the metric whose details are open.
pub(super) fn table_ui(ui: &mut Ui, view: &ComparisonView, chosen: &mut Option<String>) {
    kit::card_with(ui, Margin::ZERO, |ui| {
        kit::at_least(ui, LEAST, |ui| rows_ui(ui, view, chosen));
    });
}

fn rows_ui(ui: &mut Ui, view: &ComparisonView, chosen: &mut Option<String>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let columns = Columns::within(ui.available_width());
    let reach = forest::reach(&view.metrics);
    let left = ui.cursor().left();
    let axis = forest::axis(reach, left + columns.forest[0], left + columns.forest[1]);
    head_ui(ui, &columns, &axis);
    let sorted = words::worst_first(&view.metrics);
    for (at, metric) in sorted.iter().enumerate() {
        let open = chosen.as_ref() == Some(&metric.name);
        if row_ui(ui, metric, &columns, &axis, open) {
            *chosen = Some(metric.name.clone());
        }
        if open {
            details_ui(ui, metric, view.min_effect, &columns);
        }
        if at + 1 < sorted.len() {
            let line = ui.cursor().top();
            let across = left + 16.0..=left + columns.end;
            ui.painter().hline(across, line, Stroke::new(1.0, Palette::here(ui).grid));
        }
    }
    ui.add_space(6.0);
}

fn head_ui(ui: &mut Ui, columns: &Columns, axis: &Scale) {
    let palette = Palette::here(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let painter = ui.painter();
    let y = rect.bottom() - 8.0;
    let word = |x: f32, align: Align2, word: &str| {
        painter.text(pos2(rect.left() + x, y), align, word, text::small(), palette.soft);
    };
    word(columns.verdict, Align2::LEFT_BOTTOM, "Verdict");
    word(columns.title, Align2::LEFT_BOTTOM, "Metric");
    word(columns.base, Align2::RIGHT_BOTTOM, "Base");
    word(columns.candidate, Align2::RIGHT_BOTTOM, "Candidate");
    word(columns.change, Align2::RIGHT_BOTTOM, "Change");
    if let Some(interval) = columns.interval {
        word(interval, Align2::LEFT_BOTTOM, "95 % interval");
    }
    if let Some([p, n]) = columns.counts {
        word(p, Align2::RIGHT_BOTTOM, "p");
        word(n, Align2::RIGHT_BOTTOM, "n");
    }
    // The axis of the forest: percent, with a sign. Its ticks are those of the percentages.
    let percents = Scale::new(axis.from * 100.0, axis.to * 100.0, axis.from_pt, axis.to_pt);
    for tick in percents.ticks(58.0) {
        let at = percents.at(tick.value);
        if at < axis.from_pt + 14.0 || at > axis.to_pt - 14.0 {
            continue;
        }
        let label = match tick.value {
            0.0 => "0".to_owned(),
            value if value > 0.0 => format!("+{} %", tick.label),
            _ => format!("{} %", tick.label),
        };
        painter.text(pos2(at, y), Align2::CENTER_BOTTOM, label, text::axis(), palette.faint);
    }
    let line = Stroke::new(1.0, palette.line);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, line);
}

/// One metric. Whether it was pressed.
fn row_ui(
    ui: &mut Ui,
    metric: &MetricVerdict,
    columns: &Columns,
    axis: &Scale,
    open: bool,
) -> bool {
    let palette = Palette::here(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let title = words::title(&metric.name);
    let change = metric.change.map_or_else(|| "—".to_owned(), percent);
    if ui.is_rect_visible(rect) {
        let back = match (open, response.hovered()) {
            (true, _) => palette.selected,
            (false, true) => palette.raised,
            (false, false) => Color32::TRANSPARENT,
        };
        ui.painter().rect_filled(rect.shrink2(vec2(1.0, 0.0)), 0.0, back);
        if response.has_focus() {
            let ring = Stroke::new(1.5, palette.accent);
            let inside = rect.shrink2(vec2(2.0, 1.0));
            ui.painter().rect_stroke(inside, 4.0, ring, StrokeKind::Inside);
        }
        let chip = Rect::from_min_max(
            pos2(rect.left() + columns.verdict, rect.top() + 8.0),
            pos2(rect.left() + columns.title - 4.0, rect.bottom()),
        );
        kit::verdict(&mut ui.new_child(UiBuilder::new().max_rect(chip)), metric.verdict);
        cells(ui, metric, columns, rect, title, &change);
        let strip = Rect::from_x_y_ranges(
            axis.from_pt..=axis.to_pt,
            rect.top() + 5.0..=rect.bottom() - 5.0,
        );
        forest::paint(ui.painter(), palette, strip, &forest::row(metric, axis), metric);
    }
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, open, format!("{title}: {change}"))
    });
    let pressed = response.clicked();
    response.on_hover_text(format!("{title}: {}", metric.why));
    pressed
}

fn cells(
    ui: &Ui,
    metric: &MetricVerdict,
    columns: &Columns,
    rect: Rect,
    title: &str,
    change: &str,
) {
    let palette = Palette::here(ui);
    let painter = ui.painter();
    let y = rect.center().y;
    let body = FontId::proportional(13.0);
    let word = |x: f32, align: Align2, word: &str, ink: Color32| {
        painter.text(pos2(rect.left() + x, y), align, word, body.clone(), ink);
    };
    let room = columns.base - 62.0 - columns.title;
    let galley = ui.fonts_mut(|fonts| {
        let mut job =
            egui::text::LayoutJob::simple_singleline(title.to_owned(), text::strong(), palette.ink);
        job.wrap = egui::text::TextWrapping::truncate_at_width(room.max(60.0));
        fonts.layout_job(job)
    });
    let at = pos2(rect.left() + columns.title, y - galley.size().y / 2.0);
    painter.galley(at, galley, palette.ink);
    let medians: Vec<f64> =
        [metric.base.median, metric.candidate.median].into_iter().flatten().collect();
    let notation = Notation::of(&medians, &metric.unit);
    let number = |median: Option<f64>| median.map_or("—".into(), |value| notation.number(value));
    word(columns.base, Align2::RIGHT_CENTER, &number(metric.base.median), palette.ink);
    word(columns.arrow, Align2::CENTER_CENTER, "→", palette.faint);
    word(columns.candidate, Align2::RIGHT_CENTER, &number(metric.candidate.median), palette.ink);
    word(columns.unit, Align2::LEFT_CENTER, &notation.unit, palette.soft);
    let (ink, _) = forest::colors(palette, metric.verdict);
    let at = pos2(rect.left() + columns.change, y);
    painter.text(at, Align2::RIGHT_CENTER, change, text::strong(), ink);
    if let Some(interval) = columns.interval {
        match metric.ci95 {
            Some([low, high]) => {
                word(interval, Align2::LEFT_CENTER, &between([low, high]), palette.soft);
            }
            None => word(interval, Align2::LEFT_CENTER, "too few values", palette.faint),
        }
    }
    if let Some([p, n]) = columns.counts {
        let [probability, counts] = p_and_n(metric);
        word(p, Align2::RIGHT_CENTER, &probability, palette.soft);
        word(n, Align2::RIGHT_CENTER, &counts, palette.soft);
    }
}

fn p_and_n(metric: &MetricVerdict) -> [String; 2] {
    let p = metric.p.map_or("—".into(), words::probability);
    let n = match (metric.base.n, metric.candidate.n) {
        (base, candidate) if base == candidate => format!("{base}"),
        (base, candidate) => format!("{base} / {candidate}"),
    };
    [p, n]
}

/// An interval of percentages in the room of its column: its unit once, and no places where they
/// would say nothing.
fn between(ends: [f64; 2]) -> String {
    let places = usize::from(ends.iter().all(|end| end.abs() < 1.0));
    let [low, high] = ends.map(|end| {
        let sign = if end < 0.0 { "−" } else { "+" };
        format!("{sign}{:.places$}", end.abs() * 100.0)
    });
    format!("{low} to {high} %")
}

/// What is behind a verdict.
fn details_ui(ui: &mut Ui, metric: &MetricVerdict, min_effect: f64, columns: &Columns) {
    let palette = Palette::here(ui);
    let frame = egui::Frame::new().fill(palette.sunk).inner_margin(Margin {
        left: columns.title as i8,
        right: 16,
        top: 10,
        bottom: 10,
    });
    let out = frame.outer_margin(Margin::symmetric(1, 0));
    out.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::HAIR;
        let sentence = |words: &str| {
            let mut chars = words.chars();
            let first = chars.next().map(|first| first.to_uppercase().to_string());
            first.unwrap_or_default() + chars.as_str()
        };
        ui.add(Label::new(RichText::new(sentence(&metric.why)).font(text::strong())).wrap());
        let interval = match (metric.ci95, words::no_interval(metric)) {
            (Some([low, high]), _) => {
                format!("95 % interval of the change: {} to {}", percent(low), percent(high))
            }
            (None, Some(why)) => format!("95 % interval of the change: none, {why}"),
            (None, None) => String::new(),
        };
        kit::soft(ui, &interval);
        if columns.counts.is_none() {
            let [p, n] = p_and_n(metric);
            kit::soft(ui, &format!("p {p}; n {n}"));
        }
        kit::soft(ui, &words::threshold(metric, min_effect));
        let way = words::direction(metric.direction);
        let meaning = match protocol::metric(&metric.name) {
            Some(spec) => format!("{}: {}; {way}", sentence(spec.title), spec.meaning),
            None => format!("{}: {way}", metric.name),
        };
        kit::soft(ui, &meaning);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_fits_its_column() {
        assert_eq!(between([-0.134, 0.108]), "−13.4 to +10.8 %");
        assert_eq!(between([-1.4, 2.2]), "−140 to +220 %");
    }

    #[test]
    fn no_column_runs_into_the_next_at_any_width() {
        for width in [LEAST, 620.0, 700.0, 898.0, 979.0, 981.0, 1154.0, 1794.0] {
            let c = Columns::within(width);
            let mut edges =
                vec![c.verdict, c.title, c.base, c.arrow, c.candidate, c.unit, c.change];
            edges.extend(c.interval);
            edges.extend(c.forest);
            edges.extend(c.counts.into_iter().flatten());
            assert!(edges.windows(2).all(|pair| pair[0] < pair[1]), "{width}: {edges:?}");
            assert!(c.end <= width);
            if width >= 880.0 {
                assert!(c.forest[1] - c.forest[0] >= 150.0, "{width}: {c:?}");
            }
        }
    }
}
