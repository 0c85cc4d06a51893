//! What has to stay and what has to go, whatever the budget: rules for kinds of content and for sections, and
//! patterns.

use regex::{Regex, RegexBuilder};

use crate::error::Error;
use crate::request::Kind;

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Blocks of this kind; `prose` is all running text, in Markdown, papers, contracts and dialogues too.
    Kind(Kind),
    /// Sections whose heading contains these words, case aside, with the sections inside them.
    Heading(String),
    /// Every heading itself.
    Headings,
    /// Sentences and lines that nearly repeat an earlier one.
    Repeated,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It stays, word for word.
    Keep,
    /// It goes.
    Drop,
    /// So many times fewer tokens remain of it, no more and no fewer, whatever remains of the rest.
    Ratio(f64),
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it is about.
    pub target: Target,
    /// What becomes of that.
    pub fate: Fate,
}

/// All rules of a request. Where several are about the same stretch, the last one counts; what a pattern
/// matches stays in any case.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub(crate) rules: Vec<Rule>,
    pub(crate) keep: Vec<Regex>,
}

/// More rules or patterns than this are refused.
const MOST: usize = 64;
/// What a pattern may take when compiled, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

impl Rules {
    /// Rules as they are written: `code=keep`, `table=4x`, `heading:References=drop`, `heading=keep`; and
    /// regular expressions of what must stay.
    ///
    /// # Errors
    /// [`Error::Rule`] for what cannot be read, with what to write instead.
    pub fn parse<R: AsRef<str>, K: AsRef<str>>(rules: &[R], keep: &[K]) -> Result<Self, Error> {
        if rules.len() > MOST || keep.len() > MOST {
            return Err(wrong(
                &format!("{} of them", rules.len().max(keep.len())),
                format!("give at most {MOST}"),
            ));
        }
        Ok(Self {
            rules: rules.iter().map(|rule| one(rule.as_ref())).collect::<Result<_, _>>()?,
            keep: keep
                .iter()
                .map(|pattern| pattern_of(pattern.as_ref()))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.keep.is_empty()
    }

    /// Whether even a text that fits its budget is not left as it is.
    pub(crate) fn always_cut(&self) -> bool {
        self.rules.iter().any(|rule| rule.fate != Fate::Keep)
    }
}

fn wrong(given: &str, reason: impl Into<String>) -> Error {
    Error::Rule { given: given.to_owned(), reason: reason.into() }
}

fn one(written: &str) -> Result<Rule, Error> {
    let Some((target, fate)) = written.rsplit_once('=') else {
        return Err(wrong(
            written,
            "write what=fate, such as code=keep, table=4x or heading:References=drop",
        ));
    };
    Ok(Rule { target: target_of(written, target.trim())?, fate: fate_of(written, fate.trim())? })
}

fn target_of(written: &str, target: &str) -> Result<Target, Error> {
    if let Some(heading) = target.strip_prefix("heading:") {
        return match heading.trim() {
            "" => Err(wrong(written, "write words of the heading, such as heading:References")),
            words => Ok(Target::Heading(words.to_lowercase())),
        };
    }
    match target {
        "heading" => return Ok(Target::Headings),
        "repeated" => return Ok(Target::Repeated),
        _ => {}
    }
    Kind::from_name(target).map(Target::Kind).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|(_, name)| *name).collect();
        wrong(
            written,
            format!(
                "there is no {target:?}, write {}, repeated, heading or heading:WORDS",
                known.join(", ")
            ),
        )
    })
}

fn fate_of(written: &str, fate: &str) -> Result<Fate, Error> {
    match fate {
        "keep" => return Ok(Fate::Keep),
        "drop" => return Ok(Fate::Drop),
        _ => {}
    }
    match fate.trim_end_matches(['x', '×']).parse::<f64>() {
        Ok(ratio) if ratio.is_finite() && ratio >= 1.0 => Ok(Fate::Ratio(ratio)),
        _ => Err(wrong(
            written,
            format!("{fate:?} is no fate, write keep, drop or a ratio such as 4x"),
        )),
    }
}

fn pattern_of(written: &str) -> Result<Regex, Error> {
    RegexBuilder::new(written)
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_BYTES)
        .build()
        .map_err(|error| {
            // Its first lines draw the pattern with a mark below it.
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or("").trim().trim_start_matches("error: ");
            wrong(written, format!("it is no regular expression: {reason}"))
        })
        .and_then(|pattern| match pattern.is_match("") {
            true => Err(wrong(
                written,
                "it matches nothing at all everywhere, write what must be there",
            )),
            false => Ok(pattern),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_they_are_written() {
        let check = |written: &str, target: Target, fate: Fate| {
            assert_eq!(one(written).expect("a rule"), Rule { target, fate }, "{written}");
        };
        check("code=keep", Target::Kind(Kind::Code), Fate::Keep);
        check("Table = 4x", Target::Kind(Kind::Table), Fate::Ratio(4.0));
        check("heading:References=drop", Target::Heading("references".into()), Fate::Drop);
        check("heading: a=b =2.5×", Target::Heading("a=b".into()), Fate::Ratio(2.5));
        check("heading=keep", Target::Headings, Fate::Keep);
        check("legal=4x", Target::Kind(Kind::Legal), Fate::Ratio(4.0));
        check("repeated=16x", Target::Repeated, Fate::Ratio(16.0));
    }

    #[test]
    fn what_cannot_be_read_says_what_to_write() {
        let check = |rule: &[&str], keep: &[&str], expect: &str| {
            let error = Rules::parse(rule, keep).expect_err("refused").to_string();
            assert!(error.contains(expect), "{error}");
        };
        check(&["code"], &[], "write what=fate");
        check(&["poetry=keep"], &[], "write prose, markdown");
        check(&["code=sometimes"], &[], "write keep, drop or a ratio such as 4x");
        check(&["code=0.5x"], &[], "ratio such as 4x");
        check(&["code=infx"], &[], "ratio such as 4x");
        check(&["heading:=keep"], &[], "words of the heading");
        check(&[], &["(a"], "no regular expression");
        check(&[], &["a*"], "matches nothing at all");
        check(&[], &["(a{1000}){1000}"], "no regular expression");
        check(&["code=keep"; 65], &[], "at most 64");
    }
}
