//! A folder of files as they are served: each as it is, and compressed where that is worth it.

use std::fs;
use std::path::Path;

use brotli::enc::BrotliEncoderParams;
use zopfli::{Format, Options};

use crate::Trouble;

/// A file is served compressed where that leaves at most so much of it.
const WORTH: f64 = 0.9;

/// The files of a folder that was made.
pub(crate) struct Bundle(Vec<File>);

struct File {
    name: String,
    plain: u64,
    /// As they go over a network, in the order of [`CODINGS`].
    wire: [u64; CODINGS.len()],
}

/// Bytes of a file, as it is and as it goes over a network, in the order of [`CODINGS`].
pub(crate) type Sizes = (u64, [u64; CODINGS.len()]);

/// A way to compress: the ending of its files, its name for people, the work.
pub(crate) type Coding = (&'static str, &'static str, fn(&[u8]) -> std::io::Result<Vec<u8>>);

/// What a browser is sent, the smallest first.
pub(crate) const CODINGS: [Coding; 2] = [("br", "brotli", brotli), ("gz", "gzip", gzip)];

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

    /// Bytes of a file.
    pub(crate) fn size_of(&self, name: &str) -> Option<Sizes> {
        let file = self.0.iter().find(|file| file.name == name)?;
        Some((file.plain, file.wire))
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let line = |first: &str, cells: [String; 1 + CODINGS.len()]| {
            cells.iter().fold(format!("{first:<14}"), |line, cell| format!("{line} {cell:>12}"))
        };
        let [(_, least, _), (_, usual, _)] = CODINGS;
        let mut lines = vec![line("file", ["bytes", least, usual].map(str::to_owned))];
        let sum = |of: &dyn Fn(&File) -> u64| self.0.iter().map(of).sum::<u64>();
        let wire = [0, 1].map(|coding: usize| sum(&|file| file.wire[coding]));
        let all = File { name: "all".into(), plain: sum(&|file| file.plain), wire };
        for file in self.0.iter().chain([&all]) {
            let [least, usual] = file.wire;
            lines.push(line(&file.name, [file.plain, least, usual].map(|bytes| bytes.to_string())));
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
        let same = fs::read(before.join(&name)).is_ok_and(|old| old == bytes);
        let mut wire = [plain; CODINGS.len()];
        for ((ending, _, compress), wire) in CODINGS.iter().zip(&mut wire) {
            let smaller = format!("{name}.{ending}");
            let made = match fs::read(before.join(&smaller)) {
                Ok(old) if same => old,
                _ => compress(&bytes).map_err(|error| trouble(path, &error))?,
            };
            if made.len() as f64 <= WORTH * bytes.len() as f64 {
                let out = folder.join(&smaller);
                fs::write(&out, &made).map_err(|error| trouble(&out, &error))?;
                *wire = made.len() as u64;
            }
        }
        Ok(File { name, plain, wire })
    }
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let with = BrotliEncoderParams { quality: 11, lgwin: 24, ..BrotliEncoderParams::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &with)?;
    Ok(out)
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
        for ending in ["br", "gz"] {
            assert!(out.join(format!("index.html.{ending}")).exists(), "{ending}");
            assert!(!out.join(format!("tiny.svg.{ending}")).exists(), "{ending}");
        }
        let table = bundle.table();
        assert!(table.contains("brotli") && table.contains("gzip"), "{table}");
        let (plain, wire) = bundle.size_of("index.html").unwrap();
        assert_eq!(plain, 3500);
        assert!(wire.iter().all(|bytes| *bytes < 100), "{wire:?}");
        assert_eq!(bundle.size_of("tiny.svg"), Some((1, [1, 1])));
        fs::write(out.join("index.html.br"), "kept").unwrap();
        let bundle = Bundle::make(&[&from], &out).unwrap();
        let kept = bundle.size_of("index.html").unwrap();
        assert_eq!((kept.0, kept.1[0]), (3500, 4), "what is the same stays");
        fs::write(from.join("index.html"), "other\n".repeat(500)).unwrap();
        let bundle = Bundle::make(&[&from], &out).unwrap();
        assert!(bundle.size_of("index.html").unwrap().1[0] > 4);
        fs::remove_dir_all(&root).unwrap();
    }
}
