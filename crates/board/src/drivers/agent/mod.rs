//! Speaks the agent's wire: who are you, what time is it; loading and running stand beside.

mod driver;
mod heard;
mod listen;
mod load;
mod on_port;
mod pulse;
mod run;
mod series;
mod window;

use std::time::{Duration, Instant};

use agent::wire::{BoardHello, Counts, HostMessage, MINOR};

use crate::drivers::{BoardInfo, Clock};
use crate::plain::plain;
use crate::{BoardError, Patience, Transport};
use heard::Heard;
use listen::Line;
use pulse::Pulse;

pub use load::CHECKING_THE_MODEL;

impl From<BoardHello<'_>> for BoardInfo {
    fn from(hello: BoardHello<'_>) -> Self {
        BoardInfo {
            name: plain(hello.board),
            chip_id: plain(hello.chip_id),
            core: plain(hello.core),
            clock_hz: Some(hello.clock_hz).filter(|&hz| hz > 0),
            timer_hz: hello.timer_hz.max(1),
            timer: plain(hello.timer),
            ram_bytes: hello.ram_bytes,
            flash_bytes: hello.flash_bytes,
            agent: plain(hello.agent),
            wire_minor: hello.minor,
            emulated: hello.emulated,
            receive_window: hello.receive_window,
            model: hello.model,
            runs: None,
            series: Vec::new(),
            complaints: Vec::new(),
        }
    }
}

/// A conversation with one board.
pub struct AgentDriver {
    pub(crate) line: Line,
    pub(crate) patience: Patience,
    pub(crate) info: BoardInfo,
    pub(crate) pulse: Pulse,
    zero: Instant,
}

impl AgentDriver {
    /// Says Hello until the board answers; a banner before the answer is only logged. A run that
    /// an earlier host left going is ended.
    pub fn connect(transport: Box<dyn Transport>, patience: Patience) -> Result<Self, BoardError> {
        let zero = Instant::now();
        let mut line = Line::new(transport);
        let until = zero + patience.hello;
        let mut said = None;
        loop {
            line.say(&HostMessage::Hello { minor: MINOR })?;
            let again = Instant::now() + Duration::from_millis(250);
            while let Some(heard) = line.hear(again.saturating_duration_since(Instant::now()))? {
                match heard {
                    Heard::Hello(info) => {
                        let (info, pulse) = (*info, Pulse::default());
                        let mut driver = AgentDriver { line, patience, info, pulse, zero };
                        driver.line.say(&HostMessage::Stop)?;
                        driver.settle()?;
                        driver.meet_series()?;
                        return Ok(driver);
                    }
                    Heard::Log { text, .. } => {
                        tracing::info!(target: "board", "{text}");
                        said = last_line(&text).or(said);
                    }
                    _ => {}
                }
            }
            if Instant::now() > until {
                return Err(match (line.gibberish(), said) {
                    (_, Some(said)) if line.talks() => BoardError::OtherFirmware { said },
                    (0, _) => BoardError::AgentSilent {
                        doing: "it was asked who it is",
                        secs: patience.hello.as_secs_f32(),
                    },
                    (bytes, _) => BoardError::Garbage { bytes },
                });
            }
        }
    }

    /// Waits for the answer to a ping. Whatever the board said before it belongs to something that
    /// is over, such as the second answer to Hello of a board that was slow to start, or the
    /// answers to the pieces of a model nobody wants any more, and must not be taken for an answer
    /// to what comes next.
    pub(crate) fn settle(&mut self) -> Result<(), BoardError> {
        let until = Instant::now() + self.patience.silence;
        loop {
            let stamp = self.now_us();
            self.line.say(&HostMessage::Ping { host_us: stamp })?;
            let again = Instant::now() + self.patience.resend;
            while let Some(heard) =
                self.line.hear(again.saturating_duration_since(Instant::now()))?
            {
                match heard {
                    Heard::Pong { host_us, ticks } if host_us == stamp => {
                        return self.pulse.goes_on(ticks);
                    }
                    Heard::Log { text, .. } => tracing::info!(target: "board", "{text}"),
                    _ => {}
                }
            }
            if Instant::now() > until {
                return Err(BoardError::AgentSilent {
                    doing: "it was asked whether it listens",
                    secs: self.patience.silence.as_secs_f32(),
                });
            }
        }
    }

    /// Who the board is.
    pub fn info(&self) -> &BoardInfo {
        &self.info
    }

    /// Frames, losses and noise on the wire so far.
    pub fn counts(&self) -> Counts {
        self.line.counts()
    }

    /// The moment 0 of [`Clock`].
    pub fn zero(&self) -> Instant {
        self.zero
    }

    /// Pings eight times and keeps the quickest.
    pub fn clock(&mut self) -> Result<Clock, BoardError> {
        let mut best: Option<Clock> = None;
        for _ in 0..8 {
            let sent_us = self.now_us();
            self.line.say(&HostMessage::Ping { host_us: sent_us })?;
            let until = Instant::now() + self.patience.resend;
            let ticks = loop {
                match self.line.hear(until.saturating_duration_since(Instant::now()))? {
                    Some(Heard::Pong { host_us, ticks }) if host_us == sent_us => {
                        break Some(ticks);
                    }
                    Some(_) => {}
                    None => break None,
                }
            };
            let Some(ticks) = ticks else { continue };
            self.pulse.told(ticks);
            best = Clock::of(sent_us, self.now_us(), ticks, self.info.timer_hz).quicker(best);
        }
        best.ok_or(BoardError::AgentSilent {
            doing: "it was asked the time",
            secs: self.patience.resend.as_secs_f32() * 8.0,
        })
    }

    fn now_us(&self) -> u64 {
        self.zero.elapsed().as_micros() as u64
    }
}

/// The last line with something on it, at most as long as a sentence can hold.
fn last_line(text: &str) -> Option<String> {
    text.lines().map(plain).rfind(|line| !line.is_empty())
}
