//! Which repetitions have no energy, and why.

use std::collections::BTreeMap;

use crate::signals::Missing;

/// Counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    without: BTreeMap<Missing, u32>,
}

impl Tally {
    /// One more repetition without.
    pub(crate) fn without(&mut self, why: Missing) {
        *self.without.entry(why).or_default() += 1;
    }

    /// What there is to say; `None` where all have it.
    pub(crate) fn words(&self) -> Option<String> {
        let one = |(why, times): (&Missing, &u32)| {
            let why = match why {
                Missing::Gap => "samples of the meter were lost inside",
                Missing::NotCovered => "the meter did not sample all of it",
            };
            let plural = if *times == 1 { "" } else { "s" };
            format!("{times} repetition{plural}: {why}")
        };
        let all: Vec<String> = self.without.iter().map(one).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}
