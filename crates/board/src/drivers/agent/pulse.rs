//! Whether a board's clock goes on. An agent says nothing of its own accord after a reset, so that
//! nobody's banner is lost; but a clock that stands before the last moment it told has begun anew,
//! and so has the board, or every time it tells from then on is another one than before. How fast it
//! goes is not looked at, for emulated ones go as they can: a board that restarts sooner after its
//! start than it is asked is one that fell silent.

use std::time::{Duration, Instant};

use agent::wire::HostMessage;

use super::listen::Line;
use crate::BoardError;

/// What is known of a board's clock.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// The latest moment that the board told.
    ticks: u64,
    /// It told an earlier one after that, in this run.
    back: bool,
    /// What the question said that waits for its answer. One waits at most: a board that takes
    /// seconds for a token reads all of them after it.
    asked: Option<u64>,
}

impl Pulse {
    /// The board told a moment.
    pub(super) fn told(&mut self, ticks: u64) {
        self.back |= ticks < self.ticks;
        self.ticks = self.ticks.max(ticks);
    }

    /// Whether its clock went back in this run.
    pub(super) fn went_back(&self) -> bool {
        self.back
    }

    /// Another run begins.
    pub(super) fn begin(&mut self) {
        (self.asked, self.back) = (None, false);
    }

    /// Nothing was heard in a run since then; asks, where that is `long`.
    pub(super) fn silent(
        &mut self,
        line: &mut Line,
        since: Instant,
        long: Duration,
        now_us: u64,
    ) -> Result<(), BoardError> {
        if self.asked.is_some() || since.elapsed() < long {
            return Ok(());
        }
        self.asked = Some(now_us);
        line.say(&HostMessage::Ping { host_us: now_us })
    }

    /// An answer came in a run.
    pub(super) fn answered(&mut self, host_us: u64, ticks: u64) -> Result<(), BoardError> {
        if self.asked != Some(host_us) {
            return Ok(());
        }
        self.asked = None;
        self.goes_on(ticks)
    }

    /// The board's clock stands there now.
    ///
    /// # Errors
    /// [`BoardError::Restarted`] where that is before what it told.
    pub(super) fn goes_on(&mut self, ticks: u64) -> Result<(), BoardError> {
        if ticks < self.ticks {
            return Err(BoardError::Restarted);
        }
        self.ticks = ticks;
        Ok(())
    }
}
