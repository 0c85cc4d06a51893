//! `benchvise config`

use std::path::Path;

use engine::settings::Settings;
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
