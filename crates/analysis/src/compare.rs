//! One metric, two samples, one verdict.

use crate::mann_whitney::mann_whitney;
use crate::order::sorted_finite;
use crate::percentile::percentile_of_sorted;
use crate::shift::{Shift, hodges_lehmann};
use crate::verdict::{Direction, Scope, Verdict};

/// The smallest effect that matters unless the user says otherwise, as a fraction.
pub const DEFAULT_MIN_EFFECT: f64 = 0.05;

/// The confidence of intervals unless the user says otherwise.
pub const DEFAULT_CONFIDENCE: f64 = 0.95;

/// What counts as a change of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Which way is better.
    pub direction: Direction,
    /// The smallest effect that matters, as a fraction of the base median; 0.05 unless set. NaN and
    /// negative numbers count as 0.05.
    pub min_effect: f64,
    /// What identical runs differ by on this board and metric, as a fraction, where it is known (see
    /// [`noise_floor`](crate::noise_floor())). NaN and negative numbers count as unknown.
    pub noise_floor: Option<f64>,
    /// The confidence that the interval must reach, as a probability.
    pub confidence: f64,
    /// Fewer values than this on a side are never judged.
    pub min_per_side: usize,
}

impl Rule {
    /// The defaults: effects from 5 %, no known noise floor, 95 % confidence, and as many values a side
    /// as the scope asks for.
    #[must_use]
    pub fn new(direction: Direction, scope: Scope) -> Self {
        Self {
            direction,
            min_effect: DEFAULT_MIN_EFFECT,
            noise_floor: None,
            confidence: DEFAULT_CONFIDENCE,
            min_per_side: scope.min_per_side(),
        }
    }

    /// The larger of the smallest effect and the noise floor, as a fraction.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        let effect = if self.min_effect >= 0.0 { self.min_effect } else { DEFAULT_MIN_EFFECT };
        effect.max(self.noise_floor.unwrap_or(0.0))
    }
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The whole interval lies beyond the threshold.
    BeyondThreshold,
    /// The whole interval lies within the threshold.
    WithinThreshold,
    /// The interval crosses or touches the threshold.
    AcrossThreshold,
    /// The whole interval lies beyond the threshold, but neither way is better for this metric.
    NoDirection,
    /// A side has fewer values than the rule asks for.
    TooFewValues,
    /// The samples are too small for the asked confidence.
    ConfidenceOutOfReach,
    /// The base median is zero, or too near zero to divide by.
    ZeroBase,
    /// A value is infinite.
    NotFinite,
}

impl Why {
    /// The reason as JSON spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeyondThreshold => "beyond-threshold",
            Self::WithinThreshold => "within-threshold",
            Self::AcrossThreshold => "across-threshold",
            Self::NoDirection => "no-direction",
            Self::TooFewValues => "too-few-values",
            Self::ConfidenceOutOfReach => "confidence-out-of-reach",
            Self::ZeroBase => "zero-base",
            Self::NotFinite => "not-finite",
        }
    }

    /// The reason for people: what happened and, where there is something, what to do.
    #[must_use]
    pub fn explain(self) -> &'static str {
        match self {
            Self::BeyondThreshold => "the whole interval lies beyond the threshold",
            Self::WithinThreshold => "the whole interval lies within the threshold",
            Self::AcrossThreshold => "the interval crosses the threshold, measure more runs",
            Self::NoDirection => "it changed, but neither way is better for this metric",
            Self::TooFewValues => "too few values on a side, measure more runs",
            Self::ConfidenceOutOfReach => {
                "too few values for the asked confidence, measure more runs or ask for less"
            }
            Self::ZeroBase => "the base median is zero, so read the absolute shift instead",
            Self::NotFinite => "a value is infinite, check how the metric was measured",
        }
    }
}

