//! A PPK2's samples: 32-bit words, 100 000 a second, without a frame around them.
//!
//! Bits 0 to 13 are the converter, 14 to 16 the range of the shunt, 18 to 23 a counter, 24 to 31 the
//! logic inputs. The counter is the only frame there is: eight words in a row that count up are in
//! step. What is missing between two words shows in it, up to 63 samples; a longer hole shows as its
//! remainder, and the clock of who receives has to say the rest.

use super::VOLTS_PER_STEP;
use super::metadata::{Ppk2Metadata, RANGES};
use crate::meter::readings::{Edge, Readings, Slope};

/// Words that must count up before they are believed.
const IN_STEP: usize = 8;
/// Bytes that are looked at before something is called lost.
const LOOK: usize = (IN_STEP + 1) * 4 + 3;
/// Values of the counter.
const COUNTS: u8 = 64;
/// Words remembered to tell a doubled stretch from a lost one.
const REMEMBERED: usize = 16;
/// Samples after a change of range that are taken from the average before it.
const SPIKE: u8 = 3;
/// How fast that average follows; the widest range has a slower one.
const FOLLOW: f64 = 0.18;
const FOLLOW_WIDEST: f64 = 0.06;
const WIDEST: usize = RANGES - 1;

/// One word.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Word(u32);

impl Word {
    fn at(bytes: &[u8], at: usize) -> Option<Word> {
        let four = bytes.get(at..)?.first_chunk::<4>()?;
        Some(Word(u32::from_le_bytes(*four)))
    }

    fn adc(self) -> f64 {
        f64::from((self.0 & 0x3fff) * 4)
    }

    /// `None` for a range that no PPK2 has.
    fn range(self) -> Option<usize> {
        Some((self.0 >> 14 & 7) as usize).filter(|range| *range < RANGES)
    }

    fn counter(self) -> u8 {
        (self.0 >> 18 & 0x3f) as u8
    }

    fn logic(self) -> u8 {
        (self.0 >> 24) as u8
    }
}

/// From steps to amperes, one for each range.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    volts_per_step_per_ohm: f64,
    offset: f64,
    square: f64,
    linear: f64,
    constant: f64,
    gain: f64,
}

impl Range {
    fn amps(&self, adc: f64) -> f64 {
        let x = (adc - self.offset) * self.volts_per_step_per_ohm;
        self.gain * (x * (self.square * x + self.linear) + self.constant)
    }
}

/// Smooths over the spike that a change of range makes.
#[derive(Clone, Copy, Debug, Default)]
struct Spikes {
    average: Option<[f64; 2]>,
    range: Option<usize>,
    left: u8,
    since: u8,
}

impl Spikes {
    fn smooth(&mut self, range: usize, amps: f64) -> f64 {
        if self.range.is_some_and(|before| before != range) {
            (self.left, self.since) = (SPIKE, 0);
        } else {
            self.since = self.since.saturating_add(1);
        }
        self.range = Some(range);
        let [usual, widest] = self.average.unwrap_or([amps; 2]);
        let follow = |average: f64, share: f64| average + share * (amps - average);
        let followed = [follow(usual, FOLLOW), follow(widest, FOLLOW_WIDEST)];
        if self.left == 0 {
            self.average = Some(followed);
            return amps;
        }
        self.left -= 1;
        // The widest range swings longest: its first two are not even taken into the average.
        let average = if range == WIDEST && self.since < 2 { [usual, widest] } else { followed };
        self.average = Some(average);
        let [usual, widest] = average;
        if range == WIDEST { widest } else { usual }
    }
}

/// The decoder. Keeps at most a few dozen bytes between calls.
#[derive(Debug)]
pub struct Ppk2Samples {
    ranges: [Range; RANGES],
    spikes: Spikes,
    waiting: Vec<u8>,
    expected: Option<u8>,
    logic: Option<u8>,
    watched: u8,
    recent: [u32; REMEMBERED],
}

impl Ppk2Samples {
    /// For a meter with this calibration at this supply. Edges are told of the inputs whose bits are
    /// set in `watched`.
    pub fn new(metadata: &Ppk2Metadata, volts: f64, watched: u8) -> Self {
        let Ppk2Metadata { r, gs, gi, o, s, i, ug, .. } = metadata;
        let mut ranges = [Range::default(); RANGES];
        let columns = r.iter().zip(gs).zip(gi).zip(o).zip(s).zip(i).zip(ug);
        for (range, ((((((r, gs), gi), o), s), i), ug)) in ranges.iter_mut().zip(columns) {
            *range = Range {
                volts_per_step_per_ohm: VOLTS_PER_STEP / r,
                offset: *o,
                square: *gs,
                linear: *gi,
                constant: s * volts + i,
                gain: *ug,
            };
        }
        Ppk2Samples {
            ranges,
            spikes: Spikes::default(),
            waiting: Vec::new(),
            expected: None,
            logic: None,
            watched,
            recent: [u32::MAX; REMEMBERED],
        }
    }

