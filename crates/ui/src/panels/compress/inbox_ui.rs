//! Where documents come in: dropped, opened, pasted, or by a path that is typed.

use std::path::PathBuf;

use egui::{Align, Color32, Event, Layout, Rect, RichText, Sense, Shape, Stroke, Ui, Vec2, pos2};
use protocol::{DocumentSort, DocumentSource};

use crate::icon::{self, Icon};
use crate::kit::{self, Weight};
use crate::shell::Surroundings;
use crate::theme::{Palette, faded, space, text};

/// What a person wants to bring in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bring {
    /// Documents, by a dialog.
    Documents,
    /// A folder, by a dialog.
    Folder,
    /// What is on the clipboard.
    Paste,
    /// What a path names.
    Path(PathBuf),
    /// A text.
    Text(String),
}

/// The ways in that take room on the page.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// A field for a path, and why it is there.
    pub(super) path: Option<PathField>,
    /// A place to paste into.
    pub(super) paste: Option<String>,
    /// The clipboard has not been asked yet.
    pub(super) ask_clipboard: bool,
}

/// A path is typed where no dialog can be opened.
#[derive(Debug, Default)]
pub(super) struct PathField {
    pub(super) why: String,
    pub(super) path: String,
}

impl Inbox {
    /// A place to paste into opens, and the clipboard is asked where it can be.
    pub(super) fn open_paste(&mut self, surroundings: &Surroundings) {
        self.paste.get_or_insert_default();
        self.ask_clipboard = !surroundings.paste_by_key;
    }

    /// A field for a path opens.
    pub(super) fn open_path(&mut self, why: &str) {
        let path = self.path.get_or_insert_default();
        why.clone_into(&mut path.why);
    }

    /// Nothing is open any more.
    pub(super) fn close(&mut self) {
        *self = Inbox::default();
    }

    /// A text that was pasted where nothing else takes it.
    pub(super) fn pasted(&mut self, ui: &Ui) -> Option<String> {
        if std::mem::take(&mut self.ask_clipboard) {
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::RequestPaste);
        }
        let empty = self.paste.as_ref().is_some_and(String::is_empty);
        if !empty && ui.ctx().text_edit_focused() {
            return None;
        }
        ui.input_mut(|input| {
            let at = input.events.iter().position(|event| matches!(event, Event::Paste(_)))?;
            match input.events.remove(at) {
                Event::Paste(text) if !text.trim().is_empty() => Some(text),
                _ => None,
            }
        })
    }

    /// The open ways in, one card each.
    pub(super) fn open_ui(&mut self, ui: &mut Ui) -> Option<Bring> {
        let mut bring = None;
        if let Some(field) = &mut self.path {
            let mut closed = false;
            kit::card(ui, |ui| {
                kit::soft(ui, &field.why);
                let hint = "/path/to/notes.md";
                let edit = kit::field(ui, "Path of a document or a folder", &mut field.path, hint);
                let entered =
                    edit.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
                ui.horizontal(|ui| {
                    let given = field.path.trim();
                    let opens = ui
                        .add_enabled_ui(!given.is_empty(), |ui| {
                            kit::button(ui, Weight::Primary, None, "Open this path").clicked()
                        })
                        .inner;
                    if (opens || entered) && !given.is_empty() {
                        bring = Some(Bring::Path(given.into()));
                    }
                    closed = kit::button(ui, Weight::Quiet, None, "Cancel").clicked();
                });
            });
            if closed {
                self.path = None;
            }
            ui.add_space(space::SMALL);
        }
        if let Some(pasted) = &mut self.paste {
            let mut closed = false;
            kit::card(ui, |ui| {
                let edit = kit::text_area(ui, "Text to compress", pasted, "Paste or type here", 5);
                if pasted.is_empty() && !edit.has_focus() && !ui.ctx().text_edit_focused() {
                    edit.request_focus();
                }
                ui.horizontal(|ui| {
                    let uses = ui
                        .add_enabled_ui(!pasted.trim().is_empty(), |ui| {
                            kit::button(ui, Weight::Primary, None, "Use this text").clicked()
                        })
                        .inner;
                    if uses {
                        bring = Some(Bring::Text(pasted.clone()));
                    }
                    closed = kit::button(ui, Weight::Quiet, None, "Cancel paste").clicked();
                });
            });
            if closed {
                self.paste = None;
            }
            ui.add_space(space::SMALL);
        }
        bring
    }
}

