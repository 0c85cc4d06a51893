//! The list itself: only the lines that can be seen are drawn, whatever its length.

use egui::{
    EventFilter, Id, Key, Label, Layout, Modifiers, Rect, RichText, Role, Sense, Stroke, Ui,
    WidgetInfo,
};
use egui_extras::TableBuilder;
use protocol::RunId;

use super::chosen::{Chosen, Press};
use super::columns::{APART, Column, Of, columns};
use super::pages::Pages;
use super::row::{self, Standing};
use super::words::runs_words;
use crate::panel::Scene;
use crate::theme::{Palette, space, text};

/// The height of a line, in points.
const LINE: f32 = 32.0;
/// Lines below the last one in sight that are read already.
const AHEAD: u64 = 20;
/// Lines that Page up and Page down go, where nothing was drawn yet.
const LEAP: i64 = 12;

/// Where the list is scrolled to.
#[derive(Debug, Default)]
pub(super) struct List {
    /// A row to bring into sight.
    wanted: Option<u64>,
    /// The list takes the keyboard the next time it is drawn.
    focus: bool,
    /// The first line in sight, if it is not the list's first, and its run.
    first: Option<(u64, RunId)>,
    offset: f32,
    /// An offset to scroll to.
    force: Option<f32>,
    leap: Option<i64>,
    /// Since when what is shown answers an earlier question, seconds on the window's clock.
    pub(super) turning_s: Option<f64>,
}

/// What was done to the list.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Done {
    /// Look at a run's signals.
    Watch(RunId),
    /// Choose all.
    All,
    /// Delete what is chosen.
    Delete,
}

impl List {
    /// Brings a row into sight.
    pub(super) fn scroll_to(&mut self, row: Option<u64>) {
        self.wanted = row.or(self.wanted);
    }

    /// Takes the keyboard.
    pub(super) fn take_focus(&mut self) {
        self.focus = true;
    }

    /// Another list: begin at its top.
    pub(super) fn top(&mut self) {
        self.force = Some(0.0);
        self.first = None;
    }

    /// A page was read anew: lines may have moved. What was in sight stays in sight.
    pub(super) fn follow(&mut self, pages: &Pages, chosen: &mut Chosen) {
        let Some((row, run)) = &self.first else { return };
        let moved = match pages.find(run) {
            Some(now) if now != *row => now as i64 - *row as i64,
            _ => return,
        };
        self.force = Some((self.offset + moved as f32 * LINE).max(0.0));
        self.first = Some((row.saturating_add_signed(moved), run.clone()));
        chosen.shift(moved);
    }

