//! Which runs are chosen: by id, so that a list that changes keeps them.

use std::collections::BTreeSet;

use protocol::RunId;

/// How a row is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// This one and no other.
    Alone,
    /// This one too, or no more.
    Too,
    /// All from the one before to this one.
    Range,
}

/// The choice.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    runs: BTreeSet<RunId>,
    /// Where a range begins.
    anchor: Option<u64>,
    /// Where the arrows go on from.
    cursor: Option<u64>,
    /// A press that meant rows which were not read yet.
    waiting: Option<(u64, Press)>,
}

impl Chosen {
    /// The chosen runs, in order of id: oldest first, as ids begin with the time.
    pub(super) fn runs(&self) -> &BTreeSet<RunId> {
        &self.runs
    }

    /// Whether a run is chosen.
    pub(super) fn has(&self, run: &RunId) -> bool {
        self.runs.contains(run)
    }

    /// How many are chosen.
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// The one that is chosen; `None` where none or several are.
    pub(super) fn only(&self) -> Option<&RunId> {
        self.runs.first().filter(|_| self.runs.len() == 1)
    }

    /// The row the arrows go on from.
    pub(super) fn cursor(&self) -> Option<u64> {
        self.cursor
    }

    /// Nothing is chosen any more; the arrows go on from where they were.
    pub(super) fn clear(&mut self) {
        self.runs.clear();
        self.anchor = None;
        self.waiting = None;
    }

