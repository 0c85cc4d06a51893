//! Writes one run into the store while it goes on: samples as they come, a repetition at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use board::{AgentDriver, BoardInfo, RunEvent, RunRequest, StopReason};
use protocol::{Event, Failure, Fingerprint, RunId, RunSpec, RunStatus};
use store::{
    Batch, Chunk, Measurement, NewRun, NewSeries, Repetition, RepetitionStatus, SampleEncoding,
    SeriesId, Store,
};

use crate::Engine;
use crate::error::EngineError;
use crate::failure::failure;
use crate::fingerprint;
use crate::model::LoadedModel;
use crate::repetition::{TokenTicks, TokenTimes, times, values};

/// How often a face hears about progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);
/// How often tokens are handed to the store, which flushes them 400 ms later.
const HAND_OVER_EVERY: Duration = Duration::from_millis(50);

/// The signals of every run, in the order of [`row`].
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
    series: Vec<SeriesId>,
    timer_hz: u64,
    stop: Arc<AtomicBool>,
    fingerprint: Fingerprint,
    planned: u32,
    tokens: u32,
    next: u32,
    /// Values of the repetitions that count, in order.
    values: Vec<BTreeMap<String, f64>>,
    text: Option<String>,
    finished: bool,
}

/// What a recording is of.
pub(crate) struct Subject<'a> {
    pub(crate) kind: store::RunKind,
    pub(crate) spec: &'a RunSpec,
    pub(crate) board: &'a BoardInfo,
    pub(crate) model: &'a LoadedModel,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) linked: Option<String>,
}

impl Recording {
    /// Makes the run in the store. `stop` ends it at any moment.
    pub(crate) fn begin(
        engine: &Engine,
        subject: Subject<'_>,
        stop: Arc<AtomicBool>,
    ) -> Result<Recording, EngineError> {
        let store = engine.store()?;
        let Subject { kind, spec, board, model, fingerprint, linked } = subject;
        let run = store.begin_run(NewRun {
            kind,
            board_identity: board.chip_id.clone(),
            board_name: board.name.clone(),
            model_name: model.name.clone(),
            spec_json: json(spec)?,
            fingerprint_json: json(&fingerprint)?,
            synthetic: model.synthetic,
            emulated: board.emulated,
            note: None,
            linked,
            tags: spec.tags.clone(),
        })?;
        let mut series = Vec::with_capacity(SERIES.len());
        for (name, unit, encoding) in SERIES {
            let new = NewSeries { name: name.into(), unit: unit.into(), rate_hz: None, encoding };
            series.push(store.add_series(&run, new)?);
        }
        engine.going().runs.insert(RunId(run.to_string()), Arc::clone(&stop));
        Ok(Recording {
            engine: engine.clone(),
            store,
            run,
            series,
            timer_hz: board.timer_hz,
            stop,
            fingerprint,
            planned: spec.repetitions.saturating_add(spec.warmup),
            tokens: spec.tokens,
            next: 0,
            values: Vec::new(),
            text: None,
            finished: false,
        })
    }

    pub(crate) fn id(&self) -> RunId {
        RunId(self.run.to_string())
    }

    /// Says how it goes.
    pub(crate) fn progress(&self, doing: &str, tokens: u32, tokens_per_s: Option<f64>) {
        self.engine.tell(Event::RunProgressed {
            run: self.id(),
            doing: doing.into(),
            repetitions_done: self.next,
            repetitions: self.planned,
            tokens,
            tokens_per_s,
        });
    }

