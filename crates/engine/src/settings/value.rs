//! What may be written for a setting, and what it means.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use protocol::SettingKind;

use super::folders;

/// What may be written for a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file or folder; `~` is the home folder.
    Path,
    /// How much the log says.
    Level,
    /// A share, as `5%` or 0.05.
    Fraction,
    /// `o200k`, `cl100k`, or a tokenizer's file.
    Tokenizer,
    /// The window's colours.
    Theme,
    /// The size of the window's text, as `125%` or 1.25.
    TextSize,
    /// Off or on.
    Switch,
    /// Whole seconds, up to an hour.
    Seconds,
}

/// The smallest and the largest text.
const TEXT_SIZES: RangeInclusive<f64> = 0.75..=2.0;
/// The longest time, in seconds.
const HOUR_S: f64 = 3600.0;

/// How much the log says; each includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And what was done.
    #[default]
    Info,
    /// And how.
    Debug,
    /// And every step.
    Trace,
}

impl LogLevel {
    const ALL: [LogLevel; 5] =
        [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace];

    /// As in the file.
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What it means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Path(PathBuf),
    Level(LogLevel),
    Fraction(f64),
    Tokenizer(String),
    Seconds(u32),
    Word(&'static str),
}

impl Value {
    /// How a view says what was written as `text`: words as the table has them.
    pub(super) fn as_text(&self, text: String) -> String {
        match self {
            Value::Level(level) => level.name().to_owned(),
            Value::Word(word) => (*word).to_owned(),
            Value::Path(_) | Value::Fraction(_) | Value::Tokenizer(_) | Value::Seconds(_) => text,
        }
    }
}

/// A value as somebody wrote it.
#[derive(Clone, Debug)]
pub(super) enum Written {
    Text(String),
    Number(f64),
    /// Something that no setting takes, such as a list.
    Other,
}

impl Kind {
    /// What may be written, to follow "… where".
    pub(super) fn expected(self) -> &'static str {
        match self {
            Kind::Path => "a path in quotes",
            Kind::Level => "error, warn, info, debug or trace",
            Kind::Fraction => "a percentage such as \"5%\" or a share such as 0.05",
            Kind::Tokenizer => "o200k, cl100k, or the path of a tokenizer .json or .bin",
            Kind::Theme => "system, light or dark",
            Kind::TextSize => "a percentage from \"75%\" to \"200%\"",
            Kind::Switch => "\"off\" or \"on\"",
            Kind::Seconds => "whole seconds from 0 to 3600, such as 30",
        }
    }

    /// The words that may be written, where there are only these.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Kind::Level => &["error", "warn", "info", "debug", "trace"],
            Kind::Theme => &["system", "light", "dark"],
            Kind::Switch => &["off", "on"],
            Kind::Path | Kind::Fraction | Kind::Tokenizer | Kind::TextSize | Kind::Seconds => &[],
        }
    }

    /// The same for a face.
    pub(super) fn view(self) -> SettingKind {
        match self {
            Kind::Path => SettingKind::Path,
            Kind::Fraction | Kind::TextSize => SettingKind::Fraction,
            Kind::Tokenizer | Kind::Seconds => SettingKind::Text,
            Kind::Level | Kind::Theme | Kind::Switch => {
                SettingKind::Choice(self.words().iter().map(|word| (*word).to_owned()).collect())
            }
        }
    }

    /// What `written` means; else what was expected. Relative paths start at `base`.
    pub(super) fn read(
        self,
        written: &Written,
        base: Option<&Path>,
    ) -> Result<Value, &'static str> {
        let expected = self.expected();
        match (self, written) {
            (Kind::Path, Written::Text(text)) => folders::expand(text, base).map(Value::Path),
            (Kind::Level, Written::Text(text)) => {
                let same = |level: &LogLevel| level.name().eq_ignore_ascii_case(text.trim());
                LogLevel::ALL.into_iter().find(same).map(Value::Level).ok_or(expected)
            }
            (Kind::Fraction, written) => share(written, ALL).ok_or(expected),
            (Kind::TextSize, written) => share(written, TEXT_SIZES).ok_or(expected),
            (Kind::Theme | Kind::Switch, Written::Text(text)) => {
                let same = |word: &&&str| word.eq_ignore_ascii_case(text.trim());
                self.words().iter().find(same).map(|word| Value::Word(word)).ok_or(expected)
            }
            (Kind::Tokenizer, Written::Text(text)) => tokenizer(text, base),
            (Kind::Seconds, written) => seconds(written).ok_or(expected),
            _ => Err(expected),
        }
    }
}

/// A share of all: neither negative nor more than all of it.
const ALL: RangeInclusive<f64> = 0.0..=1.0;

/// A share that lies in `range`, and so is no NaN. A bare 5 is refused rather than guessed to be a
/// percentage.
fn share(written: &Written, range: RangeInclusive<f64>) -> Option<Value> {
    let share = match written {
        Written::Number(share) => *share,
        Written::Text(text) => match text.trim().strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
            None => text.trim().parse().ok()?,
        },
        Written::Other => return None,
    };
    range.contains(&share).then_some(Value::Fraction(share))
}

