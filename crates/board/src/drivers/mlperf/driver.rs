//! Windows of inferences, by the benchmark's rules.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agent::Memory;
use agent::wire::StopReason;

use super::answer::Answer;
use super::monitor::Monitor;
use super::window::Rules;
use crate::drivers::port::BoardPort;
use crate::drivers::{BoardInfo, Clock, Driver, RunEvent, RunRequest, RunTotals};
use crate::{BoardError, Patience, Transport};

/// Bits per second in the performance and accuracy modes.
pub const MLPERF_BAUD: u32 = 115_200;
/// Time stamps asked for, to find the quickest answer.
const PINGS: u32 = 8;
/// Windows tried before one that is too short is an error.
const TRIES: u32 = 3;

/// How the benchmark is run.
#[derive(Clone, Debug)]
pub struct MlperfOptions {
    /// Inputs that take turns, a window each; none leaves what the board has in its buffer.
    pub inputs: Vec<Vec<u8>>,
    /// Shortest window; 10 s by the rules.
    pub window: Duration,
    /// Fewest inferences in a window; 10 by the rules.
    pub iterations: u32,
    /// Bits per second; `None` is [`MLPERF_BAUD`].
    pub baud: Option<u32>,
}

/// A conversation with a board that runs the benchmark.
///
/// A run is one window: as many inferences as fill it, timed by the board between its two time
/// stamps. Of a [`RunRequest`] it takes nothing.
pub struct MlperfDriver {
    monitor: Monitor,
    info: BoardInfo,
    options: MlperfOptions,
    patience: Patience,
    zero: Instant,
    /// Microseconds of one inference, once one was seen.
    us_each: Option<f64>,
    /// Windows so far, and the input in the board.
    windows: usize,
    loaded: Option<usize>,
    lost: Option<u64>,
}

impl MlperfDriver {
    /// Opens the port for us alone and asks who is there.
    pub fn on_port(
        port: &BoardPort,
        options: MlperfOptions,
        patience: &Patience,
    ) -> Result<Self, BoardError> {
        let serial = port.open(Some(options.baud.unwrap_or(MLPERF_BAUD)))?;
        MlperfDriver::over(Box::new(serial), port, options, patience)
    }

    /// The same over a transport that is open.
    pub fn over(
        transport: Box<dyn Transport>,
        port: &BoardPort,
        options: MlperfOptions,
        patience: &Patience,
    ) -> Result<Self, BoardError> {
        let (mut monitor, name) = Monitor::meet(transport, *patience)?;
        let profile = monitor.named("profile", "profile")?;
        let model = monitor.named("profile", "model")?;
        let info = BoardInfo {
            chip_id: port.identity(),
            timer_hz: 1_000_000,
            timer: "the benchmark's time stamp".into(),
            agent: profile,
            runs: Some(format!("{model} (MLPerf Tiny)")),
            name,
            ..BoardInfo::unknown()
        };
        Ok(MlperfDriver {
            monitor,
            info,
            options,
            patience: *patience,
            zero: Instant::now(),
            us_each: None,
            windows: 0,
            loaded: None,
            lost: None,
        })
    }

    fn rules(&self) -> Rules {
        Rules { shortest: self.options.window, fewest: self.options.iterations }
    }

    /// Puts the next window's input into the board, where it has another one.
    fn load_input(&mut self) -> Result<(), BoardError> {
        let inputs = self.options.inputs.len();
        let Some(next) = self.windows.checked_rem(inputs) else { return Ok(()) };
        if self.loaded == Some(next) {
            return Ok(());
        }
        self.loaded = None;
        if let Some(input) = self.options.inputs.get(next) {
            self.monitor.load(input)?;
        }
        self.loaded = Some(next);
        Ok(())
    }

