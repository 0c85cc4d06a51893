//! The time of day, for what a person reads later.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, UTC; 0 where the clock stands before that.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
