//! When a meter's sample was taken, on the run's axis. Pure: moments come from outside.
//!
//! Three steps. A batch that arrives says that its last sample is not younger than now: the lowest of
//! such offsets over a few seconds is the way a sample takes at least, and drifts with the meter's
//! clock. Pings say what the board's clock was at a moment of ours. Where the board raises an input of
//! the meter as a repetition begins, that edge and the board's own word for it are the same moment,
//! and the difference corrects the rest.

use std::collections::VecDeque;
use std::time::Instant;

use board::meter::{Edge, Slope};

/// How far back arrivals are looked at: a drift of 100 ppm moves by half a millisecond meanwhile.
const LOOK_BACK_S: f64 = 5.0;
/// An edge this far from the board's word is none of its.
const NEAR_MS: f64 = 50.0;
/// Edges and beginnings kept while the other one is on its way.
const KEPT: usize = 64;

/// How samples are put on the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    /// By edges of this input.
    Trigger(u8),
    /// By the host's clock and pings.
    Pings,
    /// By the moment at which the board's first word was heard.
    FirstWord,
}

/// The offset of one clock against another.
#[derive(Clone, Copy, Debug)]
struct Pinged {
    clock: board::Clock,
    zero: Instant,
    timer_hz: u64,
}

/// Everything known of a run's clocks.
#[derive(Debug)]
pub(crate) struct Timing {
    /// `None` for a meter whose samples come as they happen.
    rate_hz: Option<f64>,
    trigger: Option<u8>,
    /// The host's moments are seconds since this one.
    epoch: Instant,
    /// Arrival in seconds, and how late: lowest first, later ones that are higher behind it.
    lowest: VecDeque<(f64, f64)>,
    /// Sum and number of all offsets, for how much they scatter.
    offsets: (f64, u64),
    pinged: Option<Pinged>,
    /// The board's ticks at the run's zero, and when its word was heard.
    zero: Option<(u64, Instant)>,
    /// The moment of the run at that zero: not 0 once the board was away and its clock began anew.
    zero_ms: f64,
    /// The board is away, or back and has not begun yet: looks at its clock are for later.
    away: bool,
    after: Option<Pinged>,
    began: VecDeque<f64>,
    edges: VecDeque<u64>,
    /// Corrections by edges: the last one, and the range of all.
    corrected_ms: Option<f64>,
    corrections: Option<[f64; 2]>,
}

impl Timing {
    pub(crate) fn new(rate_hz: Option<f64>, trigger: Option<u8>) -> Timing {
        Timing {
            rate_hz,
            trigger,
            epoch: Instant::now(),
            lowest: VecDeque::new(),
            offsets: (0.0, 0),
            pinged: None,
            zero: None,
            zero_ms: 0.0,
            away: false,
            after: None,
            began: VecDeque::new(),
            edges: VecDeque::new(),
            corrected_ms: None,
            corrections: None,
        }
    }

    /// A batch ended before sample `end_index` and arrived at that moment.
    pub(crate) fn arrived(&mut self, end_index: u64, at: Instant) {
        let Some(rate_hz) = self.rate_hz else { return };
        let at_s = self.seconds(at);
        let late_s = at_s - end_index as f64 / rate_hz;
        while self.lowest.back().is_some_and(|(_, other)| *other >= late_s) {
            self.lowest.pop_back();
        }
        self.lowest.push_back((at_s, late_s));
        while self.lowest.front().is_some_and(|(then, _)| *then < at_s - LOOK_BACK_S) {
            self.lowest.pop_front();
        }
        self.offsets = (self.offsets.0 + late_s, self.offsets.1 + 1);
    }

    /// The board's clock was looked at; later looks are better, for both clocks drift.
    pub(crate) fn clock(&mut self, clock: board::Clock, zero: Instant, timer_hz: u64) {
        let pinged = Some(Pinged { clock, zero, timer_hz });
        match self.away {
            true => self.after = pinged,
            false => self.pinged = pinged,
        }
    }

    /// The run's axis begins.
    pub(crate) fn zero(&mut self, ticks: u64, heard: Instant) {
        self.zero.get_or_insert((ticks, heard));
    }

    /// The board is away. Until it begins again this computer's clock goes on, as it was set by the
    /// last look at the board's.
    pub(crate) fn away(&mut self) {
        (self.away, self.after) = (true, None);
    }

    /// It is back, and began at these ticks of a new clock, at that moment of the run.
    pub(crate) fn back(&mut self, ticks: u64, at_ms: f64, heard: Instant) {
        self.away = false;
        self.pinged = self.after.take();
        (self.zero, self.zero_ms) = (Some((ticks, heard)), at_ms);
    }

    /// A repetition began, by the board's word.
    pub(crate) fn began(&mut self, at_ms: f64) {
        if self.trigger.is_some() {
            keep(&mut self.began, at_ms);
            self.correct();
        }
    }

