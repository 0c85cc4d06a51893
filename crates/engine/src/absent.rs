//! What stands in a board's place while it is away.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use board::{Bits, BoardError, BoardInfo, Clock, Driver, RunEvent, RunRequest, RunTotals};

/// A board that is gone. It can still say who it was.
pub(crate) struct Absent {
    info: BoardInfo,
    zero: Instant,
}

impl Absent {
    pub(crate) fn of(driver: &dyn Driver) -> Absent {
        Absent { info: driver.info().clone(), zero: driver.zero() }
    }

    fn gone<T>(&self) -> Result<T, BoardError> {
        Err(BoardError::Gone { how: "it did not come back".into() })
    }
}

impl Driver for Absent {
    fn info(&self) -> &BoardInfo {
        &self.info
    }

    fn lost(&self) -> Option<u64> {
        None
    }

    fn zero(&self) -> Instant {
        self.zero
    }

    fn clock(&mut self) -> Result<Clock, BoardError> {
        self.gone()
    }

    fn load_model(
        &mut self,
        _: &[u8],
        _: Bits,
        _: &AtomicBool,
        _: &mut dyn FnMut(u64),
    ) -> Result<bool, BoardError> {
        self.gone()
    }

    fn run(
        &mut self,
        _: &RunRequest,
        _: &AtomicBool,
        _: &mut dyn FnMut(RunEvent),
    ) -> Result<RunTotals, BoardError> {
        self.gone()
    }
}
