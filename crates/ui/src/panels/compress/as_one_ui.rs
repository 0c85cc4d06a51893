//! Several documents as one text: its figures, its sources on the left, itself on the right, and what was lost.

use egui::{
    Align, Layout, Margin, Popup, Rect, Response, RichText, Role, ScrollArea, Sense, Ui, Vec2,
    WidgetInfo,
};
use protocol::numbers::bytes;
use protocol::{Citations, LeftFormat, MemberView};

use super::as_one::AsOne;
use super::fidelity::Focus;
use super::flow::Link;
use super::form_ui::small_line;
use super::grounds::{Look, Shading, Side};
use super::pane_ui::Pointed;
use super::presets::{grouped, times};
use super::reading::Gaps;
use super::sides_ui::{LEAST_HIGH, SIDE_BY_SIDE, halves, sheet};
use super::{Compress, Purpose, loss_ui};
use crate::icon::Icon;
use crate::kit::{self, Figure, Weight};
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::toast::{Toast, Tone};

/// The height of a source's row.
const ROW: f32 = 44.0;

/// What a person wants of it.
#[derive(Clone, Debug, PartialEq)]
enum Wish {
    Copy,
    CopyPrompt,
    Save(LeftFormat),
    /// To look at a source, at a stretch of it where one is meant.
    Look(usize, Option<[u64; 2]>),
    /// To have the text where a source begins in it.
    GoTo(usize),
    /// Back to all sources.
    Back,
    /// To find what was lost.
    Find(String),
}

impl Compress {
    pub(super) fn as_one_page(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, pending: bool) {
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let (focus, cite) = (form.focus(), form.cite);
        let focus = if focus.is_none() { Focus::Unknown } else { Focus::Known };
        let no_text = match &self.fetch_trouble {
            Some(failure) => failure.to_string(),
            None => "The document is being read…".to_owned(),
        };
        let Some(one) = &mut self.as_one else { return };
        let mut wishes = Vec::new();
        heading(ui, one, &mut wishes);
        figures(ui, one);
        if let Some(why) = &one.view.refused {
            kit::notice(ui, Tone::Warning, why, None);
        }
        body(ui, one, (&no_text, cite, pending), focus, &mut wishes);
        for wish in wishes {
            self.fulfil_one(wish, scene);
        }
    }

    fn fulfil_one(&mut self, wish: Wish, scene: &mut Scene<'_>) {
        match wish {
            Wish::Copy => self.copy(scene),
            Wish::CopyPrompt => self.copy_prompt(scene),
            Wish::Save(format) => self.ask_dialog(Purpose::Save(format), scene),
            Wish::Look(place, src) => {
                if let Some(one) = &mut self.as_one {
                    one.look_at(place, src);
                }
                self.fetch_source(scene);
            }
            Wish::GoTo(place) => {
                if let Some(one) = &mut self.as_one {
                    one.go_to(place);
                }
            }
            Wish::Back => {
                self.fetch.cancel(scene.asks);
                self.fetch_trouble = None;
                if let Some(one) = &mut self.as_one {
                    one.open = None;
                    one.hovered = None;
                }
            }
            Wish::Find(word) => {
                let found = self.as_one.as_mut().is_some_and(|one| find(one, &word));
                if !found {
                    scene.asks.toast(Toast {
                        tone: Tone::Info,
                        text: format!("“{word}” is in none of the sources that were opened"),
                        hint: Some("open the source that it may be in, then press it again".into()),
                        undo: None,
                    });
                }
            }
        }
    }
}

/// Looks for a word in the source that is open, else in those that were; whether it is there.
fn find(one: &mut AsOne, word: &str) -> bool {
    let open = one.open.as_ref().map(|open| open.entry);
    let others = (0..one.entries.len()).filter(|place| Some(*place) != open);
    for place in open.into_iter().chain(others) {
        let Some(entry) = one.entries.get(place) else { continue };
        if !entry.text.as_ref().is_some_and(|text| text.contains(word)) {
            continue;
        }
        one.look_at(place, None);
        if let (Some(open), Some(Ok(document))) =
            (&mut one.open, one.entries.get(place).map(|entry| &entry.outcome))
        {
            return open.look_for(word, document);
        }
    }
    false
}

