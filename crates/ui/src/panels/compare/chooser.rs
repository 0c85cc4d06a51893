//! Chooses what stands on a side: a button that says it, and under it a list of runs to search.

use egui::{
    Align, Color32, Layout, Popup, PopupCloseBehavior, Rect, Response, RichText, Role, ScrollArea,
    Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use protocol::numbers::with_unit;
use protocol::{RunStatus, RunSummary, moment};

use super::side::{Side, found};
use crate::icon::{self, Icon};
use crate::kit;
use crate::kit::ago;
use crate::panel::Scene;
use crate::theme::{Palette, space, text};

/// Height of the button, and of a run in the list, in points.
const BUTTON: f32 = 54.0;
const ROW: f32 = 40.0;

/// A chooser's own state.
#[derive(Debug, Default)]
pub(super) struct Chooser {
    search: String,
    /// The list was opened just now.
    fresh: bool,
}

/// What a chooser works on.
pub(super) struct Choosing<'a> {
    /// `Base` or `Candidate`.
    pub(super) name: &'static str,
    /// The side's colour.
    pub(super) color: Color32,
    /// What stands on it.
    pub(super) side: &'a mut Side,
    /// What stands on the other side and cannot stand here too.
    pub(super) other: &'a Side,
}

impl Chooser {
    /// Draws it, as wide as there is room. Whether something else stands there now.
    pub(super) fn ui(&mut self, ui: &mut Ui, choosing: Choosing<'_>, scene: &Scene<'_>) -> bool {
        let before = choosing.side.clone();
        let button = button_ui(ui, &choosing, scene);
        let width = button.rect.width().max(520.0);
        if button.clicked() {
            self.search.clear();
            self.fresh = true;
        }
        let Choosing { name, side, other, .. } = choosing;
        Popup::from_toggle_button_response(&button)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .gap(4.0)
            .width(width)
            .show(|ui| {
                ui.set_width(width);
                self.list_ui(ui, name, side, other, scene);
            });
        *side != before
    }

    fn list_ui(
        &mut self,
        ui: &mut Ui,
        name: &str,
        side: &mut Side,
        other: &Side,
        scene: &Scene<'_>,
    ) {
        ui.spacing_mut().item_spacing.y = 6.0;
        let hint = format!("Search runs for the {}", name.to_lowercase());
        let field = kit::search(ui, &mut self.search, &hint, f32::INFINITY);
        let nowhere = ui.memory(|memory| memory.focused()).is_none();
        if std::mem::take(&mut self.fresh) || nowhere {
            field.request_focus();
        }
        let runs: Vec<&RunSummary> = scene
            .model
            .recent
            .iter()
            .filter(|run| run.status != RunStatus::Recording && found(run, &self.search))
            .collect();
        let search = self.search.trim().to_owned();
        if runs.is_empty() {
            ui.add_space(space::SMALL);
            kit::soft(ui, "None of the newest runs answers to that");
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("runs").max_height(ROW * 7.5).show_rows(
            ui,
            ROW,
            runs.len(),
            |ui, rows| {
                for run in runs.get(rows).unwrap_or_default() {
                    match row_ui(ui, run, side, other, scene.now_ms) {
                        Picked::Nothing => {}
                        Picked::Alone => {
                            *side = Side::only(&run.run);
                            ui.close();
                        }
                        Picked::Too => side.toggle(&run.run),
                    }
                }
            },
        );
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.add_space(2.0);
        ui.separator();
        ui.horizontal(|ui| {
            let words = "A click takes one run, a tick gathers several";
            ui.label(RichText::new(words).font(text::small()).color(Palette::here(ui).faint));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if !search.is_empty() && kit::link(ui, "Use the words as a selector").clicked() {
                    *side = Side::of(&search);
                    ui.close();
                }
            });
        });
    }
}

/// How a run of the list was picked.
enum Picked {
    Nothing,
    /// Instead of what stands there.
    Alone,
    /// Beside what stands there, or no longer.
    Too,
}

fn button_ui(ui: &mut Ui, choosing: &Choosing<'_>, scene: &Scene<'_>) -> Response {
    let palette = Palette::here(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), BUTTON), Sense::click());
    let said = said(choosing.side, scene);
    let back = if response.hovered() { palette.raised } else { palette.sheet };
    let line = Stroke::new(1.0, palette.line);
    ui.painter().rect(rect, space::CORNER, back, line, StrokeKind::Inside);
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(rect, space::CORNER, ring, StrokeKind::Inside);
    }
    let bar = Rect::from_min_size(rect.min + vec2(12.0, 12.0), vec2(4.0, BUTTON - 24.0));
    ui.painter().rect_filled(bar, 2.0, choosing.color);
    let inside = Rect::from_min_max(rect.min + vec2(26.0, 7.0), rect.max - vec2(34.0, 6.0));
    let mut ui_in =
        ui.new_child(UiBuilder::new().max_rect(inside).layout(Layout::top_down(Align::Min)));
    ui_in.spacing_mut().item_spacing = vec2(space::SMALL, 2.0);
    kit::caption(&mut ui_in, choosing.name);
    ui_in.horizontal(|ui| {
        let ink = if choosing.side.is_empty() { palette.faint } else { palette.ink };
        kit::labels(ui, said.synthetic, said.emulated);
        let words = RichText::new(&said.words).color(ink);
        ui.add(egui::Label::new(words).truncate());
    });
    let at = Rect::from_center_size(pos2(rect.right() - 20.0, rect.center().y), Vec2::splat(12.0));
    icon::paint(ui.painter(), Icon::Down, at, palette.soft);
    let name = format!("Choose the {}", choosing.name.to_lowercase());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(said.words.clone()),
        ..WidgetInfo::labeled(Role::Button, true, &name)
    });
    match said.more {
        Some(more) => response.on_hover_text(more),
        None => response,
    }
}

