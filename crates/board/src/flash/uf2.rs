//! The UF2 format: blocks of 512 bytes, each with its address. Source: Microsoft's description of it.

use super::image::Segment;
use super::{Family, FlashError, Image};

/// Bytes of a block.
pub const BLOCK: usize = 512;
/// Bytes of the image that a block of ours carries: what every bootloader takes.
pub const PAYLOAD: usize = 256;

const MAGIC: [u32; 2] = [0x0a32_4655, 0x9e5d_5157];
const END: u32 = 0x0ab1_6f30;
/// Most payload that a block has room for.
const ROOM: usize = 476;

const NOT_FOR_FLASH: u32 = 0x0000_0001;
const CONTAINER: u32 = 0x0000_1000;
const HAS_FAMILY: u32 = 0x0000_2000;

/// Whether a file begins like one.
pub(super) fn is_uf2(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC[0].to_le_bytes())
}

/// The blocks' contents and their family.
pub(super) fn read(bytes: &[u8]) -> Result<(Option<u32>, Vec<Segment>), FlashError> {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let bad = |block: usize, what: &str| FlashError::BadUf2 { block, what: what.into() };
    if !rest.is_empty() {
        return Err(bad(blocks.len(), "is cut off"));
    }
    let mut family = None;
    let mut segments = Vec::new();
    // Tools put it in front of images for an RP2350, against its erratum E10; it is none of the image.
    let blocks = match blocks {
        [first, rest @ ..] if is_guard(first) && !rest.is_empty() => rest,
        blocks => blocks,
    };
    for (at, block) in blocks.iter().enumerate() {
        let word = |place: usize| {
            let bytes = block.get(place..).and_then(|bytes| bytes.first_chunk::<4>());
            bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
        };
        if [word(0), word(4)] != MAGIC || word(BLOCK - 4) != END {
            return Err(bad(at, "has not the format's marks"));
        }
        let (flags, address, len) = (word(8), word(12), word(16) as usize);
        if (word(20) as usize, word(24) as usize) != (at, blocks.len()) {
            return Err(bad(at, "says that it is another one, or that there are more"));
        }
        if flags & CONTAINER != 0 {
            return Err(bad(at, "is a file for a file system, not an image"));
        }
        if flags & NOT_FOR_FLASH != 0 {
            continue;
        }
        let data = block.get(32..).and_then(|data| data.get(..len));
        let Some(data) = data.filter(|data| !data.is_empty() && data.len() <= ROOM) else {
            return Err(bad(at, "has a length that is not possible"));
        };
        if flags & HAS_FAMILY != 0 {
            let id = word(28);
            if family.is_some_and(|family| family != id) {
                return Err(bad(at, "is for another family than those before"));
            }
            family = Some(id);
        }
        segments.push(Segment { address: u64::from(address), bytes: data.to_vec() });
    }
    if segments.is_empty() {
        return Err(FlashError::NothingToLoad);
    }
    Ok((family, segments))
}

/// A block of the family "absolute" at the last page of the flash that an RP2350 can have.
fn is_guard(block: &[u8; BLOCK]) -> bool {
    let word = |place: usize| {
        let bytes = block.get(place..).and_then(|bytes| bytes.first_chunk::<4>());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    };
    (word(12), word(28)) == (0x10ff_ff00, 0xe48b_ff57)
}

