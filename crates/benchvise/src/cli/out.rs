//! What a command says in the end, and how it fails.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use protocol::{Code, Failure};
use serde_json::{Value, json};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Exit 0.
    Done,
    /// Exit 1: what the user asked to be told about.
    ToldYou,
}

/// Exit 2.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The engine's words.
    Failure(Failure),
    /// The reader of our output is gone (`| head`): nobody to complain to.
    ReaderGone,
}

impl Trouble {
    /// The command line makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Trouble::Failure(Failure::new(Code::BadRequest, message))
    }

    /// A reply the engine never gives to that command.
    pub(crate) fn unexpected() -> Self {
        Trouble::Failure(Failure::new(
            Code::Internal,
            "the engine gave an answer to another command",
        ))
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Failure(failure)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Trouble::ReaderGone,
            _ => Trouble::Failure(Failure::new(Code::Internal, error.to_string())),
        }
    }
}

impl From<board::BoardError> for Trouble {
    fn from(error: board::BoardError) -> Self {
        Trouble::Failure(Failure::new(Code::Board, error.to_string()))
    }
}

/// Standard output whose broken pipe is not a panic.
pub(crate) struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().lock().flush()
    }
}

/// Prints the answer: text with a line break at its end.
pub(crate) fn text(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Prints a document as it is: a line break of ours would be a token that nobody counted. Only a
/// terminal gets one, so that the prompt does not stand in the text.
pub(crate) fn exactly(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if io::stdout().is_terminal() && !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Prints one JSON document with its schema first.
pub(crate) fn document(command: &str, body: Value) -> Result<(), Trouble> {
    let mut document = json!({ "schema": format!("benchvise.{command}/1") });
    if let (Some(into), Value::Object(body)) = (document.as_object_mut(), body) {
        into.extend(body);
    }
    text(&document.to_string())
}

/// Our own views always serialise.
pub(crate) fn value(view: &impl serde::Serialize) -> Result<Value, Trouble> {
    serde_json::to_value(view).map_err(|error| {
        Trouble::Failure(Failure::new(Code::Internal, format!("an answer has no JSON: {error}")))
    })
}

/// Says on standard error what happened and what to do.
pub(crate) fn complain(trouble: &Trouble, as_json: bool) -> ExitCode {
    let Trouble::Failure(failure) = trouble else { return ExitCode::SUCCESS };
    let mut err = io::stderr().lock();
    let said = if as_json {
        writeln!(err, "{}", json!({ "schema": "benchvise.failure/1", "failure": failure }))
    } else {
        let hint = failure.hint.as_ref().map(|hint| format!("\n  → {hint}")).unwrap_or_default();
        // A board, a file's name or a bundle may have had a word in it.
        writeln!(err, "{}", printable(&format!("benchvise: {}{hint}", failure.message)))
    };
    // Nobody to tell that nobody could be told.
    drop(said);
    ExitCode::from(2)
}

/// A line on standard error, for progress and remarks.
pub(crate) fn remark(line: &str) {
    drop(writeln!(io::stderr().lock(), "{}", printable(line)));
}

/// Text with parts from a model, a document, a board or another's bundle, without what would move a
/// terminal's cursor.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '␦' } else { c }).collect()
}
