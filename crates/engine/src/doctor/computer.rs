//! What this computer offers: energy, a display, a GPU, calm.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use protocol::{Event, Finding, Health};

use super::{finding, ok};
use crate::facts::Facts;
use crate::fingerprint::warnings;

/// The first package's energy counter, below the root folder.
const RAPL: &str = "sys/class/powercap/intel-rapl:0";

/// The processor's energy counter (RAPL), which the host board reads.
pub(super) fn energy_counter(root: &Path) -> Finding {
    let folder = root.join(RAPL);
    if !folder.exists() {
        let seen = "none; runs on this computer have no energy, as on most virtual machines";
        return finding("energy counter", Health::Absent, seen, None);
    }
    let read = |name: &str| fs::read_to_string(folder.join(name));
    // The host board needs both.
    counter(&folder.join("energy_uj"), read("max_energy_range_uj").and(read("energy_uj")))
}

/// What reading the counter came to.
fn counter(path: &Path, read: io::Result<String>) -> Finding {
    const WHAT: &str = "energy counter";
    match read {
        Ok(text) if text.trim().parse::<u64>().is_ok() => {
            ok(WHAT, format!("can be read: {}", path.display()))
        }
        Ok(_) => {
            let seen = format!("it says no number: {}", path.display());
            finding(WHAT, Health::Warning, seen, None)
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let seen = format!("only root may read it: {}", path.display());
            let hint = format!(
                "`sudo chmod a+r {}` until the next start; every program can then read it, which \
                 some attacks use",
                path.display()
            );
            finding(WHAT, Health::Warning, seen, Some(&hint))
        }
        Err(error) => {
            let seen = format!("it cannot be read ({error}): {}", path.display());
            finding(WHAT, Health::Warning, seen, None)
        }
    }
}

/// Whether a window could open. Only systems with X11 or Wayland tell beforehand.
pub(super) fn display(root: &Path, env: &dyn Fn(&str) -> Option<String>) -> Finding {
    if cfg!(any(windows, target_os = "macos")) {
        return ok("display", "the system's own");
    }
    unix_display(root, env)
}

fn unix_display(root: &Path, env: &dyn Fn(&str) -> Option<String>) -> Finding {
    const WHAT: &str = "display";
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    if let Some(name) = set("WAYLAND_DISPLAY") {
        let socket = PathBuf::from(set("XDG_RUNTIME_DIR").unwrap_or_default()).join(&name);
        if socket.exists() {
            return ok(WHAT, format!("Wayland, {name}"));
        }
        // X11 may be there all the same.
        if set("DISPLAY").is_none() {
            let seen = format!("WAYLAND_DISPLAY is {name} and there is no such socket");
            let hint = "start the program from the desktop, or set XDG_RUNTIME_DIR";
            return finding(WHAT, Health::Warning, seen, Some(hint));
        }
    }
    let Some(name) = set("DISPLAY") else {
        let seen = "no display: commands work, the window cannot open";
        return finding(WHAT, Health::Absent, seen, None);
    };
    // `:1.0` is a socket of this computer; anything before the colon is reached otherwise.
    let local = name.strip_prefix(':').map(|rest| rest.split('.').next().unwrap_or(rest));
    match local {
        Some(number) if !root.join("tmp/.X11-unix").join(format!("X{number}")).exists() => {
            let seen = format!("DISPLAY is {name} and no X server is there");
            let hint = "start the program from the desktop, or correct DISPLAY";
            finding(WHAT, Health::Warning, seen, Some(hint))
        }
        _ => ok(WHAT, format!("X11, {name}")),
    }
}

/// Graphics processors that could be used, and that this version uses none.
pub(super) fn gpu(root: &Path) -> Finding {
    const CPU_ONLY: &str = "compression runs on the processor in this version";
    let mut found: Vec<String> = Vec::new();
    match fs::read_to_string(root.join("proc/driver/nvidia/version")) {
        Ok(text) => found.push(match nvidia_version(&text) {
            Some(version) => format!("NVIDIA, driver {version}"),
            None => "NVIDIA".to_owned(),
        }),
        Err(_) if root.join("dev/nvidiactl").exists() => found.push("NVIDIA".to_owned()),
        Err(_) => {}
    }
    let cards = fs::read_dir(root.join("sys/class/drm")).into_iter().flatten().flatten();
    for card in cards {
        let vendor = fs::read_to_string(card.path().join("device/vendor")).unwrap_or_default();
        let name = match vendor.trim() {
            "0x1002" => "AMD",
            "0x8086" => "Intel",
            "0x10de" => "NVIDIA",
            _ => continue,
        };
        // A card has several entries: itself, its outputs, its render node.
        if !found.iter().any(|known| known.starts_with(name)) {
            found.push(name.to_owned());
        }
    }
    found.sort();
    match found.as_slice() {
        [] => finding("GPU", Health::Absent, format!("none is seen; {CPU_ONLY}"), None),
        found => ok("GPU", format!("{}; {CPU_ONLY}", found.join(" and "))),
    }
}

/// The number in `NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb …`.
fn nvidia_version(text: &str) -> Option<&str> {
    let digits = |word: &&str| {
        word.contains('.')
            && word.chars().all(|c| c.is_ascii_digit() || c == '.')
            && word.len() < 20
    };
    text.lines().next()?.split_whitespace().find(digits)
}

/// What would make figures worse just now.
pub(super) fn circumstances(facts: &Facts) -> Vec<Finding> {
    const WHAT: &str = "circumstances";
    let found: Vec<Finding> = warnings(facts)
        .into_iter()
        .filter_map(|event| match event {
            Event::Notice { text, hint, .. } => {
                Some(finding(WHAT, Health::Warning, text, hint.as_deref()))
            }
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return vec![ok(WHAT, "calm, and not on battery")];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_that_only_root_may_read_comes_with_the_exact_remedy() {
        let path = Path::new("/sys/class/powercap/intel-rapl:0/energy_uj");
        let found = counter(path, Err(io::ErrorKind::PermissionDenied.into()));
        assert_eq!(found.health, Health::Warning);
        let remedy = "`sudo chmod a+r /sys/class/powercap/intel-rapl:0/energy_uj`";
        assert!(found.hint.unwrap().starts_with(remedy));
    }

    #[test]
    fn the_nvidia_driver_is_named_by_its_version() {
        let line =
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 2024\nGCC";
        assert_eq!(nvidia_version(line), Some("550.54.14"));
        assert_eq!(nvidia_version("NVRM"), None);
        assert_eq!(nvidia_version(""), None);
    }
}
