//! Putting an image onto a board.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What goes where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlashSpec {
    /// The image: an ELF, a UF2, or plain bytes.
    pub image: PathBuf,
    /// The board that waits for it, as `benchvise boards` names it; `None` is the one that waits.
    pub board: Option<String>,
    /// The drive that it shows; `None` is the one that fits.
    pub drive: Option<PathBuf>,
    /// Its family, where neither the board nor the drive says it.
    pub family: Option<String>,
    /// Where plain bytes belong.
    pub base: Option<u32>,
    /// Only write the UF2 to this file.
    pub to: Option<PathBuf>,
    /// Look at everything and write nothing.
    pub dry_run: bool,
}

/// What became, or would become, of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlashView {
    /// What the image was: `ELF`, `UF2`, `plain bytes`.
    pub image: String,
    /// The board's family.
    pub family: String,
    /// Bytes of the image.
    pub bytes: u64,
    /// Blocks of 512 bytes that were, or would be, written.
    pub blocks: u64,
    /// First and last address of each stretch.
    pub stretches: Vec<[u32; 2]>,
    /// Where to: a drive's folder or a file.
    pub to: String,
    /// What the drive says of the board.
    pub board: Option<String>,
    /// The board restarted with it; `None` where nothing was written to a board.
    pub restarted: Option<bool>,
}
