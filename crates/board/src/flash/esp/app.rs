//! App images of Espressif's chips: a header that names the chip, segments, a checksum. Source: the
//! description of the format in ESP-IDF, "App Image Format".

use super::EspChip;
use crate::flash::FlashError;

/// What an app image, and a bootloader's, begins with.
const MAGIC: u8 = 0xe9;
/// Bytes of its header, and of each segment's.
const HEADER: usize = 24;
const SEGMENT: usize = 8;
/// Most segments; the bootloader takes no more.
const SEGMENTS: u8 = 16;

/// What its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AppHeader {
    /// The chip that it is for.
    pub(super) chip: &'static EspChip,
    /// The oldest revision of the chip that it runs on, as 100 times the major one and the minor one.
    pub(super) least_revision: u16,
    /// Bytes of the image, its checksum included, a digest behind it not.
    pub(super) len: usize,
}

/// Whether a file begins like one.
pub(super) fn is_app(bytes: &[u8]) -> bool {
    bytes.first() == Some(&MAGIC)
}

impl AppHeader {
    /// Reads an image from its first byte on, and adds its checksum up. What follows it, such as a
    /// digest or a signature, is not looked at.
    ///
    /// # Errors
    /// Where there is no header, or the image is damaged.
    pub(super) fn read(bytes: &[u8]) -> Result<AppHeader, FlashError> {
        if !is_app(bytes) {
            return Err(FlashError::NoAppHeader { at: 0 });
        }
        let bad = |words: String| FlashError::BadApp(words);
        let cut = || bad(format!("ends after {} bytes, in the middle", bytes.len()));
        let header = bytes.first_chunk::<HEADER>().ok_or_else(cut)?;
        let chip = EspChip::with_id(u16::from_le_bytes([header[12], header[13]]))?;
        let count = header[1];
        if count == 0 || count > SEGMENTS {
            return Err(bad(format!("has {count} segments, which is not possible")));
        }
        let mut at = HEADER;
        let mut sum = 0xef;
        for _ in 0..count {
            let place = bytes.get(at + 4..at + SEGMENT).ok_or_else(cut)?;
            let len = place.iter().rev().fold(0usize, |all, byte| (all << 8) | usize::from(*byte));
            at += SEGMENT;
            let end = at.checked_add(len).ok_or_else(cut)?;
            let data = bytes.get(at..end).ok_or_else(cut)?;
            sum = data.iter().fold(sum, |sum, byte| sum ^ byte);
            at = end;
        }
        // The checksum is the last byte of a row of 16.
        at |= 15;
        let found = *bytes.get(at).ok_or_else(cut)?;
        if found != sum {
            return Err(bad(format!("adds up to {sum:#04x}, not to {found:#04x} as it says")));
        }
        let least_revision = u16::from_le_bytes([header[15], header[16]]);
        Ok(AppHeader { chip, least_revision, len: at + 1 })
    }
}

#[cfg(test)]
pub(in crate::flash) mod tests {
    use super::*;

    /// An app image for the chip with that number.
    pub(in crate::flash) fn app(chip: u16, segments: &[&[u8]]) -> Vec<u8> {
        let mut file = vec![MAGIC, segments.len() as u8, 2, 0x20];
        file.extend(0x4038_0000u32.to_le_bytes());
        file.extend([0xee, 0, 0, 0]);
        file.extend(chip.to_le_bytes());
        file.extend([0, 3, 0, 0xff, 0xff, 0, 0, 0, 0, 0]);
        assert_eq!(file.len(), HEADER);
        let mut sum = 0xef;
        for data in segments {
            file.extend(0x3c00_0020u32.to_le_bytes());
            file.extend((data.len() as u32).to_le_bytes());
            file.extend(*data);
            sum = data.iter().fold(sum, |sum, byte| sum ^ byte);
        }
        file.resize(file.len() | 15, 0);
        file.push(sum);
        file
    }

    #[test]
    fn a_header_names_the_chip_and_the_checksum_is_added_up() {
        let file = app(5, &[&[1; 100], &[2; 33]]);
        let header = AppHeader::read(&file).unwrap();
        assert_eq!((header.chip.name, header.len), ("esp32c3", file.len()));
        assert_eq!(header.least_revision, 3);
        assert_eq!(AppHeader::read(&app(9, &[&[1; 4]])).unwrap().chip.title, "ESP32-S3");
        assert_eq!(AppHeader::read(&app(0, &[&[1; 4]])).unwrap().chip.title, "ESP32");
        // A digest behind it.
        let mut signed = file.clone();
        signed.extend([9; 32]);
        assert_eq!(AppHeader::read(&signed).unwrap(), header);
    }

    #[test]
    fn what_is_wrong_with_an_image_is_said() {
        let check = |change: &dyn Fn(&mut Vec<u8>), words: &str| {
            let mut file = app(5, &[&[1; 100], &[2; 33]]);
            change(&mut file);
            let error = AppHeader::read(&file).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        check(&|file| file[0] = 0, "no header of an app");
        check(&|file| file.clear(), "no header of an app");
        check(&|file| file.truncate(10), "ends after 10 bytes");
        check(&|file| file.truncate(file.len() - 1), "in the middle");
        check(&|file| file[12] = 0x77, "a chip with the number 119");
        check(&|file| file[1] = 0, "0 segments");
        check(&|file| file[1] = 17, "17 segments");
        check(&|file| file[31] = 0xff, "in the middle");
        check(&|file| file[40] ^= 4, "adds up to");
    }

    #[test]
    fn no_file_is_too_strange() {
        bolero::check!().with_iterations(3000).with_type::<Vec<(u8, u8)>>().for_each(|changes| {
            let mut file = app(5, &[&[7; 100], &[2; 33]]);
            for (at, byte) in changes {
                let at = usize::from(*at) % file.len();
                file[at] = *byte;
            }
            AppHeader::read(&file).ok();
        });
    }
}
