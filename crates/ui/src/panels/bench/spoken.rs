//! How the board is spoken to, as a person wrote it.

use std::path::PathBuf;

use protocol::{DriverSpec, ListenSpec, PortView};
use serde::{Deserialize, Serialize};

use super::form::{Field, Wrongs, keep, least, whole};

/// Which driver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum How {
    #[default]
    Agent,
    MlperfTiny,
    Log,
    Process,
}

/// In the order of [`protocol::DRIVERS`].
pub(super) const HOWS: [How; 4] = [How::Agent, How::MlperfTiny, How::Log, How::Process];

impl How {
    /// Repetitions and warm-ups, where nobody wrote others.
    pub(super) fn usual(self) -> (&'static str, &'static str) {
        match self {
            How::Agent => ("10", "1"),
            How::MlperfTiny => ("5", "0"),
            How::Log | How::Process => ("10", "0"),
        }
    }
}

/// What has to be known to speak to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Spoken {
    pub(super) how: How,
    /// Bits per second; empty is what is known of the board.
    pub(super) baud: String,
    /// Regular expressions, one a line.
    pub(super) patterns: String,
    pub(super) start: String,
    pub(super) wait: String,
    /// Files, one a line.
    pub(super) inputs: String,
    pub(super) window: String,
    pub(super) iterations: String,
    pub(super) program: String,
    /// One a line.
    pub(super) arguments: String,
}

impl Default for Spoken {
    fn default() -> Spoken {
        Spoken {
            how: How::Agent,
            baud: String::new(),
            patterns: String::new(),
            start: String::new(),
            wait: "60".into(),
            inputs: String::new(),
            window: "10".into(),
            iterations: "10".into(),
            program: String::new(),
            arguments: String::new(),
        }
    }
}

/// The lines with something on them.
fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

impl Spoken {
    /// The driver it asks for, with everything that is wrong noted.
    pub(super) fn spec(&self, wrongs: &mut Wrongs) -> DriverSpec {
        match self.how {
            How::Agent => DriverSpec::Agent,
            How::MlperfTiny => {
                let none = "a window of nothing measures nothing; the rules say 10";
                DriverSpec::MlperfTiny {
                    inputs: lines(&self.inputs).map(PathBuf::from).collect(),
                    window_s: keep(wrongs, Field::Window, least(whole(&self.window, "10"), none)),
                    iterations: keep(
                        wrongs,
                        Field::Iterations,
                        least(whole(&self.iterations, "10"), none),
                    ),
                    baud: self.baud(wrongs),
                }
            }
            How::Log => {
                let none = "a repetition that may take no time finds nothing";
                DriverSpec::Log {
                    patterns: self.patterns(),
                    start: some(&self.start),
                    baud: self.baud(wrongs),
                    wait_s: keep(wrongs, Field::Wait, least(whole(&self.wait, "60"), none)),
                }
            }
            How::Process => {
                let program = self.program.trim();
                if program.is_empty() {
                    wrongs.insert(Field::Program, "Name the program that is the driver".into());
                }
                let arguments = lines(&self.arguments).collect();
                DriverSpec::Process { program: program.into(), arguments }
            }
        }
    }

    /// What is looked for.
    pub(super) fn patterns(&self) -> Vec<String> {
        lines(&self.patterns).collect()
    }

    /// What listening to this board would be.
    pub(super) fn listening(&self, port: &PortView) -> ListenSpec {
        ListenSpec {
            board: port.path.clone(),
            baud: self.baud(&mut Wrongs::new()),
            patterns: self.patterns(),
            start: some(&self.start),
        }
    }

    /// What keeps this driver from that board.
    pub(super) fn unfit(&self, port: &PortView) -> Option<&'static str> {
        let kind = port.board.as_ref().map_or("", |board| board.kind.as_str());
        let own = kind == "host" || kind.starts_with("emulated-");
        match self.how {
            How::MlperfTiny | How::Log if own => {
                Some("This driver speaks over a serial port; choose a board that is on one")
            }
            How::Process if kind.starts_with("emulated-") => Some(
                "An emulated board runs our agent; choose another board, or this computer for none",
            ),
            _ => None,
        }
    }

    fn baud(&self, wrongs: &mut Wrongs) -> Option<u32> {
        let text = self.baud.trim();
        if text.is_empty() {
            return None;
        }
        match text.parse::<u32>() {
            Ok(baud) if (50..=20_000_000).contains(&baud) => Some(baud),
            _ => {
                wrongs.insert(Field::Baud, "Write bits per second, such as 115200".into());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrongs(spoken: &Spoken) -> Vec<Field> {
        let mut wrongs = Wrongs::new();
        spoken.spec(&mut wrongs);
        wrongs.into_keys().collect()
    }

    #[test]
    fn each_driver_gets_what_was_written_and_its_wrongs_alone() {
        let bad = Spoken {
            baud: "fast".into(),
            wait: "0".into(),
            window: "x".into(),
            iterations: "0".into(),
            ..Spoken::default()
        };
        let of = |how| wrongs(&Spoken { how, ..bad.clone() });
        assert_eq!(of(How::Agent), []);
        assert_eq!(of(How::MlperfTiny), [Field::Window, Field::Iterations, Field::Baud]);
        assert_eq!(of(How::Log), [Field::Wait, Field::Baud]);
        assert_eq!(of(How::Process), [Field::Program]);
        let good = Spoken {
            how: How::Log,
            patterns: " (?<a>1)\n\n(?<b>2) ".into(),
            start: "go\\n".into(),
            baud: "9600".into(),
            ..Spoken::default()
        };
        assert_eq!(
            good.spec(&mut Wrongs::new()),
            DriverSpec::Log {
                patterns: vec!["(?<a>1)".into(), "(?<b>2)".into()],
                start: Some("go\\n".into()),
                baud: Some(9600),
                wait_s: 60,
            }
        );
    }
}
