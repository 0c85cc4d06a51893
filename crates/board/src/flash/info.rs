//! What a bootloader's drive says of itself.

use std::io::Read;
use std::path::Path;

use super::Family;
use crate::plain::plain;

/// The file that every such drive has.
pub(super) const FILE: &str = "INFO_UF2.TXT";
/// More of it is not read, in bytes.
const LIMIT: u64 = 4096;

/// The lines of `INFO_UF2.TXT` that matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriveInfo {
    /// What a person calls the board.
    pub model: Option<String>,
    /// The bootloader's name of the board, such as `RPI-RP2`.
    pub board_id: Option<String>,
}

impl DriveInfo {
    /// Of the drive at `folder`; `None` where it is no board's.
    pub(super) fn on(folder: &Path) -> Option<DriveInfo> {
        let mut text = String::new();
        std::fs::File::open(folder.join(FILE)).ok()?.take(LIMIT).read_to_string(&mut text).ok()?;
        Some(DriveInfo::read(&text))
    }

    fn read(text: &str) -> DriveInfo {
        let value = |key: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(':'));
            let found = lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(key));
            found.map(|(_, value)| plain(value)).filter(|value| !value.is_empty())
        };
        DriveInfo { model: value("Model"), board_id: value("Board-ID") }
    }

    /// The families that it takes, where the table knows the board.
    pub fn families(&self) -> Vec<&'static Family> {
        self.board_id.iter().flat_map(|id| Family::of_board_id(id)).collect()
    }

    /// What a person calls it.
    pub fn name(&self) -> Option<&str> {
        self.model.as_deref().or(self.board_id.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drive_says_what_board_it_is() {
        let text = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n";
        let info = DriveInfo::read(text);
        assert_eq!(info.model.as_deref(), Some("Raspberry Pi RP2"));
        assert_eq!(info.name(), Some("Raspberry Pi RP2"));
        let families = |text| {
            let families = DriveInfo::read(text).families();
            families.iter().map(|family| family.name).collect::<Vec<_>>()
        };
        assert_eq!(families(text), ["rp2040"]);
        assert_eq!(families("Board-ID: nRF52840-Feather-revD"), ["nrf52840"]);
        // One chip, two kinds of cores: the image decides.
        assert_eq!(families("Board-ID: RP2350"), ["rp2350", "rp2350-riscv"]);
        assert!(families("hello").is_empty());
    }
}
