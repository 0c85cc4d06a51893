//! What can be done with documents and what is left of them: opened, copied, saved, tried.

use std::path::PathBuf;

use protocol::{DocumentSource, LeftFormat};

use super::documents::Given;
use super::form::as_path;
use super::inbox_ui::{Bring, PathField, text_document};
use super::{Compress, Purpose, keeping};
use crate::action::Action;
use crate::asks::{Go, Handed};
use crate::panel::Scene;
use crate::shell::{Chosen, Dialog, Many, Told};
use crate::toast::{Toast, Tone};

impl Compress {
    /// Does an action of the table.
    pub(super) fn do_action(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        match action {
            Action::OpenDocuments => self.bring(Bring::Documents, scene),
            Action::OpenFolder => self.bring(Bring::Folder, scene),
            Action::PasteDocument => self.bring(Bring::Paste, scene),
            Action::Compress => match (self.written(), self.given.is_empty()) {
                (Some(text), _) => self.bring(Bring::Text(text), scene),
                (None, true) => nothing_yet(scene),
                (None, false) => self.compress(scene),
            },
            Action::CopyResult => self.copy(scene),
            Action::SaveResult => self.save(scene),
            Action::UndoKeep => self.undo_keep(scene),
            Action::TryOnBoard if self.looked_at().is_none() => nothing_yet(scene),
            Action::TryOnBoard => self.try_on_board(scene),
            _ => return false,
        }
        true
    }

    /// Brings documents in.
    pub(super) fn bring(&mut self, bring: Bring, scene: &mut Scene<'_>) {
        match bring {
            Bring::Documents => self.ask_dialog(Purpose::Documents, scene),
            Bring::Folder => self.ask_dialog(Purpose::Folder, scene),
            Bring::Paste => self.inbox.open_paste(scene.surroundings),
            Bring::Path(path) => {
                // A path that is typed may name either; what it is shows when it is read.
                self.take_in(vec![Given::document(DocumentSource::File(path))], scene);
            }
            Bring::Text(text) => {
                self.take_in(vec![Given::document(text_document(text))], scene);
            }
        }
    }

    pub(super) fn ask_dialog(&mut self, purpose: Purpose, scene: &mut Scene<'_>) {
        let engines = matches!(
            purpose,
            Purpose::Folder
                | Purpose::Tokenizer
                | Purpose::Encoder
                | Purpose::Scorer
                | Purpose::LanguageModel
        );
        if let Some(why) = scene.surroundings.no_dialogs.as_ref().filter(|_| engines) {
            self.without_dialog(purpose, why);
            return;
        }
        let dialog = match purpose {
            Purpose::Documents => Dialog::Documents {
                title: "Documents to compress".into(),
                many: Many::Several,
                endings: {
                    let sorts = scene.model.document_sorts.iter();
                    sorts.flat_map(|sort| sort.endings.iter().cloned()).collect()
                },
            },
            Purpose::Folder => Dialog::Folder { title: "A folder of documents".into() },
            Purpose::Tokenizer => Dialog::Files {
                title: "A tokenizer".into(),
                many: Many::One,
                endings: vec!["json".into(), "bin".into()],
            },
            Purpose::Encoder => Dialog::Folder { title: "A sentence encoder’s folder".into() },
            Purpose::Scorer => Dialog::Folder { title: "A token classifier’s folder".into() },
            Purpose::LanguageModel => Dialog::Files {
                title: "A language model".into(),
                many: Many::One,
                endings: vec!["gguf".into()],
            },
            Purpose::Save(_) | Purpose::SaveLines => {
                Dialog::Save { title: "Save what is left".into(), name: self.name_for(purpose) }
            }
            // The engine makes and writes them.
            Purpose::Vectors => {
                Dialog::Place { title: "Save vectors".into(), name: self.name_for(purpose) }
            }
            Purpose::SaveAll => Dialog::SaveSeveral { title: "A folder for what is left".into() },
            Purpose::Into => Dialog::Folder { title: "A folder for what is left".into() },
        };
        self.dialog = Some((scene.asks.dialog(dialog), purpose));
    }

