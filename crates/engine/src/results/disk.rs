//! Results on the disk: a file each, with a checksum over everything in it.
//!
//! A file is a line that says what it is, the SHA-256 of the rest, the key, the length of the head, the
//! head as JSON, and the result as JSON, packed by zstd. A file that is not exactly that (damaged, or of an
//! earlier version, whose results were deflated) is removed when it is met, and its result is made again.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use protocol::{CacheView, CachedView, CompressedDocument, PruneSpec};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Key;
use super::prints::{Meant, Print};
use crate::error::EngineError;

const MAGIC: &[u8] = b"benchvise.result/2\n";
/// Level 3: what is behind it is read as fast, and packed in the time that it takes to write the JSON.
const LEVEL: i32 = 3;
const ENDING: &str = "result";
/// A result unpacks to less; more is not one of ours, whatever its checksum says.
const LONGEST: u64 = 1 << 30;
/// Newest results that are listed by name.
const LISTED: usize = 20;
const NOT_COUNTED: u64 = u64::MAX;

/// What is known of a result without unpacking it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) tokenizer: String,
    /// Of its file, where it has one.
    #[serde(default)]
    pub(super) tokenizer_sha256: Option<String>,
    /// Encoder and scorer: names with the SHA-256 of their files.
    #[serde(default)]
    pub(super) models: Vec<Print>,
    pub(super) tag: Option<String>,
    pub(super) made_ms: i64,
}

pub(super) struct Disk {
    folder: PathBuf,
    limit_bytes: u64,
    days: u64,
    /// What the files take, as far as is known: counted when first needed.
    bytes: AtomicU64,
    parts: AtomicU64,
}

/// A file of a result.
struct Kept {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Disk {
    pub(super) fn new(folder: PathBuf, limit_bytes: u64, days: u64) -> Self {
        let (bytes, parts) = (AtomicU64::new(NOT_COUNTED), AtomicU64::new(0));
        Self { folder, limit_bytes, days, bytes, parts }
    }

    /// The result under `key`; `None` where there is none that can be believed.
    pub(super) fn read(&self, key: &Key) -> Option<CompressedDocument> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let read = open(&bytes, Some(key))
            .filter(|(head, _)| !self.expired(head))
            .and_then(|(_, packed)| unpacked(packed));
        match &read {
            // It was of use just now.
            Some(_) => drop(
                File::options()
                    .write(true)
                    .open(&path)
                    .and_then(|file| file.set_modified(SystemTime::now())),
            ),
            None => {
                tracing::warn!(path = %path.display(), "a remembered result is damaged or expired");
                self.remove(&path, bytes.len() as u64);
            }
        }
        read
    }

