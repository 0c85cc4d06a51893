//! How documents are compressed, but for how far: the words of a request, checked once.

use std::collections::BTreeMap;

use compress::{Budget, Document, Request, Rules, Strategy};
use protocol::Shaping;

use crate::compress::strategy;
use crate::error::EngineError;
use crate::weights;

/// How documents are compressed, but for how far.
pub(crate) struct Way {
    focus: Option<String>,
    strategy: Strategy,
    readable: Option<f64>,
    rules: Rules,
    /// What is pinned, by the document's SHA-256; of no document, in every one.
    pins: BTreeMap<Option<String>, Vec<compress::Pin>>,
    weights: compress::Weights,
    /// Whether what the lossless stage alone leaves is counted.
    pub(crate) lossless: bool,
}

/// Most passages that can be pinned.
const MOST_PINS: usize = 1000;

impl Way {
    pub(crate) fn of(
        named: &str,
        focus: Option<&str>,
        shaping: &Shaping,
    ) -> Result<Self, EngineError> {
        if let Some(readable) = shaping.readable.filter(|readable| !(0.0..=1.0).contains(readable))
        {
            return Err(EngineError::BadRequest(format!(
                "readable is {readable}; it goes from 0, the most facts, to 1, whole sentences"
            )));
        }
        Ok(Self {
            focus: focus.filter(|focus| !focus.trim().is_empty()).map(str::to_owned),
            strategy: strategy(named)?,
            readable: shaping.readable,
            rules: Rules::parse(&shaping.rules, &shaping.keep)?,
            pins: pins(&shaping.pins)?,
            weights: weights::of(shaping)?,
            lossless: false,
        })
    }

    /// The same, which counts what the lossless stage alone leaves, or does not.
    pub(crate) fn counting(self, lossless: bool) -> Self {
        Self { lossless, ..self }
    }

    fn pins_in(&self, document: &Document) -> &[compress::Pin] {
        if self.pins.is_empty() {
            return &[];
        }
        let pins = self.pins.get(&Some(document.sha256.clone())).or_else(|| self.pins.get(&None));
        pins.map_or(&[], Vec::as_slice)
    }

    /// The request to compress a document so.
    pub(crate) fn request<'a>(&'a self, document: &'a Document, budget: Budget) -> Request<'a> {
        Request {
            focus: self.focus.as_deref(),
            strategy: self.strategy,
            kind: document.kind,
            syntax: compress::Syntax::of_file(&document.name),
            readable: self.readable,
            rules: Some(&self.rules),
            pins: self.pins_in(document),
            weights: self.weights,
            lossless: self.lossless,
            ..Request::new(&document.text, budget)
        }
    }
}

fn pins(
    asked: &[protocol::Pin],
) -> Result<BTreeMap<Option<String>, Vec<compress::Pin>>, EngineError> {
    if asked.len() > MOST_PINS {
        return Err(EngineError::BadRequest(format!(
            "{} passages are pinned; pin at most {MOST_PINS}, or keep them by a rule",
            asked.len()
        )));
    }
    let mut pins: BTreeMap<Option<String>, Vec<compress::Pin>> = BTreeMap::new();
    for pin in asked {
        let [start, end] = pin.src.map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        if start >= end {
            return Err(EngineError::BadRequest(format!(
                "a passage from byte {start} to byte {end} is none; give where it begins, then where it ends"
            )));
        }
        let room = match pin.room {
            protocol::Room::Made => compress::Room::Made,
            protocol::Room::Added => compress::Room::Added,
        };
        pins.entry(pin.document.clone()).or_default().push(compress::Pin { src: start..end, room });
    }
    // What is pinned in every document is in those that have pins of their own too.
    if let Some(everywhere) = pins.get(&None).cloned() {
        let own = pins.iter_mut().filter(|(document, _)| document.is_some());
        own.for_each(|(_, pins)| pins.extend(everywhere.iter().cloned()));
    }
    Ok(pins)
}
