//! `benchvise doctor`

use protocol::{Command, Health, Reply};
use serde_json::json;

use super::out::{self, Answer, Trouble};
use super::start::Context;

pub(crate) fn doctor(context: &Context) -> Result<Answer, Trouble> {
    let Reply::Findings(findings) = context.send(Command::Diagnose)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("doctor", json!({ "findings": out::value(&findings)? }))?;
    } else {
        let width = findings.iter().map(|f| f.what.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for finding in &findings {
            let mark = match finding.health {
                Health::Ok => "ok     ",
                Health::Absent => "absent ",
                Health::Warning => "warning",
                Health::Broken => "BROKEN ",
            };
            let pad = " ".repeat(width - finding.what.chars().count());
            text += &format!("{mark}  {}{pad}  {}\n", finding.what, finding.seen);
            if let Some(hint) = &finding.hint {
                text += &format!("         {}  → {hint}\n", " ".repeat(width));
            }
        }
        out::text(&text)?;
    }
    let broken = findings.iter().any(|finding| finding.health == Health::Broken);
    Ok(if broken { Answer::ToldYou } else { Answer::Done })
}
