//! What a file says is to be in the flash, and where.

use object::read::elf::{ElfFile32, FileHeader};
use object::{Architecture, Endianness, Object, elf};

use super::uf2;
use super::{Family, FlashError};

/// Largest file that is read, in bytes.
pub(crate) const LIMIT_BYTES: u64 = 64 << 20;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    /// Blocks with addresses, and a family where they say so.
    Uf2 {
        /// The family's number.
        family: Option<u32>,
    },
    /// What a linker writes.
    Elf {
        /// For which cores.
        core: Architecture,
    },
    /// Bytes, nothing else.
    Plain,
}

/// Bytes that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Of the first one.
    pub address: u64,
    /// At least one.
    pub bytes: Vec<u8>,
}

/// An image in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What it was read from.
    pub kind: ImageKind,
    /// By address, none touching another.
    pub segments: Vec<Segment>,
}

impl Image {
    /// Reads a file's bytes; `base` is where plain bytes belong, `usual` where they mostly do.
    ///
    /// # Errors
    /// What is wrong with it, and what to do. Nothing is read beyond 64 MiB.
    pub fn read(bytes: &[u8], base: Option<u32>, usual: Option<u32>) -> Result<Image, FlashError> {
        if bytes.is_empty() {
            return Err(FlashError::Empty);
        }
        if bytes.len() as u64 > LIMIT_BYTES {
            return Err(FlashError::Huge { limit: LIMIT_BYTES });
        }
        let (kind, segments) = if uf2::is_uf2(bytes) {
            let (family, segments) = uf2::read(bytes)?;
            (ImageKind::Uf2 { family }, segments)
        } else if bytes.starts_with(&elf::ELFMAG) {
            let (core, segments) = elf_segments(bytes)?;
            (ImageKind::Elf { core }, segments)
        } else {
            let none = || FlashError::NoBase(usual.unwrap_or(0x1000_0000));
            let address = u64::from(base.ok_or_else(none)?);
            (ImageKind::Plain, vec![Segment { address, bytes: bytes.to_vec() }])
        };
        Ok(Image { kind, segments: joined(segments)? })
    }

    /// Bytes in all.
    pub fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.bytes.len()).sum()
    }

    /// Never: such a file is refused.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Bytes between the first one and the last one that are in no segment.
    pub fn holes(&self) -> u64 {
        let end = |segment: &Segment| segment.address + segment.bytes.len() as u64;
        self.segments.windows(2).map(|two| two[1].address - end(&two[0])).sum()
    }

    /// Whether a board of that family can take it, which has so many bytes of flash, where that is
    /// known.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, family: &'static Family, flash: Option<u64>) -> Result<(), FlashError> {
        match self.kind {
            ImageKind::Uf2 { family: Some(id) } if id != family.id => {
                let found = Family::with_id(id);
                let found = found.map_or_else(|| format!("{id:#010x}"), |f| f.title.to_owned());
                return Err(FlashError::OtherFamily { found, family: family.title });
            }
            ImageKind::Elf { core } => check_core(core, family.core, family.title)?,
            _ => {}
        }
        let [from, to] = family.flash;
        for segment in &self.segments {
            let end = segment.address + segment.bytes.len() as u64;
            let outside = if segment.address < u64::from(from) {
                Some(segment.address)
            } else if end > u64::from(to) {
                Some(segment.address.max(u64::from(to)))
            } else {
                None
            };
            if let Some(address) = outside {
                let (family, advice) = (family.title, family.advice);
                return Err(FlashError::Outside { address, family, from, to, advice });
            }
            // A bootloader may have the flash's first pages, which the window leaves out.
            let end = end - u64::from(from & !0xff_ffff);
            if let Some(size) = flash.filter(|size| end > *size) {
                return Err(FlashError::TooLarge { end, size });
            }
        }
        Ok(())
    }

    /// Whether something is where a chip of that family begins to run.
    ///
    /// # Errors
    /// Where there is a hole.
    pub fn check_start(&self, family: &Family) -> Result<(), FlashError> {
        let first = self.segments.first().map_or(0, |segment| segment.address);
        match family.starts.map(u64::from) {
            Some(start) if first > start => {
                let (family, hole) = (family.title, first - start);
                Err(FlashError::NoStart { start, family, hole })
            }
            _ => Ok(()),
        }
    }
}

