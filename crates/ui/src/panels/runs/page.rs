//! The page: its head, the trend, the list with its foot, and the one run that is chosen.

use egui::{Align, Frame, Layout, Margin, Panel, RichText, ScrollArea, Stroke, Ui};

use super::columns::Of;
use super::detail::Wish;
use super::list::Done;
use super::words::runs_words;
use super::{Runs, Shown, bar};
use crate::asks::{Go, Place};
use crate::icon::Icon;
use crate::kit::{self, Step, Weight};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::toast::Tone;

/// From this width on the details stand beside the list, below it under it.
const BESIDE_PT: f32 = 820.0;
/// From this width on they have their place there, even while nothing is chosen.
const ALWAYS_PT: f32 = 1060.0;
/// What is out of date is dimmed after so long, in seconds.
const PATIENCE_S: f64 = 0.15;

/// Draws the page.
pub(super) fn page(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    if let Some(filter) = room.filter.due(ui)
        && filter != *room.pages.filter()
    {
        room.chosen.clear();
        room.choosing_all = false;
        room.pages.turn(filter, scene.asks);
    }
    if room.choosing_all && room.pages.want_all(scene.asks) {
        room.choosing_all = false;
    }
    let margin = Margin { left: 24, right: 24, top: 18, bottom: 16 };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        head(room, ui, scene);
        ui.add_space(space::MEDIUM);
        room.files.typed_ui(ui, scene.asks);
        if let Some(failure) = room.pages.failure().cloned() {
            kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
            if kit::button(ui, Weight::Plain, Some(Icon::Refresh), "Try again").clicked() {
                room.pages.retry(scene.asks);
            }
            ui.add_space(space::SMALL);
        }
        match room.pages.total() {
            None => {}
            Some(0) => nothing(room, ui, scene),
            Some(_) => body(room, ui, scene),
        }
    });
}

fn head(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    let wide = ui.available_width() > BESIDE_PT;
    let palette = Palette::here(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        ui.label(RichText::new("Runs").font(text::title()));
        if let Some(total) = room.pages.total() {
            let words = if room.filter.bin() { "deleted" } else { "" };
            let words = format!("{} {words}", runs_words(total));
            ui.label(RichText::new(words.trim_end()).color(palette.soft));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if kit::button(ui, Weight::Plain, Some(Icon::In), "Import…").clicked() {
                room.files.import(scene);
            }
            let mut shown = room.keep.trend == Shown::Yes;
            if kit::toggle(ui, Some(Icon::Pulse), "Trend", &mut shown).changed() {
                room.keep.trend = if shown { Shown::Yes } else { Shown::No };
            }
            if wide {
                narrow_ui(room, ui);
            }
        });
    });
    if !wide {
        ui.add_space(space::HAIR);
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| narrow_ui(room, ui));
        });
    }
}

/// What narrows the list, from the right: bin, state, kind, words.
fn narrow_ui(room: &mut Runs, ui: &mut Ui) {
    room.filter.chips_ui(ui);
    let width = (ui.available_width() - 16.0).clamp(100.0, 240.0);
    if room.filter.search_ui(ui, width) {
        room.list.take_focus();
    }
}

/// The list is empty: what that means, and what to do.
fn nothing(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    // Where nothing is shown nothing is scrolled to, and still the first run may have come.
    room.pages.want(0..1, scene.asks);
    if room.filter.narrows() {
        let step = Step { icon: None, word: "Clear the search" };
        let explains = "The words are looked for in board, model, note and tags";
        if kit::empty(ui, Icon::Search, "No run matches", explains, &[step]).is_some() {
            room.filter.clear();
        }
    } else if room.filter.bin() {
        let step = Step { icon: None, word: "Back to the runs" };
        let explains =
            "A run that is deleted stays here for 30 days and can be restored until then";
        if kit::empty(ui, Icon::Bin, "The bin is empty", explains, &[step]).is_some() {
            room.filter.close_bin();
        }
    } else {
        let steps = [
            Step { icon: Some(Icon::Board), word: "Go to Bench" },
            Step { icon: Some(Icon::In), word: "Import a bundle…" },
        ];
        let explains = "Every measurement is kept here with its circumstances: start one on the \
                        Bench, or import runs that another Benchvise exported";
        match kit::empty(ui, Icon::History, "No runs yet", explains, &steps) {
            Some(0) => scene.asks.go(Go::To(Place::Bench)),
            Some(_) => room.files.import(scene),
            None => {}
        }
    }
}

