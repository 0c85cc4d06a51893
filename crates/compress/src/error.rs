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
    /// The document is something that holds no text, or keeps it locked.
    #[error("the document is {what}, {remedy}: {name}")]
    NotText {
        /// What it is, with its article, such as "a PNG image".
        what: &'static str,
        /// What to do.
        remedy: &'static str,
        /// Path or name of the document.
        name: String,
    },
    /// The document is damaged.
    #[error(
        "the document is {what} that cannot be read ({reason}), open it where it comes from and save it again: {name}"
    )]
    Damaged {
        /// What it is, with its article, such as "a PDF".
        what: &'static str,
        /// What is wrong with it.
        reason: String,
        /// Path or name of the document.
        name: String,
    },
    /// What is packed into the document is larger than any text of its size.
    #[error("the document unpacks to more than {}, split it: {name}", size(limit))]
    Inflated {
        /// Path or name of the document.
        name: String,
        /// How much would have been taken, in bytes.
        limit: u64,
    },
    /// Reading the document took too long.
    #[error("the document takes longer than {seconds} s, split it or export it as text: {name}")]
    Slow {
        /// Path or name of the document.
        name: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The document ended the process that it was given to.
    #[error(
        "the process that worked on the document ended ({how}, {} of memory is the limit), split it or export it as text: {name}",
        size(limit)
    )]
    Crashed {
        /// Path or name of the document.
        name: String,
        /// How the process ended.
        how: String,
        /// The memory it may take, in bytes.
        limit: u64,
    },
    /// The process that reads documents could not be started.
    #[error("the program that reads documents does not start ({0}), install the program again")]
    NoReader(String),
    /// What the process that read the document said of it.
    #[error("{0}")]
    Told(String),
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
    /// A rule or a pattern that cannot be read.
    #[error("the rule {given:?} cannot be read: {reason}")]
    Rule {
        /// The rule as it was written.
        given: String,
        /// What is wrong with it and what to write.
        reason: String,
    },
    /// Questions that cannot be read.
    #[error(
        "the questions cannot be read, line {line}: {reason}; write {{\"question\": …, \"answers\": […]}} on each"
    )]
    Questions {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Too few documents with questions to fit anything to them and to judge it.
    #[error(
        "only {documents} documents hold an answer to one of their questions, give at least {fewest}: some to fit to, others to judge by"
    )]
    TooFewQuestions {
        /// How many do.
        documents: usize,
        /// How many are needed.
        fewest: usize,
    },
    /// Weights that cannot be used.
    #[error("the weights cannot be used: {0}")]
    Weights(String),
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
    /// A model that was lent failed; its words say why.
    #[error("{0}")]
    Model(String),
    /// Reading requests or writing answers failed.
    #[error("the stream of requests broke off ({0}), check the pipe on both ends")]
    Stream(#[from] std::io::Error),
    /// Whoever asked for it stopped it.
    #[error("it was stopped")]
    Stopped,
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
