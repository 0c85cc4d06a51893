//! A manifest of any length: of what is in it, only where each document's line stands is in memory.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::EngineError;
use crate::manifest::{Line, SCHEMA, unwritable};

/// What a killed program has to do again at most.
const UNWRITTEN: usize = 64;
/// A longer line is none of ours.
const LONGEST_LINE: u64 = 1 << 20;

/// What earlier jobs have written: 16 bytes and a place in a table for each document.
pub(super) struct Ledger {
    known: HashMap<u64, u64>,
    file: Mutex<File>,
}

/// Where lines are added.
pub(super) struct Appender {
    writer: BufWriter<File>,
    path: PathBuf,
    unwritten: usize,
    /// Where the next line begins.
    at: u64,
}

fn hash(file: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    file.hash(&mut hasher);
    hasher.finish()
}

/// Reads a manifest once, and goes on after it.
pub(super) fn open(path: &Path) -> Result<(Ledger, Appender), EngineError> {
    let failed = |error: std::io::Error| unwritable(path, &error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file =
        OpenOptions::new().append(true).read(true).create(true).open(path).map_err(failed)?;
    let mut known = HashMap::new();
    let (mut at, mut whole) = (0, true);
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path).map_err(failed)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read =
            reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(failed)?;
        if read == 0 {
            break;
        }
        // The last line may be torn, if the program was killed while it wrote.
        whole = line.ends_with(b"\n");
        // Only its name is looked at here; the rest when it is asked for.
        #[derive(serde::Deserialize)]
        struct Named<'a> {
            #[serde(borrow)]
            schema: std::borrow::Cow<'a, str>,
            #[serde(borrow)]
            file: std::borrow::Cow<'a, str>,
        }
        if let Ok(named) = serde_json::from_slice::<Named<'_>>(&line)
            && named.schema == SCHEMA
        {
            known.insert(hash(&named.file), at);
        }
        at += read as u64;
    }
    if !whole {
        file.write_all(b"\n").map_err(failed)?;
        at += 1;
    }
    let reading = File::open(path).map_err(failed)?;
    let appender = Appender {
        writer: BufWriter::with_capacity(1 << 17, file),
        path: path.to_path_buf(),
        unwritten: 0,
        at,
    };
    Ok((Ledger { known, file: Mutex::new(reading) }, appender))
}

impl Ledger {
    /// The last line about an output.
    pub(super) fn find(&self, file: &str) -> Option<Line> {
        let at = *self.known.get(&hash(file))?;
        // Two names may have one hash.
        self.at(at).filter(|line| line.file == file)
    }

    /// The line that begins there; `None` where there is none yet.
    pub(super) fn at(&self, at: u64) -> Option<Line> {
        let mut line = Vec::new();
        {
            let mut reading = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            reading.seek(SeekFrom::Start(at)).ok()?;
            BufReader::new((&mut *reading).take(LONGEST_LINE)).read_until(b'\n', &mut line).ok()?;
        }
        serde_json::from_slice::<Line>(&line).ok().filter(|line| line.schema == SCHEMA)
    }
}

impl Appender {
    /// Adds a line, and says where it begins; it can be read there a little later.
    pub(super) fn add(&mut self, line: &[u8]) -> Result<u64, EngineError> {
        self.unwritten += 1;
        let at = self.at;
        self.at += line.len() as u64;
        let written = self.writer.write_all(line).and_then(|()| {
            if self.unwritten < UNWRITTEN {
                return Ok(());
            }
            self.unwritten = 0;
            self.writer.flush()
        });
        written.map(|()| at).map_err(|error| unwritable(&self.path, &error))
    }

    pub(super) fn end(mut self) -> Result<(), EngineError> {
        self.writer.flush().map_err(|error| unwritable(&self.path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(file: &str, settings: &str) -> Vec<u8> {
        let line = Line::of(
            "a",
            file.into(),
            settings,
            &Err(protocol::Failure::new(protocol::Code::BadInput, "no")),
        );
        let mut bytes = serde_json::to_vec(&line).unwrap();
        bytes.push(b'\n');
        bytes
    }

    #[test]
    fn the_last_line_counts_and_a_torn_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in/m.jsonl");
        let (ledger, mut appender) = open(&path).unwrap();
        assert!(ledger.find("a.txt").is_none());
        appender.add(&line("a.txt", "one")).unwrap();
        appender.add(&line("b.txt", "one")).unwrap();
        appender.add(&line("a.txt", "two")).unwrap();
        appender.end().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend(b"{\"schema\":\"benchvise.done/1\",\"file\":\"b.txt\",\"sett");
        fs::write(&path, bytes).unwrap();
        let (ledger, mut appender) = open(&path).unwrap();
        assert_eq!(ledger.find("a.txt").unwrap().settings, "two");
        assert_eq!(ledger.find("b.txt").unwrap().settings, "one");
        appender.add(&line("b.txt", "three")).unwrap();
        appender.end().unwrap();
        assert_eq!(open(&path).unwrap().0.find("b.txt").unwrap().settings, "three");
    }

    #[test]
    fn a_line_is_found_where_it_was_put() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.jsonl");
        fs::write(&path, "torn").unwrap();
        let (_, mut appender) = open(&path).unwrap();
        let first = appender.add(&line("a.txt", "one")).unwrap();
        let second = appender.add(&line("ä.txt", "two")).unwrap();
        appender.end().unwrap();
        let (ledger, _) = open(&path).unwrap();
        assert_eq!(ledger.at(first).unwrap().file, "a.txt");
        assert_eq!(ledger.at(second).unwrap().settings, "two");
        assert!(ledger.at(first + 1).is_none() && ledger.at(second + 1000).is_none());
    }

    #[test]
    fn any_manifest_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.jsonl");
        let time = std::time::Duration::from_millis(1500);
        bolero::check!().with_test_time(time).with_type::<(Vec<u8>, bool)>().for_each(
            |(bytes, damaged)| {
                let mut file = bytes.clone();
                if *damaged {
                    file = [line("a.txt", "one"), line("b.txt", "one")].concat();
                    for part in bytes.chunks_exact(3).take(4) {
                        let at = (usize::from(part[0]) * 256 + usize::from(part[1])) % file.len();
                        file[at] = part[2];
                    }
                }
                fs::write(&path, &file).unwrap();
                let (ledger, mut appender) = open(&path).unwrap();
                ledger.find("a.txt");
                ledger.at(file.len() as u64 / 2);
                appender.add(&line("a.txt", "two")).unwrap();
                appender.end().unwrap();
                let (ledger, _) = open(&path).unwrap();
                assert_eq!(ledger.find("a.txt").unwrap().settings, "two");
            },
        );
    }
}
