//! One run: its figures, its latency, its phases, how its repetitions lie, its memory, its text.

use std::collections::BTreeMap;

use protocol::{METRICS, MetricView, RunDetail, RunStatus};

use crate::report::Report;
use crate::report::escape::escape;
use crate::report::figure::{NONE, quantity, share, significant, span};
use crate::report::parts::{
    Cells, counted, missing, row, run_labels, table, title as metric_title,
};
use crate::report::svg::latency::Latency;
use crate::report::svg::memory;
use crate::report::svg::phases::{PHASES, Phases};
use crate::report::svg::strip::strip;

/// Scales that all runs share; `None` where they are too far apart.
pub(crate) struct Shared {
    pub(crate) latency_ms: Option<f64>,
    pub(crate) phases_ms: Option<f64>,
    pub(crate) memory_bytes: f64,
}

/// Memory shown as bars.
const MEMORY: [&str; 4] =
    ["heap_used_bytes", "heap_peak_bytes", "stack_peak_bytes", "process_bytes"];

/// The most bytes any run took.
pub(crate) fn most_memory(report: &Report) -> f64 {
    let medians = report.runs.iter().flat_map(|(_, run)| MEMORY.map(|name| run.median(name)));
    medians.flatten().filter(|bytes| bytes.is_finite()).fold(0.0, f64::max)
}

/// The article of one run.
pub(crate) fn article(index: usize, title: &str, run: &RunDetail, shared: &Shared) -> String {
    let name = escape(title);
    let mut out = format!(
        "<article class=\"run\" id=\"run-{index}\"><h3>{name}{}</h3><p class=\"sub\">{} on {}, {}-bit weights</p>",
        run_labels(run),
        escape(&run.summary.model),
        escape(&run.summary.board),
        run.spec.bits.count(),
    );
    out += &unfinished(run);
    if run.metrics.is_empty() && run.repetitions.is_empty() {
        out += &missing("Nothing was recorded in this run, so there is nothing to draw.");
        return out + &text(run) + "</article>\n";
    }
    out += &figures(run);
    out += "<div class=\"pair\">";
    out += &latency(title, run, shared);
    out += &phases(title, run, shared);
    out += "</div><div class=\"pair\">";
    out += &distributions(run);
    out += &memory_bars(run, shared);
    out += "</div>";
    out += &all_metrics(run);
    out += &text(run);
    out + "</article>\n"
}

fn unfinished(run: &RunDetail) -> String {
    let what = match run.summary.status {
        RunStatus::Complete => return String::new(),
        RunStatus::Aborted => "This run was stopped before its end",
        RunStatus::Lost => "The recorder of this run died before its end",
        RunStatus::Recording => "This run was still recording when the report was made",
    };
    let reason =
        run.summary.reason.as_ref().map_or_else(String::new, |why| format!(": {}", escape(why)));
    format!("<p class=\"callout warn\">{what}{reason}. What was recorded until then is shown.</p>")
}

/// The figures a person asks for first.
fn figures(run: &RunDetail) -> String {
    let find = |name: &str| run.metrics.iter().find(|metric| metric.name == name);
    let mut cards = String::new();
    for name in
        ["tokens_per_s", "ttft_ms", "inter_token_p50_ms", "inter_token_p99_ms", "heap_peak_bytes"]
    {
        let what = metric_title(name);
        cards += &match find(name) {
            Some(metric) => {
                card(&what, &escape(&quantity(metric.median, &metric.unit)), &around(metric))
            }
            None => card(&what, NONE, "not measured"),
        };
    }
    let energy = find("energy_mj_per_token").or_else(|| find("energy_mj"));
    cards += &match energy {
        Some(metric) => card(
            &metric_title(&metric.name),
            &escape(&quantity(metric.median, &metric.unit)),
            &around(metric),
        ),
        None => card("energy", NONE, no_energy(run)),
    };
    format!(
        "<dl class=\"cards\" aria-label=\"Medians over repetitions\">{cards}</dl>{}",
        run_labels_line(run)
    )
}

