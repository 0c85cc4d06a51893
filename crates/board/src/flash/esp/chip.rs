//! Chips of Espressif's, as their image headers number them.

use object::Architecture;

use crate::flash::FlashError;

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub struct EspChip {
    /// Short, as on a command line.
    pub name: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// In the header of every image for it. Source: `esp_chip_id_t` of ESP-IDF.
    pub id: u16,
    /// What its cores run.
    pub core: Architecture,
    /// Where in the flash its second bootloader begins.
    pub boot_at: u32,
}

/// The table: what the library that speaks to them knows.
pub const ESP_CHIPS: &[EspChip] = &[
    chip("esp32", "ESP32", 0, Architecture::Xtensa, 0x1000),
    chip("esp32s2", "ESP32-S2", 2, Architecture::Xtensa, 0x1000),
    chip("esp32s3", "ESP32-S3", 9, Architecture::Xtensa, 0),
    chip("esp32c2", "ESP32-C2", 12, Architecture::Riscv32, 0),
    chip("esp32c3", "ESP32-C3", 5, Architecture::Riscv32, 0),
    chip("esp32c5", "ESP32-C5", 23, Architecture::Riscv32, 0x2000),
    chip("esp32c6", "ESP32-C6", 13, Architecture::Riscv32, 0),
    chip("esp32c61", "ESP32-C61", 20, Architecture::Riscv32, 0),
    chip("esp32h2", "ESP32-H2", 16, Architecture::Riscv32, 0),
    chip("esp32p4", "ESP32-P4", 18, Architecture::Riscv32, 0x2000),
];

const fn chip(
    name: &'static str,
    title: &'static str,
    id: u16,
    core: Architecture,
    boot_at: u32,
) -> EspChip {
    EspChip { name, title, id, core, boot_at }
}

impl EspChip {
    /// The chip of that name, with or without dashes.
    pub fn named(name: &str) -> Option<&'static EspChip> {
        let plain = name.replace('-', "").to_ascii_lowercase();
        ESP_CHIPS.iter().find(|chip| chip.name == plain)
    }

    /// The chip with that number.
    ///
    /// # Errors
    /// Where there is none.
    pub fn with_id(id: u16) -> Result<&'static EspChip, FlashError> {
        let found = ESP_CHIPS.iter().find(|chip| chip.id == id);
        found.ok_or_else(|| {
            FlashError::BadApp(format!("is for a chip with the number {id}, which nobody knows"))
        })
    }

    /// All names, for a person.
    pub fn names() -> String {
        ESP_CHIPS.iter().map(|chip| chip.name).collect::<Vec<_>>().join(", ")
    }
}
