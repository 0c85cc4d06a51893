//! The thread named `store`: it alone writes. What recorders hand over waits for a moment, counted
//! from its hand-over, and then goes to the disk in one transaction per file.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use crate::admission::Admissions;
use crate::budget::Budget;
use crate::clock::now_ms;
use crate::connection::BUSY_TIMEOUT;
use crate::error::{At, StoreError};
use crate::folder::Folder;
use crate::id::{RunId, SeriesId};
use crate::recording::{BLOCK_BYTES, Recording};
use crate::store::QUEUE_LEN;
use crate::table::chunk::{Block, Chunk, SampleEncoding};
use crate::table::repetition::Repetition;
use crate::table::run::{self, RunStatus};

/// What a recorder hands over at once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Finished repetitions. One with an index that was there before takes its place.
    pub repetitions: Vec<Repetition>,
    /// Samples, each series in order.
    pub chunks: Vec<Chunk>,
}

/// The same on its way to the thread.
#[derive(Debug)]
pub(crate) struct EncodedBatch {
    repetitions: Vec<Repetition>,
    blocks: Vec<(SeriesId, Block)>,
}

impl EncodedBatch {
    /// Encodes the chunks of `batch`, each as `encodings` says.
    pub(crate) fn new(batch: Batch, encodings: Vec<SampleEncoding>) -> Self {
        let mut blocks = Vec::with_capacity(batch.chunks.len());
        for (chunk, encoding) in batch.chunks.iter().zip(encodings) {
            let mut first_index = chunk.first_index;
            for values in chunk.values.chunks(BLOCK_BYTES / encoding.width()) {
                let block = Block::of(values, first_index, chunk.repetition, encoding);
                blocks.push((chunk.series, block));
                first_index += values.len() as u64;
            }
        }
        Self { repetitions: batch.repetitions, blocks }
    }

    /// About how much memory it holds.
    pub(crate) fn bytes(&self) -> usize {
        let samples: usize = self.blocks.iter().map(|(_, block)| block.bytes() + 128).sum();
        let metrics: usize = self.repetitions.iter().map(|one| one.values.len()).sum();
        samples + metrics * 64 + 256
    }
}

/// Something to do on the thread.
pub(crate) type Work = Box<dyn FnOnce(&mut Writer) + Send>;

pub(crate) enum Message {
    /// From a recorder; it has taken `bytes` of the budget.
    Record { run: RunId, batch: EncodedBatch, bytes: usize, handed_over: Instant },
    /// From everybody else, who waits for an answer.
    Work(Work),
    /// Write what waits, and end.
    Stop,
}

/// How long data may wait before they are flushed. A killed program may lose its last second: this,
/// the flush itself, and the time for which the recorder gathered before it handed over.
const FLUSH_INTERVAL: Duration = Duration::from_millis(400);

/// How long a flush waits for who reads the samples. Until it gives up, new readers wait for it, so
/// it must be well below their patience; and this thread does nothing else.
const FLUSH_PATIENCE: Duration = Duration::from_secs(2);

/// When a flush that failed is tried again.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// So much does not wait for its time.
const FLUSH_BYTES: usize = 32 << 20;

/// So much may wait while another program keeps a file busy. Then recorders are told.
const BUSY_BYTES: usize = 64 << 20;

/// The reason of a run whose store was closed while it recorded.
const CLOSED: &str = "the store was closed before the run ended";

/// The writing connections and everything that waits for them.
pub(crate) struct Writer {
    pub(crate) folder: Folder,
    pub(crate) app: Connection,
    /// `None` while the samples are gone.
    pub(crate) samples: Option<Connection>,
    pub(crate) recordings: BTreeMap<RunId, Recording>,
    pub(crate) admissions: Admissions,
    pub(crate) budget: Arc<Budget>,
    pub(crate) flush_due: Option<Instant>,
    pub(crate) waiting_bytes: usize,
    /// Of the budget, what has been taken over and not been given back yet.
    pub(crate) taken_over_bytes: usize,
}

