//! Changes one value in the text of a settings file and leaves every other byte as it is: comments,
//! order, line ends, the byte order mark, keys of a later program.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

const MARK: &str = "\u{feff}";

/// The file has a table or a list where one value belongs; replacing it would lose what is in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotOneValue;

/// The text with `key = "value"` in it, in the place of what it said before. Text that is not TOML
/// comes back as it was: the caller has refused it.
pub(super) fn with(text: &str, key: &str, value: &str) -> Result<String, NotOneValue> {
    let Ok(table) = DeTable::parse(text) else { return Ok(text.to_owned()) };
    let literal = toml::Value::String(value.to_owned()).to_string();
    if let Some((_, said)) = find(&table, key)? {
        return Ok(spliced(text, said, &literal));
    }
    let first_line = text.split_inclusive('\n').next().unwrap_or_default();
    let line_end = if first_line.ends_with("\r\n") { "\r\n" } else { "\n" };
    let line = format!("{key} = {literal}{line_end}");
    // After the last value that belongs to no table, so that it belongs to none either.
    let values = table.get_ref().iter().filter(|(_, value)| is_one_value(value.get_ref()));
    let last = values.map(|(_, value)| value.span().end).max();
    let (at, line) = match last {
        Some(end) => (end_of_line(text, end), line),
        None if table.get_ref().is_empty() => (text.len(), line),
        None => (start(text), format!("{line}{line_end}")),
    };
    let before = text.get(start(text)..at).unwrap_or_default();
    let line = match before.is_empty() || before.ends_with('\n') {
        true => line,
        false => format!("{line_end}{line}"),
    };
    Ok(spliced(text, at..at, &line))
}

/// The text without `key` and the rest of its line.
pub(super) fn without(text: &str, key: &str) -> Result<String, NotOneValue> {
    let Ok(table) = DeTable::parse(text) else { return Ok(text.to_owned()) };
    let Some((name, said)) = find(&table, key)? else { return Ok(text.to_owned()) };
    let before = text.get(..name.start).unwrap_or_default();
    let from = before.rfind('\n').map_or(start(text), |at| at + 1);
    Ok(spliced(text, from..end_of_line(text, said.end), ""))
}

/// Where a key stands, and where its value does.
type Places = (Range<usize>, Range<usize>);

fn find(table: &Spanned<DeTable<'_>>, key: &str) -> Result<Option<Places>, NotOneValue> {
    match table.get_ref().iter().find(|(name, _)| name.get_ref() == key) {
        None => Ok(None),
        Some((name, value)) if is_one_value(value.get_ref()) => {
            Ok(Some((name.span(), value.span())))
        }
        Some(_) => Err(NotOneValue),
    }
}

fn is_one_value(value: &DeValue<'_>) -> bool {
    !matches!(value, DeValue::Array(_) | DeValue::Table(_))
}

/// Where the text begins, after a byte order mark.
fn start(text: &str) -> usize {
    if text.starts_with(MARK) { MARK.len() } else { 0 }
}

fn end_of_line(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |at| from + at + 1)
}

fn spliced(text: &str, place: Range<usize>, new: &str) -> String {
    let before = text.get(..place.start).unwrap_or_default();
    let after = text.get(place.end..).unwrap_or_default();
    [before, new, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, expect: &str) {
        let after = with(before, "theme", "dark").unwrap();
        assert_eq!(after, expect);
        assert_eq!(after.parse::<toml::Table>().unwrap()["theme"].as_str(), Some("dark"));
        assert_eq!(with(&after, "theme", "dark").unwrap(), after, "twice is once");
    }

    #[track_caller]
    fn check_without(before: &str, expect: &str) {
        assert_eq!(without(before, "theme").unwrap(), expect);
    }

    #[test]
    fn a_value_is_changed_where_it_stands() {
        check("theme = 'light'", "theme = \"dark\"");
        check("a = 1\ntheme='light' # mine\nb = 2\n", "a = 1\ntheme=\"dark\" # mine\nb = 2\n");
        check("\"theme\" = 7\r\nb = 2\r\n", "\"theme\" = \"dark\"\r\nb = 2\r\n");
        check("\u{feff}theme = '''\nx'''\n", "\u{feff}theme = \"dark\"\n");
    }

    #[test]
    fn a_new_key_belongs_to_no_table() {
        check("", "theme = \"dark\"\n");
        check("# mine", "# mine\ntheme = \"dark\"\n");
        check("# mine\r\n", "# mine\r\ntheme = \"dark\"\r\n");
        check("\u{feff}", "\u{feff}theme = \"dark\"\n");
        check("a = 1 # one", "a = 1 # one\ntheme = \"dark\"\n");
        check("a = 1\n# of b\n[b]\nc = 1\n", "a = 1\ntheme = \"dark\"\n# of b\n[b]\nc = 1\n");
        check("# of b\n[b]\ntheme = 1", "theme = \"dark\"\n\n# of b\n[b]\ntheme = 1");
        check("\u{feff}[b]", "\u{feff}theme = \"dark\"\n\n[b]");
        check("a.b = 1\n", "theme = \"dark\"\n\na.b = 1\n");
        let lines = "a = [\n1]\nb = '''\n'''\n";
        check(&format!("{lines}[c]"), &format!("{lines}theme = \"dark\"\n[c]"));
    }

    #[test]
    fn any_value_can_be_written() {
        for value in
            ["", "\"", "'", "\\", "C:\\new", "a\nb\r\nc", "\u{7f}\0\t", "# no comment", "漢", "'''"]
        {
            let text = with("a = 1\n", "theme", value).unwrap();
            let read = text.parse::<toml::Table>().unwrap();
            assert_eq!(read["theme"].as_str(), Some(value), "{text}");
            assert_eq!(without(&text, "theme").unwrap(), "a = 1\n", "{text}");
        }
    }

    #[test]
    fn a_key_goes_with_its_line_and_nothing_else() {
        check_without("theme = 'dark'", "");
        let around = "# of it\ntheme = 'dark' # why\n# of a\na = 1\n";
        check_without(around, "# of it\n# of a\na = 1\n");
        check_without("\u{feff}theme = '''\n'''\r\na = 1\r\n", "\u{feff}a = 1\r\n");
        check_without("[b]\ntheme = 1\n", "[b]\ntheme = 1\n");
        check_without("not toml", "not toml");
    }

    #[test]
    fn what_is_no_single_value_is_not_touched() {
        for text in ["theme = [1]", "theme = {a = 1}", "[theme]\na = 1", "[[theme]]", "theme.a = 1"]
        {
            assert_eq!(with(text, "theme", "dark"), Err(NotOneValue), "{text}");
            assert_eq!(without(text, "theme"), Err(NotOneValue), "{text}");
        }
    }
}
