//! A folder of any size, document by document: a million of them in memory for a few.
//!
//! One thread walks the folder, some read, have a worker each compress a few documents at a time, and write
//! what is left, and the job's own adds to the manifest, in the
//! order of the names. One more walks ahead and counts, so that the time left can be said; nobody waits
//! for it. Between them are bounded channels, so that what is in memory does not grow with the
//! folder but for the names of the folders that the walk is in, and some 50 bytes each for documents that an
//! earlier job has done, and for those that this one has: what has the same contents as one of them is copied
//! from its output. The manifest is that of [`crate::manifest`]: a folder may
//! be begun by one and gone on with by the other.
//!
//! The folder may change meanwhile: what is gone when its turn comes is a failure of its own.

mod batch;
mod ledger;
mod naming;
mod twins;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use compress::{Budget, TokenCounter};
use protocol::{CompressedDocument, Failure, FolderSpec, FolderView, JobId, JobKind, JobOutcome};

use crate::Engine;
use crate::apart::{Apart, Words};
use crate::compress::{budget, counter, lossless_words, settings_words, tokenizer_words};
use crate::documents::FolderDocument;
use crate::error::EngineError;
use crate::jobs::{self, Job};
use crate::manifest::Line;
use crate::model::sha256_hex;
use crate::way::Way;
use crate::weights;
use ledger::Ledger;
use twins::Twins;
use walk::Walk;

/// Failures that are shown; the manifest has all.
const SHOWN: usize = 20;
const OFTEN: Duration = Duration::from_millis(250);
/// Most documents that are done together.
const TOGETHER: usize = 64;
/// Those that take longer are done fewer at a time.
const LONG: Duration = Duration::from_millis(60);

/// Begins the job; the folder, the tokenizer and the strategy are checked at once.
pub(crate) fn start(engine: &Engine, mut spec: FolderSpec) -> Result<JobId, EngineError> {
    weights::fill(engine, &mut spec.shaping)?;
    let counter = counter(&spec.tokenizer)?;
    let tokenizer = tokenizer_words(&spec.tokenizer);
    let way =
        Way::of(&spec.strategy, spec.focus.as_deref(), &spec.shaping)?.counting(spec.lossless);
    let shown = spec.folder.display().to_string();
    let unreadable = |source| EngineError::Unreadable { path: shown.clone(), source };
    // Looked at first: outputs may lie in it, and making their folder would make it.
    std::fs::read_dir(&spec.folder).map_err(unreadable)?;
    std::fs::create_dir_all(&spec.into).map_err(|source| EngineError::Unwritable {
        path: spec.into.display().to_string(),
        source,
    })?;
    let walk = Walk::new(&spec.folder, &spec.into).map_err(unreadable)?;
    let ahead = Walk::new(&spec.folder, &spec.into).map_err(unreadable)?;
    if is_onto_itself(&spec.folder, &spec.into) {
        return Err(EngineError::BadRequest(format!(
            "the outputs would overwrite the documents; choose another folder: {shown}"
        )));
    }
    jobs::begin(engine, JobKind::Compress, shown, move |job| {
        run(job, &spec, [walk, ahead], (&*counter, &tokenizer), &way)
            .map(|view| JobOutcome::Folder(Box::new(view)))
    })
}

/// Whether outputs would be written over documents: into the folder itself, or from `a` into the folder around
/// it, where `a/a/x` would become `a/x`.
fn is_onto_itself(folder: &Path, into: &Path) -> bool {
    let (Ok(folder), Ok(into)) = (folder.canonicalize(), into.canonicalize()) else { return false };
    match folder.strip_prefix(&into) {
        Ok(way) if way.as_os_str().is_empty() => true,
        Ok(way) => folder.join(way).exists(),
        Err(_) => false,
    }
}

/// What the threads share.
struct Shared<'a> {
    spec: &'a FolderSpec,
    budget: Budget,
    settings: String,
    counter: &'a dyn TokenCounter,
    way: &'a Way,
    /// Who compresses; without, it is done here.
    apart: Option<Apart<'a>>,
    ledger: Ledger,
    twins: Twins,
    stop: &'a AtomicBool,
}

/// What came of one document.
struct Outcome {
    place: u64,
    name: String,
    what: What,
    /// For the manifest; none for what stands there already.
    line: Vec<u8>,
}

enum What {
    Kept,
    /// Tokens before, after the lossless stage where that is counted, and after.
    Done {
        same: bool,
        refused: bool,
        bytes: [u64; 2],
        tokens: (u64, Option<u64>, u64),
    },
    Failed(Failure),
}

