//! A conversation with the program: who are you, run, stop. A crash or a hang of it stays its own.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agent::wire::StopReason;
use agent::{Memory, Vitals};

use super::child::{Line, Speaking, Trouble};
use super::words::{self, Ask, Board, Done, Said, VERSION};
use crate::drivers::{BoardInfo, Clock, Driver, RunEvent, RunRequest, RunTotals};
use crate::plain::plain;
use crate::{BoardError, Patience};

const PINGS: u64 = 8;

/// Which program, and what it is told.
#[derive(Clone, Debug)]
pub struct ProcessOptions {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The board's port, where the user named one; it is the program's to open.
    pub port: Option<String>,
}

/// A driver that is another program. Dropping it ends the program.
pub struct ProcessDriver {
    program: Speaking,
    name: String,
    info: BoardInfo,
    patience: Patience,
    zero: Instant,
    pinged: u64,
    lost: Option<u64>,
}

impl ProcessDriver {
    /// Starts the program and asks who it is.
    pub fn start(options: &ProcessOptions, patience: &Patience) -> Result<Self, BoardError> {
        let mut command = Command::new(&options.program);
        command.args(&options.arguments);
        let name = options.program.file_name().unwrap_or_default().to_string_lossy();
        let mut driver = ProcessDriver {
            program: Speaking::start(command)?,
            name: plain(&name),
            info: BoardInfo::unknown(),
            patience: *patience,
            zero: Instant::now(),
            pinged: 0,
            lost: None,
        };
        driver.say(&Ask::Hello { version: VERSION, port: options.port.as_deref() })?;
        let until = Instant::now() + patience.hello;
        loop {
            match driver.hear(until.saturating_duration_since(Instant::now()))? {
                Some(Said::Board(board)) => {
                    driver.info = driver.checked(board)?;
                    return Ok(driver);
                }
                Some(Said::Error { text }) => return Err(driver.failed(&text)),
                Some(_) => {}
                None => return Err(driver.silent(patience.hello)),
            }
        }
    }

    fn checked(&self, board: Board) -> Result<BoardInfo, BoardError> {
        if board.version != VERSION {
            return Err(self.misbehaved(format!(
                "it speaks version {} of the words and this program version {VERSION}",
                board.version
            )));
        }
        if board.identity.trim().is_empty() || board.name.trim().is_empty() {
            return Err(self.misbehaved("its board has no name or no identity".into()));
        }
        if board.timer_hz == 0 {
            return Err(self.misbehaved("its ticks have no rate (timer_hz is 0)".into()));
        }
        Ok(BoardInfo {
            name: plain(&board.name),
            chip_id: plain(&board.identity),
            core: plain(&board.core),
            clock_hz: board.clock_hz.filter(|&hz| hz > 0),
            timer_hz: board.timer_hz,
            timer: plain(&board.timer),
            ram_bytes: board.ram_bytes,
            flash_bytes: board.flash_bytes,
            agent: plain(&board.driver),
            emulated: board.emulated,
            runs: Some(plain(&board.model)),
            ..BoardInfo::unknown()
        })
    }

    fn say(&mut self, ask: &Ask<'_>) -> Result<(), BoardError> {
        let line = words::write(ask);
        self.program.say(line).map_err(|trouble| self.trouble(trouble))
    }

    /// The next thing it says within `timeout`; lines for the log are logged.
    fn hear(&mut self, timeout: Duration) -> Result<Option<Said>, BoardError> {
        let line = match self.program.hear(timeout) {
            Ok(Some(Line::Said(line))) => line,
            Ok(Some(Line::TooLong)) => {
                return Err(self.misbehaved("a line of it has no end".into()));
            }
            Ok(None) => return Ok(None),
            Err(trouble) => return Err(self.trouble(trouble)),
        };
        match words::read(&line) {
            Ok(said) => Ok(Some(said)),
            Err(error) => {
                Err(self.misbehaved(format!("“{}” is no message of it ({error})", plain(&line))))
            }
        }
    }

    fn trouble(&mut self, trouble: Trouble) -> BoardError {
        match trouble {
            Trouble::Ended => {
                let how = self.program.ended();
                BoardError::DriverEnded { program: self.name.clone(), how }
            }
            Trouble::Silent(limit) => self.silent(limit),
        }
    }

    fn silent(&self, limit: Duration) -> BoardError {
        BoardError::DriverSilent { program: self.name.clone(), secs: limit.as_secs_f32() }
    }

    fn misbehaved(&self, detail: String) -> BoardError {
        BoardError::DriverMisbehaved { program: self.name.clone(), detail }
    }

    fn failed(&self, text: &str) -> BoardError {
        BoardError::DriverFailed { program: self.name.clone(), detail: plain(text) }
    }

