//! Ways of getting an image onto a board, and which a board takes: one table.

use super::FlashError;
use crate::known::{Known, Role};

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The board shows a drive, and takes a file that is copied onto it.
    Drive,
    /// The chip's bootloader listens on the serial port: chips of Espressif.
    Serial,
    /// A debug probe writes through the chip's own debug port.
    Probe,
}

impl Way {
    /// One word, for a command line.
    pub fn name(self) -> &'static str {
        match self {
            Way::Drive => "drive",
            Way::Serial => "serial",
            Way::Probe => "probe",
        }
    }

    /// Whether it is in this program: two of them are features of the build.
    pub fn is_built(self) -> bool {
        match self {
            Way::Drive => true,
            Way::Serial => cfg!(feature = "espflash"),
            Way::Probe => cfg!(feature = "probe-rs"),
        }
    }

    /// How to get a program that has it, and what does the same meanwhile: `instead` is the vendor's
    /// own command.
    pub fn missing(self, instead: String) -> FlashError {
        let (what, feature) = match self {
            Way::Drive => ("drives of boards", "default"),
            Way::Serial => ("the bootloader of Espressif's chips", "espflash"),
            Way::Probe => ("debug probes", "probe-rs"),
        };
        FlashError::NotBuilt { what, feature, instead }
    }
}

/// How the chips of a family get their image.
#[derive(Debug, PartialEq, Eq)]
pub struct Ways {
    /// The family, as in the table of boards or of UF2 families.
    pub family: &'static str,
    /// What they take, the most convenient first; none where nothing here writes to them.
    pub ways: &'static [Way],
    /// What debug probes call the chip; `None` where the family does not say which it is.
    pub chip: Option<&'static str>,
    /// What to do where no way leads there.
    pub instead: &'static str,
}

/// The table.
pub(super) const TABLE: &[Ways] = &[
    row("rp2040", &[Way::Drive, Way::Probe], Some("RP2040")),
    row("rp2350", &[Way::Drive, Way::Probe], Some("RP235x")),
    row("rp2350-riscv", &[Way::Drive, Way::Probe], Some("RP235x_riscv")),
    row("nrf52840", &[Way::Drive, Way::Probe], Some("nRF52840_xxAA")),
    row("esp32", &[Way::Serial], None),
    row("esp32-s2", &[Way::Serial], None),
    row("stm32", &[Way::Probe], None),
    row("samd21", &[Way::Probe], None),
    row("ra4m1", &[Way::Probe], None),
    none("linux", "a Linux board takes a program, not an image: `docs/porting.md`"),
    none("avr", "an AVR is too small for the agent"),
];

const fn row(family: &'static str, ways: &'static [Way], chip: Option<&'static str>) -> Ways {
    Ways { family, ways, chip, instead: "" }
}

const fn none(family: &'static str, instead: &'static str) -> Ways {
    Ways { family, ways: &[], chip: None, instead }
}

impl Ways {
    /// Of that family.
    pub fn of_family(family: &str) -> Option<&'static Ways> {
        TABLE.iter().find(|row| row.family.eq_ignore_ascii_case(family))
    }

    /// The way to what is behind a row of the table of boards; `None` where it does not say, as
    /// behind a bridge.
    pub fn usual(known: &Known) -> Option<Way> {
        match (known.role, known.family) {
            (Role::Probe, _) => Some(Way::Probe),
            (Role::Board | Role::Bootloader(_), Some(family)) => {
                Ways::of_family(family)?.ways.first().copied()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flash::FAMILIES;
    use crate::known::{TABLE as BOARDS, known};

    #[test]
    fn every_family_of_boards_and_of_images_has_a_row() {
        let boards = BOARDS.iter().filter_map(|row| row.family);
        for family in boards.chain(FAMILIES.iter().map(|family| family.name)) {
            let row = Ways::of_family(family).unwrap_or_else(|| panic!("no row for {family}"));
            assert_eq!(row.ways.is_empty(), !row.instead.is_empty(), "{family}");
        }
        for family in FAMILIES {
            assert_eq!(Ways::of_family(family.name).unwrap().ways[0], Way::Drive);
        }
    }

    #[test]
    fn what_hangs_on_usb_decides_the_way() {
        let check = |vid, pid, expect| {
            assert_eq!(Ways::usual(known(vid, pid, None).unwrap()), expect, "{vid:04x}:{pid:04x}");
        };
        check(0x2e8a, 0x0003, Some(Way::Drive));
        check(0x2e8a, 0x000a, Some(Way::Drive));
        check(0x303a, 0x1001, Some(Way::Serial));
        check(0x0483, 0x374b, Some(Way::Probe));
        check(0x2e8a, 0x000c, Some(Way::Probe));
        // Nobody knows what is behind a bridge.
        check(0x10c4, 0xea60, None);
        check(0x2341, 0x0043, None);
    }

    #[test]
    fn a_way_that_is_not_in_the_program_says_how_to_get_it() {
        assert!(Way::Drive.is_built());
        for (way, feature) in [(Way::Serial, "espflash"), (Way::Probe, "probe-rs")] {
            let said = way.missing("tool IMAGE".into()).to_string();
            let build = format!("cargo build --release -p benchvise --features {feature}`");
            assert!(said.contains(&build) && said.contains("`tool IMAGE`"), "{said}");
        }
    }
}
