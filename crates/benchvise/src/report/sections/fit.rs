//! The document on the board: in full, compressed, and what that saves.

use protocol::{FitSide, FitView, Interval};

use super::document::{losses, refused};
use super::heat;
use crate::report::Report;
use crate::report::escape::escape;
use crate::report::figure::{NONE, count, interval, share, significant};
use crate::report::parts::{Cells, labels, missing, row, table};
use crate::report::svg::window;

/// The section; says so where there is no fit.
pub(crate) fn section(report: &Report) -> String {
    let mut out = String::from("<section id=\"fit\"><h2>Fit: a document on a board</h2>");
    match &report.fit {
        None => {
            out +=
                &missing("No document was tried on a board; the command benchvise fit does that.")
        }
        Some(view) => out += &article(report, view),
    }
    out + "</section>\n"
}

fn article(report: &Report, view: &FitView) -> String {
    let labels = labels(view.synthetic, view.emulated);
    let mut out = format!(
        "<article class=\"fitted\"><h3>{}{labels}</h3><p class=\"sub\">{} on {}. The model’s window is {} tokens; {} of them are left for the document, the rest is for the question, the answer and the reserve. It was compressed to at most {}.</p>",
        escape(&view.compression.name),
        escape(&view.model),
        escape(&view.board),
        count(view.window_tokens),
        count(view.document_budget),
        count(view.budget),
    );
    out += &refused(&view.compression);
    out += "<div class=\"pair\">";
    out += &window_bars(view);
    out += &time_bars(view);
    out += "</div>";
    out += &numbers(view, &labels);
    if let Some(meter) = &view.meter {
        out += &format!("<p class=\"sub\">Energy by {}.</p>", escape(meter));
    }
    out += &notes(view);
    out += &compression(report, view);
    out + "</article>\n"
}

fn window_bars(view: &FitView) -> String {
    let most = view.full.tokens.max(view.compressed.tokens);
    let lane = |title: &str, side: &FitSide| {
        let word = if side.fits { "fits" } else { "does not fit" };
        format!(
            "<div class=\"measure\"><span class=\"lane-name\">{title}<small>{word}</small></span>{}<span class=\"value\">{}</span></div>",
            window::tokens(title, side.tokens, view.window_tokens, most),
            count(side.tokens),
        )
    };
    format!(
        "<figure><h4>Tokens of the prompt</h4>{}{}<figcaption><span class=\"key\"><i class=\"swatch-edge\"></i>the window’s end, {} tokens</span>The answer has to fit in front of it too.</figcaption></figure>",
        lane("in full", &view.full),
        lane("compressed", &view.compressed),
        count(view.window_tokens),
    )
}

fn time_bars(view: &FitView) -> String {
    let mut groups = String::new();
    let measured = [
        ("time to first token", "ms", view.full.ttft_ms, view.compressed.ttft_ms),
        ("whole run", "s", view.full.total_s, view.compressed.total_s),
        ("energy", "mJ", view.full.energy_mj, view.compressed.energy_mj),
        ("energy above idle", "mJ", view.full.net_energy_mj, view.compressed.net_energy_mj),
    ];
    for (what, unit, full, compressed) in measured {
        if full.is_none() && compressed.is_none() {
            continue;
        }
        let ends = |value: Option<Interval>| {
            value.map_or(0.0, |value| {
                value.ci95.map_or(value.value, |[_, high]| high.max(value.value))
            })
        };
        let most = ends(full).max(ends(compressed));
        let lane = |side: &str, class: &str, value: Option<Interval>| {
            let title = format!("{what}, {side}");
            let (bar, value) = match value {
                Some(value) => (
                    window::bar(class, &title, value, unit, most),
                    interval(value.value, None, unit),
                ),
                None => ("<span class=\"quiet\">not run</span>".to_owned(), NONE.to_owned()),
            };
            format!(
                "<div class=\"measure\"><span class=\"lane-name\">{side}</span>{bar}<span class=\"value\">{value}</span></div>"
            )
        };
        groups += &format!(
            "<h5>{what}</h5>{}{}",
            lane("in full", "bar plain", full),
            lane("compressed", "bar", compressed)
        );
    }
    let heading = "What that costs";
    if groups.is_empty() {
        return format!(
            "<figure><h4>{heading}</h4>{}</figure>",
            missing("Neither side was run, so no time is known.")
        );
    }
    format!(
        "<figure><h4>{heading}</h4>{groups}<figcaption>Medians from zero; the thin line is the 95 % interval.</figcaption></figure>"
    )
}

