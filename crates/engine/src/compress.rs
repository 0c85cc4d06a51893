//! Documents in, fewer tokens out: the job around the compressor.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use compress::document::isolated::{Isolated, is_risky};
use compress::{Budget, Document, Strategy, Syntax, TokenCounter};
use protocol::{
    AnchorView, BudgetSpec, CacheSpec, CompressSpec, CompressedDocument, DocumentOutcome,
    DroppedView, Extraction, Failure, FoldView, GapView, JobId, JobKind, JobOutcome, LeftOutView,
    NeuralSpec, Shaping, SourceText, SpanView, Work,
};

use crate::Engine;
use crate::apart::{Apart, Words, is_heavy};
use crate::content;
use crate::documents::{Named, named, title};
use crate::error::EngineError;
use crate::failure::failure;
use crate::jobs::{self, Job};
use crate::lent::{Asked, Lending, Lent};
use crate::manifest::Manifest;
use crate::model;
use crate::results::{self, Print, Results};
use crate::token_counter::BoardTokens;
use crate::way::Way;
use crate::weights;

/// Begins a compression job; the tokenizer and the strategy are checked at once.
pub(crate) fn start(engine: &Engine, mut spec: CompressSpec) -> Result<JobId, EngineError> {
    weights::fill(engine, &mut spec.shaping)?;
    let counter = counter(&spec.tokenizer)?;
    // With the tokenizer: by the time a job has its turn the file may be another.
    let tokenizer = tokenizer_words(&spec.tokenizer);
    let way = Way::of(&spec.strategy, spec.focus.as_deref(), &spec.shaping)?
        .counting(spec.lossless)
        .remembering(|| engine.inner.blocks.of(&tokenizer));
    let title = title(&spec.documents);
    jobs::begin(engine, JobKind::Compress, title, move |job| {
        let shelf = &job.engine.inner.shelf;
        let models = job.engine.settings().models_folder();
        if !spec.neural.is_empty() {
            job.progress("looking at the models", 0, spec.documents.len() as u64);
        }
        let asked = Asked::find(&spec.neural, &models, shelf.source())?.printed()?;
        let tell = |news: Vec<String>| news.into_iter().for_each(|text| job.engine.warn(text));
        let lending = Lending::new(|| {
            let loading = |doing: &str| job.progress(doing, 0, spec.documents.len() as u64);
            let lent = shelf.lend(&asked, &job.stop, &loading)?;
            tell(lent.news());
            Ok(lent)
        });
        let prints = asked.prints();
        let outcome = run(job, &spec, (&*counter, &tokenizer), &way, (&lending, &prints));
        tell(lending.news());
        outcome
    })
}

/// `o200k`, `cl100k`, a `tokenizer.json`, or a llama2.c `tokenizer.bin`.
pub(crate) fn counter(name: &str) -> Result<Arc<dyn TokenCounter>, EngineError> {
    if !name.ends_with(".bin") {
        return Ok(compress::tokens::by_name(name)?);
    }
    let bytes = model::read(Path::new(name), model::TOKENIZER_LIMIT_BYTES)?;
    let tokenizer = model::tokenizer(&bytes).map_err(|error| EngineError::BadTokenizer {
        detail: error.to_string(),
        path: name.to_owned(),
    })?;
    let name = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
    Ok(Arc::new(BoardTokens::new(tokenizer, name)))
}

/// The budget that is asked for each document.
pub(crate) fn budget(asked: BudgetSpec) -> Budget {
    match asked {
        BudgetSpec::Tokens(tokens) => Budget::Tokens(tokens as usize),
        BudgetSpec::Ratio(ratio) => Budget::Ratio(ratio),
    }
}

/// The strategy that a person names.
pub(crate) fn strategy(name: &str) -> Result<Strategy, EngineError> {
    Strategy::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Strategy::ALL.iter().map(|(_, name)| *name).collect();
        EngineError::BadRequest(format!(
            "there is no strategy {name:?}; choose one of {}",
            known.join(", ")
        ))
    })
}

