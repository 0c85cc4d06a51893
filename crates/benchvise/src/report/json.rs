//! The report's facts for programs: schema `benchvise.report/1`.
//!
//! Numbers carry their unit in the key, or are named by a metric that does; what is absent is
//! `null`; nothing is NaN (serde_json writes what is not finite as `null`).

use protocol::{
    ComparisonView, CompressedDocument, FitSide, FitView, Interval, MetricVerdict, RepetitionView,
    RunDetail,
};
use serde_json::{Map, Value, json};

use super::Report;

/// The whole report.
pub(crate) fn json(report: &Report) -> Value {
    let documents: Vec<Value> =
        report.documents.iter().map(|(source, made)| document(source, made)).collect();
    json!({
        "schema": "benchvise.report/1",
        "created_ms": report.created_ms,
        "version": report.version,
        "commit": report.commit,
        "model_note": report.model_note,
        "warnings": report.warnings,
        "runs": report.runs.iter().map(|(title, detail)| run(title, detail)).collect::<Vec<_>>(),
        "comparisons":
            report.comparisons.iter().map(|(question, view)| comparison(question, view))
                .collect::<Vec<_>>(),
        "documents": documents,
        "fit": report.fit.as_ref().map(fit),
    })
}

fn run(title: &str, detail: &RunDetail) -> Value {
    let summary = &detail.summary;
    let metrics: Map<String, Value> = detail
        .metrics
        .iter()
        .map(|metric| {
            let value = json!({
                "unit": metric.unit,
                "median": metric.median,
                "n": metric.n,
                "mean": metric.mean,
                "sd": metric.sd,
                "min": metric.min,
                "max": metric.max,
            });
            (metric.name.clone(), value)
        })
        .collect();
    json!({
        "title": title,
        "run": summary.run,
        "kind": summary.kind,
        "status": summary.status,
        "reason": summary.reason,
        "created_ms": summary.created_ms,
        "finished_ms": summary.finished_ms,
        "board": summary.board,
        "model": summary.model,
        "synthetic": summary.synthetic,
        "emulated": summary.emulated,
        "spec": detail.spec,
        "fingerprint": detail.fingerprint,
        "text": detail.text,
        "metrics": metrics,
        "repetitions": detail.repetitions.iter().map(repetition).collect::<Vec<_>>(),
    })
}

fn repetition(repetition: &RepetitionView) -> Value {
    let latencies: Vec<Value> = repetition
        .tokens
        .iter()
        .map(|token| {
            let [embed, attention, feed_forward, classifier, sample] =
                token.phases_ms.map_or([None; 5], |phases| phases.map(Some));
            json!({
                "index": token.index,
                "id": token.id,
                "latency_ms": token.latency_ms,
                "embed_ms": embed,
                "attention_ms": attention,
                "feed_forward_ms": feed_forward,
                "classifier_ms": classifier,
                "sample_ms": sample,
            })
        })
        .collect();
    json!({
        "index": repetition.index,
        "warmup": repetition.warmup,
        "whole": repetition.whole,
        "values": repetition.values,
        "tokens": latencies,
    })
}

fn comparison(question: &str, view: &ComparisonView) -> Value {
    json!({
        "question": question,
        "scope": view.scope,
        "verdict": view.verdict,
        "base": view.base,
        "candidate": view.candidate,
        "min_effect": view.min_effect,
        "synthetic": view.synthetic,
        "emulated": view.emulated,
        "metrics": view.metrics.iter().map(metric).collect::<Vec<_>>(),
        "differences": view.differences,
    })
}

/// Changes, intervals, noise floors and thresholds are fractions of the base's median.
fn metric(metric: &MetricVerdict) -> Value {
    json!({
        "name": metric.name,
        "unit": metric.unit,
        "direction": metric.direction,
        "base": metric.base,
        "candidate": metric.candidate,
        "change": metric.change,
        "ci95": metric.ci95,
        "p": metric.p,
        "noise_floor": metric.noise_floor,
        "threshold": metric.threshold,
        "verdict": metric.verdict,
        "why": metric.why,
        "base_values": metric.base_values,
        "candidate_values": metric.candidate_values,
    })
}

fn document(source: &str, made: &CompressedDocument) -> Value {
    json!({
        "name": made.name,
        "source_sha256": made.source_sha256,
        "source_bytes": source.len(),
        "kind": made.kind,
        "tokenizer": made.tokenizer,
        "tokens_in": made.tokens_in,
        "tokens_out": made.tokens_out,
        "ratio": made.ratio,
        "refused": made.refused,
        "dropped": made.dropped,
        "elapsed_ms": made.elapsed_ms,
        "source": source,
        "text": made.text,
        "spans": made.spans,
        "gaps": made.gaps,
    })
}

fn fit(view: &FitView) -> Value {
    let saved = view.saved.as_ref().map(|saved| {
        json!({
            "tokens": saved.tokens,
            "ttft_ms": saved.ttft_ms.map(interval),
            "total_s": saved.total_s.map(interval),
            "energy_mj": saved.energy_mj.map(interval),
            "net_energy_mj": saved.net_energy_mj.map(interval),
        })
    });
    let compression = &view.compression;
    json!({
        "fit": view.fit,
        "board": view.board,
        "model": view.model,
        "meter": view.meter,
        "synthetic": view.synthetic,
        "emulated": view.emulated,
        "window_tokens": view.window_tokens,
        "document_budget_tokens": view.document_budget,
        "budget_tokens": view.budget,
        "full": side(&view.full),
        "compressed": side(&view.compressed),
        "saved": saved,
        "compression": {
            "name": compression.name,
            "source_sha256": compression.source_sha256,
            "tokenizer": compression.tokenizer,
            "tokens_in": compression.tokens_in,
            "tokens_out": compression.tokens_out,
            "ratio": compression.ratio,
            "refused": compression.refused,
            "dropped": compression.dropped,
            "elapsed_ms": compression.elapsed_ms,
            "text": compression.text,
            "spans": compression.spans,
            "gaps": compression.gaps,
        },
        "notes": view.notes,
    })
}

fn side(side: &FitSide) -> Value {
    json!({
        "tokens": side.tokens,
        "fits": side.fits,
        "run": side.run,
        "ttft_ms": side.ttft_ms.map(interval),
        "total_s": side.total_s.map(interval),
        "energy_mj": side.energy_mj.map(interval),
        "net_energy_mj": side.net_energy_mj.map(interval),
    })
}

fn interval(interval: Interval) -> Value {
    json!({ "value": interval.value, "ci95": interval.ci95 })
}
