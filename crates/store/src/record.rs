//! Recording a run: begin, hand over, finish.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::clock::now_ms;
use crate::error::{At, StoreError};
use crate::id::{RunId, SeriesId};
use crate::lost::RecordingLock;
use crate::recording::Recording;
use crate::store::Store;
use crate::table::measurement::{self, Measurement};
use crate::table::run::{self, NewRun, Run, RunStatus};
use crate::table::series::{self, NewSeries, Series};
use crate::writer::{Batch, EncodedBatch, Message, Writer};

impl Store {
    /// Begins a run. This store holds its lock until [`Store::finish_run`].
    pub fn begin_run(&self, new: NewRun) -> Result<RunId, StoreError> {
        self.ask(move |writer| {
            let id = RunId::new();
            let lock = RecordingLock::take(&writer.folder, &id)?;
            let path = writer.folder.app();
            let run = recording_run(id.clone(), new);
            let transaction = writer.app.transaction().at(&path)?;
            run::insert(&transaction, &run).at(&path)?;
            transaction.commit().at(&path)?;
            writer.recordings.insert(id.clone(), Recording::new(lock));
            writer.admissions.begin(id.clone());
            Ok(id)
        })
    }

    /// Adds a signal to a run that this store records. Its name must be new in the run.
    pub fn add_series(&self, run: &RunId, new: NewSeries) -> Result<SeriesId, StoreError> {
        let made = self.add_all_series(run, vec![new])?;
        made.first().copied().ok_or(StoreError::Closed)
    }

    /// Adds several signals to a run at once, in one transaction; as [`Store::add_series`] else.
    /// Gives their ids in the same order.
    pub fn add_all_series(
        &self,
        run: &RunId,
        new: Vec<NewSeries>,
    ) -> Result<Vec<SeriesId>, StoreError> {
        if !self.admissions()?.contains(run) {
            return Err(self.not_recording(run));
        }
        self.require_samples()?;
        let run = run.clone();
        self.ask(move |writer| {
            let path = writer.folder.app();
            let mut known: BTreeSet<String> =
                series::of_run(&writer.app, &run).at(&path)?.into_iter().map(|s| s.name).collect();
            let mut all: Vec<Series> = Vec::with_capacity(new.len());
            for new in new {
                if !known.insert(new.name.clone()) {
                    return Err(StoreError::Refused(format!(
                        "run {run} already has a series {:?}; choose another name",
                        new.name
                    )));
                }
                let mut id = SeriesId::new();
                while all.iter().any(|series| series.id == id)
                    || series::get(&writer.app, id).at(&path)?.is_some()
                {
                    id = SeriesId::new();
                }
                all.push(Series {
                    id,
                    run: run.clone(),
                    name: new.name,
                    unit: new.unit,
                    rate_hz: new.rate_hz,
                    encoding: new.encoding,
                    samples: 0,
                });
            }
            let transaction = writer.app.transaction().at(&path)?;
            for series in &all {
                series::insert(&transaction, series).at(&path)?;
            }
            transaction.commit().at(&path)?;
            for series in &all {
                if let Some(recording) = writer.recordings.get_mut(&run) {
                    recording.add_series(series.id);
                }
                writer.admissions.add_series(&run, series.id, series.encoding);
            }
            Ok(all.into_iter().map(|series| series.id).collect())
        })
    }

    /// Hands over repetitions and samples of a run. They are flushed to the disk 400 ms later, or as
    /// soon as the flush before is done.
    ///
    /// The samples are encoded here, while the store's thread may be busy with the flush before.
    /// Waits while more than 32 MiB are on the way. An error means that nothing of this batch was
    /// taken: the last flush failed (what was taken before is tried again every second), the run
    /// is not recorded by this store, or the samples do not continue their series.
    pub fn record(&self, run: &RunId, batch: Batch) -> Result<(), StoreError> {
        if !batch.chunks.is_empty() {
            self.require_samples()?;
        }
        let encodings = match self.admissions()?.admit(run, &batch) {
            Some(admitted) => admitted?,
            None => return Err(self.not_recording(run)),
        };
        let batch = EncodedBatch::new(batch, encodings);
        let bytes = batch.bytes();
        if !self.budget()?.take(bytes) {
            return Err(StoreError::Closed);
        }
        self.send(Message::Record { run: run.clone(), batch, bytes, handed_over: Instant::now() })
    }

    /// Puts on the disk what was handed over so far, of every run.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.ask(Writer::flush)
    }

    /// Ends a run: writes what waits, the measurements, the status and the model's text.
    ///
    /// When what waits cannot be written, [`RunStatus::Complete`] is refused and the run goes on
    /// recording, so that the caller can make room and try again. The other endings then drop what
    /// could not be written and end the run anyway.
    pub fn finish_run(
        &self,
        run: &RunId,
        status: RunStatus,
        reason: Option<&str>,
        text: Option<&str>,
        measurements: &[Measurement],
    ) -> Result<(), StoreError> {
        if status == RunStatus::Recording {
            let text = "a run cannot end as recording; end it as complete, aborted or lost";
            return Err(StoreError::Refused(text.to_owned()));
        }
        if !self.admissions()?.contains(run) {
            return Err(self.not_recording(run));
        }
        let run = run.clone();
        let reason = reason.map(str::to_owned);
        let text = text.map(str::to_owned);
        let measurements = measurements.to_vec();
        self.ask(move |writer| {
            match writer.flush() {
                Err(error) if status == RunStatus::Complete => return Err(error),
                Err(error) => tracing::warn!(%error, %run, "the end of a run could not be written"),
                Ok(()) => {}
            }
            let path = writer.folder.app();
            let transaction = writer.app.transaction().at(&path)?;
            for measurement in &measurements {
                measurement::put(&transaction, &run, measurement).at(&path)?;
            }
            let (reason, text) = (reason.as_deref(), text.as_deref());
            run::finish(&transaction, &run, status, reason, text, Some(now_ms())).at(&path)?;
            transaction.commit().at(&path)?;
            writer.forget(&run);
            Ok(())
        })
    }

    /// Says what the run is instead.
    fn not_recording(&self, run: &RunId) -> StoreError {
        match self.get_run(run) {
            Ok(found) if found.status == RunStatus::Recording => StoreError::Refused(format!(
                "run {run} is recorded by another program; stop it there"
            )),
            Ok(found) => StoreError::NotRecording { run: run.clone(), status: found.status },
            Err(error) => error,
        }
    }
}

fn recording_run(id: RunId, new: NewRun) -> Run {
    Run {
        id,
        kind: new.kind,
        status: RunStatus::Recording,
        reason: None,
        created_ms: now_ms(),
        finished_ms: None,
        board_identity: new.board_identity,
        board_name: new.board_name,
        model_name: new.model_name,
        spec_json: new.spec_json,
        fingerprint_json: new.fingerprint_json,
        synthetic: new.synthetic,
        emulated: new.emulated,
        text: None,
        note: new.note,
        linked: new.linked,
        deleted_ms: None,
        tags: BTreeMap::from_iter(new.tags),
    }
}
