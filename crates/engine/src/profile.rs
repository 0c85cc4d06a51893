//! Profile: run a model on a board, several times, and keep everything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use board::{Bits, Clock, RunRequest, Streams};
use protocol::{Fingerprint, RunId, RunSpec};

use crate::Engine;
use crate::comeback::Comeback;
use crate::dispatch::Asker;
use crate::drivers;
use crate::error::EngineError;
use crate::facts::{Facts, facts};
use crate::fingerprint::{STREAMED, STREAMS, fingerprint, warn};
use crate::model::{BEGIN_OF_TEXT, LoadedModel, RunModel, sha256_hex};
use crate::power::Opened;
use crate::recording::{Recording, Role, Subject};
use crate::session::{Lease, Session};

/// One run on the way: its model, its record, and which of the open boards it uses.
struct Lane {
    recording: Recording,
    board: usize,
    spec: RunSpec,
    model: Option<LoadedModel>,
    request: RunRequest,
    clock: Option<Clock>,
    outcome: Result<(), EngineError>,
}

/// Checks everything that can be checked now, then runs on a thread of its own. Others are told whose it
/// is.
pub(crate) fn start(
    engine: &Engine,
    spec: RunSpec,
    asker: Asker<'_>,
) -> Result<RunId, EngineError> {
    let mut runs = start_interleaved(engine, vec![spec], asker)?;
    runs.pop().ok_or_else(|| EngineError::BadRequest("no run was asked for".into()))
}

/// The same for several runs whose repetitions take turns.
pub(crate) fn start_interleaved(
    engine: &Engine,
    specs: Vec<RunSpec>,
    asker: Asker<'_>,
) -> Result<Vec<RunId>, EngineError> {
    let mut prepared = Vec::new();
    for spec in specs {
        check(&spec)?;
        let model = match spec.driver.is_agent() {
            true => Some(LoadedModel::load(&spec.model)?),
            false => None,
        };
        let prompt = model.as_ref().map(|model| model.prompt(&spec.prompt)).transpose()?;
        let prompt = prompt.unwrap_or_default();
        prepared.push((spec, model, prompt));
    }
    let metered: Vec<&RunSpec> =
        prepared.iter().map(|(spec, ..)| spec).filter(|spec| spec.meter.is_some()).collect();
    if metered.iter().zip(metered.iter().skip(1)).any(|(a, b)| !shares_meter(a, b)) {
        return Err(EngineError::BadRequest(
            "runs that take turns share one power meter beside one board; ask for the same meter and the same board in each, or record them one after the other".into(),
        ));
    }
    let turns = metered.len() > 1;
    let facts = facts();
    let boards: BTreeSet<&str> = prepared.iter().map(|(spec, ..)| spec.board.as_str()).collect();
    warn(engine, &facts, &boards);
    let mut leases = BTreeMap::new();
    let user = asker.at("a profile");
    for board in boards {
        leases.insert(board.to_owned(), Arc::new(Lease::take(engine, board, &user)?));
    }
    // Before the boards: it may feed one.
    let wanted = prepared.iter().find_map(|(spec, ..)| spec.meter.as_ref());
    let user = asker.at("a profile that measures with it");
    let meter = wanted.map(|wanted| Opened::open(engine, wanted, turns, &user)).transpose()?;
    // Runs of the same model on the same board share one session: two processes on this computer
    // differ by the core they happen to sit on, and that is not what is asked.
    let mut sessions: Vec<Session> = Vec::new();
    let mut keys: Vec<(String, protocol::ModelChoice, protocol::DriverSpec, protocol::Bits)> =
        Vec::new();
    let mut opened = Vec::new();
    for (spec, model, prompt) in prepared {
        let key = (spec.board.clone(), spec.model.clone(), spec.driver.clone(), spec.bits);
        let board = match keys.iter().position(|known| *known == key) {
            Some(board) => board,
            None => {
                let Some(lease) = leases.get(&spec.board) else { continue };
                let carried = model.as_ref().map(|m| (m.bytes.as_slice(), wire_bits(spec.bits)));
                sessions.push(Session::open_under(
                    engine,
                    Arc::clone(lease),
                    &spec.driver,
                    carried,
                )?);
                keys.push(key);
                sessions.len() - 1
            }
        };
        opened.push((board, spec, model, prompt));
    }
    // From here on there are runs, and each ends as a run does.
    let stop = Arc::new(AtomicBool::new(false));
    let mut lanes = Vec::new();
    for (board, spec, model, prompt) in opened {
        let Some(session) = sessions.get(board) else { continue };
        let subject = (board, spec, model, prompt);
        lanes.push(lane(engine, session, subject, meter.as_ref(), &facts, &stop)?);
    }
    // The runs have it now; the last one to end lets go of it.
    drop(meter);
    let runs: Vec<RunId> = lanes.iter().map(|lane| lane.recording.id()).collect();
    let short = runs.first().and_then(|run| run.0.get(20..)).unwrap_or_default().to_owned();
    thread::Builder::new()
        .name(format!("recorder-{short}"))
        .spawn({
            let engine = engine.clone();
            move || record(&engine, lanes, sessions, &stop)
        })
        .map_err(|error| EngineError::Io("a thread for the recording", error))?;
    Ok(runs)
}

