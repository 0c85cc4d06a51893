//! Plays an LPM01A: acknowledges what it is asked, and samples as text or in two bytes. Only a host that
//! took control may set it up, and nothing flows until it feeds the board.

use std::time::Instant;

use super::{Beat, Played};
use crate::meter::Wave;

/// Longest command that is kept.
const LONGEST: usize = 128;

/// Its state.
pub(super) struct PlayedLpm01a {
    wave: Wave,
    line: Vec<u8>,
    binary: bool,
    rate_hz: f64,
    /// The host has control.
    held: bool,
    /// It feeds the board.
    feeds: bool,
    beat: Option<Beat>,
    /// The second that gets the next time stamp.
    stamp_s: u64,
}

impl PlayedLpm01a {
    pub(super) fn new(wave: Wave) -> Self {
        Self {
            wave,
            line: Vec::new(),
            binary: false,
            rate_hz: 1000.0,
            held: false,
            feeds: false,
            beat: None,
            stamp_s: 0,
        }
    }

    fn command(&mut self, command: &str, out: &mut Vec<u8>) {
        let mut say =
            |line: String| out.extend_from_slice(format!("PowerShield > {line}\r\n").as_bytes());
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        match verb {
            "version" => say("ack version emulated 1".into()),
            "htc" | "hrc" => {
                self.held = verb == "htc";
                self.feeds &= self.held;
                say(format!("ack {command}"));
            }
            _ if !self.held && verb != "stop" => say("error the host has no control".into()),
            "pwr" => {
                self.feeds = rest.starts_with("on");
                say(format!("ack {command}"));
            }
            "freq" => match rate(rest) {
                Some(rate_hz) => {
                    self.rate_hz = rate_hz;
                    say(format!("ack {command}"));
                }
                None => say("error wrong parameter".into()),
            },
            "format" => {
                self.binary = rest == "bin_hexa";
                say(format!("ack {command}"));
            }
            "start" => {
                say("ack start".into());
                (self.beat, self.stamp_s) = (Some(Beat::begin()), 0);
            }
            "stop" => {
                if self.beat.take().is_some() {
                    match self.binary {
                        true => out.extend_from_slice(&[0xf0, 0xf4, 0xff, 0xff]),
                        false => say("end".into()),
                    }
                } else {
                    say("ack stop".into());
                }
            }
            "acqtime" | "trigsrc" | "eventsrc" | "output" | "volt" => {
                say(format!("ack {command}"));
            }
            _ => say("error unknown command".into()),
        }
    }
}

/// `1k` is 1000.
fn rate(text: &str) -> Option<f64> {
    let (number, times) = text.strip_suffix('k').map_or((text, 1.0), |number| (number, 1e3));
    Some(number.parse::<f64>().ok()? * times).filter(|rate| (1.0..=100_000.0).contains(rate))
}

/// Four digits and a power of ten, with as many digits as fit.
fn text(amps: f64) -> String {
    let power = (1..=9).rev().find(|power| amps * 10f64.powi(*power) < 9999.5).unwrap_or(0);
    format!("{:04}-{power:02}\r\n", (amps * 10f64.powi(power)).round())
}

/// Twelve bits and a power of 16, with as many bits as fit.
fn two_bytes(amps: f64) -> [u8; 2] {
    let power = (0..=14_u16).rev().find(|p| amps * 16f64.powi(i32::from(*p)) < 4095.5).unwrap_or(0);
    let value = (amps * 16f64.powi(i32::from(power))).round().clamp(0.0, 4095.0) as u16;
    (power << 12 | value).to_be_bytes()
}

impl Played for PlayedLpm01a {
    fn hear(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    if !line.is_empty() {
                        self.command(String::from_utf8_lossy(&line).trim(), out);
                    }
                }
                _ if self.line.len() < LONGEST => self.line.push(*byte),
                _ => {}
            }
        }
    }

    fn due(&mut self, now: Instant, out: &mut Vec<u8>) {
        let Some(mut beat) = self.beat else { return };
        for index in beat.due(now, self.rate_hz) {
            let second = index / self.rate_hz as u64;
            if second >= self.stamp_s {
                self.stamp_s = second + 1;
                match self.binary {
                    true => {
                        out.extend_from_slice(&[0xf0, 0xf3]);
                        out.extend_from_slice(&(second as u32 * 1000).to_be_bytes());
                        out.extend_from_slice(&[0, 0xff, 0xff]);
                    }
                    false => out.extend_from_slice(
                        format!("TimeStamp: {second:03}s 000ms, buff 00%\r\n").as_bytes(),
                    ),
                }
            }
            let amps = if self.feeds { self.wave.amps(index, self.rate_hz) } else { 0.0 };
            match self.binary {
                true => out.extend_from_slice(&two_bytes(amps)),
                false => out.extend_from_slice(text(amps).as_bytes()),
            }
        }
        self.beat = Some(beat);
    }

    fn since(&self) -> Option<Instant> {
        self.beat.map(|beat| beat.since)
    }

    fn sample_bytes(&self) -> usize {
        if self.binary { 2 } else { 9 }
    }
}
