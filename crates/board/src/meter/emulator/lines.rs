//! Plays a microcontroller that prints what its INA219 measures, a hundred times a second.

use std::time::Instant;

use super::{Beat, Played};
use crate::meter::Wave;

/// Lines a second.
const RATE_HZ: f64 = 100.0;
/// What feeds the board.
const VOLTS: f64 = 3.3;

/// Its state.
pub(super) struct PlayedLines {
    wave: Wave,
    beat: Beat,
    begun: bool,
}

impl PlayedLines {
    pub(super) fn new(wave: Wave) -> Self {
        Self { wave, beat: Beat::begin(), begun: false }
    }
}

impl Played for PlayedLines {
    fn hear(&mut self, _: &[u8], _: &mut Vec<u8>) {}

    fn due(&mut self, now: Instant, out: &mut Vec<u8>) {
        if !self.begun {
            self.begun = true;
            out.extend_from_slice(b"# emulated\r\nt_ms,bus_V,current_mA,power_mW\r\n");
        }
        for index in self.beat.due(now, RATE_HZ) {
            let (ms, amps) = (index as f64 / RATE_HZ * 1e3, self.wave.amps(index, RATE_HZ));
            let line = format!("{ms},{VOLTS},{:.3},{:.3}\r\n", amps * 1e3, amps * VOLTS * 1e3);
            out.extend_from_slice(line.as_bytes());
        }
    }

    fn since(&self) -> Option<Instant> {
        Some(self.beat.since)
    }

    fn sample_bytes(&self) -> usize {
        1
    }
}
