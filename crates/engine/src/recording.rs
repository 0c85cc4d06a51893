//! Writes one run into the store while it goes on: samples as they come, a repetition at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use board::{BoardInfo, RunEvent, RunRequest, StopReason};
use protocol::{Event, Failure, Fingerprint, GoingRun, RunId, RunSpec, RunStatus};
use store::{Measurement, NewRun, Repetition, RepetitionStatus, SampleEncoding, Store};

use crate::Engine;
use crate::comeback::Absence;
use crate::error::EngineError;
use crate::failure::failure;
use crate::fingerprint;
use crate::going::Stoppable;
use crate::model::{BEGIN_OF_TEXT, RunModel};
use crate::own;
use crate::power::Opened;
use crate::repetition::{TokenTicks, values};
use crate::session::{ProcessMemory, Session};
use crate::signals::PROCESS;
use crate::tape::Tape;
use crate::views::summary;

/// What a board wrote of which is kept, in bytes.
const TEXT_LIMIT_BYTES: usize = 1 << 20;
/// How many figures of its own a board may give a repetition.
const OWN_LIMIT: usize = 64;
/// How often a face hears about progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// The tokens of every run, in the order that the tape hands them over.
pub(crate) const SERIES: [(&str, &str, SampleEncoding); 7] = [
    ("token_id", "", SampleEncoding::F64),
    ("token_latency", "ms", SampleEncoding::F64),
    ("embed", "ms", SampleEncoding::F64),
    ("attention", "ms", SampleEncoding::F64),
    ("feed_forward", "ms", SampleEncoding::F64),
    ("classifier", "ms", SampleEncoding::F64),
    ("sample", "ms", SampleEncoding::F64),
];

/// Whether a repetition counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    WarmUp,
    Measured,
}

/// A run that is being recorded.
pub(crate) struct Recording {
    engine: Engine,
    store: Store,
    pub(crate) run: store::RunId,
    tape: Tape,
    timer_hz: u64,
    stop: Arc<AtomicBool>,
    fingerprint: Fingerprint,
    planned: u32,
    next: u32,
    /// Repetitions that came to nothing and were done again.
    failed: u32,
    absences: Vec<Absence>,
    /// Values of the repetitions that count, in order.
    values: Vec<BTreeMap<String, f64>>,
    text: Option<String>,
    model: RunModel,
    /// Units of what the board measured itself and no table knows.
    units: BTreeMap<String, String>,
    finished: bool,
}

/// What a recording is of.
pub(crate) struct Subject<'a> {
    pub(crate) kind: store::RunKind,
    pub(crate) spec: &'a RunSpec,
    pub(crate) board: &'a BoardInfo,
    pub(crate) model: RunModel,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) linked: Option<String>,
    pub(crate) meter: Option<Arc<Opened>>,
}

impl Recording {
    /// Makes the run in the store. `stop` ends it at any moment.
    pub(crate) fn begin(
        engine: &Engine,
        subject: Subject<'_>,
        stop: Arc<AtomicBool>,
    ) -> Result<Recording, EngineError> {
        let store = engine.store()?;
        let Subject { kind, spec, board, model, mut fingerprint, linked, meter } = subject;
        let (own, complaints) = own::known(board, meter.is_some());
        own::put_declared(&mut fingerprint, &own);
        board.complaints.iter().cloned().chain(complaints).for_each(|text| complain(engine, text));
        let run = store.begin_run(NewRun {
            kind,
            board_identity: board.chip_id.clone(),
            board_name: board.name.clone(),
            model_name: model.name.clone(),
            spec_json: json(spec)?,
            fingerprint_json: json(&fingerprint)?,
            synthetic: model.synthetic,
            // A figure of an emulated meter is none of hardware, whatever the board.
            emulated: board.emulated || meter.as_ref().is_some_and(|meter| meter.info.emulated),
            note: None,
            linked,
            tags: spec.tags.clone(),
        })?;
        let tape = Tape::begin(engine, &store, &run, (board, &model), spec.tokens, (meter, &own))?;
        let planned = spec.repetitions.saturating_add(spec.warmup);
        let going = GoingRun {
            summary: summary(&store.get_run(&run)?, &[]),
            doing: "beginning".into(),
            repetitions_done: 0,
            repetitions: planned,
        };
        let seen = Stoppable::new(going.clone(), engine.order.clone(), &stop);
        engine.going().runs.insert(RunId(run.to_string()), seen);
        engine.tell(Event::RunStarted(Box::new(going)));
        Ok(Recording {
            engine: engine.clone(),
            store,
            run,
            tape,
            timer_hz: board.timer_hz,
            stop,
            fingerprint,
            planned,
            next: 0,
            failed: 0,
            absences: Vec::new(),
            values: Vec::new(),
            text: None,
            model,
            units: BTreeMap::new(),
            finished: false,
        })
    }

