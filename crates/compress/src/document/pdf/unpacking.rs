//! How much a PDF would unpack to, found out without keeping any of it.
//!
//! The parser unpacks each stream it needs as a whole, so that a small file could ask for more memory
//! than there is. Streams are looked for by their keyword, not by the file's own index, and are unpacked
//! as they say they are packed, and as they look. What is encrypted is not seen here.

use std::io::Read;
use std::time::Instant;

use super::super::Broken;
use super::SECONDS;
use super::layers::{Layer, looks_like, named, open};

/// The most one stream may unpack to: a page scanned at 600 dpi in colour has a third of it.
const STREAM_BYTES: u64 = 256 << 20;
/// The most all streams may, pictures not counted.
const TOTAL_BYTES: u64 = 1 << 30;
/// Deflate cannot do better than 1032 to 1, so that a stream of less cannot be too large.
const HARMLESS_BYTES: usize = 240 << 10;
/// Streams within streams that are unpacked.
const DEEPEST: usize = 4;
/// Ways of unpacking that are tried on one stream.
const MOST_WAYS: usize = 12;
/// Bytes by which it is told how something may be packed.
const HEAD: usize = 64;

/// Refuses what would unpack to too much, or takes longer than `until` to find out.
pub(super) fn check(bytes: &[u8], until: Instant) -> Result<(), Broken> {
    let mut total = 0;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let begin = at + found;
        // Not beyond what looks like this stream's end: another object may say otherwise.
        at = begin + b"stream".len();
        if bytes[..begin].ends_with(b"end") {
            continue;
        }
        if Instant::now() > until {
            return Err(Broken::Slow(SECONDS));
        }
        let data = &bytes[at..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let before = &bytes[begin.saturating_sub(400)..begin];
        let is_picture = is_picture(before);
        if is_picture && find(data, b"endstream").unwrap_or(data.len()) < HARMLESS_BYTES {
            continue;
        }
        let size = unpacked(data, before);
        if size > STREAM_BYTES {
            return Err(Broken::Inflated(STREAM_BYTES));
        }
        if !is_picture {
            total += size;
        }
        if total > TOTAL_BYTES {
            return Err(Broken::Inflated(TOTAL_BYTES));
        }
    }
    Ok(())
}

/// The first place of `needle`.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, needle)
}

/// Whether these are the words before a stream that is a picture, which is not unpacked to be read.
fn is_picture(before: &[u8]) -> bool {
    let mut rest = before;
    while let Some(at) = find(rest, b"/Subtype") {
        rest = &rest[at + b"/Subtype".len()..];
        let name = rest.trim_ascii_start();
        let after = name.strip_prefix(b"/Image").and_then(|after| after.first());
        if after.is_some_and(|after| !after.is_ascii_alphanumeric()) {
            return true;
        }
    }
    false
}

/// The most bytes that come out of any layer: where what comes out is packed again, it is unpacked
/// again. Counted up to a little more than the limit; what is damaged ends there.
fn unpacked(data: &[u8], before: &[u8]) -> u64 {
    let said = named(before);
    let mut waiting: Vec<Vec<Layer>> = (1..=said.len()).map(|many| said[..many].to_vec()).collect();
    let head = &data[..data.len().min(HEAD)];
    waiting.extend(looks_like(head).into_iter().map(|layer| vec![layer]));
    // The parser tries this too where there is no head.
    waiting.push(vec![Layer::Deflate]);
    let (mut most, mut at) = (0, 0);
    while let Some(way) = waiting.get(at).cloned() {
        at += 1;
        let (size, head) = count(open(data, &way));
        most = most.max(size);
        if most > STREAM_BYTES || at > MOST_WAYS {
            break;
        }
        if way.len() == DEEPEST {
            continue;
        }
        let mut next = looks_like(&head);
        // Text looks like letters for bytes too. Where it is said how a stream is packed, that is no reason
        // to unpack all texts twice.
        if !said.is_empty() {
            next.retain(|layer| !matches!(layer, Layer::Ascii85 | Layer::AsciiHex));
        }
        if matches!(way.last(), Some(Layer::Ascii85 | Layer::AsciiHex | Layer::RunLength)) {
            next.push(Layer::Deflate);
        }
        for layer in next {
            let deeper = [&way[..], &[layer]].concat();
            if !waiting.contains(&deeper) {
                waiting.push(deeper);
            }
        }
    }
    most
}

