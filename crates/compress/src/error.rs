//! What can go wrong, named by what failed for the user.

/// Errors of loading and compressing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be read.
    #[error("the document cannot be read ({reason}): {name}")]
    Unreadable {
        /// Path or name of the document.
        name: String,
        /// What the operating system said.
        reason: String,
    },
    /// The document holds nothing but white space.
    #[error("the document is empty, choose one with text in it: {name}")]
    Empty {
        /// Path or name of the document.
        name: String,
    },
    /// The document is not text.
    #[error(
        "the document is {format}, which this version does not read yet, export it as text first: {name}"
    )]
    NotText {
        /// The format with its article, such as "a PDF".
        format: &'static str,
        /// Path or name of the document.
        name: String,
    },
    /// The document is larger than the limit.
    #[error("the document has {} and the limit is {}, split it: {name}", size(bytes), size(limit))]
    TooLarge {
        /// Path or name of the document.
        name: String,
        /// Its size, in bytes; where reading stopped early, the least it is.
        bytes: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A budget no output can meet.
    #[error("the budget is {given}, ask for at least 1 token or a ratio above 0")]
    Budget {
        /// The budget as asked for.
        given: String,
    },
    /// A tokenizer that is not there or does not load.
    #[error("the tokenizer does not load, {reason}: {name}")]
    Tokenizer {
        /// Name or path asked for.
        name: String,
        /// Why it does not load.
        reason: String,
    },
    /// A vocabulary built into the program is damaged.
    #[error("the built-in vocabulary is damaged ({0}), install the program again")]
    Vocabulary(String),
    /// Reading requests or writing answers failed.
    #[error("the stream of requests broke off ({0}), check the pipe on both ends")]
    Stream(#[from] std::io::Error),
    /// A worker thread could not start or died.
    #[error("a worker thread failed ({0}), try again with fewer threads")]
    Worker(String),
}

/// Bytes as a person reads them.
fn size(bytes: &u64) -> String {
    match *bytes {
        1 => "1 byte".to_owned(),
        few @ 0..1_048_576 => format!("{few} bytes"),
        many => format!("{:.1} MiB", many as f64 / 1_048_576.0),
    }
}
