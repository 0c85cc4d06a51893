//! How document, question and answer fill the model's window.

use egui::{Painter, Rect, Stroke, pos2};
use protocol::FitView;

use crate::plot::{Scale, hatch};
use crate::theme::{Palette, faded, text};

/// What a prompt and its answer take, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Filling {
    /// The document.
    pub(super) document: u64,
    /// The question and the begin-of-text token.
    pub(super) question: u64,
    /// The tokens to be made; `None` where nobody knows how many were asked for.
    pub(super) answer: Option<u64>,
}

impl Filling {
    /// Everything together.
    pub(super) fn total(&self) -> u64 {
        self.document + self.question + self.answer.unwrap_or(0)
    }
}

/// What was asked for that a result does not repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Tokens to make.
    pub(super) tokens: u64,
    /// Tokens kept free.
    pub(super) reserve: u64,
}

/// How both sides fill the window: full, compressed. The question is what the window lacks beyond
/// document, answer and reserve; without knowing what was asked for, it counts as document.
pub(super) fn fillings(view: &FitView, wanted: Option<Wanted>) -> [Filling; 2] {
    let taken = view.window_tokens.saturating_sub(view.document_budget);
    let question = wanted.map_or(0, |wanted| taken.saturating_sub(wanted.tokens + wanted.reserve));
    [view.full.tokens, view.compressed.tokens].map(|prompt| {
        let question = question.min(prompt);
        Filling { document: prompt - question, question, answer: wanted.map(|w| w.tokens) }
    })
}

/// The stretches of one side: document, question, answer, each from and to, in points.
pub(super) fn stretches(filling: Filling, scale: &Scale) -> [[f32; 2]; 3] {
    let mut from = 0;
    [filling.document, filling.question, filling.answer.unwrap_or(0)].map(|tokens| {
        let stretch = [scale.at(from as f64), scale.at((from + tokens) as f64)];
        from += tokens;
        stretch
    })
}

/// The scale over a stretch of points: the window, or more where a side needs more.
pub(super) fn scale(view: &FitView, both: &[Filling; 2], [left, right]: [f32; 2]) -> Scale {
    let most = both.iter().map(Filling::total).max().unwrap_or(0).max(view.window_tokens);
    Scale::new(0.0, most.max(1) as f64, left, right)
}

/// Paints one side into `rect`, which the scale spans.
pub(super) fn paint(
    painter: &Painter,
    palette: &Palette,
    rect: Rect,
    view: &FitView,
    filling: Filling,
    scale: &Scale,
) {
    let end = scale.at(view.window_tokens as f64);
    let window = Rect::from_x_y_ranges(rect.left()..=end, rect.y_range());
    painter.rect_filled(window, 3.0, palette.sunk);
    let colors = colors(palette);
    for ([from, to], color) in stretches(filling, scale).into_iter().zip(colors) {
        let inside = Rect::from_x_y_ranges(from..=to.min(end).max(from.min(end)), rect.y_range());
        if inside.width() > 0.0 && from < end {
            painter.rect_filled(inside, 0.0, color);
        }
        if to > end {
            let beyond = Rect::from_x_y_ranges(from.max(end)..=to, rect.y_range());
            painter.rect_filled(beyond, 0.0, faded(color, 0.35));
            painter.add(hatch(beyond, palette.bad));
        }
    }
    let line = Stroke::new(1.5, palette.ink);
    painter.vline(end - 0.75, rect.top() - 4.0..=rect.bottom() + 4.0, line);
}

/// The words under the window's end.
pub(super) fn foot(painter: &Painter, palette: &Palette, top: f32, view: &FitView, scale: &Scale) {
    let end = scale.at(view.window_tokens as f64);
    let words = format!("the model's window, {} tokens", view.window_tokens);
    let galley = painter.layout_no_wrap(words, text::axis(), palette.soft);
    // To the left of the end, where there is room.
    let left = (end - galley.size().x).max(scale.from_pt);
    painter.galley(pos2(left, top), galley, palette.soft);
}

/// Document, question, answer.
pub(super) fn colors(palette: &Palette) -> [egui::Color32; 3] {
    let [first, second, third, ..] = palette.series;
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use protocol::{CompressedDocument, DroppedView, FitSide};

    use super::*;

    fn view(full: u64) -> FitView {
        let side = |tokens| FitSide {
            tokens,
            fits: tokens + 40 <= 512,
            run: None,
            ttft_ms: None,
            total_s: None,
            energy_mj: None,
            net_energy_mj: None,
        };
        FitView {
            fit: "f".into(),
            board: "host".into(),
            model: "m".into(),
            synthetic: false,
            emulated: false,
            meter: None,
            window_tokens: 512,
            // The question takes 12, the answer 40, 20 are kept free.
            document_budget: 440,
            budget: 140,
            full: side(full),
            compressed: side(152),
            saved: None,
            compression: CompressedDocument {
                name: "d".into(),
                source_sha256: String::new(),
                tokenizer: String::new(),
                tokens_in: 0,
                tokens_out: 0,
                tokens_lossless: None,
                ratio: None,
                kind: String::new(),
                content: None,
                refused: None,
                dropped: DroppedView::default(),
                text: String::new(),
                spans: Vec::new(),
                gaps: Vec::new(),
                folds: Vec::new(),
                elapsed_ms: 0.0,
                work: protocol::Work::Done,
                extraction: protocol::Extraction::default(),
                source: None,
                retention: None,
            },
            notes: Vec::new(),
        }
    }

    const WANTED: Option<Wanted> = Some(Wanted { tokens: 40, reserve: 20 });

    #[test]
    fn a_prompt_comes_apart_into_document_and_question() {
        let [full, compressed] = fillings(&view(318), WANTED);
        assert_eq!(full, Filling { document: 306, question: 12, answer: Some(40) });
        assert_eq!(compressed, Filling { document: 140, question: 12, answer: Some(40) });
        assert_eq!(compressed.total(), 192);
    }

    #[test]
    fn what_nobody_knows_is_not_made_up() {
        let [full, _] = fillings(&view(318), None);
        assert_eq!(full, Filling { document: 318, question: 0, answer: None });
    }

    #[test]
    fn what_does_not_fit_reaches_beyond_the_window() {
        let view = view(900);
        let both = fillings(&view, WANTED);
        let scale = scale(&view, &both, [0.0, 940.0]);
        assert!((scale.at(512.0) - 512.0).abs() < 0.01);
        let expect = [[0.0, 888.0], [888.0, 900.0], [900.0, 940.0]];
        for (got, expect) in stretches(both[0], &scale).iter().zip(expect) {
            assert!((got[0] - expect[0]).abs() < 0.01 && (got[1] - expect[1]).abs() < 0.01);
        }
    }

    #[test]
    fn what_fits_is_shown_in_the_whole_window() {
        let view = view(318);
        let both = fillings(&view, WANTED);
        assert_eq!(scale(&view, &both, [0.0, 512.0]).to, 512.0);
    }
}
