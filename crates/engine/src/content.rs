//! What documents are like, in the words of the protocol.

use compress::{Content, Document};
use protocol::{BlockShare, ContentView, DocumentSource, Failure};

use crate::Engine;
use crate::documents::named;

/// What each of these documents is like, folders opened: its name, and how it is or why it cannot be read.
#[must_use]
pub fn analysed(
    engine: &Engine,
    sources: &[DocumentSource],
) -> Vec<(String, Result<ContentView, Failure>)> {
    let reader = engine.inner.reader.as_deref();
    let documents = named(sources).into_iter().map(|document| {
        let view = document.read(reader).map(|document| of(&document));
        (document.name, view)
    });
    documents.collect()
}

/// What a document is like.
pub(crate) fn of(document: &Document) -> ContentView {
    view(compress::analyse(&document.text, document.kind, None))
}

fn view(content: Content) -> ContentView {
    ContentView {
        kind: content.kind.name().to_owned(),
        blocks: content
            .blocks
            .into_iter()
            .map(|(kind, share)| BlockShare { kind: kind.name().to_owned(), share })
            .collect(),
        language: content.language.map(str::to_owned),
        words: content.words as u64,
        sentences: content.sentences as u64,
        words_per_sentence: content.words_per_sentence,
        type_token: content.type_token,
        repetition: content.repetition,
        terms: content.terms,
    }
}
