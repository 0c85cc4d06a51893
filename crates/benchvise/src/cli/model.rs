//! `benchvise model`

use protocol::{Command, JobOutcome, Reply};
use serde_json::json;

use super::args::ModelCommand;
use super::follow;
use super::out::{self, Answer, Trouble};
use super::start::Context;

pub(crate) fn model(context: &Context, command: ModelCommand) -> Result<Answer, Trouble> {
    match command {
        ModelCommand::Get { name } => get(context, name),
        ModelCommand::List => list(context),
    }
}

fn get(context: &Context, name: String) -> Result<Answer, Trouble> {
    match follow::job(context, Command::FetchModel { name })?.0 {
        JobOutcome::ModelFetched { model, tokenizer } if context.json => {
            out::document("model", json!({ "model": model, "tokenizer": tokenizer }))?;
            Ok(Answer::Done)
        }
        JobOutcome::ModelFetched { model, tokenizer } => {
            out::text(&format!("model: {model}\ntokenizer: {tokenizer}\n"))?;
            Ok(Answer::Done)
        }
        JobOutcome::Failed(failure) => Err(failure.into()),
        _ => Err(Trouble::unexpected()),
    }
}

fn list(context: &Context) -> Result<Answer, Trouble> {
    if context.away().is_some() {
        return list_there(context);
    }
    let folder = context.settings.models_folder();
    let all = engine::KNOWN_MODELS.iter().chain(engine::KNOWN_ENCODERS);
    let known = all.map(|model| {
        let files = engine::fetched(&folder, model.name);
        (model, files)
    });
    if context.json {
        let models: Vec<_> = known
            .map(|(model, files)| {
                let (checkpoint, tokenizer) = files.unzip();
                json!({
                    "name": model.name,
                    "about": model.about,
                    "model": checkpoint,
                    "tokenizer": tokenizer,
                })
            })
            .collect();
        out::document("models", json!({ "models": models }))?;
        return Ok(Answer::Done);
    }
    let mut text = String::new();
    for (model, files) in known {
        let place = match files {
            Some((checkpoint, _)) => checkpoint.display().to_string(),
            None => format!("not here; `benchvise model get {}` gets it", model.name),
        };
        text += &format!("{}  {}\n  {place}\n", model.name, model.about);
    }
    out::text(&text)?;
    Ok(Answer::Done)
}

/// What a host can choose from.
fn list_there(context: &Context) -> Result<Answer, Trouble> {
    let Reply::Models(models) = context.send(Command::ListModels)? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("models", json!({ "models": out::value(&models)? }))?;
        return Ok(Answer::Done);
    }
    let mut text = String::new();
    for model in models {
        let place = match (&model.model, &model.problem) {
            (_, Some(problem)) => problem.clone(),
            (Some(path), None) => path.display().to_string(),
            (None, None) => format!("not there; `benchvise model get {}` gets it", model.name),
        };
        text += &format!("{}\n  {place}\n", model.name);
    }
    out::text(&out::printable(&text))?;
    Ok(Answer::Done)
}
