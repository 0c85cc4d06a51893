//! The fidelity curve: what is left at each ratio, beside methods that know nothing, and where this
//! compression stands on it.

use egui::{
    Align, Align2, Color32, Grid, Layout, Mesh, Painter, Pos2, Rect, RichText, Role, Sense, Shape,
    Stroke, Ui, Vec2, WidgetInfo, pos2,
};
use protocol::CompressedDocument;

use super::curve::{Curve, Maker, Point, Thing, said, share};
use super::document_ui::Wish;
use super::form_ui::small;
use super::presets::{HEAT_RATIOS, times};
use super::reading::Reading;
use super::retention_ui;
use crate::kit::{self, Weight};
use crate::model::Job;
use crate::plot::{Axis, Frame, Scale, Tick};
use crate::theme::{Palette, faded, space, text};
use crate::toast::Tone;

/// The height of the plot, in points.
const PLOT: f32 = 250.0;
/// How much of its ink an interval has.
const INTERVAL: f32 = 0.13;
/// Below this width intervals stand on the curve alone, not in the table.
const ROOMY: f32 = 520.0;

/// How it stands with the measurement.
pub(super) struct Measuring<'a> {
    /// It goes on; the job, once it is known.
    pub(super) going: Option<Option<&'a Job>>,
    /// Why it could not be measured.
    pub(super) trouble: Option<&'a str>,
    /// What is here was measured with what is shown.
    pub(super) holds: bool,
    /// Sentence encoders, as in the model.
    pub(super) encoders: Option<&'a [String]>,
    /// Models that read text have their say in what is kept.
    pub(super) read: bool,
}

/// Draws it. What a person wants comes back as wishes.
pub(super) fn body(
    ui: &mut Ui,
    document: &CompressedDocument,
    reading: &mut Reading,
    measuring: &Measuring<'_>,
    wishes: &mut Vec<Wish>,
) {
    let things = reading.curve.as_ref().map(Curve::things).unwrap_or_default();
    if !things.iter().any(|(thing, _)| *thing == reading.thing) {
        reading.thing = things.first().map_or(reading.thing, |(thing, _)| *thing);
    }
    let (curve, thing) = (&reading.curve, reading.thing);
    let mut chosen = thing;
    kit::titled(
        ui,
        "What a ratio costs this document",
        |ui| {
            if things.len() > 1 {
                kit::segments(ui, &mut chosen, &things.iter().rev().copied().collect::<Vec<_>>());
            }
        },
        |ui| {
            going_ui(ui, measuring, wishes);
            if let Some(why) = measuring.trouble {
                kit::notice(ui, Tone::Failure, why, None);
            }
            match curve {
                Some(_) if things.is_empty() => {
                    kit::soft(ui, "There is nothing in it of which a loss could be counted");
                }
                Some(curve) => {
                    ui.scope(|ui| {
                        if !measuring.holds || measuring.going.is_some() {
                            ui.set_opacity(0.55);
                        }
                        curve_ui(ui, curve, thing);
                    });
                    if measuring.read {
                        let words = "Measured without models that read text, which have a say in what is shown";
                        small(ui, words);
                    }
                }
                None => {}
            }
            if measuring.going.is_none() && !(measuring.holds && curve.is_some()) {
                ask_ui(ui, wishes);
            }
        },
    );
    reading.thing = chosen;
    ui.add_space(space::SMALL);
    kit::titled(ui, "Retention", |_| {}, |ui| retention_ui::ui(ui, document, measuring.encoders));
}

fn ask_ui(ui: &mut Ui, wishes: &mut Vec<Wish>) {
    ui.horizontal_wrapped(|ui| {
        if kit::button(ui, Weight::Plain, None, "Measure this document").clicked() {
            wishes.push(Wish::Measure);
        }
        kit::soft(ui, "Compresses it at nine ratios, and by chance as often as it takes");
    });
}

