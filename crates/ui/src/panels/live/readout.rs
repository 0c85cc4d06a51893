//! The values under the pointer: the time, the token, every signal.

use egui::{Align2, Color32, LayerId, Order, Pos2, Rect, Stroke, Ui, pos2, vec2};
use protocol::ViewFrame;
use protocol::numbers::with_unit;

use super::field::Field;
use super::lanes;
use super::reading::{Reading, reading};
use super::tokens;
use crate::plot::Stretch;
use crate::theme::text;

const LINE: f32 = 18.0;
const WIDTH: f32 = 214.0;
const AWAY: f32 = 14.0;

/// What is under the pointer.
pub(super) struct Readout {
    time: String,
    token: Option<String>,
    rows: Vec<(Color32, String, String)>,
}

impl Readout {
    /// All of it in one sentence.
    pub(super) fn words(&self) -> String {
        let mut words = vec![format!("at {}", self.time)];
        words.extend(self.token.clone());
        words.extend(self.rows.iter().map(|(_, name, value)| format!("{name} {value}")));
        words.join(", ")
    }
}

/// Reads a moment off a frame.
pub(super) fn readout(field: &Field, frame: &ViewFrame, at_ms: f64) -> Readout {
    let stretch = Stretch { from_ms: frame.from_ms, to_ms: frame.to_ms };
    let mut own = 0;
    let mut rows = Vec::new();
    for signal in frame.signals.iter().filter(|signal| signal.absent.is_none()) {
        let ink = lanes::ink(&signal.name, own, field.palette);
        own += usize::from(protocol::signal(&signal.name).is_none());
        // What comes after the end of the record is not known, and the last value says nothing of it.
        let read = match at_ms > frame.end_ms {
            true => Reading::Nothing,
            false => reading(signal, stretch, at_ms),
        };
        let words = read.words(&signal.unit);
        rows.push((ink, lanes::title(&signal.name), words));
    }
    let token = tokens::near(field, &frame.tokens, at_ms).map(|token| {
        let place = format!("token {} of repetition {}", token.index + 1, token.repetition + 1);
        let said = token.text.as_deref().map(|said| format!("“{said}”, {place}"));
        let latency = token.latency_ms.map(|ms| format!(", after {}", with_unit(ms, "ms")));
        said.unwrap_or(place) + &latency.unwrap_or_default()
    });
    Readout { time: field.moment(at_ms), token, rows }
}

/// Beside the pointer, over everything, on the side where there is room.
pub(super) fn paint(ui: &Ui, field: &Field, readout: &Readout, at: Pos2, plots: Rect) {
    let palette = field.palette;
    let layer = LayerId::new(Order::Tooltip, ui.scope_id().with("readout"));
    let painter = ui.ctx().layer_painter(layer);
    let inner = WIDTH - 20.0;
    let token = readout
        .token
        .as_ref()
        .map(|token| painter.layout(token.clone(), text::small(), palette.soft, inner));
    let token_height = token.as_ref().map_or(0.0, |token| token.size().y + 4.0);
    let height = 16.0 + LINE + token_height + readout.rows.len() as f32 * LINE;
    let left = match at.x + AWAY + WIDTH > plots.right() {
        true => (at.x - AWAY - WIDTH).max(plots.left()),
        false => at.x + AWAY,
    };
    let top = (at.y - height / 2.0).clamp(plots.top(), (plots.bottom() - height).max(plots.top()));
    let rect = Rect::from_min_size(pos2(left, top), vec2(WIDTH, height));
    painter.add(ui.visuals().popup_shadow.as_shape(rect, 8.0));
    let line = Stroke::new(1.0, palette.line);
    painter.rect(rect, 8.0, palette.sheet, line, egui::StrokeKind::Inside);
    let (left, right) = (rect.left() + 10.0, rect.right() - 10.0);
    let mut middle = rect.top() + 8.0 + LINE / 2.0;
    let time = pos2(left, middle);
    painter.text(time, Align2::LEFT_CENTER, &readout.time, text::strong(), palette.ink);
    middle += LINE;
    if let Some(token) = token {
        painter.galley(pos2(left, middle - LINE / 2.0), token, palette.soft);
        middle += token_height;
    }
    for (ink, name, value) in &readout.rows {
        painter.hline(left..=left + 10.0, middle, Stroke::new(2.5, *ink));
        let name_at = pos2(left + 16.0, middle);
        painter.text(name_at, Align2::LEFT_CENTER, name, text::small(), palette.soft);
        let value_at = pos2(right, middle);
        // A spread is long: its ends are in the plot, its mean is enough here.
        let short = value.split(" (").next().unwrap_or(value);
        painter.text(value_at, Align2::RIGHT_CENTER, short, text::small(), palette.ink);
        middle += LINE;
    }
}
