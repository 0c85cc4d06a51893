//! The processor's own energy counter (RAPL), where the kernel offers it and lets us read it.
//!
//! It counts the whole package: other programs are in it too. Where there is none, energy is
//! absent.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Where Linux keeps it.
const RAPL: &str = "/sys/class/powercap/intel-rapl:0";

/// A counter that wraps, made into one that does not.
pub(super) struct EnergyCounter {
    /// Kept open: it is read between two tokens.
    file: File,
    range_uj: u64,
    last_uj: u64,
    sum_uj: u64,
}

impl EnergyCounter {
    /// The first package's counter, if it can be read.
    pub(super) fn find() -> Option<Self> {
        EnergyCounter::at(Path::new(RAPL))
    }

    fn at(folder: &Path) -> Option<Self> {
        let mut file = File::open(folder.join("energy_uj")).ok()?;
        let last_uj = number(&mut file)?;
        let range_uj = text_number(&fs::read(folder.join("max_energy_range_uj")).ok()?)?;
        Some(EnergyCounter { file, range_uj, last_uj, sum_uj: 0 })
    }

    /// Microjoules since the counter was found.
    pub(super) fn read_uj(&mut self) -> Option<u64> {
        let now = number(&mut self.file)?;
        let step = match now.checked_sub(self.last_uj) {
            Some(step) => step,
            None => self.range_uj.saturating_sub(self.last_uj).saturating_add(now),
        };
        self.last_uj = now;
        self.sum_uj = self.sum_uj.saturating_add(step);
        Some(self.sum_uj)
    }
}

/// The number that a file holds now.
fn number(file: &mut File) -> Option<u64> {
    let mut text = [0; 32];
    file.seek(SeekFrom::Start(0)).ok()?;
    let n = file.read(&mut text).ok()?;
    text_number(text.get(..n)?)
}

fn text_number(text: &[u8]) -> Option<u64> {
    str::from_utf8(text).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_goes_on_when_the_hardware_wraps() {
        let folder = tempfile::tempdir().unwrap();
        let set = |name: &str, value: u64| {
            fs::write(folder.path().join(name), format!("{value}\n")).unwrap();
        };
        set("max_energy_range_uj", 1000);
        set("energy_uj", 900);
        let mut counter = EnergyCounter::at(folder.path()).unwrap();
        set("energy_uj", 950);
        assert_eq!(counter.read_uj(), Some(50));
        set("energy_uj", 30);
        assert_eq!(counter.read_uj(), Some(130));
        fs::write(folder.path().join("energy_uj"), "").unwrap();
        assert_eq!(counter.read_uj(), None);
    }

    #[test]
    fn no_counter_means_no_energy() {
        assert!(EnergyCounter::at(tempfile::tempdir().unwrap().path()).is_none());
    }
}
