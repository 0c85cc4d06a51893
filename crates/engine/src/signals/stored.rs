//! A stored run's signals, as they were while it was recorded.
//!
//! What a recording tells live it also puts into series of the store (see `tape`), and here the same
//! is told again from there. A run that was recorded before there were exact times has its
//! repetitions laid end to end from its latencies, and says so.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Fingerprint, RunId, RunSpec, SIGNALS, Sampling};
use store::{RunStatus, Series, Store, StoreError};

use crate::error::EngineError;
use crate::model::{BEGIN_OF_TEXT, tokenizer_of};
use crate::power::source_of;
use crate::recording::{Role, SERIES, first_index};
use crate::signals::ANCHOR_OF;
use crate::signals::absent::{POWER, Place};
use crate::signals::heard::Heard;
use crate::signals::run_signals::{Own, Signals};
use crate::signals::shared::RunSignals;
use crate::signals::signal::single;
use crate::tape::{ANCHOR, AWAY, BEGAN, ENDED, TIME_OF, TOKEN_TIME};

const LAID_OUT: &str = "this run was recorded without exact times: its repetitions are laid end to \
                        end from the time between tokens";
const ELSEWHERE: &str = "another program records this run: this is what it had stored when the view \
                         was opened";
const BEFORE: &str = "this run was recorded before this was looked at";
const GONE: &str = "the samples of this run are gone; restore a backup to have them back";

/// Builds the signals of a stored run.
///
/// # Errors
/// Where the store cannot be read. A run whose samples are gone is no error: its signals say so.
pub(crate) fn load(store: &Store, id: &store::RunId) -> Result<RunSignals, EngineError> {
    let run = store.get_run(id)?;
    let spec: RunSpec = serde_json::from_str(&run.spec_json).map_err(|error| {
        EngineError::BadRequest(format!(
            "the run was recorded by another version of this program ({error}); update this one"
        ))
    })?;
    let fingerprint: Fingerprint = serde_json::from_str(&run.fingerprint_json).unwrap_or_default();
    let place = Place::of(&run.board_identity);
    let series: BTreeMap<String, Series> =
        store.series(id)?.into_iter().map(|series| (series.name.clone(), series)).collect();
    // The file may have changed since: other words would be put into the run's mouth.
    let sha256 = fingerprint.get("tokenizer.sha256");
    let vocabulary = sha256.and_then(|sha256| tokenizer_of(&spec.model, sha256));
    let mut signals = Signals::with(place, vocabulary, own(&series));
    let metered = series.get(ANCHOR).and_then(|_| series.get(POWER)?.rate_hz);
    if let Some(rate_hz) = metered.filter(|rate_hz| *rate_hz > 0.0) {
        signals.meter(rate_hz);
    }
    // By the board itself.
    let anchored =
        series.get(&format!("{POWER}{ANCHOR_OF}")).and_then(|_| series.get(POWER)?.rate_hz);
    if let Some(rate_hz) = anchored.filter(|rate_hz| *rate_hz > 0.0) {
        signals.anchored(POWER, rate_hz);
    }
    if let Some(source) = source_of(&fingerprint) {
        signals.hear(Heard::Source(source));
    }
    let reading = Reading { store, series: &series };
    match reading.tell(&spec, &store.repetitions(id)?, &mut signals) {
        Ok(()) => {}
        Err(StoreError::SamplesGone { .. }) => {
            signals = Signals::new(place, None);
            signals.give_up(GONE);
        }
        Err(error) => return Err(error.into()),
    }
    if run.status == RunStatus::Recording {
        signals.note = Some(ELSEWHERE.into());
    }
    Ok(RunSignals::new(RunId(id.to_string()), signals))
}

/// Whether a series of the store is of the tokens and repetitions, or a part of another one, which is `there`.
pub(crate) fn is_helper(name: &str, there: impl Fn(&str) -> bool) -> bool {
    [TOKEN_TIME, BEGAN, ENDED, ANCHOR, AWAY].contains(&name)
        || SERIES.iter().any(|(known, ..)| *known == name)
        || [TIME_OF, ANCHOR_OF].iter().any(|of| name.strip_suffix(of).is_some_and(&there))
}

/// The signals that the table does not know and that are no part of another's.
fn own(series: &BTreeMap<String, Series>) -> Vec<(String, String, Own)> {
    let ours = |name: &str| {
        is_helper(name, |of| series.contains_key(of))
            || SIGNALS.iter().any(|signal| signal.name == name)
    };
    series
        .values()
        .filter(|series| !ours(&series.name))
        .filter_map(|one| {
            let own = match one.rate_hz {
                Some(rate_hz) if rate_hz > 0.0 => {
                    match series.contains_key(&format!("{}{ANCHOR_OF}", one.name)) {
                        true => Own::Anchored { rate_hz },
                        false => Own::Regular { rate_hz },
                    }
                }
                _ if series.contains_key(&format!("{}{TIME_OF}", one.name)) => Own::Times,
                _ => return None,
            };
            Some((one.name.clone(), one.unit.clone(), own))
        })
        .collect()
}

