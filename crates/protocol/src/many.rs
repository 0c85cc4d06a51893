//! Many documents: as one text, as a folder of any size, and what is remembered of them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{BudgetSpec, DocumentSource, DroppedView, Failure, Shaping};

/// How what is kept of several documents says where it comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Citations {
    /// A mark at the end of every line.
    #[default]
    Passages,
    /// A mark before what is kept of each document.
    Documents,
    /// Neither marks nor an index.
    None,
}

/// What marks look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CitationStyle {
    /// `[1]`.
    #[default]
    Plain,
    /// Markdown's footnotes, `[^1]`.
    Markdown,
}

/// Several documents to compress to one text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AsOneSpec {
    /// The documents, in the order they come in; folders stand for what is in them, by name.
    pub documents: Vec<DocumentSource>,
    /// What they are called, where not by their own names: one for each, or none at all. Folders are not
    /// for this.
    #[serde(default)]
    pub names: Vec<Option<String>>,
    /// For all of it, marks and index included.
    pub budget: BudgetSpec,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub tokenizer: String,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub strategy: String,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub focus: Option<String>,
    /// Where marks stand.
    pub citations: Citations,
    /// What they look like.
    pub style: CitationStyle,
}

/// Several documents, compressed to one text. Offsets are bytes, half-open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AsOneView {
    /// What is left, with marks and index.
    pub text: String,
    /// Who counted.
    pub tokenizer: String,
    /// Tokens of all documents.
    pub tokens_in: u64,
    /// Tokens of the text.
    pub tokens_out: u64,
    /// Before over after; `None` where nothing is left.
    pub ratio: Option<f64>,
    /// Which bytes of which document they are.
    pub spans: Vec<MemberSpan>,
    /// The marks.
    pub marks: Vec<MarkView>,
    /// Where the index stands.
    pub index: [u64; 2],
    /// What became of each document, in order.
    pub documents: Vec<MemberView>,
    /// What the documents say that is nowhere in the text; of running texts together, of the others one by one.
    #[serde(default)]
    pub dropped: DroppedView,
    /// Why nothing is left, where nothing is.
    pub refused: Option<String>,
    /// Time it took, milliseconds, reading and counting included.
    pub elapsed_ms: f64,
}

impl AsOneView {
    /// Where every byte of the text comes from, and which passages were duplicates of what.
    pub fn map(&self) -> serde_json::Value {
        serde_json::json!({
            "schema": "benchvise.as-one-map/1",
            "spans": self.spans, "marks": self.marks, "index": self.index,
            "documents": self.documents,
        })
    }
}

/// A kept stretch of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberSpan {
    /// In the output.
    pub out: [u64; 2],
    /// Which document, counted from 0.
    pub document: u64,
    /// In the document's text.
    pub src: [u64; 2],
}

/// A citation in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MarkView {
    /// Where it stands.
    pub out: [u64; 2],
    /// The document it names, counted from 0.
    pub document: u64,
}

/// One document of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberView {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, hex; empty where it could not be read.
    pub source_sha256: String,
    /// Its number in marks; `None` where nothing of it is kept.
    pub number: Option<u64>,
    /// What it was taken for; empty where it could not be read.
    #[serde(default)]
    pub kind: String,
    /// Its tokens.
    pub tokens_in: u64,
    /// Bytes of it that are kept.
    pub kept_bytes: u64,
    /// Passages that an earlier document has too.
    pub duplicates: Vec<DuplicateView>,
    /// Why it could not be read, where it could not.
    pub failure: Option<Failure>,
}

/// A passage left out since an earlier document has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DuplicateView {
    /// Where it stood.
    pub src: [u64; 2],
    /// The earlier document, counted from 0.
    pub document: u64,
    /// Where the passage stands there.
    pub first: [u64; 2],
    /// The share that is the same, from 0 to 1.
    pub same: f64,
}

/// The file in a folder of outputs by which a job that was stopped goes on.
pub const MANIFEST: &str = "benchvise-manifest.jsonl";

