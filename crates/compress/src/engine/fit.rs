//! One budget for the whole text, met by counting.

use super::render::Renderer;
use crate::tokens::TokenCounter;

/// The kept units, and the tokens their text has by exact count.
pub(crate) struct Fit {
    pub(crate) keep: Vec<bool>,
    pub(crate) tokens: usize,
}

/// How often the whole output may be counted while closing in on the budget.
const COUNTS: usize = 12;

/// Keeps as long a prefix of `order` (unit indices, best first) as `budget` tokens allow, then fills
/// what is left with later units that still fit.
///
/// Costs are estimates until counted; the result is always one that was counted and fits. All of
/// nothing fits any budget.
pub(crate) fn fit(
    renderer: &Renderer<'_>,
    order: &[u32],
    budget: usize,
    counter: &dyn TokenCounter,
) -> Fit {
    let n = renderer.units.len();
    let mut sums = Vec::with_capacity(order.len() + 1);
    let mut sum = 0f64;
    sums.push(0.0);
    for &unit in order {
        sum += f64::from(renderer.units[unit as usize].cost);
        sums.push(sum);
    }
    let mut text = String::new();
    let mut count = |keep: &[bool]| {
        renderer.text(keep, &mut text);
        counter.count(&text)
    };
    // Between `low`, which fits, and `high`, which does not, by the tokens an estimated token turned
    // out to cost; when that stops closing in, by halves.
    let (mut low, mut low_tokens, mut high) = (0usize, 0usize, order.len() + 1);
    let mut keep = vec![false; n];
    let mut kept = 0usize;
    let mut rate = 1.0f64;
    let mut counts = 0;
    while high - low > 1 && counts < COUNTS {
        let wanted = sums[low] + (budget - low_tokens) as f64 / rate;
        let mut next = sums.partition_point(|&s| s <= wanted).saturating_sub(1);
        if counts >= 6 {
            next = low + (high - low) / 2;
        }
        let next = next.clamp(low + 1, high - 1);
        for at in kept.min(next)..kept.max(next) {
            keep[order[at] as usize] = next > kept;
        }
        kept = next;
        let tokens = count(&keep);
        counts += 1;
        if sums[next] > 0.0 && tokens > 0 {
            rate = (tokens as f64 / sums[next]).max(0.05);
        }
        if tokens <= budget {
            (low, low_tokens) = (next, tokens);
            // Close enough that filling will do the rest.
            if (budget - tokens) * 400 <= budget {
                break;
            }
        } else {
            high = next;
        }
    }
    for at in low.min(kept)..low.max(kept) {
        keep[order[at] as usize] = low > kept;
    }
    let mut best = Fit { keep, tokens: low_tokens };
    fill(renderer, &order[low..], budget, &mut best, &mut count);
    best
}

/// Adds later units while they fit: several on trust, then one by one.
fn fill(
    renderer: &Renderer<'_>,
    rest: &[u32],
    budget: usize,
    best: &mut Fit,
    count: &mut impl FnMut(&[bool]) -> usize,
) {
    let mut at = 0;
    let mut misses = 0;
    let mut batch = 64usize;
    while best.tokens < budget && at < rest.len() && misses < 8 {
        let slack = (budget - best.tokens) as f32;
        let mut added = Vec::new();
        let mut cost = 0.0;
        let mut look = at;
        while look < rest.len() && look < at + 4096 && added.len() < batch {
            let unit = rest[look] as usize;
            let more = renderer.units[unit].cost;
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
        let tokens = count(&best.keep);
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
