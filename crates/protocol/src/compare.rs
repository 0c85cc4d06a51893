//! Two sides, a verdict for each metric, and what differed.

use serde::{Deserialize, Serialize};

use crate::{Direction, RunId};

/// What a verdict can claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One run a side; repetitions compared. Says nothing about another day.
    WithinSession,
    /// Several runs a side; runs compared.
    BetweenRuns,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Better by more than the threshold, all of the interval.
    Improved,
    /// The whole interval lies inside the threshold.
    Unchanged,
    /// Worse by more than the threshold, all of the interval.
    Regressed,
    /// The data do not say.
    Inconclusive,
}

/// One side of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SideView {
    /// Values: repetitions or runs.
    pub n: u32,
    /// Their median; `None` without values.
    pub median: Option<f64>,
}

/// One metric compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricVerdict {
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Which way is better.
    pub direction: Direction,
    /// The base.
    pub base: SideView,
    /// The candidate.
    pub candidate: SideView,
    /// Hodges–Lehmann shift as a fraction of the base median; `None` where that is zero.
    pub change: Option<f64>,
    /// Its 95 % interval, same unit.
    pub ci95: Option<[f64; 2]>,
    /// Mann–Whitney, two-sided.
    pub p: Option<f64>,
    /// A/A noise floor as a fraction, where enough identical runs are known.
    pub noise_floor: Option<f64>,
    /// What counts as a change, as a fraction: max(smallest effect, noise floor).
    pub threshold: f64,
    /// The answer.
    pub verdict: Verdict,
    /// Why, in a few words.
    pub why: String,
    /// The base's values, for a plot.
    pub base_values: Vec<f64>,
    /// The candidate's values, for a plot.
    pub candidate_values: Vec<f64>,
}

/// A fact that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// Key of the fingerprint or the specification.
    pub key: String,
    /// On the base side; several values are joined.
    pub base: Option<String>,
    /// On the candidate side.
    pub candidate: Option<String>,
}

/// A whole comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ComparisonView {
    /// What it can claim.
    pub scope: Scope,
    /// Over all headline metrics.
    pub verdict: Verdict,
    /// The base's runs.
    pub base: Vec<RunId>,
    /// The candidate's runs.
    pub candidate: Vec<RunId>,
    /// Smallest effect that matters, as a fraction.
    pub min_effect: f64,
    /// Each metric.
    pub metrics: Vec<MetricVerdict>,
    /// What differed between the fingerprints.
    pub differences: Vec<Difference>,
    /// Either side is synthetic.
    pub synthetic: bool,
    /// Either side is emulated.
    pub emulated: bool,
}
