//! `benchvise store`

use protocol::{Command, Reply};
use serde_json::json;

use super::args::StoreCommand;
use super::out::{self, Answer, Trouble};
use super::start::Context;
use protocol::numbers::bytes;

pub(crate) fn store(context: &Context, command: StoreCommand) -> Result<Answer, Trouble> {
    if matches!(command, StoreCommand::Backup { .. } | StoreCommand::Restore { .. }) {
        context.here("a backup")?;
    }
    let command = match command {
        StoreCommand::Check => Command::CheckStore,
        StoreCommand::Backup { folder } => Command::BackUpStore { path: folder },
        StoreCommand::Restore { folder } => Command::RestoreStore { path: folder },
        StoreCommand::Usage => Command::MeasureStore,
    };
    match context.send(command)? {
        Reply::Store(report) => {
            if context.json {
                out::document("store", out::value(&report)?)?;
            } else {
                out::text(&report.lines.join("\n"))?;
            }
            Ok(if report.sound { Answer::Done } else { Answer::ToldYou })
        }
        Reply::Usage(usage) if context.json => {
            out::document("usage", json!({ "usage": out::value(&usage)? }))?;
            Ok(Answer::Done)
        }
        Reply::Usage(usage) => {
            let free = usage.free_bytes.map_or("unknown".into(), |free| bytes(free as f64));
            out::text(&format!(
                "{}\nruns     {}\napp      {}\nsamples  {}\nfree     {free}\n",
                usage.folder,
                usage.runs,
                bytes(usage.app_bytes as f64),
                bytes(usage.samples_bytes as f64),
            ))?;
            Ok(Answer::Done)
        }
        _ => Err(Trouble::unexpected()),
    }
}
