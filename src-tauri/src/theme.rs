//! The window's frame and menu wear what the setting says, as the page does.

use protocol::SettingView;
use tauri::{AppHandle, Theme};

/// Wears what the settings say, where they say anything of it.
pub(crate) fn wear(app: &AppHandle, settings: &[SettingView]) {
    if let Some(theme) = settings.iter().find(|setting| setting.key == "theme") {
        app.set_theme(named(&theme.value));
    }
}

/// `None` is the system's.
fn named(name: &str) -> Option<Theme> {
    match name {
        "dark" => Some(Theme::Dark),
        "light" => Some(Theme::Light),
        _ => None,
    }
}
