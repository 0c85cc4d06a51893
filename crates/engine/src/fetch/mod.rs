//! Fetches a known model: files from a public hub, checked before they count as there.
//!
//! What arrives is kept in a `.part` file beside its destination, so that a cancelled or broken
//! fetch goes on where it stopped. A file gets its name only when its SHA-256 is the one that was
//! written down here, so nothing depends on trusting the hub or the way to it.

mod error;
mod hub;
mod known;
mod net;
mod part;
mod proxy;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use protocol::{JobId, JobKind, JobOutcome};

use crate::error::EngineError;
use crate::{Engine, jobs};

pub use known::{KNOWN_ENCODERS, KNOWN_MODELS, KnownModel};

use error::FetchError;
use hub::Hub;
use known::FileSpec;
use net::Heard;
use part::Part;

/// How often a wait looks whether the fetch is cancelled.
const LOOK: Duration = Duration::from_millis(50);
/// Most often that progress is told.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// New bytes after which a failure counts as the first one again.
const GOOD_PROGRESS_BYTES: u64 = 64 << 10;
/// Longest that a hub may ask us to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Begins to fetch the model called `name` into the models folder.
pub(crate) fn start(engine: &Engine, name: &str) -> Result<JobId, EngineError> {
    let model = known::find(name).ok_or_else(|| {
        let known = KNOWN_MODELS.iter().chain(KNOWN_ENCODERS);
        let names: Vec<&str> = known.map(|model| model.name).collect();
        EngineError::NotFound(format!(
            "there is no model {name:?} to fetch; those there are: {}",
            names.join(", ")
        ))
    })?;
    let hub = Hub::from_env(&|name| std::env::var(name).ok())?;
    let folder = engine.settings().models_folder();
    jobs::begin(engine, JobKind::FetchModel, model.name.to_owned(), move |job| {
        let mut progress = |doing: &str, done, total| job.progress(doing.to_owned(), done, total);
        let mut watch = Watch::new(&job.stop, &mut progress, model.bytes());
        let (model, tokenizer) = fetch(model, &folder, &hub, &mut watch)?;
        Ok(JobOutcome::ModelFetched {
            model: model.display().to_string(),
            tokenizer: tokenizer.display().to_string(),
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
    fn new(stop: &'a AtomicBool, progress: &'a mut dyn FnMut(&str, u64, u64), total: u64) -> Self {
        Watch { stop, progress, before: 0, total, told: None }
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

    fn wait(&self, time: Duration) -> Result<(), FetchError> {
        let until = Instant::now() + time;
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

/// Fetches what is not there yet, and gives the paths of the checkpoint and the tokenizer.
fn fetch(
    model: &KnownModel,
    models_folder: &Path,
    hub: &Hub,
    watch: &mut Watch<'_>,
) -> Result<(PathBuf, PathBuf), FetchError> {
    let folder = models_folder.join(model.name);
    std::fs::create_dir_all(&folder).map_err(|error| FetchError::written(error, &folder, 0))?;
    for file in model.others {
        fetch_file(file, &folder, hub, watch)?;
    }
    Ok((
        fetch_file(&model.model, &folder, hub, watch)?,
        fetch_file(&model.tokenizer, &folder, hub, watch)?,
    ))
}

fn fetch_file(
    spec: &FileSpec,
    folder: &Path,
    hub: &Hub,
    watch: &mut Watch<'_>,
) -> Result<PathBuf, FetchError> {
    let target = folder.join(spec.file);
    if is_there(spec, &target, watch)? {
        watch.finished(spec.bytes);
        return Ok(target);
    }
    let mut part = Part::open(&target)?;
    if part.len() > spec.bytes {
        part.restart()?;
    }
    if let Err(error) = fill(&mut part, spec, hub, watch) {
        if part.len() == 0
            && let Err(left) = part.remove()
        {
            tracing::debug!(%left, "an empty part stays");
        }
        return Err(error);
    }
    watch.tell("checking", spec.bytes);
    part.finish(spec, &target, watch)?;
    watch.finished(spec.bytes);
    Ok(target)
}

/// Asks until the part is as long as the file.
fn fill(
    part: &mut Part,
    spec: &FileSpec,
    hub: &Hub,
    watch: &mut Watch<'_>,
) -> Result<(), FetchError> {
    let mut failures = 0;
    let mut answered = false;
    let mut good_len = part.len();
    while part.len() < spec.bytes {
        watch.check()?;
        let Err(setback) = attempt(spec, hub, part, watch)? else { continue };
        answered |= setback.answered;
        failures = if part.len() >= good_len + GOOD_PROGRESS_BYTES { 1 } else { failures + 1 };
        good_len = good_len.max(part.len());
        if failures >= hub.pace.attempts || !(answered || setback.passing) {
            let url = hub.url(spec);
            return Err(FetchError::unreachable(&setback.why, url, part.target().to_path_buf()));
        }
        tracing::info!(why = setback.why, "the fetch of a model had a setback and goes on");
        let wait = hub.pace.backoff * 2u32.saturating_pow(failures - 1);
        watch.wait(setback.wait.unwrap_or(wait).min(LONGEST_WAIT))?;
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
fn is_there(spec: &FileSpec, target: &Path, watch: &Watch<'_>) -> Result<bool, FetchError> {
    let Ok(mut file) = File::open(target) else { return Ok(false) };
    if !file.metadata().is_ok_and(|file| file.is_file() && file.len() == spec.bytes) {
        return Ok(false);
    }
    match part::sha256(&mut file, target, watch) {
        Ok(sha256) => Ok(sha256 == spec.sha256),
        Err(FetchError::Cancelled) => Err(FetchError::Cancelled),
        Err(_) => Ok(false),
    }
}

/// Asks once for what is missing and appends what comes. The outer error ends the fetch, the inner
/// one this attempt.
fn attempt(
    spec: &FileSpec,
    hub: &Hub,
    part: &mut Part,
    watch: &mut Watch<'_>,
) -> Result<Result<(), Setback>, FetchError> {
    let doing = format!("fetching {}", spec.file);
    watch.tell(&doing, part.len());
    let heard = net::ask(hub, &hub.url(spec), part.len(), part.etag())?;
    let mut answered = false;
    let mut last = Instant::now();
    loop {
        watch.check()?;
        let next = match heard.recv_timeout(LOOK) {
            Ok(next) => next,
            Err(RecvTimeoutError::Timeout) if last.elapsed() < hub.pace.silence() => continue,
            Err(RecvTimeoutError::Timeout) => {
                let why = "nothing came for too long".to_owned();
                return Ok(Err(Setback { why, answered, passing: true, wait: None }));
            }
            Err(RecvTimeoutError::Disconnected) => {
                let why = "the connection ended".to_owned();
                return Ok(Err(Setback { why, answered, passing: true, wait: None }));
            }
        };
        last = Instant::now();
        match next {
            Heard::Answer(answer) => {
                answered = true;
                if let Err(setback) = begin(&answer, spec, hub, part)? {
                    return Ok(Err(setback));
                }
            }
            Heard::Bytes(bytes) => {
                if part.len() + bytes.len() as u64 > spec.bytes {
                    part.remove()?;
                    return Err(FetchError::OtherSize {
                        found: None,
                        expected: spec.bytes,
                        url: hub.url(spec),
                    });
                }
                part.append(&bytes, spec.bytes)?;
                watch.tell(&doing, part.len());
            }
            Heard::End if part.len() == spec.bytes => return Ok(Ok(())),
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
    spec: &FileSpec,
    hub: &Hub,
    part: &mut Part,
) -> Result<Result<(), Setback>, FetchError> {
    let later = |why: String, wait| Setback { why, answered: true, passing: true, wait };
    let other_size = |found| FetchError::OtherSize {
        found: Some(found),
        expected: spec.bytes,
        url: hub.url(spec),
    };
    match answer.status {
        206 => {
            let right = answer.range.is_some_and(|range| range.start == part.len());
            let total = answer.range.and_then(|range| range.total);
            if !right || total.is_some_and(|total| total != spec.bytes) {
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
                Some(length) if length != spec.bytes => Err(other_size(length)),
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
            hub.url(spec),
            part.target().to_path_buf(),
        )),
        status => Err(FetchError::Absent {
            status,
            url: hub.url(spec),
            path: part.target().to_path_buf(),
        }),
    }
}
