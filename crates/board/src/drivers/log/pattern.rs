//! What is looked for in a line.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// Patterns of token rates as people print them; a line that any of them meets will do.
pub const TOKEN_RATES: [&str; 2] = [
    r"(?i)(?<tokens_per_s>\d+(?:\.\d+)?)\s*(?:tok(?:en)?s?\s*/\s*s|tok(?:en)?s? per sec(?:ond)?|t/s|tps)\b",
    r"(?i)\b(?:tok(?:en)?s?\s*/\s*s(?:ec)?|tok(?:en)?s? per sec(?:ond)?|t/s|tps)\s*[:=]\s*(?<tokens_per_s>\d+(?:\.\d+)?)",
];

/// Memory that a compiled pattern may take, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// A regular expression whose named groups are figures.
#[derive(Clone, Debug)]
pub struct LogPattern {
    regex: Regex,
}

/// A figure that a pattern found in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// The group's name.
    pub name: String,
    /// Its unit by its name's end, such as `ms` of `encode_ms`; empty for a plain number.
    pub unit: &'static str,
    /// The value, finite.
    pub value: f64,
    /// Where it stands, in bytes of the line.
    pub place: Range<usize>,
}

impl LogPattern {
    /// # Errors
    /// Says what is wrong with it, and what to write.
    pub fn new(pattern: &str) -> Result<LogPattern, String> {
        let regex = RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
        let regex = regex.map_err(|error| {
            // The library draws the place under the pattern; its last line says what is wrong.
            let words = error.to_string();
            let words = words.lines().last().unwrap_or_default().trim().to_owned();
            words.strip_prefix("error: ").map_or(words.clone(), str::to_owned)
        })?;
        if regex.capture_names().flatten().next().is_none() {
            return Err(
                "no group has a name; write what is to be measured as a named group, such \
                        as (?<tokens_per_s>[0-9.]+) tok/s"
                    .into(),
            );
        }
        Ok(LogPattern { regex })
    }

    /// What it finds in a line; `None` where it does not meet it, or where what a group found is no
    /// number.
    pub fn read(&self, line: &str) -> Option<Vec<Capture>> {
        let found = self.regex.captures(line)?;
        let mut captures = Vec::new();
        for name in self.regex.capture_names().flatten() {
            // A group of an alternative that was not taken found nothing.
            let Some(group) = found.name(name) else { continue };
            let value = group.as_str().parse::<f64>().ok().filter(|value| value.is_finite())?;
            let place = group.range();
            captures.push(Capture { name: name.into(), unit: unit(name), value, place });
        }
        (!captures.is_empty()).then_some(captures)
    }
}

/// The unit that a name ends with.
fn unit(name: &str) -> &'static str {
    const UNITS: [(&str, &str); 12] = [
        ("tokens_per_s", "tok/s"),
        ("inferences_per_s", "inf/s"),
        ("_per_s", "1/s"),
        ("_us", "µs"),
        ("_ms", "ms"),
        ("_s", "s"),
        ("_mj", "mJ"),
        ("_mw", "mW"),
        ("_ma", "mA"),
        ("_bytes", "B"),
        ("_hz", "Hz"),
        ("_percent", "%"),
    ];
    UNITS.iter().find(|(end, _)| name.ends_with(end)).map_or("", |(_, unit)| unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(line: &str) -> Option<f64> {
        let patterns = TOKEN_RATES.map(|pattern| LogPattern::new(pattern).unwrap());
        patterns.iter().find_map(|pattern| pattern.read(line)).map(|found| found[0].value)
    }

    #[test]
    fn token_rates_are_found_as_people_print_them() {
        let check = |line, expect| assert_eq!(rate(line), expect, "{line}");
        check("achieved tok/s: 19.120000", Some(19.12));
        check("I (5123) LLM: 19.13 tok/s", Some(19.13));
        check("speed = 9 tokens per second", Some(9.0));
        check("Speed: 32.8 Tokens/s", Some(32.8));
        check("tokens/sec = 2.5", Some(2.5));
        check("eval time = 120 ms (8.33 t/s)", Some(8.33));
        check("loaded 512 tokens", None);
        check("tok/s: nan", None);
        check("", None);
    }

    #[test]
    fn named_groups_are_figures_with_the_unit_that_their_name_ends_with() {
        let pattern = LogPattern::new(r"(?<encode_ms>[\d.]+) ms, acc (?<accuracy>\S+)").unwrap();
        let found = pattern.read("took 12.5 ms, acc 0.93").unwrap();
        let figures: Vec<_> = found.iter().map(|c| (&*c.name, c.unit, c.value)).collect();
        assert_eq!(figures, [("encode_ms", "ms", 12.5), ("accuracy", "", 0.93)]);
        assert_eq!(found[0].place, 5..9);
        assert_eq!(pattern.read("took 12.5 ms, acc great"), None);
        assert_eq!(LogPattern::new("(?<x>inf)").unwrap().read("inf"), None);
    }

    #[test]
    fn a_wrong_pattern_says_what_is_wrong() {
        let wrong = |pattern: &str| LogPattern::new(pattern).unwrap_err();
        assert!(wrong("(?<a>").contains("unclosed group"), "{}", wrong("(?<a>"));
        assert!(wrong(r"\d+ tok/s").contains("(?<tokens_per_s>"));
        assert!(wrong(r"(?<x>\w{5000}{5000})").contains("size limit"));
    }

    #[test]
    fn any_pattern_and_any_line_are_bounded() {
        bolero::check!().with_iterations(2000).with_type::<(String, String)>().for_each(
            |(pattern, line)| {
                if let Ok(pattern) = LogPattern::new(pattern) {
                    for capture in pattern.read(line).unwrap_or_default() {
                        assert!(capture.value.is_finite());
                        assert!(line.get(capture.place).is_some());
                    }
                }
            },
        );
    }
}