fn going_ui(ui: &mut Ui, measuring: &Measuring<'_>, wishes: &mut Vec<Wish>) {
    let Some(job) = measuring.going else { return };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if kit::button(ui, Weight::Plain, None, "Stop measuring").clicked() {
                wishes.push(Wish::StopMeasuring);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let doing =
                    job.map(|job| job.view.doing.as_str()).filter(|doing| !doing.is_empty());
                let words =
                    doing.map_or("Measuring".to_owned(), |doing| format!("Measuring {doing}"));
                ui.add(egui::Label::new(words).truncate());
            });
        });
    });
    match job.and_then(Job::share) {
        Some(share) => kit::progress(ui, share, "Measuring"),
        None => kit::busy(ui, "Measuring"),
    };
    ui.add_space(space::HAIR);
}

fn curve_ui(ui: &mut Ui, curve: &Curve, thing: Thing) {
    legend(ui);
    plot(ui, curve, thing);
    if let Some(own) = curve.own(thing) {
        kit::strong(ui, &said(&own, thing));
    }
    small(
        ui,
        &format!(
            "In per cent: {}. Bands and brackets are intervals of 95 %, by drawing the counted things \
             anew; they know nothing of other documents",
            thing.meaning()
        ),
    );
    ui.add_space(space::HAIR);
    table(ui, curve, thing);
}

fn ink(palette: &Palette, maker: Maker) -> Color32 {
    match maker {
        Maker::Own => palette.accent,
        Maker::Random => palette.series[1],
        Maker::Lead => palette.series[3],
    }
}

fn legend(ui: &mut Ui) {
    let palette = Palette::here(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 2.0);
        for maker in Maker::ALL {
            let (rect, _) = ui.allocate_exact_size(Vec2::new(16.0, 14.0), Sense::hover());
            let width = if maker == Maker::Own { 2.4 } else { 1.5 };
            let line = Stroke::new(width, ink(palette, maker));
            ui.painter().hline(rect.x_range(), rect.center().y, line);
            ui.label(RichText::new(maker.title()).font(text::small()).color(palette.soft));
            ui.add_space(space::SMALL);
        }
    });
}

struct Scales {
    x: Scale,
    y: Scale,
}

impl Scales {
    fn at(&self, ratio: f64, share: f64) -> Pos2 {
        pos2(self.x.at(ratio.max(1.0).log2()), self.y.at(100.0 * share))
    }
}

