//! What a job has written already, so that one that was stopped goes on where it was.
//!
//! A line of JSON for each document, written when its output is. Nothing is believed of it that does not
//! still hold: the document's contents, the settings and the output's contents are compared.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use compress::document::{Format, text_path};
use protocol::{CompressedDocument, Failure, Outputs, Work};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;
use crate::model::sha256_hex;
use crate::put_whole::put_whole;

/// How a line says what it is.
pub(crate) const SCHEMA: &str = "benchvise.done/1";

/// One document, as it stands in the manifest.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) schema: String,
    /// The document's name.
    pub(crate) name: String,
    /// Where its output goes, as seen from the manifest's folder.
    pub(crate) file: String,
    /// Budget, tokenizer, strategy, focus and the program's version.
    pub(crate) settings: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<Output>,
    /// Why there is no output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<Failure>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) sha256: String,
    /// Without text and map: the text is the output, and the map is only of use beside its source.
    pub(crate) document: CompressedDocument,
}

impl Line {
    /// What is written of a document and what came of it.
    pub(crate) fn of(
        name: &str,
        file: String,
        settings: &str,
        result: &Result<CompressedDocument, Failure>,
    ) -> Self {
        let output = result.as_ref().ok().map(|made| {
            let (spans, gaps, folds) = (Vec::new(), Vec::new(), Vec::new());
            let document = CompressedDocument {
                text: String::new(),
                source: None,
                spans,
                gaps,
                folds,
                ..made.clone()
            };
            Output { sha256: sha256_hex(made.text.as_bytes()), document }
        });
        Self {
            schema: SCHEMA.to_owned(),
            name: name.to_owned(),
            file,
            settings: settings.to_owned(),
            output,
            failure: result.as_ref().err().cloned(),
        }
    }
}

/// A job's outputs and what is known of them.
pub(crate) struct Manifest {
    file: File,
    path: PathBuf,
    files: Vec<PathBuf>,
    taken: HashSet<PathBuf>,
    known: BTreeMap<String, Line>,
}

impl Manifest {
    /// Reads what an earlier job has left and goes on after it.
    pub(crate) fn open(outputs: &Outputs) -> Result<Self, EngineError> {
        let path = &outputs.manifest;
        let unwritable = |error: io::Error| unwritable(path, &error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path);
        let file = file.map_err(unwritable)?;
        let mut known = BTreeMap::new();
        let mut whole = true;
        for line in BufReader::new(&file).split(b'\n') {
            let line = line.map_err(unwritable)?;
            // The last line may be torn, if the program was killed while it wrote.
            let read = serde_json::from_slice::<Line>(&line).ok();
            whole = read.is_some() || line.is_empty();
            if let Some(line) = read.filter(|line| line.schema == SCHEMA) {
                known.insert(line.file.clone(), line);
            }
        }
        let files = outputs.files.clone();
        let taken = files.iter().cloned().collect();
        let mut manifest = Self { file, path: path.clone(), files, taken, known };
        if !whole {
            manifest.file.write_all(b"\n").map_err(|error| manifest.unwritable(&error))?;
        }
        Ok(manifest)
    }

    /// What an earlier job made of a document, where it was made with these settings of these contents
    /// and its output is as it was. `sha256` of the document is only asked for where there is one.
    pub(crate) fn find(
        &self,
        place: usize,
        settings: &str,
        sha256: impl FnOnce() -> Option<String>,
    ) -> Option<CompressedDocument> {
        // What was taken out of it shows when it is read: a file has one of two names.
        let (target, line) = [None, Some(Format::Chat)].into_iter().find_map(|made| {
            let target = self.target(place, made)?;
            let line = self.known.get(&self.shown(&target));
            line.filter(|line| line.settings == settings).map(|line| (target, line))
        })?;
        let output = line.output.as_ref()?;
        if sha256()? != output.document.source_sha256 {
            return None;
        }
        let text = fs::read(target).ok()?;
        let text = (sha256_hex(&text) == output.sha256).then(|| String::from_utf8(text).ok())??;
        Some(CompressedDocument { text, work: Work::Kept, ..output.document.clone() })
    }

    /// Writes a document's output, and then that it is there.
    pub(crate) fn add(
        &mut self,
        place: usize,
        name: &str,
        settings: &str,
        result: &Result<CompressedDocument, Failure>,
    ) -> Result<(), EngineError> {
        let made = result.as_ref().ok();
        let made = made.and_then(|made| Format::from_name(&made.extraction.format));
        let Some(target) = self.target(place, made) else { return Ok(()) };
        let file = self.shown(&target);
        if let Ok(made) = result {
            put_whole(&target, &made.text).map_err(|error| unwritable(&target, &error))?;
        }
        let line = Line::of(name, file, settings, result);
        let mut bytes = serde_json::to_vec(&line).map_err(|e| self.unwritable(&e.into()))?;
        bytes.push(b'\n');
        self.file.write_all(&bytes).map_err(|error| self.unwritable(&error))
    }

