//! Documents in, fewer tokens out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::CacheSpec;
use crate::content::ContentView;

/// Where a document comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DocumentSource {
    /// A file; where several documents are taken, also a folder, for all that are in it.
    File(PathBuf),
    /// Bytes with a name: standard input, a paste, a drop in a browser.
    Bytes {
        /// What to call it.
        name: String,
        /// Its bytes; base64 where the message is text.
        #[serde(with = "crate::bytes")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        bytes: Vec<u8>,
    },
}

/// A sort of documents that can be compressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentSort {
    /// What it is called, in the middle of a sentence.
    pub name: String,
    /// Endings of its files, lowercase, without the dot; none where contents alone tell.
    pub endings: Vec<String>,
}

/// How much may remain.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BudgetSpec {
    /// Tokens of the consuming model.
    Tokens(u64),
    /// Input tokens over output tokens; at least 1.
    Ratio(f64),
}

/// What to compress, and how far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompressSpec {
    /// The documents.
    pub documents: Vec<DocumentSource>,
    /// For each, or for all of them together with `total`.
    pub budget: BudgetSpec,
    /// The budget is for all documents together, shared by their size.
    pub total: bool,
    /// `o200k`, `cl100k`, a `tokenizer.json`, or a llama2.c `tokenizer.bin`.
    pub tokenizer: String,
    /// `automatic`, or another strategy's name.
    pub strategy: String,
    /// A question or a list of topics; changes everything.
    pub focus: Option<String>,
    /// How readable, and what stays and goes in any case.
    #[serde(default)]
    pub shaping: Shaping,
    /// Whether the documents' own texts come back with them.
    #[serde(default)]
    pub source: SourceText,
    /// Where what is left is written as it comes, so that a job that was stopped can go on.
    #[serde(default)]
    pub into: Option<Outputs>,
    /// What is made of results that are remembered.
    #[serde(default)]
    pub cache: CacheSpec,
    /// Whether to count what the lossless stage alone leaves, and what kept lines of logs stand for. What is left
    /// is the same.
    #[serde(default)]
    pub lossless: bool,
    /// Models that read text; none unless asked for.
    #[serde(default)]
    pub neural: NeuralSpec,
}

/// What is asked of a compression beside its length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Shaping {
    /// From 0, the most facts in telegram style, to 1, whole sentences; `None` is what the strategy does.
    pub readable: Option<f64>,
    /// Rules such as `code=keep`, `table=4x`, `heading:References=drop`; of several about one stretch
    /// the last one counts.
    pub rules: Vec<String>,
    /// Regular expressions; what they match stays.
    pub keep: Vec<String>,
    /// Passages that a person wants kept.
    pub pins: Vec<Pin>,
    /// What counts how much in running text, by name; without it, what the setting `weights` says.
    pub weights: Option<BTreeMap<String, f64>>,
    /// What the documents are, by name, such as `log` or `legal`; without it that is found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Their language, a two-letter code; without it that is found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A passage that stays, word for word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pin {
    /// The document it is in, by SHA-256 of its bytes in hex: in another it means nothing. `None` is
    /// every document.
    #[serde(default)]
    pub document: Option<String>,
    /// Half-open byte range in the document's text.
    pub src: [u64; 2],
    /// Where its tokens come from.
    #[serde(default)]
    pub room: Room,
}

/// Where the tokens of a pinned passage come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Room {
    /// From the budget: something else makes room.
    #[default]
    Made,
    /// The budget grows by them.
    Added,
}

/// Models that help to choose what stays. They are on this computer: none is fetched for this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NeuralSpec {
    /// A sentence encoder: a folder, or the name of one on this computer.
    #[serde(default)]
    pub encoder: Option<String>,
    /// A token classifier (a folder or a name), or a language model (a GGUF file, or its name).
    #[serde(default)]
    pub scorer: Option<String>,
    /// `auto`, `cpu`, `cuda`, `cuda:0` …, `metal`.
    #[serde(default)]
    pub device: Option<String>,
    /// Where the encoder's vectors of the kept stretches are written; for one document.
    #[serde(default)]
    pub vectors: Option<PathBuf>,
}

impl NeuralSpec {
    /// Whether no model is asked for.
    pub fn is_empty(&self) -> bool {
        self.encoder.is_none() && self.scorer.is_none()
    }
}

/// Files that a job writes, and a manifest of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outputs {
    /// JSON lines, one for each document that is done, written as it is done. A document that stands
    /// in it with the same contents and the same settings, and whose output is as it was, is not done
    /// again.
    pub manifest: PathBuf,
    /// A file for each of the documents, in their order. Folders among the documents are not for this:
    /// whoever names outputs has opened them.
    pub files: Vec<PathBuf>,
}

/// Whether a document's own text comes back beside what is left of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SourceText {
    /// No: whoever asks has it, or does not want it.
    #[default]
    Left,
    /// Yes: a face that shows both side by side and reads no file itself.
    Returned,
}

/// A kept stretch: bytes of the output and the source bytes they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpanView {
    /// Half-open byte range in the output.
    pub out: [u64; 2],
    /// Half-open byte range in the source text.
    pub src: [u64; 2],
}

/// A kept line of a log that stands for others of its template, which were left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FoldView {
    /// Where the line ends in the output, byte offset.
    pub at: u64,
    /// Lines of its template that the source has, itself among them.
    pub lines: u64,
}

/// A dropped stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GapView {
    /// Where in the output, byte offset.
    pub at: u64,
    /// Half-open byte range in the source text.
    pub src: [u64; 2],
    /// Phrase units, lines or records that fell out.
    pub units: u64,
}