    /// Counts what lies before a token, or before the end, and was not told of.
    fn missed(&mut self, due: u32, came: u32) {
        let missed = u64::from(came.saturating_sub(due));
        self.lost = Some(self.lost.unwrap_or(0) + missed);
    }

    fn totals(&mut self, done: &Done, heard: Option<u32>) -> Result<RunTotals, BoardError> {
        if done.ended < done.began {
            return Err(self.misbehaved("its run ended before it began".into()));
        }
        if let (Some(said), Some(heard)) = (done.tokens, heard) {
            if said < heard {
                return Err(
                    self.misbehaved(format!("it says it made {said} tokens and told of {heard}"))
                );
            }
            self.missed(heard, said);
        }
        Ok(RunTotals {
            reason: if done.stopped { StopReason::Stopped } else { StopReason::Count },
            tokens: done.tokens.or(heard),
            inferences: done.inferences,
            began: done.began,
            ended: done.ended,
            energy_uj: done.energy_uj,
            memory: Memory {
                heap_peak: done.heap_peak_bytes,
                stack_peak: done.stack_peak_bytes,
                ..Memory::default()
            },
        })
    }
}

impl Driver for ProcessDriver {
    fn info(&self) -> &BoardInfo {
        &self.info
    }

    /// Tokens that it said it made and did not tell of, where it tells of tokens.
    fn lost(&self) -> Option<u64> {
        self.lost
    }

    fn zero(&self) -> Instant {
        self.zero
    }

    fn clock(&mut self) -> Result<Clock, BoardError> {
        let mut best: Option<Clock> = None;
        for _ in 0..PINGS {
            self.pinged += 1;
            let id = self.pinged;
            let sent_us = self.zero.elapsed().as_micros() as u64;
            self.say(&Ask::Ping { id })?;
            let until = Instant::now() + self.patience.resend;
            let ticks = loop {
                match self.hear(until.saturating_duration_since(Instant::now()))? {
                    Some(Said::Pong { id: answered, ticks }) if answered == id => break ticks,
                    Some(Said::Error { text }) => return Err(self.failed(&text)),
                    Some(_) => {}
                    None => return Err(self.silent(self.patience.resend)),
                }
            };
            let answered_us = self.zero.elapsed().as_micros() as u64;
            best = Clock::of(sent_us, answered_us, ticks, self.info.timer_hz).quicker(best);
        }
        best.ok_or_else(|| self.silent(self.patience.resend))
    }

    fn run(
        &mut self,
        request: &RunRequest,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Result<RunTotals, BoardError> {
        self.say(&Ask::Run {
            prompt: &request.text,
            tokens: request.count,
            seed: request.seed,
            temperature: request.temperature,
            top_p: request.top_p,
        })?;
        let mut heard_at = Instant::now();
        let mut stopping: Option<Instant> = None;
        let mut heard: Option<u32> = None;
        loop {
            if stop.load(Ordering::Relaxed) && stopping.is_none() {
                stopping = Some(Instant::now());
                self.say(&Ask::Stop {})?;
            }
            let limit = self.patience.silence;
            // However busy it sounds: it was told to stop.
            if stopping.is_some_and(|since| since.elapsed() > limit) || heard_at.elapsed() > limit {
                return Err(self.silent(limit));
            }
            let Some(said) = self.hear(Duration::from_millis(50))? else { continue };
            // Talk that is no part of a run is no sign of its life.
            if !matches!(said, Said::Log { .. } | Said::Pong { .. } | Said::Board(_)) {
                heard_at = Instant::now();
            }
            match said {
                Said::Started { ticks } => on_event(RunEvent::Started { ticks }),
                Said::Token { index, ticks, id, text } => {
                    if heard.is_some_and(|heard| index < heard) || index == u32::MAX {
                        return Err(self.misbehaved(format!("token {index} came a second time")));
                    }
                    self.missed(heard.unwrap_or(0), index);
                    heard = Some(index + 1);
                    on_event(RunEvent::Token { index, id, ticks, phases: None });
                    if let Some(text) = text {
                        on_event(RunEvent::Text(text));
                    }
                }
                Said::Heap { ticks, used_bytes } => {
                    let vitals = Vitals { heap_used: Some(used_bytes), ..Vitals::default() };
                    on_event(RunEvent::Vitals { ticks, vitals });
                }
                Said::Value { name, value, unit } => {
                    if !value.is_finite() || name.is_empty() {
                        return Err(self.misbehaved("a figure has no name or is no number".into()));
                    }
                    on_event(RunEvent::Value { name: plain(&name), unit: plain(&unit), value });
                }
                Said::Log { text } => on_event(RunEvent::Log(plain(&text))),
                Said::Error { text } => return Err(self.failed(&text)),
                Said::Done(done) => return self.totals(&done, heard),
                Said::Alive {} | Said::Board(_) | Said::Pong { .. } => {}
            }
        }
    }
}
