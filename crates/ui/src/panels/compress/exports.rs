//! What is left, written into files: a document in any format, all of them, vectors.

use std::path::{Path, PathBuf};

use protocol::{Code, Command, CompressedDocument, Failure, JobOutcome, LeftFormat, SourceText};

use super::{Compress, Purpose, Saving, keeping};
use crate::panel::Scene;
use crate::toast::Toast;

impl Compress {
    /// The name of the file that is suggested; nothing where a folder or an old file is meant.
    pub(super) fn name_for(&self, purpose: Purpose) -> String {
        let name = self.left().map_or("document", |left| left.name);
        // A text that was made of several is nothing but that.
        let alone = self.looked_at().filter(|_| self.as_one.is_none());
        let taken_from = alone.map_or("text", |(_, document)| &document.extraction.format);
        match purpose {
            Purpose::Save(format) => keeping::name_in(name, taken_from, format),
            Purpose::Vectors => {
                let text = keeping::file_name(name, taken_from);
                let stem = text.rsplit_once(".compressed").map_or(name, |(stem, _)| stem);
                format!("{stem}.safetensors")
            }
            Purpose::SaveLines => "documents.compressed.jsonl".into(),
            _ => String::new(),
        }
    }

    pub(super) fn write_one(&mut self, path: &Path, format: LeftFormat, scene: &mut Scene<'_>) {
        if let Some(one) = &self.as_one {
            let text = match format {
                LeftFormat::Map => format!("{}\n", one.view.map()),
                _ => one.view.text.clone(),
            };
            return self.write(vec![(path.to_path_buf(), text)], scene);
        }
        let Some((entry, document)) = self.looked_at() else { return };
        let text = match format {
            // What was taken out of a file is in no file of its own: the map brings it along.
            LeftFormat::Map => {
                let source = entry.text.as_deref().map(str::to_owned);
                format.write(&CompressedDocument { source, ..document.clone() })
            }
            _ => format.write(document),
        };
        self.write(vec![(path.to_path_buf(), text)], scene);
    }

    pub(super) fn write_all(&mut self, folder: &Path, scene: &mut Scene<'_>) {
        let done = || self.entries.iter().filter_map(|entry| entry.outcome.as_ref().ok());
        let names = keeping::file_names(
            done().map(|document| (document.name.as_str(), document.extraction.format.as_str())),
        );
        let files = names.into_iter().zip(done());
        let files = files.map(|(name, document)| (folder.join(name), document.text.clone()));
        let files = files.take(keeping::MOST_FILES).collect();
        self.write(files, scene);
    }

    pub(super) fn write_lines(&mut self, path: &Path, scene: &mut Scene<'_>) {
        let done = self.entries.iter().filter_map(|entry| entry.outcome.as_ref().ok());
        let lines: String = done.map(|document| LeftFormat::Lines.write(document)).collect();
        self.write(vec![(path.to_path_buf(), lines)], scene);
    }

    fn write(&mut self, files: Vec<(PathBuf, String)>, scene: &mut Scene<'_>) {
        self.saving = Saving::default();
        for (path, text) in files {
            self.saving.waiting.insert(path.clone());
            scene.asks.write(path, text);
        }
    }

    pub(super) fn saved(
        &mut self,
        path: &Path,
        result: Result<&(), &Failure>,
        scene: &mut Scene<'_>,
    ) {
        let saving = &mut self.saving;
        if !saving.waiting.remove(path) {
            return;
        }
        match result {
            Ok(()) => saving.written += 1,
            Err(failure) => saving.failures.push(failure.clone()),
        }
        if !saving.waiting.is_empty() {
            return;
        }
        match (saving.written, saving.failures.as_slice()) {
            (1, []) => scene.asks.toast(Toast::done(format!("Saved {}", path.display()))),
            (written, []) => {
                scene.asks.toast(Toast::done(format!("Saved {written} documents")));
            }
            (0, [only]) => scene.asks.fail(only),
            (written, [first, ..]) => {
                let failed = saving.failures.len();
                let words = format!("{written} documents were saved, {failed} were not: {first}");
                scene.asks.fail(&Failure::new(Code::Internal, words));
            }
        }
    }

    /// The encoder's vectors of what was kept: the engine makes and writes them.
    pub(super) fn write_vectors(&mut self, path: &Path, scene: &mut Scene<'_>) {
        let source = self.looked_at().and_then(|(entry, _)| entry.source.clone());
        let spec = source.and_then(|source| self.spec_for(source, SourceText::Left, scene));
        let Some(mut spec) = spec else { return };
        spec.neural.vectors = Some(path.to_path_buf());
        self.vectors.start(Command::Compress { spec }, scene.asks);
    }
}

/// Vectors were written, or could not be.
pub(super) fn hear_vectors(outcome: &Result<JobOutcome, Failure>, scene: &mut Scene<'_>) {
    let failed = match outcome {
        Ok(JobOutcome::Compressed(made)) => {
            made.iter().find_map(|one| one.result.as_ref().err().cloned())
        }
        Ok(_) => None,
        Err(failure) => Some(failure.clone()),
    };
    match failed {
        Some(failure) => scene.asks.fail(&failure),
        None => scene.asks.toast(Toast::done("Saved the vectors of what was kept")),
    }
}
