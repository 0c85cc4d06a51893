//! One budget for the whole text, met by counting.

/// The kept units, and the tokens their text has by exact count.
pub(crate) struct Fit {
    pub(crate) keep: Vec<bool>,
    pub(crate) tokens: usize,
    /// How many of the order were kept before filling up.
    pub(crate) prefix: usize,
}

/// How often the whole output may be counted while closing in on the budget.
const COUNTS: usize = 12;
/// A prefix within one part in this of the budget is close enough.
const CLOSE: usize = 100;
/// Tokens that an estimated token usually costs: with the gaps' marks, and words that stay between others.
const FIRST_RATE: f64 = 1.2;
/// One part in this of the budget is not worth another count of everything.
const LITTLE: usize = 2000;
/// From this many counts on the search goes by halves, which cannot stall.
const GUESSES: usize = 6;

/// Keeps as long a prefix of `order` (unit indices, best first) as `budget` tokens allow, then fills
/// what is left with later units that still fit. The first `least` stay even where they alone are more.
///
/// `costs` are estimates in tokens; `count(keep, prefix)` is the truth for the units marked in `keep`,
/// of which the first `prefix` of the order are the ones chosen by rank. The result is always one that
/// was counted and fits; nothing at all fits any budget.
pub(crate) fn fit(
    costs: &[f32],
    order: &[u32],
    least: usize,
    budget: usize,
    mut count: impl FnMut(&[bool], usize) -> usize,
) -> Fit {
    let mut sums = Vec::with_capacity(order.len() + 1);
    let mut sum = 0f64;
    sums.push(0.0);
    for &unit in order {
        sum += f64::from(costs[unit as usize]);
        sums.push(sum);
    }
    // Between `low`, which fits, and `high`, which does not, by the tokens an estimated token turned
    // out to cost.
    let (mut low, mut low_tokens, mut high) = (0usize, 0usize, order.len() + 1);
    let mut keep = vec![false; costs.len()];
    let mut kept = 0usize;
    let mut rate = FIRST_RATE;
    let mut counts = 0;
    if least > 0 {
        set(&mut keep, order, &mut kept, least);
        low = least;
        low_tokens = count(&keep, least);
        if low_tokens >= budget {
            return Fit { keep, tokens: low_tokens, prefix: low };
        }
    }
    while high - low > 1 && counts < COUNTS {
        let next = if counts < GUESSES {
            let wanted = sums[low] + (budget - low_tokens) as f64 / rate;
            sums.partition_point(|&s| s <= wanted).saturating_sub(1)
        } else {
            low + (high - low) / 2
        };
        let next = next.clamp(low + 1, high - 1);
        set(&mut keep, order, &mut kept, next);
        let tokens = count(&keep, next);
        counts += 1;
        if sums[next] > 0.0 && tokens > 0 {
            rate = (tokens as f64 / sums[next]).max(0.05);
        }
        if tokens <= budget {
            (low, low_tokens) = (next, tokens);
            // Close enough that filling will do the rest.
            let slack = budget - tokens;
            if slack <= 2 || slack * CLOSE <= budget {
                break;
            }
        } else {
            high = next;
        }
    }
    set(&mut keep, order, &mut kept, low);
    let mut best = Fit { keep, tokens: low_tokens, prefix: low };
    fill(costs, rate as f32, &order[low..], budget, &mut best, &mut count);
    best
}

/// Changes `keep` from the first `kept` units of the order to the first `wanted`.
fn set(keep: &mut [bool], order: &[u32], kept: &mut usize, wanted: usize) {
    for &unit in &order[wanted.min(*kept)..wanted.max(*kept)] {
        keep[unit as usize] = wanted > *kept;
    }
    *kept = wanted;
}

/// Adds later units while they fit: several on trust, fewer after each disappointment.
fn fill(
    costs: &[f32],
    rate: f32,
    rest: &[u32],
    budget: usize,
    best: &mut Fit,
    count: &mut impl FnMut(&[bool], usize) -> usize,
) {
    const WINDOW: usize = 1 << 16;
    const MISSES: usize = 5;
    let (mut at, mut misses, mut batch) = (0, 0, usize::MAX);
    while best.tokens < budget && at < rest.len() && misses < MISSES {
        let slack = budget - best.tokens;
        if slack * LITTLE < budget {
            return;
        }
        let slack = slack as f32;
        // The few tokens left at the end are best tried one unit at a time.
        batch = batch.min((slack as usize / 2).max(1));
        let (mut added, mut cost, mut look) = (Vec::new(), 0.0, at);
        while look < rest.len() && look < at + WINDOW && added.len() < batch {
            let unit = rest[look] as usize;
            let more = costs[unit] * rate;
            if cost + more <= slack {
                added.push(unit);
                cost += more;
            }
            look += 1;
        }
        if added.is_empty() {
            return;
        }
        for &unit in &added {
            best.keep[unit] = true;
        }
        let tokens = count(&best.keep, best.prefix);
        if tokens <= budget {
            best.tokens = tokens;
            at = look;
            continue;
        }
        for &unit in &added {
            best.keep[unit] = false;
        }
        misses += 1;
        if added.len() == 1 {
            at = look;
        } else {
            batch = (added.len() / 2).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(costs: &[f32], true_costs: &[usize], budget: usize, expect: usize) {
        let order: Vec<u32> = (0..costs.len() as u32).collect();
        let count = |keep: &[bool], _: usize| {
            keep.iter().zip(true_costs).filter(|(k, _)| **k).map(|(_, c)| c).sum()
        };
        let fit = fit(costs, &order, 0, budget, count);
        assert_eq!(fit.tokens, expect, "{costs:?} {true_costs:?} {budget}");
        assert_eq!(count(&fit.keep, 0), expect);
    }

    #[test]
    fn the_budget_is_used_and_never_exceeded_however_wrong_the_estimates() {
        check(&[1.0; 10], &[1; 10], 4, 4);
        check(&[1.0; 10], &[3; 10], 10, 9);
        check(&[9.0; 10], &[1; 10], 7, 7);
        check(&[1.0, 1.0, 1.0], &[5, 5, 5], 4, 0);
        check(&[5.0, 5.0, 1.0], &[5, 5, 1], 6, 6);
        check(&[], &[], 6, 0);
    }

    #[test]
    fn what_must_stay_stays_even_where_it_is_too_much() {
        let count = |keep: &[bool], _: usize| 2 * keep.iter().filter(|k| **k).count();
        for (least, budget, expect) in [(3, 4, 6), (3, 6, 6), (3, 9, 8), (0, 5, 4), (5, 1, 10)] {
            let fit = fit(&[1.0; 5], &[0, 1, 2, 3, 4], least, budget, count);
            assert_eq!(fit.tokens, expect, "{least} of 5, {budget}");
            assert!(fit.keep[..least].iter().all(|k| *k));
        }
    }
}
