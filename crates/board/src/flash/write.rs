//! Writes a UF2 onto a board's drive and waits for the board to take it.

use std::fs::OpenOptions;
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

/// Writes it; `progress` is told the bytes that were handed over.
///
/// # Errors
/// Where the drive fails before the last byte, or `stop` was set.
pub fn write_to(
    drive: &Drive,
    uf2: &[u8],
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, FlashError> {
    let path = drive.folder.join(NAME);
    let failed = |source| FlashError::Unwritable { source, path: path.display().to_string() };
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).open(&path).map_err(failed)?;
    let mut written = 0;
    for chunk in uf2.chunks(CHUNK) {
        if stop.load(Ordering::Relaxed) {
            return Err(FlashError::Stopped);
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
    drop(file);
    let until = Instant::now() + LEAVES_WITHIN;
    while drive.is_there() {
        if Instant::now() > until || stop.load(Ordering::Relaxed) {
            return Ok(Verified::No);
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(Verified::Restarted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pretend() -> (tempfile::TempDir, Drive) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("INFO_UF2.TXT"), "Board-ID: RPI-RP2").unwrap();
        let drive = Drive::at(folder.path()).unwrap();
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
        assert!(matches!(stopped, Err(FlashError::Stopped)));
        drop(folder);
        let gone = write_to(&drive, &[1; 512], &AtomicBool::new(false), &mut |_| {});
        assert!(matches!(gone, Err(FlashError::Unwritable { .. })));
    }
}
