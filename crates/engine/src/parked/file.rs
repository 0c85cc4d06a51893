//! The file of what was put off: in the store's folder, for its user alone.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use protocol::{Command, RunId};
use serde::{Deserialize, Serialize};

const NAME: &str = "parked.json";
/// Of its form.
const VERSION: u32 = 1;
/// Entries and bytes of it, at most.
const MOST: usize = 4096;
const LONGEST: usize = 64 << 20;

/// Something that is to be taken up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// What it works on, in a few words.
    pub(crate) title: String,
    /// Runs that it had begun; what they recorded is kept.
    pub(crate) runs: Vec<RunId>,
    pub(crate) command: Command,
}

#[derive(Serialize, Deserialize)]
struct Parked {
    version: u32,
    parked: Vec<Entry>,
}

/// What is there.
pub(super) enum Found {
    Nothing,
    Entries(Vec<Entry>),
    /// It cannot be used and was set aside: why, and where it is now.
    SetAside(String, PathBuf),
}

/// Writes them in the place of what was there before; returns those there was no room for.
pub(super) fn write(folder: &Path, entries: &[Entry]) -> io::Result<Vec<Entry>> {
    let path = folder.join(NAME);
    if entries.is_empty() {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(Vec::new()),
        };
    }
    let (mut parked, mut left, mut bytes) = (Vec::new(), Vec::new(), 64);
    for entry in entries {
        // Each is written twice for this, and the file seldom.
        let long = serde_json::to_vec(entry)?.len() + 1;
        if parked.len() < MOST && bytes + long <= LONGEST {
            bytes += long;
            parked.push(entry.clone());
        } else {
            left.push(entry.clone());
        }
    }
    fs::create_dir_all(folder)?;
    // Beside it, then in its place: a program that is killed leaves the old one.
    let aside = path.with_extension("new");
    drop(fs::remove_file(&aside));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    file.write_all(&serde_json::to_vec(&Parked { version: VERSION, parked })?)?;
    file.sync_all()?;
    fs::rename(aside, path)?;
    Ok(left)
}

