//! Documents read from bytes and files.

use std::io::Write;

use compress::document::{self, Document, Encoding};
use compress::{Budget, Error, Request};

use crate::invariants::{checked, counter};

fn check(bytes: &[u8], encoding: Encoding, text: &str) {
    let document = document::from_bytes("note.txt", bytes).expect("it is text");
    assert_eq!((document.encoding, document.text.as_str()), (Some(encoding), text));
    assert_eq!(document.source_bytes, bytes.len() as u64);
}

fn refused(bytes: &[u8], expect: &str) {
    let error = document::from_bytes("thing.bin", bytes).expect_err("refused").to_string();
    assert!(error.contains(expect), "{error}");
    assert!(error.ends_with("thing.bin"), "{error}");
}

#[test]
fn encodings_are_found_and_line_endings_kept() {
    check(
        "Zeile eins\r\nZeile zwei\rdrei\n".as_bytes(),
        Encoding::UTF_8,
        "Zeile eins\r\nZeile zwei\rdrei\n",
    );
    check(b"\xef\xbb\xbfmarked", Encoding::UTF_8, "marked");
    check(b"na\xefve caf\xe9", Encoding::WINDOWS_1252, "naïve café");
    let wide = |order: fn(u16) -> [u8; 2]| {
        "Grüße, 世界\r\n".encode_utf16().flat_map(order).collect::<Vec<u8>>()
    };
    check(
        &[&b"\xff\xfe"[..], &wide(u16::to_le_bytes)].concat(),
        Encoding::UTF_16LE,
        "Grüße, 世界\r\n",
    );
    check(
        &[&b"\xfe\xff"[..], &wide(u16::to_be_bytes)].concat(),
        Encoding::UTF_16BE,
        "Grüße, 世界\r\n",
    );
    check(&wide(u16::to_le_bytes), Encoding::UTF_16LE, "Grüße, 世界\r\n");
    check(&wide(u16::to_be_bytes), Encoding::UTF_16BE, "Grüße, 世界\r\n");
}

#[test]
fn formats_that_are_not_text_are_refused_by_name() {
    refused(b"\x7fELF\x02\x01\x01\0\0\0", "an ELF program");
    refused(b"PK\x03\x04\x14\0\x06\0", "a zip archive that cannot be read");
    refused(b"-----BEGIN PGP MESSAGE-----\n", "an encrypted message, decrypt it first");
    refused(b"\xff\xfe\0\0a\0\0\0", "UTF-32 text, save it as UTF-8");
    refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image");
    refused(b"\x1f\x8b\x08\0\0\0\0\0", "a gzip archive, unpack it and compress the folder");
    refused(&[0, 1, 2, 3, 200, 201, 0, 0, 5, 6, 7, 8, 130, 131], "a binary file");
}

#[test]
fn nothing_but_white_space_is_empty() {
    refused(b"", "is empty");
    refused(b" \r\n\t ", "is empty");
    refused(b"\xef\xbb\xbf", "is empty");
}

#[test]
fn files_give_name_and_hash_and_the_limit_is_stated() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.md");
    std::fs::File::create(&path).expect("a file").write_all(b"abc").expect("written");
    let Document { name, sha256, .. } = document::load(&path).expect("read");
    assert_eq!(name, "notes.md");
    assert_eq!(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let large = document::load_within(&path, 2).expect_err("too large");
    assert!(
        large.to_string().contains("has 3 bytes and the limit is 2 bytes, split it"),
        "{large}"
    );
    assert!(matches!(document::load(folder.path()), Err(Error::NotText { what: "a folder", .. })));
    assert!(matches!(document::load(folder.path().join("none")), Err(Error::Unreadable { .. })));
}

#[test]
fn a_reader_that_never_ends_is_cut_off_at_the_limit() {
    let endless = std::io::repeat(b'a');
    let error = document::from_reader("stream", endless, 1 << 16).expect_err("too large");
    assert!(matches!(error, Error::TooLarge { limit: 65536, .. }));
}

