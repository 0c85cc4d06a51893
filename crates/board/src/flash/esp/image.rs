//! An image for a chip of Espressif's, and where in the flash its parts go.

use object::{Architecture, elf};

use super::{AppHeader, EspChip, is_app, metadata, with};
use crate::flash::image::{LIMIT_BYTES, check_core, core_name, elf_segments};
use crate::flash::{FlashError, Segment};

/// Where the app begins in the partition table that everybody's tools write where nobody gives
/// another.
const APP_AT: u32 = 0x1_0000;
/// An app begins at a multiple of this: it is mapped in pages.
const APP_ALIGN: u32 = 0x1_0000;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EspKind {
    /// What a linker writes: a bootloader and a partition table are to be put before it.
    Elf,
    /// An app image: the board's bootloader and partition table stay.
    App,
    /// The whole flash, or its beginning.
    Whole,
}

/// An image that was looked at as far as that goes without a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EspImage {
    /// What it was read from.
    pub kind: EspKind,
    /// What it is for; `None` for an ELF that names no chip.
    pub chip: Option<&'static EspChip>,
    /// What its cores are.
    core: Architecture,
    /// Where its bytes go; not of an ELF's.
    at: u32,
    bytes: Vec<u8>,
    /// The oldest revision of the chip that it runs on.
    pub least_revision: u16,
}

/// What is known of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EspBoard {
    /// Its chip.
    pub chip: &'static EspChip,
    /// Bytes of its flash; images are laid out for 4 MiB where nobody knows.
    pub flash: Option<u64>,
    /// Its crystal, in MHz; the chip's usual one where nobody knows.
    pub crystal_mhz: Option<u8>,
}

/// A part of what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What a person calls it.
    pub what: &'static str,
    /// Its bytes, and where in the flash they go.
    pub segment: Segment,
}

impl EspImage {
    /// Whether a file is for such a chip, as far as its first bytes say.
    pub fn is_likely(bytes: &[u8]) -> bool {
        is_app(bytes)
            || bytes.starts_with(&elf::ELFMAG)
                && (metadata::chip(bytes).is_some()
                    || elf_segments(bytes).is_ok_and(|(core, _)| core == Architecture::Xtensa))
    }

    /// Reads a file's bytes. `wanted` is the chip that a person names; `base` is where in the flash an
    /// app image belongs, or 0 for an image of the whole flash.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn read(
        bytes: Vec<u8>,
        base: Option<u32>,
        wanted: Option<&'static EspChip>,
    ) -> Result<EspImage, FlashError> {
        if bytes.is_empty() {
            return Err(FlashError::Empty);
        }
        if bytes.len() as u64 > LIMIT_BYTES {
            return Err(FlashError::Huge { limit: LIMIT_BYTES });
        }
        let image = if bytes.starts_with(&elf::ELFMAG) {
            let (core, _) = elf_segments(&bytes)?;
            if core != Architecture::Xtensa && core != Architecture::Riscv32 {
                return Err(FlashError::OtherCore {
                    found: core_name(core),
                    family: wanted.map_or("one of Espressif's", |chip| chip.title).into(),
                    wanted: wanted.map_or("Xtensa or RISC-V", |chip| core_name(chip.core)),
                });
            }
            let chip = metadata::chip(&bytes);
            EspImage { kind: EspKind::Elf, chip, core, at: 0, bytes, least_revision: 0 }
        } else {
            let at = base.unwrap_or(APP_AT);
            let inside = if at == 0 { bootloader_in(&bytes) } else { 0 };
            let rest = bytes.get(inside..).unwrap_or_default();
            if !is_app(rest) {
                return Err(FlashError::NoAppHeader { at: inside });
            }
            let header = AppHeader::read(rest)?;
            let boot_at = header.chip.boot_at;
            let begins = at + u32::try_from(inside).unwrap_or_default();
            let kind = if begins <= boot_at { EspKind::Whole } else { EspKind::App };
            if kind == EspKind::App && !at.is_multiple_of(APP_ALIGN) {
                return Err(FlashError::BadBase(at));
            }
            if kind == EspKind::Whole && begins != boot_at {
                return Err(FlashError::BadApp(format!(
                    "has a bootloader for {} at {begins:#x}, which begins at {boot_at:#x}",
                    header.chip.title
                )));
            }
            let (chip, core) = (Some(header.chip), header.chip.core);
            EspImage { kind, chip, core, at, bytes, least_revision: header.least_revision }
        };
        if let Some(wanted) = wanted {
            image.check(wanted)?;
        }
        Ok(image)
    }

    /// Whether that chip can run it.
    ///
    /// # Errors
    /// Where it is for another one.
    pub fn check(&self, board: &'static EspChip) -> Result<(), FlashError> {
        if let Some(chip) = self.chip.filter(|chip| *chip != board) {
            let (found, board) = (chip.title.into(), board.title.into());
            return Err(FlashError::OtherChip { found, board });
        }
        check_core(self.core, board.core, board.title)
    }

    /// Where in the flash its first byte goes; 0 for an ELF, whose parts have places of their own.
    pub fn at(&self) -> u32 {
        self.at
    }

    /// What goes where on that board.
    ///
    /// # Errors
    /// Where it does not fit, or the chip cannot run it.
    pub fn parts(&self, board: &EspBoard) -> Result<Vec<Part>, FlashError> {
        self.check(board.chip)?;
        let whole = |what| {
            let segment = Segment { address: self.at.into(), bytes: self.bytes.clone() };
            vec![Part { what, segment }]
        };
        let parts = match self.kind {
            EspKind::App => whole("app"),
            EspKind::Whole => whole("bootloader and what follows it"),
            EspKind::Elf => with::parts(&self.bytes, board)?,
        };
        let ends = parts.iter().map(|part| part.segment.address + part.segment.bytes.len() as u64);
        let end = ends.max().unwrap_or_default();
        match board.flash {
            Some(size) if end > size => Err(FlashError::TooLarge { end, size }),
            _ => Ok(parts),
        }
    }
}