fn run(
    job: &Job,
    spec: &FolderSpec,
    [walk, ahead]: [Walk; 2],
    (counter, tokenizer): (&dyn TokenCounter, &str),
    way: &Way,
) -> Result<FolderView, EngineError> {
    let began = Instant::now();
    let budget = budget(spec.budget);
    budget.in_tokens(usize::MAX)?;
    let (ledger, mut appender) = ledger::open(&spec.manifest)?;
    let focus = spec.focus.as_deref();
    let workers = job.engine.inner.reader.as_deref();
    let words = Words {
        tokenizer: &spec.tokenizer,
        tokenizer_words: tokenizer,
        strategy: &spec.strategy,
        focus,
        shaping: &spec.shaping,
        lossless: spec.lossless,
    };
    let shared = Shared {
        spec,
        budget,
        settings: settings_words(budget, tokenizer, &spec.strategy, focus, &spec.shaping)
            + lossless_words(spec.lossless),
        counter,
        way,
        apart: workers.map(|workers| Apart::new(workers, &job.stop, words)),
        ledger,
        twins: Twins::default(),
        stop: &job.stop,
    };
    let cores = || thread::available_parallelism().map_or(1, Into::into);
    let threads = spec.threads.map_or_else(cores, |threads| threads as usize).clamp(1, 256);
    let (found_sender, found) = sync_channel::<(u64, FolderDocument)>(threads * TOGETHER);
    let found = Mutex::new(found);
    let (outcome_sender, outcomes) = sync_channel::<Outcome>(threads * TOGETHER);
    // What may be between the walk and the manifest, so that one slow document holds no heap of others.
    let (permit_sender, permits) = sync_channel::<()>(threads * 4 * TOGETHER);
    for _ in 0..threads * 4 * TOGETHER {
        permit_sender.try_send(()).ok();
    }
    // 0 until all of them are counted.
    let total = AtomicU64::new(0);
    let over = AtomicBool::new(false);
    let mut view = FolderView::default();
    thread::scope(|scope| {
        let failed = |error| EngineError::Io("a thread for the folder", error);
        let stop = shared.stop;
        // Before the walk: where one cannot be had nothing was found yet, and all of them end.
        for index in 0..threads {
            let (shared, found, sender) = (&shared, &found, outcome_sender.clone());
            thread::Builder::new()
                .name(format!("folder-{index}"))
                .spawn_scoped(scope, move || work(shared, found, &sender))
                .map_err(failed)?;
        }
        thread::Builder::new()
            .name("walk".into())
            .spawn_scoped(scope, move || walk_all(walk, &found_sender, &permits, stop))
            .map_err(failed)?;
        let (total, over) = (&total, &over);
        thread::Builder::new()
            .name("walk-ahead".into())
            .spawn_scoped(scope, move || count_all(ahead, total, [stop, over]))
            .map_err(failed)?;
        drop(outcome_sender);
        let mut waiting = BTreeMap::new();
        let (mut next, mut told) = (0, Instant::now());
        let mut written = Ok(());
        let mut settle = |outcome: Outcome| {
            if told.elapsed() > OFTEN {
                told = Instant::now();
                // The folder may have grown since it was counted.
                let total = total.load(Ordering::Relaxed);
                let total = if total > view.documents { total } else { 0 };
                job.progress(format!("compressing {}", outcome.name), view.documents, total);
            }
            if !outcome.line.is_empty() && written.is_ok() {
                match appender.add(&outcome.line) {
                    Ok(at) => shared.twins.written(outcome.place, at),
                    Err(error) => {
                        // Nothing that is done from here on would be known of.
                        written = Err(error);
                        shared.stop.store(true, Ordering::Relaxed);
                    }
                }
            }
            count(&mut view, outcome);
        };
        while let Ok(outcome) = outcomes.recv() {
            waiting.insert(outcome.place, outcome);
            while let Some(outcome) = waiting.remove(&next) {
                next += 1;
                permit_sender.try_send(()).ok();
                settle(outcome);
            }
        }
        // After a stop: what was done behind one that was not.
        waiting.into_values().for_each(settle);
        over.store(true, Ordering::Relaxed);
        written
    })?;
    appender.end()?;
    // Each has a tokenizer in memory.
    if let Some(workers) = workers {
        workers.rest();
    }
    if job.stop.load(Ordering::Relaxed) {
        return Err(EngineError::Cancelled);
    }
    view.elapsed_ms = began.elapsed().as_secs_f64() * 1e3;
    Ok(view)
}

