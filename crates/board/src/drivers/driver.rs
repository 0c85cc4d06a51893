//! What every driver can do.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use agent::wire::Bits;

use super::{BoardInfo, Clock, RunEvent, RunRequest, RunTotals};
use crate::BoardError;

/// A conversation with one board. Every call is bounded in time, whatever the board does.
pub trait Driver: Send {
    /// Who the board is.
    fn info(&self) -> &BoardInfo;

    /// Messages that were lost on the way so far, as far as that can be known; `None` where nothing
    /// that came was numbered, so that nobody counts.
    fn lost(&self) -> Option<u64>;

    /// The moment 0 of [`Driver::clock`].
    fn zero(&self) -> Instant;

    /// How the board's clock relates to ours.
    ///
    /// # Errors
    /// Where the board has no clock that can be asked, or does not answer.
    fn clock(&mut self) -> Result<Clock, BoardError>;

    /// Loads a model file; `progress` is told the bytes that have arrived. `false` where `stop` was
    /// set meanwhile.
    ///
    /// # Errors
    /// [`BoardError::OwnModel`] of a board that runs something of its own, as most do.
    fn load_model(
        &mut self,
        _bytes: &[u8],
        _bits: Bits,
        _stop: &AtomicBool,
        _progress: &mut dyn FnMut(u64),
    ) -> Result<bool, BoardError> {
        Err(BoardError::OwnModel)
    }

    /// Runs once, to the end or until `stop` is set; tells `on_event` everything as it happens.
    ///
    /// # Errors
    /// What the board did instead. Whatever was told before still counts.
    fn run(
        &mut self,
        request: &RunRequest,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Result<RunTotals, BoardError>;
}
