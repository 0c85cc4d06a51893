//! From what was named to documents: a file is one, a folder stands for all that are in it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use compress::Document;
use compress::document::isolated::Isolated;
use compress::document::{self, DEFAULT_LIMIT_BYTES};
use protocol::{DocumentSort, DocumentSource, Failure, MANIFEST};

use crate::error::EngineError;
use crate::failure::failure;
use crate::model::sha256_hex;

/// What can be compressed.
pub(crate) fn sorts() -> Vec<DocumentSort> {
    let sort = |sort: &document::Sort| DocumentSort {
        name: sort.name.to_owned(),
        endings: sort.endings.iter().map(|&ending| ending.to_owned()).collect(),
    };
    document::SORTS.iter().map(sort).collect()
}

/// Most documents of one folder.
const FOLDER_LIMIT: usize = 10_000;

/// A file in a folder.
#[derive(Clone, Debug)]
pub struct FolderDocument {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called: the way to it from the folder, with `/` on every system.
    pub name: String,
    /// Why it cannot be read, where that shows without reading it.
    pub problem: Option<Failure>,
}

/// All files in a folder and the folders in it, in the order of their names. What is hidden is left
/// out, and so are manifests of earlier calls, which are no documents; a folder that links lead to again and again is entered once. Whether a file is a
/// document shows when it is read.
///
/// # Errors
/// A [`Failure`] where the folder cannot be read, or holds no file or far too many.
pub fn documents_in(folder: &Path) -> Result<Vec<FolderDocument>, Failure> {
    let mut found = walk(folder).map_err(failure)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(folder: &Path) -> Result<Vec<FolderDocument>, EngineError> {
    let shown = folder.display();
    let unreadable = |source| EngineError::Unreadable { path: shown.to_string(), source };
    let mut entered = BTreeSet::from([fs::canonicalize(folder).map_err(unreadable)?]);
    let mut waiting = vec![folder.to_path_buf()];
    let mut found: Vec<FolderDocument> = Vec::new();
    while let Some(inner) = waiting.pop() {
        let entries = match fs::read_dir(&inner) {
            Ok(entries) => entries,
            Err(error) if inner == folder => return Err(unreadable(error)),
            Err(error) => {
                found.push(odd(folder, inner, error));
                continue;
            }
        };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            if is_left_out(&entry.file_name()) {
                continue;
            }
            let path = entry.path();
            match fs::metadata(&path) {
                Err(error) => found.push(odd(folder, path, error)),
                Ok(metadata) if metadata.is_dir() => {
                    if fs::canonicalize(&path).is_ok_and(|real| entered.insert(real)) {
                        waiting.push(path);
                    }
                }
                // To open a pipe would be to wait for whoever writes into it.
                Ok(metadata) if !metadata.is_file() => {
                    found.push(odd(folder, path, io::Error::other("it is no ordinary file")));
                }
                Ok(_) => {
                    let name = name(folder, &path);
                    found.push(FolderDocument { path, name, problem: None });
                }
            }
            if found.len() > FOLDER_LIMIT {
                return Err(EngineError::BadRequest(format!(
                    "the folder holds more than {FOLDER_LIMIT} files; compress it with --summary, in the window by “Into a folder…”, or name a smaller one: {shown}"
                )));
            }
        }
    }
    match found.is_empty() {
        true => Err(EngineError::NotFound(format!(
            "there is no document in this folder; choose another: {shown}"
        ))),
        false => Ok(found),
    }
}

/// Whether what is called so is no document: it is hidden, or an earlier call has written there what it did.
pub(crate) fn is_left_out(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || name == MANIFEST
}

pub(crate) fn odd(folder: &Path, path: PathBuf, source: io::Error) -> FolderDocument {
    let name = name(folder, &path);
    let problem = failure(EngineError::Unreadable { path: name.clone(), source });
    FolderDocument { path, name, problem: Some(problem) }
}

pub(crate) fn name(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// A document that was named, by itself or with its folder.
pub(crate) struct Named<'a> {
    pub(crate) name: String,
    from: From<'a>,
}

enum From<'a> {
    Given(&'a DocumentSource),
    Folder(PathBuf),
    Nowhere(Failure),
}

/// Every document of these, folders opened.
pub(crate) fn named(sources: &[DocumentSource]) -> Vec<Named<'_>> {
    let mut named = Vec::with_capacity(sources.len());
    for source in sources {
        match source {
            DocumentSource::File(path) if path.is_dir() => match documents_in(path) {
                Ok(found) => named.extend(found.into_iter().map(|found| Named {
                    name: found.name,
                    from: found.problem.map_or(From::Folder(found.path), From::Nowhere),
                })),
                Err(problem) => {
                    named.push(Named { name: name_of(source), from: From::Nowhere(problem) });
                }
            },
            source => named.push(Named { name: name_of(source), from: From::Given(source) }),
        }
    }
    named
}

impl Named<'_> {
    pub(crate) fn read(&self, reader: Option<&Isolated>) -> Result<Document, Failure> {
        match &self.from {
            From::Given(source) => read(reader, source).map_err(failure),
            From::Folder(path) => {
                read_file(reader, path, &self.name, DEFAULT_LIMIT_BYTES).map_err(failure)
            }
            From::Nowhere(problem) => Err(problem.clone()),
        }
    }

    /// Its bytes, where it can be read and is small enough.
    pub(crate) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        let path = match &self.from {
            From::Given(DocumentSource::File(path)) => path,
            From::Folder(path) => path,
            From::Given(DocumentSource::Bytes { bytes, .. }) => return Some(bytes.into()),
            From::Nowhere(_) => return None,
        };
        document::bytes_of(path, &self.name, DEFAULT_LIMIT_BYTES).ok().map(Cow::from)
    }

    /// Makes a document of its bytes, which [`Named::bytes`] has read.
    pub(crate) fn read_from(
        &self,
        reader: Option<&Isolated>,
        bytes: &[u8],
    ) -> Result<Document, Failure> {
        read_bytes(reader, &self.name, bytes).map_err(failure)
    }

    /// SHA-256 of its bytes in hex, without taking them apart; `None` where it cannot be read.
    pub(crate) fn sha256(&self) -> Option<String> {
        self.bytes().map(|bytes| sha256_hex(&bytes))
    }
}

