//! Text without end for a face that hands it over as it comes: window by window, in bounded memory, no job.

use std::io::{Read, Write};

use compress::stream::{StreamRequest, run};
use protocol::Failure;

use crate::Engine;
use crate::compress::{counter, strategy};
use crate::error::EngineError;
use crate::failure::failure;
use crate::weights;

/// How text without end is compressed.
#[derive(Clone, Debug, PartialEq)]
pub struct Endless {
    /// Input tokens over output tokens, at least 1; kept to in every window.
    pub ratio: f64,
    /// Who counts; `None` is the setting's.
    pub tokenizer: Option<String>,
    /// How windows are cut into what is kept or dropped.
    pub strategy: String,
    /// What bears on it is kept first in each window.
    pub focus: Option<String>,
}

impl Engine {
    /// Compresses `reader`, which is UTF-8 text, to `writer`, on this thread.
    ///
    /// # Errors
    /// A [`Failure`] where the request makes no sense, what is read is no text, or reading or writing
    /// fails.
    pub fn compress_endless(
        &self,
        asked: &Endless,
        reader: impl Read + Send,
        writer: impl Write,
    ) -> Result<(), Failure> {
        self.endless(asked, reader, writer).map_err(failure)
    }

    fn endless(
        &self,
        asked: &Endless,
        reader: impl Read + Send,
        writer: impl Write,
    ) -> Result<(), EngineError> {
        let settings = self.settings();
        let counter = counter(asked.tokenizer.as_deref().unwrap_or(settings.tokenizer()))?;
        let mut shaping = protocol::Shaping::default();
        weights::fill(self, &mut shaping)?;
        let request = StreamRequest {
            ratio: asked.ratio,
            focus: asked.focus.as_deref(),
            lang: None,
            kind: None,
            strategy: strategy(&asked.strategy)?,
            weights: weights::of(&shaping)?,
            // Others compress too.
            threads: 1,
        };
        let tally = run(reader, writer, &request, &*counter)?;
        if tally.tripped > 0 {
            self.warn(format!(
                "{} windows of a stream tripped the compressor and were left as they are",
                tally.tripped
            ));
        }
        if tally.too_long > 0 {
            self.warn(format!(
                "{} lines of a stream are one JSON value of over 512 kB each and were left as they are",
                tally.too_long
            ));
        }
        Ok(())
    }
}
