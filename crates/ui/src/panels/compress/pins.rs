//! Passages that a person wants kept: each is pinned where it stands, the document is compressed again, and
//! there is a way back.

use std::sync::Arc;

use protocol::{
    Code, Command, CompressSpec, CompressedDocument, DocumentSource, Failure, JobOutcome, Pin,
    Room, Shaping, SourceText,
};

use super::Compress;
use super::form::Form;
use crate::panel::Scene;

impl Compress {
    /// What is asked of a compression beside its length, with what a person wants kept.
    pub(super) fn shaping(&self, form: &Form) -> Shaping {
        Shaping { pins: self.pins.clone(), ..form.shaping() }
    }

    /// Passages of the document that is looked at.
    pub(super) fn pinned(&self) -> usize {
        let Some((_, document)) = self.looked_at() else { return 0 };
        self.pins.iter().filter(|pin| is_in(pin, document)).count()
    }

    /// What a gap held is to stay.
    pub(super) fn keep(&mut self, gap: usize, room: Room, scene: &mut Scene<'_>) {
        let Some((_, document)) = self.looked_at() else { return };
        let Some(gap) = document.gaps.get(gap) else { return };
        let src = gap.src;
        let document = Some(document.source_sha256.clone());
        self.pins.push(Pin { document, src, room });
        self.shown_next = Some(src);
        self.compress_looked_at(scene);
    }

    /// What was kept last is let go.
    pub(super) fn undo_keep(&mut self, scene: &mut Scene<'_>) {
        let Some((_, document)) = self.looked_at() else { return };
        let Some(last) = self.pins.iter().rposition(|pin| is_in(pin, document)) else { return };
        self.shown_next = Some(self.pins.remove(last).src);
        self.compress_looked_at(scene);
    }

    /// All of the document that is looked at is.
    pub(super) fn let_go(&mut self, scene: &mut Scene<'_>) {
        let Some((_, document)) = self.looked_at() else { return };
        let document = document.source_sha256.clone();
        self.pins.retain(|pin| pin.document.as_ref() != Some(&document));
        self.compress_looked_at(scene);
    }

    /// Compresses the document that is looked at, and no other where it has a budget of its own.
    fn compress_looked_at(&mut self, scene: &mut Scene<'_>) {
        let alone = self.entries.len() == 1 || self.form.shared(self.entries.len());
        let source = self.looked_at().and_then(|(entry, _)| entry.source.clone());
        let (false, Some(source)) = (alone, source) else {
            self.compress(scene);
            return;
        };
        let Some(spec) = self.spec_for(source, SourceText::Returned, scene) else { return };
        self.trouble = None;
        self.keeping.start(Command::Compress { spec }, scene.asks);
    }

    /// One document as all were asked for last; nothing where the form cannot be read.
    pub(super) fn spec_for(
        &self,
        source: DocumentSource,
        text: SourceText,
        scene: &Scene<'_>,
    ) -> Option<CompressSpec> {
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let setting = scene.model.setting("tokenizer");
        let mut spec = form.spec(vec![source], false, text, setting).ok()?;
        spec.shaping = self.shaping(form);
        spec.neural = form.neural(scene.model.neural.as_ref());
        Some(spec)
    }

    /// The document that is looked at was compressed anew, and no other.
    pub(super) fn hear_kept(
        &mut self,
        outcome: Result<JobOutcome, Failure>,
        scene: &mut Scene<'_>,
    ) {
        let Some(reading) = &self.reading else { return };
        let Some(entry) = self.entries.get_mut(reading.entry) else { return };
        let Ok(before) = &entry.outcome else { return };
        let made = match outcome {
            Ok(JobOutcome::Compressed(made)) => made.into_iter().next().map(|one| one.result),
            Ok(_) => None,
            Err(failure) => Some(Err(failure)),
        };
        match made {
            Some(Ok(mut made)) if made.source_sha256 == before.source_sha256 => {
                made.name.clone_from(&entry.name);
                if let Some(text) = made.source.take() {
                    entry.text = Some(Arc::from(text));
                }
                entry.outcome = Ok(made);
                self.renew(scene);
            }
            Some(Ok(_)) => {
                let why = "The document has changed since it was compressed; compress it again";
                self.trouble = Some(Failure::new(Code::BadInput, why));
            }
            Some(Err(failure)) => self.trouble = Some(failure),
            None => {}
        }
    }

    /// The document that is looked at is another than what is drawn of it.
    pub(super) fn renew(&mut self, scene: &mut Scene<'_>) {
        let Some(mut reading) = self.reading.take() else { return };
        if let Some(entry) = self.entries.get(reading.entry)
            && let Ok(document) = &entry.outcome
        {
            reading.renew(document, entry.text.as_ref());
            if let Some(src) = self.shown_next.take() {
                reading.go_to(document, src);
            }
            self.reading = Some(reading);
            self.complete(scene);
        }
    }
}

fn is_in(pin: &Pin, document: &CompressedDocument) -> bool {
    pin.document.as_ref() == Some(&document.source_sha256)
}
