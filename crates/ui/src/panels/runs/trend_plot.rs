//! Draws the trend: one line a series, marks that can be pressed, the chosen runs stand out.

use egui::{
    Align, Color32, Layout, Painter, Pos2, RichText, Role, Sense, Shape, Stroke, Ui, Vec2,
    WidgetInfo, pos2,
};
use protocol::moment::moment;
use protocol::numbers::{multiple, with_unit};
use protocol::{Direction, METRICS, MetricSpec, RunId, metric};

use super::Keep;
use super::chosen::Chosen;
use super::pages::Pages;
use super::trend::{Across, Mark, Series, Solid, Trend, trend};
use super::words::{grouped, status_word};
use crate::kit::{self, ago};
use crate::panel::Scene;
use crate::plot::{Axis, Frame, Scale, calendar_ticks, nice_range};
use crate::theme::{Palette, faded, text};

/// Runs in the plot at most: the newest.
const MOST: usize = 1000;
/// How near the pointer has to be to a mark, in points.
const NEAR: f32 = 12.0;
/// A series' name is cut beyond so many points.
const TITLE_PT: f32 = 300.0;
/// Series named in the legend; the rest are counted.
const NAMED: usize = 6;

/// The plot and what it was made of.
#[derive(Debug, Default)]
pub(super) struct TrendPlot {
    made_of: Option<(u64, String, Across)>,
    trend: Trend,
}

impl TrendPlot {
    /// Draws it. The run whose mark was pressed.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        height: f32,
        pages: &Pages,
        chosen: &Chosen,
        keep: &mut Keep,
        scene: &Scene<'_>,
    ) -> Option<RunId> {
        let spec = metric(&keep.metric).filter(|spec| spec.headline);
        let spec = spec.or_else(|| METRICS.iter().find(|metric| metric.headline))?;
        chooser(ui, spec, keep);
        let made_of = (pages.version(), keep.metric.clone(), keep.across);
        if self.made_of.as_ref() != Some(&made_of) {
            let runs: Vec<_> = pages.newest().take(MOST).collect();
            self.trend = trend(runs.into_iter(), spec.name, keep.across);
            self.made_of = Some(made_of);
        }
        self.legend(ui, pages);
        let size = Vec2::new(ui.available_width(), height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
        let count: usize = self.trend.series.iter().map(|series| series.marks.len()).sum();
        response.widget_info(|| {
            let series = self.trend.series.len();
            let said = format!("Trend of {} over {count} runs in {series} series", spec.title);
            WidgetInfo::labeled(Role::Image, true, said)
        });
        let palette = Palette::here(ui);
        let painter = ui.painter_at(rect);
        let frame = Frame::within(rect);
        let Some(extent) = self.trend.extent() else {
            painter.rect_filled(frame.inside, 4.0, palette.sunk);
            let words = format!("None of these runs has {}", spec.title);
            let (at, align) = (frame.inside.center(), egui::Align2::CENTER_CENTER);
            painter.text(at, align, words, text::small(), palette.soft);
            return None;
        };
        let scales = scales(frame, extent, spec, keep.across);
        let (x, y) = (scales.x, scales.y);
        let ticks = match keep.across {
            Across::Time => calendar_ticks(x, 84.0),
            Across::Order => {
                let whole = |value: f64| value >= 1.0 && value.fract().abs() < 1e-6;
                x.ticks(64.0).into_iter().filter(|tick| whole(tick.value)).collect()
            }
        };
        frame.paint_at(&painter, palette, Axis::new(x, ""), ticks, Axis::new(y, scales.unit));
        let inside = painter.with_clip_rect(frame.inside.expand2(Vec2::new(6.0, 4.0)));
        let y = scales.raw();
        for (place, series) in self.trend.series.iter().enumerate() {
            line(&inside, palette, place, series, x, y);
        }
        for (place, series) in self.trend.series.iter().enumerate() {
            for mark in series.marks.iter().filter(|mark| chosen.has(&mark.run)) {
                emphasis(&inside, palette, place, mark, x, y, frame);
            }
        }
        let near = response.hover_pos().and_then(|at| self.trend.nearest(at, x, y, NEAR));
        let (place, mark) = near?;
        let at = pos2(x.at(mark.x), y.at(mark.value));
        inside.circle_stroke(at, 7.0, Stroke::new(1.5, ink(palette, place)));
        let picked = response.clicked().then(|| mark.run.clone());
        let series = self.trend.series.get(place)?;
        ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
        response.on_hover_ui_at_pointer(|ui| tell(ui, spec, series, mark, pages, scene));
        picked
    }

    fn legend(&self, ui: &mut Ui, pages: &Pages) {
        let palette = Palette::here(ui);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(6.0, 2.0);
            for (place, series) in self.trend.series.iter().enumerate().take(NAMED) {
                entry(ui, place, series);
            }
            let mut rest = Vec::new();
            let more = self.trend.series.len().saturating_sub(NAMED);
            if more > 0 {
                rest.push(format!("{more} more series"));
            }
            if self.trend.without > 0 {
                rest.push(format!("{} without this figure", grouped(self.trend.without as u64)));
            }
            let drawn = pages.newest().count().min(MOST) as u64;
            if let Some(total) = pages.total().filter(|total| *total > drawn) {
                rest.push(format!("the newest {} of {}", grouped(drawn), grouped(total)));
            }
            if !rest.is_empty() {
                let rest = RichText::new(rest.join(" · ")).font(text::small());
                ui.label(rest.color(palette.faint));
            }
        });
    }
}