/// Whole seconds, so no NaN.
fn seconds(written: &Written) -> Option<Value> {
    let seconds = match written {
        Written::Number(seconds) => *seconds,
        Written::Text(text) => text.trim().parse().ok()?,
        Written::Other => return None,
    };
    let whole = seconds.fract() == 0.0 && (0.0..=HOUR_S).contains(&seconds);
    whole.then_some(Value::Seconds(seconds as u32))
}

fn tokenizer(text: &str, base: Option<&Path>) -> Result<Value, &'static str> {
    let is_file = Path::new(text).extension().is_some_and(|ending| {
        ending.eq_ignore_ascii_case("json") || ending.eq_ignore_ascii_case("bin")
    });
    match text {
        "o200k" | "o200k_base" | "cl100k" | "cl100k_base" => Ok(Value::Tokenizer(text.to_owned())),
        path if is_file => {
            let path = folders::expand(path, base)?;
            let path = path.to_str().ok_or("a path in UTF-8")?;
            Ok(Value::Tokenizer(path.to_owned()))
        }
        _ => Err(Kind::Tokenizer.expected()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Kind, text: &str) -> Option<Value> {
        kind.read(&Written::Text(text.to_owned()), Some(Path::new("/base"))).ok()
    }

    fn share(text: &str, expect: Option<f64>) {
        let got = read(Kind::Fraction, text);
        assert_eq!(got, expect.map(Value::Fraction), "{text}");
    }

    #[test]
    fn a_share_is_a_percentage_or_a_fraction() {
        share("5%", Some(0.05));
        share(" 2.5 % ", Some(0.025));
        share("0.05", Some(0.05));
        share("0", Some(0.0));
        share("100%", Some(1.0));
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["5", "101%", "-1%", "NaN", "nan%", "inf", "", "%", "5 percent", "1e999%"] {
            share(text, None);
        }
        let number = |number| Kind::Fraction.read(&Written::Number(number), None).is_ok();
        assert!(number(0.05));
        assert!(!number(5.0));
        assert!(!number(f64::NAN));
    }

    #[test]
    fn a_tokenizer_is_a_known_name_or_a_file() {
        let read = |text| read(Kind::Tokenizer, text);
        let means = |text: &str| Some(Value::Tokenizer(text.to_owned()));
        assert_eq!(read("cl100k"), means("cl100k"));
        assert_eq!(read("/x/tokenizer.json"), means("/x/tokenizer.json"));
        assert_eq!(read("tok512.bin"), means("/base/tok512.bin"));
        assert_eq!(read("gpt-9"), None);
    }

    #[test]
    fn only_shares_are_written_as_numbers() {
        for kind in [Kind::Path, Kind::Level, Kind::Tokenizer, Kind::Theme, Kind::Switch] {
            assert_eq!(kind.read(&Written::Number(0.5), None), Err(kind.expected()));
            assert_eq!(kind.read(&Written::Other, None), Err(kind.expected()));
        }
    }

    #[test]
    fn a_text_size_is_neither_tiny_nor_huge() {
        let size = |text: &str| read(Kind::TextSize, text);
        assert_eq!(size("75%"), Some(Value::Fraction(0.75)));
        assert_eq!(size("200 %"), Some(Value::Fraction(2.0)));
        assert_eq!(size("1.25"), Some(Value::Fraction(1.25)));
        for text in ["74%", "201%", "125", "0", "-100%", "nan", "", "large"] {
            assert_eq!(size(text), None, "{text}");
        }
        let number = |number| Kind::TextSize.read(&Written::Number(number), None).is_ok();
        assert!(number(1.5));
        assert!(!number(150.0));
        assert!(!number(f64::NAN));
    }

    #[test]
    fn seconds_are_whole_and_at_most_an_hour() {
        let seconds = |text: &str| read(Kind::Seconds, text);
        assert_eq!(seconds("0"), Some(Value::Seconds(0)));
        assert_eq!(seconds(" 3600 "), Some(Value::Seconds(3600)));
        for text in ["", "-1", "3601", "1.5", "30 s", "nan", "inf", "1e99"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        let number = |number| Kind::Seconds.read(&Written::Number(number), None);
        assert_eq!(number(30.0), Ok(Value::Seconds(30)));
        assert!(number(f64::NAN).is_err() && number(0.5).is_err());
    }

    #[test]
    fn words_are_read_in_any_case_and_shown_in_one() {
        assert_eq!(read(Kind::Theme, " Dark "), Some(Value::Word("dark")));
        assert_eq!(read(Kind::Switch, "ON"), Some(Value::Word("on")));
        assert_eq!(read(Kind::Switch, "true"), None);
        assert_eq!(Value::Word("dark").as_text(" Dark ".into()), "dark");
        for level in LogLevel::ALL {
            assert!(Kind::Level.words().contains(&level.name()));
        }
    }

    #[test]
    fn every_level_is_read_by_its_name() {
        for level in LogLevel::ALL {
            assert_eq!(read(Kind::Level, level.name()), Some(Value::Level(level)));
        }
        assert_eq!(read(Kind::Level, "loud"), None);
    }
}
