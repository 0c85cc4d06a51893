//! Families of chips that take UF2.

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
    /// Where the chip begins to run; `None` where a bootloader decides.
    pub starts: Option<u32>,
    /// What its cores run.
    pub core: Architecture,
    /// What to do with an image that lies elsewhere.
    pub advice: &'static str,
    /// How it is brought to wait for an image.
    pub remedy: &'static str,
    /// What the drive's Board-ID begins with, in small letters; a drive may take several families.
    pub board_ids: &'static [&'static str],
}

/// The table.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "rp2040",
        title: "RP2040",
        id: 0xe48b_ff56,
        flash: [0x1000_0000, 0x1100_0000],
        starts: Some(0x1000_0000),
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
        starts: Some(0x1000_0000),
        core: Architecture::Arm,
        advice: "link it for the flash at 0x10000000",
        remedy: "hold BOOTSEL while you plug it in",
        board_ids: &["rp2350"],
    },
    Family {
        name: "rp2350-riscv",
        title: "RP2350 (RISC-V)",
        id: 0xe48b_ff5a,
        flash: [0x1000_0000, 0x1200_0000],
        starts: Some(0x1000_0000),
        core: Architecture::Riscv32,
        advice: "link it for the flash at 0x10000000",
        remedy: "hold BOOTSEL while you plug it in",
        board_ids: &["rp2350"],
    },
    Family {
        name: "nrf52840",
        title: "nRF52840",
        id: 0xada5_2840,
        flash: [0x0000_1000, 0x000f_4000],
        starts: None,
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

    /// The families that a drive takes; more than one where the chip has cores of two kinds.
    pub fn of_board_id(board_id: &str) -> impl Iterator<Item = &'static Family> {
        let id = board_id.to_ascii_lowercase();
        FAMILIES.iter().filter(move |family| family.board_ids.iter().any(|b| id.starts_with(b)))
    }

    /// All names, for a person.
    pub fn names() -> String {
        FAMILIES.iter().map(|family| family.name).collect::<Vec<_>>().join(", ")
    }
}
