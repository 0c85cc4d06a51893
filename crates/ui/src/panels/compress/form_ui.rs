//! The controls, top to bottom: how far, what about, by whose count, how.

use egui::{Response, Role, ScrollArea, Slider, TextEdit, Ui, Vec2, WidgetInfo};
use protocol::NeuralView;

use super::form::{Bound, Form, STRATEGIES, tokenizer_name};
use super::models_ui;
use super::presets::{self, BoardWindow, RATIOS, WINDOWS};
use super::taken_ui;
use super::together_ui;
use crate::kit;
use crate::theme::{Palette, space, text};

/// What the controls are drawn from.
pub(super) struct Around<'a> {
    /// The setting's tokenizer.
    pub(super) setting: &'a str,
    pub(super) boards: &'a [BoardWindow],
    /// Models that read text, where there are any.
    pub(super) neural: Option<&'a NeuralView>,
    /// There is, or may be, more than one document.
    pub(super) several: bool,
}

/// What a person wants beyond the controls themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// A tokenizer's file is to be chosen.
    pub(super) tokenizer_file: bool,
    /// Something about models that read text.
    pub(super) model: Option<ModelWish>,
}

/// How a model that reads text is to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModelWish {
    /// By its folder, for an encoder.
    Encoder,
    /// By its folder, for a scorer of words.
    Scorer,
    /// By its file, for the same.
    LanguageModel,
    /// From the hub.
    Get,
}

/// Draws the controls in one column that scrolls where it must, and leaves `foot` points below them.
pub(super) fn column(ui: &mut Ui, form: &mut Form, around: &Around<'_>, foot: f32) -> Wish {
    ScrollArea::vertical()
        .id_salt("controls")
        .max_height(ui.available_height() - foot)
        .auto_shrink([false, foot > 0.0])
        .show(ui, |ui| {
            // Room for the scroll bar, so that it covers nothing.
            ui.set_max_width(ui.available_width() - 4.0);
            controls(ui, form, around)
        })
        .inner
}

/// Draws the controls one under the other.
pub(super) fn controls(ui: &mut Ui, form: &mut Form, around: &Around<'_>) -> Wish {
    together_ui::card(ui, form, around.several);
    budget_card(ui, form, around);
    ui.add_space(space::HAIR);
    focus_card(ui, form);
    ui.add_space(space::HAIR);
    way_card(ui, form, around)
}

/// Draws the controls in two columns, for a page too narrow to have them beside it.
pub(super) fn spread(ui: &mut Ui, form: &mut Form, around: &Around<'_>) -> Wish {
    let mut wish = Wish::default();
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            // Columns justify what is in them; words should keep their distance.
            left.vertical(|ui| {
                together_ui::card(ui, form, around.several);
                budget_card(ui, form, around);
            });
            right.vertical(|ui| {
                focus_card(ui, form);
                ui.add_space(space::HAIR);
                wish = way_card(ui, form, around);
            });
        }
    });
    wish
}

fn budget_card(ui: &mut Ui, form: &mut Form, around: &Around<'_>) {
    kit::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.label(egui::RichText::new("Budget").font(text::heading()));
        budget(ui, form, around);
    });
}

fn focus_card(ui: &mut Ui, form: &mut Form) {
    kit::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let hint = "A question, or a few topics";
        kit::text_area(ui, "Focus", &mut form.focus, hint, 2);
        small(
            ui,
            "What is asked about is kept first. It changes everything: with the question known, \
             far more of the answers survive",
        );
    });
}

fn way_card(ui: &mut Ui, form: &mut Form, around: &Around<'_>) -> Wish {
    kit::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        let mut wish = tokenizer(ui, form, around);
        ui.add_space(space::HAIR);
        strategy(ui, form);
        if around.several && form.together {
            small(ui, together_ui::BY_THEMSELVES);
            return wish;
        }
        ui.add_space(space::HAIR);
        readable(ui, form);
        ui.add_space(space::HAIR);
        rules(ui, form);
        ui.add_space(space::HAIR);
        taken_ui::ui(ui, form);
        ui.add_space(space::HAIR);
        wish.model = models_ui::ui(ui, form, around.neural);
        wish
    })
    .inner
}

