//! What a person changes about runs: delete, bring back, note, label. Nothing is done here; it is
//! asked for, and failures are said.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Command, ExportFormat, Failure, Reply, RunId};

use super::words::{runs_words, selector};
use crate::asks::Asks;
use crate::link::RequestId;
use crate::toast::Toast;

/// The form that is open at the foot of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// None.
    #[default]
    None,
    /// In which format to write.
    Export,
    /// A label for all chosen runs, as it is typed.
    Tag(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Delete,
    Restore,
    Label,
}

/// What was asked for and is not answered yet.
#[derive(Debug)]
pub(super) struct Change {
    /// The form that is open.
    pub(super) form: Form,
    /// The format that is exported.
    pub(super) format: ExportFormat,
    asked: BTreeMap<RequestId, What>,
    /// What was deleted last.
    last: Vec<RunId>,
}

impl Default for Change {
    fn default() -> Change {
        Change {
            form: Form::None,
            format: ExportFormat::Bundle,
            asked: BTreeMap::new(),
            last: Vec::new(),
        }
    }
}

impl Change {
    /// Opens the export form.
    pub(super) fn export(&mut self) {
        self.form = Form::Export;
    }

    /// Deletes runs.
    pub(super) fn delete<'a>(
        &mut self,
        runs: impl IntoIterator<Item = &'a RunId>,
        asks: &mut Asks,
    ) {
        let selector = selector(runs);
        if !selector.is_empty() {
            self.asked.insert(asks.send(Command::DeleteRun { selector }), What::Delete);
        }
    }

    /// Brings runs back from the bin.
    pub(super) fn restore<'a>(
        &mut self,
        runs: impl IntoIterator<Item = &'a RunId>,
        asks: &mut Asks,
    ) {
        let selector = selector(runs);
        if !selector.is_empty() {
            self.asked.insert(asks.send(Command::UndeleteRun { selector }), What::Restore);
        }
    }

    /// Brings back what was deleted last. Whether there was something.
    pub(super) fn bring_back(&mut self, asks: &mut Asks) -> bool {
        let last = std::mem::take(&mut self.last);
        self.restore(&last, asks);
        !last.is_empty()
    }

    /// Changes a note.
    pub(super) fn note(&mut self, run: &RunId, note: Option<String>, asks: &mut Asks) {
        let command = Command::NoteRun { selector: run.to_string(), note };
        self.asked.insert(asks.send(command), What::Label);
    }

    /// Gives runs a label, or takes it away.
    pub(super) fn tag<'a>(
        &mut self,
        runs: impl IntoIterator<Item = &'a RunId>,
        key: &str,
        value: Option<&str>,
        asks: &mut Asks,
    ) {
        for run in runs {
            let command = Command::TagRun {
                selector: run.to_string(),
                key: key.to_owned(),
                value: value.map(str::to_owned),
            };
            self.asked.insert(asks.send(command), What::Label);
        }
    }

    /// An answer came. The runs that are not in the list any more.
    pub(super) fn hear(
        &mut self,
        request: RequestId,
        reply: &Result<Reply, Failure>,
        asks: &mut Asks,
    ) -> Option<Vec<RunId>> {
        let what = self.asked.remove(&request)?;
        let runs = match reply {
            Ok(Reply::Selected(runs)) => runs.clone(),
            Ok(_) => return None,
            Err(failure) => {
                asks.fail(failure);
                return None;
            }
        };
        let words = runs_words(runs.len() as u64);
        match what {
            What::Delete => {
                let undo = Command::UndeleteRun { selector: selector(&runs) };
                asks.toast(Toast::done(format!("Deleted {words}")).with_undo("Undo", undo));
                self.last.clone_from(&runs);
            }
            What::Restore => asks.toast(Toast::done(format!("Brought back {words}"))),
            What::Label => return None,
        }
        Some(runs)
    }
}

/// `key=value` as it is typed, or what is wrong with it.
pub(super) fn read_tag(text: &str) -> Result<(&str, &str), &'static str> {
    let Some((key, value)) = text.trim().split_once('=') else {
        return Err("Write a tag as key=value, such as branch=main");
    };
    let (key, value) = (key.trim(), value.trim());
    if key.is_empty() || key.contains(|letter: char| letter == ',' || letter.is_whitespace()) {
        return Err("The key before = is one word without commas");
    }
    if value.is_empty() || value.contains(',') {
        return Err("The value after = is not empty and has no commas");
    }
    Ok((key, value))
}

/// The id of runs, for a file's name: of one its id, of several how many.
pub(super) fn file_name(runs: &BTreeSet<RunId>, format: ExportFormat) -> String {
    let ending = match format {
        ExportFormat::Bundle => "bundle",
        ExportFormat::Csv => "csv",
        ExportFormat::Json => "json",
    };
    match (runs.first(), runs.len()) {
        (Some(run), 1) => format!("run-{run}.{ending}"),
        (_, several) => format!("{several}-runs.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_word_and_a_value() {
        assert_eq!(read_tag(" branch = simd 2 "), Ok(("branch", "simd 2")));
        assert_eq!(read_tag("a=b=c"), Ok(("a", "b=c")));
        for bad in ["", "branch", "=x", "two words=x", "a=", "a=b,c", "a,b=c"] {
            assert!(read_tag(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_is_named_after_its_runs() {
        assert_eq!(file_name(&["r1".into()].into(), ExportFormat::Csv), "run-r1.csv");
        let two = ["r1".into(), "r2".into()].into();
        assert_eq!(file_name(&two, ExportFormat::Bundle), "2-runs.bundle");
    }
}
