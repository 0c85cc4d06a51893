//! A folder that goes into another, document by document: of any size, stopped and gone on with.

use std::path::{Path, PathBuf};

use protocol::{Code, Command, DocumentSource, Failure, FolderSpec, FolderView, JobOutcome};

use super::Compress;
use super::documents::few;
use crate::asks::Asks;
use crate::link::Incoming;
use crate::panel::Scene;
use crate::panels::errand::Errand;

/// The job, and what came of it.
#[derive(Debug, Default)]
pub(super) struct FolderWork {
    pub(super) errand: Errand,
    /// What was asked for last: the same words go on with it.
    pub(super) spec: Option<FolderSpec>,
    pub(super) ended: Option<Result<FolderView, Failure>>,
}

impl FolderWork {
    fn start(&mut self, spec: FolderSpec, asks: &mut Asks) {
        self.ended = None;
        self.spec = Some(spec.clone());
        self.errand.start(Command::CompressFolder { spec }, asks);
    }

    /// Goes on where it stopped: what is done stands in the manifest.
    pub(super) fn go_on(&mut self, asks: &mut Asks) {
        if let Some(spec) = self.spec.clone() {
            self.start(spec, asks);
        }
    }

    /// Stops it; what is done stays.
    pub(super) fn stop(&mut self, asks: &mut Asks) {
        if self.errand.goes_on() {
            self.errand.cancel(asks);
            self.ended = Some(Err(Failure::new(Code::Cancelled, "it was stopped")));
        }
    }

    /// Nothing is known of it any more.
    pub(super) fn clear(&mut self, asks: &mut Asks) {
        self.errand.cancel(asks);
        self.ended = None;
        self.spec = None;
    }

    pub(super) fn hear(&mut self, incoming: &Incoming, asks: &mut Asks) {
        match self.errand.hear(incoming, asks) {
            Some(Ok(JobOutcome::Folder(view))) => self.ended = Some(Ok(*view)),
            Some(Err(failure)) => self.ended = Some(Err(failure)),
            Some(Ok(_)) | None => {}
        }
    }
}

impl Compress {
    /// The folder that is here, where one thing was handed in that is one, or may be.
    pub(super) fn folder_here(&self) -> Option<&Path> {
        match self.given.as_slice() {
            [only] if !few(&self.given) => match &only.handed.source {
                DocumentSource::File(path) => Some(path),
                DocumentSource::Bytes { .. } => None,
            },
            _ => None,
        }
    }

    /// Begins to write what is left of a folder's documents into another.
    pub(super) fn begin_folder(&mut self, into: &Path, scene: &mut Scene<'_>) {
        let Some(folder) = self.folder_here().map(PathBuf::from) else { return };
        let Ok(budget) = self.form.budget() else { return };
        // Looking at them here is for nothing meanwhile.
        self.work.cancel(scene.asks);
        let tokenizer = self.form.tokenizer(scene.model.setting("tokenizer"));
        let spec = FolderSpec {
            strategy: self.form.strategy.clone(),
            focus: self.form.focus(),
            shaping: self.form.shaping(),
            ..FolderSpec::new(folder, into.to_path_buf(), budget, tokenizer)
        };
        self.folder.start(spec, scene.asks);
    }
}
