//! What holds no text that can be read: known by its first bytes, refused by name, with what to do.

mod openpgp;

/// What a file is instead of a document, and what its owner can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused {
    /// With its article, such as "a PNG image".
    pub(super) what: &'static str,
    /// What to do.
    pub(super) remedy: &'static str,
}

impl Refused {
    pub(super) const BINARY: Self = Self { what: "a binary file", remedy: CHOOSE };
    pub(super) const FOLDER: Self = Self { what: "a folder", remedy: "name the documents in it" };
    pub(super) const ZIP: Self = Self { what: "a zip archive", remedy: UNPACK };
    pub(super) const LOCKED_ZIP: Self = Self { what: "an encrypted zip archive", remedy: UNPACK };
    pub(super) const WORKBOOK: Self = Self { what: "a spreadsheet", remedy: "export it as CSV" };
    pub(super) const SLIDES: Self =
        Self { what: "a presentation", remedy: "export it as PDF or text" };
    pub(super) const LOCKED_PDF: Self = Self { what: "an encrypted PDF", remedy: UNLOCK };
    pub(super) const SCANNED: Self = Self {
        what: "a PDF of pictures without text",
        remedy: "let a text recognition (OCR) add a text layer",
    };
    pub(super) const LOCKED_TEXT: Self =
        Self { what: "an encrypted OpenDocument text", remedy: UNLOCK };
    pub(super) const LOCKED_BOOK: Self =
        Self { what: "an e-book with copy protection", remedy: "choose a copy without it" };
}

const CHOOSE: &str = "choose a document with text in it";
const UNPACK: &str = "unpack it and compress the folder";
const UNLOCK: &str = "save a copy without the password";
const EXPORT: &str = "export what matters in it as text or CSV";
const TRANSCRIBE: &str = "have it transcribed and compress the transcript";
const PICTURE: &str = "let a text recognition (OCR) read it first";
const SAVE_AS: &str = "save it as .docx, .odt or text";
const DECRYPT: &str = "decrypt it first";
const SAVE_UTF8: &str = "save it as UTF-8";

const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"\x7fELF", "an ELF program", CHOOSE),
    (b"MZ\x90", "a Windows program", CHOOSE),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"\x04\x22\x4d\x18", "an LZ4 archive", UNPACK),
    (b"MSCF\0\0\0\0", "a cabinet archive", UNPACK),
    (b"!<arch>\n", "an archive of object files", CHOOSE),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", PICTURE),
    (b"\xff\xd8\xff", "a JPEG image", PICTURE),
    (b"GIF8", "a GIF image", PICTURE),
    (b"II*\0", "a TIFF image", PICTURE),
    (b"MM\0*", "a TIFF image", PICTURE),
    (b"8BPS\0\x01", "a Photoshop image", PICTURE),
    (b"AT&TFORM", "a DjVu document", "export it as PDF with its text layer"),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
    (b"{\\rtf", "an RTF document", SAVE_AS),
    (b"%!PS-Adobe", "a PostScript document", "convert it to PDF"),
    (b"ITSF\x03\0\0\0", "a compiled help file", "export it as HTML"),
    (b"OggS", "an Ogg recording", TRANSCRIBE),
    (b"ID3", "an MP3 recording", TRANSCRIBE),
    (b"fLaC", "a FLAC recording", TRANSCRIBE),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM film", TRANSCRIBE),
    (b"\0asm", "a WebAssembly module", CHOOSE),
    (b"GGUF", "a GGUF model", CHOOSE),
    (b"\xca\xfe\xba\xbe", "a Java class or macOS program", CHOOSE),
    (b"\xcf\xfa\xed\xfe", "a macOS program", CHOOSE),
    (b"\x93NUMPY", "a NumPy array", EXPORT),
    (b"\x89HDF", "an HDF5 file", EXPORT),
    (b"PAR1", "a Parquet table", EXPORT),
    (b"ARROW1\0\0", "an Arrow table", EXPORT),
    (b"wOFF", "a font", CHOOSE),
    (b"wOF2", "a font", CHOOSE),
    (b"\0\x01\0\0\0", "a font", CHOOSE),
    (b"OTTO\0", "a font", CHOOSE),
    (b"\xff\xfe\0\0", "UTF-32 text", SAVE_UTF8),
    (b"\0\0\xfe\xff", "UTF-32 text", SAVE_UTF8),
    (b"-----BEGIN PGP MESSAGE-----", "an encrypted message", DECRYPT),
    (b"age-encryption.org/v1\n", "an encrypted file", DECRYPT),
];

/// Of these, what may also be the first letters of a note, and needs more than its magic.
const LETTERS: &[&[u8]] =
    &[b"BZh", b"ID3", b"GIF8", b"PAR1", b"OggS", b"GGUF", b"fLaC", b"wOFF", b"wOF2"];

