//! The page: its head, its sections in order, its foot.

use super::Report;

/// The whole report as one file.
pub(crate) fn html(report: &Report) -> String {
    let body = super::json::json(report).to_string();
    let body = body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<!doctype html><title>Benchvise report</title><pre>{body}</pre>")
}
