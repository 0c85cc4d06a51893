//! The list as far as it was read: pages of it, asked for as one scrolls to them.
//!
//! What is shown stays while its page is read anew, so that a list that changes does not flicker.
//! One question a page is on its way at a time, however often the runs change meanwhile.

use std::collections::BTreeMap;

use protocol::{Command, Failure, Reply, RunFilter, RunId, RunSummary};

use crate::asks::Asks;
use crate::link::RequestId;

/// Runs a page.
pub(super) const PAGE: u64 = 200;

/// One page.
#[derive(Debug)]
struct Page {
    runs: Vec<RunSummary>,
    /// The runs changed since it was read.
    stale: bool,
}

/// A question on its way.
#[derive(Debug)]
struct Asked {
    page: u64,
    /// The answer will be out of date already.
    stale: bool,
    /// The question is about another filter than what is shown.
    turns: bool,
}

/// The list.
#[derive(Debug, Default)]
pub(super) struct Pages {
    filter: RunFilter,
    pages: BTreeMap<u64, Page>,
    total: Option<u64>,
    asked: BTreeMap<RequestId, Asked>,
    failure: Option<Failure>,
    version: u64,
}

/// What an answer changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// It was none of this list's.
    Nothing,
    /// A page is there, or could not be read.
    Page,
    /// The list is another one.
    Turned,
}

impl Pages {
    /// How many runs there are; `None` before the first answer.
    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    /// Goes up with every change.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// Why the list could not be read.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What is asked for.
    pub(super) fn filter(&self) -> &RunFilter {
        &self.filter
    }

    /// What is shown answers another question than the one that was asked last.
    pub(super) fn turning(&self) -> bool {
        self.asked.values().any(|asked| asked.turns)
    }

    /// The run in a row, counted from the newest; `None` where that page was not read yet.
    pub(super) fn row(&self, row: u64) -> Option<&RunSummary> {
        self.pages.get(&(row / PAGE))?.runs.get((row % PAGE) as usize)
    }

    /// In which row a run lies, where that was read.
    pub(super) fn find(&self, run: &RunId) -> Option<u64> {
        self.pages.iter().find_map(|(page, of)| {
            let at = of.runs.iter().position(|summary| summary.run == *run)?;
            Some(page * PAGE + at as u64)
        })
    }

    /// A run that was read.
    pub(super) fn get(&self, run: &RunId) -> Option<&RunSummary> {
        self.all().find(|summary| summary.run == *run)
    }

    /// Every run that was read.
    pub(super) fn all(&self) -> impl Iterator<Item = &RunSummary> {
        self.pages.values().flat_map(|page| &page.runs)
    }

    /// The newest runs, newest first, as far as they were read without a hole.
    pub(super) fn newest(&self) -> impl Iterator<Item = &RunSummary> {
        (0..).map_while(|page| self.pages.get(&page)).flat_map(|page| &page.runs)
    }

    /// Another list.
    pub(super) fn turn(&mut self, filter: RunFilter, asks: &mut Asks) {
        self.filter = filter;
        self.asked.clear();
        self.ask(0, true, asks);
    }

    /// The runs changed: whatever was read is out of date.
    pub(super) fn changed(&mut self) {
        for page in self.pages.values_mut() {
            page.stale = true;
        }
        for asked in self.asked.values_mut() {
            asked.stale = true;
        }
    }

    /// These rows are about to be shown: asks for what is not there or out of date.
    pub(super) fn want(&mut self, rows: std::ops::Range<u64>, asks: &mut Asks) {
        let end = rows.end.min(self.total.unwrap_or(1)).max(rows.start + 1);
        for page in rows.start / PAGE..=(end - 1) / PAGE {
            let here = self.pages.get(&page).is_some_and(|page| !page.stale);
            let asked = self.asked.values().any(|asked| asked.page == page || asked.turns);
            if !here && !asked && self.failure.is_none() {
                self.ask(page, false, asks);
            }
        }
    }

    /// Asks for the first page that is missing. Whether all pages are here.
    pub(super) fn want_all(&mut self, asks: &mut Asks) -> bool {
        let Some(total) = self.total else { return false };
        let pages = total.div_ceil(PAGE);
        let missing = (0..pages).find(|page| !self.pages.contains_key(page));
        match missing {
            None => true,
            Some(page) => {
                self.want(page * PAGE..(page + 1) * PAGE, asks);
                self.failure.is_some()
            }
        }
    }

    /// Tries again after a failure.
    pub(super) fn retry(&mut self, asks: &mut Asks) {
        self.failure = None;
        if self.total.is_none() {
            self.turn(self.filter.clone(), asks);
        } else {
            self.changed();
        }
    }

    /// An answer came.
    pub(super) fn hear(&mut self, request: RequestId, reply: &Result<Reply, Failure>) -> Heard {
        let Some(asked) = self.asked.remove(&request) else { return Heard::Nothing };
        self.version += 1;
        match reply {
            Ok(Reply::Runs { runs, total }) => {
                if asked.turns {
                    self.pages.clear();
                }
                self.failure = None;
                self.total = Some(*total);
                let page = Page { runs: runs.clone(), stale: asked.stale };
                self.pages.insert(asked.page, page);
                // What lies beyond the end is no more.
                self.pages.retain(|page, _| *page == 0 || page * PAGE < *total);
                if asked.turns { Heard::Turned } else { Heard::Page }
            }
            Ok(_) => Heard::Page,
            Err(failure) => {
                self.failure = Some(failure.clone());
                Heard::Page
            }
        }
    }

    fn ask(&mut self, page: u64, turns: bool, asks: &mut Asks) {
        let offset = u32::try_from(page * PAGE).unwrap_or(u32::MAX);
        let filter = RunFilter { limit: PAGE as u32, offset, ..self.filter.clone() };
        let request = asks.send(Command::ListRuns { filter });
        self.asked.insert(request, Asked { page, stale: false, turns });
    }
}

#[cfg(test)]
mod tests;
