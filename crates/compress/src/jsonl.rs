//! Requests as JSON lines in, answers as JSON lines out, in order, over several threads.

use std::io::{BufRead, Write};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::blocks::Incremental;
use crate::engine::{Syntax, compress};
use crate::error::Error;
use crate::ordered::{self, Next, surviving};
use crate::request::{Budget, Kind, Pin, Request, Room, Strategy};
use crate::rules::Rules;
use crate::scorer::{Encoder, WordScorer};
use crate::tokens::TokenCounter;
use crate::weights::Weights;

/// The longest line read, in bytes; a longer one is answered with an error.
pub const LONGEST_LINE_BYTES: usize = 256 << 20;

/// One request line.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    text: String,
    /// In tokens; goes before `ratio`.
    #[serde(default)]
    budget: Option<u64>,
    #[serde(default)]
    ratio: Option<f64>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    focus: Option<String>,
    #[serde(default)]
    strategy: Option<Strategy>,
    /// From 0 to 1.
    #[serde(default)]
    readable: Option<f64>,
    /// As on the command line.
    #[serde(default)]
    rules: Vec<String>,
    /// Patterns of what stays.
    #[serde(default)]
    keep: Vec<String>,
    /// Passages that stay, `[from, to]` in bytes of the text.
    #[serde(default)]
    pins: Vec<[usize; 2]>,
}

/// One answer line.
#[derive(Debug, Serialize)]
struct Answer {
    id: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    compressed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_in: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_out: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines answered with a text.
    pub answered: u64,
    /// Lines answered with an error.
    pub failed: u64,
    /// Tokens read and written.
    pub tokens_in: u64,
    /// Tokens written.
    pub tokens_out: u64,
}

/// Answers every request line of `reader` on `writer`, in order, using `threads` workers (0 means 1).
///
/// A request is `{id, text, budget | ratio, lang?, kind?, focus?, strategy?, readable?, rules?, keep?, pins?}`, an
/// answer
/// `{id, compressed, tokens_in, tokens_out, ms, refused?}`. A line that cannot be answered gives
/// `{id, error}`, with `id` null where none could be read, and the run goes on; so it does where the compressor
/// trips over a text (a panic). Blank lines are skipped.
/// At most four lines per worker are in memory at a time.
///
/// # Errors
/// [`Error::Stream`] when reading or writing fails; [`Error::Worker`] when a thread does not start.
pub fn run(
    reader: impl BufRead + Send,
    writer: impl Write,
    counter: &dyn TokenCounter,
    threads: usize,
) -> Result<Tally, Error> {
    run_with(reader, writer, counter, Lent::default(), threads)
}

/// What every request is answered with: models that are lent, and weights.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lent<'a> {
    /// As in [`Request::encoder`].
    pub encoder: Option<&'a dyn Encoder>,
    /// As in [`Request::scorer`].
    pub scorer: Option<&'a dyn WordScorer>,
    /// As in [`Request::weights`].
    pub weights: Weights,
}

/// As [`run`], with models.
///
/// # Errors
/// As [`run`]; what a model fails at is the answer to the request.
pub fn run_with(
    reader: impl BufRead + Send,
    mut writer: impl Write,
    counter: &dyn TokenCounter,
    lent: Lent<'_>,
    threads: usize,
) -> Result<Tally, Error> {
    // A text that comes again with an edit costs the blocks of the edit.
    let blocks = Incremental::default();
    let mut tally = Tally::default();
    ordered::run(
        "compress",
        threads,
        |give| read_lines(reader, give).map_err(Error::from),
        |line: Vec<u8>| answer(&line, counter, lent, &blocks),
        |next| match next {
            Next::Piece(answer) => tally.write(&answer, &mut writer).map_err(Error::from),
            // Whoever feeds one line at a time waits for its answer.
            Next::Pause => writer.flush().map_err(Error::from),
        },
    )?;
    writer.flush()?;
    Ok(tally)
}

impl Tally {
    /// Writes an answer and counts it.
    fn write(&mut self, answer: &Answer, writer: &mut impl Write) -> std::io::Result<()> {
        match answer.error {
            Some(_) => self.failed += 1,
            None => self.answered += 1,
        }
        self.tokens_in += answer.tokens_in.unwrap_or(0) as u64;
        self.tokens_out += answer.tokens_out.unwrap_or(0) as u64;
        let mut line = serde_json::to_vec(answer)?;
        line.push(b'\n');
        writer.write_all(&line)
    }
}

