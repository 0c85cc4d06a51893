//! What recorders may hand over: known before it is queued, so that `record` can say no at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::StoreError;
use crate::id::{RunId, SeriesId};
use crate::table::chunk::SampleEncoding;
use crate::writer::Batch;

/// The runs that this store records now, shared by its handles and its thread.
#[derive(Debug, Clone, Default)]
pub(crate) struct Admissions(Arc<Mutex<BTreeMap<RunId, Admission>>>);

#[derive(Debug, Default)]
struct Admission {
    series: BTreeMap<SeriesId, Place>,
    /// Why the last flush failed, until one succeeds.
    failure: Option<StoreError>,
}

/// Where a series has got to.
#[derive(Debug, Clone, Copy)]
struct Place {
    encoding: SampleEncoding,
    /// The first index that is still free.
    next_index: u64,
}

impl Admissions {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<RunId, Admission>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, run: RunId) {
        self.lock().insert(run, Admission::default());
    }

    pub(crate) fn end(&self, run: &RunId) {
        self.lock().remove(run);
    }

    pub(crate) fn contains(&self, run: &RunId) -> bool {
        self.lock().contains_key(run)
    }

    pub(crate) fn add_series(&self, run: &RunId, series: SeriesId, encoding: SampleEncoding) {
        if let Some(admission) = self.lock().get_mut(run) {
            admission.series.insert(series, Place { encoding, next_index: 0 });
        }
    }

    pub(crate) fn set_failure(&self, run: &RunId, failure: Option<StoreError>) {
        if let Some(admission) = self.lock().get_mut(run) {
            admission.failure = failure;
        }
    }

    /// Accepts the whole batch, or nothing of it. Gives how each of its chunks is to be encoded.
    /// `None` when this store does not record the run.
    pub(crate) fn admit(
        &self,
        run: &RunId,
        batch: &Batch,
    ) -> Option<Result<Vec<SampleEncoding>, StoreError>> {
        let mut admissions = self.lock();
        let admission = admissions.get_mut(run)?;
        if let Some(failure) = &admission.failure {
            return Some(Err(failure.clone()));
        }
        let mut places: BTreeMap<SeriesId, Place> = BTreeMap::new();
        let mut encodings = Vec::with_capacity(batch.chunks.len());
        for chunk in &batch.chunks {
            let known = places.get(&chunk.series).or(admission.series.get(&chunk.series));
            let Some(&place) = known else {
                let text = format!(
                    "series {} does not belong to run {run}; add it to the run first",
                    chunk.series
                );
                return Some(Err(StoreError::Refused(text)));
            };
            let end = chunk.first_index.checked_add(chunk.values.len() as u64);
            let Some(end) = end.filter(|end| i64::try_from(*end).is_ok()) else {
                let text = "sample indexes end at 2^63; count from the beginning of the run";
                return Some(Err(StoreError::Refused(text.to_owned())));
            };
            if chunk.first_index < place.next_index {
                let text = format!(
                    "sample {} of series {} came again or too late; hand samples over in order",
                    chunk.first_index, chunk.series
                );
                return Some(Err(StoreError::Refused(text)));
            }
            places.insert(chunk.series, Place { next_index: end, ..place });
            encodings.push(place.encoding);
        }
        admission.series.extend(places);
        Some(Ok(encodings))
    }
}
