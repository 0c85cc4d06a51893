//! What is said in either direction, a JSON object a line. Pure.

use serde::{Deserialize, Serialize};

/// Version of these words; both sides say theirs.
pub(super) const VERSION: u32 = 1;

/// What the driver hears from us.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ask<'a> {
    /// First of all. `port` is what the user named, where they did.
    Hello { version: u32, port: Option<&'a str> },
    /// Do it once.
    Run { prompt: &'a str, tokens: u32, seed: u64, temperature: f32, top_p: f32 },
    /// End the run that goes on.
    Stop {},
    /// What time is it there?
    Ping { id: u64 },
}

/// What the driver says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    /// Answers `hello`.
    Board(Board),
    /// Answers `ping`.
    Pong { id: u64, ticks: u64 },
    /// The run has begun.
    Started { ticks: u64 },
    /// A token was made.
    Token {
        index: u32,
        ticks: u64,
        #[serde(default)]
        id: Option<u32>,
        #[serde(default)]
        text: Option<String>,
    },
    /// How much heap the board uses.
    Heap { ticks: u64, used_bytes: u64 },
    /// A figure of this run.
    Value {
        name: String,
        value: f64,
        #[serde(default)]
        unit: String,
    },
    /// It is still at it: nothing else was to be said for a while.
    Alive {},
    /// A line for the log.
    Log { text: String },
    /// The run is over.
    Done(Done),
    /// It cannot.
    Error { text: String },
}

/// Who the board is.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Board {
    pub(super) version: u32,
    pub(super) name: String,
    /// What stays the same when the cable moves.
    pub(super) identity: String,
    /// What runs on it.
    pub(super) model: String,
    /// The driver's own name and version.
    pub(super) driver: String,
    #[serde(default)]
    pub(super) core: String,
    #[serde(default)]
    pub(super) clock_hz: Option<u64>,
    /// What counts the ticks, and how many there are in a second.
    #[serde(default)]
    pub(super) timer: String,
    pub(super) timer_hz: u64,
    #[serde(default)]
    pub(super) ram_bytes: u64,
    #[serde(default)]
    pub(super) flash_bytes: u64,
    /// It is no hardware.
    pub(super) emulated: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Done {
    pub(super) began: u64,
    pub(super) ended: u64,
    #[serde(default)]
    pub(super) tokens: Option<u32>,
    #[serde(default)]
    pub(super) inferences: Option<u32>,
    /// It was told to stop.
    #[serde(default)]
    pub(super) stopped: bool,
    #[serde(default)]
    pub(super) energy_uj: Option<u64>,
    #[serde(default)]
    pub(super) heap_peak_bytes: Option<u64>,
    #[serde(default)]
    pub(super) stack_peak_bytes: Option<u64>,
}

/// What a line says.
///
/// # Errors
/// What is wrong with it, in the JSON library's words.
pub(super) fn read(line: &str) -> Result<Said, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

/// A line that says it.
pub(super) fn write(ask: &Ask<'_>) -> String {
    // Numbers, texts and nothing else: the only float that has no JSON is written as null.
    let mut line = serde_json::to_string(ask).unwrap_or_default();
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_page() {
        assert_eq!(
            write(&Ask::Hello { version: 1, port: Some("/dev/ttyACM0") }),
            "{\"hello\":{\"version\":1,\"port\":\"/dev/ttyACM0\"}}\n"
        );
        assert_eq!(write(&Ask::Stop {}), "{\"stop\":{}}\n");
        assert_eq!(
            read(r#"{"token":{"index":2,"ticks":99,"later":true}}"#),
            Ok(Said::Token { index: 2, ticks: 99, id: None, text: None })
        );
        assert!(read(r#"{"pung":{}}"#).unwrap_err().contains("pung"));
        assert!(read("hello").is_err());
    }

    #[test]
    fn no_line_is_too_strange() {
        bolero::check!().with_iterations(3000).with_type::<String>().for_each(|line| {
            read(line).ok();
            read(&format!("{{\"done\":{line}}}")).ok();
        });
    }
}
