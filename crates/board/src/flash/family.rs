//! Families of chips that take UF2, and who takes something else.

use object::Architecture;

/// A family.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// Short, as in the table of boards.
    pub name: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// In every block of a UF2 for it. Source: the list of families of the UF2 format.
    pub id: u32,
    /// Where an image may lie.
    pub flash: [u32; 2],
    /// What its cores run.
    pub core: Architecture,
    /// What to do with an image that lies elsewhere.
    pub advice: &'static str,
    /// How it is brought to wait for an image.
    pub remedy: &'static str,
    /// What the drive's Board-ID begins with, in small letters.
    pub board_ids: &'static [&'static str],
}

/// The table.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "rp2040",
        title: "RP2040",
        id: 0xe48b_ff56,
        flash: [0x1000_0000, 0x1100_0000],
        core: Architecture::Arm,
        advice: "link it for the flash at 0x10000000",
        remedy: "hold BOOTSEL while you plug it in",
        board_ids: &["rpi-rp2"],
    },
    Family {
        name: "rp2350",
        title: "RP2350 (Arm)",
        id: 0xe48b_ff59,
        flash: [0x1000_0000, 0x1200_0000],
        core: Architecture::Arm,
        advice: "link it for the flash at 0x10000000",
        remedy: "hold BOOTSEL while you plug it in",
        board_ids: &["rp2350"],
    },
    Family {
        name: "nrf52840",
        title: "nRF52840",
        id: 0xada5_2840,
        flash: [0x0000_1000, 0x000f_4000],
        core: Architecture::Arm,
        advice: "the bootloader is there: link it behind the bootloader's own first page, at 0x1000, or at 0x26000 behind a SoftDevice; without a bootloader use a debug probe",
        remedy: "press reset twice",
        board_ids: &["nrf52840"],
    },
];

impl Family {
    /// The family of that name.
    pub fn named(name: &str) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.name.eq_ignore_ascii_case(name))
    }

    /// The family with that number.
    pub fn with_id(id: u32) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.id == id)
    }

    /// The family of a drive.
    pub fn of_board_id(board_id: &str) -> Option<&'static Family> {
        let id = board_id.to_ascii_lowercase();
        let fits = |family: &&Family| family.board_ids.iter().any(|begin| id.starts_with(begin));
        FAMILIES.iter().find(fits)
    }

    /// All names, for a person.
    pub fn names() -> String {
        FAMILIES.iter().map(|family| family.name).collect::<Vec<_>>().join(", ")
    }
}

/// Who puts an image onto a board of that family, where this program does not.
pub fn other_tool(family: &str) -> Option<&'static str> {
    if family.starts_with("esp32") {
        return Some(
            "this program does not write to ESP32 boards yet; `espflash flash IMAGE` does",
        );
    }
    match family {
        "stm32" => Some(
            "this program does not speak to debug probes yet; `probe-rs download --chip CHIP IMAGE` does, and a Nucleo takes a file copied onto its drive",
        ),
        "linux" => Some("a Linux board takes a program, not an image: `docs/porting.md`"),
        "avr" => Some("an AVR is too small for the agent"),
        _ => None,
    }
}
