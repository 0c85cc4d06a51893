//! Text without end: window by window, in bounded memory, written as it goes.
//!
//! The text is cut into windows of some 64 kB by the cutter of [`crate::Incremental`], never longer than
//! 512 kB. What later text in the same window has made obsolete, or what was there before, goes first, by
//! the closed list of rules in [`Pruned`]. The rest of a window is compressed by itself, to what its tokens
//! (those of what was pruned too) allow at the ratio. So the ratio is kept to in every window and over all.
//!
//! What is in memory at any moment: four windows for each thread, and 65,536 hashes of passages.

mod decode;
mod prune;
mod whole;

use std::io::{Read, Write};

use crate::blocks::WithLineEnd;
use crate::blocks::cutter::{Cutter, Sizes, lines};
use crate::engine::compress;
use crate::error::Error;
use crate::ordered::{self, Next, surviving};
use crate::request::{Budget, Kind, Request, Strategy};
use crate::tokens::TokenCounter;
use crate::weights::Weights;
use decode::Decoder;
pub use prune::Pruned;
use prune::Pruner;
pub(crate) use prune::without_time;
use whole::{Met, Values};

const SIZES: Sizes = Sizes::around(64 << 10);
const READ_BYTES: usize = 64 << 10;

/// What is asked of a stream.
#[derive(Debug, Clone, Copy)]
pub struct StreamRequest<'a> {
    /// Input tokens over output tokens, at least 1; kept to in every window.
    pub ratio: f64,
    /// What bears on it is kept first in each window.
    pub focus: Option<&'a str>,
    /// Language as a two-letter code; `None` finds out for each window.
    pub lang: Option<&'a str>,
    /// What the text is; `None` finds out for each window.
    pub kind: Option<Kind>,
    /// How windows are cut into what is kept or dropped.
    pub strategy: Strategy,
    /// What counts how much in running text.
    pub weights: Weights,
    /// Windows that are compressed at a time.
    pub threads: usize,
}

/// What a stream came to. Tokens are counted window by window, the line end after each included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamTally {
    /// Windows read.
    pub windows: u64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Tokens read.
    pub tokens_in: u64,
    /// Tokens written, each window's line end included.
    pub tokens_out: u64,
    /// Bytes that are no UTF-8, read as U+FFFD.
    pub undecodable: u64,
    /// What was obsolete.
    pub pruned: Pruned,
    /// Windows that the compressor tripped over (a panic): they were written as they are, and their tokens are not
    /// counted.
    pub tripped: u64,
    /// Lines that are one JSON value and longer than a window, none of them the first: they were written as they are,
    /// and their tokens are not counted.
    pub too_long: u64,
}

struct Window {
    text: String,
    /// The text without what is obsolete; `None` where nothing is.
    left: Option<String>,
    /// It is written as it is.
    whole: bool,
}

struct Part {
    tokens_in: usize,
    /// With the line end after it.
    tokens_out: usize,
    text: String,
    /// The compressor tripped over it.
    tripped: bool,
    /// More of its line may follow.
    goes_on: bool,
}

impl Part {
    /// A text as it is, its tokens not counted.
    fn untouched(text: String) -> Self {
        Self { tokens_in: 0, tokens_out: 0, text, tripped: false, goes_on: false }
    }
}

/// Compresses `reader`, which is UTF-8 text, to `writer`.
///
/// # Errors
/// [`Error::Budget`] for a ratio below 1; [`Error::NotText`] for what is no text, or is one JSON value that
/// would have to be cut; [`Error::Stream`] when reading or writing fails; [`Error::Worker`] when a thread
/// does not start.
pub fn run(
    reader: impl Read + Send,
    mut writer: impl Write,
    request: &StreamRequest<'_>,
    counter: &dyn TokenCounter,
) -> Result<StreamTally, Error> {
    if !request.ratio.is_finite() || request.ratio < 1.0 {
        return Err(Error::Budget { given: format!("a ratio of {}", request.ratio) });
    }
    let mut tally = StreamTally::default();
    let read = ordered::run(
        "stream",
        request.threads,
        |give| read(reader, give),
        |window: Window| surely(window, request, counter),
        |next| match next {
            Next::Piece(part) => tally.write(part?, &mut writer),
            Next::Pause => Ok(()),
        },
    )?;
    (tally.windows, tally.bytes_in) = (read.windows, read.bytes_in);
    (tally.undecodable, tally.pruned, tally.too_long) =
        (read.undecodable, read.pruned, read.too_long);
    Ok(tally)
}

impl StreamTally {
    /// Writes what is left of a window and counts it.
    fn write(&mut self, mut part: Part, writer: &mut impl Write) -> Result<(), Error> {
        self.tokens_in += part.tokens_in as u64;
        self.tokens_out += part.tokens_out as u64;
        self.tripped += u64::from(part.tripped);
        if part.text.is_empty() {
            return Ok(());
        }
        if !part.text.ends_with('\n') && !part.goes_on {
            part.text.push('\n');
        }
        self.bytes_out += part.text.len() as u64;
        writer.write_all(part.text.as_bytes())?;
        // Whoever reads along wants it now.
        writer.flush()?;
        Ok(())
    }
}

