//! The rooms of the window, one folder each; `metering` and `fetching` are parts that two of them share,
//! `errand` a job that a room sends off and hears of.

pub mod bench;
pub mod compare;
pub mod compress;
mod errand;
mod fetching;
mod fetching_ui;
pub mod fit;
pub mod jobs;
pub mod live;
mod metering;
pub mod runs;
pub mod settings;

use crate::asks::Place;
use crate::panel::Panel;

/// All rooms.
#[derive(Default)]
pub struct Panels {
    bench: bench::Bench,
    live: live::Live,
    runs: runs::Runs,
    compare: compare::Compare,
    compress: compress::Compress,
    fit: fit::Fit,
    jobs: jobs::Jobs,
    settings: settings::Settings,
}

/// Each room, with the name under which it is remembered.
pub const PLACES: [(Place, &str); 8] = [
    (Place::Bench, "bench"),
    (Place::Live, "live"),
    (Place::Runs, "runs"),
    (Place::Compare, "compare"),
    (Place::Compress, "compress"),
    (Place::Fit, "fit"),
    (Place::Jobs, "jobs"),
    (Place::Settings, "settings"),
];

impl Panels {
    /// A room.
    pub fn at(&mut self, place: Place) -> &mut dyn Panel {
        match place {
            Place::Bench => &mut self.bench,
            Place::Live => &mut self.live,
            Place::Runs => &mut self.runs,
            Place::Compare => &mut self.compare,
            Place::Compress => &mut self.compress,
            Place::Fit => &mut self.fit,
            Place::Jobs => &mut self.jobs,
            Place::Settings => &mut self.settings,
        }
    }

    /// A room, to be read.
    pub fn look(&self, place: Place) -> &dyn Panel {
        match place {
            Place::Bench => &self.bench,
            Place::Live => &self.live,
            Place::Runs => &self.runs,
            Place::Compare => &self.compare,
            Place::Compress => &self.compress,
            Place::Fit => &self.fit,
            Place::Jobs => &self.jobs,
            Place::Settings => &self.settings,
        }
    }
}