    /// Takes bytes in and appends the samples that are complete. Missing ones are NaN and counted as
    /// lost; what is no sample is counted as noise.
    pub fn feed(&mut self, bytes: &[u8], into: &mut Readings) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(word) = Word::at(&waiting, at) {
            if let (Some(range), true) = (word.range(), self.expected == Some(word.counter())) {
                self.take(word, range, into);
                at += 4;
                continue;
            }
            let Some(look) = waiting.get(at..at + LOOK) else { break };
            match in_step_after(look) {
                Some(0) if self.doubled(look) => {
                    into.noise += 4;
                    at += 4;
                }
                Some(0) => {
                    if let Some(expected) = self.expected {
                        into.push_lost(u64::from(word.counter().wrapping_sub(expected) % COUNTS));
                    }
                    self.expected = Some(word.counter());
                }
                other => {
                    let short = self.doubled_in_short(look).map(|back| 4 * back);
                    let skipped = short.or(other).unwrap_or(1);
                    into.noise += skipped as u64;
                    at += skipped;
                }
            }
        }
        waiting.drain(..at);
        self.waiting = waiting;
    }

    /// Bytes kept for the next call.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn take(&mut self, word: Word, range: usize, into: &mut Readings) {
        self.expected = Some((word.counter() + 1) % COUNTS);
        self.recent.rotate_left(1);
        if let Some(last) = self.recent.last_mut() {
            *last = word.0;
        }
        let changed = self.logic.map_or(0, |before| (before ^ word.logic()) & self.watched);
        self.logic = Some(word.logic());
        if changed != 0 {
            let index = into.end_index();
            for pin in (0..8).filter(|pin| changed >> pin & 1 == 1) {
                let high = word.logic() >> pin & 1 == 1;
                let slope = if high { Slope::Rising } else { Slope::Falling };
                into.edges.push(Edge { index, pin, slope });
            }
        }
        let amps = self.ranges.get(range).map_or(f64::NAN, |range| range.amps(word.adc()));
        into.amps.push(self.spikes.smooth(range, amps) as f32);
    }

    /// Whether what comes is a stretch that came before, bit for bit, and goes on where that ended.
    /// A hole of the other samples of a counter's round looks like it, but not in every bit.
    fn doubled(&self, look: &[u8]) -> bool {
        self.back(look).is_some_and(|back| self.came_before(look, back))
    }

    /// The words of a stretch that came before and is shorter than what is believed: where pieces are that
    /// short and each comes twice, words never count up for long. It is known by its bits, and by the word
    /// behind it, which goes on where it ended.
    fn doubled_in_short(&self, look: &[u8]) -> Option<usize> {
        let back = self.back(look).filter(|back| *back < IN_STEP)?;
        let next = Word::at(look, back * 4)?;
        let goes_on = self.expected == Some(next.counter()) && next.range().is_some();
        (goes_on && self.came_before(look, back)).then_some(back)
    }

    /// How many words ago the first word of these would have come.
    fn back(&self, look: &[u8]) -> Option<usize> {
        let back = self.expected?.wrapping_sub(Word::at(look, 0)?.counter()) % COUNTS;
        Some(usize::from(back)).filter(|back| (1..=REMEMBERED).contains(back))
    }

    /// Whether these words are those of so many ago, as far as is looked.
    fn came_before(&self, look: &[u8], back: usize) -> bool {
        let before = self.recent.iter().skip(REMEMBERED - back);
        let again = (0..back.min(IN_STEP)).map_while(|nth| Word::at(look, nth * 4));
        before.zip(again).all(|(before, again)| *before == again.0)
    }
}