/// Cuts windows and prunes them, until nobody wants more.
fn read(mut reader: impl Read, give: &mut dyn FnMut(Window) -> bool) -> Result<StreamTally, Error> {
    let mut tally = StreamTally::default();
    let mut decoder = Decoder::default();
    let mut cutter = Cutter::new(SIZES);
    let mut pruner = Pruner::default();
    let mut values = Values::default();
    // `window` holds whole lines that were taken, `rest` what is not a whole line yet.
    let (mut window, mut rest) = (String::new(), String::new());
    let mut buffer = vec![0; READ_BYTES];
    let mut send = |text: String, whole: bool, tally: &mut StreamTally| {
        if !whole && text.trim().is_empty() {
            return true;
        }
        // What is written as it is may be part of a line, which makes nothing obsolete.
        let left = (!whole).then(|| pruner.prune(&text, &mut tally.pruned)).flatten();
        tally.windows += 1;
        give(Window { text, left, whole })
    };
    loop {
        let some = match reader.read(&mut buffer) {
            Ok(some) => some,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let bytes = &buffer[..some];
        if tally.bytes_in == 0 {
            refuse(bytes)?;
        }
        tally.bytes_in += some as u64;
        decoder.push(bytes, &mut rest);
        let mut taken = 0;
        for line in lines(&rest, SIZES.most) {
            // The last line may go on with the next bytes. What windows there are must not depend on
            // how the bytes came.
            if !line.ends_with('\n') && taken + line.len() == rest.len() && some > 0 {
                break;
            }
            let rest = &rest[taken..];
            let cut = !line.ends_with('\n') && line.len() < rest.len();
            let ahead = cut.then(|| &rest[..rest.floor_char_boundary(SIZES.most)]);
            taken += line.len();
            let begins = !values.is_within();
            match values.meets(line, ahead) {
                Met::All => {
                    let (what, remedy) = ("one JSON value", "compress it without --stream");
                    return Err(Error::NotText { what, remedy, name: "standard input".into() });
                }
                Met::Endless => {
                    tally.too_long += u64::from(begins);
                    let before = std::mem::take(&mut window);
                    if !send(before, false, &mut tally) || !send(line.to_owned(), true, &mut tally)
                    {
                        return Ok(tally);
                    }
                    cutter = Cutter::new(SIZES);
                }
                Met::Text => {
                    if cutter.line(line) && !send(std::mem::take(&mut window), false, &mut tally) {
                        return Ok(tally);
                    }
                    window.push_str(line);
                }
            }
        }
        rest.drain(..taken);
        if some == 0 {
            decoder.end(&mut window);
            tally.undecodable = decoder.undecodable;
            send(window, false, &mut tally);
            return Ok(tally);
        }
    }
}

/// Refuses what is no text; `bytes` are the first ones.
fn refuse(bytes: &[u8]) -> Result<(), Error> {
    if bytes.contains(&0) {
        let (what, remedy) = ("no text", "name it as a document instead of streaming it");
        return Err(Error::NotText { what, remedy, name: "standard input".into() });
    }
    Ok(())
}

/// Compresses a window. One that trips the compressor stays as it is, and its tokens are not counted: that may be
/// what it trips over.
fn surely(
    window: Window,
    request: &StreamRequest<'_>,
    counter: &dyn TokenCounter,
) -> Result<Part, Error> {
    if window.whole {
        return Ok(Part { goes_on: true, ..Part::untouched(window.text) });
    }
    let made = surviving(|| part(&window, request, counter));
    made.unwrap_or_else(|_| Ok(Part { tripped: true, ..Part::untouched(window.text) }))
}

fn part(
    window: &Window,
    request: &StreamRequest<'_>,
    counter: &dyn TokenCounter,
) -> Result<Part, Error> {
    let Window { text, left, .. } = window;
    let counter = WithLineEnd(counter);
    let (text, budget, counted) = match left {
        None => (text, Budget::Ratio(request.ratio), None),
        Some(left) => {
            let tokens_in = counter.pieces(text, &mut |_, _| {});
            let budget = (tokens_in as f64 / request.ratio) as usize;
            (left, Budget::Tokens(budget.max(1)), Some(tokens_in))
        }
    };
    let made = compress(
        &Request {
            focus: request.focus,
            lang: request.lang,
            kind: request.kind,
            strategy: request.strategy,
            weights: request.weights,
            ..Request::new(text, budget)
        },
        &counter,
    )?;
    let tokens_in = counted.unwrap_or(made.tokens_in);
    // Less than one token is none.
    let none = (tokens_in as f64) < request.ratio;
    let text = if none { String::new() } else { made.text };
    let tokens_out = if text.is_empty() { 0 } else { counter.count(&text) };
    Ok(Part { tokens_in, tokens_out, ..Part::untouched(text) })
}
