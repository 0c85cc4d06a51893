//! Who has a port open. Linux tells, by the files of each process; other systems only refuse.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Port, PortKind, PortState, real_path};

/// A program that has a port open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its name, as the system keeps it: at most fifteen letters.
    pub program: String,
    /// Its process id.
    pub pid: u32,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (process {})", self.program, self.pid)
    }
}

/// Marks those free ports busy that another program has open. Nothing is looked at where no board
/// and no meter is attached: it takes some milliseconds.
pub(super) fn mark(proc: &Path, ports: &mut [Port]) {
    let asked = |port: &Port| matches!(port.state, PortState::Free | PortState::Bootloader { .. });
    if !ports.iter().any(|port| asked(port) && port.kind() != PortKind::Other) {
        return;
    }
    let wanted: BTreeMap<PathBuf, usize> = ports
        .iter()
        .enumerate()
        .filter(|(_, port)| asked(port))
        .map(|(place, port)| (real_path(&port.path), place))
        .collect();
    for (path, by) in look(proc, |path| wanted.contains_key(path)) {
        if let Some(port) = wanted.get(&path).and_then(|&place| ports.get_mut(place)) {
            port.state = PortState::Busy { by };
        }
    }
}

/// Who has `path` open beside us; only programs of the same user can be seen, unless that is root.
pub fn holder_of(path: &str) -> Option<Holder> {
    let path = real_path(path);
    look(Path::new("/proc"), |other| other == path).into_values().next()
}

/// The wanted files that processes other than ours have open.
fn look(proc: &Path, wanted: impl Fn(&Path) -> bool) -> BTreeMap<PathBuf, Holder> {
    let mut found = BTreeMap::new();
    let Ok(processes) = fs::read_dir(proc) else { return found };
    for process in processes.flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if pid == std::process::id() {
            continue;
        }
        // A process of somebody else does not show its files.
        let Ok(files) = fs::read_dir(process.path().join("fd")) else { continue };
        for path in files.flatten().filter_map(|file| fs::read_link(file.path()).ok()) {
            if wanted(&path) {
                let program = name(&process.path());
                found.entry(path).or_insert(Holder { program, pid });
            }
        }
    }
    found
}

fn name(process: &Path) -> String {
    let comm = fs::read_to_string(process.join("comm")).unwrap_or_default();
    match comm.trim() {
        "" => "a program".into(),
        name => name.into(),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::UsbIdentity;

    fn process(proc: &Path, pid: u32, comm: &str, files: &[&Path]) {
        let folder = proc.join(pid.to_string());
        fs::create_dir_all(folder.join("fd")).unwrap();
        fs::write(folder.join("comm"), comm).unwrap();
        for (number, file) in files.iter().enumerate() {
            symlink(file, folder.join("fd").join(number.to_string())).unwrap();
        }
    }

    fn port(path: &Path) -> Port {
        let usb = UsbIdentity {
            vid: 0x2e8a,
            pid: 0x000a,
            serial: None,
            product: None,
            place: None,
            part: None,
        };
        Port { path: path.display().to_string(), state: PortState::Free, usb: Some(usb) }
    }

    #[test]
    fn the_program_that_has_a_port_open_is_named_also_where_it_came_by_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let [proc, dev] = ["proc", "dev"].map(|name| folder.path().join(name));
        fs::create_dir_all(&dev).unwrap();
        let [held, free] = ["ttyACM0", "ttyACM1"].map(|name| dev.join(name));
        for port in [&held, &free] {
            fs::write(port, "").unwrap();
        }
        let link = dev.join("my-board");
        symlink(&held, &link).unwrap();
        process(&proc, 7, "minicom\n", &[Path::new("/dev/null"), &held]);
        process(&proc, std::process::id(), "me", &[&free]);
        fs::create_dir_all(proc.join("sys")).unwrap();
        let mut ports = vec![port(&link), port(&free)];
        mark(&proc, &mut ports);
        let by = Holder { program: "minicom".into(), pid: 7 };
        assert_eq!(ports[0].state, PortState::Busy { by });
        assert_eq!(ports[1].state, PortState::Free);
    }

    #[test]
    fn a_system_without_proc_leaves_ports_as_they_are() {
        let mut ports = vec![port(Path::new("/dev/null"))];
        mark(Path::new("/no/such/folder"), &mut ports);
        assert_eq!(ports[0].state, PortState::Free);
    }
}