fn body(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    let (width, height) = (ui.available_width(), ui.available_height());
    let beside = width >= BESIDE_PT;
    let only = room.chosen.only().cloned();
    if let Some((run, note)) = room.detail.follow(only.as_ref(), scene.asks) {
        room.change.note(&run, note, scene.asks);
    }
    let shown = only.is_some() || (room.chosen.len() > 1 && beside) || width >= ALWAYS_PT;
    if shown {
        let gap = |side: i8, top: i8| {
            Frame::new().inner_margin(Margin { left: side, right: 0, top, bottom: 0 })
        };
        let panel = match beside {
            true => Panel::right("run detail")
                .frame(gap(12, 0))
                .default_size((width * 0.31).clamp(336.0, 460.0))
                .size_range(320.0..=(width * 0.5).max(320.0)),
            false => Panel::bottom("run detail below")
                .frame(gap(0, 12))
                .default_size(height * 0.45)
                .size_range(160.0..=(height * 0.6).max(160.0)),
        };
        panel.show_separator_line(false).resizable(true).show(ui, |ui| detail(room, ui, scene));
    }
    let tall = ui.available_height();
    if room.keep.trend == Shown::Yes && !room.filter.bin() && tall > 340.0 {
        let plot = (tall * 0.22).clamp(100.0, 220.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        kit::card_with(ui, Margin { left: 14, right: 10, top: 10, bottom: 6 }, |ui| {
            let picked = room.trend.ui(ui, plot, &room.pages, &room.chosen, &mut room.keep, scene);
            if let Some(run) = picked {
                room.show(run);
            }
        });
        ui.add_space(space::MEDIUM);
    }
    list(room, ui, scene);
}

fn list(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    let palette = Palette::here(ui);
    let sheet = Frame::new()
        .fill(palette.sheet)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(space::CORNER)
        .inner_margin(1.0);
    let now_s = ui.input(|input| input.time);
    let turning = room.pages.turning();
    let since_s = turning.then(|| *room.list.turning_s.get_or_insert(now_s));
    if !turning {
        room.list.turning_s = None;
    }
    sheet.show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let foot = Frame::new().inner_margin(Margin { left: 12, right: 8, top: 6, bottom: 6 });
        let foot =
            Panel::bottom("runs foot").frame(foot).resizable(false).show_separator_line(true);
        foot.show(ui, |ui| bar::bar(room, ui, scene));
        match since_s {
            Some(since_s) if now_s - since_s > PATIENCE_S => ui.set_opacity(0.5),
            Some(_) => ui.ctx().request_repaint_after_secs(PATIENCE_S as f32),
            None => {}
        }
        let of = if room.filter.bin() { Of::Bin } else { Of::Runs };
        match room.list.ui(ui, &mut room.pages, &mut room.chosen, of, scene) {
            Some(Done::Watch(run)) => scene.asks.go(Go::Watch(run)),
            Some(Done::All) => {
                room.choosing_all = true;
                room.chosen.extend(room.pages.all().map(|run| &run.run));
                ui.ctx().request_repaint();
            }
            Some(Done::Delete) => room.delete(scene.asks),
            None => {}
        }
    });
}

fn detail(room: &mut Runs, ui: &mut Ui, scene: &mut Scene<'_>) {
    let palette = Palette::here(ui);
    let sheet = Frame::new()
        .fill(palette.sheet)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(space::CORNER);
    sheet.show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let Some(run) = room.chosen.only().cloned() else {
            Frame::new().inner_margin(16.0).show(ui, |ui| several(room, ui));
            return;
        };
        let scroll = ScrollArea::vertical().id_salt("run detail").auto_shrink([false, false]);
        let wish = scroll.show(ui, |ui| {
            let inside = Frame::new().inner_margin(16.0);
            inside.show(ui, |ui| room.detail.ui(ui, &run, &room.pages, &mut room.keep, scene)).inner
        });
        match wish.inner {
            Some(Wish::Watch) => scene.asks.go(Go::Watch(run)),
            Some(Wish::Compare(previous)) => scene
                .asks
                .go(Go::Compare { base: previous.to_string(), candidate: run.to_string() }),
            Some(Wish::Export) => room.change.export(),
            Some(Wish::Delete) => room.change.delete([&run], scene.asks),
            Some(Wish::Restore) => room.change.restore([&run], scene.asks),
            Some(Wish::Note(note)) => room.change.note(&run, note, scene.asks),
            Some(Wish::Tag(key, value)) => {
                room.change.tag([&run], &key, value.as_deref(), scene.asks);
            }
            None => {}
        }
    });
}

/// No run or several are chosen.
fn several(room: &Runs, ui: &mut Ui) {
    match room.chosen.len() {
        0 => {
            ui.add_space(ui.available_height() * 0.3);
            ui.vertical_centered(|ui| {
                ui.label(RichText::new("No run is chosen").font(text::heading()));
                kit::soft(ui, "Choose one to see all of it, two to compare them");
            });
        }
        count => {
            ui.label(
                RichText::new(format!("{} chosen", runs_words(count as u64))).font(text::heading()),
            );
            kit::soft(
                ui,
                match count {
                    2 => {
                        "Compare takes the older one as the base and the newer one as the candidate"
                    }
                    _ => {
                        "Set these as base, choose others and set them as candidate, then compare \
                         the two sides: several runs a side say more than one"
                    }
                },
            );
        }
    }
}
