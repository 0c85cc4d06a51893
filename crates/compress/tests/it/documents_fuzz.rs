//! Arbitrary bytes inside of formats: each target makes a document that is right enough to be read.

use std::io::{Cursor, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use compress::document::{self, Document, Format};
use zip::write::SimpleFileOptions;

pub(crate) const TIME: Duration = Duration::from_millis(1000);

/// What holds of every document that could be read.
pub(crate) fn look(name: &str, bytes: &[u8]) {
    let Ok(document) = document::from_bytes(name, bytes) else { return };
    let Document { text, anchors, source_bytes, .. } = &document;
    assert!(!text.trim().is_empty());
    assert_eq!(*source_bytes, bytes.len() as u64);
    assert!(anchors.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(anchors.iter().all(|anchor| text.is_char_boundary(anchor.at)));
}

/// Bytes as a text of these parts.
fn of_parts(bytes: &[u8], parts: &[&str]) -> String {
    bytes.iter().map(|byte| parts[usize::from(*byte) % parts.len()]).collect()
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("memory does not fail");
        writer.write_all(bytes).expect("memory does not fail");
    }
    writer.finish().expect("memory does not fail").into_inner()
}

#[test]
fn any_page_is_read() {
    const PARTS: &[&str] = &[
        "<p>",
        "</p>",
        "<div class=nav>",
        "</div>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<ul>",
        "<li>",
        "</ul>",
        "<h1>",
        "<h3>",
        "<a href=x>",
        "</a>",
        "<pre>",
        "</pre>",
        "<br>",
        "<b>",
        "<script>",
        "</script>",
        "<title>",
        "<sup>",
        "2",
        "word ",
        " ",
        "\n",
        "&amp;",
        "&#x1F600;",
        "&bogus;",
        "<!--",
        "-->",
        "<main>",
        "<nav>",
        "</nav>",
        "<",
        ">",
        "\"",
        "é",
        "漢",
        "\u{ad}",
        "<article>",
        "</article>",
        "<template>",
        "<?xml?>",
        "<![CDATA[",
        "]]>",
        "\0",
        "<img>",
    ];
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        look("a.html", of_parts(bytes, PARTS).as_bytes());
        look("a.html", bytes);
    });
}

#[test]
fn any_word_processors_document_is_read() {
    const PARTS: &[&str] = &[
        "<w:p>",
        "</w:p>",
        "<w:r>",
        "</w:r>",
        "<w:t>",
        "</w:t>",
        "<w:tbl>",
        "</w:tbl>",
        "<w:tr>",
        "</w:tr>",
        "<w:tc>",
        "</w:tc>",
        "<w:del>",
        "</w:del>",
        "<w:tab/>",
        "<w:pPr>",
        "</w:pPr>",
        "<w:pStyle w:val='H'/>",
        "<w:numPr><w:ilvl w:val='9999999999'/><w:numId w:val='1'/></w:numPr>",
        "<w:footnote>",
        "</w:footnote>",
        "<m:num>",
        "</m:num>",
        "word ",
        "&amp;",
        "&#0;",
        "&x;",
        "<text:p>",
        "</text:p>",
        "<text:list>",
        "</text:list>",
        "<text:note-body>",
        "</text:note-body>",
        "<text:list-item>",
        "</text:list-item>",
        "<table:table>",
        "</table:table>",
        "<table:table-cell/>",
        "<text:h text:outline-level='77'>",
        "</text:h>",
        "<office:text>",
        "<",
        "é",
        "\0",
    ];
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let made = of_parts(bytes, PARTS);
        let closed = format!("<a xmlns:w='w'>{made}</a>");
        for text in [made.as_bytes(), closed.as_bytes(), bytes] {
            let types: (&str, &[u8]) = ("[Content_Types].xml", b"");
            look("a", &packed(&[types, ("word/document.xml", text), ("word/styles.xml", text)]));
            let mime: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
            look("a", &packed(&[mime, ("content.xml", text)]));
        }
    });
}

#[test]
fn any_subtitles_and_conversations_are_read() {
    const PARTS: &[&str] = &[
        "1\n",
        "00:00:01,000 --> 00:00:02,000\n",
        "\n\n",
        "WEBVTT\n\n",
        "99:99:99.9 --> 1:1.1\n",
        "<v Ann>",
        "<i>",
        "{\\an8}",
        "{",
        "<",
        ">",
        "said ",
        "é",
        "31.12.23, 21:15 - ",
        "Ann: ",
        "[1/2/24, 9:15:02 PM] ",
        "{\"messages\":[",
        "{\"role\":\"user\",\"content\":",
        "\"a\"",
        "}",
        "]",
        ",",
        "[",
        "{\"mapping\":{\"a\":{\"parent\":\"a\",\"message\":{\"content\":",
        "\n",
    ];
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        look("a", of_parts(bytes, PARTS).as_bytes());
    });
}

