//! From bytes to text: byte order mark, UTF-8, UTF-16 by its zero bytes, then what the older encodings'
//! letter pairs look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// Bytes that the detector of older encodings looks at; it has made up its mind long before.
const DETECTED_BYTES: usize = 1 << 20;

/// How a document's bytes were decoded: an encoding of the web's standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// UTF-8, with or without a byte order mark.
    pub const UTF_8: Self = Self(UTF_8);
    /// UTF-16, low byte first.
    pub const UTF_16LE: Self = Self(UTF_16LE);
    /// UTF-16, high byte first.
    pub const UTF_16BE: Self = Self(UTF_16BE);
    /// windows-1252, which contains Latin-1.
    pub const WINDOWS_1252: Self = Self(WINDOWS_1252);

    /// The encoding that a label names, such as `shift_jis` or `latin1`.
    pub fn from_label(label: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label(label.as_bytes()).map(Self)
    }

    /// The usual name, for reports.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// The text of `bytes`; `None` where they look like no text at all. `declared` is what the document
/// says of itself, and is believed where nothing else is certain.
pub(super) fn decode(bytes: &[u8], declared: Option<Encoding>) -> Option<(Encoding, String)> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return Some((Encoding(encoding), plain(encoding, &bytes[mark..])));
    }
    // UTF-16 of plain letters is also valid UTF-8 with zero bytes in it, so it is asked first.
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Some((encoding, plain(encoding.0, bytes)));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(japanese) = iso_2022_jp(bytes) {
            return Some((Encoding(ISO_2022_JP), japanese));
        }
        return (!too_many_controls(bytes)).then(|| (Encoding::UTF_8, text.to_owned()));
    }
    if bytes.contains(&0) || too_many_controls(bytes) {
        return None;
    }
    if let Some(text) = damaged_utf8(bytes) {
        return Some((Encoding::UTF_8, text));
    }
    if let Some(Encoding(declared)) = declared
        && declared != UTF_8
        && let (text, false) = declared.decode_without_bom_handling(bytes)
    {
        return Some((Encoding(declared), text.into_owned()));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(DETECTED_BYTES)], bytes.len() <= DETECTED_BYTES);
    let found = detector.guess(None, Utf8Detection::Deny);
    Some((Encoding(found), plain(found, bytes)))
}

fn plain(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-8 with a few other bytes in it, such as a log that many programs write into: those bytes are
/// read as windows-1252. `None` where they are not few beside what is good UTF-8.
fn damaged_utf8(bytes: &[u8]) -> Option<String> {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    if good < bad.saturating_mul(4) {
        return None;
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&plain(WINDOWS_1252, chunk.invalid()));
    }
    Some(text)
}

/// Japanese mail: seven bits a byte, and escape sequences that switch between alphabets.
fn iso_2022_jp(bytes: &[u8]) -> Option<String> {
    let switches = bytes.windows(3).any(|three| matches!(three, b"\x1b$B" | b"\x1b$@"));
    if !switches || !bytes.is_ascii() {
        return None;
    }
    let (text, bad) = ISO_2022_JP.decode_without_bom_handling(bytes);
    (!bad).then(|| text.into_owned())
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
        Some(Encoding::UTF_16LE)
    } else if check(zero_high_be, zero_high_le, blanks_be, UTF_16BE) {
        Some(Encoding::UTF_16BE)
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
        assert_eq!(decode(bytes, None), Some((encoding, text.to_owned())));
    }

    fn utf16_bytes(text: &str, order: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn marks_decide_and_are_taken_off() {
        check(b"\xef\xbb\xbfhi", Encoding::UTF_8, "hi");
        check(b"\xff\xfeh\0i\0", Encoding::UTF_16LE, "hi");
        check(b"\xfe\xff\0h\0i", Encoding::UTF_16BE, "hi");
    }

    #[test]
    fn utf16_without_a_mark_is_found_in_both_orders_and_scripts() {
        for text in
            ["Grüße aus Köln\r\n", "это проверка текста\nи ещё строка\n", "漢字 と かな の 文\n"]
        {
            check(&utf16_bytes(text, u16::to_le_bytes), Encoding::UTF_16LE, text);
            check(&utf16_bytes(text, u16::to_be_bytes), Encoding::UTF_16BE, text);
        }
    }

    #[test]
    fn one_zero_byte_in_plain_text_stays_utf8() {
        check(
            b"a few words and a \0 between them",
            Encoding::UTF_8,
            "a few words and a \0 between them",
        );
    }

    #[test]
    fn the_older_encodings_are_told_by_their_letters() {
        check(b"caf\xe9 \x93quoted\x94 \x80 5", Encoding::WINDOWS_1252, "café “quoted” € 5");
        for (label, text) in [
            ("shift_jis", "港の水位は午前六時に二メートルを超えた。管理人は記録に残した。"),
            ("euc-jp", "港の水位は午前六時に二メートルを超えた。管理人は記録に残した。"),
            ("iso-2022-jp", "港の水位は午前六時に二メートルを超えた。"),
            ("gbk", "水泵于一九八七年由港务局安装，此后一直在那里运行。"),
            ("big5", "水泵於一九八七年由港務局安裝，此後一直在那裡運行。"),
            ("euc-kr", "항구의 펌프는 1987년에 설치되었고 그 뒤로 계속 그 자리에 있다."),
            ("windows-1251", "Насос установили в порту в 1987 году, и с тех пор он там."),
            ("koi8-u", "Насос установили в порту в 1987 году, и с тех пор он там."),
            ("windows-1250", "Čerpadlo v přístavu běží od roku 1987 a nikdo ho nevypnul."),
            ("windows-1253", "Η αντλία του λιμανιού λειτουργεί από το 1987 χωρίς διακοπή."),
        ] {
            let encoding = Encoding::from_label(label).unwrap();
            let (bytes, _, missing) = encoding.0.encode(text);
            assert!(!missing, "{label}");
            check(&bytes, encoding, text);
        }
    }

    #[test]
    fn a_few_foreign_bytes_do_not_turn_utf8_into_something_else() {
        let good = "Größe, Länge, Höhe, Fläche, Gewähr\n".repeat(3);
        let mixed = [good.as_bytes(), b"caf\xe9"].concat();
        check(&mixed, Encoding::UTF_8, &format!("{good}café"));
    }

    #[test]
    fn what_a_document_says_of_itself_is_believed_where_it_fits() {
        let greek = Encoding::from_label("iso-8859-7").unwrap();
        let (bytes, ..) = greek.0.encode("νερό");
        assert_eq!(decode(&bytes, Some(greek)), Some((greek, "νερό".to_owned())));
    }

    #[test]
    fn noise_is_no_text() {
        assert_eq!(decode(&[0, 159, 146, 150, 1, 2, 3, 4, 0, 255, 0, 7], None), None);
    }
}