struct Reading<'a> {
    store: &'a Store,
    series: &'a BTreeMap<String, Series>,
}

/// A token on its way from the store.
#[derive(Clone, Copy)]
struct Row {
    /// Over the whole run, as the series count.
    at: u64,
    repetition: u32,
    id: f64,
    latency_ms: f64,
    phases_ms: [f64; 5],
    at_ms: f64,
}

impl Reading<'_> {
    fn tell(
        &self,
        spec: &RunSpec,
        stored: &[store::Repetition],
        signals: &mut Signals,
    ) -> Result<(), StoreError> {
        let rows = self.rows()?;
        let (began, ended) = (self.moments(BEGAN)?, self.moments(ENDED)?);
        let exact = self.series.contains_key(TOKEN_TIME) && !began.is_empty();
        let mut repetitions: BTreeSet<u32> = stored.iter().map(|r| r.index).collect();
        repetitions.extend(began.keys().chain(rows.iter().map(|row| &row.repetition)));
        let prompt_end = if spec.prompt.is_empty() { BEGIN_OF_TEXT } else { u32::MAX };
        let mut cursor_ms = 0.0;
        let mut away = self.away()?.into_iter().peekable();
        for index in repetitions {
            let row = stored.iter().find(|repetition| repetition.index == index);
            let warmup = row.map_or(index < spec.warmup, |row| row.warmup);
            let role = if warmup { Role::WarmUp } else { Role::Measured };
            let from = rows.partition_point(|row| row.repetition < index);
            let to = rows.partition_point(|row| row.repetition <= index);
            let rows = rows.get(from..to).unwrap_or_default();
            let place = |row: &Row| row.at.saturating_sub(first_index(index, spec.tokens));
            let at_ms = match began.get(&index) {
                Some(at_ms) if exact => *at_ms,
                _ => cursor_ms,
            };
            while let Some([from_ms, to_ms]) = away.next_if(|[_, to_ms]| *to_ms <= at_ms) {
                signals.hear(Heard::Away { from_ms, to_ms });
            }
            signals.hear(Heard::Began { repetition: index, role, at_ms, prompt_end });
            let mut laid_ms = at_ms;
            let mut next = 0;
            for row in rows {
                let place = u32::try_from(place(row)).unwrap_or(u32::MAX);
                // Without a latency a token took what its phases took, and so did lost ones.
                let phases: f64 = row.phases_ms.iter().sum();
                let lost = f64::from(place.saturating_sub(next));
                let step = if row.latency_ms.is_finite() { row.latency_ms } else { phases };
                laid_ms += step.max(0.0) + if phases.is_finite() { lost * phases } else { 0.0 };
                next = place.saturating_add(1);
                signals.hear(Heard::Token {
                    index: place,
                    id: row.id.is_finite().then_some(row.id as u32),
                    at_ms: if exact { row.at_ms } else { laid_ms },
                    latency_ms: row.latency_ms,
                    phases_ms: row.phases_ms,
                });
            }
            if !exact {
                let total_ms = row.and_then(|row| row.values.get("total_ms")).copied();
                cursor_ms = total_ms.map_or(laid_ms, |total_ms| laid_ms.max(at_ms + total_ms));
                signals.hear(Heard::Ended { at_ms: cursor_ms });
            } else if let Some(at_ms) = ended.get(&index) {
                signals.hear(Heard::Ended { at_ms: *at_ms });
            }
        }
        if !exact && !rows.is_empty() {
            signals.note = Some(LAID_OUT.into());
        }
        self.looks(signals)?;
        signals.hear(Heard::Over);
        Ok(())
    }

    /// The signals over time.
    fn looks(&self, signals: &mut Signals) -> Result<(), StoreError> {
        let over_time = SIGNALS.iter().filter(|spec| spec.sampling == Sampling::OverTime);
        for spec in over_time {
            if !self.series.contains_key(spec.name) {
                signals.hear(Heard::Never { signal: spec.name, why: BEFORE });
            }
        }
        self.anchors(ANCHOR, None, signals)?;
        let names: Vec<String> = signals
            .all()
            .iter()
            .filter(|signal| signal.axis.is_some())
            .map(|signal| signal.name.clone())
            .collect();
        for name in names {
            let Some(series) = self.series.get(&name) else { continue };
            self.anchors(&format!("{name}{ANCHOR_OF}"), Some(&name), signals)?;
            let Some(times) = self.series.get(&format!("{name}{TIME_OF}")) else {
                self.parts(series, |part| {
                    let values: Vec<f32> = part.values.iter().map(|v| single(*v)).collect();
                    signals.stretch(&name, &values);
                })?;
                continue;
            };
            let mut moments = BTreeMap::new();
            self.parts(times, |part| {
                moments.extend((part.first_index..).zip(part.values));
            })?;
            self.parts(series, |part| {
                for (at, value) in (part.first_index..).zip(part.values) {
                    if let Some(at_ms) = moments.get(&at) {
                        signals.sample(&name, *at_ms, value);
                    }
                }
            })?;
        }
        Ok(())
    }

    /// When samples were taken, of a meter's signals where none is named.
    fn anchors(
        &self,
        series: &str,
        signal: Option<&str>,
        signals: &mut Signals,
    ) -> Result<(), StoreError> {
        let times = self.series.get(&format!("{series}{TIME_OF}"));
        let Some((indices, times)) = self.series.get(series).zip(times) else { return Ok(()) };
        let (mut at, mut ms) = (Vec::new(), Vec::new());
        self.parts(indices, |part| at.extend(part.values))?;
        self.parts(times, |part| ms.extend(part.values))?;
        for (index, at_ms) in at.into_iter().zip(ms) {
            let signal = signal.map(|name| name.to_owned().into());
            signals.hear(Heard::Anchor { signal, index: index as u64, at_ms });
        }
        Ok(())
    }

    /// All tokens, in order, put together from their series.
    fn rows(&self) -> Result<Vec<Row>, StoreError> {
        let mut rows: Vec<Row> = Vec::new();
        if let Some(ids) = self.series.get("token_id") {
            self.parts(ids, |part| {
                rows.extend((part.first_index..).zip(&part.values).map(|(at, id)| Row {
                    at,
                    repetition: part.repetition,
                    id: *id,
                    latency_ms: f64::NAN,
                    phases_ms: [f64::NAN; 5],
                    at_ms: f64::NAN,
                }));
            })?;
        }
        let phases = SERIES.iter().skip(2).map(|(name, ..)| *name).enumerate();
        for (at, name) in phases {
            self.fill(&mut rows, name, |row, value| {
                if let Some(phase) = row.phases_ms.get_mut(at) {
                    *phase = value;
                }
            })?;
        }
        self.fill(&mut rows, "token_latency", |row, value| row.latency_ms = value)?;
        self.fill(&mut rows, TOKEN_TIME, |row, value| row.at_ms = value)?;
        Ok(rows)
    }

    /// Puts a series' samples into the rows that they belong to; both are in order.
    fn fill(
        &self,
        rows: &mut [Row],
        name: &str,
        put: impl Fn(&mut Row, f64),
    ) -> Result<(), StoreError> {
        let Some(series) = self.series.get(name) else { return Ok(()) };
        let mut rows = rows.iter_mut().peekable();
        self.parts(series, |part| {
            for (at, value) in (part.first_index..).zip(part.values) {
                while rows.next_if(|row| row.at < at).is_some() {}
                if let Some(row) = rows.next_if(|row| row.at == at) {
                    put(row, value);
                }
            }
        })
    }

    /// When the board was away.
    fn away(&self) -> Result<Vec<[f64; 2]>, StoreError> {
        let mut moments = Vec::new();
        if let Some(series) = self.series.get(AWAY) {
            self.parts(series, |part| moments.extend(part.values))?;
        }
        Ok(moments.as_chunks().0.to_vec())
    }

    /// A moment for each repetition.
    fn moments(&self, name: &str) -> Result<BTreeMap<u32, f64>, StoreError> {
        let mut moments = BTreeMap::new();
        if let Some(series) = self.series.get(name) {
            self.parts(series, |part| {
                let finite = |(_, at_ms): &(u64, f64)| at_ms.is_finite();
                moments.extend(
                    (part.first_index..)
                        .zip(part.values)
                        .filter(finite)
                        .filter_map(|(at, at_ms)| Some((u32::try_from(at).ok()?, at_ms))),
                );
            })?;
        }
        Ok(moments)
    }

    /// Everything a series has on disk; the store reads at most so much at once.
    fn parts(
        &self,
        series: &Series,
        mut each: impl FnMut(store::Samples),
    ) -> Result<(), StoreError> {
        let mut from = 0;
        loop {
            let parts = self.store.read_samples(series.id, from..u64::MAX)?;
            let Some(last) = parts.last() else { return Ok(()) };
            from = last.first_index + last.values.len() as u64;
            parts.into_iter().for_each(&mut each);
        }
    }
}
