//! Documents that could hurt their reader, read by another process.
//!
//! A crafted PDF or archive can crash a parser, make it loop, or have it take all memory. Formats that are
//! unpacked and interpreted are therefore read by a worker: this program started a second time, that takes
//! documents over its standard input and gives back their texts. A worker may take so much memory and so
//! much time; one that takes more, or dies, costs the document that it was reading, and nothing else.
//!
//! Plain text is read where it is: nothing is interpreted there.

mod frame;
mod serve;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use serve::serve;

use super::{DEFAULT_LIMIT_BYTES, Document, office, pdf};
use crate::error::Error;
use worker::{Lost, Worker};

/// What a worker may take for one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space of the worker, in bytes. Kept on Unix.
    pub memory_bytes: u64,
    /// Time from giving it a document to its answer.
    pub time: Duration,
}

impl Default for Limits {
    /// 2 GiB, and somewhat more time than a PDF's own limit.
    fn default() -> Self {
        Self { memory_bytes: 2 << 30, time: Duration::from_secs(140) }
    }
}

/// A worker that has been busy for longer is replaced: what a parser lost on the way goes with it.
const RETIRES: Duration = Duration::from_secs(120);

/// Reads documents, those that could do harm in a process of their own.
#[derive(Debug)]
pub struct Isolated {
    program: PathBuf,
    arguments: Vec<String>,
    limits: Limits,
    idle: Mutex<Vec<Worker>>,
}

impl Isolated {
    /// A reader whose workers are `program` with `arguments`, which calls [`serve`].
    pub fn new(program: PathBuf, arguments: Vec<String>, limits: Limits) -> Self {
        Self { program, arguments, limits, idle: Mutex::default() }
    }

    /// As [`super::load_as`].
    ///
    /// # Errors
    /// As there, and [`Error::Crashed`] where the worker did not survive the document.
    pub fn load_as(&self, path: &Path, name: &str, limit_bytes: u64) -> Result<Document, Error> {
        let bytes = super::bytes_of(path, name, limit_bytes)?;
        self.read(name, &bytes, limit_bytes)
    }

    /// As [`super::load`].
    ///
    /// # Errors
    /// As [`Isolated::load_as`].
    pub fn load(&self, path: &Path) -> Result<Document, Error> {
        self.load_as(path, &super::name_of(path), DEFAULT_LIMIT_BYTES)
    }

    /// As [`super::from_bytes`].
    ///
    /// # Errors
    /// As [`Isolated::load_as`].
    pub fn from_bytes(&self, name: &str, bytes: &[u8]) -> Result<Document, Error> {
        self.read(name, bytes, DEFAULT_LIMIT_BYTES)
    }

    /// Process ids of the workers that wait for work.
    pub fn idle_workers(&self) -> Vec<u32> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).iter().map(Worker::id).collect()
    }

    fn read(&self, name: &str, bytes: &[u8], limit_bytes: u64) -> Result<Document, Error> {
        if bytes.len() as u64 > limit_bytes || !is_risky(bytes) {
            return super::from_bytes_within(name, bytes, limit_bytes);
        }
        let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(worker) = waiting {
            match self.ask(worker, name, bytes, limit_bytes) {
                // It may have died while it waited, of something that is not this document's doing.
                Err(Lost::Died(_)) => {}
                Err(Lost::Slow) => return Err(self.slow(name)),
                Ok(answer) => return answer,
            }
        }
        let worker = Worker::start(&self.program, &self.arguments)
            .map_err(|error| Error::NoReader(format!("{}: {error}", self.program.display())))?;
        match self.ask(worker, name, bytes, limit_bytes) {
            Ok(answer) => answer,
            Err(Lost::Slow) => Err(self.slow(name)),
            Err(Lost::Died(how)) => {
                Err(Error::Crashed { how, limit: self.limits.memory_bytes, name: name.to_owned() })
            }
        }
    }

    fn slow(&self, name: &str) -> Error {
        Error::Slow { name: name.to_owned(), seconds: self.limits.time.as_secs() }
    }

    fn ask(
        &self,
        mut worker: Worker,
        name: &str,
        bytes: &[u8],
        limit_bytes: u64,
    ) -> Result<Result<Document, Error>, Lost> {
        let answer = worker.ask(name, bytes, limit_bytes, self.limits)?;
        if worker.busy() < RETIRES {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
        Ok(answer)
    }
}

/// Whether reading these bytes is more than decoding them.
pub fn is_risky(bytes: &[u8]) -> bool {
    office::is_zip(bytes) || pdf::is_pdf(bytes)
}
