//! What a PPK2 says of itself: text lines `NAME: value` up to `END`.

/// Most bytes kept while looking for the end.
const LIMIT: usize = 8 << 10;
/// A PPK2 names at least so many of its calibration values.
const LEAST_KNOWN: usize = 5;
/// Ranges of its shunt.
pub(super) const RANGES: usize = 5;

/// Calibration and settings. What the meter does not say, or says as `-nan`, has the value that a PPK2
/// without calibration has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ppk2Metadata {
    /// Shunt resistance of each range, in ohms.
    pub r: [f64; RANGES],
    /// Square term of the gain.
    pub gs: [f64; RANGES],
    /// Linear term of the gain.
    pub gi: [f64; RANGES],
    /// Offset in steps of the converter.
    pub o: [f64; RANGES],
    /// Amperes per volt of supply.
    pub s: [f64; RANGES],
    /// Amperes.
    pub i: [f64; RANGES],
    /// The user's gain.
    pub ug: [f64; RANGES],
    /// It says that a program plays it.
    pub emulated: bool,
}

impl Default for Ppk2Metadata {
    fn default() -> Self {
        let (zero, one) = ([0.0; RANGES], [1.0; RANGES]);
        let r = [1031.64, 101.65, 10.15, 0.94, 0.043];
        Self { r, gs: one, gi: one, o: zero, s: zero, i: zero, ug: one, emulated: false }
    }
}

impl Ppk2Metadata {
    /// Reads the lines; `None` where this is no PPK2's text. Lines it does not know are skipped.
    pub fn parse(text: &str) -> Option<Ppk2Metadata> {
        let mut found = Ppk2Metadata::default();
        let known = text.lines().filter(|line| found.line(line)).count();
        (known >= LEAST_KNOWN).then_some(found)
    }

    /// Whether the line names something of a PPK2.
    fn line(&mut self, line: &str) -> bool {
        let Some((name, value)) = line.split_once(':') else { return false };
        let (name, value) = (name.trim(), value.trim());
        // "-nan" parses as a number in Rust as well.
        let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
        match name {
            // 0 or 1 of a real one; other people's programs take any word.
            "Calibrated" => self.emulated = value == "emulated",
            // What it was set to last, and its hardware.
            "VDD" | "HW" | "mode" | "IA" => {}
            _ => {
                let split = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
                let (kind, range) = name.split_at_checked(split).unwrap_or_default();
                let column = match kind {
                    "R" => &mut self.r,
                    "GS" => &mut self.gs,
                    "GI" => &mut self.gi,
                    "O" => &mut self.o,
                    "S" => &mut self.s,
                    "I" => &mut self.i,
                    "UG" => &mut self.ug,
                    _ => return false,
                };
                let range: Option<usize> = range.parse().ok();
                let Some(cell) = range.and_then(|range| column.get_mut(range)) else {
                    return false;
                };
                // A resistance is divided by.
                if let Some(number) = number.filter(|number| kind != "R" || *number > 0.0) {
                    *cell = number;
                }
            }
        }
        true
    }
}

/// Waits for the end of the text among whatever else arrives.
#[derive(Debug, Default)]
pub struct Ppk2MetadataReader {
    heard: Vec<u8>,
}

impl Ppk2MetadataReader {
    /// Takes bytes in; gives the metadata once its end was among them. Samples that were on their way
    /// before the question come first and are skipped.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<Ppk2Metadata> {
        self.heard.extend_from_slice(bytes);
        let over = self.heard.len().saturating_sub(LIMIT);
        self.heard.drain(..over);
        let end = self.heard.windows(4).position(|four| four == b"\nEND")?;
        let text = String::from_utf8_lossy(self.heard.get(..end).unwrap_or_default()).into_owned();
        self.heard.drain(..end + 4);
        Ppk2Metadata::parse(&text)
    }

    /// Bytes that were heard and are no end of anything.
    pub fn waiting(&self) -> usize {
        self.heard.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Calibrated: 0\nR0: 1003.3506\nR3: 0.9636\nGS1: 112.789\nGI4: 0.9582\n\
                        O2: 64.602\nS4: 0.0029\nI3: -0.000374\nUG0: 1.01\nVDD: 3000\nHW: 9173\n\
                        mode: 2\nIA: 56\nEND\n";

    #[test]
    fn every_value_finds_its_range_and_the_rest_keeps_its_default() {
        let found = Ppk2Metadata::parse(TEXT).unwrap();
        let usual = Ppk2Metadata::default();
        assert_eq!(found.r, [1003.3506, usual.r[1], usual.r[2], 0.9636, usual.r[4]]);
        assert_eq!((found.gs[1], found.gi[4], found.o[2]), (112.789, 0.9582, 64.602));
        assert_eq!((found.s[4], found.i[3], found.ug[0]), (0.0029, -0.000374, 1.01));
        assert!(!found.emulated);
    }

    #[track_caller]
    fn absent(line: &str) {
        let text = format!("{line}\nO0: 0\nO1: 0\nO2: 0\nO3: 0\nO4: 0\n");
        assert_eq!(Ppk2Metadata::parse(&text), Some(Ppk2Metadata::default()), "{line}");
    }

    #[test]
    fn what_is_no_number_is_absent() {
        absent("R0: -nan");
        absent("R0: nan");
        absent("R0: inf");
        absent("R0: 0");
        absent("GS4: -nan");
        absent("VDD: -nan");
        absent("UG3:");
        absent("R9: 12");
        absent("R: 12");
        absent("R99999999999999999999: 12");
    }

    #[test]
    fn other_peoples_text_is_no_ppk2() {
        for text in ["", "END", "OK\r\n", "boot: 1\nheap: 3\nR0: 1\n", "PowerShield > ack htc"] {
            assert_eq!(Ppk2Metadata::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_text_is_found_behind_samples_and_in_pieces() {
        let mut reader = Ppk2MetadataReader::default();
        assert_eq!(reader.feed(&[0xff; 20_000]), None);
        assert!(reader.waiting() <= LIMIT);
        // What lies directly before the first line spoils that line alone.
        assert_eq!(reader.feed(b"\n"), None);
        let (one, other) = TEXT.as_bytes().split_at(90);
        assert_eq!(reader.feed(one), None);
        assert_eq!(reader.feed(other), Ppk2Metadata::parse(TEXT));
    }
}
