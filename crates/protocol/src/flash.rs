//! Putting an image onto a board.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How it gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FlashWay {
    /// As a file onto the drive that the board shows while it waits.
    Drive,
    /// Over the serial port, to the bootloader of Espressif's chips.
    Serial,
    /// By a debug probe.
    Probe,
}

/// What goes where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlashSpec {
    /// The image: an ELF, a UF2, an app image of Espressif's, or plain bytes.
    pub image: PathBuf,
    /// The board, or the debug probe, as `benchvise boards` names it; `None` is the one that waits.
    pub board: Option<String>,
    /// In which way; `None` is what the board takes.
    pub way: Option<FlashWay>,
    /// The drive that it shows; `None` is the one that fits.
    pub drive: Option<PathBuf>,
    /// Its family, where neither the board nor the drive says it.
    pub family: Option<String>,
    /// Its chip, where nothing else says it, or to be sure that it is that one.
    pub chip: Option<String>,
    /// Bytes of its flash, where a person knows them.
    pub flash_bytes: Option<u64>,
    /// Where plain bytes belong.
    pub base: Option<u32>,
    /// Bits per second of the serial way; `None` is what most bridges take.
    pub baud: Option<u32>,
    /// The serial way: it waits in its bootloader already, and its modem lines are left alone.
    pub no_reset: bool,
    /// Only write the UF2 to this file.
    pub to: Option<PathBuf>,
    /// Look at everything and write nothing.
    pub dry_run: bool,
}

/// What became, or would become, of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlashView {
    /// What the image was: `ELF`, `UF2`, `app image`, `image of the whole flash`, `plain bytes`.
    pub image: String,
    /// The way it went.
    pub way: FlashWay,
    /// The board's family or chip.
    pub family: String,
    /// Bytes that are to be in the flash.
    pub bytes: u64,
    /// Blocks of 512 bytes of a UF2.
    pub blocks: Option<u64>,
    /// By address.
    pub stretches: Vec<FlashStretch>,
    /// Bytes of the board's flash, where they are known.
    pub flash_bytes: Option<u64>,
    /// Where to: a drive's folder, a file, a port, a probe.
    pub to: String,
    /// What is known of the board there.
    pub board: Option<String>,
    /// What was written was read back, or its digest, and is the same; `None` where that is not
    /// possible, or nothing was written.
    pub verified: Option<bool>,
    /// The board restarted with it; `None` where nothing was written to a board.
    pub restarted: Option<bool>,
}

/// Bytes that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlashStretch {
    /// First address.
    pub from: u32,
    /// And last.
    pub to: u32,
    /// What it is, where an image has several parts.
    pub what: Option<String>,
}
