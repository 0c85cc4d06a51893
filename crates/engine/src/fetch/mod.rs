//! Fetches models: files from a public hub, checked before they count as there.
//!
//! What arrives is kept in a `.part` file beside its destination, so that a cancelled or broken
//! fetch goes on where it stopped. A file gets its name only when its checksum is right: for a known model the
//! one that was written down here, so that nothing depends on trusting the hub or the way to it; for any other
//! the one that the hub says (`listing`), so that what arrives is what the hub has.

mod error;
mod hub;
mod known;
mod listing;
mod net;
mod page;
mod part;
#[cfg(test)]
mod played;
mod proxy;
mod repository;
#[cfg(test)]
mod repository_tests;
#[cfg(test)]
mod tests;
mod wanted;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use protocol::{JobId, JobKind, JobOutcome};

use crate::doctor::free_bytes;
use crate::error::EngineError;
use crate::{Engine, jobs};

pub use known::{KNOWN_ENCODERS, KNOWN_MODELS, KnownModel};
pub(crate) use known::{known_encoders, known_scorers};

use error::FetchError;
use hub::Hub;
use known::FileSpec;
use net::Heard;
use part::Part;
use repository::Repository;
use wanted::Wanted;

/// How often a wait looks whether the fetch is cancelled.
const LOOK: Duration = Duration::from_millis(50);
/// Most often that progress is told.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// New bytes after which a failure counts as the first one again.
const GOOD_PROGRESS_BYTES: u64 = 64 << 10;
/// Longest that a hub may ask us to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What can be fetched.
enum What {
    Known(&'static KnownModel),
    Other(Repository),
}

impl What {
    /// By the name a person gives.
    fn named(name: &str) -> Result<What, EngineError> {
        if let Some(model) = known::find(name) {
            return Ok(What::Known(model));
        }
        Repository::parse(name).map(What::Other).ok_or_else(|| {
            let known = KNOWN_MODELS.iter().chain(KNOWN_ENCODERS).map(|model| model.name);
            let scorers = known_scorers().into_iter().map(|(name, _)| name);
            let names: Vec<&str> = known.chain(scorers).collect();
            EngineError::NotFound(format!(
                "there is no model {name:?} to fetch; name one of {}, or one of the hub's, \
                 publisher/name or publisher/name/file.gguf",
                names.join(", ")
            ))
        })
    }
}

/// A model that is whole and on disk.
#[derive(Debug, PartialEq, Eq)]
struct Fetched {
    /// The checkpoint, or the weights.
    model: PathBuf,
    tokenizer: Option<PathBuf>,
    /// What one that reads text is asked for by.
    name: Option<String>,
    /// Files of which the hub says no checksum.
    unchecked: Vec<String>,
}

/// Begins to fetch a model into the models folder.
pub(crate) fn start(engine: &Engine, name: &str) -> Result<JobId, EngineError> {
    let what = What::named(name)?;
    let hub = Hub::from_env(&|name| std::env::var(name).ok())?;
    let folder = engine.settings().models_folder();
    let title = match &what {
        What::Known(model) => model.name.to_owned(),
        What::Other(repository) => repository.to_string(),
    };
    jobs::begin(engine, JobKind::FetchModel, title, move |job| {
        let mut progress = |doing: &str, done, total| job.progress(doing.to_owned(), done, total);
        let mut watch = Watch::new(&job.stop, &mut progress);
        let fetched = match &what {
            What::Known(model) => fetch(model, &folder, &hub, &mut watch)?,
            What::Other(repository) => repository.fetch(&folder, &hub, &mut watch)?,
        };
        Ok(JobOutcome::ModelFetched {
            model: fetched.model.display().to_string(),
            tokenizer: fetched.tokenizer.map(|path| path.display().to_string()),
            name: fetched.name,
            unchecked: fetched.unchecked,
        })
    })
}

/// The checkpoint and the tokenizer of the model called `name`, where all its files are in the models
/// folder and have the right size.
pub fn fetched(models_folder: &Path, name: &str) -> Option<(PathBuf, PathBuf)> {
    let model = known::find(name)?;
    let present = |spec: &FileSpec| {
        let path = models_folder.join(model.name).join(spec.file);
        let right = path.metadata().is_ok_and(|file| file.is_file() && file.len() == spec.bytes);
        right.then_some(path)
    };
    model.others.iter().try_for_each(|file| present(file).map(drop))?;
    Some((present(&model.model)?, present(&model.tokenizer)?))
}

/// How a fetch is followed and stopped.
pub(crate) struct Watch<'a> {
    stop: &'a AtomicBool,
    /// What goes on, bytes done, bytes in all.
    progress: &'a mut dyn FnMut(&str, u64, u64),
    /// Bytes of the files before this one.
    before: u64,
    total: u64,
    told: Option<Instant>,
}

