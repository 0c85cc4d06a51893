//! Documents in, fewer tokens out, every kept byte tied to its source.
//!
//! A [`document`] is read from a file, from standard input or from bytes, and becomes UTF-8 text, whether
//! it is plain text, a PDF, a web page or a word processor's file. A
//! [`Request`] says how long the result may be, counted by a [`TokenCounter`], which is the tokenizer of
//! the model that will read it. [`compress`] picks what stays and answers with a [`Compressed`]: the
//! text, its exact token count, a map from every kept byte to the source, every gap, and what was lost.
//! [`jsonl`] does the same for a stream of requests over several threads.
//!
//! Nothing is rewritten: the output consists of stretches of the source in their order, with a space, a
//! line end or `…` where something is missing. No model weights are needed; who has a model that reads text
//! may lend it as an [`Encoder`] or a [`WordScorer`].
//!
//! ```
//! use compress::{Budget, Request, compress, tokens::O200k};
//!
//! let text = "The pump was installed in 1987 by the harbour office. It has been there ever since, \
//!             and nobody has ever thought of taking it away again.";
//! let done = compress(&Request::new(text, Budget::Tokens(12)), &O200k::new()?)?;
//! assert!(done.tokens_out <= 12);
//! assert!(done.text.contains("1987"));
//! for span in &done.spans {
//!     assert_eq!(done.text[span.out.clone()], text[span.src.clone()]);
//! }
//! # Ok::<(), compress::Error>(())
//! ```

mod blocks;
mod chars;
mod compressed;
pub mod corpus;
pub mod document;
mod engine;
mod error;
pub mod fidelity;
pub mod jsonl;
mod ordered;
pub mod recent;
mod request;
mod retention;
pub mod rules;
mod same;
mod scorer;
pub mod stream;
pub mod tokens;
pub mod weights;

pub use blocks::{BlockWork, Incremental};
pub use compressed::{Compressed, Dropped, Gap, Losses, Span};
pub use document::Document;
pub use engine::{Content, Fold, Syntax, analyse, compress, folds, lossless_tokens};
pub use error::Error;
pub use request::{Budget, Kind, Pin, Request, Room, Stage, Strategy};
pub use retention::{ALIKE, Retention, retention};
pub use rules::Rules;
pub use scorer::{Encoder, WordScorer};
pub use tokens::TokenCounter;
pub use weights::Weights;
