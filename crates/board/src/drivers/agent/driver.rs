//! The agent's wire as one of the drivers.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use agent::wire::Bits;

use super::AgentDriver;
use crate::BoardError;
use crate::drivers::{BoardInfo, Clock, Driver, RunEvent, RunRequest, RunTotals};

impl Driver for AgentDriver {
    fn info(&self) -> &BoardInfo {
        AgentDriver::info(self)
    }

    fn lost(&self) -> Option<u64> {
        Some(self.counts().missing)
    }

    fn zero(&self) -> Instant {
        AgentDriver::zero(self)
    }

    fn clock(&mut self) -> Result<Clock, BoardError> {
        AgentDriver::clock(self)
    }

    fn load_model(
        &mut self,
        bytes: &[u8],
        bits: Bits,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<bool, BoardError> {
        AgentDriver::load_model(self, bytes, bits, stop, progress).map(|model| model.is_some())
    }

    fn run(
        &mut self,
        request: &RunRequest,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Result<RunTotals, BoardError> {
        AgentDriver::run(self, request, stop, on_event)
    }
}
