//! Commands and their answers.

use std::time::{Duration, Instant};

use super::answer::{Answer, Wraps};
use crate::drivers::text_lines::TextLines;
use crate::plain::plain;
use crate::{BoardError, Patience, Transport};

/// How long a board that was just opened has to fall silent.
const QUIET: Duration = Duration::from_millis(300);
/// Bytes of input in one command: 31 in hex, with `db ` and `%`, stay below the monitor's 80.
const INPUT_CHUNK: usize = 31;
/// Largest input, in bytes: the benchmark's are 3 to 28 KB.
pub(super) const INPUT_LIMIT: usize = 1 << 20;

/// A board that answers commands.
pub(super) struct Monitor {
    lines: TextLines,
    patience: Patience,
    wraps: Wraps,
}

impl Monitor {
    /// Waits until the board is silent, then for the answer to `name%`. What it said before, its
    /// banner's own `m-ready` above all, is no answer to anything.
    pub(super) fn meet(
        transport: Box<dyn Transport>,
        patience: Patience,
    ) -> Result<(Monitor, String), BoardError> {
        let mut lines = TextLines::new(transport);
        let until = Instant::now() + patience.hello;
        let mut said = lines.drain(QUIET, patience.hello, 1)?.pop();
        let mut monitor = Monitor { lines, patience, wraps: Wraps::default() };
        let brief = Patience { silence: patience.resend, ..patience };
        loop {
            let whole = std::mem::replace(&mut monitor.patience, brief);
            let name = monitor.named("name", "name-dut");
            monitor.patience = whole;
            match name {
                Ok(name) => return Ok((monitor, name)),
                // It may still be starting, or have missed the beginning of the command.
                Err(BoardError::AgentSilent { .. } | BoardError::CommandRefused { .. })
                    if Instant::now() < until =>
                {
                    said = monitor.lines.drain(QUIET, patience.resend, 1)?.pop().or(said);
                }
                Err(BoardError::AgentSilent { .. }) => {
                    return Err(match (said, monitor.lines.heard()) {
                        (Some(said), _) => BoardError::NoMonitor { said: plain(&said) },
                        (None, 0) => BoardError::AgentSilent {
                            doing: "it was asked its name",
                            secs: patience.hello.as_secs_f32(),
                        },
                        (None, bytes) => BoardError::Garbage { bytes },
                    });
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// What the board says in brackets behind `name` when it is given a command.
    pub(super) fn named(&mut self, command: &str, name: &str) -> Result<String, BoardError> {
        let mut value = None;
        self.ask(command, self.patience.silence, &mut |answer| {
            match answer {
                Answer::Named { name: said, value: words } if *said == name => {
                    value = Some(plain(words));
                }
                _ => return false,
            }
            true
        })?;
        value.ok_or(BoardError::Misbehaved { detail: format!("it ended {command} without {name}") })
    }

    /// The board's time, in microseconds.
    pub(super) fn timestamp(&mut self) -> Result<u64, BoardError> {
        let mut at = None;
        self.ask("timestamp", self.patience.resend, &mut |answer| {
            if let Answer::Lap(us) = answer {
                at = Some(*us);
            }
            at.is_some()
        })?;
        let detail = || "it has no time in its performance mode".to_owned();
        let us = at.ok_or_else(|| BoardError::Misbehaved { detail: detail() })?;
        Ok(self.unwrapped(us))
    }

    /// A time stamp on an axis that goes on.
    pub(super) fn unwrapped(&mut self, us: u64) -> u64 {
        self.wraps.unwrapped(us)
    }

    /// Puts an input into the board.
    pub(super) fn load(&mut self, input: &[u8]) -> Result<(), BoardError> {
        if input.is_empty() || input.len() > INPUT_LIMIT {
            return Err(BoardError::TooLarge("an empty input, or one"));
        }
        let mut expecting = false;
        let silence = self.patience.silence;
        self.ask(&format!("db load {}", input.len()), silence, &mut |answer| {
            expecting |=
                matches!(answer, Answer::Named { value, .. } if value.starts_with("Expecting"));
            expecting
        })?;
        let mut done = false;
        for chunk in input.chunks(INPUT_CHUNK) {
            let hex: String = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
            self.say(&format!("db {hex}"))?;
            // Nothing but the end, until the last piece.
            self.answer("db", silence, true, &mut |answer| {
                done |= *answer == Answer::Said("load-done");
                true
            })?;
        }
        if done {
            return Ok(());
        }
        Err(BoardError::Misbehaved { detail: "it took all of the input and wants more".into() })
    }

    /// Says a command and hands on each line of the answer, until `m-ready` comes after something
    /// that `wanted` took for the answer. `limit` is how long all of it may take.
    pub(super) fn ask(
        &mut self,
        command: &str,
        limit: Duration,
        wanted: &mut dyn FnMut(&Answer<'_>) -> bool,
    ) -> Result<(), BoardError> {
        self.say(command)?;
        self.answer(command, limit, false, wanted)
    }

    fn say(&mut self, command: &str) -> Result<(), BoardError> {
        self.lines.say(format!("{command}%").as_bytes())
    }

    /// The answer; `answered` where a bare `m-ready` is one.
    fn answer(
        &mut self,
        command: &str,
        limit: Duration,
        mut answered: bool,
        wanted: &mut dyn FnMut(&Answer<'_>) -> bool,
    ) -> Result<(), BoardError> {
        // However much it talks: that is no answer.
        let until = Instant::now() + limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Some(line) = self.lines.line(left)? else {
                return Err(BoardError::AgentSilent {
                    doing: "it was given a command of the benchmark",
                    secs: limit.as_secs_f32(),
                });
            };
            match Answer::of(&line) {
                Answer::Ready if answered => return Ok(()),
                // Some other answer's end, such as the banner's.
                Answer::Ready => {}
                Answer::Refused(detail) => {
                    let command = command.split(' ').next().unwrap_or_default().to_owned();
                    return Err(BoardError::CommandRefused { command, detail: plain(detail) });
                }
                answer => answered |= wanted(&answer),
            }
        }
    }
}
