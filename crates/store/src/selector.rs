//! Naming runs: an id, a unique prefix, `latest`, `latest~2`, `tag:key=value`, or several of them
//! joined by commas. Deleted runs are found by their whole id only.

use rusqlite::Connection;

use crate::error::{At, StoreError};
use crate::id::{ID_LEN, RunId, is_id_prefix};
use crate::store::Store;
use crate::table::run;

/// How many runs an ambiguous prefix names.
const NAMED: usize = 5;

/// More parts than anybody writes.
const MAX_PARTS: usize = 1000;

/// One part of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part<'a> {
    Latest { back: u32 },
    Tag { key: &'a str, value: &'a str },
    Id(String),
}

impl Store {
    /// The runs that a selector names, in its order, each once. A tag names its runs newest first.
    ///
    /// Fails with [`StoreError::NoSuchRun`] when any part finds nothing, with
    /// [`StoreError::Ambiguous`] when a prefix fits several runs, and with
    /// [`StoreError::BadSelector`] when a part cannot be read.
    pub fn resolve(&self, selector: &str) -> Result<Vec<RunId>, StoreError> {
        let parts = selector.split(',').map(parse).collect::<Result<Vec<_>, _>>()?;
        if parts.len() > MAX_PARTS {
            let reason = "has too many parts";
            return Err(StoreError::BadSelector { selector: shorten(selector), reason });
        }
        self.read(|reader| {
            let mut runs = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            for (part, text) in parts.iter().zip(selector.split(',')) {
                for run in find(&reader.app, part, text.trim(), &reader.folder.app())? {
                    if seen.insert(run.clone()) {
                        runs.push(run);
                    }
                }
            }
            Ok(runs)
        })
    }

    /// The one run that a selector names; several are [`StoreError::Ambiguous`].
    pub fn resolve_one(&self, selector: &str) -> Result<RunId, StoreError> {
        let mut runs = self.resolve(selector)?;
        match (runs.len(), runs.pop()) {
            (1, Some(run)) => Ok(run),
            (_, last) => {
                runs.extend(last);
                Err(ambiguous(selector, runs))
            }
        }
    }
}

fn find(
    app: &Connection,
    part: &Part<'_>,
    text: &str,
    path: &std::path::Path,
) -> Result<Vec<RunId>, StoreError> {
    let runs = match part {
        Part::Latest { back } => run::latest(app, *back).at(path)?.into_iter().collect(),
        Part::Tag { key, value } => run::by_tag(app, key, value).at(path)?,
        Part::Id(id) if id.len() == ID_LEN => run::by_id(app, id).at(path)?.into_iter().collect(),
        Part::Id(prefix) => {
            let runs = run::by_prefix(app, prefix, NAMED + 1).at(path)?;
            if runs.len() > 1 {
                return Err(ambiguous(text, runs));
            }
            runs
        }
    };
    if runs.is_empty() {
        return Err(StoreError::NoSuchRun { selector: shorten(text) });
    }
    Ok(runs)
}

fn ambiguous(selector: &str, mut candidates: Vec<RunId>) -> StoreError {
    let more = candidates.len() > NAMED;
    candidates.truncate(NAMED);
    StoreError::Ambiguous { selector: shorten(selector), candidates, more }
}

fn parse(text: &str) -> Result<Part<'_>, StoreError> {
    let text = text.trim();
    let bad = |reason| Err(StoreError::BadSelector { selector: shorten(text), reason });
    if text.is_empty() {
        return bad("has an empty part");
    }
    if text == "latest" {
        return Ok(Part::Latest { back: 0 });
    }
    if let Some(back) = text.strip_prefix("latest~") {
        return match back.parse() {
            Ok(back) if !back_has_sign(text) => Ok(Part::Latest { back }),
            _ => bad("needs a whole number after latest~"),
        };
    }
    if let Some(tag) = text.strip_prefix("tag:") {
        return match tag.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok(Part::Tag { key, value }),
            _ => bad("needs key=value after tag:"),
        };
    }
    let id = text.to_ascii_lowercase();
    if is_id_prefix(&id) { Ok(Part::Id(id)) } else { bad("is not an id") }
}

fn back_has_sign(text: &str) -> bool {
    text.contains('+')
}

/// A text that came from outside, short enough for a message.
fn shorten(text: &str) -> String {
    if text.chars().count() <= 80 {
        text.to_owned()
    } else {
        text.chars().take(79).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<Part<'_>, &str>) {
        let parsed = parse(text).map_err(|error| match error {
            StoreError::BadSelector { reason, .. } => reason,
            other => panic!("{other}"),
        });
        assert_eq!(parsed, expect);
    }

    #[test]
    fn parts_are_read_by_their_form() {
        check("latest", Ok(Part::Latest { back: 0 }));
        check(" latest~12 ", Ok(Part::Latest { back: 12 }));
        check("tag:board=nano 33", Ok(Part::Tag { key: "board", value: "nano 33" }));
        check("tag:a=b=c", Ok(Part::Tag { key: "a", value: "b=c" }));
        check("tag:a=", Ok(Part::Tag { key: "a", value: "" }));
        check("01HZ", Ok(Part::Id("01hz".into())));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        check("", Err("has an empty part"));
        check("latest~", Err("needs a whole number after latest~"));
        check("latest~+1", Err("needs a whole number after latest~"));
        check("latest~-1", Err("needs a whole number after latest~"));
        check("latest~99999999999", Err("needs a whole number after latest~"));
        check("tag:board", Err("needs key=value after tag:"));
        check("tag:=x", Err("needs key=value after tag:"));
        check("last", Err("is not an id"));
        check("Grüße", Err("is not an id"));
        check("012345678901234567890123456", Err("is not an id"));
    }
}