fn budget(ui: &mut Ui, form: &mut Form, around: &Around<'_>) {
    kit::segments(ui, &mut form.bound, &[(Bound::Ratio, "By ratio"), (Bound::Tokens, "By tokens")]);
    match form.bound {
        Bound::Ratio => ratio(ui, form),
        Bound::Tokens => tokens(ui, form),
    }
    ui.add_space(2.0);
    kit::caption(ui, "Fit a window of … tokens");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(4.0);
        ui.spacing_mut().interact_size.y = 22.0;
        for (word, window) in WINDOWS {
            let chosen =
                form.bound == Bound::Tokens && presets::tokens(&form.tokens) == Some(window);
            let name = format!("Window of {word} tokens");
            let response = pill(ui, chosen, word, &name);
            let exact = presets::grouped(window);
            if response
                .on_hover_text(format!("{exact} tokens, all of them for the document"))
                .clicked()
            {
                form.bound = Bound::Tokens;
                form.tokens = window.to_string();
            }
        }
    });
    if !around.boards.is_empty() {
        kit::caption(ui, "Fit a board’s model");
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(4.0);
            ui.spacing_mut().interact_size.y = 22.0;
            for board in around.boards {
                board_pill(ui, form, board);
            }
        });
    }
    if around.several && form.bound == Bound::Tokens && !form.together {
        ui.checkbox(&mut form.total, "Share one budget").on_hover_text(
            "All documents together may keep this many tokens, each by its size; else each may",
        );
    }
}

fn board_pill(ui: &mut Ui, form: &mut Form, board: &BoardWindow) {
    let budget = board.budget();
    let chosen = form.bound == Bound::Tokens
        && presets::tokens(&form.tokens) == Some(budget)
        && form.tokenizer.as_deref() == Some(board.tokenizer.as_str());
    let name = format!("Window of {}", board.name);
    let why = format!(
        "{} tokens of {}, less {} for a question and an answer; counted by the model’s own \
         tokenizer",
        presets::grouped(board.window),
        board.name,
        board.reserve
    );
    if pill(ui, chosen, &board.name, &name).on_hover_text(why).clicked() {
        form.bound = Bound::Tokens;
        form.tokens = budget.to_string();
        form.tokenizer = Some(board.tokenizer.clone());
    }
}

fn ratio(ui: &mut Ui, form: &mut Form) {
    let mut step = presets::step_of(form.ratio);
    ui.horizontal(|ui| {
        // A fixed place for the figure, so that the slider keeps its length.
        ui.spacing_mut().slider_width = (ui.available_width() - 52.0).max(60.0);
        let slider = Slider::new(&mut step, 0..=RATIOS.len() - 1).show_value(false);
        let response = ui.add(slider);
        let said = presets::times(presets::ratio_of(step));
        response.widget_info(|| WidgetInfo {
            value: Some(presets::ratio_of(step)),
            ..WidgetInfo::labeled(Role::Slider, true, "Ratio")
        });
        response.on_hover_text("Tokens before over tokens after");
        ui.label(egui::RichText::new(said).font(text::heading()));
    });
    if step != presets::step_of(form.ratio) {
        form.ratio = presets::ratio_of(step);
    }
    small(ui, "Prose: 2–4×. Further, see what was lost");
}

fn tokens(ui: &mut Ui, form: &mut Form) {
    ui.horizontal(|ui| {
        let edit =
            TextEdit::singleline(&mut form.tokens).desired_width(96.0).margin(Vec2::new(8.0, 6.0));
        let response = ui.add(edit);
        let value = form.tokens.clone();
        response.widget_info(|| WidgetInfo {
            current_text_value: Some(value.clone()),
            ..WidgetInfo::labeled(Role::TextInput, true, "Tokens that may remain")
        });
        ui.label("tokens at most");
    });
    if let Err(problem) = form.budget() {
        let palette = Palette::here(ui);
        ui.label(egui::RichText::new(problem).font(text::small()).color(palette.bad));
    }
}

fn tokenizer(ui: &mut Ui, form: &mut Form, around: &Around<'_>) -> Wish {
    kit::caption(ui, "Tokens counted by");
    let mut wish = Wish::default();
    let now = form.tokenizer(around.setting).to_owned();
    let shown = around
        .boards
        .iter()
        .find(|board| board.tokenizer == now)
        .map_or_else(|| tokenizer_name(&now).to_owned(), |board| board.name.clone());
    let mut all: Vec<(String, String)> = vec![
        ("o200k".into(), "o200k — GPT-4o and later".into()),
        ("cl100k".into(), "cl100k — GPT-4".into()),
    ];
    for board in around.boards {
        all.push((board.tokenizer.clone(), format!("{} — its own", board.name)));
    }
    if !all.iter().any(|(name, _)| *name == now) {
        all.push((now.clone(), tokenizer_name(&now).to_owned()));
    }
    let wide = ui.available_width();
    let response = kit::combo(ui, "Tokens counted by", wide, &shown, |ui| {
        for (name, title) in &all {
            if ui.selectable_label(*name == now, title).on_hover_text(name).clicked() {
                form.tokenizer = Some(name.clone());
            }
        }
        ui.separator();
        if ui.selectable_label(false, "A tokenizer’s file…").clicked() {
            wish.tokenizer_file = true;
        }
    });
    response.on_hover_text(now);
    wish
}