/// A folder of any size to compress, document by document, in memory that does not grow with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FolderSpec {
    /// The folder.
    pub folder: PathBuf,
    /// Where what is left goes: a file for each document, with its name.
    pub into: PathBuf,
    /// The manifest, by which a job that was stopped goes on.
    pub manifest: PathBuf,
    /// For each document.
    pub budget: BudgetSpec,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub tokenizer: String,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub strategy: String,
    /// As in [`CompressSpec`](crate::CompressSpec).
    pub focus: Option<String>,
    /// As in [`CompressSpec`](crate::CompressSpec).
    #[serde(default)]
    pub shaping: Shaping,
    /// Whether to count what the lossless stage alone leaves.
    #[serde(default)]
    pub lossless: bool,
    /// Documents at a time; `None` is one for each core.
    pub threads: Option<u32>,
}

impl FolderSpec {
    /// All of a folder as the defaults have it, with the manifest among what is left.
    pub fn new(folder: PathBuf, into: PathBuf, budget: BudgetSpec, tokenizer: &str) -> FolderSpec {
        FolderSpec {
            manifest: into.join(MANIFEST),
            folder,
            into,
            budget,
            tokenizer: tokenizer.to_owned(),
            strategy: "automatic".into(),
            focus: None,
            shaping: Shaping::default(),
            lossless: false,
            threads: None,
        }
    }
}

/// What became of a folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FolderView {
    /// Files met.
    pub documents: u64,
    /// Compressed now.
    pub done: u64,
    /// Of those, ones whose contents had just been done.
    pub same: u64,
    /// Done by an earlier job, and still as they were.
    pub kept: u64,
    /// Not done: no documents, damaged, or gone.
    pub failed: u64,
    /// Done, with less left than was asked for.
    pub refused: u64,
    /// Bytes of the documents done now.
    pub bytes_in: u64,
    /// Bytes written for them.
    pub bytes_out: u64,
    /// Their tokens.
    pub tokens_in: u64,
    /// Tokens of what is left of them when nothing but white space and what is said twice goes, where that was
    /// asked for.
    #[serde(default)]
    pub tokens_lossless: Option<u64>,
    /// Tokens written for them.
    pub tokens_out: u64,
    /// The first few that failed, and why; the manifest has all of them.
    pub first_failures: Vec<(String, Failure)>,
    /// Time it took, milliseconds.
    pub elapsed_ms: f64,
}

/// How a job uses results that are remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CacheSpec {
    /// Looks for them, and adds its own.
    #[default]
    Used,
    /// The same, and its own can be forgotten by this name.
    Tagged(String),
    /// Neither.
    Left,
}

/// Which remembered results to forget. Damaged and expired ones go in any case; with nothing named, only
/// those.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PruneSpec {
    /// Those of a tag.
    pub tag: Option<String>,
    /// Those that this tokenizer counted.
    pub tokenizer: Option<String>,
    /// Those made with this model's files, or counted by its tokenizer's: what it was called, its folder, or a file
    /// of it.
    #[serde(default)]
    pub model: Option<String>,
    /// Those made longer ago, in days.
    pub older_than_days: Option<f64>,
    /// All of them.
    pub all: bool,
}

/// What is remembered of results.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CacheView {
    /// The folder.
    pub folder: String,
    /// Results in it.
    pub results: u64,
    /// Their size on the disk, bytes.
    pub bytes: u64,
    /// The most they may take, bytes.
    pub limit_bytes: u64,
    /// After how many days one is not believed any more.
    pub days: u64,
    /// Results that were forgotten by this command.
    pub forgotten: u64,
    /// The newest few.
    pub newest: Vec<CachedView>,
}

/// One remembered result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CachedView {
    /// The document's name, as it was called when the result was made.
    pub name: String,
    /// Who counted.
    pub tokenizer: String,
    /// Models it was made with, as they were called.
    #[serde(default)]
    pub models: Vec<String>,
    /// The tag, where it has one.
    pub tag: Option<String>,
    /// When it was made, milliseconds UTC.
    pub made_ms: i64,
    /// On the disk, bytes.
    pub bytes: u64,
}