    /// There is no dialog: a path can be typed where it is needed.
    fn without_dialog(&mut self, purpose: Purpose, why: &str) {
        match purpose {
            Purpose::Documents | Purpose::Folder => self.inbox.open_path(why),
            _ => {
                let path = self.name_for(purpose);
                self.place = Some((purpose, PathField { why: why.to_owned(), path }));
            }
        }
    }

    pub(super) fn hear_shell(&mut self, told: &Told, scene: &mut Scene<'_>) {
        match told {
            Told::Chosen { dialog, chosen } => {
                let Some((_, purpose)) = self.dialog.filter(|(mine, _)| mine == dialog) else {
                    return;
                };
                self.dialog = None;
                match chosen {
                    Chosen::Paths(paths) => self.chosen(purpose, paths, scene),
                    Chosen::Documents(sources) => {
                        self.take_in(sources.iter().cloned().map(Given::document).collect(), scene);
                    }
                    Chosen::Nothing => {}
                    Chosen::Unavailable { why } => self.without_dialog(purpose, why),
                }
            }
            Told::Saved { path, result } => self.saved(path, result.as_ref(), scene),
            Told::Dropped(_) | Told::Room(_) | Told::Failed(_) => {}
        }
    }

    /// A dialog, or a person who typed, chose these.
    pub(super) fn chosen(&mut self, purpose: Purpose, paths: &[PathBuf], scene: &mut Scene<'_>) {
        let Some(first) = paths.first() else { return };
        match purpose {
            Purpose::Documents => {
                let given = paths.iter().cloned().map(DocumentSource::File).map(Given::document);
                self.take_in(given.collect(), scene);
            }
            Purpose::Folder => {
                self.take_in(paths.iter().cloned().map(Given::folder).collect(), scene);
            }
            Purpose::Tokenizer => self.form.tokenizer = Some(first.display().to_string()),
            Purpose::Encoder | Purpose::Scorer | Purpose::LanguageModel => {
                let path = Some(as_path(&first.display().to_string()));
                match purpose {
                    Purpose::Encoder => self.form.encoder = path,
                    _ => self.form.scorer = path,
                }
                if self.is_stale() && self.is_small() {
                    self.due_s = Some(0.0);
                }
            }
            Purpose::Save(format) => self.write_one(first, format, scene),
            Purpose::Vectors => self.write_vectors(first, scene),
            Purpose::SaveAll => self.write_all(first, scene),
            Purpose::SaveLines => self.write_lines(first, scene),
            Purpose::Into => self.begin_folder(first, scene),
        }
    }

    pub(super) fn copy(&mut self, scene: &mut Scene<'_>) {
        match self.left() {
            Some(left) => {
                scene.asks.copy(left.text.to_owned());
                let tokens = super::presets::grouped(left.tokens);
                scene.asks.toast(Toast::done(format!("Copied {tokens} tokens")));
            }
            None => nothing_yet(scene),
        }
    }

    pub(super) fn copy_prompt(&mut self, scene: &mut Scene<'_>) {
        if let Some(left) = self.left() {
            let form = self.asked.as_ref().unwrap_or(&self.form);
            scene.asks.copy(keeping::prompt(left.name, left.text, &form.focus));
            scene.asks.toast(Toast::done("Copied as part of a prompt"));
        }
    }

    pub(super) fn save(&mut self, scene: &mut Scene<'_>) {
        match (self.left().is_some(), self.entries.len() > 1) {
            (true, _) => self.ask_dialog(Purpose::Save(LeftFormat::Text), scene),
            (false, true) => self.ask_dialog(Purpose::SaveAll, scene),
            (false, false) => nothing_yet(scene),
        }
    }

    pub(super) fn try_on_board(&mut self, scene: &mut Scene<'_>) {
        let Some((entry, _)) = self.looked_at() else { return };
        match &entry.source {
            Some(source) => {
                let handed = Handed { name: entry.name.clone(), source: source.clone() };
                scene.asks.go(Go::Fit(handed));
            }
            None => scene.asks.toast(Toast {
                tone: Tone::Info,
                text: "Where this document lies is not known".into(),
                hint: Some("open it by itself to try it on the board".into()),
                undo: None,
            }),
        }
    }
}

fn nothing_yet(scene: &mut Scene<'_>) {
    scene.asks.toast(Toast {
        tone: Tone::Info,
        text: "No document is open".into(),
        hint: Some("open, drop or paste one first".into()),
        undo: None,
    });
}
