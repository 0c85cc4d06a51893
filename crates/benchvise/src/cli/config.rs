//! `benchvise config`: show, check, change.

use std::path::Path;

use engine::settings::{Kind, Settings, TABLE};
use protocol::{Code, Command, Failure, Reply, SettingOrigin};
use serde_json::json;

use super::out::{self, Answer, Trouble};
use super::start::Context;
use super::table::{Align, Table};

/// Whether to say where each value comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origins {
    Shown,
    Hidden,
}

pub(crate) fn show(context: &Context, origins: Origins) -> Result<Answer, Trouble> {
    let Reply::Settings(settings) = context.send(Command::ListSettings)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("config", json!({ "settings": out::value(&settings)? }))?;
        return Ok(Answer::Done);
    }
    let titles: &[&str] = match origins {
        Origins::Shown => &["KEY", "VALUE", "FROM", "WHAT IT DOES"],
        Origins::Hidden => &["KEY", "VALUE", "WHAT IT DOES"],
    };
    let heading: Vec<_> = titles.iter().map(|title| (*title, Align::Left)).collect();
    let mut table = Table::new(&heading);
    for setting in settings {
        let from = match origins {
            Origins::Shown => vec![origin(&setting.origin)],
            Origins::Hidden => Vec::new(),
        };
        let row = [vec![setting.key, setting.value], from, vec![setting.meaning]];
        table.row(row.concat());
    }
    out::text(&table.text())?;
    Ok(Answer::Done)
}

/// Writes a setting into the file, or takes it out. A path starts at the working folder, as
/// everywhere on a command line; in the file it would start at the file's own.
pub(crate) fn change(
    context: &Context,
    key: String,
    value: Option<String>,
) -> Result<Answer, Trouble> {
    let value = match value {
        // A path in a host's settings is the host's.
        Some(value) if context.away().is_some() => Some(value),
        Some(value) => Some(from_here(&key, value)?),
        None => None,
    };
    let command = Command::ChangeSetting { key: key.clone(), value: value.clone() };
    let Reply::Settings(settings) = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("config", json!({ "settings": out::value(&settings)? }))?;
        return Ok(Answer::Done);
    }
    let Some(setting) = settings.into_iter().find(|setting| setting.key == key) else {
        return Err(Trouble::unexpected());
    };
    let now = match setting.value.as_str() {
        "" => format!("{key} is not set"),
        value => format!("{key} is {value}"),
    };
    let from = origin(&setting.origin);
    out::text(&out::printable(&match setting.origin {
        SettingOrigin::Environment { .. } | SettingOrigin::Flag => {
            format!("the file was changed; {now} all the same, from the {from}")
        }
        SettingOrigin::Default | SettingOrigin::File { .. } => format!("{now}, from {from}"),
    }))?;
    Ok(Answer::Done)
}

fn from_here(key: &str, value: String) -> Result<String, Trouble> {
    let kind = TABLE.iter().find(|setting| setting.key == key).map(|setting| setting.kind);
    let is_path = match kind {
        Some(Kind::Path) => true,
        Some(Kind::Tokenizer) => Path::new(&value).is_file(),
        _ => false,
    };
    if !is_path || value.is_empty() || value.starts_with('~') {
        return Ok(value);
    }
    Ok(std::path::absolute(&value)?.display().to_string())
}

fn origin(origin: &SettingOrigin) -> String {
    match origin {
        SettingOrigin::Default => "default".into(),
        SettingOrigin::File { path, line } => format!("{path}:{line}"),
        SettingOrigin::Environment { variable } => format!("${variable}"),
        SettingOrigin::Flag => "flag".into(),
    }
}

/// Checks a file without using it; unknown keys count as faults here.
pub(crate) fn check(file: Option<&Path>, as_json: bool) -> Result<Answer, Trouble> {
    let default = Settings::default_file();
    let Some(path) = file.or(default.as_deref()) else {
        return Err(Trouble::usage("this system has no configuration folder; name a file"));
    };
    if file.is_some() && !path.exists() {
        return Err(Trouble::Failure(Failure::new(
            Code::BadInput,
            format!("there is no such file: {}", path.display()),
        )));
    }
    let faults: Vec<String> = Settings::problems(path).iter().map(ToString::to_string).collect();
    if as_json {
        let body = json!({ "file": path, "sound": faults.is_empty(), "faults": faults });
        out::document("config-check", body)?;
    } else if faults.is_empty() && !path.exists() {
        out::text(&format!("there is no settings file, so the defaults hold: {}", path.display()))?;
    } else if faults.is_empty() {
        out::text(&format!("sound: {}", path.display()))?;
    } else {
        out::text(&faults.join("\n"))?;
    }
    Ok(if faults.is_empty() { Answer::Done } else { Answer::ToldYou })
}
