//! A long text with its kept and dropped stretches, laid out only where it is looked at.
//!
//! The galleys are egui's own, which it caches by what they say; the grounds are painted behind
//! them, so that pointing at something lays nothing out anew.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, LayoutSection, TextFormat};
use egui::{
    EventFilter, FontId, Galley, Key, Rect, Response, Role, ScrollArea, Sense, Stroke, StrokeKind,
    TextStyle, Ui, Vec2, WidgetInfo,
};

use protocol::Room;

use super::chunks::{Heights, chunks};
use super::flow::{Bit, Flow, Link, Part};
use super::grounds::{Ground, Look};
use super::reading::Gaps;
use super::rows::{rects_of, stretches};
use crate::kit;
use crate::theme::{Palette, faded};

/// Room around the text, in points.
const MARGIN: f32 = 12.0;
/// Where what is looked for comes to stand, as a share of the pane's height.
const LANDS_AT: f32 = 0.3;

/// The space before a citation may be all of it in a row, in points.
const LEAST_CITE: f32 = 6.0;

/// A place to go to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Goal {
    byte: usize,
    /// As a share of the pane's height.
    at: f32,
}

/// A scrolled text. It belongs to one [`Flow`] until it is told of another.
#[derive(Debug, Default)]
pub(super) struct Pane {
    chunks: Vec<Range<usize>>,
    heights: Heights,
    width: f32,
    font: Option<FontId>,
    offset: f32,
    goal: Option<Goal>,
}

/// What a person did in a pane.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// What the pointer is on.
    pub(super) hovered: Option<Link>,
    /// What was clicked.
    pub(super) clicked: Option<Link>,
    /// The gap that is to be opened or closed.
    pub(super) toggled: Option<usize>,
    /// The gap whose passage is to stay.
    pub(super) kept: Option<(usize, Room)>,
}

/// What is pointed out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pointed {
    /// Pointed at, here or on the other side.
    pub(super) link: Option<Link>,
    /// Looked for, in bytes of the shown text.
    pub(super) found: Option<Range<usize>>,
}

impl Pane {
    /// Another text, or the same with other chips; stays where it was.
    pub(super) fn renew(&mut self, flow: &Flow) {
        self.chunks = chunks(&flow.text);
        self.width = 0.0;
    }

    /// Goes to a byte of the shown text.
    pub(super) fn go(&mut self, byte: usize) {
        self.goal = Some(Goal { byte, at: LANDS_AT });
    }

    /// Back to the beginning.
    pub(super) fn rewind(&mut self) {
        self.goal = Some(Goal { byte: 0, at: 0.0 });
    }

