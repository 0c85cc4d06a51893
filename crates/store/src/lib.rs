//! The SQLite world of Benchvise: every run that was ever recorded, its repetitions, measurements
//! and samples, and the documents that were compressed for it.
//!
//! A [`Store`] is a folder with two files. `app.sqlite` is small and precious: runs, tags, notes,
//! values, documents, fits. `samples.sqlite` is bulky and disposable: the raw signals of the runs.
//! When the second one is lost the first still opens and says so ([`SamplesState`]).
//!
//! One thread named `store` owns the one writing connection of each file; every change goes to it
//! over a bounded channel. Reads use connections of their own; those of samples may wait for a
//! commit. Several programs may use one store at the same time.
//!
//! `app.sqlite` keeps a write-ahead log: many small changes. `samples.sqlite` keeps a rollback
//! journal: what is only appended is written once, where a log would write it twice.
//!
//! The main types are [`Store`] (the door), [`NewRun`] and [`Run`] (one recorded measurement),
//! [`Batch`] (what a recorder hands over), [`Selector`](Store::resolve) texts such as `latest~2`,
//! and [`StoreError`].
//!
//! # What survives what
//!
//! * A killed program: everything but its last second, in both files. What is handed over is
//!   flushed 400 ms later; the rest of the second is for the flush itself. The run it recorded becomes
//!   [`RunStatus::Lost`] the next time anybody opens or lists the store.
//! * A power failure: the same. Both files commit with `synchronous=FULL`, so a flush that returned
//!   is on the disk. Samples are committed before the repetitions they belong to.
//! * A kill in the middle of a write: the next one who opens the store for writing rolls that write
//!   back. Who opens it for reading before that sees the runs and is told why there are no samples.
//! * A long look at the samples (a backup, a check, a long read): their flush waits for it, two
//!   seconds at a time, and then tries again every second. So long more than the last second may be
//!   lost by a kill, and past 64 MiB recorders are told [`StoreError::Busy`].
//! * More than the disk takes: up to 32 MiB wait in memory before a recorder has to wait, and are
//!   lost by a kill. A disk that writes 100 MiB/s falls a second behind only beyond that.
//! * A full disk: the flush fails as [`StoreError::DiskFull`], nothing is half written, and what is
//!   buffered is tried again every second.
//!
//! # Numbers
//!
//! Times are `i64` milliseconds UTC. A number that is not finite is missing: it becomes NULL at the
//! border and is `None`, or absent from a map, when read. Inside a block of samples, where there is
//! no NULL, a gap is the one NaN value.
//!
//! ```
//! use store::{Batch, NewRun, OpenMode, Repetition, RunFilter, RunStatus, Page, Store};
//!
//! # fn main() -> Result<(), store::StoreError> {
//! # let folder = tempfile::tempdir().unwrap();
//! let store = Store::open(folder.path(), OpenMode::ReadWrite)?;
//! let run = store.begin_run(NewRun { model_name: "tiny".into(), ..NewRun::default() })?;
//! let mut repetition = Repetition::new(0);
//! repetition.values.insert("tokens_per_s".into(), 41.5);
//! store.record(&run, Batch { repetitions: vec![repetition], chunks: vec![] })?;
//! store.finish_run(&run, RunStatus::Complete, None, Some("once upon a time"), &[])?;
//!
//! let page = store.list_runs(&RunFilter::default(), Page::default())?;
//! assert_eq!(page.runs[0].id, run);
//! assert_eq!(store.resolve("latest")?, vec![run]);
//! # Ok(())
//! # }
//! ```

mod admission;
mod backup;
mod budget;
mod bundle;
mod check;
mod clock;
mod connection;
mod copy;
mod error;
mod folder;
mod id;
mod label;
mod library;
mod lost;
mod migrate;
mod read;
mod record;
mod recording;
mod schema;
mod selector;
mod store;
mod table;
mod usage;
mod writer;

pub use backup::{BackupReport, RestoreReport};
pub use bundle::{ExportReport, ImportReport};
pub use check::{CheckReport, Finding, Severity};
pub use clock::now_ms;
pub use error::StoreError;
pub use id::{CompressionId, FitId, RunId, SeriesId};
pub use read::MAX_READ_SAMPLES;
pub use store::{OpenMode, SamplesState, Store};
pub use table::chunk::{Chunk, SampleEncoding, Samples};
pub use table::compression::{Compression, NewCompression};
pub use table::document::Document;
pub use table::fit::{Fit, NewFit};
pub use table::measurement::Measurement;
pub use table::repetition::{Repetition, RepetitionStatus};
pub use table::run::{NewRun, Run, RunKind, RunStatus};
pub use table::run_list::{Deleted, Page, RunFilter, RunPage};
pub use table::series::{NewSeries, Series};
pub use usage::{RunUsage, Usage};
pub use writer::Batch;
