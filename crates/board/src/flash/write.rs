//! Writes a UF2 onto a board's drive and waits for the board to take it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{Drive, FlashError};

/// Bytes between two looks at whether it should stop.
const CHUNK: usize = 32 << 10;
/// How long a board may take to restart with its image.
const LEAVES_WITHIN: Duration = Duration::from_secs(10);
/// The file's name on the drive; no bootloader looks at it.
const NAME: &str = "IMAGE.UF2";

/// What is known of an image that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// The drive left: the bootloader had all blocks, and started the image. What is in the flash
    /// cannot be read back over a drive.
    Restarted,
    /// The drive is still there; nothing says whether the board has it.
    No,
}

/// Writes it; `progress` is told the bytes that were handed over. Meanwhile no other program of ours
/// writes to the drive.
///
/// # Errors
/// Where another one does, the drive fails before the last byte, or `stop` was set.
pub fn write_to(
    drive: &Drive,
    uf2: &[u8],
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, FlashError> {
    let lock = lock(drive)?;
    let path = drive.folder.join(NAME);
    let failed = |source| FlashError::Unwritable { source, path: path.display().to_string() };
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).open(&path).map_err(failed)?;
    let mut written = 0;
    for chunk in uf2.chunks(CHUNK) {
        if stop.load(Ordering::Relaxed) {
            return Err(FlashError::Stopped(state(written, uf2.len())));
        }
        let last = written + chunk.len() == uf2.len();
        // Out of the system's memory at once, or there is no telling how far it is.
        match file.write_all(chunk).and_then(|()| file.sync_data()) {
            Ok(()) => {}
            // The board restarts at its last block, whatever the system still wanted of the drive.
            Err(error) if last => {
                tracing::debug!(%error, "the end of a drive");
            }
            Err(source) => return Err(failed(source)),
        }
        written += chunk.len();
        progress(written as u64);
    }
    // A file that is open would keep the drive from leaving.
    drop((file, lock));
    let until = Instant::now() + LEAVES_WITHIN;
    while drive.is_there() {
        if Instant::now() > until || stop.load(Ordering::Relaxed) {
            return Ok(Verified::No);
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(Verified::Restarted)
}

/// Holds the drive against other programs of ours. Where it cannot be locked at all, as on some
/// systems, nothing is held.
fn lock(drive: &Drive) -> Result<Option<File>, FlashError> {
    let Ok(file) = File::open(drive.info_file()) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            Err(FlashError::DriveInUse(drive.folder.display().to_string()))
        }
        Err(TryLockError::Error(error)) => {
            tracing::debug!(%error, "the drive cannot be locked");
            Ok(None)
        }
    }
}

/// How a board is that got so much of an image.
fn state(written: usize, of: usize) -> String {
    match written {
        0 => "before anything was written; the board waits for an image as before".into(),
        _ => format!(
            "after {written} of {of} bytes; the board still waits for an image, and what was in its flash is partly written over: flash it again"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn pretend() -> (tempfile::TempDir, Drive) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("INFO_UF2.TXT"), "Board-ID: RPI-RP2").unwrap();
        let drive = Drive::at(Path::new("/nonexistent"), folder.path()).unwrap();
        (folder, drive)
    }

    #[test]
    fn a_drive_that_leaves_has_taken_the_image() {
        let (folder, drive) = pretend();
        let image: Vec<u8> = (0..100_000u32).map(|n| n as u8).collect();
        let expect = image.clone();
        let path = folder.path().to_owned();
        // A board: it leaves when all of it is there.
        let board = thread::Builder::new().name("board".into()).spawn(move || {
            while std::fs::read(path.join(NAME)).unwrap_or_default() != expect {
                thread::sleep(Duration::from_millis(5));
            }
            std::fs::remove_file(path.join("INFO_UF2.TXT")).unwrap();
        });
        let mut told = Vec::new();
        let done = write_to(&drive, &image, &AtomicBool::new(false), &mut |n| told.push(n));
        assert_eq!(done.unwrap(), Verified::Restarted);
        assert_eq!(told, [32_768, 65_536, 98_304, 100_000]);
        board.unwrap().join().unwrap();
    }

    #[test]
    fn it_can_be_stopped_and_a_drive_that_is_gone_is_said() {
        let (folder, drive) = pretend();
        let stopped = write_to(&drive, &[1; 512], &AtomicBool::new(true), &mut |_| {});
        let said = stopped.unwrap_err().to_string();
        assert!(said.contains("before anything was written"), "{said}");
        // Half way: the state of the board is said.
        let stop = AtomicBool::new(false);
        let image = vec![1; 100_000];
        let stopped = write_to(&drive, &image, &stop, &mut |_| stop.store(true, Ordering::Relaxed));
        let said = stopped.unwrap_err().to_string();
        assert!(said.contains("after 32768 of 100000 bytes; the board still waits"), "{said}");
        drop(folder);
        let gone = write_to(&drive, &[1; 512], &AtomicBool::new(false), &mut |_| {});
        assert!(matches!(gone, Err(FlashError::Unwritable { .. })));
    }

    #[test]
    fn two_of_us_do_not_write_to_one_drive() {
        let (folder, drive) = pretend();
        let other = lock(&drive).unwrap().unwrap();
        let refused = write_to(&drive, &[1; 512], &AtomicBool::new(false), &mut |_| {});
        assert!(matches!(refused, Err(FlashError::DriveInUse(_))));
        assert!(!folder.path().join(NAME).exists(), "nothing was begun");
        drop(other);
        lock(&drive).unwrap().unwrap();
    }
}
