//! JSON records as a table: names once, with what sort of values each column has.

use std::collections::BTreeSet;

use serde::de::IgnoredAny;

/// The table of an array of objects, or of lines of them, that all have the same names; `None` for anything else.
/// Every value is in it, as JSON writes it, but for the quotes of columns that are all strings.
pub(super) fn of(text: &str) -> Option<String> {
    let records = records(text)?;
    let names: Vec<&str> = records.first()?.iter().map(|(name, _)| *name).collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    if names.is_empty() || distinct.len() != names.len() {
        return None;
    }
    let mut columns: Vec<Vec<&str>> = vec![Vec::with_capacity(records.len()); names.len()];
    for record in &records {
        if record.len() != names.len() {
            return None;
        }
        for (column, name) in columns.iter_mut().zip(&names) {
            column.push(record.iter().find(|(own, _)| own == name)?.1);
        }
    }
    let sorts: Vec<Sort> = columns.iter().map(|column| Sort::of(column)).collect();
    let heads = names
        .iter()
        .zip(&sorts)
        .map(|(name, sort)| format!("{}: {}", bare(name).replace('|', "\\|"), sort.words()));
    let mut table = format!("| {} |\n", heads.collect::<Vec<_>>().join(" | "));
    table += &format!("|{}\n", " --- |".repeat(names.len()));
    for row in 0..records.len() {
        let cells = columns.iter().zip(&sorts).map(|(column, sort)| sort.cell(column[row]));
        table += &format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
    }
    Some(table)
}

/// What the values of a column are.
struct Sort {
    /// `None` where they are of several sorts.
    only: Option<&'static str>,
    nulls: bool,
}

impl Sort {
    fn of(values: &[&str]) -> Self {
        let sort = |value: &str| match value.as_bytes().first() {
            Some(b'"') => "string",
            Some(b'{') => "object",
            Some(b'[') => "list",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            _ => "number",
        };
        let mut sorts: BTreeSet<&str> = values.iter().map(|value| sort(value)).collect();
        let nulls = sorts.len() > 1 && sorts.remove("null");
        let only = if sorts.len() == 1 { sorts.pop_first() } else { None };
        Self { only, nulls }
    }

    /// With `?` where a value may be absent.
    fn words(&self) -> String {
        format!("{}{}", self.only.unwrap_or("any"), if self.nulls { "?" } else { "" })
    }

    /// An absent value is an empty cell; an empty string keeps its quotes.
    fn cell(&self, value: &str) -> String {
        let shown = match self.only {
            _ if self.nulls && value == "null" => "",
            Some("string") if value != "\"\"" => bare(value),
            _ => value,
        };
        shown.replace('|', "\\|")
    }
}

/// A string without its quotes; what is escaped in it stays escaped.
fn bare(string: &str) -> &str {
    string.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(string)
}

/// Records with their names and values, each as it stands in the text.
fn records(text: &str) -> Option<Vec<Vec<(&str, &str)>>> {
    let text = text.trim();
    let objects: Vec<&str> = match text.starts_with('[') {
        true => {
            serde_json::from_str::<Vec<IgnoredAny>>(text).ok()?;
            items(text)
        }
        false => {
            let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
            let sound = |line: &&str| serde_json::from_str::<IgnoredAny>(line).is_ok();
            lines.iter().all(sound).then_some(lines)?
        }
    };
    // One record is shorter as it is.
    if objects.len() < 2 {
        return None;
    }
    objects.into_iter().map(members).collect()
}

/// The names and values of an object.
fn members(object: &str) -> Option<Vec<(&str, &str)>> {
    let object = object.trim();
    let items = object.starts_with('{').then(|| items(object))?;
    items.into_iter().map(member).collect()
}

/// `"name": value` in two.
fn member(item: &str) -> Option<(&str, &str)> {
    let end = string_end(item.as_bytes(), 0);
    let value = item.get(end..)?.trim_start().strip_prefix(':')?;
    Some((item.get(..end)?, value.trim()))
}

/// What stands between the brackets of a sound array or object, apart by its own commas.
fn items(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut items, mut depth, mut at, mut from) = (Vec::new(), 0usize, 0, 1);
    while at < bytes.len() {
        let ends = match bytes[at] {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'[' | b'{' => {
                depth += 1;
                false
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            b',' => depth == 1,
            _ => false,
        };
        if ends {
            let item = text.get(from..at).unwrap_or("").trim();
            items.extend((!item.is_empty()).then_some(item));
            from = at + 1;
        }
        at += 1;
    }
    items
}

/// The end of the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(of(text).as_deref(), Some(expect), "{text}");
    }

    #[test]
    fn records_of_the_same_names_are_a_table_with_every_value() {
        check(
            r#"[{"id": 1.10, "name": "a|b", "tags": ["x", "y"]}, {"tags": [], "id": 2, "name": "c, \"d\""}]"#,
            "| id: number | name: string | tags: list |\n| --- | --- | --- |\n\
             | 1.10 | a\\|b | [\"x\", \"y\"] |\n| 2 | c, \\\"d\\\" | [] |\n",
        );
        check(
            "{\"a\":null,\"b\":\"\"}\n{\"a\":true,\"b\":\"null\"}\n",
            "| a: boolean? | b: string |\n| --- | --- |\n|  | \"\" |\n| true | null |\n",
        );
        check(
            r#"[{"v":1},{"v":"1"},{"v":{"w":2}}]"#,
            "| v: any |\n| --- |\n| 1 |\n| \"1\" |\n| {\"w\":2} |\n",
        );
        check(r#"[{"v":null},{"v":null}]"#, "| v: null |\n| --- |\n| null |\n| null |\n");
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "[]",
            "[1, 2]",
            r#"[{"a":1}]"#,
            r#"[{"a":1},{"b":1}]"#,
            r#"[{"a":1},{"a":1,"b":2}]"#,
            r#"[{"a":1,"a":2},{"a":1,"a":2}]"#,
            r#"[{"a":1},[2]]"#,
            r#"[{},{}]"#,
            r#"[{"a":1},{"a":2}"#,
            r#"{"a":{"b":1},"c":{"b":2}}"#,
            "é\né",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
