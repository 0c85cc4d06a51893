//! How documents are compressed, but for how far: the words of a request, checked once.

use std::collections::BTreeMap;
use std::sync::Arc;

use compress::{Budget, Content, Document, Incremental, Kind, Request, Rules, Strategy};
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
    /// What somebody said the documents are.
    pub(crate) kind: Option<Kind>,
    language: Option<&'static str>,
    /// What is known of blocks, for the strategy that asks.
    blocks: Option<Arc<Incremental>>,
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
            kind: shaping.kind.as_deref().map(kind).transpose()?,
            language: shaping.language.as_deref().map(language).transpose()?,
            blocks: None,
            lossless: false,
        })
    }

    /// The same, which counts what the lossless stage alone leaves, or does not.
    pub(crate) fn counting(self, lossless: bool) -> Self {
        Self { lossless, ..self }
    }

    /// The same, with what is known of blocks where the strategy wants it.
    pub(crate) fn remembering(self, known: impl FnOnce() -> Arc<Incremental>) -> Self {
        let blocks = (self.strategy == Strategy::Incremental).then(known);
        Self { blocks, ..self }
    }

    /// What is known of blocks; whoever has it works in this process.
    pub(crate) fn blocks(&self) -> Option<&Incremental> {
        self.blocks.as_deref()
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
            kind: self.kind.or(document.kind),
            lang: self.language,
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

/// The kind of text called so.
///
/// # Errors
/// [`EngineError::BadRequest`] for a name that is none, with those that are.
pub(crate) fn kind(named: &str) -> Result<Kind, EngineError> {
    Kind::from_name(named).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|(_, name)| *name).collect();
        EngineError::BadRequest(format!(
            "there is no kind of text called {named:?}; write {}, or leave it to be found out",
            known.join(", ")
        ))
    })
}

/// The code of a language that is known.
///
/// # Errors
/// [`EngineError::BadRequest`] for one that is not, with those that are.
pub(crate) fn language(code: &str) -> Result<&'static str, EngineError> {
    let known = Content::LANGUAGES.into_iter().find(|known| known.eq_ignore_ascii_case(code));
    known.ok_or_else(|| {
        EngineError::BadRequest(format!(
            "no language is known as {code:?}; write {}, or leave it to be found out",
            Content::LANGUAGES.join(", ")
        ))
    })
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
