//! What is compared: two named sets of runs, or simply the two that are chosen.

use std::collections::BTreeSet;

use protocol::{RunId, RunSummary};

use super::words::selector;

/// The side a set stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What is held against.
    Base,
    /// What is judged.
    Candidate,
}

impl Side {
    /// Both, in the order they are read.
    pub(super) const BOTH: [Side; 2] = [Side::Base, Side::Candidate];

    /// Its name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Side::Base => "Base",
            Side::Candidate => "Candidate",
        }
    }
}

/// The two sets.
#[derive(Debug, Default)]
pub(super) struct Sides {
    base: BTreeSet<RunId>,
    candidate: BTreeSet<RunId>,
}

impl Sides {
    /// The runs of a side.
    pub(super) fn of(&self, side: Side) -> &BTreeSet<RunId> {
        match side {
            Side::Base => &self.base,
            Side::Candidate => &self.candidate,
        }
    }

    /// A run is on one side at most.
    pub(super) fn set(&mut self, side: Side, runs: &BTreeSet<RunId>) {
        let (mine, other) = match side {
            Side::Base => (&mut self.base, &mut self.candidate),
            Side::Candidate => (&mut self.candidate, &mut self.base),
        };
        mine.clone_from(runs);
        other.retain(|run| !runs.contains(run));
    }

    /// Neither side has runs.
    pub(super) fn is_empty(&self) -> bool {
        self.base.is_empty() && self.candidate.is_empty()
    }

    /// Takes runs away that are not there any more.
    pub(super) fn forget(&mut self, gone: &[RunId]) {
        for run in gone {
            self.base.remove(run);
            self.candidate.remove(run);
        }
    }

    /// The selectors of base and candidate, or why nothing can be compared. Of two chosen runs the
    /// older one is the base.
    pub(super) fn compared<'a>(
        &self,
        chosen: &BTreeSet<RunId>,
        run: impl Fn(&RunId) -> Option<&'a RunSummary>,
    ) -> Result<(String, String), &'static str> {
        if !self.base.is_empty() && !self.candidate.is_empty() {
            return Ok((selector(&self.base), selector(&self.candidate)));
        }
        let mut two: Vec<&RunId> = chosen.iter().take(3).collect();
        // A run that was not read is placed by its id, which begins with the time.
        two.sort_by_key(|id| (run(id).map(|run| run.created_ms), id.0.clone()));
        match (self.is_empty(), two.as_slice()) {
            (true, [older, newer]) => Ok((older.to_string(), newer.to_string())),
            (true, [] | [_]) => Err("Choose two runs to compare them"),
            (true, _) => Err("More than two runs: set some as base and others as candidate"),
            (false, _) if self.base.is_empty() => Err("The base is missing: choose runs for it"),
            (false, _) => Err("The candidate is missing: choose runs for it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &str) -> BTreeSet<RunId> {
        ids.split_whitespace().map(RunId::from).collect()
    }

    #[track_caller]
    fn check(base: &str, candidate: &str, chosen: &str, expect: Result<(&str, &str), &str>) {
        let mut sides = Sides::default();
        sides.set(Side::Base, &set(base));
        sides.set(Side::Candidate, &set(candidate));
        let got = sides.compared(&set(chosen), |_| None);
        let expect = expect.map(|(base, candidate)| (base.to_owned(), candidate.to_owned()));
        match (got, expect) {
            (Err(why), Err(part)) => assert!(why.contains(part), "{why}"),
            (got, expect) => assert_eq!(got, expect),
        }
    }

    #[test]
    fn two_chosen_runs_are_compared_and_more_ask_for_sides() {
        check("", "", "b a", Ok(("a", "b")));
        check("", "", "a", Err("two runs"));
        check("", "", "a b c", Err("set some as base"));
        check("a", "", "b c d", Err("candidate is missing"));
        check("a b", "c d", "", Ok(("a,b", "c,d")));
        check("", "c", "a", Err("base is missing"));
    }

    #[test]
    fn a_run_is_on_one_side_at_most() {
        check("a b", "b c", "", Ok(("a", "b,c")));
    }
}