/// How many bytes to skip until words count up; `None` where they do nowhere.
fn in_step_after(look: &[u8]) -> Option<usize> {
    (0..4).find(|skip| {
        let words = (0..IN_STEP).map_while(|nth| Word::at(look, skip + nth * 4));
        let mut expected = None;
        words.into_iter().all(|word| {
            let in_step = expected.is_none_or(|expected| expected == word.counter());
            expected = Some((word.counter() + 1) % COUNTS);
            in_step && word.range().is_some()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that count up from `counter`, with these converter values in range 3.
    fn words(counter: u8, adc: &[u32]) -> Vec<u8> {
        let word = |(nth, adc): (usize, &u32)| {
            (adc | 3 << 14 | ((u32::from(counter) + nth as u32) % 64) << 18).to_le_bytes()
        };
        adc.iter().enumerate().flat_map(word).collect()
    }

    fn decode(pieces: &[&[u8]]) -> Readings {
        let mut samples = Ppk2Samples::new(&Ppk2Metadata::default(), 3.0, 0xff);
        let mut readings = Readings::default();
        for piece in pieces {
            samples.feed(piece, &mut readings);
            assert!(samples.waiting() < LOOK);
        }
        readings
    }

    const FIFTY: [u32; 50] = [100; 50];

    #[test]
    fn the_formula_is_the_meters() {
        let metadata = Ppk2Metadata {
            gs: [1.0, 1.0, 1.0, 2.5, 1.0],
            gi: [1.0, 1.0, 1.0, 0.95, 1.0],
            o: [0.0, 0.0, 0.0, 50.0, 0.0],
            s: [0.0, 0.0, 0.0, 6e-5, 0.0],
            i: [0.0, 0.0, 0.0, -4e-4, 0.0],
            ug: [1.0, 1.0, 1.0, 1.1, 1.0],
            ..Ppk2Metadata::default()
        };
        let mut samples = Ppk2Samples::new(&metadata, 3.3, 0);
        let mut readings = Readings::default();
        samples.feed(&words(0, &[1000; 10]), &mut readings);
        let x = (4000.0 - 50.0) * (1.8 / 163_840.0) / 0.94;
        let amps = 1.1 * (x * (2.5 * x + 0.95) + 6e-5 * 3.3 - 4e-4);
        assert_eq!(readings.amps, [amps as f32; 10]);
    }

    #[test]
    fn pieces_of_any_size_decode_as_the_whole() {
        let bytes = words(60, &FIFTY);
        for size in 1..9 {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            let readings = decode(&pieces);
            assert_eq!((readings.amps.len(), readings.lost, readings.noise), (50, 0, 0), "{size}");
        }
    }

    #[track_caller]
    fn check(pieces: &[&[u8]], samples: usize, lost: u64, noise: u64) {
        let readings = decode(pieces);
        assert_eq!((readings.amps.len(), readings.lost, readings.noise), (samples, lost, noise));
        let missing = readings.amps.iter().filter(|amps| amps.is_nan()).count();
        assert_eq!(missing as u64, lost);
    }

    #[test]
    fn lost_samples_keep_their_place() {
        check(&[&words(0, &FIFTY), &words(53, &FIFTY)], 103, 3, 0);
        check(&[&words(0, &FIFTY), &words(49, &[200; 50])], 163, 63, 0);
        let readings = decode(&[&words(0, &FIFTY), &words(53, &FIFTY)]);
        assert!(readings.amps[50..53].iter().all(|amps| amps.is_nan()));
        assert!(!readings.amps[49].is_nan() && !readings.amps[53].is_nan());
    }

    #[test]
    fn a_lost_byte_costs_its_sample_and_a_strange_one_is_noise() {
        let bytes = words(0, &FIFTY);
        check(&[&bytes[..81], &bytes[82..]], 50, 1, 3);
        check(&[&bytes[..80], b"?", &bytes[80..]], 50, 0, 1);
        check(&[b"boot\r\n", &bytes], 50, 0, 6);
    }

    #[test]
    fn a_stretch_that_came_twice_counts_once() {
        let adc: Vec<u32> = (100..150).collect();
        let bytes = words(7, &adc);
        check(&[&bytes[..80], &bytes[76..]], 50, 0, 4);
        check(&[&bytes[..80], &bytes[40..]], 50, 0, 40);
    }

    #[test]
    fn pieces_shorter_than_what_is_believed_that_each_come_twice_count_once() {
        let adc: Vec<u32> = (100..400).collect();
        let bytes = words(7, &adc);
        for short in [1, 3, 5, 7] {
            // The first words are believed when so many count up.
            let (first, rest) = bytes.split_at(64);
            let mut sent = first.to_vec();
            rest.chunks(4 * short).for_each(|piece| sent.extend([piece, piece].concat()));
            // The last ones wait for what would come behind them.
            let settled = decode(&[&sent]);
            assert_eq!(settled.lost, 0, "{short}");
            assert!(settled.amps.len() + IN_STEP >= adc.len(), "{short}: {}", settled.amps.len());
        }
    }

    #[test]
    fn a_change_of_range_does_not_spike() {
        let mut bytes = words(0, &[856; 40]);
        // Range 4 reads twenty times too much for a moment.
        let spike = |nth: u32, adc: u32| (adc | 4 << 14 | ((40 + nth) % 64) << 18).to_le_bytes();
        bytes.extend((0..3).flat_map(|nth| spike(nth, 800)));
        bytes.extend((3..20).flat_map(|nth| spike(nth, 39)));
        let readings = decode(&[&bytes]);
        assert_eq!(readings.amps.len(), 60);
        let most = readings.amps.iter().fold(0.0_f32, |most, amps| most.max(*amps));
        // Unsmoothed it would be 1.5 A.
        assert!(most < 0.2, "{most}");
    }

    #[test]
    fn watched_inputs_tell_their_edges() {
        let logic = |nth: u32| if (10..20).contains(&nth) { 0b101 << 24 } else { 1 << 31 };
        let word = |nth: u32| (100 | 3 << 14 | (nth % 64) << 18 | logic(nth)).to_le_bytes();
        let bytes: Vec<u8> = (0..40).flat_map(word).collect();
        let mut samples = Ppk2Samples::new(&Ppk2Metadata::default(), 3.0, 0b1);
        let mut readings = Readings { first_index: 1000, ..Readings::default() };
        samples.feed(&bytes, &mut readings);
        let edge = |index, slope| Edge { index, pin: 0, slope };
        assert_eq!(readings.edges, [edge(1010, Slope::Rising), edge(1020, Slope::Falling)]);
    }
}