/// What it is, and what can be done with it.
fn heading(ui: &mut Ui, one: &AsOne, wishes: &mut Vec<Wish>) {
    let title = format!("{} documents as one", one.entries.len());
    let wide = ui.available_width() >= 640.0;
    ui.horizontal(|ui| {
        ui.set_min_height(30.0);
        ui.label(RichText::new(title).font(text::heading()));
        if wide {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                deeds(ui, wishes, [2, 1, 0]);
            });
        }
    });
    if !wide {
        ui.horizontal_wrapped(|ui| deeds(ui, wishes, [0, 1, 2]));
    }
}

fn deeds(ui: &mut Ui, wishes: &mut Vec<Wish>, order: [usize; 3]) {
    ui.spacing_mut().item_spacing.x = 6.0;
    for which in order {
        match which {
            0 => {
                let copy = kit::button(ui, Weight::Primary, Some(Icon::Copy), "Copy what is left");
                if copy.clicked() {
                    wishes.push(Wish::Copy);
                }
            }
            1 => {
                let save = kit::button(ui, Weight::Plain, Some(Icon::Save), "Save…");
                save_menu(&save, wishes);
            }
            _ => {
                if kit::button(ui, Weight::Quiet, None, "Copy as prompt").clicked() {
                    wishes.push(Wish::CopyPrompt);
                }
            }
        }
    }
}

fn save_menu(button: &Response, wishes: &mut Vec<Wish>) {
    let formats = [
        (LeftFormat::Text, "Text with its citations…"),
        (LeftFormat::Map, "JSON, where every byte comes from…"),
    ];
    Popup::menu(button).show(|ui| {
        for (format, title) in formats {
            if ui.button(title).clicked() {
                wishes.push(Wish::Save(format));
            }
        }
    });
}

fn figures(ui: &mut Ui, one: &AsOne) {
    let view = &one.view;
    let mut tokens = Figure::new("Tokens", None, format!("counted by {}", view.tokenizer));
    tokens.value = format!("{} → {}", grouped(view.tokens_in), grouped(view.tokens_out));
    let ratio = if view.ratio.is_some() { "of all together" } else { "nothing is left" };
    let used = format!("{} of {}", one.used(), one.entries.len());
    let twice = one.twice().to_string();
    kit::figures(
        ui,
        &[
            Figure::new("Sources", Some(used), "are in the text"),
            tokens,
            Figure::new("Ratio", view.ratio.map(times), ratio),
            Figure::new("In common", Some(twice), "passages an earlier one has"),
        ],
    );
}

/// Sources, text and losses, in all the height there is.
fn body(
    ui: &mut Ui,
    one: &mut AsOne,
    (no_text, cite, pending): (&str, Citations, bool),
    focus: Focus,
    wishes: &mut Vec<Wish>,
) {
    // The panel below is drawn after the texts, and has the height it had before.
    let id = ui.scope_id().with("loss height");
    let below = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(96.0);
    let wide = ui.available_width() >= SIDE_BY_SIDE;
    let least = if wide { LEAST_HIGH } else { 2.0 * LEAST_HIGH };
    let high = (ui.available_height() - below - space::SMALL).max(least);
    let size = Vec2::new(ui.available_width(), high);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let (left, right) = halves(rect, wide);
    let mut hovered = None;
    match one.open.is_some() {
        true => source(ui, left, one, no_text, wishes, &mut hovered),
        false => sources(ui, left, one, wishes),
    }
    result(ui, right, one, (cite, pending), wishes, &mut hovered);
    if hovered != one.hovered {
        one.hovered = hovered;
        ui.ctx().request_repaint();
    }
    let top = ui.cursor().top();
    if let Some(word) = loss_ui::ui(ui, &one.document, focus) {
        wishes.push(Wish::Find(word));
    }
    let now = ui.min_rect().bottom() - top;
    if (now - below).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, now));
        ui.ctx().request_discard("the texts take what the losses leave");
    }
}

