//! Documents that a measurement does without, since they cannot be read: each is said by name, and the job goes on
//! with the others.

use protocol::Failure;

use crate::error::EngineError;
use crate::jobs::Job;

/// Those that are said one by one.
const SAID: usize = 20;

/// What was left out so far.
#[derive(Default)]
pub(crate) struct LeftOut {
    first: Option<Failure>,
    count: usize,
}

impl LeftOut {
    /// Leaves a document out. One whose reading was stopped stops the job.
    pub(crate) fn add(
        &mut self,
        job: &Job,
        name: &str,
        failure: Failure,
    ) -> Result<(), EngineError> {
        job.go_on()?;
        self.count += 1;
        if self.count <= SAID {
            job.engine.warn(format!("left out: {name}: {failure}"));
        } else if self.count == SAID + 1 {
            job.engine.warn("more documents that cannot be read are left out".into());
        }
        self.first.get_or_insert(failure);
        Ok(())
    }

    /// What could be read.
    ///
    /// # Errors
    /// Why the first one could not be, where none could.
    pub(crate) fn unless<T>(self, read: Vec<T>) -> Result<Vec<T>, EngineError> {
        match self.first {
            Some(failure) if read.is_empty() => Err(EngineError::BadRequest(failure.to_string())),
            _ => Ok(read),
        }
    }
}