fn lane(
    engine: &Engine,
    session: &Session,
    (board, spec, model, prompt): (usize, RunSpec, Option<LoadedModel>, Vec<u32>),
    meter: Option<&Arc<Opened>>,
    facts: &Facts,
    stop: &Arc<AtomicBool>,
) -> Result<Lane, EngineError> {
    let hash = sha256_hex(spec.prompt.as_bytes());
    let commit = engine.inner.commit.as_deref();
    let info = session.driver.info();
    let known = (info, &session.circumstances);
    let run_model = match &model {
        Some(model) => model.as_run(spec.bits),
        None => RunModel::on(info),
    };
    let subject = Subject {
        kind: store::RunKind::Profile,
        spec: &spec,
        board: info,
        fingerprint: streamed(fingerprint(commit, known, &run_model, hash, facts), &spec),
        model: run_model,
        linked: None,
        meter: meter.filter(|_| spec.meter.is_some()).cloned(),
    };
    let recording = Recording::begin(engine, subject, Arc::clone(stop))?;
    let request = RunRequest {
        prompt,
        text: spec.prompt.clone(),
        count: spec.tokens,
        seed: spec.seed,
        temperature: spec.temperature,
        top_p: spec.top_p,
        stop_token: Some(BEGIN_OF_TEXT),
        streams: if spec.stream { Streams::On } else { Streams::Off },
    };
    Ok(Lane { recording, board, spec, model, request, clock: None, outcome: Ok(()) })
}

/// Whether the board sent its tokens: a board is slower for it.
fn streamed(mut print: Fingerprint, spec: &RunSpec) -> Fingerprint {
    if spec.driver.is_agent() {
        let word = if spec.stream { STREAMED } else { "off" };
        print.insert(STREAMS.into(), word.into());
    }
    print
}

/// One meter sees what one board draws.
fn shares_meter(a: &RunSpec, b: &RunSpec) -> bool {
    a.meter == b.meter && a.board == b.board
}

fn check(spec: &RunSpec) -> Result<(), EngineError> {
    drivers::check(spec)?;
    if !spec.stream && !spec.driver.is_agent() {
        return Err(EngineError::BadRequest(
            "only a board with our own agent runs without sending its tokens; leave --no-stream out".into(),
        ));
    }
    if spec.repetitions == 0 {
        return Err(EngineError::BadRequest("0 repetitions measure nothing; ask for 1".into()));
    }
    if !(spec.temperature.is_finite() && spec.temperature >= 0.0) {
        return Err(EngineError::BadRequest(
            "the temperature must be 0 or more; 0 always takes the likeliest token".into(),
        ));
    }
    // A NaN has no JSON: the run could be recorded and never be shown.
    if !(0.0..=1.0).contains(&spec.top_p) {
        return Err(EngineError::BadRequest(
            "the nucleus must lie between 0 and 1; 1 takes all tokens in".into(),
        ));
    }
    Ok(())
}

/// All lanes to their end: load, then a repetition of each in turn.
fn record(engine: &Engine, mut lanes: Vec<Lane>, mut sessions: Vec<Session>, stop: &AtomicBool) {
    for place in 0..lanes.len() {
        with_board(engine, &mut lanes, &mut sessions, place, stop, |session, recording, lane| {
            match lane.model {
                Some(model) => load(recording, session, model, lane.spec.bits, stop),
                None => Ok(()),
            }
        });
        let Some(lane) = lanes.get_mut(place) else { continue };
        let Some(session) = sessions.get_mut(lane.board) else { continue };
        lane.clock = session.driver.clock().ok();
    }
    let rounds = lanes.iter().map(|lane| lane.spec.warmup.saturating_add(lane.spec.repetitions));
    for round in 0..rounds.max().unwrap_or(0) {
        for place in turns(round as usize, lanes.len()) {
            let due = |lane: &Lane| {
                round < lane.spec.warmup.saturating_add(lane.spec.repetitions)
                    && lane.outcome.is_ok()
            };
            if lanes.get(place).is_some_and(due) {
                with_board(engine, &mut lanes, &mut sessions, place, stop, |session, r, lane| {
                    repetition(session, r, lane, round, stop)
                });
            }
        }
        if lanes.iter().all(|lane| lane.outcome.is_err()) {
            break;
        }
    }
    blame(&mut lanes);
    let lost_frames: Vec<Option<u64>> = sessions.iter().map(Session::lost).collect();
    // Whoever hears that a run is over may use the board at once.
    drop(sessions);
    for lane in lanes {
        let Lane { recording, board, clock, outcome, .. } = lane;
        let lost_frames = lost_frames.get(board).copied().flatten();
        if let Err(error) = recording.finish(lost_frames, clock, outcome) {
            tracing::error!(%error, "a run could not be closed");
        }
    }
}