/// Reads one document, wherever it comes from: what could hurt its reader by `reader`, where there is one.
pub(crate) fn read(
    reader: Option<&Isolated>,
    source: &DocumentSource,
) -> Result<Document, EngineError> {
    Ok(match (reader, source) {
        (Some(reader), DocumentSource::File(path)) => reader.load(path)?,
        (Some(reader), DocumentSource::Bytes { name, bytes }) => reader.from_bytes(name, bytes)?,
        (None, DocumentSource::File(path)) => document::load(path)?,
        (None, DocumentSource::Bytes { name, bytes }) => document::from_bytes(name, bytes)?,
    })
}

/// The same of bytes that are called `name`.
pub(crate) fn read_bytes(
    reader: Option<&Isolated>,
    name: &str,
    bytes: &[u8],
) -> Result<Document, EngineError> {
    Ok(match reader {
        Some(reader) => reader.from_bytes(name, bytes)?,
        None => document::from_bytes(name, bytes)?,
    })
}

/// The same of a file that is called `name`.
pub(crate) fn read_file(
    reader: Option<&Isolated>,
    path: &Path,
    name: &str,
    limit_bytes: u64,
) -> Result<Document, EngineError> {
    Ok(match reader {
        Some(reader) => reader.load_as(path, name, limit_bytes)?,
        None => document::load_as(path, name, limit_bytes)?,
    })
}

/// What a person calls it: a path's last part.
pub(crate) fn name_of(source: &DocumentSource) -> String {
    match source {
        DocumentSource::File(path) => match path.file_name() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => path.display().to_string(),
        },
        DocumentSource::Bytes { name, .. } => name.clone(),
    }
}

/// What a job on these is called.
pub(crate) fn title(sources: &[DocumentSource]) -> String {
    match sources {
        [one] => name_of(one),
        many => format!("{} documents", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes empty files, and gives the names that are found, a `!` after those with a problem.
    fn found(folder: &Path, files: &[&str]) -> Vec<String> {
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = documents_in(folder).unwrap();
        let mark = |found: &FolderDocument| if found.problem.is_some() { "!" } else { "" };
        found.iter().map(|found| format!("{}{}", found.name, mark(found))).collect()
    }

    #[test]
    fn a_folder_is_read_to_its_depths_in_order_and_without_what_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            "b.md",
            "a/z.txt",
            "a.txt",
            "a/b/c/d.csv",
            ".git/x.txt",
            "a/.hidden",
            "Ü.log",
            MANIFEST,
            "a/benchvise-manifest.jsonl",
        ];
        let expect = ["a/b/c/d.csv", "a/z.txt", "a.txt", "b.md", "Ü.log"];
        assert_eq!(found(folder.path(), &files), expect);
    }

    #[test]
    fn a_folder_without_documents_says_so() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        let said = documents_in(folder.path()).unwrap_err();
        assert!(said.message.contains("no document in this folder"), "{said}");
        let said = documents_in(&folder.path().join("nowhere")).unwrap_err();
        assert!(said.message.contains("nowhere"), "{said}");
    }

    #[test]
    fn a_folder_of_too_many_files_says_what_takes_them() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..=FOLDER_LIMIT {
            fs::write(folder.path().join(format!("{n}.txt")), "").unwrap();
        }
        let said = documents_in(folder.path()).unwrap_err();
        let hint = said.hint.unwrap_or_default();
        assert!(said.message.contains("more than 10000 files"), "{}", said.message);
        assert!(hint.contains("--summary") && hint.contains("“Into a folder…”"), "{hint}");
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_back_or_nowhere_do_no_harm() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (place, elsewhere) = (folder.path().join("in"), folder.path().join("elsewhere"));
        for folder in [&place, &elsewhere] {
            fs::create_dir(folder).unwrap();
        }
        fs::write(elsewhere.join("e.txt"), "").unwrap();
        symlink(&place, place.join("itself")).unwrap();
        symlink(folder.path(), place.join("above")).unwrap();
        symlink(&elsewhere, place.join("other")).unwrap();
        symlink("nothing", place.join("gone.txt")).unwrap();
        symlink("loop", place.join("loop")).unwrap();
        let names = found(&place, &["a.txt"]);
        let count = |name: &str| names.iter().filter(|found| found.ends_with(name)).count();
        assert_eq!((count("a.txt"), count("e.txt")), (1, 1), "each once: {names:?}");
        assert_eq!((count("gone.txt!"), count("loop!")), (1, 1), "{names:?}");
        assert_eq!(names.len(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_a_folder_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.txt");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            println!("skipped: there is no mkfifo");
            return;
        }
        let source = [DocumentSource::File(folder.path().to_path_buf())];
        let named = named(&source);
        let said = named[0].read(None).unwrap_err();
        assert!(said.message.ends_with("no ordinary file): pipe.txt"), "{said}");
    }

    #[test]
    fn a_job_is_called_by_its_document_or_their_number() {
        let file = |path: &str| DocumentSource::File(path.into());
        assert_eq!(title(&[file("/a/notes.md")]), "notes.md");
        assert_eq!(title(&[file("..")]), "..");
        assert_eq!(title(&[file("a"), file("b")]), "2 documents");
    }
}
