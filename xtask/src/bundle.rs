//! A folder of files as they are served: each as it is, and compressed where that is worth it.

use std::fs;
use std::path::Path;

use zopfli::{Format, Options};

use crate::Trouble;

/// A file is served compressed where that leaves at most so much of it.
const WORTH: f64 = 0.9;

/// The files of a folder that was made.
pub(crate) struct Bundle(Vec<File>);

struct File {
    name: String,
    plain: u64,
    /// As it goes over a network.
    wire: u64,
}

impl Bundle {
    /// Puts some files, and those of some folders, into one folder, which has nothing else afterwards. It is made beside
    /// its place and moved there, so that a host that starts meanwhile finds the old one or the new one.
    pub(crate) fn make(from: &[&Path], out: &Path) -> Result<Bundle, Trouble> {
        let beside = out.with_extension("new");
        remove(&beside)?;
        fs::create_dir_all(&beside).map_err(|error| trouble(&beside, &error))?;
        let mut files = Vec::new();
        for place in from {
            if place.is_file() {
                files.push(File::put(place, &beside, out)?);
                continue;
            }
            for entry in fs::read_dir(place).map_err(|error| trouble(place, &error))? {
                let path = entry.map_err(|error| trouble(place, &error))?.path();
                if path.is_file() {
                    files.push(File::put(&path, &beside, out)?);
                }
            }
        }
        files.sort_by(|one, other| other.plain.cmp(&one.plain));
        remove(out)?;
        fs::rename(&beside, out).map_err(|error| trouble(out, &error))?;
        Ok(Bundle(files))
    }

    /// Bytes of a file, as it is and on the wire.
    pub(crate) fn size_of(&self, name: &str) -> Option<(u64, u64)> {
        let file = self.0.iter().find(|file| file.name == name)?;
        Some((file.plain, file.wire))
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut lines = vec![format!("{:<14} {:>10} {:>12}", "file", "bytes", "on the wire")];
        let sum = |of: fn(&File) -> u64| self.0.iter().map(of).sum::<u64>();
        let all = File { name: "all".into(), plain: sum(|f| f.plain), wire: sum(|f| f.wire) };
        for file in self.0.iter().chain([&all]) {
            lines.push(format!("{:<14} {:>10} {:>12}", file.name, file.plain, file.wire));
        }
        lines.join("\n")
    }
}

impl File {
    /// Puts a file into a folder; `before` is the folder's last state, whose work is not done again.
    fn put(path: &Path, folder: &Path, before: &Path) -> Result<File, Trouble> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(path).map_err(|error| trouble(path, &error))?;
        let out = folder.join(&name);
        fs::write(&out, &bytes).map_err(|error| trouble(&out, &error))?;
        let plain = bytes.len() as u64;
        let zipped = format!("{name}.gz");
        let same = fs::read(before.join(&name)).is_ok_and(|old| old == bytes);
        let gzip = match fs::read(before.join(&zipped)) {
            Ok(old) if same => old,
            _ => gzip(&bytes).map_err(|error| trouble(path, &error))?,
        };
        let wire = match gzip.len() as f64 <= WORTH * bytes.len() as f64 {
            true => {
                let out = folder.join(&zipped);
                fs::write(&out, &gzip).map_err(|error| trouble(&out, &error))?;
                gzip.len() as u64
            }
            false => plain,
        };
        Ok(File { name, plain, wire })
    }
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    zopfli::compress(Options::default(), Format::Gzip, bytes, &mut out)?;
    Ok(out)
}

fn remove(folder: &Path) -> Result<(), Trouble> {
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(trouble(folder, &error)),
    }
}

fn trouble(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::Failed(format!("{error}: {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_has_what_it_was_made_of_and_nothing_older() {
        let root = std::env::temp_dir().join(format!("xtask-bundle-{}", std::process::id()));
        let (from, out) = (root.join("from"), root.join("web"));
        fs::create_dir_all(&from).unwrap();
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("old.js"), "old").unwrap();
        fs::write(from.join("index.html"), "a line\n".repeat(500)).unwrap();
        fs::write(from.join("tiny.svg"), "x").unwrap();
        let bundle = Bundle::make(&[&from], &out).unwrap();
        assert!(!out.join("old.js").exists());
        assert!(out.join("index.html.gz").exists() && !out.join("tiny.svg.gz").exists());
        let (plain, wire) = bundle.size_of("index.html").unwrap();
        assert_eq!(plain, 3500);
        assert!(wire < 100, "{wire}");
        assert_eq!(bundle.size_of("tiny.svg"), Some((1, 1)));
        fs::write(out.join("index.html.gz"), "kept").unwrap();
        let bundle = Bundle::make(&[&from], &out).unwrap();
        assert_eq!(bundle.size_of("index.html"), Some((3500, 4)), "what is the same stays");
        fs::write(from.join("index.html"), "other\n".repeat(500)).unwrap();
        let bundle = Bundle::make(&[&from], &out).unwrap();
        assert!(bundle.size_of("index.html").unwrap().1 > 4);
        fs::remove_dir_all(&root).unwrap();
    }
}