fn walk_all(
    walk: Walk,
    found: &SyncSender<(u64, FolderDocument)>,
    permits: &Receiver<()>,
    stop: &AtomicBool,
) {
    for (place, document) in walk.enumerate() {
        let gone = permits.recv().is_err() || found.send((place as u64, document)).is_err();
        if gone || stop.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// Says in `total` how many files there are, unless that is of no more use before they are counted.
fn count_all(walk: Walk, total: &AtomicU64, ends: [&AtomicBool; 2]) {
    let mut count = 0;
    for _ in walk {
        count += 1;
        if ends.iter().any(|end| end.load(Ordering::Relaxed)) {
            return;
        }
    }
    total.store(count, Ordering::Relaxed);
}

/// Takes a few documents at a time, fewer where they take long, until there are no more.
fn work(
    shared: &Shared<'_>,
    found: &Mutex<Receiver<(u64, FolderDocument)>>,
    outcomes: &SyncSender<Outcome>,
) {
    let mut most = 1;
    loop {
        let documents = {
            let found = found.lock().unwrap_or_else(PoisonError::into_inner);
            let Ok(first) = found.recv() else { return };
            let mut documents = vec![first];
            documents.extend(found.try_iter().take(most - 1));
            documents
        };
        if shared.stop.load(Ordering::Relaxed) {
            continue;
        }
        let (began, full) = (Instant::now(), documents.len() == most);
        let mut gone = false;
        shared.several(documents, &mut |outcome| gone |= outcomes.send(outcome).is_err());
        if gone {
            return;
        }
        most = match began.elapsed() {
            took if took > LONG => (most / 2).max(1),
            took if took < LONG / 4 && full => (most * 2).min(TOGETHER),
            _ => most,
        };
    }
}

impl Shared<'_> {
    fn failed(&self, name: &str, file: String, problem: Failure) -> (What, Vec<u8>) {
        let line = self.line(name, file, &Err(problem.clone()));
        (What::Failed(problem), line)
    }

    fn line(
        &self,
        name: &str,
        file: String,
        result: &Result<CompressedDocument, Failure>,
    ) -> Vec<u8> {
        let line = Line::of(name, file, &self.settings, result);
        let mut bytes = serde_json::to_vec(&line).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Whether an earlier job did this document, and it and its output are as they were.
    fn is_kept(&self, path: &Path, file: &str) -> bool {
        let Some(line) = self.ledger.find(file).filter(|line| line.settings == self.settings)
        else {
            return false;
        };
        let Some(output) = line.output else { return false };
        let is = |path: &Path, sha256: &str| {
            std::fs::read(path).is_ok_and(|bytes| sha256_hex(&bytes) == sha256)
        };
        is(path, &output.document.source_sha256) && is(&self.spec.into.join(file), &output.sha256)
    }

    /// What this job has made of the same contents and written, read from there.
    fn written(&self, twin: &twins::Key, bytes: &[u8]) -> Option<Arc<CompressedDocument>> {
        let line = self.ledger.at(self.twins.line(twin)?)?;
        let output = line.output.filter(|_| line.settings == self.settings)?;
        if output.document.source_sha256 != sha256_hex(bytes) {
            return None;
        }
        let text = std::fs::read(self.spec.into.join(&line.file)).ok()?;
        let text = (sha256_hex(&text) == output.sha256).then(|| String::from_utf8(text).ok())??;
        Some(Arc::new(CompressedDocument { text, ..output.document }))
    }
}

fn count(view: &mut FolderView, outcome: Outcome) {
    view.documents += 1;
    match outcome.what {
        What::Kept => view.kept += 1,
        What::Done { same, refused, bytes, tokens } => {
            view.done += 1;
            view.same += u64::from(same);
            view.refused += u64::from(refused);
            view.bytes_in += bytes[0];
            view.bytes_out += bytes[1];
            view.tokens_in += tokens.0;
            if let Some(lossless) = tokens.1 {
                *view.tokens_lossless.get_or_insert(0) += lossless;
            }
            view.tokens_out += tokens.2;
        }
        What::Failed(problem) => {
            view.failed += 1;
            if view.first_failures.len() < SHOWN {
                view.first_failures.push((outcome.name, problem));
            }
        }
    }
}

#[cfg(test)]
mod tests;
