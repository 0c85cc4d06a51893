//! A model that lies in memory before the loop begins, put there by an emulator's loader, a
//! debugger or a flasher, so that a megabyte need not crawl through a UART.
//!
//! A slot is [`HEADER`] bytes and then the file:
//!
//! | offset | what |
//! |---|---|
//! | 0 | `BVMODEL1` |
//! | 8 | length of the file in bytes, u32 LE |
//! | 12 | CRC-32 of the file, u32 LE, as in `LoadModel` |
//! | 16 | bits of the weights once loaded: 32 or 8, u32 LE |
//! | 20 | zero |
//!
//! Memory that nobody wrote holds anything, so nothing of a slot is believed before its checksum
//! held.

use crate::wire::Bits;

/// Bytes in front of the file.
pub const HEADER: usize = 32;

const MAGIC: [u8; 8] = *b"BVMODEL1";

/// A model found in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot<'a> {
    /// The file.
    pub file: &'a [u8],
    /// Its CRC-32.
    pub crc: u32,
    /// The precision to load it in.
    pub bits: Bits,
}

/// What to write in front of `file`.
pub fn header(file: &[u8], bits: Bits) -> [u8; HEADER] {
    let bits: u32 = match bits {
        Bits::F32 => 32,
        Bits::Int8 => 8,
    };
    let mut header = [0; HEADER];
    let fields = [file.len() as u32, crc32fast::hash(file), bits];
    let fields = MAGIC.into_iter().chain(fields.into_iter().flat_map(u32::to_le_bytes));
    header.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
    header
}

/// The model in `memory`, if one lies at its beginning in full and undamaged.
pub fn find(memory: &[u8]) -> Option<Slot<'_>> {
    let (header, rest) = memory.split_first_chunk::<HEADER>()?;
    let (magic, fields) = header.split_first_chunk::<8>()?;
    let (&[len, crc, bits], _) = fields.as_chunks::<4>().0.split_first_chunk::<3>()?;
    if *magic != MAGIC {
        return None;
    }
    let file = rest.get(..u32::from_le_bytes(len) as usize)?;
    let crc = u32::from_le_bytes(crc);
    let bits = match u32::from_le_bytes(bits) {
        32 => Bits::F32,
        8 => Bits::Int8,
        _ => return None,
    };
    (crc32fast::hash(file) == crc).then_some(Slot { file, crc, bits })
}
