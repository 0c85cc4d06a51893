//! What a model is by its files: a name says too little of a folder.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A model, by what it was called and by its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Print {
    pub(crate) name: String,
    /// Of all its files, in hex.
    pub(crate) sha256: String,
}

impl Print {
    /// The model at `path`, a folder or a file, called `name`.
    ///
    /// # Errors
    /// Where a file of it cannot be read.
    pub(crate) fn of(name: &str, path: &Path) -> io::Result<Self> {
        let mut hash = Sha256::new();
        for (name, file) in files(path)? {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(known(&file)?);
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name: name.to_owned(), sha256 })
    }
}

/// The files a model is made of, by their names in it, in order: descriptions, vocabularies and weights.
fn files(path: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    const ENDINGS: [&str; 5] = ["json", "txt", "model", "safetensors", "gguf"];
    /// A folder with more is no model's.
    const MOST: usize = 256;
    if !path.is_dir() {
        return Ok(vec![(String::new(), path.to_path_buf())]);
    }
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), path.to_path_buf(), 0)];
    while let Some((prefix, folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
            // Through links: the hub's cache consists of them.
            if path.is_dir() && depth < 2 && !name.starts_with('.') {
                folders.push((format!("{prefix}{name}/"), path, depth + 1));
            } else if path.is_file() && ENDINGS.contains(&ending) {
                found.push((prefix.clone() + &name, path));
            }
        }
        if found.len() + folders.len() > MOST {
            return Err(io::Error::other("a folder with too many files for a model"));
        }
    }
    found.sort();
    Ok(found)
}

type Known = HashMap<PathBuf, (u64, Option<SystemTime>, [u8; 32])>;

/// A file's SHA-256; read once as long as length and time stay what they were.
fn known(path: &Path) -> io::Result<[u8; 32]> {
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let meta = fs::metadata(path)?;
    let (length, written) = (meta.len(), meta.modified().ok());
    let memory = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, _, sum)) =
        memory().get(path).filter(|(l, w, _)| (*l, *w) == (length, written) && w.is_some())
    {
        return Ok(*sum);
    }
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut part = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            break;
        }
        hash.update(&part[..read]);
    }
    let sum = hash.finalize().into();
    memory().insert(path.to_path_buf(), (length, written, sum));
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_its_files_wherever_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for model in ["a", "b"] {
            put(&format!("{model}/config.json"), "{}");
            put(&format!("{model}/1_Pooling/config.json"), "{\"mean\": true}");
            put(&format!("{model}/model.safetensors"), "weights");
        }
        let of = |name: &str| Print::of(name, &folder.path().join(name)).unwrap();
        assert_eq!(of("a").sha256, of("b").sha256);
        put("b/README.md", "not a part of it");
        assert_eq!(of("a").sha256, of("b").sha256);
        put("b/model.safetensors", "weights of another");
        assert_ne!(of("a").sha256, of("b").sha256);
        let before = of("a");
        put("a/1_Pooling/config.json", "{\"mean\": false}");
        assert_ne!(
            of("a"),
            before,
            "what is known of a file is not believed when it was written anew"
        );
        assert!(Print::of("c", &folder.path().join("c")).is_err());
    }
}