fn look(ui: &Ui, side: Side, kind: &str) -> Look {
    let even = matches!(kind, "code" | "log" | "json" | "table");
    Look { side, palette: Palette::here(ui), steps: 0, even }
}

/// All sources, one row each.
fn sources(ui: &mut Ui, rect: Rect, one: &AsOne, wishes: &mut Vec<Wish>) {
    let head = |ui: &mut Ui| {
        ui.label(RichText::new("Sources").font(text::heading()));
    };
    let middle = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("sources").auto_shrink([false, false]);
        area.show_rows(ui, ROW, one.view.documents.len(), |ui, range| {
            for place in range {
                if let Some(member) = one.view.documents.get(place)
                    && row(ui, place, member)
                {
                    wishes.push(Wish::Look(place, None));
                    wishes.push(Wish::GoTo(place));
                }
            }
        });
    };
    let foot = |ui: &mut Ui| small_line(ui, "Press a source to see what is kept of it");
    sheet(ui, "sources", rect, head, middle, foot);
}

/// What is to be said of a source.
fn said(member: &MemberView) -> String {
    if let Some(failure) = &member.failure {
        return failure.message.clone();
    }
    let mut words = format!("{} tokens · ", grouped(member.tokens_in));
    match member.kept_bytes {
        0 => words.push_str("nothing is kept"),
        kept => {
            words.push_str(&bytes(kept as f64));
            words.push_str(" kept");
        }
    }
    match member.duplicates.len() {
        0 => {}
        1 => words.push_str(" · 1 passage in an earlier source"),
        many => words.push_str(&format!(" · {many} passages in an earlier source")),
    }
    words
}

fn row(ui: &mut Ui, place: usize, member: &MemberView) -> bool {
    let palette = Palette::here(ui);
    let can = member.failure.is_none();
    let (rect, response) = kit::list_row(ui, ROW, can);
    let words = said(member);
    let number = member.number.map_or_else(|| "—".to_owned(), |number| format!("[{number}]"));
    let inner = rect.shrink2(Vec2::new(12.0, 5.0));
    let columns = egui::UiBuilder::new()
        .id_salt(("source", place))
        .max_rect(inner)
        .layout(Layout::left_to_right(Align::Min));
    ui.scope_builder(columns, |ui| {
        ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
        let ink = if member.number.is_some() { palette.accent } else { palette.faint };
        let wide = Vec2::new(40.0, inner.height());
        ui.allocate_ui_with_layout(wide, Layout::left_to_right(Align::Min), |ui| {
            ui.set_min_width(wide.x);
            plain(ui, RichText::new(number).font(text::small()).color(ink));
        });
        ui.vertical(|ui| {
            let ink = if can { palette.ink } else { palette.soft };
            plain(ui, RichText::new(&member.name).color(ink));
            let ink = if can { palette.soft } else { palette.bad };
            plain(ui, RichText::new(&words).font(text::small()).color(ink));
        });
    });
    let role = if can { Role::Button } else { Role::Label };
    let said = format!("{}, {words}", member.name);
    response.widget_info(|| WidgetInfo::labeled(role, true, &said));
    let clicked = response.clicked();
    response.on_hover_text(said);
    clicked
}

/// Words on one line that take no pointer.
fn plain(ui: &mut Ui, words: RichText) {
    ui.add(egui::Label::new(words).truncate().selectable(false).sense(Sense::hover()));
}

