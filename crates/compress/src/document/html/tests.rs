use super::*;

fn text(page: &str) -> String {
    read(page.as_bytes(), 1 << 20).unwrap().1.text
}

#[test]
fn headings_paragraphs_lists_and_tables_are_kept() {
    let page = "<!doctype html><title>T</title><body><h1>Harbour</h1><p>It  is\n<b>co</b>ld. x<sup>2</sup>\
        <p>Second &amp; last<ul><li>one<li><p>two</p><ul><li>three</ul></ul>\
        <table><tr><th>Year<th>Boats</tr><tr><td>1987<td>12 <i>large</i></table>\
        <pre>fn go() {\n    1\n}</pre><p>End.";
    assert_eq!(
        text(page),
        "# Harbour\n\nIt is cold. x^2\n\nSecond & last\n\n- one\n- two\n  - three\n\n\
         | Year | Boats |\n| 1987 | 12 large |\n\n```\nfn go() {\n    1\n}\n```\n\nEnd.\n"
    );
}

#[test]
fn navigation_scripts_and_what_is_hidden_are_left_out_and_counted() {
    let page = "<html><head><title>Pumps</title><style>p{}</style></head><body>\
        <nav><a href=/>Home</a> <a href=/b>About us</a></nav>\
        <div class=sidebar-menu><a href=1>One</a> <a href=2>Two</a></div>\
        <p>The pump runs. <a href=x>More</a> words are here.</p><p style='display: none'>secret</p>\
        <script>if (a < b) { \"<p>\" }</script><noscript>no</noscript>\
        <footer>All rights <b>reserved</b></footer>";
    let (_, made) = read(page.as_bytes(), 1 << 20).unwrap();
    assert_eq!(made.text, "# Pumps\n\nThe pump runs. More words are here.\n");
    let words = &made.left_out[0];
    assert_eq!((words.what.as_str(), words.count), ("words of navigation and the like", 8));
}

#[test]
fn the_main_part_is_what_is_read() {
    let words = "Words of the article that go on for a while. ".repeat(5);
    let page =
        format!("<div>Teaser of something else</div><main><p>{words}</p></main><div>x</div>");
    assert_eq!(text(&format!("<html>{page}")), format!("{}\n", words.trim_end()));
}

#[test]
fn a_page_of_links_is_kept_whole() {
    let page: String =
        (0..40).map(|n| format!("<li><a href={n}>Document number {n}</a>")).collect();
    let made = text(&format!("<html><body><ul>{page}</ul>"));
    assert!(made.contains("- Document number 0\n") && made.contains("number 39"), "{made}");
}

#[test]
fn tables_that_place_text_on_the_page_are_no_tables() {
    let long = "Long text of a page from another time. ".repeat(40);
    let page = format!("<html><table><tr><td>left</td><td><p>{long}</p></td></tr></table>");
    assert!(text(&page).starts_with("left\n\nLong text"), "{}", text(&page));
}

#[test]
fn the_encoding_that_the_page_declares_is_believed() {
    let page = b"<html><meta charset='iso-8859-7'><p>\xed\xe5\xf1\xfc";
    let (encoding, made) = read(page, 1 << 20).unwrap();
    assert_eq!((encoding.name(), made.text.as_str()), ("ISO-8859-7", "νερό\n"));
}

#[test]
fn deep_nesting_and_open_ends_are_walked() {
    for open in ["<div>", "<b>", "<table><tr><td>", "<ul><li>", "<p>", "<blockquote>"] {
        let page = format!("<html>{}deep", open.repeat(100_000));
        let made = text(&page);
        assert!(made.ends_with("deep\n"), "{open}: {:?}", &made[..made.len().min(40)]);
    }
    assert_eq!(text("<html></div></p></b>a</i></td>b"), "ab\n");
    assert_eq!(text("<html><textarea>never closed <p>x"), "");
}

#[test]
fn past_the_deepest_lines_stay_apart_and_scripts_are_no_text() {
    let deep = "<p>first</p><p>se<b>co</b>nd</p>third<table><tr><td>30</td><td>40</td></tr></table>\
        <script>var secret=1;</script><div hidden><p>unseen</p> words</div><p>last";
    for depth in [260, 600, 100_000] {
        let page = format!("<html><body>{}{deep}", "<div>".repeat(depth));
        let (_, made) = read(page.as_bytes(), 1 << 20).unwrap();
        assert_eq!(made.text, "first\nsecond\nthird\n30\n40\nlast\n", "{depth}");
        assert_eq!(made.left_out[0].count, 2);
    }
    // An end whose start is unknown closes nothing.
    let open = "<div>".repeat(260);
    let page = format!("<html>{open}<p>a</p></i></i></section><p>b{}c", "</div>".repeat(260));
    assert_eq!(text(&page), "a\nb\n\nc\n");
}

