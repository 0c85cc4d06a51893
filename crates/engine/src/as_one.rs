//! Several documents to one text with citations: the job around `compress::corpus`.

use std::time::Instant;

use compress::corpus::{self, CitationStyle, Citations, Corpus, CorpusRequest, Member};
use compress::{Document, Strategy, TokenCounter};
use protocol::{
    AsOneSpec, AsOneView, DuplicateView, Failure, JobId, JobKind, JobOutcome, MarkView, MemberSpan,
    MemberView,
};

use crate::Engine;
use crate::compress::{budget, counter, dropped_view, strategy};
use crate::documents::{named, title};
use crate::error::EngineError;
use crate::jobs::{self, Job};
use crate::weights;

/// Begins the job; the tokenizer and the strategy are checked at once.
pub(crate) fn start(engine: &Engine, spec: AsOneSpec) -> Result<JobId, EngineError> {
    let counter = counter(&spec.tokenizer)?;
    let strategy = strategy(&spec.strategy)?;
    let mut shaping = protocol::Shaping::default();
    weights::fill(engine, &mut shaping)?;
    let weights = weights::of(&shaping)?;
    let title = title(&spec.documents);
    jobs::begin(engine, JobKind::Compress, title, move |job| {
        run(job, &spec, &*counter, (strategy, weights))
            .map(|view| JobOutcome::AsOne(Box::new(view)))
    })
}

fn run(
    job: &Job,
    spec: &AsOneSpec,
    counter: &dyn TokenCounter,
    (strategy, weights): (Strategy, compress::Weights),
) -> Result<AsOneView, EngineError> {
    let began = Instant::now();
    let reader = job.engine.inner.reader.as_deref();
    let sources = named(&spec.documents);
    let total = sources.len() as u64;
    let mut read: Vec<(String, Result<Document, Failure>)> = Vec::with_capacity(sources.len());
    for (place, source) in sources.iter().enumerate() {
        job.go_on()?;
        job.progress(format!("reading {}", source.name), read.len() as u64, total);
        let given = spec.names.get(place).cloned().flatten();
        read.push((given.unwrap_or_else(|| source.name.clone()), source.read(reader)));
    }
    job.progress("compressing all of it", total, total);
    // What could not be read has no text, and says so in its place.
    let members: Vec<Member<'_>> = read
        .iter()
        .map(|(name, document)| match document {
            Ok(document) => Member { name, text: &document.text, kind: document.kind },
            Err(_) => Member { name, text: "", kind: None },
        })
        .collect();
    let request = CorpusRequest {
        documents: &members,
        budget: budget(spec.budget),
        focus: spec.focus.as_deref().filter(|focus| !focus.trim().is_empty()),
        lang: None,
        strategy,
        weights,
        citations: match spec.citations {
            protocol::Citations::Passages => Citations::Passages,
            protocol::Citations::Documents => Citations::Documents,
            protocol::Citations::None => Citations::None,
        },
        style: match spec.style {
            protocol::CitationStyle::Plain => CitationStyle::Plain,
            protocol::CitationStyle::Markdown => CitationStyle::Markdown,
        },
    };
    let made = corpus::compress_while(&request, counter, &|| job.go_on().is_ok());
    let made = made.map_err(|error| match error {
        compress::Error::Stopped => EngineError::Cancelled,
        error => error.into(),
    })?;
    let mut view = view(made, counter.name());
    for (member, (_, document)) in view.documents.iter_mut().zip(&read) {
        match document {
            Ok(document) => member.source_sha256.clone_from(&document.sha256),
            Err(failure) => {
                member.failure = Some(failure.clone());
                member.kind.clear();
            }
        }
    }
    view.elapsed_ms = began.elapsed().as_secs_f64() * 1e3;
    Ok(view)
}

fn view(made: Corpus, tokenizer: &str) -> AsOneView {
    let range = |range: std::ops::Range<usize>| [range.start as u64, range.end as u64];
    let spans = made.spans.into_iter().map(|span| MemberSpan {
        out: range(span.out),
        document: span.document as u64,
        src: range(span.src),
    });
    let marks = made
        .marks
        .into_iter()
        .map(|mark| MarkView { out: range(mark.out), document: mark.document as u64 });
    let documents = made.documents.into_iter().map(|member| MemberView {
        name: member.name,
        source_sha256: String::new(),
        number: member.number.map(|number| number as u64),
        kind: member.kind.name().to_owned(),
        tokens_in: member.tokens_in as u64,
        kept_bytes: member.kept_bytes as u64,
        duplicates: member
            .duplicates
            .into_iter()
            .map(|one| DuplicateView {
                src: range(one.src),
                document: one.document as u64,
                first: range(one.first),
                same: one.same,
            })
            .collect(),
        failure: None,
    });
    AsOneView {
        tokenizer: tokenizer.to_owned(),
        tokens_in: made.tokens_in as u64,
        tokens_out: made.tokens_out as u64,
        ratio: (made.tokens_out > 0).then(|| made.tokens_in as f64 / made.tokens_out as f64),
        spans: spans.collect(),
        marks: marks.collect(),
        index: range(made.index),
        documents: documents.collect(),
        dropped: dropped_view(made.dropped),
        text: made.text,
        refused: made.refused,
        elapsed_ms: 0.0,
    }
}
