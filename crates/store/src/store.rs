//! The door: opening a store, asking its thread, and closing it.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::admission::Admissions;
use crate::budget::Budget;
use crate::clock::{DAY_MS, now_ms};
use crate::connection;
use crate::error::{At, Doing, StoreError};
use crate::folder::Folder;
use crate::lost;
use crate::schema::{APP_FILE, SAMPLES_FILE};
use crate::table::{chunk, run, series};
use crate::writer::{Message, Writer};

/// What a store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Reading and writing; makes the store if there is none.
    ReadWrite,
    /// Only reading; changes no file, and works in a folder that may not be written.
    ReadOnly,
}

/// How the bulky file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SamplesState {
    /// As it should be.
    Present,
    /// There is none. [`Store::recreate_samples`] makes a new one.
    Missing,
    /// It cannot be used. [`Store::recreate_samples`] puts it aside and makes a new one.
    Damaged {
        /// What is wrong with it.
        detail: String,
    },
}

/// How long a deleted run can be undeleted.
const KEEP_DELETED_MS: i64 = 30 * DAY_MS;

/// Messages that may wait for the thread: so many that chunks of a few KiB fill [`QUEUE_BYTES`].
pub(crate) const QUEUE_LEN: usize = 4096;

/// Bytes of samples that may wait for the thread: as much as one flush, which queues up while the
/// one before is on its way to the disk.
const QUEUE_BYTES: usize = 32 << 20;

/// Reading connections that are kept open.
const KEPT_READERS: usize = 4;

/// A store that is open. Clones share it; the last one to go closes it.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: Folder,
    writing: Option<Writing>,
    samples: Mutex<SamplesState>,
    /// Raised when the samples file is another one, so that readers of the old one are dropped.
    generation: AtomicU64,
    readers: Mutex<Vec<Reader>>,
    // Held for its lock: nobody restores a backup under an open store.
    _use_lock: Option<File>,
}

#[derive(Debug)]
struct Writing {
    messages: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    admissions: Admissions,
    budget: Arc<Budget>,
}

/// A pair of reading connections; the second is opened when it is needed.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) folder: Folder,
    pub(crate) app: Connection,
    /// Opened when it is needed; see [`open_samples`].
    pub(crate) samples: Option<Connection>,
    generation: u64,
}

/// The connection to the samples, opened when it is first needed.
pub(crate) fn open_samples<'a>(
    samples: &'a mut Option<Connection>,
    path: &Path,
) -> Result<&'a Connection, StoreError> {
    match samples {
        Some(samples) => Ok(samples),
        none => Ok(none.insert(connection::open_to_read(path, SAMPLES_FILE)?)),
    }
}

impl Reader {
    /// The connection to the samples.
    pub(crate) fn samples(&mut self) -> Result<&Connection, StoreError> {
        open_samples(&mut self.samples, &self.folder.samples())
    }
}

impl Store {
    /// Opens the store in `folder`.
    ///
    /// For writing, this makes the store if there is none, brings an older one up to date after a
    /// copy of `app.sqlite` into `backups/`, marks runs whose recorder vanished as lost, and purges
    /// what was deleted more than 30 days ago. A lost or damaged samples file does not keep it from
    /// opening; see [`Store::samples_state`].
    pub fn open(folder: &Path, mode: OpenMode) -> Result<Self, StoreError> {
        let folder = Folder::new(folder);
        match mode {
            OpenMode::ReadWrite => Self::open_to_write(folder),
            OpenMode::ReadOnly => Self::open_to_read(folder),
        }
    }

    fn open_to_read(folder: Folder) -> Result<Self, StoreError> {
        if !folder.app().exists() {
            return Err(if folder.samples().exists() {
                StoreError::AppMissing { path: folder.app() }
            } else {
                StoreError::NoStore { path: folder.root }
            });
        }
        let use_lock = match File::open(folder.use_lock()) {
            Ok(file) => Some(share(file, &folder)?),
            Err(_) => None,
        };
        let app = connection::open_to_read(&folder.app(), APP_FILE)?;
        let reader = Reader { folder: folder.clone(), app, samples: None, generation: 0 };
        let samples = samples_state(&folder, OpenMode::ReadOnly, |path| {
            connection::open_to_read(path, SAMPLES_FILE)
        })?
        .0;
        Ok(Self::new(folder, None, samples, vec![reader], use_lock))
    }

