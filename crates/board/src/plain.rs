//! What a device says of itself, made fit for a line of text: it ends up in terminals, file names
//! and rules.

/// Letters of a name that are kept.
const LIMIT: usize = 80;

/// Without control characters and other breaks of a line, and not too long.
pub(crate) fn plain(said: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let letter = |c| if breaks(c) { ' ' } else { c };
    said.trim().chars().map(letter).take(LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_is_one_line_without_a_terminals_commands() {
        let check = |said: &str, expect: &str| assert_eq!(plain(said), expect);
        check(" Pico\n", "Pico");
        check("a\u{1b}[2Jb\r\nc\u{2028}d", "a [2Jb  c d");
        check("Ü 1/4", "Ü 1/4");
        assert_eq!(plain(&"x".repeat(1000)).len(), 80);
    }
}
