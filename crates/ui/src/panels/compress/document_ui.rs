//! One document: its name and what can be done with it, its figures, and why its budget was refused.

use egui::{Align, Layout, Popup, Response, RichText, Ui};
use protocol::numbers::with_unit;
use protocol::{CompressedDocument, LeftFormat, Room};

use super::documents::Entry;
use super::fidelity::Focus;
use super::form_ui::small_line;
use super::presets::{grouped, times};
use crate::icon::Icon;
use crate::kit::{self, Figure, Weight};
use crate::theme::{Palette, text};
use crate::toast::Tone;

/// The width from which on there is room for everything in one row, in points.
const ROOMY: f32 = 700.0;

/// What a person wants of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Copy,
    CopyPrompt,
    Save(LeftFormat),
    /// The encoder's vectors of what was kept, into a file.
    Vectors,
    Fit,
    MapHeat,
    Toggle(usize),
    /// A gap's passage is to stay.
    Keep(usize, Room),
    /// What was kept last is let go.
    UndoKeep,
    /// All of it is.
    LetGo,
    Measure,
    StopMeasuring,
}

/// What is shown of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum View {
    /// Both texts.
    #[default]
    Texts,
    /// What a ratio costs.
    Fidelity,
}

/// What is known beside the document itself.
pub(super) struct Beside<'a> {
    pub(super) focus: Focus,
    /// The map of what survives: on its way, or why there is none.
    pub(super) heat: HeatState<'a>,
    /// Why its own text is not here.
    pub(super) no_text: &'a str,
    /// What is here is out of date: something newer is on its way.
    pub(super) pending: bool,
}

/// How it stands with the map of what survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeatState<'a> {
    /// It is here.
    Here,
    /// It is being made.
    OnItsWay,
    /// Nobody asked for it: the document is long.
    NotAsked,
    /// It could not be made.
    Failed(&'a str),
}

/// The name, what it was taken for, and what can be done with it.
pub(super) fn heading(ui: &mut Ui, entry: &Entry, vectors: Vectors, wishes: &mut Vec<Wish>) {
    let Ok(document) = &entry.outcome else { return };
    let wide = ui.available_width() >= ROOMY;
    ui.horizontal(|ui| {
        ui.set_min_height(30.0);
        if wide {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                deeds(ui, vectors, wishes, Order::Reversed);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| title(ui, document));
            });
        } else {
            title(ui, document);
        }
    });
    if !wide {
        ui.horizontal_wrapped(|ui| deeds(ui, vectors, wishes, Order::Natural));
    }
}

fn title(ui: &mut Ui, document: &CompressedDocument) {
    let palette = Palette::here(ui);
    // The chip behind the name keeps its room.
    let room = (ui.available_width() - 84.0).max(60.0);
    ui.scope(|ui| {
        ui.set_max_width(room);
        let name = RichText::new(&document.name).font(text::heading());
        ui.add(egui::Label::new(name).truncate()).on_hover_text(&document.name);
    });
    kit::chip(ui, &document.kind, palette.same, palette.same_back)
        .on_hover_text("What the text was taken for");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Natural,
    Reversed,
}

/// Whether there can be vectors of what was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vectors {
    /// An encoder is chosen.
    Offered,
    /// None is.
    None,
}

fn deeds(ui: &mut Ui, vectors: Vectors, wishes: &mut Vec<Wish>, order: Order) {
    let mut all = [
        (Weight::Primary, Some(Icon::Copy), "Copy what is left", Wish::Copy),
        (Weight::Plain, Some(Icon::Save), "Save…", Wish::Save(LeftFormat::Text)),
        (Weight::Quiet, None, "Copy as prompt", Wish::CopyPrompt),
        (Weight::Quiet, None, "Try on the board", Wish::Fit),
    ];
    if order == Order::Reversed {
        all.reverse();
    }
    ui.spacing_mut().item_spacing.x = 6.0;
    for (weight, icon, word, wish) in all {
        let button = kit::button(ui, weight, icon, word);
        match wish {
            Wish::Save(_) => save_menu(&button, vectors, wishes),
            wish if button.clicked() => wishes.push(wish),
            _ => {}
        }
    }
}

/// The formats, under the button.
fn save_menu(button: &Response, vectors: Vectors, wishes: &mut Vec<Wish>) {
    Popup::menu(button).show(|ui| {
        for (format, _, title, _) in LeftFormat::ALL {
            if ui.button(format!("{title}…")).clicked() {
                wishes.push(Wish::Save(format));
            }
        }
        if vectors == Vectors::Offered {
            let button = ui.button("Vectors, safetensors…");
            let why =
                "The encoder’s vectors of what was kept, for search. No language model reads them";
            if button.on_hover_text(why).clicked() {
                wishes.push(Wish::Vectors);
            }
        }
    });
}

/// What the document is like, and what is shown of it.
pub(super) fn content(ui: &mut Ui, document: &CompressedDocument, view: &mut View) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // From the right.
            let choices = [(View::Fidelity, "Fidelity"), (View::Texts, "Texts")];
            kit::segments(ui, view, &choices);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if let Some(content) = &document.content {
                    small_line(ui, &crate::words::capital(&content.summary()));
                }
            });
        });
    });
}

/// What a person wanted kept, and the way back.
pub(super) fn kept(ui: &mut Ui, passages: usize, wishes: &mut Vec<Wish>) {
    if passages == 0 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let many = if passages == 1 { "passage" } else { "passages" };
        kit::soft(ui, &format!("{passages} {many} kept by hand"));
        if kit::link(ui, "Undo the last").clicked() {
            wishes.push(Wish::UndoKeep);
        }
        if passages > 1 && kit::link(ui, "Let go of all").clicked() {
            wishes.push(Wish::LetGo);
        }
    });
}

/// Tokens, ratio, share, time.
pub(super) fn figures(ui: &mut Ui, document: &CompressedDocument) {
    let kept = (document.tokens_in > 0).then(|| {
        format!("{:.0} %", 100.0 * document.tokens_out as f64 / document.tokens_in as f64)
    });
    let (before, after) = (grouped(document.tokens_in), grouped(document.tokens_out));
    let by = &document.tokenizer;
    let roomy = ui.available_width() >= ROOMY;
    let (value, under) = match document.tokens_lossless.map(grouped) {
        Some(lossless) if roomy => (
            format!("{before} → {lossless} → {after}"),
            format!("before, without loss, left · {by}"),
        ),
        // Three numbers would send the other figures below each other.
        Some(lossless) => {
            (format!("{before} → {after}"), format!("{lossless} without loss · {by}"))
        }
        None => (format!("{before} → {after}"), format!("counted by {by}")),
    };
    let tokens = Figure { value, ..Figure::new("Tokens", None, under) };
    kit::figures(
        ui,
        &[
            tokens,
            Figure::new(
                "Ratio",
                document.ratio.map(times),
                match document.ratio {
                    Some(_) => "before over after",
                    None => "nothing is left",
                },
            ),
            Figure::new("Kept", kept, "of the tokens"),
            Figure::new("Time", Some(with_unit(document.elapsed_ms, "ms")), "reading included"),
        ],
    );
}

/// Why the budget could not be kept to, and what was reached.
pub(super) fn refusal(ui: &mut Ui, document: &CompressedDocument) {
    let Some(why) = &document.refused else { return };
    let reached = match document.ratio {
        Some(ratio) => {
            format!("Reached {}: {} tokens are left", times(ratio), grouped(document.tokens_out))
        }
        None => "Nothing of it is left; ask for more tokens or a smaller ratio".to_owned(),
    };
    kit::notice(ui, Tone::Warning, why, Some(&reached));
}
