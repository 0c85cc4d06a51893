//! A worker as its owner sees it.

use std::io::{self, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use super::Limits;
use super::frame::{self, Head};

/// How often it is looked whether an answer is still wanted.
const LOOKS: Duration = Duration::from_millis(50);
/// Answers that may wait to be taken.
const WAITING: usize = 64;

/// A process that reads documents, ended when dropped.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<io::Result<Vec<u8>>>,
    busy: Duration,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// It took too long, and was ended.
    Slow,
    /// How it ended.
    Died(String),
    /// Nobody wants it any more; the worker was ended.
    Unwanted,
}

/// What a worker is asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// As in [`Head`].
    pub(super) task: &'a [u8],
    /// As in [`Head`].
    pub(super) limit_bytes: u64,
    pub(super) limits: Limits,
    pub(super) documents: &'a [(&'a str, &'a [u8])],
}

impl Worker {
    pub(super) fn start(program: &Path, arguments: &[String]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What it says when it dies is for nobody: how it ended tells more.
            .stderr(Stdio::null())
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (sender, answers) = sync_channel(WAITING);
        let mut worker = Self { child, stdin, answers, busy: Duration::ZERO };
        let Some(stdout) = stdout else {
            worker.end();
            return Err(io::Error::other("it has no standard output"));
        };
        std::thread::Builder::new().name("document".into()).spawn(move || {
            let mut reader = BufReader::with_capacity(1 << 16, stdout);
            loop {
                let answer = frame::answered(&mut reader);
                let last = answer.is_err();
                if sender.send(answer).is_err() || last {
                    return;
                }
            }
        })?;
        Ok(worker)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How long it has been at work.
    pub(super) fn busy(&self) -> Duration {
        self.busy
    }

    /// Has it do something with documents, and `heard` their answers in order; each may take the time that is
    /// allowed. A worker that does not answer all of them has ended.
    pub(super) fn ask(
        &mut self,
        asked: Asked<'_>,
        stop: &AtomicBool,
        heard: &mut dyn FnMut(Vec<u8>),
    ) -> Result<(), Lost> {
        let Asked { task, limit_bytes, limits, documents } = asked;
        let Some(stdin) = &mut self.stdin else {
            return Err(Lost::Died("it has no standard input".into()));
        };
        let cores = std::thread::available_parallelism().map_or(1, Into::into) as u64;
        // So that one that computes for nobody ends.
        let cpu_seconds = 60 + (self.busy + limits.time).as_secs().saturating_mul(cores);
        let head = Head { task, limit_bytes, memory_bytes: limits.memory_bytes, cpu_seconds };
        if frame::ask(stdin, head, documents).is_err() {
            return Err(self.died());
        }
        for _ in documents {
            let answer = self.next(limits.time, stop)?;
            heard(answer);
        }
        Ok(())
    }

    fn next(&mut self, patience: Duration, stop: &AtomicBool) -> Result<Vec<u8>, Lost> {
        let began = Instant::now();
        loop {
            let left = patience.saturating_sub(began.elapsed());
            let answer = self.answers.recv_timeout(left.min(LOOKS));
            let lost = match answer {
                Ok(Ok(answer)) => {
                    self.busy += began.elapsed();
                    return Ok(answer);
                }
                Err(RecvTimeoutError::Timeout) if stop.load(Ordering::Relaxed) => Lost::Unwanted,
                Err(RecvTimeoutError::Timeout) if began.elapsed() < patience => continue,
                Err(RecvTimeoutError::Timeout) => Lost::Slow,
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(self.died()),
            };
            self.end();
            return Err(lost);
        }
    }

    fn died(&mut self) -> Lost {
        // It closes its pipes a moment before it is gone.
        drop(self.stdin.take());
        let patience = Instant::now() + Duration::from_secs(2);
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Lost::Died(how(status)),
                Ok(None) if Instant::now() < patience => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                _ => {
                    self.end();
                    return Lost::Died("it spoke nonsense and was ended".into());
                }
            }
        }
    }

    fn end(&mut self) {
        // It may have ended by itself a moment ago.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        match status.signal() {
            Some(6) => return "it gave up, as for want of memory or stack".into(),
            Some(9) => return "it was killed by signal 9, as by a system short of memory".into(),
            Some(11) => return "it overran its stack or its memory".into(),
            Some(24) => return "it took too much of the processor".into(),
            _ => {}
        }
    }
    status.to_string()
}