impl Writer {
    /// Runs until [`Message::Stop`], or until nobody can send any more.
    pub(crate) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let message = match self.flush_due {
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => messages.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let mut flow = match message {
                Ok(message) => self.handle(message),
                Err(RecvTimeoutError::Timeout) => ControlFlow::Continue(()),
                Err(RecvTimeoutError::Disconnected) => ControlFlow::Break(()),
            };
            // What queued up meanwhile, during a slow flush for instance, goes along: one flush for
            // all of it, not one for each message.
            for _ in 0..QUEUE_LEN {
                if flow.is_break() || self.waiting_bytes >= FLUSH_BYTES {
                    break;
                }
                let Ok(message) = messages.try_recv() else { break };
                flow = self.handle(message);
            }
            // At once for all of them: each may wake a recorder.
            self.budget.give_back(std::mem::take(&mut self.taken_over_bytes));
            if flow.is_break() {
                break;
            }
            let due = self.flush_due.is_some_and(|due| due <= Instant::now());
            if due || self.waiting_bytes >= FLUSH_BYTES {
                // Kept in the admissions, where each recorder finds it.
                if let Err(error) = self.flush() {
                    tracing::warn!(%error, "could not write what was recorded; trying again");
                }
            }
        }
        self.stop();
    }

    /// Says whether to go on.
    fn handle(&mut self, message: Message) -> ControlFlow<()> {
        match message {
            Message::Record { run, batch, bytes, handed_over } => {
                self.take_over(&run, batch, handed_over);
                self.taken_over_bytes += bytes;
            }
            Message::Work(work) => {
                // A bug in one request is that request's failure: its sender gets no answer.
                if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
                    tracing::error!("a request to the store panicked");
                }
            }
            Message::Stop => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    fn take_over(&mut self, run: &RunId, batch: EncodedBatch, handed_over: Instant) {
        // A run that ended in the meantime takes nothing more.
        let Some(recording) = self.recordings.get_mut(run) else { return };
        for (series, block) in batch.blocks {
            self.waiting_bytes += recording.add_block(series, block);
        }
        for repetition in batch.repetitions {
            recording.add_repetition(repetition);
        }
        self.flush_due.get_or_insert(handed_over + FLUSH_INTERVAL);
    }

    /// Writes everything that waits: the samples in one transaction, then the values in one. What
    /// could not be written goes on waiting, and its recorders are told.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        let samples = self.flush_samples();
        let values = self.flush_values();
        let result = samples.and(values);
        self.flush_due = result.is_err().then(|| Instant::now() + RETRY_INTERVAL);
        let failure = match &result {
            // Somebody else's long write is waited for while there is room.
            Err(StoreError::Busy { .. }) if self.waiting_bytes < BUSY_BYTES => None,
            Err(failure) => Some(failure),
            Ok(()) => None,
        };
        for (run, recording) in &self.recordings {
            let waits = recording.has_samples() || recording.has_values();
            self.admissions.set_failure(run, failure.filter(|_| waits).cloned());
        }
        result
    }

    fn flush_samples(&mut self) -> Result<(), StoreError> {
        if !self.recordings.values().any(Recording::has_samples) {
            return Ok(());
        }
        let path = self.folder.samples();
        let Some(samples) = &mut self.samples else {
            return Err(StoreError::SamplesGone { reason: "no samples file is open".into(), path });
        };
        let written = commit_samples(samples, &self.recordings, FLUSH_PATIENCE).at(&path);
        samples.busy_timeout(BUSY_TIMEOUT).at(&path)?;
        written?;
        for recording in self.recordings.values_mut() {
            let written = recording.samples_written();
            self.waiting_bytes = self.waiting_bytes.saturating_sub(written);
        }
        Ok(())
    }

    fn flush_values(&mut self) -> Result<(), StoreError> {
        if !self.recordings.values().any(Recording::has_values) {
            return Ok(());
        }
        let path = self.folder.app();
        let transaction =
            self.app.transaction_with_behavior(TransactionBehavior::Immediate).at(&path)?;
        for (run, recording) in &self.recordings {
            recording.write_values(&transaction, run).at(&path)?;
        }
        transaction.commit().at(&path)?;
        for recording in self.recordings.values_mut() {
            recording.values_written();
        }
        Ok(())
    }

    /// Forgets a recording and lets go of its lock. What still waited of it is dropped.
    pub(crate) fn forget(&mut self, run: &RunId) {
        if let Some(mut recording) = self.recordings.remove(run) {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(recording.samples_written());
        }
        self.admissions.end(run);
    }

    fn stop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::error!(%error, "closing the store loses what was recorded last");
        }
        let runs: Vec<RunId> = self.recordings.keys().cloned().collect();
        for run in runs {
            let status = RunStatus::Lost;
            let ended = run::finish(&self.app, &run, status, Some(CLOSED), None, Some(now_ms()));
            // The next one who opens the store marks it, because its lock is free then.
            if let Err(error) = ended {
                tracing::warn!(%error, "could not mark a run as lost while closing");
            }
            self.forget(&run);
        }
    }
}

/// Writes what waits of every recording in one transaction.
fn commit_samples(
    samples: &mut Connection,
    recordings: &BTreeMap<RunId, Recording>,
    patience: Duration,
) -> rusqlite::Result<()> {
    samples.busy_timeout(patience)?;
    let transaction = samples.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for recording in recordings.values() {
        recording.write_samples(&transaction)?;
    }
    transaction.commit()
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.budget.close();
    }
}
