//! Plays a PPK2: the same opcodes, metadata and words as the meter.

use std::path::PathBuf;
use std::time::Instant;

use super::{Beat, Played};
use crate::meter::Wave;
use crate::meter::ppk2::{Ppk2Metadata, RATE_HZ, VOLTS_PER_STEP, opcode};

/// Amperes up to which each range is used.
const UP_TO: [f64; 4] = [50e-6, 500e-6, 5e-3, 60e-3];

/// Its state.
pub(super) struct PlayedPpk2 {
    wave: Wave,
    millivolts: u16,
    mode: u8,
    asked: Vec<u8>,
    beat: Option<Beat>,
    gate: Option<PathBuf>,
}

impl PlayedPpk2 {
    pub(super) fn new(wave: Wave, gate: Option<PathBuf>) -> Self {
        let (asked, beat) = (Vec::new(), None);
        Self { wave, millivolts: 3000, mode: opcode::SOURCE, asked, beat, gate }
    }

    /// In the order in which the meter tells it. Programs refuse lines they do not know, so that it is
    /// emulated stands where a real one says whether it was calibrated.
    fn metadata(&self) -> String {
        let usual = Ppk2Metadata::default();
        let mut text = "Calibrated: emulated\n".to_owned();
        // Its usual gain would bend the current; this meter is linear.
        let columns = [("R", usual.r), ("GS", [0.0; 5]), ("GI", usual.gi), ("O", usual.o)];
        let more = [("S", usual.s), ("I", usual.i), ("UG", usual.ug)];
        let put = |text: &mut String, (name, values): (&str, [f64; 5])| {
            for (range, value) in values.iter().enumerate() {
                *text += &format!("{name}{range}: {value:.4}\n");
            }
        };
        columns.into_iter().for_each(|column| put(&mut text, column));
        text += &format!("VDD: {}\nHW: 9173\nmode: {}\n", self.millivolts, self.mode);
        more.into_iter().for_each(|column| put(&mut text, column));
        text + "IA: 56\nEND\n"
    }

    fn word(&self, index: u64, logic: u32) -> [u8; 4] {
        let amps = self.wave.amps(index, RATE_HZ);
        let range = UP_TO.iter().position(|up_to| amps <= *up_to).unwrap_or(UP_TO.len());
        let ohms = Ppk2Metadata::default().r.get(range).copied().unwrap_or(1.0);
        let steps = (amps * ohms / VOLTS_PER_STEP / 4.0).round().clamp(0.0, 16383.0) as u32;
        let counter = (index % 64) as u32;
        (steps | (range as u32) << 14 | counter << 18 | logic << 24).to_le_bytes()
    }
}

impl Played for PlayedPpk2 {
    fn hear(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.asked.extend_from_slice(bytes);
        while let Some(first) = self.asked.first().copied() {
            let length = match first {
                opcode::FEED | opcode::MODE => 2,
                opcode::MILLIVOLTS => 3,
                _ => 1,
            };
            if self.asked.len() < length {
                return;
            }
            let command: Vec<u8> = self.asked.drain(..length).collect();
            match *command {
                [opcode::START] => self.beat = Some(Beat::begin()),
                [opcode::STOP] => self.beat = None,
                [opcode::METADATA] => out.extend(self.metadata().into_bytes()),
                [opcode::MODE, mode] => self.mode = mode,
                [opcode::MILLIVOLTS, upper, lower] => {
                    self.millivolts = u16::from_be_bytes([upper, lower]);
                }
                _ => {}
            }
        }
    }

    fn due(&mut self, now: Instant, out: &mut Vec<u8>) {
        let Some(mut beat) = self.beat else { return };
        let logic = u32::from(self.gate.as_ref().is_some_and(|gate| gate.exists()));
        for index in beat.due(now, RATE_HZ) {
            out.extend_from_slice(&self.word(index, logic));
        }
        self.beat = Some(beat);
    }

    fn since(&self) -> Option<Instant> {
        self.beat.map(|beat| beat.since)
    }

    fn sample_bytes(&self) -> usize {
        4
    }
}
