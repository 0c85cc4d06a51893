//! The program: its lines come over a channel, so that a hang of it is only a silence here.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::BoardError;
use crate::plain::plain;

/// Longest line, in bytes.
const LINE_LIMIT: u64 = 64 << 10;
/// Lines that may wait here; then the program waits.
const WAITING: usize = 1024;
/// How long a program that was asked to end may take for it.
const FAREWELL: Duration = Duration::from_millis(500);
/// How long it may take to read what it is told.
const WRITE_LIMIT: Duration = Duration::from_secs(5);

/// A line of its output, or why there is none any more.
pub(super) enum Line {
    Said(String),
    TooLong,
}

/// A program that is spoken to in lines. Dropping it closes its input, waits a moment, and ends it.
pub(super) struct Speaking {
    child: Child,
    /// To the thread that writes, as a program that reads nothing must not hold us up.
    input: Option<SyncSender<String>>,
    lines: Receiver<Line>,
    last_words: Arc<Mutex<VecDeque<String>>>,
}

impl Speaking {
    pub(super) fn start(mut command: Command) -> Result<Speaking, BoardError> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: what it starts ends with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|source| BoardError::SpawnFailed {
            path: command.get_program().to_string_lossy().into_owned(),
            source,
        })?;
        let (say, lines) = sync_channel(WAITING);
        let (input, to_write) = sync_channel(WAITING);
        let last_words = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(stdout) = child.stdout.take() {
            named("driver-output", move || read_lines(stdout, |line| say.send(line).is_ok()))?;
        }
        if let Some(stderr) = child.stderr.take() {
            let words = Arc::clone(&last_words);
            named("driver-words", move || read_lines(stderr, |line| keep(&words, line)))?;
        }
        if let Some(stdin) = child.stdin.take() {
            named("driver-input", move || write_lines(stdin, &to_write))?;
        }
        Ok(Speaking { child, input: Some(input), lines, last_words })
    }

    /// Says a line. Whether the program reads it is seen by its answer.
    pub(super) fn say(&mut self, line: String) -> Result<(), Trouble> {
        let Some(input) = &self.input else { return Err(Trouble::Ended) };
        let until = Instant::now() + WRITE_LIMIT;
        let mut line = line;
        loop {
            match input.try_send(line) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Disconnected(_)) => return Err(Trouble::Ended),
                Err(TrySendError::Full(_)) if Instant::now() > until => {
                    return Err(Trouble::Silent(WRITE_LIMIT));
                }
                Err(TrySendError::Full(again)) => line = again,
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The next line within `timeout`.
    pub(super) fn hear(&mut self, timeout: Duration) -> Result<Option<Line>, Trouble> {
        match self.lines.recv_timeout(timeout) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Trouble::Ended),
        }
    }

    /// How it ended, with its last words. One that only closed its output is ended.
    pub(super) fn ended(&mut self) -> String {
        let status = self.end();
        // What it said on its way out may still be in the pipe.
        thread::sleep(Duration::from_millis(20));
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        match words.back() {
            Some(words) => format!("{status}, saying {words:?}"),
            None => status,
        }
    }

    fn end(&mut self) -> String {
        self.input = None;
        let until = Instant::now() + FAREWELL;
        while Instant::now() < until {
            match self.child.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(error) => return error.to_string(),
            }
        }
        self.kill();
        self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) =
            i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw)
        {
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
        }
        // Elsewhere, and where the group is already gone.
        self.child.kill().ok();
    }
}

impl Drop for Speaking {
    fn drop(&mut self) {
        self.end();
    }
}

/// What is wrong with the program.
pub(super) enum Trouble {
    Ended,
    Silent(Duration),
}

fn named(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), BoardError> {
    thread::Builder::new().name(name.into()).spawn(work)?;
    Ok(())
}

