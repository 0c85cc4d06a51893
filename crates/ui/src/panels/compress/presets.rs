//! How far to compress: ratios on a slider, windows that models have, windows of boards' models.

use protocol::ModelView;

/// Ratios of the slider: even steps to the eye, from a light trim to a skeleton.
pub(super) const RATIOS: [f64; 14] =
    [1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 24.0, 32.0];

/// Ratios of a heat map.
pub(super) const HEAT_RATIOS: [f64; 8] = [1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0];

/// Windows that models have: what to call them, and their tokens.
pub(super) const WINDOWS: [(&str, u64); 8] = [
    ("512", 512),
    ("2 k", 2_048),
    ("4 k", 4_096),
    ("8 k", 8_192),
    ("32 k", 32_768),
    ("128 k", 131_072),
    ("200 k", 200_000),
    ("1 M", 1_000_000),
];

/// The step of the slider that is next to a ratio.
pub(super) fn step_of(ratio: f64) -> usize {
    let distance = |step: &f64| (step.ln() - ratio.max(1.0).ln()).abs();
    let nearest = RATIOS.iter().enumerate().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    nearest.map_or(0, |(place, _)| place)
}

/// The ratio of a step.
pub(super) fn ratio_of(step: usize) -> f64 {
    RATIOS.get(step).copied().unwrap_or(4.0)
}

/// A ratio as a person reads it: `4×`, `1.5×`.
pub(super) fn times(ratio: f64) -> String {
    if ratio >= 100.0 {
        format!("{ratio:.0}×")
    } else {
        let text = format!("{ratio:.1}");
        format!("{}×", text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// A whole number of tokens as a person types it: `4096`, `4 096`, `4,096`.
pub(super) fn tokens(text: &str) -> Option<u64> {
    let digits: String =
        text.chars().filter(|c| !c.is_whitespace() && !"',_.’".contains(*c)).collect();
    digits.parse().ok().filter(|tokens| *tokens > 0)
}

/// A whole number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    protocol::numbers::thousands(&number.to_string())
}

/// A board's model whose window a document can be made to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BoardWindow {
    /// The model.
    pub(super) name: String,
    /// Its tokenizer's file.
    pub(super) tokenizer: String,
    /// Tokens of its window.
    pub(super) window: u64,
    /// Tokens of it that are left for a question and an answer.
    pub(super) reserve: u64,
}

impl BoardWindow {
    /// Tokens a document may take.
    pub(super) fn budget(&self) -> u64 {
        self.window - self.reserve
    }
}

/// The boards' models whose window and tokenizer are known. An eighth of the window, at least 64
/// tokens, stays free for a question and an answer.
pub(super) fn board_windows(models: &[ModelView]) -> Vec<BoardWindow> {
    let known = models.iter().filter(|model| model.problem.is_none()).filter_map(|model| {
        let window = u64::from(model.context_tokens?);
        let reserve = (window / 8).max(64);
        (window > reserve).then_some(())?;
        let tokenizer = model.tokenizer.as_ref()?.to_str()?.to_owned();
        Some(BoardWindow { name: model.name.clone(), tokenizer, window, reserve })
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ModelOrigin;

    #[test]
    fn the_slider_goes_to_the_nearest_step() {
        for (place, ratio) in RATIOS.iter().enumerate() {
            assert_eq!(step_of(*ratio), place);
            assert_eq!(ratio_of(place), *ratio);
        }
        assert_eq!(ratio_of(step_of(9999.0)), 32.0);
        assert_eq!(ratio_of(step_of(f64::NAN)), 1.5);
        assert_eq!(ratio_of(99), 4.0);
    }

    #[test]
    fn windows_grow_and_their_tokens_are_read_back() {
        assert!(WINDOWS.windows(2).all(|pair| pair[0].1 < pair[1].1));
        assert_eq!(WINDOWS.last(), Some(&("1 M", 1_000_000)));
        for (_, window) in WINDOWS {
            assert_eq!(tokens(&grouped(window)), Some(window));
        }
    }

    #[test]
    fn ratios_and_counts_read_naturally() {
        for (ratio, expect) in [(4.0, "4×"), (1.5, "1.5×"), (2.098, "2.1×"), (312.4, "312×")] {
            assert_eq!(times(ratio), expect);
        }
        for (count, expect) in [(0, "0"), (999, "999"), (1234, "1\u{202f}234")] {
            assert_eq!(grouped(count), expect);
        }
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn tokens_are_read_as_people_write_them() {
        for text in ["4096", " 4 096 ", "4,096", "4'096", "4\u{202f}096"] {
            assert_eq!(tokens(text), Some(4096), "{text}");
        }
        for text in ["", "0", "many", "-3", "4k"] {
            assert_eq!(tokens(text), None, "{text}");
        }
    }

    fn model(context_tokens: Option<u32>, tokenizer: Option<&str>) -> ModelView {
        ModelView {
            name: "m".into(),
            origin: ModelOrigin::Fetched,
            model: None,
            tokenizer: tokenizer.map(Into::into),
            bytes: None,
            context_tokens,
            problem: None,
        }
    }

    #[test]
    fn a_boards_window_leaves_room_for_an_answer() {
        let budget = |tokens: u32| {
            board_windows(&[model(Some(tokens), Some("t.bin"))]).first().map(BoardWindow::budget)
        };
        assert_eq!(budget(512), Some(448));
        assert_eq!(budget(4096), Some(3584));
        assert_eq!(budget(64), None, "no room at all");
        assert!(board_windows(&[model(None, Some("t.bin")), model(Some(512), None)]).is_empty());
    }
}