fn run(
    job: &Job,
    spec: &CompressSpec,
    (counter, tokenizer): (&dyn TokenCounter, &str),
    way: &Way,
    (lending, prints): (&Lending<'_>, &[Print]),
) -> Result<JobOutcome, EngineError> {
    let documents = named(&spec.documents);
    let total = documents.len() as u64;
    let several = documents.len() > 1;
    let reader = job.engine.inner.reader.as_deref();
    let for_all = reader.filter(|_| several).map(Isolated::for_all);
    let reader = for_all.as_ref().or(reader);
    let apart = reader.filter(|_| spec.neural.is_empty()).map(|workers| {
        let words = Words {
            tokenizer: &spec.tokenizer,
            tokenizer_words: tokenizer,
            strategy: &spec.strategy,
            focus: spec.focus.as_deref(),
            shaping: &spec.shaping,
            lossless: spec.lossless,
        };
        Apart::new(workers, &job.stop, words)
    });
    let remembered = Remembered::of(job, spec, tokenizer, prints);
    let shares = match spec.budget {
        BudgetSpec::Tokens(budget) if spec.total => {
            shares((job, reader), &documents, budget, counter)?.into_iter().map(Some).collect()
        }
        _ => documents.iter().map(|_| None).collect::<Vec<_>>(),
    };
    let mut manifest = spec.into.as_ref().map(Manifest::open).transpose()?;
    let mut seen = BTreeMap::new();
    let mut results: Vec<DocumentOutcome> = Vec::with_capacity(documents.len());
    for (place, (document, share)) in documents.iter().zip(shares).enumerate() {
        job.go_on()?;
        job.progress(format!("compressing {}", document.name), results.len() as u64, total);
        let budget = match (&share, spec.budget) {
            (Some(share), _) => Budget::Tokens(share.tokens),
            (None, asked) => budget(asked),
        };
        let settings = settings(spec, tokenizer, prints, budget);
        let kept = manifest.as_ref().and_then(|manifest| {
            manifest.find(place, &settings, || match &share {
                Some(share) => share.document.as_ref().ok().map(|read| read.sha256.clone()),
                None => document.sha256(),
            })
        });
        if let Some(kept) = kept {
            results.push(DocumentOutcome { name: document.name.clone(), result: Ok(kept) });
            continue;
        }
        let began = Instant::now();
        let mut key = None;
        let (read, before) = match share {
            Some(share) => (share.document, share.took),
            None => {
                let bytes = remembered.as_ref().and_then(|_| document.bytes());
                let asked = remembered.as_ref().zip(bytes.as_deref());
                key = asked
                    .and_then(|(remembered, bytes)| remembered.key(&document.name, bytes, budget));
                let known = remembered.as_ref().zip(key.as_ref());
                if let Some(made) = known.and_then(|(known, key)| {
                    known.find(key, document, bytes.as_deref().unwrap_or_default(), reader)
                }) {
                    let result = Ok(made);
                    if let Some(manifest) = &mut manifest {
                        manifest.add(place, &document.name, &settings, &result)?;
                    }
                    results.push(DocumentOutcome { name: document.name.clone(), result });
                    continue;
                }
                let read = jobs::surviving(|| match &bytes {
                    Some(bytes) => document.read_from(reader, bytes),
                    None => document.read(reader),
                });
                (read, Duration::ZERO)
            }
        };
        // A document that trips the compressor costs itself.
        let mut compressed = |document: Document, lent: &Lent| {
            // The same contents under another ending may be read another way.
            let syntax = Syntax::of_file(&document.name);
            let Document { format, kind, .. } = document;
            let contents = (document.sha256.clone(), format, kind, syntax, settings.clone());
            if let Some(&earlier) = seen.get(&contents)
                && let Some(DocumentOutcome { name, result: Ok(made) }) = results.get(earlier)
            {
                let (work, name) = (Work::SameAs(name.clone()), document.name.clone());
                return Ok(CompressedDocument { name, work, elapsed_ms: 0.0, ..made.clone() });
            }
            let alone = way.blocks().is_none() && (several || is_heavy(&document));
            let apart = apart.as_ref().filter(|_| alone);
            let mut made = match apart.and_then(|apart| apart.one(&document, budget)) {
                Some(made) => made?,
                None => with(&document, budget, counter, way, lent).map_err(failure)?,
            };
            made.source = (spec.source == SourceText::Returned).then_some(document.text);
            // With the reading: taking the text out of a PDF may be most of it.
            made.elapsed_ms = (before + began.elapsed()).as_secs_f64() * 1e3;
            if let (Some(remembered), Some(key)) = (&remembered, &key) {
                remembered.put(key, &made);
            }
            seen.insert(contents, place);
            Ok(made)
        };
        let result = match read {
            Ok(document) => {
                // A model that cannot be had costs the job.
                let lent = lending.get()?;
                jobs::surviving(|| compressed(document, lent))
            }
            Err(problem) => Err(problem),
        };
        if result.is_err() && job.stop.load(Ordering::Relaxed) {
            // A model or a worker that was stopped fails for no other reason.
            return Err(EngineError::Cancelled);
        }
        if let Some(manifest) = &mut manifest {
            manifest.add(place, &document.name, &settings, &result)?;
        }
        results.push(DocumentOutcome { name: document.name.clone(), result });
    }
    Ok(JobOutcome::Compressed(results))
}

/// Results of earlier jobs, where a job may use them.
struct Remembered<'a> {
    results: &'a Results,
    spec: &'a CompressSpec,
    /// With what is in its file.
    tokenizer: &'a str,
    /// With what is asked beside it.
    strategy: String,
    models: &'a [Print],
}

