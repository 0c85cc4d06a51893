//! JSON values that no window can hold: one over several lines, and a line of one that is longer than a window.

use serde::de::IgnoredAny;

/// What was seen of a stream's lines.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Something was said already, so that no value goes over all of it.
    begun: bool,
    /// The line goes on.
    within: bool,
}

impl Values {
    /// Whether a JSON value is cut where this line ends: a line of the stream's, or part of one that is longer than a
    /// window, of which `ahead` is as much as a window holds. Of JSON lines each is whole.
    pub(super) fn is_cut_by(&mut self, line: &str, ahead: Option<&str>) -> bool {
        let first = !self.begun;
        self.begun |= !line.trim().is_empty();
        let ends = line.ends_with('\n');
        let goes_on = std::mem::replace(&mut self.within, !ends);
        !goes_on && (ahead.is_some_and(is_open) || first && ends && is_open(line))
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
    fn lines_of_values_are_whole_and_longer_ones_are_cut() {
        let mut values = Values::default();
        assert!(!values.is_cut_by("\n", None) && !values.is_cut_by("{\"a\":1}\n", None));
        assert!(!values.is_cut_by("[{\"b\":\n", None), "it is said after something else");
        assert!(!values.is_cut_by("words that ", Some("words that go on")));
        assert!(!values.is_cut_by("[of them ", Some("[1, 2")) && !values.is_cut_by("it\n", None));
        assert!(
            !values.is_cut_by("[2024 ", Some("[2024 words that go on")),
            "all of it is looked at"
        );
        assert!(!values.is_cut_by("words\n", None));
        assert!(values.is_cut_by("[1, ", Some("[1, 2, 3")));
        assert!(Values::default().is_cut_by("[{\"a\":1},\n", None));
        assert!(!Values::default().is_cut_by("[1, 2", None), "it ends with the stream");
    }
}