    fn open_to_write(folder: Folder) -> Result<Self, StoreError> {
        fs::create_dir_all(&folder.root).doing("make the store's folder", &folder.root)?;
        let use_lock = share(lock_file(&folder.use_lock())?, &folder)?;
        // One program at a time creates, migrates, and looks for what others left behind.
        let open_lock = lock_file(&folder.open_lock())?;
        open_lock.lock().doing("take the store's lock", &folder.open_lock())?;

        let mut app = open_app(&folder)?;
        let (state, samples) = open_samples_to_write(&folder, &app)?;
        let lost = lost::find(&folder, &app)?;
        lost::mark(&folder, &mut app, &lost)?;
        purge(&folder, &mut app, samples.as_ref())?;
        drop(open_lock);

        let admissions = Admissions::default();
        let budget = Arc::new(Budget::new(QUEUE_BYTES));
        let writer = Writer {
            folder: folder.clone(),
            app,
            samples,
            recordings: Default::default(),
            admissions: admissions.clone(),
            budget: Arc::clone(&budget),
            flush_due: None,
            waiting_bytes: 0,
            taken_over_bytes: 0,
        };
        let (messages, inbox) = sync_channel(QUEUE_LEN);
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run(&inbox))
            .doing("start the store's thread", &folder.root)?;
        let thread = Mutex::new(Some(thread));
        let writing = Writing { messages, thread, admissions, budget };
        Ok(Self::new(folder, Some(writing), state, Vec::new(), Some(use_lock)))
    }

    fn new(
        folder: Folder,
        writing: Option<Writing>,
        samples: SamplesState,
        readers: Vec<Reader>,
        use_lock: Option<File>,
    ) -> Self {
        let inner = Inner {
            folder,
            writing,
            samples: Mutex::new(samples),
            generation: AtomicU64::new(0),
            readers: Mutex::new(readers),
            _use_lock: use_lock,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        &self.inner.folder.root
    }

    /// What the store was opened for.
    pub fn mode(&self) -> OpenMode {
        if self.inner.writing.is_some() { OpenMode::ReadWrite } else { OpenMode::ReadOnly }
    }

    /// How the bulky file was when the store was opened, or since it was recreated.
    pub fn samples_state(&self) -> SamplesState {
        self.inner.samples.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a new, empty samples file. The old one, if there is one, gets a name with the time in
    /// it and stays. Gives its new name.
    pub fn recreate_samples(&self) -> Result<Option<PathBuf>, StoreError> {
        let aside = self.ask(|writer| {
            writer.samples = None;
            let aside = put_aside(&writer.folder.samples(), "samples")?;
            writer.samples = Some(connection::create(&writer.folder.samples(), SAMPLES_FILE)?);
            Ok(aside)
        })?;
        self.inner.generation.fetch_add(1, Ordering::AcqRel);
        *self.inner.samples.lock().unwrap_or_else(PoisonError::into_inner) = SamplesState::Present;
        Ok(aside)
    }

    /// Writes what waits and ends the store's thread. Runs that are still recording become lost.
    /// Other clones find the store closed for writing.
    pub fn close(self) -> Result<(), StoreError> {
        let Some(writing) = &self.inner.writing else { return Ok(()) };
        let flushed = self.ask(Writer::flush);
        self.inner.drop_readers();
        writing.stop();
        flushed
    }

    pub(crate) fn folder_names(&self) -> &Folder {
        &self.inner.folder
    }

    /// Why samples cannot be used now, if they cannot.
    pub(crate) fn require_samples(&self) -> Result<(), StoreError> {
        let reason = match self.samples_state() {
            SamplesState::Present => return Ok(()),
            SamplesState::Missing => "the file is missing".to_owned(),
            SamplesState::Damaged { detail } => detail,
        };
        Err(StoreError::SamplesGone { reason, path: self.inner.folder.samples() })
    }

    /// Does something on the store's thread and waits for the answer.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let writing = self.writing()?;
        let (answer, answered) = sync_channel(1);
        let work = Box::new(move |writer: &mut Writer| {
            // Nobody listens any more: then nobody misses the answer.
            drop(answer.send(work(writer)));
        });
        writing.messages.send(Message::Work(work)).map_err(|_| StoreError::Closed)?;
        answered.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Sends something to the store's thread and does not wait.
    pub(crate) fn send(&self, message: Message) -> Result<(), StoreError> {
        self.writing()?.messages.send(message).map_err(|_| StoreError::Closed)
    }

    /// The bound on what is sent.
    pub(crate) fn budget(&self) -> Result<&Budget, StoreError> {
        Ok(&self.writing()?.budget)
    }

    /// What recorders may send.
    pub(crate) fn admissions(&self) -> Result<&Admissions, StoreError> {
        Ok(&self.writing()?.admissions)
    }

    fn writing(&self) -> Result<&Writing, StoreError> {
        self.inner
            .writing
            .as_ref()
            .ok_or_else(|| StoreError::ReadOnly { path: self.inner.folder.root.clone() })
    }

    /// Reads on a connection that nobody else uses meanwhile.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&mut Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let generation = self.inner.generation.load(Ordering::Acquire);
        let kept = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match kept.filter(|reader| reader.generation == generation) {
            Some(reader) => reader,
            None => Reader {
                folder: self.inner.folder.clone(),
                app: connection::open_to_read(&self.inner.folder.app(), APP_FILE)?,
                samples: None,
                generation,
            },
        };
        let result = read(&mut reader);
        let mut kept = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT_READERS {
            kept.push(reader);
        }
        result
    }
}

