//! Fit: the same question to the same board, once with the whole document and once with what is
//! left of it, interleaved, so that what compressing saves is measured and not reckoned.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use board::{RunRequest, Streams};
use compress::{Budget, Strategy};
use protocol::{
    CompressedDocument, DriverSpec, FitSide, FitSpec, FitView, Interval, JobId, JobKind,
    JobOutcome, RunSpec, SavedView,
};
use store::{NewCompression, NewFit, RunKind};

use crate::Engine;
use crate::comeback::Comeback;
use crate::compress::one;
use crate::dispatch::Asker;
use crate::documents::read;
use crate::error::EngineError;
use crate::facts::facts;
use crate::fingerprint::{fingerprint, warn};
use crate::jobs::{self, Job};
use crate::model::{LoadedModel, sha256_hex};
use crate::power::Opened;
use crate::profile;
use crate::recording::{Recording, Role, Subject, json};
use crate::session::{Lease, Session};
use crate::token_counter::BoardTokens;
use crate::way::Way;
use crate::weights;
use store::now_ms;

/// Begins the job, of which others are told whose it is; the model and the document are checked at once.
pub(crate) fn start(
    engine: &Engine,
    spec: FitSpec,
    asker: Asker<'_>,
) -> Result<JobId, EngineError> {
    if spec.repetitions == 0 {
        return Err(EngineError::BadRequest("0 repetitions measure nothing; ask for 1".into()));
    }
    let model = LoadedModel::load(&spec.model)?;
    let document = read(engine.inner.reader.as_deref(), &spec.document)?;
    let users = [asker.at("a fit"), asker.at("a fit that measures with it")];
    jobs::begin(engine, JobKind::Fit, document.name.clone(), move |job| {
        fit(job, &spec, &users, &model, &document).map(|view| JobOutcome::Fitted(Box::new(view)))
    })
}

/// One side on the way: the prompt, and the run where it can be run.
struct Side {
    prompt: Vec<u32>,
    fits: bool,
    recording: Option<Recording>,
}