    /// Draws it into all the room there is. `gaps` says of each what it held.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        name: &str,
        flow: &Flow,
        look: &Look,
        pointed: &Pointed,
        gaps: &Gaps<'_>,
    ) -> Heard {
        let rect = ui.available_rect_before_wrap();
        let font = look.font();
        let width = (rect.width() - 2.0 * MARGIN - 4.0).max(40.0).floor();
        if (width - self.width).abs() > 0.5 || self.font.as_ref() != Some(&font) {
            // At another width the same words stay at the top.
            if self.goal.is_none() && self.width > 0.0 {
                let (chunk, _) = self.heights.at(self.offset);
                let byte = self.chunks.get(chunk).map_or(0, |chunk| chunk.start);
                self.goal = (self.offset > 1.0).then_some(Goal { byte, at: 0.0 });
            }
            let row = look.line(&font);
            self.heights = Heights::estimate(&flow.text, &self.chunks, width, row);
            self.width = width;
            self.font = Some(font);
        }
        let keys = self.keys(ui, name, rect);
        let forced = self.settle(ui, flow, look, rect.height(), keys);
        let mut heard = Heard::default();
        let mut area = ScrollArea::vertical().id_salt(name).auto_shrink([false, false]);
        if let Some(offset) = forced {
            area = area.vertical_scroll_offset(offset);
        }
        let shown = area.show_viewport(ui, |ui, viewport| {
            ui.set_height(self.heights.total() + 2.0 * MARGIN);
            let origin = ui.max_rect().min + Vec2::splat(MARGIN);
            let (mut chunk, mut top) = self.heights.at((viewport.min.y - MARGIN).max(0.0));
            while chunk < self.heights.len() && top < viewport.max.y {
                let galley = self.lay_out(ui, flow, look, chunk);
                self.heights.learn(chunk, galley.size().y);
                let at = origin + Vec2::new(0.0, top);
                self.chunk_ui(ui, flow, look, pointed, gaps, chunk, (galley, at), &mut heard);
                top += self.heights.of(chunk);
                chunk += 1;
            }
        });
        self.offset = shown.state.clamped_offset().y;
        heard
    }

    /// The pane itself takes the focus and scrolls by keys. Points to scroll by.
    fn keys(&self, ui: &mut Ui, name: &str, rect: Rect) -> f32 {
        let response = ui.interact(
            rect,
            ui.scope_id().with((name, "keys")),
            Sense::focusable_noninteractive(),
        );
        response.widget_info(|| WidgetInfo::labeled(Role::ScrollView, true, name));
        if !response.has_focus() {
            return 0.0;
        }
        let palette = Palette::here(ui);
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(rect, 4.0, ring, StrokeKind::Inside);
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let page = rect.height() * 0.9;
        ui.input(|input| {
            [
                (Key::ArrowDown, 40.0),
                (Key::ArrowUp, -40.0),
                (Key::PageDown, page),
                (Key::PageUp, -page),
                (Key::Home, -f32::MAX / 4.0),
                (Key::End, f32::MAX / 4.0),
            ]
            .iter()
            .filter(|(key, _)| input.key_pressed(*key))
            .map(|(_, by)| by)
            .sum()
        })
    }

    /// Lays out what will be looked at, so that corrected heights above it move nothing. The offset,
    /// where it has to be another one than the scroll area thinks.
    fn settle(&mut self, ui: &Ui, flow: &Flow, look: &Look, high: f32, keys: f32) -> Option<f32> {
        let mut offset = self.offset;
        let goal = self.goal.take();
        if let Some(goal) = goal {
            // What is learnt around the goal moves it: look again until it stays.
            for _ in 0..6 {
                let chunk = self.chunks.partition_point(|chunk| chunk.end <= goal.byte);
                let chunk = chunk.min(self.chunks.len().saturating_sub(1));
                let galley = self.lay_out(ui, flow, look, chunk);
                self.heights.learn(chunk, galley.size().y);
                let within = self.row_of(flow, &galley, chunk, goal.byte);
                let before = (self.heights.total(), offset);
                offset =
                    (self.heights.top(chunk) + within - high * goal.at).clamp(0.0, self.end(high));
                self.learn_from(ui, flow, look, offset, high);
                if before == (self.heights.total(), offset) {
                    break;
                }
            }
        } else {
            offset = (offset + keys).clamp(0.0, self.end(high));
            offset += self.learn_from(ui, flow, look, offset, high);
        }
        let moved = goal.is_some() || (offset - self.offset).abs() > 0.01;
        moved.then_some(offset.max(0.0))
    }

    /// The offset at which the end of the text is seen.
    fn end(&self, high: f32) -> f32 {
        (self.heights.total() + 2.0 * MARGIN - high).max(0.0)
    }

    /// Lays out what is seen from `offset` on; by how much what lies above it has grown.
    fn learn_from(&mut self, ui: &Ui, flow: &Flow, look: &Look, offset: f32, high: f32) -> f32 {
        let (mut chunk, mut top) = self.heights.at((offset - MARGIN).max(0.0));
        let mut grown = 0.0;
        while chunk < self.heights.len() && top < offset + high {
            let galley = self.lay_out(ui, flow, look, chunk);
            let before = top;
            let delta = self.heights.learn(chunk, galley.size().y);
            // What begins above the edge is scrolled to by its end: that stays where it is.
            if before < offset - MARGIN {
                grown += delta;
            }
            top += self.heights.of(chunk);
            chunk += 1;
        }
        grown
    }

    fn words<'a>(&self, flow: &'a Flow, chunk: usize) -> (&'a str, usize) {
        let range = self.chunks.get(chunk).cloned().unwrap_or_default();
        let text = flow.text.get(range.clone()).unwrap_or_default();
        (text.strip_suffix('\n').unwrap_or(text), range.start)
    }

    fn bits<'a>(&self, flow: &'a Flow, chunk: usize) -> &'a [Bit] {
        let range = self.chunks.get(chunk).cloned().unwrap_or_default();
        let first = flow.bit_at(range.start);
        let rest = flow.bits.get(first..).unwrap_or_default();
        let many = rest.partition_point(|bit| bit.at.start < range.end);
        rest.get(..many).unwrap_or_default()
    }

    fn lay_out(&self, ui: &Ui, flow: &Flow, look: &Look, chunk: usize) -> Arc<Galley> {
        let (words, from) = self.words(flow, chunk);
        let font = self.font.clone().unwrap_or_else(|| TextStyle::Body.resolve(ui.style()));
        let mut job = LayoutJob::default();
        job.wrap.max_width = self.width;
        // A piece that is an empty line still takes a line.
        job.text = if words.is_empty() { " ".into() } else { words.to_owned() };
        let end = job.text.len();
        let mut at = 0;
        for bit in self.bits(flow, chunk) {
            let to = bit.at.end.saturating_sub(from).min(end);
            if to > at {
                let format = look.format(bit, font.clone());
                job.sections.push(section(at..to, format));
                at = to;
            }
        }
        if at < end {
            job.sections.push(section(at..end, TextFormat::simple(font, look.plain())));
        }
        ui.painter().layout_job(job)
    }

    /// The height of the row that holds a byte.
    fn row_of(&self, flow: &Flow, galley: &Galley, chunk: usize, byte: usize) -> f32 {
        let (_, from) = self.words(flow, chunk);
        let mut at = from;
        for row in &galley.rows {
            let bytes: usize = row.glyphs.iter().map(|glyph| glyph.chr.len_utf8()).sum();
            at += bytes + usize::from(row.ends_with_newline);
            if at > byte {
                return row.pos.y;
            }
        }
        0.0
    }

    #[expect(clippy::too_many_arguments, reason = "a piece of the pane and all it is drawn from")]
    fn chunk_ui(
        &self,
        ui: &mut Ui,
        flow: &Flow,
        look: &Look,
        pointed: &Pointed,
        gaps: &Gaps<'_>,
        chunk: usize,
        (galley, at): (Arc<Galley>, egui::Pos2),
        heard: &mut Heard,
    ) {
        let rect = Rect::from_min_size(at, Vec2::new(self.width, galley.size().y));
        let (words, from) = self.words(flow, chunk);
        let bits = self.bits(flow, chunk);
        let response = ui.interact(rect, ui.scope_id().with(("piece", chunk)), Sense::CLICK);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
        let stretches = stretches(&galley, from, bits, at);
        let pointer = response.hover_pos();
        // Between two rows of one stretch there is no gap to fall into.
        let over =
            |rect: &Rect| pointer.is_some_and(|at| rect.expand2(Vec2::new(0.0, 1.0)).contains(at));
        let under = stretches.iter().find(|(_, rect)| over(rect));
        if let Some((bit, _)) = under {
            heard.hovered = bit.part.link();
            if response.clicked() {
                heard.clicked = bit.part.link();
            }
        }
        let palette = Palette::here(ui);
        for (bit, rect) in &stretches {
            match look.ground(bit) {
                Ground::None => {}
                Ground::Flat(color) => {
                    ui.painter().rect_filled(*rect, 2.0, color);
                }
                Ground::Chip(color) => {
                    // Its first space keeps it apart from the word before it.
                    let ground = Rect::from_min_max(rect.min + Vec2::new(3.0, 1.0), rect.max);
                    let ground = ground.with_max_y(rect.bottom() - 1.0);
                    ui.painter().rect_filled(ground, 5.0, color);
                }
            }
            if pointed.link.is_some() && bit.part.link() == pointed.link {
                ui.painter().rect_filled(*rect, 2.0, faded(palette.accent, 0.22));
                let line = Stroke::new(1.5, palette.accent);
                ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line);
            }
        }
        if let Some(found) = &pointed.found {
            for rect in rects_of(&galley, from, found, at) {
                ui.painter().rect_filled(rect, 3.0, faded(palette.open, 0.3));
                let ring = Stroke::new(1.5, palette.open);
                ui.painter().rect_stroke(rect.expand(1.0), 3.0, ring, StrokeKind::Outside);
            }
        }
        ui.painter().galley(at, galley, palette.ink);
        for (place, (bit, rect)) in stretches.iter().enumerate() {
            match bit.part {
                Part::Cite(_) if rect.width() > LEAST_CITE => {
                    let said = flow.text.get(bit.at.clone()).unwrap_or_default().trim();
                    let said = format!("Citation {said}, to its source");
                    if pressable(ui, ("cite", chunk, place), *rect, &said).clicked() {
                        heard.clicked = bit.part.link();
                    }
                }
                Part::Chip(gap) => chip_ui(ui, gap, *rect, gaps, heard),
                Part::Restore(gap, room) => restore_ui(ui, gap, room, *rect, gaps, heard),
                _ => {}
            }
        }
    }
}

