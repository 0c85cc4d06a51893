//! What a ratio costs, in words: measured, with its source, never interpolated.

/// Where the figures were measured.
pub(super) const MEASURED: &str = "Measured on SQuAD with a prototype of this method: of 2,910 \
answers, how many still stand in the text word for word, at exact token budgets";

/// Ratio and share of answers left, in percent, where nobody says what will be asked.
const BLIND: [(f64, f64); 4] = [(2.0, 78.8), (4.0, 56.2), (8.0, 37.1), (16.0, 23.7)];
/// The same where the question is known.
const FOCUSED: [(f64, f64); 4] = [(4.0, 98.5), (8.0, 96.5), (16.0, 93.3), (32.0, 87.7)];

/// Whether a question steers the compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// It is known what will be asked.
    Known,
    /// It is not.
    Unknown,
}

/// What a ratio like this usually costs a text of this kind.
pub(super) fn words(ratio: f64, kind: &str, focus: Focus) -> String {
    if !matches!(kind, "prose" | "markdown" | "dialogue") {
        return "What a ratio costs was measured on prose alone; for this kind of text, read what \
                was lost"
            .into();
    }
    let table = match focus {
        Focus::Unknown => &BLIND,
        Focus::Known => &FOCUSED,
    };
    let under = table.iter().rev().find(|(measured, _)| *measured <= ratio * 1.02);
    let over = table.iter().find(|(measured, _)| *measured >= ratio * 0.98);
    let of = |(measured, share): &(f64, f64)| format!("{share:.1} % at {measured:.0}×");
    let cost = match (under, over) {
        (Some(a), Some(b)) if a == b => format!("Answers still in such a text: {}", of(a)),
        (Some(a), Some(b)) => format!("Answers still in such a text: {}, {}", of(a), of(b)),
        (None, Some(b)) => format!("Answers still in such a text: more than {}", of(b)),
        (Some(a), None) => format!("Answers still in such a text: fewer than {}", of(a)),
        (None, None) => String::new(),
    };
    match focus {
        Focus::Unknown if ratio > 4.1 => {
            format!("{cost}; without a focus, past 4× prose loses much of what a reader might ask")
        }
        Focus::Unknown => cost,
        Focus::Known => format!("{cost}, for questions that the focus names"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ratio: f64, kind: &str, focus: Focus, expect: &str) {
        assert_eq!(words(ratio, kind, focus), expect);
    }

    #[test]
    fn a_ratio_quotes_what_was_measured_next_to_it() {
        check(4.0, "prose", Focus::Unknown, "Answers still in such a text: 56.2 % at 4×");
        check(4.05, "prose", Focus::Unknown, "Answers still in such a text: 56.2 % at 4×");
        check(
            2.6,
            "markdown",
            Focus::Unknown,
            "Answers still in such a text: 78.8 % at 2×, 56.2 % at 4×",
        );
        check(1.3, "prose", Focus::Unknown, "Answers still in such a text: more than 78.8 % at 2×");
        check(
            8.0,
            "dialogue",
            Focus::Known,
            "Answers still in such a text: 96.5 % at 8×, for questions that the focus names",
        );
        check(
            90.0,
            "prose",
            Focus::Unknown,
            "Answers still in such a text: fewer than 23.7 % at 16×; without a focus, past 4× prose \
             loses much of what a reader might ask",
        );
    }

    #[test]
    fn other_kinds_get_no_figure_that_was_not_measured() {
        assert!(!words(4.0, "log", Focus::Unknown).contains('%'));
    }
}
