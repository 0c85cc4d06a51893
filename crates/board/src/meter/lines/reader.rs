//! From lines to samples: CSV with a header, `name=value unit`, or values with their units.

use super::number::{Comma, number};
use super::quantity::{Column, Heading, Quantity, unit};
use crate::meter::readings::Readings;

/// Longest line that is looked at; more is noise.
const LONGEST: usize = 512;
/// Columns of a table at most.
const WIDEST: usize = 64;

/// The decoder. Units come from a header or stand behind the values; a column without a unit is not
/// guessed at. Lines that say nothing of power are counted as noise.
#[derive(Debug, Default)]
pub struct PowerLines {
    line: Vec<u8>,
    overlong: bool,
    columns: Vec<Heading>,
    volts: Option<f64>,
    amps: Option<f64>,
    /// Watts are printed, so that amperes alone are no sample.
    watts_seen: bool,
    emulated: bool,
}

/// What one line said.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    volts: Option<f64>,
    amps: Option<f64>,
    watts: Option<f64>,
}

impl Said {
    fn take(&mut self, column: Column, value: f64) {
        let place = match column.quantity {
            Quantity::Volts => &mut self.volts,
            Quantity::Amps => &mut self.amps,
            Quantity::Watts => &mut self.watts,
        };
        *place = Some(value * column.scale);
    }

    fn nothing(&self) -> bool {
        self.volts.is_none() && self.amps.is_none() && self.watts.is_none()
    }
}

impl PowerLines {
    /// For a board at this voltage; `None` where the lines say it.
    pub fn new(volts: Option<f64>) -> PowerLines {
        PowerLines { volts, ..PowerLines::default() }
    }

    /// Takes bytes in and appends a sample for every line, or group of lines, that makes one.
    pub fn feed(&mut self, bytes: &[u8], into: &mut Readings) {
        for byte in bytes {
            match byte {
                b'\n' | b'\r' => {
                    let line = std::mem::take(&mut self.line);
                    if std::mem::take(&mut self.overlong) {
                        into.noise += line.len() as u64;
                    } else if !line.is_empty() {
                        self.line(&line, into);
                    }
                    self.line = line;
                    self.line.clear();
                }
                _ if self.line.len() < LONGEST => self.line.push(*byte),
                _ => {
                    self.overlong = true;
                    into.noise += 1;
                }
            }
        }
    }

    /// A comment said that a program plays the meter.
    pub fn emulated(&self) -> bool {
        self.emulated
    }

    /// Bytes kept for the next call.
    pub fn waiting(&self) -> usize {
        self.line.len()
    }

    fn line(&mut self, line: &[u8], into: &mut Readings) {
        // Latin 1 has the same sign for micro in one byte.
        let text = match str::from_utf8(line) {
            Ok(text) => text.to_owned(),
            Err(_) => line.iter().map(|byte| char::from(*byte)).collect(),
        };
        let text = text.trim();
        if let Some(comment) = text.strip_prefix('#') {
            self.emulated |= comment.trim() == "emulated";
            return;
        }
        let said = if text.contains(['=', ':']) && !self.is_row(text) {
            pairs(text)
        } else {
            match self.row(text) {
                Row::Header => return,
                Row::Said(said) => said,
            }
        };
        if said.nothing() {
            into.noise += line.len() as u64;
        } else {
            self.sample(said, into);
        }
    }

    /// A row of a table may hold a time of day, which is no name with a value.
    fn is_row(&self, text: &str) -> bool {
        !self.columns.is_empty() && fields(text).0.len() >= self.columns.len()
    }

    fn row(&mut self, text: &str) -> Row {
        let (fields, comma) = fields(text);
        let numeric = fields.iter().any(|field| number(field, comma).is_some());
        if !numeric {
            let columns: Vec<Heading> =
                fields.iter().take(WIDEST).map(|name| Heading::of(name)).collect();
            if columns.iter().any(|heading| heading.with(None).is_some()) {
                self.columns = columns;
                return Row::Header;
            }
            return Row::Said(Said::default());
        }
        let mut said = Said::default();
        // "3,30,12,5": a comma between the columns and in the numbers.
        let halves = !self.columns.is_empty() && fields.len() == 2 * self.columns.len();
        let joined: Vec<String>;
        let (values, comma): (Vec<&str>, Comma) = if halves && comma == Comma::Separator {
            joined = fields.as_chunks::<2>().0.iter().map(|[a, b]| format!("{a},{b}")).collect();
            (joined.iter().map(String::as_str).collect(), Comma::Decimal)
        } else {
            (fields, comma)
        };
        for (at, field) in values.into_iter().enumerate() {
            let Some((value, rest)) = number(field, comma) else { continue };
            let own = unit(rest);
            let column = self.columns.get(at).map_or(own, |heading| heading.with(own));
            if let Some(column) = column {
                said.take(column, value);
            }
        }
        Row::Said(said)
    }

    fn sample(&mut self, said: Said, into: &mut Readings) {
        self.volts = said.volts.or(self.volts);
        self.amps = said.amps.or(self.amps);
        self.watts_seen |= said.watts.is_some();
        let watts = match said.watts {
            Some(watts) => watts,
            None if self.watts_seen => return,
            // Without a voltage amperes are kept and watts are missing.
            None => match (said.amps, self.volts) {
                (Some(amps), volts) => volts.map_or(f64::NAN, |volts| amps * volts),
                (None, _) => return,
            },
        };
        let amps = said.amps.or(self.amps).unwrap_or(f64::NAN);
        into.amps.push(amps as f32);
        into.watts.push(watts as f32);
    }
}