/// Whether what runs on `found` runs on `family`, whose core is `wanted`.
pub(super) fn check_core(
    found: Architecture,
    wanted: Architecture,
    family: &str,
) -> Result<(), FlashError> {
    if found == wanted {
        return Ok(());
    }
    let (found, wanted) = (core_name(found), core_name(wanted));
    Err(FlashError::OtherCore { found, family: family.into(), wanted })
}

/// What a person calls cores.
pub(super) fn core_name(core: Architecture) -> &'static str {
    match core {
        Architecture::Arm => "Arm",
        Architecture::Riscv32 => "RISC-V",
        Architecture::Xtensa => "Xtensa",
        Architecture::Avr => "AVR",
        _ => "other cores",
    }
}

/// What the linker says is to be loaded, by its address in the flash.
pub(super) fn elf_segments(bytes: &[u8]) -> Result<(Architecture, Vec<Segment>), FlashError> {
    let bad = |error: object::Error| FlashError::BadElf(error.to_string());
    let file = ElfFile32::<Endianness>::parse(bytes).map_err(bad)?;
    let endian = file.endian();
    let mut segments = Vec::new();
    let mut sum = 0;
    for header in file.elf_header().program_headers(endian, bytes).map_err(bad)? {
        use object::read::elf::ProgramHeader;
        if header.p_type(endian) != elf::PT_LOAD || header.p_filesz(endian) == 0 {
            continue;
        }
        let data = header
            .data(endian, bytes)
            .map_err(|()| FlashError::BadElf("a segment lies outside the file".into()))?;
        // Headers may all point at the same bytes: what they come to is no more than a file may be.
        sum += data.len() as u64;
        if sum > LIMIT_BYTES {
            return Err(FlashError::Huge { limit: LIMIT_BYTES });
        }
        segments.push(Segment { address: u64::from(header.p_paddr(endian)), bytes: data.to_vec() });
    }
    if segments.is_empty() {
        return Err(FlashError::NothingToLoad);
    }
    Ok((file.architecture(), segments))
}

