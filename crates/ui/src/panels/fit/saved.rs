//! What was saved, in words, with as much doubt as there is.

use protocol::Interval;

use crate::plot::Notation;

/// How sure a saving is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sure {
    /// Less, surely.
    Saved,
    /// More, surely.
    Lost,
    /// It may be nothing.
    Perhaps,
}

/// A saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// The saving itself.
    pub(super) words: String,
    /// Its interval, or why there is none.
    pub(super) under: String,
    pub(super) sure: Sure,
}

/// A measured saving out of what the document in full took; both in `unit`.
pub(super) fn measured(saved: Interval, full: f64, unit: &str) -> Words {
    let notation = Notation::of(&[saved.value], unit);
    // With few repetitions the pairs may differ by more than the median of all of one side: there
    // is no share in that.
    let share = if saved.value > full { String::new() } else { part(saved.value.abs(), full) };
    let words = match saved.value < 0.0 {
        false => format!("{} saved{share}", notation.with_unit(saved.value)),
        true => format!("{} more{share}", notation.with_unit(saved.value.abs())),
    };
    let Some(ends) = saved.ci95 else {
        let under = "no 95 % interval: too few repetitions".into();
        return Words { words, under, sure: Sure::Perhaps };
    };
    let interval = Notation::of(&ends, unit).interval(ends);
    let [low, high] = ends;
    let (sure, under) = match (low > 0.0, high < 0.0) {
        (true, _) => (Sure::Saved, format!("95 % interval {interval}")),
        (_, true) => (Sure::Lost, format!("95 % interval {interval}")),
        _ => (Sure::Perhaps, format!("95 % interval {interval}: it may be nothing")),
    };
    Words { words, under, sure }
}

/// Tokens are counted, not measured: there is no doubt in them.
pub(super) fn counted(full: u64, compressed: u64) -> Words {
    let (words, sure) = match full.checked_sub(compressed) {
        Some(0) => ("none saved".into(), Sure::Perhaps),
        Some(fewer) => (format!("{fewer} fewer{}", part(fewer as f64, full as f64)), Sure::Saved),
        None => (format!("{} more", compressed.saturating_sub(full)), Sure::Lost),
    };
    Words { words, under: "counted by the model's own tokenizer".into(), sure }
}

fn part(value: f64, whole: f64) -> String {
    if whole > 0.0 && value.is_finite() {
        format!(", {:.0} %", value / whole * 100.0)
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, ci95: Option<[f64; 2]>, words: &str, under: &str, sure: Sure) {
        let expect = Words { words: words.into(), under: under.into(), sure };
        assert_eq!(measured(Interval { value, ci95 }, 400.0, "ms"), expect);
    }

    #[test]
    fn a_saving_is_as_sure_as_its_interval() {
        let interval = "95 % interval 225 to 239 ms";
        check(232.0, Some([225.0, 239.0]), "232 ms saved, 58 %", interval, Sure::Saved);
        let nothing = "95 % interval −3.00 to 9.00 ms: it may be nothing";
        check(2.0, Some([-3.0, 9.0]), "2.00 ms saved, 0 %", nothing, Sure::Perhaps);
        let worse = "95 % interval −12.0 to −8.0 ms";
        check(-10.0, Some([-12.0, -8.0]), "10.0 ms more, 2 %", worse, Sure::Lost);
        let few = "no 95 % interval: too few repetitions";
        check(232.0, None, "232 ms saved, 58 %", few, Sure::Perhaps);
        check(504.0, None, "504 ms saved", few, Sure::Perhaps);
        check(-504.0, None, "504 ms more, 126 %", few, Sure::Perhaps);
    }

    #[test]
    fn tokens_are_counted() {
        assert_eq!(counted(318, 151).words, "167 fewer, 53 %");
        assert_eq!(counted(100, 100).words, "none saved");
        assert_eq!(counted(100, 102).words, "2 more");
    }
}
