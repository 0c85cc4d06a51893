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
fn pages_are_known_by_how_they_begin() {
    assert!(is_page("x", b"\xef\xbb\xbf <!DOCTYPE HTML>"));
    assert!(is_page("x", b"<!-- saved --><html>"));
    assert!(is_page("x.HTM", b"words"));
    assert!(is_page("x", b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>"));
    assert!(!is_page("x.xml", b"<?xml version='1.0'?><note>"));
    assert!(!is_page("x.md", b"Use <html> as the root"));
}
