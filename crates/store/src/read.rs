//! Reading: runs, their repetitions, measurements, series and samples.

use std::ops::Range;

use crate::error::{At, StoreError};
use crate::id::{RunId, SeriesId};
use crate::lost;
use crate::store::{OpenMode, Store};
use crate::table::chunk::{self, Samples};
use crate::table::measurement::{self, Measurement};
use crate::table::repetition::{self, Repetition};
use crate::table::run::{self, Run};
use crate::table::run_list::{self, Page, RunFilter, RunPage};
use crate::table::series::{self, Series};

/// The most samples one [`Store::read_samples`] gives: 128 MiB of numbers.
pub const MAX_READ_SAMPLES: usize = 16 << 20;

impl Store {
    /// One run, deleted or not, by its whole id.
    pub fn get_run(&self, run: &RunId) -> Result<Run, StoreError> {
        self.read(|reader| {
            run::get(&reader.app, run)
                .at(&reader.folder.app())?
                .ok_or_else(|| StoreError::NoSuchRun { selector: run.to_string() })
        })
    }

    /// A page of the runs that `filter` finds, newest first. Marks runs whose recorder vanished as
    /// lost before it looks, unless the store was opened for reading only.
    pub fn list_runs(&self, filter: &RunFilter, page: Page) -> Result<RunPage, StoreError> {
        self.mark_lost()?;
        self.read(|reader| run_list::list(&reader.app, filter, page).at(&reader.folder.app()))
    }

    /// The repetitions of a run that are on the disk, in order.
    pub fn repetitions(&self, run: &RunId) -> Result<Vec<Repetition>, StoreError> {
        self.read(|reader| repetition::of_run(&reader.app, run).at(&reader.folder.app()))
    }

    /// The measurements of a run, by name.
    pub fn measurements(&self, run: &RunId) -> Result<Vec<Measurement>, StoreError> {
        self.read(|reader| measurement::of_run(&reader.app, run).at(&reader.folder.app()))
    }

    /// The series of a run, by name.
    pub fn series(&self, run: &RunId) -> Result<Vec<Series>, StoreError> {
        self.read(|reader| series::of_run(&reader.app, run).at(&reader.folder.app()))
    }

    /// The samples of a series whose indexes are in `range` and that are on the disk, in order, as
    /// parts without a jump in between. At most [`MAX_READ_SAMPLES`]: where there are more, ask
    /// again from the end of the last part.
    pub fn read_samples(
        &self,
        series: SeriesId,
        range: Range<u64>,
    ) -> Result<Vec<Samples>, StoreError> {
        self.require_samples()?;
        let parts = self.read(|reader| {
            let path = reader.folder.samples();
            chunk::read(reader.samples()?, series, range, MAX_READ_SAMPLES).at(&path)
        })?;
        Ok(join(parts))
    }

    /// Marks the runs whose recorder vanished as lost. Gives those it marked; none when the store
    /// was opened for reading only.
    pub fn mark_lost(&self) -> Result<Vec<RunId>, StoreError> {
        if self.mode() == OpenMode::ReadOnly {
            return Ok(Vec::new());
        }
        let lost = self.read(|reader| lost::find(&reader.folder, &reader.app))?;
        if lost.is_empty() {
            return Ok(lost);
        }
        self.ask(move |writer| {
            lost::mark(&writer.folder, &mut writer.app, &lost)?;
            Ok(lost)
        })
    }
}

/// Blocks that continue each other become one part.
fn join(parts: Vec<Samples>) -> Vec<Samples> {
    let mut joined: Vec<Samples> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last)
                if last.repetition == part.repetition
                    && last.first_index + last.values.len() as u64 == part.first_index =>
            {
                last.values.extend(part.values);
            }
            _ => joined.push(part),
        }
    }
    joined
}
