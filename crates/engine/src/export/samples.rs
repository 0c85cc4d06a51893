//! A run's signals over time, written out as JSON a part at a time: there may be more than fits the memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use protocol::RunDetail;
use serde_json::{Value, json};
use store::{RunId, Samples, Series, SeriesId, Store, StoreError};

use crate::signals::{ANCHOR_OF, CURRENT, POWER, is_helper};
use crate::tape::{ANCHOR, TIME_OF};

/// Writes an array of series: each with its parts, and with the moments of the samples, or of some of them where it
/// has a rate.
pub(super) fn write(
    to: &mut dyn Write,
    store: &Store,
    run: &RunDetail,
    trouble: &mut Option<StoreError>,
) -> std::io::Result<()> {
    write!(to, "[")?;
    let mut first = true;
    let mut each = |one: Result<Value, StoreError>| -> std::io::Result<()> {
        match one {
            Ok(value) => {
                write!(to, "{}{value}", if std::mem::take(&mut first) { "" } else { "," })
            }
            // A run whose samples are gone has its figures.
            Err(StoreError::SamplesGone { .. }) => Ok(()),
            Err(error) => {
                trouble.get_or_insert(error);
                Ok(())
            }
        }
    };
    match store.resolve(&run.summary.run.0) {
        Ok(ids) => {
            for id in ids {
                of_run(store, &id, &mut each)?;
            }
        }
        Err(error) => each(Err(error))?,
    }
    write!(to, "]")
}

fn of_run(
    store: &Store,
    run: &RunId,
    each: &mut dyn FnMut(Result<Value, StoreError>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let all = match store.series(run) {
        Ok(all) => all,
        Err(error) => return each(Err(error)),
    };
    let names: BTreeSet<&str> = all.iter().map(|series| series.name.as_str()).collect();
    let find = |name: String| all.iter().find(|series| series.name == name);
    for series in all.iter().filter(|series| !is_helper(&series.name, |of| names.contains(of))) {
        let name = &series.name;
        let times = find(format!("{name}{TIME_OF}"));
        // A meter's signals share theirs.
        let shared = if [POWER, CURRENT].contains(&name.as_str()) { ANCHOR } else { "" };
        let anchors = find(format!("{name}{ANCHOR_OF}")).or_else(|| find(shared.to_owned()));
        let anchors = anchors.filter(|_| series.rate_hz.is_some());
        let anchor_times = anchors.and_then(|of| find(format!("{}{TIME_OF}", of.name)));
        each(of_series(store, series, times, anchors.zip(anchor_times)))?;
    }
    Ok(())
}

fn of_series(
    store: &Store,
    series: &Series,
    times: Option<&Series>,
    anchors: Option<(&Series, &Series)>,
) -> Result<Value, StoreError> {
    let mut parts = Vec::new();
    let moments = times.map(|times| by_index(store, times.id)).transpose()?;
    each_part(store, series.id, |part| {
        let mut one = json!({
            "repetition": part.repetition,
            "first_index": part.first_index,
            "values": part.values,
        });
        if let (Some(moments), Some(one)) = (&moments, one.as_object_mut()) {
            let end = part.first_index + part.values.len() as u64;
            let at: Vec<Option<f64>> =
                (part.first_index..end).map(|index| moments.get(&index).copied()).collect();
            one.insert("at_ms".into(), json!(at));
        }
        parts.push(one);
    })?;
    let mut value = json!({
        "name": series.name,
        "unit": series.unit,
        "rate_hz": series.rate_hz,
        "parts": parts,
    });
    if let (Some((places, times)), Some(value)) = (anchors, value.as_object_mut()) {
        let (places, times) = (by_index(store, places.id)?, by_index(store, times.id)?);
        let pairs = places.values().zip(times.values());
        let pairs: Vec<[f64; 2]> = pairs.map(|(place, at_ms)| [*place, *at_ms]).collect();
        value.insert("anchors".into(), json!(pairs));
    }
    Ok(value)
}

fn by_index(store: &Store, series: SeriesId) -> Result<BTreeMap<u64, f64>, StoreError> {
    let mut found = BTreeMap::new();
    each_part(store, series, |part| found.extend((part.first_index..).zip(part.values)))?;
    Ok(found)
}

/// Everything a series has on disk; the store reads at most so much at once.
fn each_part(
    store: &Store,
    series: SeriesId,
    mut each: impl FnMut(Samples),
) -> Result<(), StoreError> {
    let mut from = 0;
    loop {
        let parts = store.read_samples(series, from..u64::MAX)?;
        let Some(last) = parts.last() else { return Ok(()) };
        from = last.first_index + last.values.len() as u64;
        parts.into_iter().for_each(&mut each);
    }
}
