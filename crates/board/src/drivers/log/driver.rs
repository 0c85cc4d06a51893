//! Listens, and takes what the patterns find for a repetition's figures.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agent::Memory;
use agent::wire::StopReason;

use super::{LogPattern, TOKEN_RATES};
use crate::drivers::port::BoardPort;
use crate::drivers::text_lines::TextLines;
use crate::drivers::{BoardInfo, Clock, Driver, RunEvent, RunRequest, RunTotals};
use crate::plain::plain;
use crate::{BoardError, Transport};

/// How long what is already on its way is waited for before something is sent.
const QUIET: Duration = Duration::from_millis(100);
/// And at most, of a program that never stops talking.
const QUIET_LIMIT: Duration = Duration::from_millis(500);

/// What to listen for.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// A repetition is over when each has met a line; none stands for [`TOKEN_RATES`].
    pub patterns: Vec<LogPattern>,
    /// Bytes that begin a repetition; empty where the program goes on by itself.
    pub start: Vec<u8>,
    /// Bits per second; `None` is what is known of the board.
    pub baud: Option<u32>,
    /// How long a repetition may take.
    pub wait: Duration,
}

/// A conversation with a program that prints.
///
/// Of a [`RunRequest`] it takes nothing: the program does what it does. Times are this computer's,
/// from what was sent to the line that ended the repetition; where nothing is sent there are none.
pub struct LogDriver {
    lines: TextLines,
    info: BoardInfo,
    options: LogOptions,
    wanted: Vec<Vec<LogPattern>>,
    zero: Instant,
    /// The last line that said nothing of interest.
    said: Option<String>,
}

impl LogDriver {
    /// Opens the port for us alone.
    pub fn on_port(port: &BoardPort, options: LogOptions) -> Result<Self, BoardError> {
        let serial = port.open(options.baud)?;
        LogDriver::over(Box::new(serial), port, options)
    }

    /// The same over a transport that is open.
    pub fn over(
        transport: Box<dyn Transport>,
        port: &BoardPort,
        options: LogOptions,
    ) -> Result<Self, BoardError> {
        let each = |pattern: &LogPattern| vec![pattern.clone()];
        let mut wanted: Vec<Vec<LogPattern>> = options.patterns.iter().map(each).collect();
        if wanted.is_empty() {
            wanted.push(TOKEN_RATES.iter().filter_map(|p| LogPattern::new(p).ok()).collect());
        }
        let info = BoardInfo {
            name: plain(&port.name()),
            chip_id: port.identity(),
            timer_hz: 1_000_000,
            timer: "this computer's clock".into(),
            agent: "none: lines of text".into(),
            runs: Some("a program that prints".into()),
            ..BoardInfo::unknown()
        };
        let lines = TextLines::new(transport);
        Ok(LogDriver { lines, info, options, wanted, zero: Instant::now(), said: None })
    }

    fn now_us(&self) -> u64 {
        self.zero.elapsed().as_micros() as u64
    }

    fn nothing_found(&self) -> BoardError {
        let secs = self.options.wait.as_secs_f32();
        match &self.said {
            Some(said) => BoardError::PatternUnmet { secs, said: plain(said) },
            None if self.lines.heard() > 0 => BoardError::Garbage { bytes: self.lines.heard() },
            None => BoardError::AgentSilent { doing: "a line was waited for", secs },
        }
    }
}

impl Driver for LogDriver {
    fn info(&self) -> &BoardInfo {
        &self.info
    }

    /// Its lines have no numbers.
    fn lost(&self) -> Option<u64> {
        None
    }

    fn zero(&self) -> Instant {
        self.zero
    }

    /// The board's clock is this computer's.
    fn clock(&mut self) -> Result<Clock, BoardError> {
        Ok(Clock { round_trip_us: 0, ticks_at_zero: 0 })
    }

    fn run(
        &mut self,
        _: &RunRequest,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Result<RunTotals, BoardError> {
        if !self.options.start.is_empty() {
            // What it says of the repetition before belongs to that.
            self.lines.drain(QUIET, QUIET_LIMIT, 0)?;
            self.lines.say(&self.options.start)?;
            let ticks = self.now_us();
            on_event(RunEvent::Started { ticks });
        }
        let began = self.now_us();
        let until = Instant::now() + self.options.wait;
        let mut met = vec![false; self.wanted.len()];
        let mut tokens = None;
        let totals = |began, ended, reason, tokens| RunTotals {
            reason,
            tokens,
            inferences: None,
            began,
            ended,
            energy_uj: None,
            memory: Memory::default(),
        };
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(totals(began, self.now_us(), StopReason::Stopped, tokens));
            }
            let Some(line) = self.lines.line(Duration::from_millis(100))? else {
                if Instant::now() > until {
                    return Err(self.nothing_found());
                }
                continue;
            };
            let mut found = false;
            for (patterns, met) in self.wanted.iter().zip(&mut met).filter(|(_, met)| !**met) {
                let Some(captures) = patterns.iter().find_map(|pattern| pattern.read(&line)) else {
                    continue;
                };
                (*met, found) = (true, true);
                for capture in captures {
                    if capture.name == "tokens" {
                        tokens = Some(capture.value.max(0.0) as u32);
                        continue;
                    }
                    on_event(RunEvent::Value {
                        name: capture.name,
                        unit: capture.unit.into(),
                        value: capture.value,
                    });
                }
            }
            let over = found && met.iter().all(|met| *met);
            if !found {
                self.said = Some(line.clone());
            }
            on_event(RunEvent::Log(line));
            if over {
                let ended = self.now_us();
                // Without a beginning there is no time from there.
                let began = if self.options.start.is_empty() { ended } else { began };
                return Ok(totals(began, ended, StopReason::Count, tokens));
            }
            if Instant::now() > until {
                return Err(self.nothing_found());
            }
        }
    }
}
