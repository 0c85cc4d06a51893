//! Formats that are known not to be text, by their first bytes.

/// The format of `bytes`, with its article, where it is one that is not text.
pub(super) fn of(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x7fELF", "an ELF program"),
        (b"MZ\x90", "a Windows program"),
        (b"%PDF-", "a PDF"),
        (b"PK\x03\x04", "a zip archive or an Office document"),
        (b"PK\x05\x06", "a zip archive"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ\0", "an xz archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office document"),
        (b"{\\rtf", "an RTF document"),
        (b"OggS", "an Ogg recording"),
        (b"ID3", "an MP3 recording"),
        (b"fLaC", "a FLAC recording"),
        (b"\0asm", "a WebAssembly module"),
        (b"GGUF", "a GGUF model"),
        (b"\xca\xfe\xba\xbe", "a Java class or macOS program"),
        (b"\xcf\xfa\xed\xfe", "a macOS program"),
        (b"\x93NUMPY", "a NumPy array"),
        (b"\x89HDF", "an HDF5 file"),
    ];
    if bytes.starts_with(b"RIFF") && matches!(bytes.get(8..12), Some(b"WAVE" | b"WEBP" | b"AVI ")) {
        return Some("a RIFF recording or image");
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some("an MP4 or HEIF file");
    }
    // Three letters of plain text can also begin a note; these two need more than their magic.
    let needs_control_byte: [&[u8]; 3] = [b"BZh", b"ID3", b"GIF8"];
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .filter(|(magic, _)| {
            !needs_control_byte.contains(magic)
                || bytes.iter().take(512).any(|&b| b < 9 || b == 0x7f)
        })
        .map(|&(_, name)| name)
}