/// A series of the legend, which stays on one line.
fn entry(ui: &mut Ui, place: usize, series: &Series) {
    let palette = Palette::here(ui);
    let wide = |words: &str, font| {
        ui.painter().layout_no_wrap(words.to_owned(), font, palette.soft).size().x
    };
    let title = wide(&series.title, text::small()).min(TITLE_PT);
    let due = [(kit::SYNTHETIC, series.synthetic), (kit::EMULATED, series.emulated)];
    let labels = due.iter().filter(|(_, due)| *due);
    let labels: f32 =
        labels.map(|((word, _), _)| kit::plate_width(ui, word, text::tag()) + 6.0).sum();
    let size = Vec2::new(16.0 + title + labels + 16.0, 18.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let dot = pos2(rect.left() + 5.0, rect.center().y);
    shape(ui.painter(), palette, place, dot, Solid::Whole);
    let inside = rect.with_min_x(rect.left() + 15.0);
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(egui::UiBuilder::new().max_rect(inside).layout(layout), |ui| {
        let words = RichText::new(&series.title).font(text::small()).color(palette.soft);
        ui.scope(|ui| {
            ui.set_max_width(title + 1.0);
            ui.add(egui::Label::new(words).truncate());
        });
        kit::labels(ui, series.synthetic, series.emulated);
    });
}

fn chooser(ui: &mut Ui, spec: &MetricSpec, keep: &mut Keep) {
    let palette = Palette::here(ui);
    ui.horizontal(|ui| {
        kit::combo(ui, "Metric of the trend", 150.0, spec.title, |ui| {
            for metric in METRICS.iter().filter(|metric| metric.headline) {
                ui.selectable_value(&mut keep.metric, metric.name.to_owned(), metric.title);
            }
        });
        let hint = match spec.direction {
            Direction::LowerIsBetter => "↓ lower is better",
            Direction::HigherIsBetter => "↑ higher is better",
            Direction::Neither => "",
        };
        ui.label(RichText::new(hint).font(text::small()).color(palette.faint));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // From the right.
            let choices = [(Across::Order, "In order"), (Across::Time, "By time")];
            kit::segments(ui, &mut keep.across, &choices);
        });
    });
}

/// Both axes; the vertical one in the unit a person would say.
struct Scales {
    x: Scale,
    y: Scale,
    factor: f64,
    unit: &'static str,
}

