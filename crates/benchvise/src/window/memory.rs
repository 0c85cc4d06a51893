//! What the window remembers between starts: its size and place, and what each room wants kept. One
//! small JSON file; a file that cannot be read is a first start.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::{Pos2, Vec2};

/// How the window's own size and place are called among what is remembered.
const SIZE: &str = "window_size";
const PLACE: &str = "window_place";
/// Sizes and places that are believed, in points.
const BELIEVED: std::ops::Range<f32> = -20_000.0..20_000.0;

/// The memory; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    file: PathBuf,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    texts: BTreeMap<String, String>,
    written: BTreeMap<String, String>,
}

impl Memory {
    /// What an earlier start left.
    pub(super) fn read(file: &Path) -> Memory {
        let texts: BTreeMap<String, String> = fs::read(file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let kept = Kept { written: texts.clone(), texts };
        Memory { file: file.to_path_buf(), kept: Arc::new(Mutex::new(kept)) }
    }

    /// A text under a name.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.kept().texts.get(name).cloned()
    }

    /// Keeps a text under a name; on disk with the next [`Memory::write`].
    pub(super) fn set(&self, name: &str, text: String) {
        self.kept().texts.insert(name.to_owned(), text);
    }

    /// Notes the window's size and place.
    pub(super) fn note(&self, ctx: &egui::Context) {
        let (size, place, usual) = ctx.input(|input| {
            let viewport = input.viewport();
            let odd = [viewport.minimized, viewport.maximized, viewport.fullscreen];
            let usual = !odd.contains(&Some(true));
            (viewport.inner_rect.map(|rect| rect.size()), viewport.outer_rect, usual)
        });
        let zoom = ctx.zoom_factor();
        if let (Some(size), true) = (size, usual) {
            self.set(SIZE, pair(size.x * zoom, size.y * zoom));
        }
        if let (Some(place), true) = (place, usual) {
            self.set(PLACE, pair(place.min.x * zoom, place.min.y * zoom));
        }
    }

    /// The window's last size.
    pub(super) fn size(&self) -> Option<Vec2> {
        let (x, y) = numbers(&self.get(SIZE)?)?;
        (x > 0.0 && y > 0.0).then_some(Vec2::new(x, y))
    }

    /// The window's last place.
    pub(super) fn place(&self) -> Option<Pos2> {
        let (x, y) = numbers(&self.get(PLACE)?)?;
        Some(Pos2::new(x, y))
    }

    /// Writes what changed. Where that does not work the next start is a first one, no more.
    pub(super) fn write(&self) {
        let mut kept = self.kept();
        if kept.texts == kept.written {
            return;
        }
        match write(&self.file, &kept.texts) {
            Ok(()) => kept.written = kept.texts.clone(),
            Err(error) => tracing::debug!(%error, "the window's memory could not be written"),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pair(x: f32, y: f32) -> String {
    format!("{x:.0} {y:.0}")
}

fn numbers(text: &str) -> Option<(f32, f32)> {
    let (x, y) = text.split_once(' ')?;
    let (x, y) = (x.parse().ok()?, y.parse().ok()?);
    (BELIEVED.contains(&x) && BELIEVED.contains(&y)).then_some((x, y))
}

fn write(file: &Path, texts: &BTreeMap<String, String>) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Beside it, then in its place: a window that is killed leaves the old one whole.
    let aside = file.with_extension("json.new");
    let mut new = fs::File::create(&aside)?;
    new.write_all(&serde_json::to_vec_pretty(texts)?)?;
    drop(new);
    fs::rename(aside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_there_at_the_next_start_and_rubbish_is_a_first_start() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/window.json");
        let memory = Memory::read(&file);
        memory.set("bench", "{}".into());
        memory.set(SIZE, "900 600".into());
        memory.write();
        let again = Memory::read(&file);
        assert_eq!(again.get("bench").as_deref(), Some("{}"));
        assert_eq!(again.size(), Some(Vec2::new(900.0, 600.0)));
        for rubbish in ["", "[1]", "{\"window_size\": 3}", "{\"window_size\": \"x NaN\"}"] {
            fs::write(&file, rubbish).unwrap();
            assert_eq!(Memory::read(&file).size(), None, "{rubbish}");
        }
    }
}
