//! From what the board said to the metrics of one repetition. Pure.

use std::collections::BTreeMap;

use board::{PhaseTicks, RunTotals};

/// One token as the board told it, in its ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenTicks {
    pub(crate) index: u32,
    pub(crate) id: Option<u32>,
    pub(crate) ticks: u64,
    pub(crate) phases: Option<PhaseTicks>,
}

/// A token on the way to the store: milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TokenTimes {
    pub(crate) index: u32,
    pub(crate) id: Option<u32>,
    /// Since the token before, or the run's beginning; NaN where the one before was lost.
    pub(crate) latency_ms: f64,
    /// NaN where the board does not say where the time went.
    pub(crate) phases_ms: [f64; 5],
    /// On the run's axis, which only the tape knows; NaN before.
    pub(crate) at_ms: f64,
}

/// Milliseconds of so many ticks.
pub(crate) fn ms(ticks: u64, timer_hz: u64) -> f64 {
    ticks as f64 * 1e3 / timer_hz as f64
}

/// Phases in milliseconds, in the order of [`protocol::TokenView::phases_ms`].
fn phases_ms(phases: &PhaseTicks, hz: u64) -> [f64; 5] {
    [phases.embed, phases.attention, phases.feed_forward, phases.classifier, phases.sample]
        .map(|ticks| ms(ticks, hz))
}

/// The token's own times. `before` is the token before it; none for the first.
pub(crate) fn times(
    token: &TokenTicks,
    before: Option<&TokenTicks>,
    began: Option<u64>,
    hz: u64,
) -> TokenTimes {
    let since = match before {
        Some(before) if before.index + 1 == token.index => Some(before.ticks),
        Some(_) => None,
        None if token.index == 0 => began,
        None => None,
    };
    let latency_ms = since
        .and_then(|since| token.ticks.checked_sub(since))
        .map_or(f64::NAN, |ticks| ms(ticks, hz));
    TokenTimes {
        index: token.index,
        id: token.id,
        latency_ms,
        phases_ms: token.phases.map_or([f64::NAN; 5], |phases| phases_ms(&phases, hz)),
        at_ms: f64::NAN,
    }
}

/// All metrics this repetition has; what was not measured is absent.
pub(crate) fn values(tokens: &[TokenTicks], totals: &RunTotals, hz: u64) -> BTreeMap<String, f64> {
    let mut values = BTreeMap::new();
    let mut put = |name: &str, value: Option<f64>| {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            values.insert(name.to_owned(), value);
        }
    };
    put("tokens", totals.tokens.map(f64::from));
    put("inferences", totals.inferences.map(f64::from));
    // Of a board whose beginning nobody knows there is no time at all.
    let ticks = totals.ended.checked_sub(totals.began).filter(|ticks| *ticks > 0);
    let total_ms = ticks.map(|ticks| ms(ticks, hz));
    put("total_ms", total_ms);
    let inferences = totals.inferences.map(f64::from).filter(|n| *n > 0.0).zip(total_ms);
    put("inference_ms", inferences.map(|(n, ms)| ms / n));
    put("inferences_per_s", inferences.map(|(n, ms)| n * 1e3 / ms));
    let first = tokens.first().filter(|token| token.index == 0);
    put(
        "ttft_ms",
        first.and_then(|t| t.ticks.checked_sub(totals.began)).map(|ticks| ms(ticks, hz)),
    );
    if let (Some(first), Some(last)) = (tokens.first(), tokens.last())
        && last.index > first.index
        && last.ticks > first.ticks
    {
        let steps = f64::from(last.index - first.index);
        put("tokens_per_s", Some(steps / (ms(last.ticks - first.ticks, hz) / 1e3)));
    }
    let after_first: Vec<TokenTimes> =
        tokens.windows(2).filter_map(pair).map(|(a, b)| times(b, Some(a), None, hz)).collect();
    let latencies: Vec<f64> =
        after_first.iter().map(|t| t.latency_ms).filter(|ms| ms.is_finite()).collect();
    for (name, q) in [
        ("inter_token_p50_ms", 0.5),
        ("inter_token_p90_ms", 0.9),
        ("inter_token_p95_ms", 0.95),
        ("inter_token_p99_ms", 0.99),
    ] {
        put(name, analysis::percentile(&latencies, q));
    }
    let names = ["embed_ms", "attention_ms", "feed_forward_ms", "classifier_ms", "sample_ms"];
    for (phase, name) in names.into_iter().enumerate() {
        let sum: f64 = after_first.iter().filter_map(|token| token.phases_ms.get(phase)).sum();
        put(name, Some(sum / after_first.len() as f64));
    }
    let memory = &totals.memory;
    put("heap_used_bytes", memory.heap_used.map(|bytes| bytes as f64));
    put("heap_peak_bytes", memory.heap_peak.map(|bytes| bytes as f64));
    put("stack_peak_bytes", memory.stack_peak.map(|bytes| bytes as f64));
    put("process_bytes", memory.process.map(|bytes| bytes as f64));
    let energy_mj = totals.energy_uj.map(|uj| uj as f64 / 1e3);
    put("energy_mj", energy_mj);
    for (name, value) in energy_each("energy_mj", energy_mj, totals) {
        put(&name, Some(value));
    }
    values
}

