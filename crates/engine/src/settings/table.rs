//! The one table of settings. Parsing, checking, environment names, `config show` and the
//! reference all come from it.

use super::value::Kind;

/// One setting as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its key in the file, and its flag's name with `_` as `-`.
    pub key: &'static str,
    /// What may be written there.
    pub kind: Kind,
    /// What holds where nobody says anything.
    pub default: Preset,
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// When a change of it holds.
    pub holds: Holds,
}

/// When a change of a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// At once.
    AtOnce,
    /// From the next start on: files are open there.
    AfterRestart,
}

/// What a setting is before anybody changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This, as a file would say it.
    Text(&'static str),
    /// The platform's folder for a user's data, and these names in it.
    DataFolder(&'static str),
    /// The platform's folder for logs and other state, and these names in it.
    StateFolder(&'static str),
    /// The platform's folder for what can be made again, and these names in it.
    CacheFolder(&'static str),
    /// Nothing.
    Unset,
}

/// Every setting there is.
pub const TABLE: &[Setting] = &[
    Setting {
        key: "store",
        kind: Kind::Path,
        default: Preset::DataFolder("benchvise"),
        meaning: "the folder that holds every recorded run",
        holds: Holds::AfterRestart,
    },
    Setting {
        key: "models",
        kind: Kind::Path,
        default: Preset::DataFolder("benchvise/models"),
        meaning: "the folder that fetched models go to",
        holds: Holds::AfterRestart,
    },
    Setting {
        key: "cache",
        kind: Kind::Path,
        default: Preset::CacheFolder("benchvise"),
        meaning: "the folder that results go to which can be made again",
        holds: Holds::AfterRestart,
    },
    Setting {
        key: "firmware",
        kind: Kind::Path,
        default: Preset::Unset,
        meaning: "the folder with the firmware of emulated boards, where it is not beside the program",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "log",
        kind: Kind::Path,
        default: Preset::StateFolder("benchvise/log"),
        meaning: "the folder that log files go to",
        holds: Holds::AfterRestart,
    },
    Setting {
        key: "log_level",
        kind: Kind::Level,
        default: Preset::Text("info"),
        meaning: "how much the log says",
        holds: Holds::AfterRestart,
    },
    Setting {
        key: "min_effect",
        kind: Kind::Fraction,
        default: Preset::Text("5%"),
        meaning: "the smallest change of a metric that a comparison calls one",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "board_wait_s",
        kind: Kind::Seconds,
        default: Preset::Text("30"),
        meaning: "how long a run waits for a board that was unplugged, in seconds; 0 ends it at once",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "tokenizer",
        kind: Kind::Tokenizer,
        default: Preset::Text("o200k"),
        meaning: "what counts tokens when documents are compressed",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "weights",
        kind: Kind::Path,
        default: Preset::Unset,
        meaning: "the file of weights, made by tune, that compressing uses",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "model",
        kind: Kind::Path,
        default: Preset::Unset,
        meaning: "the checkpoint that boards run where no other is named",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "model_tokenizer",
        kind: Kind::Path,
        default: Preset::Unset,
        meaning: "the tokenizer that belongs to that checkpoint",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "theme",
        kind: Kind::Theme,
        default: Preset::Text("system"),
        meaning: "the window's colours: the system's, light or dark",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "text_size",
        kind: Kind::TextSize,
        default: Preset::Text("100%"),
        meaning: "how large the window's text is, from 75% to 200%",
        holds: Holds::AtOnce,
    },
    Setting {
        key: "reduced_motion",
        kind: Kind::Switch,
        default: Preset::Text("off"),
        meaning: "on: the window moves nothing that need not move",
        holds: Holds::AtOnce,
    },
];

/// Longest unknown key that is compared with the known ones, in characters.
const LONGEST_TYPO: usize = 40;

impl Setting {
    /// The environment variable that overrides it.
    pub fn variable(&self) -> String {
        format!("BENCHVISE_{}", self.key.to_ascii_uppercase())
    }

    /// The default in words that hold on every computer.
    pub fn default_in_words(&self) -> String {
        match self.default {
            Preset::Text(text) => text.to_owned(),
            Preset::DataFolder(names) => format!("{names} in the user's data folder"),
            Preset::StateFolder(names) => format!("{names} in the user's state or data folder"),
            Preset::CacheFolder(names) => format!("{names} in the user's cache folder"),
            Preset::Unset => "none".to_owned(),
        }
    }
}

/// The setting with this key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    TABLE.iter().find(|setting| setting.key == key)
}

/// The known key that somebody who wrote `key` most likely meant.
pub(super) fn nearest(key: &str) -> Option<&'static str> {
    let typed: Vec<char> =
        key.chars().take(LONGEST_TYPO + 1).map(|c| c.to_ascii_lowercase()).collect();
    if typed.len() > LONGEST_TYPO {
        return None;
    }
    let typed: Vec<char> = typed.into_iter().map(|c| if c == '-' { '_' } else { c }).collect();
    TABLE
        .iter()
        .map(|setting| (distance(&typed, &setting.key.chars().collect::<Vec<_>>()), setting.key))
        .filter(|(distance, key)| *distance <= (key.len() / 3).max(1))
        .min()
        .map(|(_, key)| key)
}

/// Optimal string alignment: letters put in, left out, changed, or two neighbours swapped.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expect: Option<&str>) {
        assert_eq!(nearest(typed), expect, "{typed}");
    }

    #[test]
    fn a_typo_finds_the_key_that_was_meant() {
        check("stroe", Some("store"));
        check("log-level", Some("log_level"));
        check("Tokeniser", Some("tokenizer"));
        check("model_tokeniser", Some("model_tokenizer"));
        check("modle", Some("model"));
        check("min_efect", Some("min_effect"));
    }

    #[test]
    fn a_key_of_another_world_finds_nothing() {
        check("colour", None);
        check("", None);
        check(&"store".repeat(100_000), None);
    }

    #[test]
    fn distances_are_the_known_ones() {
        let count = |a: &str, b: &str| {
            distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
        };
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("kitten", "sitting"), 3);
        assert_eq!(count("ab", "ba"), 1);
        // The restricted distance: with free transpositions it would be 2.
        assert_eq!(count("ca", "abc"), 3);
    }

    #[test]
    fn keys_are_unique_and_make_plain_variable_names() {
        for (at, setting) in TABLE.iter().enumerate() {
            assert!(setting.key.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            assert!(!TABLE[..at].iter().any(|before| before.key == setting.key));
        }
        assert_eq!(find("log_level").unwrap().variable(), "BENCHVISE_LOG_LEVEL");
    }
}
