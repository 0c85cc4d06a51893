//! From the store's rows to what a face sees.

use std::collections::BTreeMap;

use protocol::{
    Bits, Fingerprint, METRICS, MetricView, RepetitionView, RunDetail, RunId, RunKind, RunSpec,
    RunStatus, RunSummary, TokenView,
};
use store::{Measurement, Run, Store};

use crate::error::EngineError;
use crate::own::direction_of;
use crate::recording::{SERIES, first_index, measurement};

pub(crate) fn run_id(run: &store::RunId) -> RunId {
    RunId(run.to_string())
}

pub(crate) fn summary(run: &Run, measurements: &[Measurement]) -> RunSummary {
    let headline = METRICS
        .iter()
        .filter(|metric| metric.headline)
        .filter_map(|metric| {
            let found = measurements.iter().find(|m| m.metric == metric.name)?;
            Some((metric.name.to_owned(), found.value?))
        })
        .collect();
    RunSummary {
        run: run_id(&run.id),
        kind: match run.kind {
            store::RunKind::Profile => RunKind::Profile,
            store::RunKind::FitFull => RunKind::FitFull,
            store::RunKind::FitCompressed => RunKind::FitCompressed,
        },
        status: match run.status {
            store::RunStatus::Recording => RunStatus::Recording,
            store::RunStatus::Complete => RunStatus::Complete,
            store::RunStatus::Aborted => RunStatus::Aborted,
            store::RunStatus::Lost => RunStatus::Lost,
        },
        reason: run.reason.clone(),
        created_ms: run.created_ms,
        finished_ms: run.finished_ms,
        board: run.board_name.clone(),
        board_identity: run.board_identity.clone(),
        model: run.model_name.clone(),
        bits: bits(&run.spec_json),
        synthetic: run.synthetic,
        emulated: run.emulated,
        note: run.note.clone(),
        tags: run.tags.clone(),
        deleted_ms: run.deleted_ms,
        headline,
    }
}

/// The precision that a specification asked for, also where a later program wrote the rest of it.
fn bits(spec_json: &str) -> Option<Bits> {
    #[derive(serde::Deserialize)]
    struct Asked {
        bits: Option<Bits>,
        #[serde(default)]
        model: serde_json::Value,
    }
    let asked = serde_json::from_str::<Asked>(spec_json).ok()?;
    // What a board runs by itself has the precision it has.
    asked.bits.filter(|_| asked.model != "on_board")
}

fn metric(measurement: &Measurement) -> Option<MetricView> {
    Some(MetricView {
        name: measurement.metric.clone(),
        unit: measurement.unit.clone(),
        median: measurement.value?,
        n: u32::try_from(measurement.n).unwrap_or(u32::MAX),
        mean: measurement.mean?,
        sd: measurement.sd,
        min: measurement.min?,
        max: measurement.max?,
    })
}

/// The metrics of the repetitions that count; those of a series that the board declared have its unit.
fn summed_up(repetitions: &[store::Repetition], print: &Fingerprint) -> Vec<Measurement> {
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let whole = store::RepetitionStatus::Complete;
    for repetition in repetitions.iter().filter(|r| !r.warmup && r.status == whole) {
        for (name, value) in &repetition.values {
            values.entry(name).or_default().push(*value);
        }
    }
    let declared = |measured: Measurement| match direction_of(print, &measured.metric) {
        Some((_, unit)) => Measurement { unit, ..measured },
        None => measured,
    };
    values.iter().filter_map(|(name, values)| measurement(name, values).map(declared)).collect()
}

/// The metrics in the table's order, then the ones the table does not know.
fn metrics(measurements: &[Measurement]) -> Vec<MetricView> {
    let place = |name: &str| METRICS.iter().position(|m| m.name == name).unwrap_or(usize::MAX);
    let mut metrics: Vec<MetricView> = measurements.iter().filter_map(metric).collect();
    metrics.sort_by(|a, b| (place(&a.name), &a.name).cmp(&(place(&b.name), &b.name)));
    metrics
}