fn strategy(ui: &mut Ui, form: &mut Form) {
    kit::caption(ui, "Strategy");
    let known = STRATEGIES.iter().find(|(name, ..)| *name == form.strategy);
    let (title, why) = known.map_or(("Automatic", ""), |(_, title, why)| (title, why));
    let wide = ui.available_width();
    kit::combo(ui, "Strategy", wide, title, |ui| {
        for (name, title, why) in STRATEGIES {
            if ui.selectable_label(form.strategy == name, title).on_hover_text(why).clicked() {
                form.strategy = name.into();
            }
        }
    });
    small(ui, why);
}

/// From facts to whole sentences.
fn readable(ui: &mut Ui, form: &mut Form) {
    kit::caption(ui, "Facts or whole sentences");
    let by_phrase = form.by_phrase();
    ui.add_enabled_ui(by_phrase, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().slider_width = (ui.available_width() - 52.0).max(60.0);
            let mut value = form.wanted_readable.unwrap_or(0.0);
            let slider = Slider::new(&mut value, 0.0..=1.0).step_by(0.05).show_value(false);
            let response = ui.add(slider);
            if response.changed() {
                form.wanted_readable = Some(value);
            }
            response.widget_info(|| WidgetInfo {
                value: Some(value),
                ..WidgetInfo::labeled(Role::Slider, by_phrase, "Readable")
            });
            response
                .on_hover_text("Left: the most facts, in telegram style. Right: whole sentences");
            match form.wanted_readable {
                Some(_) => {
                    let share = format!("{:.0} %", 100.0 * value);
                    ui.label(egui::RichText::new(share).font(text::heading()));
                }
                None => small(ui, "auto"),
            }
        });
    });
    small(
        ui,
        match (by_phrase, form.wanted_readable) {
            (false, _) => "This strategy takes whole sentences or lines anyway",
            (true, None) if form.by_text() => {
                "Facts in telegram style; of papers and contracts whole clauses"
            }
            (true, None) => "The most facts, in telegram style",
            (true, Some(readable)) if readable < 0.05 => "The most facts, in telegram style",
            (true, Some(readable)) if readable > 0.95 => "Whole sentences, and fewer facts",
            (true, Some(_)) => "Longer phrases, and somewhat fewer facts",
        },
    );
    let decide = "Let the text decide";
    if by_phrase && form.wanted_readable.is_some() && pill(ui, false, decide, decide).clicked() {
        form.wanted_readable = None;
    }
}

/// What stays and goes whatever the budget.
fn rules(ui: &mut Ui, form: &mut Form) {
    let hint = "code=keep, legal=4x, heading:References=drop, keep REGEX; one a line";
    kit::text_area(ui, "What stays and goes", &mut form.rules, hint, 2);
}

/// A small choice; `name` says in full what `word` says in short.
fn pill(ui: &mut Ui, chosen: bool, word: &str, name: &str) -> Response {
    let palette = Palette::here(ui);
    let ink = if chosen { palette.accent } else { palette.ink };
    let label = egui::RichText::new(word).font(text::small()).color(ink);
    let fill = if chosen { palette.selected } else { palette.sunk };
    let line = egui::Stroke::new(1.0, if chosen { palette.accent } else { palette.line });
    ui.spacing_mut().button_padding = Vec2::new(5.5, 3.0);
    let made = egui::Button::new(label).fill(fill).stroke(line).min_size(Vec2::new(0.0, 22.0));
    let response = ui.add(made);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, name));
    response
}

/// Small text that explains.
pub(super) fn small(ui: &mut Ui, words: &str) {
    let palette = Palette::here(ui);
    let words = egui::RichText::new(words).font(text::small()).color(palette.soft);
    ui.add(egui::Label::new(words).wrap());
}

/// The same on one line, cut where there is no room.
pub(super) fn small_line(ui: &mut Ui, words: &str) {
    let palette = Palette::here(ui);
    let label = egui::RichText::new(words).font(text::small()).color(palette.soft);
    ui.add(egui::Label::new(label).truncate()).on_hover_text(words);
}