fn numbers(view: &FitView, labels: &str) -> String {
    let cell = |value: Option<Interval>, unit: &str| {
        value.map_or_else(
            || "not measured".to_owned(),
            |value| interval(value.value, value.ci95, unit),
        )
    };
    let saved = view.saved.as_ref();
    let gain = |value: Option<Option<Interval>>, full: Option<Interval>, unit: &str| {
        let Some(value) = value else { return NONE.to_owned() };
        let part = match (value, full) {
            (Some(value), Some(full)) if full.value > 0.0 => {
                format!(", {}", share(value.value / full.value))
            }
            _ => String::new(),
        };
        cell(value, unit) + &part
    };
    let yes = |fits: bool| if fits { "yes" } else { "no" }.to_owned();
    let side = |side: &FitSide| -> [String; 4] {
        if side.run.is_none() {
            return ["not run"; 4].map(str::to_owned);
        }
        [
            cell(side.ttft_ms, "ms"),
            cell(side.total_s, "s"),
            cell(side.energy_mj, "mJ"),
            cell(side.net_energy_mj, "mJ"),
        ]
    };
    let ([full_ttft, full_total, full_energy, full_net], [ttft, total, energy, net]) =
        (side(&view.full), side(&view.compressed));
    let (full, compressed) = (&view.full, &view.compressed);
    let mut rows = vec![
        row(
            "tokens of the prompt",
            &[
                count(full.tokens),
                count(compressed.tokens),
                saved.map_or_else(|| NONE.to_owned(), |saved| count(saved.tokens)),
            ],
        ),
        row("fits the window", &[yes(full.fits), yes(compressed.fits), NONE.to_owned()]),
        row(
            &format!("time to first token{labels}"),
            &[full_ttft, ttft, gain(saved.map(|saved| saved.ttft_ms), full.ttft_ms, "ms")],
        ),
        row(
            &format!("whole run{labels}"),
            &[full_total, total, gain(saved.map(|saved| saved.total_s), full.total_s, "s")],
        ),
        row(
            &format!("energy{labels}"),
            &[full_energy, energy, gain(saved.map(|saved| saved.energy_mj), full.energy_mj, "mJ")],
        ),
    ];
    // Only a meter tells the idle board from the working one.
    if view.meter.is_some() {
        let gain = gain(saved.map(|saved| saved.net_energy_mj), full.net_energy_mj, "mJ");
        rows.push(row(&format!("energy above idle{labels}"), &[full_net, net, gain]));
    }
    table(
        Cells::Figures,
        "Medians with their 95 % intervals; saved is full less compressed, in pairs of neighbouring repetitions",
        &["", "in full", "compressed", "saved"],
        &rows.concat(),
    )
}

fn notes(view: &FitView) -> String {
    if view.notes.is_empty() {
        return String::new();
    }
    let items: Vec<String> =
        view.notes.iter().map(|note| format!("<li>{}</li>", escape(note))).collect();
    format!("<ul class=\"notes\">{}</ul>", items.concat())
}

/// How the document was compressed for the board; its texts, where no section above shows them.
fn compression(report: &Report, view: &FitView) -> String {
    let made = &view.compression;
    let ratio = made.ratio.filter(|ratio| ratio.is_finite());
    let line = format!(
        "<p>For the board the document went from {} to {} tokens{}, counted by {}.</p>",
        count(made.tokens_in),
        count(made.tokens_out),
        ratio.map_or_else(String::new, |ratio| format!(", {} times fewer", significant(ratio))),
        escape(&made.tokenizer),
    );
    let same = report.documents.iter().find(|(_, other)| other.source_sha256 == made.source_sha256);
    let texts = match same {
        Some((source, _)) if !source.is_empty() => super::document::texts(source, made),
        _ => format!("<pre class=\"text\" tabindex=\"0\">{}</pre>", heat::plain(&made.text)),
    };
    format!(
        "{line}{}<details><summary>The text that was put before the model</summary>{texts}</details>",
        losses(&made.dropped)
    )
}
