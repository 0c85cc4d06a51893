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
fn a_text_box_stands_apart_from_the_paragraph_around_it() {
    let r = |text: &str| format!("<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>");
    let drawn = |inside: &str| {
        format!("<w:r><w:drawing><w:txbxContent>{inside}</w:txbxContent></w:drawing></w:r>")
    };
    let p = |inside: &str| format!("<w:p>{inside}</w:p>");
    let ahead = p(&format!("{}{}", drawn(&p(&r("Figure 5"))), r("12 boats came in.")));
    assert_eq!(docx_text(&ahead), "Figure 5\n\n12 boats came in.\n");
    let amid = p(&format!("{}{}{}", r("On day 3 "), drawn(&p(&r("Figure 5"))), r("12 boats.")));
    assert_eq!(docx_text(&amid), "On day 3\n\nFigure 5\n\n12 boats.\n");
    let empty = p(&format!("{}{}{}", r("On "), drawn(&p("")), r("day 3.")));
    assert_eq!(docx_text(&empty), "On day 3.\n");
    let cell =
        format!("<w:tbl><w:tr><w:tc>{ahead}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p(&r("b")));
    assert_eq!(docx_text(&cell), "| Figure 5 12 boats came in. | b |\n");
    let content = |inside: &str| {
        let text = format!("<office:body><office:text>{inside}</office:text></office:body>");
        text_of_odt(&text)
    };
    let frame = "<draw:frame><draw:text-box><text:p>Figure 5</text:p></draw:text-box>\
                 <svg:title>never</svg:title></draw:frame>";
    assert_eq!(
        content(&format!(
            "<text:p>On day 3 {frame}12 boats: <text:title>Log</text:title></text:p>"
        )),
        "On day 3\n\nFigure 5\n\n12 boats: Log\n"
    );
    assert_eq!(
        content(&format!("<text:p>{frame}12 boats.</text:p><text:p>End.</text:p>")),
        "Figure 5\n\n12 boats.\n\nEnd.\n"
    );
}

fn text_of_odt(content: &str) -> String {
    text(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content)])
}

#[test]
fn cells_over_several_columns_keep_the_next_ones_in_theirs() {
    let cell = |span: &str, text: &str| {
        format!("<w:tc><w:tcPr>{span}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
    };
    let wide = |count: &str| format!("<w:gridSpan w:val='{count}'/>");
    let row = |cells: &str| format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>");
    let made = docx_text(&row(&format!("{}{}", cell(&wide("2"), "a"), cell("", "b"))));
    assert_eq!(made, "| a | | b |\n");
    let endless = cell(&wide("18446744073709551615"), "a");
    let made = docx_text(&row(&format!("{endless}{endless}{}", cell("", "b"))));
    assert_eq!(made.matches('|').count(), 104);
    let content = "<office:body><office:text><table:table><table:table-row>\
        <table:table-cell table:number-columns-repeated='2'/>\
        <table:table-cell table:number-columns-repeated='2'><text:p>7</text:p></table:table-cell>\
        <table:table-cell><text:p>b</text:p></table:table-cell>\
        </table:table-row></table:table></office:text></office:body>";
    assert_eq!(text_of_odt(content), "| | | 7 | 7 | b |\n");
}

#[test]
fn formulas_and_symbols_are_written_in_a_line() {
    let r = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
    let is = |formula: &str, expect: &str| {
        let body = format!("<w:p><w:r><w:t>It is</w:t></w:r><m:oMath>{formula}</m:oMath></w:p>");
        assert_eq!(docx_text(&body), format!("It is{expect}\n"));
    };
    is(&format!("<m:rad><m:deg/><m:e>{}</m:e></m:rad>", r("2")), "√(2)");
    is(&format!("<m:rad><m:deg>{}</m:deg><m:e>{}</m:e></m:rad>", r("3"), r("x")), "√[3](x)");
    let sum = format!("{}{}{}", r("a"), r("+"), r("b"));
    let power = format!("<m:sup>{}</m:sup>", r("2"));
    is(&format!("<m:sSup><m:e><m:d><m:e>{sum}</m:e></m:d></m:e>{power}</m:sSup>"), "(a+b)^2");
    let pr = "<m:dPr><m:begChr m:val='|'/><m:endChr m:val='|'/></m:dPr>";
    is(&format!("<m:d>{pr}<m:e>{}</m:e></m:d>", r("x")), "|x|");
    is(&format!("<m:f><m:num>{sum}</m:num><m:den>{}</m:den></m:f>", r("2")), "(a+b)/2");
    let sub = format!("<m:sub>{}</m:sub>", r("i=1"));
    let pr = "<m:naryPr><m:chr m:val='∑'/></m:naryPr>";
    is(&format!("<m:nary>{pr}{sub}{power}<m:e>{}</m:e></m:nary>", r("i")), "∑_(i=1)^2 i");
    let rows = format!("<m:mr><m:e>{0}</m:e><m:e>{0}</m:e></m:mr>", r("1")).repeat(2);
    is(&format!("<m:d><m:e><m:m>{rows}</m:m></m:e></m:d>"), "(1 1; 1 1)");
    let deep = format!("{}{}{}", "<m:e>".repeat(100), r("x"), "</m:e>".repeat(100));
    is(&deep, "x");

    let bare = format!("<m:sSup><m:e><m:d><m:e>{sum}</m:e></m:d></m:e>{power}</m:sSup>");
    assert_eq!(docx_text(&format!("<w:p>{bare}<w:r><w:t> m</w:t></w:r></w:p>")), "(a+b)^2 m\n");
    let sym = |code: &str| format!("<w:r><w:sym w:font='Symbol' w:char='{code}'/></w:r>");
    let parts = docx(&format!("<w:p>{}<w:r><w:t>30</w:t></w:r>{}</w:p>", sym("F0B3"), sym("F0A7")));
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let made = read(&packed(&parts), 1 << 20).unwrap().1;
    assert_eq!((made.text.as_str(), made.left_out[0].what.as_str()), ("≥30\n", "symbols"));
}

#[test]
fn a_level_past_all_bounds_is_the_deepest() {
    let item = |level: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='1'/></w:numPr>\
             <w:outlineLvl w:val='{level}'/></w:pPr><w:r><w:t>item</w:t></w:r></w:p>"
        )
    };
    assert_eq!(docx_text(&item("18446744073709551615")).trim(), "item");
    let item = item("18446744073709551615").replace("outlineLvl", "other");
    assert_eq!(docx_text(&item).trim(), "- item");
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
        </manifest><spine><itemref idref='n'/><itemref idref='c'/><itemref idref='x' linear='no'/><itemref idref='a'/><itemref idref='b'/></spine></package>";
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
    let left: Vec<&str> = made.left_out.iter().map(|left| left.what.as_str()).collect();
    assert_eq!(left, ["parts that stand aside", "tables of contents", "parts that are no page"]);
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