/// What [`compare`] found. No field is ever NaN or infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricComparison {
    /// Finite values of the base.
    pub n_base: usize,
    /// Finite values of the candidate.
    pub n_candidate: usize,
    /// Median of the base, in the metric's unit; None where it has no value.
    pub base_median: Option<f64>,
    /// Median of the candidate, in the metric's unit; None where it has no value.
    pub candidate_median: Option<f64>,
    /// The Hodges–Lehmann shift candidate - base in the metric's unit; None where a side has no value.
    pub shift: Option<Shift>,
    /// The shift as a fraction of the absolute base median; None where there is nothing to divide by.
    pub change: Option<f64>,
    /// The shift's interval as fractions of the absolute base median, low end first, at the rule's
    /// confidence (95 % unless set) or the full range where `why` is
    /// [`Why::ConfidenceOutOfReach`] or [`Why::TooFewValues`].
    pub ci95: Option<[f64; 2]>,
    /// Two-sided p-value of [`mann_whitney`]; for information, the verdict does not look at it.
    pub p: f64,
    /// The fraction that a change had to exceed.
    pub threshold: f64,
    /// The judgement.
    pub verdict: Verdict,
    /// Why it is that.
    pub why: Why,
}

/// Judges one metric: changed only where the whole interval of the shift lies outside plus or minus
/// the rule's threshold, unchanged only where the whole interval lies inside, otherwise inconclusive.
/// An end exactly on the threshold is neither.
///
/// NaN is a missing value and left out. An infinite value makes the verdict inconclusive.
#[must_use]
pub fn compare(base: &[f64], candidate: &[f64], rule: &Rule) -> MetricComparison {
    let infinite = base.iter().chain(candidate).any(|v| v.is_infinite());
    let (base, candidate) = (sorted_finite(base), sorted_finite(candidate));
    let base_median = percentile_of_sorted(&base, 0.5);
    let shift = hodges_lehmann(&base, &candidate, rule.confidence);
    let relative = shift.zip(base_median).and_then(|(shift, median)| Relative::new(shift, median));
    let (verdict, why) = if infinite {
        (Verdict::Inconclusive, Why::NotFinite)
    } else if base.len().min(candidate.len()) < rule.min_per_side {
        (Verdict::Inconclusive, Why::TooFewValues)
    } else {
        judge(shift, relative, rule)
    };
    MetricComparison {
        n_base: base.len(),
        n_candidate: candidate.len(),
        base_median,
        candidate_median: percentile_of_sorted(&candidate, 0.5),
        shift,
        change: relative.map(|r| r.change),
        ci95: relative.map(|r| [r.lo, r.hi]),
        p: mann_whitney(&base, &candidate).p_two_sided,
        threshold: rule.threshold().min(f64::MAX),
        verdict,
        why,
    }
}

fn judge(shift: Option<Shift>, relative: Option<Relative>, rule: &Rule) -> (Verdict, Why) {
    let Some(shift) = shift else {
        return (Verdict::Inconclusive, Why::TooFewValues);
    };
    // A confidence that is not a number is out of reach too.
    let reached = shift.achieved_confidence >= rule.confidence - 1e-9;
    if !reached {
        return (Verdict::Inconclusive, Why::ConfidenceOutOfReach);
    }
    let Some(Relative { lo, hi, .. }) = relative else {
        return (Verdict::Inconclusive, Why::ZeroBase);
    };
    let threshold = rule.threshold();
    // No change at all is within any threshold, also within one of 0.
    if (lo > -threshold && hi < threshold) || (lo == 0.0 && hi == 0.0) {
        return (Verdict::Unchanged, Why::WithinThreshold);
    }
    let better = match rule.direction {
        Direction::LowerIsBetter => hi < -threshold,
        Direction::HigherIsBetter => lo > threshold,
        Direction::Neither => false,
    };
    match (lo > threshold || hi < -threshold, rule.direction) {
        (false, _) => (Verdict::Inconclusive, Why::AcrossThreshold),
        (true, Direction::Neither) => (Verdict::Inconclusive, Why::NoDirection),
        (true, _) if better => (Verdict::Improved, Why::BeyondThreshold),
        (true, _) => (Verdict::Regressed, Why::BeyondThreshold),
    }
}

/// A shift as fractions of the base median.
#[derive(Clone, Copy)]
struct Relative {
    change: f64,
    lo: f64,
    hi: f64,
}

impl Relative {
    fn new(shift: Shift, base_median: f64) -> Option<Self> {
        let unit = base_median.abs();
        let relative =
            Self { change: shift.estimate / unit, lo: shift.lo / unit, hi: shift.hi / unit };
        let usable = [relative.change, relative.lo, relative.hi].iter().all(|v| v.is_finite());
        (unit > 0.0 && usable).then_some(relative)
    }
}
