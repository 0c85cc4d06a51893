//! Runs on the way out and in: dialogs, or a path field where there are none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use egui::{Key, Ui};
use protocol::{Command, ExportFormat, Failure, Reply, RunId};

use super::change::file_name;
use super::words::{runs_words, selector};
use crate::asks::Asks;
use crate::kit::{self, Weight};
use crate::link::RequestId;
use crate::panel::Scene;
use crate::shell::{Chosen, Dialog, DialogId, Many, Told};
use crate::toast::{Toast, Tone};

/// What a path is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    Import,
    Export { selector: String, format: ExportFormat, name: String },
}

/// A path that is typed, because there is no dialog.
#[derive(Debug)]
struct Typed {
    purpose: Purpose,
    why: String,
    path: String,
    focus: bool,
}

/// Bundles that are being read.
#[derive(Debug, Default)]
struct Importing {
    asked: BTreeSet<RequestId>,
    new: u64,
    present: u64,
}

/// Files that are asked for, written and read.
#[derive(Debug, Default)]
pub(super) struct Files {
    dialogs: BTreeMap<DialogId, Purpose>,
    typed: Option<Typed>,
    importing: Importing,
    exporting: BTreeSet<RequestId>,
}

impl Files {
    /// Asks for bundles to read.
    pub(super) fn import(&mut self, scene: &mut Scene<'_>) {
        self.begin(Purpose::Import, scene);
    }

    /// Asks where to write runs.
    pub(super) fn export(
        &mut self,
        runs: &BTreeSet<RunId>,
        format: ExportFormat,
        scene: &mut Scene<'_>,
    ) {
        let (selector, name) = (selector(runs), file_name(runs, format));
        self.begin(Purpose::Export { selector, format, name }, scene);
    }