/// What `bytes` are, where they are something that is refused. Zip archives and PDFs are looked into
/// elsewhere.
pub(super) fn of(bytes: &[u8]) -> Option<Refused> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(older_office(bytes));
    }
    // Letters that a text about these files may have too need more beside them.
    let is_binary = bytes.iter().take(512).any(|&b| b < 9 || b == 0x7f);
    match (bytes.get(..4), bytes.get(8..12)) {
        (Some(b"RIFF"), Some(b"WEBP")) if is_binary => {
            return Some(Refused { what: "a WebP image", remedy: PICTURE });
        }
        (Some(b"RIFF"), Some(b"WAVE" | b"AVI ")) if is_binary => {
            return Some(Refused { what: "a RIFF recording", remedy: TRANSCRIBE });
        }
        _ => {}
    }
    // Before it stands how long the list of brands is.
    if bytes.get(4..8) == Some(b"ftyp") && bytes.starts_with(b"\0\0") {
        return Some(match bytes.get(8..12) {
            Some(
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"mif2"
                | b"msf1" | b"avif" | b"avis",
            ) => Refused { what: "a HEIF or AVIF image", remedy: PICTURE },
            _ => Refused { what: "an MP4 recording or film", remedy: TRANSCRIBE },
        });
    }
    if bytes.get(257..262) == Some(b"ustar") && is_binary {
        return Some(Refused { what: "a tar archive", remedy: UNPACK });
    }
    if bytes.get(60..68) == Some(b"BOOKMOBI") && is_binary {
        return Some(Refused { what: "a Kindle book", remedy: "convert it to EPUB" });
    }
    if openpgp::is_encrypted(bytes) || bytes.starts_with(b"Salted__") && is_no_text(bytes) {
        return Some(Refused { what: "an encrypted file", remedy: DECRYPT });
    }
    MAGIC
        .iter()
        .find(|(magic, ..)| bytes.starts_with(magic))
        .filter(|(magic, ..)| is_binary || !LETTERS.contains(magic))
        .map(|&(_, what, remedy)| Refused { what, remedy })
}

/// Whether the beginning is no text in UTF-8: in a few random bytes a control byte may be missing.
fn is_no_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(512)];
    let broken = std::str::from_utf8(head).err().is_some_and(|error| error.error_len().is_some());
    broken || head.iter().any(|&b| b < 9)
}

/// A Word, Excel or PowerPoint file from before 2007, or a newer one behind a password.
fn older_office(bytes: &[u8]) -> Refused {
    let named = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|part| part == wide)
    };
    if named("EncryptedPackage") {
        return Refused { what: "an encrypted Office document", remedy: UNLOCK };
    }
    if named("Workbook") {
        return Refused { what: "an older Excel workbook", remedy: "export it as CSV" };
    }
    Refused { what: "an older Office document", remedy: SAVE_AS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_read_and_recordings_are_transcribed() {
        for (bytes, remedy) in [
            (&b"RIFF\x10\0\0\0WEBPVP8 "[..], PICTURE),
            (b"RIFF\x10\0\0\0WAVEfmt ", TRANSCRIBE),
            (b"\0\0\0\x18ftypheic\0\0\0\0", PICTURE),
            (b"\0\0\0\x18ftypavif\0\0\0\0", PICTURE),
            (b"\0\0\0\x18ftypM4A \0\0\0\0", TRANSCRIBE),
        ] {
            assert_eq!(of(bytes).unwrap().remedy, remedy, "{bytes:?}");
        }
        assert_eq!(of(b"RIFF is an acronym."), None);
    }

    #[test]
    fn a_text_about_a_format_is_a_text() {
        let tar = format!("{}ustar", "a ".repeat(128) + "a");
        let book = format!("{}BOOKMOBI", "ab ".repeat(20));
        for text in [
            "The ftyp box holds the brands of an MP4.",
            "wOFF and wOF2 are fonts of the web.",
            "wOF2 is the newer one.",
            "Salted__ is how openssl's files begin, naïvely said.",
            "fLaC is its magic.",
            "RIFF or WEBP: which is which?",
            "RIFF or WAVE?",
            "age-encryption.org/ has the specification.",
            "BZh9 begins an archive.",
            &tar,
            &book,
        ] {
            assert_eq!(of(text.as_bytes()), None, "{text}");
        }
        for (bytes, what) in [
            (&b"wOFF\0\x01\0\0\0\0"[..], "a font"),
            (b"wOF2\0\x01\0\0\0\0", "a font"),
            (b"Salted__\x9c\xe1\xb2\x77\x89\xd0\x91\xaa", "an encrypted file"),
            (b"age-encryption.org/v1\n-> X25519 x", "an encrypted file"),
            (b"fLaC\0\0\0\x22", "a FLAC recording"),
        ] {
            assert_eq!(of(bytes).unwrap().what, what, "{bytes:?}");
        }
    }
}