/// What was lost, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DroppedView {
    /// Distinct numbers.
    pub numbers: u64,
    /// Distinct names.
    pub entities: u64,
    /// Negations.
    pub negations: u64,
    /// Sections of which nothing is left.
    pub sections: u64,
    /// The first few numbers, as they stood in the source.
    #[serde(default)]
    pub first_numbers: Vec<String>,
    /// The first few names.
    #[serde(default)]
    pub first_entities: Vec<String>,
    /// The first few negations.
    #[serde(default)]
    pub first_negations: Vec<String>,
    /// The first few sections.
    #[serde(default)]
    pub first_sections: Vec<String>,
}

/// One document, compressed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompressedDocument {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, hex.
    pub source_sha256: String,
    /// Who counted.
    pub tokenizer: String,
    /// Tokens before.
    pub tokens_in: u64,
    /// Tokens after.
    pub tokens_out: u64,
    /// Tokens of what is left when nothing but white space and what is said twice goes; absent where that was not
    /// asked for, and where the document is left as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_lossless: Option<u64>,
    /// Before over after; `None` where nothing is left.
    pub ratio: Option<f64>,
    /// What it was taken for.
    pub kind: String,
    /// What it is like; absent where it was compressed by a version that did not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentView>,
    /// Why the budget could not be kept to without damage.
    pub refused: Option<String>,
    /// What was lost.
    pub dropped: DroppedView,
    /// What is left.
    pub text: String,
    /// Which bytes of the source they are.
    pub spans: Vec<SpanView>,
    /// What is missing where.
    pub gaps: Vec<GapView>,
    /// What kept lines of logs stand for, where that was asked for; in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folds: Vec<FoldView>,
    /// Time it took, milliseconds, reading and counting included.
    pub elapsed_ms: f64,
    /// Whether it had to be compressed for this.
    #[serde(default)]
    pub work: Work,
    /// How its text was taken out of its file.
    #[serde(default)]
    pub extraction: Extraction,
    /// The text it was made from, where it was asked for; `spans` and `gaps` point into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How much of what it says has something like it in what was kept, where an encoder was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionView>,
}

/// Sentences of a document against what was kept of it, as an encoder sees them. Likeness is of subject
/// and wording: it is no proof that a fact, a number or a "not" survived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RetentionView {
    /// The encoder's name.
    pub encoder: String,
    /// Sentences that were looked at.
    pub sentences: u64,
    /// Sentences that there are.
    pub of_sentences: u64,
    /// Those that are alike to something kept.
    pub alike: u64,
    /// Cosine from which on a sentence is alike.
    pub threshold: f64,
    /// Mean of the best cosines, from 0 to 1.
    pub mean: f64,
}

impl RetentionView {
    /// As it is said: "31 of 40 sentences are alike to something kept (cosine of at least 0.7 by NAME)".
    pub fn words(&self) -> String {
        let looked = match self.sentences < self.of_sentences {
            true => {
                format!("{} looked at, evenly, of {} sentences", self.sentences, self.of_sentences)
            }
            false => format!("{} sentences", self.sentences),
        };
        format!(
            "{} of {looked} are alike to something kept (cosine of at least {} by {}); that their facts \
             survived is not said by it",
            self.alike, self.threshold, self.encoder
        )
    }
}

/// Whether a document had to be compressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Yes.
    #[default]
    Done,
    /// No: an earlier document of the job has the same contents. Its name.
    SameAs(String),
    /// No: an earlier job has written it. There is no map from it to its source.
    Kept,
    /// No: the same was asked of the same contents before, and the answer was remembered.
    Cached,
}

/// How a document's text was taken out of its file, before anything was compressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Extraction {
    /// `text` where the file is the text, otherwise `pdf`, `docx`, `html` …
    pub format: String,
    /// What the text does not have of the file: pictures, headers and footers, time stamps.
    pub left_out: Vec<LeftOutView>,
    /// Pages, chapters or minutes of the text, in their order.
    pub anchors: Vec<AnchorView>,
}

impl Extraction {
    /// All that was left out, as it is said: "30 headers and footers, 2 pictures"; empty where nothing
    /// was.
    pub fn left_out_words(&self) -> String {
        let each = self.left_out.iter().map(|left| format!("{} {}", left.count, left.what));
        each.collect::<Vec<_>>().join(", ")
    }
}

/// Something that is in the file and not in its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftOutView {
    /// What, in the plural.
    pub what: String,
    /// How many.
    pub count: u64,
}

/// A place in the source text that the document has a name for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnchorView {
    /// Where it begins, byte offset in the source text.
    pub at: u64,
    /// What it is called, such as `page 3`; not part of the text.
    pub name: String,
}

/// What to look at: how far each stretch of a document survives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeatSpec {
    /// The document.
    pub document: DocumentSource,
    /// As in [`CompressSpec`].
    pub tokenizer: String,
    /// As in [`CompressSpec`].
    pub strategy: String,
    /// As in [`CompressSpec`].
    pub focus: Option<String>,
    /// As in [`CompressSpec`].
    #[serde(default)]
    pub shaping: Shaping,
    /// As in [`CompressSpec`], without vectors.
    #[serde(default)]
    pub neural: NeuralSpec,
    /// Ratios to compress to, ascending.
    pub ratios: Vec<f64>,
}

/// A stretch of the source that shares one fate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeatSpan {
    /// Half-open byte range in the source text.
    pub src: [u64; 2],
    /// How many of the ratios it survived, from the smallest on.
    pub survived: u32,
}

/// A document compressed ever further, and what survived how far: measured, not guessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeatView {
    /// SHA-256 of the document's bytes, hex.
    pub source_sha256: String,
    /// The ratios, ascending.
    pub ratios: Vec<f64>,
    /// The source from its beginning to its end, without holes.
    pub spans: Vec<HeatSpan>,
}