impl<'a> Watch<'a> {
    fn new(stop: &'a AtomicBool, progress: &'a mut dyn FnMut(&str, u64, u64)) -> Self {
        Watch { stop, progress, before: 0, total: 0, told: None }
    }

    fn tell(&mut self, doing: &str, done: u64) {
        if self.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            (self.progress)(doing, self.before + done, self.total);
            self.told = Some(Instant::now());
        }
    }

    fn finished(&mut self, bytes: u64) {
        self.before += bytes;
        (self.progress)("fetching", self.before, self.total);
    }

    fn check(&self) -> Result<(), FetchError> {
        if self.stop.load(Ordering::Relaxed) { Err(FetchError::Cancelled) } else { Ok(()) }
    }

    /// What is heard next of a request. Silence that lasts, and an end without a word, are failures that pass.
    fn hear(&self, heard: &Receiver<Heard>, hub: &Hub) -> Result<Heard, FetchError> {
        let began = Instant::now();
        let why = loop {
            self.check()?;
            match heard.recv_timeout(LOOK) {
                Ok(next) => return Ok(next),
                Err(RecvTimeoutError::Timeout) if began.elapsed() < hub.pace.silence() => {}
                Err(RecvTimeoutError::Timeout) => break "nothing came for too long",
                Err(RecvTimeoutError::Disconnected) => break "the connection ended",
            }
        };
        Ok(Heard::Failed { why: why.to_owned(), passing: true })
    }

    /// Waits before another attempt, after so many failures: as long as the hub `asked` for, where it did.
    fn back_off(
        &self,
        hub: &Hub,
        failures: u32,
        asked: Option<Duration>,
    ) -> Result<(), FetchError> {
        let wait = hub.pace.backoff * 2u32.saturating_pow(failures - 1);
        let until = Instant::now() + asked.unwrap_or(wait).min(LONGEST_WAIT);
        loop {
            self.check()?;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(LOOK));
        }
    }
}

/// Fetches what of a known model is not there yet.
fn fetch(
    model: &KnownModel,
    models_folder: &Path,
    hub: &Hub,
    watch: &mut Watch<'_>,
) -> Result<Fetched, FetchError> {
    let folder = models_folder.join(model.name);
    let files = model.others.iter().chain([&model.model, &model.tokenizer]);
    let wanted: Vec<Wanted> = files.map(Wanted::from).collect();
    fetch_all(&wanted, &folder, hub, watch)?;
    let reads = KNOWN_ENCODERS.iter().any(|encoder| encoder.name == model.name);
    Ok(Fetched {
        model: folder.join(model.model.file),
        tokenizer: Some(folder.join(model.tokenizer.file)),
        name: reads.then(|| model.name.to_owned()),
        unchecked: Vec::new(),
    })
}

/// Fetches what is not there yet into `folder`, file by file, and gives their paths.
fn fetch_all(
    wanted: &[Wanted],
    folder: &Path,
    hub: &Hub,
    watch: &mut Watch<'_>,
) -> Result<Vec<PathBuf>, FetchError> {
    watch.total = sum(wanted.iter().map(|wanted| wanted.bytes));
    room(wanted, folder)?;
    wanted.iter().map(|wanted| fetch_file(wanted, folder, hub, watch)).collect()
}

