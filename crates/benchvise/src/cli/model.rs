//! `benchvise model`

use protocol::{Command, JobOutcome, NeuralRole, NeuralView, Reply};
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
        JobOutcome::ModelFetched { model, tokenizer, name, unchecked } if context.json => {
            let got = json!({
                "model": model,
                "tokenizer": tokenizer,
                "name": name,
                "unchecked": unchecked,
            });
            out::document("model", got)?;
            Ok(Answer::Done)
        }
        JobOutcome::ModelFetched { model, tokenizer, name, unchecked } => {
            let mut text = format!("model: {model}\n");
            if let Some(tokenizer) = tokenizer {
                text += &format!("tokenizer: {tokenizer}\n");
            }
            if let Some(name) = name {
                text += &format!("name: {name}\n");
            }
            if !unchecked.is_empty() {
                let files = unchecked.join(", ");
                text += &format!(
                    "without a checksum of the hub's, so that only the size was compared: {files}\n"
                );
            }
            out::text(&out::printable(&text))?;
            Ok(Answer::Done)
        }
        JobOutcome::Failed(failure) => Err(failure.into()),
        _ => Err(Trouble::unexpected()),
    }
}

/// Models that read text, where the engine was built with them.
fn neural(context: &Context) -> Result<Option<NeuralView>, Trouble> {
    match context.send(Command::ListNeural)? {
        Reply::Neural(view) => Ok(view.map(|view| *view)),
        _ => Err(Trouble::unexpected()),
    }
}

/// The same as it is printed: what each flag can be given.
fn neural_text(view: &NeuralView) -> String {
    let mut text = String::new();
    let flags = [("--encoder", &view.encoders), ("--scorer", &view.scorers)];
    for (flag, names) in flags {
        text.extend(names.iter().map(|name| format!("{name}\n  here, for {flag}\n")));
    }
    let scorers = view.gettable.iter().filter(|model| model.role == NeuralRole::Scorer);
    text.extend(scorers.map(|model| {
        format!("{}  {}\n  not here; `benchvise model get {0}` gets it\n", model.name, model.about)
    }));
    let devices: Vec<String> =
        view.devices.iter().map(|device| format!("{} ({})", device.name, device.title)).collect();
    text + &format!("devices: {}\n", devices.join(", "))
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
    let neural = neural(context)?;
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
        out::document("models", json!({ "models": models, "neural": out::value(&neural)? }))?;
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
    text += &neural.as_ref().map(neural_text).unwrap_or_default();
    out::text(&out::printable(&text))?;
    Ok(Answer::Done)
}

/// What a host can choose from.
fn list_there(context: &Context) -> Result<Answer, Trouble> {
    let Reply::Models(models) = context.send(Command::ListModels)? else {
        return Err(Trouble::unexpected());
    };
    let neural = neural(context)?;
    if context.json {
        let all = json!({ "models": out::value(&models)?, "neural": out::value(&neural)? });
        out::document("models", all)?;
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
    text += &neural.as_ref().map(neural_text).unwrap_or_default();
    out::text(&out::printable(&text))?;
    Ok(Answer::Done)
}
