//! How a person wants the window to look, as the settings say it.

use egui::{Context, ThemePreference};

use crate::action::Action;
use crate::model::Model;

/// Text sizes one steps through, in percent.
const SIZES: [u32; 8] = [75, 85, 100, 115, 130, 150, 175, 200];

/// Theme, text size, motion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Looks {
    theme: ThemePreference,
    percent: u32,
    still: bool,
}

impl Looks {
    pub(crate) fn of(model: &Model) -> Looks {
        let theme = match model.setting("theme") {
            "light" => ThemePreference::Light,
            "dark" => ThemePreference::Dark,
            _ => ThemePreference::System,
        };
        let still = model.setting("reduced_motion") == "on";
        Looks { theme, percent: percent(model.setting("text_size")), still }
    }

    pub(crate) fn still(self) -> bool {
        self.still
    }

    pub(crate) fn apply(self, ctx: &Context) {
        ctx.set_theme(self.theme);
        ctx.set_zoom_factor(self.percent as f32 / 100.0);
        let animation_time = if self.still { 0.0 } else { 0.1 };
        ctx.all_styles_mut(|style| style.animation_time = animation_time);
    }

    /// The next text size in an action's direction, as the setting says it.
    pub(crate) fn stepped(self, action: Action) -> String {
        let next = match action {
            Action::TextLarger => SIZES.iter().find(|size| **size > self.percent),
            Action::TextSmaller => SIZES.iter().rev().find(|size| **size < self.percent),
            _ => Some(&100),
        };
        format!("{}%", next.copied().unwrap_or(self.percent))
    }
}

/// `115%` or `1.15`; what cannot be read is 100.
fn percent(text: &str) -> u32 {
    let text = text.trim();
    let value = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f32>().ok(),
        None => text.parse::<f32>().ok().map(|share| share * 100.0),
    };
    value.filter(|value| (50.0..=300.0).contains(value)).map_or(100, |value| value.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_stepped() {
        assert_eq!(
            [percent("115%"), percent("1.5"), percent(""), percent("9000%")],
            [115, 150, 100, 100]
        );
        let looks = Looks { theme: ThemePreference::System, percent: 100, still: false };
        assert_eq!(looks.stepped(Action::TextLarger), "115%");
        assert_eq!(looks.stepped(Action::TextSmaller), "85%");
        assert_eq!(Looks { percent: 200, ..looks }.stepped(Action::TextLarger), "200%");
    }
}
