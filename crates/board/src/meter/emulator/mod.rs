//! Meters without hardware: each speaks its meter's own words over any transport, in real time, from a
//! [`Wave`]. They say over the wire that they are emulated; other people's programs pass over that.

mod faults;
mod lines;
mod lpm01a;
mod ppk2;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use faults::Faults;

use super::{MeterModel, Wave};
use crate::{BoardError, Transport};

/// How often a meter sends what has become due: a full-speed USB device has a frame every millisecond.
const TICK: Duration = Duration::from_millis(2);

/// What to play.
#[derive(Clone, Debug)]
pub struct Emulation {
    /// Which meter.
    pub model: MeterModel,
    /// What it measures.
    pub wave: Wave,
    /// What goes wrong.
    pub faults: Faults,
    /// Of a PPK2: D0 is high while there is such a file, as if a board raised it.
    pub gate: Option<PathBuf>,
}

/// Plays a meter until the other side hangs up, or until it is unplugged.
///
/// # Errors
/// Where the transport fails otherwise.
pub fn play(mut transport: Box<dyn Transport>, emulation: &Emulation) -> Result<(), BoardError> {
    let mut played: Box<dyn Played> = match emulation.model {
        MeterModel::Ppk2 => Box::new(ppk2::PlayedPpk2::new(emulation.wave, emulation.gate.clone())),
        MeterModel::Lpm01a => Box::new(lpm01a::PlayedLpm01a::new(emulation.wave)),
        MeterModel::Lines => Box::new(lines::PlayedLines::new(emulation.wave)),
    };
    let mut faults = emulation.faults.begin();
    let mut buffer = [0; 256];
    let mut out = Vec::new();
    loop {
        let n = match transport.read(&mut buffer, TICK) {
            Ok(n) => n,
            Err(BoardError::Gone { .. } | BoardError::Unplugged { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        played.hear(buffer.get(..n).unwrap_or_default(), &mut out);
        // What was asked for comes whole; only the stream has faults.
        let answered = out.len();
        played.due(Instant::now(), &mut out);
        if faults.unplugged(played.since()) {
            return Ok(());
        }
        faults.spoil(&mut out, answered, played.sample_bytes());
        if !out.is_empty() {
            match transport.write(&out) {
                Ok(()) => {}
                Err(BoardError::Gone { .. } | BoardError::Unplugged { .. }) => return Ok(()),
                // Nobody listens: a meter says it into the void.
                Err(BoardError::AgentSilent { .. }) => {}
                Err(error) => return Err(error),
            }
            out.clear();
        }
        // A peer that talks without an end would wake it for every byte.
        if n > 0 {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

/// A meter being played.
trait Played {
    /// Takes what the host said; answers go into `out`.
    fn hear(&mut self, bytes: &[u8], out: &mut Vec<u8>);
    /// Appends the samples that are due by now.
    fn due(&mut self, now: Instant, out: &mut Vec<u8>);
    /// Since when it samples.
    fn since(&self) -> Option<Instant>;
    /// Bytes of a sample, where they are all of a length.
    fn sample_bytes(&self) -> usize;
}

/// Counts the samples of a rate that are due.
#[derive(Clone, Copy, Debug)]
struct Beat {
    since: Instant,
    sent: u64,
}

impl Beat {
    fn begin() -> Beat {
        Beat { since: Instant::now(), sent: 0 }
    }

    /// Indices of those that have become due.
    fn due(&mut self, now: Instant, rate_hz: f64) -> std::ops::Range<u64> {
        let until = (now.saturating_duration_since(self.since).as_secs_f64() * rate_hz) as u64;
        let due = self.sent..until.max(self.sent);
        self.sent = due.end;
        due
    }
}