fn section(range: Range<usize>, format: TextFormat) -> LayoutSection {
    let byte_range = range.start.into()..range.end.into();
    LayoutSection { leading_space: 0.0, byte_range, format }
}

/// Something in the text that can be pressed, by pointer and by key.
fn pressable(ui: &Ui, salt: impl egui::AsIdSalt, rect: Rect, said: &str) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(salt), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, said));
    if response.has_focus() {
        let ring = Stroke::new(1.5, Palette::here(ui).accent);
        ui.painter().rect_stroke(rect, 5.0, ring, StrokeKind::Inside);
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    response
}

/// After an opened gap: its passage is to stay.
fn restore_ui(ui: &Ui, gap: usize, room: Room, rect: Rect, gaps: &Gaps<'_>, heard: &mut Heard) {
    let said = gaps.keeping(gap, room);
    let response = pressable(ui, ("keep", gap, room), rect, &said);
    if response.clicked() {
        heard.kept = Some((gap, room));
    }
    response.on_hover_text(said);
}

/// A gap's chip: opens and closes it.
fn chip_ui(ui: &Ui, gap: usize, rect: Rect, gaps: &Gaps<'_>, heard: &mut Heard) {
    let response = pressable(ui, ("gap", gap), rect, &gaps.said(gap));
    if response.hovered() {
        heard.hovered = Some(Link::Gap(gap));
    }
    if response.clicked() {
        heard.toggled = Some(gap);
    }
    response.on_hover_ui(|ui| {
        ui.set_max_width(320.0);
        kit::caption(ui, &gaps.said(gap));
        ui.label(gaps.preview(gap));
    });
}