/// A lane whose store failed stops the others through the flag they share: then the failure is why
/// they ended, not the user.
fn blame(lanes: &mut [Lane]) {
    let failed = lanes.iter().find_map(|lane| match &lane.outcome {
        Err(EngineError::Cancelled) | Ok(()) => None,
        Err(error) => Some(error.to_string()),
    });
    let Some(failed) = failed else { return };
    for lane in lanes {
        if matches!(lane.outcome, Err(EngineError::Cancelled)) {
            lane.outcome = Err(EngineError::SiblingFailed(failed.clone()));
        }
    }
}

/// The order of a round: a different one begins each time, and every other round runs backwards, so
/// that no lane has an advantage by its place or by the one before it.
fn turns(round: usize, lanes: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lanes).collect();
    order.rotate_left((round / 2) % lanes.max(1));
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

/// What a lane does, without what it writes.
struct Doing<'a> {
    spec: &'a RunSpec,
    model: Option<&'a LoadedModel>,
    request: &'a RunRequest,
}

/// Does something with the board of the lane at `place`, and again where the board goes away meanwhile
/// and comes back; puts down what came of it.
fn with_board(
    engine: &Engine,
    lanes: &mut [Lane],
    sessions: &mut [Session],
    place: usize,
    stop: &AtomicBool,
    mut once: impl FnMut(&mut Session, &mut Recording, &Doing<'_>) -> Result<(), EngineError>,
) {
    let Some(board) = lanes.get(place).map(|lane| lane.board) else { return };
    let Some(session) = sessions.get_mut(board) else { return };
    // What befalls a board befalls every lane on it; the one whose turn it is comes first.
    let (mut mine, mut others) = (None, Vec::new());
    for (at, lane) in lanes.iter_mut().enumerate() {
        let Lane { recording, board: on, spec, model, request, outcome, .. } = lane;
        if at == place {
            mine = Some((recording, Doing { spec, model: model.as_ref(), request }, outcome));
        } else if *on == board {
            others.push(recording);
        }
    }
    let Some((recording, doing, outcome)) = mine else { return };
    others.insert(0, recording);
    let model = doing.model.map(|model| (model, doing.spec.bits));
    let comeback = Comeback { engine, model, stop };
    *outcome =
        comeback.over(session, &mut others, |session, recordings| match recordings.first_mut() {
            Some(recording) => once(session, recording, &doing),
            None => Ok(()),
        });
}

fn repetition(
    session: &mut Session,
    recording: &mut Recording,
    doing: &Doing<'_>,
    round: u32,
    stop: &AtomicBool,
) -> Result<(), EngineError> {
    let role = if round < doing.spec.warmup { Role::WarmUp } else { Role::Measured };
    recording.repetition(session, doing.request, role)?;
    if stop.load(Ordering::Relaxed) {
        return Err(EngineError::Cancelled);
    }
    Ok(())
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
    match session.driver.load_model(&model.bytes, wire_bits(bits), stop, &mut |_| {})? {
        true => Ok(()),
        false => Err(EngineError::Cancelled),
    }
}

/// The precision in the wire's words.
pub(crate) fn wire_bits(bits: protocol::Bits) -> Bits {
    match bits {
        protocol::Bits::F32 => Bits::F32,
        protocol::Bits::Int8 => Bits::Int8,
    }
}

#[cfg(test)]
mod tests {
    use super::turns;

    #[test]
    fn over_six_rounds_of_three_every_lane_follows_every_other_equally_often() {
        let rounds: Vec<Vec<usize>> = (0..6).map(|round| turns(round, 3)).collect();
        for lane in 0..3 {
            for place in 0..3 {
                let times = rounds.iter().filter(|order| order[place] == lane).count();
                assert_eq!(times, 2, "lane {lane} in place {place}");
            }
            for before in (0..3).filter(|before| *before != lane) {
                let follows = |order: &&Vec<usize>| order.windows(2).any(|w| w == [before, lane]);
                assert_eq!(rounds.iter().filter(follows).count(), 2, "{lane} after {before}");
            }
        }
        assert_eq!(turns(5, 1), [0]);
        assert!(turns(3, 0).is_empty());
    }
}