/// The empty room: one large place to drop on, and the other ways in.
pub(super) fn drop_zone(
    ui: &mut Ui,
    surroundings: &Surroundings,
    sorts: &[DocumentSort],
) -> Option<Bring> {
    let palette = Palette::here(ui);
    let hovering = hovering(ui);
    let size = Vec2::new(ui.available_width(), ui.available_height().max(380.0));
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let (ground, line) = match hovering.is_some() {
        true => (palette.selected, palette.accent),
        false => (palette.sheet, palette.faint),
    };
    ui.painter().rect_filled(rect, space::CORNER, ground);
    dashes(ui, rect.shrink(1.0), line, if hovering.is_some() { 2.0 } else { 1.2 });
    let mut bring = None;
    let height = 350.0;
    let top = rect.top() + ((rect.height() - height) * 0.45).max(space::MEDIUM);
    let inner = Rect::from_min_max(pos2(rect.left() + 24.0, top), rect.max - Vec2::splat(16.0));
    let mut inside = ui
        .new_child(egui::UiBuilder::new().max_rect(inner).layout(Layout::top_down(Align::Center)));
    let ui = &mut inside;
    let (round, _) = ui.allocate_exact_size(Vec2::splat(72.0), Sense::hover());
    let ink = if hovering.is_some() { palette.accent } else { palette.soft };
    let back = if hovering.is_some() { palette.sheet } else { palette.sunk };
    ui.painter().circle_filled(round.center(), 36.0, back);
    icon::paint(ui.painter(), Icon::Compress, round.shrink(22.0), ink);
    ui.add_space(space::SMALL);
    let title = match (&hovering, &surroundings.no_drops) {
        (Some(names), _) => format!("Let go to compress {names}"),
        (None, Some(_)) => "Compress documents".into(),
        (None, None) => "Drop documents or a folder here".into(),
    };
    ui.label(RichText::new(title).font(text::title()));
    paragraph(
        ui,
        "They come out with fewer tokens: what says most is kept word for word and in order, \
         every gap can be opened beside its source, and what was lost is counted",
    );
    ui.add_space(space::SMALL);
    let choices = [
        (Weight::Primary, Icon::File, "Open documents…", Bring::Documents),
        (Weight::Plain, Icon::Folder, "Open folder…", Bring::Folder),
        (Weight::Plain, Icon::Copy, "Paste", Bring::Paste),
    ];
    centred(ui, "ways in", |ui| {
        for (weight, icon, word, what) in choices {
            if kit::button(ui, weight, Some(icon), word).clicked() {
                bring = Some(what);
            }
        }
    });
    ui.add_space(space::MEDIUM);
    if let Some(why) = &surroundings.no_drops {
        paragraph(ui, &format!("Files cannot be dropped on this window: {why}"));
    }
    fine_print(
        ui,
        &format!(
            "{}Kept first: numbers and names. Never torn: a number from its unit, a name, a negation \
             from what it negates, a short quotation. Without a focus, past 4× prose loses much of what a reader might ask about; with one, far less",
            readable(sorts)
        ),
    );
    bring
}

/// What can be compressed, as a sentence.
fn readable(sorts: &[DocumentSort]) -> String {
    let names: Vec<&str> = sorts.iter().map(|sort| sort.name.as_str()).collect();
    let Some((last, others)) = names.split_last() else { return String::new() };
    let list = match others {
        [] => (*last).to_owned(),
        others => format!("{} and {last}", others.join(", ")),
    };
    let mut letters = list.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}. ", letters.as_str())
}

/// What hovers over the window with something in its hand, in words.
pub(super) fn hovering(ui: &Ui) -> Option<String> {
    ui.input(|input| {
        let files = &input.raw.hovered_files;
        match files.as_slice() {
            [] => None,
            [one] => Some(one.path.as_ref().and_then(|path| path.file_name()).map_or_else(
                || "this file".to_owned(),
                |name| name.to_string_lossy().into_owned(),
            )),
            many => Some(format!("{} files", many.len())),
        }
    })
}

