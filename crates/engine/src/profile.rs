//! Profile: run a model on a board, several times, and keep everything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use board::{Bits, RunRequest};
use protocol::{RunId, RunSpec};

use crate::Engine;
use crate::error::EngineError;
use crate::facts::facts;
use crate::fingerprint::{fingerprint, warnings};
use crate::model::{BEGIN_OF_TEXT, LoadedModel, sha256_hex};
use crate::recording::{Recording, Role, Subject};
use crate::session::Session;

/// Checks everything that can be checked now, then runs on a thread of its own.
pub(crate) fn start(engine: &Engine, spec: RunSpec) -> Result<RunId, EngineError> {
    check(&spec)?;
    let model = LoadedModel::load(&spec.model)?;
    let prompt = model.prompt(&spec.prompt)?;
    let facts = facts();
    warnings(&facts).into_iter().for_each(|warning| engine.tell(warning));
    let session = Session::open(engine, &spec.board, "a profile")?;
    let hash = sha256_hex(spec.prompt.as_bytes());
    let commit = engine.inner.commit.as_deref();
    let print = fingerprint(commit, session.driver.info(), &model, spec.bits, hash, &facts);
    let stop = Arc::new(AtomicBool::new(false));
    let subject = Subject {
        kind: store::RunKind::Profile,
        spec: &spec,
        board: session.driver.info(),
        model: &model,
        fingerprint: print,
        linked: None,
    };
    let recording = Recording::begin(engine, subject, Arc::clone(&stop))?;
    let run = recording.id();
    let short: String = run.0.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
    let work = move || record(recording, session, &spec, &model, prompt, &stop);
    thread::Builder::new()
        .name(format!("recorder-{short}"))
        .spawn(work)
        .map_err(|error| EngineError::Io("a thread for the recording", error))?;
    Ok(run)
}

fn check(spec: &RunSpec) -> Result<(), EngineError> {
    if spec.repetitions == 0 {
        return Err(EngineError::BadRequest("0 repetitions measure nothing; ask for 1".into()));
    }
    if !(spec.temperature.is_finite() && spec.temperature >= 0.0) {
        return Err(EngineError::BadRequest(
            "the temperature must be 0 or more; 0 always takes the likeliest token".into(),
        ));
    }
    Ok(())
}

fn record(
    mut recording: Recording,
    mut session: Session,
    spec: &RunSpec,
    model: &LoadedModel,
    prompt: Vec<u32>,
    stop: &AtomicBool,
) {
    let clock = session.driver.clock().ok();
    let request = RunRequest {
        prompt,
        count: spec.tokens,
        seed: spec.seed,
        temperature: spec.temperature,
        top_p: spec.top_p,
        stop_token: Some(BEGIN_OF_TEXT),
    };
    let outcome = load(&mut recording, &mut session, model, spec.bits, stop)
        .and_then(|()| repeat(&mut recording, &mut session, spec, model, &request, stop));
    if let Err(error) = recording.finish(&session.driver, clock, outcome) {
        tracing::error!(%error, "a run could not be closed");
    }
}

/// Puts the model into the board.
pub(crate) fn load(
    recording: &mut Recording,
    session: &mut Session,
    model: &LoadedModel,
    bits: protocol::Bits,
    stop: &AtomicBool,
) -> Result<(), EngineError> {
    recording.progress("loading the model", 0, None);
    let bits = match bits {
        protocol::Bits::F32 => Bits::F32,
        protocol::Bits::Int8 => Bits::Int8,
    };
    match session.driver.load_model(&model.bytes, bits, stop, &mut |_| {})? {
        Some(_) => Ok(()),
        None => Err(EngineError::Cancelled),
    }
}

fn repeat(
    recording: &mut Recording,
    session: &mut Session,
    spec: &RunSpec,
    model: &LoadedModel,
    request: &RunRequest,
    stop: &AtomicBool,
) -> Result<(), EngineError> {
    let warm_ups = std::iter::repeat_n(Role::WarmUp, spec.warmup as usize);
    let measured = std::iter::repeat_n(Role::Measured, spec.repetitions as usize);
    for role in warm_ups.chain(measured) {
        recording.repetition(&mut session.driver, request, model, role)?;
        if stop.load(Ordering::Relaxed) {
            return Err(EngineError::Cancelled);
        }
    }
    Ok(())
}
