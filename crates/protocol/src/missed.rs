//! What somebody was not told who did not listen.

use serde::{Deserialize, Serialize};

use crate::{Event, JobId};

/// Jobs that are named, at most.
const NAMED: usize = 1024;

/// What was thrown away. What there is now is in a [`crate::Snapshot`]; what a job made is told once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Missed {
    /// How many events; 0 where nobody could count them, as over a line that was cut.
    pub events: u64,
    /// Jobs that ended meanwhile, in the order they did; at most 1,024.
    pub ended: Vec<JobId>,
    /// Jobs that ended after those.
    pub more_ended: u64,
}

impl Missed {
    /// One more.
    pub fn add(&mut self, event: &Event) {
        self.events += 1;
        if let Event::JobFinished { job, .. } = event {
            match self.ended.len() < NAMED {
                true => self.ended.push(*job),
                false => self.more_ended += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Failure, JobOutcome, Severity};

    #[test]
    fn what_is_missed_is_counted_and_only_so_many_jobs_are_named() {
        let mut missed = Missed::default();
        missed.add(&Event::Notice { severity: Severity::Info, text: "x".into(), hint: None });
        for job in 0..NAMED as u64 + 7 {
            let outcome = JobOutcome::Failed(Failure::new(crate::Code::Cancelled, "cancelled"));
            missed.add(&Event::JobFinished { job: JobId(job), outcome });
        }
        assert_eq!(missed.events, NAMED as u64 + 8);
        assert_eq!((missed.ended.len(), missed.more_ended), (NAMED, 7));
        assert_eq!(missed.ended.first(), Some(&JobId(0)));
    }
}