/// Hands on lines until there are none any more, or nobody wants them.
fn read_lines(from: impl Read, mut each: impl FnMut(Line) -> bool) {
    let mut from = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        match from.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(n) if n as u64 == LINE_LIMIT && line.last() != Some(&b'\n') => {
                each(Line::TooLong);
                return;
            }
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if !line.is_empty() && !each(Line::Said(line)) {
            return;
        }
    }
}

/// Ends with its channel, and closes the program's input then.
fn write_lines(mut to: ChildStdin, lines: &Receiver<String>) {
    while let Ok(line) = lines.recv() {
        if to.write_all(line.as_bytes()).and_then(|()| to.flush()).is_err() {
            return;
        }
    }
}

/// Keeps the last few lines of what it says to people.
fn keep(words: &Mutex<VecDeque<String>>, line: Line) -> bool {
    let Line::Said(line) = line else { return false };
    tracing::info!(target: "driver", "{line}");
    let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
    words.push_back(plain(&line));
    if words.len() > 10 {
        words.pop_front();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says its bytes, so many a read.
    struct Cut<'a>(&'a [u8], usize);

    impl Read for Cut<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(into.len());
            let (now, later) = self.0.split_at(n);
            into[..n].copy_from_slice(now);
            self.0 = later;
            Ok(n)
        }
    }

    /// The lines, and whether the last one had no end.
    fn lines(bytes: &[u8], cut: usize) -> (Vec<String>, bool) {
        let (mut lines, mut endless) = (Vec::new(), false);
        read_lines(Cut(bytes, cut), |line| {
            match line {
                Line::Said(line) => lines.push(line),
                Line::TooLong => endless = true,
            }
            true
        });
        (lines, endless)
    }

    #[test]
    fn a_line_is_whole_up_to_the_longest_and_the_last_one_needs_no_end() {
        let check = |bytes: &[u8], expect: &[&str], endless| {
            let (lines, found) = lines(bytes, 7);
            assert_eq!(
                (lines.iter().map(String::as_str).collect::<Vec<_>>(), found),
                (expect.to_vec(), endless)
            );
        };
        check(b"a\r\n\n  b \nc", &["a", "b", "c"], false);
        check(b"\xff\n", &["\u{fffd}"], false);
        let long = LINE_LIMIT as usize;
        let fits = [vec![b'x'; long - 1], b"\nnext\n".to_vec()].concat();
        assert_eq!(lines(&fits, 4096).0.len(), 2);
        let over = [vec![b'x'; long], b"\nnext\n".to_vec()].concat();
        assert_eq!(lines(&over, 4096), (Vec::new(), true));
    }

    #[test]
    fn whatever_a_program_says_is_cut_into_lines_that_are_bounded() {
        let time = Duration::from_millis(700);
        bolero::check!().with_test_time(time).with_type::<(u16, Vec<(u8, Vec<u8>)>)>().for_each(
            |(cut, pieces)| {
                let mut bytes = Vec::new();
                for (kind, some) in pieces {
                    match kind % 4 {
                        0 => bytes.push(b'\n'),
                        1 => bytes.extend(some.iter().cycle().take(some.len() * 3000)),
                        _ => bytes.extend(some),
                    }
                }
                let (said, endless) = lines(&bytes, usize::from(*cut).max(1));
                assert_eq!((said.clone(), endless), lines(&bytes, bytes.len().max(1)));
                // Every line is one of what was said, in order, up to one that has no end.
                let text = |line: &[u8]| String::from_utf8_lossy(line).trim().to_owned();
                let limit = LINE_LIMIT as usize;
                let mut expect = bytes.split(|byte| *byte == b'\n');
                let whole = expect.by_ref().take_while(|line| line.len() < limit);
                let whole: Vec<String> = whole.map(text).filter(|line| !line.is_empty()).collect();
                assert_eq!(said, whole);
                let longest = bytes.split(|byte| *byte == b'\n').map(<[u8]>::len).max();
                assert_eq!(endless, longest.is_some_and(|longest| longest >= limit));
            },
        );
    }
}