impl<'a> Remembered<'a> {
    fn of(
        job: &'a Job,
        spec: &'a CompressSpec,
        tokenizer: &'a str,
        models: &'a [Print],
    ) -> Option<Self> {
        // Vectors are written when they are made.
        let used = spec.cache != CacheSpec::Left && spec.neural.vectors.is_none();
        let inner = &job.engine.inner;
        used.then(|| Remembered {
            results: &inner.results,
            spec,
            tokenizer,
            strategy: spec.strategy.clone()
                + &shaping_words(&spec.shaping)
                + lossless_words(spec.lossless),
            models,
        })
    }

    fn key(&self, name: &str, bytes: &[u8], budget: Budget) -> Option<results::Key> {
        let asked = results::Asked {
            budget,
            tokenizer: self.tokenizer,
            strategy: &self.strategy,
            focus: self.spec.focus.as_deref(),
            models: self.models,
            // Said or not, it is the same.
            device: self.spec.neural.device.as_deref().filter(|device| *device != "auto"),
        };
        self.results.key(name, bytes, &asked)
    }

    /// What was made of a document, with its source where that is asked for.
    fn find(
        &self,
        key: &results::Key,
        document: &Named<'_>,
        bytes: &[u8],
        reader: Option<&Isolated>,
    ) -> Option<CompressedDocument> {
        let mut made = self.results.find(key, &document.name)?;
        match self.spec.source {
            SourceText::Left => made.source = None,
            SourceText::Returned if made.source.is_some() => {}
            // To take the text out of a PDF may be most of the work: it is kept. What is text is read anew.
            SourceText::Returned if is_risky(bytes) => return None,
            SourceText::Returned => {
                let read = jobs::surviving(|| document.read_from(reader, bytes)).ok()?;
                made.source = Some(read.text);
            }
        }
        Some(made)
    }

    fn put(&self, key: &results::Key, made: &CompressedDocument) {
        let mut kept = made.clone();
        if kept.extraction.format == "text" {
            kept.source = None;
        }
        self.results.put(key, kept, (self.tokenizer, self.models), &self.spec.cache);
    }
}

/// The same where nobody looks at where its bytes come from.
pub(crate) fn without_map(made: CompressedDocument) -> CompressedDocument {
    CompressedDocument { spans: Vec::new(), gaps: Vec::new(), folds: Vec::new(), ..made }
}