#[test]
fn one_line_of_five_megabytes_is_compressed_or_refused_in_sane_time() {
    let words: String =
        (0..5_000_000 / 38).map(|n| format!("brimming with detail number {n} and ")).collect();
    assert!(checked(&Request::new(&words, Budget::Ratio(8.0))).tokens_out > 1000);
    let letters = "a".repeat(5_000_000);
    let done = compress::compress(&Request::new(&letters, Budget::Ratio(4.0)), &counter());
    assert!(done.is_ok_and(|d| d.refused.is_some()));
    let flags = "🇳🇴".repeat(200_000);
    checked(&Request::new(&flags, Budget::Ratio(4.0)));
    let marks = format!("a{}", "\u{301}".repeat(500_000));
    checked(&Request::new(&marks, Budget::Ratio(4.0)));
    let spaces = " ".repeat(300_000) + "end";
    checked(&Request::new(&spaces, Budget::Ratio(4.0)));
    let stops = ". ".repeat(1_000_000);
    checked(&Request::new(&stops, Budget::Ratio(4.0)));
}

/// What is nested so deep that whoever follows it by recursion falls.
fn deep(depth: usize) -> [String; 4] {
    let around = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    [
        around("[", "\"the pump failed in 1987\"", "]"),
        around("{\"a\":", "{\"pump\": 7, \"bar\": 3.5}", "}"),
        around("[{\"parts\":[1,2,", "3", "]}]"),
        // Never closed.
        "[{\"a\":".repeat(depth),
    ]
}

#[test]
fn json_a_thousand_deep_is_compressed_or_refused_and_stays_json() {
    for depth in [100, 1_000, 20_000] {
        for text in deep(depth) {
            for name in ["deep.json", "deep.txt"] {
                let document = document::from_bytes(name, text.as_bytes()).expect("it is text");
                let request = Request {
                    kind: document.kind,
                    ..Request::new(&document.text, Budget::Tokens(40))
                };
                let done = checked(&request);
                // Deeper than 128 a reader of JSON gives up; what it can read stays readable.
                let whole = serde_json::from_str::<serde_json::Value>(&document.text).is_ok();
                if whole && !done.text.is_empty() {
                    serde_json::from_str::<serde_json::Value>(&done.text).expect("JSON still");
                }
                compress::analyse(&document.text, document.kind, None);
            }
        }
    }
    let line = format!("{{\"text\": {}, \"ratio\": 2}}\n", deep(1_000)[0]);
    let mut out = Vec::new();
    compress::jsonl::run(line.as_bytes(), &mut out, &counter(), 1).expect("memory does not fail");
    assert!(String::from_utf8_lossy(&out).contains("\"error\""), "a text is no array");
}

#[test]
fn encodings_mixed_in_one_file_give_one_text_and_no_panic() {
    let latin = "Pumpe geprüft, Druck 3,5 bar, gemäß Protokoll für Köln\n";
    let utf8 = latin.repeat(40);
    let old: Vec<u8> = latin.chars().map(|c| c as u8).collect();
    let wide: Vec<u8> = latin.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cyrillic = b"\xcd\xe0\xf1\xee\xf1 \xf0\xe0\xe1\xee\xf2\xe0\xe5\xf2\n".repeat(20);
    let parts: [&[u8]; 4] = [utf8.as_bytes(), &old, &wide, &cyrillic];
    for first in parts {
        for second in parts {
            for third in parts {
                let bytes = [first, second, third].concat();
                match document::from_bytes("mixed.log", &bytes) {
                    Ok(document) => {
                        assert!(
                            document.text.contains("Druck")
                                || !bytes.windows(5).any(|w| w == b"Druck")
                        );
                        checked(&Request::new(&document.text, Budget::Ratio(3.0)));
                    }
                    Err(error) => assert!(error.to_string().ends_with("mixed.log"), "{error}"),
                }
            }
        }
    }
}