/// All of a run. Where the samples are gone the tokens are missing and the rest is whole.
pub(crate) fn detail(store: &Store, run: &Run) -> Result<RunDetail, EngineError> {
    let mut measurements = store.measurements(&run.id)?;
    // A run of a later program may have a specification this one does not know in full.
    let spec: RunSpec = serde_json::from_str(&run.spec_json).map_err(|error| {
        EngineError::BadRequest(format!(
            "the run was recorded by another version of this program ({error}); update this one"
        ))
    })?;
    let mut tokens = tokens(store, run, &spec)?;
    let stored = store.repetitions(&run.id)?;
    let fingerprint: Fingerprint = serde_json::from_str(&run.fingerprint_json).unwrap_or_default();
    if measurements.is_empty() {
        // A lost run was never summed up; what it has in whole repetitions still counts.
        measurements = summed_up(&stored, &fingerprint);
    }
    let repetitions = stored
        .into_iter()
        .map(|repetition| RepetitionView {
            index: repetition.index,
            warmup: repetition.warmup,
            whole: repetition.status == store::RepetitionStatus::Complete,
            values: repetition.values,
            tokens: tokens.remove(&repetition.index).unwrap_or_default(),
        })
        .collect();
    Ok(RunDetail {
        summary: summary(run, &measurements),
        spec,
        fingerprint,
        text: run.text.clone(),
        metrics: metrics(&measurements),
        repetitions,
        fit: run.linked.clone(),
    })
}

/// The tokens of each repetition, by its index, put together from the run's series.
fn tokens(
    store: &Store,
    run: &Run,
    spec: &RunSpec,
) -> Result<BTreeMap<u32, Vec<TokenView>>, EngineError> {
    let mut rows: BTreeMap<(u32, u64), [f64; SERIES.len()]> = BTreeMap::new();
    for series in store.series(&run.id)? {
        let Some(column) = SERIES.iter().position(|(name, ..)| *name == series.name) else {
            continue;
        };
        let samples = match all_samples(store, series.id) {
            Err(store::StoreError::SamplesGone { .. }) => return Ok(BTreeMap::new()),
            other => other?,
        };
        for stretch in samples {
            for (at, value) in (stretch.first_index..).zip(stretch.values) {
                let row = rows.entry((stretch.repetition, at)).or_insert([f64::NAN; SERIES.len()]);
                if let Some(cell) = row.get_mut(column) {
                    *cell = value;
                }
            }
        }
    }
    let mut tokens: BTreeMap<u32, Vec<TokenView>> = BTreeMap::new();
    for (
        (repetition, index),
        [id, latency_ms, embed, attention, feed_forward, classifier, sample],
    ) in rows
    {
        let place = index.saturating_sub(first_index(repetition, spec.tokens));
        let token = TokenView {
            index: u32::try_from(place).unwrap_or(u32::MAX),
            id: id.is_finite().then_some(id as u32),
            latency_ms: Some(latency_ms).filter(|ms| ms.is_finite()),
            phases_ms: Some([embed, attention, feed_forward, classifier, sample])
                .filter(|phases| phases.iter().all(|ms| ms.is_finite())),
        };
        tokens.entry(repetition).or_default().push(token);
    }
    Ok(tokens)
}

/// Everything a series has on disk; the store reads at most so much at once.
fn all_samples(
    store: &Store,
    series: store::SeriesId,
) -> Result<Vec<store::Samples>, store::StoreError> {
    let mut samples = Vec::new();
    let mut from = 0;
    loop {
        let part = store.read_samples(series, from..u64::MAX)?;
        let Some(last) = part.last() else { return Ok(samples) };
        from = last.first_index + last.values.len() as u64;
        samples.extend(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Repetition, RepetitionStatus};

    #[test]
    fn the_precision_is_read_from_whatever_specification_there_is() {
        assert_eq!(bits(r#"{"bits":"int8","board":"host","later":[1]}"#), Some(Bits::Int8));
        assert_eq!(bits(r#"{"board":"host"}"#), None);
        assert_eq!(bits(r#"{"bits":"f32","model":"on_board"}"#), None);
        assert_eq!(bits("no JSON"), None);
    }

    #[test]
    fn a_lost_run_is_summed_up_from_its_whole_measured_repetitions_alone() {
        let repetition = |index, warmup, status, ms| Repetition {
            index,
            warmup,
            status,
            values: [("ttft_ms".to_owned(), ms)].into(),
        };
        let stored = [
            repetition(0, true, RepetitionStatus::Complete, 90.0),
            repetition(1, false, RepetitionStatus::Complete, 10.0),
            repetition(2, false, RepetitionStatus::Complete, 12.0),
            repetition(3, false, RepetitionStatus::Aborted, 1.0),
        ];
        let print = Fingerprint::new();
        let summed = summed_up(&stored, &print);
        assert_eq!(summed.len(), 1);
        assert_eq!((summed[0].value, summed[0].n), (Some(11.0), 2));
        assert!(summed_up(&stored[..1], &print).is_empty());
    }
}
