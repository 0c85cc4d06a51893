//! The page: its head, its sections in order, its foot.

use super::Report;
use super::escape::escape;
use super::parts::{counted, labels};
use super::sections::{comparison, document, fit, footer, headline, profile, ran};
use super::svg::latency::Latency;
use super::svg::phases::Phases;
use protocol::moment::moment;

/// The whole report as one file that needs nothing else.
pub(crate) fn html(report: &Report) -> String {
    let (synthetic, emulated) = nature(report);
    let mut out = head("Benchvise report");
    out += &masthead(report, synthetic, emulated);
    out += "<main>\n";
    out += &headline::section(report);
    out += &warnings(report);
    out += &ran::section(report);
    out += &profiles(report);
    out += &comparisons(report);
    out += &documents(report);
    out += &fit::section(report);
    out += "</main>\n";
    out += &footer::section(report);
    out += "</body>\n</html>\n";
    out
}

/// The beginning of a page, up to its body. The title is HTML already.
pub(super) fn head(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
        include_str!("style.css")
    )
}

/// Whether anything here is synthetic, and whether anything is emulated.
fn nature(report: &Report) -> (bool, bool) {
    let runs = report.runs.iter().map(|(_, run)| (run.summary.synthetic, run.summary.emulated));
    let compared = report.comparisons.iter().map(|(_, view)| (view.synthetic, view.emulated));
    let fitted = report.fit.iter().map(|view| (view.synthetic, view.emulated));
    let all = runs.chain(compared).chain(fitted);
    all.fold((false, false), |(a, b), (synthetic, emulated)| (a || synthetic, b || emulated))
}

fn masthead(report: &Report, synthetic: bool, emulated: bool) -> String {
    let mut links = vec![("facts", "In short"), ("ran", "What ran")];
    if !report.runs.is_empty() {
        links.push(("profiles", "Profiles"));
    }
    if !report.comparisons.is_empty() {
        links.push(("comparisons", "Comparisons"));
    }
    if !report.documents.is_empty() {
        links.push(("documents", "Compression"));
    }
    links.push(("fit", "Fit"));
    let links: Vec<String> =
        links.iter().map(|(id, text)| format!("<a href=\"#{id}\">{text}</a>")).collect();
    let mut banner = String::new();
    if synthetic {
        banner += &format!(
            "<p class=\"banner\">{} The model was made from a seed. It computes what a real model of its shape computes, so times and memory count; its words mean nothing.</p>",
            labels(true, false)
        );
    }
    if emulated {
        banner += &format!(
            "<p class=\"banner\">{} A board here is emulated. Its times say nothing about the board it imitates.</p>",
            labels(false, true)
        );
    }
    format!(
        "<header class=\"masthead\"><div class=\"brand\">Benchvise</div><h1>Report</h1><p class=\"when\">{}</p><nav aria-label=\"Sections\">{}</nav>{banner}</header>\n",
        moment(report.created_ms),
        links.concat()
    )
}

fn warnings(report: &Report) -> String {
    if report.warnings.is_empty() {
        return String::new();
    }
    let items: Vec<String> =
        report.warnings.iter().map(|text| format!("<li>{}</li>", escape(text))).collect();
    format!(
        "<section id=\"warnings\" class=\"callout warn\"><h2>{} given while measuring</h2><ul>{}</ul></section>\n",
        counted(items.len(), "warning"),
        items.concat()
    )
}

fn profiles(report: &Report) -> String {
    if report.runs.is_empty() {
        return String::new();
    }
    // Runs share a scale, so that the faster one looks faster, unless one would vanish on it.
    let latency = report.runs.iter().filter_map(|(_, run)| Some(Latency::of(run)?.ceiling_ms));
    let phases = report.runs.iter().filter_map(|(_, run)| Some(Phases::of(run)?.ceiling_ms));
    let shared = profile::Shared {
        latency_ms: shared(latency),
        phases_ms: shared(phases),
        memory_bytes: profile::most_memory(report),
    };
    let mut out = String::from("<section id=\"profiles\"><h2>Profiles</h2>\n");
    for (index, (title, run)) in report.runs.iter().enumerate() {
        out += &profile::article(index, title, run, &shared);
    }
    out + "</section>\n"
}

fn comparisons(report: &Report) -> String {
    if report.comparisons.is_empty() {
        return String::new();
    }
    let mut out = String::from("<section id=\"comparisons\"><h2>Comparisons</h2>\n");
    for (question, view) in &report.comparisons {
        out += &comparison::article(report, question, view);
    }
    out + "</section>\n"
}

fn documents(report: &Report) -> String {
    if report.documents.is_empty() {
        return String::new();
    }
    let mut out = String::from("<section id=\"documents\"><h2>Compression</h2>\n");
    for (source, made) in &report.documents {
        out += &document::article(source, made);
    }
    out + "</section>\n"
}

/// The largest, where the smallest is at least a quarter of it.
fn shared(ceilings: impl Iterator<Item = f64>) -> Option<f64> {
    let ceilings: Vec<f64> = ceilings.filter(|ceiling| ceiling.is_finite()).collect();
    let high = ceilings.iter().copied().reduce(f64::max)?;
    let low = ceilings.iter().copied().reduce(f64::min)?;
    (low * 4.0 >= high).then_some(high)
}