#[test]
fn a_heading_or_a_link_that_is_not_closed_ends_somewhere() {
    let words = "word ".repeat(80);
    let rest = format!("<p>{words}</p><table><tr><td>A<td>1<tr><td>B<td>2</table><ul><li>one</ul>");
    let read = format!("\n\n{}\n\n| A | 1 |\n| B | 2 |\n\n- one\n", words.trim_end());
    for heading in ["<h2>Doses</h3>", "<h2>Doses"] {
        assert_eq!(text(&format!("<html>{heading}{rest}")), format!("## Doses{read}"));
    }
    assert_eq!(text("<html><h2><div>One</div><h3>Two</h3><p>x"), "## One\n\n### Two\n\nx\n");
    // The name at the top of a page is no link around it.
    let page = format!("<html><a name=top><div class=note>{rest}<a href=x>More</a></div>");
    assert_eq!(text(&page), format!("{}\n\nMore\n", read.trim()));
    assert_eq!(text("<html><p><a href=1>one<a href=2>two</a> and</a> three"), "onetwo and three\n");
}

#[test]
fn cautions_beside_the_text_stay_and_hidden_words_are_counted() {
    let words = "word ".repeat(60);
    let page = format!(
        "<html><main><h1>Pump</h1><p>{words}</p><aside class=caution>Never above 3 bar.</aside>\
         <div class=share-price>It was 31.20 euros.</div><aside><a href=1>Other pumps</a></aside>\
         <p style='display:none'>not seen here</p></main><aside>Buy now</aside>"
    );
    let (_, made) = read(page.as_bytes(), 1 << 20).unwrap();
    assert!(made.text.ends_with("word\n\nNever above 3 bar.\n\nIt was 31.20 euros.\n"), "{made:?}");
    let left: Vec<(&str, usize)> =
        made.left_out.iter().map(|left| (left.what.as_str(), left.count)).collect();
    assert_eq!(left, [("words of navigation and the like", 4), ("words of hidden parts", 3)]);
}

#[test]
fn columns_stay_under_their_heads() {
    let page = "<html><table><tr><th>Year<th>Quarter<th>Boats<tr><td rowspan=2>2023<td>Q1<td>5\
        <tr><td>Q2<td>7<tr><form><td>2024</td><td colspan=2>a | b</td></form></tr></table>";
    assert_eq!(
        text(page),
        "| Year | Quarter | Boats |\n| 2023 | Q1 | 5 |\n| | Q2 | 7 |\n| 2024 | a \\| b | |\n"
    );
    // The last column, and a span that ends with its group.
    let page = "<html><table><tbody><tr><td>a<td rowspan=0>b<tr><td>c<tbody><tr><td>d<td>e</table>";
    assert_eq!(text(page), "| a | b |\n| c | |\n| d | e |\n");
    // Spans fill no memory.
    let row = format!("<tr>{}", "<td colspan=9999 rowspan=9999>1".repeat(2000));
    let made = text(&format!("<html><table>{row}{row}<tr><td>x<td>y</table>"));
    assert!(made.len() < 500_000 && made.ends_with("| x | y |\n"), "{}", made.len());
}

#[test]
fn items_that_are_counted_keep_their_numbers() {
    assert_eq!(
        text(
            "<html><ol start=7><li>seven<li><p>eight</p><ol><li>in it</ol><li value=12>twelve\
             <li>more</ol><ul><li><ol><li>x</ol><li></li><li>y</ul>"
        ),
        "7. seven\n8. eight\n  1. in it\n12. twelve\n13. more\n\n  1. x\n- y\n"
    );
}

#[test]
fn pages_are_known_by_how_they_begin() {
    assert!(is_page("x", b"\xef\xbb\xbf <!DOCTYPE HTML>"));
    assert!(is_page("x", b"<!-- saved --><html>"));
    assert!(is_page("x.HTM", b"words"));
    assert!(is_page("x", b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>"));
    assert!(!is_page("x.xml", b"<?xml version='1.0'?><note>"));
    assert!(!is_page("x.md", b"Use <html> as the root"));
}