/// What stands on a side, in words.
struct Said {
    words: String,
    more: Option<String>,
    synthetic: bool,
    emulated: bool,
}

fn said(side: &Side, scene: &Scene<'_>) -> Said {
    let known: Vec<Option<&RunSummary>> =
        side.parts().iter().map(|part| scene.model.run(&protocol::RunId(part.clone()))).collect();
    let runs = || known.iter().flatten();
    let words = match (side.parts(), &known[..]) {
        ([], _) => "Choose a run, or several".into(),
        ([_], [Some(run)]) => {
            let mut words = vec![ago(run.created_ms, scene.now_ms), run.board.clone()];
            words.push(run.model.clone());
            words.extend(run.rate().map(|(metric, rate)| with_unit(rate, metric.unit)));
            words.join("  ·  ")
        }
        ([part], _) => part.clone(),
        (parts, _) => {
            let mut words = vec![format!("{} runs", parts.len())];
            for name in [|run: &RunSummary| run.board.clone(), |run: &RunSummary| run.model.clone()]
            {
                let all: std::collections::BTreeSet<String> = runs().map(|run| name(run)).collect();
                match all.len() {
                    0 => {}
                    1 => words.extend(all),
                    more => words.push(format!("{more} sorts")),
                }
            }
            words.join("  ·  ")
        }
    };
    let line = |(part, run): (&String, &Option<&RunSummary>)| match run {
        Some(run) => format!("{part}: {}", moment::moment(run.created_ms)),
        None => part.clone(),
    };
    let lines: Vec<String> = side.parts().iter().zip(&known).map(line).collect();
    Said {
        words,
        more: (!lines.is_empty()).then(|| lines.join("\n")),
        synthetic: runs().any(|run| run.synthetic),
        emulated: runs().any(|run| run.emulated),
    }
}

fn row_ui(ui: &mut Ui, run: &RunSummary, side: &Side, other: &Side, now_ms: i64) -> Picked {
    let palette = Palette::here(ui);
    let taken = other.has(&run.run);
    let here = side.has(&run.run);
    let sense = if taken { Sense::hover() } else { Sense::click() };
    let (rect, mut row) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), sense);
    let back = match (here, row.hovered() && !taken) {
        (true, _) => palette.selected,
        (false, true) => palette.raised,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(rect, space::CORNER_SMALL, back);
    if row.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(rect, space::CORNER_SMALL, ring, StrokeKind::Inside);
    }
    let ink = if taken { palette.faint } else { palette.ink };
    let soft = if taken { palette.faint } else { palette.soft };
    let tick_rect =
        Rect::from_center_size(pos2(rect.left() + 18.0, rect.center().y), vec2(28.0, ROW));
    let tick = ui.interact(tick_rect, row.id.with("tick"), sense);
    let square = Rect::from_center_size(tick_rect.center(), Vec2::splat(15.0));
    let (fill, line) = match here {
        true => (palette.fill, palette.fill),
        false => (palette.sheet, if tick.hovered() { palette.accent } else { palette.faint }),
    };
    ui.painter().rect(square, 4.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    if here {
        icon::paint(ui.painter(), Icon::Check, square.shrink(2.0), palette.on_fill);
    }
    if tick.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(square.expand(2.5), 5.0, ring, StrokeKind::Outside);
    }
    let left = rect.left() + 38.0;
    let right = rect.right() - space::SMALL;
    let column = |from: f32, to: f32| Rect::from_x_y_ranges(from..=to, rect.y_range());
    cell(ui, column(left, left + 92.0), Align::Min, |ui| {
        ui.add(egui::Label::new(RichText::new(ago(run.created_ms, now_ms)).color(soft)).truncate());
    });
    cell(ui, column(left + 96.0, right - 92.0), Align::Min, |ui| {
        let mut words = format!("{}  ·  {}", run.board, run.model);
        for (key, value) in &run.tags {
            words.push_str(&format!("  ·  {key}={value}"));
        }
        kit::labels(ui, run.synthetic, run.emulated);
        if run.status != RunStatus::Complete {
            let word = if run.status == RunStatus::Lost { "lost" } else { "aborted" };
            kit::chip(ui, word, palette.same, palette.same_back);
        }
        ui.add(egui::Label::new(RichText::new(words).color(ink)).truncate());
    });
    cell(ui, column(right - 88.0, right), Align::Max, |ui| {
        let rate = run.rate().map(|(metric, rate)| with_unit(rate, metric.unit));
        ui.label(RichText::new(rate.unwrap_or_else(|| "—".into())).color(ink));
    });
    let name = format!("Take {}", run.run);
    row.widget_info(|| WidgetInfo::selected(Role::Button, !taken, here, &name));
    let name = format!("Gather {}", run.run);
    tick.widget_info(|| WidgetInfo::selected(Role::CheckBox, !taken, here, &name));
    row = row.on_hover_ui(|ui| {
        ui.label(format!("{}, {}", run.run, moment::moment(run.created_ms)));
        if taken {
            kit::soft(ui, "It stands on the other side: compare different runs");
        }
        if let Some(note) = &run.note {
            kit::soft(ui, note);
        }
        if let Some(reason) = &run.reason {
            kit::soft(ui, reason);
        }
    });
    match (tick.clicked(), row.clicked()) {
        (true, _) => Picked::Too,
        (false, true) => Picked::Alone,
        (false, false) => Picked::Nothing,
    }
}

fn cell(ui: &mut Ui, rect: Rect, align: Align, body: impl FnOnce(&mut Ui)) {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    child.spacing_mut().item_spacing.x = 6.0;
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    body(&mut child);
}
