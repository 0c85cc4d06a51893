//! Compress: documents in, fewer tokens out, and nothing lost in silence.
//!
//! Documents are dropped, opened or pasted and compressed at once. What is left stands beside what
//! it was made from, every gap marked and open to be read, and what was lost is counted. Changing a
//! control compresses again by itself while that is quick. One job goes on at a time; one that is
//! overtaken is called off.
//!
//! `flow`, `chunks`, `curve`, `form`, `presets`, `documents`, `fidelity`, and `keeping` know nothing
//! of a screen.

mod as_one;
mod as_one_ui;
mod chunks;
mod completing;
mod curve;
mod curve_ui;
mod deeds;
mod document_ui;
mod documents;
mod exports;
mod fidelity;
mod fields;
mod flow;
mod folder;
mod folder_ui;
mod form;
mod form_ui;
mod grounds;
mod inbox_ui;
mod keeping;
mod list_ui;
mod looking_ui;
mod loss_ui;
mod measuring;
mod models_ui;
mod page_ui;
mod pane_ui;
mod pins;
mod presets;
mod reading;
mod retention_ui;
mod rows;
mod sides_ui;
mod taken_ui;
mod together_ui;

use std::collections::BTreeSet;
use std::path::PathBuf;

use egui::Ui;
use protocol::{
    Command, DocumentOutcome, DocumentSource, Failure, JobOutcome, LeftFormat, Pin, SourceText,
};

use crate::action::Action;
use crate::aloud::Field;
use crate::asks::{Go, Handed};
use crate::link::Incoming;
use crate::model::Model;
use crate::panel::{Panel, Scene};
use crate::panels::errand::Errand;
use crate::shell::{DialogId, Told};

use as_one::AsOne;
use documents::{Entry, Given, SMALL_BYTES, bytes, entries, few};
use exports::hear_vectors;
use folder::FolderWork;
use form::Form;
use inbox_ui::{Inbox, PathField};
use reading::Reading;

/// Bytes up to which the map of what survives is made without being asked for.
const HEAT_BYTES: usize = 200_000;

/// What a dialog was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Documents,
    Folder,
    Tokenizer,
    /// A sentence encoder's folder.
    Encoder,
    /// A token classifier's folder.
    Scorer,
    /// A language model's file.
    LanguageModel,
    Save(LeftFormat),
    /// The encoder's vectors of what was kept.
    Vectors,
    SaveAll,
    /// All documents as lines of one file.
    SaveLines,
    /// Where a folder's outputs go.
    Into,
}

/// Files that are being written.
#[derive(Debug, Default)]
struct Saving {
    waiting: BTreeSet<PathBuf>,
    written: usize,
    failures: Vec<Failure>,
}

/// The room.
#[derive(Debug, Default)]
pub struct Compress {
    form: Form,
    /// The controls as they were when what is shown was asked for.
    asked: Option<Form>,
    given: Vec<Given>,
    entries: Vec<Entry>,
    reading: Option<Reading>,
    /// All documents as one text; then there are no entries.
    as_one: Option<AsOne>,
    work: Errand,
    /// Brings a document's own text where it did not come at once.
    fetch: Errand,
    heat: Errand,
    /// What the map that is here, or on its way, was made with.
    heat_key: Option<String>,
    /// Measures what a ratio costs the document.
    measuring: Errand,
    /// What the curve that is here, or on its way, was measured with.
    curve_key: Option<String>,
    /// Compresses the document that is looked at, after a passage of it was kept.
    keeping: Errand,
    /// Passages that a person wants kept, in the order they were kept.
    pins: Vec<Pin>,
    /// A stretch of the source to go to when the document has been compressed anew.
    shown_next: Option<[u64; 2]>,
    trouble: Option<Failure>,
    fetch_trouble: Option<Failure>,
    heat_trouble: Option<Failure>,
    curve_trouble: Option<Failure>,
    inbox: Inbox,
    /// Where to write, typed, where no dialog can be opened.
    place: Option<(Purpose, PathField)>,
    dialog: Option<(DialogId, Purpose)>,
    saving: Saving,
    /// Writes vectors into a file.
    vectors: Errand,
    /// A folder that goes into another.
    folder: FolderWork,
    /// Seconds on the window's clock at which changed controls take effect.
    due_s: Option<f64>,
}

impl Compress {
    /// Other documents take the place of those that are here.
    fn take_in(&mut self, given: Vec<Given>, scene: &mut Scene<'_>) {
        if given.is_empty() {
            return;
        }
        self.clear(scene);
        self.given = given;
        self.compress(scene);
    }

    fn clear(&mut self, scene: &mut Scene<'_>) {
        for errand in [&mut self.work, &mut self.fetch, &mut self.heat, &mut self.keeping] {
            errand.cancel(scene.asks);
        }
        self.forget_curve(scene);
        self.folder.clear(scene.asks);
        self.pins.clear();
        self.shown_next = None;
        self.given.clear();
        self.entries.clear();
        self.reading = None;
        self.as_one = None;
        self.asked = None;
        self.heat_key = None;
        self.trouble = None;
        self.place = None;
        self.due_s = None;
        self.inbox.close();
    }

