//! Listens to what a board prints, and shows what the patterns make of it.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use board::{LogListener, LogPattern};
use protocol::{CaptureView, DriverSpec, Event, HeardLine, JobId, JobKind, JobOutcome, ListenSpec};

use crate::Engine;
use crate::drivers;
use crate::error::EngineError;
use crate::jobs::{self, Job};
use crate::session::Lease;

/// How often a face hears of lines.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// Lines told of at a time; what is more is counted.
const LINES: usize = 200;

/// Begins the job, of which others are told as `user`; it ends when it is cancelled, or the board goes
/// away.
pub(crate) fn start(engine: &Engine, spec: ListenSpec, user: &str) -> Result<JobId, EngineError> {
    let patterns = drivers::patterns(&spec.patterns)?;
    let first = drivers::begin(spec.start.as_deref())?;
    let lease = Lease::take(engine, &spec.board, user)?;
    let spoken =
        DriverSpec::Log { patterns: spec.patterns, start: None, baud: spec.baud, wait_s: 1 };
    let port = drivers::port(&lease.place(), &spoken)?;
    let mut listener = LogListener::open(&port, spec.baud)?;
    if !first.is_empty() {
        listener.say(&first)?;
    }
    jobs::begin(engine, JobKind::Listen, spec.board, move |job| {
        let lines = listen(job, &mut listener, &patterns);
        // Whoever hears that it is over may use the board at once.
        drop((listener, lease));
        lines.map(|lines| JobOutcome::Listened { lines })
    })
}

fn listen(
    job: &Job,
    listener: &mut LogListener,
    patterns: &[LogPattern],
) -> Result<u64, EngineError> {
    let (mut waiting, mut left_out, mut count) = (Vec::new(), 0, 0);
    let mut told = Instant::now();
    loop {
        let stopped = job.stop.load(Ordering::Relaxed);
        if stopped || told.elapsed() > TELL_EVERY {
            told = Instant::now();
            if !waiting.is_empty() {
                let lines = std::mem::take(&mut waiting);
                job.engine.tell(Event::LinesHeard { job: job.id, lines, left_out });
                job.progress(format!("{count} lines"), 0, 0);
                left_out = 0;
            }
        }
        if stopped {
            return Ok(count);
        }
        let Some(text) = listener.line(TELL_EVERY / 2)? else { continue };
        count += 1;
        if waiting.len() < LINES {
            waiting.push(read(patterns, text));
        } else {
            left_out += 1;
        }
    }
}

/// What the patterns make of lines that are already there.
pub(crate) fn try_on(
    patterns: &[String],
    lines: Vec<String>,
) -> Result<Vec<HeardLine>, EngineError> {
    let patterns = drivers::patterns(patterns)?;
    Ok(lines.into_iter().map(|line| read(&patterns, line)).collect())
}

fn read(patterns: &[LogPattern], text: String) -> HeardLine {
    let found = patterns.iter().filter_map(|pattern| pattern.read(&text)).flatten();
    let captures = found.map(|capture| CaptureView {
        unit: capture.unit.into(),
        value: capture.value,
        from: u32::try_from(capture.place.start).unwrap_or(u32::MAX),
        to: u32::try_from(capture.place.end).unwrap_or(u32::MAX),
        name: capture.name,
    });
    HeardLine { captures: captures.collect(), text }
}