/// In order, neighbours in one; what lies on another must be the same.
fn joined(mut segments: Vec<Segment>) -> Result<Vec<Segment>, FlashError> {
    segments.sort_by_key(|segment| segment.address);
    let mut joined: Vec<Segment> = Vec::new();
    for segment in segments {
        let Some(last) = joined.last_mut() else {
            joined.push(segment);
            continue;
        };
        let end = last.address + last.bytes.len() as u64;
        if segment.address > end {
            joined.push(segment);
            continue;
        }
        let inside = (segment.address - last.address) as usize;
        let shared = last.bytes.get(inside..).unwrap_or_default();
        let both = shared.len().min(segment.bytes.len());
        let differs = shared.iter().zip(&segment.bytes).position(|(a, b)| a != b);
        if let Some(at) = differs {
            return Err(FlashError::Overlap(segment.address + at as u64));
        }
        last.bytes.extend(segment.bytes.get(both..).unwrap_or_default());
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rp2040() -> &'static Family {
        Family::named("rp2040").unwrap()
    }

    /// A little ELF for Arm with these segments.
    fn elf(machine: u16, segments: &[(u32, &[u8])]) -> Vec<u8> {
        let mut file = vec![0x7f, b'E', b'L', b'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let half = |file: &mut Vec<u8>, v: u16| file.extend(v.to_le_bytes());
        let word = |file: &mut Vec<u8>, v: u32| file.extend(v.to_le_bytes());
        half(&mut file, 2);
        half(&mut file, machine);
        for v in [1, 0, 52, 0, 0] {
            word(&mut file, v);
        }
        for v in [52, 32, segments.len() as u16, 40, 0, 0] {
            half(&mut file, v);
        }
        let mut offset = 52 + 32 * segments.len() as u32;
        for (address, bytes) in segments {
            let len = bytes.len() as u32;
            // Loaded from the flash into RAM at 0x20000000.
            for v in [1, offset, 0x2000_0000, *address, len, len, 5, 4] {
                word(&mut file, v);
            }
            offset += len;
        }
        segments.iter().for_each(|(_, bytes)| file.extend(*bytes));
        file
    }

    const ARM: u16 = 40;

    #[test]
    fn an_elf_is_read_by_its_addresses_in_the_flash() {
        let file = elf(ARM, &[(0x1000_0100, &[1, 2]), (0x1000_0000, &[7; 256])]);
        let image = Image::read(&file, None, None).unwrap();
        assert_eq!(image.kind, ImageKind::Elf { core: Architecture::Arm });
        assert_eq!((image.segments.len(), image.len()), (1, 258));
        assert_eq!(image.segments[0].address, 0x1000_0000);
        image.check(rp2040(), None).unwrap();
        assert_eq!(image.holes(), 0);
        image.check_start(rp2040()).unwrap();
        // The same bytes twice are no harm, others are.
        let twice = elf(ARM, &[(0x1000_0000, &[1, 2, 3]), (0x1000_0002, &[3, 4])]);
        assert_eq!(Image::read(&twice, None, None).unwrap().segments[0].bytes, [1, 2, 3, 4]);
        let differ = elf(ARM, &[(0x1000_0000, &[1, 2, 3]), (0x1000_0002, &[4])]);
        assert!(matches!(Image::read(&differ, None, None), Err(FlashError::Overlap(0x1000_0002))));
    }

    #[test]
    fn what_a_board_cannot_take_is_said() {
        let check = |image: Result<Image, FlashError>, words: &str| {
            let error =
                image.and_then(|image| image.check(rp2040(), None)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        let read = |bytes: &[u8]| Image::read(bytes, None, Some(0x1000_0000));
        check(read(&[]), "is empty");
        check(read(b"hello"), "--base 0x10000000");
        check(read(b"\x7fELFgarbage"), "cannot be read");
        check(read(&elf(ARM, &[])), "nothing to load");
        let mut many = elf(ARM, &[(0x1000_0000, &[7; 1 << 20])]);
        let header = many[52..84].to_vec();
        many[44..46].copy_from_slice(&100u16.to_le_bytes());
        for place in 1..100 {
            many[52 + 32 * place..][..32].copy_from_slice(&header);
        }
        check(read(&many), "larger than");
        check(read(&elf(243, &[(0x1000_0000, &[1])])), "is for RISC-V");
        check(read(&elf(ARM, &[(0, &[1])])), "link it for the flash at 0x10000000");
        check(read(&elf(ARM, &[(0x10ff_ffff, &[1, 2])])), "0x11000000, outside");
        check(Image::read(b"x", Some(0x2000_0000), None), "outside the flash");
        check(read(&elf(ARM, &[(0xffff_ffff, &[1, 2])])), "outside the flash");
    }

    #[test]
    fn a_board_with_less_flash_than_its_chip_can_address_refuses_more() {
        let image = Image::read(&[7; 300], Some(0x1000_ff00), None).unwrap();
        image.check(rp2040(), Some(0x1_002c)).unwrap();
        let error = image.check(rp2040(), Some(0x1_0000)).unwrap_err().to_string();
        assert!(
            error.contains("reaches to byte 65580 of the flash and the board has 65536"),
            "{error}"
        );
        // Its flash begins below the bootloader's own page.
        let nrf = Family::named("nrf52840").unwrap();
        let image = Image::read(&[7; 0x1000], Some(0x1000), None).unwrap();
        image.check(nrf, Some(0x2000)).unwrap();
        assert!(matches!(image.check(nrf, Some(0x1fff)), Err(FlashError::TooLarge { .. })));
    }

    #[test]
    fn a_hole_where_the_chip_begins_is_refused_others_are_counted() {
        let late = elf(ARM, &[(0x1000_0100, &[1, 2]), (0x1000_0200, &[3])]);
        let late = Image::read(&late, None, None).unwrap();
        assert_eq!(late.holes(), 0xfe);
        let error = late.check_start(rp2040()).unwrap_err().to_string();
        assert!(error.contains("a hole of 256 bytes"), "{error}");
        // Behind a bootloader nobody knows where an image begins.
        late.check_start(Family::named("nrf52840").unwrap()).unwrap();
    }

    #[test]
    fn no_file_is_too_strange() {
        bolero::check!().with_iterations(3000).with_type::<Vec<u8>>().for_each(|bytes| {
            let mut file = elf(ARM, &[(0x1000_0000, &[7; 64])]);
            Image::read(bytes, Some(0), None).ok();
            // Damaged, not random.
            for pair in bytes.chunks_exact(2) {
                let at = usize::from(pair[0]) % file.len();
                file[at] = pair[1];
            }
            if let Ok(image) = Image::read(&file, None, None) {
                image.check(rp2040(), Some(1 << 20)).ok();
            }
        });
    }
}