    /// An input changed. Gives whether the axis is another one from now on.
    pub(crate) fn edge(&mut self, edge: Edge) -> bool {
        if self.trigger != Some(edge.pin) || edge.slope != Slope::Rising {
            return false;
        }
        keep(&mut self.edges, edge.index);
        self.correct()
    }

    /// When a sample was taken, in milliseconds of the run; `None` before there is a zero.
    pub(crate) fn at_ms(&self, index: u64) -> Option<f64> {
        Some(self.by_host(index)? + self.corrected_ms.unwrap_or(0.0))
    }

    /// The same for something that happened at a moment of ours.
    pub(crate) fn moment_ms(&self, at: Instant) -> Option<f64> {
        let (zero_ticks, heard) = self.zero?;
        match self.pinged {
            Some(Pinged { clock, zero, timer_hz }) => {
                let ticks = clock.ticks_at_zero as f64 - zero_ticks as f64;
                Some((ticks / timer_hz as f64 + seconds_since(at, zero)) * 1e3 + self.zero_ms)
            }
            None => Some(seconds_since(at, heard) * 1e3 + self.zero_ms),
        }
    }

    fn by_host(&self, index: u64) -> Option<f64> {
        let (_, late_s) = self.lowest.front()?;
        let at_s = late_s + index as f64 / self.rate_hz?;
        Some(self.moment_ms(self.epoch)? + at_s * 1e3)
    }

    /// Brings edges and beginnings together that are the same moment.
    fn correct(&mut self) -> bool {
        let mut corrected = false;
        while let Some(began_ms) = self.began.front().copied() {
            let mut nearest: Option<f64> = None;
            for index in &self.edges {
                let Some(edge_ms) = self.by_host(*index) else { return corrected };
                let off_ms = began_ms - edge_ms;
                if off_ms.abs() < NEAR_MS && nearest.is_none_or(|other| off_ms.abs() < other.abs())
                {
                    nearest = Some(off_ms);
                }
            }
            let Some(off_ms) = nearest else { break };
            self.corrected_ms = Some(off_ms);
            let [low, high] = self.corrections.unwrap_or([off_ms; 2]);
            self.corrections = Some([low.min(off_ms), high.max(off_ms)]);
            self.began.pop_front();
            corrected = true;
        }
        corrected
    }

    /// How samples are put on the axis now.
    pub(crate) fn method(&self) -> Method {
        match (self.trigger, self.corrected_ms, self.pinged) {
            (Some(pin), Some(_), _) => Method::Trigger(pin),
            (_, _, Some(_)) => Method::Pings,
            (_, _, None) => Method::FirstWord,
        }
    }

    /// By how much a sample may lie wrong, in milliseconds; `None` where nothing says it.
    ///
    /// With edges: their scatter and a sample. By pings: half of a round trip, and how much arrivals
    /// scatter above the quickest. What is the same for all, such as how long a USB host sits on
    /// everything, nothing here can see.
    pub(crate) fn uncertainty_ms(&self) -> Option<f64> {
        let sample_ms = self.rate_hz.map_or(0.0, |rate_hz| 1e3 / rate_hz);
        if let Some([low, high]) = self.corrections {
            return Some((high - low) / 2.0 + sample_ms);
        }
        let round_trip_ms = self.pinged?.clock.round_trip_us as f64 / 1e3;
        let (sum, n) = self.offsets;
        let scatter_ms = match self.lowest.front() {
            // The mean runs away with a drift; it says no more than the order of the scatter.
            Some((_, lowest)) if n > 0 => (sum / n as f64 - lowest).abs() * 1e3,
            _ => 0.0,
        };
        Some(round_trip_ms / 2.0 + scatter_ms + sample_ms)
    }

    fn seconds(&self, at: Instant) -> f64 {
        seconds_since(at, self.epoch)
    }
}

/// Seconds from one moment to another, in either direction.
fn seconds_since(at: Instant, since: Instant) -> f64 {
    match at.checked_duration_since(since) {
        Some(after) => after.as_secs_f64(),
        None => -since.saturating_duration_since(at).as_secs_f64(),
    }
}

