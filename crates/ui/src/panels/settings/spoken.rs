//! Settings where the picture cannot be seen: a sentence each, the values that can be pressed, and fields for
//! what has to be written, such as a path.

use protocol::{SettingKind, SettingView};

use super::words::{self, Step};
use crate::aloud::{Field, Press};

/// What a setting is.
pub(super) fn said(setting: &SettingView) -> String {
    let value = match (&setting.kind, setting.value.as_str()) {
        (_, "") => "none".to_owned(),
        (SettingKind::Choice(_), word) => words::choice(&setting.key, word),
        (_, value) => value.to_owned(),
    };
    format!("{}: {value}, {}", words::name(&setting.key), words::origin(&setting.origin))
}

/// The values that it can be given by a button: every other choice, the next share up and down. None
/// where what is in the file is not what holds.
pub(super) fn deeds(setting: &SettingView) -> Vec<(String, Press)> {
    if words::wins_over_the_file(&setting.origin) {
        return Vec::new();
    }
    let values: Vec<String> = match &setting.kind {
        SettingKind::Choice(choices) => choices.clone(),
        SettingKind::Fraction => [Step::Down, Step::Up]
            .into_iter()
            .filter_map(|step| words::stepped(&setting.key, &setting.value, step))
            .collect(),
        SettingKind::Path | SettingKind::Text => Vec::new(),
    };
    let deed = |value: String| {
        let word = match setting.kind {
            SettingKind::Choice(_) => words::choice(&setting.key, &value),
            _ => value.clone(),
        };
        let name = format!("{}: {word}", words::name(&setting.key));
        (name, Press::Set { key: setting.key.clone(), value })
    };
    values.into_iter().filter(|value| *value != setting.value).map(deed).collect()
}

/// A field for a setting that has to be written; none where what is in the file is not what holds.
pub(super) fn field(setting: &SettingView, text: &str) -> Option<Field> {
    let written = matches!(setting.kind, SettingKind::Path | SettingKind::Text);
    let held = words::wins_over_the_file(&setting.origin);
    (written && !held).then(|| Field::line(&setting.key, &words::name(&setting.key), text))
}

#[cfg(test)]
mod tests {
    use protocol::SettingOrigin;

    use super::*;

    fn setting(key: &str, value: &str, kind: SettingKind) -> SettingView {
        SettingView {
            key: key.into(),
            value: value.into(),
            origin: SettingOrigin::Default,
            meaning: String::new(),
            kind,
            default: String::new(),
            after_restart: false,
        }
    }

    fn names(setting: &SettingView) -> Vec<String> {
        deeds(setting).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_has_few_values_is_changed_by_buttons_and_the_value_it_has_is_none_of_them() {
        let words = ["system", "light", "dark"].map(str::to_owned).to_vec();
        let theme = setting("theme", "dark", SettingKind::Choice(words));
        assert_eq!(said(&theme), "Colours: Dark, default");
        assert_eq!(names(&theme), ["Colours: As the system", "Colours: Light"]);
        let effect = setting("min_effect", "5%", SettingKind::Fraction);
        assert_eq!(
            names(&effect),
            ["Smallest change that counts: 4.5%", "Smallest change that counts: 6%"]
        );
        let path = setting("model", "", SettingKind::Path);
        assert_eq!(names(&path), [""; 0]);
        let written = field(&path, "/m/a.bin");
        assert_eq!(written.map(|field| field.value).as_deref(), Some("/m/a.bin"));
        assert_eq!(field(&effect, "5%"), None);
        let variable = "BENCHVISE_MIN_EFFECT".to_owned();
        let held = SettingView { origin: SettingOrigin::Environment { variable }, ..effect };
        assert_eq!(names(&held), [""; 0]);
        let held = SettingView { origin: held.origin, ..path };
        assert_eq!(field(&held, ""), None);
    }
}
