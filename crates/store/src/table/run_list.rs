//! Lists of runs: the filter, the page, and the one query behind them.

use rusqlite::{Connection, ToSql};
use serde::{Deserialize, Serialize};

use crate::table::run::{COLUMNS, Run, RunKind, RunStatus, from_row, with_tags};

/// Which runs to list. The default lists everything that is not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFilter {
    /// Words that must each appear in the id, board, model, note, or a tag's key or value. Upper
    /// and lower case are the same for ASCII letters.
    pub text: Option<String>,
    /// Only this kind.
    pub kind: Option<RunKind>,
    /// Only this status.
    pub status: Option<RunStatus>,
    /// Only runs of this group.
    pub linked: Option<String>,
    /// Whether deleted runs count.
    pub deleted: Deleted,
}

/// Whether a list contains deleted runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deleted {
    /// No.
    #[default]
    Without,
    /// Yes, among the others.
    With,
    /// Nothing else.
    Only,
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// At most so many.
    pub limit: u32,
    /// After leaving out so many.
    pub offset: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 100, offset: 0 }
    }
}

/// A part of a list, newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunPage {
    /// The runs of the page.
    pub runs: Vec<Run>,
    /// How many the filter finds in all.
    pub total: u64,
}

/// More words than anybody types; each costs a scan over the text columns.
const MAX_WORDS: usize = 16;

/// The `WHERE` part of a list, with its parameters numbered from 1.
fn condition(filter: &RunFilter) -> (String, Vec<Box<dyn ToSql>>) {
    let mut parts = Vec::new();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    match filter.deleted {
        Deleted::Without => parts.push("deleted_ms IS NULL".to_owned()),
        Deleted::With => {}
        Deleted::Only => parts.push("deleted_ms IS NOT NULL".to_owned()),
    }
    if let Some(kind) = filter.kind {
        values.push(Box::new(kind));
        parts.push(format!("kind = ?{}", values.len()));
    }
    if let Some(status) = filter.status {
        values.push(Box::new(status));
        parts.push(format!("status = ?{}", values.len()));
    }
    if let Some(linked) = &filter.linked {
        values.push(Box::new(linked.clone()));
        parts.push(format!("linked = ?{}", values.len()));
    }
    let words = filter.text.as_deref().unwrap_or_default().split_whitespace();
    for word in words.take(MAX_WORDS) {
        values.push(Box::new(like(word)));
        let n = values.len();
        parts.push(format!(
            "(id LIKE ?{n} ESCAPE '\\' OR board_name LIKE ?{n} ESCAPE '\\' \
             OR board_identity LIKE ?{n} ESCAPE '\\' OR model_name LIKE ?{n} ESCAPE '\\' \
             OR note LIKE ?{n} ESCAPE '\\' OR EXISTS (SELECT 1 FROM tag WHERE tag.run = run.id \
             AND (tag.key LIKE ?{n} ESCAPE '\\' OR tag.value LIKE ?{n} ESCAPE '\\')))"
        ));
    }
    let text =
        if parts.is_empty() { String::new() } else { format!("WHERE {}", parts.join(" AND ")) };
    (text, values)
}

/// A pattern that finds `word` anywhere, whatever characters it has.
fn like(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

pub(crate) fn list(
    connection: &Connection,
    filter: &RunFilter,
    page: Page,
) -> rusqlite::Result<RunPage> {
    let (condition, mut values) = condition(filter);
    let total = connection
        .prepare_cached(&format!("SELECT count(*) FROM run {condition}"))?
        .query_row(parameters(&values).as_slice(), |row| row.get::<_, i64>(0))?;
    let sql = list_sql(&condition, values.len());
    values.push(Box::new(page.limit));
    values.push(Box::new(page.offset));
    let runs = connection
        .prepare_cached(&sql)?
        .query_map(parameters(&values).as_slice(), from_row)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let runs = runs
        .into_iter()
        .map(|run| with_tags(connection, run))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(RunPage { runs, total: u64::try_from(total).unwrap_or(0) })
}

fn list_sql(condition: &str, parameters: usize) -> String {
    format!(
        "SELECT {COLUMNS} FROM run {condition} ORDER BY created_ms DESC, id DESC \
         LIMIT ?{} OFFSET ?{}",
        parameters + 1,
        parameters + 2
    )
}

fn parameters(values: &[Box<dyn ToSql>]) -> Vec<&dyn ToSql> {
    values.iter().map(AsRef::as_ref).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::run::tests::{check, database};

    fn list_of(filter: &RunFilter) -> String {
        let (condition, values) = condition(filter);
        list_sql(&condition, values.len())
    }

    #[test]
    fn lists_walk_an_index_and_never_sort() {
        let all = RunFilter::default();
        check(&list_of(&all), "USING INDEX run_kept_by_time");
        check(&list_of(&RunFilter { deleted: Deleted::With, ..all.clone() }), "INDEX run_by_time");
        check(
            &list_of(&RunFilter { kind: Some(RunKind::Profile), ..all.clone() }),
            "USING INDEX run_kept_by_time",
        );
        check(
            &list_of(&RunFilter { text: Some("tiny arm".into()), ..all.clone() }),
            "USING INDEX run_kept_by_time",
        );
    }

    #[test]
    fn wildcards_in_a_search_are_ordinary_characters() {
        let connection = database();
        for matches in [("100%", "%", 1), ("a_b", "_", 1), (r"a\b", r"\", 1), ("plain", "%", 0)] {
            let (text, pattern, expect) = matches;
            let found: i64 = connection
                .query_row("SELECT ?1 LIKE ?2 ESCAPE '\\'", (text, like(pattern)), |row| row.get(0))
                .unwrap();
            assert_eq!(found, expect, "{pattern} in {text}");
        }
    }
}
