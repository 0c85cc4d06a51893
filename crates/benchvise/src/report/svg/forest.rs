//! The forest: each metric's change with its 95 % interval, against zero and the threshold.

use protocol::{ComparisonView, MetricVerdict, Verdict};

use super::frame::{Height, drawing};
use super::{BOX, Scale, block, dot, level, upright};
use crate::report::figure::{change, change_span, share};

/// Changes beyond this fraction do not widen the scale: the others would shrink to nothing.
const WIDEST: f64 = 3.0;

/// One scale for all metrics of a comparison, with zero and every threshold on it.
pub(crate) fn scale(view: &ComparisonView) -> Scale {
    let mut ends = vec![0.0, view.min_effect * 1.6, -view.min_effect * 1.6];
    for metric in &view.metrics {
        ends.extend(metric.change);
        ends.extend(metric.ci95.into_iter().flatten());
        ends.extend([metric.threshold, -metric.threshold]);
    }
    Scale::around(
        ends.into_iter().map(|end| if end.is_finite() { end.clamp(-WIDEST, WIDEST) } else { 0.0 }),
    )
}

/// A metric's row.
pub(crate) fn row(title: &str, metric: &MetricVerdict, scale: Scale) -> String {
    let band = [scale.x(-metric.threshold), scale.x(metric.threshold)];
    let mut body = block("band", band, [0.0, BOX]) + &upright("zero", scale.x(0.0), 0.0, BOX);
    let class = match metric.verdict {
        Verdict::Improved => "improved",
        Verdict::Regressed => "regressed",
        Verdict::Unchanged => "unchanged",
        Verdict::Inconclusive => "inconclusive",
    };
    let mut says = format!("{title}: ");
    match metric.change.filter(|change| change.is_finite()) {
        None => says += "no change to show",
        Some(value) => {
            says += &format!("change {}", change(value));
            let ci95 = metric.ci95.filter(|[low, high]| low.is_finite() && high.is_finite());
            if let Some([low, high]) = ci95 {
                says += &format!(", 95 % interval {}", change_span([low, high]));
                let (from, to) = (scale.x(low), scale.x(high));
                body += &level(&format!("whisker {class}"), 500.0, from, to);
                for (end, value) in [(from, low), (to, high)] {
                    if scale.holds(value) {
                        body += &upright(&format!("cap {class}"), end, 330.0, 670.0);
                    }
                }
            }
            body += &dot(&format!("point {class}"), scale.x(value), 500.0);
        }
    }
    says += &format!(", threshold ±{}", share(metric.threshold));
    drawing(Height::Lane, &says, &body)
}

/// The scale below the rows.
pub(crate) fn axis(scale: Scale) -> String {
    let ticks = scale.ticks(6, 0.01);
    let labels: Vec<String> = ticks
        .iter()
        .map(|(value, text)| {
            let sign = if *value > 1e-12 { "+" } else { "" };
            format!("<span style=\"left:{:.2}%\">{sign}{text}</span>", scale.x(*value) / 10.0)
        })
        .collect();
    format!("<div class=\"xs\" aria-hidden=\"true\">{}</div>", labels.concat())
}
