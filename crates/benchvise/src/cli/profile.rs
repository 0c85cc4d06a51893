//! `benchvise profile`

use std::io::Read;
use std::path::Path;

use protocol::{
    Bits, Code, Command, DriverSpec, Failure, ModelChoice, ModelOrigin, ModelView, Reply,
    RunDetail, RunSpec, RunStatus,
};
use serde_json::{Map, Value, json};

use super::args::{BitsArg, ModelArgs, ProfileArgs};
use super::out::{self, Answer, Trouble};
use super::start::Context;
use super::table::{Align, Table};
use super::{follow, runs};
use protocol::numbers::with_unit;

/// Longest prompt file that is read, in bytes.
const PROMPT_LIMIT_BYTES: u64 = 16 << 20;

pub(crate) fn profile(context: &Context, args: ProfileArgs) -> Result<Answer, Trouble> {
    let prompt = match &args.prompt_file {
        Some(path) => prompt(path)?,
        None => args.prompt,
    };
    let driver = args.driver.spec(context)?;
    let (repetitions, warmup) = match &driver {
        DriverSpec::Agent => (10, 1),
        DriverSpec::MlperfTiny { .. } => (5, 0),
        DriverSpec::Log { .. } | DriverSpec::Process { .. } => (10, 0),
    };
    let spec = RunSpec {
        board: args.board,
        model: match driver.is_agent() {
            true => model(context, &args.model)?,
            false => own_model(&args.model)?,
        },
        driver,
        bits: bits(args.model.bits),
        prompt,
        tokens: args.tokens,
        repetitions: args.repeat.unwrap_or(repetitions),
        warmup: args.warmup.unwrap_or(warmup),
        seed: args.seed,
        temperature: args.temperature,
        top_p: args.top_p,
        stream: !args.no_stream,
        tags: args.tags.into_iter().collect(),
        meter: args.meter.spec(),
    };
    let followed = follow::run(context, spec)?;
    if let Some(failure) = followed.failure {
        // What was recorded is kept; say so once, with the error.
        let kept = format!("what was recorded is kept as run {}", followed.run);
        let hint = failure.hint.as_ref().map(|hint| format!("{hint}; {kept}")).unwrap_or(kept);
        return Err(Trouble::Failure(Failure { hint: Some(hint), ..failure }));
    }
    let selector = followed.run.0.clone();
    let Reply::Run(run) = context.send(Command::ShowRun { selector })? else {
        return Err(Trouble::unexpected());
    };
    if context.json {
        out::document("profile", document(&run, &followed.warnings)?)?;
    } else {
        out::text(&runs::describe(&run))?;
        if followed.status == RunStatus::Aborted {
            out::remark("stopped; what was recorded is kept");
        }
    }
    Ok(Answer::Done)
}

/// The model the flags name, else the settings' one, else a synthetic one.
pub(crate) fn model(context: &Context, args: &ModelArgs) -> Result<ModelChoice, Trouble> {
    if let Some(seed) = args.synthetic_seed {
        return Ok(ModelChoice::Synthetic { seed });
    }
    match (&args.model, &args.tokenizer) {
        (Some(model), Some(tokenizer)) => {
            let (model, tokenizer) = (context.rooted(model)?, context.rooted(tokenizer)?);
            Ok(ModelChoice::Files { model, tokenizer })
        }
        (Some(name), None) => got(context, name),
        (None, _) if context.away().is_some() => Ok(models(context)?
            .into_iter()
            .find(|model| model.origin == ModelOrigin::Setting)
            .map(files)
            .transpose()?
            .unwrap_or(ModelChoice::Synthetic { seed: 1 })),
        (None, _) => match context.settings.model() {
            Some((model, Some(tokenizer))) => Ok(ModelChoice::Files { model, tokenizer }),
            Some((model, None)) => got(context, &model),
            None => Ok(ModelChoice::Synthetic { seed: 1 }),
        },
    }
}

/// What the board runs by itself; a model that the flags name would not be loaded.
fn own_model(args: &ModelArgs) -> Result<ModelChoice, Trouble> {
    match args.model.is_some() || args.synthetic_seed.is_some() {
        true => Err(Trouble::usage(
            "with this driver the board runs a model of its own; leave out --model and --synthetic-seed",
        )),
        false => Ok(ModelChoice::OnBoard),
    }
}

