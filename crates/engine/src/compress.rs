//! Documents in, fewer tokens out: the job around the compressor.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use compress::{Budget, Document, Request, Strategy, TokenCounter};
use protocol::{
    BudgetSpec, CompressSpec, CompressedDocument, DocumentSource, DroppedView, GapView, JobId,
    JobOutcome, SpanView,
};

use crate::Engine;
use crate::error::EngineError;
use crate::failure::failure;
use crate::jobs::{self, Job};
use crate::model;
use crate::token_counter::BoardTokens;

/// Begins a compression job; the tokenizer and the strategy are checked at once.
pub(crate) fn start(engine: &Engine, spec: CompressSpec) -> Result<JobId, EngineError> {
    let counter = counter(&spec.tokenizer)?;
    let strategy = strategy(&spec.strategy)?;
    jobs::begin(engine, "compress", move |job| run(job, &spec, &*counter, strategy))
}

/// `o200k`, `cl100k`, a `tokenizer.json`, or a llama2.c `tokenizer.bin`.
pub(crate) fn counter(name: &str) -> Result<Arc<dyn TokenCounter>, EngineError> {
    if !name.ends_with(".bin") {
        return Ok(compress::tokens::by_name(name)?);
    }
    let bytes = model::read(Path::new(name), model::TOKENIZER_LIMIT_BYTES)?;
    let bad = |detail| EngineError::BadTokenizer { detail, path: name.to_owned() };
    let tokenizer = tinyllm::Tokenizer::parse(&bytes, entries(&bytes))
        .map_err(|error| bad(error.to_string()))?;
    let name = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
    Ok(Arc::new(BoardTokens::new(Arc::new(tokenizer), name)))
}

/// How many tokens a llama2.c tokenizer file holds: score, length and bytes each.
fn entries(bytes: &[u8]) -> u32 {
    let mut rest = bytes.get(4..).unwrap_or_default();
    let mut count = 0;
    while let Some(&[_, _, _, _, a, b, c, d]) = rest.first_chunk::<8>() {
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        let Some(after) = len.checked_add(8).and_then(|end| rest.get(end..)) else { break };
        rest = after;
        count += 1;
    }
    count
}

/// Strategies by the names a person gives.
const STRATEGIES: [(&str, Strategy); 4] = [
    ("automatic", Strategy::Automatic),
    ("phrases", Strategy::Phrases),
    ("sentences", Strategy::Sentences),
    ("lines", Strategy::Lines),
];

fn strategy(name: &str) -> Result<Strategy, EngineError> {
    let found = STRATEGIES.iter().find(|(known, _)| *known == name);
    found.map(|(_, strategy)| *strategy).ok_or_else(|| {
        let known: Vec<&str> = STRATEGIES.iter().map(|(name, _)| *name).collect();
        EngineError::BadRequest(format!(
            "there is no strategy {name:?}; choose one of {}",
            known.join(", ")
        ))
    })
}

fn run(
    job: &Job,
    spec: &CompressSpec,
    counter: &dyn TokenCounter,
    strategy: Strategy,
) -> Result<JobOutcome, EngineError> {
    let total = spec.documents.len() as u64;
    let mut documents = Vec::with_capacity(spec.documents.len());
    for source in &spec.documents {
        if job.stop.load(Ordering::Relaxed) {
            return Err(EngineError::Cancelled);
        }
        job.progress("reading", documents.len() as u64, 2 * total);
        documents.push(read(source).map(|document| {
            let tokens = if spec.total { counter.count(&document.text) } else { 0 };
            (document, tokens)
        }));
    }
    let all: usize = documents.iter().flatten().map(|(_, tokens)| tokens).sum();
    let mut results = Vec::with_capacity(documents.len());
    for document in documents {
        if job.stop.load(Ordering::Relaxed) {
            return Err(EngineError::Cancelled);
        }
        job.progress("compressing", total + results.len() as u64, 2 * total);
        let result = document.and_then(|(document, tokens)| {
            let budget = match spec.budget {
                BudgetSpec::Ratio(ratio) => Budget::Ratio(ratio),
                BudgetSpec::Tokens(budget) if spec.total && all > 0 => {
                    let share = budget as f64 * tokens as f64 / all as f64;
                    Budget::Tokens(share as usize)
                }
                BudgetSpec::Tokens(budget) => Budget::Tokens(budget as usize),
            };
            one(&document, budget, counter, spec.focus.as_deref(), strategy)
        });
        results.push(result.map_err(failure));
    }
    Ok(JobOutcome::Compressed(results))
}

/// Reads a document, wherever it comes from.
pub(crate) fn read(source: &DocumentSource) -> Result<Document, EngineError> {
    Ok(match source {
        DocumentSource::File(path) => compress::document::load(path)?,
        DocumentSource::Bytes { name, bytes } => compress::document::from_bytes(name, bytes)?,
    })
}

/// Compresses one document.
pub(crate) fn one(
    document: &Document,
    budget: Budget,
    counter: &dyn TokenCounter,
    focus: Option<&str>,
    strategy: Strategy,
) -> Result<CompressedDocument, EngineError> {
    let began = Instant::now();
    let request = Request {
        focus: focus.filter(|focus| !focus.trim().is_empty()),
        strategy,
        ..Request::new(&document.text, budget)
    };
    let made = compress::compress(&request, counter)?;
    let range = |range: std::ops::Range<usize>| [range.start as u64, range.end as u64];
    Ok(CompressedDocument {
        name: document.name.clone(),
        source_sha256: document.sha256.clone(),
        tokenizer: counter.name().to_owned(),
        tokens_in: made.tokens_in as u64,
        tokens_out: made.tokens_out as u64,
        ratio: (made.tokens_out > 0).then(|| made.tokens_in as f64 / made.tokens_out as f64),
        kind: made.kind.name().to_owned(),
        refused: made.refused,
        source: None,
        dropped: DroppedView {
            numbers: made.dropped.numbers.count as u64,
            entities: made.dropped.entities.count as u64,
            negations: made.dropped.negations.count as u64,
            sections: made.dropped.sections.count as u64,
            ..DroppedView::default()
        },
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
        elapsed_ms: began.elapsed().as_secs_f64() * 1e3,
    })
}
