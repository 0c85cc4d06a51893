//! Both texts side by side, and what was lost under them.

use egui::{Align, Layout, Margin, Rect, RichText, Stroke, StrokeKind, Ui, UiBuilder, Vec2, pos2};
use protocol::CompressedDocument;
use protocol::left::missing;

use super::document_ui::{Beside, HeatState, Wish};
use super::documents::Entry;
use super::flow::Link;
use super::grounds::{self, Look, Shading, Side};
use super::presets::times;
use super::reading::{Gaps, Reading};
use super::{form_ui, loss_ui};
use crate::kit::{self, Weight};
use crate::theme::{Palette, space, text};

/// Below this width the two texts stand one over the other.
pub(super) const SIDE_BY_SIDE: f32 = 600.0;
/// The least height of a text.
pub(super) const LEAST_HIGH: f32 = 200.0;

/// Both texts and what was lost, in all the height there is.
pub(super) fn body(
    ui: &mut Ui,
    entry: &Entry,
    reading: &mut Reading,
    beside: &Beside<'_>,
    wishes: &mut Vec<Wish>,
) {
    let Ok(document) = &entry.outcome else { return };
    // The panel below is drawn after the texts, and has the height it had before.
    let id = ui.scope_id().with("loss height");
    let below = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(96.0);
    let wide = ui.available_width() >= SIDE_BY_SIDE;
    let rows = if wide { 1.0 } else { 2.0 };
    let least = rows * LEAST_HIGH;
    let high = (ui.available_height() - below - space::SMALL).max(least);
    let size = Vec2::new(ui.available_width(), high);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let (left, right) = halves(rect, wide);
    let mut hovered = None;
    source_ui(ui, left, document, reading, beside, wishes, &mut hovered);
    result_ui(ui, right, document, reading, beside, wishes, &mut hovered);
    if hovered != reading.hovered {
        reading.hovered = hovered;
        ui.ctx().request_repaint();
    }
    let top = ui.cursor().top();
    if let Some(word) = loss_ui::ui(ui, document, beside.focus) {
        reading.look_for(&word, document);
        ui.ctx().request_repaint();
    }
    let now = ui.min_rect().bottom() - top;
    if (now - below).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, now));
        ui.ctx().request_discard("the texts take what the losses leave");
    }
}

pub(super) fn halves(rect: Rect, wide: bool) -> (Rect, Rect) {
    let gap = space::SMALL;
    if wide {
        let middle = rect.center().x.round();
        (
            Rect::from_min_max(rect.min, pos2(middle - gap / 2.0, rect.bottom())),
            Rect::from_min_max(pos2(middle + gap / 2.0, rect.top()), rect.max),
        )
    } else {
        let middle = rect.center().y.round();
        (
            Rect::from_min_max(rect.min, pos2(rect.right(), middle - gap / 2.0)),
            Rect::from_min_max(pos2(rect.left(), middle + gap / 2.0), rect.max),
        )
    }
}

/// A sheet with a head, a scrolled middle and a foot.
pub(super) fn sheet(
    ui: &mut Ui,
    name: &str,
    rect: Rect,
    head: impl FnOnce(&mut Ui),
    middle: impl FnOnce(&mut Ui),
    foot: impl FnOnce(&mut Ui),
) {
    let palette = Palette::here(ui);
    let line = Stroke::new(1.0, palette.line);
    ui.painter().rect(rect, space::CORNER, palette.sheet, line, StrokeKind::Inside);
    let (first, last) = (rect.top() + 40.0, rect.bottom() - 28.0);
    ui.painter().hline(rect.shrink(1.0).x_range(), first, line);
    ui.painter().hline(rect.shrink(1.0).x_range(), last, line);
    let part = |top: f32, bottom: f32| {
        Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), bottom))
    };
    let inner = part(rect.top(), first).shrink2(Vec2::new(12.0, 4.0));
    let row = Layout::left_to_right(Align::Center);
    ui.scope_builder(UiBuilder::new().id_salt((name, 0)).max_rect(inner).layout(row), |ui| {
        ui.set_clip_rect(inner.intersect(ui.clip_rect()));
        head(ui);
    });
    let inner = part(first + 1.0, last - 1.0).shrink2(Vec2::new(1.0, 0.0));
    ui.scope_builder(UiBuilder::new().id_salt((name, 1)).max_rect(inner), |ui| {
        ui.set_clip_rect(inner.intersect(ui.clip_rect()));
        middle(ui);
    });
    let inner = part(last, rect.bottom()).shrink2(Vec2::new(12.0, 2.0));
    ui.scope_builder(UiBuilder::new().id_salt((name, 2)).max_rect(inner).layout(row), |ui| {
        ui.set_clip_rect(inner.intersect(ui.clip_rect()));
        foot(ui);
    });
}

fn look(ui: &Ui, side: Side, document: &CompressedDocument, reading: &Reading) -> Look {
    let steps = reading.heat.as_ref().map_or(0, |heat| heat.ratios.len() as u32);
    let even = matches!(document.kind.as_str(), "code" | "log" | "json" | "table");
    Look { side, palette: Palette::here(ui), steps, even }
}

