//! A board that runs the benchmark, played over a pseudo-terminal. Its time is its own, unless a test
//! wants it otherwise: a window of ten seconds takes none.

use std::time::{Duration, Instant};

use board::Transport;

/// How it is.
#[derive(Clone)]
pub(crate) struct Dut {
    /// Microseconds of an inference; each window's are so much shorter.
    pub(crate) us_each: u64,
    pub(crate) hurry: u64,
    /// What its counter of microseconds begins with; it has 32 bits.
    pub(crate) counter: u64,
    /// What it says when it is opened.
    pub(crate) banner: &'static str,
    /// Commands that it refuses.
    pub(crate) refuses: &'static str,
    /// Says so many tokens in an inference.
    pub(crate) tokens: u64,
    /// Does not answer `infer`.
    pub(crate) hangs: bool,
    /// Ends a window without its second time stamp.
    pub(crate) loses_lap: bool,
    /// Every so many-th line of a token is lost on the way; 0 loses none.
    pub(crate) loses_token: u64,
    /// Is pulled out in the middle of this `infer`, the first being 1; 0 for never.
    pub(crate) pulled_in: u32,
    /// Since when its time is real: a window lasts as long as it says.
    pub(crate) real_since: Option<Instant>,
    /// Windows so far.
    pub(crate) infers: u32,
}

impl Default for Dut {
    fn default() -> Dut {
        Dut {
            us_each: 1500,
            hurry: 0,
            counter: 5_000_000,
            banner: "",
            refuses: "none",
            tokens: 0,
            hangs: false,
            loses_lap: false,
            loses_token: 0,
            pulled_in: 0,
            real_since: None,
            infers: 0,
        }
    }
}

/// What it was asked, in order.
pub(crate) type Asked = Vec<String>;

impl Dut {
    /// Plays until the host hangs up.
    pub(crate) fn play(mut self, mut pty: impl Transport) -> Asked {
        let mut asked = Vec::new();
        let mut command = String::new();
        let mut input = Vec::new();
        let mut expected = 0;
        if !self.banner.is_empty() {
            drop(pty.write(self.banner.as_bytes()));
        }
        let mut read = [0; 4096];
        while let Ok(n) = pty.read(&mut read, Duration::from_millis(50)) {
            for &byte in &read[..n] {
                match byte {
                    b'%' => {
                        let whole = std::mem::take(&mut command);
                        assert!(whole.len() < 80, "the monitor's buffer has 80 bytes: {whole}");
                        let answer = self.answer(&whole, &mut input, &mut expected);
                        asked.push(whole);
                        if self.infers > 0 && self.infers == self.pulled_in {
                            drop(pty.write(&answer.as_bytes()[..answer.len() / 2]));
                            return asked;
                        }
                        if pty.write(answer.as_bytes()).is_err() {
                            return asked;
                        }
                    }
                    byte => command.push(char::from(byte)),
                }
            }
        }
        asked
    }

    fn lap(&self) -> String {
        format!("m-lap-us-{}\r\n", self.counter % (1 << 32))
    }

    /// So much of its time goes by.
    fn pass(&mut self, us: u64) {
        match self.real_since {
            Some(since) => {
                std::thread::sleep(Duration::from_micros(us));
                self.counter = since.elapsed().as_micros() as u64;
            }
            None => self.counter += us,
        }
    }

    fn answer(&mut self, command: &str, input: &mut Vec<u8>, expected: &mut usize) -> String {
        self.pass(20);
        if command.starts_with(self.refuses) {
            return format!("e-[Unknown command: {command}]\r\nm-ready\r\n");
        }
        let words: Vec<&str> = command.split(' ').collect();
        let said = match words.as_slice() {
            ["name"] => "m-name-dut-[Unit 7]\r\n".to_owned(),
            ["profile"] => {
                "m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[kws01]\r\n".into()
            }
            ["timestamp"] => self.lap(),
            ["db", "load", len] => {
                (*expected, *input) = (len.parse().unwrap(), Vec::new());
                format!("m-[Expecting {len} bytes]\r\n")
            }
            ["db", hex] => {
                let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
                input.extend((0..hex.len()).step_by(2).map(byte));
                if input.len() == *expected { "m-load-done\r\n".into() } else { String::new() }
            }
            ["infer", _, _] if self.hangs => return String::new(),
            ["infer", count, warmup] => {
                let mut said = format!(
                    "m-warmup-start-{warmup}\r\nm-warmup-done\r\nm-infer-start-{count}\r\n{}",
                    self.lap()
                );
                let count: u64 = count.parse().unwrap();
                self.infers += 1;
                for token in 0..self.tokens {
                    if self.loses_token > 0 && (token + 1).is_multiple_of(self.loses_token) {
                        continue;
                    }
                    let us = self.counter + (token + 1) * self.us_each / (self.tokens + 1);
                    said += &format!("m-tok-{token}-us-{}\r\n", us % (1 << 32));
                }
                self.pass(count * self.us_each);
                self.us_each = self.us_each.saturating_sub(self.hurry).max(1);
                if !self.loses_lap {
                    said += &self.lap();
                }
                said + &format!("m-infer-done\r\nm-results-[0.{:03},0.5]\r\n", input.len())
            }
            _ => return format!("e-[Unknown command: {command}]\r\nm-ready\r\n"),
        };
        said + "m-ready\r\n"
    }
}