    /// A row was pressed. `run` says which run lies in a row, where that is known; where it is not,
    /// the choice waits until [`Chosen::settle`] finds it.
    pub(super) fn press<'a>(
        &mut self,
        row: u64,
        how: Press,
        run: impl Fn(u64) -> Option<&'a RunId>,
    ) {
        self.waiting = None;
        self.cursor = Some(row);
        let from = match how {
            Press::Range => self.anchor.unwrap_or(row),
            Press::Alone | Press::Too => row,
        };
        let Some(pressed) = run(row).filter(|_| run(from).is_some()) else {
            self.waiting = Some((row, how));
            return;
        };
        match how {
            Press::Alone => {
                self.runs = [pressed.clone()].into();
                self.anchor = Some(row);
            }
            Press::Too => {
                if !self.runs.remove(pressed) {
                    self.runs.insert(pressed.clone());
                }
                self.anchor = Some(row);
            }
            Press::Range => {
                self.anchor = Some(from);
                let rows = from.min(row)..=from.max(row);
                let all: Option<BTreeSet<RunId>> = rows.map(|row| run(row).cloned()).collect();
                match all {
                    Some(all) => self.runs = all,
                    None => self.waiting = Some((row, how)),
                }
            }
        }
    }

    /// The rows that a press waits for.
    pub(super) fn waits_for(&self) -> Option<std::ops::Range<u64>> {
        let (row, how) = self.waiting?;
        let from = self.anchor.filter(|_| how == Press::Range).unwrap_or(row);
        Some(from.min(row)..from.max(row) + 1)
    }

    /// More rows were read: carries out a press that waited for them.
    pub(super) fn settle<'a>(&mut self, run: impl Fn(u64) -> Option<&'a RunId>) {
        if let Some((row, how)) = self.waiting {
            self.press(row, how, run);
        }
    }

    /// The cursor moves by so many rows of `total`; without a cursor one step comes in at the top.
    pub(super) fn step<'a>(
        &mut self,
        by: i64,
        how: Press,
        total: u64,
        run: impl Fn(u64) -> Option<&'a RunId>,
    ) {
        let Some(last) = total.checked_sub(1) else { return };
        let row = match self.cursor {
            None if by.abs() == 1 => 0,
            cursor => cursor.unwrap_or(0).saturating_add_signed(by).min(last),
        };
        self.press(row, how, run);
    }

    /// Chooses a run that may lie in no row that is known.
    pub(super) fn only_run(&mut self, run: RunId, row: Option<u64>) {
        self.runs = [run].into();
        self.anchor = row;
        self.cursor = row.or(self.cursor);
    }

    /// Adds runs.
    pub(super) fn extend<'a>(&mut self, runs: impl IntoIterator<Item = &'a RunId>) {
        self.runs.extend(runs.into_iter().cloned());
    }

    /// Takes runs away that are not there any more.
    pub(super) fn forget(&mut self, gone: &[RunId]) {
        for run in gone {
            self.runs.remove(run);
        }
    }

    /// Rows moved under the choice: a run that was in a row is now so many rows further on.
    pub(super) fn shift(&mut self, by: i64) {
        for row in [&mut self.anchor, &mut self.cursor].into_iter().flatten() {
            *row = row.saturating_add_signed(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Vec<RunId> {
        (0..10).map(|at| RunId(format!("r{at}"))).collect()
    }

    #[track_caller]
    fn check(does: impl Fn(&mut Chosen, &dyn Fn(u64) -> Option<RunId>), expect: &str) {
        let mut chosen = Chosen::default();
        does(&mut chosen, &|row| ids().get(row as usize).cloned());
        let runs: Vec<String> = chosen.runs().iter().map(ToString::to_string).collect();
        assert_eq!(runs.join(" "), expect);
    }

    #[test]
    fn presses_choose_as_in_every_list() {
        let all = ids();
        let at = |row: u64| all.get(row as usize);
        check(|chosen, _| chosen.press(3, Press::Alone, at), "r3");
        let both = |chosen: &mut Chosen| {
            chosen.press(3, Press::Alone, at);
            chosen.press(5, Press::Too, at);
        };
        check(|chosen, _| both(chosen), "r3 r5");
        check(
            |chosen, _| {
                both(chosen);
                chosen.press(3, Press::Too, at);
            },
            "r5",
        );
        check(
            |chosen, _| {
                chosen.press(6, Press::Alone, at);
                chosen.press(4, Press::Range, at);
                chosen.press(7, Press::Range, at);
            },
            "r6 r7",
        );
        check(|chosen, _| chosen.press(99, Press::Alone, at), "");
    }

    #[test]
    fn a_press_on_rows_that_are_not_read_yet_waits_for_them() {
        let all = ids();
        let mut chosen = Chosen::default();
        let half = |row: u64| all.get(row as usize).filter(|_| row < 5);
        chosen.press(3, Press::Alone, half);
        chosen.press(8, Press::Range, half);
        assert_eq!((chosen.len(), chosen.waits_for(), chosen.cursor()), (1, Some(3..9), Some(8)));
        chosen.settle(half);
        assert_eq!(chosen.len(), 1);
        chosen.settle(|row| all.get(row as usize));
        assert_eq!((chosen.len(), chosen.waits_for()), (6, None));
    }

    #[test]
    fn arrows_go_on_from_the_cursor_and_stop_at_the_ends() {
        let all = ids();
        let at = |row: u64| all.get(row as usize);
        check(|chosen, _| chosen.step(1, Press::Alone, 10, at), "r0");
        check(|chosen, _| chosen.step(10, Press::Alone, 10, at), "r9");
        check(
            |chosen, _| {
                chosen.press(8, Press::Alone, at);
                chosen.step(5, Press::Alone, 10, at);
            },
            "r9",
        );
        check(
            |chosen, _| {
                chosen.press(2, Press::Alone, at);
                chosen.step(1, Press::Range, 10, at);
                chosen.step(1, Press::Range, 10, at);
            },
            "r2 r3 r4",
        );
        check(|chosen, _| chosen.step(1, Press::Alone, 0, |_| None), "");
    }

    #[test]
    fn a_range_holds_its_beginning_when_a_new_run_comes_in_above() {
        let all = ids();
        let at = |row: u64| all.get(row as usize);
        let mut chosen = Chosen::default();
        chosen.press(2, Press::Alone, at);
        chosen.shift(1);
        let later = |row: u64| row.checked_sub(1).and_then(at);
        chosen.press(4, Press::Range, later);
        let runs: Vec<String> = chosen.runs().iter().map(ToString::to_string).collect();
        assert_eq!(runs, ["r2", "r3"]);
    }
}