fn keep<T>(queue: &mut VecDeque<T>, value: T) {
    if queue.len() == KEPT {
        queue.pop_front();
    }
    queue.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const RATE_HZ: f64 = 100_000.0;
    const HZ: u64 = 1_000_000;

    /// A board whose clock stood at 5 s when ours began, and a run whose zero is at 7 s of it.
    fn timing(trigger: Option<u8>) -> Timing {
        let mut timing = Timing::new(Some(RATE_HZ), trigger);
        let clock = board::Clock { round_trip_us: 200, ticks_at_zero: 5_000_000 };
        timing.clock(clock, timing.epoch, HZ);
        timing.zero(7_000_000, timing.epoch + Duration::from_secs(3));
        timing
    }

    /// Batches of 10 ms, each later than the quickest by what `late_ms` says.
    fn arrive(timing: &mut Timing, seconds: u64, ppm: f64, late_ms: impl Fn(u64) -> f64) {
        for batch in 1..=seconds * 100 {
            let taken_s = batch as f64 * 0.01 * (1.0 + ppm * 1e-6);
            let at = timing.epoch + Duration::from_secs_f64(taken_s + late_ms(batch) / 1e3);
            timing.arrived(batch * 1000, at);
        }
    }

    #[track_caller]
    fn close(got: Option<f64>, expect: f64, within: f64) {
        let got = got.unwrap();
        assert!((got - expect).abs() <= within, "{got} is not {expect}");
    }

    #[test]
    fn without_a_zero_there_is_no_axis() {
        let mut timing = Timing::new(Some(RATE_HZ), None);
        arrive(&mut timing, 1, 0.0, |_| 0.0);
        assert_eq!(timing.at_ms(0), None);
    }

    #[test]
    fn pings_put_samples_on_the_boards_axis_whatever_arrives_late() {
        let mut timing = timing(None);
        arrive(&mut timing, 10, 0.0, |batch| if batch % 7 == 0 { 0.0 } else { 8.0 });
        // Ours 2 s are the run's zero.
        close(timing.at_ms(200_000), 0.0, 1e-6);
        close(timing.at_ms(800_000), 6000.0, 1e-6);
        assert_eq!(timing.method(), Method::Pings);
        close(timing.uncertainty_ms(), 0.1 + 8.0 * 6.0 / 7.0 + 0.01, 0.05);
    }

    #[test]
    fn a_meter_whose_clock_drifts_is_followed() {
        let mut timing = timing(None);
        arrive(&mut timing, 600, 80.0, |_| 0.5);
        let truly_ms = 600.0 * (1.0 + 80e-6) * 1e3 - 2000.0;
        close(timing.at_ms(60_000_000), truly_ms + 0.5, 0.6);
    }

    #[test]
    fn a_board_that_was_away_goes_on_where_this_computers_clock_was() {
        let mut timing = timing(None);
        arrive(&mut timing, 10, 0.0, |_| 0.0);
        timing.away();
        // Its new clock stands at 40 ms at our 9 s; nothing moves before it begins.
        let clock = board::Clock { round_trip_us: 200, ticks_at_zero: 40_000 };
        timing.clock(clock, timing.epoch + Duration::from_secs(9), HZ);
        let at = |seconds| timing.epoch + Duration::from_secs_f64(seconds);
        close(timing.moment_ms(at(9.0)), 7000.0, 1e-6);
        // It begins at our 9.5 s, and the word of it takes 1 ms.
        let heard = at(9.501);
        let began_ms = timing.moment_ms(heard).unwrap();
        timing.back(540_000, began_ms, heard);
        close(timing.at_ms(950_000), 7501.0, 1e-6);
        close(timing.at_ms(980_000), 7801.0, 1e-6);
        timing.zero(3, heard);
        close(timing.at_ms(980_000), 7801.0, 1e-6);
    }

    #[test]
    fn edges_correct_what_pings_cannot_see() {
        let mut timing = timing(Some(3));
        // Everything takes 4 ms more than anybody can know.
        arrive(&mut timing, 10, 0.0, |_| 4.0);
        close(timing.at_ms(300_000), 1004.0, 1e-6);
        timing.began(1000.0);
        let edge = |index, pin, slope| Edge { index, pin, slope };
        assert!(!timing.edge(edge(300_100, 2, Slope::Rising)), "another input");
        assert!(!timing.edge(edge(300_100, 3, Slope::Falling)), "another way");
        assert!(!timing.edge(edge(500_000, 3, Slope::Rising)), "seconds away");
        assert_eq!(timing.method(), Method::Pings);
        assert!(timing.edge(edge(300_000, 3, Slope::Rising)));
        assert_eq!(timing.method(), Method::Trigger(3));
        close(timing.at_ms(300_000), 1000.0, 1e-6);
        close(timing.uncertainty_ms(), 0.01, 1e-6);
    }

    #[test]
    fn an_edge_may_come_before_the_word_for_it() {
        let mut timing = timing(Some(0));
        arrive(&mut timing, 10, 0.0, |_| 2.0);
        assert!(!timing.edge(Edge { index: 400_000, pin: 0, slope: Slope::Rising }));
        timing.began(2001.0);
        close(timing.at_ms(400_000), 2001.0, 1e-6);
    }

    #[test]
    fn without_pings_the_first_word_must_do() {
        let mut timing = Timing::new(Some(RATE_HZ), None);
        timing.zero(99, timing.epoch + Duration::from_secs(2));
        arrive(&mut timing, 5, 0.0, |_| 0.0);
        close(timing.at_ms(300_000), 1000.0, 1e-6);
        assert_eq!((timing.method(), timing.uncertainty_ms()), (Method::FirstWord, None));
    }
}