    /// One `infer`: its two time stamps, its tokens, and what the model answered.
    fn infer(&mut self, count: u32, expected: Duration) -> Result<Inferred, BoardError> {
        let mut laps: Vec<u64> = Vec::new();
        let mut tokens = Vec::new();
        let (mut results, mut done, mut echo, mut restarted) = (None, false, None, false);
        let limit = expected * 2 + self.patience.silence;
        self.monitor.ask(&format!("infer {count} 1"), limit, &mut |answer| {
            match answer {
                Answer::Lap(us) if laps.len() < 3 => laps.push(*us),
                Answer::Token { index, us } if laps.len() == 1 => tokens.push((*index, *us)),
                Answer::Named { name: "results", value } => results = Some((*value).to_owned()),
                Answer::Said("infer-done") => done = true,
                // The banner of a board that begins anew.
                Answer::Said("init-done") => restarted = true,
                Answer::Said(said) => {
                    if let Some(said) = said.strip_prefix("infer-start-") {
                        echo = said.parse::<u32>().ok();
                    }
                }
                _ => {}
            }
            done || restarted
        })?;
        if restarted {
            return Err(BoardError::Restarted);
        }
        let wrong = |detail: String| BoardError::Misbehaved { detail };
        if echo.is_some_and(|echo| echo != count) {
            return Err(wrong(format!("it was asked for {count} inferences and began {echo:?}")));
        }
        let &[began, ended] = laps.as_slice() else {
            return Err(wrong(format!("a window has two time stamps, and it gave {}", laps.len())));
        };
        let began = self.monitor.unwrapped(began);
        // Tokens of one inference; with several, the numbers begin anew.
        let first = tokens.chunk_by(|(before, _), (index, _)| before < index).next();
        let tokens = first.unwrap_or_default().iter();
        let tokens = tokens.map(|(index, us)| (*index, self.monitor.unwrapped(*us))).collect();
        let ended = self.monitor.unwrapped(ended);
        if ended < began {
            return Err(wrong("its window ended before it began".into()));
        }
        Ok(Inferred { began, ended, tokens, results })
    }

    /// Tells of a window that counts.
    fn tell(&mut self, window: &Inferred, on_event: &mut dyn FnMut(RunEvent)) {
        on_event(RunEvent::Started { ticks: window.began });
        let mut due = 0;
        for &(index, ticks) in &window.tokens {
            let missed = u64::from(index.saturating_sub(due));
            self.lost = Some(self.lost.unwrap_or(0).saturating_add(missed));
            due = index.saturating_add(1);
            on_event(RunEvent::Token { index, id: None, ticks, phases: None });
        }
        if let Some(results) = &window.results {
            on_event(RunEvent::Text(format!("results: {results}\n")));
        }
    }
}

/// One `infer`.
#[derive(Default)]
struct Inferred {
    began: u64,
    ended: u64,
    /// Of its first inference, with rising numbers: each one's number and moment.
    tokens: Vec<(u32, u64)>,
    results: Option<String>,
}

impl Inferred {
    fn totals(&self, reason: StopReason, inferences: Option<u32>) -> RunTotals {
        RunTotals {
            reason,
            tokens: self.tokens.last().map(|(index, _)| index.saturating_add(1)),
            inferences,
            began: self.began,
            ended: self.ended,
            energy_uj: None,
            memory: Memory::default(),
        }
    }
}

impl Driver for MlperfDriver {
    fn info(&self) -> &BoardInfo {
        &self.info
    }

    /// Holes between the tokens of a window; nothing of a board that tells of none.
    fn lost(&self) -> Option<u64> {
        self.lost
    }

    fn zero(&self) -> Instant {
        self.zero
    }

    fn clock(&mut self) -> Result<Clock, BoardError> {
        let mut best: Option<Clock> = None;
        for _ in 0..PINGS {
            let sent_us = self.zero.elapsed().as_micros() as u64;
            let us = self.monitor.timestamp()?;
            let answered_us = self.zero.elapsed().as_micros() as u64;
            best = Clock::of(sent_us, answered_us, us, self.info.timer_hz).quicker(best);
        }
        best.ok_or(BoardError::AgentSilent { doing: "it was asked the time", secs: 0.0 })
    }

    /// A window cannot be broken off: `stop` is looked at before each.
    fn run(
        &mut self,
        _: &RunRequest,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Result<RunTotals, BoardError> {
        let stopped = || Ok(Inferred::default().totals(StopReason::Stopped, None));
        if stop.load(Ordering::Relaxed) {
            return stopped();
        }
        self.load_input()?;
        let mut us_each = match self.us_each {
            Some(us_each) => us_each,
            None => {
                let one = self.infer(1, self.patience.model)?;
                (one.ended - one.began) as f64
            }
        };
        for _ in 0..TRIES {
            if stop.load(Ordering::Relaxed) {
                return stopped();
            }
            let count = self.rules().count(us_each);
            let expected =
                Duration::from_secs_f64((us_each * f64::from(count) / 1e6).min(86_400.0));
            let window = self.infer(count, expected)?;
            let us = window.ended - window.began;
            us_each = us as f64 / f64::from(count);
            self.us_each = Some(us_each);
            if self.rules().met(count, us) {
                self.windows += 1;
                self.tell(&window, on_event);
                return Ok(window.totals(StopReason::Count, Some(count)));
            }
        }
        Err(BoardError::Misbehaved {
            detail: "its inferences take ever less time, and no window is long enough".into(),
        })
    }
}
