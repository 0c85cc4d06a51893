//! JSON values that no window can hold: one over several lines, and a line of one that is longer than a window.

use serde::de::IgnoredAny;

/// What was seen of a stream's lines.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Something was said already, so that no value goes over all of it.
    begun: bool,
    /// The line goes on.
    within: bool,
    /// It is a value that no window holds.
    endless: bool,
}

/// What a line of a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    /// Text, or JSON lines, of which each is whole.
    Text,
    /// The beginning of one JSON value that all of the stream may be.
    All,
    /// Part of a line that is one JSON value and longer than a window, after other lines.
    Endless,
}

impl Values {
    /// What comes next belongs to the line before it.
    pub(super) fn is_within(&self) -> bool {
        self.within
    }

    /// What this line is: a line of the stream's, or part of one that is longer than a window, of which `ahead` is as
    /// much as a window holds.
    pub(super) fn meets(&mut self, line: &str, ahead: Option<&str>) -> Met {
        let first = !self.begun;
        self.begun |= !line.trim().is_empty();
        let ends = line.ends_with('\n');
        let goes_on = std::mem::replace(&mut self.within, !ends);
        if goes_on {
            return if self.endless { Met::Endless } else { Met::Text };
        }
        let open = ahead.is_some_and(is_open);
        self.endless = open && !first;
        match (first, open) {
            (true, _) if open || ends && is_open(line) => Met::All,
            (false, true) => Met::Endless,
            _ => Met::Text,
        }
    }
}

/// Whether this is the beginning of an object or of an array, and not all of it.
fn is_open(text: &str) -> bool {
    let text = text.trim_start();
    if !text.starts_with(['{', '[']) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next().is_some_and(|value| value.is_err_and(|error| error.is_eof()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_over_several_lines_is_open_and_a_log_is_not() {
        for open in
            ["[\n", "{\n", "[{\"a\":1},\n", "{\"a\": [1, 2\n", " {\"a\": \"b", "[tru", "[[[[1"]
        {
            assert!(is_open(open), "{open:?}");
        }
        for text in [
            "",
            "[1, 2]\n",
            "{\"a\": 1} ",
            "[2024-01-02 10:00:00] started\n",
            "[INFO] x\n",
            "[1] An introduction\n",
            "[12:00] x",
            "{name}, come here\n",
            "\"quoted",
            "12",
        ] {
            assert!(!is_open(text), "{text:?}");
        }
        assert!(is_open(&"[".repeat(100_000)), "however deep");
    }

    #[test]
    fn lines_of_values_are_whole_and_longer_ones_are_told() {
        let mut values = Values::default();
        let mut meets = |line: &str, ahead: Option<&str>| values.meets(line, ahead);
        assert_eq!(meets("\n", None), Met::Text);
        assert_eq!(meets("{\"a\":1}\n", None), Met::Text);
        assert_eq!(meets("[{\"b\":\n", None), Met::Text, "it is said after something else");
        assert_eq!(meets("words that ", Some("words that go on")), Met::Text);
        assert_eq!(meets("[of them ", Some("[1, 2")), Met::Text, "it is part of a line");
        assert_eq!(meets("it\n", None), Met::Text);
        assert_eq!(meets("[2024 ", Some("[2024 words that go on")), Met::Text, "all is looked at");
        assert_eq!(meets("words\n", None), Met::Text);
        assert_eq!(meets("[1, ", Some("[1, 2, 3")), Met::Endless);
        assert_eq!(meets("2, ", Some("2, 3")), Met::Endless);
        assert_eq!(meets("3]\n", None), Met::Endless);
        assert_eq!(meets("words\n", None), Met::Text);
        assert_eq!(Values::default().meets("[{\"a\":1},\n", None), Met::All);
        assert_eq!(Values::default().meets("[1, ", Some("[1, 2, 3")), Met::All);
        assert_eq!(Values::default().meets("[1, 2", None), Met::Text, "it ends with the stream");
    }
}
