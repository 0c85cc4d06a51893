//! Drives that boards show while they wait for an image.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{DriveInfo, FlashError};
use crate::ports::real_path;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drive {
    /// Where it is mounted.
    pub folder: PathBuf,
    /// What it says of itself.
    pub info: DriveInfo,
    /// Where on USB it hangs, as a port's place, `1-2.3`; `None` where the system does not say.
    pub place: Option<String>,
}

impl Drive {
    /// The drive that a person names, in a system whose files lie under `root`.
    ///
    /// # Errors
    /// Where it is no board's.
    pub fn at(root: &Path, folder: &Path) -> Result<Drive, FlashError> {
        let not = || FlashError::NotADrive(folder.display().to_string());
        let info = DriveInfo::on(folder).ok_or_else(not)?;
        let real = real_path(&folder.display().to_string());
        let mounted = places(root).into_iter().find(|(at, _)| *at == real || at == folder);
        let place = mounted.and_then(|(_, place)| place);
        Ok(Drive { folder: folder.to_owned(), info, place })
    }

    /// It is still there.
    pub(super) fn is_there(&self) -> bool {
        self.info_file().exists()
    }

    pub(super) fn info_file(&self) -> PathBuf {
        self.folder.join(super::info::FILE)
    }
}

/// For a person: where it is, what it is, where it hangs.
impl fmt::Display for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.folder.display())?;
        let place = self.place.as_ref().map(|place| format!("usb:{place}"));
        match (self.info.name(), place) {
            (Some(name), Some(place)) => write!(f, " ({name}, {place})"),
            (Some(one), None) => write!(f, " ({one})"),
            (None, Some(one)) => write!(f, " ({one})"),
            (None, None) => Ok(()),
        }
    }
}

/// All that are mounted, in a system whose files lie under `root`.
pub fn drives(root: &Path) -> Vec<Drive> {
    let on = |(folder, place): (PathBuf, _)| {
        Some(Drive { info: DriveInfo::on(&folder)?, folder, place })
    };
    places(root).into_iter().filter_map(on).collect()
}

/// Folders that may be such drives, and where on USB they hang.
#[cfg(target_os = "linux")]
fn places(root: &Path) -> Vec<(PathBuf, Option<String>)> {
    let text = std::fs::read_to_string(root.join("proc/mounts")).unwrap_or_default();
    let read = |line: &str| {
        let mut words = line.split(' ');
        let (device, folder, system) = (words.next()?, words.next()?, words.next()?);
        // Such a drive is a small FAT; looking at others may wake a disk or wait for a network.
        let fat = matches!(system, "vfat" | "msdos" | "fuseblk");
        fat.then(|| (unescaped(folder), usb_place(root, device)))
    };
    text.lines().filter_map(read).collect()
}

/// Where a disk hangs: the system's path to it names every hub on the way, and last the interface,
/// as `1-2.3:1.0`.
#[cfg(target_os = "linux")]
fn usb_place(root: &Path, device: &str) -> Option<String> {
    let name = Path::new(device).file_name()?;
    let path = std::fs::canonicalize(root.join("sys/class/block").join(name)).ok()?;
    let parts = path.components().filter_map(|part| part.as_os_str().to_str());
    let interface = parts.filter(|part| part.contains('-')).filter_map(|part| part.split_once(':'));
    let numbers = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '.');
    interface.map(|(place, _)| place.to_owned()).rfind(|place| numbers(place))
}

#[cfg(target_os = "macos")]
fn places(root: &Path) -> Vec<(PathBuf, Option<String>)> {
    let volumes = std::fs::read_dir(root.join("Volumes")).into_iter().flatten().flatten();
    volumes.map(|volume| (volume.path(), None)).collect()
}

#[cfg(windows)]
fn places(_: &Path) -> Vec<(PathBuf, Option<String>)> {
    let drive = |letter| PathBuf::from(format!("{}:\\", char::from(letter)));
    (b'D'..=b'Z').map(|letter| (drive(letter), None)).collect()
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn places(_: &Path) -> Vec<(PathBuf, Option<String>)> {
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
        std::fs::create_dir(folder.path().join("proc")).unwrap();
        let text = format!(
            "/dev/sda1 {disk} ext4 rw 0 0\n/dev/sdb1 {stick} vfat rw 0 0\n/dev/sdc1 {pico} vfat rw 0 0\nbroken\n"
        );
        std::fs::write(folder.path().join("proc/mounts"), text).unwrap();
        let found = drives(folder.path());
        assert_eq!(found.len(), 1);
        let pico = folder.path().join("RPI RP2");
        assert_eq!(found[0].folder, pico);
        assert_eq!(found[0].info.board_id.as_deref(), Some("RPI-RP2"));
        assert_eq!(found[0].place, None, "the system tells nothing of the disk");
        assert!(drives(Path::new("/nonexistent")).is_empty());
        assert!(matches!(Drive::at(folder.path(), folder.path()), Err(FlashError::NotADrive(_))));

        // Where the system tells, a drive is known by the place that its board hangs at.
        let disk = "sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.0/host6/target6:0:0/6:0:0:0/block/sdc/sdc1";
        std::fs::create_dir_all(folder.path().join(disk)).unwrap();
        std::fs::create_dir_all(folder.path().join("sys/class/block")).unwrap();
        let link = folder.path().join("sys/class/block/sdc1");
        std::os::unix::fs::symlink(folder.path().join(disk), link).unwrap();
        let found = drives(folder.path());
        assert_eq!(found[0].place.as_deref(), Some("1-2.3"));
        assert_eq!(Drive::at(folder.path(), &pico).unwrap(), found[0]);
        let shown = format!("{} (RPI-RP2, usb:1-2.3)", pico.display());
        assert_eq!(found[0].to_string(), shown);
    }
}
