//! What goes wrong on the way from a played meter.

use std::time::{Duration, Instant};

/// Faults of the stream; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Every so many-th sample is lost; 0 loses none.
    pub lose_every: u64,
    /// After every so many samples a byte of nothing comes; 0 for none.
    pub noise_every: u64,
    /// Every so many-th sample comes twice; 0 for none.
    pub double_every: u64,
    /// It is pulled out so long after it began to sample.
    pub unplug_after: Option<Duration>,
}

/// Faults on their way.
pub(super) struct Going {
    faults: Faults,
    samples: u64,
}

impl Faults {
    pub(super) fn begin(self) -> Going {
        Going { faults: self, samples: 0 }
    }
}

impl Going {
    pub(super) fn unplugged(&self, since: Option<Instant>) -> bool {
        let after = self.faults.unplug_after;
        after.zip(since).is_some_and(|(after, since)| since.elapsed() >= after)
    }

    /// Spoils the samples behind the first `answered` bytes.
    pub(super) fn spoil(&mut self, out: &mut Vec<u8>, answered: usize, sample_bytes: usize) {
        let Faults { lose_every, noise_every, double_every, .. } = self.faults;
        if lose_every == 0 && noise_every == 0 && double_every == 0 {
            return;
        }
        let stream = out.split_off(answered.min(out.len()));
        let hits = |every: u64, nth: u64| every > 0 && nth % every == every - 1;
        for sample in stream.chunks(sample_bytes.max(1)) {
            let nth = self.samples;
            self.samples += 1;
            if !hits(lose_every, nth) {
                out.extend_from_slice(sample);
            }
            if hits(double_every, nth) {
                out.extend_from_slice(sample);
            }
            if hits(noise_every, nth) {
                out.push(0xff);
            }
        }
    }
}
