//! The words of a judgement.

/// Which way is better for a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Such as latency or energy.
    LowerIsBetter,
    /// Such as tokens per second.
    HigherIsBetter,
    /// A change is neither good nor bad; it can be called unchanged but never improved or regressed.
    Neither,
}

/// What a comparison says about a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Better by more than the threshold, surely.
    Improved,
    /// Within the threshold, surely.
    Unchanged,
    /// Worse by more than the threshold, surely.
    Regressed,
    /// The measurements do not say.
    Inconclusive,
}

impl Verdict {
    /// The verdict in lower case, as reports and JSON spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::Unchanged => "unchanged",
            Self::Regressed => "regressed",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// What the compared values are, which decides what may be concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Repetitions within one session a side: they share the board's state of the moment, so a verdict
    /// is about these two sessions only.
    WithinSession,
    /// One value for each of several runs a side: a verdict is about the versions compared.
    BetweenRuns,
}

impl Scope {
    /// The fewest values a side that may be judged: 4 runs, the fewest whose interval reaches 95 %, or
    /// 5 repetitions.
    #[must_use]
    pub fn min_per_side(self) -> usize {
        match self {
            Self::WithinSession => 5,
            Self::BetweenRuns => 4,
        }
    }

    /// The scope as JSON spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WithinSession => "within-session",
            Self::BetweenRuns => "between-runs",
        }
    }
}

/// One verdict for several metrics.
///
/// Regressed where any regressed, whatever the others did; else improved where any improved, even if
/// others are inconclusive; unchanged only where all are unchanged; else, and for no metrics at all,
/// inconclusive.
#[must_use]
pub fn overall(verdicts: &[Verdict]) -> Verdict {
    if verdicts.contains(&Verdict::Regressed) {
        Verdict::Regressed
    } else if verdicts.contains(&Verdict::Improved) {
        Verdict::Improved
    } else if verdicts.is_empty() || verdicts.contains(&Verdict::Inconclusive) {
        Verdict::Inconclusive
    } else {
        Verdict::Unchanged
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Improved, Inconclusive, Regressed, Unchanged};
    use super::*;

    fn check(verdicts: &[Verdict], expect: Verdict) {
        assert_eq!(overall(verdicts), expect, "{verdicts:?}");
    }

    #[test]
    fn one_regression_is_never_hidden() {
        check(&[Improved, Unchanged, Regressed, Inconclusive], Regressed);
        check(&[Improved, Improved, Improved, Regressed], Regressed);
    }

    #[test]
    fn unchanged_needs_all_to_be_unchanged() {
        check(&[Unchanged, Unchanged], Unchanged);
        check(&[Unchanged, Inconclusive], Inconclusive);
        check(&[Unchanged, Improved], Improved);
        check(&[Inconclusive, Improved], Improved);
        check(&[], Inconclusive);
    }
}