/// Why there is no energy to show.
fn no_energy(run: &RunDetail) -> &'static str {
    if run.fingerprint.contains_key("meter.name") {
        return "not measured: the meter did not sample a whole repetition";
    }
    match run.spec.board.as_str() {
        "host" => "not measured: this machine offers no readable counter",
        _ => "not measured: the board has no counter and no meter was attached",
    }
}

fn run_labels_line(run: &RunDetail) -> String {
    let labels = run_labels(run);
    if labels.is_empty() {
        return String::new();
    }
    format!("<p class=\"small\">{labels} applies to every figure of this run.</p>")
}

fn card(what: &str, figure: &str, small: &str) -> String {
    format!("<div><dt>{what}</dt><dd><b>{figure}</b><small>{small}</small></dd></div>")
}

/// "9.8 to 10.4 ms, n 10".
fn around(metric: &MetricView) -> String {
    let range = escape(&span([metric.min, metric.max], &metric.unit));
    if metric.n < 2 { "one value".to_owned() } else { format!("{range}, n&nbsp;{}", metric.n) }
}

fn figure(heading: &str, body: &str, caption: &str) -> String {
    format!("<figure><h4>{heading}</h4>{body}<figcaption>{caption}</figcaption></figure>")
}

fn latency(title: &str, run: &RunDetail, shared: &Shared) -> String {
    let heading = "Latency of each token";
    let Some(latency) = Latency::of(run) else {
        return figure(heading, &missing("No repetition recorded two tokens in a row."), "");
    };
    let ceiling = shared.latency_ms.unwrap_or(latency.ceiling_ms);
    let first = run.median("ttft_ms").map_or_else(String::new, |ms| {
        format!(" The first token waits for the prompt ({}) and is not drawn.", quantity(ms, "ms"))
    });
    let same = if shared.latency_ms.is_some() { " Same scale in every run." } else { "" };
    let caption = format!(
        "<div class=\"keys\"><span class=\"key\"><i class=\"swatch-thick\"></i>median</span><span class=\"key\"><i class=\"swatch-thin\"></i>each repetition</span></div>{}{first}{same}",
        latency.notes(ceiling),
    );
    figure(heading, &latency.draw(title, ceiling), &caption)
}

fn phases(title: &str, run: &RunDetail, shared: &Shared) -> String {
    let heading = "Where a token’s time goes";
    let Some(phases) = Phases::of(run) else {
        return figure(heading, &missing("This board timed no phases."), "");
    };
    let total: f64 = phases.mean_ms.iter().sum();
    let mut caption = String::from("<div class=\"keys\">");
    // The legend in the order of the stack, top first.
    for ((class, name), mean) in PHASES.iter().zip(phases.mean_ms).rev() {
        caption += &format!(
            "<span class=\"key\"><i class=\"swatch {class}\"></i>{name} <b>{}</b></span>",
            if total > 0.0 { share(mean / total) } else { NONE.to_owned() }
        );
    }
    caption += "</div>Medians over repetitions, stacked; shares are of the mean over positions.";
    let ceiling = shared.phases_ms.unwrap_or(phases.ceiling_ms);
    figure(heading, &phases.draw(title, ceiling), &caption)
}

fn distributions(run: &RunDetail) -> String {
    let mut lanes = String::new();
    let counted_ones = run.repetitions.iter().filter(|repetition| repetition.counts());
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, value) in counted_ones.flat_map(|repetition| &repetition.values) {
        values.entry(name).or_default().push(*value);
    }
    for name in ["tokens_per_s", "ttft_ms", "inter_token_p50_ms", "total_ms"] {
        let unit = protocol::metric(name).map_or("", |spec| spec.unit);
        let Some(values) = values.get(name) else { continue };
        let Some((lane, printed)) = strip(&metric_title(name), unit, values) else { continue };
        lanes += &format!(
            "<div class=\"strip\"><span class=\"lane-name\">{}<small>{}</small></span>{lane}</div>",
            metric_title(name),
            escape(printed)
        );
    }
    let heading = "How the repetitions lie";
    if lanes.is_empty() {
        return figure(heading, &missing("No repetition that counts was finished."), "");
    }
    figure(
        heading,
        &lanes,
        "One dot for each repetition that counts, the line is their median. Each scale fits its values and does not begin at zero; the height of a dot means nothing.",
    )
}

