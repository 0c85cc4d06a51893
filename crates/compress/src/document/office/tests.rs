use std::io::Write;

use zip::write::SimpleFileOptions;

use super::*;

/// A zip archive of these parts.
fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn text(parts: &[(&str, &str)]) -> String {
    read(&packed(parts), 1 << 20).unwrap().1.text
}

fn refusal(parts: &[(&str, &str)]) -> String {
    let error = read(&packed(parts), 1 << 20).map(|_| ()).unwrap_err();
    error.named("x").to_string()
}

const STYLES: &str = r#"<w:styles xmlns:w="w"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
    <w:style w:styleId="Own"><w:name w:val="Mine"/><w:basedOn w:val="berschrift1"/></w:style>
    <w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>"#;

fn docx(body: &str) -> Vec<(&'static str, String)> {
    vec![
        ("[Content_Types].xml", "<Types/>".into()),
        ("word/styles.xml", STYLES.into()),
        ("word/header1.xml", "<w:hdr/>".into()),
        (
            "word/document.xml",
            format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>"),
        ),
    ]
}

fn docx_text(body: &str) -> String {
    let parts = docx(body);
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    text(&parts)
}

#[test]
fn a_word_document_keeps_headings_lists_and_tables() {
    let p = |properties: &str, text: &str| {
        format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p("", text));
    let list =
        |level: u32| format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='3'/></w:numPr>");
    let body = [
        p("<w:pStyle w:val='TOC1'/>", "Harbour ..... 1"),
        p("<w:pStyle w:val='Own'/>", "Harbour"),
        "<w:p><w:r><w:t>It is &lt;cold&gt;, and 10</w:t></w:r>\
         <w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>6</w:t></w:r>\
         <w:r><w:t xml:space='preserve'> times deep.</w:t></w:r></w:p>"
            .to_owned(),
        p("", "<w:del><w:r><w:delText>never</w:delText></w:r></w:del>"),
        p(&list(0), "one"),
        p(&list(1), "two"),
        format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            cell("Year"),
            cell("Boats"),
            cell("1987"),
            cell("12")
        ),
        p("", "End."),
    ]
    .join("");
    assert_eq!(
        docx_text(&body),
        "# Harbour\n\nIt is <cold>, and 10^6 times deep.\n\n- one\n  - two\n\n\
         | Year | Boats |\n| 1987 | 12 |\n\nEnd.\n"
    );
}

#[test]
fn what_a_word_document_leaves_out_is_counted() {
    let parts = docx(
        "<w:p><w:r><w:drawing/><w:t>a</w:t><w:lastRenderedPageBreak/><w:t>b</w:t></w:r></w:p>",
    );
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (format, made) = read(&packed(&parts), 1 << 20).unwrap();
    let left: Vec<&str> = made.left_out.iter().map(|left| left.what.as_str()).collect();
    assert_eq!((format, left), (Format::Docx, vec!["pictures", "headers and footers"]));
    assert_eq!((made.text.as_str(), made.anchors[0].at), ("ab\n", 1));
}

#[test]
fn an_open_document_text_keeps_headings_lists_tables_and_notes() {
    let content = "<office:document-content><office:automatic-styles>\
        <style:style style:name='P9' style:parent-style-name='Title'/></office:automatic-styles>\
        <office:body><office:text><text:p text:style-name='P9'>Log book</text:p>\
        <text:h text:outline-level='2'>Night</text:h>\
        <text:p>Wind<text:s text:c='3'/>from<text:note><text:note-citation>1</text:note-citation>\
        <text:note-body><text:p>By the mast.</text:p></text:note-body></text:note> the \
        <text:span>west</text:span><office:annotation><text:p>sure?</text:p></office:annotation>.</text:p>\
        <text:list><text:list-item><text:p>rope</text:p><text:list><text:list-item><text:p>thin</text:p>\
        </text:list-item></text:list></text:list-item></text:list>\
        <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>\
        <table:table-cell><text:p>b</text:p><text:p>c</text:p></table:table-cell></table:table-row></table:table>\
        </office:text></office:body></office:document-content>";
    let made =
        text(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content)]);
    assert_eq!(
        made,
        "# Log book\n\n## Night\n\nWind from the west.\n\n- rope\n  - thin\n\n| a | b c |\n\nBy the mast.\n"
    );
}