/// Over a page that has documents already: what letting go will do.
pub(super) fn drop_veil(ui: &Ui, rect: Rect) {
    let Some(names) = hovering(ui) else { return };
    let palette = Palette::here(ui);
    let layer = egui::LayerId::new(egui::Order::Foreground, ui.scope_id().with("drop veil"));
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_filled(rect, space::CORNER, faded(palette.selected, 0.94));
    let ring = Stroke::new(2.0, palette.accent);
    painter.rect_stroke(rect.shrink(1.0), space::CORNER, ring, egui::StrokeKind::Inside);
    let words = format!("Let go to compress {names} instead");
    let galley = painter.layout_no_wrap(words, text::title(), palette.ink);
    let card = Rect::from_center_size(rect.center(), galley.size() + Vec2::new(48.0, 32.0));
    painter.rect_filled(card, space::CORNER, palette.sheet);
    painter.galley(card.center() - galley.size() / 2.0, galley, palette.ink);
}

/// A pasted or typed text as a document.
pub(super) fn text_document(text: String) -> DocumentSource {
    DocumentSource::Bytes { name: "Pasted text".into(), bytes: text.into_bytes() }
}

fn dashes(ui: &Ui, rect: Rect, color: Color32, width: f32) {
    let corners = [
        rect.left_top() + Vec2::new(space::CORNER, 0.0),
        rect.right_top() - Vec2::new(space::CORNER, 0.0),
        rect.right_top() + Vec2::new(0.0, space::CORNER),
        rect.right_bottom() - Vec2::new(0.0, space::CORNER),
        rect.right_bottom() - Vec2::new(space::CORNER, 0.0),
        rect.left_bottom() + Vec2::new(space::CORNER, 0.0),
        rect.left_bottom() - Vec2::new(0.0, space::CORNER),
        rect.left_top() + Vec2::new(0.0, space::CORNER),
    ];
    let stroke = Stroke::new(width, color);
    let mut shapes = Vec::new();
    for side in corners.chunks(2) {
        Shape::dashed_line_many(side, stroke, 7.0, 5.0, &mut shapes);
    }
    ui.painter().extend(shapes);
    let quarter = std::f32::consts::FRAC_PI_2;
    let centres = [
        (rect.left_top() + Vec2::splat(space::CORNER), 2.0),
        (rect.right_top() + Vec2::new(-space::CORNER, space::CORNER), 3.0),
        (rect.right_bottom() - Vec2::splat(space::CORNER), 0.0),
        (rect.left_bottom() + Vec2::new(space::CORNER, -space::CORNER), 1.0),
    ];
    for (centre, turns) in centres {
        let arc = (0..=8).map(|step| {
            let (sin, cos) = (quarter * (turns + step as f32 / 8.0)).sin_cos();
            centre + space::CORNER * Vec2::new(cos, sin)
        });
        ui.painter().add(Shape::line(arc.collect(), stroke));
    }
}

fn paragraph(ui: &mut Ui, words: &str) {
    let palette = Palette::here(ui);
    ui.scope(|ui| {
        ui.set_max_width(520.0);
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add(egui::Label::new(RichText::new(words).color(palette.soft)).wrap());
        });
    });
}

fn fine_print(ui: &mut Ui, words: &str) {
    let palette = Palette::here(ui);
    ui.scope(|ui| {
        ui.set_max_width(560.0);
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            let words = RichText::new(words).font(text::small()).color(palette.soft);
            ui.add(egui::Label::new(words).wrap());
        });
    });
}

/// A row in the middle: its width is known only after the first frame.
fn centred(ui: &mut Ui, name: &str, row: impl FnOnce(&mut Ui)) {
    let id = ui.scope_id().with(name);
    let width = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
    ui.horizontal(|ui| {
        ui.add_space(((ui.available_width() - width) / 2.0).max(0.0));
        let from = ui.cursor().left();
        row(ui);
        let now = ui.min_rect().right() - from;
        if (now - width).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(id, now));
            ui.ctx().request_discard("a row is centred");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_compressed_is_one_sentence() {
        let sort = |name: &str| DocumentSort { name: name.into(), endings: Vec::new() };
        let said =
            |names: &[&str]| readable(&names.iter().map(|name| sort(name)).collect::<Vec<_>>());
        assert_eq!(said(&[]), "");
        assert_eq!(said(&["text"]), "Text. ");
        assert_eq!(said(&["text", "PDF", "logs"]), "Text, PDF and logs. ");
    }
}