/// A tokenizer's name, and where it is a file, of which a name says little, its SHA-256.
pub(crate) fn tokenizer_words(name: &str) -> String {
    let built_in = !name.ends_with(".json") && !name.ends_with(".bin");
    let bytes = if built_in { None } else { std::fs::read(name).ok() };
    bytes.map_or_else(|| name.to_owned(), |bytes| format!("{name} {}", model::sha256_hex(&bytes)))
}

/// All that a result depends on besides its document.
fn settings(spec: &CompressSpec, tokenizer: &str, prints: &[Print], budget: Budget) -> String {
    let words =
        settings_words(budget, tokenizer, &spec.strategy, spec.focus.as_deref(), &spec.shaping)
            + lossless_words(spec.lossless);
    match &spec.neural {
        none if none.is_empty() => words,
        some => {
            let prints: Vec<&str> = prints.iter().map(|print| print.sha256.as_str()).collect();
            let NeuralSpec { encoder, scorer, .. } = some;
            format!("{words}, encoder {encoder:?}, scorer {scorer:?}, {}", prints.join(", "))
        }
    }
}

/// The same of its parts.
pub(crate) fn settings_words(
    budget: Budget,
    tokenizer: &str,
    strategy: &str,
    focus: Option<&str>,
    shaping: &Shaping,
) -> String {
    let budget = match budget {
        Budget::Tokens(tokens) => format!("{tokens} tokens"),
        Budget::Ratio(ratio) => format!("ratio {ratio}"),
    };
    let focus = focus.unwrap_or_default();
    let shaping = shaping_words(shaping);
    format!(
        "{budget}, {tokenizer}, {strategy}, version {}, focus {focus:?}{shaping}",
        env!("CARGO_PKG_VERSION")
    )
}

/// What is said of a count beside; nothing where there is none.
pub(crate) fn lossless_words(lossless: bool) -> &'static str {
    if lossless { ", lossless counted" } else { "" }
}

/// What is asked beside a strategy; nothing where nothing is.
fn shaping_words(shaping: &Shaping) -> String {
    match *shaping == Shaping::default() {
        true => String::new(),
        false => format!(", {shaping:?}"),
    }
}

/// A document with its part of a budget for all.
struct Share {
    document: Result<Document, Failure>,
    tokens: usize,
    /// Time that reading and counting took.
    took: Duration,
}