/// A model that was got before, by its name.
fn got(context: &Context, name: &Path) -> Result<ModelChoice, Trouble> {
    let name = name.to_string_lossy();
    if !engine::KNOWN_MODELS.iter().any(|model| model.name == name) {
        return Err(Trouble::Failure(
            Failure::new(Code::BadRequest, format!("the checkpoint needs its tokenizer: {name}"))
                .with_hint("give --tokenizer, or the setting model_tokenizer"),
        ));
    }
    if context.away().is_some() {
        let known = models(context)?.into_iter().find(|model| model.name == name);
        return files(known.ok_or_else(Trouble::unexpected)?);
    }
    match engine::fetched(&context.settings.models_folder(), &name) {
        Some((model, tokenizer)) => Ok(ModelChoice::Files { model, tokenizer }),
        None => Err(Trouble::Failure(
            Failure::new(Code::NotFound, format!("{name} is not on this computer yet"))
                .with_hint(format!("`benchvise model get {name}` gets it")),
        )),
    }
}

/// The models that a host can choose from.
fn models(context: &Context) -> Result<Vec<ModelView>, Trouble> {
    match context.send(Command::ListModels)? {
        Reply::Models(models) => Ok(models),
        _ => Err(Trouble::unexpected()),
    }
}

/// The files of a host's model.
fn files(model: ModelView) -> Result<ModelChoice, Trouble> {
    let ModelView { name, model, tokenizer, problem, .. } = model;
    match (model, tokenizer, problem) {
        (Some(model), Some(tokenizer), None) => Ok(ModelChoice::Files { model, tokenizer }),
        (None, ..) => Err(Failure::new(Code::NotFound, format!("{name} is not on the host yet"))
            .with_hint(format!("`benchvise model get {name}` with the same --remote gets it there"))
            .into()),
        (.., problem) => {
            let why = problem.unwrap_or_else(|| "its tokenizer is not named".into());
            Err(Failure::new(
                Code::BadInput,
                format!("the host's model {name} cannot be used: {why}"),
            )
            .into())
        }
    }
}

pub(crate) fn bits(bits: BitsArg) -> Bits {
    match bits {
        BitsArg::F32 => Bits::F32,
        BitsArg::Int8 => Bits::Int8,
    }
}

fn prompt(path: &Path) -> Result<String, Trouble> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(PROMPT_LIMIT_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(PROMPT_LIMIT_BYTES).read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(Trouble::Failure(Failure::new(
            Code::BadInput,
            format!("the prompt could not be read ({error}): {}", path.display()),
        ))),
    }
}

/// The JSON of `profile`: percentiles grouped, every metric with its median and n.
pub(crate) fn document(run: &RunDetail, warnings: &[String]) -> Result<Value, Trouble> {
    let mut metrics = Map::new();
    // Absent is null, so that a script finds the key.
    let absent = ["p50", "p90", "p95", "p99"].map(|key| (key.to_owned(), Value::Null));
    let mut percentiles: Map<String, Value> = absent.into_iter().collect();
    for metric in &run.metrics {
        let value = json!({ "median": metric.median, "n": metric.n, "unit": metric.unit });
        match metric.name.strip_prefix("inter_token_").and_then(|p| p.strip_suffix("_ms")) {
            Some(percentile) => percentiles.insert(percentile.into(), value),
            None => metrics.insert(metric.name.clone(), value),
        };
    }
    metrics.insert("inter_token_ms".into(), percentiles.into());
    for name in
        ["ttft_ms", "tokens_per_s", "heap_peak_bytes", "stack_peak_bytes", "energy_mj_per_token"]
    {
        metrics.entry(name).or_insert(Value::Null);
    }
    Ok(json!({
        "run": run.summary.run,
        "status": run.summary.status,
        "text": run.text,
        "synthetic": run.summary.synthetic,
        "emulated": run.summary.emulated,
        "board": run.summary.board,
        "model": run.summary.model,
        "metrics": metrics,
        "fingerprint": out::value(&run.fingerprint)?,
        "warnings": warnings,
    }))
}

/// Metrics as a table: median, spread, n.
pub(crate) fn metrics(run: &RunDetail) -> String {
    let mut table = Table::new(&[
        ("METRIC", Align::Left),
        ("MEDIAN", Align::Right),
        ("MIN", Align::Right),
        ("MAX", Align::Right),
        ("N", Align::Right),
    ]);
    for metric in &run.metrics {
        let title = protocol::metric(&metric.name).map_or(metric.name.as_str(), |m| m.title);
        let number = |value| with_unit(value, &metric.unit);
        table.row(vec![
            title.into(),
            number(metric.median),
            number(metric.min),
            number(metric.max),
            metric.n.to_string(),
        ]);
    }
    table.text()
}
