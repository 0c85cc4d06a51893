//! Every metric a run can have, declared once: the recorder, the comparison, the report and the
//! command line all read this table.

use serde::{Deserialize, Serialize};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Latencies, memory, energy.
    LowerIsBetter,
    /// Rates.
    HigherIsBetter,
    /// A count that is neither.
    Neither,
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricSpec {
    /// Name with its unit, as in JSON and in the store.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Unit as printed; empty for a count.
    pub unit: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// Compared without being asked.
    pub headline: bool,
    /// What it is, exactly.
    pub meaning: &'static str,
}

const fn lower(
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    headline: bool,
    meaning: &'static str,
) -> MetricSpec {
    MetricSpec { name, title, unit, direction: Direction::LowerIsBetter, headline, meaning }
}

/// The table. Values are one per repetition; a run's value is the median over repetitions.
pub const METRICS: &[MetricSpec] = &[
    lower(
        "ttft_ms",
        "time to first token",
        "ms",
        true,
        "from the board's start of the run to its first token, on the board's clock",
    ),
    MetricSpec {
        name: "tokens_per_s",
        title: "token rate",
        unit: "tok/s",
        direction: Direction::HigherIsBetter,
        headline: true,
        meaning: "tokens after the first, over the time from the first to the last",
    },
    lower("inter_token_p50_ms", "inter-token p50", "ms", true, "median time between tokens"),
    lower("inter_token_p90_ms", "inter-token p90", "ms", false, "90 % of tokens came sooner"),
    lower("inter_token_p95_ms", "inter-token p95", "ms", false, "95 % of tokens came sooner"),
    lower("inter_token_p99_ms", "inter-token p99", "ms", false, "99 % of tokens came sooner"),
    lower("total_ms", "total time", "ms", true, "the board's start of the run to its end"),
    lower("embed_ms", "embed", "ms", false, "per token after the first: embedding look-up"),
    lower("attention_ms", "attention", "ms", false, "per token after the first: attention"),
    lower(
        "feed_forward_ms",
        "feed-forward",
        "ms",
        false,
        "per token after the first: feed-forward",
    ),
    lower("classifier_ms", "classifier", "ms", false, "per token after the first: norm and logits"),
    lower("sample_ms", "sample", "ms", false, "per token after the first: choosing the token"),
    lower("heap_used_bytes", "heap used", "B", false, "the board's heap after the run"),
    lower("heap_peak_bytes", "heap peak", "B", true, "most heap during the run"),
    lower(
        "stack_peak_bytes",
        "stack peak",
        "B",
        false,
        "deepest stack during the run, by painting",
    ),
    lower("process_bytes", "process memory", "B", false, "resident memory of the board's process"),
    lower(
        "energy_mj",
        "energy",
        "mJ",
        true,
        "the whole run, where a counter or a meter measured it",
    ),
    lower("energy_mj_per_token", "energy per token", "mJ", true, "energy over tokens made"),
    lower(
        "net_energy_mj",
        "energy above idle",
        "mJ",
        false,
        "energy less what the idle board would have taken in that time, by a meter",
    ),
    lower(
        "net_energy_mj_per_token",
        "energy per token above idle",
        "mJ",
        false,
        "energy above idle over tokens made",
    ),
    MetricSpec {
        name: "inferences_per_s",
        title: "inference rate",
        unit: "inf/s",
        direction: Direction::HigherIsBetter,
        headline: true,
        meaning: "inferences of a repetition over its time, on the board's clock",
    },
    lower("inference_ms", "inference", "ms", true, "time of a repetition over its inferences"),
    lower(
        "energy_mj_per_inference",
        "energy per inference",
        "mJ",
        true,
        "energy over inferences made",
    ),
    lower(
        "net_energy_mj_per_inference",
        "energy per inference above idle",
        "mJ",
        false,
        "energy above idle over inferences made",
    ),
    MetricSpec {
        name: "tokens",
        title: "tokens made",
        unit: "",
        direction: Direction::Neither,
        headline: false,
        meaning: "tokens the board made",
    },
    MetricSpec {
        name: "inferences",
        title: "inferences made",
        unit: "",
        direction: Direction::Neither,
        headline: false,
        meaning: "inferences the board made",
    },
];

/// The metric of that name.
pub fn metric(name: &str) -> Option<&'static MetricSpec> {
    METRICS.iter().find(|metric| metric.name == name)
}