/// Reads all documents, and gives each of the budget what it is of their tokens.
fn shares(
    (job, reader): (&Job, Option<&Isolated>),
    documents: &[Named<'_>],
    budget: u64,
    counter: &dyn TokenCounter,
) -> Result<Vec<Share>, EngineError> {
    let mut shares = Vec::with_capacity(documents.len());
    for document in documents {
        job.go_on()?;
        let doing = format!("counting {}", document.name);
        job.progress(doing, shares.len() as u64, documents.len() as u64);
        let began = Instant::now();
        let counted = jobs::surviving(|| {
            let document = document.read(reader)?;
            let tokens = counter.count(&document.text);
            Ok((document, tokens))
        });
        let (document, tokens) = match counted {
            Ok((document, tokens)) => (Ok(document), tokens),
            Err(problem) => (Err(problem), 0),
        };
        shares.push(Share { document, tokens, took: began.elapsed() });
    }
    let all: usize = shares.iter().map(|share| share.tokens).sum();
    for share in &mut shares {
        let part = if all == 0 { 1.0 } else { share.tokens as f64 / all as f64 };
        share.tokens = (budget as f64 * part) as usize;
    }
    Ok(shares)
}

/// Compresses one document, without models. What it is like is not looked at: whoever asks for this shows
/// no document by itself.
pub(crate) fn one(
    document: &Document,
    budget: Budget,
    counter: &dyn TokenCounter,
    way: &Way,
) -> Result<CompressedDocument, EngineError> {
    compressed(document, budget, counter, way, &Lent::default())
}

/// Compresses one document without models, and looks at what it is like.
pub(crate) fn looked_at(
    document: &Document,
    budget: Budget,
    counter: &dyn TokenCounter,
    way: &Way,
) -> Result<CompressedDocument, EngineError> {
    with(document, budget, counter, way, &Lent::default())
}

/// Compresses one document with the models that are lent, and looks at what it is like.
fn with(
    document: &Document,
    budget: Budget,
    counter: &dyn TokenCounter,
    way: &Way,
    lent: &Lent,
) -> Result<CompressedDocument, EngineError> {
    let made = compressed(document, budget, counter, way, lent)?;
    Ok(CompressedDocument { content: Some(content::of(document)), ..made })
}

fn compressed(
    document: &Document,
    budget: Budget,
    counter: &dyn TokenCounter,
    way: &Way,
    lent: &Lent,
) -> Result<CompressedDocument, EngineError> {
    let began = Instant::now();
    let request = lent.to(way.request(document, budget));
    let made = match way.blocks() {
        Some(blocks) => blocks.answer(&request, counter)?,
        None => compress::compress(&request, counter)?,
    };
    let retention = lent.retention(&document.text, &made)?;
    lent.write_vectors(&made)?;
    let folds = if way.lossless { compress::folds(&document.text, &made) } else { Vec::new() };
    let range = |range: std::ops::Range<usize>| [range.start as u64, range.end as u64];
    Ok(CompressedDocument {
        name: document.name.clone(),
        source_sha256: document.sha256.clone(),
        tokenizer: counter.name().to_owned(),
        tokens_in: made.tokens_in as u64,
        tokens_out: made.tokens_out as u64,
        tokens_lossless: made.lossless.map(|tokens| tokens as u64),
        ratio: (made.tokens_out > 0).then(|| made.tokens_in as f64 / made.tokens_out as f64),
        kind: made.kind.name().to_owned(),
        content: None,
        refused: made.refused,
        dropped: dropped_view(made.dropped),
        text: made.text,
        spans: made
            .spans
            .into_iter()
            .map(|span| SpanView { out: range(span.out), src: range(span.src) })
            .collect(),
        gaps: made
            .gaps
            .into_iter()
            .map(|gap| GapView { at: gap.at as u64, src: range(gap.src), units: gap.units as u64 })
            .collect(),
        folds: folds
            .into_iter()
            .map(|fold| FoldView { at: fold.at as u64, lines: fold.lines as u64 })
            .collect(),
        elapsed_ms: began.elapsed().as_secs_f64() * 1e3,
        work: Work::Done,
        extraction: extraction(document),
        source: None,
        retention,
    })
}

pub(crate) fn dropped_view(dropped: compress::Dropped) -> DroppedView {
    DroppedView {
        numbers: dropped.numbers.count as u64,
        entities: dropped.entities.count as u64,
        negations: dropped.negations.count as u64,
        sections: dropped.sections.count as u64,
        first_numbers: dropped.numbers.first,
        first_entities: dropped.entities.first,
        first_negations: dropped.negations.first,
        first_sections: dropped.sections.first,
    }
}

fn extraction(document: &Document) -> Extraction {
    let left_out = document.left_out.iter();
    let anchors = document.anchors.iter();
    Extraction {
        format: document.format.name().to_owned(),
        left_out: left_out
            .map(|left| LeftOutView { what: left.what.clone(), count: left.count as u64 })
            .collect(),
        anchors: anchors
            .map(|anchor| AnchorView { at: anchor.at as u64, name: anchor.name.clone() })
            .collect(),
    }
}

/// What is left of a document, for tests of what is done with it.
#[cfg(test)]
pub(crate) fn made(text: &str) -> CompressedDocument {
    serde_json::from_value(serde_json::json!({
        "name": "a.txt", "source_sha256": "5", "tokenizer": "o200k", "tokens_in": 9,
        "tokens_out": 3, "ratio": 3.0, "kind": "prose", "refused": null,
        "dropped": protocol::DroppedView::default(), "text": text, "spans": [], "gaps": [],
        "elapsed_ms": 1.0,
    }))
    .unwrap()
}

#[cfg(test)]
pub(crate) mod tests;
