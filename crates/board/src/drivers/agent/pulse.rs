//! Whether a board's clock goes on. An agent says nothing of its own accord after a reset, so that
//! nobody's banner is lost; but a clock that stands before the last moment it told has begun anew,
//! and so has the board, or every time it tells from then on is another one than before. How fast it
//! goes is not looked at, for emulated ones go as they can. One that restarts sooner after its start
//! than it is asked has lost its model, and says so when it is asked who it is.

use std::time::{Duration, Instant};

use agent::ModelInfo;
use agent::wire::{HostMessage, MINOR};

use super::listen::Line;
use crate::BoardError;

/// So many times the longest that anything took so far, a board may be silent: a longer context, a
/// busier computer.
const SLOWER: u32 = 16;

/// What is known of a board's clock.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// The latest moment that the board told.
    ticks: u64,
    /// It told an earlier one after that, in this run.
    back: bool,
    /// What the question for the time said that waits for its answer.
    asked: Option<u64>,
    /// The silences in which it was asked for the time, and who it is: once in each, for a board that
    /// takes seconds for a token reads every question after it.
    pinged: Option<Instant>,
    greeted: Option<Instant>,
    /// The longest that a sign of life took so far, with the model that is loaded: the time of a token,
    /// read or made.
    longest: Option<Duration>,
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
        *self = Pulse { ticks: self.ticks, longest: self.longest, ..Pulse::default() };
    }

    /// Another model is loaded, which may be slower.
    pub(super) fn other_model(&mut self) {
        self.longest = None;
    }

    /// A token was read or made, so long after the last sign of life.
    pub(super) fn took(&mut self, time: Duration) {
        self.longest = self.longest.max(Some(time));
    }

    /// How long this board may be silent in a run before it counts as away: `silence` until its own pace
    /// is known, half of it for a quick board, and up to six times as much for one that is known to
    /// take so long.
    pub(super) fn limit(&self, silence: Duration) -> Duration {
        match self.longest {
            Some(longest) => (longest * SLOWER).clamp(silence / 2, silence * 6),
            None => silence,
        }
    }

    /// Nothing was heard in a run since then; asks for the time where that is `long`, and who is
    /// there where it is `longer`.
    pub(super) fn silent(
        &mut self,
        line: &mut Line,
        since: Instant,
        [long, longer]: [Duration; 2],
        now_us: u64,
    ) -> Result<(), BoardError> {
        let silent = since.elapsed();
        if silent >= long && self.pinged != Some(since) {
            (self.pinged, self.asked) = (Some(since), Some(now_us));
            line.say(&HostMessage::Ping { host_us: now_us })?;
        }
        if silent >= longer && self.greeted != Some(since) {
            self.greeted = Some(since);
            line.say(&HostMessage::Hello { minor: MINOR })?;
        }
        Ok(())
    }

    /// Somebody said who is there, with this model.
    ///
    /// # Errors
    /// [`BoardError::Restarted`] where nobody asked in this run, or the model is gone.
    pub(super) fn greeted(
        &self,
        model: Option<ModelInfo>,
        before: Option<ModelInfo>,
    ) -> Result<(), BoardError> {
        if self.greeted.is_none() || model != before {
            return Err(BoardError::Restarted);
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_board_may_be_silent_for_longer_than_a_quick_one() {
        let (ms, silence) = (Duration::from_millis, Duration::from_secs(10));
        let mut pulse = Pulse::default();
        assert_eq!(pulse.limit(silence), silence);
        pulse.took(ms(3));
        assert_eq!(pulse.limit(silence), silence / 2);
        pulse.took(ms(1500));
        pulse.took(ms(3));
        pulse.begin();
        assert_eq!(pulse.limit(silence), ms(24_000));
        pulse.took(ms(20_000));
        assert_eq!(pulse.limit(silence), silence * 6);
        pulse.other_model();
        assert_eq!(pulse.limit(silence), silence);
    }
}