    /// Compresses what is here with the controls as they stand.
    fn compress(&mut self, scene: &mut Scene<'_>) {
        self.due_s = None;
        if self.given.is_empty() {
            return;
        }
        let few = few(&self.given);
        let several = !few || self.several();
        if several && self.form.together {
            return self.compress_as_one(scene);
        }
        let source = if few { SourceText::Returned } else { SourceText::Left };
        let sources = self.given.iter().map(|given| given.handed.source.clone()).collect();
        let setting = scene.model.setting("tokenizer");
        // A budget that cannot be read is said beside its field.
        let Ok(mut spec) = self.form.spec(sources, several, source, setting) else { return };
        spec.shaping = self.shaping(&self.form);
        spec.neural = self.form.neural(scene.model.neural.as_ref());
        self.asked = Some(self.form.clone());
        self.trouble = None;
        self.keeping.cancel(scene.asks);
        self.work.start(Command::Compress { spec }, scene.asks);
    }

    /// The controls were changed: compress soon, where that is quick.
    fn changed(&mut self, now_s: f64) {
        self.due_s = None;
        if self.is_stale() && self.is_small() {
            self.due_s = Some(now_s + page_ui::PATIENCE_S);
        }
    }

    /// What is shown was not made with the controls as they stand.
    fn is_stale(&self) -> bool {
        !self.given.is_empty() && self.asked.as_ref() != Some(&self.form)
    }

    /// There is more than one document.
    fn several(&self) -> bool {
        let as_one = self.as_one.as_ref().map_or(0, |one| one.entries.len());
        self.given.len() > 1 || self.entries.len().max(as_one) > 1
    }

    fn is_small(&self) -> bool {
        if let Some(one) = &self.as_one {
            return one.bytes() <= SMALL_BYTES;
        }
        bytes(&self.given, &self.entries).is_some_and(|bytes| bytes <= SMALL_BYTES)
    }

    fn compressed(&mut self, outcomes: Vec<DocumentOutcome>, scene: &mut Scene<'_>) {
        self.as_one = None;
        let before = std::mem::take(&mut self.entries);
        self.entries = entries(&self.given, outcomes);
        // Texts that were fetched before are still these documents' own.
        for (entry, old) in self.entries.iter_mut().zip(before) {
            if let (Ok(new), Ok(known), None) = (&entry.outcome, &old.outcome, &entry.text)
                && new.source_sha256 == known.source_sha256
            {
                entry.text = old.text;
            }
        }
        // The controls were changed while it went on.
        if self.is_stale() && self.is_small() {
            self.due_s = Some(0.0);
        }
        match (&self.reading, self.entries.as_slice()) {
            (None, [_]) => self.open(0, scene),
            (None, _) => {}
            (Some(_), _) => self.renew(scene),
        }
    }

    /// Looks at one document.
    fn open(&mut self, place: usize, scene: &mut Scene<'_>) {
        let Some(entry) = self.entries.get(place) else { return };
        let Ok(document) = &entry.outcome else { return };
        self.reading = Some(Reading::new(place, document, entry.text.as_ref()));
        self.heat_key = None;
        self.forget_curve(scene);
        self.complete(scene);
    }

    /// Goes back to the list.
    fn close(&mut self, scene: &mut Scene<'_>) {
        self.reading = None;
        self.heat_key = None;
        self.fetch.cancel(scene.asks);
        self.heat.cancel(scene.asks);
        self.keeping.cancel(scene.asks);
        self.forget_curve(scene);
    }
}

impl Panel for Compress {
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        match self.work.hear(incoming, scene.asks) {
            Some(Ok(JobOutcome::Compressed(outcomes))) => self.compressed(outcomes, scene),
            Some(Ok(JobOutcome::AsOne(view))) => self.became_one(*view, scene),
            Some(Err(failure)) => {
                self.trouble = Some(failure);
                // What is shown was not made with these controls; the button says so.
                self.asked = None;
            }
            _ => {}
        }
        if let Some(outcome) = self.fetch.hear(incoming, scene.asks) {
            self.hear_fetched(outcome, scene);
        }
        if let Some(outcome) = self.heat.hear(incoming, scene.asks) {
            self.hear_heat(outcome);
        }
        if let Some(outcome) = self.measuring.hear(incoming, scene.asks) {
            self.hear_curve(outcome);
        }
        if let Some(outcome) = self.keeping.hear(incoming, scene.asks) {
            self.hear_kept(outcome, scene);
        }
        if let Some(outcome) = self.vectors.hear(incoming, scene.asks) {
            hear_vectors(&outcome, scene);
        }
        self.folder.hear(incoming, scene.asks);
    }

    fn told(&mut self, told: &Told, scene: &mut Scene<'_>) {
        self.hear_shell(told, scene);
    }

    fn dropped(&mut self, files: &[DocumentSource], scene: &mut Scene<'_>) -> bool {
        self.take_in(files.iter().cloned().map(Given::document).collect(), scene);
        true
    }

    fn enter(&mut self, go: &Go, scene: &mut Scene<'_>) {
        if let Go::Compress(handed) = go {
            let given = |handed: &Handed| Given {
                handed: handed.clone(),
                nature: documents::Nature::Document,
            };
            self.take_in(handed.iter().map(given).collect(), scene);
        }
    }

    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        self.do_action(action, scene)
    }

    fn aloud(&self, _: &Model) -> Vec<String> {
        let trouble = self.trouble.iter().map(|failure| failure.message.clone());
        let as_one = self.as_one.iter().map(AsOne::aloud);
        trouble.chain(as_one).chain(self.entries.iter().map(Entry::aloud)).collect()
    }

    fn fields(&self, _: &Model) -> Vec<Field> {
        self.spoken_fields()
    }

    fn write(&mut self, field: &str, value: &str, scene: &mut Scene<'_>) {
        self.spoken_write(field, value, scene);
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        self.page(ui, scene);
    }

    fn memory(&self) -> Option<String> {
        serde_json::to_string(&self.form).ok()
    }

    fn recall(&mut self, memory: &str) {
        self.form = Form::recalled(memory);
    }
}