/// Gives each line that is not blank, until nobody wants more.
fn read_lines(
    mut reader: impl BufRead,
    give: &mut dyn FnMut(Vec<u8>) -> bool,
) -> std::io::Result<()> {
    loop {
        let mut line = Vec::new();
        let more = read_line(&mut reader, &mut line)?;
        if !line.trim_ascii().is_empty() && !give(line) {
            return Ok(());
        }
        if !more {
            return Ok(());
        }
    }
}

/// Reads up to and without a newline; of an overlong line one byte more than the limit is kept, so that
/// it is recognised. False at the end of the input.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    loop {
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        if available.is_empty() {
            return Ok(false);
        }
        let newline = available.iter().position(|&b| b == b'\n');
        let part = &available[..newline.unwrap_or(available.len())];
        let room = (LONGEST_LINE_BYTES + 1).saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(newline.is_some());
        reader.consume(used);
        if newline.is_some() {
            return Ok(true);
        }
    }
}

fn answer(line: &[u8], counter: &dyn TokenCounter, lent: Lent<'_>, blocks: &Incremental) -> Answer {
    let mut made = Answer {
        id: Value::Null,
        compressed: None,
        tokens_in: None,
        tokens_out: None,
        ms: None,
        refused: None,
        error: None,
    };
    // What is remembered of blocks is sound at any moment.
    match surviving(|| fill(line, counter, lent, blocks, &mut made)) {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => made.error = Some(reason),
        Err(said) => {
            made.error = Some(format!(
                "the compressor tripped over this text ({said}); please report it with the text"
            ));
        }
    }
    made
}

fn fill(
    line: &[u8],
    counter: &dyn TokenCounter,
    lent: Lent<'_>,
    blocks: &Incremental,
    made: &mut Answer,
) -> Result<(), String> {
    if line.len() > LONGEST_LINE_BYTES {
        return Err(format!(
            "the line is longer than {} MiB, split the document",
            LONGEST_LINE_BYTES >> 20
        ));
    }
    let line: Line = serde_json::from_slice(line).map_err(|e| {
        // Even a bad request may carry a readable id.
        if let Ok(Value::Object(mut fields)) = serde_json::from_slice::<Value>(line) {
            made.id = fields.remove("id").unwrap_or(Value::Null);
        }
        format!("the line is not a request ({e}), send {{id, text, budget or ratio}}")
    })?;
    made.id = line.id;
    let budget = match (line.budget, line.ratio) {
        (Some(tokens), _) => Budget::Tokens(usize::try_from(tokens).unwrap_or(usize::MAX)),
        (None, Some(ratio)) => Budget::Ratio(ratio),
        (None, None) => return Err("the request has neither budget nor ratio, send one".into()),
    };
    if line.readable.is_some_and(|readable| !(0.0..=1.0).contains(&readable)) {
        return Err("readable goes from 0, most facts, to 1, whole sentences; send that".into());
    }
    let rules = Rules::parse(&line.rules, &line.keep).map_err(|e| e.to_string())?;
    let pin = |&[start, end]: &[usize; 2]| Pin { src: start..end, room: Room::Made };
    let pins: Vec<Pin> = line.pins.iter().map(pin).collect();
    let named = line.kind.as_deref();
    let (kind, syntax) = (named.and_then(Kind::from_name), named.and_then(Syntax::from_name));
    let started = Instant::now();
    let request = Request {
        focus: line.focus.as_deref(),
        lang: line.lang.as_deref(),
        kind: kind.or(syntax.map(|_| Kind::Code)),
        syntax,
        strategy: line.strategy.unwrap_or_default(),
        readable: line.readable,
        rules: Some(&rules),
        pins: &pins,
        encoder: lent.encoder,
        scorer: lent.scorer,
        weights: lent.weights,
        ..Request::new(&line.text, budget)
    };
    let done = match request.strategy {
        Strategy::Incremental => blocks.compress(&request, counter).map(|(done, _)| done),
        _ => compress(&request, counter),
    };
    let done = done.map_err(|e| e.to_string())?;
    made.ms = Some(started.elapsed().as_secs_f64() * 1e3);
    made.tokens_in = Some(done.tokens_in);
    made.tokens_out = Some(done.tokens_out);
    made.refused = done.refused;
    made.compressed = Some(done.text);
    Ok(())
}
