//! What may be written for a setting, and what it means.

use std::fmt;
use std::path::{Path, PathBuf};

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
}

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
            (Kind::Fraction, Written::Text(text)) => fraction(text).ok_or(expected),
            (Kind::Fraction, Written::Number(share)) => checked(*share).ok_or(expected),
            (Kind::Tokenizer, Written::Text(text)) => tokenizer(text, base),
            _ => Err(expected),
        }
    }
}

fn fraction(text: &str) -> Option<Value> {
    let text = text.trim();
    checked(match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    })
}

/// A share of all: neither negative nor more than all of it, and no NaN. A bare 5 is refused
/// rather than guessed to be a percentage.
fn checked(share: f64) -> Option<Value> {
    (0.0..=1.0).contains(&share).then_some(Value::Fraction(share))
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
        for kind in [Kind::Path, Kind::Level, Kind::Tokenizer] {
            assert_eq!(kind.read(&Written::Number(0.5), None), Err(kind.expected()));
            assert_eq!(kind.read(&Written::Other, None), Err(kind.expected()));
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