/// A hub may say any lengths.
fn sum(lengths: impl Iterator<Item = u64>) -> u64 {
    lengths.fold(0, u64::saturating_add)
}

/// Whether the disk has room for what is still to come.
fn room(wanted: &[Wanted], folder: &Path) -> Result<(), FetchError> {
    let length = |path: &Path| path.metadata().map_or(0, |file| file.len());
    let missing = |wanted: &Wanted| {
        let target = folder.join(&wanted.file);
        // What is there in another version stays until the new one is whole.
        let there = if length(&target) == wanted.bytes { wanted.bytes } else { 0 };
        wanted.bytes.saturating_sub(there.max(length(&part::beside(&target, ".part"))))
    };
    let missing = sum(wanted.iter().map(missing));
    match free_bytes(folder) {
        // A disk that says it has none at all is asked by writing.
        Some(free) if free > 0 && free < missing => {
            let path = folder.to_path_buf();
            Err(FetchError::NoRoom { missing_bytes: missing - free, path })
        }
        _ => Ok(()),
    }
}

fn fetch_file(
    wanted: &Wanted,
    folder: &Path,
    hub: &Hub,
    watch: &mut Watch<'_>,
) -> Result<PathBuf, FetchError> {
    let target = folder.join(&wanted.file);
    let within = target.parent().unwrap_or(folder);
    std::fs::create_dir_all(within).map_err(|error| FetchError::written(error, within, 0))?;
    if is_there(wanted, &target, watch)? {
        watch.finished(wanted.bytes);
        return Ok(target);
    }
    let mut part = Part::open(&target)?;
    if part.len() > wanted.bytes {
        part.restart()?;
    }
    if let Err(error) = fill(&mut part, wanted, hub, watch) {
        if part.len() == 0
            && let Err(left) = part.remove()
        {
            tracing::debug!(%left, "an empty part stays");
        }
        return Err(error);
    }
    watch.tell("checking", wanted.bytes);
    part.finish(wanted, &target, watch)?;
    watch.finished(wanted.bytes);
    Ok(target)
}

/// Whether this can be one part of a model's name on the hub, and so no way out of a folder.
fn is_name(part: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !part.is_empty() && !part.starts_with('.') && part.chars().all(fine)
}

/// Asks until the part is as long as the file.
fn fill(
    part: &mut Part,
    wanted: &Wanted,
    hub: &Hub,
    watch: &mut Watch<'_>,
) -> Result<(), FetchError> {
    let mut failures = 0;
    let mut answered = false;
    let mut good_len = part.len();
    while part.len() < wanted.bytes {
        watch.check()?;
        let Err(setback) = attempt(wanted, hub, part, watch)? else { continue };
        answered |= setback.answered;
        failures = if part.len() >= good_len + GOOD_PROGRESS_BYTES { 1 } else { failures + 1 };
        good_len = good_len.max(part.len());
        if failures >= hub.pace.attempts || !(answered || setback.passing) {
            let url = hub.url(&wanted.url_path);
            return Err(FetchError::unreachable(&setback.why, url, part.target().to_path_buf()));
        }
        tracing::info!(why = setback.why, "the fetch of a model had a setback and goes on");
        watch.back_off(hub, failures, setback.wait)?;
    }
    Ok(())
}

/// Why an attempt got no further, where another one may.
struct Setback {
    why: String,
    /// Whether the hub answered at all.
    answered: bool,
    /// Whether this kind of trouble passes.
    passing: bool,
    /// How long the hub asks us to wait.
    wait: Option<Duration>,
}