impl Scales {
    /// The vertical axis for values in the metric's own unit.
    fn raw(&self) -> Scale {
        Scale { from: self.y.from * self.factor, to: self.y.to * self.factor, ..self.y }
    }
}

fn scales(
    frame: Frame,
    [[left, right], [low, high]]: [[f64; 2]; 2],
    spec: &MetricSpec,
    across: Across,
) -> Scales {
    let (factor, unit) = multiple(high, spec.unit);
    let [low, high] = nice_range(low / factor, high / factor);
    let least = if across == Across::Time { 60_000.0 } else { 1.0 };
    let pad = ((right - left) * 0.015).max(least / 2.0);
    let inside = frame.inside;
    Scales {
        x: Scale::new(left - pad, right + pad, inside.left(), inside.right()),
        y: Scale::new(low, high, inside.bottom() - 4.0, inside.top() + 4.0),
        factor,
        unit,
    }
}

fn ink(palette: &Palette, place: usize) -> Color32 {
    let of = palette.series.len();
    palette.series.get(place % of).copied().unwrap_or(palette.accent)
}

/// Lines of fewer than two runs are none: a mark alone.
fn line(painter: &Painter, palette: &Palette, place: usize, series: &Series, x: Scale, y: Scale) {
    let at = |mark: &Mark| pos2(x.at(mark.x), y.at(mark.value));
    let points: Vec<Pos2> = series.line().map(at).collect();
    if points.len() > 1 {
        painter.add(Shape::line(points, Stroke::new(1.5, faded(ink(palette, place), 0.55))));
    }
    for mark in &series.marks {
        shape(painter, palette, place, at(mark), mark.solid);
    }
}

/// A circle; once the colours are used up a square, then a diamond.
fn shape(painter: &Painter, palette: &Palette, place: usize, at: Pos2, solid: Solid) {
    let color = ink(palette, place);
    let (fill, line) = match solid {
        Solid::Whole => (color, Stroke::NONE),
        Solid::Hollow => (palette.sunk, Stroke::new(1.4, color)),
    };
    match place / palette.series.len() % 3 {
        0 => drop(painter.circle(at, 3.0, fill, line)),
        1 => {
            let square = egui::Rect::from_center_size(at, Vec2::splat(5.5));
            painter.rect(square, 0.0, fill, line, egui::StrokeKind::Middle);
        }
        _ => {
            let corners = [(0.0, -4.0), (4.0, 0.0), (0.0, 4.0), (-4.0, 0.0)];
            let corners = corners.map(|(right, down)| at + Vec2::new(right, down));
            painter.add(Shape::convex_polygon(corners.to_vec(), fill, line));
        }
    }
}

fn emphasis(
    painter: &Painter,
    palette: &Palette,
    place: usize,
    mark: &Mark,
    x: Scale,
    y: Scale,
    frame: Frame,
) {
    let at = pos2(x.at(mark.x), y.at(mark.value));
    let line = Stroke::new(1.0, faded(palette.ink, 0.25));
    painter.vline(at.x, frame.inside.y_range(), line);
    painter.circle(at, 6.5, palette.sheet, Stroke::new(2.0, palette.ink));
    shape(painter, palette, place, at, mark.solid);
}

fn tell(
    ui: &mut Ui,
    spec: &MetricSpec,
    series: &Series,
    mark: &Mark,
    pages: &Pages,
    scene: &Scene<'_>,
) {
    kit::strong(ui, &with_unit(mark.value, spec.unit));
    ui.label(&series.title);
    kit::labels(ui, series.synthetic, series.emulated);
    if let Some(run) = pages.get(&mark.run) {
        let when = format!("{}, {}", ago(run.created_ms, scene.now_ms), moment(run.created_ms));
        kit::soft(ui, &when);
        if mark.solid == Solid::Hollow {
            kit::soft(ui, &format!("This run is {}", status_word(run.status)));
        }
        if let Some(note) = &run.note {
            kit::soft(ui, note);
        }
    }
}
