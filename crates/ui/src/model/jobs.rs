//! Jobs that go on, and the last that ended.

use std::collections::{BTreeMap, VecDeque};

use protocol::{JobId, JobKind, JobOutcome, JobView};

/// Ended jobs that are remembered.
const REMEMBERED: usize = 20;

/// A job that goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// What is known of it.
    pub view: JobView,
}

impl Job {
    /// How far it is, from 0 to 1; `None` where nobody knows.
    pub fn share(&self) -> Option<f32> {
        (self.view.total > 0).then(|| self.view.done as f32 / self.view.total as f32)
    }

    /// Seconds left if it goes on as it went so far; `None` too early to tell.
    pub fn left_s(&self, now_ms: i64) -> Option<f64> {
        let went_s = (now_ms - self.view.began_ms) as f64 / 1e3;
        let share = f64::from(self.share()?);
        (share > 0.02 && went_s > 1.0).then(|| went_s * (1.0 - share) / share)
    }
}

/// A job that ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The job.
    pub job: JobId,
    /// What sort of work it was; `None` where its beginning was not heard.
    pub kind: Option<JobKind>,
    /// What it worked on.
    pub title: String,
    /// What came of it, in a few words.
    pub words: String,
    /// It did not work.
    pub failed: bool,
    /// When it ended, ms UTC.
    pub ended_ms: i64,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Jobs {
    /// Those that go on.
    pub going: BTreeMap<JobId, Job>,
    /// Those that ended, newest first.
    pub ended: VecDeque<Ended>,
}

impl Jobs {
    pub(super) fn replace(&mut self, jobs: &[JobView]) {
        self.going = jobs.iter().map(|view| (view.job, Job { view: view.clone() })).collect();
    }

    pub(super) fn start(&mut self, view: &JobView) {
        self.going.insert(view.job, Job { view: view.clone() });
    }

    pub(super) fn progress(&mut self, job: JobId, doing: &str, done: u64, total: u64) {
        if let Some(job) = self.going.get_mut(&job) {
            doing.clone_into(&mut job.view.doing);
            job.view.done = done;
            job.view.total = total;
        }
    }

    pub(super) fn finish(&mut self, job: JobId, outcome: &JobOutcome, now_ms: i64) {
        let view = self.going.remove(&job).map(|job| job.view);
        let (words, failed) = words(outcome);
        self.ended.push_front(Ended {
            job,
            kind: view.as_ref().map(|view| view.kind),
            title: view.map(|view| view.title).unwrap_or_default(),
            words,
            failed,
            ended_ms: now_ms,
        });
        self.ended.truncate(REMEMBERED);
    }
}

fn words(outcome: &JobOutcome) -> (String, bool) {
    match outcome {
        JobOutcome::Compressed(documents) => {
            let failed = documents.iter().filter(|one| one.result.is_err()).count();
            let done = documents.len() - failed;
            match failed {
                0 => (format!("{done} compressed"), false),
                failed => (format!("{done} compressed, {failed} failed"), true),
            }
        }
        JobOutcome::AsOne(made) => {
            let used = made.documents.iter().filter(|one| one.number.is_some()).count();
            (format!("{} documents as one, {used} of them in it", made.documents.len()), false)
        }
        JobOutcome::Folder(made) => match made.failed {
            0 => (format!("{} compressed", made.done + made.kept), false),
            failed => (format!("{} compressed, {failed} failed", made.done + made.kept), true),
        },
        JobOutcome::Fitted(fit) => (format!("tried on {}", fit.board), false),
        JobOutcome::ModelFetched { .. } => ("the model is here".into(), false),
        JobOutcome::Flashed(view) => {
            // A look writes nothing, and neither does a file say whether a board took it.
            let done = if view.restarted.is_some() { "written" } else { "looked at" };
            (format!("{} {done}", view.image), false)
        }
        JobOutcome::Listened { lines } => (format!("{lines} lines heard"), false),
        JobOutcome::Heat(heat) => (format!("mapped at {} ratios", heat.ratios.len()), false),
        JobOutcome::Fidelity(found) => (format!("{} rows measured", found.rows.len()), false),
        JobOutcome::Tuned(found) => {
            let words = if found.gains { "weights that gain" } else { "no weights that gain" };
            (words.to_owned(), false)
        }
        JobOutcome::Failed(failure) => (failure.to_string(), true),
    }
}
