//! A small check that a page is well-formed: every element that opens closes, in order; attributes
//! are quoted; no text holds a bare angle bracket.

const VOID: [&str; 4] = ["meta", "br", "hr", "link"];

/// Panics at the first fault, with what stands there.
pub(super) fn check(page: &str) {
    let mut rest = page.strip_prefix("<!doctype html>").expect("a doctype");
    let mut open: Vec<&str> = Vec::new();
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a bare > in {:?}", near(&rest[..at]));
        let after = &rest[at + 1..];
        let (tag, next) = split_tag(after);
        rest = next;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop(),
                Some(name),
                "closes in the wrong place, before {:?}",
                near(rest)
            );
            continue;
        }
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        assert!(
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()),
            "no tag: {:?}",
            near(after)
        );
        if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
        if name == "style" {
            rest = &rest[rest.find("</style").expect("the style ends")..];
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

/// The tag up to its closing bracket outside quotes, and what follows.
fn split_tag(after: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, byte) in after.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'<' if !quoted => panic!("a tag inside a tag: {:?}", near(after)),
            b'>' if !quoted => return (&after[..at], &after[at + 1..]),
            _ => {}
        }
    }
    panic!("a tag without an end: {:?}", near(after));
}

fn near(text: &str) -> String {
    text.chars().take(80).collect()
}

#[test]
#[should_panic(expected = "closes in the wrong place")]
fn crossed_elements_are_found() {
    check("<!doctype html><p><b></p></b>");
}

#[test]
#[should_panic(expected = "left open")]
fn an_open_element_is_found() {
    check("<!doctype html><p>");
}