    pub(crate) fn id(&self) -> RunId {
        RunId(self.run.to_string())
    }

    /// Says how it goes.
    pub(crate) fn progress(&self, doing: &str, tokens: u32, tokens_per_s: Option<f64>) {
        if let Some(run) = self.engine.going().runs.get_mut(&self.id()) {
            run.seen.doing = doing.into();
            run.seen.repetitions_done = self.done();
        }
        self.engine.tell(Event::RunProgressed {
            run: self.id(),
            doing: doing.into(),
            repetitions_done: self.done(),
            repetitions: self.planned,
            tokens,
            tokens_per_s,
        });
    }

    /// Repetitions that need not be done any more.
    fn done(&self) -> u32 {
        self.next - self.failed
    }

    /// The board was away and is back.
    ///
    /// # Errors
    /// Where the store cannot take a mark of it.
    pub(crate) fn resume(&mut self, absence: &Absence) -> Result<(), EngineError> {
        self.absences.push(absence.clone());
        self.tape.resume()
    }

    /// Runs and records one repetition. Returns why the board ended it.
    pub(crate) fn repetition(
        &mut self,
        session: &mut Session,
        request: &RunRequest,
        role: Role,
    ) -> Result<StopReason, EngineError> {
        let index = self.next;
        let doing = match role {
            Role::WarmUp => "warming up",
            Role::Measured => "measuring",
        };
        let mut tokens: Vec<TokenTicks> = Vec::new();
        let mut told = Instant::now();
        let mut trouble = None;
        let mut began = None;
        let mut wrote = String::new();
        let (mut own, mut units) = (BTreeMap::new(), BTreeMap::new());
        let prompt_end = request.prompt.last().copied().unwrap_or(BEGIN_OF_TEXT);
        self.tape.expect(index, role, prompt_end);
        self.ready_meter(session);
        let Session { driver, process, .. } = session;
        if process.is_none() {
            self.tape.never(PROCESS);
        }
        // A run that cannot be stored is stopped, not measured into the void.
        let stop = Arc::clone(&self.stop);
        let result = driver.run(request, &stop, &mut |event| {
            match event {
                RunEvent::Token { index, id, ticks, phases } => {
                    let token = TokenTicks { index, id, ticks, phases };
                    self.tape.token(token, began);
                    tokens.push(token);
                }
                RunEvent::Started { ticks } => {
                    began = Some(ticks);
                    self.tape.began(ticks);
                }
                RunEvent::Progress { ticks, .. } => self.tape.began(ticks),
                RunEvent::Vitals { ticks, vitals } => self.tape.vitals(ticks, vitals),
                RunEvent::Text(text) => {
                    if wrote.len() + text.len() <= TEXT_LIMIT_BYTES {
                        wrote.push_str(&text);
                    }
                    return;
                }
                RunEvent::Value { name, unit, value } => {
                    if value.is_finite() && (own.len() < OWN_LIMIT || own.contains_key(&name)) {
                        units.insert(name.clone(), unit);
                        own.insert(name, value);
                    }
                    return;
                }
                RunEvent::Samples { series, index, ticks, values } => {
                    self.tape.samples(series, index, ticks, &values);
                }
                RunEvent::Sampled { series, taken } => {
                    self.tape.sampled(series, taken);
                    return;
                }
                RunEvent::Complaint(text) => {
                    complain(&self.engine, text);
                    return;
                }
                RunEvent::Log(text) => {
                    tracing::info!(target: "board", "{text}");
                    return;
                }
            }
            if let Some(bytes) = process.as_mut().and_then(ProcessMemory::look) {
                self.tape.process_memory(bytes);
            }
            if trouble.is_none()
                && let Err(error) = self.tape.hand_over_in_time()
            {
                trouble = Some(error);
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
            }
            if told.elapsed() > PROGRESS_EVERY {
                told = Instant::now();
                self.progress(doing, tokens.len() as u32, rate(&tokens, self.timer_hz));
            }
        });
        self.tape.ended(result.as_ref().ok());
        if let Some(error) = trouble {
            return Err(error);
        }
        self.tape.hand_over(Vec::new())?;
        let totals = match result {
            Ok(totals) => totals,
            Err(error) => {
                self.put(index, role, RepetitionStatus::Failed, BTreeMap::new())?;
                self.next += 1;
                self.failed += 1;
                return Err(error.into());
            }
        };
        let mut values = values(&tokens, &totals, self.timer_hz);
        values.extend(own);
        self.tape.put_own(&mut values, &mut units);
        self.units.extend(units);
        self.tape.weigh_repetition(&totals, &mut values);
        let whole = totals.reason != StopReason::Stopped;
        let status = if whole { RepetitionStatus::Complete } else { RepetitionStatus::Aborted };
        if role == Role::Measured && whole {
            self.values.push(values.clone());
        }
        if role == Role::Measured && self.text.is_none() {
            let made = tokens.iter().filter_map(|token| token.id);
            let read = self.model.text(request.prompt.iter().copied().chain(made));
            self.text = read.or(Some(wrote).filter(|wrote| !wrote.is_empty()));
        }
        self.put(index, role, status, values)?;
        self.next += 1;
        self.progress(doing, tokens.len() as u32, rate(&tokens, self.timer_hz));
        Ok(totals.reason)
    }

