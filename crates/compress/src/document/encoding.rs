//! From bytes to text: byte order mark, then UTF-8, then UTF-16 by its zero bytes, then windows-1252.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// How a document's bytes were decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// windows-1252, which contains Latin-1: what is left when nothing else fits.
    Windows1252,
}

impl Encoding {
    /// The usual name, for reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// The text of `bytes`; `None` where they look like no text at all.
pub(super) fn decode(bytes: &[u8]) -> Option<(Encoding, String)> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Some((Encoding::Utf8, String::from_utf8_lossy(rest).into_owned()));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Some((Encoding::Utf16Le, utf16(UTF_16LE, rest)));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Some((Encoding::Utf16Be, utf16(UTF_16BE, rest)));
    }
    // UTF-16 of plain letters is also valid UTF-8 with zero bytes in it, so it is asked first.
    if let Some(encoding) = utf16_without_mark(bytes) {
        let decoder = match encoding {
            Encoding::Utf16Be => UTF_16BE,
            _ => UTF_16LE,
        };
        return Some((encoding, utf16(decoder, bytes)));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (!too_many_controls(bytes)).then(|| (Encoding::Utf8, text.to_owned()));
    }
    if bytes.contains(&0) || too_many_controls(bytes) {
        return None;
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Some((Encoding::Windows1252, text.into_owned()))
}

fn utf16(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-16 without a mark: zero bytes nearly all on one side of the pairs, or line ends and spaces that
/// are (for scripts without zero bytes), and hardly any invalid unit.
fn utf16_without_mark(bytes: &[u8]) -> Option<Encoding> {
    let sample = bytes.get(..bytes.len().min(1 << 16) & !1)?;
    if sample.len() < 4 || !bytes.len().is_multiple_of(2) || !sample.contains(&0) {
        return None;
    }
    // A stray zero byte does not make UTF-16 of what reads as UTF-8.
    let plain = std::str::from_utf8(bytes).is_ok() && !too_many_controls(bytes);
    let pairs = sample.len() / 2;
    // Low byte first: units such as 0x0020 are seen as (0x20, 0).
    let (mut zero_high_le, mut zero_high_be, mut blanks_le, mut blanks_be) = (0, 0, 0, 0);
    for pair in sample.chunks_exact(2) {
        let blank = |b: u8| matches!(b, b' ' | b'\n' | b'\r' | b'\t');
        zero_high_le += usize::from(pair[1] == 0 && pair[0] != 0);
        zero_high_be += usize::from(pair[0] == 0 && pair[1] != 0);
        blanks_le += usize::from(pair[1] == 0 && blank(pair[0]));
        blanks_be += usize::from(pair[0] == 0 && blank(pair[1]));
    }
    let check =
        |mine: usize, other: usize, blanks: usize, encoding: &'static encoding_rs::Encoding| {
            let mostly_latin = mine * 10 >= pairs * 4 && other * 20 <= mine;
            let blanks_only =
                !plain && blanks * 200 >= pairs && blanks > 0 && other * 4 <= blanks.max(4);
            (mostly_latin || blanks_only) && {
                let (text, bad) = encoding.decode_without_bom_handling(sample);
                !bad && !text.chars().any(|c| c == '\0' || (c < ' ' && !c.is_whitespace()))
            }
        };
    if check(zero_high_le, zero_high_be, blanks_le, UTF_16LE) {
        Some(Encoding::Utf16Le)
    } else if check(zero_high_be, zero_high_le, blanks_be, UTF_16BE) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// More than one byte in fifty (and more than a stray few) is a control character no text uses.
fn too_many_controls(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(1 << 16)];
    let controls = sample
        .iter()
        .filter(|&&b| (b < 9 || (14..32).contains(&b) || b == 0x7f) && b != 0x1b && b != 0x0c)
        .count();
    controls > 2 && controls * 50 > sample.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], encoding: Encoding, text: &str) {
        assert_eq!(decode(bytes), Some((encoding, text.to_owned())));
    }

    fn utf16_bytes(text: &str, order: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn marks_decide_and_are_taken_off() {
        check(b"\xef\xbb\xbfhi", Encoding::Utf8, "hi");
        check(b"\xff\xfeh\0i\0", Encoding::Utf16Le, "hi");
        check(b"\xfe\xff\0h\0i", Encoding::Utf16Be, "hi");
    }

    #[test]
    fn utf16_without_a_mark_is_found_in_both_orders_and_scripts() {
        for text in
            ["Grüße aus Köln\r\n", "это проверка текста\nи ещё строка\n", "漢字 と かな の 文\n"]
        {
            check(&utf16_bytes(text, u16::to_le_bytes), Encoding::Utf16Le, text);
            check(&utf16_bytes(text, u16::to_be_bytes), Encoding::Utf16Be, text);
        }
    }

    #[test]
    fn one_zero_byte_in_plain_text_stays_utf8() {
        check(
            b"a few words and a \0 between them",
            Encoding::Utf8,
            "a few words and a \0 between them",
        );
    }

    #[test]
    fn what_is_not_utf8_is_windows_1252() {
        check(b"caf\xe9 \x93quoted\x94 \x80 5", Encoding::Windows1252, "café “quoted” € 5");
    }

    #[test]
    fn noise_is_no_text() {
        assert_eq!(decode(&[0, 159, 146, 150, 1, 2, 3, 4, 0, 255, 0, 7]), None);
    }
}
