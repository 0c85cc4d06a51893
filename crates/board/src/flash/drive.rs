//! Drives that boards show while they wait for an image.

use std::path::{Path, PathBuf};

use super::{DriveInfo, FlashError};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drive {
    /// Where it is mounted.
    pub folder: PathBuf,
    /// What it says of itself.
    pub info: DriveInfo,
}

impl Drive {
    /// The drive that a person names.
    ///
    /// # Errors
    /// Where it is no board's.
    pub fn at(folder: &Path) -> Result<Drive, FlashError> {
        let not = || FlashError::NotADrive(folder.display().to_string());
        let info = DriveInfo::on(folder).ok_or_else(not)?;
        Ok(Drive { folder: folder.to_owned(), info })
    }

    /// It is still there.
    pub(super) fn is_there(&self) -> bool {
        self.folder.join(super::info::FILE).exists()
    }
}

/// All that are mounted. `mounts` is the system's list of them, where it has one
/// (`/proc/mounts`).
pub fn drives(mounts: &Path) -> Vec<Drive> {
    let on = |folder: PathBuf| Some(Drive { info: DriveInfo::on(&folder)?, folder });
    places(mounts).into_iter().filter_map(on).collect()
}

#[cfg(target_os = "linux")]
fn places(mounts: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(mounts).unwrap_or_default();
    // Such a drive is a small FAT; looking at others may wake a disk or wait for a network.
    let fat = |line: &&str| matches!(line.split(' ').nth(2), Some("vfat" | "msdos" | "fuseblk"));
    text.lines().filter(fat).filter_map(|line| line.split(' ').nth(1)).map(unescaped).collect()
}

#[cfg(target_os = "macos")]
fn places(_: &Path) -> Vec<PathBuf> {
    let volumes = std::fs::read_dir("/Volumes").into_iter().flatten().flatten();
    volumes.map(|volume| volume.path()).collect()
}

#[cfg(windows)]
fn places(_: &Path) -> Vec<PathBuf> {
    (b'D'..=b'Z').map(|letter| PathBuf::from(format!("{}:\\", char::from(letter)))).collect()
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn places(_: &Path) -> Vec<PathBuf> {
    Vec::new()
}

/// A path in which blanks are written `\040`.
#[cfg(target_os = "linux")]
fn unescaped(path: &str) -> PathBuf {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let octal = after.first_chunk::<3>().filter(|_| first == b'\\');
        let code = octal
            .and_then(|digits| str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_small_drives_with_the_file_are_boards() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, info: Option<&str>| {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).unwrap();
            if let Some(info) = info {
                std::fs::write(path.join("INFO_UF2.TXT"), info).unwrap();
            }
            path.display().to_string().replace(' ', "\\040")
        };
        let pico = make("RPI RP2", Some("Board-ID: RPI-RP2"));
        let (stick, disk) = (make("stick", None), make("disk", Some("Board-ID: RPI-RP2")));
        let mounts = folder.path().join("mounts");
        let text = format!(
            "/dev/sda1 {disk} ext4 rw 0 0\n/dev/sdb1 {stick} vfat rw 0 0\n/dev/sdc1 {pico} vfat rw 0 0\nbroken\n"
        );
        std::fs::write(&mounts, text).unwrap();
        let found = drives(&mounts);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].folder, folder.path().join("RPI RP2"));
        assert_eq!(found[0].info.board_id.as_deref(), Some("RPI-RP2"));
        assert!(drives(Path::new("/nonexistent")).is_empty());
        assert!(matches!(Drive::at(folder.path()), Err(FlashError::NotADrive(_))));
    }
}