/// Reads what is there; the file stays until it is written anew.
///
/// # Errors
/// It can neither be read nor set aside, and stays as it is.
pub(super) fn read(folder: &Path) -> io::Result<Found> {
    let path = folder.join(NAME);
    let stays = |error: io::Error| {
        io::Error::new(error.kind(), format!("{error}; it stays as it is: {}", path.display()))
    };
    let read = match open(&path) {
        Ok(file) => entries(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        // What a link leads to was not written here.
        Err(_) if path.is_symlink() => Err("it is a link".into()),
        Err(error) => return Err(stays(error)),
    };
    match read {
        Ok(entries) => Ok(Found::Entries(entries)),
        Err(why) => {
            let aside = folder.join(format!("parked-set-aside-{}.json", store::now_ms()));
            fs::rename(&path, &aside).map_err(stays)?;
            Ok(Found::SetAside(why, aside))
        }
    }
}

/// Follows no link, and waits for nobody who would write to a pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Why a file is none that was written here. What stands in it is done without asking: nobody else may have written
/// it.
fn refused(known: &Metadata, #[cfg(unix)] user: u32) -> Option<&'static str> {
    if !known.is_file() {
        return Some("it is no file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if known.uid() != user {
            return Some("it is another user's");
        }
        if known.mode() & 0o077 != 0 {
            return Some("others can write or read it");
        }
    }
    None
}

fn entries(file: File) -> Result<Vec<Entry>, String> {
    let known = file.metadata().map_err(|error| error.to_string())?;
    #[cfg(unix)]
    let refused = refused(&known, rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    let refused = refused(&known);
    if let Some(why) = refused {
        return Err(why.into());
    }
    let mut bytes = Vec::new();
    let limit = LONGEST as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > LONGEST {
        return Err("it is longer than any that was written".into());
    }
    let parked: Parked = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    match parked.version {
        VERSION if parked.parked.len() <= MOST => Ok(parked.parked),
        VERSION => Err("it has more entries than any that was written".into()),
        other => Err(format!("its form is version {other}, and this program knows {VERSION}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str) -> Entry {
        let command = Command::FetchModel { name: title.into() };
        Entry { title: title.into(), runs: vec![RunId::from("r")], command }
    }

    fn found(folder: &Path) -> Vec<Entry> {
        match read(folder).unwrap() {
            Found::Entries(entries) => entries,
            Found::Nothing => Vec::new(),
            Found::SetAside(why, _) => panic!("{why}"),
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_takes_it_away() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("store");
        let two = [entry("a"), entry("b")];
        assert_eq!(write(&folder, &two).unwrap(), []);
        assert_eq!((found(&folder), found(&folder)), (two.to_vec(), two.to_vec()));
        assert_eq!(write(&folder, &[]).unwrap(), []);
        assert_eq!(found(&folder), []);
        assert_eq!(write(&folder, &[]).unwrap(), []);
    }

    #[test]
    fn what_is_too_much_is_left_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let many: Vec<_> = (0..MOST + 3).map(|n| entry(&n.to_string())).collect();
        assert_eq!(write(folder.path(), &many).unwrap(), many[MOST..]);
        assert_eq!(found(folder.path()).len(), MOST);
        let long = "x".repeat(LONGEST);
        assert_eq!(write(folder.path(), &[entry(&long), entry("b")]).unwrap(), [entry(&long)]);
        assert_eq!(found(folder.path()), [entry("b")]);
    }

    #[test]
    fn what_cannot_be_used_is_set_aside_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        for bytes in ["", "{", "{\"version\":2,\"parked\":[]}", "{\"version\":1,\"parked\":[{}]}"] {
            write(folder.path(), &[entry("a")]).unwrap();
            // In its place, so that it stays its user's alone.
            fs::write(&path, bytes).unwrap();
            let Found::SetAside(why, aside) = read(folder.path()).unwrap() else {
                panic!("{bytes}")
            };
            assert!(!why.is_empty());
            assert_eq!(fs::read_to_string(&aside).unwrap(), bytes);
            assert!(!path.exists());
            fs::remove_file(aside).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_users_alone_or_not_believed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[entry("a")]).unwrap();
        let path = folder.path().join(NAME);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let user = rustix::process::geteuid().as_raw();
        let known = fs::metadata(&path).unwrap();
        assert_eq!(refused(&known, user), None);
        assert_eq!(refused(&known, user + 1), Some("it is another user's"));
        for mode in [0o622, 0o640, 0o604] {
            write(folder.path(), &[entry("a")]).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let Found::SetAside(why, aside) = read(folder.path()).unwrap() else {
                panic!("{mode:o}")
            };
            assert!(why.contains("others can"), "{why}");
            fs::remove_file(aside).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_pipes_and_folders_are_not_believed_and_set_aside_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let elsewhere = folder.path().join("elsewhere");
        write(&elsewhere, &[entry("a")]).unwrap();
        let target = elsewhere.join(NAME);
        let set_aside = || {
            let Found::SetAside(why, aside) = read(folder.path()).unwrap() else { panic!("read") };
            assert!(path.symlink_metadata().is_err());
            (why, aside)
        };
        for target in [target.as_path(), Path::new("nowhere")] {
            std::os::unix::fs::symlink(target, &path).unwrap();
            let (why, aside) = set_aside();
            assert_eq!((why.as_str(), aside.is_symlink()), ("it is a link", true));
            fs::remove_file(aside).unwrap();
        }
        assert_eq!(found(&elsewhere), [entry("a")], "what it led to stays");
        fs::create_dir(&path).unwrap();
        let (why, aside) = set_aside();
        assert_eq!((why.as_str(), aside.is_dir()), ("it is no file", true));
        fs::remove_dir(aside).unwrap();
        #[cfg(target_os = "linux")]
        {
            let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
            rustix::fs::mknodat(rustix::fs::CWD, &path, kind, mode, 0).unwrap();
            assert_eq!(set_aside().0, "it is no file");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_opened_stays_and_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        // Nobody opens a socket, whoever they are.
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let Err(error) = read(folder.path()) else { panic!("read") };
        assert!(error.to_string().contains("it stays as it is"), "{error}");
        assert!(path.exists());
    }
}
