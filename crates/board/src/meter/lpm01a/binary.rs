//! An LPM01A's format `bin_hexa`: two bytes a sample, the upper four bits a negative power of 16.
//!
//! Samples begin behind the first mark, for what was asked before is answered in text.
//!
//! An edge of D7 comes as a message among the samples, in the words of the text format, where the
//! firmware sends it at these rates: ST's papers show it in text alone.
//!
//! The power 15 belongs to marks: `F0`, a kind from `F1` to `F7`, what belongs to it, `FF FF`. There is
//! no frame around samples, so a lost byte shows only at the next mark: a mark that begins at the
//! second byte of a sample ends the misstep.

use super::LpmWord;
use super::ascii::event;
use crate::meter::readings::Readings;

/// Longest text in a mark.
const LONGEST: usize = 256;

/// The decoder. Keeps at most a mark between calls.
#[derive(Debug, Default)]
pub struct LpmBinary {
    waiting: Vec<u8>,
    /// The first mark has come.
    begun: bool,
}

/// What lies at the beginning of some bytes.
enum Found {
    Sample(f32),
    /// A mark of so many bytes, and what it says.
    Mark(usize, Option<LpmWord>),
    /// One byte of nothing.
    Noise,
    /// More bytes are needed to say.
    More,
}

impl LpmBinary {
    /// Takes bytes in: samples are appended to `into`, marks are told to `word`.
    pub fn feed(&mut self, bytes: &[u8], into: &mut Readings, word: &mut dyn FnMut(LpmWord)) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend_from_slice(bytes);
        let mut at = 0;
        if !self.begun {
            let mark = |two: &[u8]| matches!(two, [0xf0, 0xf1..=0xf7]);
            let first = waiting.windows(2).position(mark);
            self.begun = first.is_some();
            at = first.unwrap_or(waiting.len().saturating_sub(1));
        }
        while let Some(rest) = waiting.get(at..).filter(|rest| self.begun && !rest.is_empty()) {
            match found(rest) {
                Found::Sample(amps) => {
                    into.amps.push(amps);
                    at += 2;
                }
                Found::Mark(bytes, said) => {
                    at += bytes;
                    said.map(|said| edge(said, into.end_index())).into_iter().for_each(&mut *word);
                }
                Found::Noise => {
                    into.noise += 1;
                    at += 1;
                }
                Found::More => break,
            }
        }
        waiting.drain(..at);
        self.waiting = waiting;
    }

    /// Bytes kept for the next call.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

/// A message that tells of an edge is one.
fn edge(said: LpmWord, index: u64) -> LpmWord {
    match &said {
        LpmWord::Text(text) => match text.strip_prefix("event ") {
            Some(words) => event(words, index),
            None => said,
        },
        _ => said,
    }
}

fn found(bytes: &[u8]) -> Found {
    let &[first, second, ..] = bytes else { return Found::More };
    if first == 0xf0 && (0xf1..=0xf7).contains(&second) {
        return mark(second, bytes);
    }
    // A byte was lost before: the mark begins in the middle of this sample.
    if second == 0xf0 {
        match bytes.get(2) {
            None => return Found::More,
            Some(0xf1..=0xf7) => return Found::Noise,
            Some(_) => {}
        }
    }
    match first >> 4 {
        0xf => Found::Noise,
        power => {
            let value = f32::from(u16::from_be_bytes([first & 0xf, second]));
            Found::Sample(value * 16f32.powi(-i32::from(power)))
        }
    }
}

fn mark(kind: u8, bytes: &[u8]) -> Found {
    let body = bytes.get(2..).unwrap_or_default();
    let length = match kind {
        // A time and how full the meter's buffer is; a voltage; nothing.
        0xf3 => 5,
        0xf7 => 2,
        0xf4..=0xf6 => 0,
        _ => match body.windows(2).position(|two| two == [0xff, 0xff]) {
            Some(length) => length,
            None if body.len() > LONGEST => return Found::Noise,
            None => return Found::More,
        },
    };
    let Some(end) = body.get(length..length + 2) else { return Found::More };
    if end != [0xff, 0xff] {
        return Found::Noise;
    }
    let text = || {
        let text = String::from_utf8_lossy(body.get(..length).unwrap_or_default());
        text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
    };
    let said = match kind {
        0xf1 => Some(LpmWord::Error(text())),
        0xf2 => Some(LpmWord::Text(text())),
        0xf4 => Some(LpmWord::End),
        0xf5 => Some(LpmWord::Error("overcurrent".into())),
        _ => None,
    };
    Found::Mark(2 + length + 2, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: [u8; 9] = [0xf0, 0xf3, 0, 0, 0, 1, 0, 0xff, 0xff];

    #[track_caller]
    fn check(bytes: &[u8], amps: &[f32], words: &[LpmWord], noise: u64) {
        for size in [bytes.len(), 1] {
            let (mut binary, mut readings, mut heard) =
                (LpmBinary::default(), Readings::default(), Vec::new());
            binary.feed(b"PowerShield > ack start\r\n", &mut readings, &mut |_| {});
            binary.feed(&STAMP, &mut readings, &mut |_| {});
            for piece in bytes.chunks(size) {
                binary.feed(piece, &mut readings, &mut |word| heard.push(word));
            }
            assert_eq!(readings.amps, amps, "{bytes:02x?}");
            assert_eq!((&heard[..], readings.noise), (words, noise), "{bytes:02x?}");
        }
    }

    #[test]
    fn a_sample_is_a_value_over_a_power_of_16() {
        check(&[0x3c, 0xcd, 0x00, 0x01], &[3277.0 / 4096.0, 1.0], &[], 0);
        check(&[0x50, 0x00, 0xe1, 0x23], &[0.0, 291.0 * 16f32.powi(-14)], &[], 0);
    }

    #[test]
    fn marks_are_no_samples() {
        let stamp = [0xf0, 0xf3, 0, 0, 0x03, 0xe8, 7, 0xff, 0xff, 0x30, 0x01];
        check(&stamp, &[1.0 / 4096.0], &[], 0);
        check(&[0xf0, 0xf4, 0xff, 0xff], &[], &[LpmWord::End], 0);
        check(&[0xf0, 0xf7, 0x0c, 0xe4, 0xff, 0xff], &[], &[], 0);
        let error = [&[0xf0, 0xf1][..], b"over\r\n", &[0xff, 0xff]].concat();
        check(&error, &[], &[LpmWord::Error("over".into())], 0);
        check(&[0xf0, 0xf5, 0xff, 0xff], &[], &[LpmWord::Error("overcurrent".into())], 0);
    }

    #[test]
    fn an_event_marks_the_sample_after_it() {
        let told = |text: &[u8]| [&[0xf0, 0xf2][..], text, &[0xff, 0xff]].concat();
        let bytes = [&[0x30, 0x01][..], &told(b"event 3 ris\r\n"), &[0x30, 0x02]].concat();
        let event = |rising, index| LpmWord::Event { rising, index };
        check(&bytes, &[1.0 / 4096.0, 2.0 / 4096.0], &[event(true, 1)], 0);
        check(&told(b"event 4 fal"), &[], &[event(false, 0)], 0);
        check(&told(b"eventful"), &[], &[LpmWord::Text("eventful".into())], 0);
    }

    #[test]
    fn a_lost_byte_is_made_good_at_the_next_mark() {
        let slipped = [&[0x30, 0x01, 0x30][..], &STAMP, &[0x30, 0x02]].concat();
        check(&slipped, &[1.0 / 4096.0, 2.0 / 4096.0], &[], 1);
    }
}
