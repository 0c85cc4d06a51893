//! How much a PDF would unpack to, found out without keeping any of it.
//!
//! The parser unpacks each stream it needs as a whole, so that a small file could ask for more memory
//! than there is. Streams are looked for by their keyword, not by the file's own index. What is
//! encrypted, or packed by LZW, is not seen here.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::super::Broken;

/// The most one stream may unpack to: a page scanned at 600 dpi in colour has a third of it.
const STREAM_BYTES: u64 = 256 << 20;
/// The most all streams may, pictures not counted.
const TOTAL_BYTES: u64 = 1 << 30;
/// Deflate cannot do better than 1032 to 1, so that a stream of less cannot be too large.
const HARMLESS_BYTES: usize = 240 << 10;
/// Streams within streams that are unpacked.
const DEEPEST: usize = 4;

/// Refuses what would unpack to too much.
pub(super) fn check(bytes: &[u8]) -> Result<(), Broken> {
    let mut total = 0;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let begin = at + found;
        at = begin + b"stream".len();
        if bytes[..begin].ends_with(b"end") {
            continue;
        }
        let data = &bytes[at..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        if !is_zlib(data) {
            continue;
        }
        let length = find(data, b"endstream").unwrap_or(data.len());
        let before = &bytes[begin.saturating_sub(400)..begin];
        let is_picture = find(before, b"/Image").is_some();
        if is_picture && length < HARMLESS_BYTES {
            at += length;
            continue;
        }
        let size = unpacked(Box::new(data), 0);
        if size > STREAM_BYTES {
            return Err(Broken::Inflated(STREAM_BYTES));
        }
        if !is_picture {
            total += size;
        }
        if total > TOTAL_BYTES {
            return Err(Broken::Inflated(TOTAL_BYTES));
        }
        at += length;
    }
    Ok(())
}

/// The first place of `needle`.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, needle)
}

fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

/// Bytes that come out, counted up to a little more than the limit. Where what comes out is packed
/// again, it is unpacked again; what is damaged ends there.
fn unpacked(packed: Box<dyn Read + '_>, depth: usize) -> u64 {
    let mut decoder = ZlibDecoder::new(packed);
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0;
    while let Ok(some @ 1..) = decoder.read(&mut buffer) {
        if size == 0 && depth + 1 < DEEPEST && is_zlib(&buffer[..some]) {
            let first = std::io::Cursor::new(buffer[..some].to_vec());
            return (some as u64).max(unpacked(Box::new(first.chain(decoder)), depth + 1));
        }
        size += some as u64;
        if size > STREAM_BYTES {
            break;
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn pdf(stream: &[u8]) -> Vec<u8> {
        [&b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode>>\nstream\r\n"[..], stream, b"\nendstream"]
            .concat()
    }

    #[test]
    fn a_bomb_is_refused_even_where_it_is_packed_twice() {
        let bomb = packed(&vec![0; (STREAM_BYTES + 1) as usize]);
        let twice = packed(&bomb);
        assert!(twice.len() < 20_000);
        for bomb in [bomb, twice] {
            assert!(matches!(check(&pdf(&bomb)), Err(Broken::Inflated(STREAM_BYTES))));
        }
        check(&pdf(&packed(&vec![7; 1 << 20]))).unwrap();
        check(&pdf(b"\x78\x9cgarbage")).unwrap();
        check(b"stream").unwrap();
    }
}
