//! What an emulated meter measures: amperes over time, from a word a person types.

use std::str::FromStr;

/// A wave of a current. Written `constant:10mA`, `square:20mA:40mA:100Hz` or `step:20mA:40mA:3s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wave {
    /// Always the same.
    Constant {
        /// Amperes.
        amps: f64,
    },
    /// Half of each period low, then high.
    Square {
        /// Amperes of the first half.
        low: f64,
        /// Amperes of the second half.
        high: f64,
        /// Periods a second.
        hz: f64,
    },
    /// Low at first, high from some moment on.
    Step {
        /// Amperes before it.
        low: f64,
        /// Amperes from it on.
        high: f64,
        /// The moment, in seconds since the meter began to sample.
        at_s: f64,
    },
}

impl Wave {
    /// Amperes at sample `index` of `rate_hz` a second. By whole samples: a period that is a whole
    /// number of them has exactly two halves.
    pub fn amps(self, index: u64, rate_hz: f64) -> f64 {
        match self {
            Wave::Constant { amps } => amps,
            Wave::Square { low, high, hz } => {
                let period = (rate_hz / hz).round().max(2.0) as u64;
                if index % period < period / 2 { low } else { high }
            }
            Wave::Step { low, high, at_s } => {
                if (index as f64) < at_s * rate_hz {
                    low
                } else {
                    high
                }
            }
        }
    }
}

/// Why a text is no wave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a wave: {0}; write constant:10mA, square:20mA:40mA:100Hz or step:20mA:40mA:3s")]
pub struct BadWave(pub String);

impl FromStr for Wave {
    type Err = BadWave;

    fn from_str(text: &str) -> Result<Wave, BadWave> {
        let parts: Vec<&str> = text.split(':').collect();
        let wave = match parts.as_slice() {
            ["constant", amps] => current(amps).map(|amps| Wave::Constant { amps }),
            ["square", low, high, hz] => both(low, high)
                .zip(with(hz, &[("kHz", 1e3), ("Hz", 1.0)]).filter(|hz| *hz > 0.0))
                .map(|((low, high), hz)| Wave::Square { low, high, hz }),
            ["step", low, high, at] => both(low, high)
                .zip(with(at, &[("ms", 1e-3), ("s", 1.0)]))
                .map(|((low, high), at_s)| Wave::Step { low, high, at_s }),
            _ => None,
        };
        wave.ok_or_else(|| BadWave(text.to_owned()))
    }
}

fn both(low: &str, high: &str) -> Option<(f64, f64)> {
    current(low).zip(current(high))
}

fn current(text: &str) -> Option<f64> {
    with(text, &[("mA", 1e-3), ("uA", 1e-6), ("µA", 1e-6), ("nA", 1e-9), ("A", 1.0)])
}

/// A number with one of these units.
fn with(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let (number, scale) =
        units.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, scale)))?;
    let value = number.trim().parse::<f64>().ok()? * scale;
    Some(value).filter(|value| value.is_finite() && *value >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_wave_has_two_equal_halves() {
        let wave: Wave = "square:20mA:40mA:100Hz".parse().unwrap();
        let sum: f64 = (0..1000).map(|index| wave.amps(index, 100_000.0)).sum();
        assert!((sum / 1000.0 - 0.030).abs() < 1e-12);
        assert_eq!((wave.amps(499, 1e5), wave.amps(500, 1e5)), (0.020, 0.040));
    }

    #[test]
    fn a_wave_is_written_with_its_units() {
        assert_eq!("constant:5A".parse(), Ok(Wave::Constant { amps: 5.0 }));
        let step: Wave = "step:1mA:2A:250ms".parse().unwrap();
        assert_eq!((step.amps(249, 1e3), step.amps(250, 1e3)), (1e-3, 2.0));
        for text in
            ["", "square", "square:1:2:3", "square:1mA:2mA:0Hz", "constant:-1mA", "constant:NaNmA"]
        {
            assert!(text.parse::<Wave>().is_err(), "{text}");
        }
    }
}
