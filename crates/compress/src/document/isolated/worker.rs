//! A worker as its owner sees it.

use std::io::{self, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use super::Limits;
use super::frame::{self, Answer};
use crate::document::Document;
use crate::error::Error;

/// A process that reads documents, ended when dropped.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<io::Result<Answer>>,
    busy: Duration,
}

/// Why there is no answer.
pub(super) enum Lost {
    /// It took too long, and was ended.
    Slow,
    /// How it ended.
    Died(String),
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
        let (sender, answers) = sync_channel(1);
        let mut worker = Self { child, stdin, answers, busy: Duration::ZERO };
        let Some(stdout) = stdout else {
            worker.end();
            return Err(io::Error::other("it has no standard output"));
        };
        std::thread::Builder::new().name("document".into()).spawn(move || {
            let mut reader = BufReader::new(stdout);
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

    /// How long it has been reading documents.
    pub(super) fn busy(&self) -> Duration {
        self.busy
    }

    /// Has it read a document. A worker without an answer has ended.
    pub(super) fn ask(
        &mut self,
        name: &str,
        bytes: &[u8],
        limit_bytes: u64,
        limits: Limits,
    ) -> Result<Result<Document, Error>, Lost> {
        let began = Instant::now();
        let Some(stdin) = &mut self.stdin else {
            return Err(Lost::Died("it has no standard input".into()));
        };
        if frame::ask(stdin, name, bytes, limit_bytes, limits.memory_bytes).is_err() {
            return Err(self.died());
        }
        let answer = self.answers.recv_timeout(limits.time);
        self.busy += began.elapsed();
        match answer {
            Ok(Ok(Answer::Read(document))) => Ok(Ok(document)),
            Ok(Ok(Answer::Failed(words))) => Ok(Err(Error::Told(words))),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                Err(Lost::Slow)
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(self.died()),
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
            Some(6) => return "it gave up, as for want of memory".into(),
            Some(24) => return "it took too much of the processor".into(),
            _ => {}
        }
    }
    status.to_string()
}