#[test]
fn an_e_book_is_read_in_the_order_of_its_spine() {
    let container =
        "<container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>";
    let contents = "<package><manifest>\
        <item id='b' href='text/two%20.xhtml' media-type='application/xhtml+xml'/>\
        <item id='a' href='text/one.xhtml' media-type='application/xhtml+xml'/>\
        <item id='n' href='nav.xhtml' media-type='application/xhtml+xml' properties='nav'/>\
        </manifest><spine><itemref idref='n'/><itemref idref='a'/><itemref idref='b'/></spine></package>";
    let page = |text: &str| {
        format!("<?xml version='1.0'?><html><head><title/></head><body>{text}</body></html>")
    };
    let parts = [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("OEBPS/book.opf", contents),
        ("OEBPS/text/one.xhtml", &page("<h1>One</h1><p>Call me.</p>")),
        ("OEBPS/text/two .xhtml", &page("<h1>Two</h1><p>A&#160;whale.</p>")),
        ("OEBPS/nav.xhtml", &page("<nav>One Two</nav>")),
    ];
    let (format, made) = read(&packed(&parts), 1 << 20).unwrap();
    assert_eq!(
        (format, made.text.as_str()),
        (Format::Epub, "# One\n\nCall me.\n\n# Two\n\nA whale.\n")
    );
    assert_eq!(made.anchors[1].name, "part 2");
    assert_eq!(&made.text[made.anchors[1].at..][..5], "# Two");
}

#[test]
fn archives_and_locked_documents_are_refused_by_name() {
    let check = |parts: &[(&str, &str)], expect: &str| {
        let said = refusal(parts);
        assert!(said.contains(expect), "{said}");
    };
    check(&[("a.txt", "a")], "a zip archive, unpack it and compress the folder: x");
    check(
        &[("[Content_Types].xml", ""), ("xl/workbook.xml", "")],
        "a spreadsheet, export it as CSV",
    );
    check(&[("[Content_Types].xml", ""), ("ppt/presentation.xml", "")], "a presentation");
    check(
        &[("[Content_Types].xml", "")],
        "a Word document that cannot be read (its part word/document.xml",
    );
    check(
        &[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("META-INF/manifest.xml", "<manifest:encryption-data/>"),
            ("content.xml", "<a/>"),
        ],
        "an encrypted OpenDocument text, save a copy without the password",
    );
    check(
        &[
            ("mimetype", "application/epub+zip"),
            ("META-INF/encryption.xml", "<a><EncryptionMethod Algorithm='aes'/></a>"),
        ],
        "copy protection",
    );
    let mut locked = packed(&[("a.txt", "a")]);
    locked[6] |= 1;
    assert!(matches!(read(&locked, 1 << 20), Err(Broken::Refused(Refused::LOCKED_ZIP))));
}

#[test]
fn what_unpacks_to_more_than_it_should_is_stopped() {
    let body = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", " ".repeat(20 << 20));
    let parts = docx(&body);
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let bytes = packed(&parts);
    assert!(bytes.len() < 100_000);
    assert!(matches!(read(&bytes, 64 << 20), Err(Broken::Inflated(_))));
    assert!(matches!(read(&bytes, 1 << 20), Err(Broken::Inflated(_))));
}

#[test]
fn xml_that_is_deep_or_torn_is_walked_or_refused() {
    let deep = format!("{}<w:p><w:r><w:t>deep</w:t></w:r></w:p>", "<w:sdt>".repeat(100_000));
    let parts = docx(&format!("{deep}{}", "</w:sdt>".repeat(100_000)));
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(text(&parts), "deep\n");
    let torn = docx("<w:p><w:r></w:p>");
    let torn: Vec<(&str, &str)> = torn.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert!(refusal(&torn).contains("a Word document that cannot be read ("), "{}", refusal(&torn));
    let tables = "<w:tbl><w:tr><w:tc>".repeat(1000);
    let ends = "</w:tc></w:tr></w:tbl>".repeat(1000);
    assert_eq!(docx_text(&format!("{tables}<w:p><w:r><w:t>in</w:t></w:r></w:p>{ends}")), "in\n");
}
