//! What a document that is looked at may still lack: its own text, the map of what survives.

use protocol::{
    BudgetSpec, Code, Command, CompressSpec, CompressedDocument, DocumentSource, Failure,
    JobOutcome, NeuralSpec, SourceText,
};

use super::documents::Entry;
use super::{Compress, HEAT_BYTES};
use crate::panel::Scene;

impl Compress {
    /// Asks for what the document that is looked at lacks: its own text, its heat.
    pub(super) fn complete(&mut self, scene: &mut Scene<'_>) {
        if let Some(one) = &mut self.as_one {
            return one.arrive();
        }
        let Some(reading) = &self.reading else { return };
        let Some(entry) = self.entries.get(reading.entry) else { return };
        match &entry.text {
            Some(text) if text.len() <= HEAT_BYTES => self.map_heat(scene),
            Some(_) => self.forget_old_heat(scene),
            None => self.fetch_text(scene),
        }
    }

    /// The document is read again for its own text; what is shown of it stays what it was.
    pub(super) fn fetch_text(&mut self, scene: &mut Scene<'_>) {
        let Some((entry, document)) = self.looked_at() else { return };
        let (source, tokens) = (entry.source.clone(), document.tokens_out.max(1));
        self.fetch_from(source, tokens, scene);
    }

    /// The same of where a document lies; the budget does not matter to it.
    pub(super) fn fetch_from(
        &mut self,
        source: Option<DocumentSource>,
        tokens: u64,
        scene: &mut Scene<'_>,
    ) {
        let Some(source) = source else {
            self.fetch_trouble = None;
            return;
        };
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let spec = CompressSpec {
            documents: vec![source],
            budget: BudgetSpec::Tokens(tokens),
            total: false,
            tokenizer: form.tokenizer(scene.model.setting("tokenizer")).to_owned(),
            strategy: form.strategy.clone(),
            focus: None,
            shaping: Default::default(),
            source: SourceText::Returned,
            into: None,
            neural: NeuralSpec::default(),
            cache: Default::default(),
            lossless: false,
        };
        self.fetch_trouble = None;
        self.fetch.start(Command::Compress { spec }, scene.asks);
    }

    pub(super) fn looked_at(&self) -> Option<(&Entry, &CompressedDocument)> {
        let entry = self.entries.get(self.reading.as_ref()?.entry)?;
        entry.outcome.as_ref().ok().map(|document| (entry, document))
    }

    /// A key of all that a map depends on.
    pub(super) fn heat_key(&self, scene: &Scene<'_>) -> Option<String> {
        let (_, document) = self.looked_at()?;
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let tokenizer = form.tokenizer(scene.model.setting("tokenizer"));
        let shaping = format!("{:?}", self.shaping(form));
        let neural = form.neural(scene.model.neural.as_ref());
        let encoder = neural.encoder.as_deref().unwrap_or_default();
        let (source, focus) = (&document.source_sha256, form.focus.trim());
        let parts = [source, tokenizer, &form.strategy, focus, &shaping, encoder];
        Some(parts.join("\n"))
    }

    pub(super) fn forget_old_heat(&mut self, scene: &mut Scene<'_>) {
        let key = self.heat_key(scene);
        if self.heat_key == key {
            return;
        }
        self.heat_key = None;
        self.heat.cancel(scene.asks);
        self.heat_trouble = None;
        if let Some(reading) = &mut self.reading
            && reading.heat.is_some()
            && let Some(Ok(document)) = self.entries.get(reading.entry).map(|entry| &entry.outcome)
        {
            reading.with_heat(document, None);
        }
    }

    /// Asks for the map of what survives, unless the one that is here still holds.
    pub(super) fn map_heat(&mut self, scene: &mut Scene<'_>) {
        self.forget_old_heat(scene);
        let key = self.heat_key(scene);
        if key.is_none() || self.heat_key == key {
            return;
        }
        let form = self.asked.as_ref().unwrap_or(&self.form);
        let Some(source) = self.looked_at().and_then(|(entry, _)| entry.source.clone()) else {
            return;
        };
        let mut spec = form.heat(source, scene.model.setting("tokenizer"));
        spec.shaping = self.shaping(form);
        spec.neural = form.neural(scene.model.neural.as_ref());
        self.heat_trouble = None;
        self.heat.start(Command::MapHeat { spec }, scene.asks);
        self.heat_key = key;
    }

    pub(super) fn hear_fetched(
        &mut self,
        outcome: Result<JobOutcome, Failure>,
        scene: &mut Scene<'_>,
    ) {
        let (reading, entries) = match &mut self.as_one {
            Some(one) => (one.open.as_mut(), &mut one.entries),
            None => (self.reading.as_mut(), &mut self.entries),
        };
        let Some(reading) = reading else { return };
        let Some(entry) = entries.get_mut(reading.entry) else { return };
        let Ok(document) = &entry.outcome else { return };
        let fetched = match outcome {
            Ok(JobOutcome::Compressed(documents)) => {
                documents.into_iter().next().map(|one| one.result)
            }
            Ok(_) => None,
            Err(failure) => Some(Err(failure)),
        };
        match fetched {
            Some(Ok(fetched)) if fetched.source_sha256 == document.source_sha256 => {
                if let Some(text) = fetched.source {
                    let text: std::sync::Arc<str> = text.into();
                    reading.with_text(document, &text);
                    entry.text = Some(text);
                    self.complete(scene);
                }
            }
            Some(Ok(_)) => {
                let why = "The document has changed since it was compressed; compress it again";
                self.fetch_trouble = Some(Failure::new(Code::BadInput, why));
            }
            Some(Err(failure)) => self.fetch_trouble = Some(failure),
            None => {}
        }
    }

    pub(super) fn hear_heat(&mut self, outcome: Result<JobOutcome, Failure>) {
        let Some(reading) = &mut self.reading else { return };
        let Some(entry) = self.entries.get(reading.entry) else { return };
        let Ok(document) = &entry.outcome else { return };
        match outcome {
            Ok(JobOutcome::Heat(heat)) if heat.source_sha256 == document.source_sha256 => {
                reading.with_heat(document, Some(heat));
            }
            Ok(_) => {}
            Err(failure) => self.heat_trouble = Some(failure),
        }
    }
}
