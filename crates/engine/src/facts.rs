//! Facts about this computer that bear on a measurement. What cannot be found out is `None`.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Where Linux tells about power, temperature and clocks.
const SYS: &str = "/sys";

/// What a run is measured on, besides the board.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts {
    pub(crate) cpu: Option<String>,
    pub(crate) cores: Option<usize>,
    pub(crate) governor: Option<String>,
    pub(crate) power_source: Option<PowerSource>,
    pub(crate) temperature_c: Option<f64>,
    /// One-minute load average.
    pub(crate) load: Option<f64>,
    pub(crate) os: Option<String>,
    pub(crate) kernel: Option<String>,
}

/// What feeds this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PowerSource {
    Mains,
    Battery,
}

impl PowerSource {
    pub(crate) fn name(self) -> &'static str {
        match self {
            PowerSource::Mains => "mains",
            PowerSource::Battery => "battery",
        }
    }
}

/// Looks now.
pub(crate) fn facts() -> Facts {
    let system = sysinfo::System::new_with_specifics(
        sysinfo::RefreshKind::nothing().with_cpu(sysinfo::CpuRefreshKind::nothing()),
    );
    let brand = system
        .ok()
        .and_then(|system| system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()));
    Facts {
        cpu: brand.filter(|brand| !brand.is_empty()),
        cores: std::thread::available_parallelism().ok().map(Into::into),
        governor: governor(Path::new(SYS)),
        power_source: power_source(Path::new(SYS)),
        temperature_c: temperature_c(Path::new(SYS)),
        load: load(),
        os: sysinfo::System::long_os_version().ok(),
        kernel: sysinfo::System::kernel_version().ok(),
    }
}

/// The one-minute load average; Windows has none.
pub(crate) fn load() -> Option<f64> {
    let load = sysinfo::System::load_average().ok().filter(|_| cfg!(unix))?;
    Some(load.one).filter(|load| load.is_finite())
}

/// An identity of this computer that says nothing else about it: a hash of its machine id.
pub fn machine_identity() -> String {
    let id = ["/etc/machine-id", "/var/lib/dbus/machine-id"]
        .iter()
        .find_map(|path| text(Path::new(path)))
        .or_else(|| sysinfo::System::host_name().ok())
        .unwrap_or_default();
    let digest = Sha256::digest(format!("benchvise board {id}"));
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("host-{hex}")
}

/// This computer's name, for people; empty where it has none.
pub fn machine_name() -> String {
    sysinfo::System::host_name().ok().unwrap_or_default()
}

fn governor(sys: &Path) -> Option<String> {
    text(&sys.join("devices/system/cpu/cpu0/cpufreq/scaling_governor"))
}

fn power_source(sys: &Path) -> Option<PowerSource> {
    let mut source = None;
    for supply in fs::read_dir(sys.join("class/power_supply")).ok()?.flatten() {
        let path = supply.path();
        match text(&path.join("type")).as_deref() {
            Some("Mains") if text(&path.join("online")).as_deref() == Some("1") => {
                return Some(PowerSource::Mains);
            }
            // A mouse's battery feeds nobody: only one that discharges while nothing else feeds.
            Some("Battery")
                if text(&path.join("scope")).as_deref() != Some("Device")
                    && text(&path.join("status")).as_deref() == Some("Discharging") =>
            {
                source = Some(PowerSource::Battery);
            }
            _ => {}
        }
    }
    source
}

fn temperature_c(sys: &Path) -> Option<f64> {
    let zones = fs::read_dir(sys.join("class/thermal")).ok()?.flatten();
    zones
        .filter(|zone| zone.file_name().to_string_lossy().starts_with("thermal_zone"))
        .filter_map(|zone| text(&zone.path().join("temp"))?.parse::<f64>().ok())
        .map(|millidegrees| millidegrees / 1000.0)
        .filter(|celsius| (-40.0..150.0).contains(celsius))
        .reduce(f64::max)
}

/// A small text file, trimmed; `None` where it is absent or empty.
fn text(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        root
    }

    #[test]
    fn a_discharging_battery_without_mains_is_battery() {
        let battery = [
            ("class/power_supply/BAT0/type", "Battery\n"),
            ("class/power_supply/BAT0/status", "Discharging\n"),
        ];
        assert_eq!(power_source(tree(&battery).path()), Some(PowerSource::Battery));
        let plugged = [
            battery[0],
            battery[1],
            ("class/power_supply/AC/type", "Mains\n"),
            ("class/power_supply/AC/online", "1\n"),
        ];
        assert_eq!(power_source(tree(&plugged).path()), Some(PowerSource::Mains));
        let mouse = [battery[0], battery[1], ("class/power_supply/BAT0/scope", "Device\n")];
        assert_eq!(power_source(tree(&mouse).path()), None);
        assert_eq!(power_source(tree(&[]).path()), None);
    }

    #[test]
    fn the_hottest_believable_zone_counts() {
        let zones = [
            ("class/thermal/thermal_zone0/temp", "41000\n"),
            ("class/thermal/thermal_zone1/temp", "55500\n"),
            ("class/thermal/thermal_zone2/temp", "255000\n"),
            ("class/thermal/cooling_device0/temp", "90000\n"),
        ];
        assert_eq!(temperature_c(tree(&zones).path()), Some(55.5));
        assert_eq!(temperature_c(tree(&[]).path()), None);
    }

    #[test]
    fn the_identity_is_stable_and_no_machine_id() {
        assert_eq!(machine_identity(), machine_identity());
        assert_eq!(machine_identity().len(), "host-".len() + 12);
    }
}
