//! The log: to standard error for the person, to a rotating file for the report of a fault.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// A file larger than this is put aside when the program starts, in bytes.
const ROTATE_BYTES: u64 = 4 << 20;
/// Files put aside that are kept.
const KEPT: u32 = 4;

/// Begins logging: `level` to the file, `shown` to standard error.
pub(crate) fn begin(folder: &Path, level: LevelFilter, shown: LevelFilter) {
    let stderr = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        // Where nobody reads it that is said nowhere: saying it to the same nobody would be a panic.
        .log_internal_errors(false)
        .without_time()
        .with_target(false)
        // Colours are for a person's terminal; in a file or a pipe they are rubbish.
        .with_ansi(io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_filter(shown);
    let file = open(folder).ok().map(|file| {
        tracing_subscriber::fmt::layer()
            .with_writer(Mutex::new(file))
            .with_ansi(false)
            .with_filter(level)
    });
    // A second call, in tests, keeps the first log; there is nothing to do about it.
    drop(tracing_subscriber::registry().with(stderr).with(file).try_init());
}

/// Where the log is written.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("benchvise.log")
}

fn open(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let path = path(folder);
    if fs::metadata(&path).is_ok_and(|file| file.len() > ROTATE_BYTES) {
        rotate(folder)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    // Found out now, not at the first fault: a log on a full disk is no log.
    file.write_all(b"")?;
    Ok(file)
}

/// benchvise.log becomes .1, .1 becomes .2, and the oldest goes.
fn rotate(folder: &Path) -> io::Result<()> {
    let aside = |n: u32| folder.join(format!("benchvise.log.{n}"));
    for n in (1..KEPT).rev() {
        if aside(n).exists() {
            fs::rename(aside(n), aside(n + 1))?;
        }
    }
    fs::rename(path(folder), aside(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_log_is_put_aside_and_only_so_many_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..7u8 {
            let large = vec![round; ROTATE_BYTES as usize + 1];
            fs::write(path(folder.path()), large).unwrap();
            open(folder.path()).unwrap();
        }
        let kept = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(kept, 1 + KEPT as usize);
        assert_eq!(fs::metadata(path(folder.path())).unwrap().len(), 0);
        assert_eq!(fs::read(folder.path().join("benchvise.log.1")).unwrap()[0], 6);
    }
}