fn fit(
    job: &Job,
    spec: &FitSpec,
    [user, meter_user]: &[String; 2],
    model: &LoadedModel,
    document: &compress::Document,
) -> Result<FitView, EngineError> {
    let window = model.config.context as usize;
    let room = room(spec, model)?;
    let asked = spec.budget.map_or(room, |asked| (asked as usize).min(room));
    job.progress("compressing", 0, 1);
    let (compression, budget) = compress_to(&job.engine, spec, model, document, asked)?;

    let mut notes = Vec::new();
    let facts = facts();
    warn(&job.engine, &facts, &BTreeSet::from([spec.board.as_str()]));
    let carried = (model.bytes.as_slice(), profile::wire_bits(spec.bits));
    let lease = Arc::new(Lease::take(&job.engine, &spec.board, user)?);
    // Before the board: it may feed it.
    let meter = spec
        .meter
        .as_ref()
        .map(|wanted| Opened::open(&job.engine, wanted, true, meter_user))
        .transpose()?;
    let mut session = Session::open_under(&job.engine, lease, &DriverSpec::Agent, Some(carried))?;
    let info = session.driver.info().clone();
    let circumstances = session.circumstances.clone();
    let store = job.engine.store()?;
    let kept = keep(&store, document, spec, &compression, budget, window)?;
    let group = kept.id.clone();
    let commit = job.engine.inner.commit.as_deref();

    let mut sides = Vec::new();
    for (kind, text) in
        [(RunKind::FitFull, &document.text), (RunKind::FitCompressed, &compression.text)]
    {
        let prompt = model.tokenizer.encode(&join(text, &spec.prompt), tinyllm::Bos::Yes);
        let fits = prompt.len() + spec.tokens as usize <= window;
        let recording = if fits {
            let run_spec = run_spec(spec, text);
            let hash = sha256_hex(run_spec.prompt.as_bytes());
            let known = (&info, &circumstances);
            let run_model = model.as_run(spec.bits);
            let subject = Subject {
                meter: meter.clone(),
                kind,
                spec: &run_spec,
                board: &info,
                fingerprint: fingerprint(commit, known, &run_model, hash, &facts),
                model: run_model,
                linked: Some(group.to_string()),
            };
            Some(Recording::begin(&job.engine, subject, Arc::clone(&job.stop))?)
        } else {
            None
        };
        sides.push(Side { prompt, fits, recording });
    }
    let emulated = info.emulated || meter.as_ref().is_some_and(|meter| meter.info.emulated);
    // The runs have it now; the last one to end lets go of it.
    drop(meter);
    let [mut full, mut compressed]: [Side; 2] =
        sides.try_into().map_err(|_| EngineError::Panicked("a fit has two sides".into()))?;
    if !full.fits {
        notes.push(format!(
            "the document does not fit in full: it would take {} of {window} tokens with its prompt and answer, so only the compressed side was run and nothing is extrapolated",
            full.prompt.len() + spec.tokens as usize,
        ));
    }
    if let Some(asked) = spec.budget.filter(|asked| *asked > room as u64) {
        notes.push(format!(
            "a budget of {asked} tokens was asked for, and the window leaves {room}; the document was compressed to that"
        ));
    }
    if compression.tokens_in == compression.tokens_out {
        notes.push("the document fits as it is; nothing was compressed".into());
    }

    let outcome = measure(job, spec, model, &mut session, &mut full, &mut compressed);
    let full_view = view(&full);
    let compressed_view = view(&compressed);
    let saved = saved(&full, &compressed);
    let runs = [&full, &compressed].map(|side| side.recording.as_ref().map(|r| r.run.clone()));
    let meter = metered(&mut full, &mut compressed, &mut notes);
    let mut failed = outcome.err();
    let reason = failed.as_ref().map(ToString::to_string);
    let lost_frames = session.lost();
    // Whoever hears that the runs are over may use the board at once.
    drop(session);
    for side in [full, compressed] {
        if let Some(recording) = side.recording {
            let outcome = match &reason {
                None => Ok(()),
                Some(_) if job.stop.load(Ordering::Relaxed) => Err(EngineError::Cancelled),
                Some(reason) => Err(EngineError::BadRequest(reason.clone())),
            };
            if let Some(failure) = recording.finish(lost_frames, None, outcome)?
                && failed.is_none()
            {
                failed = Some(EngineError::SiblingFailed(failure.to_string()));
            }
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    let fit = FitView {
        fit: group.to_string(),
        board: info.name.clone(),
        model: model.name.clone(),
        synthetic: model.synthetic,
        emulated,
        meter,
        window_tokens: window as u64,
        document_budget: room as u64,
        budget: budget as u64,
        full: full_view,
        compressed: compressed_view,
        saved,
        compression,
        notes,
    };
    let [full_run, compressed_run] = runs;
    store.put_fit(&store::Fit { full_run, compressed_run, result_json: json(&fit)?, ..kept })?;
    Ok(fit)
}

/// Compresses to `budget` tokens. Where document and question meet, tokens may merge otherwise than
/// they were counted apart; then the budget gives way by what is too much.
fn compress_to(
    engine: &Engine,
    spec: &FitSpec,
    model: &LoadedModel,
    document: &compress::Document,
    mut budget: usize,
) -> Result<(CompressedDocument, usize), EngineError> {
    let counter = BoardTokens::new(Arc::clone(&model.tokenizer), model.name.clone());
    let mut shaping = protocol::Shaping::default();
    weights::fill(engine, &mut shaping)?;
    let way = Way::of(Strategy::default().name(), spec.focus.as_deref(), &shaping)?;
    loop {
        let made = one(document, Budget::Tokens(budget), &counter, &way)?;
        let prompt = model.tokenizer.encode(&join(&made.text, &spec.prompt), tinyllm::Bos::Yes);
        let needed = prompt.len() + spec.tokens as usize;
        let over = needed.saturating_sub(model.config.context as usize);
        match budget.checked_sub(over) {
            Some(less) if over > 0 && less > 0 => budget = less,
            _ => return Ok((made, budget)),
        }
    }
}

/// Tokens the document may take.
fn room(spec: &FitSpec, model: &LoadedModel) -> Result<usize, EngineError> {
    let window = model.config.context as usize;
    // The begin-of-text token, a line break and the question, the answer, and what the user wants
    // kept free.
    let question = model.tokenizer.encode(&join("", &spec.prompt), tinyllm::Bos::Yes).len();
    let taken = question + spec.tokens as usize + spec.reserve as usize;
    window.checked_sub(taken).filter(|&room| room > 0).ok_or_else(|| {
        EngineError::BadRequest(format!(
            "the question, the answer and the reserve take {taken} of the model's {window} tokens and leave none for the document; ask for fewer tokens"
        ))
    })
}

fn join(document: &str, question: &str) -> String {
    if question.is_empty() { document.to_owned() } else { format!("{document}\n{question}") }
}

fn run_spec(spec: &FitSpec, document: &str) -> RunSpec {
    RunSpec {
        board: spec.board.clone(),
        model: spec.model.clone(),
        driver: DriverSpec::Agent,
        bits: spec.bits,
        prompt: join(document, &spec.prompt),
        tokens: spec.tokens,
        repetitions: spec.repetitions,
        warmup: 1,
        seed: spec.seed,
        temperature: 0.0,
        top_p: 1.0,
        stream: true,
        tags: BTreeMap::new(),
        meter: spec.meter.clone(),
    }
}

/// Full, compressed, full, compressed, … after one warm-up of each.
fn measure(
    job: &Job,
    spec: &FitSpec,
    model: &LoadedModel,
    session: &mut Session,
    full: &mut Side,
    compressed: &mut Side,
) -> Result<(), EngineError> {
    let total = u64::from(spec.repetitions) + 1;
    let comeback =
        Comeback { engine: &job.engine, model: Some((model, spec.bits)), stop: &job.stop };
    comeback.over(session, &mut recordings(full, compressed), |session, recordings| {
        match recordings.first_mut() {
            Some(any) => profile::load(any, session, model, spec.bits, &job.stop),
            None => Ok(()),
        }
    })?;
    for round in 0..=spec.repetitions {
        let role = if round == 0 { Role::WarmUp } else { Role::Measured };
        job.progress("measuring", u64::from(round), total);
        let mut sides = [&mut *full, &mut *compressed];
        // Neither side always comes first.
        if round % 2 == 1 {
            sides.reverse();
        }
        for turn in 0..2 {
            // The side whose turn it is comes first.
            sides.rotate_left(turn);
            let [side, other] = &mut sides;
            if side.recording.is_none() {
                continue;
            }
            let request = RunRequest {
                prompt: side.prompt.clone(),
                text: String::new(),
                count: spec.tokens,
                seed: spec.seed,
                temperature: 0.0,
                top_p: 1.0,
                // Both sides make the same number of tokens, or their times say nothing.
                stop_token: None,
                streams: Streams::On,
            };
            comeback.over(session, &mut recordings(side, other), |session, recordings| {
                match recordings.first_mut() {
                    Some(recording) => recording.repetition(session, &request, role).map(drop),
                    None => Ok(()),
                }
            })?;
            if job.stop.load(Ordering::Relaxed) {
                return Err(EngineError::Cancelled);
            }
        }
    }
    Ok(())
}

/// What is recorded of both sides, the first one's first.
fn recordings<'a>(first: &'a mut Side, second: &'a mut Side) -> Vec<&'a mut Recording> {
    first.recording.as_mut().into_iter().chain(second.recording.as_mut()).collect()
}

/// The meter's name, where there is one; what it did not measure is noted.
fn metered(full: &mut Side, compressed: &mut Side, notes: &mut Vec<String>) -> Option<String> {
    let mut name = None;
    for (word, side) in [("in full", full), ("compressed", compressed)] {
        let Some((meter, without)) = side.recording.as_mut().and_then(Recording::metered) else {
            continue;
        };
        if let Some(without) = without {
            notes.push(format!("{word}, some repetitions have no energy: {without}"));
        }
        name = Some(meter);
    }
    name
}

fn view(side: &Side) -> FitSide {
    let median = |name: &str, scale: f64| {
        let values = scaled(side.recording.as_ref()?, name, scale);
        let interval = analysis::median_interval(&values, 0.95)?;
        let reached = interval.achieved_confidence >= 0.95;
        Some(Interval {
            value: interval.median,
            ci95: reached.then_some([interval.lo, interval.hi]),
        })
    };
    FitSide {
        tokens: side.prompt.len() as u64,
        fits: side.fits,
        run: side.recording.as_ref().map(Recording::id),
        ttft_ms: median("ttft_ms", 1.0),
        total_s: median("total_ms", 1e-3),
        energy_mj: median("energy_mj", 1.0),
        net_energy_mj: median("net_energy_mj", 1.0),
    }
}

/// A metric of each repetition, in another unit.
fn scaled(recording: &Recording, name: &str, scale: f64) -> Vec<f64> {
    recording.values_of(name).iter().map(|value| value * scale).collect()
}

/// Full minus compressed, in pairs of neighbours.
fn saved(full: &Side, compressed: &Side) -> Option<SavedView> {
    let (a, b) = (full.recording.as_ref()?, compressed.recording.as_ref()?);
    let difference = |name: &str, scale: f64| {
        let shift =
            analysis::paired_difference(&scaled(b, name, scale), &scaled(a, name, scale), 0.95)?;
        let reached = shift.achieved_confidence >= 0.95;
        Some(Interval { value: shift.estimate, ci95: reached.then_some([shift.lo, shift.hi]) })
    };
    Some(SavedView {
        tokens: full.prompt.len() as i64 - compressed.prompt.len() as i64,
        ttft_ms: difference("ttft_ms", 1.0),
        total_s: difference("total_ms", 1e-3),
        energy_mj: difference("energy_mj", 1.0),
        net_energy_mj: difference("net_energy_mj", 1.0),
    })
}

/// Writes down the document and its compression, and opens the fit that the runs will belong to.
fn keep(
    store: &store::Store,
    document: &compress::Document,
    spec: &FitSpec,
    compression: &CompressedDocument,
    budget: usize,
    window: usize,
) -> Result<store::Fit, EngineError> {
    store.add_document(store::Document {
        sha256: document.sha256.clone(),
        name: document.name.clone(),
        bytes: document.source_bytes,
        encoding: document.encoding.map_or(document.format.name(), |one| one.name()).to_owned(),
        added_ms: now_ms(),
    })?;
    let compression = store.add_compression(NewCompression {
        document: document.sha256.clone(),
        tokenizer: compression.tokenizer.clone(),
        tokens_in: compression.tokens_in,
        tokens_out: compression.tokens_out,
        budget: budget.to_string(),
        focus: spec.focus.clone(),
        params_json: json(&BTreeMap::from([("strategy", "automatic")]))?,
    })?;
    Ok(store.add_fit(NewFit {
        document: document.sha256.clone(),
        compression: compression.id,
        full_run: None,
        compressed_run: None,
        window_tokens: window as u64,
        result_json: "{}".into(),
    })?)
}