/// How many bytes there are, and how they begin.
fn count(mut layer: Box<dyn Read + '_>) -> (u64, Vec<u8>) {
    let mut buffer = vec![0; 64 << 10];
    let (mut size, mut head) = (0, Vec::new());
    while let Ok(some @ 1..) = layer.read(&mut buffer) {
        if head.len() < HEAD {
            head.extend_from_slice(&buffer[..some.min(HEAD - head.len())]);
        }
        size += some as u64;
        if size > STREAM_BYTES {
            break;
        }
    }
    (size, head)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;
    use crate::document::pdf::layers::packing;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn pdf(stream: &[u8]) -> Vec<u8> {
        [&b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode>>\nstream\r\n"[..], stream, b"\nendstream"]
            .concat()
    }

    fn checked(pdf: &[u8]) -> Result<(), Broken> {
        check(pdf, Instant::now() + std::time::Duration::from_secs(60))
    }

    #[test]
    fn a_bomb_is_refused_however_it_is_packed() {
        let zeros = vec![0; (STREAM_BYTES + 1) as usize];
        let bomb = packed(&zeros);
        let twice = packed(&bomb);
        assert!(twice.len() < 20_000);
        // It looks packed again and is not.
        let mut looks = zeros.clone();
        looks[..2].copy_from_slice(b"\x78\x9c");
        // Without a head, which the parser does not insist on.
        let bare = bomb[2..].to_vec();
        for bomb in [&bomb, &twice, &packed(&looks), &bare] {
            assert!(matches!(checked(&pdf(bomb)), Err(Broken::Inflated(STREAM_BYTES))));
        }
        // Behind another stream that does not say where it ends.
        let mut hidden = [pdf(&packed(b"small")), pdf(&bomb)].concat();
        let end = find(&hidden, b"endstream").unwrap();
        hidden.drain(end..end + b"endstream".len());
        assert!(matches!(checked(&hidden), Err(Broken::Inflated(STREAM_BYTES))));
        checked(&pdf(&packed(&vec![7; 1 << 20]))).unwrap();
        checked(&pdf(b"\x78\x9cgarbage")).unwrap();
        checked(b"stream").unwrap();
        assert!(matches!(check(&pdf(&bomb), Instant::now()), Err(Broken::Slow(_))));
    }

    #[test]
    fn a_bomb_is_refused_also_by_other_ways() {
        let zeros = vec![0; (STREAM_BYTES + 1) as usize];
        let lzw = packing::lzw_of_zeros(zeros.len());
        assert!(lzw.len() < 200 << 10, "{}", lzw.len());
        let behind = |names: &str, stream: &[u8]| {
            let head = format!("%PDF-1.4\n1 0 obj<</Filter[{names}]>>\nstream\n");
            [head.as_bytes(), stream, b"\nendstream"].concat()
        };
        let refused = |pdf: &[u8]| matches!(checked(pdf), Err(Broken::Inflated(STREAM_BYTES)));
        assert!(refused(&behind("/LZWDecode", &lzw)));
        // Not said there, but elsewhere.
        assert!(refused(&behind("7 0 R", &lzw)));
        let flate = packed(&zeros);
        assert!(refused(&behind("/ASCII85Decode/FlateDecode", &packing::ascii85(&flate))));
        assert!(refused(&behind("7 0 R", &packing::ascii85(&flate))));
        assert!(refused(&behind("/A85/LZW", &packing::ascii85(&lzw))));
        let hex: String = flate.iter().map(|byte| format!("{byte:02X}")).collect();
        assert!(refused(&behind("/AHx/Fl", hex.as_bytes())));
        let bare: String = flate[2..].iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(refused(&behind("8 0 R", bare.as_bytes())));
        let runs = [129, 0].repeat((STREAM_BYTES / 128 + 1) as usize);
        assert!(refused(&behind("/RunLengthDecode", &runs)));
        // What is small stays what it is.
        checked(&behind("/LZWDecode", &packing::lzw(&vec![7; 1 << 20]))).unwrap();
        checked(&behind("/A85", b"BT /F 12 Tf (words and words) Tj ET")).unwrap();
    }

    #[test]
    fn only_what_is_said_to_be_a_picture_is_one() {
        for (before, expect) in [
            (&b"<</Type/XObject/Subtype/Image/Width 9>>"[..], true),
            (b"<</Subtype /Image>>", true),
            (b"<</ProcSet[/PDF/ImageC]/Subtype/Form>>", false),
            (b"<</Subtype/ImageX>>", false),
        ] {
            assert_eq!(is_picture(before), expect, "{before:?}");
        }
    }
}
