//! Who holds a store, and where that one is found.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use server::Token;

/// Locked for as long as somebody holds the store: the system lets go of it also where that one was killed.
const LOCK: &str = "face.lock";
/// Says where the holder is.
const SIGN: &str = "face.json";
/// What is read of it, at most.
const LONGEST: u64 = 4096;

/// The right to be found on a store. Dropping it lets the next one have it.
#[derive(Debug)]
pub struct Hold {
    sign: PathBuf,
    /// Last, so that the sign is gone before the next one may put up its own.
    _lock: File,
}

/// How it went to take it.
#[derive(Debug)]
pub enum Taken {
    /// It is this program's.
    Mine(Hold),
    /// Another program has it.
    Others,
    /// The folder takes no locks or cannot be written to: nobody is found there.
    Nobodys,
}

/// Where the holder is found, and what opens it.
#[derive(Clone, Debug)]
pub struct Holder {
    /// On loopback.
    pub address: SocketAddr,
    /// What opens it.
    pub token: Token,
    /// What it is, as in `another window`.
    pub what: String,
}

#[derive(Serialize, Deserialize)]
struct Sign {
    address: SocketAddr,
    token: String,
    what: String,
    /// A store on a disk that computers share: loopback is another one there.
    machine: String,
}

impl Hold {
    /// Takes the hold on the store in a folder, which is made where it is not there.
    pub fn take(folder: &Path) -> Taken {
        let lock = fs::create_dir_all(folder).and_then(|()| {
            let mut options = OpenOptions::new();
            mine_alone(options.read(true).write(true).create(true).truncate(false));
            options.open(folder.join(LOCK))
        });
        let lock = match lock {
            Ok(lock) => lock,
            Err(error) => {
                tracing::debug!(%error, "no second window will find this one");
                return Taken::Nobodys;
            }
        };
        match lock.try_lock() {
            Ok(()) => {
                let sign = folder.join(SIGN);
                // Of a program that was killed.
                drop(fs::remove_file(&sign));
                Taken::Mine(Hold { sign, _lock: lock })
            }
            Err(TryLockError::WouldBlock) => Taken::Others,
            Err(TryLockError::Error(error)) => {
                tracing::debug!(%error, "no second window will find this one");
                Taken::Nobodys
            }
        }
    }

    /// Puts up the sign.
    ///
    /// # Errors
    /// The folder takes no file.
    pub(crate) fn say(&self, holder: &Holder) -> io::Result<()> {
        let sign = Sign {
            address: holder.address,
            token: holder.token.reveal().to_owned(),
            what: holder.what.clone(),
            machine: engine::machine_identity(),
        };
        // Beside it, then in its place: who looks meanwhile finds none or the whole.
        let aside = self.sign.with_extension("new");
        drop(fs::remove_file(&aside));
        let mut options = OpenOptions::new();
        mine_alone(options.write(true).create_new(true));
        options.open(&aside)?.write_all(&serde_json::to_vec(&sign)?)?;
        fs::rename(aside, &self.sign)
    }

    /// Takes the sign down: who looks now finds nobody, and waits for the hold.
    pub(crate) fn hush(&self) {
        if let Err(error) = fs::remove_file(&self.sign)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::debug!(%error, "the sign on the store stays");
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.hush();
    }
}

/// Where the holder of a store's folder is found. `None` where nobody says so, where others could have
/// written or read it, and where it is on another computer.
pub fn holder(folder: &Path) -> Option<Holder> {
    let file = File::open(folder.join(SIGN)).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if file.metadata().ok()?.permissions().mode() & 0o077 != 0 {
            tracing::warn!("others can read the sign on the store, so it is not believed");
            return None;
        }
    }
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let sign: Sign = serde_json::from_slice(&bytes).ok()?;
    let here = sign.address.ip().is_loopback() && sign.machine == engine::machine_identity();
    let token = Token::of_text(&sign.token)?;
    here.then_some(Holder { address: sign.address, token, what: sign.what })
}

/// A file that its user alone can read.
fn mine_alone(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Holder {
        let token = Token::new().unwrap();
        Holder { address: address.parse().unwrap(), token, what: "another window".into() }
    }

    fn taken(folder: &Path) -> Hold {
        match Hold::take(folder) {
            Taken::Mine(hold) => hold,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_holds_it_and_is_found_until_it_lets_go() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("store");
        let hold = taken(&folder);
        assert!(holder(&folder).is_none(), "it has not said where it is");
        assert!(matches!(Hold::take(&folder), Taken::Others));
        let first = at("127.0.0.1:4000");
        hold.say(&first).unwrap();
        let found = holder(&folder).unwrap();
        assert_eq!((found.address, found.what), (first.address, first.what.clone()));
        assert_eq!(found.token.reveal(), first.token.reveal());
        hold.say(&at("[::1]:4001")).unwrap();
        assert_eq!(holder(&folder).unwrap().address.port(), 4001);
        drop(hold);
        assert!(holder(&folder).is_none());
        drop(taken(&folder));
    }

    #[test]
    fn what_a_killed_one_left_is_taken_down_and_others_are_not_believed() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path();
        let hold = taken(folder);
        hold.say(&at("127.0.0.1:4000")).unwrap();
        let left = fs::read(folder.join(SIGN)).unwrap();
        drop(hold);
        let put = |text: &[u8]| {
            drop(fs::remove_file(folder.join(SIGN)));
            let mut options = OpenOptions::new();
            mine_alone(options.write(true).create_new(true));
            options.open(folder.join(SIGN)).unwrap().write_all(text).unwrap();
        };
        put(&left);
        assert!(holder(folder).is_some());
        let text = String::from_utf8(left.clone()).unwrap();
        for (from, to) in [("127.0.0.1", "192.0.2.7"), ("\"host-", "\"host-x"), ("{", "[")] {
            assert!(text.contains(from), "{text}");
            put(text.replacen(from, to, 1).as_bytes());
            assert!(holder(folder).is_none(), "{to}");
        }
        put(&left);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let sign = folder.join(SIGN);
            assert_eq!(fs::metadata(&sign).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&sign, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(holder(folder).is_none(), "others can read it");
        }
        drop(taken(folder));
        assert!(!folder.join(SIGN).exists());
    }

    #[test]
    fn a_folder_that_takes_nothing_is_nobodys() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(Hold::take(&file.join("store")), Taken::Nobodys));
    }
}