    pub(super) fn write(
        &self,
        key: &Key,
        head: &Head,
        made: &CompressedDocument,
    ) -> io::Result<()> {
        let head = serde_json::to_vec(head)?;
        let mut packed = zstd::Encoder::new(Vec::new(), LEVEL)?;
        serde_json::to_writer(&mut packed, made)?;
        let packed = packed.finish()?;
        let rest = [&key[..], &(head.len() as u32).to_le_bytes(), &head, &packed].concat();
        let path = self.path(key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Two programs may remember the same at the same time.
        let turn = self.parts.fetch_add(1, Ordering::Relaxed);
        let part = path.with_extension(format!("{}-{turn}.part", std::process::id()));
        let written = File::create(&part).and_then(|mut file| {
            file.write_all(MAGIC)?;
            file.write_all(&Sha256::digest(&rest))?;
            file.write_all(&rest)
        });
        let written = written.and_then(|()| fs::rename(&part, &path));
        if written.is_err() {
            fs::remove_file(&part).ok();
        }
        written?;
        self.added((MAGIC.len() + 32 + rest.len()) as u64);
        Ok(())
    }

    /// What there is, and how many were just forgotten.
    pub(super) fn view(&self, forgotten: u64) -> Result<CacheView, EngineError> {
        let kept = self.kept()?;
        let mut newest: Vec<CachedView> = kept
            .iter()
            .filter_map(|one| {
                let head = head_of(&one.path)?;
                let Head { name, tokenizer, models, tag, made_ms, .. } = head;
                let models = models.into_iter().map(|model| model.name).collect();
                Some(CachedView { name, tokenizer, models, tag, made_ms, bytes: one.bytes })
            })
            .collect();
        newest.sort_by(|a, b| b.made_ms.cmp(&a.made_ms).then_with(|| a.name.cmp(&b.name)));
        newest.truncate(LISTED);
        Ok(CacheView {
            folder: self.folder.display().to_string(),
            results: kept.len() as u64,
            bytes: kept.iter().map(|one| one.bytes).sum(),
            limit_bytes: self.limit_bytes,
            days: self.days,
            forgotten,
            newest,
        })
    }

    /// Forgets what is named, `model` being what is meant by the model of that name, and what is damaged or expired.
    pub(super) fn prune(
        &self,
        spec: &PruneSpec,
        model: Option<&Meant>,
    ) -> Result<u64, EngineError> {
        let now = store::now_ms();
        let mut forgotten = 0;
        for one in self.kept()? {
            let bytes = fs::read(&one.path).unwrap_or_default();
            let named = |head: &Head| {
                let age = (now - head.made_ms) as f64 / 86_400_000.0;
                spec.all
                    || spec.tag.is_some() && spec.tag == head.tag
                    || spec.tokenizer.as_ref() == Some(&head.tokenizer)
                    || model.is_some_and(|model| {
                        let file = head.tokenizer_sha256.as_deref();
                        model.is_tokenizer(&head.tokenizer, file)
                            || head.models.iter().any(|print| model.is(print))
                    })
                    || spec.older_than_days.is_some_and(|days| age >= days)
            };
            // What is damaged says nothing about itself that counts.
            let goes =
                open(&bytes, None).is_none_or(|(head, _)| named(&head) || self.expired(&head));
            if goes {
                fs::remove_file(&one.path).map_err(|source| self.unwritable(&one.path, source))?;
                forgotten += 1;
            }
        }
        self.bytes.store(NOT_COUNTED, Ordering::Relaxed);
        Ok(forgotten)
    }

    fn expired(&self, head: &Head) -> bool {
        let age_ms = store::now_ms().saturating_sub(head.made_ms);
        // A clock that was set back makes no result immortal.
        age_ms < -86_400_000 || age_ms as u64 > self.days * 86_400_000
    }

    /// Counts what was added, and makes room where it is too much: what was not used for longest goes.
    fn added(&self, bytes: u64) {
        let known = self.bytes.load(Ordering::Relaxed);
        let all = match known {
            NOT_COUNTED => {
                self.kept().map(|kept| kept.iter().map(|one| one.bytes).sum()).unwrap_or(0)
            }
            known => known + bytes,
        };
        self.bytes.store(all, Ordering::Relaxed);
        if all <= self.limit_bytes {
            return;
        }
        let Ok(mut kept) = self.kept() else { return };
        kept.sort_by(|a, b| a.used.cmp(&b.used).then_with(|| a.path.cmp(&b.path)));
        let mut all: u64 = kept.iter().map(|one| one.bytes).sum();
        for one in kept {
            if all <= self.limit_bytes / 10 * 9 {
                break;
            }
            if fs::remove_file(&one.path).is_ok() {
                all -= one.bytes;
            }
        }
        self.bytes.store(all, Ordering::Relaxed);
    }

    fn remove(&self, path: &Path, bytes: u64) {
        if fs::remove_file(path).is_ok() {
            let known = self.bytes.load(Ordering::Relaxed);
            if known != NOT_COUNTED {
                self.bytes.store(known.saturating_sub(bytes), Ordering::Relaxed);
            }
        }
    }

    /// All files of results; parts that nobody finished are removed.
    fn kept(&self) -> Result<Vec<Kept>, EngineError> {
        let mut kept = Vec::new();
        let folders = match fs::read_dir(&self.folder) {
            Ok(folders) => folders,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(kept),
            Err(source) => {
                let path = self.folder.display().to_string();
                return Err(EngineError::Unreadable { path, source });
            }
        };
        for folder in folders.flatten() {
            // Two letters of the key: nothing else in the folder is ours.
            if folder.file_name().len() != 2 {
                continue;
            }
            for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let path = file.path();
                let Ok(meta) = file.metadata() else { continue };
                let used = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                match path.extension().and_then(|ending| ending.to_str()) {
                    Some(ENDING) => kept.push(Kept { path, bytes: meta.len(), used }),
                    Some("part") => {
                        let old = used.elapsed().is_ok_and(|age| age > Duration::from_secs(3600));
                        if old {
                            fs::remove_file(&path).ok();
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(kept)
    }

    fn path(&self, key: &Key) -> PathBuf {
        let name: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(&name[..2]).join(name).with_extension(ENDING)
    }

    fn unwritable(&self, path: &Path, source: io::Error) -> EngineError {
        EngineError::Unwritable { path: path.display().to_string(), source }
    }
}

/// A result from its packed JSON.
fn unpacked(packed: &[u8]) -> Option<CompressedDocument> {
    let unpacking = zstd::Decoder::new(packed).ok()?;
    serde_json::from_reader(io::BufReader::new(unpacking.take(LONGEST))).ok()
}

/// Head and packed result of a file, where all of it is as it was written.
fn open<'a>(bytes: &'a [u8], key: Option<&Key>) -> Option<(Head, &'a [u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (sum, rest) = rest.split_at_checked(32)?;
    if Sha256::digest(rest)[..] != *sum {
        return None;
    }
    let (own, rest) = rest.split_at_checked(32)?;
    if key.is_some_and(|key| key[..] != *own) {
        return None;
    }
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (head, packed) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((serde_json::from_slice(head).ok()?, packed))
}

/// The head alone, without the checksum: for a list.
fn head_of(path: &Path) -> Option<Head> {
    let mut start = vec![0; MAGIC.len() + 32 + 32 + 4];
    let mut file = File::open(path).ok()?;
    file.read_exact(&mut start).ok()?;
    let (_, length) = start.split_last_chunk::<4>()?;
    let length = u64::from(u32::from_le_bytes(*length));
    let mut head = Vec::new();
    file.take(length.min(1 << 20)).read_to_end(&mut head).ok()?;
    serde_json::from_slice(&head).ok().filter(|_| start.starts_with(MAGIC))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compress::made;

    fn head(tag: Option<&str>, made_ms: i64) -> Head {
        let tag = tag.map(str::to_owned);
        let models = Vec::new();
        let (name, tokenizer) = ("a.txt".into(), "o200k".into());
        Head { name, tokenizer, tokenizer_sha256: None, models, tag, made_ms }
    }

    #[test]
    fn any_flipped_bit_is_found_and_costs_one_result() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path().to_path_buf(), 1 << 20, 30);
        let key = [7; 32];
        let length = {
            disk.write(&key, &head(None, store::now_ms()), &made("short")).unwrap();
            fs::metadata(disk.path(&key)).unwrap().len() as usize
        };
        for at in 0..length {
            disk.write(&key, &head(None, store::now_ms()), &made("short")).unwrap();
            assert_eq!(disk.read(&key), Some(made("short")));
            let mut bytes = fs::read(disk.path(&key)).unwrap();
            let at = at.min(bytes.len() - 1);
            bytes[at] ^= 1 << (at % 8);
            fs::write(disk.path(&key), &bytes).unwrap();
            assert_eq!(disk.read(&key), None, "byte {at}");
            assert!(!disk.path(&key).exists(), "it is removed");
        }
        disk.write(&key, &head(None, store::now_ms()), &made("short")).unwrap();
        let bytes = fs::read(disk.path(&key)).unwrap();
        fs::write(disk.path(&key), &bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(disk.read(&key), None, "torn");
        // Under another's name.
        disk.write(&key, &head(None, store::now_ms()), &made("short")).unwrap();
        fs::create_dir_all(disk.path(&[8; 32]).parent().unwrap()).unwrap();
        fs::copy(disk.path(&key), disk.path(&[8; 32])).unwrap();
        assert_eq!(disk.read(&[8; 32]), None);
    }

    #[test]
    fn there_is_never_more_than_the_limit_and_what_was_used_stays() {
        let folder = tempfile::tempdir().unwrap();
        let text: String =
            (0..900u32).map(|n| char::from_u32(0x4e00 + n * 7919 % 9000).unwrap()).collect();
        let disk = Disk::new(folder.path().to_path_buf(), 40_000, 30);
        for n in 0..60u8 {
            disk.write(&[n; 32], &head(None, store::now_ms()), &made(&text)).unwrap();
            assert!(disk.read(&[0; 32]).is_some(), "used all the time: {n}");
            let old = SystemTime::now() - Duration::from_secs(1000 - u64::from(n));
            File::options()
                .write(true)
                .open(disk.path(&[n; 32]))
                .unwrap()
                .set_modified(old)
                .unwrap();
            disk.read(&[0; 32]);
        }
        let view = disk.view(0).unwrap();
        assert!(view.bytes <= 40_000 && view.results > 3, "{view:?}");
        assert!(disk.read(&[59; 32]).is_some() && disk.read(&[1; 32]).is_none());
    }

    #[test]
    fn tags_ages_and_tokenizers_are_forgotten_and_damage_with_them() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path().join("deep/down"), 1 << 20, 30);
        assert_eq!(disk.view(0).unwrap().results, 0);
        let (now, day) = (store::now_ms(), 86_400_000);
        disk.write(&[1; 32], &head(Some("draft"), now), &made("1")).unwrap();
        disk.write(&[2; 32], &head(None, now - 10 * day), &made("2")).unwrap();
        disk.write(&[3; 32], &head(None, now - 31 * day), &made("3")).unwrap();
        disk.write(&[4; 32], &head(None, now), &made("4")).unwrap();
        assert_eq!(disk.read(&[3; 32]), None, "expired");
        disk.write(&[3; 32], &head(None, now - 31 * day), &made("3")).unwrap();
        fs::write(disk.path(&[4; 32]), "garbage").unwrap();
        assert_eq!(disk.prune(&PruneSpec::default(), None).unwrap(), 2, "expired and damaged");
        let tag = PruneSpec { tag: Some("draft".into()), ..PruneSpec::default() };
        assert_eq!(disk.prune(&tag, None).unwrap(), 1);
        let age = PruneSpec { older_than_days: Some(11.0), ..PruneSpec::default() };
        assert_eq!(disk.prune(&age, None).unwrap(), 0);
        let other = PruneSpec { tokenizer: Some("cl100k".into()), ..PruneSpec::default() };
        assert_eq!(disk.prune(&other, None).unwrap(), 0);
        assert_eq!(disk.view(0).unwrap().newest[0].made_ms, now - 10 * day);
        let all = PruneSpec { all: true, ..PruneSpec::default() };
        assert_eq!(disk.prune(&all, None).unwrap(), 1);
    }

    #[test]
    fn what_a_model_had_a_part_in_is_forgotten_with_it_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path().join("cache"), 1 << 20, 30);
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        };
        put("minilm/config.json", "{}");
        let vocabulary = put("minilm/tokenizer.json", "vocabulary");
        let other = put("other/config.json", "{\"hidden_size\": 2}");
        let (minilm, other) = (folder.path().join("minilm"), other.parent().unwrap().to_path_buf());
        let print = |name: &str, path: &Path, role: &str| {
            let print = Print::of(name, path).unwrap();
            Print { sha256: format!("{} {role}", print.sha256), ..print }
        };
        let fill = || {
            let now = store::now_ms();
            let made = made("1");
            let with = |models| Head { models, ..head(None, now) };
            disk.write(&[1; 32], &with(vec![print("hub/minilm", &minilm, "encoder")]), &made)
                .unwrap();
            disk.write(&[2; 32], &with(vec![print("other", &other, "scorer")]), &made).unwrap();
            let sum = super::super::prints::sha256_of(&vocabulary).unwrap();
            let counted = Head { tokenizer_sha256: Some(sum), ..head(None, now) };
            disk.write(&[3; 32], &counted, &made).unwrap();
            disk.write(&[4; 32], &head(None, now), &made).unwrap();
        };
        let check = |model: &str, left: &[u8]| {
            fill();
            let spec = PruneSpec { model: Some(model.into()), ..PruneSpec::default() };
            let meant = Meant::by(model).unwrap();
            assert_eq!(disk.prune(&spec, Some(&meant)).unwrap(), 4 - left.len() as u64, "{model}");
            let there = |key: &u8| disk.read(&[*key; 32]).is_some();
            assert_eq!((1..5).filter(there).collect::<Vec<u8>>(), left, "{model}");
        };
        check(minilm.to_str().unwrap(), &[2, 4]);
        check(vocabulary.to_str().unwrap(), &[1, 2, 4]);
        check("minilm", &[2, 3, 4]);
        check("hub/minilm", &[2, 3, 4]);
        check("other", &[1, 3, 4]);
        check("o200k", &[]);
        check("nothing of the kind", &[1, 2, 3, 4]);
        fill();
        let named: Vec<Vec<String>> =
            disk.view(0).unwrap().newest.into_iter().map(|one| one.models).collect();
        assert!(named.contains(&vec!["hub/minilm".to_owned()]), "{named:?}");
    }

    #[test]
    fn results_of_the_earlier_version_are_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path().to_path_buf(), 1 << 20, 30);
        disk.write(&[1; 32], &head(None, store::now_ms()), &made("1")).unwrap();
        let path = disk.path(&[1; 32]);
        let bytes = fs::read(&path).unwrap();
        let old = [b"benchvise.result/1\n", &bytes[MAGIC.len()..]].concat();
        fs::write(&path, old).unwrap();
        assert_eq!(disk.read(&[1; 32]), None);
        assert!(!path.exists());
    }

    #[test]
    fn any_file_is_a_result_or_removed() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path().to_path_buf(), 1 << 20, 30);
        let key = [9; 32];
        let time = Duration::from_millis(1500);
        bolero::check!().with_test_time(time).with_type::<(Vec<u8>, u8)>().for_each(
            |(bytes, how)| {
                let path = disk.path(&key);
                disk.write(&key, &head(None, store::now_ms()), &made("short")).unwrap();
                let sound = fs::read(&path).unwrap();
                // What follows a checksum that is true: whoever can write here can make one.
                let signed = |rest: &[u8]| [MAGIC, &Sha256::digest(rest)[..], rest].concat();
                let rest = &sound[MAGIC.len() + 32..];
                let file = match how % 4 {
                    0 => bytes.clone(),
                    1 => signed(&[&key[..], bytes].concat()),
                    2 => {
                        let head = serde_json::to_vec(&head(None, store::now_ms())).unwrap();
                        let length = (head.len() as u32).to_le_bytes();
                        signed(&[&key[..], &length, &head, bytes].concat())
                    }
                    _ => {
                        let mut rest = rest.to_vec();
                        for pair in bytes.chunks_exact(3).take(3) {
                            let at =
                                (usize::from(pair[0]) * 256 + usize::from(pair[1])) % rest.len();
                            rest[at] = pair[2];
                        }
                        signed(&rest)
                    }
                };
                fs::write(&path, &file).unwrap();
                disk.view(0).unwrap();
                let read = disk.read(&key);
                assert_eq!(read.is_some(), path.exists(), "what is not believed is removed");
                fs::write(&path, &file).unwrap();
                assert!(disk.prune(&PruneSpec::default(), None).unwrap() <= 1);
            },
        );
    }
}