    /// Where an output goes. One whose text turns out to be in another format than its name says has a name
    /// that no other output has, and no file that is not an earlier job's output: it may be somebody's document.
    fn target(&self, place: usize, made: Option<Format>) -> Option<PathBuf> {
        let file = self.files.get(place)?;
        // Given names are right as far as names go.
        match made {
            None | Some(Format::Text) => Some(file.clone()),
            made => Some(text_path(file, made, |path| {
                self.taken.contains(path) || (is_there(path) && !self.is_known(path))
            })),
        }
    }

    /// Whether an earlier job has written it.
    fn is_known(&self, file: &Path) -> bool {
        self.known.contains_key(&self.shown(file))
    }

    /// An output's place without the folder that everything is in, which may have moved.
    fn shown(&self, file: &Path) -> String {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned()
    }

    fn unwritable(&self, error: &io::Error) -> EngineError {
        unwritable(&self.path, error)
    }
}

/// A link that leads nowhere is there too.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

pub(crate) fn unwritable(path: &Path, error: &io::Error) -> EngineError {
    EngineError::BadRequest(format!(
        "the output could not be written ({error}): {}",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compress::made;

    fn outputs(folder: &Path) -> Outputs {
        Outputs { manifest: folder.join("m.jsonl"), files: vec![folder.join("sub/a.txt")] }
    }

    #[test]
    fn what_was_written_is_found_again_while_nothing_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = outputs(folder.path());
        let mut manifest = Manifest::open(&outputs).unwrap();
        assert!(manifest.find(0, "s", || Some("5".into())).is_none());
        manifest.add(0, "a.txt", "s", &Ok(made("short"))).unwrap();
        let manifest = Manifest::open(&outputs).unwrap();
        let found = manifest.find(0, "s", || Some("5".into())).unwrap();
        assert_eq!((found.text.as_str(), found.work), ("short", Work::Kept));
        assert!(manifest.find(0, "other settings", || Some("5".into())).is_none());
        assert!(manifest.find(0, "s", || Some("6".into())).is_none(), "the document has changed");
        fs::write(&outputs.files[0], "somebody else's").unwrap();
        assert!(manifest.find(0, "s", || Some("5".into())).is_none(), "the output has changed");
    }

    #[test]
    fn a_text_that_is_no_longer_what_its_name_says_has_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let outputs = Outputs {
            manifest: path("m.jsonl"),
            files: vec![path("r.json"), path("r.json.txt"), path("a.pdf.txt")],
        };
        let taken_from = |format: &str| {
            let mut made = made("short");
            made.extraction.format = format.into();
            made
        };
        let mut manifest = Manifest::open(&outputs).unwrap();
        for (place, format) in [(0, "chat"), (1, "text"), (2, "pdf")] {
            manifest.add(place, "x", "s", &Ok(taken_from(format))).unwrap();
        }
        let manifest = Manifest::open(&outputs).unwrap();
        for place in 0..3 {
            assert!(manifest.find(place, "s", || Some("5".into())).is_some(), "{place}");
        }
        for (name, there) in
            [("r.json", false), ("r.json.txt", true), ("r.json.txt.txt", true), ("a.pdf.txt", true)]
        {
            assert_eq!(path(name).exists(), there, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_found_late_takes_nobodys_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let outputs = Outputs { manifest: path("m.jsonl"), files: vec![path("r.json")] };
        let mut made = made("short");
        made.extraction.format = "chat".into();
        fs::write(path("r.json.txt"), "somebody's").unwrap();
        // Made again, it has the name that it had.
        for settings in ["s", "t"] {
            let mut manifest = Manifest::open(&outputs).unwrap();
            assert!(manifest.find(0, settings, || Some("5".into())).is_none());
            manifest.add(0, "x", settings, &Ok(made.clone())).unwrap();
            let manifest = Manifest::open(&outputs).unwrap();
            assert!(manifest.find(0, settings, || Some("5".into())).is_some());
            assert_eq!(fs::read_to_string(path("r.json.txt")).unwrap(), "somebody's");
            assert_eq!(fs::read_to_string(path("r.json.txt.txt")).unwrap(), "short");
            assert!(!path("r.json.txt.txt.txt").exists());
        }
    }

    #[test]
    fn a_torn_line_costs_one_document_and_a_failure_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = outputs(folder.path());
        let mut manifest = Manifest::open(&outputs).unwrap();
        manifest.add(0, "a.txt", "s", &Ok(made("short"))).unwrap();
        let mut bytes = fs::read(&outputs.manifest).unwrap();
        bytes.extend(b"{\"schema\":\"benchvise.done/1\",\"na");
        fs::write(&outputs.manifest, bytes).unwrap();
        let mut manifest = Manifest::open(&outputs).unwrap();
        assert!(manifest.find(0, "s", || Some("5".into())).is_some());
        manifest.add(0, "a.txt", "s", &Err(Failure::new(protocol::Code::BadInput, "no"))).unwrap();
        let manifest = Manifest::open(&outputs).unwrap();
        assert!(manifest.find(0, "s", || Some("5".into())).is_none());
        assert_eq!(fs::read_to_string(&outputs.manifest).unwrap().lines().count(), 3);
    }
}
