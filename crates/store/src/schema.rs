//! Every migration of the two files, in the order they were released. Only ever append.

use crate::connection::Kind;
use crate::migrate::Migration;
use crate::table::{chunk, compression, document, fit, measurement, repetition, run, series};

/// `app.sqlite`. Its application id reads "BVap".
pub(crate) const APP_FILE: Kind =
    Kind { application_id: 0x4256_6170, steps: APP, page_bytes: 4096, checkpoint_pages: 1000 };

/// `samples.sqlite`. Its application id reads "BVsm". The store's thread folds its log when nobody
/// records; the 1 GiB here is for recordings that never pause.
pub(crate) const SAMPLES_FILE: Kind = Kind {
    application_id: 0x4256_736d,
    steps: SAMPLES,
    page_bytes: 32768,
    checkpoint_pages: 32768,
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
