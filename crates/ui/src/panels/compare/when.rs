//! How long ago, in words.

/// How long before `now_ms` a moment lies, roughly: the exact moment belongs on hover.
pub(super) fn ago(ms: i64, now_ms: i64) -> String {
    let second = (now_ms - ms).max(0) / 1000;
    match second {
        0..60 => "just now".into(),
        60..3600 => format!("{} min ago", second / 60),
        3600..86_400 => format!("{} h ago", second / 3600),
        86_400..172_800 => "1 day ago".into(),
        _ => format!("{} days ago", second / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_roughly() {
        for (seconds, expect) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (3599, "59 min ago"),
            (7200, "2 h ago"),
            (86_400, "1 day ago"),
            (900_000, "10 days ago"),
            (-5, "just now"),
        ] {
            assert_eq!(ago(0, seconds * 1000), expect);
        }
    }
}
