//! Documents that could hurt their reader, read by another process.
//!
//! A crafted PDF or archive can crash a parser, make it loop, or have it take all memory. What is more than
//! decoded is therefore read by a worker: this program started a second time, that takes documents over its
//! standard input and gives back their texts, or what came of a task that was given with them. A worker may
//! take so much memory and so much time; one that takes more, or dies, costs the document that it was at, and
//! nothing else.
//!
//! Small documents go many at a time. Where a worker dies of one of them, those without an answer are given to
//! another one by one, so that only the document that is to blame is lost.
//!
//! Plain text that comes by itself is read where it is: nothing is interpreted there.

mod frame;
mod serve;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use serve::serve;

use super::{DEFAULT_LIMIT_BYTES, Document, html, office, pdf};
use crate::error::Error;
use frame::Answer;
use worker::{Asked, Lost, Worker};

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
/// How long the first of several documents is waited for, before they are given one by one.
const SEVERAL: Duration = Duration::from_secs(30);

/// Which documents are read by a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Those that are interpreted.
    Risky,
    All,
}

/// Reads documents, those that could do harm in a process of their own.
#[derive(Debug, Clone)]
pub struct Isolated {
    program: PathBuf,
    arguments: Vec<String>,
    limits: Limits,
    which: Which,
    idle: Arc<Mutex<Vec<Worker>>>,
}

impl Isolated {
    /// A reader whose workers are `program` with `arguments`, which calls [`serve`].
    pub fn new(program: PathBuf, arguments: Vec<String>, limits: Limits) -> Self {
        Self { program, arguments, limits, which: Which::Risky, idle: Arc::default() }
    }

    /// The same with the same workers, but for plain text too.
    #[must_use]
    pub fn for_all(&self) -> Self {
        Self { which: Which::All, ..self.clone() }
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
        self.idle().iter().map(Worker::id).collect()
    }

    /// Ends the workers that wait for work.
    pub fn rest(&self) {
        let idle = std::mem::take(&mut *self.idle());
        drop(idle);
    }

    /// Has `task` done with each document by the worker's own words, and `heard` what came of each, by its place
    /// among them: the worker's answer, or [`Error::Crashed`] and [`Error::Slow`] where there is none. Each may
    /// take what `limits` say. With `stop` the worker is ended, and those that are left are heard of no more.
    ///
    /// # Errors
    /// [`Error::NoReader`] where no worker can be started; some may have been heard of.
    pub fn each(
        &self,
        task: &[u8],
        documents: &[(&str, &[u8])],
        limits: Limits,
        stop: &AtomicBool,
        heard: &mut dyn FnMut(usize, Result<Vec<u8>, Error>),
    ) -> Result<(), Error> {
        let asked = Asked { task, limit_bytes: DEFAULT_LIMIT_BYTES, limits, documents };
        self.have(asked, stop, heard)
    }

    fn have(
        &self,
        asked: Asked<'_>,
        stop: &AtomicBool,
        heard: &mut dyn FnMut(usize, Result<Vec<u8>, Error>),
    ) -> Result<(), Error> {
        let Asked { limits, documents, .. } = asked;
        let (mut at, mut one_by_one) = (0, false);
        // One that is known to live, and whether one that waited did not.
        let (mut held, mut disappointed) = (None, false);
        while let Some((name, _)) = documents.get(at) {
            let most = if one_by_one { 1 } else { frame::MOST };
            let end = documents.len().min(at + most);
            let waiting = || if disappointed { None } else { self.idle().pop() };
            let known = held.take().map(|held| (held, true));
            let (mut worker, trusted) = match known.or_else(|| Some((waiting()?, false))) {
                Some(worker) => worker,
                None => (self.start()?, true),
            };
            let several = end - at > 1;
            let time = if several { limits.time.min(SEVERAL) } else { limits.time };
            let part = Asked {
                limits: Limits { time, ..limits },
                documents: documents.get(at..end).unwrap_or_default(),
                ..asked
            };
            let before = at;
            let ended = worker.ask(part, stop, &mut |answer| {
                heard(at, Ok(answer));
                at += 1;
            });
            match ended {
                Ok(()) => held = Some(worker),
                Err(Lost::Unwanted) => return Ok(()),
                // It may have died while it waited, of something that is not this document's doing.
                Err(Lost::Died(_)) if !trusted && at == before => disappointed = true,
                Err(_) if several => one_by_one = true,
                Err(lost) => {
                    heard(at, Err(lost_of(lost, name, limits)));
                    at += 1;
                }
            }
        }
        if let Some(worker) = held.filter(|worker| worker.busy() < RETIRES) {
            self.idle().push(worker);
        }
        Ok(())
    }

    fn read(&self, name: &str, bytes: &[u8], limit_bytes: u64) -> Result<Document, Error> {
        let here = self.which == Which::Risky && !is_interpreted(name, bytes);
        if bytes.len() as u64 > limit_bytes || here {
            return super::from_bytes_within(name, bytes, limit_bytes);
        }
        let never = AtomicBool::new(false);
        let mut read = Err(Error::NoReader("it said nothing".into()));
        let documents = [(name, bytes)];
        let asked = Asked { task: &[], limit_bytes, limits: self.limits, documents: &documents };
        self.have(asked, &never, &mut |_, answer| {
            read = answer.and_then(|answer| match serde_json::from_slice(&answer) {
                Ok(Answer::Read(document)) => Ok(document),
                Ok(Answer::Failed(words)) => Err(Error::Told(words)),
                Err(error) => {
                    let lost = Lost::Died(format!("it spoke nonsense: {error}"));
                    Err(lost_of(lost, name, self.limits))
                }
            });
        })?;
        read
    }

    fn start(&self) -> Result<Worker, Error> {
        Worker::start(&self.program, &self.arguments)
            .map_err(|error| Error::NoReader(format!("{}: {error}", self.program.display())))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost_of(lost: Lost, name: &str, limits: Limits) -> Error {
    let name = name.to_owned();
    match lost {
        Lost::Died(how) => Error::Crashed { how, limit: limits.memory_bytes, name },
        Lost::Slow | Lost::Unwanted => Error::Slow { name, seconds: limits.time.as_secs() },
    }
}

/// Whether reading these bytes is to unpack them.
pub fn is_risky(bytes: &[u8]) -> bool {
    office::is_zip(bytes) || pdf::is_pdf(bytes)
}

/// Whether reading these bytes is more than decoding them: they are unpacked, or are a page, or JSON, which may
/// be an exported conversation.
pub fn is_interpreted(name: &str, bytes: &[u8]) -> bool {
    let json = || matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    is_risky(bytes) || html::is_page(name, bytes) || json()
}