/// Where in an image of the whole flash the bootloader begins.
fn bootloader_in(bytes: &[u8]) -> usize {
    [0, 0x1000, 0x2000].into_iter().find(|at| bytes.get(*at) == Some(&0xe9)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::app::tests::app;
    use super::*;

    const C3: u16 = 5;

    fn chip(name: &str) -> &'static EspChip {
        EspChip::named(name).unwrap()
    }

    fn board(name: &str, flash: Option<u64>) -> EspBoard {
        EspBoard { chip: chip(name), flash, crystal_mhz: None }
    }

    #[test]
    fn an_app_goes_where_the_partition_table_expects_it() {
        let file = app(C3, &[&[1; 100]]);
        let image = EspImage::read(file.clone(), None, None).unwrap();
        assert_eq!((image.kind, image.chip.unwrap().title), (EspKind::App, "ESP32-C3"));
        let parts = image.parts(&board("esp32-c3", Some(4 << 20))).unwrap();
        assert_eq!((parts[0].what, parts[0].segment.address), ("app", 0x1_0000));
        assert_eq!(parts[0].segment.bytes, file);
        let other = EspImage::read(file, Some(0x11_0000), None).unwrap();
        assert_eq!(other.parts(&board("esp32c3", None)).unwrap()[0].segment.address, 0x11_0000);
    }

    #[test]
    fn the_whole_flash_begins_with_a_bootloader_where_the_chip_wants_it() {
        let whole = EspImage::read(app(C3, &[&[1; 100]]), Some(0), None).unwrap();
        assert_eq!(whole.kind, EspKind::Whole);
        let mut esp32 = vec![0xff; 0x1000];
        esp32.extend(app(0, &[&[1; 100]]));
        let whole = EspImage::read(esp32.clone(), Some(0), None).unwrap();
        assert_eq!((whole.kind, whole.chip.unwrap().title), (EspKind::Whole, "ESP32"));
        assert_eq!(whole.parts(&board("esp32", None)).unwrap()[0].segment.address, 0);
        // Its bootloader alone.
        let boot = EspImage::read(app(0, &[&[1; 100]]), Some(0x1000), None).unwrap();
        assert_eq!(boot.kind, EspKind::Whole);
        // A bootloader for an ESP32 at the beginning, where it would not be looked for.
        let error = EspImage::read(app(0, &[&[1; 100]]), Some(0), None).unwrap_err().to_string();
        assert!(error.contains("begins at 0x1000"), "{error}");
    }

    #[test]
    fn an_image_for_another_chip_or_too_large_or_without_a_header_is_refused() {
        let file = || app(C3, &[&[1; 100]]);
        let check = |error: Result<EspImage, FlashError>, words: &str| {
            let error = error.unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        let read = |bytes: Vec<u8>| EspImage::read(bytes, None, None);
        check(read(vec![]), "is empty");
        check(read(b"hello".to_vec()), "no header of an app for Espressif's chips at 0x0");
        check(EspImage::read(vec![0xff; 0x3000], Some(0), None), "no header of an app");
        check(EspImage::read(file(), Some(0x1_8000), None), "a multiple of 0x10000");
        check(
            EspImage::read(file(), None, Some(chip("esp32s3"))),
            "is for ESP32-C3 and the board has ESP32-S3",
        );
        let image = read(file()).unwrap();
        let error = image.parts(&board("esp32s3", None)).unwrap_err().to_string();
        assert!(error.contains("build it for that chip"), "{error}");
        let error = image.parts(&board("esp32c3", Some(0x1_0010))).unwrap_err().to_string();
        assert!(error.contains("the board has 65552"), "{error}");
    }
}
