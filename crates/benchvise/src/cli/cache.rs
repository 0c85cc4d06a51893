//! `benchvise cache`

use protocol::numbers::bytes;
use protocol::{Command, PruneSpec, Reply};

use super::many_args::CacheCommand;
use super::out::{self, Answer, Trouble};
use super::start::Context;

pub(crate) fn cache(context: &Context, command: CacheCommand) -> Result<Answer, Trouble> {
    let mut pruned = true;
    let command = match command {
        CacheCommand::Ls => {
            pruned = false;
            Command::ListCache
        }
        CacheCommand::Prune { tag, tokenizer, model, older_than, all } => {
            let spec = PruneSpec { tag, tokenizer, model, older_than_days: older_than, all };
            Command::PruneCache { spec }
        }
    };
    let Reply::Cache(view) = context.send(command)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("cache", out::value(&view)?)?;
        return Ok(Answer::Done);
    }
    let mut text = format!(
        "{}\nresults  {}\nsize     {} of at most {}\nage      at most {} days\n",
        view.folder,
        view.results,
        bytes(view.bytes as f64),
        bytes(view.limit_bytes as f64),
        view.days,
    );
    if pruned {
        text.push_str(&format!("forgot   {}\n", view.forgotten));
    }
    for one in &view.newest {
        let models = match one.models.is_empty() {
            true => String::new(),
            false => format!(", with {}", one.models.join(" and ")),
        };
        let tag = one.tag.as_deref().map(|tag| format!(", {tag}")).unwrap_or_default();
        text.push_str(&format!(
            "  {}  {} ({}{models}{tag})\n",
            bytes(one.bytes as f64),
            one.name,
            one.tokenizer
        ));
    }
    out::text(&out::printable(&text))?;
    Ok(Answer::Done)
}