    /// Something is being written or read.
    pub(super) fn busy(&self) -> Option<&'static str> {
        match (self.importing.asked.is_empty(), self.exporting.is_empty()) {
            (false, _) => Some("Importing…"),
            (_, false) => Some("Exporting…"),
            _ => None,
        }
    }

    fn begin(&mut self, purpose: Purpose, scene: &mut Scene<'_>) {
        if let Some(why) = &scene.surroundings.no_dialogs {
            self.typed = Some(Typed::new(purpose, why));
            return;
        }
        let dialog = match &purpose {
            Purpose::Import => Dialog::Files {
                title: "Import runs".into(),
                many: Many::Several,
                endings: vec!["bundle".into()],
            },
            Purpose::Export { name, .. } => {
                Dialog::Place { title: "Export runs".into(), name: name.clone() }
            }
        };
        self.dialogs.insert(scene.asks.dialog(dialog), purpose);
    }

    /// A dialog ended.
    pub(super) fn told(&mut self, told: &Told, asks: &mut Asks) {
        let Told::Chosen { dialog, chosen } = told else { return };
        let Some(purpose) = self.dialogs.remove(dialog) else { return };
        match chosen {
            Chosen::Paths(paths) => self.carry_out(&purpose, paths, asks),
            Chosen::Documents(_) | Chosen::Nothing => {}
            Chosen::Unavailable { why } => self.typed = Some(Typed::new(purpose, why)),
        }
    }

    fn carry_out(&mut self, purpose: &Purpose, paths: &[PathBuf], asks: &mut Asks) {
        match purpose {
            Purpose::Import => {
                for path in paths {
                    let command = Command::ImportBundle { path: path.clone() };
                    self.importing.asked.insert(asks.send(command));
                }
            }
            Purpose::Export { selector, format, .. } => {
                for path in paths.iter().take(1) {
                    let command = Command::ExportRuns {
                        selector: selector.clone(),
                        format: *format,
                        path: path.clone(),
                    };
                    self.exporting.insert(asks.send(command));
                }
            }
        }
    }

    /// An answer came.
    pub(super) fn hear(
        &mut self,
        request: RequestId,
        reply: &Result<Reply, Failure>,
        asks: &mut Asks,
    ) {
        if self.exporting.remove(&request) {
            match reply {
                Ok(Reply::Written { path, runs }) => {
                    asks.toast(Toast::done(format!("{} written to {path}", runs_words(*runs))));
                }
                Ok(_) => {}
                Err(failure) => asks.fail(failure),
            }
        }
        if self.importing.asked.remove(&request) {
            match reply {
                Ok(Reply::Imported { imported, present }) => {
                    self.importing.new += imported.len() as u64;
                    self.importing.present += present.len() as u64;
                }
                Ok(_) => {}
                Err(failure) => asks.fail(failure),
            }
            if self.importing.asked.is_empty() {
                let Importing { new, present, .. } = std::mem::take(&mut self.importing);
                if new + present > 0 {
                    asks.toast(Toast::done(imported_words(new, present)));
                }
            }
        }
    }

    /// The name of the path that is asked for, and what stands there already.
    pub(super) fn asks_path(&self) -> Option<(&'static str, &str)> {
        self.typed.as_ref().map(|typed| (typed.words().0, typed.path.as_str()))
    }

    /// The path that was asked for is typed; an empty one is none.
    pub(super) fn path_typed(&mut self, path: &str, asks: &mut Asks) {
        if !path.trim().is_empty()
            && let Some(typed) = self.typed.take()
        {
            self.carry_out(&typed.purpose, &[PathBuf::from(path.trim())], asks);
        }
    }

    /// The path field, where there is no dialog.
    pub(super) fn typed_ui(&mut self, ui: &mut Ui, asks: &mut Asks) {
        let Some(typed) = &mut self.typed else { return };
        let (name, word) = typed.words();
        let why = typed.why.clone();
        kit::notice(ui, Tone::Info, &why, Some("Type the path instead"));
        let mut ends = None;
        ui.horizontal(|ui| {
            // As high as the field with its name over it.
            ui.set_min_height(48.0);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::BOTTOM), |ui| {
                if kit::button(ui, Weight::Plain, None, "Cancel").clicked() {
                    ends = Some(None);
                }
                let ready = !typed.path.trim().is_empty();
                let go =
                    ui.add_enabled_ui(ready, |ui| kit::button(ui, Weight::Primary, None, word));
                let hint = "/path/to/runs.bundle";
                let field = kit::field(ui, name, &mut typed.path, hint);
                if std::mem::take(&mut typed.focus) {
                    field.request_focus();
                }
                let enter = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                if ready && (go.inner.clicked() || enter) {
                    ends = Some(Some(PathBuf::from(typed.path.trim())));
                }
            });
        });
        ui.add_space(crate::theme::space::SMALL);
        if let Some(path) = ends
            && let Some(typed) = self.typed.take()
            && let Some(path) = path
        {
            self.carry_out(&typed.purpose, &[path], asks);
        }
    }
}

impl Typed {
    fn new(purpose: Purpose, why: &str) -> Typed {
        let path = match &purpose {
            Purpose::Import => String::new(),
            Purpose::Export { name, .. } => name.clone(),
        };
        Typed { purpose, why: why.to_owned(), path, focus: true }
    }

    /// The field's name, and what is done with the path.
    fn words(&self) -> (&'static str, &'static str) {
        match self.purpose {
            Purpose::Import => ("Path of the bundle", "Import"),
            Purpose::Export { .. } => ("Path to write to", "Export"),
        }
    }
}

fn imported_words(new: u64, present: u64) -> String {
    match (new, present) {
        (0, present) => format!("Nothing new: {} here already", runs_words(present)),
        (new, 0) => format!("Imported {}", runs_words(new)),
        (new, present) => format!("Imported {}; {present} here already", runs_words(new)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_says_what_was_new() {
        assert_eq!(imported_words(3, 0), "Imported 3 runs");
        assert_eq!(imported_words(1, 2), "Imported 1 run; 2 here already");
        assert_eq!(imported_words(0, 2), "Nothing new: 2 runs here already");
    }
}