/// Whether it was already fetched: the right size and the right bytes.
fn is_there(wanted: &Wanted, target: &Path, watch: &Watch<'_>) -> Result<bool, FetchError> {
    let Ok(mut file) = File::open(target) else { return Ok(false) };
    if !file.metadata().is_ok_and(|file| file.is_file() && file.len() == wanted.bytes) {
        return Ok(false);
    }
    match wanted.sum.fits(&mut file, wanted.bytes, target, watch) {
        Ok(fits) => Ok(fits),
        Err(FetchError::Cancelled) => Err(FetchError::Cancelled),
        Err(_) => Ok(false),
    }
}

/// Asks once for what is missing and appends what comes. The outer error ends the fetch, the inner
/// one this attempt.
fn attempt(
    wanted: &Wanted,
    hub: &Hub,
    part: &mut Part,
    watch: &mut Watch<'_>,
) -> Result<Result<(), Setback>, FetchError> {
    let doing = format!("fetching {}", wanted.file);
    watch.tell(&doing, part.len());
    let heard = net::ask(hub, &hub.url(&wanted.url_path), part.len(), part.etag())?;
    let mut answered = false;
    loop {
        match watch.hear(&heard, hub)? {
            Heard::Answer(answer) => {
                answered = true;
                if let Err(setback) = begin(&answer, wanted, hub, part)? {
                    return Ok(Err(setback));
                }
            }
            Heard::Bytes(bytes) => {
                if part.len() + bytes.len() as u64 > wanted.bytes {
                    part.remove()?;
                    return Err(FetchError::OtherSize {
                        found: None,
                        expected: wanted.bytes,
                        url: hub.url(&wanted.url_path),
                    });
                }
                part.append(&bytes, wanted.bytes)?;
                watch.tell(&doing, part.len());
            }
            Heard::End if part.len() == wanted.bytes => return Ok(Ok(())),
            Heard::End => {
                let why = "the connection ended before the file did".to_owned();
                return Ok(Err(Setback { why, answered, passing: true, wait: None }));
            }
            Heard::Failed { why, passing } => {
                return Ok(Err(Setback { why, answered, passing, wait: None }));
            }
            Heard::BadAddress(detail) => {
                return Err(FetchError::BadAddress { detail, base: hub.base().to_owned() });
            }
        }
    }
}

/// What an answer's head means for the part: go on, start over, or come back later.
fn begin(
    answer: &net::Answer,
    wanted: &Wanted,
    hub: &Hub,
    part: &mut Part,
) -> Result<Result<(), Setback>, FetchError> {
    let later = |why: String, wait| Setback { why, answered: true, passing: true, wait };
    let other_size = |found| FetchError::OtherSize {
        found: Some(found),
        expected: wanted.bytes,
        url: hub.url(&wanted.url_path),
    };
    match answer.status {
        206 => {
            let right = answer.range.is_some_and(|range| range.start == part.len());
            let total = answer.range.and_then(|range| range.total);
            if !right || total.is_some_and(|total| total != wanted.bytes) {
                part.restart()?;
                let why = "the hub sent another piece than the one asked for".to_owned();
                return Ok(Err(later(why, None)));
            }
            Ok(Ok(()))
        }
        200 => {
            // It ignores ranges, or its file is not the one we have a part of.
            part.restart()?;
            match answer.length {
                Some(length) if length != wanted.bytes => Err(other_size(length)),
                _ => {
                    part.remember(answer.etag.as_deref())?;
                    Ok(Ok(()))
                }
            }
        }
        416 if part.len() > 0 => {
            part.restart()?;
            Ok(Err(later("the hub's file ends before our part of it does".to_owned(), None)))
        }
        status @ (408 | 425 | 429 | 500..=599) => {
            Ok(Err(later(format!("the hub answered {status}"), answer.retry_after)))
        }
        407 => Err(FetchError::unreachable(
            "the proxy wants a name and a password",
            hub.url(&wanted.url_path),
            part.target().to_path_buf(),
        )),
        status => Err(FetchError::Absent {
            status,
            url: hub.url(&wanted.url_path),
            path: part.target().to_path_buf(),
        }),
    }
}
