//! The text layer of a PDF, in the order it is read.
//!
//! A PDF has no text, only letters at places. `letters` collects them page by page, `pieces` joins them
//! to stretches of a line, `columns` finds out in which order those are read, `furniture` what repeats
//! on every page, and `paragraphs` puts lines together again.
//!
//! Parsing other people's PDFs is where programs hang, overflow and are made to take all memory. It
//! happens on a thread of its own, with a stack of its own and a time limit; what would unpack to more
//! than a bound is refused before; a panic is that document's error.

mod columns;
mod furniture;
mod layers;
mod letters;
mod paragraphs;
mod pieces;
mod unpacking;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use super::Broken;
use super::draft::{Draft, Extracted};
use letters::{MOST_LETTERS, Stop};

const WHAT: &str = "a PDF";
/// A document that takes longer is given up.
const SECONDS: u64 = 120;
/// What the parser may take after its time before it is left to itself.
const GRACE: Duration = Duration::from_secs(10);
/// Pages within pages and objects within objects are followed by recursion.
const STACK_BYTES: usize = 64 << 20;

/// Whether these begin as a PDF does; a few bytes may come before.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1024)].windows(5).any(|five| five == b"%PDF-")
        && (bytes.starts_with(b"%PDF-") || bytes.contains(&0))
}

/// The text of a PDF.
pub(super) fn read(bytes: &[u8], limit: u64) -> Result<Extracted, Broken> {
    read_within(bytes, limit, Duration::from_secs(SECONDS))
}

fn read_within(bytes: &[u8], limit: u64, time: Duration) -> Result<Extracted, Broken> {
    let until = Instant::now() + time;
    unpacking::check(bytes, until)?;
    let bytes = bytes.to_vec();
    let (sender, answer) = sync_channel(1);
    std::thread::Builder::new()
        .name("pdf".into())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let made = catch_unwind(AssertUnwindSafe(|| take(bytes, limit, until)));
            let made = made.unwrap_or_else(|stopped| Err(stop(&*stopped, time)));
            // Whoever asked may have gone.
            sender.send(made).ok();
        })
        .map_err(|error| Broken::Damaged(WHAT, format!("no thread to read it on: {error}")))?;
    let left = until.saturating_duration_since(Instant::now());
    match answer.recv_timeout(left + GRACE.min(time)) {
        Ok(made) => made,
        Err(RecvTimeoutError::Timeout) => Err(Broken::Slow(time.as_secs())),
        Err(RecvTimeoutError::Disconnected) => {
            Err(Broken::Damaged(WHAT, "the parser gave up on it".into()))
        }
    }
}

/// Why the parser was left.
fn stop(stopped: &(dyn Any + Send), time: Duration) -> Broken {
    match stopped.downcast_ref() {
        Some(Stop::Late) => Broken::Slow(time.as_secs()),
        Some(Stop::Crowded) => {
            Broken::Damaged(WHAT, format!("a page has more than {MOST_LETTERS} letters"))
        }
        None => Broken::Damaged(WHAT, "the parser gave up on it".into()),
    }
}

fn take(bytes: Vec<u8>, limit: u64, until: Instant) -> Result<Extracted, Broken> {
    let read = letters::read(bytes, limit, until)?;
    let mut pages = read.pages;
    let left_out = furniture::remove(&mut pages);
    let mut draft = Draft::new(limit);
    paragraphs::write(&pages, &mut draft)?;
    draft.left_out("headers, footers and page numbers", left_out);
    draft.left_out("pictures", read.pictures);
    draft.left_out("letters without a name", read.unnamed);
    draft.done()
}

#[cfg(test)]
mod tests;