    /// Measures the idle board before the first repetition, and looks at its clock before each: what
    /// the meter sees in between is put on the board's time by it.
    fn ready_meter(&mut self, session: &mut Session) {
        let stop = Arc::clone(&self.stop);
        let Some(power) = self.tape.power() else { return };
        power.turn();
        if power.wants_idle() {
            self.progress("measuring the idle board", 0, None);
        }
        let timer_hz = self.timer_hz;
        let Some(power) = self.tape.power() else { return };
        power.measure_idle(&stop);
        match session.driver.clock() {
            Ok(clock) => power.clock(clock, session.driver.zero(), timer_hz),
            Err(error) => tracing::debug!(%error, "the board does not tell the time"),
        }
    }

    /// What measures its power beside the board, and what repetitions have no energy and why.
    pub(crate) fn metered(&mut self) -> Option<(String, Option<String>)> {
        let power = self.tape.power()?;
        Some((power.named().0.to_owned(), power.tally().words()))
    }

    /// Ends the run: its status, its metrics, what was learnt meanwhile. Gives why it did not
    /// complete, unless the user stopped it.
    pub(crate) fn finish(
        mut self,
        lost_frames: Option<u64>,
        clock: Option<board::Clock>,
        outcome: Result<(), EngineError>,
    ) -> Result<Option<Failure>, EngineError> {
        fingerprint::finish(&mut self.fingerprint, clock, lost_frames);
        fingerprint::interrupted(&mut self.fingerprint, &self.absences);
        self.tape.put_own_facts(&mut self.fingerprint);
        if let Some(power) = self.tape.take_power() {
            power.finish(&mut self.fingerprint);
        }
        let (status, store_status, reason, failure) = match outcome {
            Ok(()) => {
                let reason = interruptions(&self.absences);
                (RunStatus::Complete, store::RunStatus::Complete, reason, None)
            }
            Err(EngineError::Cancelled) if self.engine.going().is_ending() => {
                let failure = failure(EngineError::HostEnded);
                let reason = Some(failure.message.clone());
                (RunStatus::Aborted, store::RunStatus::Aborted, reason, Some(failure))
            }
            Err(EngineError::Cancelled) => (
                RunStatus::Aborted,
                store::RunStatus::Aborted,
                Some("stopped by the user".to_owned()),
                None,
            ),
            Err(error) => {
                let failure = failure(error);
                let reason = Some(failure.to_string());
                (RunStatus::Aborted, store::RunStatus::Aborted, reason, Some(failure))
            }
        };
        let measurements: Vec<Measurement> =
            self.metrics().filter_map(|name| self.measurement(name)).collect();
        let fingerprint = json(&self.fingerprint)?;
        let finished = self.store.set_fingerprint(&self.run, &fingerprint).and_then(|()| {
            self.store.finish_run(
                &self.run,
                store_status,
                reason.as_deref(),
                self.text.as_deref(),
                &measurements,
            )
        });
        let (status, failure) = match finished {
            Ok(()) => (status, failure),
            Err(error) => {
                // The store does not call complete what it could not write, and waits for another
                // try; but the board is done, so the run ends with what is there.
                let failure = crate::failure::failure(error.into());
                let (text, reason) = (self.text.as_deref(), failure.to_string());
                let aborted = store::RunStatus::Aborted;
                let ended =
                    self.store.finish_run(&self.run, aborted, Some(&reason), text, &measurements);
                if let Err(error) = ended {
                    tracing::error!(%error, "a run could not be closed");
                }
                (RunStatus::Aborted, Some(failure))
            }
        };
        self.close(status, failure.clone());
        Ok(failure)
    }

