//! Every migration of the two files, in the order they were released. Only ever append.

use crate::connection::{Journal, Kind};
use crate::migrate::Migration;
use crate::table::{chunk, compression, document, fit, measurement, repetition, run, series};

/// `app.sqlite`. Its application id reads "BVap".
pub(crate) const APP_FILE: Kind =
    Kind { application_id: 0x4256_6170, steps: APP, page_bytes: 4096, journal: Journal::Ahead };

/// `samples.sqlite`. Its application id reads "BVsm". Almost all of it is appended and never changed,
/// so a rollback journal writes it once.
pub(crate) const SAMPLES_FILE: Kind = Kind {
    application_id: 0x4256_736d,
    steps: SAMPLES,
    page_bytes: 32768,
    journal: Journal::Rollback,
};

/// The steps of `app.sqlite`.
pub(crate) const APP: &[Migration] = &[
    run::CREATE,
    repetition::CREATE,
    measurement::CREATE,
    series::CREATE,
    document::CREATE,
    compression::CREATE,
    fit::CREATE,
];

/// The steps of `samples.sqlite`.
pub(crate) const SAMPLES: &[Migration] = &[chunk::CREATE];
