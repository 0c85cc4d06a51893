//! Token counters: how long a text is for the model that will read it.

mod bpe;
mod hugging_face;
mod lately;
mod split;

use std::sync::{Arc, OnceLock};

pub use hugging_face::HuggingFace;

use crate::error::Error;
use bpe::Vocabulary;

/// Counts tokens the way one model's tokenizer does.
///
/// [`count`](TokenCounter::count) is the truth every budget is held to. [`pieces`](TokenCounter::pieces)
/// is what makes choosing fast: it says roughly where in a text the tokens are.
pub trait TokenCounter: Send + Sync {
    /// The tokenizer's short name, for reports.
    fn name(&self) -> &str;

    /// Exactly how many tokens `text` is, special tokens being treated as ordinary text.
    fn count(&self, text: &str) -> usize;

    /// Calls `piece(end, tokens)` for consecutive pieces of `text`, `end` being the byte offset after
    /// the piece, and gives the total, which must equal [`count`](TokenCounter::count).
    ///
    /// The pieces need not be exact one by one. The default measures stretches of about 256 bytes, cut
    /// at spaces, and counts the whole text once more for the total.
    fn pieces(&self, text: &str, piece: &mut dyn FnMut(usize, u32)) -> usize {
        let mut from = 0;
        while from < text.len() {
            let end = stretch_end(text, from);
            piece(end, self.count(&text[from..end]) as u32);
            from = end;
        }
        self.count(text)
    }

    /// Whether the tokens of a text that ends with a line feed, and of one that begins with neither white
    /// space nor `/`, add up to those of both in one. `false` where that is not known.
    fn lines_are_apart(&self) -> bool {
        false
    }
}

/// The end of a stretch that starts at `from`: after about 256 bytes, before a space where there is one.
fn stretch_end(text: &str, from: usize) -> usize {
    const BYTES: usize = 256;
    let mut end = from + BYTES;
    if end >= text.len() {
        return text.len();
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    match text.as_bytes()[from + 1..end].iter().rposition(|&b| b == b' ' || b == b'\n') {
        Some(at) => from + 1 + at,
        None => end,
    }
}

/// OpenAI's `o200k_base` (GPT-4o and later).
///
/// ```
/// use compress::tokens::{O200k, TokenCounter};
/// assert_eq!(O200k::new()?.count("Tokens, counted exactly."), 5);
/// # Ok::<(), compress::Error>(())
/// ```
pub struct O200k(&'static Vocabulary);

/// OpenAI's `cl100k_base` (GPT-4, `text-embedding-3`).
pub struct Cl100k(&'static Vocabulary);

impl O200k {
    /// The counter; the vocabulary is unpacked once per process.
    ///
    /// # Errors
    /// [`Error::Vocabulary`] when the vocabulary built into the program does not unpack.
    pub fn new() -> Result<Self, Error> {
        static SHARED: OnceLock<Vocabulary> = OnceLock::new();
        shared(&SHARED, Vocabulary::o200k).map(Self)
    }
}

impl Cl100k {
    /// The counter; the vocabulary is unpacked once per process.
    ///
    /// # Errors
    /// [`Error::Vocabulary`] when the vocabulary built into the program does not unpack.
    pub fn new() -> Result<Self, Error> {
        static SHARED: OnceLock<Vocabulary> = OnceLock::new();
        shared(&SHARED, Vocabulary::cl100k).map(Self)
    }
}

fn shared(
    cell: &'static OnceLock<Vocabulary>,
    make: impl FnOnce() -> Result<Vocabulary, Error>,
) -> Result<&'static Vocabulary, Error> {
    if let Some(ready) = cell.get() {
        return Ok(ready);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

impl TokenCounter for O200k {
    fn name(&self) -> &str {
        "o200k"
    }

    fn count(&self, text: &str) -> usize {
        let mut total = 0;
        lately::with(self.0, |known| {
            split::o200k(text, |piece| total += known.count(self.0, piece));
        });
        total
    }

    fn pieces(&self, text: &str, piece: &mut dyn FnMut(usize, u32)) -> usize {
        let (mut total, mut end) = (0, 0);
        lately::with(self.0, |known| {
            split::o200k(text, |bytes| {
                let tokens = known.count(self.0, bytes);
                total += tokens;
                end += bytes.len();
                piece(end, tokens as u32);
            });
        });
        total
    }

    fn lines_are_apart(&self) -> bool {
        true
    }
}

impl TokenCounter for Cl100k {
    fn name(&self) -> &str {
        "cl100k"
    }

    fn count(&self, text: &str) -> usize {
        let mut total = 0;
        lately::with(self.0, |known| {
            split::cl100k(text, |piece| total += known.count(self.0, piece));
        });
        total
    }

    fn pieces(&self, text: &str, piece: &mut dyn FnMut(usize, u32)) -> usize {
        let (mut total, mut end) = (0, 0);
        lately::with(self.0, |known| {
            split::cl100k(text, |bytes| {
                let tokens = known.count(self.0, bytes);
                total += tokens;
                end += bytes.len();
                piece(end, tokens as u32);
            });
        });
        total
    }

    fn lines_are_apart(&self) -> bool {
        true
    }
}

/// Tokenizers that are in the program.
enum Known {
    O200k,
    Cl100k,
}

fn known(name: &str) -> Option<Known> {
    match name {
        "o200k" | "o200k_base" => Some(Known::O200k),
        "cl100k" | "cl100k_base" => Some(Known::Cl100k),
        _ => None,
    }
}

/// Whether `name` is that of a tokenizer in the program, and so no file's.
pub fn is_known(name: &str) -> bool {
    known(name).is_some()
}

/// The counter called `name`: `o200k`, `cl100k`, or the path of a `tokenizer.json`.
///
/// # Errors
/// [`Error::Tokenizer`] when `name` is neither a known name nor a readable tokenizer file.
pub fn by_name(name: &str) -> Result<Arc<dyn TokenCounter>, Error> {
    Ok(match known(name) {
        Some(Known::O200k) => Arc::new(O200k::new()?),
        Some(Known::Cl100k) => Arc::new(Cl100k::new()?),
        None => Arc::new(HuggingFace::from_file(name)?),
    })
}