    /// Runs and records one repetition. Returns why the board ended it.
    pub(crate) fn repetition(
        &mut self,
        driver: &mut AgentDriver,
        request: &RunRequest,
        model: &LoadedModel,
        role: Role,
    ) -> Result<StopReason, EngineError> {
        let index = self.next;
        let doing = match role {
            Role::WarmUp => "warming up",
            Role::Measured => "measuring",
        };
        let mut tokens: Vec<TokenTicks> = Vec::new();
        let mut waiting: Vec<TokenTimes> = Vec::new();
        let mut handed_over = Instant::now();
        let mut told = Instant::now();
        let mut trouble = None;
        let mut began = None;
        // A run that cannot be stored is stopped, not measured into the void.
        let stop = Arc::clone(&self.stop);
        let result = driver.run(request, &stop, &mut |event| {
            let (at, id, ticks, phases) = match event {
                RunEvent::Token { index, id, ticks, phases } => (index, id, ticks, phases),
                RunEvent::Started { ticks } => {
                    began = Some(ticks);
                    return;
                }
                RunEvent::Progress { .. } => return,
                RunEvent::Log(text) => {
                    tracing::info!(target: "board", "{text}");
                    return;
                }
            };
            let token = TokenTicks { index: at, id, ticks, phases };
            waiting.push(times(&token, tokens.last(), began, self.timer_hz));
            tokens.push(token);
            if handed_over.elapsed() > HAND_OVER_EVERY && trouble.is_none() {
                handed_over = Instant::now();
                if let Err(error) = self.hand_over(index, &mut waiting) {
                    trouble = Some(error);
                    stop.store(true, std::sync::atomic::Ordering::Relaxed);
                }
            }
            if told.elapsed() > PROGRESS_EVERY {
                told = Instant::now();
                self.progress(doing, tokens.len() as u32, rate(&tokens, self.timer_hz));
            }
        });
        if let Some(error) = trouble {
            return Err(error);
        }
        self.hand_over(index, &mut waiting)?;
        let totals = match result {
            Ok(totals) => totals,
            Err(error) => {
                self.put(index, role, RepetitionStatus::Failed, BTreeMap::new())?;
                return Err(error.into());
            }
        };
        let values = values(&tokens, &totals, self.timer_hz);
        let whole = totals.reason != StopReason::Stopped;
        let status = if whole { RepetitionStatus::Complete } else { RepetitionStatus::Aborted };
        if role == Role::Measured && whole {
            self.values.push(values.clone());
        }
        if role == Role::Measured && self.text.is_none() {
            let made = tokens.iter().map(|token| token.id);
            self.text = Some(model.text(request.prompt.iter().copied().chain(made)));
        }
        self.put(index, role, status, values)?;
        self.next += 1;
        self.progress(doing, tokens.len() as u32, rate(&tokens, self.timer_hz));
        Ok(totals.reason)
    }

    /// Ends the run: its status, its metrics, what was learnt meanwhile. Gives why it did not
    /// complete, unless the user stopped it.
    pub(crate) fn finish(
        mut self,
        lost_frames: u64,
        clock: Option<board::Clock>,
        outcome: Result<(), EngineError>,
    ) -> Result<Option<Failure>, EngineError> {
        fingerprint::finish(&mut self.fingerprint, clock, lost_frames);
        let (status, store_status, reason, failure) = match outcome {
            Ok(()) => (RunStatus::Complete, store::RunStatus::Complete, None, None),
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
            self.metrics().filter_map(|name| measurement(name, &self.values_of(name))).collect();
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

    /// Takes the run off the list of what goes on, and tells everybody.
    fn close(&mut self, status: RunStatus, failure: Option<Failure>) {
        self.finished = true;
        self.engine.going().runs.remove(&self.id());
        self.engine.tell(Event::RunFinished { run: self.id(), status, failure });
    }

    fn put(
        &self,
        index: u32,
        role: Role,
        status: RepetitionStatus,
        values: BTreeMap<String, f64>,
    ) -> Result<(), EngineError> {
        let warmup = role == Role::WarmUp;
        let repetitions = vec![Repetition { index, warmup, status, values }];
        self.store.record(&self.run, Batch { repetitions, chunks: Vec::new() })?;
        Ok(())
    }

    fn hand_over(&self, repetition: u32, waiting: &mut Vec<TokenTimes>) -> Result<(), EngineError> {
        let mut chunks = Vec::new();
        // One chunk a series and a stretch without holes.
        for stretch in waiting.chunk_by(|a, b| a.index + 1 == b.index) {
            chunks.extend(self.chunks(repetition, stretch));
        }
        waiting.clear();
        if !chunks.is_empty() {
            self.store.record(&self.run, Batch { repetitions: Vec::new(), chunks })?;
        }
        Ok(())
    }

    fn chunks(&self, repetition: u32, stretch: &[TokenTimes]) -> Vec<Chunk> {
        let first_index = first_index(repetition, self.tokens)
            + stretch.first().map_or(0, |token| u64::from(token.index));
        let column = |(at, &series): (usize, &SeriesId)| Chunk {
            series,
            repetition,
            first_index,
            values: stretch.iter().filter_map(|token| row(token).get(at).copied()).collect(),
        };
        self.series.iter().enumerate().map(column).collect()
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

/// A token's samples, in the order of [`SERIES`].
fn row(token: &TokenTimes) -> [f64; 7] {
    let [embed, attention, feed_forward, classifier, sample] = token.phases_ms;
    [f64::from(token.id), token.latency_ms, embed, attention, feed_forward, classifier, sample]
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