fn plot(ui: &mut Ui, curve: &Curve, thing: Thing) {
    let palette = Palette::here(ui);
    let size = Vec2::new(ui.available_width(), PLOT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let own = curve.own(thing);
    response.widget_info(|| {
        let here = own.as_ref().map(|own| said(own, thing)).unwrap_or_default();
        let words = format!("Fidelity curve of {}. {here}", thing.meaning());
        WidgetInfo::labeled(Role::Image, true, words.trim_end())
    });
    let painter = ui.painter_at(rect);
    let frame = Frame::within(rect);
    let inside = frame.inside;
    let most = curve.ratios().into_iter().fold(16.0, f64::max).log2() + 0.12;
    let scales = Scales {
        x: Scale::new(1.3_f64.log2(), most, inside.left(), inside.right()),
        y: Scale::new(0.0, 100.0, inside.bottom() - 6.0, inside.top() + 8.0),
    };
    let ticks = HEAT_RATIOS.map(|ratio| Tick { value: ratio.log2(), label: times(ratio) });
    let (x, y) = (Axis::new(scales.x, ""), Axis::new(scales.y, "%"));
    frame.paint_at(&painter, palette, x, ticks.to_vec(), y);
    let drawn = painter.with_clip_rect(inside);
    // What matters is drawn over the others.
    for maker in Maker::ALL.into_iter().rev() {
        line(
            &drawn,
            &scales,
            &curve.points(maker, thing),
            ink(palette, maker),
            maker == Maker::Own,
        );
    }
    if let Some(own) = own {
        mark(&painter, palette, &scales, inside, &own);
    }
    let near = response.hover_pos().and_then(|at| {
        let distance = |ratio: &f64| (scales.x.at(ratio.log2()) - at.x).abs();
        curve.ratios().into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
    });
    if let Some(asked) = near {
        let at = scales.x.at(asked.log2());
        drawn.vline(at, inside.y_range(), Stroke::new(1.0, faded(palette.ink, 0.3)));
        response.on_hover_ui_at_pointer(|ui| tell(ui, curve, thing, asked));
    }
}

fn line(painter: &Painter, scales: &Scales, points: &[Point], ink: Color32, own: bool) {
    let mut band = Mesh::default();
    for (place, point) in (0u32..).zip(points) {
        band.colored_vertex(scales.at(point.ratio, point.left.hi), faded(ink, INTERVAL));
        band.colored_vertex(scales.at(point.ratio, point.left.lo), faded(ink, INTERVAL));
        if place > 0 {
            let at = 2 * place;
            band.add_triangle(at - 2, at - 1, at);
            band.add_triangle(at - 1, at, at + 1);
        }
    }
    painter.add(Shape::mesh(band));
    let at: Vec<Pos2> =
        points.iter().map(|point| scales.at(point.ratio, point.left.share)).collect();
    for place in &at {
        painter.circle_filled(*place, if own { 3.0 } else { 2.2 }, ink);
    }
    painter.add(Shape::line(at, Stroke::new(if own { 2.2 } else { 1.3 }, ink)));
}

/// Where this compression stands.
fn mark(painter: &Painter, palette: &Palette, scales: &Scales, inside: Rect, own: &Point) {
    let at = scales.at(own.ratio, own.left.share);
    painter.vline(at.x, inside.y_range(), Stroke::new(1.0, faded(palette.ink, 0.25)));
    painter.circle(at, 6.5, palette.sheet, Stroke::new(2.0, palette.ink));
    painter.circle_filled(at, 3.2, palette.accent);
    let words = format!("{} · {:.0} %", times(own.ratio), 100.0 * own.left.share);
    let galley = painter.layout_no_wrap(words, text::small(), palette.ink);
    let size = galley.size() + Vec2::new(10.0, 4.0);
    // Beside the mark, where there is room.
    let right = at.x + 12.0 + size.x <= inside.right();
    let corner = pos2(if right { at.x + 12.0 } else { at.x - 12.0 - size.x }, at.y - size.y - 4.0);
    let corner = corner.max(pos2(inside.left() + 2.0, inside.top() + 2.0));
    let plate = Rect::from_min_size(corner, size);
    painter.rect_filled(plate, 4.0, faded(palette.sheet, 0.85));
    let place = Align2::CENTER_CENTER.anchor_size(plate.center(), galley.size());
    painter.galley(place.min, galley, palette.ink);
}

fn tell(ui: &mut Ui, curve: &Curve, thing: Thing, asked: f64) {
    kit::strong(ui, &times(asked));
    for maker in Maker::ALL {
        let found = at(curve, maker, thing, asked);
        let words = found.map_or("not measured".to_owned(), |point| share(point.left));
        ui.label(format!("{}: {words}", maker.title()));
    }
}

fn at(curve: &Curve, maker: Maker, thing: Thing, asked: f64) -> Option<Point> {
    curve.points(maker, thing).into_iter().find(|point| point.asked == asked)
}

/// The same as figures.
fn table(ui: &mut Ui, curve: &Curve, thing: Thing) {
    let palette = Palette::here(ui);
    let roomy = ui.available_width() >= ROOMY;
    let own = curve.own(thing).map(|own| own.asked);
    let head = |ui: &mut Ui, words: &str| {
        ui.label(RichText::new(words).font(text::small()).color(palette.faint));
    };
    ui.spacing_mut().interact_size.y = 18.0;
    Grid::new("fidelity").num_columns(4).spacing(Vec2::new(28.0, 3.0)).show(ui, |ui| {
        head(ui, "Ratio");
        for maker in Maker::ALL {
            head(ui, maker.title());
        }
        ui.end_row();
        for asked in curve.ratios() {
            let here = own == Some(asked);
            let figure = |ui: &mut Ui, words: String| {
                let words = RichText::new(words).color(palette.ink);
                ui.label(if here { words.font(text::strong()) } else { words });
            };
            figure(ui, times(asked));
            for maker in Maker::ALL {
                let words = at(curve, maker, thing, asked).map(|point| match roomy {
                    true => share(point.left),
                    false => format!("{:.0} %", 100.0 * point.left.share),
                });
                figure(ui, words.unwrap_or_else(|| "–".into()));
            }
            ui.end_row();
        }
    });
}
