//! An LPM01A's text: answers to commands, and samples such as `6409-07` for 6409e-7 amperes.

use super::LpmWord;
use crate::meter::readings::Readings;

/// Longest line that is looked at; more is noise.
const LONGEST: usize = 256;

/// The decoder of the format `ascii_dec`, and of everything the meter says before it samples.
#[derive(Debug, Default)]
pub struct LpmAscii {
    line: Vec<u8>,
    overlong: bool,
}

impl LpmAscii {
    /// Takes bytes in: samples are appended to `into`, everything else is told to `word`.
    pub fn feed(&mut self, bytes: &[u8], into: &mut Readings, word: &mut dyn FnMut(LpmWord)) {
        for byte in bytes {
            match byte {
                b'\n' | b'\r' | 0 => {
                    if self.overlong {
                        into.noise += self.line.len() as u64;
                    } else if !self.line.is_empty() {
                        line(&self.line, into, word);
                    }
                    self.line.clear();
                    self.overlong = false;
                }
                _ if self.line.len() < LONGEST => self.line.push(*byte),
                _ => {
                    self.overlong = true;
                    into.noise += 1;
                }
            }
        }
    }

    /// Bytes kept for the next call.
    pub fn waiting(&self) -> usize {
        self.line.len()
    }
}

fn line(line: &[u8], into: &mut Readings, word: &mut dyn FnMut(LpmWord)) {
    let Ok(text) = str::from_utf8(line) else {
        into.noise += line.len() as u64;
        return;
    };
    let mut text = text.trim();
    while let Some(rest) = text.strip_prefix("PowerShield >") {
        text = rest.trim_start();
    }
    if text.is_empty() {
        return;
    }
    if let Some(amps) = sample(text) {
        into.amps.push(amps);
        return;
    }
    let owned = |text: &str| text.trim().to_owned();
    match text.split_once(' ').unwrap_or((text, "")) {
        ("ack", rest) => word(LpmWord::Ack(owned(rest))),
        ("error" | "err", rest) => word(LpmWord::Error(owned(rest))),
        ("event", rest) => word(event(rest, into.end_index())),
        ("end", "") => word(LpmWord::End),
        ("summary" | "Timestamp:" | "TimeStamp:" | "timestamp" | "pwr", _) => {}
        _ if text.chars().any(char::is_control) => into.noise += line.len() as u64,
        _ => word(LpmWord::Text(owned(text))),
    }
}

/// `3 ris`, behind the word `event`: the third edge of D7, at the sample that comes next.
pub(super) fn event(words: &str, index: u64) -> LpmWord {
    LpmWord::Event { rising: words.split(' ').nth(1) == Some("ris"), index }
}

/// `6409-07`: digits, a sign, an exponent.
fn sample(text: &str) -> Option<f32> {
    let sign = text.find(['-', '+'])?;
    let (digits, exponent) = (text.get(..sign)?, text.get(sign + 1..)?);
    let digit = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digit(digits) || !digit(exponent) || digits.len() > 6 || exponent.len() > 2 {
        return None;
    }
    let power: i32 = exponent.parse().ok()?;
    let power = if text.as_bytes().get(sign) == Some(&b'-') { -power } else { power };
    let amps = digits.parse::<f64>().ok()? * 10f64.powi(power);
    Some(amps as f32).filter(|amps| amps.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, amps: &[f32], words: &[LpmWord], noise: u64) {
        // In one piece and in single bytes.
        for size in [text.len().max(1), 1] {
            let (mut ascii, mut readings, mut heard) =
                (LpmAscii::default(), Readings::default(), Vec::new());
            for piece in text.as_bytes().chunks(size) {
                ascii.feed(piece, &mut readings, &mut |word| heard.push(word));
            }
            assert_eq!(readings.amps, amps, "{text:?}");
            assert_eq!((&heard[..], readings.noise), (words, noise), "{text:?}");
        }
    }

    #[test]
    fn samples_are_digits_and_a_power_of_ten() {
        check("6409-07\r\n0000-09\r\n", &[6409e-7, 0.0], &[], 0);
        check("2000-05\n1500+00\n", &[2000e-5, 1500.0], &[], 0);
        check("6409-07", &[], &[], 0);
    }

    #[test]
    fn answers_come_behind_a_prompt_or_without_one() {
        check("PowerShield > ack htc\r\n", &[], &[LpmWord::Ack("htc".into())], 0);
        check("ack freq 1k\r\n", &[], &[LpmWord::Ack("freq 1k".into())], 0);
        check("error cmd\r\n", &[], &[LpmWord::Error("cmd".into())], 0);
        check("PowerShield > PowerShield > end\r\n", &[], &[LpmWord::End], 0);
        check("Timestamp: 001s 000ms, buff 00%\r\nsummary beg\r\n", &[], &[], 0);
    }

    #[test]
    fn an_event_marks_the_sample_after_it() {
        let event = |rising, index| LpmWord::Event { rising, index };
        check(
            "1000-06\r\nevent 1 ris\r\n1000-06\r\nevent 2 fal\r\n",
            &[1e-3; 2],
            &[event(true, 1), event(false, 2)],
            0,
        );
    }

    #[test]
    fn garbage_is_counted_and_what_comes_after_it_is_heard() {
        let long = "x".repeat(1000) + "\r\n1000-06\r\n";
        check(&long, &[1e-3], &[], 1000);
        let mut readings = Readings::default();
        LpmAscii::default().feed(b"\xff\xfe\n12-34-56\n9-99\n", &mut readings, &mut |_| {});
        assert_eq!((readings.amps.len(), readings.noise), (1, 2));
    }
}
