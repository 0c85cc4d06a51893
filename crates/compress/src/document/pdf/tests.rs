use super::*;

/// A word or a line at a place: points from the left, from the bottom, the size.
type Put<'a> = (f32, f32, f32, &'a str);

/// A PDF of pages of 600 × 800 points, in Helvetica.
fn pdf(pages: &[Vec<Put<'_>>]) -> Vec<u8> {
    let streams = pages.iter().map(|page| {
        let put = |&(x, y, size, text): &Put<'_>| {
            let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            format!("BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n")
        };
        page.iter().map(put).collect::<String>()
    });
    of_streams(&streams.collect::<Vec<_>>())
}

/// A PDF of pages of these content streams.
fn of_streams(streams: &[String]) -> Vec<u8> {
    let kids: Vec<String> = (0..streams.len()).map(|n| format!("{} 0 R", 10 + 2 * n)).collect();
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, format!("<</Type/Pages/Count {}/Kids[{}]>>", streams.len(), kids.join(" "))),
        (3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned()),
    ];
    for (n, stream) in streams.iter().enumerate() {
        let (page, content) = (10 + 2 * n, 11 + 2 * n);
        objects.push((
            page,
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R\
                 /Resources<</Font<</F 3 0 R>>>>>>"
            ),
        ));
        objects
            .push((content, format!("<</Length {}>>\nstream\n{stream}\nendstream", stream.len())));
    }
    let mut made = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in &objects {
        places.push((*number, made.len()));
        made.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let index = made.len();
    made.extend(b"xref\n0 1\n0000000000 65535 f \n");
    for (number, place) in places {
        made.extend(format!("{number} 1\n{place:010} 00000 n \n").bytes());
    }
    let size = 12 + 2 * streams.len();
    made.extend(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{index}\n%%EOF\n").bytes());
    made
}

fn text(pages: &[Vec<Put<'_>>]) -> String {
    read(&pdf(pages), 1 << 20).unwrap().text
}

#[test]
fn lines_become_paragraphs_and_large_letters_headings() {
    let page = vec![
        (50.0, 700.0, 20.0, "The harbour"),
        (50.0, 660.0, 11.0, "The pump was installed in 1987 and has been run-"),
        (50.0, 647.0, 11.0, "ning there ever since, although nobody has a well-"),
        (50.0, 634.0, 11.0, "known reason for it; a well-known one is missing and"),
        (50.0, 621.0, 11.0, "the rest is told below."),
        (50.0, 595.0, 11.0, "A second paragraph (short)."),
    ];
    assert_eq!(
        text(&[page]),
        "# The harbour\n\nThe pump was installed in 1987 and has been running there ever since, \
         although nobody has a well-known reason for it; a well-known one is missing and the rest \
         is told below.\n\nA second paragraph (short).\n"
    );
}

#[test]
fn columns_are_read_one_after_the_other() {
    let mut page = vec![(
        50.0,
        750.0,
        11.0,
        "One line over both of the columns, from the left edge to the right edge of it all.",
    )];
    let left = [
        "left one goes on for a while and",
        "left two goes on for a while and",
        "left three goes on for a while to",
        "left four where it ends as well.",
    ];
    let right = [
        "right one goes on for a while and",
        "right two goes on for a while and",
        "right three goes on for a while to",
        "right four where it all is over.",
    ];
    for (n, (left, right)) in left.iter().zip(right).enumerate() {
        let y = 700.0 - 14.0 * n as f32;
        page.push((50.0, y, 11.0, left));
        // Baselines of the other column are not the same.
        page.push((310.0, y - 5.0, 11.0, right));
    }
    let made = text(&[page]);
    assert_eq!(
        made,
        format!(
            "One line over both of the columns, from the left edge to the right edge of it all.\n\n{}\n\n{}\n",
            left.join(" "),
            right.join(" ")
        )
    );
}

#[test]
fn rows_of_a_table_stay_rows() {
    let mut page = Vec::new();
    for (n, row) in
        [["Year", "Boats", "Lost"], ["1987", "12", "1"], ["1988", "14", "0"], ["1989", "9", "2"]]
            .iter()
            .enumerate()
    {
        for (cell, x) in row.iter().zip([50.0, 150.0, 250.0]) {
            page.push((x, 700.0 - 14.0 * n as f32, 11.0, *cell));
        }
    }
    assert_eq!(
        text(&[page]),
        "| Year | Boats | Lost |\n| 1987 | 12 | 1 |\n| 1988 | 14 | 0 |\n| 1989 | 9 | 2 |\n"
    );
}

#[test]
fn headers_and_footers_are_left_out_and_sentences_go_on_over_pages() {
    let numbers: Vec<String> = (1..=4).map(|n| format!("page {n} of 4")).collect();
    let pages: Vec<Vec<Put<'_>>> = (0..4)
        .map(|n| {
            vec![
                (50.0, 770.0, 9.0, "Report of the harbour office"),
                (
                    50.0,
                    600.0,
                    11.0,
                    if n == 0 {
                        "The first of these begins here and"
                    } else {
                        "goes on over the end of the page and"
                    },
                ),
                (280.0, 30.0, 9.0, numbers[n].as_str()),
            ]
        })
        .collect();
    let made = read(&pdf(&pages), 1 << 20).unwrap();
    let more = " goes on over the end of the page and".repeat(3);
    assert_eq!(made.text, format!("The first of these begins here and{more}\n"));
    assert_eq!(made.left_out[0].count, 8);
    let names: Vec<&str> = made.anchors.iter().map(|anchor| anchor.name.as_str()).collect();
    assert_eq!(names, ["page 1", "page 2", "page 3", "page 4"]);
    assert!(made.text[made.anchors[2].at..].starts_with("goes on"));
}

#[test]
fn words_that_are_set_apart_by_gaps_alone_get_spaces() {
    let stream = "BT /F 10 Tf 50 700 Td [(no)-300(spaces)-300(ar)20(e)-280(in)-300(this)] TJ ET";
    let made = read(&of_streams(&[stream.to_owned()]), 1 << 20).unwrap();
    assert_eq!(made.text, "no spaces are in this\n");
}

#[test]
fn what_is_damaged_or_empty_says_so() {
    let said = |bytes: &[u8]| match read(bytes, 1 << 20) {
        Ok(made) => format!("text {:?}", made.text),
        Err(error) => error.named("x.pdf").to_string(),
    };
    assert!(said(b"%PDF-1.7\n%\xe2\xe3").starts_with("the document is a PDF that cannot be read"));
    assert_eq!(said(&of_streams(&["".into()])), "text \"\"");
    let loops = of_streams(&["q ".repeat(200_000)]);
    assert_eq!(said(&loops), "text \"\"");
}

#[test]
fn pages_that_lead_to_themselves_end() {
    let made = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
                2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R 3 0 R]>>endobj\n\
                3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n\
                trailer<</Root 1 0 R>>\n";
    assert_eq!(read(made.as_bytes(), 1 << 20).unwrap().text, "");
}

#[test]
fn what_would_be_drawn_for_years_is_given_up() {
    let mut made = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
                    2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n\
                    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 10 0 R\
                    /Resources<</XObject<</X 11 0 R>>>>>>endobj\n"
        .to_owned();
    // Each draws the next one twice.
    for number in 10..50 {
        let next = number + 1;
        made += &format!(
            "{number} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 11\
             /Resources<</XObject<</X {next} 0 R>>>>>>\nstream\n/X Do /X Do\nendstream endobj\n"
        );
    }
    made += "trailer<</Root 1 0 R>>\n";
    let time = Duration::from_millis(300);
    assert!(matches!(read_within(made.as_bytes(), 1 << 20, time), Err(Broken::Slow(0))));
}

#[test]
fn ten_thousand_pages_are_read() {
    let pages: Vec<Vec<Put<'_>>> =
        (0..10_000).map(|_| vec![(50.0, 400.0, 11.0, "A page.")]).collect();
    let made = read(&pdf(&pages), 1 << 20).unwrap();
    assert_eq!((made.anchors.len(), made.text.matches("A page.").count()), (10_000, 10_000));
    // One that says it has more than it has costs no more.
    let lies = String::from_utf8_lossy(&pdf(&pages[..3])).replace("/Count 3", "/Count 2000000000");
    assert_eq!(read(lies.as_bytes(), 1 << 20).unwrap().text.matches("A page.").count(), 3);
}

#[test]
fn rows_of_a_table_over_pages_are_no_headers() {
    let numbers: Vec<[String; 3]> = (0..160)
        .map(|n| [format!("{}", 1200 + 7 * n % 83), format!("{}.5", n % 9), format!("{}", n % 4)])
        .collect();
    let pages: Vec<Vec<Put<'_>>> = numbers
        .chunks(40)
        .map(|rows| {
            let row = |(n, row): (usize, &'_ [String; 3])| (780.0 - 18.5 * n as f32, row.clone());
            rows.iter().enumerate().map(row).collect::<Vec<_>>()
        })
        .map(|rows| {
            let mut page = Vec::new();
            for (y, row) in rows {
                for (cell, x) in row.into_iter().zip([50.0, 150.0, 250.0]) {
                    page.push((x, y, 9.0, &*cell.leak()));
                }
            }
            page
        })
        .collect();
    let made = read(&pdf(&pages), 1 << 20).unwrap();
    assert_eq!(made.text.matches(".5 ").count(), 160, "{}", made.text);
    assert!(made.left_out.is_empty() || made.left_out[0].count == 0, "{:?}", made.left_out);
}

#[test]
fn what_is_printed_twice_is_read_once() {
    // Filled and outlined; with a shadow.
    let bold = "BT /F 10 Tf 50 700 Td 2 Tr (The total is 42.) Tj ET";
    let shadow = "BT /F 10 Tf 50.4 699.6 Td (Not 43.) Tj ET BT /F 10 Tf 50 700 Td (Not 43.) Tj ET";
    for (stream, expect) in [(bold, "The total is 42.\n"), (shadow, "Not 43.\n")] {
        let made = read(&of_streams(&[stream.to_owned()]), 1 << 20).unwrap();
        assert_eq!(made.text, expect);
    }
}

#[test]
fn what_is_written_into_a_form_is_read() {
    let made = String::from_utf8_lossy(&pdf(&[vec![(50.0, 700.0, 11.0, "Name:")]]))
        .replace("/Contents", "/Annots[50 0 R]/Contents")
        .replace(
            "trailer",
            "50 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(Ann)/Rect[100 690 300 710]\
             /AP<</N 51 0 R>>>>endobj\n51 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 200 20]\
             /Resources<</Font<</F 3 0 R>>>>/Length 30>>\nstream\nBT /F 11 Tf 2 5 Td (Ann) Tj ET\n\
             endstream endobj\ntrailer",
        );
    assert!(read(made.as_bytes(), 1 << 20).unwrap().text.contains("Ann"));
}

#[test]
fn pages_numbered_in_small_letters_or_from_elsewhere_are_left_out() {
    let numbers = [["iii", "107/200"], ["iv", "108/200"], ["v", "109/200"], ["vi", "110/200"]];
    let pages: Vec<Vec<Put<'_>>> = numbers
        .iter()
        .map(|[below, above]| {
            vec![
                (280.0, 780.0, 9.0, *above),
                (50.0, 400.0, 11.0, "What is on this page."),
                (280.0, 30.0, 9.0, *below),
            ]
        })
        .collect();
    let made = read(&pdf(&pages), 1 << 20).unwrap();
    assert_eq!(made.left_out[0].count, 8, "{}", made.text);
    assert_eq!(made.text.matches("What is on").count(), 4);
}