    /// Draws the list into all the room there is.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        pages: &mut Pages,
        chosen: &mut Chosen,
        of: Of,
        scene: &mut Scene<'_>,
    ) -> Option<Done> {
        let total = pages.total().unwrap_or(0);
        let area = ui.available_rect_before_wrap();
        let id = Id::unique("runs list");
        let focus = ui.interact(area, id, Sense::focusable_noninteractive());
        focus.widget_info(|| {
            let name = format!("Runs, {}", runs_words(total));
            WidgetInfo::labeled(Role::ListBox, true, name)
        });
        if std::mem::take(&mut self.focus) {
            focus.request_focus();
        }
        let arrows = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
        let focused = focus.has_focus();
        let mut done = None;
        if focused || ui.memory(|memory| memory.focused().is_none()) {
            done = self.keys(ui, pages, chosen, total);
        }

        let mut pressed = None;
        let head = Stroke::new(1.0, Palette::here(ui).line);
        let columns = columns(area.width() - 2.0 * space::MEDIUM, of);
        ui.spacing_mut().item_spacing = egui::vec2(APART, 0.0);
        let mut table = TableBuilder::new(ui)
            .id_salt("runs")
            .column(egui_extras::Column::exact(space::MEDIUM - APART + 4.0).clip(false))
            .cell_layout(Layout::left_to_right(egui::Align::Center))
            .auto_shrink([false, false])
            .min_scrolled_height(LINE)
            .animate_scrolling(false);
        for (_, width) in &columns {
            table = table.column(egui_extras::Column::exact(*width).clip(true));
        }
        // Where it is scrolled to shows in the next frame.
        let mut again = false;
        if let Some(row) = self.wanted.take() {
            table = table.scroll_to_row(row as usize, None);
            again = true;
        } else if let Some(offset) = self.force.take() {
            table = table.vertical_scroll_offset(offset);
            again = true;
        }
        let table = table.header(30.0, |mut header| {
            header.col(|ui| {
                let y = ui.max_rect().bottom() - 0.5;
                ui.painter().hline(area.x_range(), y, head);
            });
            for (column, _) in &columns {
                header.col(|ui| heading(ui, *column));
            }
        });
        let mut seen: Option<std::ops::Range<u64>> = None;
        let shown = table.body(|body| {
            body.rows(LINE, total as usize, |mut line| {
                let at = line.index() as u64;
                let from = seen.as_ref().map_or(at, |seen| seen.start);
                seen = Some(from..at + 1);
                let run = pages.row(at);
                line.col(|ui| {
                    let rect = Rect::from_x_y_ranges(area.x_range(), ui.max_rect().y_range());
                    let Some(run) = run else { return waiting(ui, rect) };
                    let standing = Standing {
                        chosen: chosen.has(&run.run),
                        cursor: focused
                            && chosen.cursor() == Some(at)
                            && chosen.only() != Some(&run.run),
                    };
                    let response = row::ground(ui, rect, run, standing, scene.now_ms);
                    if response.double_clicked() {
                        done = Some(Done::Watch(run.run.clone()));
                    } else if response.clicked() {
                        pressed = Some((at, ui.input(|input| input.modifiers)));
                    }
                });
                for (column, _) in &columns {
                    line.col(|ui| {
                        if let Some(run) = run {
                            row::cell(ui, *column, run, scene.now_ms);
                        }
                    });
                }
            });
        });
        if again {
            ui.ctx().request_repaint();
        }
        self.offset = shown.state.clamped_offset().y;
        self.leap = Some(((shown.inner_rect.height() / LINE) as i64 - 1).max(1));
        let first = (self.offset / LINE) as u64;
        self.first = (first > 0).then(|| Some((first, pages.row(first)?.run.clone()))).flatten();
        let seen = seen.unwrap_or(0..1);
        pages.want(seen.start..seen.end + AHEAD, scene.asks);
        if let Some(rows) = chosen.waits_for() {
            pages.want(rows, scene.asks);
            chosen.settle(|row| pages.row(row).map(|run| &run.run));
            if chosen.waits_for().is_none() {
                ui.ctx().request_repaint();
            }
        }
        if let Some((row, modifiers)) = pressed {
            let how = match modifiers {
                modifiers if modifiers.shift => Press::Range,
                modifiers if modifiers.command => Press::Too,
                _ => Press::Alone,
            };
            chosen.press(row, how, |row| pages.row(row).map(|run| &run.run));
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        done
    }

    /// Arrows, Home, End, pages; Enter, Escape, Delete, all.
    fn keys(&mut self, ui: &Ui, pages: &Pages, chosen: &mut Chosen, total: u64) -> Option<Done> {
        let leap = self.leap.unwrap_or(LEAP);
        let far = i64::try_from(total).unwrap_or(i64::MAX);
        let steps = [
            (Key::ArrowDown, 1),
            (Key::ArrowUp, -1),
            (Key::PageDown, leap),
            (Key::PageUp, -leap),
            (Key::Home, -far),
            (Key::End, far),
        ];
        for (key, by) in steps {
            for (modifiers, how) in
                [(Modifiers::SHIFT, Press::Range), (Modifiers::NONE, Press::Alone)]
            {
                if ui.input_mut(|input| input.consume_key(modifiers, key)) {
                    chosen.step(by, how, total, |row| pages.row(row).map(|run| &run.run));
                    self.wanted = chosen.cursor();
                    self.focus = true;
                    ui.ctx().request_repaint();
                }
            }
        }
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::A) {
            return Some(Done::All);
        }
        if pressed(Modifiers::NONE, Key::Escape) {
            chosen.clear();
        }
        if pressed(Modifiers::NONE, Key::Delete) {
            return Some(Done::Delete);
        }
        if pressed(Modifiers::NONE, Key::Enter) {
            return chosen.only().cloned().map(Done::Watch);
        }
        None
    }
}

fn heading(ui: &mut Ui, column: Column) {
    let palette = Palette::here(ui);
    let words = RichText::new(column.title()).font(text::small()).color(palette.faint);
    let label = Label::new(words).truncate();
    let layout = match column {
        Column::Metric(_) => Layout::right_to_left(egui::Align::Center),
        _ => Layout::left_to_right(egui::Align::Center),
    };
    ui.with_layout(layout, |ui| ui.add(label).on_hover_text(column.meaning()));
}

/// A line whose page is on its way.
fn waiting(ui: &Ui, line: Rect) {
    let palette = Palette::here(ui);
    let bar = Rect::from_min_size(
        line.left_center() + egui::vec2(space::MEDIUM, -4.0),
        egui::vec2(120.0, 8.0),
    );
    ui.painter().rect_filled(bar, 4.0, palette.grid);
}
