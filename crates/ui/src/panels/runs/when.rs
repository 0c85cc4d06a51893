//! When a run goes for good, and how long it took, in words.

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Days for which a deleted run can be brought back.
const KEPT_DAYS: i64 = 30;

/// When a run that was deleted goes for good: `in 27 d`.
pub(super) fn gone_in(deleted_ms: i64, now_ms: i64) -> String {
    let left = deleted_ms + KEPT_DAYS * DAY_MS - now_ms;
    match left {
        i64::MIN..HOUR_MS => "within the hour".into(),
        HOUR_MS..DAY_MS => format!("in {} h", left / HOUR_MS),
        _ => format!("in {} d", left / DAY_MS),
    }
}

/// How long something took: `42 s`, `3 min`.
pub(super) fn lasted(ms: i64) -> String {
    match ms {
        i64::MIN..1000 => format!("{} ms", ms.max(0)),
        1000..MINUTE_MS => format!("{} s", ms / 1000),
        MINUTE_MS..HOUR_MS => format!("{} min {} s", ms / MINUTE_MS, ms % MINUTE_MS / 1000),
        _ => format!("{} h {} min", ms / HOUR_MS, ms % HOUR_MS / MINUTE_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_763_000_000_000;

    #[track_caller]
    fn check(got: String, expect: &str) {
        assert_eq!(got, expect);
    }

    #[test]
    fn a_deleted_run_has_thirty_days() {
        check(gone_in(NOW_MS, NOW_MS), "in 30 d");
        check(gone_in(NOW_MS - 29 * DAY_MS - 12 * HOUR_MS, NOW_MS), "in 12 h");
        check(gone_in(NOW_MS - 31 * DAY_MS, NOW_MS), "within the hour");
    }

    #[test]
    fn how_long_it_took() {
        check(lasted(-3), "0 ms");
        check(lasted(42_300), "42 s");
        check(lasted(125_000), "2 min 5 s");
        check(lasted(3_725_000), "1 h 2 min");
    }
}
