//! The report: one self-contained HTML file that a person reads, and the same facts as JSON. And a
//! page of the same make that explains one compressed document.
//!
//! Pure: facts in, text out. Nothing here measures, computes a verdict or touches the network.

mod escape;
mod explain;
mod figure;
mod html;
mod json;
mod parts;
mod sections;
mod svg;

#[cfg(test)]
mod tests;

use protocol::{ComparisonView, CompressedDocument, FitView, RunDetail};

pub(crate) use explain::{Maker, Measured, explain};
pub(crate) use html::html;
pub(crate) use json::json;

/// Everything a report tells.
pub(crate) struct Report {
    /// When it was made, ms UTC.
    pub(crate) created_ms: i64,
    /// Version of the program.
    pub(crate) version: String,
    /// Commit it was built from.
    pub(crate) commit: Option<String>,
    /// Which model was used, and how it was come by: one sentence.
    pub(crate) model_note: String,
    /// Runs, each with what it shows ("32-bit weights", "8-bit weights", "32-bit weights again").
    pub(crate) runs: Vec<(String, RunDetail)>,
    /// Comparisons, each with its question ("What do 8-bit weights change?").
    pub(crate) comparisons: Vec<(String, ComparisonView)>,
    /// Compressed documents, each with its source text.
    pub(crate) documents: Vec<(String, CompressedDocument)>,
    /// The document on the board, in full and compressed.
    pub(crate) fit: Option<FitView>,
    /// Warnings given meanwhile: battery, load, governor.
    pub(crate) warnings: Vec<String>,
}