/// The source that is looked at.
fn source(
    ui: &mut Ui,
    rect: Rect,
    one: &mut AsOne,
    no_text: &str,
    wishes: &mut Vec<Wish>,
    hovered: &mut Option<Link>,
) {
    let link = one.hovered.and_then(|link| one.in_source(link).or(gap(link)));
    let Some(mut open) = one.open.take() else { return };
    let (name, twice) = match one.view.documents.get(open.entry) {
        Some(member) => (member.name.clone(), member.duplicates.len()),
        None => (String::new(), 0),
    };
    let mut heard = None;
    if let Some(Ok(document)) = one.entries.get(open.entry).map(|entry| &entry.outcome) {
        let look = look(ui, Side::Source(Shading::Kept), &document.kind);
        let pointed = Pointed { link, found: open.found.clone() };
        let (flow, mut pane) = (open.source.take(), std::mem::take(&mut open.left));
        let gaps = Gaps { document, reading: &open };
        sheet(
            ui,
            "source",
            rect,
            |ui| {
                if kit::link(ui, "All sources").clicked() {
                    wishes.push(Wish::Back);
                }
                plain(ui, RichText::new(&name).font(text::heading()));
            },
            |ui| match &flow {
                Some(flow) => {
                    heard = Some(pane.ui(ui, "The source", flow, &look, &pointed, &gaps));
                }
                None => {
                    egui::Frame::new().inner_margin(Margin::same(12)).show(ui, |ui| {
                        kit::soft(ui, no_text);
                    });
                }
            },
            |ui| {
                let words = match twice {
                    0 => "Shaded is what is in the text; press it to go there".to_owned(),
                    1 => "Shaded is in the text · 1 passage is cited from an earlier source".into(),
                    many => format!(
                        "Shaded is in the text · {many} passages stand in an earlier source; press \
                         one to go there"
                    ),
                };
                small_line(ui, &words);
            },
        );
        (open.source, open.left) = (flow, pane);
    }
    let place = open.entry;
    one.open = Some(open);
    let Some(heard) = heard else { return };
    *hovered = hovered.or(heard.hovered.and_then(|link| one.in_text(link).or(gap(link))));
    match heard.clicked {
        Some(Link::Gap(gap)) => {
            let members = one.view.documents.get(place);
            if let Some(twice) = members.and_then(|member| member.duplicates.get(gap))
                && let Ok(earlier) = usize::try_from(twice.document)
            {
                wishes.push(Wish::Look(earlier, Some(twice.first)));
            }
        }
        Some(link) => {
            let byte = one.in_text(link).and_then(|link| one.result.find(link));
            if let Some(byte) = byte {
                one.right.go(byte);
                ui.ctx().request_repaint();
            }
        }
        None => {}
    }
}

/// A passage of the open source that an earlier one has; the text has none.
fn gap(link: Link) -> Option<Link> {
    matches!(link, Link::Gap(_)).then_some(link)
}

/// The text of all.
fn result(
    ui: &mut Ui,
    rect: Rect,
    one: &mut AsOne,
    (cite, pending): (Citations, bool),
    wishes: &mut Vec<Wish>,
    hovered: &mut Option<Link>,
) {
    let look = look(ui, Side::Result, &one.document.kind);
    let pointed = Pointed { link: one.hovered, found: None };
    let mut pane = std::mem::take(&mut one.right);
    let mut heard = None;
    sheet(
        ui,
        "result",
        rect,
        |ui| {
            ui.label(RichText::new("What is left").font(text::heading()));
        },
        |ui| {
            if one.view.text.is_empty() {
                egui::Frame::new().inner_margin(Margin::same(12)).show(ui, |ui| {
                    kit::soft(ui, "Nothing is left of these documents");
                });
                return;
            }
            if pending {
                ui.set_opacity(0.55);
            }
            let gaps = Gaps { document: &one.document, reading: &one.whole };
            let name = "The text of all documents";
            heard = Some(pane.ui(ui, name, &one.result, &look, &pointed, &gaps));
        },
        |ui| {
            let words = match cite {
                Citations::None => "Press a stretch to see it in its source",
                _ => "Press a stretch or a citation to see its source; the index is at the end",
            };
            small_line(ui, words);
        },
    );
    one.right = pane;
    let Some(heard) = heard else { return };
    *hovered = hovered.or(heard.hovered);
    match heard.clicked {
        Some(Link::Source(place)) => wishes.push(Wish::Look(place, None)),
        Some(Link::Span(span)) => {
            if let Some(span) = one.view.spans.get(span)
                && let Ok(place) = usize::try_from(span.document)
            {
                wishes.push(Wish::Look(place, Some(span.src)));
            }
        }
        Some(Link::Gap(_)) | None => {}
    }
}