/// An energy of a whole repetition over the tokens and the inferences that were made, by name.
pub(crate) fn energy_each(
    name: &str,
    energy_mj: Option<f64>,
    totals: &RunTotals,
) -> impl Iterator<Item = (String, f64)> {
    let counts = [("token", totals.tokens), ("inference", totals.inferences)];
    counts.into_iter().filter_map(move |(what, count)| {
        let value = energy_mj? / f64::from(count?);
        value.is_finite().then(|| (format!("{name}_per_{what}"), value))
    })
}

fn pair(two: &[TokenTicks]) -> Option<(&TokenTicks, &TokenTicks)> {
    match two {
        [a, b] => Some((a, b)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use board::{Memory, StopReason};

    const HZ: u64 = 1_000_000;

    fn token(index: u32, ticks: u64) -> TokenTicks {
        let phases = PhaseTicks {
            embed: 100,
            attention: 2000,
            feed_forward: 3000,
            classifier: 400,
            sample: 50,
        };
        TokenTicks { index, id: Some(index + 10), ticks, phases: Some(phases) }
    }

    fn totals(tokens: u32, ended: u64) -> RunTotals {
        RunTotals {
            reason: StopReason::Count,
            tokens: Some(tokens),
            inferences: None,
            began: 1000,
            ended,
            energy_uj: None,
            memory: Memory::default(),
        }
    }

    fn check(tokens: &[TokenTicks], totals: &RunTotals, name: &str, expect: Option<f64>) {
        let values = values(tokens, totals, HZ);
        let got = values.get(name).copied();
        let close = match (got, expect) {
            (Some(got), Some(expect)) => (got - expect).abs() < 1e-9 * expect.abs().max(1.0),
            (got, expect) => got == expect,
        };
        assert!(close, "{name}: {got:?}, expected {expect:?}");
    }

    #[test]
    fn a_known_run_has_known_metrics() {
        let tokens = [token(0, 21_000), token(1, 26_000), token(2, 31_000), token(3, 37_000)];
        let totals = RunTotals { energy_uj: Some(8_000), ..totals(4, 38_000) };
        check(&tokens, &totals, "ttft_ms", Some(20.0));
        check(&tokens, &totals, "tokens_per_s", Some(3.0 / 0.016));
        check(&tokens, &totals, "inter_token_p50_ms", Some(5.0));
        check(&tokens, &totals, "total_ms", Some(37.0));
        check(&tokens, &totals, "attention_ms", Some(2.0));
        check(&tokens, &totals, "energy_mj", Some(8.0));
        check(&tokens, &totals, "energy_mj_per_token", Some(2.0));
        check(&tokens, &totals, "stack_peak_bytes", None);
    }

    #[test]
    fn no_tokens_means_no_latency_rather_than_zero() {
        for name in ["ttft_ms", "tokens_per_s", "inter_token_p50_ms", "embed_ms"] {
            check(&[], &totals(0, 2000), name, None);
        }
        check(&[], &totals(0, 2000), "total_ms", Some(1.0));
        check(
            &[],
            &RunTotals { energy_uj: Some(5), ..totals(0, 2000) },
            "energy_mj_per_token",
            None,
        );
    }

    #[test]
    fn a_lost_token_leaves_a_hole_and_no_false_latency() {
        let tokens = [token(0, 2000), token(1, 3000), token(5, 9000), token(6, 10_000)];
        check(&tokens, &totals(7, 10_000), "inter_token_p99_ms", Some(1.0));
        check(&tokens, &totals(7, 10_000), "tokens_per_s", Some(6.0 / 0.008));
        assert!(times(&tokens[2], Some(&tokens[1]), None, HZ).latency_ms.is_nan());
    }

    #[test]
    fn a_lost_first_token_leaves_no_time_to_first_token() {
        check(&[token(1, 3000), token(2, 4000)], &totals(3, 5000), "ttft_ms", None);
    }

    #[test]
    fn a_clock_that_runs_backwards_yields_nothing() {
        let tokens = [token(0, 5000), token(1, 4000)];
        check(&tokens, &totals(2, 6000), "tokens_per_s", None);
        check(&tokens, &totals(2, 6000), "inter_token_p50_ms", None);
    }
}
