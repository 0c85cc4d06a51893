//! How long ago something was, with the exact moment on hover.

use egui::{Response, RichText, Ui};
use protocol::moment::moment;

use crate::theme::{Palette, text};

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;

/// `3 h ago`; after a month the date. Both in ms UTC.
pub fn ago(then_ms: i64, now_ms: i64) -> String {
    let past_s = (now_ms - then_ms) / 1000;
    match past_s {
        s if s < MINUTE_S => "just now".into(),
        s if s < HOUR_S => format!("{} min ago", s / MINUTE_S),
        s if s < DAY_S => format!("{} h ago", s / HOUR_S),
        s if s < 30 * DAY_S => format!("{} d ago", s / DAY_S),
        _ => moment(then_ms).chars().take("2000-02-29".len()).collect(),
    }
}

/// The same as a small label.
pub fn ago_label(ui: &mut Ui, then_ms: i64, now_ms: i64) -> Response {
    let palette = Palette::here(ui);
    // "just now" would otherwise be said for ever in a window where nothing happens.
    if now_ms - then_ms < HOUR_S * 1000 {
        ui.ctx().request_repaint_after_secs(MINUTE_S as f32);
    }
    let words = RichText::new(ago(then_ms, now_ms)).font(text::small()).color(palette.faint);
    ui.label(words).on_hover_text(moment(then_ms))
}

/// Seconds that are left, as a person says them.
pub fn left(seconds: f64) -> String {
    match seconds.max(0.0) {
        s if s < 5.0 => "a few seconds left".into(),
        s if s < 55.0 => format!("about {:.0} s left", (s / 5.0).ceil() * 5.0),
        s if s < 3600.0 => format!("about {:.0} min left", (s / 60.0).ceil()),
        s => format!("about {:.1} h left", s / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(past_s: i64, expect: &str) {
        assert_eq!(ago(1_763_000_000_000 - past_s * 1000, 1_763_000_000_000), expect);
    }

    #[test]
    fn times_are_said_in_the_unit_that_fits() {
        check(-5, "just now");
        check(59, "just now");
        check(60, "1 min ago");
        check(3599, "59 min ago");
        check(3600, "1 h ago");
        check(2 * DAY_S, "2 d ago");
        check(40 * DAY_S, "2025-10-04");
    }

    #[test]
    fn what_is_left_is_said_roughly() {
        assert_eq!(left(-1.0), "a few seconds left");
        assert_eq!(left(12.0), "about 15 s left");
        assert_eq!(left(61.0), "about 2 min left");
        assert_eq!(left(5400.0), "about 1.5 h left");
    }
}