impl Writing {
    fn stop(&self) {
        // It may have ended already.
        drop(self.messages.send(Message::Stop));
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's thread panicked");
        }
    }
}

impl Inner {
    /// The writer is to be the last to close, because only it can fold the logs into the files.
    fn drop_readers(&self) {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.drop_readers();
        if let Some(writing) = &self.writing {
            writing.stop();
        }
    }
}

pub(crate) fn lock_file(path: &Path) -> Result<File, StoreError> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .doing("open the store's lock", path)
}

/// Takes the lock that says "somebody uses this store".
fn share(file: File, folder: &Folder) -> Result<File, StoreError> {
    match file.try_lock_shared() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: folder.root.clone() }),
        Err(TryLockError::Error(error)) => {
            Err(StoreError::from_io(&error, "take the store's lock", &folder.use_lock()))
        }
    }
}

fn open_app(folder: &Folder) -> Result<Connection, StoreError> {
    let path = folder.app();
    if path.exists() {
        connection::open(&path, APP_FILE, Some(&folder.backups()))
    } else if folder.samples().exists() {
        Err(StoreError::AppMissing { path })
    } else {
        connection::create(&path, APP_FILE)
    }
}

fn open_samples_to_write(
    folder: &Folder,
    app: &Connection,
) -> Result<(SamplesState, Option<Connection>), StoreError> {
    let path = folder.samples();
    // No run has signals: the store is new, or was never finished being made.
    if !path.exists() && series::all(app).at(&folder.app())?.is_empty() {
        return Ok((SamplesState::Present, Some(connection::create(&path, SAMPLES_FILE)?)));
    }
    samples_state(folder, OpenMode::ReadWrite, |path| connection::open(path, SAMPLES_FILE, None))
}

fn samples_state(
    folder: &Folder,
    open_for: OpenMode,
    open: impl FnOnce(&Path) -> Result<Connection, StoreError>,
) -> Result<(SamplesState, Option<Connection>), StoreError> {
    let path = folder.samples();
    if !path.exists() {
        return Ok((SamplesState::Missing, None));
    }
    match open(&path) {
        Ok(connection) => Ok((SamplesState::Present, Some(connection))),
        Err(StoreError::Damaged { detail, .. }) => Ok((SamplesState::Damaged { detail }, None)),
        Err(StoreError::Foreign { .. }) => {
            let detail = "it belongs to another program".to_owned();
            Ok((SamplesState::Damaged { detail }, None))
        }
        // Read alone, and a write that was cut off waits to be rolled back. The runs can be read.
        Err(StoreError::ReadOnly { .. }) if open_for == OpenMode::ReadOnly => {
            let detail = "a write to it was cut off; open the store once where it may be written, \
                          which rolls that back"
                .to_owned();
            Ok((SamplesState::Damaged { detail }, None))
        }
        Err(other) => Err(other),
    }
}

/// Gives a database file and its side files a name with the time in it. Gives the new name.
pub(crate) fn put_aside(path: &Path, stem: &str) -> Result<Option<PathBuf>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let aside = path.with_file_name(format!("{stem}-{}.sqlite", now_ms()));
    if aside.exists() {
        return Err(StoreError::Exists { path: aside });
    }
    let pairs = crate::folder::side_files(path).into_iter().zip(crate::folder::side_files(&aside));
    // The log first: a file that has lost its log is worse than a log that has lost its file.
    for (from, to) in pairs.filter(|(from, _)| from.exists()) {
        fs::rename(&from, &to).doing("put the old file aside", &from)?;
    }
    fs::rename(path, &aside).doing("put the old file aside", path)?;
    Ok(Some(aside))
}

/// Removes what was deleted long ago: samples first, so that a run never lacks them by accident.
fn purge(
    folder: &Folder,
    app: &mut Connection,
    samples: Option<&Connection>,
) -> Result<(), StoreError> {
    let path = folder.app();
    for id in run::deleted_before(app, now_ms() - KEEP_DELETED_MS).at(&path)? {
        if let Some(samples) = samples {
            for series in series::of_run(app, &id).at(&path)? {
                chunk::remove(samples, series.id).at(&folder.samples())?;
            }
        }
        run::purge(app, &id).at(&path)?;
    }
    Ok(())
}