#[test]
fn any_subtitles_of_other_styles_are_read() {
    const PARTS: &[&str] = &[
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,Ann,0,0,0,,",
        "Comment: ",
        "Format: Start, Text\n",
        "Format: \n",
        "[Events]\n",
        "[",
        "{\\p1}",
        "{\\i1",
        "}",
        "\\N",
        "\\",
        ",",
        "0:00:01.000,0:00:03.500\n",
        "9:99:99999999999999999999.9",
        "[br]",
        "<p begin='1s'>",
        "<p begin='99999999999999999999999h'>",
        "<p>",
        "</p>",
        "<div begin='00:00:01:29'>",
        "</div>",
        "<span begin='7t'>",
        "</span>",
        "<br/>",
        "<metadata>",
        "</metadata>",
        "&lt;",
        "&x;",
        "said ",
        "é",
        "\n",
        "\n\n",
        "<",
    ];
    let read = AtomicUsize::new(0);
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let made = of_parts(bytes, PARTS);
        for (head, end) in [
            ("[Script Info]\n[Events]\n", ""),
            ("0:00:01.000,0:00:03.500\nsaid\n\n", ""),
            ("<tt tickRate='3'><body>", "</body></tt>"),
            ("<tt frameRate='0'>", ""),
        ] {
            let text = format!("{head}{made}{end}");
            look("a", text.as_bytes());
            let is_read = document::from_bytes("a", text.as_bytes())
                .is_ok_and(|document| document.format == Format::Subtitles);
            read.fetch_add(usize::from(is_read), Ordering::Relaxed);
        }
    });
    assert!(read.into_inner() > 0, "none of them was ever read");
}

#[test]
fn any_e_book_is_read() {
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let container: &[u8] = b"<c><rootfile full-path='a/b.opf'/></c>";
        let contents: &[u8] =
            b"<p><item id='1' href='../c%' media-type='x/html'/><itemref idref='1'/></p>";
        let head: [(&str, &[u8]); 2] =
            [("mimetype", b"application/epub+zip"), ("META-INF/container.xml", container)];
        look("a", &packed(&[head[0], head[1], ("a/b.opf", contents), ("c%", bytes)]));
        look("a", &packed(&[head[0], head[1], ("a/b.opf", bytes)]));
        look("a", &packed(&[head[0], ("META-INF/container.xml", bytes)]));
    });
}

#[test]
fn any_damage_to_an_archive_is_survived() {
    let good = packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<d><p><r><t>some words of it</t></r></p></d>"),
    ]);
    bolero::check!().with_test_time(TIME).with_type::<Vec<(u16, u8)>>().for_each(|damage| {
        look("a", &damaged(&good, damage));
    });
}

#[test]
fn any_damage_to_a_pdf_is_survived() {
    let good = "%PDF-1.4\n%\u{e4}\u{fc}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources\
        <</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>endobj\n\
        4 0 obj<</Length 74>>\nstream\nBT /F 12 Tf 50 700 Td [(Some)-300(words)] TJ T* (more) Tj ET q /X Do Q\nendstream endobj\n\
        5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
        6 0 obj<</Subtype/Form/BBox[0 0 9 9]/Length 4/Filter[/ASCIIHexDecode]>>\nstream\n512051>\nendstream endobj\n\
        trailer<</Root 1 0 R>>\n";
    look("a.pdf", good.as_bytes());
    bolero::check!().with_test_time(TIME).with_type::<(Vec<(u16, u8)>, Vec<u8>)>().for_each(
        |(damage, more)| {
            look("a.pdf", &damaged(good.as_bytes(), damage));
            let stream = String::from_utf8_lossy(more);
            look("a.pdf", good.replace("T* (more) Tj", &stream).as_bytes());
        },
    );
}

#[test]
fn any_packed_stream_of_a_pdf_is_survived() {
    const WAYS: [&str; 8] = [
        "/LZWDecode",
        "/FlateDecode",
        "/ASCII85Decode",
        "/ASCIIHexDecode/LZWDecode",
        "/ASCII85Decode/FlateDecode",
        "/RunLengthDecode",
        "/A85/AHx/RL/LZW/Fl",
        "7 0 R",
    ];
    bolero::check!().with_test_time(TIME).with_type::<(u8, Vec<u8>)>().for_each(|(way, stream)| {
        let way = WAYS[usize::from(*way) % WAYS.len()];
        let head = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
             2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n\
             3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n\
             4 0 obj<</Length {}/Filter[{way}]>>\nstream\n",
            stream.len()
        );
        let tail = b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n";
        look("a.pdf", &[head.as_bytes(), stream, tail].concat());
    });
}

#[test]
fn any_mix_of_encodings_is_read() {
    const PARTS: &[&[u8]] = &[
        b"word ",
        b"caf\xe9 ",
        "größe ".as_bytes(),
        "漢字 ".as_bytes(),
        b"\x82\xa0\x82\xa2",
        b"\xb0\xa1\xb3\xaa",
        b"\xd0\xcf\xf2 ",
        b"w\0o\0r\0d\0 \0",
        b"\0w\0o\0r\0d",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\x1b$B",
        b"\n",
        b"\0",
    ];
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let parts = bytes.iter().map(|byte| PARTS[usize::from(*byte) % PARTS.len()]);
        look("a.txt", &parts.collect::<Vec<_>>().concat());
    });
}

fn damaged(good: &[u8], damage: &[(u16, u8)]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (place, byte) in damage {
        let place = usize::from(*place) % bytes.len();
        bytes[place] = *byte;
    }
    bytes
}