fn memory_bars(run: &RunDetail, shared: &Shared) -> String {
    let mut lanes = String::new();
    for name in MEMORY {
        let Some(bytes) = run.median(name).filter(|bytes| bytes.is_finite()) else { continue };
        let what = metric_title(name);
        lanes += &format!(
            "<div class=\"measure\"><span class=\"lane-name\">{what}</span>{}<span class=\"value\">{}</span></div>",
            memory::bar(&what, bytes, shared.memory_bytes),
            quantity(bytes, "B")
        );
    }
    let heading = "Memory";
    if lanes.is_empty() {
        return figure(heading, &missing("This board reported no memory."), "");
    }
    let unknown: Vec<String> =
        MEMORY.into_iter().filter(|name| run.median(name).is_none()).map(metric_title).collect();
    let mut caption = "Medians over repetitions, on one scale from zero in every run.".to_owned();
    if !unknown.is_empty() {
        caption += &format!(" Not measured: {}.", unknown.join(", "));
    }
    figure(heading, &lanes, &caption)
}

/// Every metric, folded.
fn all_metrics(run: &RunDetail) -> String {
    if run.metrics.is_empty() {
        return missing("No repetition that counts was finished, so no metric has a value.");
    }
    let line = |metric: &MetricView| {
        let spread = metric.sd.filter(|_| metric.mean != 0.0).map(|sd| sd / metric.mean);
        let heading = match protocol::metric(&metric.name) {
            Some(spec) => format!("{} <span class=\"quiet\">{}</span>", spec.title, spec.meaning),
            None => escape(&metric.name),
        };
        row(
            &heading,
            &[
                quantity_of(metric.median, metric),
                quantity_of(metric.mean, metric),
                metric.sd.map_or_else(|| NONE.to_owned(), |sd| quantity_of(sd, metric)),
                spread.map_or_else(|| NONE.to_owned(), |spread| share(spread.abs())),
                quantity_of(metric.min, metric),
                quantity_of(metric.max, metric),
                metric.n.to_string(),
            ],
        )
    };
    // In the order of the table everybody reads, a board's own metrics last.
    let place = |metric: &MetricView| {
        METRICS.iter().position(|spec| spec.name == metric.name).unwrap_or(METRICS.len())
    };
    let mut metrics: Vec<&MetricView> = run.metrics.iter().collect();
    metrics.sort_by_key(|metric| place(metric));
    let rows: Vec<String> = metrics.into_iter().map(line).collect();
    format!(
        "<details><summary>All {}</summary>{}</details>",
        counted(rows.len(), "metric"),
        table(
            Cells::Figures,
            "Every metric, one value for each repetition",
            &["metric", "median", "mean", "sd", "sd / mean", "least", "most", "n"],
            &rows.concat()
        )
    )
}

fn quantity_of(value: f64, metric: &MetricView) -> String {
    if metric.unit.is_empty() && value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    match metric.unit.is_empty() {
        true => significant(value),
        false => escape(&quantity(value, &metric.unit)),
    }
}

fn text(run: &RunDetail) -> String {
    let heading = "<h4>What the model wrote</h4>";
    let Some(text) = &run.text else {
        return format!(
            "{heading}{}",
            missing("No text was kept: the first repetition did not finish.")
        );
    };
    let prompt = run.spec.prompt.as_str();
    let body = match text.strip_prefix(prompt).filter(|_| !prompt.is_empty()) {
        Some(written) => {
            format!("<span class=\"prompt\">{}</span>{}", escape(prompt), escape(written))
        }
        None => escape(text),
    };
    let labels = run_labels(run);
    let note = match (run.summary.synthetic, prompt.is_empty()) {
        (true, _) => "The words of a model made from a seed mean nothing.",
        (false, true) => "There was no prompt.",
        (false, false) => "The prompt is dimmed.",
    };
    format!(
        "{heading}<pre class=\"text\" tabindex=\"0\">{body}</pre><p class=\"small\">First repetition.{labels} {note}</p>"
    )
}