enum Row {
    Header,
    Said(Said),
}

/// The fields of a row, and what a comma is in them.
fn fields(text: &str) -> (Vec<&str>, Comma) {
    let split = |separator: char| text.split(separator).map(str::trim).take(2 * WIDEST).collect();
    if text.contains(';') {
        (split(';'), Comma::Decimal)
    } else if text.contains('\t') {
        (split('\t'), Comma::Decimal)
    } else if text.contains(',') {
        (split(','), Comma::Separator)
    } else {
        (text.split_whitespace().take(2 * WIDEST).collect(), Comma::Decimal)
    }
}

/// `V=3.30 I=12.5mA`, `Bus Voltage: 5.02 V`, `current_mA: 3`.
fn pairs(text: &str) -> Said {
    let mut said = Said::default();
    let mut rest = text;
    while let Some((name, behind)) = rest.split_once(['=', ':']) {
        let value = behind.trim_start();
        rest = behind;
        let Some((value, after)) = number(value, Comma::Decimal) else { continue };
        let after = after.trim_start();
        let word = after.split(|c: char| !c.is_alphanumeric()).next();
        if let Some(column) = Heading::of(name).with(word.and_then(unit)) {
            said.take(column, value);
        }
        rest = after;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the lines; expects these milliwatts and so many bytes of noise.
    #[track_caller]
    fn check(volts: Option<f64>, text: &str, milliwatts: &[f32], noise: u64) {
        let mut lines = PowerLines::new(volts);
        let mut readings = Readings::default();
        for byte in text.as_bytes() {
            lines.feed(&[*byte], &mut readings);
        }
        let got: Vec<f32> =
            readings.watts.iter().map(|watts| (watts * 1e6).round() / 1e3).collect();
        assert_eq!((got.as_slice(), readings.noise), (milliwatts, noise), "{text}");
        assert_eq!(readings.amps.len(), readings.watts.len());
    }

    #[test]
    fn a_header_names_units_and_columns() {
        check(None, "t_ms,bus_V,current_mA\n0,3.3,20\n10,3.3,40\n", &[66.0, 132.0], 0);
        check(None, "power_mW\n12\n", &[12.0], 0);
        check(Some(5.0), "time;I (µA)\n1;100\n", &[0.5], 0);
        check(None, "time,shunt_mV,bus_V,mA\n12:03:04,9,2,10\n", &[20.0], 0);
        check(None, "bus_V,shunt,mA\n2V,9mV,10mA\n", &[20.0], 0);
        check(None, "bus_V,shunt\n2V,10mA\n", &[20.0], 0);
        check(None, "bus_V,shunt_mA,mA\n2V,9mV,10mA\n", &[20.0], 0);
    }

    #[test]
    fn names_and_values_in_a_line() {
        check(None, "V=3.30 I=12.5mA\n", &[41.25], 0);
        check(None, "V=3.30V I=10mA\r\n", &[33.0], 0);
        check(None, "bus_V: 5.0, current_mA: 3\n", &[15.0], 0);
        check(None, "P=1.5W,I=0.3A\n", &[1500.0], 0);
        check(Some(3.0), "I=200uA\nI=200µA\n", &[0.6, 0.6], 0);
        check(None, "2.5V 4mA\n", &[10.0], 0);
    }

    #[test]
    fn values_may_have_a_line_each() {
        let text = "Bus Voltage: 5.0 V\nShunt Voltage: 1.2 mV\nCurrent: 12 mA\nPower: 60 mW\n\
                    Bus Voltage: 5.0 V\nShunt Voltage: 1.2 mV\nCurrent: 14 mA\nPower: 70 mW\n";
        check(None, text, &[60.0, 60.0, 70.0], 2 * 21);
    }

    #[test]
    fn a_decimal_comma_is_understood() {
        check(None, "bus_V;current_mA\n3,30;12,5\n", &[41.25], 0);
        check(None, "bus_V,current_mA\n3,30,12,5\n", &[41.25], 0);
        check(None, "U=3,3V I=10,5mA\n", &[34.65], 0);
    }

    #[test]
    fn garbage_is_counted_and_not_fatal() {
        check(Some(1.0), "hello world\nI=1mA\n", &[1.0], 11);
        check(Some(1.0), "1,2,3\nI=1mA\n", &[1.0], 5);
        check(Some(1.0), &("x".repeat(600) + "\nI=1mA\n"), &[1.0], 600);
        check(Some(1.0), "I=mA\nI=1e99999mA\nI=2mA\n", &[2.0], 15);
        let (mut lines, mut readings) = (PowerLines::new(Some(1.0)), Readings::default());
        lines.feed(b"I=5\xb5A\n\xff\xfe\x00\n", &mut readings);
        assert_eq!((readings.watts.len(), readings.noise), (1, 3));
    }

    #[test]
    fn amperes_without_a_voltage_are_no_watts() {
        let (mut lines, mut readings) = (PowerLines::new(None), Readings::default());
        lines.feed(b"# emulated\nI=5mA\n", &mut readings);
        assert!(readings.watts[0].is_nan() && lines.emulated());
        assert_eq!(readings.amps, [5e-3]);
    }
}