fn source_ui(
    ui: &mut Ui,
    rect: Rect,
    document: &CompressedDocument,
    reading: &mut Reading,
    beside: &Beside<'_>,
    wishes: &mut Vec<Wish>,
    hovered: &mut Option<Link>,
) {
    let shading = match beside.heat {
        HeatState::Here => reading.shading,
        _ => Shading::Kept,
    };
    let look = look(ui, Side::Source(shading), document, reading);
    let (pointed, _) = reading.pointed();
    let mut chosen = reading.shading;
    let mut jump = None;
    let flow = reading.source.take();
    let mut pane = std::mem::take(&mut reading.left);
    sheet(
        ui,
        "source",
        rect,
        |ui| {
            ui.label(RichText::new("Document").font(text::heading()));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| match beside.heat {
                HeatState::Here => {
                    kit::segments(
                        ui,
                        &mut chosen,
                        &[(Shading::Heat, "Survives"), (Shading::Kept, "Kept")],
                    );
                }
                HeatState::NotAsked if flow.is_some() => {
                    let button = kit::button(ui, Weight::Plain, None, "Map what survives");
                    if button.on_hover_text("Compresses the document at eight ratios").clicked() {
                        wishes.push(Wish::MapHeat);
                    }
                }
                _ => {}
            });
        },
        |ui| match &flow {
            Some(flow) => {
                dim(ui, beside);
                let heard =
                    pane.ui(ui, "The document", flow, &look, &pointed, &Gaps { document, reading });
                *hovered = hovered.or(heard.hovered);
                jump = heard.clicked;
            }
            None => {
                egui::Frame::new().inner_margin(Margin::same(12)).show(ui, |ui| {
                    kit::soft(ui, beside.no_text);
                });
            }
        },
        |ui| foot_of_source(ui, shading, reading, beside),
    );
    reading.left = pane;
    reading.source = flow;
    reading.shading = chosen;
    if let Some(byte) = jump.and_then(|link| reading.result.find(link)) {
        reading.right.go(byte);
        ui.ctx().request_repaint();
    }
}

fn foot_of_source(ui: &mut Ui, shading: Shading, reading: &Reading, beside: &Beside<'_>) {
    let palette = Palette::here(ui);
    ui.spacing_mut().item_spacing.x = 4.0;
    let small = |words: &str| RichText::new(words).font(text::small()).color(palette.soft);
    match (&reading.heat, shading) {
        (Some(heat), Shading::Heat) => {
            ui.label(small("Survives to"));
            let steps = heat.ratios.len() as u32;
            for (step, ratio) in (1..).zip(&heat.ratios) {
                let words = times(*ratio);
                let galley = ui.painter().layout_no_wrap(words.clone(), text::small(), palette.ink);
                let size = Vec2::new(galley.size().x + 8.0, 16.0);
                if ui.available_width() < size.x {
                    break;
                }
                let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
                let ground = grounds::heat(palette, step, steps).unwrap_or(palette.sheet);
                ui.painter().rect_filled(rect, 3.0, ground);
                let at = rect.center() - galley.size() / 2.0;
                ui.painter().galley(at, galley, palette.ink);
                let said = format!("This ground survives to {words}");
                response.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Label, true, said.clone())
                });
                response.on_hover_text(said);
            }
        }
        _ => {
            let size = Vec2::new(16.0, 12.0);
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            ui.painter().rect_filled(rect, 3.0, palette.keep);
            let words = match beside.heat {
                HeatState::OnItsWay => "kept · what survives further is being mapped".to_owned(),
                HeatState::Failed(why) => format!("kept · not mapped: {why}"),
                _ => "kept; the rest was dropped".to_owned(),
            };
            ui.add(egui::Label::new(small(&words)).truncate()).on_hover_text(words);
        }
    }
}

fn result_ui(
    ui: &mut Ui,
    rect: Rect,
    document: &CompressedDocument,
    reading: &mut Reading,
    beside: &Beside<'_>,
    wishes: &mut Vec<Wish>,
    hovered: &mut Option<Link>,
) {
    let look = look(ui, Side::Result, document, reading);
    let (_, pointed) = reading.pointed();
    let mut pane = std::mem::take(&mut reading.right);
    let mut jump = None;
    let gaps = document.gaps.iter().filter(|gap| gap.units > 0);
    let (count, units) = gaps.fold((0_u64, 0), |(count, all), gap| (count + 1, all + gap.units));
    sheet(
        ui,
        "result",
        rect,
        |ui| {
            ui.label(RichText::new("What is left").font(text::heading()));
        },
        |ui| {
            if document.text.is_empty() && count == 0 {
                egui::Frame::new().inner_margin(Margin::same(12)).show(ui, |ui| {
                    kit::soft(ui, "Nothing is left of this document");
                });
                return;
            }
            dim(ui, beside);
            let heard = pane.ui(
                ui,
                "The text that is left",
                &reading.result,
                &look,
                &pointed,
                &Gaps { document, reading },
            );
            *hovered = hovered.or(heard.hovered);
            jump = heard.clicked;
            wishes.extend(heard.toggled.map(Wish::Toggle));
            wishes.extend(heard.kept.map(|(gap, room)| Wish::Keep(gap, room)));
        },
        |ui| {
            let words = match count {
                0 => "Nothing was left out".to_owned(),
                _ => format!(
                    "{} left out in {count} {}; press one to read or keep it",
                    missing(units, &document.kind),
                    if count == 1 { "gap" } else { "gaps" }
                ),
            };
            form_ui::small_line(ui, &words);
        },
    );
    reading.right = pane;
    let place = |link| reading.source.as_ref().and_then(|flow| flow.find(link));
    if let Some(byte) = jump.and_then(place) {
        reading.left.go(byte);
        ui.ctx().request_repaint();
    }
}

fn dim(ui: &mut Ui, beside: &Beside<'_>) {
    if beside.pending {
        ui.set_opacity(0.55);
    }
}