/// The image as a UF2 for that family, and a board with so many bytes of flash, where that is known:
/// whole pages of [`PAYLOAD`] bytes, those that nothing fills with the value of an erased flash.
///
/// # Errors
/// As [`Image::check`].
pub fn to_uf2(
    image: &Image,
    family: &'static Family,
    flash: Option<u64>,
) -> Result<Vec<u8>, FlashError> {
    image.check(family, flash)?;
    let mut pages: Vec<(u32, [u8; PAYLOAD])> = Vec::new();
    for segment in &image.segments {
        let mut address = segment.address;
        let mut rest = segment.bytes.as_slice();
        while !rest.is_empty() {
            let inside = (address % PAYLOAD as u64) as usize;
            let (now, later) = rest.split_at((PAYLOAD - inside).min(rest.len()));
            // `check` keeps addresses within 32 bits.
            let page = (address - inside as u64) as u32;
            if pages.last().is_none_or(|(last, _)| *last != page) {
                pages.push((page, [0xff; PAYLOAD]));
            }
            if let Some((_, bytes)) = pages.last_mut()
                && let Some(place) = bytes.get_mut(inside..inside + now.len())
            {
                place.copy_from_slice(now);
            }
            address += now.len() as u64;
            rest = later;
        }
    }
    let count = pages.len() as u32;
    let mut file = Vec::with_capacity(pages.len() * BLOCK);
    for (number, (address, bytes)) in (0u32..).zip(&pages) {
        let head =
            [MAGIC[0], MAGIC[1], HAS_FAMILY, *address, PAYLOAD as u32, number, count, family.id];
        head.iter().for_each(|word| file.extend(word.to_le_bytes()));
        file.extend(bytes);
        file.resize(file.len() + ROOM - PAYLOAD, 0);
        file.extend(END.to_le_bytes());
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flash::ImageKind;

    fn pico() -> &'static Family {
        Family::named("rp2040").unwrap()
    }

    fn plain(bytes: &[u8], base: u32) -> Image {
        Image::read(bytes, Some(base), None).unwrap()
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let bytes: Vec<u8> = (0..1000u32).map(|n| n as u8).collect();
        let file = to_uf2(&plain(&bytes, 0x1000_0010), pico(), None).unwrap();
        assert_eq!(file.len(), 4 * BLOCK);
        // The first block, field by field.
        assert_eq!(file[..8], *b"UF2\nWQ\x5d\x9e");
        assert_eq!(file[8..12], [0, 0x20, 0, 0]);
        assert_eq!(file[12..16], [0, 0, 0, 0x10]);
        assert_eq!(file[16..32], [0, 1, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0x56, 0xff, 0x8b, 0xe4]);
        assert_eq!(file[32..50], [&[0xff; 16][..], &[0, 1]].concat());
        assert_eq!(file[508..512], [0x30, 0x6f, 0xb1, 0x0a]);
        let image = Image::read(&file, None, None).unwrap();
        assert_eq!(image.kind, ImageKind::Uf2 { family: Some(pico().id) });
        assert_eq!(image.segments.len(), 1);
        let segment = &image.segments[0];
        assert_eq!(segment.address, 0x1000_0000);
        assert_eq!(segment.bytes[16..1016], bytes);
        assert!(segment.bytes[1016..].iter().all(|byte| *byte == 0xff));
        // A UF2 again is the same UF2.
        assert_eq!(to_uf2(&image, pico(), None).unwrap(), file);
    }

    #[test]
    fn a_uf2_that_lies_is_refused_with_its_block() {
        let good = to_uf2(&plain(&[7; 600], 0x1000_0000), pico(), None).unwrap();
        let check = |change: &dyn Fn(&mut Vec<u8>), words: &str| {
            let mut file = good.clone();
            change(&mut file);
            let error = Image::read(&file, None, None).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        check(&|file| file.truncate(file.len() - 1), "block 2 of the UF2 is cut off");
        check(
            &|file| {
                file.drain(512..1024);
            },
            "another one, or that there are more",
        );
        check(&|file| file[512] = 0, "block 1 of the UF2 has not the format's marks");
        check(&|file| file[1020] = 0, "block 1 of the UF2 has not the format's marks");
        check(&|file| file[512 + 20] = 9, "says that it is another one");
        check(&|file| file[17] = 9, "length");
        check(&|file| file[512 + 28] = 9, "another family");
        check(&|file| file[9] = 0x30, "a file for a file system");
        check(&|file| (file[512 + 13], file[512 + 32]) = (0, 9), "differ at 0x10000000");
        // The block that tools put in front for an RP2350 is no part of the image.
        let mut guarded = good[..BLOCK].to_vec();
        guarded[12..16].copy_from_slice(&0x10ff_ff00u32.to_le_bytes());
        guarded[24] = 2;
        guarded[28..32].copy_from_slice(&0xe48b_ff57u32.to_le_bytes());
        guarded.extend(&good);
        let plain = Image::read(&good, None, None).unwrap();
        assert_eq!(Image::read(&guarded, None, None).unwrap(), plain);
        let other = Family::named("rp2350").unwrap();
        let error = to_uf2(&Image::read(&good, None, None).unwrap(), other, None).unwrap_err();
        assert!(error.to_string().contains("is for the family RP2040"), "{error}");
    }

    #[test]
    fn every_image_survives_the_way_there_and_back() {
        bolero::check!().with_iterations(1000).with_type::<(Vec<u8>, u16)>().for_each(
            |(bytes, offset)| {
                if bytes.is_empty() || is_uf2(bytes) || bytes.starts_with(b"\x7fELF") {
                    return;
                }
                let file =
                    to_uf2(&plain(bytes, 0x1000_0000 + u32::from(*offset)), pico(), None).unwrap();
                let image = Image::read(&file, None, None).unwrap();
                let inside = usize::from(*offset) % PAYLOAD;
                assert_eq!(image.segments[0].bytes[inside..inside + bytes.len()], bytes[..]);
            },
        );
    }

    #[test]
    fn no_damage_is_a_panic() {
        bolero::check!().with_iterations(2000).with_type::<Vec<(u16, u8)>>().for_each(|changes| {
            let mut file = to_uf2(&plain(&[7; 600], 0x1000_0000), pico(), None).unwrap();
            for (at, byte) in changes {
                let at = usize::from(*at) % file.len();
                file[at] = *byte;
            }
            if let Ok(image) = Image::read(&file, Some(0), None) {
                to_uf2(&image, pico(), None).ok();
            }
        });
    }
}