    /// Names of the metrics that at least one repetition has.
    fn metrics(&self) -> impl Iterator<Item = &str> {
        let names: BTreeSet<&str> =
            self.values.iter().flatten().map(|(name, _)| name.as_str()).collect();
        names.into_iter()
    }

    /// A metric's values, one for each repetition that counts; NaN where that one has none, so that
    /// the repetitions of two runs stay side by side.
    pub(crate) fn values_of(&self, name: &str) -> Vec<f64> {
        let value = |values: &BTreeMap<String, f64>| values.get(name).copied();
        self.values.iter().map(|values| value(values).unwrap_or(f64::NAN)).collect()
    }

    fn measurement(&self, name: &str) -> Option<Measurement> {
        let unit = self.units.get(name).filter(|_| protocol::metric(name).is_none());
        let measured = measurement(name, &self.values_of(name))?;
        Some(Measurement { unit: unit.cloned().unwrap_or(measured.unit), ..measured })
    }

    /// Takes the run off the list of what goes on, and tells everybody.
    fn close(&mut self, status: RunStatus, failure: Option<Failure>) {
        self.finished = true;
        let over = Event::RunFinished { run: self.id(), status, failure };
        self.engine.tell_end(over, |going| drop(going.runs.remove(&self.id())));
    }

    fn put(
        &mut self,
        index: u32,
        role: Role,
        status: RepetitionStatus,
        values: BTreeMap<String, f64>,
    ) -> Result<(), EngineError> {
        let warmup = role == Role::WarmUp;
        let repetitions = vec![Repetition { index, warmup, status, values }];
        self.tape.hand_over(repetitions)
    }
}

impl Drop for Recording {
    /// A recording that nobody finished: its thread panicked, or a sibling could not begin.
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let failure = failure(EngineError::Panicked("the recording was given up".into()));
        let reason = failure.to_string();
        let aborted = store::RunStatus::Aborted;
        if let Err(error) = self.store.finish_run(&self.run, aborted, Some(&reason), None, &[]) {
            tracing::error!(%error, "a run could not be closed");
        }
        self.close(RunStatus::Aborted, Some(failure));
    }
}

/// Samples are numbered over the whole run; each repetition has room for the tokens asked for.
pub(crate) fn first_index(repetition: u32, tokens: u32) -> u64 {
    u64::from(repetition) * u64::from(tokens)
}

/// Says what is wrong with the board's own series; the run goes on.
fn complain(engine: &Engine, text: String) {
    tracing::warn!(target: "board", "{text}");
    engine.warn(text);
}

/// What a complete run says of the times that its board was away.
fn interruptions(absences: &[Absence]) -> Option<String> {
    let secs: f64 = absences.iter().map(|absence| absence.lasted.as_secs_f64()).sum();
    match absences {
        [] => None,
        [once] => Some(format!("interrupted once: {}, and back after {secs:.1} s", once.why)),
        [first, ..] => {
            let times = absences.len();
            let why = &first.why;
            Some(format!("interrupted {times} times, at first: {why}; away for {secs:.1} s in all"))
        }
    }
}

fn rate(tokens: &[TokenTicks], hz: u64) -> Option<f64> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let ticks = last.ticks.checked_sub(first.ticks).filter(|&ticks| ticks > 0)?;
    Some(f64::from(last.index - first.index) * hz as f64 / ticks as f64)
}

/// A run's metric: the median over repetitions, and what lies around it.
pub(crate) fn measurement(name: &str, values: &[f64]) -> Option<Measurement> {
    let summary = analysis::Summary::of(values)?;
    Some(Measurement {
        metric: name.into(),
        unit: protocol::metric(name).map_or("", |metric| metric.unit).into(),
        value: Some(summary.median),
        n: summary.n as u64,
        mean: Some(summary.mean),
        sd: summary.sd,
        min: Some(summary.min),
        max: Some(summary.max),
    })
}

/// Our own types always serialise; the error is for the day one does not.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, EngineError> {
    serde_json::to_string(value)
        .map_err(|error| EngineError::Panicked(format!("a value has no JSON: {error}")))
}
