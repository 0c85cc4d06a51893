//! What a ratio costs, in words: measured, with its source, never interpolated.

/// Where the figures were measured.
pub(super) const MEASURED: &str = "Measured with this program on ten texts of SQuAD, release 0.1: \
1,411 answers, looked for word for word in what is left, at exact token budgets; with a focus, 200 of \
the questions, each its own focus";

/// Ratio and share of answers left, in percent, where nobody says what will be asked.
const BLIND: [(f64, f64); 4] = [(2.0, 83.4), (4.0, 62.2), (8.0, 41.0), (16.0, 26.5)];
/// The same where the question is known.
const FOCUSED: [(f64, f64); 4] = [(4.0, 98.5), (8.0, 97.5), (16.0, 95.5), (32.0, 91.0)];

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
    if !matches!(kind, "prose" | "markdown" | "scientific" | "legal" | "dialogue") {
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
    let cost = match (under, over) {
        (Some((at, share)), Some((other, _))) if at == other => {
            format!(
                "Measured on SQuAD: at {at:.0}× {share:.1} % of answers still stand in the text"
            )
        }
        (Some((at, share)), Some((other, less))) => format!(
            "Measured on SQuAD: at {at:.0}× {share:.1} % of answers still stand in the text, at \
             {other:.0}× {less:.1} %"
        ),
        (None, Some((at, share))) => format!(
            "Measured on SQuAD: at {at:.0}× {share:.1} % of answers still stand in the text; this \
             is gentler"
        ),
        (Some((at, share)), None) => format!(
            "Measured on SQuAD: at {at:.0}× {share:.1} % of answers still stand in the text; this \
             goes further"
        ),
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
        let unknown = Focus::Unknown;
        let four = "Measured on SQuAD: at 4× 62.2 % of answers still stand in the text";
        check(4.0, "prose", unknown, four);
        check(4.05, "prose", unknown, four);
        let two = "Measured on SQuAD: at 2× 83.4 % of answers still stand in the text";
        check(2.6, "markdown", unknown, &format!("{two}, at 4× 62.2 %"));
        check(1.3, "prose", unknown, &format!("{two}; this is gentler"));
        let focused = "Measured on SQuAD: at 8× 97.5 % of answers still stand in the text, for \
                       questions that the focus names";
        check(8.0, "dialogue", Focus::Known, focused);
        let far = "Measured on SQuAD: at 16× 26.5 % of answers still stand in the text; this goes \
                   further; without a focus, past 4× prose loses much of what a reader might ask";
        check(90.0, "prose", unknown, far);
    }

    #[test]
    fn other_kinds_get_no_figure_that_was_not_measured() {
        assert!(!words(4.0, "log", Focus::Unknown).contains('%'));
    }
}
